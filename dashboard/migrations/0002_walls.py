"""Every table of the app gets its tenant: composite keys, forced policy, and the grants of role app."""

from django.db import migrations

from tenants import rls


class Migration(migrations.Migration):
    dependencies = [
        ("dashboard", "0001_tables"),
        ("tenants", "0002_walls"),
    ]

    operations = [
        rls.Isolate("SavedView"),
    ]
