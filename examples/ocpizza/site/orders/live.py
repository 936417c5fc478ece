"""The websocket of an order's page: `/live/<token>/` says every change of status, as text, as it happens."""

import asyncio
import contextlib
import re
from urllib.parse import urlsplit

import redis.asyncio as redis
from django.conf import settings
from django.http.request import validate_host

from .models import Order
from .notices import channel

PATH = re.compile(r"/live/(?P<token>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})/")
# Codes of RFC 6455.
POLICY, TRY_AGAIN = 1008, 1013


async def serve(scope, receive, send):
    await receive()  # websocket.connect
    found = PATH.fullmatch(scope["path"])
    order = found and own_origin(scope) and await find(found["token"])
    if not order:
        await send({"type": "websocket.close", "code": POLICY})
        return
    await send({"type": "websocket.accept"})
    if not settings.REDIS_URL:
        await send({"type": "websocket.close", "code": TRY_AGAIN})
        return
    told = asyncio.create_task(tell(order, send))
    gone = asyncio.create_task(disconnected(receive))
    done, rest = await asyncio.wait({told, gone}, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    if told in done:
        # Redis went away: the page connects again.
        with contextlib.suppress(Exception):
            await send({"type": "websocket.close", "code": TRY_AGAIN})


def own_origin(scope):
    """Pages of other sites may not listen here with a visitor's browser."""
    origin = dict(scope["headers"]).get(b"origin", b"").decode("latin-1")
    return not origin or validate_host(urlsplit(origin).hostname or "", settings.ALLOWED_HOSTS)


async def find(token):
    return await Order.objects.filter(token=token).afirst()


async def tell(order, send):
    """First how it is now, then every change. Ends when Redis does."""
    try:
        async with redis.from_url(settings.REDIS_URL) as connection, connection.pubsub() as pubsub:
            await pubsub.subscribe(channel(order.token))
            await order.arefresh_from_db()
            await send({"type": "websocket.send", "text": f"{order.status} {order.get_status_display()}"})
            async for message in pubsub.listen():
                if message["type"] == "message":
                    await send({"type": "websocket.send", "text": message["data"].decode()})
    except (redis.RedisError, OSError):
        return


async def disconnected(receive):
    while (await receive())["type"] != "websocket.disconnect":
        pass
