"""What stops a letter (R6), read from the database as the night reads it; and what makes it go on again."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from debtors import operations as debtors
from debtors.models import Contact, Debtor
from debtors.states import LegalState
from dunning import operations as ladder
from dunning import queries, reasons
from dunning.models import Case, Hold, Notice, Policy, PolicyChoice, Step
from dunning.snapshot import Kind, Rung
from invoices import operations as claims
from invoices.models import CreditNote, Dispute, Invoice
from payments import operations as payments
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.fakes.channel import FakeMail
from worklist.models import Task

pytestmark = pytest.mark.django_db

D = Decimal
DUE = date(2026, 2, 20)  # a Friday
DAY = date(2026, 2, 25)  # five days later, a Wednesday
THURSDAY, FRIDAY, MONDAY = date(2026, 2, 26), date(2026, 2, 27), date(2026, 3, 2)


@pytest.fixture(autouse=True)
def mail() -> Iterator[None]:
    FakeMail.reset()
    yield
    FakeMail.reset()


@pytest.fixture
def claim(bakkerij: Tenant) -> Invoice:
    with tenant_context(bakkerij.pk):
        return factories.invoice(factories.debtor(kind="business"), amount="100.00", due=DUE)


def by(day: date = DAY, hour: int = 8) -> Any:
    return nights.bookkeeper(nights.at(day, hour))


def debtor_of(claim: Invoice) -> Debtor:
    return Debtor.objects.get(pk=claim.debtor_id)


def why(claim: Invoice) -> tuple[str, date | None]:
    with tenant_context(claim.tenant_id or 0):
        case = Case.objects.get(invoice=claim)
        return case.why_code, case.why_until


def mails_on(tenant: Tenant, *days: date) -> list[date]:
    return [day for day in days if nights.play(tenant.pk, day).mails]


# --- Holds


@pytest.mark.parametrize("whom", ["debtor", "invoice"])
def test_a_hold_stops_through_its_last_day_and_the_ladder_goes_on_by_itself(
    bakkerij: Tenant, claim: Invoice, whom: str
) -> None:
    with tenant_context(bakkerij.pk):
        target = {"debtor": debtor_of(claim)} if whom == "debtor" else {"invoice": claim}
        ladder.place_hold(reason="vakantie", until=THURSDAY, by=by(), **target)

    assert mails_on(bakkerij, DAY) == []
    assert why(claim) == (f"{whom}_hold", THURSDAY)
    assert mails_on(bakkerij, THURSDAY, FRIDAY) == [FRIDAY]


def test_a_hold_without_an_end_stops_until_somebody_lifts_it(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        hold = ladder.place_hold(debtor=debtor_of(claim), reason="overleg", by=by())
    assert mails_on(bakkerij, DAY, date(2026, 3, 25)) == []

    with tenant_context(bakkerij.pk):
        ladder.lift_hold(hold=hold, by=by(date(2026, 3, 25)))

    assert mails_on(bakkerij, date(2026, 3, 26)) == [date(2026, 3, 26)]


def test_of_two_holds_the_longest_counts(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        ladder.place_hold(invoice=claim, reason="a", until=THURSDAY, by=by())
        endless = ladder.place_hold(invoice=claim, reason="b", by=by())
        ladder.place_hold(invoice=claim, reason="c", until=FRIDAY, by=by())

    assert mails_on(bakkerij, DAY, MONDAY) == []
    assert why(claim) == ("invoice_hold", None)
    with tenant_context(bakkerij.pk):
        ladder.lift_hold(hold=endless, by=by(MONDAY))
    assert mails_on(bakkerij, date(2026, 3, 3)) == [date(2026, 3, 3)]


def test_a_hold_on_one_invoice_leaves_the_other_in_the_letter(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        other = factories.invoice(debtor_of(claim), amount="80.00", due=DUE)
        ladder.place_hold(invoice=claim, reason="overleg", by=by())

    (mail,) = nights.play(bakkerij.pk, DAY).mails

    assert other.number in mail.text
    assert claim.number not in mail.text


def test_a_hold_withdraws_what_waits(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        nights.plan(DAY)
        nights.approve(DAY)
        nights.release(DAY)

        ladder.place_hold(debtor=debtor_of(claim), reason="overleg", by=by())

        assert Notice.objects.get().state == "withdrawn"
    assert nights.deliver(bakkerij.pk, DAY) == []


def test_a_hold_that_is_over_before_it_begins_is_refused(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        with pytest.raises(ladder.HoldInThePast):
            ladder.place_hold(invoice=claim, reason="x", until=DAY - timedelta(days=1), by=by())

        assert not Hold.objects.exists()


# --- Disputes


def dispute(claim: Invoice, amount: str | None = None, **more: Any) -> Dispute:
    return claims.open_dispute(
        invoice=claim, reason="price", amount=None if amount is None else D(amount), by=by(), **more
    )


def test_a_dispute_about_the_whole_stops_the_ladder_and_takes_a_waiting_letter_back(
    bakkerij: Tenant, claim: Invoice
) -> None:
    with tenant_context(bakkerij.pk):
        nights.plan(DAY)
        nights.approve(DAY)
        nights.release(DAY)

        dispute(claim)

        assert Notice.objects.get().state == "withdrawn"
    assert nights.deliver(bakkerij.pk, DAY) == []
    assert mails_on(bakkerij, THURSDAY, MONDAY) == []
    assert why(claim)[0] == "dispute"


def test_a_part_in_dispute_leaves_the_rest_on_the_ladder(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        dispute(claim, "30.00")

    (mail,) = nights.play(bakkerij.pk, DAY).mails

    assert "70,00" in mail.text
    with tenant_context(bakkerij.pk):
        assert Notice.objects.get().total == D("70.00")


def test_a_rejected_dispute_resumes_at_the_same_rung_with_a_new_term(bakkerij: Tenant, claim: Invoice) -> None:
    nights.play(bakkerij.pk, DAY)
    with tenant_context(bakkerij.pk):
        opened = dispute(claim)
        claims.resolve_dispute(dispute=opened, outcome="rejected", resolution="geleverd", by=by(MONDAY))

    sent = mails_on(bakkerij, *(MONDAY + timedelta(days=number) for number in range(1, 10)))

    assert sent == [MONDAY + timedelta(days=7)]
    assert FakeMail.taken[-1].subject.startswith("Tweede herinnering")


def test_a_dispute_that_nobody_answers_in_time_is_asked_about_once(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        opened = dispute(claim, deadline=FRIDAY)

    mails_on(bakkerij, FRIDAY)
    with tenant_context(bakkerij.pk):
        assert not Task.objects.exists()  # Friday is still in time
    mails_on(bakkerij, MONDAY, date(2026, 3, 3))

    with tenant_context(bakkerij.pk):
        task = Task.objects.get()
        assert (task.kind, task.subject_id) == ("dispute_deadline", opened.public_id)
        claims.resolve_dispute(dispute=opened, outcome="rejected", resolution="x", by=by(date(2026, 3, 3)))
        assert not Task.objects.open().exists()


def test_more_than_is_open_cannot_be_disputed_nor_the_same_invoice_twice(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        with pytest.raises(claims.DisputedPartTooLarge):
            dispute(claim, "100.01")
        dispute(claim, "100.00")
        with pytest.raises(claims.DisputeIsOpen):
            dispute(claim, "1.00")


def test_a_dispute_that_covers_what_is_left_stops_the_ladder_too(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        dispute(claim, "60.00")
        payments.book_payment(debtor=debtor_of(claim), amount=D("40.00"), received_on=DAY, by=by())

    assert mails_on(bakkerij, THURSDAY) == []
    assert why(claim)[0] == "dispute"


# --- The debtor


@pytest.mark.parametrize("state", [state for state in LegalState.values if state])
def test_in_every_legal_state_nothing_is_sent_and_what_waits_is_withdrawn(
    bakkerij: Tenant, claim: Invoice, state: str
) -> None:
    with tenant_context(bakkerij.pk):
        nights.plan(DAY)
        nights.approve(DAY)
        nights.release(DAY)
        debtors.set_legal_state(debtor=debtor_of(claim), state=state, since=DAY, by=by())

    assert nights.deliver(bakkerij.pk, DAY) == []
    assert mails_on(bakkerij, THURSDAY, date(2026, 4, 15)) == []
    assert why(claim)[0] == "legal_state"


def test_when_the_state_is_lifted_the_ladder_goes_on(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        debtors.set_legal_state(debtor=debtor_of(claim), state="suspension", since=DAY, by=by())
    assert mails_on(bakkerij, DAY) == []

    with tenant_context(bakkerij.pk):
        debtors.set_legal_state(debtor=debtor_of(claim), state="", since=None, by=by())

    assert mails_on(bakkerij, THURSDAY) == [THURSDAY]


def test_who_joins_the_own_group_has_his_waiting_letter_withdrawn(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        nights.plan(DAY)
        debtors.change_debtor(debtor=debtor_of(claim), own_group=True, by=by())

        assert Notice.objects.get().state == "withdrawn"
    assert mails_on(bakkerij, THURSDAY) == []
    assert why(claim)[0] == "own_group"


def test_without_any_address_a_task_asks_for_one_and_then_the_letter_goes(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        nobody = factories.debtor(kind="business", email="", street="", city="")
        claim = factories.invoice(nobody, amount="100.00", due=DUE)
    assert mails_on(bakkerij, DAY, THURSDAY) == []
    with tenant_context(bakkerij.pk):
        assert why(claim)[0] == "no_address"
        assert [task.kind for task in Task.objects.open()] == ["no_address"]

        debtors.add_contact(debtor=debtor_of(claim), role="reminder", email="nieuw@post.test", by=by(THURSDAY))

        assert not Task.objects.open().exists()
    assert mails_on(bakkerij, FRIDAY) == [FRIDAY]


def test_the_reminder_goes_to_the_contact_for_reminders(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        Contact.objects.all().delete()
        for role in ("escalation", "invoice", "reminder"):
            debtors.add_contact(debtor=debtor_of(claim), role=role, email=f"{role}@post.test", by=by())

    (mail,) = nights.play(bakkerij.pk, DAY).mails

    assert mail.to_address == "reminder@post.test"


# --- Amounts


@pytest.mark.parametrize(("amount", "reason"), [("4.99", "below_minimum"), ("9.99", "below_minimum"), ("10.00", "")])
def test_below_the_minimum_nothing_is_written(bakkerij: Tenant, amount: str, reason: str) -> None:
    with tenant_context(bakkerij.pk):
        claim = factories.invoice(factories.debtor(kind="business"), amount=amount, due=DUE)

    sent = mails_on(bakkerij, DAY)

    assert bool(sent) is not bool(reason)
    if reason:
        assert why(claim)[0] == reason


def test_another_minimum_lets_what_stood_still_go_on(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        factories.invoice(factories.debtor(kind="business"), amount="9.00", due=DUE)
    assert mails_on(bakkerij, DAY) == []

    with tenant_context(bakkerij.pk):
        ladder.change_ladder_settings(minimum_debtor=D("5.00"), by=by())

    assert mails_on(bakkerij, THURSDAY) == [THURSDAY]


@pytest.mark.parametrize(("paid", "small"), [("97.50", True), ("97.49", False)])
def test_a_small_rest_is_a_proposal_to_write_off_and_no_letter(
    bakkerij: Tenant, claim: Invoice, paid: str, small: bool
) -> None:
    with tenant_context(bakkerij.pk):
        payments.book_payment(debtor=debtor_of(claim), amount=D(paid), received_on=DUE, by=by())

    assert mails_on(bakkerij, DAY) == []

    with tenant_context(bakkerij.pk):
        assert why(claim)[0] == ("small_rest" if small else "below_minimum")
        assert [task.kind for task in Task.objects.open()] == (["small_rest"] if small else [])


def test_a_small_invoice_is_not_a_small_rest(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        claim = factories.invoice(factories.debtor(kind="business"), amount="2.00", due=DUE)
    mails_on(bakkerij, DAY)

    assert why(claim)[0] == "below_minimum"


# --- Credit


@pytest.mark.parametrize(("credit", "written"), [("89.99", True), ("90.00", False), ("100.00", False)])
def test_credit_is_set_off_in_the_decision_to_write(
    bakkerij: Tenant, claim: Invoice, credit: str, written: bool
) -> None:
    with tenant_context(bakkerij.pk):
        factories.credit_note(debtor_of(claim), amount=credit)

    assert bool(mails_on(bakkerij, DAY)) is written
    with tenant_context(bakkerij.pk):
        assert [task.kind for task in Task.objects.open()] == ([] if written else ["allocate_credit"])


def test_when_the_credit_was_allocated_the_rest_is_reminded(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        note = factories.credit_note(debtor_of(claim), amount="90.00")
    assert mails_on(bakkerij, DAY) == []

    with tenant_context(bakkerij.pk):
        small = factories.invoice(debtor_of(claim), amount="90.00", due=date(2026, 4, 1))
        claims.allocate_credit_note(note=CreditNote.objects.get(pk=note.pk), invoice=small, by=by())

    assert mails_on(bakkerij, THURSDAY) == [THURSDAY]


def test_money_that_paid_for_nothing_yet_counts_as_credit(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        debtor = factories.debtor(kind="business")
        payments.book_payment(debtor=debtor, amount=D("100.00"), received_on=DUE, by=by())
        claim = factories.invoice(debtor, amount="100.00", due=DUE)

    assert mails_on(bakkerij, DAY) == []
    assert why(claim)[0] == "credit"


# --- Contact interval (R3)


def test_a_debtor_is_not_written_to_twice_within_a_week_whatever_falls_due(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        second = factories.invoice(debtor_of(claim), amount="80.00", due=DUE + timedelta(days=3))

    sent = mails_on(bakkerij, *(DAY + timedelta(days=number) for number in range(9)))

    assert sent == [DAY, DAY + timedelta(days=7)]
    with tenant_context(bakkerij.pk):
        assert Step.objects.get(case__invoice=second).dispatched_on == DAY + timedelta(days=7)


# --- Which policy (R5)


def policy(tenant: Tenant, name: str, days: int, variant: str = "business") -> Policy:
    with tenant_context(tenant.pk):
        return ladder.publish(
            name=name, variant=variant, rungs=[Rung("r", Kind.REMINDER, days, channels=("email",))], by=by()
        )


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [((), 5), (("segment",), 8), (("segment", "debtor"), 11), (("segment", "debtor", "invoice"), 14)],
    ids=["nothing", "segment", "debtor", "invoice"],
)
def test_the_invoice_chooses_before_the_debtor_before_his_segment_before_the_default(
    bakkerij: Tenant, chosen: tuple[str, ...], expected: int
) -> None:
    days = {"segment": 8, "debtor": 11, "invoice": 14}
    made = {name: policy(bakkerij, name, days[name]) for name in chosen}
    with tenant_context(bakkerij.pk):
        claim = factories.invoice(factories.debtor(kind="business", segment="groot"), due=DUE)
        targets: dict[str, Any] = {
            "segment": {"segment": "groot"},
            "debtor": {"debtor": debtor_of(claim)},
            "invoice": {"invoice": claim},
        }
        for name in chosen:
            ladder.choose_policy(lineage=made[name].lineage, variant="business", by=by(), **targets[name])
        rungs = queries.policies()[Case.objects.get().policy_id].rungs

    first = next(rung for rung in rungs if rung.kind == Kind.REMINDER)
    assert first.days == expected


def test_no_choice_puts_a_consumer_on_a_ladder_for_businesses(bakkerij: Tenant) -> None:
    made = policy(bakkerij, "streng", 1)
    with tenant_context(bakkerij.pk):
        consumer = factories.debtor(kind="consumer")
        ladder.choose_policy(lineage=made.lineage, variant="business", debtor=consumer, by=by())
        factories.invoice(consumer, due=DUE)

        assert Case.objects.get().policy.variant == "consumer"
        assert PolicyChoice.objects.count() == 1


def test_how_he_acted_for_this_contract_counts_and_not_what_he_is(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        business = factories.debtor(kind="business")
        private = factories.invoice(business, due=DUE, acted_as_consumer=True)

        assert Case.objects.get(invoice=private).policy.variant == "consumer"


def test_one_letter_is_of_one_legal_variant(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        debtor = factories.debtor(kind="business")
        private = factories.invoice(debtor, due=DUE, acted_as_consumer=True)
        trade = factories.invoice(debtor, due=DUE)

    (mail,) = nights.play(bakkerij.pk, DAY).mails

    assert (private.number in mail.text) != (trade.number in mail.text)


UNLAWFUL: dict[str, tuple[str, Callable[[list[Rung]], list[Rung]]]] = {
    "no rungs": ("business", lambda rungs: []),
    "a fourteen-day letter to a business": (
        "business",
        lambda rungs: [*rungs, Rung("l", Kind.FOURTEEN_DAY_LETTER, 60, channels=("post",))],
    ),
    "costs without a fourteen-day letter": (
        "consumer",
        lambda rungs: [rung for rung in rungs if rung.kind != Kind.FOURTEEN_DAY_LETTER],
    ),
    "costs before the fourteen-day letter": (
        "consumer",
        lambda rungs: [rung._replace(charges_costs=rung.kind == Kind.REMINDER) for rung in rungs],
    ),
    "a fourteen-day letter without a default notice": (
        "consumer",
        lambda rungs: [rung for rung in rungs if rung.kind != Kind.DEFAULT_NOTICE],
    ),
}


@pytest.mark.parametrize("name", UNLAWFUL)
def test_a_policy_that_the_law_does_not_allow_cannot_be_published(inside: Tenant, name: str) -> None:
    variant, spoil = UNLAWFUL[name]
    current = Policy.objects.current().get(variant=variant)
    rungs = list(queries.policies()[current.pk].rungs)
    ladder.check(variant, rungs)  # as it is, it may

    with pytest.raises(ladder.PolicyIsUnlawful):
        ladder.publish(name="x", variant=variant, rungs=spoil(rungs), replaces=current, by=by())

    assert Policy.objects.current().get(variant=variant) == current


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rungs: [rungs[1], rungs[0], *rungs[2:]],
        lambda rungs: [rungs[0], rungs[1]._replace(days=rungs[0].days - 1), *rungs[2:]],
        lambda rungs: [*rungs[:2], rungs[1]._replace(key="again", days=rungs[1].days), *rungs[2:]],
        lambda rungs: [rungs[0]._replace(channels=()), *rungs[1:]],
    ],
    ids=["milder after severe", "days go back", "the same twice", "no channel"],
)
def test_a_policy_goes_up(inside: Tenant, spoil: Any) -> None:
    rungs = list(queries.policies()[Policy.objects.current().get(variant="business").pk].rungs)

    with pytest.raises(ladder.PolicyIsNotInOrder):
        ladder.check("business", spoil(rungs))


# --- Silence is an outcome (R7)


def test_every_open_claim_that_is_overdue_says_why_it_gets_nothing(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        held = factories.invoice(debtor_of(claim), due=DUE)
        ladder.place_hold(invoice=held, reason="x", by=by())
        bankrupt = factories.invoice(factories.debtor(kind="business"), due=DUE)
        debtors.set_legal_state(debtor=debtor_of(bankrupt), state="bankrupt", since=DUE, by=by())
        small = factories.invoice(factories.debtor(kind="business"), due=DUE, amount="1.00")
        run = nights.plan(DAY)

        silent = Case.objects.active().exclude(why_code="planned")
        assert {case.invoice_id: case.why_code for case in silent} == {
            held.pk: "invoice_hold",
            bankrupt.pk: "legal_state",
            small.pk: "below_minimum",
        }
        assert run.why_not == {"invoice_hold": 1, "legal_state": 1, "below_minimum": 1}
        assert dict(queries.counts_by_reason()) == run.why_not | {"planned": 1}
        assert all(reasons.sentence(case.why_code, until=case.why_until) for case in silent)


# --- Paying in parts


def arrange(claim: Invoice, *, by_debtor: bool, months: int = 2) -> Any:
    schedule = [(DAY + timedelta(days=7 + 30 * place), D("100.00") / months) for place in range(months)]
    propose = {"debtor": debtor_of(claim), "invoices": [claim], "schedule": schedule, "by": by()}
    return payments.propose_arrangement(**propose, by_debtor=by_debtor)


def test_an_arrangement_that_runs_stops_the_ladder_without_an_end(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        assert arrange(claim, by_debtor=True).state == "active"

    played = nights.play(bakkerij.pk, THURSDAY)

    assert [mail.subject for mail in played.mails if "erinner" in mail.subject] == []
    assert why(claim) == ("arrangement", None)


def test_a_proposal_of_the_debtor_stops_it_until_a_person_had_a_week(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        assert arrange(claim, by_debtor=True, months=10).state == "proposed"

    nights.play(bakkerij.pk, THURSDAY)

    assert why(claim) == ("arrangement", DAY + timedelta(days=7))


def test_a_proposal_that_a_person_wrote_down_stops_nothing(bakkerij: Tenant, claim: Invoice) -> None:
    with tenant_context(bakkerij.pk):
        arrange(claim, by_debtor=False)
        nights.plan(DAY)

        assert Notice.objects.filter(debtor=claim.debtor_id, state="planned").exists()


def test_a_letter_on_its_way_is_stopped_right_before_it_leaves(bakkerij: Tenant, claim: Invoice) -> None:
    """Approved and made up; the arrangement comes between the window and the mail."""
    with tenant_context(bakkerij.pk):
        nights.plan(DAY)
        nights.approve(DAY)
        nights.release(DAY)
        assert Notice.objects.get().state == "queued"
        arrange(claim, by_debtor=True)

    sent = nights.deliver(bakkerij.pk, DAY)

    assert not [mail for mail in sent if "erinner" in mail.subject]
    with tenant_context(bakkerij.pk):
        assert Notice.objects.get().state == "withdrawn"
