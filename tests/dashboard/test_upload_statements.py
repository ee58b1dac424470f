"""The page of a file with bank statements: what came of it, why it was refused, and what may be confirmed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from connectors import uploads
from dunning.models import LadderSettings
from payments.models import BankAccount, BankLine
from tenants.context import tenant_context
from tenants.models import Tenant, User
from tests.conftest import actor
from tests.connectors import statements_made as made
from tests.connectors.statements_made import Line
from tests.dashboard.money_pages import monday, words  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Login = Callable[[User], Client]
OTHER = "NL20INGB0001234567"


def brought(tenant: Tenant, content: bytes) -> str:
    """Bring a file, as the bank page does; give the address of its page."""
    with tenant_context(tenant.pk):
        upload = uploads.keep(kind="statement", content=content, filename="maart.xml", by=actor())
        uploads.start(upload=upload, rows=0, by=actor())
        return f"/a/{tenant.slug}/importeren/{upload.public_id}/"


def test_what_came_of_a_file_is_on_its_page(bakkerij: Tenant, bookkeeper: User, login: Login) -> None:
    page = login(bookkeeper).get(brought(bakkerij, made.camt(Line("121.00"), Line("-20.00"))))
    text = words(page)
    assert page.status_code == 200
    assert "NL91 ABNA 0417 1643 00" in text
    assert "1.000,00" in text
    assert "1.101,00" in text
    assert [stat.value for stat in page.context["stats"]] == ["1", "2", "0"]


def test_the_same_file_again_says_that_nothing_changed(bakkerij: Tenant, bookkeeper: User, login: Login) -> None:
    content = made.camt(Line("121.00"))
    brought(bakkerij, content)
    assert "Alle afschriften in dit bestand waren al ingelezen." in words(
        login(bookkeeper).get(brought(bakkerij, content))
    )


def test_a_gap_is_told(bakkerij: Tenant, bookkeeper: User, login: Login) -> None:
    brought(bakkerij, made.camt(Line("121.00")))
    page = login(bookkeeper).get(brought(bakkerij, made.camt(Line("1.00"), opening="7.00", number="63")))
    assert "Er ontbreekt een afschrift." in words(page)
    assert "sluit niet aan" in words(page)


@pytest.mark.parametrize(
    ("content", "sentence", "field"),
    [
        (made.camt(Line("121.00"), iban=OTHER), "Het afschrift is van rekening NL20 INGB 0001 2345 67.", "rekening"),
        (made.camt(Line("121.00"), ends="1.00"), "verschil € -1.120,00", "verschil"),
    ],
)
def test_a_refused_file_says_why_and_may_be_confirmed(
    bakkerij: Tenant, bookkeeper: User, login: Login, content: bytes, sentence: str, field: str
) -> None:
    client, address = login(bookkeeper), brought(bakkerij, content)
    page = client.get(address)
    assert sentence in words(page)
    assert f'name="{field}"' in page.content.decode()

    again: Any = client.post(f"{address}inlezing/", follow=True)
    assert sentence in words(again)

    done: Any = client.post(f"{address}inlezing/", {field: "1"}, follow=True)

    assert "Ingelezen" in words(done)
    with tenant_context(bakkerij.pk):
        assert (BankAccount.objects.count(), BankLine.objects.count()) == (1, 1)


def test_a_broken_file_can_only_be_thrown_away(bakkerij: Tenant, bookkeeper: User, login: Login) -> None:
    client, address = login(bookkeeper), brought(bakkerij, made.camt(Line("121.00"))[:-40])
    page = client.get(address)
    assert "afgebroken of beschadigd (XML)" in words(page)
    for field in ("rekening", "verschil"):
        assert f'name="{field}"' not in page.content.decode()
    client.post(f"{address}prullenbak/")
    assert "weggegooid" in words(client.get(address))


def test_who_may_only_look_starts_nothing(bakkerij: Tenant, reader: User, login: Login) -> None:
    client, address = login(reader), brought(bakkerij, made.camt(Line("121.00"), iban=OTHER))
    assert f"{address}inlezing/" not in client.get(address).content.decode()
    assert client.post(f"{address}inlezing/", {"rekening": "1"}).status_code == 403


def test_a_stranger_finds_nothing(bakkerij: Tenant, garage: Tenant, stranger: User, login: Login) -> None:
    address = brought(bakkerij, made.camt(Line("121.00")))
    client = login(stranger)
    assert client.get(address).status_code == 404
    assert client.get(address.replace(bakkerij.slug, garage.slug)).status_code == 404


def test_the_list_of_what_is_wrong_is_not_for_statements(bakkerij: Tenant, bookkeeper: User, login: Login) -> None:
    assert login(bookkeeper).get(f"{brought(bakkerij, b'%PDF-1.7')}fouten/").status_code == 404


def test_the_top_bar_says_up_to_which_day_the_bank_is_known(bakkerij: Tenant, owner: User, login: Login) -> None:
    with tenant_context(bakkerij.pk):
        LadderSettings.objects.update(payments_until=None)
    client = login(owner)
    assert "Betalingen nog niet bevestigd" in words(client.get(f"/a/{bakkerij.slug}/vandaag/"))

    brought(bakkerij, made.camt(Line("121.00")))

    text = words(client.get(f"/a/{bakkerij.slug}/vandaag/"))
    assert "Bank t/m 02-03" in text
    assert "afschriften t/m 02-03-2026" in text
