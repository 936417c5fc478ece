import os

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.http import JsonResponse
from django.urls import path


def about(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        tls = cursor.fetchone()
    return JsonResponse(
        {
            "text": "awkward one",
            "odd": {name: value for name, value in os.environ.items() if name.startswith("odd")},
            "file": {name: value for name, value in settings.FROM_FILE.items() if name.startswith("odd")},
            "secret": settings.SECRET_KEY != os.environ.get("NOTHING") and len(settings.SECRET_KEY),
            "secure": request.is_secure(),
            "address": request.META["REMOTE_ADDR"],
            "users": sorted(User.objects.values_list("username", flat=True)),
            "tls": tls,
        }
    )


urlpatterns = [path("", about)]
