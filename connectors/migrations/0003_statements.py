"""Files with bank statements are uploads too."""

from django.db import migrations, models

KINDS = [("debtors", "debiteuren"), ("invoices", "facturen en creditnota’s"), ("statement", "bankafschriften")]


class Migration(migrations.Migration):
    dependencies = [
        ("connectors", "0002_walls"),
    ]

    operations = [
        migrations.AlterField("upload", "kind", models.CharField(choices=KINDS, max_length=9)),
        migrations.AlterField("columnmapping", "kind", models.CharField(choices=KINDS, max_length=9)),
    ]
