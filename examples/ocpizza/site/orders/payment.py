"""Payment by PayPal. Without a key, or when PayPal does not answer, the courier is paid: an order is never lost."""

import json
import logging
import urllib.error
import urllib.request

from django.conf import settings

log = logging.getLogger(__name__)
SECONDS = 5


def start(order):
    """Asks PayPal for a payment of the order. Returns its id and the page to pay on, or None."""
    if not settings.PAYPAL_API_KEY:
        return None
    amount = {"currency_code": "EUR", "value": f"{order.total:.2f}"}
    body = {
        "intent": "CAPTURE",
        "purchase_units": [{"reference_id": str(order.token), "amount": amount}],
    }
    try:
        answer = ask("/v2/checkout/orders", body)
        return answer["id"], page_to_pay_on(answer)
    except (OSError, ValueError, LookupError, TypeError) as error:
        log.warning("order %s: PayPal can't be asked: %s", order.pk, error)
        return None


def ask(path, body):
    request = urllib.request.Request(  # noqa: S310 (the operator's own setting)
        settings.PAYPAL_API_URL + path,
        data=json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {settings.PAYPAL_API_KEY}",
        },
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        return json.load(answer)


def page_to_pay_on(answer):
    """Only a page by https is one to send a customer to."""
    links = {link["rel"]: link["href"] for link in answer["links"]}
    page = links.get("payer-action") or links["approve"]
    if not page.startswith("https://"):
        raise ValueError(f"not a page to pay on: {page}")
    return page
