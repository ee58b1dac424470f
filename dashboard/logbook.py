"""The log in words: what an entry says, and how it looks on a timeline."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import sentences
from audit.models import Entry
from audit.verbs import VERBS
from common.actor import ActorKind
from common.words import translated
from correspondence.models import MailSender, Message, PostSettings
from correspondence.states import ChannelKind
from dashboard.rows import badges
from dashboard.shell import Event, Tone
from debtors.models import Debtor
from dunning.models import LadderSettings
from dunning.states import RungKind
from invoices.models import ClaimTerms
from invoices.states import ChargeKind
from payments.models import CreditorSettings
from tenants.models import Letterhead, Tenant

# The filter of a timeline, and in which of them an entry stands.
SORTS: dict[str, str | Promise] = {
    "mail": gettext_lazy("Mail"),
    "brief": gettext_lazy("Brief"),
    "telefoon": gettext_lazy("Telefoon"),
    "betaling": gettext_lazy("Betaling"),
    "notitie": gettext_lazy("Notitie"),
    "systeem": gettext_lazy("Systeem"),
}


class Look(NamedTuple):
    """How entries of a verb look, and where on a timeline they stand."""

    sort: str
    icon: str = "circle"
    tone: Tone = "neutral"
    is_main: bool = True  # on the timeline when it is not asked for; else under "systeem" only


_QUIET = Look("systeem", is_main=False)
LOOKS: dict[str, Look] = {
    "message.sent": Look("mail", "mail", "accent"),
    "message.in_doubt": Look("mail", "help-circle", "act"),
    "message.settled": Look("mail", "mail", is_main=False),
    "message.sent_again": Look("mail", "refresh", is_main=False),
    "notice.not_delivered": Look("mail", "mail-x", "act"),
    "debtor.email_invalid": Look("mail", "mail-x", "act"),
    "debtor.post_returned": Look("brief", "mail-x", "act"),
    "call.made": Look("telefoon", "phone", "info"),
    "payment.booked": Look("betaling", "coins", "good"),
    "payment.reversed": Look("betaling", "arrow-back-up", "act"),
    "payment.allocated": Look("betaling", "coins", is_main=False),
    "refund.proposed": Look("betaling", "arrow-back-up", "info"),
    "refund.done": Look("betaling", "arrow-back-up"),
    "refund.failed": Look("betaling", "arrow-back-up", "act"),
    "refund.cancelled": Look("betaling", "arrow-back-up", is_main=False),
    "mandate.registered": Look("betaling", "calendar-repeat", "good"),
    "mandate.blocked": Look("betaling", "hand-stop", "act"),
    "mandate.unblocked": Look("betaling", "calendar-repeat"),
    "mandate.ended": Look("betaling", "calendar-repeat"),
    "debit.returned": Look("betaling", "arrow-back-up", "act"),
    "invoice.settled": Look("betaling", "check", "good"),
    "invoice.reopened": Look("betaling", "arrow-back-up", "warn"),
    "invoice.written_off": Look("betaling", "minus"),
    "invoice.charge_waived": Look("betaling", "minus"),
    "invoice.settlement_reversed": Look("betaling", "arrow-back-up", is_main=False),
    "credit_note.registered": Look("betaling", "receipt-refund"),
    "credit_note.allocated": Look("betaling", "receipt-refund"),
    "credit_note.cancelled": Look("betaling", "receipt-refund"),
    "promise.made": Look("notitie", "heart-handshake", "good"),
    "promise.kept": Look("notitie", "heart-handshake", "good"),
    "promise.broken": Look("notitie", "heart-handshake", "act"),
    "promise.cancelled": Look("notitie", "heart-handshake"),
    "dispute.opened": Look("notitie", "message-exclamation", "warn"),
    "dispute.changed": Look("notitie", "message-exclamation", is_main=False),
    "dispute.resolved": Look("notitie", "message-exclamation", "info"),
    "answer.question": Look("notitie", "help-circle", "warn"),
    "answer.already_paid": Look("betaling", "coins", "warn"),
    "answer.details": Look("notitie", "pencil", "info"),
    "answer.accepted": Look("notitie", "pencil", is_main=False),  # what changed is there
    "answer.refused": Look("notitie", "pencil"),
    "link.code_used": Look("systeem", "key", is_main=False),
    "debtor.note_added": Look("notitie", "note"),
    "hold.placed": Look("systeem", "hand-stop", "warn"),
    "hold.lifted": Look("systeem", "hand-stop"),
    "debtor.registered": Look("systeem", "user-plus"),
    "debtor.changed": Look("systeem", "pencil"),
    "debtor.legal_state_changed": Look("systeem", "scale", "warn"),
    "debtor.address_confirmed": Look("systeem", "mail-check"),
    "invoice.registered": Look("systeem", "file-invoice"),
    "invoice.due_date_changed": Look("systeem", "calendar"),
    "invoice.charged": Look("systeem", "calculator", is_main=False),  # the letter that charged it is there
    "invoice.in_default": Look("systeem", "scale", "legal"),
    "policy.chosen": Look("systeem", "adjustments-horizontal"),
    "case.handed_over": Look("systeem", "briefcase", "info"),
    "case.recalled": Look("systeem", "briefcase"),
    "handoff.prepared": Look("systeem", "briefcase", is_main=False),
    "handoff.approved": Look("systeem", "briefcase", is_main=False),
    "handoff.submitted": Look("systeem", "briefcase", "info"),
    "handoff.accepted": Look("systeem", "briefcase", is_main=False),
    "handoff.refused": Look("systeem", "briefcase", "warn"),
    "handoff.recalled": Look("systeem", "briefcase"),
    "handoff.payment_reported": Look("systeem", "briefcase"),
    "handoff.closed": Look("systeem", "briefcase"),
}
# What entries name as changed: columns of a debtor, and of the settings.
_FIELDS: dict[str, Any] = {
    field.name: field
    for model in (Tenant, PostSettings, MailSender, LadderSettings, ClaimTerms, Letterhead, Debtor, CreditorSettings)
    for field in model._meta.get_fields()
    if hasattr(field, "attname")
}
# What is set that is no field of a form.
_NAMES = {"closing_days": gettext_lazy("sluitingsdagen")}
MAIN = [verb for verb, look in LOOKS.items() if look.is_main]
SUBJECTS = {
    "invoice": "dashboard:invoice",
    "credit_note": "dashboard:credit_note",
    "payment": "dashboard:payment",
    "dispute": "dashboard:dispute",
    "handoff": "dashboard:handoff",
    "message": "dashboard:message",
    "task": "dashboard:task",
}


def verbs_of(sort: str) -> list[str]:
    """Give the verbs that stand under a filter; without one, those of the timeline itself."""
    if not sort:
        return MAIN
    listed = [verb for verb, look in LOOKS.items() if look.sort == sort]
    if sort in {"mail", "brief"}:
        return [*listed, "message.sent"]
    return [*listed, *(set(VERBS) - set(LOOKS))] if sort == "systeem" else listed


def sentence(entry: Entry) -> str:
    """Say what happened, in the reader's language."""
    return sentences.sentence(entry, _words(entry.data))


def _words(data: Mapping[str, Any]) -> dict[str, object]:
    """Give the words of the codes in the data of an entry."""
    words: dict[str, object] = {}
    if data.get("rung") in RungKind.values:
        words["rung"] = RungKind(data["rung"]).label
    if data.get("charge") in ChargeKind.values:
        words["kind"] = ChargeKind(data["charge"]).label
    if isinstance(data.get("fields"), str):
        words["fields"] = ", ".join(_field(name.strip()) for name in data["fields"].split(","))
    return words


def _field(name: str) -> str:
    """Give what a person calls a field; what is no field stays as it is."""
    return str(_FIELDS[name].verbose_name) if name in _FIELDS else str(_NAMES.get(name, name))


def _value(name: str, value: Any) -> str:
    """Give a value of a field as people write it, a code by its word."""
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    if name == "sending_weekdays":
        return ", ".join(str(WEEKDAYS[day]) for day in value)
    words = dict(getattr(_FIELDS.get(name), "flatchoices", ()))
    return str(sentences.written(value) if isinstance(value, list) else words.get(value, sentences.written(value)))


def event(entry: Entry, messages: Mapping[str, Message] | None = None) -> Event:
    """Give an entry as it stands on a timeline; a message says how it fares now."""
    look = LOOKS.get(entry.verb, _QUIET)
    message = (messages or {}).get(entry.subject_id) if entry.subject_kind == "message" else None
    state, icon = badges.Badge(""), look.icon
    title = sentence(entry)
    if message is not None and entry.verb == "message.sent":
        title = message_title(message)
        state = badges.message(message.state)
        icon = "printer" if message.channel == ChannelKind.POST else "mail"
    return Event(
        title=title.replace("€ ", "€\u00a0"),  # an amount on one line
        at=entry.at,
        icon=icon,
        who=actor(entry),
        text=reason(entry),
        url=subject_url(entry),
        state=str(state.label),
        state_tone=state.tone,
        tone="act" if state.tone == "act" else look.tone,
    )


def message_title(message: Message) -> str:
    """Give what a message is called: its subject line, or the kind of letter that it is."""
    subject = "" if message.channel == ChannelKind.POST else plain_subject(message.subject_line, message.subject_id)
    title = subject or letter_title(message)
    return title[:1].upper() + title[1:]


def plain_subject(line: str, reference: str) -> str:
    """Give a subject line without our reference behind it, by which an answer is recognised: no reader needs that."""
    return line.removesuffix(f" ({reference})")


def letter_title(message: Message) -> str:
    """Give what a letter on paper is called, which has no subject line."""
    kind = (message.document.made_from or {}).get("kind", "") if message.document else ""
    label = str(RungKind(kind).label) if kind in RungKind.values else str(_("brief"))
    return label[:1].upper() + label[1:]


def subject_url(entry: Entry) -> str:
    """Give the address of what an entry is about, where it has one."""
    name = SUBJECTS.get(entry.subject_kind)
    return reverse(name, args=[entry.subject_id]) if name and entry.subject_id else ""


def actor(entry: Entry) -> str:
    """Give who did it."""
    if entry.actor_kind == ActorKind.CLOCK:
        return _("vanzelf")
    if entry.actor_kind == ActorKind.DEBTOR:
        return _("%(name)s, via de betaalpagina") % {"name": entry.actor_label or _("de debiteur")}
    return entry.actor_label


@dataclass(frozen=True)
class Line:
    """An entry in a log, with what changed."""

    at: datetime
    who: str
    what: str
    url: str
    reason: str
    changes: tuple[tuple[str, str, str], ...]  # (field, was, now)
    debtor_number: str = ""
    debtor_name: str = ""
    debtor_url: str = ""


def lines(entries: Iterable[Entry]) -> list[Line]:
    """Give entries as lines of a log; one query for the debtors of all."""
    held = list(entries)
    debtors = Debtor.objects.in_bulk({entry.debtor_ref for entry in held if entry.debtor_ref is not None})
    return [_line(entry, debtors.get(entry.debtor_ref or 0)) for entry in held]


def _line(entry: Entry, debtor: Debtor | None) -> Line:
    return Line(
        at=entry.at,
        who=actor(entry),
        what=sentence(entry),
        url=subject_url(entry),
        reason=reason(entry),
        changes=_changes(entry.data),
        debtor_number=debtor.number if debtor else "",
        debtor_name=debtor.name if debtor else "",
        debtor_url=reverse("dashboard:debtor", args=[debtor.public_id]) if debtor else "",
    )


def reason(entry: Entry) -> str:
    """Give why; a booking of the ladder bears the rung that announced it."""
    if entry.verb == "dispute.opened":
        return str(translated(entry.reason))
    return str(RungKind(entry.reason).label) if entry.reason in RungKind.values else entry.reason


def _changes(data: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    was, now = data.get("was"), data.get("now")
    if not isinstance(was, dict) or not isinstance(now, dict):
        return ()
    return tuple((_field(name), _value(name, was.get(name, "")), _value(name, value)) for name, value in now.items())
