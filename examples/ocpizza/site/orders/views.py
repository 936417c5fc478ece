"""The menu, on which one orders; the page of an order; the health of the site."""

from django.db import Error, connection
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from . import payment
from .forms import OrderForm
from .maps import map_url
from .models import Order


@require_http_methods(["GET", "HEAD", "POST"])
def menu(request):
    form = OrderForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "orders/menu.html", {"form": form})
    order = form.save()
    # After the transaction: the order is safe, whatever PayPal says.
    started = payment.start(order)
    if started is None:
        return redirect(order)
    order.payment, page = started
    order.save()
    return redirect(page)


@require_safe
@never_cache
def show_order(request, token):
    order = get_object_or_404(Order.objects.prefetch_related("lines__pizza"), token=token)
    context = {"order": order, "map_url": map_url(order.address)}
    return render(request, "orders/order.html", context)


@require_safe
@never_cache
def health(request):
    """ "ok" if the site and its database work, 503 otherwise: for supervision, not for people."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except Error:
        return HttpResponse("database unavailable", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
