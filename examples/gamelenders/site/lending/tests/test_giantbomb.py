"""The page of a game with the video-game service there, away, slow, and talking nonsense."""

import json
import logging
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock
from urllib.parse import parse_qs, urlsplit

from django.core.cache import cache
from django.test import TestCase, override_settings

from lending import giantbomb

from .people import NeighboursMixin


def entry(**values):
    return {
        "name": "Lantern Keep",
        "deck": "A castle & a storm.",
        "site_detail_url": "https://www.giantbomb.com/lantern-keep/3030-1/",
        **values,
    }


def answer(*results, **values):
    return json.dumps({"error": "OK", "status_code": 1, "results": list(results), **values})


class ServiceTests(NeighboursMixin, TestCase):
    """Against a real HTTP server on this machine."""

    def setUp(self):
        cache.clear()
        self.addCleanup(cache.clear)
        self.asked = []
        self.reply = lambda request: self.send(request, answer(entry()))
        test = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):  # noqa: N802 (http.server's name)
                test.asked.append(self)
                test.reply(self)

            def log_message(self, *args):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        changed = override_settings(
            GIANT_BOMB_API_KEY="key-of-the-site",
            GIANT_BOMB_API_URL=f"http://127.0.0.1:{server.server_port}/api/",
        )
        changed.enable()
        self.addCleanup(changed.disable)

    @staticmethod
    def send(request, body, status=200):
        request.send_response(status)
        request.end_headers()
        request.wfile.write(body if isinstance(body, bytes) else body.encode())

    def page(self, path="/games/lantern-keep/"):
        page = self.client.get(path)
        self.assertContains(page, "At home")
        return page

    def page_without_article(self):
        with self.assertLogs("lending.giantbomb", logging.WARNING) as logs:
            page = self.page()
        self.assertNotContains(page, "From the video-game service")
        self.assertNotIn("key-of-the-site", "".join(logs.output))
        return page

    def test_what_it_knows_is_on_the_page(self):
        page = self.page()
        self.assertContains(page, "A castle &amp; a storm.")
        self.assertContains(page, 'href="https://www.giantbomb.com/lantern-keep/3030-1/"')
        url = urlsplit(self.asked[0].path)
        query = parse_qs(url.query)
        self.assertEqual(url.path, "/api/search/")
        self.assertEqual(query["api_key"], ["key-of-the-site"])
        self.assertEqual((query["query"], query["format"]), (["Lantern Keep"], ["json"]))
        self.assertIn("GameLenders", self.asked[0].headers["User-Agent"])

    def test_it_is_asked_once_for_a_game(self):
        self.page()
        self.assertContains(self.page(), "A castle &amp; a storm.")
        self.assertEqual(len(self.asked), 1)

    def test_a_game_it_does_not_know_is_remembered_too(self):
        self.reply = lambda request: self.send(request, answer(entry(name="Lantern Keep II")))
        self.assertNotContains(self.page(), "From the video-game service")
        self.page()
        self.assertEqual(len(self.asked), 1)

    def test_links_are_of_the_web_only(self):
        harmful = answer(entry(site_detail_url="javascript:alert(1)", deck="<script>"))
        self.reply = lambda request: self.send(request, harmful)
        page = self.page()
        self.assertContains(page, "&lt;script&gt;")
        self.assertNotContains(page, "javascript:")

    def test_without_a_key_it_is_not_asked(self):
        with override_settings(GIANT_BOMB_API_KEY=""):
            self.page()
        self.assertEqual(self.asked, [])

    def test_nonsense_is_left_out(self):
        nonsense = {
            "empty": b"",
            "html": b"<html>Sorry</html>",
            "no text": b"\xff\xfe\x00",
            "list": b"[]",
            "refused": json.dumps({"status_code": 100, "error": "Invalid API Key"}),
            "results no list": json.dumps({"status_code": 1, "results": {}}),
            "result no game": answer("game"),
            "name missing": answer({"deck": "x"}),
            "name no text": answer(entry(name=7)),
            "endless": b"[" * (giantbomb.MAX_BYTES + 1),
            "deep": b"[" * 200_000,
        }
        for name, body in nonsense.items():
            with self.subTest(name):
                cache.clear()
                self.reply = lambda request, body=body: self.send(request, body)
                self.page_without_article()

    def test_errors_of_the_service_are_left_out(self):
        for status in (401, 404, 429, 500):
            with self.subTest(status):
                cache.clear()
                self.reply = lambda request, status=status: self.send(request, "", status)
                self.page_without_article()

    def test_a_broken_answer_is_left_out(self):
        self.reply = lambda request: request.wfile.write(b"nothing of HTTP\r\n\r\n")
        self.page_without_article()

    def test_a_service_that_is_away_is_left_alone_for_a_while(self):
        self.reply = lambda request: self.send(request, "", 503)
        self.page_without_article()
        self.add_game("Frostline")
        self.page("/games/frostline/")
        self.page()
        self.assertEqual(len(self.asked), 1)

    def test_an_address_where_nobody_listens_is_left_out(self):
        with override_settings(GIANT_BOMB_API_URL="http://127.0.0.1:1/api"):
            self.page_without_article()

    def test_an_address_that_is_no_web_address_is_left_out(self):
        for url in ("file:///etc", "ftp://127.0.0.1", "nowhere"):
            with self.subTest(url), override_settings(GIANT_BOMB_API_URL=url):
                cache.clear()
                self.page_without_article()

    def test_a_silent_service_is_given_up(self):
        done = threading.Event()
        self.addCleanup(done.set)
        self.reply = lambda request: done.wait(30)
        with mock.patch.object(giantbomb, "TIMEOUT_SECONDS", 0.1):
            self.page_without_article()

    def test_a_service_that_never_ends_is_given_up(self):
        done = threading.Event()
        self.addCleanup(done.set)

        def drip(request):
            request.send_response(200)
            request.end_headers()
            while not done.is_set():
                request.wfile.write(b" ")
                time.sleep(0.02)

        self.reply = drip
        with mock.patch.object(giantbomb, "TIMEOUT_SECONDS", 0.2):
            self.page_without_article()
