"""Every table of the app gets its tenant: composite keys, forced policy, and the grants of role app."""

from django.db import migrations

from tenants import rls


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0001_tables"),
        ("invoices", "0002_walls"),
    ]

    operations = [
        rls.Isolate("Payment", "select, insert, update (debtor_id)"),
        rls.Isolate("Allocation", "select, insert"),
        rls.Isolate("Promise", "select, insert, update"),
        rls.Isolate("PromisedInvoice", "select, insert"),
    ]
