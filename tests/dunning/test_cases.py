"""The twenty-four things that every dunning engine got wrong once. The numbers are those of docs/ladder.md."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from common.actor import the_clock
from correspondence.channels import SendingFailed
from correspondence.models import Message
from debtors.models import Debtor
from dunning import operations as ladder
from dunning import queries
from dunning.models import Case, Notice, NoticeLine, Policy, Run, Step
from dunning.snapshot import Kind, Rung
from invoices import operations as claims
from invoices import queries as invoice_queries
from invoices.models import ClaimTerms, Invoice
from payments import operations as payments
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.fakes.channel import FakeMail

pytestmark = pytest.mark.django_db

DUE = date(2026, 2, 20)  # a Friday
REMINDER_DAY = date(2026, 2, 25)  # five days later


@pytest.fixture(autouse=True)
def mail() -> Iterator[None]:
    FakeMail.reset()
    yield
    FakeMail.reset()


@contextmanager
def inside(tenant: Tenant) -> Iterator[None]:
    with tenant_context(tenant.pk):
        yield


def business(tenant: Tenant, **invoice: Any) -> Invoice:
    with inside(tenant):
        debtor = factories.debtor(kind="business", name="Bouwbedrijf Smit B.V.")
        return factories.invoice(debtor, due=DUE, **invoice)


def consumer(tenant: Tenant, **invoice: Any) -> Invoice:
    with inside(tenant):
        debtor = factories.debtor(kind="consumer", name="Petra Jansen")
        return factories.invoice(debtor, due=DUE, **invoice)


def play_from(tenant: Tenant, first: date, days: int) -> dict[date, nights.Day]:
    return {day: nights.play(tenant.pk, day) for day in (first + timedelta(days=number) for number in range(days))}


def steps(tenant: Tenant, invoice: Invoice) -> list[str]:
    with inside(tenant):
        rows = Step.objects.filter(case__invoice=invoice, undelivered_on=None).order_by("dispatched_on", "pk")
        return list(rows.values_list("kind", flat=True))


def why(tenant: Tenant, invoice: Invoice) -> tuple[str, date | None]:
    with inside(tenant):
        case = Case.objects.get(invoice=invoice)
        return case.why_code, case.why_until


def test_case_01_the_clock_fires_96_times_in_a_day_and_there_is_one_letter(bakkerij: Tenant) -> None:
    invoice = business(bakkerij)

    with inside(bakkerij):
        for quarter in range(96):
            ladder.plan_day(day=REMINDER_DAY, by=the_clock(nights.at(REMINDER_DAY, quarter // 4, quarter % 4 * 15)))
    nights.play(bakkerij.pk, REMINDER_DAY)

    assert len(FakeMail.taken) == 1
    assert steps(bakkerij, invoice) == [Kind.REMINDER]


def test_case_02_the_clock_was_dead_for_three_days_and_the_letter_goes_on_day_four_once(bakkerij: Tenant) -> None:
    invoice = business(bakkerij)
    day_four = REMINDER_DAY + timedelta(days=5)  # Monday; three working days were missed

    played = play_from(bakkerij, day_four, 3)

    assert [len(day.mails) for day in played.values()] == [1, 0, 0]
    assert steps(bakkerij, invoice) == [Kind.REMINDER]


def test_case_03_an_invoice_sent_today_that_was_due_yesterday_gets_no_reminder_tomorrow(bakkerij: Tenant) -> None:
    today = date(2026, 3, 2)
    with inside(bakkerij):
        debtor = factories.debtor(kind="business")
        invoice = factories.invoice(
            debtor, due=today - timedelta(days=1), issued=today - timedelta(days=1), sent_on=today
        )

    played = play_from(bakkerij, today + timedelta(days=1), 7)

    sent_on = [day for day, what in played.items() if what.mails]
    assert sent_on == [today + timedelta(days=7)]  # six days after sending is a Sunday
    assert steps(bakkerij, invoice) == [Kind.REMINDER]


def test_case_04_partly_paid_is_still_reminded_for_the_rest_with_the_payment_shown(bakkerij: Tenant) -> None:
    invoice = business(bakkerij, amount="1210.00")
    with inside(bakkerij):
        payments.book_payment(
            debtor=invoice.debtor,
            amount=Decimal("400.00"),
            received_on=date(2026, 2, 24),
            by=nights.bookkeeper(nights.at(date(2026, 2, 24), 9)),
        )

    played = nights.play(bakkerij.pk, REMINDER_DAY)

    (mail,) = played.mails
    assert "810,00" in mail.text
    assert "400,00" in mail.text


def test_case_05_a_cancelled_credit_note_is_not_counted(bakkerij: Tenant) -> None:
    invoice = business(bakkerij, amount="100.00")
    with inside(bakkerij):
        note = factories.credit_note(invoice.debtor, amount="100.00")
        claims.cancel_credit_note(note=note, reason="vergissing", by=factories.SETUP)

    played = nights.play(bakkerij.pk, REMINDER_DAY)

    assert len(played.mails) == 1


def test_case_06_credit_covers_the_invoice_and_there_is_no_letter_but_a_task(bakkerij: Tenant) -> None:
    invoice = business(bakkerij, amount="100.00")
    with inside(bakkerij):
        factories.credit_note(invoice.debtor, amount="95.00")

    played = nights.play(bakkerij.pk, REMINDER_DAY)

    assert played.mails == []
    assert why(bakkerij, invoice)[0] == "credit"
    with inside(bakkerij):
        assert invoice.debtor.tasks.get(done_at=None).kind == "allocate_credit"


def test_case_07_a_first_letter_that_was_never_sent_keeps_the_second_from_being_made(bakkerij: Tenant) -> None:
    invoice = business(bakkerij)

    for number in range(20):
        nights.play(bakkerij.pk, REMINDER_DAY + timedelta(days=number), approving=False)

    with inside(bakkerij):
        assert Notice.objects.count() == 1
        assert Notice.objects.get().state == "planned"
    assert steps(bakkerij, invoice) == []


def test_case_08_the_oldest_is_paid_and_no_other_skips_a_rung_or_falls_back(bakkerij: Tenant) -> None:
    with inside(bakkerij):
        debtor = factories.debtor(kind="business")
        oldest = factories.invoice(debtor, due=date(2026, 1, 30), amount="500.00")
        newer = factories.invoice(debtor, due=date(2026, 2, 13), amount="300.00")
    play_from(bakkerij, date(2026, 2, 2), 25)
    assert steps(bakkerij, oldest) == [Kind.REMINDER, Kind.SECOND_REMINDER, Kind.DEMAND]
    so_far = [Kind.COURTESY, Kind.REMINDER, Kind.SECOND_REMINDER]  # the last in the letter with the demand's tone
    assert steps(bakkerij, newer) == so_far

    with inside(bakkerij):
        payments.book_payment(
            debtor=debtor,
            amount=Decimal("500.00"),
            received_on=date(2026, 2, 27),
            designated=[oldest],
            by=nights.bookkeeper(nights.at(date(2026, 2, 27), 9)),
        )
    play_from(bakkerij, date(2026, 2, 27), 20)

    assert steps(bakkerij, oldest) == [Kind.REMINDER, Kind.SECOND_REMINDER, Kind.DEMAND]
    assert steps(bakkerij, newer) == [*so_far, Kind.DEMAND]


def test_case_09_a_credit_to_zero_closes_the_case_at_once_and_withdraws_the_letter(bakkerij: Tenant) -> None:
    invoice = business(bakkerij, amount="100.00")
    with inside(bakkerij):
        nights.plan(REMINDER_DAY)
        nights.approve(REMINDER_DAY)
        nights.release(REMINDER_DAY)
        assert Message.objects.get().state == "queued"

        factories.credit_note(
            invoice.debtor,
            amount="100.00",
            invoice_number=invoice.number,
            by=nights.bookkeeper(nights.at(REMINDER_DAY, 9, 1)),
        )

        assert Case.objects.get().state == "closed"
        assert Message.objects.get().state == "withdrawn"
        assert Notice.objects.get().state == "withdrawn"
    assert nights.deliver(bakkerij.pk, REMINDER_DAY) == []


@pytest.mark.django_db(transaction=True)
def test_case_10_the_payment_and_the_run_arrive_in_the_same_second_and_there_is_no_letter(bakkerij: Tenant) -> None:
    invoice = business(bakkerij, amount="100.00")
    started, errors = threading.Barrier(2), []

    def in_a_thread(work: Any) -> threading.Thread:
        def run() -> None:
            try:
                started.wait(10)
                with tenant_context(bakkerij.pk):
                    work()
            except Exception as error:  # noqa: BLE001 - reported below
                errors.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def pay() -> None:
        payments.book_payment(
            debtor=Debtor.objects.get(),
            amount=Decimal("100.00"),
            received_on=REMINDER_DAY,
            by=nights.bookkeeper(nights.at(REMINDER_DAY, 2)),
        )

    for thread in (in_a_thread(pay), in_a_thread(lambda: nights.plan(REMINDER_DAY))):
        thread.join(30)
    nights.play(bakkerij.pk, REMINDER_DAY)

    assert errors == []
    assert FakeMail.taken == []
    assert steps(bakkerij, invoice) == []


def test_case_11_costs_switched_off_midway_are_not_charged_and_sending_by_hand_does_not_charge_again(
    bakkerij: Tenant,
) -> None:
    invoice = business(bakkerij, amount="1000.00")
    other = business(bakkerij, amount="1000.00")
    play_from(bakkerij, date(2026, 2, 18), 45)  # up to and including the final demand
    with inside(bakkerij):
        invoice.refresh_from_db()
        charged = invoice.costs_total
        assert charged == Decimal("150.00")
        ladder.plan_day(day=date(2026, 4, 1), by=the_clock(nights.at(date(2026, 4, 1), 3)))
        invoice.refresh_from_db()
        other.refresh_from_db()

    assert (invoice.costs_total, other.costs_total) == (charged, charged)


def test_case_11b_a_policy_without_costs_from_midway_charges_none(bakkerij: Tenant) -> None:
    invoice = business(bakkerij, amount="1000.00")
    play_from(bakkerij, date(2026, 2, 18), 25)  # the demand announced costs
    with inside(bakkerij):
        current = Policy.objects.current().get(variant="business")
        rungs = [rung._replace(charges_costs=False) for rung in queries.policies()[current.pk].rungs]
        ladder.publish(name=current.name, variant="business", rungs=rungs, replaces=current, by=factories.SETUP)
    play_from(bakkerij, date(2026, 3, 15), 25)

    with inside(bakkerij):
        invoice.refresh_from_db()
    assert Kind.FINAL_DEMAND in steps(bakkerij, invoice)
    assert invoice.costs_total == 0
    assert invoice.interest_total > 0


def test_case_12_two_letters_never_charge_interest_over_the_same_day_twice(bakkerij: Tenant) -> None:
    with inside(bakkerij):
        current = Policy.objects.current().get(variant="business")
        rungs = [
            rung._replace(charges_interest=rung.kind in {Kind.DEMAND, Kind.FINAL_DEMAND}, charges_costs=False)
            for rung in queries.policies()[current.pk].rungs
        ]
        ladder.publish(name=current.name, variant="business", rungs=rungs, replaces=current, by=factories.SETUP)
    invoice = business(bakkerij, amount="10000.00")

    play_from(bakkerij, date(2026, 2, 18), 42)

    with inside(bakkerij):
        charges = list(invoice.charges.filter(kind="interest").order_by("period_start"))
        invoice.refresh_from_db()
        assert charges[-1].period_end is not None
        through = charges[-1].period_end - timedelta(days=1)
        whole = invoice_queries.interest_through(invoice, through, invoice_queries.claim_terms())
        assert whole is not None
    assert len(charges) == 2
    assert charges[0].period_end == charges[1].period_start
    assert sum(charge.amount for charge in charges) == whole.total


def test_case_13_a_letter_over_two_of_which_one_is_paid_stays_open_for_the_other(bakkerij: Tenant) -> None:
    with inside(bakkerij):
        debtor = factories.debtor(kind="business")
        paid = factories.invoice(debtor, due=DUE, amount="200.00")
        unpaid = factories.invoice(debtor, due=DUE, amount="300.00")
    first = nights.play(bakkerij.pk, REMINDER_DAY)
    assert len(first.mails) == 1

    with inside(bakkerij):
        payments.book_payment(
            debtor=debtor,
            amount=Decimal("200.00"),
            received_on=date(2026, 2, 27),
            designated=[paid],
            by=nights.bookkeeper(nights.at(date(2026, 2, 27), 9)),
        )
    played = play_from(bakkerij, date(2026, 2, 27), 10)

    (mail,) = [mail for day in played.values() for mail in day.mails]
    assert unpaid.number in mail.text
    assert paid.number not in mail.text
    assert steps(bakkerij, unpaid) == [Kind.REMINDER, Kind.SECOND_REMINDER]


def test_case_14_sending_fails_after_planning_and_the_rung_is_not_used_up(bakkerij: Tenant) -> None:
    invoice = business(bakkerij)
    with inside(bakkerij):
        address = invoice.debtor.contacts.get().email
    FakeMail.refused[address] = SendingFailed("550 no such user", permanent=True)
    nights.play(bakkerij.pk, REMINDER_DAY)
    assert steps(bakkerij, invoice) == []
    FakeMail.refused.clear()

    played = nights.play(bakkerij.pk, REMINDER_DAY + timedelta(days=1))

    assert len(played.mails) == 1
    assert steps(bakkerij, invoice) == [Kind.REMINDER]


def test_case_15_sixty_means_sixty_days_after_the_due_date(bakkerij: Tenant) -> None:
    with inside(bakkerij):
        current = Policy.objects.current().get(variant="business")
        ladder.publish(
            name=current.name,
            variant="business",
            rungs=[Rung("demand", Kind.DEMAND, 60, channels=("email",))],
            replaces=current,
            by=factories.SETUP,
        )
    business(bakkerij)
    sixty_days_later = DUE + timedelta(days=60)

    before = nights.play(bakkerij.pk, sixty_days_later - timedelta(days=3))
    on_the_day = nights.play(bakkerij.pk, sixty_days_later)

    assert sixty_days_later == date(2026, 4, 21)
    assert before.mails == []
    assert len(on_the_day.mails) == 1


def test_case_16_every_claim_acts_on_its_own_missed_day_and_not_at_the_end(bakkerij: Tenant) -> None:
    """Terms of one contract are claims of their own: the second missed one acts now. Arrangements: tests/payments."""
    with inside(bakkerij):
        debtor = factories.debtor(kind="business")
        terms = [
            factories.invoice(debtor, due=date(2026, month, 27), amount="100.00", contract_ref="lease-1")
            for month in range(1, 5)
        ]
        payments.book_payment(
            debtor=debtor,
            amount=Decimal("100.00"),
            received_on=date(2026, 1, 27),
            designated=[terms[0]],
            by=nights.bookkeeper(nights.at(date(2026, 1, 27), 9)),
        )

    played = play_from(bakkerij, date(2026, 2, 23), 14)

    acted = [day for day, what in played.items() for mail in what.mails if "erinner" in mail.subject]
    assert acted == [date(2026, 3, 4)]
    assert steps(bakkerij, terms[1])[-1] == Kind.REMINDER
    assert Kind.REMINDER not in steps(bakkerij, terms[2])


def test_case_17_a_promise_on_everything_and_nothing_is_suggested(bakkerij: Tenant) -> None:
    with inside(bakkerij):
        debtor = factories.debtor(kind="business")
        both = [factories.invoice(debtor, due=DUE), factories.invoice(debtor, due=DUE)]
        payments.make_promise(
            debtor=debtor,
            invoices=both,
            amount=Decimal("242.00"),
            promised_for=date(2026, 3, 6),
            by=nights.bookkeeper(nights.at(date(2026, 2, 24), 9)),
        )

    played = play_from(bakkerij, date(2026, 2, 24), 14)  # through 9 March; the grace ends on the 10th

    assert [day for day, what in played.items() if what.mails or what.run.tasks_made] == []
    assert why(bakkerij, both[0]) == ("promise", date(2026, 3, 10))


def test_case_18_an_open_amount_of_nothing_can_never_produce_a_letter(bakkerij: Tenant) -> None:
    invoice = business(bakkerij)
    nothing = {
        "debtor": invoice.debtor,
        "variant": "business",
        "kind": "reminder",
        "approval": "person",
        "channels": ["email"],
        "planned_for": REMINDER_DAY,
        "principal": 0,
        "total": 0,
    }

    with inside(bakkerij), pytest.raises(IntegrityError, match="notice_asks_something"), transaction.atomic():
        Notice.objects.create(**nothing)


def test_case_18b_nor_a_line_of_nothing(bakkerij: Tenant) -> None:
    invoice = business(bakkerij)
    with inside(bakkerij):
        nights.plan(REMINDER_DAY)
        notice = Notice.objects.get()
        line = {"rung_key": "x", "rung_kind": "reminder", "round": 1, "takes_step": False}

        with pytest.raises(IntegrityError, match="line_asks_something"), transaction.atomic():
            NoticeLine.objects.create(
                notice=notice, case=Case.objects.get(), invoice=invoice, principal=0, total=0, **line
            )


@pytest.mark.django_db(transaction=True)
def test_case_19_the_run_of_one_tenant_is_not_held_up_by_that_of_another(bakkerij: Tenant, garage: Tenant) -> None:
    business(bakkerij)
    business(garage)
    planned = threading.Event()

    def plan_the_other() -> None:
        with tenant_context(garage.pk):
            nights.plan(REMINDER_DAY)
        planned.set()
        connection.close()

    with inside(bakkerij):
        Debtor.objects.select_for_update().get()
        Run.objects.create(day=REMINDER_DAY, started_at=nights.at(REMINDER_DAY, 2))
        thread = threading.Thread(target=plan_the_other)
        thread.start()

        assert planned.wait(20)

    thread.join(20)
    with inside(garage):
        assert Run.objects.get().state == "planned"


def test_case_20_a_debtor_of_the_own_group_is_never_dunned(bakkerij: Tenant) -> None:
    with inside(bakkerij):
        sister = factories.debtor(kind="business", own_group=True)
        invoice = factories.invoice(sister, due=DUE)

    played = play_from(bakkerij, REMINDER_DAY, 60)

    assert not any(day.mails or day.letters or day.run.tasks_made for day in played.values())
    assert why(bakkerij, invoice)[0] == "own_group"


class PulledThePlug(BaseException):
    """A worker that is killed."""


@pytest.mark.parametrize("killed_at", ["after_planning", "after_claiming", "after_sending", "while_storing"])
def test_case_21_killed_at_any_point_and_started_again_gives_the_same_letters(
    bakkerij: Tenant, killed_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoices = [business(bakkerij) for _ in range(3)]

    def kill(*_: Any, **__: Any) -> None:
        raise PulledThePlug

    real_send = FakeMail.send

    def send_and_die(self: FakeMail, envelope: Any) -> None:
        real_send(self, envelope)
        kill()

    with inside(bakkerij):
        nights.plan(REMINDER_DAY)
        if killed_at == "after_planning":
            nights.plan(REMINDER_DAY)  # the worker that starts again
        nights.approve(REMINDER_DAY)
        nights.release(REMINDER_DAY)
    if killed_at == "after_claiming":
        monkeypatch.setattr(FakeMail, "send", kill)
    elif killed_at == "after_sending":
        monkeypatch.setattr(FakeMail, "send", send_and_die)
    elif killed_at == "while_storing":
        monkeypatch.setattr("dunning.operations.dispatching.signals.notice_dispatched.send", kill)
    if killed_at != "after_planning":
        with pytest.raises(PulledThePlug):
            nights.deliver(bakkerij.pk, REMINDER_DAY)
    monkeypatch.undo()

    nights.deliver(bakkerij.pk, REMINDER_DAY, 9, 6)  # the others, while the lease of the dead worker runs
    nights.deliver(bakkerij.pk, REMINDER_DAY, 9, 30)

    addresses = [mail.to_address for mail in FakeMail.taken]
    assert sorted(set(addresses)) == sorted(addresses)
    assert len(addresses) == 3
    assert [steps(bakkerij, invoice) for invoice in invoices] == [[Kind.REMINDER]] * 3


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (date(2026, 3, 24), date(2026, 3, 30)),  # +5 is Sunday 29 March, the night of summer time: Monday
        (date(2026, 10, 20), date(2026, 10, 26)),  # +5 is Sunday 25 October, the night of winter time: Monday
        (date(2028, 2, 24), date(2028, 2, 29)),  # +5 is 29 February, a Tuesday
        (date(2026, 12, 20), date(2026, 12, 28)),  # +5 is Christmas, then a weekend: Monday
        (date(2026, 3, 29), date(2026, 4, 7)),  # +5 is Good Friday, then Easter Monday: Tuesday
    ],
)
def test_case_22_summer_and_winter_time_29_february_and_christmas(bakkerij: Tenant, due: date, expected: date) -> None:
    with inside(bakkerij):
        debtor = factories.debtor(kind="business")
        factories.invoice(debtor, due=due)

    played = play_from(bakkerij, due + timedelta(days=1), 12)

    first = next(day for day, what in played.items() if what.mails)
    assert first == expected


def test_case_22b_a_term_over_christmas_runs_to_the_next_working_day(bakkerij: Tenant) -> None:
    with inside(bakkerij):
        debtor = factories.debtor(kind="consumer")
        invoice = factories.invoice(debtor, due=date(2026, 11, 19))
        nights_of_december = date(2026, 11, 23)
    play_from(bakkerij, nights_of_december, 25)

    with inside(bakkerij):
        notice = Step.objects.get(kind=Kind.DEFAULT_NOTICE)
        invoice.refresh_from_db()
    assert notice.dispatched_on == date(2026, 12, 10)
    assert notice.delivered_on == date(2026, 12, 12)  # the letter, two days of post later
    assert notice.term_ends_on == date(2026, 12, 28)  # day fourteen is the second day of Christmas
    assert invoice.default_since == date(2026, 12, 29)


@pytest.mark.django_db(transaction=True)
def test_case_23_two_workers_take_the_same_tenant_and_there_is_one_run(bakkerij: Tenant) -> None:
    invoices = [business(bakkerij) for _ in range(6)]
    started = threading.Barrier(2)
    errors: list[Exception] = []

    def work() -> None:
        try:
            started.wait(10)
            with tenant_context(bakkerij.pk):
                nights.plan(REMINDER_DAY)
        except Exception as error:  # noqa: BLE001 - reported below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert errors == []
    with inside(bakkerij):
        assert Run.objects.count() == 1
        assert Notice.objects.count() == len(invoices)


def test_case_24_the_policy_is_edited_while_a_run_is_planned_and_the_plan_keeps_its_version(bakkerij: Tenant) -> None:
    invoice = business(bakkerij)
    with inside(bakkerij):
        nights.plan(REMINDER_DAY)
        old = Policy.objects.current().get(variant="business")
        rungs = [rung._replace(days=rung.days + 10) for rung in queries.policies()[old.pk].rungs]
        new = ladder.publish(name=old.name, variant="business", rungs=rungs, replaces=old, by=factories.SETUP)
        assert Case.objects.get().policy_id == old.pk
    played = nights.play(bakkerij.pk, REMINDER_DAY)

    assert len(played.mails) == 1
    assert steps(bakkerij, invoice) == [Kind.REMINDER]
    with inside(bakkerij):
        assert Case.objects.get().policy_id == new.pk  # the next rung is of the new version


def test_costs_for_consumers_stay_off_until_the_tenant_answered_about_his_terms(bakkerij: Tenant) -> None:
    with inside(bakkerij):
        ClaimTerms.objects.update(consumer_costs_answer="")
    invoice = consumer(bakkerij, amount="484.00", term_agreed=True)

    play_from(bakkerij, date(2026, 2, 25), 60)

    assert Kind.FOURTEEN_DAY_LETTER not in steps(bakkerij, invoice)
    assert why(bakkerij, invoice)[0] == "consumer_terms"
