"""The night as the clock plays it: started, missed, held, alarmed about, approved, released in the window."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core import mail as outgoing

from common.actor import the_clock
from correspondence.models import Message
from dunning import ladder as pure
from dunning import operations as ladder
from dunning import queries, tasks
from dunning.models import Case, LadderSettings, Notice, Run, RunProblem, Step
from dunning.operations import planning
from dunning.snapshot import Kind
from invoices.models import Invoice
from payments import operations as payments
from tenants import operations as tenants
from tenants.context import tenant_context
from tenants.models import ClosingDay, Tenant, Wakeup
from tests import factories, nights
from tests.fakes.channel import FakeMail

pytestmark = pytest.mark.django_db

DUE = date(2026, 2, 20)  # a Friday
DAY = date(2026, 2, 25)  # five days later, a Wednesday


@pytest.fixture(autouse=True)
def mail() -> Iterator[None]:
    FakeMail.reset()
    yield
    FakeMail.reset()


def owing(tenant: Tenant, number: int = 1, **invoice: Any) -> list[Invoice]:
    with tenant_context(tenant.pk):
        return [factories.invoice(factories.debtor(kind="business"), due=DUE, **invoice) for _ in range(number)]


def at(day: date, hour: int, minute: int = 0) -> Any:
    return time_machine.travel(nights.at(day, hour, minute), tick=False)


def runs(tenant: Tenant) -> list[tuple[date, str]]:
    with tenant_context(tenant.pk):
        return list(Run.objects.order_by("day").values_list("day", "state"))


def notices(tenant: Tenant) -> list[str]:
    with tenant_context(tenant.pk):
        return list(Notice.objects.order_by("pk").values_list("state", flat=True))


def wake_and_plan(tenant: Tenant) -> int:
    """What beat and a worker do: start the nights, and plan that of one tenant."""
    started = tasks.start_nightly_runs()
    if Wakeup.objects.filter(tenant=tenant, queue="dunning.tasks.plan_run").exists():
        claims = tenants.claim_wakeups(at=datetime.now(tz=UTC))  # noqa: TID251 - the clock is that of the test
        for claim in claims:
            if claim.queue == "dunning.tasks.plan_run":
                tasks.plan_run(tenant_id=claim.tenant_id, leased_until=claim.leased_until.isoformat())
    return int(started)


# --- Started


def test_before_two_o_clock_no_night_is_started_and_at_two_it_is(bakkerij: Tenant) -> None:
    owing(bakkerij)

    with at(DAY, 1, 59):
        before = wake_and_plan(bakkerij)
    with at(DAY, 2):
        after = wake_and_plan(bakkerij)

    assert (before, after) == (0, 1)
    assert runs(bakkerij) == [(DAY, "planned")]
    assert notices(bakkerij) == ["planned"]


def test_every_ten_minutes_a_missed_night_is_looked_for_and_found_once(bakkerij: Tenant) -> None:
    owing(bakkerij)

    started = []
    for hour in (7, 8, 9):
        for minute in range(5, 60, 10):
            with at(DAY, hour, minute):
                started.append(wake_and_plan(bakkerij))

    assert started == [1] + [0] * 17
    assert runs(bakkerij) == [(DAY, "planned")]
    assert notices(bakkerij) == ["planned"]


def test_three_nights_that_were_missed_are_one_night_on_the_fourth_with_one_rung(bakkerij: Tenant) -> None:
    (invoice,) = owing(bakkerij)
    with tenant_context(bakkerij.pk):
        factories.let_rungs_be("automatic")

    for number in range(30, 34):  # the clock was dead for a month: two more rungs would have come by now
        nights.play(bakkerij.pk, DAY + timedelta(days=number), approving=False)

    with tenant_context(bakkerij.pk):
        assert [step.kind for step in Step.objects.filter(case__invoice=invoice)] == [Kind.REMINDER]


@pytest.mark.parametrize(("day", "utc"), [(date(2026, 3, 29), 1), (date(2026, 10, 25), 0), (DAY, 1)])
def test_two_o_clock_is_dutch_time_also_in_the_nights_when_the_clock_is_changed(
    bakkerij: Tenant, day: date, utc: int
) -> None:
    first = datetime(day.year, day.month, day.day, utc, tzinfo=UTC)

    with time_machine.travel(first - timedelta(seconds=1), tick=False):
        before = tasks.start_nightly_runs()
    with time_machine.travel(first, tick=False):
        after = tasks.start_nightly_runs()

    assert (before, after) == (0, 1)


def test_a_suspended_tenant_has_no_nights(bakkerij: Tenant) -> None:
    owing(bakkerij)
    Tenant.objects.filter(pk=bakkerij.pk).update(is_active=False)

    with at(DAY, 3):
        assert wake_and_plan(bakkerij) == 0

    assert runs(bakkerij) == []


def test_one_debtor_whose_decision_fails_is_shown_and_does_not_stop_the_night(
    bakkerij: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = owing(bakkerij, 3)
    decide = pure.decide

    def fails_for_one(debtor: Any, *args: Any, **kwargs: Any) -> Any:
        if debtor.id == first.debtor_id:
            raise ArithmeticError("kapot")
        return decide(debtor, *args, **kwargs)

    monkeypatch.setattr(pure, "decide", fails_for_one)
    with tenant_context(bakkerij.pk):
        run = nights.plan(DAY)

        assert (run.state, run.planned_notices, run.why_not) == ("planned", 2, {"failed": 1})
        problem = RunProblem.objects.get()
        assert (problem.debtor_id, problem.error) == (first.debtor_id, "ArithmeticError: kapot")
        assert set(Notice.objects.values_list("debtor_id", flat=True)) == {one.debtor_id for one in others}
    monkeypatch.undo()
    assert len(nights.play(bakkerij.pk, DAY + timedelta(days=1)).mails) == 3  # and the next night it is tried again


# --- Held


@pytest.mark.parametrize(("days_old", "state"), [(None, "held"), (8, "held"), (7, "planned"), (0, "planned")], ids=str)
def test_when_payments_are_not_known_to_be_up_to_date_the_whole_run_holds(
    bakkerij: Tenant, days_old: int | None, state: str
) -> None:
    owing(bakkerij)
    with tenant_context(bakkerij.pk):
        LadderSettings.objects.update(payments_until=None if days_old is None else DAY - timedelta(days=days_old))

        run = nights.plan(DAY)

    assert run.state == state
    assert run.held_because == ("payments_unconfirmed" if state == "held" else "")
    assert len(notices(bakkerij)) == (state == "planned")


def test_a_held_night_is_planned_the_moment_somebody_confirms_the_payments(bakkerij: Tenant) -> None:
    owing(bakkerij)
    with tenant_context(bakkerij.pk):
        LadderSettings.objects.update(payments_until=DAY - timedelta(days=30))
    with at(DAY, 2):
        wake_and_plan(bakkerij)
    assert runs(bakkerij) == [(DAY, "held")]
    with at(DAY, 2, 15):
        assert wake_and_plan(bakkerij) == 0  # not tried every ten minutes

    with at(DAY, 9), tenant_context(bakkerij.pk):
        ladder.confirm_payments(until=DAY - timedelta(days=1), by=nights.bookkeeper(nights.at(DAY, 9)))
    with at(DAY, 9, 1):
        wake_and_plan(bakkerij)

    assert runs(bakkerij) == [(DAY, "planned")]
    assert notices(bakkerij) == ["planned"]


def test_payments_cannot_be_confirmed_ahead(inside: Tenant) -> None:
    with pytest.raises(ladder.PaymentsInTheFuture):
        ladder.confirm_payments(until=DAY + timedelta(days=1), by=nights.bookkeeper(nights.at(DAY, 9)))


def test_one_tenant_is_held_and_the_other_is_not(bakkerij: Tenant, garage: Tenant) -> None:
    owing(bakkerij)
    owing(garage)
    with tenant_context(bakkerij.pk):
        LadderSettings.objects.update(payments_until=None)

    with at(DAY, 2):
        wake_and_plan(bakkerij)

    assert (runs(bakkerij), runs(garage)) == ([(DAY, "held")], [(DAY, "planned")])


def test_while_the_ladder_is_off_nothing_is_planned_and_what_was_approved_does_not_leave(bakkerij: Tenant) -> None:
    owing(bakkerij)
    with tenant_context(bakkerij.pk):
        nights.plan(DAY)
        nights.approve(DAY)
        nights.release(DAY)
        ladder.stop_ladder(by=nights.bookkeeper(nights.at(DAY, 9)))

    assert nights.deliver(bakkerij.pk, DAY) == []
    with tenant_context(bakkerij.pk):
        assert Message.objects.get().ended_reason == "aanmaningen staan uit"
        assert nights.plan(DAY + timedelta(days=1)).held_because == "not_live"
        ladder.start_ladder(by=nights.bookkeeper(nights.at(DAY + timedelta(days=1), 9)))
    assert len(nights.play(bakkerij.pk, DAY + timedelta(days=1)).mails) == 1


# --- The alarm


@pytest.fixture
def operator(settings: Any) -> None:
    settings.ADMINS = [("operator", "operator@debiteuren.test")]


def alarm(day: date, hour: int = 12) -> int:
    with at(day, hour):
        return int(tasks.raise_the_alarm())


def old(tenant: Tenant) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(created_at=nights.at(DAY - timedelta(days=100), 9))


def test_when_no_run_completed_for_more_than_a_day_the_operator_is_mailed(
    bakkerij: Tenant, garage: Tenant, operator: None
) -> None:
    old(bakkerij)
    old(garage)
    for tenant in (bakkerij, garage):
        with tenant_context(tenant.pk):
            nights.plan(DAY)
    assert alarm(DAY) == 0
    with tenant_context(garage.pk):
        nights.plan(DAY + timedelta(days=1))

    in_time, too_late = alarm(DAY + timedelta(days=1), 3), alarm(DAY + timedelta(days=1), 5)

    assert (in_time, too_late) == (0, 1)  # 02:00 plus 26 hours
    (sent,) = outgoing.outbox
    assert sent.to == ["operator@debiteuren.test"]
    assert "Bakkerij de Vries" in sent.body
    assert "Garage" not in sent.body


def test_a_run_that_is_held_for_payments_did_not_complete(bakkerij: Tenant, operator: None) -> None:
    old(bakkerij)
    with tenant_context(bakkerij.pk):
        LadderSettings.objects.update(payments_until=None)
        nights.plan(DAY)

    assert alarm(DAY) == 1


def test_nobody_is_alarmed_about_a_tenant_that_is_new_suspended_or_switched_off(
    bakkerij: Tenant, garage: Tenant, operator: None
) -> None:
    old(bakkerij)
    Tenant.objects.filter(pk=bakkerij.pk).update(is_active=False)
    Tenant.objects.filter(pk=garage.pk).update(created_at=nights.at(DAY, 9))
    off = factories.tenant("Slapende B.V.", live=False)
    old(off)
    with tenant_context(off.pk):
        nights.plan(DAY)

    assert alarm(DAY) == 0
    assert outgoing.outbox == []


# --- Approved


def test_a_letter_that_is_paid_for_between_approval_and_release_is_withdrawn(bakkerij: Tenant) -> None:
    (invoice,) = owing(bakkerij, amount="100.00")

    def pay() -> None:
        payments.book_payment(
            debtor=invoice.debtor,
            amount=Decimal("100.00"),
            received_on=DAY,
            by=nights.bookkeeper(nights.at(DAY, 8, 15)),
        )

    played = nights.play(bakkerij.pk, DAY, before_release=pay)

    assert (played.mails, notices(bakkerij)) == ([], ["withdrawn"])
    with tenant_context(bakkerij.pk):
        assert not Step.objects.exists()


def test_a_letter_whose_amount_changed_after_approval_is_withdrawn_and_planned_anew(bakkerij: Tenant) -> None:
    (invoice,) = owing(bakkerij, amount="100.00")

    def pay() -> None:
        payments.book_payment(
            debtor=invoice.debtor, amount=Decimal("40.00"), received_on=DAY, by=nights.bookkeeper(nights.at(DAY, 8, 15))
        )

    first = nights.play(bakkerij.pk, DAY, before_release=pay)
    second = nights.play(bakkerij.pk, DAY + timedelta(days=1))

    assert first.mails == []
    (mail,) = second.mails
    assert "60,00" in mail.text
    assert notices(bakkerij) == ["withdrawn", "sent"]


def test_a_person_approves_and_without_him_nothing_leaves(bakkerij: Tenant) -> None:
    owing(bakkerij)

    played = [nights.play(bakkerij.pk, DAY + timedelta(days=number), approving=False) for number in range(4)]

    assert not any(day.mails for day in played)
    assert notices(bakkerij) == ["planned"]
    with tenant_context(bakkerij.pk):
        assert nights.approve(DAY + timedelta(days=4)) == 1
        assert nights.approve(DAY + timedelta(days=4)) == 0  # twice is once


def test_automatic_leaves_without_anybody_the_same_day(bakkerij: Tenant) -> None:
    owing(bakkerij)
    with tenant_context(bakkerij.pk):
        factories.let_rungs_be("automatic")

    assert len(nights.play(bakkerij.pk, DAY, approving=False).mails) == 1


def test_preview_leaves_on_the_next_sending_day_and_not_before(bakkerij: Tenant) -> None:
    owing(bakkerij)
    with tenant_context(bakkerij.pk):
        factories.let_rungs_be("preview")
        ClosingDay.objects.create(day=DAY + timedelta(days=1))

    sent = {
        number: len(nights.play(bakkerij.pk, DAY + timedelta(days=number), approving=False).mails)
        for number in range(4)
    }

    assert sent == {0: 0, 1: 0, 2: 1, 3: 0}


def test_who_holds_a_letter_back_has_it_looked_at_again_the_day_after(bakkerij: Tenant) -> None:
    owing(bakkerij)
    with tenant_context(bakkerij.pk):
        nights.plan(DAY)
        ladder.hold_back(
            notice=Notice.objects.get(),
            reason="bellen we eerst",
            until=DAY + timedelta(days=1),
            by=nights.bookkeeper(nights.at(DAY, 8)),
        )

    sent = [len(nights.play(bakkerij.pk, DAY + timedelta(days=number)).mails) for number in range(3)]

    assert sent == [0, 0, 1]
    assert notices(bakkerij) == ["withdrawn", "sent"]


def test_a_letter_that_left_cannot_be_held_back(bakkerij: Tenant) -> None:
    owing(bakkerij)
    nights.play(bakkerij.pk, DAY)

    with tenant_context(bakkerij.pk), pytest.raises(ladder.NoticeIsGone):
        ladder.hold_back(notice=Notice.objects.get(), reason="x", until=None, by=nights.bookkeeper(nights.at(DAY, 12)))


# --- One letter


def test_a_debtor_with_ten_overdue_invoices_gets_one_letter_that_lists_them_all(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        debtor = factories.debtor(kind="business")
        numbers = [factories.invoice(debtor, due=DUE, amount="50.00").number for _ in range(10)]
        not_due = factories.invoice(debtor, due=date(2026, 4, 1), amount="77.00")

    played = nights.play(bakkerij.pk, DAY)

    (mail,) = played.mails
    assert all(number in mail.text for number in numbers)
    assert "500,00" in mail.text
    assert not_due.number in mail.text  # apart: what is not due yet
    assert "577,00" not in mail.text


def test_two_debtors_get_two_letters_and_not_each_others_invoices(bakkerij: Tenant) -> None:
    first, second = owing(bakkerij, 2)

    mails = nights.play(bakkerij.pk, DAY).mails

    assert len(mails) == 2
    for mail in mails:
        assert (first.number in mail.text) != (second.number in mail.text)


@pytest.mark.django_db(transaction=True)
def test_workers_who_plan_at_once_plan_every_debtor_once(bakkerij: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    from django.db import connection

    monkeypatch.setattr(planning, "CHUNK", 3)
    owing(bakkerij, 20)
    started, errors = threading.Barrier(3), []

    def work() -> None:
        try:
            started.wait(10)
            with at(DAY, 2):
                tasks.plan_run(tenant_id=bakkerij.pk)
        except Exception as error:  # noqa: BLE001 - reported below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    with at(DAY, 2):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

    assert errors == []
    assert runs(bakkerij) == [(DAY, "planned")]
    with tenant_context(bakkerij.pk):
        run = Run.objects.get()
        assert (run.planned_notices, run.chunks.count()) == (20, 7)
        assert Notice.objects.values("debtor_id").distinct().count() == Notice.objects.count() == 20


# --- The window


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (nights.at(DAY, 7), nights.at(DAY, 8, 30)),
        (nights.at(DAY, 8, 30), nights.at(DAY, 8, 30)),
        (nights.at(DAY, 12), nights.at(DAY, 12)),
        (nights.at(DAY, 17, 30), nights.at(DAY + timedelta(days=1), 8, 30)),  # half past five is the end
        (nights.at(date(2026, 2, 27), 18), nights.at(date(2026, 3, 2), 8, 30)),  # Friday evening: Monday
        (nights.at(date(2026, 4, 2), 20), nights.at(date(2026, 4, 7), 8, 30)),  # Thursday before Easter: Tuesday
        (nights.at(date(2026, 4, 26), 12), nights.at(date(2026, 4, 28), 8, 30)),  # King's Day is a Monday
        (nights.at(date(2026, 12, 24), 18), nights.at(date(2026, 12, 28), 8, 30)),
        (nights.at(date(2026, 3, 27), 18), nights.at(date(2026, 3, 30), 8, 30)),  # over the change of the clock
    ],
    ids=str,
)
def test_the_next_moment_at_which_a_tenant_sends(inside: Tenant, moment: datetime, expected: datetime) -> None:
    assert ladder.next_window(queries.ladder_settings(), moment) == expected


def test_the_window_and_the_closing_days_are_the_tenants_own(inside: Tenant) -> None:
    ladder.change_ladder_settings(
        window_start=time(10), window_end=time(12), sending_weekdays=[1, 5], by=nights.bookkeeper(nights.at(DAY, 8))
    )
    ClosingDay.objects.create(day=date(2026, 2, 28))  # the first Saturday

    found = ladder.next_window(queries.ladder_settings(), nights.at(DAY, 9))

    assert found == nights.at(date(2026, 3, 3), 10)  # Tuesday


@pytest.mark.parametrize(("hour", "made_up"), [(8, False), (9, True), (18, False)])
def test_outside_the_window_nothing_is_made_up(bakkerij: Tenant, hour: int, made_up: bool) -> None:
    owing(bakkerij)
    with tenant_context(bakkerij.pk):
        nights.plan(DAY)
        nights.approve(DAY)
    Wakeup.objects.all().delete()

    with at(DAY, hour):
        tasks.release_notices(tenant_id=bakkerij.pk)

    assert notices(bakkerij) == ["queued" if made_up else "approved"]


def test_approved_in_the_evening_wakes_the_worker_the_next_morning(bakkerij: Tenant) -> None:
    owing(bakkerij)
    with tenant_context(bakkerij.pk):
        nights.plan(DAY)
        Wakeup.objects.all().delete()
        ladder.approve_notices(notices=Notice.objects.all(), by=nights.bookkeeper(nights.at(DAY, 20)))

    assert Wakeup.objects.get(queue="dunning.tasks.release_notices").due_at == nights.at(DAY + timedelta(days=1), 8, 30)


def test_a_mail_that_was_not_sent_before_the_window_closed_is_made_anew_the_next_day(bakkerij: Tenant) -> None:
    owing(bakkerij)
    with tenant_context(bakkerij.pk):
        nights.plan(DAY)
        nights.approve(DAY)
        nights.release(DAY, 17)

    late = nights.deliver(bakkerij.pk, DAY, 17, 31)
    next_day = nights.play(bakkerij.pk, DAY + timedelta(days=1))

    assert (late, len(next_day.mails)) == ([], 1)
    assert notices(bakkerij) == ["withdrawn", "sent"]


@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2026, 4, 6), date(2026, 4, 27), date(2026, 5, 5)])
def test_on_a_saturday_and_on_a_holiday_a_letter_waits_and_the_reason_says_until_when(
    bakkerij: Tenant, day: date
) -> None:
    with tenant_context(bakkerij.pk):
        factories.invoice(factories.debtor(kind="business"), due=day - timedelta(days=5))

    played = nights.play(bakkerij.pk, day)

    assert played.mails == []
    with tenant_context(bakkerij.pk):
        case = Case.objects.get()
        assert case.why_code == "sending_day"
        assert case.why_until == queries.sending_days(queries.ladder_settings(), day).first_from(day)
        until = case.why_until
    assert until is not None
    assert len(nights.play(bakkerij.pk, until).mails) == 1


def test_a_run_is_complete_when_all_of_it_left_or_was_taken_back(bakkerij: Tenant) -> None:
    owing(bakkerij, 2)
    with tenant_context(bakkerij.pk):
        run = nights.plan(DAY)
        nights.approve(DAY)
        nights.release(DAY)
        ladder.complete_runs(by=the_clock(nights.at(DAY, 9)))
        run.refresh_from_db()
        before = run.state
    nights.deliver(bakkerij.pk, DAY, 9, 5)
    with tenant_context(bakkerij.pk):
        run.refresh_from_db()

    assert (before, run.state, run.completed_at) == ("released", "completed", nights.at(DAY, 9, 5))
