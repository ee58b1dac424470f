"""From plan to post: notices are approved, made up at the start of the sending window, and recorded when they leave.

Right before a notice is made up, and again before each message leaves, the ladder is asked anew (`still_right`): only
what would be written again today goes out.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from audit import operations as audit
from common import clock
from common.actor import Actor
from common.money import ZERO
from correspondence import content
from correspondence import operations as outbox
from correspondence.models import Document
from correspondence.rendering import letters, mails
from correspondence.states import ChannelKind
from debtors import queries as debtor_queries
from debtors.models import Debtor
from dunning import composing, ladder, lawful, loading, queries, terms
from dunning.models import LadderSettings, Notice, NoticeLine, Run
from dunning.operations import withdrawing
from dunning.snapshot import Kind, Line, NoticePlan, Rules
from dunning.states import LIVE_NOTICE_STATES, RUN_TRANSITIONS, NoticeState, RunState
from invoices.models import Attachment
from law.errors import RefusedByLaw
from payments import links
from tenants import operations as tenants
from tenants.context import current_tenant_id
from tenants.models import Letterhead

logger = logging.getLogger(__name__)

QUEUE = "dunning.tasks.release_notices"
# Rungs whose letter goes along with the mail as a PDF.
FORMAL = frozenset({"demand", "default_notice", "fourteen_day_letter", "final_demand"})
# Nights of which everything was sent or withdrawn. One that somebody else is at is left to him: who stores a dispatch
# holds a debtor, and the end of a night takes debtors.
COMPLETE_RUNS = """
UPDATE dunning_run SET state = 'completed', completed_at = %(at)s
WHERE tenant_id = %(tenant)s AND id IN (
  SELECT r.id FROM dunning_run r
  WHERE r.tenant_id = %(tenant)s AND r.state IN ('planned', 'released') AND NOT EXISTS (
    SELECT FROM dunning_notice n WHERE n.tenant_id = r.tenant_id AND n.run_id = r.id
    AND n.state IN ('planned', 'approved', 'queued'))
  FOR NO KEY UPDATE SKIP LOCKED)
"""


def approve_notices(*, notices: Iterable[Notice], by: Actor) -> int:
    """Let notices go out at the next moment of the sending window; what is no longer waiting is left alone."""
    with transaction.atomic():
        rows = Notice.objects.select_for_update(of=("self",)).filter(pk__in=[notice.pk for notice in notices])
        waiting = list(rows.filter(state=NoticeState.PLANNED).order_by("pk"))
        for notice in waiting:
            withdrawing.change_state(notice, NoticeState.APPROVED)
            notice.approved_at, notice.approved_by = by.at, by.label
        Notice.objects.bulk_update(waiting, ["state", "approved_at", "approved_by"], batch_size=1000)
        audit.record_many(
            "notice.approved",
            by=by,
            kind="notice",
            rows=((_Logged(row.public_id, row.kind), row.debtor_id, {"rung": row.kind}) for row in waiting),
        )
        if waiting:
            wake_release(by=by)
    return len(waiting)


class _Logged(NamedTuple):
    """A notice as the log names it."""

    public_id: str
    kind: str

    def __str__(self) -> str:
        return self.kind


def wake_release(*, by: Actor) -> None:
    """Have approved notices made up at the next moment at which the tenant sends."""
    moment = next_release(by.at)
    if moment is not None:
        tenants.wake_up(QUEUE, at=moment)


def next_release(at: datetime) -> datetime | None:
    """Give the first moment from now on at which an approved notice can be made up, or None: nothing is approved."""
    first = Notice.objects.filter(state=NoticeState.APPROVED).aggregate(first=Min("planned_for"))["first"]
    if first is None:
        return None
    settings = queries.ladder_settings()
    if queries.night_gate(settings, clock.local_day(at)):
        return None  # what opens the gate again wakes the release (`settings`)
    return next_window(settings, max(at, window(settings, first)[0]))


def next_window(settings: LadderSettings, at: datetime) -> datetime:
    """Give the first moment from now on at which the tenant sends: now, or the start of his next window (UTC)."""
    day = clock.local_day(at)
    sending = queries.sending_days(settings, day)
    start, end = window(settings, day)
    if sending.is_one(day) and at < end:
        return max(at, start)
    return window(settings, sending.first_from(day + timedelta(days=1)))[0]


def window(settings: LadderSettings, day: date) -> tuple[datetime, datetime]:
    """Give the start and the end of the sending window of a day, in UTC."""
    start, end = settings.window_start, settings.window_end
    return (
        clock.at_local_time(day, start.hour, start.minute),
        clock.at_local_time(day, end.hour, end.minute),
    )


def release_next(*, rules: Rules, by: Actor) -> bool:
    """Make up one approved notice that is due, in one transaction; give whether there was one."""
    approved = Notice.objects.filter(state=NoticeState.APPROVED, planned_for__lte=by.day)
    first = approved.order_by("planned_for", "pk").first()
    if first is None:
        return False
    with transaction.atomic():
        debtor_queries.lock(first.debtor_id)
        notice = approved.select_for_update(of=("self",)).filter(pk=first.pk).first()
        if notice is not None:  # else another worker was quicker, or it was withdrawn this moment
            make_up(notice=notice, rules=rules, by=by)
    return True


def make_up(*, notice: Notice, rules: Rules, by: Actor) -> Notice:
    """Freeze what a notice says today and queue its messages, or withdraw it when it would not be written again.

    The caller holds the lock on the debtor.
    """
    lines, objection = still_right(notice, rules=rules, day=by.day)
    if objection:
        return withdrawing.withdraw(notice=notice, reason=objection, by=by)
    notice.planned_for = by.day
    take_todays_amounts(notice, lines)
    _queue(notice, by)
    withdrawing.change_state(notice, NoticeState.QUEUED)
    notice.save()
    _log("notice.queued", notice, by, amount=notice.total)
    return notice


def still_right(notice: Notice, *, rules: Rules, day: date) -> tuple[dict[int, Line], str]:
    """Ask the ladder whether it would write this notice today; give today's lines by case, and an objection or nothing.

    Every gate is asked again and the amounts are compared: the same claims at the same rungs, with the same principal
    and costs. Interest may have grown by days. A letter that must take in everything may not miss a claim.
    """
    snapshot = loading.load([notice.debtor_id], day=day, except_notice=notice.pk)
    if not snapshot.debtors:
        return {}, _("debiteur bestaat niet meer")
    debtor, claims = snapshot.debtors[0], snapshot.claims.get(notice.debtor_id, [])
    decision = ladder.decide(debtor, claims, rules=rules, today=day)
    plan = next((plan for plan in decision.notices if plan.kind == notice.kind), None)
    if plan is None:
        return {}, _("zou vandaag niet meer worden verstuurd")
    if plan.kind == Kind.FOURTEEN_DAY_LETTER:
        try:
            lawful.check_fourteen_day_letter(plan, debtor, claims, rules)
        except RefusedByLaw as refusal:
            logger.exception("the fourteen-day letter %s would not be lawful", notice.public_id)
            return {}, _("de brief voldoet niet aan de wet (%(fault)s)") % {"fault": refusal.code}
    return _compare(notice, plan)


def _compare(notice: Notice, plan: NoticePlan) -> tuple[dict[int, Line], str]:
    today = {line.case_id: line for line in plan.lines}
    mine = list(notice.lines.all())
    for line in mine:
        now = today.get(line.case_id)
        if now is None or (line.takes_step and (now.rung_key, now.round) != (line.rung_key, line.round)):
            return {}, _("een factuur staat er anders voor dan toen dit bericht werd gepland")
        if (now.principal, now.costs) != (line.principal, line.costs):
            return {}, _("een bedrag is veranderd sinds dit bericht werd gepland")
    if (plan.announced_costs, plan.announced_vat) != (notice.announced_costs, notice.announced_vat):
        return {}, _("een bedrag is veranderd sinds dit bericht werd gepland")
    if notice.kind == "fourteen_day_letter" and len(today) != len(mine):
        return {}, _("er is een factuur bij gekomen die in dezelfde brief hoort")
    if set(plan.channels) != set(notice.channels):
        return {}, _("een adres is veranderd sinds dit bericht werd gepland")
    return today, ""


def take_todays_amounts(notice: Notice, today: dict[int, Line]) -> None:
    """Take over interest through today. What is overdue since the plan, but not in it, waits for the next letter."""
    lines = list(notice.lines.all())
    for line in lines:
        now = today[line.case_id]
        line.interest, line.interest_proposed, line.total = now.interest, now.interest_proposed, now.total
    NoticeLine.objects.bulk_update(lines, ["interest", "interest_proposed", "total"])
    asked = composing.asked_of(notice, lines)
    notice.interest = sum((line.interest for line in asked), start=ZERO)
    notice.total = sum((line.total for line in asked), start=ZERO)


def _queue(notice: Notice, by: Actor) -> None:
    """Render the letter once, and queue a message for each channel."""
    debtor = notice.debtor = Debtor.objects.prefetch_related("contacts").get(pk=notice.debtor_id)
    said = replace(say(notice, by.day), pay_url=_pay_link(notice, by))
    letter = _letter(notice, said) if has_letter(notice) else None
    expires_at = window(queries.ladder_settings(), by.day)[1]
    by_post = ChannelKind.POST in notice.channels
    if has_mail(notice) and not (by_post and notice.kind == Kind.FOURTEEN_DAY_LETTER):
        _queue_mail(notice, debtor, said, letter, expires_at, by)
    if by_post:
        _queue_letter(notice, debtor, letter, by)


def _pay_link(notice: Notice, by: Actor) -> str:
    """Make the link to the page of what a notice asks; its letter and its mail carry the same one."""
    asked = composing.asked_of(notice, list(notice.lines.select_related("invoice").order_by("pk")))
    return links.make_link(
        debtor=notice.debtor,
        invoices=[line.invoice for line in asked],
        subject_kind="notice",
        subject_id=notice.public_id,
        by=by,
    )


def has_letter(notice: Notice) -> bool:
    """Tell whether a notice comes with a letter: on paper, or as a PDF with its mail."""
    return ChannelKind.POST in notice.channels or notice.kind in FORMAL


def has_mail(notice: Notice) -> bool:
    """Tell whether a notice leaves by mail, alone or beside its letter."""
    return ChannelKind.EMAIL in notice.channels


def say(notice: Notice, day: date) -> content.NoticeContent:
    """Give what a notice says when it leaves on a day, from its lines as they stand."""
    by_post = ChannelKind.POST in notice.channels
    main = ChannelKind.POST if by_post else ChannelKind.EMAIL
    term = terms.term_of(notice.kind, notice.term_days, dispatched=day, channels=[main])
    return composing.compose(
        notice,
        day=day,
        pay_by=None if terms.is_worded(notice.kind) else term.last_day,
        channel=main,
        email_copy=by_post and has_mail(notice),
        invoices_attached=bool(_invoice_files(notice)),
    )


def queue_copy(*, notice: Notice, letter: Document, by: Actor) -> None:
    """Queue the mail that copies a fourteen-day letter, now that the letter itself was posted and its term runs.

    It keeps to the sending window, whenever somebody says that the letters are in the post.
    """
    notice.debtor = Debtor.objects.prefetch_related("contacts").get(pk=notice.debtor_id)
    if debtor_queries.reminder_contact(notice.debtor) is None:
        return
    said = content.NoticeContent.from_json(letter.made_from)
    leaves_at = next_window(queries.ladder_settings(), by.at)
    expires_at = leaves_at + timedelta(hours=24)
    _queue_mail(notice, notice.debtor, said, letter, expires_at, by, leaves_at=leaves_at)


def _letter(notice: Notice, said: content.NoticeContent) -> Document:
    rendered = render_letter(said)
    return outbox.store_document(
        filename=f"{notice.kind.replace('_', '-')}-{notice.debtor.number}-{said.dispatch_date:%Y%m%d}.pdf",
        media_type="application/pdf",
        content=rendered.pdf,
        made_from=said.to_json(),
        template_version=rendered.template_version,
        pages=rendered.pages,
    )


def render_letter(said: content.NoticeContent) -> letters.RenderedLetter:
    """Give a content as a letter on the letterhead of the active tenant."""
    letterhead = Letterhead.objects.get()
    logo = bytes(letterhead.logo) if letterhead.logo else None
    return letters.render_letter(said, logo=logo, logo_type=letterhead.logo_type)


def _queue_mail(
    notice: Notice,
    debtor: Debtor,
    said: content.NoticeContent,
    letter: Document | None,
    expires_at: datetime,
    by: Actor,
    *,
    leaves_at: datetime | None = None,
) -> None:
    contact = debtor_queries.reminder_contact(debtor)
    assert contact is not None  # the channel was chosen because there is one
    mail = mails.render_mail(said)
    outbox.queue_message(
        channel=ChannelKind.EMAIL,
        debtor=debtor,
        subject_kind="notice",
        subject_id=notice.public_id,
        to_name=contact.name or debtor.name,
        to_address=contact.email,
        subject_line=mail.subject,
        body_text=mail.text,
        body_html=mail.html,
        document=letter,
        attachments=_invoice_files(notice),
        language=said.written_in,
        due_at=leaves_at or by.at,
        expires_at=expires_at,
    )


def _invoice_files(notice: Notice) -> list[tuple[str, str, str, int]]:
    """Friendly messages carry the invoices themselves; a formal letter has its table."""
    if notice.kind not in composing.FRIENDLY:
        return []
    rows = Attachment.objects.filter(
        invoice__in=notice.lines.values("invoice"), is_the_invoice=True, media_type="application/pdf"
    )
    return [
        (row.filename, row.media_type, "invoice_attachment", row.pk)
        for row in rows.defer("content").order_by("invoice__due_date", "pk")[:5]
    ]


def _queue_letter(notice: Notice, debtor: Debtor, letter: Document | None, by: Actor) -> None:
    """A letter on paper may be printed and posted until the end of the second working day; then it is made anew."""
    settings = queries.ladder_settings()
    last_day = queries.sending_days(settings, by.day).first_from(by.day + timedelta(days=1))
    outbox.queue_message(
        channel=ChannelKind.POST,
        debtor=debtor,
        subject_kind="notice",
        subject_id=notice.public_id,
        to_name=debtor.name,
        to_address=", ".join(filter(None, [debtor.street, f"{debtor.postcode} {debtor.city}".strip()])),
        subject_line=str(notice.get_kind_display()),
        document=letter,
        language=notice.language,
        due_at=by.at,
        expires_at=window(settings, last_day)[1] + timedelta(hours=6),
    )


def start_release(*, by: Actor) -> None:
    """Note that the nights that are planned go out now."""
    for run in Run.objects.select_for_update(no_key=True).filter(state=RunState.PLANNED, day__lte=by.day):
        assert RunState.RELEASED in RUN_TRANSITIONS[run.state]
        run.state, run.released_at = RunState.RELEASED, by.at
        run.save(update_fields=["state", "released_at"])
        audit.record("run.released", by=by, kind="run", subject=run)


def complete_runs(*, by: Actor) -> None:
    """Close the nights of which everything was sent or withdrawn; one that somebody else is at is left to him."""
    with connection.cursor() as cursor:
        cursor.execute(COMPLETE_RUNS, {"tenant": current_tenant_id(), "at": by.at})


def complete_run_of(notice: Notice, *, by: Actor) -> None:
    """Close the night of a notice that left, if it was the last; two at one moment leave that to the next night."""
    if notice.run is not None and not notice.run.notices.filter(state__in=LIVE_NOTICE_STATES).exists():
        complete_runs(by=by)


def hold_back(*, notice: Notice, reason: str, until: date | None, by: Actor) -> Notice:
    """Let a person keep a notice in; its claims are looked at again the day after `until`, or tomorrow."""
    look_on = (until or by.day) + timedelta(days=1)
    return withdrawing.withdraw(notice=notice, reason=reason, by=by, look_on=look_on)


def _log(verb: str, notice: Notice, by: Actor, **data: Any) -> None:
    audit.record(
        verb,
        by=by,
        kind="notice",
        subject=notice,
        label=notice.kind,
        debtor_id=notice.debtor_id,
        rung=notice.kind,
        **data,
    )
