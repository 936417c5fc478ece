"""Mails that the site sends."""

import logging
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def tell_owner(loan, link):
    """Write to the owner that the game was lent. A mail that can't be sent is logged, no more:
    the loan counts all the same. Returns whether it was handed over."""
    owner = loan.game.owner
    if not owner.email:
        return False
    subject = _("%(game)s was borrowed") % {"game": loan.game}
    message = EmailMessage(
        subject=" ".join(subject.split()),  # one line, whatever a title holds
        body=render_to_string("lending/mail_lent.txt", {"loan": loan, "link": link}),
        to=[owner.email],
        reply_to=[loan.borrower.email] if loan.borrower.email else None,
    )
    try:
        message.send()
    except (SMTPException, OSError) as error:
        logger.error("The mail about loan %s was not sent: %s", loan.pk, type(error).__name__)
        return False
    return True
