"""What a WSGI server loads: `gamelenders.wsgi:application`. In production unless told otherwise."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gamelenders.settings.production")

application = get_wsgi_application()
