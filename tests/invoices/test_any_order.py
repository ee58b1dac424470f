"""Whatever happens to a claim, in whatever order: its ledger sums, nothing is below zero, order changes no cent."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.money import ZERO
from invoices import operations, queries
from invoices.models import Charge, Invoice, Settlement
from payments import operations as payments
from payments.models import Payment
from tenants.models import Tenant
from tests import factories
from tests.conftest import actor

pytestmark = pytest.mark.django_db

START = date(2026, 2, 1)
events = st.lists(
    st.tuples(
        st.sampled_from(["pay", "pay", "pay", "reverse", "interest", "credit", "costs"]),
        st.integers(0, 200),  # days after the start, in any order: many are back-dated
        st.decimals("0.01", "600.00", places=2),
    ),
    min_size=1,
    max_size=9,
)
quiet = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)


def play(claim: Invoice, happened: list[tuple[str, int, Decimal]]) -> None:
    for kind, days, amount in happened:
        day = START + timedelta(days=days)
        match kind:
            case "pay":
                payments.book_payment(debtor=claim.debtor, amount=amount, received_on=day, by=actor())
            case "reverse":
                payment = Payment.objects.filter(reverses=None, reversals=None).order_by("pk").last()
                if payment is not None:
                    payments.reverse_payment(payment=payment, reason="storno", reversed_on=day, by=actor())
            case "interest":
                operations.charge_interest(invoice=claim, through=day, by=actor())
            case "credit":
                factories.credit_note(claim.debtor, amount=str(amount), invoice_number=claim.number, issued=day)
            case "costs" if not Charge.objects.filter(kind="costs").exists():
                operations.charge_costs(invoice=claim, amount=amount, vat=ZERO, calculation={}, by=actor())


def total(queryset: Any, field: str) -> Decimal:
    return queryset.aggregate(total=Sum(field))["total"] or ZERO


@quiet
@given(happened=events)
def test_what_is_open_is_the_sum_of_the_ledger_and_never_below_zero(
    inside: Tenant, happened: list[tuple[str, int, Decimal]]
) -> None:
    claim = factories.invoice(factories.debtor(kind="business"), amount="1000.00", due=START - timedelta(days=1))
    Payment.objects.all()

    play(claim, happened)

    claim.refresh_from_db()
    charges = Charge.objects.filter(invoice=claim)
    settled = Settlement.objects.filter(invoice=claim)
    assert claim.principal_open == claim.principal - total(settled, "to_principal") >= 0
    assert claim.interest_open == total(charges.filter(kind="interest"), "amount") - total(settled, "to_interest") >= 0
    assert claim.costs_open == total(charges.exclude(kind="interest"), "amount") - total(settled, "to_costs") >= 0
    for payment in Payment.objects.filter(debtor=claim.debtor):
        assert payment.allocated == total(payment.allocations, "amount")
        assert payment.unallocated >= 0


@quiet
@given(
    amounts=st.lists(
        st.tuples(st.integers(0, 200), st.decimals("1.00", "200.00", places=2)),
        min_size=2,
        max_size=5,
        unique_by=lambda e: e[0],
    ),
    order=st.randoms(use_true_random=False),
)
def test_the_order_in_which_payments_are_booked_changes_no_cent(inside: Tenant, amounts: Any, order: Any) -> None:
    debtor = factories.debtor(kind="business")
    shuffled = list(amounts)
    order.shuffle(shuffled)
    claims = [factories.invoice(debtor, amount="1000.00", due=START - timedelta(days=1)) for _ in range(2)]
    end = START + timedelta(days=201)
    for claim in claims:
        operations.charge_interest(invoice=claim, through=START, by=actor())

    for claim, sequence in zip(claims, (sorted(amounts), shuffled), strict=True):
        for days, amount in sequence:
            operations.settle(
                invoice=claim, amount=amount, kind="payment", booked_on=START + timedelta(days=days), by=actor()
            )
        operations.charge_interest(invoice=claim, through=end, by=actor())

    first, second = (Invoice.objects.get(pk=claim.pk) for claim in claims)
    assert first.interest_total == second.interest_total
    assert (first.principal_open, first.interest_open) == (second.principal_open, second.interest_open)
    assert queries.amount_due(first, end).total == queries.amount_due(second, end).total
