"""manage.py run_ladder --release: what is approved is made up by hand, within the window, for one tenant alone."""

from datetime import date
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from correspondence.models import Message
from dunning.models import Notice
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights

pytestmark = pytest.mark.django_db
DAY = date(2026, 2, 25)  # five days after the due date: the reminder


def owing(tenant: Tenant) -> None:
    with tenant_context(tenant.pk):
        factories.invoice(factories.debtor(kind="business"), due=date(2026, 2, 20))


def run_ladder(hour: int, *arguments: str) -> str:
    out = StringIO()
    with time_machine.travel(nights.at(DAY, hour), tick=False):
        call_command("run_ladder", *arguments, stdout=out)
    return out.getvalue()


def states(tenant: Tenant) -> tuple[list[str], int]:
    with tenant_context(tenant.pk):
        return list(Notice.objects.values_list("state", flat=True)), Message.objects.count()


def approve(tenant: Tenant) -> None:
    with tenant_context(tenant.pk):
        nights.approve(DAY)


def test_approved_notices_of_one_tenant_are_made_up_once_the_window_is_open(bakkerij: Tenant, garage: Tenant) -> None:
    for tenant in (bakkerij, garage):
        owing(tenant)
    run_ladder(3)
    for tenant in (bakkerij, garage):
        approve(tenant)

    assert "the sending window is closed" in run_ladder(4, "--tenant", bakkerij.slug, "--release")
    assert states(bakkerij) == (["approved"], 0)

    assert "1 approved notices made up" in run_ladder(10, "--tenant", bakkerij.slug, "--release")
    assert states(bakkerij) == (["queued"], 1)
    assert states(garage) == (["approved"], 0)

    run_ladder(11, "--tenant", bakkerij.slug, "--release")
    assert states(bakkerij) == (["queued"], 1)


def test_a_dry_run_and_a_plan_alone_release_nothing(bakkerij: Tenant) -> None:
    owing(bakkerij)
    run_ladder(3)
    approve(bakkerij)
    run_ladder(10)
    run_ladder(10, "--release", "--dry-run")
    assert states(bakkerij) == (["approved"], 0)


def test_the_night_is_closed_when_its_last_mail_has_left(bakkerij: Tenant) -> None:
    owing(bakkerij)
    owing(bakkerij)
    with tenant_context(bakkerij.pk):
        run = nights.plan(DAY)
        nights.approve(DAY)
        nights.release(DAY)
        run.refresh_from_db()
        assert run.state == "released"
    nights.deliver(bakkerij.pk, DAY)
    with tenant_context(bakkerij.pk):
        run.refresh_from_db()
        assert run.state == "completed"
        assert run.completed_at
