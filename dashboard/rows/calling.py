"""What somebody sees who calls a debtor: what is open, who to ask for, what to say, and what was said before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.models import Entry
from common.money import ZERO
from correspondence.models import Message
from dashboard import logbook
from dashboard.rows import badges
from dashboard.rows.badges import Badge
from dashboard.shell import Event
from dashboard.templatetags.kit_words import dutch
from debtors.models import Debtor
from dunning.models import Case
from invoices.models import Invoice
from payments.models import Promise

CONTACTS = 6
# What on the log is contact with the debtor, or money from him.
VERBS = (
    "message.sent",
    "call.made",
    "promise.made",
    "promise.broken",
    "promise.kept",
    "dispute.opened",
    "dispute.resolved",
    "payment.booked",
    "payment.reversed",
    "debtor.note_added",
)


class Claim(NamedTuple):
    """An open invoice."""

    public_id: str
    number: str
    url: str
    due_date: date
    days_late: int
    open: Decimal
    state: Badge


@dataclass(frozen=True)
class Situation:
    """How a debtor stands at the moment of a call."""

    claims: Sequence[Claim]
    open: Decimal
    overdue: Decimal
    phone: str
    phone_url: str
    contact: str
    email: str
    contacts: Sequence[Event]


def situation(debtor: Debtor, day: date) -> Situation:
    """Give how a debtor stands; in a fixed number of queries."""
    claims = _claims(debtor, day)
    people = list(debtor.contacts.order_by("pk"))
    phone = next((one for one in people if one.phone), None)
    named = phone or next((one for one in people if one.name), None)
    return Situation(
        claims=claims,
        open=sum((claim.open for claim in claims), start=ZERO),
        overdue=sum((claim.open for claim in claims if claim.days_late), start=ZERO),
        phone=phone.phone if phone else "",
        phone_url=f"tel:{phone.phone}" if phone else "",
        contact=named.name if named else "",
        email=next((one.email for one in people if one.email and one.email_invalid_since is None), ""),
        contacts=last_contacts(debtor),
    )


def _claims(debtor: Debtor, day: date) -> list[Claim]:
    invoices = list(Invoice.objects.open().filter(debtor=debtor).order_by("due_date", "pk"))
    cases = {case.invoice_id: case for case in Case.objects.filter(invoice__in=[one.pk for one in invoices])}
    return [_claim(invoice, cases.get(invoice.pk), day) for invoice in invoices]


def _claim(invoice: Invoice, case: Case | None, day: date) -> Claim:
    return Claim(
        invoice.public_id,
        invoice.number,
        reverse("dashboard:invoice", args=[invoice.public_id]),
        invoice.due_date,
        invoice.days_overdue(day),
        invoice.open_amount,
        badges.claim(
            is_open=True,
            state=case.state if case else "",
            position_kind=case.position_kind if case else "",
            why_code=case.why_code if case else "",
            due_date=invoice.due_date,
            day=day,
        ),
    )


def last_contacts(debtor: Debtor) -> list[Event]:
    """Give the last times that something was said or paid, newest first."""
    entries = list(Entry.objects.of_debtor(debtor.pk).filter(verb__in=VERBS).order_by("-at", "-pk")[:CONTACTS])
    ids = [entry.subject_id for entry in entries if entry.subject_kind == "message"]
    messages = Message.objects.select_related("document").filter(public_id__in=ids)
    by_id = {message.public_id: message for message in messages}
    return [logbook.event(entry, by_id) for entry in entries]


def script(debtor: Debtor, now: Situation, *, caller: str, company: str) -> list[tuple[str, str]]:
    """Give what can be said on the telephone: (moment, words)."""
    late = [claim for claim in now.claims if claim.days_late]
    values = {
        "caller": caller,
        "company": company,
        "name": now.contact or debtor.name,
        "amount": dutch(now.overdue),
        "numbers": _numbers(late),
        "days": max((claim.days_late for claim in late), default=0),
    }
    subject = ngettext(
        "Ik bel over factuur %(numbers)s van € %(amount)s. Die is %(days)s dagen over de datum. Hebt u hem ontvangen?",
        "Ik bel over %(numbers)s, samen € %(amount)s. De oudste is %(days)s dagen over de datum. Hebt u ze ontvangen?",
        len(late),
    )
    lines = [(_("Begin"), _("Goedendag, u spreekt met %(caller)s van %(company)s. Spreek ik met %(name)s?") % values)]
    if late:
        lines.append((_("Waarover"), subject % values))
    promised = Promise.objects.filter(debtor=debtor, state="broken").aggregate(last=Max("promised_for"))["last"]
    if promised:
        lines.append(
            (
                _("Belofte"),
                _("Wij hadden afgesproken dat u op %(day)s zou betalen. Wat is er gebeurd?")
                % {"day": f"{promised:%d-%m-%Y}"},
            )
        )
    lines.append(
        (_("Vraag"), _("Wanneer kan ik uw betaling verwachten? Laat een stilte vallen: de debiteur noemt een dag."))
    )
    lines.append((_("Slot"), _("Herhaal bedrag en dag, en zeg dat u het zo noteert. Dank u wel.")))
    return lines


def _numbers(claims: Sequence[Claim]) -> str:
    if len(claims) == 1:
        return claims[0].number
    shown = ", ".join(claim.number for claim in claims[:3])
    more = len(claims) - 3
    if more <= 0:
        return _("de facturen %(numbers)s") % {"numbers": shown}
    return _("de facturen %(numbers)s en %(more)s andere") % {"numbers": shown, "more": more}
