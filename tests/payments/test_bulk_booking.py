"""Booking in bulk writes what booking one by one writes: the same lines through both, compared row by row."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Entry
from correspondence.models import Message
from debtors.models import Debtor
from dunning.models import Case, Notice, NoticeLine
from invoices import operations as claims
from invoices.models import Charge, Invoice, Settlement
from payments import operations as payments
from payments.models import Allocation, BankLine, KnownAccount, Payment, Promise
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.conftest import actor
from tests.payments.banking import DAY, line, statement
from worklist.models import Task

pytestmark = pytest.mark.django_db

D = Decimal
IBANS = ["NL91ABNA0417164300", "NL20INGB0001234567", ""]

claim_kinds = st.tuples(
    st.sampled_from(["121.00", "121.00", "50.00"]),  # amount
    st.sampled_from(["", "", "", "interest", "costs", "later", "promise", "part", "credit"]),  # what happened to it
    st.integers(-40, 20),  # due, in days from today
)
line_kinds = st.tuples(
    st.integers(0, 5),  # which claim is named
    st.sampled_from(["121.00", "121.00", "50.00", "60.00", "200.00"]),
    st.sampled_from(IBANS),
    st.sampled_from(["Bouwbedrijf Smit", "P. Jansen", "Iemand"]),
    st.integers(-9, 2),  # value day
)


def make(tenant: Tenant, owed: list[Any], came: list[Any], *, by_night: bool) -> None:
    """Make the same debtors, claims and lines in a tenant."""
    debtors = [
        factories.debtor(number=f"N{number}", name=name, kind=kind)
        for number, (name, kind) in enumerate([("Bouwbedrijf Smit B.V.", "business"), ("Petra Jansen", "consumer")])
    ]
    for number, (amount, happened, due) in enumerate(owed):
        claim = factories.invoice(
            debtors[number % 2], number=f"2026-{number:04d}", amount=amount, due=DAY + timedelta(days=due)
        )
        befall(claim, happened)
    if by_night:
        nights.plan(DAY)
        nights.approve(DAY)
    statement()
    for which, amount, iban, name, days in came:
        line(amount, f"factuur 2026-{which:04d}", iban=iban, name=name, value_on=DAY + timedelta(days=days))


def befall(claim: Invoice, happened: str) -> None:
    if happened == "interest":
        claims.charge_interest(invoice=claim, through=DAY - timedelta(days=1), by=actor())
    elif happened == "costs":
        claims.charge_costs(invoice=claim, amount=D("40.00"), vat=D(0), calculation={}, by=actor())
    elif happened == "later":
        payments.book_payment(debtor=claim.debtor, amount=D("10.00"), received_on=DAY, designated=[claim], by=actor())
    elif happened == "promise":
        payments.make_promise(
            debtor=claim.debtor, invoices=[claim], amount=claim.principal, promised_for=DAY, by=actor()
        )
    elif happened == "part":
        claims.settle(invoice=claim, amount=D("7.00"), kind="payment", booked_on=DAY - timedelta(days=30), by=actor())
    elif happened == "credit":
        factories.credit_note(claim.debtor, number=f"C-{claim.number}", amount="5.00", issued=DAY - timedelta(days=20))


def picture() -> dict[str, Any]:
    """Give everything that booking may write, by names instead of ids, in an order that says nothing."""

    def rows(of: Any, *fields: str) -> list[Any]:
        return sorted(of.values_list(*fields), key=repr)

    entries = Entry.objects.exclude(verb__in=["invoice.registered", "debtor.registered"])
    named = entries.values_list("verb", "actor_label", "subject_kind", "subject_label", "debtor_ref", "reason", "data")
    numbers = dict(Debtor.objects.values_list("pk", "number"))
    return {
        "payments": rows(
            Payment.objects.all(),
            *("debtor__number", "amount", "received_on", "method", "payer_name", "payer_iban", "description"),
            *("allocated", "refunded", "reason", "currency"),
        ),
        "settlements": rows(
            Settlement.objects.all(),
            *("invoice__number", "kind", "booked_on", "to_costs", "to_interest", "to_principal", "reason"),
        ),
        "allocations": rows(Allocation.objects.all(), "payment__amount", "settlement__invoice__number", "amount"),
        "charges": rows(Charge.objects.all(), "invoice__number", "kind", "amount", "booked_on", "period_end"),
        "invoices": rows(
            Invoice.objects.all(), "number", "principal_open", "interest_open", "costs_open", "settled_on"
        ),
        "cases": rows(Case.objects.all(), "invoice__number", "state", "next_look_on", "why_code", "why_until", "round"),
        "notices": rows(Notice.objects.all(), "debtor__number", "kind", "state", "ended_reason", "total"),
        "notice lines": rows(NoticeLine.objects.all(), "invoice__number", "live", "total"),
        "messages": rows(Message.objects.all(), "state", "ended_reason"),
        "tasks": rows(Task.objects.all(), "kind", "debtor__number", "amount", "done_by", "outcome"),
        "promises": rows(Promise.objects.all(), "debtor__number", "state", "ended_on"),
        "accounts": rows(KnownAccount.objects.all(), "iban", "debtor__number", "confirmed_on", "confirmed_by"),
        "lines": [
            (
                row.number - BankLine.objects.order_by("pk")[0].number,
                row.state,
                row.certainty,
                row.handled_by,
                row.note,
                row.match.get("why"),
                row.match.get("words"),
                [one["number"] for one in row.match.get("claims", ())],
                row.payment and (row.payment.amount, row.payment.received_on),
                row.debtor and row.debtor.number,
            )
            for row in BankLine.objects.select_related("payment", "debtor").order_by("pk")
        ],
        "log": sorted((_entry(row, numbers) for row in named if row[0] != "tenant.created"), key=repr),
    }


def _entry(row: Any, numbers: dict[int, str]) -> tuple[Any, ...]:
    data = {name: value for name, value in row[6].items() if name != "ref"}  # a random id
    return (*row[:4], numbers.get(row[4] or 0), row[5], sorted(data.items()))


def through(tenant: Tenant, owed: list[Any], came: list[Any], *, in_bulk: bool, by_night: bool) -> dict[str, Any]:
    with tenant_context(tenant.pk):
        make(tenant, owed, came, by_night=by_night)
        while payments.match_lines(by=actor(), in_bulk=in_bulk):
            pass
        return picture()


def same(bulk: dict[str, Any], exact: dict[str, Any]) -> None:
    for what in bulk:
        assert bulk[what] == exact[what], what


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(owed=st.lists(claim_kinds, min_size=1, max_size=6), came=st.lists(line_kinds, min_size=1, max_size=6))
def test_both_ways_write_the_same(db: None, owed: list[Any], came: list[Any]) -> None:
    bulk, exact = factories.tenant("In bulk"), factories.tenant("Een voor een")

    same(
        through(bulk, owed, came, in_bulk=True, by_night=False),
        through(exact, owed, came, in_bulk=False, by_night=False),
    )


def test_letters_that_wait_are_withdrawn_by_both_ways(db: None) -> None:
    owed = [("121.00", "", -30), ("50.00", "", -20), ("121.00", "promise", -30), ("50.00", "part", -30)]
    came = [(0, "121.00", IBANS[0], "Bouwbedrijf Smit", 0), (1, "50.00", "", "P. Jansen", -1)]
    bulk, exact = factories.tenant("In bulk"), factories.tenant("Een voor een")

    pictures = [
        through(tenant, owed, came, in_bulk=in_bulk, by_night=True)
        for tenant, in_bulk in ((bulk, True), (exact, False))
    ]

    same(*pictures)
    assert any(row[2] == "withdrawn" for row in pictures[0]["notices"])


def test_what_is_not_simple_goes_the_exact_way(inside: Tenant) -> None:
    """Each of these would come out wrong in bulk: nothing of them is booked by it."""
    from payments.operations import bulk_booking, candidates
    from payments.operations import matching as operations

    statement()
    debtor = factories.debtor(name="Bouwbedrijf Smit B.V.", kind="business")
    for number, happened in enumerate(["interest", "costs", "later"]):
        befall(factories.invoice(debtor, number=f"2026-{number:04d}", due=date(2026, 1, 30)), happened)
        claim = Invoice.objects.get(number=f"2026-{number:04d}")
        line(str(claim.open_amount), f"2026-{number:04d}", value_on=DAY - timedelta(days=5))
    rows = candidates.waiting(10)

    booked = bulk_booking.book(operations._simple(rows, candidates.matches(rows)), by=actor())

    assert booked == set()
