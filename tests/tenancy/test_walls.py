"""The walls tried from the inside: raw SQL as role app, managers, foreign keys, tasks, the context itself."""

import contextlib
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from celery import current_app
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection, transaction

from collections_handoff import operations as handoffs
from connectors import uploads
from correspondence import operations as outbox
from debtors.models import Debtor
from dunning import operations as ladder
from dunning.models import Policy, Run, RunProblem
from invoices import operations as invoices
from invoices.models import Invoice
from payments import operations as payments
from reporting import operations as reporting
from tenants import operations
from tenants.context import NoTenantActive, OtherTenantActive, current_tenant_id, summaries_of, tenant_context
from tenants.models import ClosingDay, Tenant, TenantOwned, Wakeup
from tenants.tasks import TenantTask
from tests import factories, nights
from tests.conftest import TODAY, actor
from tests.fakes.channel import FakeMail
from tests.tenancy import one_of_each

pytestmark = pytest.mark.django_db

OWNED = [model for model in apps.get_models() if issubclass(model, TenantOwned)]


@pytest.fixture
def lived_in(bakkerij: Tenant) -> Iterator[Tenant]:
    """A tenant with something in its tables: nights were played, money came in, people worked."""
    FakeMail.reset()
    with tenant_context(bakkerij.pk):
        fill()
    nights.play(bakkerij.pk, TODAY)
    with tenant_context(bakkerij.pk):
        fill_more()
    yield bakkerij
    FakeMail.reset()


def fill() -> None:
    debtor = factories.debtor(kind="business")
    pdf = invoices.File("factuur.pdf", "application/pdf", b"%PDF-", is_the_invoice=True)
    claim = factories.invoice(debtor, due=date(2026, 2, 20), number="2026-1", files=(pdf,))
    factories.credit_note(debtor, amount="5.00")
    consumer = factories.debtor(kind="consumer")
    promised = factories.invoice(consumer, due=date(2026, 2, 20))
    payments.make_promise(
        debtor=consumer, invoices=[promised], amount=promised.principal, promised_for=TODAY, by=actor()
    )
    disputed = factories.invoice(consumer, due=date(2026, 2, 20))
    invoices.open_dispute(invoice=disputed, reason="price", by=actor())
    invoices.charge_interest(invoice=claim, through=TODAY, by=actor())
    invoices.offer_amount(invoice=disputed, amount=disputed.principal, from_day=TODAY, until_day=TODAY, notice_ref="n")


def fill_more() -> None:
    debtor = Debtor.objects.order_by("pk")[0]
    claim = Invoice.objects.get(number="2026-1")
    payments.book_payment(debtor=debtor, amount=claim.principal / 2, received_on=TODAY, by=actor())
    ladder.place_hold(invoice=claim, reason="even wachten", by=actor())
    ladder.record_call(debtor=debtor, result="no_answer", by=actor())
    ladder.choose_policy(
        lineage=Policy.objects.filter(variant="business")[0].lineage, variant="business", debtor=debtor, by=actor()
    )
    handoffs.register_agency(name="Incasso X", kind="agency", email="x@incasso.test", by=actor())
    upload = uploads.keep(kind="debtors", content=b"nr;naam\n1;X\n", filename="d.csv", by=actor())
    uploads.map_columns(upload=upload, mapping={"nr": "number"})
    reporting.summarise(day=TODAY)
    ClosingDay.objects.create(day=TODAY)
    outbox.change_mail_sender(via="platform", by=actor())
    outbox.change_post_settings(posted_at_once=True, by=actor())
    RunProblem.objects.create(run=Run.objects.get(), debtor=debtor, error="x")
    one_of_each.what_a_debtor_said(claim)
    one_of_each.money_in()


def rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        (number,) = cursor.fetchone()
    return int(number)


def as_tenant(tenant_id: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [tenant_id])


def test_without_a_tenant_raw_sql_sees_nothing(lived_in: Tenant) -> None:
    seen = {model._meta.db_table: rows(model._meta.db_table) for model in OWNED}

    assert set(seen.values()) == {0}


def test_with_the_wrong_tenant_raw_sql_sees_nothing(lived_in: Tenant) -> None:
    as_tenant(str(lived_in.pk + 100))

    seen = {model._meta.db_table: rows(model._meta.db_table) for model in OWNED}

    assert set(seen.values()) == {0}


def test_the_tables_tried_above_are_not_empty(lived_in: Tenant) -> None:
    as_tenant(str(lived_in.pk))

    empty = {model._meta.db_table for model in OWNED if rows(model._meta.db_table) == 0}

    assert empty <= {
        # these come with a dossier, a letter on paper, a saved filter: see their own tests
        "collections_handoff_handoff",
        "collections_handoff_handoffclaim",
        "correspondence_document",
        "correspondence_postbatch",
        "dashboard_savedview",
    }


def picture(tenant: Tenant) -> dict[str, tuple[int, str]]:
    """Every row of a tenant: how many in each table, and a fingerprint of what is in them."""
    found = {}
    with tenant_context(tenant.pk), connection.cursor() as cursor:
        for model in OWNED:
            table = model._meta.db_table
            cursor.execute(
                f"SELECT count(*), coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {table} t"
            )
            found[table] = cursor.fetchone()
    return found


@pytest.mark.parametrize("stranger_is_inside", [True, False])
def test_raw_sql_changes_nothing_of_another_tenant(lived_in: Tenant, garage: Tenant, stranger_is_inside: bool) -> None:
    before = picture(lived_in)
    as_tenant(str(garage.pk) if stranger_is_inside else "")
    refused = 0

    for model in OWNED:
        table = model._meta.db_table
        own = rows(table)
        for statement in (f"UPDATE {table} SET tenant_id = tenant_id", f"DELETE FROM {table}"):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement)
                    assert cursor.rowcount <= own
            except DatabaseError:
                refused += 1

    as_tenant("")
    assert picture(lived_in) == before
    assert refused > len(OWNED)


def test_a_manager_outside_a_context_raises(lived_in: Tenant) -> None:
    for model in OWNED:
        with pytest.raises(NoTenantActive):
            list(model.objects.all())


def test_a_row_cannot_be_made_outside_a_context(lived_in: Tenant) -> None:
    with pytest.raises(NoTenantActive):
        Debtor(number="1", name="x", kind="consumer")


def test_a_second_tenant_inside_the_first_raises(bakkerij: Tenant, garage: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        with pytest.raises(OtherTenantActive), tenant_context(garage.pk):
            pytest.fail("entered a second tenant")
        with tenant_context(bakkerij.pk):
            assert current_tenant_id() == bakkerij.pk


def test_after_a_context_nothing_of_it_is_left(lived_in: Tenant) -> None:
    with tenant_context(lived_in.pk):
        assert rows("invoices_invoice") > 0

    assert rows("invoices_invoice") == 0
    with pytest.raises(NoTenantActive):
        current_tenant_id()


def test_an_error_inside_a_context_leaves_nothing_of_it_either(lived_in: Tenant) -> None:
    with pytest.raises(ZeroDivisionError), tenant_context(lived_in.pk):
        _ = 1 / 0

    assert rows("invoices_invoice") == 0


def test_a_row_cannot_be_moved_to_another_tenant(lived_in: Tenant, garage: Tenant) -> None:
    with tenant_context(lived_in.pk), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Debtor.objects.update(tenant_id=garage.pk)


def test_a_join_carries_the_tenant(inside: Tenant) -> None:
    sql = str(Invoice.objects.filter(debtor__name="x").select_related("debtor").query)

    assert sql.count('"debtors_debtor"."tenant_id" = ("invoices_invoice"."tenant_id")') == 1
    assert f'"invoices_invoice"."tenant_id" = {inside.pk}' in sql


def test_summaries_of_several_tenants_show_summaries_and_nothing_else(lived_in: Tenant, garage: Tenant) -> None:
    with summaries_of([lived_in.pk, garage.pk]):
        assert rows("reporting_dailysummary") == 1
        assert rows("invoices_invoice") == 0
    with summaries_of([garage.pk]):
        assert rows("reporting_dailysummary") == 0
    assert rows("reporting_dailysummary") == 0


def test_summaries_cannot_be_written_through_that_window(lived_in: Tenant) -> None:
    with summaries_of([lived_in.pk]), connection.cursor() as cursor:
        cursor.execute("UPDATE reporting_dailysummary SET open_amount = 0")

        assert cursor.rowcount == 0


# --- Tasks

current_app.loader.import_default_modules()
TENANT_TASKS = sorted(name for name, task in current_app.tasks.items() if isinstance(task, TenantTask))
WITHOUT_TENANT = {
    "tenants.tasks.wake",
    "tenants.tasks.mail_invitation",
    "dunning.tasks.start_nightly_runs",
    "dunning.tasks.raise_the_alarm",
}
# What a task needs beside the tenant.
MORE: dict[str, dict[str, object]] = {"dunning.tasks.plan_chunks": {"run_id": 1, "day": "2026-03-02"}}


def test_every_task_is_of_a_tenant_or_known_to_be_of_none() -> None:
    ours = {name for name in current_app.tasks if not name.startswith("celery.")}

    assert ours == set(TENANT_TASKS) | WITHOUT_TENANT


@pytest.mark.parametrize("name", TENANT_TASKS)
def test_a_task_without_a_tenant_refuses(name: str) -> None:
    with pytest.raises(TypeError, match="tenant_id"):
        current_app.tasks[name]()


@pytest.mark.parametrize("name", TENANT_TASKS)
def test_a_task_of_a_stranger_changes_nothing_here(name: str, lived_in: Tenant, garage: Tenant) -> None:
    before = picture(lived_in)

    with contextlib.suppress(ObjectDoesNotExist):  # a run of another tenant does not exist for this one
        current_app.tasks[name](tenant_id=garage.pk, **MORE.get(name, {}))

    assert picture(lived_in) == before


def test_a_wakeup_is_claimed_once_until_its_lease_is_over(lived_in: Tenant, garage: Tenant) -> None:
    now = actor().at
    Wakeup.objects.all().delete()
    with tenant_context(garage.pk):
        operations.wake_up("dunning.tasks.plan_run", at=now)

    first, again, later = (
        operations.claim_wakeups(at=moment) for moment in (now, now, now + operations.LEASE + timedelta(seconds=1))
    )

    assert [(claim.tenant_id, claim.queue) for claim in first] == [(garage.pk, "dunning.tasks.plan_run")]
    assert again == []
    assert [claim.tenant_id for claim in later] == [garage.pk]


def test_work_that_comes_while_a_wakeup_is_served_is_not_lost(garage: Tenant) -> None:
    now = actor().at
    Wakeup.objects.all().delete()
    with tenant_context(garage.pk):
        operations.wake_up("dunning.tasks.plan_run", at=now)
        (claim,) = operations.claim_wakeups(at=now)
        operations.wake_up("dunning.tasks.plan_run", at=now + timedelta(seconds=5))

        operations.settle_wakeup("dunning.tasks.plan_run", leased_until=claim.leased_until)

    assert Wakeup.objects.get().due_at == now + timedelta(seconds=5)


def test_a_tenant_that_is_suspended_is_not_woken(garage: Tenant) -> None:
    now = actor().at
    Wakeup.objects.all().delete()
    with tenant_context(garage.pk):
        operations.wake_up("dunning.tasks.plan_run", at=now)
    Tenant.objects.filter(pk=garage.pk).update(is_active=False)

    assert operations.claim_wakeups(at=now) == []
