"""Reads about money that came in and was promised."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, QuerySet, Sum

from common.money import ZERO
from invoices import queries as invoice_queries
from invoices.models import Invoice
from law import allocation, rates
from law.rates import InterestKind
from payments import gateways
from payments.models import Allocation, BankAccount, BankLine, DirectDebit, GatewayAccount, MatchingSettings, Payment
from payments.states import DebitState, LineState


class BankDay(NamedTuple):
    """Up to and including which day the statements of an account came in."""

    name: str
    iban: str
    until: date


def bank_days() -> list[BankDay]:
    """Give the accounts whose statements come in, without those that are not in use any more."""
    rows = BankAccount.objects.filter(is_watched=True, balance_on__isnull=False).order_by("iban")
    return [BankDay(row.name, row.iban, row.balance_on) for row in rows if row.balance_on is not None]


def unallocated(debtor_id: int) -> Decimal:
    """Give what came in from a debtor, paid for nothing yet and does not go back to him.

    A reversal takes its payment out of the sum.
    """
    rows = Payment.objects.filter(debtor_id=debtor_id)
    return rows.aggregate(rest=Sum(F("amount") - F("allocated") - F("refunded")))["rest"] or ZERO


def claims_due(invoices: Iterable[Invoice], day: date) -> list[allocation.ClaimDue]:
    """Give invoices as the law looks at them when a payment comes in on a day (art. 6:43 and 6:44 BW)."""
    terms = invoice_queries.claim_terms()
    return [_claim(invoice, day, terms) for invoice in invoices]


def _claim(invoice: Invoice, day: date, terms: object) -> allocation.ClaimDue:
    due = invoice_queries.amount_due(invoice, day, terms)  # type: ignore[arg-type]
    in_default = invoice.default_since is not None and day >= invoice.default_since
    kind = InterestKind.CONSUMER if invoice.acted_as_consumer else InterestKind.TRADE
    return allocation.ClaimDue(
        key=invoice.public_id,
        due_date=invoice.due_date,
        principal=due.charged.principal,
        interest=due.interest,
        costs=invoice_queries.parts_due(invoice, day).costs,
        percent=rates.rate_on(kind, day).percent if in_default else Decimal(0),
    )


@dataclass(frozen=True, slots=True)
class PaidClaim:
    """What one claim got of a payment, in parts (art. 6:44 BW), and what is open on it now."""

    invoice_id: int
    public_id: str
    number: str
    due_date: date
    costs: Decimal
    interest: Decimal
    principal: Decimal
    still_open: Decimal

    @property
    def total(self) -> Decimal:
        return self.costs + self.interest + self.principal

    def less(self, other: "PaidClaim") -> "PaidClaim":
        """Give what this got beyond what another moment shows."""
        return replace(
            self,
            costs=self.costs - other.costs,
            interest=self.interest - other.interest,
            principal=self.principal - other.principal,
        )


def paid_claims(payment: Payment) -> list[PaidClaim]:
    """Give what a payment pays for now, in the order in which it was allocated; nothing after its reversal."""
    return _by_claim(Allocation.objects.filter(payment=payment))


def claims_before_reversal(payment: Payment) -> list[PaidClaim]:
    """Give what a reversed payment had paid for when it was taken back."""
    taken_back = Allocation.objects.filter(payment=payment, settlement__reversals__reason=_reason_of_reversal(payment))
    return _by_claim(taken_back)


def _reason_of_reversal(payment: Payment) -> str:
    reversal = payment.reversals.first()
    return reversal.reason if reversal else ""


def _by_claim(allocations: QuerySet[Allocation]) -> list[PaidClaim]:
    found: dict[int, PaidClaim] = {}
    for row in allocations.select_related("settlement__invoice").order_by("pk"):
        part, invoice = row.settlement, row.settlement.invoice
        before = found.get(invoice.pk)
        found[invoice.pk] = PaidClaim(
            invoice_id=invoice.pk,
            public_id=invoice.public_id,
            number=invoice.number,
            due_date=invoice.due_date,
            costs=part.to_costs + (before.costs if before else ZERO),
            interest=part.to_interest + (before.interest if before else ZERO),
            principal=part.to_principal + (before.principal if before else ZERO),
            still_open=invoice.open_amount,
        )
    return [claim for claim in found.values() if claim.total]


def offers_online_payment() -> bool:
    """Tell whether debtors of the active tenant can pay online."""
    return GatewayAccount.objects.filter(is_enabled=True).exclude(api_key="").exists()


@dataclass(frozen=True, slots=True)
class OnlineMethod:
    """A way to pay online, named as the provider names it."""

    id: str
    name: str


def online_methods() -> list[OnlineMethod]:
    """Give the ways to pay online that the active tenant offers, in the provider's order; none where it is off."""
    account = GatewayAccount.objects.filter(is_enabled=True).exclude(api_key="").first()
    if account is None:
        return []
    chosen = [row for row in account.offered if not account.methods or row[0] in account.methods]
    return [OnlineMethod(method, gateways.name_of(method, name)) for method, name in chosen]


def matching_settings() -> MatchingSettings:
    """Give how bank lines are matched in the active tenant, or the defaults while he has set nothing."""
    return MatchingSettings.objects.first() or MatchingSettings()


@dataclass(frozen=True, slots=True)
class Collection:
    """That a claim is being collected: how much, on which day, and whether the bank has it already."""

    amount: Decimal
    collect_on: date
    is_at_bank: bool


def in_collection(invoices: Iterable[Invoice]) -> dict[int, Collection]:
    """Give, by invoice, what is being collected of it by direct debit at this moment; in one query."""
    rows = DirectDebit.objects.filter(
        invoice__in=[invoice.pk for invoice in invoices], state__in=[DebitState.PLANNED, DebitState.SENT]
    ).select_related("batch")
    return {
        row.invoice_id: Collection(row.amount, row.batch.collect_on, row.state == DebitState.SENT)
        for row in rows
        if row.invoice_id is not None
    }


def instalments_in_collection(instalment_ids: Iterable[int]) -> set[int]:
    """Give which instalments are being collected by direct debit at this moment, in one query."""
    rows = DirectDebit.objects.filter(
        instalment__in=list(instalment_ids), state__in=[DebitState.PLANNED, DebitState.SENT]
    )
    return {pk for pk in rows.values_list("instalment_id", flat=True) if pk is not None}


def lines_wait() -> bool:
    """Tell whether there are bank lines that nobody looked at yet."""
    return BankLine.objects.filter(state=LineState.NEW).exists()
