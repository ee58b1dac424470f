"""One message: where it is, what went along, and what happened to it, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Entry
from collections_handoff import operations as handoffs
from correspondence import operations as outbox
from correspondence.models import DeliveryAttempt, Message
from correspondence.states import ChannelKind, MessageState
from dashboard import logbook
from dashboard.rows import arranging
from dashboard.shell import Event, Tone
from dunning.models import Notice
from payments.operations import consents, dropping

# How a try to send ended: what it is called, its drawing and its colour.
RESULTS: dict[str, tuple[str | Promise, str, Tone]] = {
    "sent": (gettext_lazy("Aangenomen door de mailserver"), "send", "accent"),
    "not_yet": (gettext_lazy("Nog niet aangenomen: later opnieuw"), "clock", "warn"),
    "failed": (gettext_lazy("Geweigerd"), "circle-x", "act"),
    "worker_died": (gettext_lazy("Verbinding verbroken tijdens het versturen"), "help-circle", "act"),
}
_STARTED: tuple[str | Promise, str, Tone] = (gettext_lazy("Bezig met versturen"), "mail-fast", "info")
# What the outside said when it was asked after a worker died (correspondence.channels.Found).
_FOUND = {
    "yes": gettext_lazy("De mailserver kent het bericht: het is weg."),
    "no": gettext_lazy("De mailserver kent het bericht niet: het is opnieuw in de wachtrij gezet."),
    "cannot_say": gettext_lazy("De mailserver kan niet zeggen of het bericht weg is."),
}


class Action(NamedTuple):
    """Something that can be done with a message; it is asked about first."""

    label: str
    url: str
    icon: str
    css: str = "btn"


class Attached(NamedTuple):
    """A file that went along."""

    filename: str
    url: str
    icon: str
    note: str = ""


@dataclass(frozen=True)
class Subject:
    """What a message is about."""

    label: str
    url: str = ""


def subject(message: Message, notice: Notice | None) -> Subject:
    """Give what a message carries, with its page where it has one."""
    if notice is not None:
        run = notice.run
        return Subject(str(notice.get_kind_display()), reverse("dashboard:run", args=[run.public_id]) if run else "")
    if message.subject_kind == handoffs.SUBJECT:
        return Subject(_("aan het incassobureau"))
    if message.subject_kind in arranging.MESSAGES:
        return Subject(str(arranging.MESSAGES[message.subject_kind]), arranging.page_about(message))
    if message.subject_kind == consents.ABOUT:
        return Subject(_("bevestiging van machtiging"), reverse("dashboard:mandate", args=[message.subject_id]))
    if message.subject_kind == dropping.ABOUT:
        return Subject(_("vooraankondiging incasso"))
    return Subject(_("proefmail") if message.subject_kind == outbox.TEST else "")


def actions(message: Message, notice: Notice | None) -> list[Action]:
    """Give what can be done now."""
    found = []
    if message.state == MessageState.IN_DOUBT:
        url = reverse("dashboard:message_outcome", args=[message.public_id])
        found.append(Action(_("Zeg of het weg is"), url, "help-circle", "btn btn-primary"))
    if message.state == MessageState.FAILED and notice is None:
        url = reverse("dashboard:message_again", args=[message.public_id])
        found.append(Action(_("Verstuur opnieuw"), url, "refresh", "btn btn-primary"))
    if message.state == MessageState.QUEUED and message.subject_kind != handoffs.SUBJECT:
        url = reverse("dashboard:message_withdrawal", args=[message.public_id])
        found.append(Action(_("Trek in"), url, "hand-stop"))
    if message.channel == ChannelKind.POST and message.state in {MessageState.SENT, MessageState.DELIVERED}:
        url = reverse("dashboard:message_return", args=[message.public_id])
        found.append(Action(_("Retour gekomen"), url, "mail-x"))
    return found


def advice(message: Message, notice: Notice | None) -> str:
    """Say what happens next with a message that did not arrive."""
    if message.state == MessageState.IN_DOUBT:
        return _(
            "De verbinding brak terwijl het bericht werd verstuurd. Kijk in de verzonden mail van uw mailserver, "
            "of vraag het de debiteur. Opnieuw versturen gebeurt nooit vanzelf."
        )
    if message.state == MessageState.BOUNCED and notice is not None:
        return _(
            "Het bericht telt als niet bezorgd: een wettelijke termijn liep niet. De volgende nacht gebruikt een "
            "ander adres of een andere weg; is er geen, dan staat er een taak voor u klaar."
        )
    if message.state == MessageState.FAILED and notice is not None:
        return _(
            "Er is niets verstuurd en er is geen stap verbruikt. De volgende nacht bekijkt de facturen opnieuw; een "
            "adres dat niet bestaat is gemerkt en wordt niet meer gebruikt."
        )
    if message.state == MessageState.FAILED:
        return _("Er is niets verstuurd.")
    if message.state == MessageState.QUEUED and message.channel == ChannelKind.POST:
        if message.batch_id is not None:
            return _("De brief is afgedrukt en telt zodra u meldt dat hij op de post is gedaan.")
        return _("De brief wacht tot iemand de post afdrukt.")
    return ""


def events(message: Message, attempts: Sequence[DeliveryAttempt], entries: Sequence[Entry]) -> list[Event]:
    """Give what happened, the newest first: tries to send, and what the log says of it and its notice."""
    found = [_attempt(attempt) for attempt in attempts]
    found += [_entry(entry) for entry in entries]
    if message.delivered_at is not None:
        found.append(
            Event(_("Bezorgd bij de mailserver van de ontvanger"), message.delivered_at, "mail-check", tone="good")
        )
    return sorted(found, key=lambda event: event.at, reverse=True)


def _attempt(attempt: DeliveryAttempt) -> Event:
    title, icon, tone = RESULTS.get(attempt.result, _STARTED)
    text = str(_FOUND.get(attempt.detail, attempt.detail))
    return Event(str(title), attempt.ended_at or attempt.started_at, icon, text=text, tone=tone)


def _entry(entry: Entry) -> Event:
    look = logbook.LOOKS.get(entry.verb, logbook.Look("systeem"))

    return Event(
        logbook.sentence(entry),
        entry.at,
        look.icon,
        who=logbook.actor(entry),
        text=logbook.reason(entry),
        tone=look.tone,
    )


def reason(message: Message) -> str:
    """Say why a message ended as it did: what a mail server said, in words where we know them."""
    said = message.ended_reason
    for codes, words in _SAID:
        if any(code in said.lower() for code in codes):
            return f"{words} ({said})"
    return said


_SAID: tuple[tuple[tuple[str, ...], str | Promise], ...] = (
    (
        ("5.1.1", "5.1.0", "user unknown", "mailbox unavailable", "no such user", "does not exist"),
        gettext_lazy("Dit e-mailadres bestaat niet"),
    ),
    (("5.2.2", "4.2.2", "mailbox full", "over quota"), gettext_lazy("De mailbox is vol")),
    (("5.7.", "blocked", "spam", "blacklist"), gettext_lazy("De ontvangende server weigerde het als ongewenst")),
    (("5.1.2", "5.4.4", "domain not found", "host unknown"), gettext_lazy("Het domein van dit adres bestaat niet")),
    (("5.3.4", "too large", "message size"), gettext_lazy("Het bericht is te groot voor de ontvanger")),
)
