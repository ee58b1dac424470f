"""Reads about paying in parts: what can be arranged, what is paid of an arrangement, what an instalment pays."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from common.money import ZERO
from debtors.models import Debtor
from invoices import queries as invoice_queries
from invoices.models import Dispute, Invoice, Settlement
from invoices.states import SettlementKind
from payments import instalments, limit_words
from payments.models import ArrangedInvoice, Arrangement, ArrangementTerms, Instalment
from payments.states import ArrangementState, InstalmentState

LIVE = (ArrangementState.PROPOSED, ArrangementState.ACTIVE)


def terms() -> ArrangementTerms:
    """Give the limits of the active tenant, or the defaults while he has set none."""
    return ArrangementTerms.objects.first() or ArrangementTerms()


def limits(debtor: Debtor, day: date) -> instalments.Limits:
    """Give within which limits a debtor may agree by himself on a day."""
    found = terms()
    agreed = Arrangement.objects.filter(debtor=debtor, by_debtor=True, agreed_on__gt=day - instalments.YEAR)
    return instalments.Limits(
        max_months=found.max_months,
        first_within_days=found.first_within_days,
        first_percent=found.first_percent,
        minimum_instalment=found.minimum_instalment,
        maximum_total=found.maximum_total,
        per_year=found.per_year,
        agreed_this_year=agreed.count(),
    )


def problems(debtor: Debtor, parts: Sequence[instalments.Part], day: date, language: str = "nl") -> list[str]:
    """Say which limits a proposal of a debtor crosses; none means that it is agreed at once."""
    crossed = instalments.problems(parts, limits=limits(debtor, day), today=day)
    return [limit_words.sentence(problem, language) for problem in crossed]


def amounts(invoices: Sequence[Invoice], day: date) -> dict[int, tuple[Decimal, Decimal]]:
    """Give, by invoice, what of it can be paid in parts on a day and what is left out because it is disputed."""
    due = invoice_queries.amounts_due(invoices, day)
    disputes = Dispute.objects.filter(invoice__in=[invoice.pk for invoice in invoices], resolved_on=None)
    disputed = {row.invoice_id: row.amount for row in disputes}
    found: dict[int, tuple[Decimal, Decimal]] = {}
    for invoice in invoices:
        total = due[invoice.pk].total
        amount = disputed.get(invoice.pk, ZERO)
        left_out = total if amount is None else min(amount, invoice.principal_open, total)
        found[invoice.pk] = (total - left_out, left_out)
    return found


def can_be_arranged(debtor: Debtor) -> QuerySet[Invoice]:
    """Give the open claims of a debtor that no arrangement holds, oldest first."""
    held = ArrangedInvoice.objects.filter(live=True, arrangement__debtor=debtor)
    rows = Invoice.objects.open().filter(debtor=debtor).exclude(pk__in=held.values("invoice"))
    return rows.order_by("due_date", "pk")


def running(debtor: Debtor) -> Arrangement | None:
    """Give the arrangement of a debtor that runs, if one does; of several the newest."""
    return Arrangement.objects.filter(debtor=debtor, state=ArrangementState.ACTIVE).order_by("-pk").first()


def of_invoices(invoice_ids: Iterable[int]) -> dict[int, Arrangement]:
    """Give, by invoice, the arrangement that it is in or proposed for."""
    rows = ArrangedInvoice.objects.filter(invoice__in=list(invoice_ids), live=True).select_related("arrangement")
    return {row.invoice_id: row.arrangement for row in rows}


def left_by_row(rows: Sequence[ArrangedInvoice]) -> dict[int, Decimal]:
    """Give what is left to pay of each arranged claim, by its row: less what came off the ledger since it was agreed.

    A credit note first takes off what was disputed and left out. No more is left than is open. Rows must hold their
    invoice.
    """
    booked: dict[int, dict[str, Decimal]] = {}
    since = Settlement.objects.filter(
        invoice__arrangements__in=[row.pk for row in rows], pk__gt=F("invoice__arrangements__after_settlement")
    )
    # older money that went back is owed beside the arrangement: what is paid since pays the instalments
    before = Q(reverses__isnull=False, reverses__lte=F("invoice__arrangements__after_settlement"))
    since = since.exclude(before & ~Q(reason="rebooked"))
    sums: Any = since.values_list("invoice__arrangements__pk", "kind").annotate(
        total=Sum(F("to_costs") + F("to_interest") + F("to_principal"))
    )
    for row_id, kind, total in sums:
        booked.setdefault(row_id, {})[kind] = total
    return {row.pk: _left(row, booked.get(row.pk, {})) for row in rows}


def _left(row: ArrangedInvoice, booked: dict[str, Decimal]) -> Decimal:
    credit = booked.get(SettlementKind.CREDIT, ZERO)
    paid = sum((total for kind, total in booked.items() if kind != SettlementKind.CREDIT), start=ZERO)
    paid += max(ZERO, credit - row.left_out)
    left = row.amount - min(row.amount, max(ZERO, paid))
    return Decimal(min(left, row.invoice.open_amount))


def what_pays(instalment: Instalment) -> dict[Invoice, Decimal]:
    """Give what paying the rest of an instalment pays of each claim, the oldest first; empty if it is paid."""
    rows = list(instalment.arrangement.invoices.select_related("invoice").order_by("invoice__due_date", "invoice__pk"))
    left = left_by_row(rows)
    divided = instalments.over_claims(rest_of(instalment), [left[row.pk] for row in rows])
    return {row.invoice: amount for row, amount in zip(rows, divided, strict=True) if amount}


def rest_of(instalment: Instalment) -> Decimal:
    """Give what is left to pay of an instalment."""
    return ZERO if instalment.state == InstalmentState.ENDED else Decimal(instalment.amount - instalment.paid)


def requests_about(invoice: Invoice) -> list[date]:
    """Give the days on which the debtor asked to pay a claim in parts: each acknowledges it (art. 3:318 BW)."""
    asked = Arrangement.objects.filter(by_debtor=True, invoices__invoice=invoice)
    return list(asked.order_by("proposed_on").values_list("proposed_on", flat=True))


def next_of(arrangement: Arrangement) -> Instalment | None:
    """Give the first instalment of an arrangement on which something is to be paid."""
    waiting = arrangement.instalments.filter(state__in=[InstalmentState.OPEN, InstalmentState.MISSED])
    return waiting.order_by("due_on", "number").first()


def meant_by(debtor_id: int, amount: Decimal) -> list[Invoice]:
    """Give the claims that a payment without a reference means: those of an arrangement with just such an instalment.

    Paying exactly what an instalment asks says which debt is paid (art. 6:43 lid 1 BW).
    """
    waiting = Instalment.objects.filter(
        arrangement__debtor=debtor_id,
        arrangement__state=ArrangementState.ACTIVE,
        state__in=[InstalmentState.OPEN, InstalmentState.MISSED],
    ).annotate(rest=F("amount") - F("paid"))
    found = waiting.filter(rest=amount).order_by("due_on", "pk").first()
    if found is None:
        return []
    rows = ArrangedInvoice.objects.filter(arrangement=found.arrangement_id, live=True).select_related("invoice")
    return [row.invoice for row in rows.order_by("invoice__due_date", "invoice__pk") if row.invoice.is_open]
