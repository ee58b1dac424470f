"""Paying online."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import common.public_ids
import common.secrets
import tenants.context
import tenants.fields
from tenants import rls


class Migration(migrations.Migration):
    dependencies = [
        ("debtors", "0002_walls"),
        ("invoices", "0003_triggers"),
        ("payments", "0006_links"),
        ("tenants", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="CheckoutAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("currency", models.CharField(default="EUR", max_length=3)),
                ("description", models.CharField(max_length=200)),
                ("method", models.CharField(blank=True, max_length=30)),
                ("sequence", models.CharField(default="oneoff", max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("created", "begonnen"),
                            ("open", "wacht op de betaler"),
                            ("pending", "wacht op de bank"),
                            ("paid", "betaald"),
                            ("failed", "mislukt"),
                            ("canceled", "afgebroken"),
                            ("expired", "verlopen"),
                        ],
                        default="created",
                        max_length=9,
                    ),
                ),
                ("idempotency_key", models.UUIDField(default=uuid.uuid4)),
                ("provider_id", models.CharField(blank=True, max_length=64)),
                ("checkout_url", models.CharField(blank=True, max_length=500)),
                ("return_url", common.secrets.EncryptedTextField(blank=True)),
                ("language", models.CharField(default="nl", max_length=5)),
                ("amount_refunded", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("amount_charged_back", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("payer_name", models.CharField(blank=True, max_length=120)),
                ("payer_iban", models.CharField(blank=True, max_length=34)),
                ("failure", models.CharField(blank=True, max_length=200)),
                ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("expires_at", models.DateTimeField(null=True)),
                ("paid_on", models.DateField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("looked_at", models.DateTimeField(null=True)),
                ("look_at", models.DateTimeField(null=True)),
                (
                    "debtor",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checkouts", to="debtors.debtor"
                    ),
                ),
                (
                    "link",
                    tenants.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkouts",
                        to="payments.paymentlink",
                    ),
                ),
                (
                    "payment",
                    tenants.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkouts",
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CheckoutItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                (
                    "checkout",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="payments.checkoutattempt"
                    ),
                ),
                (
                    "invoice",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checkouts", to="invoices.invoice"
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
            name="CheckoutBooking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "checkout",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="payments.checkoutattempt",
                    ),
                ),
                (
                    "payment",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkout_bookings",
                        to="payments.payment",
                    ),
                ),
                ("taken_back", models.BooleanField(default=False)),
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
            name="GatewayAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(choices=[("mollie", "Mollie")], default="mollie", max_length=10)),
                ("api_key", common.secrets.EncryptedTextField(verbose_name="API-sleutel")),
                ("waiting_key", common.secrets.EncryptedTextField(blank=True)),
                ("methods", models.JSONField(default=list)),
                ("offered", models.JSONField(default=list)),
                ("is_enabled", models.BooleanField(default=True, verbose_name="online betalen aan")),
                ("checked_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=200)),
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
            model_name="checkoutattempt",
            index=models.Index(fields=["tenant", "debtor"], name="checkout_by_debtor"),
        ),
        migrations.AddIndex(
            model_name="checkoutattempt",
            index=models.Index(
                condition=models.Q(("look_at__isnull", False)),
                fields=["tenant", "look_at"],
                name="checkout_to_ask",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkoutattempt",
            constraint=models.UniqueConstraint(fields=("tenant", "public_id"), name="one_checkout_per_public_id"),
        ),
        migrations.AddConstraint(
            model_name="checkoutattempt",
            constraint=models.UniqueConstraint(fields=("tenant", "idempotency_key"), name="one_checkout_per_key"),
        ),
        migrations.AddConstraint(
            model_name="checkoutattempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("provider_id", ""), _negated=True),
                fields=("tenant", "provider_id"),
                name="one_checkout_per_provider_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkoutattempt",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="checkout_is_positive"),
        ),
        migrations.AddConstraint(
            model_name="checkoutattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "paid"), _negated=True), ("payment__isnull", False), _connector="OR"
                ),
                name="paid_checkout_has_a_payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkoutitem",
            constraint=models.UniqueConstraint(
                fields=("tenant", "checkout", "invoice"), name="invoice_checked_out_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="checkoutitem",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="checkout_item_is_positive"),
        ),
        migrations.AddConstraint(
            model_name="checkoutbooking",
            constraint=models.UniqueConstraint(fields=("tenant", "payment"), name="one_checkout_per_payment"),
        ),
        migrations.AddConstraint(
            model_name="gatewayaccount",
            constraint=models.UniqueConstraint(fields=("tenant",), name="one_gateway_per_tenant"),
        ),
        rls.Isolate("GatewayAccount", "select, insert, update"),
        rls.Isolate("CheckoutAttempt", "select, insert, update"),
        rls.Isolate("CheckoutItem", "select, insert"),
        rls.Isolate("CheckoutBooking", "select, insert, update (taken_back)"),
    ]
