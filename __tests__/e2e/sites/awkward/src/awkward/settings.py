"""Settings by environment; the secret key only from `.env`, as some sites read theirs."""

import os
import pathlib

from dotenv import dotenv_values

BASE_DIR = pathlib.Path(__file__).parents[2]
FROM_FILE = dotenv_values(BASE_DIR / ".env", interpolate=False)

# While it is built there are stand-ins in the environment, and no file.
SECRET_KEY = FROM_FILE.get("SECRET_KEY") or os.environ["SECRET_KEY"]
ALLOWED_HOSTS = os.environ["HOSTS"].split()
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ROOT_URLCONF = "awkward.urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.staticfiles"]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "public"
STATICFILES_DIRS = [BASE_DIR / "assets"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ["DB_HOST"],
        "NAME": os.environ["DB_NAME"],
        "USER": os.environ["DB_USER"],
        "PASSWORD": os.environ["DB_PASSWORD"],
    }
}
