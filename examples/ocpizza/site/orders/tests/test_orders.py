"""What visitors and the kitchen do, and what customers hear of it."""

import smtplib
from datetime import timedelta
from unittest import mock

from django.core import mail
from django.core.management import call_command
from django.test import TestCase, override_settings
from django.utils import timezone

from orders.models import Notice, Order, Pizza, Status, forget
from orders.notices import send_due

from .servers import web_service

PAYPAL = {
    "id": "5O190127TN364715T",
    "links": [{"rel": "payer-action", "href": "https://www.sandbox.paypal.com/checkoutnow?t=1"}],
}


def order_form(**more):
    pizza = Pizza.objects.get(name="Margherita")
    form = {"name": "Ada", "email": "ada@example.org", "address": "1 rue du Four, Paris"}
    return {**form, f"pizza-{pizza.pk}": "2", **more}


class OrderTests(TestCase):
    def order(self, **more):
        answer = self.client.post("/", order_form(**more))
        self.assertEqual(answer.status_code, 302, answer.content)
        return Order.objects.get(), answer["Location"]

    def test_the_menu_is_in_french_and_in_english(self):
        french = self.client.get("/", headers={"accept-language": "fr"})
        self.assertContains(french, "Nos pizzas")
        self.assertContains(french, "tomate, mozzarella, basilic")
        english = self.client.get("/", headers={"accept-language": "en"})
        self.assertContains(english, "tomato, mozzarella, basil")

    def test_an_order_has_the_prices_of_its_moment_and_a_page_nobody_can_guess(self):
        order, page = self.order()
        Pizza.objects.update(price="99")
        self.assertEqual(str(order.total), "19.00")
        self.assertEqual(page, f"/orders/{order.token}/")
        self.assertContains(self.client.get(page), "1 rue du Four, Paris")
        self.assertEqual(self.client.get(f"/orders/{order.pk}/").status_code, 404)

    def test_an_order_without_a_pizza_or_with_too_many_is_refused(self):
        pizza = Pizza.objects.get(name="Margherita")
        for count in ("0", "", "21", "-1"):
            answer = self.client.post("/", order_form(**{f"pizza-{pizza.pk}": count}))
            self.assertEqual(answer.status_code, 200)
        self.assertEqual(Order.objects.count(), 0)

    @override_settings(MAPS_API_KEY="a key&more")
    def test_the_map_shows_the_address_with_the_key(self):
        _, page = self.order()
        url = "embed/v1/place?key=a+key%26more&amp;q=1+rue+du+Four%2C+Paris"
        self.assertContains(self.client.get(page), url)

    def test_there_is_no_map_without_a_key(self):
        _, page = self.order()
        self.assertNotContains(self.client.get(page), "<iframe")


class PaymentTests(TestCase):
    def pay(self, answer, status=200):
        with (
            web_service(answer, status) as (url, got),
            override_settings(PAYPAL_API_URL=url, PAYPAL_API_KEY="the-key"),
        ):
            location = self.client.post("/", order_form())["Location"]
        return location, got, Order.objects.get()

    def test_with_a_key_the_customer_is_sent_to_paypal(self):
        location, got, order = self.pay(PAYPAL)
        self.assertEqual(location, PAYPAL["links"][0]["href"])
        self.assertEqual(order.payment, PAYPAL["id"])
        [(path, key, body)] = got
        self.assertEqual((path, key), ("/v2/checkout/orders", "Bearer the-key"))
        self.assertEqual(body["purchase_units"][0]["amount"], {"currency_code": "EUR", "value": "19.00"})

    def test_an_order_survives_a_paypal_that_refuses_or_talks_nonsense(self):
        nonsense = (
            ({"name": "AUTHENTICATION_FAILURE"}, 401),
            ([], 200),
            ({"id": "1", "links": [{"rel": "approve", "href": "http://evil.test/"}]}, 200),
        )
        for answer, status in nonsense:
            Order.objects.all().delete()
            location, _, order = self.pay(answer, status)
            self.assertEqual(location, order.get_absolute_url())
            self.assertEqual(order.payment, "")


class NoticeTests(TestCase):
    def setUp(self):
        self.order = Order.objects.create(name="Ada", email="ada@example.org", address="1 rue du Four", language="fr")

    def test_every_change_of_status_is_told_once_in_the_customer_s_language(self):
        self.order.status = Status.COOKING
        self.order.save()
        self.order.save()
        self.assertEqual(send_due(), 2)
        self.assertEqual(send_due(), 0)
        subjects = [message.subject for message in mail.outbox]
        self.assertEqual(subjects, ["Votre commande OcPizza est reçue", "Votre commande OcPizza est au four"])

    def test_a_mail_that_is_not_taken_is_tried_again(self):
        away = mock.patch("orders.notices.send_mail", side_effect=smtplib.SMTPServerDisconnected)
        with away, self.assertLogs("orders", "WARNING"):
            self.assertEqual(send_due(), 0)
        self.assertEqual(Notice.objects.due().count(), 1)
        self.assertEqual(send_due(), 1)

    @override_settings(REDIS_URL="redis://127.0.0.1:1/0")
    def test_a_redis_that_is_away_keeps_no_mail_back(self):
        with self.assertLogs("orders", "WARNING"):
            self.assertEqual(send_due(), 1)
        self.assertEqual(len(mail.outbox), 1)

    def test_the_worker_s_command_sends_what_is_due(self):
        call_command("send_notices", "--once")
        self.assertEqual(Notice.objects.due().count(), 0)

    def test_old_orders_forget_their_customers_and_keep_their_pizzas(self):
        old = Order.objects.create(name="Bo", email="bo@example.org", address="2 rue du Four")
        Order.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=91))
        self.assertEqual((forget(90), forget(90)), (1, 0))
        old.refresh_from_db()
        self.order.refresh_from_db()
        self.assertEqual((old.name, old.email, old.address), ("", "", ""))
        self.assertEqual(self.order.name, "Ada")
