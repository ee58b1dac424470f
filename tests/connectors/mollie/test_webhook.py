"""Mollie calls, or somebody who says so: a hint to look and nothing more, and always the same empty answer."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from celery import current_app
from django.core.cache import cache
from django.test import Client

from common import clock
from common.actor import Actor, ActorKind, the_clock
from connectors.mollie import webhook
from invoices.models import Invoice
from payments import operations
from payments.models import CheckoutAttempt, Payment
from payments.tasks import settle_checkouts
from tenants.context import tenant_context
from tenants.models import Tenant, Wakeup
from tests import factories
from tests.fakes import mollie as fake
from tests.fakes.mollie import Mollie

pytestmark = pytest.mark.django_db
QUEUE = "payments.tasks.settle_checkouts"


@pytest.fixture(autouse=True)
def frozen() -> Any:
    cache.clear()
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as traveller:
        yield traveller
    cache.clear()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> list[str]:
    """What reached the broker."""
    taken: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda task, kwargs: taken.append(task))
    return taken


@pytest.fixture
def attempt(bakkerij: Tenant, mollie: Mollie) -> CheckoutAttempt:
    with tenant_context(bakkerij.pk):
        fake.connect()
        debtor = factories.debtor()
        invoice = factories.invoice(debtor, amount="100.00", due=date(2026, 2, 20))
    by = Actor(ActorKind.DEBTOR, clock.now(), "", "Petra")
    return operations.start_checkout(
        debtor=debtor, amounts={invoice: Decimal("100.00")}, return_url="https://shop.test/", by=by
    )


def call(tenant: str, provider_id: str, **extra: Any) -> Any:
    browser = Client(enforce_csrf_checks=True)
    return browser.post(f"/webhooks/mollie/{tenant}/", {"id": provider_id, **extra})


def booked(tenant: Tenant) -> list[Decimal]:
    with tenant_context(tenant.pk):
        return [payment.amount for payment in Payment.objects.order_by("pk")]


def look_at(tenant: Tenant) -> Any:
    with tenant_context(tenant.pk):
        return CheckoutAttempt.objects.get().look_at


def test_a_call_makes_a_worker_look_and_a_row_remembers_it(
    attempt: CheckoutAttempt, bakkerij: Tenant, mollie: Mollie, sent: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    mollie.pay(attempt.provider_id)

    with django_capture_on_commit_callbacks(execute=True):
        answer = call(bakkerij.public_id, attempt.provider_id)

    assert (answer.status_code, answer.content) == (200, b"")
    assert sent == [QUEUE]
    assert booked(bakkerij) == []  # nothing is booked on a call alone
    assert Wakeup.objects.get(tenant=bakkerij, queue=QUEUE).due_at == clock.now()
    settle_checkouts(tenant_id=bakkerij.pk)
    assert booked(bakkerij) == [Decimal("100.00")]


def test_twice_and_after_each_other_is_once(attempt: CheckoutAttempt, bakkerij: Tenant, mollie: Mollie) -> None:
    mollie.pay(attempt.provider_id)

    for _ in range(3):
        call(bakkerij.public_id, attempt.provider_id)
        settle_checkouts(tenant_id=bakkerij.pk)

    assert booked(bakkerij) == [Decimal("100.00")]


def test_a_forged_call_changes_nothing(attempt: CheckoutAttempt, bakkerij: Tenant, mollie: Mollie) -> None:
    """It says paid, and more: only the provider is believed."""
    call(bakkerij.public_id, attempt.provider_id, status="paid", amount="1000000.00")
    settle_checkouts(tenant_id=bakkerij.pk)

    assert booked(bakkerij) == []
    with tenant_context(bakkerij.pk):
        assert CheckoutAttempt.objects.get().state == "open"
        assert Invoice.objects.get().is_open


@pytest.mark.parametrize(
    "provider_id", ["", "tr_bestaatniet", "ord_123456", "tr_" + "x" * 500, "tr_'; DROP TABLE x; --", "tr_\x00abcd"]
)
def test_who_calls_about_nothing_learns_nothing(
    attempt: CheckoutAttempt, bakkerij: Tenant, garage: Tenant, provider_id: str
) -> None:
    was = look_at(bakkerij)

    answers = [
        call(bakkerij.public_id, attempt.provider_id),
        call(bakkerij.public_id, provider_id),
        call("geenadministratie", attempt.provider_id),
        call(garage.public_id, attempt.provider_id),  # somebody else's address
    ]

    assert {(answer.status_code, answer.content) for answer in answers} == {(200, b"")}
    assert look_at(bakkerij) < was  # the first one was about something


def test_the_address_of_another_tenant_moves_nothing(
    attempt: CheckoutAttempt, bakkerij: Tenant, garage: Tenant
) -> None:
    was = look_at(bakkerij)

    call(garage.public_id, attempt.provider_id)

    assert look_at(bakkerij) == was
    assert not Wakeup.objects.filter(tenant=garage, queue=QUEUE).exists()


def test_who_looks_by_hand_is_told_to_post(bakkerij: Tenant) -> None:
    assert Client().get(f"/webhooks/mollie/{bakkerij.public_id}/").status_code == 405


def test_a_flood_about_nothing_is_turned_away_and_news_still_comes_in(
    attempt: CheckoutAttempt, bakkerij: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "MISSES", 3)

    answers = [call(bakkerij.public_id, "tr_geraden").status_code for _ in range(5)]
    other = Client(REMOTE_ADDR="87.233.217.243").post(
        f"/webhooks/mollie/{bakkerij.public_id}/", {"id": attempt.provider_id}
    )

    assert answers == [200, 200, 200, 429, 429]
    assert other.status_code == 200
    assert look_at(bakkerij) == clock.now()


def test_a_flood_about_one_payment_costs_the_provider_a_look_in_three_seconds(
    attempt: CheckoutAttempt, bakkerij: Tenant, sent: list[str], django_capture_on_commit_callbacks: Any, frozen: Any
) -> None:
    operations.settle_checkout(tenant_id=bakkerij.pk, public_id=attempt.public_id, by=the_clock(clock.now()))
    frozen.shift(1)

    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(50):
            call(bakkerij.public_id, attempt.provider_id)

    assert sent == []
    assert (look_at(bakkerij) - clock.now()).total_seconds() == 2


def test_a_lost_queue_loses_nothing(attempt: CheckoutAttempt, bakkerij: Tenant, mollie: Mollie) -> None:
    """The broker of the tests cannot work: the call is answered, and the tick finds the row."""
    mollie.pay(attempt.provider_id)

    assert call(bakkerij.public_id, attempt.provider_id).status_code == 200

    assert Wakeup.objects.filter(tenant=bakkerij, queue=QUEUE, due_at__lte=clock.now()).exists()
