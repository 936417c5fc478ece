"""The kitchen: orders and how they are doing, and the menu."""

from django.contrib import admin

from .models import Line, Order, Pizza


class LineInline(admin.TabularInline):
    model = Line
    extra = 0


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    list_display = ("pk", "created_at", "name", "address", "status")
    list_editable = ("status",)
    list_filter = ("status",)
    inlines = (LineInline,)


@admin.register(Pizza)
class PizzaAdmin(admin.ModelAdmin):
    list_display = ("name", "price", "offered")
    list_editable = ("price", "offered")
