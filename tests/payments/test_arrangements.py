"""Paying in parts: proposed, agreed, judged by the money that comes, ended. Operations, one behaviour a test."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from audit.models import Entry
from common.errors import DomainError
from correspondence.models import Message
from debtors.models import Debtor
from dunning import operations as ladder
from invoices import operations as invoices
from invoices import queries as invoice_queries
from invoices.models import Invoice
from payments import arranged
from payments import operations as money
from payments.models import Arrangement, ArrangementTerms, Instalment, Promise
from tests import factories
from tests.payments.arranging import MONDAY, debtor_himself, on, pay, propose, schedule, state, states
from worklist.models import Task, TaskKind

FIRST = MONDAY + timedelta(days=7)


@pytest.fixture
def claim(particulier: Debtor) -> Invoice:
    return factories.invoice(particulier, amount="300.00", due=date(2026, 2, 20))


def test_a_proposal_inside_the_limits_is_agreed_at_once_and_confirmed(particulier: Debtor, claim: Invoice) -> None:
    made = propose(particulier, [claim], "300.00", first_on=FIRST, day=MONDAY)

    assert state(made) == "active"
    assert [str(row.amount) for row in made.instalments.order_by("number")] == ["100.00"] * 3
    (mail,) = Message.objects.filter(subject_kind="arrangement_agreed", subject_id=made.public_id)
    assert mail.subject_line.startswith("Onze afspraak: de bevestiging")  # no debt on a locked phone
    assert mail.body_html.count("/betalen/") >= 3  # a link for each instalment
    assert not Task.objects.open().exists()


def test_a_request_acknowledges_the_claim_and_the_log_says_so(particulier: Debtor, claim: Invoice) -> None:
    propose(particulier, [claim], "300.00", first_on=FIRST, day=MONDAY)

    (entry,) = Entry.objects.filter(verb="invoice.acknowledged")
    assert entry.subject_id == claim.public_id


def test_a_person_who_makes_one_records_no_acknowledgement(particulier: Debtor, claim: Invoice) -> None:
    money.make_arrangement(debtor=particulier, invoices=[claim], schedule=schedule("300.00", 12, FIRST), by=on(MONDAY))

    assert not Entry.objects.filter(verb="invoice.acknowledged").exists()
    assert Arrangement.objects.get().state == "active"  # limits are for debtors


def test_outside_the_limits_a_person_is_asked_and_told_why(particulier: Debtor, claim: Invoice) -> None:
    made = propose(particulier, [claim], "300.00", months=12, first_on=FIRST, day=MONDAY)

    assert state(made) == "proposed"
    (task,) = Task.objects.open().filter(kind=TaskKind.ARRANGEMENT_PROPOSAL, subject_id=made.public_id)
    assert "hoogstens 6 maanden" in task.note
    assert not Message.objects.exists()


def test_agreeing_to_a_proposal_finishes_the_task(particulier: Debtor, claim: Invoice) -> None:
    made = propose(particulier, [claim], "300.00", months=12, first_on=FIRST, day=MONDAY)

    money.agree_arrangement(arrangement=made, by=on(MONDAY + timedelta(days=1)))

    assert state(made) == "active"
    assert not Task.objects.open().exists()
    assert Message.objects.filter(subject_kind="arrangement_agreed").count() == 1


def test_declining_tells_the_debtor_why(particulier: Debtor, claim: Invoice) -> None:
    made = propose(particulier, [claim], "300.00", months=12, first_on=FIRST, day=MONDAY)

    money.decline_arrangement(arrangement=made, reason="twaalf maanden is te lang", by=on(MONDAY))

    assert (state(made), states(made)[0]) == ("declined", "ended")
    (mail,) = Message.objects.filter(subject_kind="arrangement_declined")
    assert "twaalf maanden is te lang" in mail.body_text
    with pytest.raises(money.ArrangementHasEnded):
        money.agree_arrangement(arrangement=made, by=on(MONDAY))


def test_a_counter_proposal_takes_its_place_and_holds_at_once(particulier: Debtor, claim: Invoice) -> None:
    made = propose(particulier, [claim], "300.00", months=12, first_on=FIRST, day=MONDAY)

    other = money.counter_arrangement(
        arrangement=made, schedule=schedule("300.00", 4, FIRST), reason="vier maanden kan wel", by=on(MONDAY)
    )

    assert (state(made), state(other), other.replaces_id) == ("declined", "active", made.pk)
    (mail,) = Message.objects.all()
    assert mail.subject_kind == "arrangement_counter"
    assert "betaalt u de eerste termijn op tijd" in mail.body_text


def test_a_debtor_cannot_propose_where_the_tenant_does_not_want_it(particulier: Debtor, claim: Invoice) -> None:
    money.change_arrangement_terms(is_offered=False, by=on(MONDAY))

    with pytest.raises(money.ArrangementsNotOffered):
        propose(particulier, [claim], "300.00", first_on=FIRST, day=MONDAY)


def test_the_second_one_in_a_year_is_for_a_person(particulier: Debtor, claim: Invoice) -> None:
    propose(particulier, [claim], "300.00", months=1, first_on=FIRST, day=MONDAY)
    pay(particulier, "300.00", MONDAY)
    other = factories.invoice(particulier, amount="100.00", due=date(2026, 2, 20))

    again = propose(particulier, [other], "100.00", months=2, first_on=FIRST, day=MONDAY)

    assert state(again) == "proposed"


@pytest.mark.parametrize(
    ("total", "first_on", "refusal"),
    [
        ("299.99", FIRST, money.ScheduleDoesNotAddUp),
        ("300.00", MONDAY - timedelta(days=1), money.ScheduleInThePast),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(
    particulier: Debtor, claim: Invoice, total: str, first_on: date, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        propose(particulier, [claim], total, first_on=first_on, day=MONDAY)

    assert not Arrangement.objects.exists()


def test_a_claim_is_in_one_arrangement_at_a_time(particulier: Debtor, claim: Invoice) -> None:
    propose(particulier, [claim], "300.00", first_on=FIRST, day=MONDAY)

    with pytest.raises(money.AlreadyArranged):
        propose(particulier, [claim], "300.00", first_on=FIRST, day=MONDAY)


def test_a_claim_of_somebody_else_is_refused(particulier: Debtor, bedrijf: Debtor, claim: Invoice) -> None:
    with pytest.raises(money.NotThisDebtors):
        propose(bedrijf, [claim], "300.00", first_on=FIRST, day=MONDAY)


def test_a_claim_that_an_agency_has_cannot_be_arranged(particulier: Debtor, claim: Invoice) -> None:
    ladder.hand_over(invoices=[claim], agency="Incasso Noord", by=on(MONDAY))

    with pytest.raises(ladder.ClaimIsHandedOver):
        propose(particulier, [claim], "300.00", first_on=FIRST, day=MONDAY)


def test_what_is_disputed_stays_out(particulier: Debtor, claim: Invoice) -> None:
    invoices.open_dispute(invoice=claim, reason="defect", amount=Decimal("60.00"), by=on(MONDAY))

    made = propose(particulier, [claim], "240.00", first_on=FIRST, day=MONDAY)
    pay(particulier, "80.00", FIRST)

    assert made.total == Decimal("240.00")
    assert states(made) == ["paid", "open", "open"]


def test_a_wholly_disputed_claim_cannot_be_arranged(particulier: Debtor, claim: Invoice) -> None:
    invoices.open_dispute(invoice=claim, reason="defect", amount=None, by=on(MONDAY))

    with pytest.raises(money.NothingToArrange):
        propose(particulier, [claim], "300.00", first_on=FIRST, day=MONDAY)


def test_a_running_promise_is_replaced(particulier: Debtor, claim: Invoice) -> None:
    money.make_promise(
        debtor=particulier, invoices=[claim], amount=Decimal("300.00"), promised_for=FIRST, by=on(MONDAY)
    )

    propose(particulier, [claim], "300.00", first_on=FIRST, day=MONDAY)

    assert Promise.objects.get().state == "cancelled"


def test_a_payment_finds_its_instalment_and_extra_goes_to_the_next(particulier: Debtor, claim: Invoice) -> None:
    made = propose(particulier, [claim], "300.00", first_on=FIRST, day=MONDAY)

    pay(particulier, "150.00", FIRST)

    assert states(made) == ["paid", "open", "open"]
    second = made.instalments.get(number=2)
    assert (second.paid, arranged.rest_of(second)) == (Decimal("50.00"), Decimal("50.00"))
    assert arranged.what_pays(second) == {claim: Decimal("50.00")}


def test_exactly_an_instalment_means_its_claims_and_not_an_older_one(particulier: Debtor, claim: Invoice) -> None:
    older = factories.invoice(particulier, amount="500.00", due=date(2026, 1, 5))
    made = propose(particulier, [claim], "300.00", first_on=FIRST, day=MONDAY)

    pay(particulier, "100.00", FIRST)

    older.refresh_from_db()
    assert older.principal_open == Decimal("500.00")
    assert states(made)[0] == "paid"


def test_all_paid_completes_it_with_thanks(particulier: Debtor, claim: Invoice) -> None:
    made = propose(particulier, [claim], "300.00", first_on=FIRST, day=MONDAY)

    pay(particulier, "300.00", FIRST)

    assert (state(made), states(made)) == ("completed", ["paid"] * 3)
    assert Message.objects.filter(subject_kind="arrangement_done").count() == 1


def test_a_chargeback_lets_a_paid_one_run_again(particulier: Debtor, claim: Invoice) -> None:
    made = propose(particulier, [claim], "300.00", first_on=FIRST, day=MONDAY)
    payment = pay(particulier, "300.00", FIRST)

    money.reverse_payment(payment=payment, reason="MD06", reversed_on=FIRST, by=on(FIRST))

    assert (state(made), states(made)) == ("active", ["open"] * 3)
    assert arranged.of_invoices([claim.pk]) == {claim.pk: Arrangement.objects.get()}


def test_a_chargeback_when_a_part_is_long_late_makes_it_fall(particulier: Debtor, claim: Invoice) -> None:
    made = propose(particulier, [claim], "300.00", first_on=FIRST, day=MONDAY)
    payment = pay(particulier, "300.00", FIRST)
    late = FIRST + timedelta(days=20)

    money.reverse_payment(payment=payment, reason="MD06", reversed_on=late, by=on(late))

    assert state(made) == "defaulted"
    assert Task.objects.open().filter(kind=TaskKind.ARRANGEMENT_BROKEN).count() == 1


def test_a_write_off_and_a_credit_note_count_as_paid(particulier: Debtor, claim: Invoice) -> None:
    made = propose(particulier, [claim], "300.00", first_on=FIRST, day=MONDAY)

    invoices.write_off(invoice=claim, amount=Decimal("100.00"), reason="coulance", by=on(MONDAY))

    assert states(made) == ["paid", "open", "open"]


def test_no_interest_is_asked_while_it_is_kept_and_all_of_it_when_it_falls(bedrijf: Debtor) -> None:
    claim = factories.invoice(bedrijf, amount="3000.00", due=date(2026, 1, 2))
    invoices.charge_interest(invoice=claim, through=date(2026, 2, 1), by=on(MONDAY))
    total = invoice_queries.amount_due(Invoice.objects.get(pk=claim.pk), MONDAY).total
    made = money.make_arrangement(
        debtor=bedrijf, invoices=[claim], schedule=schedule(str(total), 3, FIRST), by=on(MONDAY)
    )
    later = MONDAY + timedelta(days=60)
    kept = invoice_queries.amount_due(Invoice.objects.get(pk=claim.pk), later)

    money.cancel_arrangement(arrangement=made, reason="op verzoek", by=on(later))
    after = invoice_queries.amount_due(Invoice.objects.get(pk=claim.pk), later)

    assert kept.total == total
    assert after.total == total + after.interest_running
    assert after.interest_running > 0


def test_paying_to_the_end_is_full_discharge(bedrijf: Debtor) -> None:
    claim = factories.invoice(bedrijf, amount="3000.00", due=date(2026, 1, 2))
    invoices.charge_interest(invoice=claim, through=date(2026, 2, 1), by=on(MONDAY))
    total = invoice_queries.amount_due(Invoice.objects.get(pk=claim.pk), MONDAY).total
    made = money.make_arrangement(
        debtor=bedrijf, invoices=[claim], schedule=schedule(str(total), 2, FIRST), by=on(MONDAY)
    )

    for part in Instalment.objects.filter(arrangement=made).order_by("number"):
        pay(bedrijf, str(part.amount), part.due_on)

    claim.refresh_from_db()
    assert (state(made), claim.is_open) == ("completed", False)


def test_what_changed_between_proposal_and_agreement_is_taken_by_the_last_part(
    particulier: Debtor, claim: Invoice
) -> None:
    made = propose(particulier, [claim], "300.00", months=12, first_on=FIRST, day=MONDAY)
    pay(particulier, "40.00", MONDAY)

    agreed = money.agree_arrangement(arrangement=made, by=on(MONDAY + timedelta(days=1)))

    amounts = list(agreed.instalments.exclude(state="ended").order_by("number").values_list("amount", flat=True))
    assert (agreed.total, sum(amounts), len(amounts)) == (Decimal("260.00"), Decimal("260.00"), 11)


def test_cancelling_needs_one_that_is_not_over(particulier: Debtor, claim: Invoice) -> None:
    made = propose(particulier, [claim], "300.00", first_on=FIRST, day=MONDAY)
    money.cancel_arrangement(arrangement=made, reason="vergissing", by=on(MONDAY))

    assert states(made) == ["ended"] * 3
    with pytest.raises(money.ArrangementHasEnded):
        money.cancel_arrangement(arrangement=made, reason="nog eens", by=on(MONDAY))
    propose(particulier, [claim], "300.00", months=12, first_on=FIRST, day=MONDAY)  # its claim is free again


def test_the_limits_are_changed_and_logged(inside: object) -> None:
    money.change_arrangement_terms(max_months=9, per_year=2, by=on(MONDAY))
    money.change_arrangement_terms(max_months=9, by=on(MONDAY))

    assert ArrangementTerms.objects.get().max_months == 9
    assert Entry.objects.filter(verb="tenant.settings_changed", subject_label="arrangements").count() == 1


# --- Promises by debtors themselves


def test_a_debtor_promises_no_further_than_the_tenant_lets_him(particulier: Debtor, claim: Invoice) -> None:
    far = MONDAY + timedelta(days=22)

    with pytest.raises(money.PromiseTooFar) as refusal:
        money.make_promise(
            debtor=particulier,
            invoices=[claim],
            amount=Decimal("300.00"),
            promised_for=far,
            by=debtor_himself(particulier, MONDAY),
            by_debtor=True,
        )

    assert "23-03-2026" in str(refusal.value)
    assert not Promise.objects.exists()
    assert money.last_promise_day(MONDAY) == date(2026, 3, 23)


def test_a_second_promise_is_asked_of_a_person_once(particulier: Debtor, claim: Invoice) -> None:
    for _ in range(2):
        money.ask_for_second_promise(
            debtor=particulier,
            invoices=[claim],
            amount=Decimal("300.00"),
            promised_for=FIRST,
            by=debtor_himself(particulier, MONDAY),
        )

    (task,) = Task.objects.open()
    assert (task.kind, task.amount) == (TaskKind.SECOND_PROMISE, Decimal("300.00"))
    assert claim.number in task.note


@pytest.mark.parametrize(("days", "refusal"), [(-1, money.PromiseInThePast), (40, money.PromiseTooFar)])
def test_a_second_promise_keeps_to_the_same_days(
    particulier: Debtor, claim: Invoice, days: int, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        money.ask_for_second_promise(
            debtor=particulier,
            invoices=[claim],
            amount=Decimal("300.00"),
            promised_for=MONDAY + timedelta(days=days),
            by=debtor_himself(particulier, MONDAY),
        )

    assert not Task.objects.exists()
