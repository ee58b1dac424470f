"""Paying online is switched on, checked with the provider at once, and switched off."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from audit.models import Entry
from common import clock
from common.actor import Actor, ActorKind
from payments import operations, queries
from payments.models import GatewayAccount
from tenants import two_persons
from tenants.context import tenant_context
from tenants.models import Membership, SecondLook, Tenant, TwoPersonRules, User
from tests import factories
from tests.dashboard.forms import SETTINGS as BASE
from tests.dashboard.forms import inside, post, wrong
from tests.fakes import mollie as fake
from tests.fakes.mollie import KEY, OTHER_KEY, Mollie

pytestmark = pytest.mark.django_db
PART = "online-betalen/"


@pytest.fixture(autouse=True)
def _on_monday() -> Any:
    with time_machine.travel("2026-03-02T09:00:00Z", tick=True):
        yield


@pytest.fixture
def client(owner: User, login: Callable[[User], Client]) -> Client:
    return login(owner)


def account(tenant: Tenant) -> GatewayAccount:
    return inside(tenant, GatewayAccount.objects.get)


def test_a_key_is_checked_kept_and_never_shown_again(client: Client, bakkerij: Tenant, mollie: Mollie) -> None:
    before = client.get(f"{BASE}{PART}").content.decode()

    answer = post(client, PART, api_key=KEY)
    page = client.get(f"{BASE}{PART}").content.decode()
    index = client.get(BASE).content.decode()

    assert answer.status_code == 302
    assert "Zo sluit u aan" in before
    assert KEY not in page
    assert "proefsleutel" in page
    assert "iDEAL | Wero" in page
    assert f"{BASE}{PART}" in index
    row = account(bakkerij)
    assert (row.api_key, row.is_enabled, row.methods) == (KEY, True, [])
    assert row.checked_at is not None
    with tenant_context(bakkerij.pk):
        entry = Entry.objects.get(verb="gateway.changed")
        assert KEY not in str(entry.data)


def test_it_is_encrypted_where_it_lies(bakkerij: Tenant, mollie: Mollie) -> None:
    with tenant_context(bakkerij.pk):
        fake.connect()
        with connection.cursor() as cursor:
            cursor.execute("SELECT api_key FROM payments_gatewayaccount")
            (stored,) = cursor.fetchone()

    assert KEY not in stored


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("", "Plak hier"),
        ("geheim", "begint met live_ of test_"),
        ("test_tekort", "kent deze sleutel niet"),
        ("live_" + "x" * 30, "kent deze sleutel niet"),
    ],
)
def test_a_key_that_does_not_work_is_said_at_the_field(
    client: Client, bakkerij: Tenant, mollie: Mollie, key: str, said: str
) -> None:
    assert said in wrong(post(client, PART, api_key=key))["api_key"]
    assert not inside(bakkerij, queries.offers_online_payment)


def test_without_an_answer_nothing_changes(client: Client, bakkerij: Tenant, mollie: Mollie, settings: Any) -> None:
    post(client, PART, api_key=KEY)
    settings.MOLLIE_API_ENDPOINT = "http://127.0.0.1:1"

    assert "antwoordt niet" in wrong(post(client, PART, api_key=OTHER_KEY))["api_key"]

    assert account(bakkerij).api_key == KEY


def test_ways_to_pay_are_chosen_and_it_can_be_off(client: Client, bakkerij: Tenant, mollie: Mollie) -> None:
    post(client, PART, api_key=KEY)

    post(client, PART, methods=["ideal", "bancontact"])
    chosen = inside(bakkerij, queries.online_methods)
    none = wrong(post(client, PART, methods=[]))
    strange = wrong(post(client, PART, methods=["goud"]))
    post(client, PART, is_enabled=None)

    assert [method.name for method in chosen] == ["iDEAL | Wero", "Bancontact"]
    assert "minstens één" in none["methods"]
    assert "hoort niet bij uw account" in strange["methods"]
    assert not inside(bakkerij, queries.offers_online_payment)
    assert account(bakkerij).api_key == KEY


def test_what_went_wrong_is_told_until_the_key_works_again(client: Client, bakkerij: Tenant, mollie: Mollie) -> None:
    post(client, PART, api_key=KEY)
    with tenant_context(bakkerij.pk):
        GatewayAccount.objects.update(failure="401: Missing authentication")

    assert "Missing authentication" in client.get(f"{BASE}{PART}").content.decode()
    client.post(f"{BASE}{PART}controle/")

    assert account(bakkerij).failure == ""
    assert "Missing authentication" not in client.get(f"{BASE}{PART}").content.decode()


def test_the_check_says_when_nobody_answers(client: Client, bakkerij: Tenant, mollie: Mollie, settings: Any) -> None:
    post(client, PART, api_key=KEY)
    settings.MOLLIE_API_ENDPOINT = "http://127.0.0.1:1"

    answer = client.post(f"{BASE}{PART}controle/", follow=True)

    assert "antwoordt niet" in answer.content.decode()
    assert account(bakkerij).failure == ""
    assert inside(bakkerij, queries.offers_online_payment)


def test_the_last_payments_are_shown_in_a_fixed_number_of_queries(
    client: Client, bakkerij: Tenant, mollie: Mollie, django_assert_max_num_queries: Any
) -> None:
    post(client, PART, api_key=KEY)
    with tenant_context(bakkerij.pk):
        debtor = factories.debtor(name="Petra Jansen")
        invoices = [factories.invoice(debtor, amount="100.00") for _ in range(6)]
    by = Actor(ActorKind.DEBTOR, datetime(2026, 3, 2, 9, 0, tzinfo=UTC), "", "Petra")
    for invoice in invoices:
        operations.start_checkout(
            debtor=debtor, amounts={invoice: Decimal("100.00")}, return_url="https://shop.test/", by=by
        )

    with django_assert_max_num_queries(30):
        page = client.get(f"{BASE}{PART}").content.decode()

    assert page.count("Petra Jansen") == 6


def test_another_key_waits_for_a_second_person_where_two_are_wanted(
    client: Client, bakkerij: Tenant, mollie: Mollie, login: Callable[[User], Client]
) -> None:
    post(client, PART, api_key=KEY)
    second = User.objects.create_user("twee@bakkerij.test", "correct-horse-battery", name="Bert de Vries")
    Membership.objects.create(tenant=bakkerij, user=second, role="controller")
    with tenant_context(bakkerij.pk):
        TwoPersonRules.objects.create(bank_account=True)

    post(client, PART, api_key=OTHER_KEY)

    assert account(bakkerij).api_key == KEY
    assert "wacht op een tweede persoon" in client.get(f"{BASE}{PART}").content.decode()
    look = inside(bakkerij, SecondLook.objects.get)
    assert OTHER_KEY not in str(look.values) + look.label
    with tenant_context(bakkerij.pk):
        asker, approver = (
            Actor(ActorKind.USER, clock.now(), look.asked_ref, "Anna"),
            Actor(ActorKind.USER, clock.now(), second.public_id, "Bert"),
        )
        with pytest.raises(two_persons.SamePerson):
            two_persons.approve(look=look, by=asker)
        two_persons.approve(look=look, by=approver)
    assert (account(bakkerij).api_key, account(bakkerij).waiting_key) == (OTHER_KEY, "")
    with tenant_context(bakkerij.pk):
        assert OTHER_KEY not in str(list(Entry.objects.values_list("data", flat=True)))


def test_only_who_may_configure_comes_here_and_a_stranger_finds_nothing(
    bookkeeper: User, reader: User, stranger: User, login: Callable[[User], Client], mollie: Mollie, bakkerij: Tenant
) -> None:
    for user, status in ((bookkeeper, 403), (reader, 403), (stranger, 404)):
        browser = login(user)
        assert browser.get(f"{BASE}{PART}").status_code == status
        assert browser.post(f"{BASE}{PART}", {"api_key": KEY}).status_code == status
        assert browser.post(f"{BASE}{PART}controle/").status_code == status
    with tenant_context(bakkerij.pk):
        assert not GatewayAccount.objects.exists()
