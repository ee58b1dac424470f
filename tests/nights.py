"""Plays days as the clock would: planned at two, approved at eight, sent when the window opens, posted at ten."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from common import clock
from common.actor import Actor, ActorKind, the_clock
from correspondence import operations as outbox
from correspondence.channels import Envelope
from correspondence.models import PostBatch
from dunning import operations as ladder
from dunning import queries
from dunning.models import Notice, Run
from tenants.context import tenant_context
from tests.fakes.channel import FakeMail


@dataclass(slots=True)
class Day:
    """What left on a day."""

    run: Run
    mails: list[Envelope] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)  # kinds

    @property
    def subjects(self) -> list[str]:
        return [mail.subject for mail in self.mails]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return clock.at_local_time(day, hour, minute)


def bookkeeper(moment: datetime) -> Actor:
    return Actor(ActorKind.USER, moment, "u1", "Jan de Boer")


def plan(day: date, hour: int = 2) -> Run:
    """Plan the night of a day; inside a tenant."""
    return ladder.plan_day(day=day, by=the_clock(at(day, hour)))


def approve(day: date) -> int:
    """Let a person approve all that waits."""
    return ladder.approve_notices(notices=Notice.objects.filter(state="planned"), by=bookkeeper(at(day, 8)))


def release(day: date, hour: int = 9) -> None:
    """Make up what is approved, when the window is open."""
    by = the_clock(at(day, hour))
    rules = queries.rules(day)
    ladder.start_release(by=by)
    if ladder.next_window(queries.ladder_settings(), by.at) <= by.at:
        while ladder.release_next(rules=rules, by=by):
            pass


def deliver(tenant_id: int, day: date, hour: int = 9, minute: int = 5) -> list[Envelope]:
    """Send the due mails; outside the tenant."""
    before = len(FakeMail.taken)
    moment = at(day, hour, minute)
    outbox.deliver_due(tenant_id=tenant_id, now=lambda: moment, until=moment + timedelta(minutes=5))
    return FakeMail.taken[before:]


def post(day: date, hour: int = 10) -> list[str]:
    """Print and post the letters that wait; give their kinds."""
    try:
        batch = outbox.print_letters(by=bookkeeper(at(day, hour)))
    except outbox.BatchIsEmpty:
        return []
    if batch.posted_at is None:
        outbox.mark_posted(batch=PostBatch.objects.get(pk=batch.pk), by=bookkeeper(at(day, hour, 30)))
    kinds = Notice.objects.filter(public_id__in=batch.messages.filter(state="sent").values("subject_id"))
    return sorted(kinds.values_list("kind", flat=True))


def play(tenant_id: int, day: date, *, approving: bool = True, before_release: Callable[[], None] | None = None) -> Day:
    """Play a whole day of one tenant; outside his context."""
    with tenant_context(tenant_id):
        run = plan(day)
        if approving:
            approve(day)
        if before_release is not None:
            before_release()
        release(day)
    mails = deliver(tenant_id, day)
    with tenant_context(tenant_id):
        letters = post(day)
    mails += deliver(tenant_id, day, 11)
    with tenant_context(tenant_id):
        ladder.complete_runs(by=the_clock(at(day, 12)))
        run.refresh_from_db()
    return Day(run, mails, letters)
