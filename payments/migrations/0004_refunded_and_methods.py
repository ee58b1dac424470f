"""What of a payment went back to the payer, and two further ways by which money comes in."""

import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("debtors", "0002_walls"),
        ("payments", "0003_triggers"),
        ("tenants", "0002_walls"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="payment",
            name="payment_is_not_over_allocated",
        ),
        migrations.AddField(
            model_name="payment",
            name="refunded",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=12),
        ),
        migrations.AlterField(
            model_name="payment",
            name="method",
            field=models.CharField(
                choices=[
                    ("bank", "bank"),
                    ("cash", "contant"),
                    ("card", "pin"),
                    ("online", "online"),
                    ("debit", "automatische incasso"),
                    ("agency", "via het incassobureau"),
                    ("other", "anders"),
                ],
                default="bank",
                max_length=6,
                verbose_name="wijze",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("allocated__gte", 0),
                        (
                            "allocated__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("amount"), "-", models.F("refunded")
                            ),
                        ),
                        ("refunded__gte", 0),
                    ),
                    models.Q(("allocated", 0), ("refunded", 0), ("reverses__isnull", False)),
                    _connector="OR",
                ),
                name="payment_is_not_over_allocated",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(
                    (
                        "amount__gt",
                        django.db.models.expressions.CombinedExpression(
                            models.F("allocated"), "+", models.F("refunded")
                        ),
                    ),
                    ("reverses", None),
                ),
                fields=["tenant", "received_on"],
                name="payment_with_a_rest",
            ),
        ),
    ]
