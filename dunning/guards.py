"""May a message of a notice still go out? Asked by correspondence right before it leaves."""

from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext as _

from common import clock
from common.money import ZERO
from correspondence.models import Message
from correspondence.states import ChannelKind
from debtors import queries as debtor_queries
from dunning import queries
from dunning.models import Notice
from dunning.operations import releasing
from dunning.states import CaseState, NoticeState


def still_owed(message: Message, at: datetime) -> str:
    """Give why a message may not go out any more, or an empty text; every gate is asked again under the debtor's lock.

    The second message of a notice that left already (the letter behind its mail) may go as long as nothing was paid,
    disputed or handed over since.
    """
    debtor_queries.lock(message.debtor_id)
    notice = Notice.objects.filter(public_id=message.subject_id).first()
    if notice is None or notice.state in {NoticeState.WITHDRAWN, NoticeState.FAILED}:
        return _("ingetrokken")
    if queries.ladder_settings().live_since is None:
        return _("aanmaningen zijn uitgeschakeld")
    if notice.state == NoticeState.QUEUED:
        # a letter on paper bears the day it was made, and is asked about that day
        day = notice.planned_for if message.channel == ChannelKind.POST else clock.local_day(at)
        return releasing.still_right(notice, rules=queries.rules(day), day=day)[1]
    return _("er is iets veranderd sinds het eerste bericht") if _has_changed(notice) else ""


def _has_changed(notice: Notice) -> bool:
    for line in notice.lines.select_related("invoice", "case"):
        disputes = line.invoice.disputes.filter(resolved_on=None)
        disputed = disputes.aggregate(part=Sum("amount"))["part"] or ZERO
        if line.case.state != CaseState.ACTIVE or disputes.filter(amount=None).exists():
            return True
        if line.invoice.principal_open - disputed != line.principal:
            return True
    return False
