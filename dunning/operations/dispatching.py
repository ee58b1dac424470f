"""A message of a notice left, or came back: only now its rungs are taken, its charges booked, its terms set.

Called in the transaction that stores the message, by `dunning.receivers`.
"""

from django.utils.translation import gettext as _

from audit import operations as audit
from common.actor import Actor
from common.calendar import DAY
from correspondence.models import Message
from correspondence.states import ChannelKind, MessageState
from dunning import signals, terms
from dunning.models import Case, Notice, NoticeLine, Policy, Step
from dunning.operations import releasing, withdrawing
from dunning.snapshot import Kind
from dunning.states import CaseState, NoticeState
from invoices import operations as claims
from payments import links
from worklist import operations as worklist
from worklist.models import TaskKind


def record_dispatch(*, notice: Notice, message: Message, by: Actor) -> None:
    """Record that a message of a notice left: at the first one the rungs are taken, at a later one the terms move.

    The debtor is locked by the caller. A fourteen-day letter is taken when the letter itself is posted.
    """
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if notice.state == NoticeState.QUEUED:
        _take_rungs(notice, message, by)
        releasing.complete_run_of(notice, by=by)
    elif notice.state == NoticeState.SENT:
        _extend_terms(notice, message, by)


def _take_rungs(notice: Notice, message: Message, by: Actor) -> None:
    withdrawing.change_state(notice, NoticeState.SENT)
    term = terms.term_of(notice.kind, notice.term_days, dispatched=by.day, channels=[message.channel])
    notice.dispatched_on, notice.term_ends_on = by.day, term.last_day
    notice.save(update_fields=["state", "dispatched_on", "term_ends_on"])
    lines = list(notice.lines.select_related("invoice", "case__policy"))
    for line in lines:
        _charge(line, notice, by)
        if line.takes_step:
            _take_rung(line, notice, term, by)
    notice.lines.update(live=False)
    Case.objects.active().filter(debtor_id=notice.debtor_id, why_code="unsent").update(next_look_on=by.day + DAY)
    if notice.kind == Kind.FOURTEEN_DAY_LETTER and ChannelKind.EMAIL in notice.channels and message.document:
        releasing.queue_copy(notice=notice, letter=message.document, by=by)
    audit.record(
        "notice.dispatched",
        by=by,
        kind="notice",
        subject=notice,
        label=notice.kind,
        debtor_id=notice.debtor_id,
        rung=notice.kind,
        amount=notice.total,
        channel=message.channel,
        term_ends_on=term.last_day,
    )
    signals.notice_dispatched.send(Notice, notice=notice, by=by)


def _charge(line: NoticeLine, notice: Notice, by: Actor) -> None:
    """Book what the letter asks: interest through the day it bears, and costs with how they were counted.

    A claim that was paid while its letter was on its way is charged nothing.
    """
    if not line.invoice.is_open:
        return
    if line.interest_proposed:
        claims.charge_interest(
            invoice=line.invoice, through=notice.planned_for, by=by, notice_ref=notice.public_id, reason=notice.kind
        )
    if line.costs_proposed:
        claims.charge_costs(
            invoice=line.invoice,
            amount=line.costs_proposed - line.costs_vat_proposed,
            vat=line.costs_vat_proposed,
            calculation={
                "over": f"{line.principal:.2f}",
                "share_of_notice": notice.public_id,
                "notice_principal": f"{notice.principal:.2f}",
                "source": "art. 2 Besluit vergoeding voor buitengerechtelijke incassokosten",
                "day": notice.planned_for.isoformat(),
            },
            by=by,
            notice_ref=notice.public_id,
        )


def _take_rung(line: NoticeLine, notice: Notice, term: terms.Term, by: Actor) -> None:
    case = line.case
    own = terms.Term(term.delivered_on, term.last_day) if line.rung_kind != notice.kind else term
    for key, kind in line.joined:
        Step.objects.create(
            case=case,
            round=line.round,
            rung_key=key,
            kind=kind,
            notice=notice,
            dispatched_on=by.day,
            delivered_on=by.day,
            joined=True,
        )
    Step.objects.create(
        case=case,
        round=line.round,
        rung_key=line.rung_key,
        kind=line.rung_kind,
        notice=notice,
        dispatched_on=by.day,
        delivered_on=own.delivered_on,
        term_ends_on=own.last_day,
        costs_from=own.costs_from,
        announced_costs=notice.announced_costs if line.rung_kind == Kind.FOURTEEN_DAY_LETTER else None,
    )
    _follow_law(line, notice, own, by)
    _move_case(case, line, own, by)


def _follow_law(line: NoticeLine, notice: Notice, term: terms.Term, by: Actor) -> None:
    """A default notice sets the start of default; a fourteen-day letter fixes the amount while its term runs."""
    if term.default_since is not None:
        claims.set_default_since(invoice=line.invoice, since=term.default_since, by=by)
    if line.rung_kind == Kind.FOURTEEN_DAY_LETTER:
        claims.offer_amount(
            invoice=line.invoice,
            amount=line.total,
            from_day=by.day,
            until_day=terms.offer_ends_on(term),
            notice_ref=notice.public_id,
        )


def _move_case(case: Case, line: NoticeLine, term: terms.Term, by: Actor) -> None:
    """Put the case on its rung, and on the newest version of its policy, which it keeps until its next rung."""
    case.position_key, case.position_kind = line.rung_key, line.rung_kind
    case.position_on, case.term_ends_on, case.resume_on = by.day, term.last_day, None
    case.next_look_on = by.day + DAY if case.state == CaseState.ACTIVE else None
    case.why_code, case.why_until = "", None
    current = Policy.objects.current().filter(lineage=case.policy.lineage).first()
    case.policy = current or case.policy
    case.save(
        update_fields=[
            "position_key",
            "position_kind",
            "position_on",
            "term_ends_on",
            "resume_on",
            "next_look_on",
            "why_code",
            "why_until",
            "policy",
        ]
    )


def _extend_terms(notice: Notice, message: Message, by: Actor) -> None:
    """The same notice left by its second channel, perhaps a day later: its term counts from the later delivery."""
    term = terms.term_of(notice.kind, notice.term_days, dispatched=by.day, channels=[message.channel])
    if notice.term_ends_on is not None and term.last_day <= notice.term_ends_on:
        return
    notice.term_ends_on = term.last_day
    notice.save(update_fields=["term_ends_on"])
    for step in notice.steps.filter(joined=False, undelivered_on=None).select_related("case__invoice"):
        step.delivered_on, step.term_ends_on = term.delivered_on, term.last_day
        step.save(update_fields=["delivered_on", "term_ends_on"])
        Case.objects.filter(pk=step.case_id, position_key=step.rung_key).update(term_ends_on=term.last_day)
        if step.kind == Kind.DEFAULT_NOTICE and term.default_since is not None:
            claims.set_default_since(invoice=step.case.invoice, since=term.default_since, by=by)


def record_not_delivered(*, notice: Notice, reason: str, by: Actor) -> None:
    """Record that a notice did not arrive by any channel: its rungs count as not taken, and its terms did not run.

    The next night sends it anew by a channel that works, or asks a person for an address. Costs and interest that were
    booked stay: interest runs by law, and costs were announced before.
    """
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if notice.state != NoticeState.SENT or _arrived_otherwise(notice):
        return
    withdrawing.change_state(notice, NoticeState.NOT_DELIVERED)
    notice.ended_reason = reason[:200]
    notice.save(update_fields=["state", "ended_reason"])
    claims.withdraw_offer(notice_ref=notice.public_id, last_day=by.day)
    links.revoke_of(debtor_id=notice.debtor_id, subject_kind="notice", subject_id=notice.public_id, by=by)
    for step in notice.steps.filter(undelivered_on=None).select_related("case__invoice"):
        step.undelivered_on = by.day
        step.save(update_fields=["undelivered_on"])
        if step.kind == Kind.DEFAULT_NOTICE and not step.joined:
            claims.set_default_since(invoice=step.case.invoice, since=None, by=by)
    for case_id in set(notice.steps.values_list("case_id", flat=True)):
        step_back(Case.objects.select_for_update().get(pk=case_id), by=by)
    audit.record(
        "notice.not_delivered",
        by=by,
        kind="notice",
        subject=notice,
        label=notice.kind,
        debtor_id=notice.debtor_id,
        rung=notice.kind,
        reason=reason,
    )


def _arrived_otherwise(notice: Notice) -> bool:
    """Tell whether another message of the notice left and did not come back, or still may leave."""
    others = Message.objects.filter(subject_kind="notice", subject_id=notice.public_id)
    alive = [MessageState.SENT, MessageState.DELIVERED, MessageState.QUEUED, MessageState.SENDING]
    if notice.kind == Kind.FOURTEEN_DAY_LETTER:
        others = others.filter(channel=ChannelKind.POST)
    return others.filter(state__in=alive).exists()


def step_back(case: Case, *, by: Actor) -> None:
    """Put a case where its last rung that counts put it."""
    last = case.steps.filter(undelivered_on=None, round__lte=case.round).order_by("-dispatched_on", "-pk").first()
    case.position_key, case.position_kind = (last.rung_key, last.kind) if last else ("", "")
    case.position_on = last.dispatched_on if last else None
    case.term_ends_on = last.term_ends_on if last else None
    case.next_look_on, case.why_code = by.day if case.state == CaseState.ACTIVE else None, ""
    case.save(
        update_fields=["position_key", "position_kind", "position_on", "term_ends_on", "next_look_on", "why_code"]
    )


def record_failure(*, notice: Notice, reason: str, by: Actor) -> None:
    """Record that a message of a notice will not leave. If nothing of the notice left, it uses up no rung.

    Where its mail left and came back, and now its letter stays here, it did not arrive.
    """
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if notice.state == NoticeState.SENT:
        record_not_delivered(notice=notice, reason=reason, by=by)
        return
    messages = Message.objects.filter(subject_kind="notice", subject_id=notice.public_id)
    pending = [MessageState.QUEUED, MessageState.SENDING, MessageState.IN_DOUBT]
    if notice.state != NoticeState.QUEUED or messages.filter(state__in=pending).exists():
        return
    notice.ended_reason = reason[:200]
    withdrawing.change_state(notice, NoticeState.WITHDRAWN)
    notice.save(update_fields=["state", "ended_reason"])
    notice.lines.update(live=False)
    Case.objects.active().filter(lines__notice=notice).update(next_look_on=by.day, why_code="")
    audit.record(
        "notice.withdrawn",
        by=by,
        kind="notice",
        subject=notice,
        label=notice.kind,
        debtor_id=notice.debtor_id,
        rung=notice.kind,
        reason=reason,
    )


def ask_about_doubt(*, message: Message, by: Actor) -> None:
    """Ask a person whether a message left that a dead worker was sending."""
    worklist.add_task(
        kind=TaskKind.IN_DOUBT,
        subject_kind="message",
        subject_id=message.public_id,
        title=_("Is het bericht aan %(address)s verstuurd?") % {"address": message.to_address},
        debtor=message.debtor,
        due_on=by.day,
        by=by,
    )
