"""Every table of the app gets its tenant: composite keys, forced policy, and the grants of role app."""

from django.db import migrations

from tenants import rls


class Migration(migrations.Migration):
    dependencies = [
        ("correspondence", "0001_tables"),
        ("debtors", "0002_walls"),
    ]

    operations = [
        rls.Isolate("Document", "select, insert"),
        rls.Isolate("PostBatch", "select, insert, update"),
        rls.Isolate("Message", "select, insert, update"),
        rls.Isolate("EmailAttachment", "select, insert"),
        rls.Isolate("DeliveryAttempt", "select, insert, update"),
        rls.Isolate("MailSender", "select, insert, update"),
        rls.Isolate("PostSettings", "select, insert, update"),
    ]
