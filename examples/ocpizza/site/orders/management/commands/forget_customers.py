"""For a timer: takes customers' names and addresses out of old orders."""

from django.core.management.base import BaseCommand

from orders.models import forget


class Command(BaseCommand):
    help = "Takes name, address and mail out of orders older than a number of days."

    def add_arguments(self, parser):
        parser.add_argument("--days", type=int, default=90)

    def handle(self, *args, days, **options):
        self.stdout.write(f"{forget(days)} orders were made anonymous")
