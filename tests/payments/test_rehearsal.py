"""What booking would do is told by booking it and taking that back: to the cent, and nothing stays behind."""

from datetime import date
from decimal import Decimal

import pytest

from audit.models import Entry
from debtors.models import Debtor
from invoices import operations as invoices
from invoices.models import Charge, Invoice, Settlement
from payments import operations, queries
from payments.models import Allocation, Payment
from tests import factories
from tests.conftest import TODAY, actor
from worklist.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(bedrijf: Debtor) -> Invoice:
    """Give 1.000,00 with 40,00 of costs and interest charged through 11-02, which runs on."""
    claim = factories.invoice(bedrijf, amount="1000.00", due=date(2026, 1, 10))
    invoices.charge_interest(invoice=claim, through=date(2026, 2, 11), by=actor())
    invoices.charge_costs(invoice=claim, amount=Decimal("40.00"), vat=Decimal(0), calculation={}, by=actor())
    return claim


def everything() -> list[int]:
    return [model.objects.count() for model in (Payment, Allocation, Settlement, Charge, Entry, Task)]


@pytest.mark.parametrize("amount", ["0.01", "40.00", "54.18", "700.00", "1054.18", "2000.00"])
@pytest.mark.parametrize("day", [date(2026, 2, 5), TODAY])
def test_what_is_rehearsed_is_what_is_booked(bedrijf, claim, amount, day):
    factories.invoice(bedrijf, amount="500.00", due=date(2026, 2, 20))
    before = everything()

    told = operations.rehearse_payment(debtor=bedrijf, amount=Decimal(amount), received_on=day, by=actor())

    assert everything() == before
    payment = operations.book_payment(debtor=bedrijf, amount=Decimal(amount), received_on=day, by=actor())
    assert list(told.claims) == queries.paid_claims(payment)
    assert told.unallocated == payment.unallocated
    assert sum(one.total for one in told.claims) + told.unallocated == Decimal(amount)


def test_the_rest_is_rehearsed_apart_from_what_was_paid_before(bedrijf, claim):
    payment = operations.book_payment(debtor=bedrijf, amount=Decimal("1154.18"), received_on=TODAY, by=actor())
    later = factories.invoice(bedrijf, amount="60.00", due=date(2026, 3, 1))

    told = operations.rehearse_allocation(payment=payment, designated=[later], only=True, by=actor())

    assert [(one.number, one.total) for one in told.claims] == [(later.number, Decimal("60.00"))]
    assert told.unallocated == Decimal("40.00")
    payment.refresh_from_db()
    assert payment.unallocated == Decimal("100.00")


def test_what_went_back_or_is_used_up_is_not_allocated(bedrijf, claim):
    used_up = operations.book_payment(debtor=bedrijf, amount=Decimal("10.00"), received_on=TODAY, by=actor())
    with pytest.raises(operations.NothingLeft):
        operations.allocate(payment=used_up, by=actor())
    reversal = operations.reverse_payment(payment=used_up, reason="storno", reversed_on=TODAY, by=actor())

    for payment in (used_up, reversal):
        with pytest.raises(operations.AlreadyReversed):
            operations.allocate(payment=payment, by=actor())
    assert queries.paid_claims(used_up) == []
    assert [one.costs for one in queries.claims_before_reversal(used_up)] == [Decimal("10.00")]


def test_a_rehearsal_with_the_invoice_of_another_is_refused(bedrijf, particulier, claim):
    with pytest.raises(operations.WrongDebtor):
        operations.rehearse_payment(
            debtor=particulier, amount=Decimal("10.00"), received_on=TODAY, designated=[claim], by=actor()
        )
    assert Payment.objects.count() == 0
