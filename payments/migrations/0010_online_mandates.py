"""What a payer agreed to with a first payment: his consent with the attempt, and for good with the mandate.

The application may write the words of a mandate and not change them: they are not among the columns it may update.
"""

from django.db import migrations, models

import tenants.fields
from tenants import rls


class Migration(migrations.Migration):
    dependencies = [("payments", "0009_debits")]

    operations = [
        migrations.AddField("checkoutattempt", "consent", models.TextField(blank=True)),
        migrations.AddField(
            "checkoutattempt",
            "arrangement",
            tenants.fields.TenantForeignKey(
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="checkouts",
                to="payments.arrangement",
            ),
        ),
        rls.ReferWithinTenant("CheckoutAttempt", "arrangement"),
        migrations.AddField("mandate", "consent", models.TextField(blank=True)),
        migrations.AddField("mandate", "consented_at", models.DateTimeField(null=True)),
        migrations.AlterField(
            "mandate",
            "obtained_by",
            models.CharField(
                choices=[("paper", "papier"), ("online", "online betaling")], default="paper", max_length=6
            ),
        ),
    ]
