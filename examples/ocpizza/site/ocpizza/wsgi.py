"""What a WSGI server loads: `ocpizza.wsgi:application`. Without websockets: pages then don't change by themselves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocpizza.settings")

application = get_wsgi_application()
