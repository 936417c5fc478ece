#!/usr/bin/env python
"""Django's command line for this site. ENV and the rest come from the environment or from .env."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocpizza.settings")
    execute_from_command_line(sys.argv)
