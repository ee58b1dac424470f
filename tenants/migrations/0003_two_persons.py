"""What a tenant wants two people for, and what waits for the second."""

import django.db.models.deletion
from django.db import migrations, models

import common.public_ids
import tenants.context
from tenants import rls


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="SecondLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("write_off", "afboeking"),
                            ("bank_account", "andere bankrekening"),
                            ("gateway", "andere sleutel voor online betalen"),
                            ("rules", "regel voor twee personen uit"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject_id", models.CharField(blank=True, max_length=14)),
                ("label", models.CharField(blank=True, max_length=120)),
                ("values", models.JSONField(default=dict)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "wacht"),
                            ("approved", "goedgekeurd"),
                            ("refused", "afgewezen"),
                            ("withdrawn", "ingetrokken"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=120)),
                ("asked_ref", models.CharField(max_length=14)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=120)),
                ("decided_ref", models.CharField(blank=True, max_length=14)),
                ("answer", models.CharField(blank=True, max_length=200)),
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
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "public_id"), name="one_second_look_per_public_id"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("tenant", "kind", "subject_id"),
                        name="one_waiting_second_look",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(
                                models.Q(("decided_ref", ""), _negated=True),
                                models.Q(("decided_ref", models.F("asked_ref")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="nobody_approves_what_he_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("state", "waiting")),
                            models.Q(models.Q(("state", "waiting"), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="second_look_is_decided_at_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TwoPersonRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "handoffs",
                    models.BooleanField(
                        default=False,
                        help_text="Wie een dossier goedkeurt, verstuurt het niet zelf.",
                        verbose_name="overdracht aan een bureau",
                    ),
                ),
                (
                    "write_offs",
                    models.BooleanField(
                        default=False,
                        help_text="Wie een afboeking vraagt, keurt haar niet zelf goed.",
                        verbose_name="afboekingen",
                    ),
                ),
                (
                    "bank_account",
                    models.BooleanField(
                        default=False,
                        help_text="Wie de rekening wijzigt, keurt dat niet zelf goed; tot dan blijft de oude staan.",
                        verbose_name="een andere bankrekening op uw brieven",
                    ),
                ),
                (
                    "refunds",
                    models.BooleanField(
                        default=False,
                        help_text="Wie een terugbetaling voorstelt, keurt haar niet zelf goed.",
                        verbose_name="terugbetalingen",
                    ),
                ),
                (
                    "debit_batches",
                    models.BooleanField(
                        default=False,
                        help_text="Wie een batch maakt, keurt haar niet zelf goed.",
                        verbose_name="incassobatches",
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
                "constraints": [models.UniqueConstraint(fields=("tenant",), name="one_set_of_two_person_rules")],
            },
        ),
        rls.Isolate("TwoPersonRules", "select, insert, update"),
        rls.Isolate("SecondLook", "select, insert, update"),
    ]
