"""The nights of a company: planned at two, approved at half past eight, released at nine, posted at ten, and noted.

The same operations as the workers call. Mail of past nights is noted as sent and goes nowhere.
"""

from collections.abc import Iterable
from datetime import date, datetime

from common import clock
from common.actor import the_clock
from correspondence import operations as outbox
from correspondence.channels import Receipt
from correspondence.models import Message, PostBatch
from correspondence.states import MessageState
from dashboard.demo.stage import Stage
from dunning import operations as ladder
from dunning import queries
from dunning.models import Notice, Run
from reporting import operations as reporting

BOUNCES = 0.012
REASONS = ("550 5.1.1 mailbox unknown", "550 5.7.1 recipient rejected", "554 5.4.4 domain not found")


def plan(day: date) -> Run:
    """Plan the night of a day."""
    return ladder.plan_day(day=day, by=the_clock(clock.at_local_time(day, 2)))


def approve(stage: Stage, day: date, notices: Iterable[Notice]) -> None:
    """Let the bookkeeper approve notices."""
    ladder.approve_notices(notices=notices, by=stage.by(day, 8, 40))


def release(stage: Stage, day: date, *, posting: bool) -> None:
    """Send what was approved; letters are printed and posted, or left for a person."""
    by = the_clock(clock.at_local_time(day, 9))
    if ladder.next_window(queries.ladder_settings(), by.at) > by.at:
        return
    ladder.start_release(by=by)
    rules = queries.rules(day)
    while ladder.release_next(rules=rules, by=by):
        pass
    send(stage, clock.at_local_time(day, 9, 5))
    if posting:
        _post(stage, day)
        send(stage, clock.at_local_time(day, 11))
    ladder.complete_runs(by=the_clock(clock.at_local_time(day, 12)))


def send(stage: Stage, at: datetime) -> None:
    """Note the mails that are due as sent; a few come back later that day."""
    sent: list[Message] = []
    while (message := outbox.claim_message(by=the_clock(at))) is not None:
        if message.state == MessageState.SENDING:
            sent.append(outbox.record_sent(message=message, receipt=Receipt(f"demo-{message.pk}"), by=the_clock(at)))
    for message in sent:
        if message.subject_kind == "notice" and stage.rng.random() < BOUNCES:
            later = the_clock(clock.at_local_time(clock.local_day(at), 13, 10))
            outbox.record_bounce(message=message, reason=stage.rng.choice(REASONS), by=later)


def _post(stage: Stage, day: date) -> None:
    try:
        batch = outbox.print_letters(by=stage.by(day, 10))
    except outbox.BatchIsEmpty:
        return
    if batch.posted_at is None:
        outbox.mark_posted(batch=PostBatch.objects.get(pk=batch.pk), by=stage.by(day, 10, 40))


def summarise(day: date) -> None:
    """Keep how the company stands on a day."""
    reporting.summarise(day=day)
