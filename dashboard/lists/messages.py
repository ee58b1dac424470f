"""The outbox as a list: what goes, went or did not go, to whom, by which way, and what it asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from collections_handoff import operations as handoffs
from common import clock
from common.money import ZERO
from correspondence import operations as outbox
from correspondence.models import Message
from correspondence.states import ChannelKind, MessageState
from dashboard import listing
from dashboard.lists import asked as asked_of
from dashboard.rows import arranging, badges
from dashboard.rows.badges import Badge
from dashboard.shell import Chip, Stat
from debtors.models import Debtor, sort_key
from dunning.models import Notice, Run
from dunning.states import RungKind
from payments.operations import consents, dropping
from tenants.access import TenantRequest

NOTICE = "notice"
SORTS = {"dag": "moment", "aan": "to_name", "debiteur": "debtor__sort_name"}
DEFAULT = "-dag"
NOT_ARRIVED = "niet-aangekomen"  # bounced or failed
LEFT = "de-deur-uit"  # whatever became of it
TROUBLE = (MessageState.BOUNCED, MessageState.FAILED)
RECENTLY = timedelta(days=30)


@dataclass(frozen=True)
class Row:
    """A message in the list."""

    public_id: str
    url: str
    moment: datetime
    state: Badge
    why: str
    icon: str
    channel: str
    to_name: str
    to_address: str
    what: str
    subject: str
    amount: Decimal | None
    debtor_number: str
    debtor_name: str
    debtor_url: str


@dataclass(frozen=True)
class Totals:
    """What is under the list. A letter that went by mail too is asked once."""

    count: int
    debtors: int
    amount: Decimal


@dataclass(frozen=True)
class Asked:
    """What the address of the list asks for."""

    text: str
    state: str
    channel: str
    kind: str
    debtor: Debtor | None
    run: Run | None
    since: date | None
    until: date | None

    @classmethod
    def of(cls, request: TenantRequest, today: date) -> "Asked":
        night = request.GET.get("nacht", "")[:14]
        return cls(
            text=asked_of.text_of(request),
            state=listing.one_of(request, "staat", [*MessageState.values, NOT_ARRIVED, LEFT]),
            channel=listing.one_of(request, "weg", ChannelKind.values),
            kind=listing.one_of(request, "tekst", [value for value, _label in kinds()]),
            debtor=asked_of.debtor_of(request),
            run=Run.objects.filter(public_id=night).first() if night else None,
            since=asked_of.day_of(request, "van", today=today),
            until=asked_of.day_of(request, "tot", today=today),
        )


def kinds() -> list[tuple[str, str]]:
    """Give the texts that go out: the rungs that write, and what else we send."""
    silent = {RungKind.CALL, RungKind.HANDOFF}
    rungs = [(value, str(label)) for value, label in RungKind.choices if value not in silent]
    parts = [(value, str(label)) for value, label in arranging.MESSAGES.items()]
    collecting = [
        (dropping.ABOUT, _("vooraankondiging incasso")),
        (consents.ABOUT, _("bevestiging van machtiging")),
    ]
    return [*rungs, *parts, *collecting, (handoffs.SUBJECT, _("aan het incassobureau")), (outbox.TEST, _("proefmail"))]


def states() -> list[tuple[str, str]]:
    """Give what can be asked about the state of messages."""
    every = [(value, str(label)) for value, label in MessageState.choices if value != MessageState.SENDING]
    return [*every, (NOT_ARRIVED, _("niet aangekomen of mislukt")), (LEFT, _("de deur uit, aangekomen of niet"))]


def found(asked: Asked) -> QuerySet[Message]:
    """Give the messages that an address asks for, with the moment they left or are meant to."""
    rows: QuerySet[Any] = _in_state(Message.objects.annotate(moment=Coalesce("sent_at", "due_at")), asked.state)
    if asked.channel:
        rows = rows.filter(channel=asked.channel)
    if asked.debtor:
        rows = rows.filter(debtor=asked.debtor)
    if asked.kind in RungKind.values:
        rows = rows.filter(subject_kind=NOTICE, subject_id__in=_ids(Notice.objects.filter(kind=asked.kind)))
    elif asked.kind:
        rows = rows.filter(subject_kind=asked.kind)
    if asked.run:
        rows = rows.filter(subject_kind=NOTICE, subject_id__in=_ids(Notice.objects.filter(run=asked.run)))
    if asked.since:
        rows = rows.filter(moment__gte=clock.at_local_time(asked.since, 0))
    if asked.until:
        rows = rows.filter(moment__lt=clock.at_local_time(asked.until + timedelta(days=1), 0))
    return rows.filter(_matching(asked.text)) if asked.text else rows


def _in_state(rows: QuerySet[Message], state: str) -> QuerySet[Message]:
    if state == NOT_ARRIVED:
        return rows.filter(state__in=TROUBLE)
    if state == LEFT:
        return rows.filter(sent_at__isnull=False)
    return rows.filter(state=state) if state else rows


def _ids(notices: QuerySet[Notice]) -> QuerySet[Notice, str]:
    return notices.values_list("public_id", flat=True)


def _matching(text: str) -> Q:
    return (
        Q(to_name__icontains=text)
        | Q(to_address__icontains=text)
        | Q(subject_line__icontains=text)
        | Q(debtor__number__istartswith=text)
        | Q(debtor__sort_name__contains=sort_key(text))
    )


def totals(rows: QuerySet[Message]) -> Totals:
    """Add up a list: how many, to how many debtors, and what they ask."""
    counted = rows.aggregate(count=Count("pk"), debtors=Count("debtor_id", distinct=True))
    notices = Notice.objects.filter(public_id__in=rows.filter(subject_kind=NOTICE).values("subject_id"))
    return Totals(counted["count"], counted["debtors"], notices.aggregate(sum=Sum("total"))["sum"] or ZERO)


def rows_of(messages: Iterable[Message]) -> list[Row]:
    """Give messages as the list shows them; one query for all."""
    held = list(messages)
    ids = [message.subject_id for message in held if message.subject_kind == NOTICE]
    notices = {notice.public_id: notice for notice in Notice.objects.filter(public_id__in=ids)} if ids else {}
    return [_row(message, notices) for message in held]


def _row(message: Message, notices: Mapping[str, Notice]) -> Row:
    notice = notices.get(message.subject_id)
    debtor = message.debtor
    return Row(
        public_id=message.public_id,
        url=reverse("dashboard:message", args=[message.public_id]),
        moment=message.sent_at or message.due_at,
        state=badge(message),
        why=message.ended_reason,
        icon=icon(message.channel),
        channel=message.get_channel_display(),
        to_name=message.to_name,
        to_address=message.to_address,
        what=what(message, notice),
        subject=message.subject_line,
        amount=notice.total if notice else None,
        debtor_number=debtor.number if debtor else "",
        debtor_name=debtor.name if debtor else "",
        debtor_url=reverse("dashboard:debtor", args=[debtor.public_id]) if debtor else "",
    )


def badge(message: Message) -> Badge:
    """Give where a message is; a letter that was printed waits for the post."""
    if message.state == MessageState.QUEUED and message.batch_id is not None:
        return Badge(_("afgedrukt"), "info", "printer")
    return badges.message(message.state)


def icon(channel: str) -> str:
    """Give the drawing of a way to send."""
    return "printer" if channel == ChannelKind.POST else "mail"


def what(message: Message, notice: Notice | None) -> str:
    """Say what a message is: the rung it carries, or what else we send."""
    if notice is not None:
        return str(notice.get_kind_display())
    return dict(kinds()).get(message.subject_kind, "")


def stats(today: date) -> list[Stat]:
    """Give the figures above the outbox, each with the list behind it; in one query."""
    since = today - RECENTLY
    recent = Q(state__in=TROUBLE) & Q(due_at__gte=clock.at_local_time(since, 0))
    counted = Message.objects.aggregate(
        doubt=Count("pk", filter=Q(state=MessageState.IN_DOUBT)),
        letters=Count("pk", filter=Q(state=MessageState.QUEUED, channel=ChannelKind.POST, batch=None)),
        mails=Count("pk", filter=Q(state=MessageState.QUEUED, channel=ChannelKind.EMAIL)),
        trouble=Count("pk", filter=recent),
        today=Count("pk", filter=Q(sent_at__gte=clock.at_local_time(today, 0))),
    )
    base = reverse("dashboard:messages")
    return [
        Stat(
            _("Onzeker"),
            str(counted["doubt"]),
            _("u beslist of het weg is"),
            f"{base}?staat={MessageState.IN_DOUBT}",
            must_act=bool(counted["doubt"]),
        ),
        Stat(
            _("Niet aangekomen"),
            str(counted["trouble"]),
            _("in de laatste 30 dagen"),
            f"{base}?staat={NOT_ARRIVED}&van={since:%d-%m-%Y}",
        ),
        Stat(
            _("Brieven af te drukken"),
            str(counted["letters"]),
            _("wachten op de post"),
            reverse("dashboard:post_batches"),
        ),
        Stat(
            _("Mails in de wachtrij"),
            str(counted["mails"]),
            _("gaan vanzelf uit"),
            f"{base}?staat={MessageState.QUEUED}&weg={ChannelKind.EMAIL}",
        ),
        Stat(
            _("Vandaag verstuurd"),
            str(counted["today"]),
            "",
            f"{base}?staat={LEFT}&van={today:%d-%m-%Y}&tot={today:%d-%m-%Y}",
        ),
    ]


def chips(request: TenantRequest, asked: Asked) -> list[Chip]:
    """Give the filters in force."""
    pieces = (
        (asked.text, f"“{asked.text}”", "q"),
        (asked.state, dict(states()).get(asked.state, asked.state), "staat"),
        (asked.channel, asked.channel and ChannelKind(asked.channel).label, "weg"),
        (asked.kind, dict(kinds()).get(asked.kind, ""), "tekst"),
        (asked.debtor, asked.debtor and asked.debtor.name, "debiteur"),
        (asked.run, asked.run and _("nacht van %(day)s") % {"day": f"{asked.run.day:%d-%m-%Y}"}, "nacht"),
        (asked.since, asked.since and _("vanaf %(day)s") % {"day": f"{asked.since:%d-%m-%Y}"}, "van"),
        (asked.until, asked.until and _("t/m %(day)s") % {"day": f"{asked.until:%d-%m-%Y}"}, "tot"),
    )
    return [listing.chip(request, label, name) for is_on, label, name in pieces if is_on]
