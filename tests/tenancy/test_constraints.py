"""The database says no (principle 8): every constraint of every model, tried by raw SQL as role app.

Each is tried with copies of a row that is there, changed as little as breaks that one rule. A new constraint that is
neither a plain unique key nor in a table below fails the last test.
"""

import random
import string
from collections.abc import Iterator
from datetime import date

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from correspondence import operations as outbox
from correspondence.models import PostBatch
from debtors.models import Debtor
from dunning import operations as ladder
from dunning.models import Policy, Run, RunProblem
from invoices import operations as claims
from invoices.models import Invoice
from payments.models import Arrangement
from reporting import operations as reporting
from tenants import operations as tenants
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import nights
from tests.fakes.channel import FakeMail
from tests.tenancy import one_of_each

pytestmark = pytest.mark.django_db

OURS = [
    (model, constraint)
    for model in apps.get_models()
    if not model.__module__.startswith(("django.", "allauth."))
    for constraint in model._meta.constraints
]
UNIQUE = [(model, one) for model, one in OURS if isinstance(one, models.UniqueConstraint)]
CHECKS = {one.name: model for model, one in OURS if isinstance(one, models.CheckConstraint)}

# A unique key that counts under a condition: what makes two rows fall under it, and what keeps them out of it.
UNDER: dict[str, dict[str, str]] = {
    "one_default_agency": {"is_default": "true", "is_active": "true"},
    "one_live_handoff_per_claim": {"is_live": "true"},
    "one_current_version": {"replaced_at": "NULL"},
    "one_default_policy_per_variant": {"is_default": "true", "replaced_at": "NULL"},
    "one_live_notice_per_debtor": {"state": "'planned'"},
    "one_live_line_per_rung": {"live": "true", "takes_step": "true"},
    "one_step_per_rung_and_round": {"undelivered_on": "NULL"},
    "one_open_dispute_per_invoice": {"resolved_on": "NULL", "outcome": "''"},
    "one_open_batch": {"state": "'open'"},
    "one_live_arrangement_per_invoice": {
        "live": "true",
        "arrangement_id": "(SELECT max(id) FROM payments_arrangement)",
    },
    "one_waiting_second_look": {"state": "'waiting'"},
    "one_open_task_per_subject": {"done_at": "NULL", "kind": "'call'"},
    "one_contact_per_role_and_email": {"email": "'a@post.test'"},
    "one_checkout_per_provider_id": {"provider_id": "'tr_zelfde'"},
    "one_mandate_per_provider_ref": {"provider_ref": "'x'"},
    "one_refund_per_end_to_end_id": {"end_to_end_id": "'X'"},
    "one_live_debit_per_invoice": {"state": "'planned'"},
    "one_live_debit_per_instalment": {
        "state": "'planned'",
        "invoice_id": "NULL",
        "instalment_id": "(SELECT id FROM payments_instalment ORDER BY id LIMIT 1)",
    },
    "payment_is_reversed_once": {"reverses_id": "id", "amount": "-amount"},
    "settlement_is_reversed_once": {
        "reverses_id": "id",
        "to_costs": "-to_costs",
        "to_interest": "-to_interest",
        "to_principal": "-to_principal",
    },
}
OUTSIDE: dict[str, dict[str, str]] = {
    "one_default_agency": {"is_default": "false"},
    "one_current_version": {"replaced_at": "now()"},
    "one_default_policy_per_variant": {"is_default": "false"},
    "one_live_notice_per_debtor": {"state": "'withdrawn'"},
    "one_open_dispute_per_invoice": {"resolved_on": "now()", "outcome": "'rejected'"},
    "one_open_batch": {"state": "'printed'"},
    "one_waiting_second_look": {"state": "'refused'", "decided_at": "now()"},
    "one_open_task_per_subject": {"done_at": "now()"},
    "one_contact_per_role_and_email": {"email": "''"},
    "one_checkout_per_provider_id": {"provider_id": "''"},
    "one_mandate_per_provider_ref": {"provider_ref": "''"},
    "one_refund_per_end_to_end_id": {"end_to_end_id": "''"},
    "one_live_debit_per_invoice": {"state": "'cancelled'"},
    "one_live_debit_per_instalment": {"state": "'cancelled'"},
}
# What breaks each rule about one row.
BROKEN: dict[str, list[dict[str, str]]] = {
    "handoff_asks_something": [{"total": "0", "principal": "0", "interest": "0", "costs": "0"}],
    "handoff_adds_up": [{"total": "total + 0.01"}],
    "policy_is_chosen_for_one_thing": [
        {"segment": "'x'"},
        {"debtor_id": "NULL", "invoice_id": "NULL", "segment": "''"},
    ],
    "case_state_is_known": [{"state": "'asleep'"}],
    "notice_asks_something": [{"total": "0"}, {"total": "-1"}],
    "line_asks_something": [{"total": "0"}, {"total": "-1"}],
    "hold_is_on_one_thing": [{"debtor_id": "NULL", "invoice_id": "NULL"}],
    "payment_has_the_right_sign": [{"amount": "0"}, {"amount": "-1"}, {"reverses_id": "id"}],
    "payment_is_in_euro": [{"currency": "'USD'"}],
    "allocation_is_not_zero": [{"amount": "0"}],
    "promise_is_positive": [{"amount": "0"}],
    "promise_ends_on_a_day": [{"state": "'kept'"}, {"ended_on": "now()"}],
    "invoice_is_positive": [{"principal": "0"}, {"principal": "-1"}],
    "invoice_is_due_after_issue": [{"due_date": "issue_date - 1"}],
    "invoice_is_in_euro": [{"currency": "'USD'"}],
    "credit_note_is_positive": [{"amount": "0"}],
    "credit_note_is_in_euro": [{"currency": "'USD'"}],
    "charge_is_not_zero": [{"amount": "0"}],
    "only_a_correction_lowers_costs": [{"kind": "'costs'", "amount": "-1"}],
    "interest_has_a_period": [
        {"kind": "'interest'", "period_start": "date '2026-01-02'", "period_end": "date '2026-01-01'"},
    ],
    "settlement_has_one_sign": [{"to_costs": "-1"}, {"to_principal": "-1"}, {"reverses_id": "id"}],
    "settlement_is_not_zero": [{"to_costs": "0", "to_interest": "0", "to_principal": "0"}],
    "credit_names_its_note": [{"kind": "'credit'", "credit_note_id": "NULL"}],
    "disputed_part_is_positive": [{"amount": "0"}],
    "dispute_ends_with_an_outcome": [
        {"outcome": "'rejected'", "resolved_on": "NULL"},
        {"outcome": "''", "resolved_on": "now()"},
    ],
    "offer_is_positive": [{"amount": "0"}],
    "offer_has_a_term": [{"until_day": "from_day - 1"}],
    "attachment_has_one_document": [{"invoice_id": "NULL", "credit_note_id": "NULL"}],
    "debtor_kind_is_known": [{"kind": "'gemeente'"}],
    "nobody_approves_what_he_asked": [
        {"state": "'approved'", "decided_at": "now()", "decided_ref": "asked_ref"},
        {"state": "'approved'", "decided_at": "now()", "decided_ref": "''"},
    ],
    "second_look_is_decided_at_a_moment": [
        {"state": "'refused'", "decided_at": "NULL"},
        {"state": "'waiting'", "decided_at": "now()", "subject_id": "'another'"},
    ],
    "checkout_is_positive": [{"amount": "0"}, {"amount": "-1"}],
    "paid_checkout_has_a_payment": [{"state": "'paid'", "payment_id": "NULL"}],
    "checkout_item_is_positive": [{"amount": "0"}],
    "only_data_are_decided_about": [
        {"decision": "'accepted'", "decided_at": "NULL"},
        {"decided_at": "now()"},
        {"kind": "'question'", "decision": "'accepted'", "decided_at": "now()"},
    ],
    "answer_file_is_of_a_known_type": [{"media_type": "'text/html'"}],
    "code_is_tried_five_times": [{"tries": "6"}],
    "arrangement_is_positive": [{"total": "0"}],
    "arrangement_ends_on_a_day": [{"state": "'completed'"}, {"ended_on": "now()"}],
    "instalment_is_positive": [{"amount": "0", "paid": "0"}],
    "instalment_is_not_overpaid": [{"paid": "amount + 1"}, {"paid": "-1"}],
    "debit_is_positive": [{"amount": "0"}],
    "debit_is_for_one_thing": [
        {"invoice_id": "NULL"},
        {"instalment_id": "(SELECT id FROM payments_instalment ORDER BY id LIMIT 1)"},
    ],
    "sent_debit_batch_has_a_file": [{"state": "'sent'", "document_id": "NULL"}],
    "refund_is_positive": [{"amount": "0"}],
    "refund_has_an_account": [{"via": "'bank'", "iban": "''"}],
    "line_is_not_zero": [{"amount": "0"}],
    "booked_line_has_a_payment": [{"state": "'booked'", "payment_id": "NULL"}],
    "email_is_lower_case": [{"email": "'Jan@Post.test'"}],
}
# Kept by triggers from columns that role app cannot write; tried through the ledger.
THROUGH_THE_LEDGER = {
    "principal_is_not_over_settled",  # tests/invoices/test_ledger.py
    "payment_is_not_over_allocated",  # tests/payments/test_operations_payments.py
    "interest_is_not_over_settled",
    "costs_are_not_over_settled",
    "credit_is_not_over_allocated",
    "cancelled_credit_is_not_allocated",
}


@pytest.fixture
def lived_in(bakkerij: Tenant) -> Iterator[Tenant]:
    """At least one row in the table of every constraint. The test is inside the tenant."""
    FakeMail.reset()
    with tenant_context(bakkerij.pk):
        one_of_each.fill()
        debtor, claim = Debtor.objects.order_by("pk")[0], Invoice.objects.order_by("pk")[0]
        by = one_of_each.by()
        claims.charge_interest(invoice=claim, through=one_of_each.DAY, by=by)
        claims.offer_amount(
            invoice=claim, amount=claim.principal, from_day=one_of_each.DAY, until_day=one_of_each.DAY, notice_ref="n"
        )
        policy = Policy.objects.current().get(variant="business")
        ladder.choose_policy(lineage=policy.lineage, variant="business", debtor=debtor, by=by)
        RunProblem.objects.create(run=Run.objects.order_by("pk")[0], debtor=debtor, error="x")
        reporting.summarise(day=one_of_each.DAY)
        outbox.change_mail_sender(via="platform", by=by)
        outbox.change_post_settings(posted_at_once=False, by=by)
        outbox.mark_posted(batch=PostBatch.objects.get(), by=nights.bookkeeper(nights.at(date(2026, 3, 3), 11)))
        apps.get_model("connectors", "ColumnMapping").objects.create(kind="debtors", header="nr", field="number")
        tenants.wake_up("test", at=by.at)
        Arrangement.objects.create(debtor=debtor, total=1, proposed_on=by.day)  # another one, without claims yet
        yield bakkerij
    FakeMail.reset()


def columns(model: type[models.Model]) -> list[str]:
    fields = model._meta.local_concrete_fields
    return [str(field.column) for field in fields if not field.primary_key and not field.generated]


def copy(model: type[models.Model], changes: dict[str, str], *, times: int) -> None:
    """Insert copies of one row with changes; `n` is the number of the copy."""
    names = columns(model)
    typed = changes | {name: f"nullif({name}, {name})" for name, value in changes.items() if value == "NULL"}
    values = ", ".join(f"{typed.get(name, name)} AS {name}" for name in names)
    table = model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(names)} FROM ("
            f"SELECT {values} FROM (SELECT * FROM {table} ORDER BY id LIMIT 1) one, generate_series(1, {times}) n) made"
        )
        assert cursor.rowcount == times, f"{table} is empty: this tried nothing"


def fresh(model: type[models.Model], name: str) -> str:
    """An expression for a value that no other row has."""
    field = model._meta.get_field(name)
    salt = "".join(random.choices(string.ascii_lowercase, k=6))
    match field:
        case models.DateField():
            return "date '2040-01-01' + n"
        case models.IntegerField():
            return "30000 + n"
        case models.UUIDField():
            return "gen_random_uuid()"
        case models.CharField():
            return f"left('{salt}' || n || {field.column}, {min(field.max_length or 14, 14)})"
    raise TypeError(f"{name} cannot be made fresh")


def apart(model: type[models.Model], tried: models.UniqueConstraint) -> dict[str, str]:
    """What keeps copies from breaking any other unique key of the model, and from sharing unique columns."""
    changes: dict[str, str] = {}
    for one in model._meta.constraints:
        if not isinstance(one, models.UniqueConstraint) or one is tried:
            continue
        if one.condition is not None:
            changes |= OUTSIDE.get(one.name, {})
            continue
        free = [name for name in one.fields if name not in {*tried.fields, "tenant"}]
        plain = [name for name in free if not model._meta.get_field(name).is_relation]
        if plain:
            field = model._meta.get_field(plain[0])
            assert isinstance(field, models.Field)
            changes[str(field.column)] = fresh(model, plain[0])
    return changes


def refusal(model: type[models.Model], changes: dict[str, str], *, times: int) -> str:
    """Give why the database does not take copies of a row, or an empty text."""
    try:
        copy(model, changes, times=times)
    except DatabaseError as error:
        return str(error)
    return ""


def test_two_rows_cannot_share_a_key(lived_in: Tenant) -> None:
    taken = {}
    for model, constraint in UNIQUE:
        changes = apart(model, constraint) | UNDER.get(constraint.name, {})
        said = refusal(model, changes, times=2)
        if constraint.name not in said:
            taken[constraint.name] = said.split("\n", maxsplit=1)[0]

    assert taken == {}


def test_a_row_cannot_break_a_rule_about_itself(lived_in: Tenant) -> None:
    nothing = models.UniqueConstraint(fields=["id"], name="none")
    taken = []
    for name, ways in BROKEN.items():
        for changes in ways:
            said = refusal(CHECKS[name], apart(CHECKS[name], nothing) | changes, times=1)
            if name not in said:
                taken.append((name, changes, said.split("\n", maxsplit=1)[0]))

    assert taken == []


@pytest.mark.parametrize(
    ("constraint", "amount"),
    [("costs_are_not_over_settled", "to_costs"), ("interest_is_not_over_settled", "to_interest")],
)
def test_no_more_than_was_charged_can_be_taken_off(lived_in: Tenant, constraint: str, amount: str) -> None:
    settlement = apps.get_model("invoices", "Settlement")
    nothing = {"to_costs": "0", "to_interest": "0", "to_principal": "0", "public_id": "'nieuw'"}

    with pytest.raises(IntegrityError, match=constraint):
        copy(settlement, nothing | {amount: "999"}, times=1)


def test_no_more_than_a_credit_note_holds_can_be_allocated_nor_anything_of_a_cancelled_one(lived_in: Tenant) -> None:
    settlement, note = apps.get_model("invoices", "Settlement"), apps.get_model("invoices", "CreditNote")
    credit = {
        "kind": "'credit'",
        "credit_note_id": "(SELECT id FROM invoices_creditnote ORDER BY id LIMIT 1)",
        "to_principal": "5.01",
        "public_id": "'nieuw'",
    }

    with pytest.raises(IntegrityError, match="credit_is_not_over_allocated"):
        copy(settlement, credit, times=1)
    note.objects.update(cancelled_on=one_of_each.DAY, cancelled_reason="x")
    with pytest.raises(IntegrityError, match="cancelled_credit_is_not_allocated"):
        copy(settlement, credit | {"to_principal": "1.00"}, times=1)


def test_every_rule_is_tried() -> None:
    assert set(CHECKS) == set(BROKEN) | THROUGH_THE_LEDGER
    conditional = {one.name for _, one in UNIQUE if one.condition is not None}
    assert conditional <= set(UNDER)
