"""Bank accounts, statements and their lines."""

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
        ("payments", "0004_refunded_and_methods"),
        ("tenants", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ("iban", models.CharField(max_length=34, verbose_name="IBAN")),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="naam")),
                ("currency", models.CharField(default="EUR", max_length=3)),
                ("is_g_account", models.BooleanField(default=False, verbose_name="G-rekening")),
                (
                    "is_watched",
                    models.BooleanField(
                        default=True,
                        help_text="Uit: voor een rekening die niet meer wordt gebruikt.",
                        verbose_name="telt mee voor actuele betalingen",
                    ),
                ),
                ("balance", models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name="saldo")),
                ("balance_on", models.DateField(null=True, verbose_name="saldo op")),
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
            name="BankStatement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ("format", models.CharField(max_length=20)),
                ("filename", models.CharField(blank=True, max_length=200, verbose_name="bestand")),
                ("sha256", models.CharField(max_length=64)),
                ("bank_id", models.CharField(blank=True, max_length=64)),
                ("sequence", models.CharField(blank=True, max_length=20)),
                ("fingerprint", models.CharField(max_length=64)),
                ("opened_on", models.DateField(null=True)),
                ("closed_on", models.DateField()),
                ("opening_balance", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("closing_balance", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("difference", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ("line_count", models.PositiveIntegerField(default=0)),
                ("known_lines", models.PositiveIntegerField(default=0)),
                ("follows", models.BooleanField(default=True)),
                ("imported_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("imported_by", models.CharField(blank=True, max_length=120)),
                (
                    "account",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="payments.bankaccount",
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
            name="BankLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ("number", models.PositiveIntegerField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("booked_on", models.DateField()),
                ("value_on", models.DateField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("currency", models.CharField(default="EUR", max_length=3)),
                ("name", models.CharField(blank=True, max_length=140, verbose_name="naam")),
                ("iban", models.CharField(blank=True, max_length=34, verbose_name="IBAN")),
                ("description", models.CharField(blank=True, max_length=1000, verbose_name="omschrijving")),
                ("reference", models.CharField(blank=True, max_length=35, verbose_name="kenmerk")),
                ("end_to_end_id", models.CharField(blank=True, max_length=35)),
                ("mandate_id", models.CharField(blank=True, max_length=35)),
                ("bank_reference", models.CharField(blank=True, max_length=64)),
                ("is_reversal", models.BooleanField(default=False)),
                ("return_reason", models.CharField(blank=True, max_length=8)),
                ("batch_size", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "nog niet bekeken"),
                            ("proposed", "voorstel"),
                            ("unknown", "niet herkend"),
                            ("booked", "geboekt"),
                            ("reversed", "terugboeking verwerkt"),
                            ("left_out", "hoort hier niet"),
                        ],
                        default="new",
                        max_length=9,
                    ),
                ),
                (
                    "certainty",
                    models.CharField(
                        blank=True,
                        choices=[("certain", "zeker"), ("likely", "waarschijnlijk"), ("none", "onbekend")],
                        max_length=7,
                    ),
                ),
                ("match", models.JSONField(default=dict)),
                ("handled_at", models.DateTimeField(null=True)),
                ("handled_by", models.CharField(blank=True, max_length=120)),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="notitie")),
                (
                    "debtor",
                    tenants.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_lines",
                        to="debtors.debtor",
                    ),
                ),
                (
                    "payment",
                    tenants.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_lines",
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
                    "statement",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="payments.bankstatement"
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
            name="KnownAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("iban", models.CharField(max_length=34, verbose_name="IBAN")),
                ("confirmed_on", models.DateField()),
                ("confirmed_by", models.CharField(blank=True, max_length=120)),
                ("forgotten_on", models.DateField(null=True)),
                (
                    "debtor",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="known_accounts", to="debtors.debtor"
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
            name="MatchingSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "book_certain",
                    models.BooleanField(
                        default=True,
                        help_text="Uit: ook een zekere match wacht op een klik.",
                        verbose_name="zekere betalingen meteen boeken",
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
        migrations.AddConstraint(
            model_name="bankaccount",
            constraint=models.UniqueConstraint(fields=("tenant", "public_id"), name="one_bank_account_per_public_id"),
        ),
        migrations.AddConstraint(
            model_name="bankaccount",
            constraint=models.UniqueConstraint(fields=("tenant", "iban"), name="one_bank_account_per_iban"),
        ),
        migrations.AddIndex(
            model_name="bankstatement",
            index=models.Index(fields=["tenant", "account", "closed_on"], name="statement_by_day"),
        ),
        migrations.AddConstraint(
            model_name="bankstatement",
            constraint=models.UniqueConstraint(fields=("tenant", "public_id"), name="one_statement_per_public_id"),
        ),
        migrations.AddConstraint(
            model_name="bankstatement",
            constraint=models.UniqueConstraint(
                fields=("tenant", "account", "fingerprint"), name="statement_comes_in_once"
            ),
        ),
        migrations.AddIndex(
            model_name="bankline",
            index=models.Index(
                condition=models.Q(("state__in", ["new", "proposed", "unknown"])),
                fields=["tenant", "state", "booked_on", "id"],
                name="line_to_do",
            ),
        ),
        migrations.AddIndex(
            model_name="bankline",
            index=models.Index(fields=["tenant", "booked_on"], name="line_by_day"),
        ),
        migrations.AddIndex(
            model_name="bankline",
            index=models.Index(
                condition=models.Q(("end_to_end_id", ""), _negated=True),
                fields=["tenant", "end_to_end_id"],
                name="line_by_e2e",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.UniqueConstraint(fields=("tenant", "public_id"), name="one_line_per_public_id"),
        ),
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.UniqueConstraint(fields=("tenant", "fingerprint"), name="line_comes_in_once"),
        ),
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.UniqueConstraint(fields=("tenant", "statement", "number"), name="one_line_per_number"),
        ),
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True), name="line_is_not_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "booked"), _negated=True), ("payment__isnull", False), _connector="OR"
                ),
                name="booked_line_has_a_payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="knownaccount",
            constraint=models.UniqueConstraint(fields=("tenant", "iban", "debtor"), name="account_is_known_once"),
        ),
        migrations.AddConstraint(
            model_name="matchingsettings",
            constraint=models.UniqueConstraint(fields=("tenant",), name="one_set_of_matching_settings"),
        ),
        rls.Isolate("BankAccount", "select, insert, update"),
        rls.Isolate("BankStatement", "select, insert, update (follows)"),
        rls.Isolate(
            "BankLine",
            "select, insert, update (state, certainty, debtor_id, match, payment_id, handled_at, handled_by, note)",
        ),
        rls.Isolate("KnownAccount", "select, insert, update"),
        rls.Isolate("MatchingSettings", "select, insert, update"),
        # most lines have neither when they come in: an index that leaves these out is not written for them
        migrations.RunSQL(
            """
            DROP INDEX payments_bankline_debtor_id;
            DROP INDEX payments_bankline_payment_id;
            CREATE INDEX payments_bankline_debtor_id ON payments_bankline (tenant_id, debtor_id)
              WHERE debtor_id IS NOT NULL;
            CREATE INDEX payments_bankline_payment_id ON payments_bankline (tenant_id, payment_id)
              WHERE payment_id IS NOT NULL;
            """,
            "",  # as Isolate leaves them
        ),
    ]
