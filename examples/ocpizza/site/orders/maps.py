"""Google's map of an address, for the courier."""

from urllib.parse import urlencode

from django.conf import settings


def map_url(address):
    """The page to embed, or None without a key. Restrict the key to your domains: browsers see it."""
    if not settings.MAPS_API_KEY or not address:
        return None
    query = urlencode({"key": settings.MAPS_API_KEY, "q": address})
    return f"https://www.google.com/maps/embed/v1/place?{query}"
