"""One claim: what it asks and why, every row of its ledger, its ladder, and the letters that were sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.money import ZERO
from correspondence.models import Message
from dashboard import logbook
from dashboard.rows import badges
from dashboard.rows.badges import Badge, Word
from dashboard.rows.standing import CHANNELS
from dashboard.rows.timeline import HEAVY
from dashboard.shell import CalcLine
from dashboard.templatetags.kit_words import dutch
from dunning.models import Case, Step
from invoices.balance import AmountDue
from invoices.models import Charge, Invoice, Settlement
from invoices.states import ChargeKind, SettlementKind
from payments.models import Allocation

_REVERSIBLE = frozenset({SettlementKind.WRITE_OFF, SettlementKind.WAIVER, SettlementKind.CREDIT})


@dataclass(frozen=True)
class Booking:
    """A row of the ledger."""

    on: date
    label: str
    detail: str
    amount: Decimal  # what it did to what is owed
    url: str
    is_undone: bool  # it was reversed, or is a reversal itself
    undo_url: str
    calculation_url: str


@dataclass(frozen=True)
class Letter:
    """A message that asked for the claim."""

    title: str
    on: date
    to: str
    icon: str
    badge: Badge
    url: str


@dataclass(frozen=True)
class Ledger:
    """The rows of a claim as they are stored, read once."""

    charges: Sequence[Charge]
    settlements: Sequence[Settlement]
    payments: Mapping[int, str]  # public id of the payment by settlement


def ledger(invoice: Invoice) -> Ledger:
    """Read the ledger of a claim."""
    settlements = list(invoice.settlements.select_related("credit_note").order_by("booked_on", "pk"))
    allocations = Allocation.objects.filter(settlement__in=[row.pk for row in settlements]).select_related("payment")
    return Ledger(
        charges=list(invoice.charges.order_by("booked_on", "pk")),
        settlements=settlements,
        payments={row.settlement_id: row.payment.public_id for row in allocations},
    )


def amounts(invoice: Invoice, book: Ledger, due: AmountDue) -> list[CalcLine]:
    """Give what a claim asks on a day as lines that add up."""
    taken: dict[str, Decimal] = {}
    for row in book.settlements:
        taken[row.kind] = taken.get(row.kind, ZERO) + row.amount
    costs = sum((row.amount for row in book.charges if row.kind != ChargeKind.INTEREST), start=ZERO)
    interest = sum((row.amount for row in book.charges if row.kind == ChargeKind.INTEREST), start=ZERO)
    charged = [
        CalcLine(_("Hoofdsom"), invoice.principal, _vat(invoice)),
        *_line(_("Rente"), interest, _until(invoice)),
        *_line(_("Incassokosten"), costs, ""),
    ]
    paid = [line for kind, label in _TAKEN.items() for line in _line(str(label), -taken.get(kind, ZERO), "")]
    running = due.interest if due.offered is None else due.charged.interest
    extra = _line(_("Rente die nog loopt"), running - due.charged.interest, _("t/m %(day)s") % {"day": _day(due.day)})
    if due.offered is not None and due.offered < due.charged.total:
        detail = _("bij betaling t/m %(day)s") % {"day": _day(due.offered_until)}
        extra += _line(_("Niet gevraagd door de brief"), due.offered - due.charged.total, detail)
    return [*charged, *paid, *extra, CalcLine(_("Te betalen op %(day)s") % {"day": _day(due.day)}, due.total, "", True)]


_TAKEN: dict[str, Word] = {
    SettlementKind.PREPAID: gettext_lazy("Vooruitbetaald"),
    SettlementKind.PAYMENT: gettext_lazy("Betaald"),
    SettlementKind.CREDIT: gettext_lazy("Creditnota’s"),
    SettlementKind.WAIVER: gettext_lazy("Kwijtgescholden"),
    SettlementKind.WRITE_OFF: gettext_lazy("Afgeboekt"),
}


def _line(label: str, amount: Decimal, detail: str) -> list[CalcLine]:
    return [CalcLine(label, amount, detail)] if amount else []


def _vat(invoice: Invoice) -> str:
    return _("waarvan btw € %(amount)s") % {"amount": dutch(invoice.vat_amount)} if invoice.vat_amount else ""


def _until(invoice: Invoice) -> str:
    return _("geboekt tot %(day)s") % {"day": _day(invoice.interest_until)} if invoice.interest_until else ""


def _day(day: date | None) -> str:
    return f"{day:%d-%m-%Y}" if day else "–"


def bookings(invoice: Invoice, book: Ledger) -> list[Booking]:
    """Give the ledger as rows that add up to what is open, the oldest first."""
    first = Booking(invoice.issue_date, _("Hoofdsom"), invoice.number, invoice.principal, "", False, "", "")
    undone = {row.reverses_id for row in book.settlements if row.reverses_id}
    rows = [_charge(invoice, row) for row in book.charges]
    rows += [_settlement(row, book.payments, is_undone=row.pk in undone) for row in book.settlements]
    return [first, *sorted(rows, key=lambda row: row.on)]


def _charge(invoice: Invoice, row: Charge) -> Booking:
    detail = row.reason
    if row.kind == ChargeKind.INTEREST and row.period_start and row.period_end:
        detail = _("%(first)s tot %(end)s") % {"first": _day(row.period_start), "end": _day(row.period_end)}
    label = str(row.get_kind_display())
    url = f"{reverse('dashboard:invoice_calculation', args=[invoice.public_id])}#{row.public_id}"
    return Booking(row.booked_on, _capital(label), detail, row.amount, "", False, "", url)


def _settlement(row: Settlement, payments: Mapping[int, str], *, is_undone: bool) -> Booking:
    label, url = _capital(str(row.get_kind_display())), ""
    if row.pk in payments:
        url = reverse("dashboard:payment", args=[payments[row.pk]])
    elif row.credit_note is not None:
        label = _("Creditnota %(number)s") % {"number": row.credit_note.number}
        url = reverse("dashboard:credit_note", args=[row.credit_note.public_id])
    if row.reverses_id:
        label = _("%(what)s teruggedraaid") % {"what": label}
    can_undo = row.kind in _REVERSIBLE and not row.reverses_id and not is_undone
    return Booking(
        on=row.booked_on,
        label=label,
        detail=" · ".join(filter(None, [_parts(row), _reason(row.reason)])),
        amount=-row.amount,
        url=url,
        is_undone=is_undone or bool(row.reverses_id),
        undo_url=reverse("dashboard:settlement_reversal", args=[row.public_id]) if can_undo else "",
        calculation_url="",
    )


def _reason(reason: str) -> str:
    return _("opnieuw geboekt achter een eerdere datum") if reason == "rebooked" else reason


def _parts(row: Settlement) -> str:
    """Say how a settlement was divided, where it was over more than the principal."""
    if not (row.to_costs or row.to_interest):
        return ""
    named = ((_("kosten"), row.to_costs), (_("rente"), row.to_interest), (_("hoofdsom"), row.to_principal))
    return ", ".join(f"{label} € {dutch(abs(amount))}" for label, amount in named if amount)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def messages(case: Case | None) -> list[Message]:
    """Give the messages that asked for a claim, the last first."""
    if case is None:
        return []
    notices = case.lines.values("notice__public_id")
    found = Message.objects.filter(subject_kind="notice", subject_id__in=notices)
    return list(found.select_related("document").defer(*HEAVY).order_by("-created_at", "-pk"))


def letters(found: Sequence[Message]) -> list[Letter]:
    """Give messages as rows."""
    return [
        Letter(
            title=logbook.message_title(one),
            on=(one.sent_at or one.created_at),
            to=one.to_address,
            icon=CHANNELS.get(one.channel, "mail"),
            badge=badges.message(one.state),
            url=reverse("dashboard:message", args=[one.public_id]),
        )
        for one in found
    ]


def steps_of(case: Case | None) -> list[Step]:
    """Give the rungs that a claim took, in order."""
    if case is None:
        return []
    return list(case.steps.select_related("notice").order_by("dispatched_on", "pk"))
