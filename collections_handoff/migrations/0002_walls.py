"""Every table of the app gets its tenant: composite keys, forced policy, and the grants of role app."""

from django.db import migrations

from tenants import rls


class Migration(migrations.Migration):
    dependencies = [
        ("collections_handoff", "0001_tables"),
        ("invoices", "0002_walls"),
        ("correspondence", "0002_walls"),
    ]

    operations = [
        rls.Isolate("Agency", "select, insert, update"),
        rls.Isolate("Handoff", "select, insert, update"),
        rls.Isolate("HandoffClaim", "select, insert, update (is_live)"),
    ]
