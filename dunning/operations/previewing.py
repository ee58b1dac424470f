"""A notice as it would leave: made up by the code that releases it, and taken back."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from common import clock
from correspondence import content
from correspondence.rendering import letters, mails
from debtors.models import Debtor
from dunning import queries
from dunning.models import Notice
from dunning.operations import releasing
from payments import links


@dataclass(frozen=True, slots=True)
class Preview:
    """What a notice would say on the day it leaves, and why it would not leave that day, if so."""

    said: content.NoticeContent
    leaves_on: date
    objection: str
    has_letter: bool
    has_mail: bool

    def letter(self) -> letters.RenderedLetter:
        """Give the letter as it would be printed or attached."""
        return releasing.render_letter(self.said)

    def mail(self) -> mails.RenderedMail:
        """Give the mail as it would be sent."""
        return mails.render_mail(self.said)


def preview(*, notice: Notice, at: datetime) -> Preview:
    """Give what a notice that waits would say when it leaves; nothing is stored."""
    day = leaves_on(notice, at)
    with transaction.atomic():
        notice = Notice.objects.get(pk=notice.pk)
        notice.debtor = Debtor.objects.prefetch_related("contacts").get(pk=notice.debtor_id)
        lines, objection = releasing.still_right(notice, rules=queries.rules(day), day=day)
        if not objection:
            releasing.take_todays_amounts(notice, lines)
        said = replace(releasing.say(notice, day), pay_url=links.address(links.EXAMPLE_SECRET))
        transaction.set_rollback(True)
    return Preview(said, day, objection, releasing.has_letter(notice), releasing.has_mail(notice))


def leaves_on(notice: Notice, at: datetime) -> date:
    """Give the day on which a notice leaves if it is approved at a moment."""
    settings = queries.ladder_settings()
    first, _ = releasing.window(settings, notice.planned_for)
    return clock.local_day(releasing.next_window(settings, max(at, first)))
