from django import forms
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .models import Order, Pizza

MOST = 20


class OrderForm(forms.ModelForm):
    """Who orders, and how many of each pizza that is offered."""

    class Meta:
        model = Order
        fields = ("name", "email", "address")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.pizzas = list(Pizza.objects.filter(offered=True))
        for pizza in self.pizzas:
            self.fields[self.key(pizza)] = forms.IntegerField(
                label=pizza.name, min_value=0, max_value=MOST, required=False, initial=0
            )

    @staticmethod
    def key(pizza):
        return f"pizza-{pizza.pk}"

    def menu(self):
        """Each pizza with its field."""
        return [(pizza, self[self.key(pizza)]) for pizza in self.pizzas]

    def chosen(self):
        counts = [(pizza, self.cleaned_data.get(self.key(pizza)) or 0) for pizza in self.pizzas]
        return [(pizza, count) for pizza, count in counts if count]

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not self.chosen():
            raise forms.ValidationError(_("Choose at least one pizza."))
        return cleaned

    @transaction.atomic
    def save(self):
        self.instance.language = get_language() or "fr"
        order = super().save()
        for pizza, count in self.chosen():
            order.lines.create(pizza=pizza, count=count, price=pizza.price)
        return order
