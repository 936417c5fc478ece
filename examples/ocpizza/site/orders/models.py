"""Pizzas, orders, and the notices that tell customers how their order is doing."""

import uuid
from datetime import timedelta

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Pizza(models.Model):
    name = models.CharField(_("name"), max_length=60, unique=True)
    description_fr = models.CharField(_("description (French)"), max_length=200)
    description_en = models.CharField(_("description (English)"), max_length=200)
    price = models.DecimalField(_("price"), max_digits=5, decimal_places=2)
    offered = models.BooleanField(_("offered"), default=True)

    class Meta:
        ordering = ("price", "name")
        verbose_name = _("pizza")
        verbose_name_plural = _("pizzas")

    def __str__(self):
        return self.name

    @property
    def description(self):
        """In the visitor's language."""
        french = (get_language() or "fr").startswith("fr")
        return self.description_fr if french else self.description_en


class Status(models.TextChoices):
    RECEIVED = "received", _("received")
    COOKING = "cooking", _("in the oven")
    LEFT = "left", _("on its way")
    DELIVERED = "delivered", _("delivered")
    CANCELLED = "cancelled", _("cancelled")


class Order(models.Model):
    # Whoever has the link sees the order: it can't be guessed.
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.CharField(_("address"), max_length=200)
    language = models.CharField(_("language"), max_length=5, default="fr")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.RECEIVED)
    payment = models.CharField(_("payment"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("ordered at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("order")
        verbose_name_plural = _("orders")

    def __str__(self):
        return f"{self.pk}, {self.name}"

    def save(self, *args, **kwargs):
        """A status that is new is told: the notice is written with it, or neither is."""
        before = Order.objects.filter(pk=self.pk).values_list("status", flat=True).first()
        with transaction.atomic():
            super().save(*args, **kwargs)
            if before != self.status:
                self.notices.create(status=self.status)

    def get_absolute_url(self):
        return reverse("orders:order", args=[self.token])

    @property
    def total(self):
        return sum(line.count * line.price for line in self.lines.all())

    @property
    def open(self):
        return self.status not in {Status.DELIVERED, Status.CANCELLED}


class Line(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    pizza = models.ForeignKey(Pizza, models.PROTECT, related_name="+")
    count = models.PositiveSmallIntegerField(_("how many"))
    # As it was when it was ordered.
    price = models.DecimalField(_("price"), max_digits=5, decimal_places=2)

    def __str__(self):
        return f"{self.count} × {self.pizza}"


class NoticeQuerySet(models.QuerySet):
    def due(self):
        return self.filter(sent_at=None).order_by("created_at", "pk")


class Notice(models.Model):
    """A change of an order that its customer is to hear of; sent by `manage.py send_notices`."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="notices")
    status = models.CharField(max_length=10, choices=Status.choices)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(name="notice_due", fields=["created_at"], condition=models.Q(sent_at=None)),)

    def __str__(self):
        return f"{self.order}: {self.status}"


def forget(days):
    """Takes name, address and mail out of orders that are older: nobody needs them any more. Returns how many."""
    old = Order.objects.filter(created_at__lt=timezone.now() - timedelta(days=days))
    return old.exclude(address="").update(name="", email="", address="")
