"""manage.py run_ladder: the night by hand, dry or for real, twice, beside itself, and after it was killed."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from urllib.parse import quote

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, connections

from dunning.models import LadderSettings, Notice, NoticeLine, Run
from invoices.models import Invoice
from tenants.context import tenant_context
from tenants.models import Tenant, TenantOwned
from tests import factories, nights
from tests.fakes.channel import FakeMail

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
DUE = date(2026, 2, 20)
DAY = date(2026, 2, 25)


@pytest.fixture(autouse=True)
def mail() -> Iterator[None]:
    FakeMail.reset()
    yield
    FakeMail.reset()


def owing(tenant: Tenant, number: int = 2) -> list[Invoice]:
    with tenant_context(tenant.pk):
        return [factories.invoice(factories.debtor(kind="business"), amount="100.00", due=DUE) for _ in range(number)]


def run_ladder(*arguments: str) -> str:
    out = StringIO()
    with time_machine.travel(nights.at(DAY, 12), tick=False):
        call_command("run_ladder", *arguments, stdout=out)
    return out.getvalue()


def notices(tenant: Tenant) -> int:
    with tenant_context(tenant.pk):
        return Notice.objects.count()


def everything_in(tenant: Tenant) -> dict[str, object]:
    """A fingerprint of every row of a tenant."""
    found: dict[str, object] = {}
    with tenant_context(tenant.pk), connection.cursor() as cursor:
        for model in apps.get_models():
            if issubclass(model, TenantOwned):
                table = model._meta.db_table
                cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")
                found[table] = cursor.fetchone()
    return found


def test_it_plans_the_night_of_a_day_for_one_tenant(bakkerij: Tenant, garage: Tenant) -> None:
    owing(bakkerij)
    owing(garage)

    said = run_ladder("--tenant", bakkerij.slug, "--day", "2026-02-25")

    assert (notices(bakkerij), notices(garage)) == (2, 0)
    assert f"{bakkerij.slug} 2026-02-25: 2 claims looked at, 2 notices planned, asking 200.00, 0 tasks" in said


def test_without_a_tenant_it_plans_for_all_that_are_active(bakkerij: Tenant, garage: Tenant) -> None:
    asleep = factories.tenant("Slapende B.V.")
    for tenant in (bakkerij, garage, asleep):
        owing(tenant)
    Tenant.objects.filter(pk=asleep.pk).update(is_active=False)

    run_ladder("--day", "2026-02-25")

    assert [notices(tenant) for tenant in (bakkerij, garage, asleep)] == [2, 2, 0]


def test_without_a_day_it_is_today(bakkerij: Tenant) -> None:
    owing(bakkerij)

    run_ladder("--tenant", bakkerij.slug)

    with tenant_context(bakkerij.pk):
        assert Run.objects.get().day == DAY


def test_twice_is_once(bakkerij: Tenant) -> None:
    owing(bakkerij)
    first = run_ladder("--tenant", bakkerij.slug, "--day", "2026-02-25")
    before = everything_in(bakkerij)

    second = run_ladder("--tenant", bakkerij.slug, "--day", "2026-02-25")

    assert second == first
    assert everything_in(bakkerij) == before


def test_a_dry_run_says_the_same_as_the_night_and_changes_nothing(bakkerij: Tenant) -> None:
    owing(bakkerij)
    with tenant_context(bakkerij.pk):
        factories.invoice(factories.debtor(kind="business"), amount="1.00", due=DUE)
    before = everything_in(bakkerij)

    said = run_ladder("--tenant", bakkerij.slug, "--day", "2026-02-25", "--dry-run")

    assert everything_in(bakkerij) == before
    assert "2 notices would be written, asking 200.00" in said
    assert re.search(r"1  below_minimum  Onder het minimumbedrag", said)
    with tenant_context(bakkerij.pk):
        run = nights.plan(DAY)
    assert (run.planned_notices, run.why_not) == (2, {"below_minimum": 1})


def test_any_day_to_come_can_be_run_dry(bakkerij: Tenant) -> None:
    owing(bakkerij)

    said = [
        run_ladder("--tenant", bakkerij.slug, "--day", day, "--dry-run")
        for day in ("2026-02-24", "2026-02-25", "2027-01-04")
    ]

    assert [re.findall(r"(\d+) notices would", text) for text in said] == [["0"], ["2"], ["2"]]


def test_a_night_that_is_held_says_why(bakkerij: Tenant) -> None:
    owing(bakkerij)
    with tenant_context(bakkerij.pk):
        LadderSettings.objects.update(payments_until=None)

    said = run_ladder("--tenant", bakkerij.slug, "--day", "2026-02-25")

    assert "held: Nog niet bevestigd tot wanneer betalingen zijn bijgewerkt" in said
    assert notices(bakkerij) == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--day", "25-02-2026"), "expected a day as 2026-03-02"),
        (("--day", "2026-02-30"), "expected a day as 2026-03-02"),
        (("--tenant", "bestaat-niet"), "no active administration 'bestaat-niet'"),
    ],
)
def test_what_it_cannot_do_it_says(bakkerij: Tenant, arguments: tuple[str, ...], complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        run_ladder(*arguments)


def test_a_tenant_that_is_suspended_is_no_tenant_to_it(bakkerij: Tenant) -> None:
    Tenant.objects.update(is_active=False)

    with pytest.raises(CommandError, match="no active administration"):
        run_ladder("--tenant", bakkerij.slug)


# --- Processes of their own, on the database of this test


def process(*arguments: str) -> "subprocess.Popen[str]":
    database = connections["default"].settings_dict
    url = f"postgresql://{database['USER']}:{quote(database['PASSWORD'])}@{database['HOST']}:{database['PORT']}"
    return subprocess.Popen(
        [sys.executable, "manage.py", "run_ladder", *arguments],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": f"{url}/{database['NAME']}", "DJANGO_SETTINGS_MODULE": "debiteuren.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until_somebody_writes(table: str, victim: "subprocess.Popen[str]") -> None:
    """Wait until another connection has begun to write to a table, or the process has ended."""
    while victim.poll() is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = %s::regclass AND mode = 'RowExclusiveLock' "
                "AND pid <> pg_backend_pid())",
                [table],
            )
            (found,) = cursor.fetchone()
        if found:
            return
        time.sleep(0.002)


def planned(tenant: Tenant) -> list[tuple[object, ...]]:
    """What a plan holds, whoever made it."""
    fields = ("case_id", "rung_key", "round", "takes_step", "principal", "total", "notice__kind", "notice__total")
    with tenant_context(tenant.pk):
        return sorted(NoticeLine.objects.values_list(*fields))


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_write_every_letter_once(bakkerij: Tenant) -> None:
    owing(bakkerij, 25)

    both = [process("--tenant", bakkerij.slug, "--day", "2026-02-25") for _ in range(2)]
    errors = [one.communicate(timeout=60)[1] for one in both]

    assert [one.returncode for one in both] == [0, 0], errors
    with tenant_context(bakkerij.pk):
        assert Run.objects.get().planned_notices == 25
        assert Notice.objects.values("debtor_id").distinct().count() == Notice.objects.count() == 25


@pytest.mark.django_db(transaction=True)
def test_killed_while_it_plans_and_started_again_gives_the_same_plan(bakkerij: Tenant, garage: Tenant) -> None:
    """Garage has the same debtors and nobody kills its night: what it plans is what bakkerij must have in the end."""
    for tenant in (bakkerij, garage):
        owing(tenant, 40)
    killed = 0
    for table, longer in (("dunning_run", 0.0), ("dunning_runchunk", 0.0), ("dunning_notice", 0.02)):
        victim = process("--tenant", bakkerij.slug, "--day", "2026-02-25")
        wait_until_somebody_writes(table, victim)
        time.sleep(longer)
        victim.send_signal(signal.SIGKILL)
        victim.communicate(timeout=30)
        killed += victim.returncode == -signal.SIGKILL
    assert killed, "no process was killed in time: this proved nothing"

    for tenant in (bakkerij, garage):
        again = process("--tenant", tenant.slug, "--day", "2026-02-25")
        assert again.communicate(timeout=60)[1] == ""

    ours, theirs = planned(bakkerij), planned(garage)
    assert len(ours) == len(theirs) == 40
    assert [row[1:] for row in ours] == [row[1:] for row in theirs]
