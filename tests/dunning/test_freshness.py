"""Until which day payments are known: a person says so, or the bank; and a night that waited goes on."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest

from connectors import statements
from dunning import freshness
from dunning import queries as ladder_queries
from dunning.models import LadderSettings, Run
from payments import operations
from payments.models import BankAccount
from tenants.models import Tenant, Wakeup
from tests import factories, nights
from tests.conftest import actor
from tests.connectors import statements_made as made
from tests.connectors.statements_made import DAY, OWN, Line

pytestmark = pytest.mark.django_db
OTHER = "NL20INGB0001234567"


def bring(content: bytes) -> None:
    operations.import_statement(
        parts=statements.read(io.BytesIO(content)), filename="x", sha256="0" * 64, by=actor(), add_account=True
    )


def until(day: date, iban: str = OWN) -> None:
    """Let the statements of an account come in up to a day."""
    balance = BankAccount.objects.filter(iban=iban).values_list("balance", flat=True).first() or Decimal("1000.00")
    content = made.camt(Line("1.00", on=day), opening=f"{balance}", opened=day, closed=day, iban=iban)
    bring(content)


@pytest.mark.parametrize(
    ("bank_day", "gate"),
    [
        (DAY, ""),
        (date(2026, 2, 25), ""),  # Wednesday: Thursday, Friday, and the Monday of today
        (date(2026, 2, 24), "payments_unconfirmed"),
    ],
)
def test_the_bank_confirms_for_three_working_days(inside: Tenant, bank_day: date, gate: str) -> None:
    LadderSettings.objects.update(payments_until=None)
    assert ladder_queries.tenant_gate(ladder_queries.ladder_settings(), DAY) == "payments_unconfirmed"
    until(bank_day)
    assert ladder_queries.tenant_gate(ladder_queries.ladder_settings(), DAY) == gate


def test_the_account_that_is_furthest_behind_decides_unless_it_is_not_in_use(inside: Tenant) -> None:
    LadderSettings.objects.update(payments_until=None)
    until(DAY)
    until(date(2026, 1, 5), OTHER)
    known = freshness.of(ladder_queries.ladder_settings(), DAY)
    assert (known.is_fresh, known.until) == (False, date(2026, 1, 5))

    operations.change_bank_account(account=BankAccount.objects.get(iban=OTHER), is_watched=False, by=actor())

    known = freshness.of(ladder_queries.ladder_settings(), DAY)
    assert (known.is_fresh, known.until) == (True, DAY)


def test_a_person_may_confirm_more_than_the_bank_said(inside: Tenant) -> None:
    until(date(2026, 1, 5))
    LadderSettings.objects.update(payments_until=DAY - timedelta(days=1))
    known = freshness.of(ladder_queries.ladder_settings(), DAY)
    assert (known.is_fresh, known.until) == (True, DAY - timedelta(days=1))


def test_a_notification_is_no_bank_day(inside: Tenant) -> None:
    LadderSettings.objects.update(payments_until=None)
    bring(made.camt(Line("1.00"), version="054.001.08"))
    assert not freshness.of(ladder_queries.ladder_settings(), DAY).is_fresh


def test_a_held_night_is_planned_once_the_statements_are_in(inside: Tenant) -> None:
    factories.invoice(factories.debtor(), due=DAY - timedelta(days=30))
    LadderSettings.objects.update(payments_until=None)
    assert nights.plan(DAY).state == "held"
    Wakeup.objects.filter(queue="dunning.tasks.plan_run").delete()

    until(DAY)
    assert nights.plan(DAY).held_because == "lines_wait"  # who paid is not known before its lines are looked at
    assert not Wakeup.objects.filter(queue="dunning.tasks.plan_run").exists()
    operations.match_lines(by=actor())

    assert Wakeup.objects.filter(queue="dunning.tasks.plan_run").exists()
    assert nights.plan(DAY).state == "planned"
    assert Run.objects.get().held_because == ""
