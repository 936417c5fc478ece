from django.urls import path

from . import views

app_name = "orders"
urlpatterns = [
    path("", views.menu, name="menu"),
    path("orders/<uuid:token>/", views.show_order, name="order"),
    path("health/", views.health, name="health"),
]
