"""An arrangement as its page shows it: its instalments with what the debtor gets when, its claims, what it means."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.money import ZERO
from correspondence.arranged_content import Kind
from correspondence.models import Message
from dashboard.rows import badges
from dashboard.rows.badges import Badge
from dashboard.shell import Stat
from dashboard.templatetags.kit_words import dutch
from payments import arranged
from payments.instalments import Part
from payments.models import ArrangedInvoice, Arrangement, ArrangementTerms, Instalment
from payments.states import ArrangementState, InstalmentState

MESSAGES: dict[str, str | Promise] = {
    Kind.AGREED: gettext_lazy("bevestiging van een regeling"),
    Kind.COUNTER: gettext_lazy("tegenvoorstel voor een regeling"),
    Kind.DECLINED: gettext_lazy("afwijzing van een regeling"),
    Kind.DONE: gettext_lazy("regeling voldaan"),
    Kind.BEFORE: gettext_lazy("termijn komt eraan"),
    Kind.MISSED: gettext_lazy("termijn gemist"),
}
TO_PAY = (InstalmentState.OPEN, InstalmentState.MISSED)


@dataclass(frozen=True)
class Told:
    """A message about an instalment: sent, or still to come."""

    label: str
    on: date
    url: str = ""
    badge: Badge | None = None


@dataclass(frozen=True)
class PartRow:
    """An instalment."""

    number: int
    due_on: date
    amount: Decimal
    paid: Decimal
    left: Decimal
    badge: Badge
    told: Sequence[Told]


@dataclass(frozen=True)
class ClaimRow:
    """A claim that is paid in parts."""

    number: str
    url: str
    due_date: date
    amount: Decimal
    left: Decimal
    left_out: Decimal


def page_about(message: Message) -> str:
    """Give the page of the arrangement that a message is about."""
    found = Arrangement.objects.filter(public_id=message.subject_id).first()
    if found is None:
        part = Instalment.objects.filter(public_id=message.subject_id).select_related("arrangement").first()
        found = part.arrangement if part else None
    return reverse("dashboard:arrangement", args=[found.public_id]) if found else ""


def parts(arrangement: Arrangement, day: date) -> list[PartRow]:
    """Give the instalments, each with what the debtor got or gets about it; in a fixed number of queries."""
    rows = list(arrangement.instalments.order_by("number"))
    sent: dict[str, list[Message]] = defaultdict(list)
    about = Message.objects.filter(subject_kind__in=[Kind.BEFORE, Kind.MISSED])
    for message in about.filter(subject_id__in=[row.public_id for row in rows]).order_by("pk"):
        sent[message.subject_id].append(message)
    terms = arranged.terms()
    return [
        PartRow(
            number=row.number,
            due_on=row.due_on,
            amount=row.amount,
            paid=row.paid,
            left=arranged.rest_of(row),
            badge=badges.instalment(row.state),
            told=[*map(_told, sent[row.public_id]), *_to_come(row, arrangement, terms, day, bool(sent[row.public_id]))],
        )
        for row in rows
    ]


def _told(message: Message) -> Told:
    label = _("herinnering vooraf") if message.subject_kind == Kind.BEFORE else _("herinnering na missen")
    on = (message.sent_at or message.due_at).date()
    url = reverse("dashboard:message", args=[message.public_id])
    return Told(label, on, url, badges.message(message.state))


def _to_come(row: Instalment, arrangement: Arrangement, terms: ArrangementTerms, day: date, told: bool) -> list[Told]:
    """Give what the debtor is still to get about an instalment, should he not pay before."""
    if arrangement.state != ArrangementState.ACTIVE or row.state not in TO_PAY:
        return []
    coming = []
    before = row.due_on - timedelta(days=terms.remind_days_before)
    is_news = arrangement.agreed_on is not None and arrangement.agreed_on < before
    if is_news and before >= day and not told and not arrangement.by_direct_debit:
        coming.append(Told(_("herinnering vooraf"), before))
    after = row.due_on + timedelta(days=terms.remind_days_after)
    if after >= day:
        coming.append(Told(_("als hij mist: herinnering"), after))
    coming.append(Told(_("als hij mist: regeling vervalt"), lapses_on(row.due_on, terms)))
    return coming


def lapses_on(due_on: date, terms: ArrangementTerms) -> date:
    """Give the day on which an arrangement falls if a part was not paid."""
    return due_on + timedelta(days=terms.default_after_days + 1)


def claims(arrangement: Arrangement) -> list[ClaimRow]:
    """Give the claims, with what is left of what was arranged."""
    rows = list(arrangement.invoices.select_related("invoice").order_by("invoice__due_date", "invoice_id"))
    left = arranged.left_by_row(rows) if arrangement.agreed_on else {row.pk: row.amount for row in rows}
    return [_claim(row, left[row.pk]) for row in rows]


def _claim(row: ArrangedInvoice, left: Decimal) -> ClaimRow:
    url = reverse("dashboard:invoice", args=[row.invoice.public_id])
    return ClaimRow(row.invoice.number, url, row.invoice.due_date, row.amount, left, row.left_out)


def stats(arrangement: Arrangement, rows: Sequence[PartRow]) -> list[Stat]:
    """Give the figures above the schedule."""
    paid = sum((row.paid for row in rows), start=ZERO)
    following = next((row for row in rows if row.left > 0), None)
    made = [
        Stat(_("Totaal"), f"€ {dutch(arrangement.total)}"),
        Stat(_("Betaald"), f"€ {dutch(paid)}", note=_share(paid, arrangement.total)),
        Stat(_("Nog te betalen"), f"€ {dutch(arrangement.total - paid)}"),
    ]
    if following and arrangement.state == ArrangementState.ACTIVE:
        note = _("termijn %(n)s op %(day)s") % {"n": following.number, "day": f"{following.due_on:%d-%m-%Y}"}
        made.append(Stat(_("Eerstvolgende"), f"€ {dutch(following.left)}", note=note))
    return made


def _share(paid: Decimal, total: Decimal) -> str:
    return f"{int(paid * 100 / total)}%"


def preview(schedule: Sequence[Part], terms: ArrangementTerms, day: date) -> list[str]:
    """Say what the debtor gets, and when, if this is agreed today."""
    said = [_("Vandaag een bevestiging met het schema en een betaallink per termijn.")]
    first = next((part for part in schedule if part.due_on - timedelta(days=terms.remind_days_before) > day), None)
    if first is not None:
        on = first.due_on - timedelta(days=terms.remind_days_before)
        said.append(_("Vóór elke termijn een herinnering, de eerste op %(day)s.") % {"day": f"{on:%d-%m-%Y}"})
    said.append(
        ngettext(
            "Is een termijn gemist, dan na %(n)s dag een herinnering.",
            "Is een termijn gemist, dan na %(n)s dagen een herinnering.",
            terms.remind_days_after,
        )
        % {"n": terms.remind_days_after}
    )
    said.append(
        _("Meer dan %(n)s dagen te laat: de regeling vervalt en de ladder gaat verder, met rente over de hele tijd.")
        % {"n": terms.default_after_days}
    )
    return said


def of_debtor(debtor_id: int, invoice_id: int | None = None) -> list[dict[str, object]]:
    """Give the arrangements of a debtor, or those that one of his invoices is in, the last first."""
    found = Arrangement.objects.filter(debtor=debtor_id).order_by("-proposed_on", "-pk")
    if invoice_id is not None:
        found = found.filter(invoices__invoice=invoice_id)
    return [_brief(row) for row in found.prefetch_related("instalments")]


def _brief(row: Arrangement) -> dict[str, object]:
    rows = sorted(row.instalments.all(), key=lambda part: part.number)
    missed = any(part.state == InstalmentState.MISSED for part in rows)
    following = next((part for part in rows if part.state in TO_PAY), None)
    running = row.state == ArrangementState.ACTIVE
    return {
        "url": reverse("dashboard:arrangement", args=[row.public_id]),
        "total": row.total,
        "left": row.total - sum((part.paid for part in rows), start=ZERO),
        "since": row.agreed_on or row.proposed_on,
        "badge": badges.arrangement(row.state, is_late=missed),
        "next_on": following.due_on if following and running else None,
        "next_amount": following.amount - following.paid if following and running else None,
        "is_proposal": row.state == ArrangementState.PROPOSED,
    }
