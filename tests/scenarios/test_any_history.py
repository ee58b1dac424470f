"""Whatever happens between the nights, in whatever order: nothing is asked twice, too early, or beyond the law.

Hypothesis makes up histories of a hundred days: money that comes, late or twice, and goes back, credit, disputes,
promises, holds, letters that bounce and come back. The letters are not drawn here: only what they say counts.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from common.actor import Actor
from common.errors import DomainError
from common.money import ZERO
from correspondence import operations as outbox
from correspondence.models import Message
from correspondence.rendering import pdf
from debtors import operations as debtors
from debtors.models import Debtor
from dunning import operations as ladder
from dunning.models import Case, Hold, Notice, Step
from invoices import operations as claims
from invoices import queries
from invoices.models import Charge, Dispute, Invoice, Settlement
from law import collection_costs
from payments import operations as payments
from payments.models import Payment, Promise
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.fakes.channel import FakeMail

pytestmark = pytest.mark.django_db

D = Decimal
DUE = date(2026, 1, 30)
FIRST, LAST = date(2026, 2, 2), date(2026, 5, 12)
EVENTS = [
    "pay", "pay", "pay late", "pay all", "reverse", "credit", "write off", "waive", "dispute", "answer", "promise",
    "hold", "lift", "bounce", "returned", "mend", "call",
]  # fmt: skip
STATUTORY = ["default_notice", "fourteen_day_letter", "final_demand"]  # in this order, whatever happens
histories = st.lists(
    st.tuples(
        st.integers(0, (LAST - FIRST).days),
        st.sampled_from(EVENTS),
        st.integers(0, 2),  # of which of the claims
        st.decimals("0.01", "700.00", places=2),
    ),
    max_size=14,
)
quiet = settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    derandomize=True,
)


@pytest.fixture(autouse=True)
def without_drawing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """WeasyPrint is the outside world here: it gives an empty page at once."""
    page, written = BytesIO(), PdfWriter()
    written.add_blank_page(595, 842)
    written.write(page)
    monkeypatch.setattr(pdf.Renderer, "write", lambda *_, **__: (page.getvalue(), 1))
    yield
    FakeMail.reset()


def start(tenant: Tenant) -> list[int]:
    with tenant_context(tenant.pk):
        business, consumer = factories.debtor(kind="business"), factories.debtor(kind="consumer")
        return [
            factories.invoice(business, amount="1210.00", due=DUE).pk,
            factories.invoice(business, amount="90.00", due=DUE + timedelta(days=14)).pk,
            factories.invoice(consumer, amount="484.00", due=DUE, term_agreed=True).pk,
        ]


def happen(kind: str, invoice: Invoice, amount: Decimal, day: date) -> None:
    """Let something happen to a claim on a day, as a person would do it; what is refused does not happen."""
    by = nights.bookkeeper(nights.at(day, 14))
    debtor = Debtor.objects.get(pk=invoice.debtor_id)
    match kind:
        case "pay":
            payments.book_payment(debtor=debtor, amount=amount, received_on=day, by=by)
        case "pay late":  # it was there nine days ago
            payments.book_payment(debtor=debtor, amount=amount, received_on=day - timedelta(days=9), by=by)
        case "pay all":
            owed = queries.amount_due(invoice, day).total
            if owed:
                payments.book_payment(debtor=debtor, amount=owed, received_on=day, designated=[invoice], by=by)
        case "reverse":
            payment = Payment.objects.filter(debtor=debtor, reverses=None, reversals=None).order_by("pk").last()
            if payment is not None:
                payments.reverse_payment(payment=payment, reason="storno", reversed_on=day, by=by)
        case "credit":
            number = invoice.number if amount > 100 else ""
            factories.credit_note(debtor, amount=str(amount), invoice_number=number, issued=day, by=by)
        case "write off":
            claims.write_off(invoice=invoice, amount=min(amount, D("3.00")), reason="klein", by=by)
        case "waive":
            claims.waive(invoice=invoice, part="costs" if amount > 350 else "interest", reason="coulance", by=by)
        case _:
            happen_around(kind, invoice, debtor, amount, day)


def happen_around(kind: str, invoice: Invoice, debtor: Debtor, amount: Decimal, day: date) -> None:
    by = nights.bookkeeper(nights.at(day, 14))
    match kind:
        case "dispute":
            claims.open_dispute(invoice=invoice, reason="price", amount=amount if amount > 300 else None, by=by)
        case "answer":
            for dispute in Dispute.objects.filter(invoice=invoice, resolved_on=None):
                claims.resolve_dispute(dispute=dispute, outcome="rejected", resolution="geleverd", by=by)
        case "promise" if invoice.is_open:
            until = day + timedelta(days=int(amount) % 9)
            payments.make_promise(debtor=debtor, invoices=[invoice], amount=amount, promised_for=until, by=by)
        case "hold":
            ladder.place_hold(invoice=invoice, reason="even wachten", until=day + timedelta(days=10), by=by)
        case "lift":
            for hold in Hold.objects.filter(invoice=invoice, lifted_on=None):
                ladder.lift_hold(hold=hold, by=by)
        case _:
            reach(kind, debtor, by)


def reach(kind: str, debtor: Debtor, by: Actor) -> None:
    """The last mail bounces, or the last letter on paper is returned; addresses are mended; somebody calls."""
    if kind == "mend":
        debtors.confirm_addresses(debtor=debtor, by=by)
    elif kind == "call":
        ladder.record_call(debtor=debtor, result="no_answer", by=by)
    left = Message.objects.filter(debtor=debtor, state="sent").order_by("pk")
    if kind == "bounce" and (mail := left.filter(channel="email").last()):
        outbox.record_bounce(message=mail, reason="weg", by=by)
    elif kind == "returned" and (letter := left.filter(channel="post").last()):
        outbox.mark_returned(message=letter, by=by)


def live(tenant: Tenant, history: list[tuple[int, str, int, Decimal]], invoices: list[int]) -> None:
    """Play every night on which something may happen, with what people do in between."""
    on: dict[date, list[tuple[str, int, Decimal]]] = {}
    for number, kind, which, amount in history:
        on.setdefault(FIRST + timedelta(days=number), []).append((kind, which, amount))
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        with tenant_context(tenant.pk):
            due = Case.objects.due(day).exists()
        if due:
            nights.play(tenant.pk, day)
        for kind, which, amount in on.get(day, []):
            with tenant_context(tenant.pk):
                try:
                    happen(kind, Invoice.objects.get(pk=invoices[which]), amount, day)
                except DomainError:
                    continue


def total(rows: Any, field: str) -> Decimal:
    return rows.aggregate(total=Sum(field))["total"] or ZERO


def check_ledger(invoice: Invoice) -> None:
    charges, settled = Charge.objects.filter(invoice=invoice), Settlement.objects.filter(invoice=invoice)
    assert invoice.principal_open == invoice.principal - total(settled, "to_principal") >= 0
    assert invoice.interest_open == total(charges.filter(kind="interest"), "amount") - total(settled, "to_interest")
    assert invoice.costs_open == total(charges.exclude(kind="interest"), "amount") - total(settled, "to_costs")
    assert min(invoice.interest_open, invoice.costs_open) >= 0
    assert invoice.is_open == bool(invoice.principal_open + invoice.interest_open + invoice.costs_open)
    case = Case.objects.get(invoice=invoice)
    assert (case.state == "closed") == (not invoice.is_open), case.why_code


def check_charges(invoice: Invoice) -> None:
    """Interest is what one calculation by law over the whole time gives; costs are at most the scale, and once."""
    if invoice.interest_until is not None:
        last = invoice.interest_until - timedelta(days=1)
        lawful = queries.interest_through(invoice, last, queries.claim_terms())
        assert lawful is not None
        assert invoice.interest_total == lawful.total
    costs = Charge.objects.filter(invoice=invoice, kind="costs")
    assert costs.count() <= 1
    for charge in costs:
        assert charge.amount <= collection_costs.scale_amount(
            invoice.principal, collection_costs.scale_on(charge.booked_on)
        )
        if invoice.acted_as_consumer:
            letters = Step.objects.filter(case__invoice=invoice, kind="fourteen_day_letter", undelivered_on=None)
            assert any(letter.costs_from and letter.costs_from <= charge.booked_on for letter in letters)


def check_letters() -> None:
    """At most one message a day and a week between two that arrived, never in a weekend; no rung twice in a round."""
    for debtor in Debtor.objects.all():
        left = Notice.objects.filter(debtor=debtor).exclude(dispatched_on=None).order_by("dispatched_on", "pk")
        days = [notice.dispatched_on for notice in left if notice.dispatched_on]
        assert len(set(days)) == len(days)
        arrived = [notice.dispatched_on for notice in left if notice.dispatched_on and notice.state == "sent"]
        assert all((after - before).days >= 7 for before, after in pairwise(arrived))
        assert all(day.weekday() < 5 for day in days)
    assert not Notice.objects.filter(total__lte=0).exists()
    for case in Case.objects.all():
        counts = case.steps.filter(undelivered_on=None)
        assert set(Counter(counts.values_list("rung_key", "round")).values()) <= {1}
        for number in range(1, case.round + 1):
            taken = counts.filter(round=number, kind__in=STATUTORY).order_by("dispatched_on", "pk")
            kinds = list(taken.values_list("kind", flat=True))
            assert kinds == sorted(kinds, key=STATUTORY.index)


def check_money() -> None:
    for payment in Payment.objects.filter(reverses=None):
        assert payment.allocated == total(payment.allocations, "amount")
        assert payment.unallocated >= 0
        if payment.reversals.exists():
            assert payment.allocated == 0
    for promise in Promise.objects.all():
        assert (promise.ended_on is None) == (promise.state == "running")


@quiet
@given(history=histories)
def test_any_history_of_a_hundred_days(bakkerij: Tenant, history: list[tuple[int, str, int, Decimal]]) -> None:
    with transaction.atomic():  # of every history nothing is left for the next
        FakeMail.reset()
        live_and_check(bakkerij, history)
        transaction.set_rollback(True)


def live_and_check(bakkerij: Tenant, history: list[tuple[int, str, int, Decimal]]) -> None:
    invoices = start(bakkerij)

    live(bakkerij, history, invoices)

    with tenant_context(bakkerij.pk):
        for invoice in Invoice.objects.filter(pk__in=invoices):
            check_ledger(invoice)
            check_charges(invoice)
        check_letters()
        check_money()
        assert not Message.objects.filter(state="sending").exists()
    addresses = Counter((mail.to_address, mail.public_id) for mail in FakeMail.taken)
    assert set(addresses.values()) <= {1}
