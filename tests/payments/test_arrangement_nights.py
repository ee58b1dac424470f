"""Paying in parts, day by day: what the nights say, what they let fall, and what stops them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from common.actor import the_clock
from correspondence import operations as outbox
from correspondence.models import Message
from debtors import operations as debtors
from debtors.models import Debtor
from dunning import instalments as messages
from dunning import operations as ladder
from dunning.models import Case, Notice
from invoices import queries as invoice_queries
from invoices.models import Invoice
from payments import operations as money
from payments.models import Arrangement, Instalment
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.fakes.channel import FakeMail
from tests.payments.arranging import MONDAY, on, pay, propose, schedule, state, states
from worklist.models import Task, TaskKind

pytestmark = pytest.mark.usefixtures("fake_mail")
Entering = Callable[[Tenant], AbstractContextManager[None]]


@pytest.fixture
def fake_mail(settings: object) -> None:
    FakeMail.taken.clear()


@pytest.fixture
def petra(bakkerij: Tenant) -> Debtor:
    """A consumer with a claim on its second rung, reminded ten days ago."""
    with tenant_context(bakkerij.pk):
        debtor = factories.debtor(number="10001", name="Petra Jansen")
        factories.invoice(debtor, amount="300.00", due=MONDAY - timedelta(days=10), number="F-1")
        factories.let_rungs_be("automatic")
        return debtor


def _claim() -> Invoice:
    return Invoice.objects.get(number="F-1")


def _case() -> Case:
    return Case.objects.get(invoice__number="F-1")


def _arranged(petra: Debtor, *, days: int = 7) -> Arrangement:
    return propose(petra, [_claim()], "300.00", first_on=MONDAY + timedelta(days=days), day=MONDAY)


def _subjects(day: nights.Day) -> list[str]:
    return [subject.split(" (")[0] for subject in day.subjects]


def test_three_parts_and_the_second_is_missed(bakkerij: Tenant, petra: Debtor) -> None:
    """Monday 2 March: reminded, and agreed the same day in three parts: 9 March, 9 April, 9 May."""
    assert _subjects(nights.play(bakkerij.pk, MONDAY - timedelta(days=3)))  # the ladder wrote on Friday
    with tenant_context(bakkerij.pk):
        rung = _case().position_key
        made = _arranged(petra)
    assert any("Onze afspraak: de bevestiging" in mail.subject for mail in nights.deliver(bakkerij.pk, MONDAY, 11))

    # Friday 6 March, three days before the first part: nothing, for the confirmation said it four days ago; paid.
    with tenant_context(bakkerij.pk):
        pay(petra, "100.00", date(2026, 3, 9))
    for day in (date(2026, 3, 10), date(2026, 3, 17), date(2026, 3, 31)):
        played = nights.play(bakkerij.pk, day)
        assert played.subjects == []  # the ladder waits
    with tenant_context(bakkerij.pk):
        assert _case().why_code == "arrangement"

    # 6 April is Easter Monday: the reminder of the second part goes on Tuesday, once.
    assert nights.play(bakkerij.pk, date(2026, 4, 6)).subjects == []
    (before,) = _subjects(nights.play(bakkerij.pk, date(2026, 4, 7)))
    assert before == "Onze afspraak: termijn 2"
    assert nights.play(bakkerij.pk, date(2026, 4, 8)).subjects == []

    # The night after the 9th it is missed, now and not at the end; on the 13th (a Monday) it is said.
    assert nights.play(bakkerij.pk, date(2026, 4, 10)).subjects == []
    with tenant_context(bakkerij.pk):
        assert states(made) == ["paid", "missed", "open"]
        assert Instalment.objects.get(arrangement=made, number=2).missed_on == date(2026, 4, 10)
    (missed,) = _subjects(nights.play(bakkerij.pk, date(2026, 4, 13)))
    assert missed == "Onze afspraak over termijn 2"

    # The 19th is its last day. On the 20th it falls, a person hears of it, and the ladder goes on where it was.
    with tenant_context(bakkerij.pk):
        nights.plan(date(2026, 4, 19))
        assert state(made) == "active"
    with tenant_context(bakkerij.pk):
        run = nights.plan(date(2026, 4, 20))
        assert state(made) == "defaulted"
        (task,) = Task.objects.open().filter(kind=TaskKind.ARRANGEMENT_BROKEN)
        assert task.amount == Decimal("200.00")
        assert _case().position_key == rung
        notice = Notice.objects.filter(run=run).get()
        assert notice.lines.get().rung_key != rung  # the next rung, not the same again


def test_all_three_paid_ends_with_thanks(bakkerij: Tenant, petra: Debtor) -> None:
    with tenant_context(bakkerij.pk):
        made = _arranged(petra)
        for part in Instalment.objects.filter(arrangement=made).order_by("number"):
            pay(petra, str(part.amount), part.due_on)
    mails = nights.deliver(bakkerij.pk, date(2026, 5, 9), 11)

    assert [mail.subject.split(" (")[0] for mail in mails][-1] == "Dank u wel: onze afspraak is rond"
    with tenant_context(bakkerij.pk):
        assert state(made) == "completed"
        assert _case().state == "closed"


def test_who_paid_ahead_is_not_reminded(bakkerij: Tenant, petra: Debtor) -> None:
    with tenant_context(bakkerij.pk):
        made = _arranged(petra)
        pay(petra, "200.00", date(2026, 3, 9))

    assert nights.play(bakkerij.pk, date(2026, 4, 7)).subjects == []
    with tenant_context(bakkerij.pk):
        assert states(made) == ["paid", "paid", "open"]
    assert len(nights.play(bakkerij.pk, date(2026, 5, 6)).subjects) == 1  # the third comes up


def test_money_between_the_night_and_the_window_stops_the_message(bakkerij: Tenant, petra: Debtor) -> None:
    with tenant_context(bakkerij.pk):
        _arranged(petra)
        pay(petra, "100.00", date(2026, 3, 9))
        nights.plan(date(2026, 4, 7))
        (message,) = Message.objects.filter(subject_kind="instalment_before")
        pay(petra, "100.00", date(2026, 4, 7))
    mails = nights.deliver(bakkerij.pk, date(2026, 4, 7), 9)

    with tenant_context(bakkerij.pk):
        message.refresh_from_db()
    assert message.state == "withdrawn"
    assert not [mail for mail in mails if "termijn 2" in mail.subject]


@pytest.mark.parametrize("what", ["hold", "legal_state"])
def test_what_stops_the_ladder_stops_an_instalment_too(bakkerij: Tenant, petra: Debtor, what: str) -> None:
    with tenant_context(bakkerij.pk):
        _arranged(petra)
        pay(petra, "100.00", date(2026, 3, 9))
        assert len(messages.due(date(2026, 4, 7))) == 1
        if what == "hold":
            ladder.place_hold(debtor=petra, reason="overleg", until=None, by=on(MONDAY))
        else:
            debtors.set_legal_state(debtor=petra, state="bankrupt", since=None, by=on(MONDAY))

        assert messages.due(date(2026, 4, 7)) == []


def test_a_bounced_reminder_goes_on_paper_the_next_night(bakkerij: Tenant, petra: Debtor) -> None:
    with tenant_context(bakkerij.pk):
        _arranged(petra)
        pay(petra, "100.00", date(2026, 3, 9))
    nights.play(bakkerij.pk, date(2026, 4, 7))
    with tenant_context(bakkerij.pk):
        message = Message.objects.get(subject_kind="instalment_before")
        outbox.record_bounce(message=message, reason="onbekend adres", by=on(date(2026, 4, 7), 12))
        assert Task.objects.open().filter(kind=TaskKind.BOUNCE).exists()
        nights.plan(date(2026, 4, 8))

        assert sorted(Message.objects.filter(subject_kind="instalment_before").values_list("channel", flat=True)) == [
            "email",
            "post",
        ]


def test_without_any_address_a_person_is_asked_for_one(bakkerij: Tenant, petra: Debtor) -> None:
    with tenant_context(bakkerij.pk):
        _arranged(petra)
        pay(petra, "100.00", date(2026, 3, 9))
        debtors.change_debtor(debtor=petra, street="", city="", by=on(MONDAY))
        petra.contacts.update(email="")
        nights.plan(date(2026, 4, 7))

        assert Task.objects.open().filter(kind=TaskKind.NO_ADDRESS).count() == 1
        assert not Message.objects.filter(subject_kind="instalment_before").exists()


def test_a_debtor_gets_one_message_a_day(bakkerij: Tenant, petra: Debtor) -> None:
    """Another claim of his comes up for a letter on the day that an instalment is announced: that waits a day."""
    with tenant_context(bakkerij.pk):
        _arranged(petra)
        pay(petra, "100.00", date(2026, 3, 9))
        factories.invoice(petra, amount="80.00", due=date(2026, 4, 2), issued=date(2026, 3, 19), number="F-2")

    both = nights.play(bakkerij.pk, date(2026, 4, 7))
    after = nights.play(bakkerij.pk, date(2026, 4, 8))

    assert [subject.split(" ")[0] for subject in both.subjects] == ["Onze"]
    assert [subject.split(":")[0] for subject in after.subjects] == ["Herinnering"]


def test_a_letter_that_leaves_today_puts_the_instalment_off(bakkerij: Tenant, petra: Debtor) -> None:
    with tenant_context(bakkerij.pk):
        _arranged(petra)
        pay(petra, "100.00", date(2026, 3, 9))
        factories.invoice(petra, amount="80.00", due=date(2026, 3, 25), issued=date(2026, 3, 11), number="F-2")
        nights.plan(date(2026, 4, 2))
        assert Notice.objects.filter(state="approved", debtor=petra).exists()

        assert messages.due(date(2026, 4, 7)) == []


def test_agreeing_withdraws_the_letter_that_waits(bakkerij: Tenant, petra: Debtor) -> None:
    with tenant_context(bakkerij.pk):
        nights.plan(MONDAY)
        waiting = Notice.objects.get(state="approved")
        _arranged(petra)

        waiting.refresh_from_db()
        assert (waiting.state, waiting.ended_reason) == ("withdrawn", "betalingsregeling afgesproken")


def test_a_proposal_waits_a_week_for_a_person_and_then_the_ladder_goes_on(bakkerij: Tenant, petra: Debtor) -> None:
    with tenant_context(bakkerij.pk):
        made = propose(petra, [_claim()], "300.00", months=12, first_on=MONDAY + timedelta(days=7), day=MONDAY)
    for days in (1, 4, 7):
        assert nights.play(bakkerij.pk, MONDAY + timedelta(days=days)).subjects == []
    with tenant_context(bakkerij.pk):
        assert _case().why_until == MONDAY + timedelta(days=7)

    assert len(nights.play(bakkerij.pk, MONDAY + timedelta(days=8)).subjects) == 1
    with tenant_context(bakkerij.pk):
        assert state(made) == "proposed"


def test_cancelling_lets_the_ladder_go_on_the_next_night(bakkerij: Tenant, petra: Debtor) -> None:
    with tenant_context(bakkerij.pk):
        made = _arranged(petra)
    nights.deliver(bakkerij.pk, MONDAY, 11)
    assert nights.play(bakkerij.pk, date(2026, 3, 3)).subjects == []
    with tenant_context(bakkerij.pk):
        money.cancel_arrangement(arrangement=made, reason="op verzoek", by=on(date(2026, 3, 3)))

    assert len(nights.play(bakkerij.pk, date(2026, 3, 4)).subjects) >= 1


def test_interest_is_asked_again_by_the_letter_after_it_fell(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        smit = factories.debtor(number="20001", name="Smit B.V.", kind="business", kvk="12345678")
        claim = factories.invoice(smit, amount="5000.00", due=date(2026, 1, 5), number="Z-1")
        made = money.make_arrangement(
            debtor=smit, invoices=[claim], schedule=schedule("5000.00", 2, MONDAY), by=on(MONDAY)
        )
        fell = MONDAY + timedelta(days=11)
        nights.plan(fell)
        claim.refresh_from_db()
        due = invoice_queries.amount_due(claim, fell)

        assert state(made) == "defaulted"
        assert due.offered is None
        assert due.interest_running > Decimal("90.00")  # over the whole time since 6 January


def test_a_night_played_twice_says_nothing_twice(bakkerij: Tenant, petra: Debtor) -> None:
    with tenant_context(bakkerij.pk):
        _arranged(petra)
        pay(petra, "100.00", date(2026, 3, 9))
        by = the_clock(nights.at(date(2026, 4, 7), 2))

        assert ladder.remind_instalments(day=date(2026, 4, 7), by=by) == 1
        assert ladder.remind_instalments(day=date(2026, 4, 7), by=by) == 0


def test_a_dry_run_says_what_would_go_out_and_stores_nothing(bakkerij: Tenant, petra: Debtor) -> None:
    with tenant_context(bakkerij.pk):
        _arranged(petra)
        pay(petra, "100.00", date(2026, 3, 9))
    out = StringIO()

    call_command("run_ladder", tenant=bakkerij.slug, day=date(2026, 4, 7), dry_run=True, stdout=out)

    assert "instalment 2 of Petra Jansen: instalment_before by email, 100.00" in out.getvalue()
    with tenant_context(bakkerij.pk):
        assert not Message.objects.filter(subject_kind="instalment_before").exists()


def test_who_pays_by_direct_debit_is_not_asked_to_pay(bakkerij: Tenant, petra: Debtor) -> None:
    with tenant_context(bakkerij.pk):
        made = propose(
            petra, [_claim()], "300.00", first_on=MONDAY + timedelta(days=7), day=MONDAY, by_direct_debit=True
        )
        (mail,) = Message.objects.filter(subject_id=made.public_id)
        assert "schrijven elke termijn af" in " ".join(mail.body_text.split())
        assert "IBAN" not in mail.body_text
        pay(petra, "100.00", date(2026, 3, 9))

        assert messages.due(date(2026, 4, 7)) == []


def test_the_cost_of_a_night_does_not_grow_with_its_instalments(
    bakkerij: Tenant, petra: Debtor, django_assert_max_num_queries: Callable[..., AbstractContextManager[None]]
) -> None:
    with tenant_context(bakkerij.pk):
        _arranged(petra)
        pay(petra, "100.00", date(2026, 3, 9))
        for number in range(4):
            other = factories.debtor(name=f"Debiteur {number}")
            claim = factories.invoice(other, amount="300.00", due=date(2026, 2, 20))
            propose(other, [claim], "300.00", first_on=MONDAY + timedelta(days=7), day=MONDAY)
            pay(other, "100.00", date(2026, 3, 9))

        with django_assert_max_num_queries(32):
            assert len(messages.due(date(2026, 4, 7))) == 5
        with django_assert_max_num_queries(12):
            money.judge_arrangements(debtor_ids=None, day=date(2026, 4, 7), by=on(date(2026, 4, 7)))
