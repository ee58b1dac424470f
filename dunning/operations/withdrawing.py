"""A notice that was not sent is taken back: it uses up nothing, and its claims are looked at again."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from correspondence import operations as outbox
from debtors import queries as debtor_queries
from dunning.models import Case, Notice, NoticeLine
from dunning.states import LIVE_NOTICE_STATES, NOTICE_TRANSITIONS, NoticeState
from payments import links


class NoticeIsGone(DomainError):
    """It was sent or withdrawn meanwhile."""

    code = "notice_is_gone"
    sentence = _("Dit bericht is al %(state)s.")


def change_state(notice: Notice, state: NoticeState) -> None:
    """Change the state of a notice.

    :raises NoticeIsGone: if the table does not allow it.
    """
    if state not in NOTICE_TRANSITIONS[notice.state]:
        raise NoticeIsGone(state=notice.get_state_display().lower())
    notice.state = state


def withdraw(*, notice: Notice, reason: str, by: Actor, look_on: date | None = None) -> Notice:
    """Take back a notice that was not sent, and its messages; the night of `look_on` (today) looks at its claims.

    :raises NoticeIsGone: if it was sent or withdrawn, or a message of it is on its way at this moment.
    """
    with transaction.atomic():
        debtor_queries.lock(notice.debtor_id)
        notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
        outbox.withdraw_messages(subject_kind="notice", subject_id=notice.public_id, reason=reason)
        change_state(notice, NoticeState.WITHDRAWN)
        notice.ended_reason = reason[:200]
        notice.save(update_fields=["state", "ended_reason"])
        notice.lines.update(live=False)
        links.revoke_of(debtor_id=notice.debtor_id, subject_kind="notice", subject_id=notice.public_id, by=by)
        Case.objects.active().filter(lines__notice=notice).update(next_look_on=look_on or by.day, why_code="")
        Case.objects.active().filter(debtor_id=notice.debtor_id, why_code="unsent").update(
            next_look_on=look_on or by.day
        )
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
    return notice


def withdraw_for_case(case: Case, *, reason: str, by: Actor) -> None:
    """Take back the notice in which a claim waits, if there is one.

    A message that is on its way at this moment cannot be called back; it counts as sent.
    """
    waiting = Notice.objects.filter(
        lines__case=case, lines__live=True, state__in=[state.value for state in LIVE_NOTICE_STATES]
    )
    for notice in waiting.distinct():
        try:
            withdraw(notice=notice, reason=reason, by=by)
        except outbox.MessageIsOnItsWay:
            continue


def withdraw_for_claims(invoice_ids: Sequence[int], *, reason: str, by: Actor) -> None:
    """Take back the notices in which some claims wait, in a fixed number of statements; their debtors are locked.

    A message that is on its way at this moment cannot be called back; its notice stays as it is.
    """
    live = [state.value for state in LIVE_NOTICE_STATES]
    waiting = Notice.objects.filter(lines__invoice__among=invoice_ids, lines__live=True, state__in=live)
    found = {notice.pk: notice for notice in waiting.order_by("pk")}
    if not found:
        return
    notices = list(Notice.objects.select_for_update(of=("self",)).filter(pk__in=found, state__in=live).order_by("pk"))
    leaving = outbox.withdraw_all_messages(
        subject_kind="notice", subject_ids=[notice.public_id for notice in notices], reason=reason
    )
    gone = [notice for notice in notices if notice.public_id not in leaving]
    ids = [notice.pk for notice in gone]
    Notice.objects.filter(pk__in=ids).update(state=NoticeState.WITHDRAWN, ended_reason=reason[:200])
    NoticeLine.objects.filter(notice__in=ids).update(live=False)
    Case.objects.active().filter(lines__notice__in=ids).update(next_look_on=by.day, why_code="")
    unsent = Case.objects.active().filter(debtor__in=[notice.debtor_id for notice in gone], why_code="unsent")
    unsent.update(next_look_on=by.day)
    audit.record_many(
        "notice.withdrawn",
        by=by,
        kind="notice",
        rows=[(notice, notice.debtor_id, {"rung": notice.kind}) for notice in gone],
        label=lambda notice: notice.kind,
        reason=reason,
    )
