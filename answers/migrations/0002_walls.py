"""Every table of the app gets its tenant: composite keys, forced policy, and the grants of role app."""

from django.db import migrations

from tenants import rls


class Migration(migrations.Migration):
    dependencies = [
        ("answers", "0001_tables"),
        ("debtors", "0002_walls"),
        ("invoices", "0002_walls"),
        ("payments", "0006_links"),
    ]

    operations = [
        rls.Isolate("Answer", "select, insert, update (decision, decided_at, decided_by)"),
        rls.Isolate("AnsweredInvoice", "select, insert"),
        rls.Isolate("AnswerFile", "select, insert"),
        rls.Isolate("EntryCode", "select, insert, update (expires_at, tries, used_at)"),
    ]
