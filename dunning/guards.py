"""May a message of a notice still go out? Asked by correspondence right before it leaves."""

from datetime import date, datetime

from django.db.models import Sum
from django.utils.translation import gettext as _

from common import clock
from common.money import ZERO
from correspondence.models import Message
from correspondence.states import ChannelKind
from debtors import queries as debtor_queries
from dunning import ladder, loading, queries, reasons
from dunning.models import Notice
from dunning.operations import releasing
from dunning.snapshot import Why
from dunning.states import CaseState, NoticeState


def still_owed(message: Message, at: datetime) -> str:
    """Give why a message may not go out any more, or an empty text; every gate is asked again under the debtor's lock.

    The second message of a notice that left already (the letter behind its mail) may go as long as nothing was paid,
    given up, disputed, held, promised or handed over since. One that did not arrive is written anew, and not repeated.
    """
    debtor_queries.lock(message.debtor_id)
    notice = Notice.objects.filter(public_id=message.subject_id).first()
    if notice is None or notice.state in {NoticeState.WITHDRAWN, NoticeState.FAILED}:
        return _("ingetrokken")
    if notice.state == NoticeState.NOT_DELIVERED:
        return _("niet bezorgd")
    today = clock.local_day(at)
    closed = queries.tenant_gate(queries.ladder_settings(), today)
    if closed:
        return _("aanmaningen staan uit") if closed == queries.NOT_LIVE else reasons.label(closed)
    if notice.state == NoticeState.QUEUED:
        # a letter on paper bears the day it was made, and is asked about that day
        day = notice.planned_for if message.channel == ChannelKind.POST else today
        return releasing.still_right(notice, rules=queries.rules(day), day=day)[1]
    if _has_changed(notice) or _is_stopped(notice, today):
        return _("er is iets veranderd sinds het eerste bericht")
    return ""


def _has_changed(notice: Notice) -> bool:
    """Tell whether less is owed on a claim than the first message asked, or it left the ladder."""
    for line in notice.lines.select_related("invoice", "case"):
        disputes = line.invoice.disputes.filter(resolved_on=None)
        disputed = disputes.aggregate(part=Sum("amount"))["part"] or ZERO
        if line.case.state != CaseState.ACTIVE or disputes.filter(amount=None).exists():
            return True
        if line.invoice.principal_open - disputed != line.principal:
            return True
        if line.invoice.open_amount - disputed < line.total:  # interest or costs were paid or given up
            return True
    return False


def _is_stopped(notice: Notice, day: date) -> bool:
    """Tell whether a gate closed to one of its claims since: a hold, a promise, what became of the debtor."""
    snapshot = loading.load([notice.debtor_id], day=day, except_notice=notice.pk, everything=True)
    mine = set(notice.lines.values_list("case_id", flat=True))
    claims = [claim for claim in snapshot.claims.get(notice.debtor_id, ()) if claim.case_id in mine]
    outcomes = [ladder.gate(snapshot.debtors[0], claim, day) for claim in claims]
    return any(outcome is not None and outcome.why != Why.UNSENT for outcome in outcomes)
