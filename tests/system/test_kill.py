"""Workers are killed at random moments of a night, again and again, and no letter is lost and none leaves twice.

Real processes, Redis, PostgreSQL and SMTP. Where the mail server can be asked for our id, it ends as if nobody had been
killed; where it cannot, what a dying worker had in its hands is left to a person, and never sent again.
"""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest

from common import clock
from correspondence.models import Message
from dunning.models import Notice, Run, Step
from tenants import operations as tenants
from tenants.context import tenant_context
from tenants.models import Tenant, Wakeup
from tests import factories, nights
from tests.system.conftest import Site, eventually, processes_of
from worklist.models import Task

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 3, 2)  # a Monday
DEBTORS = 24
KILLS, FEWEST = 9, 4


def company(name: str) -> Tenant:
    """Give a tenant of which every debtor gets a reminder tonight, by itself."""
    tenant = factories.tenant(name)
    by = nights.bookkeeper(datetime(2026, 2, 1, 9, tzinfo=UTC))
    with tenant_context(tenant.pk):
        factories.let_rungs_be("automatic")
        for number in range(DEBTORS):
            debtor = factories.debtor(number=f"{number}", name=f"Klant {number} B.V.", kind="business")
            factories.invoice(debtor, number=f"N-{number}", amount=f"{100 + number}.00", due=date(2026, 2, 23), by=by)
    return tenant


def play_night(site: Site, tenant: Tenant, worker: subprocess.Popen[bytes], *, kills: int = 0, seed: int = 0) -> int:
    """Let the workers play the night of a tenant, killing them meanwhile; give how many were killed."""
    rng, killed = random.Random(seed), 0
    site.set_hands(nights.at(DAY, 9))
    with tenant_context(tenant.pk):
        tenants.wake_up("dunning.tasks.plan_run", at=nights.at(DAY, 2))

    def tick() -> None:
        nonlocal killed
        site.queue("tenants.tasks.wake")  # what beat does every fifteen seconds
        if killed >= kills:
            return
        time.sleep(rng.uniform(0.0, 0.5))
        at_the_worst_moment = killed % 2 == 1
        if not at_the_worst_moment or site.store.has_not_said_so.wait(timeout=1):
            killed += kill_children(worker)

    eventually(lambda: is_over(tenant), "the night is over", meanwhile=tick)
    return killed


def kill_children(worker: subprocess.Popen[bytes]) -> bool:
    """Kill the processes that do the work; Celery starts others, and hands the tasks to them."""
    children = processes_of(worker.pid)
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    return bool(children)


def is_over(tenant: Tenant) -> bool:
    with tenant_context(tenant.pk):
        return (
            Run.objects.filter(planned_at__isnull=False).exists()
            and not Notice.objects.filter(state__in=["planned", "approved"]).exists()
            and not Message.objects.filter(state__in=["queued", "sending"]).exists()
        )


def caught(site: Site, tenant: Tenant) -> Counter[tuple[str, str]]:
    """Count what the mail server got from a tenant, by recipient and subject."""
    ours = [mail for mail in site.store.find() if f".{tenant.public_id}@" in mail.message_id]
    return Counter((mail.recipients[0], without_reference(mail.subject)) for mail in ours)


def without_reference(subject: str) -> str:
    """Leave out what differs from night to night: the reference at the end."""
    return subject.split(" (")[0]


def minutes_pass(tenant: Tenant) -> None:
    """Let the leases of dead workers be over: twelve minutes, of which no test should be made to wait."""
    Wakeup.objects.filter(tenant=tenant).update(due_at=nights.at(DAY, 2))


def test_with_a_server_that_can_be_asked_every_letter_leaves_once_as_without_kills(site: Site) -> None:
    undisturbed, killed_in = company("Bakkerij de Vries"), company("Garage Jansen")
    site.set_hands(nights.at(DAY, 9))
    worker = site.start_worker()
    play_night(site, undisturbed, worker)

    assert play_night(site, killed_in, worker, kills=KILLS, seed=1) >= FEWEST, site.logs()

    expected = caught(site, undisturbed)
    assert len(expected) == DEBTORS
    assert set(expected.values()) == {1}
    assert caught(site, killed_in) == expected
    with tenant_context(killed_in.pk):
        assert Step.objects.count() == DEBTORS
        assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
        assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}
        assert not Task.objects.exists()


def test_with_a_server_that_cannot_be_asked_none_leaves_twice_and_a_person_is_asked_about_the_rest(site: Site) -> None:
    tenant = company("Bakkerij de Vries")
    site.set_hands(nights.at(DAY, 9))
    worker = site.start_worker(MAIL_CATCHER_URL="")

    assert play_night(site, tenant, worker, kills=KILLS, seed=2) >= FEWEST, site.logs()

    arrived = caught(site, tenant)
    assert set(arrived.values()) == {1}
    with tenant_context(tenant.pk):
        states = Counter(Message.objects.values_list("state", flat=True))
        assert states["sent"] + states["in_doubt"] == DEBTORS == sum(states.values()), states
        assert states["in_doubt"] > 0
        doubtful = Message.objects.filter(state="in_doubt")
        missing = set(Message.objects.values_list("to_address", flat=True)) - {address for address, _ in arrived}
        assert missing <= set(doubtful.values_list("to_address", flat=True))
        asked = Task.objects.open().filter(kind="in_doubt").values_list("subject_id", flat=True)
        assert sorted(asked) == sorted(doubtful.values_list("public_id", flat=True))
        assert Step.objects.count() == states["sent"]


def test_a_machine_that_loses_its_power_goes_on_where_it_was(site: Site) -> None:
    tenant = company("Bakkerij de Vries")
    site.set_hands(nights.at(DAY, 9))
    worker = site.start_worker()
    with tenant_context(tenant.pk):
        tenants.wake_up("dunning.tasks.plan_run", at=nights.at(DAY, 2))
    tick = lambda: site.queue("tenants.tasks.wake")  # noqa: E731
    eventually(lambda: len(caught(site, tenant)) >= 3, "some mails are out", meanwhile=tick)

    site.kill(worker)  # all of its processes at once; Redis keeps what they had for half an hour
    minutes_pass(tenant)
    site.start_worker()
    eventually(lambda: is_over(tenant), "the night is over", meanwhile=tick)

    assert caught(site, tenant) == Counter(
        {(f"debiteur{number}@post.test", f"Herinnering: factuur N-{number}"): 1 for number in range(DEBTORS)}
    )
    with tenant_context(tenant.pk):
        assert Step.objects.count() == DEBTORS
        assert clock.local_day(Run.objects.get().started_at) == DAY
