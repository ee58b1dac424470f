"""Every table of the app gets its tenant: composite keys, forced policy, and the grants of role app."""

from django.db import migrations

from tenants import rls


class Migration(migrations.Migration):
    dependencies = [
        ("worklist", "0001_tables"),
        ("debtors", "0002_walls"),
    ]

    operations = [
        rls.Isolate("Task", "select, insert, update"),
    ]
