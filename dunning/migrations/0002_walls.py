"""Every table of the app gets its tenant: composite keys, forced policy, and the grants of role app."""

from django.db import migrations

from tenants import rls


class Migration(migrations.Migration):
    dependencies = [
        ("dunning", "0001_tables"),
        ("invoices", "0002_walls"),
        ("correspondence", "0002_walls"),
    ]

    operations = [
        rls.Isolate("Policy", "select, insert, update"),
        rls.Isolate("Rung", "select, insert, update (approval)"),
        rls.Isolate("PolicyChoice"),
        rls.Isolate("Case", "select, insert, update"),
        rls.Isolate("LadderSettings", "select, insert, update"),
        rls.Isolate("Run", "select, insert, update"),
        rls.Isolate("RunChunk", "select, insert, update"),
        rls.Isolate("RunProblem", "select, insert"),
        rls.Isolate("Notice", "select, insert, update"),
        rls.Isolate("NoticeLine", "select, insert, update"),
        rls.Isolate("Step", "select, insert, update (undelivered_on, delivered_on, term_ends_on, costs_from)"),
        rls.Isolate("Hold", "select, insert, update"),
        rls.Isolate("Call", "select, insert"),
    ]
