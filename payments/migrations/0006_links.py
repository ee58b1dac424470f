"""The links by which debtors reach their page."""

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
        ("payments", "0005_statements"),
        ("tenants", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaymentLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ("token_hash", models.CharField(max_length=64)),
                ("subject_kind", models.CharField(blank=True, max_length=20)),
                ("subject_id", models.CharField(blank=True, max_length=14)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("made_by", models.CharField(blank=True, max_length=120)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_by", models.CharField(blank=True, max_length=120)),
                ("first_opened_at", models.DateTimeField(null=True)),
                ("last_opened_at", models.DateTimeField(null=True)),
                (
                    "debtor",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payment_links", to="debtors.debtor"
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
            name="LinkedInvoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "invoice",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payment_links", to="invoices.invoice"
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
                    "link",
                    tenants.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="payments.paymentlink"
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
            model_name="paymentlink",
            index=models.Index(fields=["tenant", "debtor"], name="link_by_debtor"),
        ),
        migrations.AddConstraint(
            model_name="paymentlink",
            constraint=models.UniqueConstraint(fields=("tenant", "public_id"), name="one_link_per_public_id"),
        ),
        migrations.AddConstraint(
            model_name="paymentlink",
            constraint=models.UniqueConstraint(fields=("tenant", "token_hash"), name="one_link_per_token"),
        ),
        migrations.AddConstraint(
            model_name="linkedinvoice",
            constraint=models.UniqueConstraint(fields=("tenant", "link", "invoice"), name="invoice_linked_once"),
        ),
        rls.Isolate("PaymentLink", "select, insert, update"),
        rls.Isolate("LinkedInvoice", "select, insert"),
    ]
