"""A letter on its page: what it asks of whom, line by line, and how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from correspondence.models import Message
from dashboard.lists.notices import CAN_APPROVE, CAN_HOLD_BACK
from dashboard.rows import badges, tonight
from dashboard.rows.badges import Badge
from dashboard.shell import Tab
from dunning.models import Notice
from dunning.states import Approval, NoticeState, RungKind

LETTER, MAIL = "brief", "mail"


@dataclass(frozen=True)
class Line:
    """A claim in a letter."""

    number: str
    url: str
    due_date: date
    late: int
    rung: str
    takes_step: bool
    principal: Decimal
    interest: Decimal
    costs: Decimal
    total: Decimal


@dataclass(frozen=True)
class Sent:
    """A message in which the letter left, or will."""

    url: str
    channel: str
    icon: str
    to: str
    badge: Badge
    at: datetime | None
    public_id: str
    reason: str


@dataclass(frozen=True)
class Letter:
    """A letter with all that its page prints."""

    public_id: str
    title: str
    debtor: str
    debtor_url: str
    badge: Badge
    approval: str
    approved_by: str
    planned_for: date
    dispatched_on: date | None
    term_ends_on: date | None
    reason: str
    channels: Sequence[tuple[str, str]]
    address: str
    lines: Sequence[Line]
    messages: Sequence[Sent]
    announced: Decimal
    credit: Decimal
    can_approve: bool
    can_hold_back: bool
    can_put_back: bool


def of(notice: Notice, day: date, address: str) -> Letter:
    """Give a letter for its page; in two statements."""
    kind = str(RungKind(notice.kind).label)
    return Letter(
        public_id=notice.public_id,
        title=kind[:1].upper() + kind[1:],
        debtor=f"{notice.debtor.number} {notice.debtor.name}",
        debtor_url=reverse("dashboard:debtor", args=[notice.debtor.public_id]),
        badge=badges.notice(notice.state),
        approval=str(Approval(notice.approval).label),
        approved_by=notice.approved_by if notice.approved_by not in Approval.values else "",
        planned_for=notice.planned_for,
        dispatched_on=notice.dispatched_on,
        term_ends_on=notice.term_ends_on,
        reason=notice.ended_reason,
        channels=tonight.channels(notice.channels),
        address=address,
        lines=_lines(notice, day),
        messages=_messages(notice),
        announced=notice.announced_costs + notice.announced_vat,
        credit=notice.credit,
        can_approve=notice.state in CAN_APPROVE,
        can_hold_back=notice.state in CAN_HOLD_BACK,
        can_put_back=notice.state == NoticeState.WITHDRAWN,
    )


def _lines(notice: Notice, day: date) -> list[Line]:
    rows = notice.lines.annotate(
        number=F("invoice__number"), invoice_id_public=F("invoice__public_id"), due=F("invoice__due_date")
    )
    return [
        Line(
            number=row.number,
            url=reverse("dashboard:invoice", args=[row.invoice_id_public]),
            due_date=row.due,
            late=max(0, (day - row.due).days),
            rung=str(RungKind(row.rung_kind).label),
            takes_step=row.takes_step,
            principal=row.principal,
            interest=row.interest,
            costs=row.costs,
            total=row.total,
        )
        for row in rows.order_by("due", "pk")
    ]


def _messages(notice: Notice) -> list[Sent]:
    rows = Message.objects.filter(subject_kind="notice", subject_id=notice.public_id).order_by("pk")
    found = []
    for row in rows.defer("body_text", "body_html"):
        ((icon, word),) = tonight.channels([row.channel])
        url = reverse("dashboard:message", args=[row.public_id])
        badge = badges.message(row.state)
        found.append(Sent(url, word, icon, row.to_address, badge, row.sent_at, row.public_id, row.ended_reason))
    return found


def tabs(notice: Notice, *, has_letter: bool, has_mail: bool, shown: str) -> list[Tab]:
    """Give what can be shown of a letter."""
    url = reverse("dashboard:notice", args=[notice.public_id])
    found = [(LETTER, _("Brief (PDF)"), has_letter), (MAIL, _("Mail"), has_mail)]
    return [Tab(label, f"{url}?toon={code}", is_active=code == shown) for code, label, there in found if there]
