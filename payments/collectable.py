"""What can be collected by a day, and why the rest cannot: read in a fixed number of queries, whatever is due."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum

from common.money import ZERO
from debtors import queries as debtor_queries
from debtors.models import Debtor
from invoices import queries as invoice_queries
from invoices.models import CreditNote, Dispute, Invoice
from payments import objections, return_reasons
from payments.collect_words import SENTENCES, WhyNot
from payments.models import (
    ArrangedInvoice,
    CheckoutItem,
    DirectDebit,
    DirectDebitBatch,
    Instalment,
    Mandate,
    Payment,
    PromisedInvoice,
)
from payments.states import (
    ArrangementState,
    CheckoutState,
    DebitState,
    InstalmentState,
    MandateState,
    PromiseState,
)

LIVE = (DebitState.PLANNED, DebitState.SENT)
# An attempt to pay online that was left open counts for so long; one that waits for the bank as long as it waits.
PAYING = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing that is due: a claim or an instalment, with the mandate it would be collected with."""

    debtor: Debtor
    mandate: Mandate
    amount: Decimal
    due_on: date
    sequence: str
    invoice: Invoice | None = None
    instalment: Instalment | None = None
    why_not: str = ""  # a code of collect_words, or nothing: it can be collected

    @property
    def key(self) -> str:
        """What names it on a form."""
        return f"f-{self.invoice.public_id}" if self.invoice else f"t-{self.instalment and self.instalment.public_id}"

    @property
    def what(self) -> str:
        """The number of the invoice, or of the instalment."""
        if self.invoice is not None:
            return self.invoice.number
        return str(self.instalment.number) if self.instalment else ""

    @property
    def can_be_retried(self) -> bool:
        return self.why_not == WhyNot.RETURNED

    @property
    def sentence(self) -> str:
        return str(SENTENCES[WhyNot(self.why_not)]) if self.why_not else ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch for a day would hold, and what is due by then and not in it."""

    lines: tuple[Due, ...]
    left_out: tuple[Due, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), start=ZERO)


@dataclass(slots=True)
class _Around:
    """What else is the matter, by invoice or debtor."""

    amounts: dict[int, Decimal]
    disputed: dict[int, Decimal | None]  # None: the whole
    codes: dict[int, str] = field(default_factory=dict)
    credit: dict[int, Decimal] = field(default_factory=dict)
    returned: dict[tuple[str, int], tuple[int, str]] = field(default_factory=dict)
    in_collection: set[tuple[str, int]] = field(default_factory=set)
    being_paid: set[int] = field(default_factory=set)  # arrangements of which a claim is being paid online


def plan(
    collect_on: date,
    at: datetime,
    today: date,
    *,
    debtor_ids: Collection[int] | None = None,
    retry: Collection[str] = (),
    besides: DirectDebitBatch | None = None,
) -> Plan:
    """Give what can be collected on a day, and why what else is due by then cannot.

    `retry` names what came back once and may be tried again; `besides` leaves the collections of one batch out of what
    is under way, to ask whether they would be made today.
    """
    mandates = _mandates(collect_on, debtor_ids)
    automatic = [pk for pk, mandate in mandates.items() if mandate.collects_invoices]
    invoices = list(
        Invoice.objects.open().filter(debtor_id__in=automatic, due_date__lte=collect_on).order_by("due_date", "pk")
    )
    instalments = _instalments(list(mandates), collect_on)
    around = _around(invoices, instalments, list(mandates), at=at, today=today, collect_on=collect_on, besides=besides)
    found = [_of_invoice(one, mandates[one.debtor_id], around, collect_on, retry) for one in invoices]
    found += [
        _of_instalment(one, mandates[one.arrangement.debtor_id], around, collect_on, retry) for one in instalments
    ]
    found.sort(key=lambda due: (due.debtor.sort_name, due.debtor.pk, due.due_on))
    return Plan(
        lines=tuple(due for due in found if not due.why_not), left_out=tuple(due for due in found if due.why_not)
    )


def _mandates(collect_on: date, debtor_ids: Collection[int] | None) -> dict[int, Mandate]:
    """Give the mandate of each debtor that counts: the newest that can be used, else the newest there is."""
    rows = Mandate.objects.exclude(state=MandateState.ENDED).select_related("debtor")
    if debtor_ids is not None:
        rows = rows.filter(debtor_id__in=debtor_ids)
    best: dict[int, Mandate] = {}
    for mandate in rows.prefetch_related("debtor__contacts").order_by("signed_on", "pk"):
        known = best.get(mandate.debtor_id)
        if known is None or mandate.is_usable(collect_on) or not known.is_usable(collect_on):
            best[mandate.debtor_id] = mandate
    return best


def _instalments(debtor_ids: Sequence[int], collect_on: date) -> list[Instalment]:
    rows = Instalment.objects.filter(
        arrangement__debtor_id__in=debtor_ids,
        arrangement__state=ArrangementState.ACTIVE,
        arrangement__by_direct_debit=True,
        state__in=[InstalmentState.OPEN, InstalmentState.MISSED],
        due_on__lte=collect_on,
    )
    of_the_same = Instalment.objects.filter(arrangement=OuterRef("arrangement")).order_by("-number")
    last = Subquery(of_the_same.values("number")[:1])
    return list(rows.select_related("arrangement").annotate(last_number=last).order_by("due_on", "pk"))


def _around(
    invoices: Sequence[Invoice],
    instalments: Sequence[Instalment],
    debtor_ids: Sequence[int],
    *,
    at: datetime,
    today: date,
    collect_on: date,
    besides: DirectDebitBatch | None,
) -> _Around:
    ids = [invoice.pk for invoice in invoices]
    due = invoice_queries.amounts_due(invoices, collect_on)
    around = _Around(
        amounts={pk: amount.total for pk, amount in due.items()},
        disputed=dict(Dispute.objects.filter(invoice__in=ids, resolved_on=None).values_list("invoice_id", "amount")),
        codes=_codes(ids, at, today),
        credit=_credit(debtor_ids),
    )
    parts_of = [one.arrangement_id for one in instalments]
    paid_now = _being_paid(at).filter(invoice__arrangements__live=True, invoice__arrangements__arrangement__in=parts_of)
    around.being_paid = set(paid_now.values_list("invoice__arrangements__arrangement_id", flat=True))
    mine = Q(invoice__in=ids) | Q(instalment__in=[one.pk for one in instalments])
    live = DirectDebit.objects.filter(mine, state__in=LIVE)
    if besides is not None:
        live = live.exclude(batch=besides)
    around.in_collection = {_thing(*row) for row in live.values_list("invoice_id", "instalment_id")}
    back = DirectDebit.objects.filter(mine, state=DebitState.RETURNED).values("invoice_id", "instalment_id")
    for row in back.annotate(times=Count("pk"), reason=Max("return_reason")):
        around.returned[_thing(row["invoice_id"], row["instalment_id"])] = (row["times"], row["reason"])
    return around


def _thing(invoice_id: int | None, instalment_id: int | None) -> tuple[str, int]:
    return ("f", invoice_id) if invoice_id is not None else ("t", instalment_id or 0)


def _being_paid(at: datetime) -> QuerySet[CheckoutItem]:
    waits = Q(checkout__state__in=[CheckoutState.CREATED, CheckoutState.OPEN], checkout__started_at__gt=at - PAYING)
    return CheckoutItem.objects.filter(Q(checkout__state=CheckoutState.PENDING) | waits)


def _codes(ids: Sequence[int], at: datetime, today: date) -> dict[int, str]:
    """Give what stands in the way of claims; what is asked first wins."""
    paying = _being_paid(at).filter(invoice__in=ids)
    promised = PromisedInvoice.objects.filter(
        invoice__in=ids, promise__state=PromiseState.RUNNING, promise__grace_until__gte=today
    )
    arranged = ArrangedInvoice.objects.filter(
        invoice__in=ids, live=True, arrangement__state__in=[ArrangementState.ACTIVE]
    )
    found: dict[int, str] = {}
    for rows, code in (
        (paying, WhyNot.PAYING_ONLINE),
        (promised, WhyNot.PROMISED),
        (arranged, WhyNot.ARRANGED),
    ):
        found |= dict.fromkeys(rows.values_list("invoice_id", flat=True), str(code))
    return found | objections.of(ids, today)


def _credit(debtor_ids: Sequence[int]) -> dict[int, Decimal]:
    paid = Payment.objects.filter(debtor_id__in=debtor_ids).values("debtor_id")
    noted = CreditNote.objects.filter(debtor_id__in=debtor_ids, cancelled_on=None).values("debtor_id")
    found: dict[int, Decimal] = {}
    for rows in (
        paid.annotate(rest=Sum(F("amount") - F("allocated") - F("refunded"))),
        noted.annotate(rest=Sum(F("amount") - F("allocated"))),
    ):
        for row in rows:
            found[row["debtor_id"]] = found.get(row["debtor_id"], ZERO) + (row["rest"] or ZERO)
    return found


def _of_invoice(invoice: Invoice, mandate: Mandate, around: _Around, on: date, retry: Collection[str]) -> Due:
    disputed = around.disputed.get(invoice.pk, ZERO)
    amount = around.amounts[invoice.pk]
    due = Due(
        debtor=mandate.debtor,
        mandate=mandate,
        amount=amount - disputed if disputed is not None and disputed < amount else amount,
        due_on=invoice.due_date,
        sequence="OOFF" if mandate.is_one_off else "RCUR",
        invoice=invoice,
    )
    why = around.codes.get(invoice.pk, "")
    if not why and (disputed is None or disputed >= amount > 0):
        why = WhyNot.DISPUTED
    return _judged(due, why, around, ("f", invoice.pk), on, retry)


def _of_instalment(instalment: Instalment, mandate: Mandate, around: _Around, on: date, retry: Collection[str]) -> Due:
    is_last = instalment.number == instalment.last_number  # type: ignore[attr-defined]  # annotated
    due = Due(
        debtor=mandate.debtor,
        mandate=mandate,
        amount=instalment.amount - instalment.paid,
        due_on=instalment.due_on,
        sequence="OOFF" if mandate.is_one_off else "FNAL" if is_last and not mandate.collects_invoices else "RCUR",
        instalment=instalment,
    )
    why = str(WhyNot.PAYING_ONLINE) if instalment.arrangement_id in around.being_paid else ""
    return _judged(due, why, around, ("t", instalment.pk), on, retry)


def _judged(due: Due, why: str, around: _Around, thing: tuple[str, int], on: date, retry: Collection[str]) -> Due:
    times, reason = around.returned.get(thing, (0, ""))
    may_retry = times == 1 and reason in return_reasons.RETRYABLE
    questions = (
        (thing in around.in_collection, WhyNot.IN_COLLECTION),
        (bool(due.debtor.legal_state), WhyNot.LEGAL_STATE),
        (bool(why), why),
        (around.credit.get(due.debtor.pk, ZERO) > 0, WhyNot.CREDIT),
        (times > 0 and not may_retry, WhyNot.RETURNED_BEFORE),
        (due.mandate.state == MandateState.BLOCKED, WhyNot.MANDATE_BLOCKED),
        (due.mandate.has_lapsed(on), WhyNot.MANDATE_LAPSED),
        (not can_be_told(due.debtor), WhyNot.NO_ADDRESS),
        (due.amount <= 0, WhyNot.NOTHING_DUE),
        (may_retry and due.key not in retry, WhyNot.RETURNED),
    )
    return replace(due, why_not=next((str(code) for is_so, code in questions if is_so), ""))


def can_be_told(debtor: Debtor) -> bool:
    """Tell whether a debtor can be told of a collection, by mail or on paper."""
    has_post = bool(debtor.street and debtor.city and debtor.post_returned_on is None)
    return has_post or debtor_queries.reminder_contact(debtor) is not None


def by_key(lines: Iterable[Due]) -> dict[str, Due]:
    """Give what is due by the name it has on a form."""
    return {line.key: line for line in lines}
