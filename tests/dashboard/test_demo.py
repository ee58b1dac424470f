"""The demo is three whole companies, apart from each other, with books that add up; making it again changes nothing."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Sum

from correspondence.models import Message, PostBatch
from dashboard.demo import ended, making, names, opening, year
from dashboard.demo.companies import BAKERY, COMPANIES, GARAGE, INSTALLER, Company
from debtors.models import Debtor
from dunning.models import Notice, Run, Step
from invoices.models import Charge, Invoice, Settlement
from payments.models import Payment
from reporting.models import DailySummary
from tenants.context import tenant_context
from tenants.models import Letterhead, Membership, Tenant, User, Wakeup
from tools.local.demo import logins_in

WEDNESDAY = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 3, 15, 9, 0, tzinfo=UTC)
SMALL: dict[str, Any] = {"weeks": 5, "debtors": 14}


def test_a_year_ends_tonight_with_a_plan_that_waits_and_books_that_add_up(db: None) -> None:
    tenant = making.make(BAKERY, now=WEDNESDAY, **SMALL)

    with tenant_context(tenant.pk):
        check_tonight()
        check_what_left()
        check_books()
        letterhead = Letterhead.objects.get()
        assert letterhead.is_complete
        assert bytes(letterhead.logo or b"").startswith(b"<svg")


def check_tonight() -> None:
    run = Run.objects.get(day=WEDNESDAY.date())
    assert (run.state, run.held_because) == ("planned", "")
    assert Notice.objects.filter(state="planned", approved_at=None).count() >= 2
    assert Run.objects.count() == (WEDNESDAY.date() - date(2026, 2, 2)).days + 1
    assert DailySummary.objects.count() == Run.objects.count()


def check_what_left() -> None:
    assert Message.objects.filter(channel="email", state="sent").count() >= 10
    assert Step.objects.filter(notice__isnull=False).values("kind").distinct().count() >= 2
    assert not Message.objects.filter(state__in=["sending", "in_doubt"]).exists()
    assert not PostBatch.objects.filter(posted_at=None).exists()


def check_books() -> None:
    """What is open is what was invoiced and charged, less what was paid, credited and written off."""
    invoiced = Invoice.objects.aggregate(sum=Sum("principal"))["sum"]
    charged = Charge.objects.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    parts = Settlement.objects.aggregate(c=Sum("to_costs"), i=Sum("to_interest"), p=Sum("to_principal"))
    opened = Invoice.objects.aggregate(p=Sum("principal_open"), i=Sum("interest_open"), c=Sum("costs_open"))
    assert sum(opened.values()) == invoiced + charged - sum(parts.values())
    assert 0 < sum(opened.values()) < invoiced
    received = Payment.objects.aggregate(amount=Sum("amount"), allocated=Sum("allocated"))
    settled = Settlement.objects.filter(kind="payment").aggregate(
        c=Sum("to_costs"), i=Sum("to_interest"), p=Sum("to_principal")
    )
    assert received["allocated"] == sum(settled.values()) <= received["amount"]


def test_the_companies_are_apart(db: None) -> None:
    tenants = [making.make(company, now=SUNDAY, weeks=1, debtors=4) for company in COMPANIES]

    numbers = []
    for tenant in tenants:
        with tenant_context(tenant.pk):
            assert Debtor.objects.count() == 4
            numbers.append(set(Invoice.objects.values_list("number", flat=True)))
    assert all(numbers)
    assert [tenant.slug for tenant in tenants] == ["vandermeulen", "westerkade", "hofstra"]
    accountant = User.objects.get(email=opening.ACCOUNTANT[1])
    assert Membership.objects.filter(user=accountant, role="accountant").count() == 3
    assert Membership.objects.filter(role="owner").count() == 3
    assert making.missing() == []


def test_the_whole_night_is_held_where_payments_are_not_up_to_date(db: None) -> None:
    tenant = making.make(INSTALLER, now=WEDNESDAY, weeks=3, debtors=4)

    with tenant_context(tenant.pk):
        assert Run.objects.get(day=WEDNESDAY.date()).held_because == "payments_unconfirmed"


def test_again_changes_nothing_and_prints_the_same(db: None) -> None:
    for company in COMPANIES:
        making.make(company, now=WEDNESDAY, weeks=1, debtors=2)
    before = _counts()
    first, second = io.StringIO(), io.StringIO()

    call_command("demo", stdout=first)
    call_command("demo", stdout=second)

    assert first.getvalue() == second.getvalue()
    assert _counts() == before
    logins = logins_in(first.getvalue())
    assert logins[0].email == BAKERY.owner[1]
    assert first.getvalue().count("\n") == len(logins) == User.objects.count()
    for login in logins:
        assert User.objects.get(email=login.email).check_password(login.password)


def _counts() -> list[int]:
    counts = [Tenant.objects.count(), User.objects.count(), Membership.objects.count()]
    for tenant in Tenant.objects.all():
        with tenant_context(tenant.pk):
            counts += [model.objects.count() for model in (Debtor, Invoice, Payment, Notice, Message, Run)]
    return counts


def test_a_company_that_was_half_made_is_made_anew(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(making, "play", stopped)
        with pytest.raises(KeyboardInterrupt):
            making.make(GARAGE, now=WEDNESDAY, weeks=1, debtors=2)
    assert [company.slug for company in making.missing()] == [company.slug for company in COMPANIES]

    made = making.make(GARAGE, now=WEDNESDAY, weeks=1, debtors=2)

    assert made.slug == "westerkade"
    assert Membership.objects.exclude(tenant=made).count() == 0
    assert list(Tenant.objects.exclude(pk=made.pk).values_list("is_active", flat=True)) == [False]


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.slug)
def test_the_same_day_gives_the_same_year(company: Company) -> None:
    def once() -> year.Year:
        import random

        return year.year_of(company, SUNDAY.date(), debtors=30, rng=random.Random("x"))

    first, second = once(), once()

    assert (first.customers, first.sales, first.money) == (second.customers, second.sales, second.money)
    assert len({sale.number for sale in first.sales}) == len(first.sales)
    assert all(sale.issued < SUNDAY.date() for sale in first.sales)
    assert all(money.amount is None or money.amount > 0 for money in first.money)


def test_numbers_are_well_formed_and_no_banks_account_has_one() -> None:
    import random

    from common import identifiers

    rng = random.Random(7)
    for _ in range(200):
        iban = identifiers.parse_iban(names.iban(rng))
        assert sum(int(digit) * (10 - place) for place, digit in enumerate(iban[8:])) % 11 != 0
        identifiers.parse_dutch_vat(names.vat_number(rng))
        identifiers.parse_kvk(names.kvk(rng))


def test_its_night_is_over_when_nothing_is_left_to_do(db: None) -> None:
    assert "vandermeulen: not there" in ended.what_is_left(WEDNESDAY)
    for company in COMPANIES:
        making.make(company, now=WEDNESDAY, weeks=1, debtors=2)
    assert any("summarise_day" in left for left in ended.what_is_left(WEDNESDAY))

    Wakeup.objects.all().delete()

    assert ended.what_is_left(WEDNESDAY) == []


def test_production_refuses_it(settings: Any) -> None:
    settings.ENVIRONMENT = "production"

    with pytest.raises(CommandError, match="production"):
        call_command("demo")
