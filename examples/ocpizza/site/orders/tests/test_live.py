"""The websocket of an order's page, without a server in front."""

import asyncio
import uuid
from unittest import mock

from django.test import TransactionTestCase, override_settings
from ocpizza.asgi import application

from orders.models import Order


class FakePubSub:
    """One message, then silence."""

    def __init__(self):
        self.channels = []

    async def __aenter__(self):
        return self

    async def __aexit__(self, *args):
        pass

    def pubsub(self):
        return self

    async def subscribe(self, channel):
        self.channels.append(channel)

    async def listen(self):
        yield {"type": "subscribe", "data": 1}
        yield {"type": "message", "data": b"cooking au four"}
        await asyncio.Event().wait()


async def talk(path, expected, origin="https://www.ocpizza.test"):
    """Connects and reads this many messages, then goes. Gives what was said."""
    said = asyncio.Queue()
    heard = asyncio.Queue()
    scope = {"type": "websocket", "path": path, "headers": [(b"origin", origin.encode())]}
    await said.put({"type": "websocket.connect"})
    serving = asyncio.create_task(application(scope, said.get, heard.put))
    messages = [await asyncio.wait_for(heard.get(), 5) for _ in range(expected)]
    await said.put({"type": "websocket.disconnect", "code": 1001})
    await asyncio.wait_for(serving, 5)
    return messages


@override_settings(ALLOWED_HOSTS=["www.ocpizza.test"], REDIS_URL="redis://redis.test")
class LiveTests(TransactionTestCase):
    def setUp(self):
        self.order = Order.objects.create(name="Ada", address="1 rue du Four")

    def test_says_how_the_order_is_and_every_change(self):
        redis = FakePubSub()
        with mock.patch("orders.live.redis.from_url", return_value=redis):
            messages = asyncio.run(talk(f"/live/{self.order.token}/", 3))
        self.assertEqual(messages[0], {"type": "websocket.accept"})
        self.assertTrue(messages[1]["text"].startswith("received "))
        self.assertEqual(messages[2]["text"], "cooking au four")
        self.assertEqual(redis.channels, [f"order:{self.order.token}"])

    def test_refuses_what_is_no_order_and_pages_of_other_sites(self):
        refused = [{"type": "websocket.close", "code": 1008}]
        for path in ("/live/", f"/live/{uuid.uuid4()}/", f"/live/{'-' * 36}/", "/else/"):
            self.assertEqual(asyncio.run(talk(path, 1)), refused, path)
        path = f"/live/{self.order.token}/"
        self.assertEqual(asyncio.run(talk(path, 1, origin="https://evil.test")), refused)

    @override_settings(REDIS_URL="redis://127.0.0.1:1/0")
    def test_a_redis_that_is_away_says_to_try_again(self):
        messages = asyncio.run(talk(f"/live/{self.order.token}/", 2))
        self.assertEqual(messages[1], {"type": "websocket.close", "code": 1013})
