"""Every table of the app gets its tenant: composite keys, forced policy, and the grants of role app."""

from django.db import migrations

from tenants import rls


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0001_tables"),
        ("debtors", "0002_walls"),
    ]

    operations = [
        rls.Isolate(
            "Invoice",
            "select, insert, update (debtor_id, due_date, due_date_derived, sent_on, default_since, contract_ref)",
        ),
        rls.Isolate("CreditNote", "select, insert, update (debtor_id, cancelled_on, cancelled_reason)"),
        rls.Isolate("Charge", "select, insert"),
        rls.Isolate("Settlement", "select, insert"),
        rls.Isolate("Dispute", "select, insert, update"),
        rls.Isolate("OfferedAmount", "select, insert, update (until_day)"),
        rls.Isolate("ClaimTerms", "select, insert, update"),
        rls.Isolate("Attachment", "select, insert"),
    ]
