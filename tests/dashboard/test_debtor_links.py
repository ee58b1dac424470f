"""Links to the page of a debtor on his card: what there is, one by hand, and taken back."""

import html
import re
from collections.abc import Callable

import pytest
from django.test import Client

from payments import links
from payments.models import PaymentLink
from tenants.context import tenant_context
from tenants.models import Tenant, User
from tests import factories, nights
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def debtor(bakkerij: Tenant):
    with tenant_context(bakkerij.pk):
        return factories.debtor(number="10001", name="Petra Jansen")


def page_of(tenant: Tenant, debtor) -> str:
    return f"/a/{tenant.slug}/debiteuren/{debtor.public_id}/betaallinks/"


def by():
    return nights.bookkeeper(nights.at(TODAY, 9))


def test_a_link_is_made_shown_once_opened_and_taken_back(
    bakkerij: Tenant, bookkeeper: User, login: Callable[[User], Client], debtor
) -> None:
    client = login(bookkeeper)
    with tenant_context(bakkerij.pk):
        factories.invoice(debtor, number="2026-0183")
    assert "Nog geen links" in client.get(page_of(bakkerij, debtor)).content.decode()

    answer = client.post(page_of(bakkerij, debtor))

    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(r"data-copy=\"([^\"]+)\"", answer.content.decode())
    assert found is not None
    address = html.unescape(found[1])
    path = address[address.index("/betalen/") :]
    assert "2026-0183" in Client().get(path).content.decode()
    listed = client.get(page_of(bakkerij, debtor)).content.decode()
    assert address not in listed, "it is nowhere to be read again"
    assert "geopend" in listed

    with tenant_context(bakkerij.pk):
        link = PaymentLink.objects.get()
    ended = client.post(f"/a/{bakkerij.slug}/betaallinks/{link.public_id}/intrekking/", follow=True)

    assert "De betaallink is ingetrokken" in ended.content.decode()
    assert Client().get(path).status_code == 404
    assert "Trek in" not in ended.content.decode()


def test_the_card_leads_to_it(bakkerij: Tenant, reader: User, login: Callable[[User], Client], debtor) -> None:
    client = login(reader)
    card = client.get(f"/a/{bakkerij.slug}/debiteuren/{debtor.public_id}/").content.decode()

    assert page_of(bakkerij, debtor) in card
    page = client.get(page_of(bakkerij, debtor))
    assert page.status_code == 200
    assert "Maak een betaallink" not in page.content.decode()


def test_a_reader_makes_and_revokes_nothing(
    bakkerij: Tenant, reader: User, login: Callable[[User], Client], debtor
) -> None:
    with tenant_context(bakkerij.pk):
        links.make_link(debtor=debtor, by=by())
        link = PaymentLink.objects.get()
    client = login(reader)

    assert client.post(page_of(bakkerij, debtor)).status_code == 403
    assert client.post(f"/a/{bakkerij.slug}/betaallinks/{link.public_id}/intrekking/").status_code == 403
    with tenant_context(bakkerij.pk):
        assert PaymentLink.objects.get().revoked_at is None


def test_a_stranger_finds_neither_the_page_nor_the_link(
    bakkerij: Tenant, garage: Tenant, stranger: User, login: Callable[[User], Client], debtor
) -> None:
    with tenant_context(bakkerij.pk):
        links.make_link(debtor=debtor, by=by())
        link = PaymentLink.objects.get()
    client = login(stranger)

    for tenant in (bakkerij, garage):
        assert client.get(page_of(tenant, debtor)).status_code == 404
        assert client.post(page_of(tenant, debtor)).status_code == 404
        assert client.post(f"/a/{tenant.slug}/betaallinks/{link.public_id}/intrekking/").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_links(
    bakkerij: Tenant, bookkeeper: User, login: Callable[[User], Client], debtor
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = login(bookkeeper)

    def queries() -> int:
        client.get(page_of(bakkerij, debtor))
        with CaptureQueriesContext(connection) as made:
            client.get(page_of(bakkerij, debtor))
        return len(made)

    def add(count: int) -> None:
        with tenant_context(bakkerij.pk):
            for _ in range(count):
                links.make_link(debtor=debtor, invoices=[factories.invoice(debtor)], by=by())

    add(1)
    few = queries()
    add(8)
    assert queries() == few
