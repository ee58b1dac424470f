"""Beat and worker do a night by themselves, by the schedule of the settings: planned at two, sent in the window.

Real processes whose clock goes twenty times as fast.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from common import clock
from correspondence.models import Message
from dunning.models import Notice, Run
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.system import wristwatch
from tests.system.conftest import Site, eventually

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 3, 2)  # a Monday
DEBTORS = 3
QUICKLY = 20.0


def company() -> Tenant:
    tenant = factories.tenant()
    by = nights.bookkeeper(datetime(2026, 2, 1, 9, tzinfo=UTC))
    with tenant_context(tenant.pk):
        factories.let_rungs_be("automatic")
        for number in range(DEBTORS):
            debtor = factories.debtor(number=f"{number}", kind="business")
            factories.invoice(debtor, number=f"N-{number}", due=date(2026, 2, 23), by=by)
    return tenant


def runs(tenant: Tenant) -> list[Run]:
    with tenant_context(tenant.pk):
        return list(Run.objects.order_by("day"))


def states(tenant: Tenant) -> set[str]:
    with tenant_context(tenant.pk):
        return set(Notice.objects.values_list("state", flat=True))


def start_beat(site: Site) -> None:
    site.start(
        "beat", "--loglevel", "INFO", "--max-interval", "1", "--pidfile", "", "--schedule", str(site.folder / "beat")
    )


def test_the_night_runs_by_schedule_and_mail_waits_for_the_window(site: Site) -> None:
    tenant = company()
    site.set_hands(nights.at(DAY, 1, 30))
    site.start_worker()
    start_beat(site)
    beat_is_up = lambda: "beat: Starting" in site.logs()  # noqa: E731
    eventually(beat_is_up, "beat is up")
    assert runs(tenant) == []

    site.set_hands(nights.at(DAY, 1, 59), speed=QUICKLY)
    (run,) = eventually(lambda: [one for one in runs(tenant) if one.planned_at], "the night is planned")
    assert run.day == DAY
    assert nights.at(DAY, 2) <= run.started_at <= nights.at(DAY, 2, 30)
    assert states(tenant) == {"approved"}
    assert site.store.find() == []

    site.set_hands(nights.at(DAY, 8, 29), speed=QUICKLY)
    eventually(lambda: len(site.store.find()) == DEBTORS, "the mail is out")
    eventually(lambda: states(tenant) == {"sent"}, "and noted")

    with tenant_context(tenant.pk):
        window_opens = nights.at(DAY, 8, 30)
        assert not Message.objects.filter(sent_at__lt=window_opens).exists()
        assert Run.objects.filter(released_at__gte=window_opens).count() == 1


def test_a_night_that_was_slept_through_is_caught_up(site: Site) -> None:
    """The machine was off at two; it plans soon after it is on again, and only once."""
    tenant = company()
    site.set_hands(nights.at(DAY, 6, 1), speed=QUICKLY)
    site.start_worker()
    start_beat(site)

    (run,) = eventually(lambda: [one for one in runs(tenant) if one.planned_at], "the night is planned")

    assert run.started_at >= nights.at(DAY, 6, 1)
    site.set_hands(wristwatch.shown(site.hands), speed=3 * QUICKLY)
    later = wristwatch.shown(site.hands) + timedelta(minutes=15)
    eventually(lambda: wristwatch.shown(site.hands) > later, "the schedule came by again")
    assert [one.pk for one in runs(tenant)] == [run.pk]
    assert clock.local_day(run.started_at) == DAY
