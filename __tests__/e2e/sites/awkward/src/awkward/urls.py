import os

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.http import JsonResponse
from django.urls import path


def about(request):
    connection.ensure_connection()
    libpq = connection.connection.pgconn
    options = {option.keyword: option.val for option in libpq.info}
    return JsonResponse(
        {
            "text": "awkward one",
            "odd": {name: value for name, value in os.environ.items() if name.startswith("odd")},
            "file": {name: value for name, value in settings.FROM_FILE.items() if name.startswith("odd")},
            "secret": settings.SECRET_KEY != os.environ.get("NOTHING") and len(settings.SECRET_KEY),
            "secure": request.is_secure(),
            "address": request.META["REMOTE_ADDR"],
            "users": sorted(User.objects.values_list("username", flat=True)),
            "tls": [libpq.ssl_in_use, options[b"sslmode"].decode()],
        }
    )


urlpatterns = [path("", about)]
