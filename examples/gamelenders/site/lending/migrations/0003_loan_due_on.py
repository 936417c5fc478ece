"""Loans end on a day: three weeks after they began, also those that were there before."""

from datetime import timedelta

from django.db import migrations, models
from django.utils import timezone

import lending.models


def set_due_dates(apps, schema_editor):
    """Counted from the day of lending, where the site is."""
    loans = apps.get_model("lending", "Loan").objects.using(schema_editor.connection.alias)
    for loan in loans.filter(due_on=None).iterator():
        loan.due_on = timezone.localdate(loan.lent_at) + timedelta(days=21)
        loan.save(update_fields=["due_on"])


class Migration(migrations.Migration):
    dependencies = [("lending", "0002_one_open_loan")]

    operations = [
        migrations.AddField(
            model_name="loan",
            name="due_on",
            field=models.DateField(blank=True, null=True, verbose_name="due"),
        ),
        migrations.RunPython(set_due_dates, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="loan",
            name="due_on",
            field=models.DateField(
                blank=True, default=lending.models.default_due_date, null=True, verbose_name="due"
            ),
        ),
    ]
