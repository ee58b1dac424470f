"""The quick search: by number however it is written, by name, place, mail, telephone, amount, reference, subject."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from debtors import operations as debtors
from debtors.models import Debtor
from payments import operations as payments
from tenants.context import tenant_context
from tests import nights
from tests.conftest import TODAY, actor
from tests.dashboard.money_pages import words
from tests.dashboard.night_pages import HOME, _early_on_monday, more, planned, stock  # noqa: F401

pytestmark = pytest.mark.django_db
PAGE = f"{HOME}zoeken/"


def found(client, text, **headers):
    page = client.get(PAGE, {"q": text}, headers=headers)
    return {group.label: [hit.title for hit in group.hits] for group in page.context["groups"]}


@pytest.mark.parametrize("typed", ["2026-0417", "2026 0417", "20260417", "2026/0417", "0417", "2026.0417"])
def test_an_invoice_is_found_by_any_spelling_of_its_number(bakkerij, bookkeeper, login, typed):
    stock(bakkerij)

    assert found(login(bookkeeper), typed)["Facturen"] == ["2026-0417"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("20001", "Bouwbedrijf Smit B.V."),
        ("smit", "Bouwbedrijf Smit B.V."),
        ("cafe de", "Café De Zon"),
        ("CAFÉ", "Café De Zon"),
        ("debiteur10001@post", "Petra Jansen"),
        ("030 123 45 67", "Petra Jansen"),
        ("12345678", "Bouwbedrijf Smit B.V."),
    ],
)
def test_a_debtor_is_found_by_whatever_one_knows_of_him(bakkerij, bookkeeper, login, typed, name):
    stock(bakkerij)
    with tenant_context(bakkerij.pk):
        petra = Debtor.objects.get(number="10001")
        debtors.add_contact(debtor=petra, role="invoice", phone="+31301234567", by=actor())
        smit = Debtor.objects.get(number="20001")
        debtors.change_debtor(debtor=smit, kvk="12345678", by=actor())

    assert found(login(bookkeeper), typed)["Debiteuren"] == [name]


def test_an_amount_finds_invoices_and_payments(bakkerij, bookkeeper, login):
    stock(bakkerij)
    with tenant_context(bakkerij.pk):
        payments.book_payment(
            debtor=Debtor.objects.get(number="10001"),
            amount=Decimal("302.50"),
            received_on=TODAY,
            description="kenmerk 4000 1234",
            by=actor(nights.at(TODAY, 7)),
        )
    client = login(bookkeeper)

    hits = found(client, "302,50")

    assert hits["Facturen"] == ["2026-0419"]
    assert hits["Betalingen"] == ["kenmerk 4000 1234"]
    assert found(client, "40001234")["Betalingen"] == ["kenmerk 4000 1234"]


def test_a_letter_is_found_by_its_subject(bakkerij, bookkeeper, login):
    planned(bakkerij)
    with tenant_context(bakkerij.pk):
        nights.approve(TODAY)
        nights.release(TODAY)

    (subject,) = found(login(bookkeeper), "herinnering: factuur 2026-0417")["Brieven en mail"]
    assert subject.startswith("Herinnering: factuur 2026-0417")
    assert "(" not in subject  # our reference is for the answers to the mail


def test_pages_are_found_by_other_words_too_and_only_those_one_may_see(bakkerij, owner, reader, login):
    assert "Betalingen bijgewerkt t/m" in found(login(owner), "bank")["Pagina’s"]
    assert found(login(owner), "briefhoofd")["Pagina’s"] == ["Briefhoofd"]
    assert found(login(reader), "briefhoofd") == {}


def test_every_hit_leads_to_a_page_that_is_there(bakkerij, owner, login):
    planned(bakkerij)
    with tenant_context(bakkerij.pk):
        nights.approve(TODAY)
        nights.release(TODAY)
    client = login(owner)

    for text in ("2026", "smit", "bank", "brieven", "beheer"):
        for group in client.get(PAGE, {"q": text}).context["groups"]:
            for hit in group.hits:
                assert client.get(hit.url).status_code == 200, hit.url


def test_in_the_box_there_are_few_and_the_rest_is_a_click_away(bakkerij, bookkeeper, login):
    more(bakkerij, 9)
    client = login(bookkeeper)

    box = client.get(PAGE, {"q": "extra"}, headers={"HX-Request": "true"})

    assert "<html" not in box.content.decode()
    (group,) = box.context["groups"]
    assert len(group.hits) == 5
    assert group.more_url == f"{PAGE}?q=extra"
    assert len(found(client, "extra")["Debiteuren"]) == 9
    assert "HX-Request" in box.headers["Vary"]


@pytest.mark.parametrize("text", ["", "x", "  ", "\0", "%%", "__", "'; --", "\\", "€", "a" * 300])
def test_odd_texts_find_nothing_and_break_nothing(bakkerij, bookkeeper, login, text):
    stock(bakkerij)
    client = login(bookkeeper)

    for headers in ({}, {"HX-Request": "true"}):
        page = client.get(PAGE, {"q": text}, headers=headers)
        assert page.status_code == 200
        assert not [hit for group in page.context["groups"] for hit in group.hits]


def test_nothing_found_says_so(bakkerij, bookkeeper, login):
    assert "Niets gevonden voor “zeppelin”." in words(login(bookkeeper).get(PAGE, {"q": "zeppelin"}))


def test_a_stranger_finds_nothing_of_ours(bakkerij, garage, stranger, login):
    planned(bakkerij)
    client = login(stranger)

    assert client.get(PAGE, {"q": "smit"}).status_code == 404
    for text in ("smit", "2026-0417", "1210,00", "herinnering"):
        page = client.get("/a/garage-jansen/zoeken/", {"q": text})
        hits = [hit for group in page.context["groups"] for hit in group.hits if hit.kind != "pagina"]
        assert hits == [], text


def test_the_number_of_queries_does_not_grow(bakkerij, bookkeeper, login):
    more(bakkerij, 1)
    client = login(bookkeeper)
    client.get(PAGE, {"q": "extra"})
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE, {"q": "extra"})
    with tenant_context(bakkerij.pk):
        for number in range(20):
            debtors.register_debtor(
                number=f"E{number}", name=f"Extra groot {number}", kind="business", by=actor(nights.at(TODAY, 1))
            )

    with CaptureQueriesContext(connection) as many:
        client.get(PAGE, {"q": "extra"})

    assert len(many) == len(few)
