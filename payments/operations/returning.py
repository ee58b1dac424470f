"""Lines that are no payment of an invoice by transfer: money that goes back or out, and the money of collections."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from common.actor import Actor
from common.errors import DomainError
from common.words import in_dutch
from payments import awaited, return_reasons
from payments.models import BankAccount, BankLine, DirectDebit, GatewayAccount, Payment, Refund
from payments.operations import debits, lines
from payments.operations.candidates import EURO, Row
from payments.operations.payments import reverse_payment
from payments.operations.refunds import refund_failed, refund_paid_out
from payments.states import DebitState, LineState, MatchCertainty, RefundState

_PROVIDER = {"mollie", "payments", "stichting", "stg", "st", "bv"}
CALLED_BACK_WITHIN = timedelta(days=400)  # an unauthorised collection can come back until thirteen months later


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of such a line. Of the fields for what it is about at most one is set."""

    line_id: int
    state: LineState
    match: dict[str, Any]
    certainty: str = MatchCertainty.NONE
    note: str = ""
    debit: DirectDebit | None = None
    payment: Payment | None = None
    refund: Refund | None = None
    debtor_id: int | None = None


def record(why: str, *, debtor: str = "", payment: str = "", **words: object) -> dict[str, Any]:
    """Give why a line is what it is, in the shape of a match without claims."""
    words = {name: str(value) for name, value in words.items()}
    return {"why": why, "words": words, "claims": [], "debtor": debtor, "runner_up": None, "payment": payment}


def batch_of(rows: Sequence[Row]) -> tuple[int, awaited.AwaitedCredit] | None:
    """Give the first line that is the money of a batch of collections, with that batch."""
    coming = [row for row in rows if row.amount > 0 and row.currency == EURO]
    waiting = awaited.awaited_credits() if coming else []
    totals = {amount for credit in waiting for amount in (credit.total, credit.total - credit.returned)}
    likely = [row.id for row in coming if row.amount in totals]
    for line in BankLine.objects.filter(pk__in=likely).order_by("pk") if likely else ():
        for credit in waiting:
            if credit.is_paid_by(line):
                return line.pk, credit
    return None


def book_batch(line_id: int, credit: awaited.AwaitedCredit, *, by: Actor) -> None:
    """Book the money of a batch: every collection in it is paid."""
    line = BankLine.objects.get(pk=line_id)
    payments = debits.batch_collected(line=line, credit=credit, by=by)
    line.refresh_from_db()
    if line.state not in lines.TO_DO:
        return  # it was noted there
    match = record("batch", count=credit.count)
    if payments:
        first = payments[0]
        lines.move(
            line, LineState.BOOKED, by=by, payment=first, debtor=first.debtor, match=match, certainty="certain", note=""
        )
    else:
        lines.move(line, LineState.UNKNOWN, by=None, match=match, certainty="none")


def plans(rows: Sequence[Row]) -> dict[int, Plan]:
    """Give for each line that is no plain payment what becomes of it, by its id; in a fixed number of queries."""
    found = {}
    called = {row.end_to_end_id for row in rows if row.end_to_end_id}
    collections = awaited.debits_called(called) if called and DirectDebit.objects.exists() else {}
    own = set(BankAccount.objects.values_list("iban", flat=True))
    by_provider = GatewayAccount.objects.exists()
    returned = _Returned([row for row in rows if row.end_to_end_id not in collections])
    for row in rows:
        plan = None
        if row.currency != EURO:
            plan = Plan(row.id, LineState.UNKNOWN, record("currency", currency=row.currency))
        elif row.end_to_end_id in collections:
            plan = _collection(row, collections[row.end_to_end_id])
        elif row.iban and row.iban in own:
            plan = Plan(row.id, LineState.LEFT_OUT, {}, note=_("overboeking tussen eigen rekeningen"))
        elif row.amount < 0 or returned.is_refund(row):
            plan = returned.plan(row)
        elif by_provider and _is_provider(row.name):
            plan = Plan(row.id, LineState.LEFT_OUT, {}, note=_("uitbetaling van Mollie: al geboekt bij het betalen"))
        elif row.batch_size > 1:
            plan = Plan(row.id, LineState.UNKNOWN, record("batch", count=row.batch_size))
        if plan is not None:
            found[row.id] = plan
    return found


def _is_provider(name: str) -> bool:
    """Tell whether a name is that of Mollie, who pays out what was booked before; people are called Mollie too."""
    words = set(re.sub(r"[^a-z ]", "", name.lower()).split())
    return "mollie" in words and words <= _PROVIDER


def _collection(row: Row, debit: DirectDebit) -> Plan:
    state = LineState.BOOKED if row.amount > 0 else LineState.REVERSED
    return Plan(row.id, state, record("batch", count=1), MatchCertainty.CERTAIN, debit=debit, debtor_id=debit.debtor_id)


class _Returned:
    """Money that goes out: which payments it may take back, and which refunds it is (these may come back too)."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = [row for row in rows if row.amount < 0]
        self.marks: Mapping[int, tuple[bool, str]] = {}
        self.payments: dict[tuple[str, Any], list[Payment]] = defaultdict(list)
        self.booked: dict[tuple[str, Any], list[Payment]] = defaultdict(list)
        called = [row.end_to_end_id for row in rows if row.end_to_end_id]
        sent = Refund.objects.filter(state__in=[RefundState.SENT, RefundState.DONE]).select_related("payment")
        self.refunds = {one.end_to_end_id: one for one in sent.filter(end_to_end_id__in=called)} if called else {}
        if self.rows:
            self._read([row.end_to_end_id for row in self.rows if row.end_to_end_id])

    def is_refund(self, row: Row) -> bool:
        refund = self.refunds.get(row.end_to_end_id)
        return refund is not None and refund.amount == abs(row.amount)

    def _read(self, called: Sequence[str]) -> None:
        told = BankLine.objects.filter(pk__in=[row.id for row in self.rows])
        self.marks = {pk: (flag, reason) for pk, flag, reason in told.values_list("pk", "is_reversal", "return_reason")}
        live = Q(payment__reversals=None, payment__reverses=None, state=LineState.BOOKED)
        came = BankLine.objects.filter(live, end_to_end_id__in=called).select_related("payment__debtor")
        for one in came.order_by("pk"):
            if one.payment is not None:
                self.booked[one.end_to_end_id, one.amount].append(one.payment)
        paid = Payment.objects.filter(
            payer_iban__in={row.iban for row in self.rows if row.iban},
            amount__in={-row.amount for row in self.rows},
            reverses=None,
            reversals=None,
            debtor__isnull=False,
        ).select_related("debtor")
        for payment in paid.order_by("-received_on", "-pk"):
            self.payments[payment.payer_iban, payment.amount].append(payment)

    def plan(self, row: Row) -> Plan:
        if self.is_refund(row):
            refund = self.refunds[row.end_to_end_id]
            return Plan(row.id, LineState.LEFT_OUT, {}, refund=refund, debtor_id=refund.payment.debtor_id)
        flagged, code = self.marks.get(row.id, (False, ""))
        goes_back = flagged or bool(code)
        same = [one for one in self.booked.get((row.end_to_end_id, -row.amount), []) if _may_be_his(one, row)]
        if len(same) == 1 and goes_back:
            return self._takes_back(row, same[0], code)
        found = [
            payment
            for payment in self.payments.get((row.iban, -row.amount), [])
            if timedelta(0) <= row.booked_on - payment.received_on <= CALLED_BACK_WITHIN
        ]
        if goes_back and len(found) == 1 and not same:
            return self._takes_back(row, found[0], code)
        if found or same:
            return self._may_take_back(row, (same or found)[0])
        if goes_back:
            return Plan(row.id, LineState.UNKNOWN, record("returns_unknown", reason=return_reasons.sentence(code)))
        return Plan(row.id, LineState.LEFT_OUT, {}, note=_("uitgaande betaling"))

    def _takes_back(self, row: Row, payment: Payment, code: str) -> Plan:
        debtor = payment.debtor
        words = {"debtor": debtor.name if debtor else "", "reason": return_reasons.sentence(code)}
        match = record("returns_payment", payment=payment.public_id, **words) | {
            "debtor": debtor.public_id if debtor else ""
        }
        certain = MatchCertainty.CERTAIN
        return Plan(row.id, LineState.REVERSED, match, certain, payment=payment, debtor_id=payment.debtor_id)

    def _may_take_back(self, row: Row, payment: Payment) -> Plan:
        debtor = payment.debtor
        match = record("may_return_payment", payment=payment.public_id, day=f"{payment.received_on:%d-%m-%Y}")
        if debtor is not None:
            match["debtor"], match["words"]["debtor"] = debtor.public_id, debtor.name
        likely = MatchCertainty.LIKELY
        return Plan(row.id, LineState.PROPOSED, match, likely, payment=payment, debtor_id=payment.debtor_id)


def _may_be_his(payment: Payment, row: Row) -> bool:
    """Tell whether a payment may be of the account that money goes back to: end-to-end ids are the payer's own."""
    return not (payment.payer_iban and row.iban) or payment.payer_iban == row.iban


def carry_out(plan: Plan, *, by: Actor) -> None:
    """Do what was planned with a line; its debtor is locked. What another line did already is for a person."""
    line = lines.locked(BankLine(pk=plan.line_id))
    if line.state != LineState.NEW:
        return
    try:
        with transaction.atomic():
            _carry_out(line, plan, by)
    except DomainError:
        line = lines.locked(line)
        lines.move(line, LineState.UNKNOWN, by=None, match=record("returns_unknown"), certainty=MatchCertainty.NONE)


def _carry_out(line: BankLine, plan: Plan, by: Actor) -> None:
    if plan.debit is not None:
        _follow_collection(line, plan, plan.debit, by)
    elif plan.refund is not None:
        _follow_refund(line, plan.refund, by)
    elif plan.state == LineState.REVERSED and plan.payment is not None:
        take_back(line, plan.payment, match=plan.match, by=by)
    else:
        handled = by if plan.state == LineState.LEFT_OUT else None
        lines.move(
            line,
            plan.state,
            by=handled,
            match=plan.match,
            certainty=plan.certainty,
            debtor_id=plan.debtor_id,
            note=plan.note,
        )


def take_back(line: BankLine, payment: Payment, *, match: dict[str, Any], by: Actor, reason: str = "") -> Payment:
    """Reverse the payment that a line says went back, on the day the money went (R12).

    :raises AlreadyReversed: if it was reversed before.
    """
    with_reason = reason or _("teruggeboekt door de bank: %(why)s") % {
        "why": return_reasons.sentence(line.return_reason)
    }
    reversal = reverse_payment(payment=payment, reason=with_reason, reversed_on=line.value_on, by=by)
    lines.move(
        line,
        LineState.REVERSED,
        by=by,
        payment=payment,
        debtor=payment.debtor,
        match=match,
        certainty="certain",
        note="",
    )
    return reversal


def _follow_collection(line: BankLine, plan: Plan, debit: DirectDebit, by: Actor) -> None:
    debit = DirectDebit.objects.select_related("mandate", "batch", "debtor").get(pk=debit.pk)
    if line.amount < 0 and debit.state in (DebitState.SENT, DebitState.COLLECTED):
        payment = debits.line_returned(line=line, debit=debit, by=by)
    elif debit.state == DebitState.SENT and debit.amount == line.amount:
        payment = debits.line_collected(line=line, debit=debit, by=by)
    else:  # booked already, came again after it went back, or of a batch that was taken back: for a person
        match = plan.match if line.amount > 0 else record("returns_unknown")
        lines.move(line, LineState.UNKNOWN, by=None, debtor=debit.debtor, match=match, certainty=MatchCertainty.NONE)
        return
    line.refresh_from_db()
    if line.state not in lines.TO_DO:
        return  # it was noted there
    match = plan.match
    if line.amount < 0:
        words = {"debtor": debit.debtor.name, "reason": return_reasons.sentence(line.return_reason)}
        match = record("returns_payment", **words) | {"debtor": debit.debtor.public_id}
    state = plan.state if payment is not None or plan.state == LineState.REVERSED else LineState.UNKNOWN
    paid = payment.reverses if payment is not None and payment.reverses_id else payment
    lines.move(line, state, by=by, payment=paid, debtor=debit.debtor, match=match, certainty="certain", note="")


def _follow_refund(line: BankLine, refund: Refund, by: Actor) -> None:
    if line.amount < 0:
        refund_paid_out(line=line, by=by)
        note = _("terugbetaling van ons")
    else:
        if Refund.objects.get(pk=refund.pk).state in (RefundState.SENT, RefundState.DONE):
            refund_failed(refund=refund, reason=return_reasons.sentence(line.return_reason), by=by)
        note = _("terugbetaling van ons kwam terug")
    lines.move(line, LineState.LEFT_OUT, by=by, debtor_id=refund.payment.debtor_id, note=in_dutch(note))
