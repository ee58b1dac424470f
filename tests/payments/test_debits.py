"""Direct debit from mandate to storno: who may be collected from, when, for how much, and what the bank makes of it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from common.actor import Actor
from correspondence import guards
from correspondence.models import Message
from debtors.models import Debtor
from dunning import instalments
from dunning import operations as ladder
from dunning.models import Case
from invoices import operations as claims
from invoices.models import Invoice
from payments import awaited, bank_days, collectable, operations, queries
from payments.models import (
    Arrangement,
    BankLine,
    CheckoutAttempt,
    CheckoutItem,
    CreditorSettings,
    DirectDebit,
    DirectDebitBatch,
    Instalment,
    Mandate,
)
from payments.operations import debits as collecting
from tenants import two_persons
from tenants.models import Letterhead, Tenant, TwoPersonRules
from tests import factories, nights
from tests.conftest import TODAY, actor
from tests.payments.test_refunds import line
from worklist.models import Task

pytestmark = pytest.mark.django_db

IBAN = "NL20INGB0001234567"
COLLECT_ON = date(2026, 3, 16)  # a Monday, fourteen days after TODAY


@pytest.fixture
def creditor(inside: Tenant) -> CreditorSettings:
    return operations.change_creditor_settings(
        creditor_id="NL69ZZZ123456780000", scheme="CORE", notify_days=14, pain_version="pain.008.001.08", by=actor()
    )


def mandate(debtor: Debtor, **fields: Any) -> Mandate:
    given: dict[str, Any] = {"iban": IBAN, "account_holder": debtor.name, "signed_on": date(2026, 1, 5)}
    return operations.register_mandate(debtor=debtor, by=actor(), **(given | fields))


@pytest.fixture
def invoice(bedrijf: Debtor, creditor: CreditorSettings) -> Invoice:
    """An invoice that is due on the day of the batch, of a debtor with a mandate."""
    mandate(bedrijf)
    return factories.invoice(bedrijf, due=COLLECT_ON, amount="121.00", number="2026-1")


def plan(on: date = COLLECT_ON, **fields: Any) -> collectable.Plan:
    return collectable.plan(on, actor().at, TODAY, **fields)


def at(day: date) -> Actor:
    return nights.bookkeeper(nights.at(day, 9))


def sent(by: Actor) -> DirectDebitBatch:
    batch = operations.propose_batch(collect_on=COLLECT_ON, by=by)
    operations.approve_batch(batch=batch, by=by)
    operations.send_batch(batch=batch, by=at(COLLECT_ON - timedelta(days=5)))
    batch.refresh_from_db()
    return batch


def paid_out(batch: DirectDebitBatch, amount: str = "121.00") -> BankLine:
    credit = awaited.awaited_credits()[0]
    return line(amount, value_on=COLLECT_ON, booked_on=COLLECT_ON, description=f"/PREF/{credit.reference}")


def stood(invoice: Invoice) -> Invoice:
    invoice.refresh_from_db()
    return invoice


# --- Mandates


@pytest.mark.parametrize(
    ("wrong", "failure"),
    [
        ({"iban": "NL20INGB0001234568"}, operations.WrongMandateAccount),
        ({"bic": "ING"}, operations.WrongMandateBic),
        ({"signed_on": TODAY + timedelta(days=1)}, operations.SignedInTheFuture),
        ({"reference": "een kenmerk met spaties"}, operations.WrongMandateReference),
        ({"reference": "X" * 36}, operations.WrongMandateReference),
    ],
)
def test_a_mandate_that_no_bank_would_take_is_refused(
    bedrijf: Debtor, wrong: dict[str, Any], failure: type[Exception]
) -> None:
    with pytest.raises(failure) as refusal:
        mandate(bedrijf, **wrong)

    assert refusal.value.field in wrong  # type: ignore[attr-defined]
    assert not Mandate.objects.exists()


def test_a_consumer_keeps_his_right_to_a_refund(particulier: Debtor, bedrijf: Debtor) -> None:
    with pytest.raises(operations.B2BIsForBusiness):
        mandate(particulier, scheme="B2B")

    assert mandate(bedrijf, scheme="B2B").scheme == "B2B"


def test_references_are_given_and_never_twice(bedrijf: Debtor) -> None:
    assert [mandate(bedrijf).reference, mandate(bedrijf).reference] == ["M-20001-1", "M-20001-2"]
    with pytest.raises(operations.MandateReferenceTaken):
        mandate(bedrijf, reference="M-20001-1")


@pytest.mark.parametrize("wrong", ["NL00ZZZ123456780000", "NL69ZZZ1234567800", "zomaar"])
def test_a_creditor_id_is_checked(inside: Tenant, wrong: str) -> None:
    with pytest.raises(operations.WrongCreditorId):
        operations.change_creditor_settings(
            creditor_id=wrong, scheme="CORE", notify_days=14, pain_version="pain.008.001.08", by=actor()
        )


def test_the_older_file_needs_a_bic_and_knows_that_of_dutch_banks(inside: Tenant) -> None:
    choice: dict[str, Any] = {"creditor_id": "NL69 ZZZ1 2345 6780000", "scheme": "CORE", "notify_days": 14}
    made = operations.change_creditor_settings(pain_version="pain.008.001.02", by=actor(), **choice)
    assert made.creditor_id == "NL69ZZZ123456780000"

    Letterhead.objects.update(iban="DE89370400440532013000", bic="")
    with pytest.raises(operations.CreditorNeedsBic):
        operations.change_creditor_settings(pain_version="pain.008.001.02", by=actor(), **choice)


def test_a_scan_is_kept_and_something_else_is_not(bedrijf: Debtor) -> None:
    made = mandate(bedrijf, form=operations.SignedForm("scan.pdf", b"%PDF-1.7 getekend"))

    assert made.form is not None
    assert bytes(made.form.content) == b"%PDF-1.7 getekend"
    with pytest.raises(operations.WrongForm):
        operations.keep_form(mandate=made, form=operations.SignedForm("x.exe", b"MZ"), by=actor())


# --- What is in a batch, and what is not


def test_what_is_due_by_the_day_is_collected_and_what_is_due_later_is_not(invoice: Invoice, bedrijf: Debtor) -> None:
    factories.invoice(bedrijf, due=COLLECT_ON + timedelta(days=1), amount="5.00")

    found = plan()

    assert [(one.what, one.amount, one.sequence) for one in found.lines] == [("2026-1", Decimal(121), "RCUR")]
    assert found.left_out == ()


def _promise(invoice: Invoice, debtor: Debtor) -> None:
    operations.make_promise(
        debtor=debtor, invoices=[invoice], amount=Decimal(121), promised_for=TODAY + timedelta(days=3), by=actor()
    )


def _unused_for_three_years(_invoice: Invoice, debtor: Debtor) -> None:
    Mandate.objects.filter(debtor=debtor).update(last_used_on=date(2023, 3, 16))


NOT_COLLECTED: dict[str, Any] = {
    "disputed": lambda invoice, _: claims.open_dispute(invoice=invoice, reason="price", by=actor()),
    "held": lambda invoice, _: ladder.place_hold(invoice=invoice, reason="even wachten", by=actor()),
    "promised": _promise,
    "mandate_lapsed": _unused_for_three_years,
    "mandate_blocked": lambda _, debtor: operations.block_mandate(
        mandate=debtor.mandates.get(), code="AC04", by=actor()
    ),
    "credit": lambda _, debtor: factories.credit_note(debtor, amount="10.00"),
    "legal_state": lambda _, debtor: Debtor.objects.filter(pk=debtor.pk).update(legal_state="bankrupt"),
    "no_address": lambda _, debtor: (
        debtor.contacts.update(email=""),
        Debtor.objects.filter(pk=debtor.pk).update(street=""),
    ),
    "in_collection": lambda *_: operations.propose_batch(collect_on=COLLECT_ON, by=actor()),
}


@pytest.mark.parametrize("why", NOT_COLLECTED)
def test_what_stands_in_the_way_is_said(invoice: Invoice, bedrijf: Debtor, why: str) -> None:
    assert plan().lines

    NOT_COLLECTED[why](invoice, bedrijf)

    found = plan()
    assert found.lines == ()
    assert [one.why_not for one in found.left_out] == [why]
    assert found.left_out[0].sentence


def test_of_a_claim_disputed_in_part_the_rest_is_collected(invoice: Invoice) -> None:
    claims.open_dispute(invoice=invoice, reason="price", amount=Decimal(21), by=actor())

    assert [one.amount for one in plan().lines] == [Decimal(100)]


def test_a_mandate_that_does_not_collect_invoices_leaves_them_alone(invoice: Invoice, bedrijf: Debtor) -> None:
    operations.choose_collecting(mandate=bedrijf.mandates.get(), collects_invoices=False, by=actor())

    assert plan() == collectable.Plan((), ())


def test_the_questions_to_the_database_do_not_grow_with_what_is_due(
    invoice: Invoice, django_assert_num_queries: Any
) -> None:
    with CaptureQueriesContext(connection) as few:
        plan()
    for _ in range(5):
        debtor = factories.debtor(kind="business")
        mandate(debtor)
        factories.invoice(debtor, due=COLLECT_ON)

    with django_assert_num_queries(len(few)):
        assert len(plan().lines) == 6


# --- The day


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 4, 27), True),  # King's Day: banks in Europe work
        (date(2026, 5, 1), False),
        (date(2026, 5, 14), True),  # Ascension Day
        (date(2026, 12, 25), False),
        (date(2026, 12, 26), False),
        (date(2026, 3, 14), False),  # a Saturday
        (date(2026, 3, 16), True),
    ],
)
def test_banks_settle_on_days_of_their_own(day: date, is_one: bool) -> None:
    assert bank_days.is_bank_day(day) is is_one


def test_a_day_without_banks_or_too_soon_is_refused_with_the_first_that_can(invoice: Invoice, by: Actor) -> None:
    with pytest.raises(operations.NotABankDay) as refusal:
        operations.propose_batch(collect_on=date(2026, 3, 14), by=by)
    assert "16-03-2026" in str(refusal.value)
    with pytest.raises(operations.CollectTooSoon) as refusal2:
        operations.propose_batch(collect_on=date(2026, 3, 13), by=by)
    assert "16-03-2026" in str(refusal2.value)


def test_nothing_is_collected_without_a_creditor_id(bedrijf: Debtor, by: Actor) -> None:
    with pytest.raises(operations.NoCreditor):
        operations.propose_batch(collect_on=COLLECT_ON, by=by)


# --- From proposal to file


def test_a_debtor_is_told_once_about_all_that_is_collected_from_him(
    invoice: Invoice, bedrijf: Debtor, by: Actor
) -> None:
    factories.invoice(bedrijf, due=COLLECT_ON - timedelta(days=5), amount="9.00", number="2026-2")
    batch = operations.propose_batch(collect_on=COLLECT_ON, by=by)
    assert (batch.count, batch.total) == (2, Decimal(130))
    assert not Message.objects.exists()

    operations.approve_batch(batch=batch, by=by)

    message = Message.objects.get()
    assert message.subject_line.replace("\xa0", " ") == "Wij schrijven € 130,00 af op 16 maart 2026"
    for said in ("2026-1", "2026-2", "NL69ZZZ123456780000", "M-20001-1", "acht weken"):
        assert said in message.body_text
    assert guards.objection(message, by.at) == ""
    assert set(DirectDebit.objects.values_list("announced_on", flat=True)) == {TODAY}


def test_an_english_debtor_without_mail_gets_a_letter_in_english(creditor: CreditorSettings, by: Actor) -> None:
    debtor = factories.debtor(kind="business", language="en", email="")
    mandate(debtor)
    factories.invoice(debtor, due=COLLECT_ON)
    operations.approve_batch(batch=operations.propose_batch(collect_on=COLLECT_ON, by=by), by=by)

    message = Message.objects.select_related("document").get()

    assert (message.channel, message.language) == ("post", "en")
    assert message.document is not None
    assert message.document.made_from["payable"] == {"total": "121.00"}


def test_who_made_a_batch_does_not_approve_it_where_two_people_are_wanted(invoice: Invoice, by: Actor) -> None:
    batch = operations.propose_batch(collect_on=COLLECT_ON, by=by)
    TwoPersonRules.objects.create(debit_batches=True)

    with pytest.raises(two_persons.SamePerson):
        operations.approve_batch(batch=batch, by=by)

    assert operations.approve_batch(batch=batch, by=replace(by, ref="u2")).state == "approved"


def test_approved_too_late_the_debtor_would_not_be_told_in_time(invoice: Invoice, by: Actor) -> None:
    batch = operations.propose_batch(collect_on=COLLECT_ON, by=by)

    with pytest.raises(operations.CollectTooSoon):
        operations.approve_batch(batch=batch, by=at(TODAY + timedelta(days=1)))


def test_the_file_is_frozen_and_says_what_is_collected(invoice: Invoice, by: Actor) -> None:
    batch = sent(by)

    assert batch.document is not None
    root = etree.fromstring(bytes(batch.document.content))
    space = {"p": etree.QName(root).namespace or ""}
    assert [one.text for one in root.iterfind(".//p:InstdAmt", space)] == ["121.00"]
    assert [one.text for one in root.iterfind(".//p:Ustrd", space)] == ["Factuur 2026-1 Bakkerij de Vries"]
    assert DirectDebit.objects.get().state == "sent"
    assert Mandate.objects.get().last_used_on == COLLECT_ON
    with pytest.raises(operations.BatchIsPast):
        operations.send_batch(batch=batch, by=by)


def test_what_was_paid_meanwhile_is_left_out_and_what_was_partly_paid_asks_the_rest(
    invoice: Invoice, bedrijf: Debtor, by: Actor
) -> None:
    other = factories.invoice(bedrijf, due=COLLECT_ON, amount="50.00")
    batch = operations.propose_batch(collect_on=COLLECT_ON, by=by)
    operations.approve_batch(batch=batch, by=by)
    operations.book_payment(debtor=bedrijf, amount=Decimal(50), received_on=TODAY, designated=[other], by=by)
    operations.book_payment(debtor=bedrijf, amount=Decimal(21), received_on=TODAY, designated=[invoice], by=by)

    operations.send_batch(batch=batch, by=at(COLLECT_ON - timedelta(days=3)))

    batch.refresh_from_db()
    assert (batch.count, batch.total) == (1, Decimal(100))
    dropped = DirectDebit.objects.get(invoice=other)
    assert dropped.state == "cancelled"
    assert dropped.ended_reason


def test_the_bank_must_have_the_file_in_time(invoice: Invoice, by: Actor) -> None:
    batch = operations.propose_batch(collect_on=COLLECT_ON, by=by)
    operations.approve_batch(batch=batch, by=by)

    with pytest.raises(operations.CollectTooSoon):
        operations.send_batch(batch=batch, by=at(COLLECT_ON))


def test_a_batch_that_is_taken_back_withdraws_what_still_waits_and_frees_its_claims(
    invoice: Invoice, by: Actor
) -> None:
    batch = operations.propose_batch(collect_on=COLLECT_ON, by=by)
    operations.approve_batch(batch=batch, by=by)

    told = operations.cancel_batch(batch=batch, reason="verkeerde dag", by=by)

    assert told == 0
    assert Message.objects.get().state == "withdrawn"
    assert queries.in_collection([invoice]) == {}
    assert plan().lines


def test_an_announcement_does_not_leave_once_nothing_is_collected(invoice: Invoice, bedrijf: Debtor, by: Actor) -> None:
    operations.approve_batch(batch=operations.propose_batch(collect_on=COLLECT_ON, by=by), by=by)
    message = Message.objects.get()
    assert guards.objection(message, by.at) == ""

    operations.end_mandate(mandate=bedrijf.mandates.get(), reason="opgezegd", by=by)

    assert guards.objection(message, by.at) == "de incasso gaat niet door"


# --- Money in flight


def test_nobody_is_reminded_of_what_is_collected(bedrijf: Debtor, creditor: CreditorSettings, by: Actor) -> None:
    mandate(bedrijf)
    overdue = factories.invoice(bedrijf, due=TODAY - timedelta(days=10))
    operations.propose_batch(collect_on=COLLECT_ON, by=by)

    nights.plan(TODAY)

    assert Case.objects.get(invoice=overdue).why_code == "payment_pending"
    found = queries.in_collection([overdue])[overdue.pk]
    assert (found.amount, found.collect_on, found.is_at_bank) == (Decimal(121), COLLECT_ON, False)


# --- What the bank says


def test_the_gross_credit_pays_every_claim_of_the_batch_until_further(invoice: Invoice, by: Actor) -> None:
    other = factories.debtor(kind="consumer")
    mandate(other)
    second = factories.invoice(other, due=COLLECT_ON, amount="50.00")
    batch = sent(by)
    credit = awaited.awaited_credits()[0]
    money = paid_out(batch, "171.00")

    assert credit.is_paid_by(money)
    payments = collecting.batch_collected(line=money, credit=credit, by=at(COLLECT_ON))

    assert [(one.method, one.received_on) for one in payments] == [("debit", COLLECT_ON)] * 2
    assert not stood(invoice).is_open
    assert not stood(second).is_open
    assert set(DirectDebit.objects.values_list("state", "refundable_until")) == {
        ("collected", COLLECT_ON + timedelta(days=56))
    }
    assert awaited.awaited_credits() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"amount": "120.99"},
        {"description": "iets anders", "value_on": COLLECT_ON + timedelta(days=30)},
        {"description": "iets anders", "batch_size": 2},
    ],
)
def test_other_money_is_not_that_of_the_batch(invoice: Invoice, by: Actor, fields: dict[str, Any]) -> None:
    sent(by)
    credit = awaited.awaited_credits()[0]
    told: dict[str, Any] = {"amount": "121.00", "value_on": COLLECT_ON, "description": credit.reference}
    asked = told | fields

    assert credit.is_paid_by(line(told.pop("amount"), **told))
    assert not credit.is_paid_by(line(asked.pop("amount"), **asked))


def test_without_its_name_the_credit_is_known_by_day_amount_and_count(invoice: Invoice, by: Actor) -> None:
    sent(by)

    money = line("121.00", value_on=COLLECT_ON + timedelta(days=1), batch_size=1)

    assert awaited.awaited_credits()[0].is_paid_by(money)


@pytest.fixture
def collected(bedrijf: Debtor, invoice: Invoice, by: Actor) -> DirectDebit:
    batch = sent(by)
    collecting.batch_collected(line=paid_out(batch), credit=awaited.awaited_credits()[0], by=at(COLLECT_ON))
    return DirectDebit.objects.get()


def returned(debit: DirectDebit, code: str, day: date = COLLECT_ON + timedelta(days=8)) -> Any:
    money = line("-121.00", end_to_end_id=debit.end_to_end_id, return_reason=code, value_on=day, booked_on=day)
    found = awaited.debits_called([money.end_to_end_id])
    return collecting.line_returned(line=money, debit=found[money.end_to_end_id], by=at(day))


def test_a_storno_opens_the_claim_on_its_old_rung_with_a_task(collected: DirectDebit, invoice: Invoice) -> None:
    before = Case.objects.get(invoice=invoice)

    reversal = returned(collected, "MD06")

    assert reversal.amount == Decimal(-121)
    assert stood(invoice).is_open
    collected.refresh_from_db()
    assert (collected.state, collected.return_reason) == ("returned", "MD06")
    case = Case.objects.get(invoice=invoice)
    assert (case.state, case.position_key) == ("active", before.position_key)
    assert case.resume_on == COLLECT_ON + timedelta(days=15)
    task = Task.objects.get(kind="reopened")
    assert "teruggeboekt op verzoek van de debiteur (MD06)" in task.note
    assert Mandate.objects.get().state == "active"


def test_the_same_storno_twice_is_one(collected: DirectDebit, invoice: Invoice) -> None:
    first = returned(collected, "AM04")

    again = returned(collected, "AM04")

    assert again == first
    assert stood(invoice).open_amount == Decimal(121)
    assert Task.objects.filter(kind="reopened").count() == 1


@pytest.mark.parametrize("code", ["AC04", "AC06", "MD01", "MD07"])
def test_a_closed_account_blocks_the_mandate_and_nothing_is_tried_again(
    collected: DirectDebit, invoice: Invoice, code: str
) -> None:
    returned(collected, code)

    mandate_now = Mandate.objects.get()
    assert (mandate_now.state, mandate_now.blocked_reason) == ("blocked", code)
    later = COLLECT_ON + timedelta(days=30)
    everything = collectable.plan(later, actor().at, TODAY, retry=[f"f-{invoice.public_id}"])
    assert everything.lines == ()


def test_want_of_money_may_be_tried_once_more_by_choice(collected: DirectDebit, invoice: Invoice) -> None:
    returned(collected, "AM04")
    later = COLLECT_ON + timedelta(days=28)
    key = f"f-{invoice.public_id}"

    by_itself = collectable.plan(later, actor().at, TODAY)
    chosen = collectable.plan(later, actor().at, TODAY, retry=[key])

    assert [one.why_not for one in by_itself.left_out] == ["returned"]
    assert [one.key for one in chosen.lines] == [key]
    day = COLLECT_ON + timedelta(days=9)
    batch = operations.propose_batch(collect_on=later, retry=[key], by=at(day))
    operations.approve_batch(batch=batch, by=at(day))
    operations.send_batch(batch=batch, by=at(later - timedelta(days=4)))
    again = DirectDebit.objects.get(state="sent")
    returned(again, "AM04", later)
    assert collectable.plan(later, actor().at, TODAY, retry=[key]).lines == ()


def test_what_is_refused_before_it_was_paid_out_leaves_the_claim_open_with_a_task(invoice: Invoice, by: Actor) -> None:
    batch = sent(by)
    debit = DirectDebit.objects.get()

    assert returned(debit, "AM04", COLLECT_ON) is None

    debit.refresh_from_db()
    assert (debit.state, debit.payment) == ("returned", None)
    assert stood(invoice).is_open
    assert Task.objects.filter(kind="reopened").exists()
    assert awaited.awaited_credits() == []
    with pytest.raises(operations.BatchIsPast):
        operations.cancel_batch(batch=batch, reason="te laat", by=by)


def test_a_one_off_mandate_is_used_up(bedrijf: Debtor, creditor: CreditorSettings, by: Actor) -> None:
    mandate(bedrijf, is_one_off=True)
    factories.invoice(bedrijf, due=COLLECT_ON)
    batch = sent(by)
    assert DirectDebit.objects.get().sequence == "OOFF"

    collecting.batch_collected(line=paid_out(batch), credit=awaited.awaited_credits()[0], by=at(COLLECT_ON))

    assert Mandate.objects.get().state == "ended"


def test_a_b2b_collection_cannot_be_taken_back_without_a_reason(
    bedrijf: Debtor, creditor: CreditorSettings, by: Actor
) -> None:
    mandate(bedrijf, scheme="B2B")
    factories.invoice(bedrijf, due=COLLECT_ON)
    batch = sent(by)

    collecting.batch_collected(line=paid_out(batch), credit=awaited.awaited_credits()[0], by=at(COLLECT_ON))

    assert DirectDebit.objects.get().refundable_until is None


def test_a_bank_that_itemises_gives_each_payment_apart(invoice: Invoice, by: Actor) -> None:
    sent(by)
    debit = DirectDebit.objects.get()
    money = line("121.00", end_to_end_id=debit.end_to_end_id, value_on=COLLECT_ON)

    first = collecting.line_collected(line=money, debit=debit, by=at(COLLECT_ON))
    again = collecting.line_collected(line=money, debit=debit, by=at(COLLECT_ON))

    assert first == again
    assert not stood(invoice).is_open


# --- Instalments


def test_an_instalment_is_collected_instead_of_its_invoice(
    bedrijf: Debtor, creditor: CreditorSettings, by: Actor
) -> None:
    mandate(bedrijf)
    claim = factories.invoice(bedrijf, due=TODAY - timedelta(days=10), amount="120.00")
    parts = [(COLLECT_ON, Decimal(60)), (COLLECT_ON + timedelta(days=30), Decimal(60))]
    made = operations.propose_arrangement(debtor=bedrijf, invoices=[claim], schedule=parts, by=by, by_debtor=False)
    operations.agree_arrangement(arrangement=made, by=by)
    Arrangement.objects.update(by_direct_debit=True)

    found = plan()

    assert [(one.amount, one.sequence) for one in found.lines] == [(Decimal(60), "RCUR")]
    assert [one.why_not for one in found.left_out] == ["arranged"]
    batch = sent(by)
    first = Instalment.objects.order_by("number")[0]
    assert queries.instalments_in_collection([first.pk]) == {first.pk}
    collecting.batch_collected(line=paid_out(batch, "60.00"), credit=awaited.awaited_credits()[0], by=at(COLLECT_ON))
    first.refresh_from_db()
    assert (first.state, first.paid) == ("paid", Decimal(60))
    assert stood(claim).open_amount == Decimal(60)


def test_an_instalment_that_is_being_paid_online_is_not_collected(
    bedrijf: Debtor, creditor: CreditorSettings, by: Actor
) -> None:
    mandate(bedrijf)
    claim = factories.invoice(bedrijf, due=TODAY - timedelta(days=10), amount="120.00")
    parts = [(COLLECT_ON, Decimal(60)), (COLLECT_ON + timedelta(days=30), Decimal(60))]
    made = operations.propose_arrangement(debtor=bedrijf, invoices=[claim], schedule=parts, by=by, by_debtor=False)
    operations.agree_arrangement(arrangement=made, by=by)
    Arrangement.objects.update(by_direct_debit=True)
    paying = CheckoutAttempt.objects.create(
        debtor=bedrijf, amount=60, description="termijn 1", state="pending", started_at=by.at
    )
    CheckoutItem.objects.create(checkout=paying, invoice=claim, amount=60)

    found = plan()

    assert not found.lines
    assert sorted(one.why_not for one in found.left_out) == ["arranged", "paying_online"]


def test_while_the_bank_is_at_an_instalment_nobody_is_reminded_and_nothing_falls(
    bedrijf: Debtor, creditor: CreditorSettings, by: Actor
) -> None:
    mandate(bedrijf)
    claim = factories.invoice(bedrijf, due=TODAY - timedelta(days=10), amount="120.00")
    parts = [(COLLECT_ON, Decimal(60)), (COLLECT_ON + timedelta(days=60), Decimal(60))]
    made = operations.propose_arrangement(debtor=bedrijf, invoices=[claim], schedule=parts, by=by, by_debtor=False)
    operations.agree_arrangement(arrangement=made, by=by)
    Arrangement.objects.update(by_direct_debit=True)
    sent(by)
    late = COLLECT_ON + timedelta(days=12)  # two days past the last that an arrangement may be late

    operations.judge_arrangements(debtor_ids=None, day=late, by=at(late))
    assert Arrangement.objects.get().state == "active"
    assert instalments.due(COLLECT_ON + timedelta(days=3)) == []

    returned(DirectDebit.objects.get(), "AM04", late)
    assert instalments.due(COLLECT_ON + timedelta(days=3)) != []
    operations.judge_arrangements(debtor_ids=None, day=late, by=at(late))
    assert Arrangement.objects.get().state == "defaulted"
