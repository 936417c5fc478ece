"""What a video-game web service (Giant Bomb's API) knows about a game.

It only decorates a page: without a key, or when the service is away, slow or talks nonsense, the
answer is None, and it is left alone for a while so that no page waits for it again.
"""

import hashlib
import json
import logging
import time
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.cache import cache

TIMEOUT_SECONDS = 2
MAX_BYTES = 256 * 1024
KEEP_SECONDS = 24 * 3600
REST_SECONDS = 60
RESTING = "giantbomb:resting"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Article:
    """A game's entry: one paragraph, and the page to read on ("" if there is none)."""

    name: str
    deck: str
    url: str


def find_article(title):
    """The Article of the game with exactly this title, or None."""
    if not settings.GIANT_BOMB_API_KEY or cache.get(RESTING):
        return None
    key = "giantbomb:" + hashlib.sha256(title.casefold().encode()).hexdigest()
    found = cache.get(key)
    if found is None:
        try:
            found = (pick(ask(title), title),)  # in a tuple: "no such game" is kept too
        except (OSError, HTTPException, ValueError, RecursionError) as error:
            # Never the error's text or the address: the key is part of it.
            logger.warning("The video-game service gives no answer (%s).", type(error).__name__)
            cache.set(RESTING, True, REST_SECONDS)
            return None
        cache.set(key, found, KEEP_SECONDS)
    return found[0]


def ask(title):
    """The service's results for a title. Raises OSError, HTTPException, ValueError, and
    RecursionError for an answer that is nested without end."""
    query = urlencode(
        {
            "api_key": settings.GIANT_BOMB_API_KEY,
            "format": "json",
            "query": title,
            "resources": "game",
            "field_list": "name,deck,site_detail_url",
            "limit": 5,
        }
    )
    url = f"{settings.GIANT_BOMB_API_URL.rstrip('/')}/search/?{query}"
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("GIANT_BOMB_API_URL is no http or https address")
    request = Request(url, headers={"User-Agent": "GameLenders/1.0"})  # noqa: S310 (checked above)
    with urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
        answer = json.loads(read_in_time(response))
    if not isinstance(answer, dict) or answer.get("status_code") != 1:
        raise ValueError("the service refuses")
    results = answer.get("results")
    if not isinstance(results, list):
        raise ValueError("the service's answer has no results")
    return results


def read_in_time(response):
    """The body, of bounded length and within the time limit as a whole, not for each packet."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    body = b""
    while part := response.read1(16 * 1024):
        body += part
        if len(body) > MAX_BYTES:
            raise ValueError("the service's answer is too long")
        if time.monotonic() > deadline:
            raise TimeoutError
    return body


def pick(results, title):
    """The result with the title, as an Article; None if there is none."""
    for result in results:
        if not isinstance(result, dict) or not isinstance(result.get("name"), str):
            raise ValueError("the service's answer has a result without a name")
        if result["name"].casefold() == title.casefold():
            url = str(result.get("site_detail_url") or "")
            return Article(
                name=result["name"],
                deck=str(result.get("deck") or ""),
                url=url if url.startswith(("https://", "http://")) else "",
            )
    return None
