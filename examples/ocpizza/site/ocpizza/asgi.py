"""What an ASGI server loads: `ocpizza.asgi:application`. Pages are Django's, websockets go to `orders.live`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocpizza.settings")
pages = get_asgi_application()

from orders import live  # noqa: E402 (Django is set up first)


async def application(scope, receive, send):
    if scope["type"] == "websocket":
        await live.serve(scope, receive, send)
    else:
        await pages(scope, receive, send)
