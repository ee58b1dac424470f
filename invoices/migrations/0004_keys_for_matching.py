"""What a bank line finds a claim by: its number and reference without spelling, and what is open on it in cents."""

import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models


def _without(column, pattern):
    bare = models.Func(column, models.Value(pattern), models.Value(""), models.Value("g"), function="regexp_replace")
    return models.Func(bare, models.Value("0"), function="ltrim")


class Migration(migrations.Migration):
    dependencies = [
        ("debtors", "0002_walls"),
        ("invoices", "0003_triggers"),
        ("tenants", "0002_walls"),
    ]

    operations = [
        migrations.AddField(
            model_name="invoice",
            name="number_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=_without(models.F("number"), "[^0-9]"),
                output_field=models.CharField(max_length=60),
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="reference_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=_without(django.db.models.functions.text.Upper("payment_reference"), "[^0-9A-Z]"),
                output_field=models.CharField(max_length=35),
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="open_cents",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Cast(
                    (models.F("principal_open") + models.F("interest_open") + models.F("costs_open")) * 100,
                    models.BigIntegerField(),
                ),
                output_field=models.BigIntegerField(),
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["tenant", "number_key"], name="invoice_by_number_key"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("reference_key", ""), _negated=True),
                fields=["tenant", "reference_key"],
                name="invoice_by_reference_key",
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("is_open", True)), fields=["tenant", "open_cents"], name="invoice_by_open_cents"
            ),
        ),
    ]
