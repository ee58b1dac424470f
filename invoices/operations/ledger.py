"""Booking on the ledger of a claim: interest and costs onto it, payments and credits off it, and their reversal.

The caller holds the lock on the debtor, or it is taken here (`write_off`, `waive`); the invoice's own row is locked
here. Every function leaves the ledger adding up, or raises and leaves nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import operations as audit
from common.actor import Actor
from common.calendar import DAY
from common.errors import DomainError
from common.money import ZERO
from common.words import in_dutch
from debtors import queries as debtor_queries
from invoices import balance, queries, signals
from invoices.models import Charge, CreditNote, Invoice, Settlement
from invoices.states import ChargeKind, SettlementKind
from law import printing
from tenants import two_persons
from tenants.models import SecondLook


class SettlementExceedsOpen(DomainError):
    """More would be taken off than is open."""

    code = "settlement_exceeds_open"
    sentence = gettext_lazy("€ %(amount)s is meer dan er openstaat: vul hoogstens € %(open)s in.")


class AlreadyReversed(DomainError):
    """The row was reversed before."""

    code = "already_reversed"
    sentence = gettext_lazy("Deze boeking is al teruggedraaid.")


class NothingToWaive(DomainError):
    """There is no such charge open."""

    code = "nothing_to_waive"
    sentence = gettext_lazy("Er staat niets open om kwijt te schelden.")


def locked(invoice: Invoice) -> Invoice:
    """Give the invoice as it is now, locked until the transaction ends."""
    return Invoice.objects.select_for_update().get(pk=invoice.pk)


def charge_interest(
    *, invoice: Invoice, through: date, by: Actor, notice_ref: str = "", reason: str = ""
) -> Charge | None:
    """Book the interest through a day (inclusive) that is not booked yet; nothing to book gives None.

    The amount is the whole interest by law through that day less what was booked before, so no day counts twice and
    the sum of all bookings is what one calculation over the whole time gives.
    """
    with transaction.atomic():
        invoice = locked(invoice)
        if invoice.interest_until is not None and through < invoice.interest_until:
            return None
        if invoice.default_since is None or through < invoice.default_since:
            return None
        return _book_interest(invoice, through, by, notice_ref=notice_ref, reason=reason)


def _book_interest(
    invoice: Invoice, through: date, by: Actor, *, notice_ref: str = "", reason: str = ""
) -> Charge | None:
    """Bring the booked interest to what the law gives through a day: that corrects what a back-dated row changed.

    Before default that is nothing.
    """
    calculation = queries.interest_through(invoice, through, queries.claim_terms())
    owed = calculation.total if calculation is not None else ZERO
    first_day = calculation.first_day if calculation is not None else through + DAY
    if owed == invoice.interest_total:
        return None
    charge = Charge.objects.create(
        invoice=invoice,
        kind=ChargeKind.INTEREST,
        amount=owed - invoice.interest_total,
        booked_on=by.day,
        period_start=min(invoice.interest_until or first_day, through + DAY),
        period_end=through + DAY,
        calculation=printing.record(calculation) if calculation is not None else {},
        reason=reason,
        notice_ref=notice_ref,
    )
    _log_charge("invoice.charged", invoice, charge, by)
    return charge


def charge_costs(
    *,
    invoice: Invoice,
    amount: Decimal,
    vat: Decimal,
    calculation: dict[str, Any],
    by: Actor,
    notice_ref: str = "",
) -> list[Charge]:
    """Book collection costs in euro without VAT on a claim, and the VAT over them as a separate named amount.

    Whether costs, and VAT over them, may be asked is for the caller to know (art. 6:96 BW, art. 2 lid 3 Besluit): the
    ladder passes what `law` gave it. `calculation` is kept with the charge, as how the amount came about.
    """
    with transaction.atomic():
        invoice = locked(invoice)
        charges = [
            Charge.objects.create(
                invoice=invoice,
                kind=kind,
                amount=part,
                booked_on=by.day,
                calculation=calculation,
                notice_ref=notice_ref,
            )
            for kind, part in ((ChargeKind.COSTS, amount), (ChargeKind.COSTS_VAT, vat))
            if part
        ]
        for charge in charges:
            _log_charge("invoice.charged", invoice, charge, by)
    return charges


def _log_charge(verb: str, invoice: Invoice, charge: Charge, by: Actor, reason: str = "") -> None:
    audit.record(
        verb,
        by=by,
        kind="invoice",
        subject=invoice,
        debtor_id=invoice.debtor_id,
        amount=charge.amount,
        charge=charge.kind,
        charge_kind=in_dutch(ChargeKind(charge.kind).label),
        reason=reason or charge.reason,
        ref=charge.public_id,
    )


def settle(
    *,
    invoice: Invoice,
    amount: Decimal,
    kind: str,
    booked_on: date,
    by: Actor,
    credit_note: CreditNote | None = None,
    reason: str = "",
) -> Settlement:
    """Take an amount off a claim, on the day it counts: costs, then interest, then principal (art. 6:44 BW).

    Interest that has been claimed is first booked through that day; not while a letter's term runs, since paying what
    that letter asks is full discharge. A credit note takes off principal first. A day before bookings that are there
    already makes these be booked anew behind it.

    :raises SettlementExceedsOpen: if more would be taken off than is open on that day.
    """
    with transaction.atomic(), _rebooking(invoice, booked_on, by):
        return _take(invoice, amount, kind=kind, booked_on=booked_on, credit_note=credit_note, reason=reason)


def settle_what_is_due(
    *, invoice: Invoice, at_most: Decimal, kind: str, booked_on: date, by: Actor
) -> Settlement | None:
    """Take off what is due on a day, and no more than an amount; nothing due gives None. Else as `settle`."""
    settlement = None
    with transaction.atomic(), _rebooking(invoice, booked_on, by):
        amount = min(at_most, _due(invoice, booked_on).total)
        if amount:
            settlement = _take(invoice, amount, kind=kind, booked_on=booked_on)
    return settlement


@contextmanager
def _rebooking(
    invoice: Invoice, booked_on: date, by: Actor, *, behind: Settlement | None = None, reason: str = ""
) -> Iterator[None]:
    """Put a claim where it stood on a day, let something be booked there, and book anew what came behind it.

    Where a booking of that day (`behind`) is taken back, what came later on the day itself counts as behind it too.
    """
    locked(invoice)
    invoice.refresh_from_db()
    until, was_open = invoice.interest_until, invoice.is_open or behind is None
    later = _later(invoice, booked_on, behind)
    pairs = [(old, _mirror(old, booked_on=old.booked_on, reason="rebooked")) for old in later]
    # taking back claims nothing: interest then only goes back to that day, as far as it was booked beyond it
    _bring_interest_to(invoice, booked_on if behind is None or until is None else min(booked_on, until - DAY), by)
    yield
    _book_again(invoice, pairs, by)
    if until is not None and until > booked_on + DAY:
        _book_interest(locked(invoice), until - DAY, by, reason="rebooked")
    _give_up_late_costs(invoice, by)
    _tell(invoice, was_open=was_open, by=by, reason=reason)


def _bring_interest_to(invoice: Invoice, day: date, by: Actor) -> None:
    """Book claimed interest through a day, or take it back to that day; a letter that asks one amount stops it."""
    invoice.refresh_from_db()
    if invoice.interest_until is not None and queries.running_offer(invoice, day) is None:
        _book_interest(invoice, day, by)


def _due(invoice: Invoice, day: date) -> balance.Parts:
    invoice.refresh_from_db()
    return queries.parts_due(invoice, day)


def _take(
    invoice: Invoice,
    amount: Decimal,
    *,
    kind: str,
    booked_on: date,
    credit_note: CreditNote | None = None,
    reason: str = "",
) -> Settlement:
    due = _due(invoice, booked_on)
    if amount <= 0 or amount > due.total:
        raise SettlementExceedsOpen(field="amount", amount=amount, open=due.total)
    order = balance.CREDIT_ORDER if kind == SettlementKind.CREDIT else balance.LEGAL_ORDER
    parts = balance.divide(amount, due, on=booked_on, order=order)
    return Settlement.objects.create(
        invoice=invoice,
        kind=kind,
        booked_on=booked_on,
        to_costs=parts.costs,
        to_interest=parts.interest,
        to_principal=parts.principal,
        credit_note=credit_note,
        reason=reason,
    )


def reverse_settlement(*, settlement: Settlement, reason: str, booked_on: date, by: Actor) -> Settlement:
    """Take a settlement back on a day, by a row that mirrors it; what was booked behind it is booked anew, without it.

    Interest did not run over the days the money was there; it runs again from the day after. Taken back on its own
    day, it is as if it never was.

    :raises AlreadyReversed: if it was reversed before, or is itself a reversal.
    """
    with transaction.atomic():
        invoice = locked(settlement.invoice)
        if settlement.reverses_id is not None or settlement.reversals.exists():
            raise AlreadyReversed
        day = max(booked_on, settlement.booked_on)
        with _rebooking(invoice, settlement.booked_on, by, behind=settlement, reason=reason):
            mirror = _mirror(settlement, booked_on=day, reason=reason)
        audit.record(
            "invoice.settlement_reversed",
            by=by,
            kind="invoice",
            subject=invoice,
            debtor_id=invoice.debtor_id,
            amount=settlement.amount,
            reason=reason,
        )
        if settlement.credit_note_id is not None:
            signals.credit_changed.send(CreditNote, debtor_id=invoice.debtor_id, by=by)
    return mirror


def _mirror(settlement: Settlement, *, booked_on: date, reason: str) -> Settlement:
    return Settlement.objects.create(
        invoice_id=settlement.invoice_id,
        kind=settlement.kind,
        booked_on=booked_on,
        to_costs=-settlement.to_costs,
        to_interest=-settlement.to_interest,
        to_principal=-settlement.to_principal,
        credit_note_id=settlement.credit_note_id,
        reverses=settlement,
        reason=reason,
    )


def _later(invoice: Invoice, day: date, behind: Settlement | None = None) -> list[Settlement]:
    """Give what was booked behind a day and still counts, oldest first; the prepaid part is never booked anew."""
    later = Q(booked_on__gt=day)
    if behind is not None:
        later |= Q(booked_on=day, pk__gt=behind.pk)
    rows = invoice.settlements.filter(later, reverses=None, reversals=None)
    return list(rows.exclude(kind=SettlementKind.PREPAID).order_by("booked_on", "pk"))


def _book_again(invoice: Invoice, pairs: list[tuple[Settlement, Settlement]], by: Actor) -> None:
    """Book settlements anew behind a back-dated one, as far as there is something left to take them off."""
    rebooked: list[tuple[Settlement, Settlement, Settlement | None]] = []
    for old, mirror in pairs:
        _bring_interest_to(invoice, old.booked_on, by)
        rebooked.append((old, mirror, _take_again(invoice, old)))
    if rebooked:
        signals.settlements_rebooked.send(Invoice, pairs=rebooked, by=by)


def _take_again(invoice: Invoice, old: Settlement) -> Settlement | None:
    due = _due(invoice, old.booked_on)
    if old.kind == SettlementKind.WAIVER:  # what was given up was interest, or costs, and nothing else
        costs, interest = min(old.to_costs, due.costs), min(old.to_interest, due.interest)
        return _waiver(invoice, costs, interest, old.booked_on, old.reason) if costs or interest else None
    amount = min(old.amount, due.total)
    again = {"kind": old.kind, "booked_on": old.booked_on, "credit_note": old.credit_note, "reason": old.reason}
    return _take(invoice, amount, **again) if amount else None


def _give_up_late_costs(invoice: Invoice, by: Actor) -> None:
    """Give up costs that were charged when, as it turns out later, the principal had been paid already."""
    invoice.refresh_from_db()
    charged = invoice.charges.exclude(kind=ChargeKind.INTEREST) if invoice.costs_open else Charge.objects.none()
    first = charged.order_by("booked_on").first()
    if first is None or invoice.principal_open:
        return
    before = invoice.settlements.filter(booked_on__lt=first.booked_on)
    if (before.aggregate(paid=Sum("to_principal"))["paid"] or 0) >= invoice.principal:
        _waive(invoice, "costs", invoice.costs_open, _("betaald voordat de kosten in rekening kwamen"), by)


def _tell(invoice: Invoice, *, was_open: bool, by: Actor, reason: str = "") -> None:
    invoice.refresh_from_db()
    if not invoice.is_open:
        audit.record("invoice.settled", by=by, kind="invoice", subject=invoice, debtor_id=invoice.debtor_id)
        signals.invoice_settled.send(Invoice, invoice=invoice, by=by)
    elif not was_open:
        audit.record(
            "invoice.reopened", by=by, kind="invoice", subject=invoice, debtor_id=invoice.debtor_id, reason=reason
        )
        signals.invoice_reopened.send(Invoice, invoice=invoice, reason=reason, by=by)
    else:
        signals.balance_changed.send(Invoice, invoice=invoice, by=by)


def write_off(
    *, invoice: Invoice, amount: Decimal, reason: str, by: Actor, approved: SecondLook | None = None
) -> Settlement:
    """Give up an amount of a claim, with a reason.

    :raises SettlementExceedsOpen: if more would be given up than is open.
    :raises SecondPersonNeeded: if the tenant wants two people for it and no second one approved: `ask_write_off`.
    """
    if approved is None and two_persons.needed(two_persons.Sensitive.WRITE_OFF):
        raise two_persons.SecondPersonNeeded
    with transaction.atomic():
        debtor_queries.lock(invoice.debtor_id)
        settlement = settle(
            invoice=invoice, amount=amount, kind=SettlementKind.WRITE_OFF, booked_on=by.day, reason=reason, by=by
        )
        audit.record(
            "invoice.written_off",
            by=by,
            kind="invoice",
            subject=invoice,
            debtor_id=invoice.debtor_id,
            amount=amount,
            reason=reason,
        )
    return settlement


def ask_write_off(*, invoice: Invoice, amount: Decimal, reason: str, by: Actor) -> SecondLook:
    """Ask a second person to give up an amount of a claim.

    :raises SettlementExceedsOpen: if more would be given up than is open.
    :raises AskedAlready, NobodyElse: as `tenants.two_persons.ask`.
    """
    if amount > invoice.open_amount:
        raise SettlementExceedsOpen(field="amount", amount=amount, open=invoice.open_amount)
    return two_persons.ask(
        two_persons.WRITE_OFF,
        subject_id=invoice.public_id,
        label=invoice.number,
        values={"amount": str(amount)},
        reason=reason,
        by=by,
    )


@two_persons.does(two_persons.WRITE_OFF)
def _write_off_as_asked(look: SecondLook, by: Actor) -> None:
    invoice = Invoice.objects.get(public_id=look.subject_id)
    write_off(invoice=invoice, amount=Decimal(look.values["amount"]), reason=look.reason, by=by, approved=look)


def waive(*, invoice: Invoice, part: str, reason: str, by: Actor) -> Settlement:
    """Give up the open interest (`interest`) or the open costs (`costs`) of a claim, with a reason.

    :raises NothingToWaive: if nothing of that part is open.
    """
    with transaction.atomic():
        debtor_queries.lock(invoice.debtor_id)
        invoice = locked(invoice)
        amount = {"interest": invoice.interest_open, "costs": invoice.costs_open}[part]
        if not amount:
            raise NothingToWaive
        settlement = _waive(invoice, part, amount, reason, by)
        _tell(invoice, was_open=True, by=by)
    return settlement


def _waive(invoice: Invoice, part: str, amount: Decimal, reason: str, by: Actor) -> Settlement:
    costs, interest = (amount, ZERO) if part == "costs" else (ZERO, amount)
    settlement = _waiver(invoice, costs, interest, by.day, reason)
    audit.record(
        "invoice.charge_waived",
        by=by,
        kind="invoice",
        subject=invoice,
        debtor_id=invoice.debtor_id,
        amount=amount,
        charge=part,
        charge_kind=in_dutch(ChargeKind(part).label),
        reason=reason,
    )
    return settlement


def _waiver(invoice: Invoice, costs: Decimal, interest: Decimal, booked_on: date, reason: str) -> Settlement:
    return Settlement.objects.create(
        invoice=invoice,
        kind=SettlementKind.WAIVER,
        booked_on=booked_on,
        to_costs=costs,
        to_interest=interest,
        reason=reason,
    )
