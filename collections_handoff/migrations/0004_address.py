"""Where debtors find who took over, for the page that tells them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("collections_handoff", "0003_approved_ref")]

    operations = [
        migrations.AddField(
            model_name="agency",
            name="address",
            field=models.CharField(
                blank=True,
                help_text="Zo staat het op de betaalpagina van uw debiteuren.",
                max_length=160,
                verbose_name="adres",
            ),
        ),
    ]
