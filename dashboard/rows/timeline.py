"""What happened with a debtor or an invoice, from the log, as events on a timeline."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Q, QuerySet

from audit.models import Entry
from correspondence.models import Message
from correspondence.states import ChannelKind
from dashboard import logbook
from dashboard.shell import Event

PER_PAGE = 15
_CHANNEL = {"mail": ChannelKind.EMAIL, "brief": ChannelKind.POST}


class Past(NamedTuple):
    """Some events, newest first, and whether there are older ones."""

    events: list[Event]
    has_more: bool


def of_debtor(debtor_id: int, sort: str, *, number: int = 1) -> Past:
    """Give so many pages of what happened with a debtor, under a filter or all that matters."""
    entries = Entry.objects.of_debtor(debtor_id).filter(verb__in=logbook.verbs_of(sort))
    if sort in _CHANNEL:
        mine = Message.objects.filter(debtor=debtor_id, channel=_CHANNEL[sort]).values("public_id")
        entries = entries.filter(~Q(verb="message.sent") | Q(subject_id__in=mine))
    return _page(entries, number)


def of_invoice(debtor_id: int, public_id: str, message_ids: Sequence[str], *, number: int = 1) -> Past:
    """Give what happened with an invoice: what is about it, and the messages that asked for it."""
    about = Q(subject_kind="invoice", subject_id=public_id) | Q(subject_kind="message", subject_id__in=message_ids)
    named = Q(data__invoice=public_id)
    return _page(Entry.objects.of_debtor(debtor_id).filter(about | named), number)


def _page(entries: "QuerySet[Entry]", number: int) -> Past:
    most = PER_PAGE * number
    held = list(entries.order_by("-at", "-pk")[: most + 1])
    ids = [entry.subject_id for entry in held if entry.subject_kind == "message"]
    messages = Message.objects.filter(public_id__in=ids).select_related("document").defer(*HEAVY)
    known = {message.public_id: message for message in messages}
    return Past([logbook.event(entry, known) for entry in held[:most]], len(held) > most)


# What of a message a list has no use for.
HEAVY = ("body_text", "body_html", "document__content")
