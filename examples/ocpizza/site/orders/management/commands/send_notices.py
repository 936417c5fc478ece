"""The worker: sends notices as they fall due, until it is asked to end."""

import signal
import threading

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from orders.notices import send_due


class Command(BaseCommand):
    help = "Tells customers how their orders are doing, until it is asked to end (SIGTERM)."

    def add_arguments(self, parser):
        parser.add_argument("--every", type=float, default=1, help="seconds between two looks")
        parser.add_argument("--once", action="store_true", help="what is due now, then the end")

    def handle(self, *args, every, once, **options):
        if once:
            self.stdout.write(f"{send_due()} notices sent")
            return
        end = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: end.set())
        self.stdout.write("sending notices")
        while not end.is_set():
            self.look()
            end.wait(every)
        self.stdout.write("ended, with nothing half done")

    def look(self):
        close_old_connections()
        try:
            send_due()
        except OperationalError as error:
            # The database restarts: the next look finds it again.
            self.stderr.write(f"the database does not answer: {error}")
