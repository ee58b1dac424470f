"""Work is queued for the active tenant, after commit, and a broker that is away costs a minute and no work."""

import pytest
from celery import current_app
from django.db import transaction

from tenants import operations, queue
from tenants.context import NoTenantActive, tenant_context
from tenants.models import Tenant, Wakeup
from tests.conftest import actor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, object]]]:
    """What reached the broker."""
    taken: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(current_app, "send_task", lambda task, kwargs: taken.append((task, kwargs)))
    return taken


def test_a_task_is_queued_for_its_tenant_once_the_work_is_committed(
    bakkerij: Tenant, sent: list[tuple[str, dict[str, object]]]
) -> None:
    with tenant_context(bakkerij.pk):
        queue.enqueue("dunning.tasks.plan_chunks", run_id=1)
        before = list(sent)

    assert (before, sent) == ([], [("dunning.tasks.plan_chunks", {"tenant_id": bakkerij.pk, "run_id": 1})])


def test_what_is_rolled_back_queues_nothing(bakkerij: Tenant, sent: list[tuple[str, dict[str, object]]]) -> None:
    with tenant_context(bakkerij.pk), transaction.atomic():
        queue.enqueue("dunning.tasks.plan_chunks", run_id=1)
        transaction.set_rollback(True)

    assert sent == []


def test_outside_a_tenant_nothing_can_be_queued() -> None:
    with pytest.raises(NoTenantActive):
        queue.enqueue("dunning.tasks.plan_chunks")


def test_a_broker_that_is_away_undoes_nothing_and_the_wakeup_stays(
    bakkerij: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    """The broker of the tests cannot work at all."""
    with tenant_context(bakkerij.pk):
        operations.wake_up("dunning.tasks.plan_run", at=actor().at)
        queue.enqueue("dunning.tasks.plan_run")

    assert Wakeup.objects.filter(tenant=bakkerij, queue="dunning.tasks.plan_run").exists()
    assert "on_commit" in caplog.text
