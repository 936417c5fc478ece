"""Telling customers: on the open page at once, by mail too where they left an address."""

import logging
import smtplib

import redis
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from .models import Notice

log = logging.getLogger(__name__)


def channel(token):
    """Where pages hear of an order."""
    return f"order:{token}"


def send_due():
    """Sends every notice that is due, the oldest first. Returns how many were sent; one that fails is tried again later."""
    sent = 0
    while True:
        with transaction.atomic():
            # Another worker may be at it: it takes the others.
            notice = Notice.objects.due().select_for_update(skip_locked=True, of=("self",)).first()
            if notice is None or not send(notice):
                return sent
            notice.sent_at = timezone.now()
            notice.save()
        sent += 1


def send(notice):
    order = notice.order
    with override(order.language):
        text = notice.get_status_display()
        try:
            mail(order, text)
        except (smtplib.SMTPException, OSError) as error:
            log.warning("order %s: the mail is not sent, and tried again: %s", order.pk, error)
            return False
    tell_pages(order, notice.status, text)
    log.info("order %s: told that it is %s", order.pk, notice.status)
    return True


def mail(order, text):
    if not order.email:
        return
    body = render_to_string("orders/mail_status.txt", {"order": order, "status": text})
    subject = _("Your OcPizza order is %(status)s") % {"status": text}
    send_mail(subject, body, None, [order.email])


def tell_pages(order, status, text):
    """Whoever has the order's page open sees it at once; nobody is lost who does not."""
    if not settings.REDIS_URL:
        return
    try:
        with redis.from_url(settings.REDIS_URL, socket_timeout=3) as connection:
            connection.publish(channel(order.token), f"{status} {text}")
    except redis.RedisError as error:
        log.warning("order %s: open pages are not told: %s", order.pk, error)
