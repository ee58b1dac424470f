"""What a night said about instalments, and which it found missed; of a night that is to come, what it would say."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from correspondence.arranged_content import Kind
from correspondence.models import Message
from dashboard.rows import badges
from dashboard.rows.badges import Badge
from dunning import instalments
from dunning.models import Run
from dunning.states import RunState
from payments.models import Instalment


@dataclass(frozen=True)
class Said:
    """A message about an instalment."""

    debtor: str
    url: str
    label: str
    amount: Decimal
    badge: Badge | None


@dataclass(frozen=True)
class Missed:
    """An instalment that was found missed."""

    debtor: str
    url: str
    due_on: date
    amount: Decimal
    badge: Badge


def said(run: Run) -> list[Said]:
    """Give the messages of a night; of one that is not planned yet those that it would make up now."""
    if run.state in {RunState.HELD, RunState.PLANNING}:
        return [
            _said(one.instalment, one.kind.value, None, one.instalment.arrangement.debtor.name)
            for one in instalments.due(run.day)
        ]
    start = clock.at_local_time(run.day, 0)
    rows = Message.objects.filter(
        subject_kind__in=[Kind.BEFORE, Kind.MISSED], due_at__gte=start, due_at__lt=start + timedelta(days=1)
    )
    messages = list(rows.select_related("debtor").order_by("pk"))
    about = {row.public_id: row for row in _parts(public_id__in=[one.subject_id for one in messages])}
    return [
        _said(about[one.subject_id], one.subject_kind, one, one.debtor.name if one.debtor else "") for one in messages
    ]


def _said(part: Instalment, kind: str, message: Message | None, debtor: str) -> Said:
    return Said(
        debtor=debtor,
        url=reverse("dashboard:message", args=[message.public_id]) if message else _page(part),
        label=_("herinnering vooraf") if kind == Kind.BEFORE else _("herinnering na missen"),
        amount=part.amount if message else part.amount - part.paid,
        badge=badges.message(message.state) if message else None,
    )


def missed(run: Run) -> list[Missed]:
    """Give the instalments that a night found missed, with how they stand now."""
    return [
        Missed(
            debtor=row.arrangement.debtor.name,
            url=_page(row),
            due_on=row.due_on,
            amount=row.amount - row.paid,
            badge=badges.instalment(row.state),
        )
        for row in _parts(missed_on=run.day)
    ]


def _parts(**wanted: object) -> list[Instalment]:
    rows = Instalment.objects.filter(**wanted).select_related("arrangement__debtor")
    return list(rows.order_by("due_on", "pk"))


def _page(part: Instalment) -> str:
    return reverse("dashboard:arrangement", args=[part.arrangement.public_id])
