"""Money that went back counts for the days it was there, and is in nobody's way: a corrected booking fits before."""

from datetime import date
from decimal import Decimal

import pytest

from dunning import amounts, loading
from dunning import queries as ladder
from invoices import operations, queries
from invoices.models import Invoice
from payments import operations as payments
from payments.models import Payment
from tenants.models import Tenant
from tests import factories
from tests.conftest import actor

pytestmark = pytest.mark.django_db

D = Decimal
DUE = date(2026, 1, 31)  # trade interest at 10,15% from 1 February


@pytest.fixture
def claim(inside: Tenant) -> Invoice:
    """A claim of 1.000,00 of which interest was asked through 15 February: 1.000,00 x 10,15% x 15/365 = 4,17."""
    made = factories.invoice(factories.debtor(kind="business"), amount="1000.00", due=DUE)
    operations.charge_interest(invoice=made, through=date(2026, 2, 15), by=actor())
    return made


def pay(claim: Invoice, amount: str, day: date) -> Payment:
    return payments.book_payment(debtor=claim.debtor, amount=D(amount), received_on=day, by=actor())


def parts(claim: Invoice) -> tuple[Decimal, Decimal]:
    claim.refresh_from_db()
    return claim.principal_open, claim.interest_open


def test_a_payment_on_the_wrong_day_is_taken_back_and_booked_on_the_right_one(claim: Invoice) -> None:
    """The same 1.002,50 on 9 instead of 20 February: nine days of interest, 1.000,00 x 10,15% x 9/365 = 2,50."""
    wrong = pay(claim, "1002.50", date(2026, 2, 20))
    payments.reverse_payment(payment=wrong, reason="verkeerde dag", reversed_on=date(2026, 3, 2), by=actor())

    right = pay(claim, "1002.50", date(2026, 2, 9))

    assert parts(claim) == (D("0.00"), D("0.00"))
    assert right.unallocated == 0
    assert queries.amount_due(claim, date(2026, 6, 1)).total == 0


def test_a_smaller_payment_before_one_that_went_back_gets_its_own_interest(claim: Invoice) -> None:
    """100,00 on the 20th goes back on 2 March; 50,00 of the 9th takes the 2,50 of its nine days, and 47,50 principal.

    Then 952,50 runs: through the 20th 11 days = 2,91. The 100,00 that was there from the 20th to 2 March paid those
    2,91 and 97,09 of principal: 855,41 runs for 10 days = 2,38, and 952,50 again from 3 March: through the 31st
    29 days = 7,68.
    """
    gone = pay(claim, "100.00", date(2026, 2, 20))
    payments.reverse_payment(payment=gone, reason="storno", reversed_on=date(2026, 3, 2), by=actor())

    pay(claim, "50.00", date(2026, 2, 9))
    operations.charge_interest(invoice=claim, through=date(2026, 3, 31), by=actor())

    assert parts(claim) == (D("952.50"), D("2.91") + D("2.38") + D("7.68"))


def test_a_payment_between_one_that_went_back_and_its_going_back_pays_all_interest_that_is_due(claim: Invoice) -> None:
    """Between the two the 100,00 were there; in the end they were not, so that later money pays the interest itself.

    Through 20 February 1.000,00 for 20 days = 5,56, which the 100,00 paid, and 94,44 of principal; 905,56 for 10 days
    = 2,52. Of the 50,00 the 8,08 are interest.
    """
    gone = pay(claim, "100.00", date(2026, 2, 20))
    payments.reverse_payment(payment=gone, reason="storno", reversed_on=date(2026, 4, 1), by=actor())

    pay(claim, "50.00", date(2026, 3, 2))

    assert parts(claim) == (D("958.08"), D("0.00"))
    operations.charge_interest(invoice=claim, through=date(2026, 4, 30), by=actor())
    assert claim.charges.count() == 4


def test_the_night_and_the_letter_count_it_as_the_ledger_does(claim: Invoice) -> None:
    gone = pay(claim, "100.00", date(2026, 2, 20))
    payments.reverse_payment(payment=gone, reason="storno", reversed_on=date(2026, 3, 2), by=actor())
    pay(claim, "50.00", date(2026, 2, 9))
    claim.refresh_from_db()

    snapshot = loading.load([claim.debtor_id], day=date(2026, 3, 31), everything=True)

    (seen,) = snapshot.claims[claim.debtor_id]
    by_ledger = queries.interest_through(claim, date(2026, 3, 31), queries.claim_terms())
    assert by_ledger is not None
    assert amounts.running_interest(seen, ladder.rules(date(2026, 3, 31)), date(2026, 3, 31)) == (
        by_ledger.total - claim.interest_total
    )
