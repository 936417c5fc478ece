"""Addresses of the whole site."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("lending.urls")),
    # Empty unless DEBUG: in production the web server serves uploaded pictures.
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
