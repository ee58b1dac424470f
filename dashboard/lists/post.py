"""Letters on paper: what waits to be printed, and the batches that were."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from correspondence.models import Message, PostBatch
from correspondence.states import BatchState, ChannelKind, MessageState
from dashboard.lists import messages
from dashboard.rows.badges import Badge

MOST = 200  # waiting letters shown; all of them are printed


@dataclass(frozen=True)
class Letter:
    """A letter that waits, or in a batch."""

    number: int
    public_id: str
    url: str
    to_name: str
    to_address: str
    city: str
    what: str
    pages: int
    state: Badge
    must_come_out: bool  # of the pile: withdrawn after it was printed
    return_url: str
    later: datetime | None  # not before this moment


class Waiting(NamedTuple):
    """How much there is to print now, and how much later."""

    letters: int
    pages: int
    later: int


@dataclass(frozen=True)
class Batch:
    """A batch in the history."""

    url: str
    day: date
    letters: int
    state: Badge
    printed_at: datetime | None
    posted_at: datetime | None
    posted_by: str
    returned: int
    out: int


def waiting() -> QuerySet[Message]:
    """Give the letters that were not printed yet, in the order of their envelopes."""
    rows = Message.objects.filter(channel=ChannelKind.POST, state=MessageState.QUEUED, batch=None)
    return rows.select_related("document", "debtor").defer("document__content").order_by("debtor__postcode", "pk")


def count(at: datetime) -> Waiting:
    """Count what there is to print at a moment."""
    now = Q(due_at__lte=at)
    rows = Message.objects.filter(channel=ChannelKind.POST, state=MessageState.QUEUED, batch=None)
    found = rows.aggregate(
        letters=Count("pk", filter=now), pages=Sum("document__pages", filter=now), later=Count("pk", filter=~now)
    )
    return Waiting(found["letters"], found["pages"] or 0, found["later"])


def letters_of(messages: Iterable[Message], what: dict[str, str], at: datetime | None = None) -> list[Letter]:
    """Give letters as the pages show them; `what` says which rung each subject is."""
    return [_letter(number, message, what, at) for number, message in enumerate(messages, start=1)]


def _letter(number: int, message: Message, what: dict[str, str], at: datetime | None) -> Letter:
    is_out = message.state in {MessageState.SENT, MessageState.DELIVERED}
    return Letter(
        number=number,
        public_id=message.public_id,
        url=reverse("dashboard:message", args=[message.public_id]),
        to_name=message.to_name,
        to_address=message.to_address,
        city=message.debtor.city if message.debtor else "",
        what=what.get(message.subject_id, ""),
        pages=message.document.pages if message.document else 0,
        state=messages.badge(message),
        must_come_out=message.state == MessageState.WITHDRAWN,
        return_url=reverse("dashboard:message_return", args=[message.public_id]) if is_out else "",
        later=message.due_at if at is not None and message.due_at > at else None,
    )


def batches() -> QuerySet[PostBatch]:
    """Give the batches, the newest first, with how many of their letters came back or were withdrawn."""
    rows = PostBatch.objects.annotate(returned=_letters(MessageState.BOUNCED), out=_letters(MessageState.WITHDRAWN))
    return rows.order_by("-day", "-pk")


def _letters(state: MessageState) -> Coalesce:
    """Count the letters of a batch in a state; apart, because a key of two columns cannot be grouped by one."""
    letters = Message.objects.filter(batch=OuterRef("pk"), state=state).order_by().values("batch")
    return Coalesce(Subquery(letters.annotate(n=Count("pk")).values("n")), 0)


def batch_rows(held: Iterable[PostBatch]) -> list[Batch]:
    """Give batches as the history shows them."""
    return [
        Batch(
            url=reverse("dashboard:post_batch", args=[batch.public_id]),
            day=batch.day,
            letters=batch.letters,
            state=badge(batch),
            printed_at=batch.printed_at,
            posted_at=batch.posted_at,
            posted_by=batch.posted_by,
            returned=batch.returned,  # type: ignore[attr-defined]  # annotated by batches()
            out=batch.out,  # type: ignore[attr-defined]
        )
        for batch in held
    ]


def badge(batch: PostBatch) -> Badge:
    """Give where a batch is."""
    if batch.state == BatchState.POSTED:
        return Badge(_("gepost"), "good", "check")
    return Badge(_("afgedrukt, nog niet gepost"), "act", "printer")


def printed_day(batch: PostBatch) -> date:
    """Give the day on which a batch was printed."""
    return clock.local_day(batch.printed_at) if batch.printed_at else batch.day
