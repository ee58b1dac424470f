"""Every table of the app gets its tenant: composite keys, forced policy, and the grants of role app."""

from django.db import migrations

from tenants import rls


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0001_tables"),
    ]

    operations = [
        rls.Isolate("Letterhead", "select, insert, update"),
        rls.Isolate("ClosingDay"),
    ]
