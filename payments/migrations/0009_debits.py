"""Mandates, direct debits and refunds."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import common.public_ids
import tenants.context
import tenants.fields
from payments import refund_triggers
from tenants import rls


class Migration(migrations.Migration):
    dependencies = [
        ("correspondence", "0002_walls"),
        ("debtors", "0002_walls"),
        ("invoices", "0003_triggers"),
        ("payments", "0008_arrangements"),
        ("tenants", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="DirectDebitBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ("collect_on", models.DateField(verbose_name="incassodatum")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "voorstel"),
                            ("approved", "goedgekeurd"),
                            ("sent", "bij de bank"),
                            ("cancelled", "ingetrokken"),
                        ],
                        default="proposed",
                        max_length=9,
                    ),
                ),
                ("count", models.PositiveIntegerField(default=0)),
                ("total", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ("message_id", models.CharField(blank=True, max_length=35)),
                ("made_by", models.CharField(blank=True, max_length=120)),
                ("made_ref", models.CharField(blank=True, max_length=40)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("approved_by", models.CharField(blank=True, max_length=120)),
                ("approved_ref", models.CharField(blank=True, max_length=40)),
                ("approved_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=200)),
                (
                    "document",
                    tenants.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="correspondence.document",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.context.current_tenant_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ("reference", models.CharField(max_length=35, verbose_name="machtigingskenmerk")),
                (
                    "scheme",
                    models.CharField(
                        choices=[
                            ("CORE", "particulier en zakelijk (CORE)"),
                            ("B2B", "zakelijk zonder terugboekrecht (B2B)"),
                        ],
                        default="CORE",
                        max_length=4,
                        verbose_name="schema",
                    ),
                ),
                ("iban", models.CharField(max_length=34, verbose_name="IBAN")),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                ("account_holder", models.CharField(max_length=70, verbose_name="rekeninghouder")),
                ("signed_on", models.DateField(verbose_name="ondertekend op")),
                (
                    "obtained_by",
                    models.CharField(choices=[("paper", "papier"), ("online", "iDEAL")], default="paper", max_length=6),
                ),
                ("is_one_off", models.BooleanField(default=False, verbose_name="eenmalig")),
                (
                    "collects_invoices",
                    models.BooleanField(default=True, verbose_name="facturen op de vervaldag incasseren"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "actief"), ("blocked", "geblokkeerd"), ("ended", "ingetrokken")],
                        default="active",
                        max_length=9,
                    ),
                ),
                ("blocked_reason", models.CharField(blank=True, max_length=8)),
                ("last_used_on", models.DateField(null=True)),
                ("ended_on", models.DateField(null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=200)),
                ("provider_ref", models.CharField(blank=True, max_length=64)),
                ("made_by", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "debtor",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mandates", to="debtors.debtor"
                    ),
                ),
                (
                    "form",
                    tenants.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="correspondence.document",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.context.current_tenant_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="DirectDebit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("sequence", models.CharField(default="RCUR", max_length=4)),
                ("end_to_end_id", models.CharField(max_length=35)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "gepland"),
                            ("sent", "bij de bank"),
                            ("collected", "afgeschreven"),
                            ("returned", "gestorneerd"),
                            ("cancelled", "vervallen"),
                        ],
                        default="planned",
                        max_length=9,
                    ),
                ),
                ("announced_on", models.DateField(null=True)),
                ("collected_on", models.DateField(null=True)),
                ("refundable_until", models.DateField(null=True)),
                ("return_reason", models.CharField(blank=True, max_length=8)),
                ("returned_on", models.DateField(null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=200)),
                (
                    "debtor",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="debits", to="debtors.debtor"
                    ),
                ),
                (
                    "instalment",
                    tenants.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debits",
                        to="payments.instalment",
                    ),
                ),
                (
                    "invoice",
                    tenants.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debits",
                        to="invoices.invoice",
                    ),
                ),
                (
                    "payment",
                    tenants.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debits",
                        to="payments.payment",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.context.current_tenant_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="tenants.tenant",
                    ),
                ),
                (
                    "batch",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debits",
                        to="payments.directdebitbatch",
                    ),
                ),
                (
                    "mandate",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="debits", to="payments.mandate"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="bedrag")),
                ("via", models.CharField(choices=[("bank", "overboeking"), ("online", "Mollie")], max_length=6)),
                ("iban", models.CharField(blank=True, max_length=34, verbose_name="IBAN")),
                ("name", models.CharField(blank=True, max_length=70, verbose_name="naam")),
                ("description", models.CharField(blank=True, max_length=140, verbose_name="omschrijving")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "voorgesteld"),
                            ("approved", "goedgekeurd"),
                            ("sent", "onderweg"),
                            ("done", "terugbetaald"),
                            ("failed", "mislukt"),
                            ("cancelled", "ingetrokken"),
                        ],
                        default="proposed",
                        max_length=9,
                    ),
                ),
                ("proposed_on", models.DateField()),
                ("proposed_by", models.CharField(blank=True, max_length=120)),
                ("proposed_ref", models.CharField(blank=True, max_length=40)),
                ("approved_by", models.CharField(blank=True, max_length=120)),
                ("approved_ref", models.CharField(blank=True, max_length=40)),
                ("approved_at", models.DateTimeField(null=True)),
                ("end_to_end_id", models.CharField(blank=True, max_length=35)),
                ("idempotency_key", models.UUIDField(null=True)),
                ("provider_id", models.CharField(blank=True, max_length=64)),
                ("failure", models.CharField(blank=True, max_length=200)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "document",
                    tenants.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="correspondence.document",
                    ),
                ),
                (
                    "payment",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="payments.payment"
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.context.current_tenant_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CreditorSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("creditor_id", models.CharField(max_length=35, verbose_name="incassant-ID")),
                (
                    "scheme",
                    models.CharField(
                        choices=[
                            ("CORE", "particulier en zakelijk (CORE)"),
                            ("B2B", "zakelijk zonder terugboekrecht (B2B)"),
                        ],
                        default="CORE",
                        max_length=4,
                        verbose_name="standaardschema",
                    ),
                ),
                ("notify_days", models.PositiveSmallIntegerField(default=14, verbose_name="vooraankondiging (dagen)")),
                (
                    "pain_version",
                    models.CharField(
                        choices=[("pain.008.001.08", "pain.008.001.08"), ("pain.008.001.02", "pain.008.001.02")],
                        default="pain.008.001.08",
                        max_length=15,
                        verbose_name="bestandsversie",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=tenants.context.current_tenant_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("tenant",), name="one_creditor_per_tenant")],
            },
        ),
        migrations.AddIndex(
            model_name="directdebitbatch",
            index=models.Index(fields=["tenant", "collect_on"], name="debit_batch_by_day"),
        ),
        migrations.AddConstraint(
            model_name="directdebitbatch",
            constraint=models.UniqueConstraint(fields=("tenant", "public_id"), name="one_debit_batch_per_public_id"),
        ),
        migrations.AddConstraint(
            model_name="directdebitbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sent"), _negated=True), ("document__isnull", False), _connector="OR"
                ),
                name="sent_debit_batch_has_a_file",
            ),
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(fields=["tenant", "debtor"], name="mandate_by_debtor"),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(fields=("tenant", "public_id"), name="one_mandate_per_public_id"),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(fields=("tenant", "reference"), name="one_mandate_per_reference"),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("provider_ref", ""), _negated=True),
                fields=("tenant", "provider_ref"),
                name="one_mandate_per_provider_ref",
            ),
        ),
        migrations.AddIndex(
            model_name="directdebit",
            index=models.Index(fields=["tenant", "debtor"], name="debit_by_debtor"),
        ),
        migrations.AddConstraint(
            model_name="directdebit",
            constraint=models.UniqueConstraint(fields=("tenant", "public_id"), name="one_debit_per_public_id"),
        ),
        migrations.AddConstraint(
            model_name="directdebit",
            constraint=models.UniqueConstraint(fields=("tenant", "end_to_end_id"), name="one_debit_per_end_to_end_id"),
        ),
        migrations.AddConstraint(
            model_name="directdebit",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="debit_is_positive"),
        ),
        migrations.AddConstraint(
            model_name="directdebit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("instalment", None), ("invoice__isnull", False)),
                    models.Q(("instalment__isnull", False), ("invoice", None)),
                    _connector="OR",
                ),
                name="debit_is_for_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="directdebit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["planned", "sent"])),
                fields=("tenant", "invoice"),
                name="one_live_debit_per_invoice",
            ),
        ),
        migrations.AddConstraint(
            model_name="directdebit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["planned", "sent"])),
                fields=("tenant", "instalment"),
                name="one_live_debit_per_instalment",
            ),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(fields=["tenant", "state"], name="refund_by_state"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(fields=("tenant", "public_id"), name="one_refund_per_public_id"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="refund_is_positive"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(
                condition=models.Q(("end_to_end_id", ""), _negated=True),
                fields=("tenant", "end_to_end_id"),
                name="one_refund_per_end_to_end_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("via", "online"), models.Q(("iban", ""), _negated=True), _connector="OR"),
                name="refund_has_an_account",
            ),
        ),
        rls.Isolate("CreditorSettings", "select, insert, update"),
        rls.Isolate(
            "Mandate",
            "select, insert, update (collects_invoices, form_id, state, blocked_reason, last_used_on, ended_on, ended_reason)",
        ),
        rls.Isolate(
            "DirectDebitBatch",
            "select, insert, update (state, count, total, message_id, document_id, approved_by, approved_ref, approved_at, "
            "sent_at, ended_reason)",
        ),
        rls.Isolate(
            "DirectDebit",
            "select, insert, update (amount, state, announced_on, payment_id, collected_on, refundable_until, "
            "return_reason, returned_on, ended_reason)",
        ),
        rls.Isolate(
            "Refund",
            "select, insert, update (state, approved_by, approved_ref, approved_at, document_id, end_to_end_id, "
            "idempotency_key, provider_id, failure, ended_at)",
        ),
        migrations.RunSQL(refund_triggers.FORWARDS, refund_triggers.BACKWARDS),
    ]
