"""Whatever money does, in whatever order it becomes known: the ledger sums, and the same facts give the same cents."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from common.money import ZERO
from debtors.models import Debtor
from invoices import operations as claims
from invoices.models import Charge, CreditNote, Invoice, Settlement
from payments import operations as payments
from payments.models import BankLine, Payment
from tenants.models import Tenant
from tests import factories
from tests.conftest import actor
from tests.payments.banking import line, statement

pytestmark = pytest.mark.django_db

START = date(2026, 2, 1)
END = START + timedelta(days=121)
days = st.integers(0, 120)
amounts = st.decimals("0.01", "700.00", places=2)
which = st.integers(0, 1)
events = st.lists(
    st.tuples(
        st.sampled_from(["pay", "named", "line", "line", "reverse", "undo", "credit", "interest", "costs", "storno"]),
        days,
        amounts,
        which,
    ),
    min_size=1,
    max_size=8,
)


quiet = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],  # shrinking takes minutes, and what failed is printed anyway
)


def owed() -> list[Invoice]:
    debtor = factories.debtor(kind="business")
    Debtor.objects.filter(pk=debtor.pk).update(name=f"Firma {debtor.number}", sort_name=f"firma {debtor.number}")
    debtor.refresh_from_db()
    due = START - timedelta(days=1)
    return [factories.invoice(debtor, amount=amount, due=due) for amount in ("1000.00", "500.00")]


def play(invoices: list[Invoice], happened: list[Any]) -> None:
    for kind, after, amount, number in happened:
        _happens(kind, START + timedelta(days=after), amount, invoices[number])


def _happens(kind: str, day: date, amount: Decimal, claim: Invoice) -> None:
    debtor = claim.debtor
    if kind in {"pay", "named"}:
        named = [claim] if kind == "named" else []
        payments.book_payment(debtor=debtor, amount=amount, received_on=day, designated=named, by=actor())
    elif kind in {"line", "storno", "undo"}:
        _at_the_bank(kind, day, amount, claim)
    elif kind == "reverse":
        payment = debtor.payments.filter(reverses=None, reversals=None).order_by("pk").last()
        if payment is not None:
            payments.reverse_payment(payment=payment, reason="storno", reversed_on=day, by=actor())
    elif kind == "credit":
        factories.credit_note(debtor, amount=str(amount), invoice_number=claim.number, issued=day)
    elif kind == "interest":
        claims.charge_interest(invoice=claim, through=day, by=actor())
    elif not Charge.objects.filter(invoice=claim, kind="costs").exists():
        claims.charge_costs(invoice=claim, amount=amount, vat=ZERO, calculation={}, by=actor())


def _at_the_bank(kind: str, day: date, amount: Decimal, claim: Invoice) -> None:
    iban = f"NL{claim.debtor_id:016d}"
    booked = BankLine.objects.filter(state="booked", payment__reversals=None, iban=iban).order_by("pk").last()
    if kind == "line":
        claim.refresh_from_db()
        wanted = claim.open_amount if amount > 300 and claim.is_open else amount
        line(str(wanted), claim.number, on=day, iban=iban, name=claim.debtor.name)
    elif kind == "undo" and booked is not None:
        payments.undo_line(line=booked, reason="fout", by=actor())
    elif kind == "storno" and booked is not None:
        back = max(day, booked.booked_on)
        line(str(-booked.amount), "", on=back, iban=iban, is_reversal=True, return_reason="MD06")
    _work_off()


def _work_off() -> None:
    while payments.match_lines(by=actor()):
        pass


def total(rows: Any, field: str) -> Decimal:
    return rows.aggregate(total=Sum(field))["total"] or ZERO


@quiet
@given(happened=events)
def test_the_ledger_sums_and_nothing_is_below_zero(inside: Tenant, happened: list[Any]) -> None:
    statement()
    invoices = owed()

    play(invoices, happened)

    debtor = invoices[0].debtor
    for claim in debtor.invoices.all():
        charges, settled = Charge.objects.filter(invoice=claim), Settlement.objects.filter(invoice=claim)
        interest, costs = charges.filter(kind="interest"), charges.exclude(kind="interest")
        assert claim.principal_open == claim.principal - total(settled, "to_principal") >= 0
        assert claim.interest_open == total(interest, "amount") - total(settled, "to_interest") >= 0
        assert claim.costs_open == total(costs, "amount") - total(settled, "to_costs") >= 0
    for payment in debtor.payments.all():
        assert payment.allocated == total(payment.allocations, "amount")
        assert payment.unallocated >= 0
        if payment.reverses_id is not None or payment.reversals.exists():
            assert payment.allocated == 0
    for note in CreditNote.objects.filter(debtor=debtor):
        assert 0 <= note.allocated <= note.amount
    for came in BankLine.objects.filter(state="booked", debtor=debtor):
        assert came.payment is not None
        assert came.payment.amount == came.amount


facts = st.lists(st.tuples(st.integers(0, 120), st.decimals("1.00", "400.00", places=2)), min_size=2, max_size=5)


def two_claims() -> list[Invoice]:
    """Make the same claim twice, with interest that is claimed."""
    made = [
        factories.invoice(factories.debtor(kind="business"), amount="1000.00", due=START - timedelta(days=1))
        for _ in range(2)
    ]
    for claim in made:
        claims.charge_interest(invoice=claim, through=START, by=actor())
    return made


def same_cents(made: list[Invoice]) -> None:
    for claim in made:
        claims.charge_interest(invoice=claim, through=END, by=actor())
    first, second = (Invoice.objects.get(pk=claim.pk) for claim in made)
    assert (first.interest_total, first.interest_open, first.principal_open) == (
        second.interest_total,
        second.interest_open,
        second.principal_open,
    )


@quiet
@given(money=facts, order=st.randoms(use_true_random=False), wrong=st.integers(0, 5), wrong_on=st.integers(0, 120))
def test_an_error_that_is_taken_back_leaves_no_trace(
    inside: Tenant, money: list[Any], order: Any, wrong: int, wrong_on: int
) -> None:
    """Payments become known in any order, and one booking was an error that is taken back as if it never was."""
    made = two_claims()
    for after, amount in sorted(money):
        _pay(made[0], amount, after)
    shuffled = list(money)
    order.shuffle(shuffled)
    for after, amount in shuffled[:wrong]:
        _pay(made[1], amount, after)
    mistake = _pay(made[1], Decimal("77.77"), wrong_on)
    for after, amount in shuffled[wrong:]:
        _pay(made[1], amount, after)

    payments.reverse_payment(payment=mistake, reason="fout", reversed_on=mistake.received_on, by=actor())

    same_cents(made)


@quiet
@given(money=facts, order=st.randoms(use_true_random=False), came=st.integers(0, 60), stayed=st.integers(1, 60))
def test_money_that_went_back_counts_from_that_day_whenever_it_is_known(
    inside: Tenant, money: list[Any], order: Any, came: int, stayed: int
) -> None:
    """A storno and payments around it: booked day by day, or the storno last."""
    made = two_claims()
    went_back = came + stayed
    lent = None
    for after, amount in sorted([*money, (came, None), (went_back, None)], key=lambda fact: fact[0]):
        if amount is not None:
            _pay(made[0], amount, after)
        elif lent is None:
            lent = _pay(made[0], Decimal("77.77"), came)
        else:
            _storno(lent, went_back)
    shuffled = [*money, (came, None)]
    order.shuffle(shuffled)
    for after, amount in shuffled:
        if amount is None:
            lent = _pay(made[1], Decimal("77.77"), came)
        else:
            _pay(made[1], amount, after)
    assert lent is not None
    _storno(lent, went_back)

    same_cents(made)


def _storno(payment: Payment, after: int) -> None:
    day = START + timedelta(days=after)
    payments.reverse_payment(payment=payment, reason="storno", reversed_on=day, by=actor())


def _pay(claim: Invoice, amount: Decimal, after: int) -> Payment:
    day = START + timedelta(days=after)
    return payments.book_payment(debtor=claim.debtor, amount=amount, received_on=day, designated=[claim], by=actor())


def test_interest_that_was_booked_goes_when_the_money_turns_out_to_have_come_before_default(inside: Tenant) -> None:
    """Interest is charged on the 5th; then the bank says that all was paid on the due date."""
    claim = factories.invoice(factories.debtor(kind="business"), amount="1000.00", due=START)
    claims.charge_interest(invoice=claim, through=START + timedelta(days=4), by=actor())

    payments.book_payment(debtor=claim.debtor, amount=Decimal("1000.00"), received_on=START, by=actor())

    claim.refresh_from_db()
    assert (claim.principal_open, claim.interest_open, claim.interest_total) == (0, 0, 0)
    assert claim.settled_on == START
