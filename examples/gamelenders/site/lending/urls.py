from django.urls import path

from . import views

app_name = "lending"

urlpatterns = [
    path("", views.GameList.as_view(), name="list"),
    path("add/", views.GameAdd.as_view(), name="add"),
    path("games/<slug:slug>/", views.GameDetail.as_view(), name="detail"),
    path("games/<slug:slug>/lend/", views.lend, name="lend"),
    path("games/<slug:slug>/give-back/", views.give_back, name="give-back"),
    path("mine/", views.Mine.as_view(), name="mine"),
    path("search/", views.GameList.as_view(), name="search"),
    path("health/", views.health, name="health"),
]
