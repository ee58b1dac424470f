"""What a bank line finds a debtor by: his name without spelling, and his IBAN."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("debtors", "0002_walls"),
        ("tenants", "0002_walls"),
    ]

    operations = [
        migrations.AddField(
            model_name="debtor",
            name="name_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.F("sort_name"),
                    models.Value("[^a-z0-9]"),
                    models.Value(""),
                    models.Value("g"),
                    function="regexp_replace",
                ),
                output_field=models.CharField(max_length=120),
            ),
        ),
        migrations.AddIndex(
            model_name="debtor",
            index=models.Index(fields=["tenant", "name_key"], name="debtor_by_name_key"),
        ),
        migrations.AddIndex(
            model_name="debtor",
            index=models.Index(
                condition=models.Q(("iban", ""), _negated=True), fields=["tenant", "iban"], name="debtor_by_iban"
            ),
        ),
    ]
