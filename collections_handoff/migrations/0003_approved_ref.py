"""Who approved a dossier, so that another sends it where the tenant wants two people."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("collections_handoff", "0002_walls"),
    ]

    operations = [
        migrations.AddField(
            model_name="handoff",
            name="approved_ref",
            field=models.CharField(blank=True, max_length=14),
        ),
    ]
