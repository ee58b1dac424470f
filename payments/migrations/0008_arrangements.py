"""Paying in parts."""

from decimal import Decimal

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import common.public_ids
import tenants.context
import tenants.fields
from tenants import rls


class Migration(migrations.Migration):
    dependencies = [
        ("debtors", "0002_walls"),
        ("invoices", "0003_triggers"),
        ("payments", "0007_checkouts"),
        ("tenants", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Arrangement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "voorgesteld"),
                            ("active", "loopt"),
                            ("completed", "voldaan"),
                            ("defaulted", "niet nagekomen"),
                            ("declined", "afgewezen"),
                            ("cancelled", "ingetrokken"),
                        ],
                        default="proposed",
                        max_length=9,
                    ),
                ),
                ("total", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="totaal")),
                ("proposed_on", models.DateField()),
                ("proposed_by", models.CharField(blank=True, max_length=120)),
                ("by_debtor", models.BooleanField(default=False)),
                ("agreed_on", models.DateField(null=True)),
                ("agreed_by", models.CharField(blank=True, max_length=120)),
                ("ended_on", models.DateField(null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=200)),
                ("note", models.TextField(blank=True, verbose_name="notitie")),
                ("by_direct_debit", models.BooleanField(default=False, verbose_name="automatisch afschrijven")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "debtor",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="arrangements", to="debtors.debtor"
                    ),
                ),
                (
                    "replaces",
                    tenants.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="payments.arrangement",
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
            name="ArrangedInvoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("live", models.BooleanField(default=True)),
                ("left_out", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("after_settlement", models.BigIntegerField(default=0)),
                (
                    "invoice",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="arrangements", to="invoices.invoice"
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
                    "arrangement",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="payments.arrangement"
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
            name="ArrangementTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "is_offered",
                    models.BooleanField(default=True, verbose_name="debiteuren mogen zelf een regeling voorstellen"),
                ),
                ("max_months", models.PositiveSmallIntegerField(default=6, verbose_name="hoogstens zoveel maanden")),
                (
                    "first_within_days",
                    models.PositiveSmallIntegerField(default=14, verbose_name="eerste termijn binnen (dagen)"),
                ),
                (
                    "first_percent",
                    models.PositiveSmallIntegerField(
                        default=10, verbose_name="eerste termijn minstens (% van het totaal)"
                    ),
                ),
                (
                    "minimum_instalment",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("25.00"), max_digits=12, verbose_name="termijn minstens"
                    ),
                ),
                (
                    "maximum_total",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("2500.00"),
                        max_digits=12,
                        verbose_name="zonder medewerker tot en met",
                    ),
                ),
                ("per_year", models.PositiveSmallIntegerField(default=1, verbose_name="hoogstens zo vaak per jaar")),
                (
                    "remind_days_before",
                    models.PositiveSmallIntegerField(default=3, verbose_name="dagen vooraf herinneren"),
                ),
                (
                    "remind_days_after",
                    models.PositiveSmallIntegerField(default=3, verbose_name="dagen na een gemiste termijn herinneren"),
                ),
                (
                    "default_after_days",
                    models.PositiveSmallIntegerField(default=10, verbose_name="regeling vervalt na (dagen te laat)"),
                ),
                (
                    "promise_days",
                    models.PositiveSmallIntegerField(
                        default=21, verbose_name="een belofte hoogstens zoveel dagen vooruit"
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
            name="Instalment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ("number", models.PositiveSmallIntegerField()),
                ("due_on", models.DateField(verbose_name="uiterlijk")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="bedrag")),
                ("paid", models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name="betaald")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("paid", "betaald"), ("missed", "gemist"), ("ended", "vervallen")],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("paid_on", models.DateField(null=True)),
                ("missed_on", models.DateField(null=True)),
                (
                    "arrangement",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instalments",
                        to="payments.arrangement",
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
        migrations.AddIndex(
            model_name="arrangement",
            index=models.Index(fields=["tenant", "debtor"], name="arrangement_by_debtor"),
        ),
        migrations.AddConstraint(
            model_name="arrangement",
            constraint=models.UniqueConstraint(fields=("tenant", "public_id"), name="one_arrangement_per_public_id"),
        ),
        migrations.AddConstraint(
            model_name="arrangement",
            constraint=models.CheckConstraint(condition=models.Q(("total__gt", 0)), name="arrangement_is_positive"),
        ),
        migrations.AddConstraint(
            model_name="arrangement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_on", None), ("state__in", ["proposed", "active"])),
                    models.Q(
                        models.Q(("state__in", ["proposed", "active"]), _negated=True), ("ended_on__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="arrangement_ends_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="arrangedinvoice",
            constraint=models.UniqueConstraint(
                fields=("tenant", "arrangement", "invoice"), name="invoice_arranged_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="arrangedinvoice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("live", True)),
                fields=("tenant", "invoice"),
                name="one_live_arrangement_per_invoice",
            ),
        ),
        migrations.AddConstraint(
            model_name="arrangementterms",
            constraint=models.UniqueConstraint(fields=("tenant",), name="one_set_of_arrangement_terms"),
        ),
        migrations.AddIndex(
            model_name="instalment",
            index=models.Index(
                condition=models.Q(("state__in", ["open", "missed"])),
                fields=["tenant", "due_on"],
                name="instalment_to_pay",
            ),
        ),
        migrations.AddConstraint(
            model_name="instalment",
            constraint=models.UniqueConstraint(fields=("tenant", "public_id"), name="one_instalment_per_public_id"),
        ),
        migrations.AddConstraint(
            model_name="instalment",
            constraint=models.UniqueConstraint(
                fields=("tenant", "arrangement", "number"), name="one_instalment_per_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="instalment",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="instalment_is_positive"),
        ),
        migrations.AddConstraint(
            model_name="instalment",
            constraint=models.CheckConstraint(
                condition=models.Q(("paid__gte", 0), ("paid__lte", models.F("amount"))),
                name="instalment_is_not_overpaid",
            ),
        ),
        rls.Isolate("ArrangementTerms", "select, insert, update"),
        rls.Isolate("Arrangement", "select, insert, update"),
        rls.Isolate("ArrangedInvoice", "select, insert, update"),
        rls.Isolate("Instalment", "select, insert, update"),
    ]
