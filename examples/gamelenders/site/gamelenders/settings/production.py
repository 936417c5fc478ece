"""Production. What differs from server to server, or is secret, comes from the environment.

Needed: SECRET_KEY, ALLOWED_HOSTS (comma separated), HOST (the database's address), SQL_PASSWORD.
TLS to the database is libpq's: PGSSLMODE and PGSSLROOTCERT in the environment are enough.
"""

import os

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403

NEEDED = ("SECRET_KEY", "ALLOWED_HOSTS", "HOST", "SQL_PASSWORD")
if missing := [name for name in NEEDED if not os.environ.get(name)]:
    raise ImproperlyConfigured(f"Set in the environment: {', '.join(missing)}.")


def env_list(name):
    """The comma-separated values of a variable, without blanks; none if it is not set."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def env_bool(name, default):
    """A variable as true or false; it must say so in a usual word."""
    value = (os.environ.get(name) or str(default)).strip().lower()
    if value not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to true or false.")
    return value in {"1", "true", "yes", "on"}


def env_int(name, default):
    """A variable as a whole number."""
    value = os.environ.get(name) or str(default)
    if not value.strip().isdecimal():
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to a whole number.")
    return int(value)


DEBUG = False
SECRET_KEY = os.environ["SECRET_KEY"]
# Former keys, newest first: sessions signed with them go on while a key is being changed.
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ["HOST"],
        "PORT": env_int("SQL_PORT", 5432),
        "NAME": os.environ.get("SQL_NAME") or "ocrprojet13",
        "USER": os.environ.get("SQL_USER") or "gamelenders",
        "PASSWORD": os.environ["SQL_PASSWORD"],
        # Kept open between requests, and tried before use, so that a restarted database is noticed.
        "CONN_MAX_AGE": env_int("SQL_CONN_MAX_AGE", 600),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, "application_name": "gamelenders"},
    }
}

# File names carry a hash of their content, so that browsers may keep them for ever.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}

# TLS ends at the web server in front, which overwrites this header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env_bool("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # asked on the server itself, without TLS
SECURE_HSTS_SECONDS = env_int("SECURE_HSTS_SECONDS", 365 * 24 * 3600)
# HSTS for all subdomains and on browsers' preload lists binds more than this site, and is hard to
# take back: the domain's owner decides it. The two checks that ask for it are therefore off.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = env_int("EMAIL_PORT", 587)
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", True)
DEFAULT_FROM_EMAIL = (
    os.environ.get("DEFAULT_FROM_EMAIL") or f"gamelenders@{ALLOWED_HOSTS[0].lstrip('.')}"
)
if not EMAIL_HOST:
    # No mail server configured: nothing is sent, and nobody waits for one that is not there.
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
}
