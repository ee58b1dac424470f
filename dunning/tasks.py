"""The clock of the ladder: nights are started, planned in chunks, released, and missed when they do not come."""

from datetime import date, timedelta

from celery import shared_task
from django.core.mail import mail_admins
from django.db import transaction
from django.db.models import Q

from common import clock
from common.actor import the_clock
from dunning import operations, queries
from dunning.models import Run
from dunning.states import RunState
from tenants import operations as tenants
from tenants import queue
from tenants.context import tenant_context
from tenants.models import Tenant
from tenants.tasks import TenantTask, lease

PLAN_HOUR = 2  # Europe/Amsterdam
BUDGET = timedelta(minutes=7)
HELPERS = 3  # further workers that a large night asks for
ALARM_AFTER = timedelta(hours=26)


@shared_task
def start_nightly_runs(**_: object) -> int:
    """Give every active tenant whose night was not planned a wakeup for it; run at 02:00 and often after, in case."""
    now = clock.now()
    day = clock.local_day(now)
    if now < clock.at_local_time(day, PLAN_HOUR):
        return 0
    waiting = Tenant.objects.filter(Q(last_planned_on=None) | Q(last_planned_on__lt=day), is_active=True)
    started = 0
    for tenant_id in waiting.values_list("pk", flat=True).iterator(chunk_size=1000):
        with tenant_context(tenant_id):
            tenants.wake_up("dunning.tasks.plan_run", at=now)
        started += 1
    return started


@shared_task(base=TenantTask)
def plan_run(*, tenant_id: int, leased_until: str | None = None, **_: object) -> None:
    """Plan the night of a tenant, with help of other workers when it is large."""
    now = clock.now()
    day = clock.local_day(now)
    with tenant_context(tenant_id):
        run = operations.start_run(day=day, by=the_clock(now))
        if run.state == RunState.PLANNING:
            open_chunks = run.chunks.filter(done_at=None).count()
            for _helper in range(min(HELPERS, open_chunks // 4)):
                queue.enqueue("dunning.tasks.plan_chunks", run_id=run.pk, day=day.isoformat())
    _plan_chunks(tenant_id, run, day)
    with tenant_context(tenant_id):
        run.refresh_from_db()
        unfinished = run.state == RunState.PLANNING  # other workers hold the last chunks, or time was up
        tenants.settle_wakeup(
            "dunning.tasks.plan_run",
            leased_until=lease(leased_until),
            again_at=clock.now() + timedelta(minutes=1) if unfinished else None,
        )


@shared_task(base=TenantTask)
def plan_chunks(*, tenant_id: int, run_id: int, day: str, **_: object) -> None:
    """Help to plan a night: chunks that no other worker holds."""
    with tenant_context(tenant_id):
        run = Run.objects.get(pk=run_id)
    _plan_chunks(tenant_id, run, date.fromisoformat(day))


def _plan_chunks(tenant_id: int, run: Run, day: date) -> None:
    if run.state != RunState.PLANNING:
        return
    until = clock.now() + BUDGET
    rules, more = None, True
    while more and clock.now() < until:
        with tenant_context(tenant_id):
            rules = rules or queries.rules(day)
            more = operations.plan_next_chunk(run=run, rules=rules, by=the_clock(clock.now()))
    with tenant_context(tenant_id):
        operations.finish_run(run=run, by=the_clock(clock.now()))


@shared_task(base=TenantTask)
def release_notices(*, tenant_id: int, leased_until: str | None = None, **_: object) -> None:
    """Make up the approved notices of a tenant, if he sends at this moment."""
    now = clock.now()
    until = now + BUDGET
    with tenant_context(tenant_id):
        settings = queries.ladder_settings()
        rules = queries.rules(clock.local_day(now))
        closed = queries.night_gate(settings, clock.local_day(now))
        more = not closed and operations.next_window(settings, now) <= now
        if more:
            operations.start_release(by=the_clock(now))
    while more and clock.now() < until:
        with tenant_context(tenant_id), transaction.atomic():
            more = operations.release_next(rules=rules, by=the_clock(clock.now()))
    with tenant_context(tenant_id):
        operations.complete_runs(by=the_clock(clock.now()))
        tenants.settle_wakeup(
            "dunning.tasks.release_notices",
            leased_until=lease(leased_until),
            again_at=operations.next_release(clock.now()),
        )


@shared_task
def raise_the_alarm(**_: object) -> int:
    """Mail the operator when active tenants have had no completed night for more than a day."""
    limit = clock.now() - ALARM_AFTER
    silent = Tenant.objects.filter(is_active=True, created_at__lt=limit)
    silent = silent.filter(Q(last_run_completed_at=None) | Q(last_run_completed_at__lt=limit))
    names = list(silent.order_by("name").values_list("name", flat=True)[:50])
    if names:
        mail_admins(
            f"Debiteuren: no night completed for {silent.count()} tenants",
            "No run of the ladder completed since " + limit.isoformat() + " for:\n" + "\n".join(names),
        )
    return len(names)
