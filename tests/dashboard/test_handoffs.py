"""Dossiers on the screen: chosen, read, approved, sent, and what the agency answers."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collections_handoff import operations
from collections_handoff.models import Agency, Handoff
from correspondence.models import Message
from debtors.models import Debtor
from dunning.models import Case
from invoices import operations as invoices
from invoices.models import Invoice
from payments import operations as payments
from tenants.context import tenant_context
from tenants.models import Tenant, User
from tests import factories
from tests.conftest import TODAY, _member, actor
from tests.dashboard.money_pages import csv_lines, monday, rows, words  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Login = Callable[[User], Client]
LIST = "/a/bakkerij-de-vries/dossiers/"


@pytest.fixture
def client(bookkeeper: User, login: Login) -> Client:
    return login(bookkeeper)


@pytest.fixture
def noord(inside: Tenant) -> Agency:
    return operations.register_agency(
        name="Incasso Noord", by=actor(), kind="agency", email="in@noord.test", is_default=True
    )


@pytest.fixture
def claim(bedrijf: Debtor) -> Invoice:
    """Give a claim of 1.000,00, due on 10 January: with interest through Monday 2 March 1.014,18."""
    return factories.invoice(bedrijf, amount="1000.00", due=date(2026, 1, 10), number="2026-1")


@pytest.fixture
def handoff(noord: Agency, claim: Invoice) -> Handoff:
    return operations.prepare(debtor=claim.debtor, invoices=[claim], by=actor())


def page_of(handoff: Handoff, part: str = "") -> str:
    return f"{LIST}{handoff.public_id}/{part}"


def test_from_a_debtor_to_the_agency_and_back(noord: Agency, claim: Invoice, client: Client) -> None:
    found = client.get(f"{LIST}nieuw/?q=smit")
    assert f"?debiteur={claim.debtor.public_id}" in found.content.decode()
    new = f"{LIST}nieuw/?debiteur={claim.debtor.public_id}"
    assert rows(client.get(new), "Welke facturen?")[1][1:4] == ["2026-1", "10-01-2026 51 d", "€ 1.000,00"]

    answer = client.post(new, {"agency": noord.public_id, "invoices": [claim.public_id]})

    handoff = Handoff.objects.get()
    assert answer["Location"] == page_of(handoff)
    page = client.get(page_of(handoff))
    text = words(page)
    assert "€ 1.014,18" in text
    assert "11-01-2026 02-03-2026 € 1.000,00 10,15 51/365 € 14,18" in text
    assert "Er is nog niets verstuurd." in text
    assert handoff.sha256 in text
    assert "Verstuur aan" not in text

    client.post(page_of(handoff, "goedkeuring/"))
    assert "Verstuur aan Incasso Noord" in words(client.get(page_of(handoff)))
    assert "in@noord.test" in words(client.get(page_of(handoff, "verzending/")))
    client.post(page_of(handoff, "verzending/"))
    assert Case.objects.get().state == "handed_over"
    assert Message.objects.get().to_address == "in@noord.test"

    wrong = client.post(page_of(handoff, "aanvaarding/"), {"reference": ""})
    assert wrong.status_code == 422
    client.post(page_of(handoff, "aanvaarding/"), {"reference": "N-77"})
    assert "N-77" in words(client.get(page_of(handoff)))
    client.post(page_of(handoff, "terugroeping/"), {"reason": "regeling"})

    handoff.refresh_from_db()
    assert (handoff.state, handoff.ended_reason) == ("recalled", "regeling")
    assert Case.objects.get().state == "active"
    done = words(client.get(page_of(handoff)))
    assert "Teruggehaald. De ladder gaat na zeven dagen verder" in done
    assert "Reden: regeling" in done


@pytest.mark.parametrize(
    ("way", "part", "fields", "state"),
    [
        (["goedkeuring/", "verzending/"], "weigering/", {"reason": "te klein"}, "refused"),
        (["goedkeuring/", "verzending/", "aanvaarding/"], "sluiting/", {"reason": "betaald"}, "closed"),
        ([], "vervallen/", {"reason": "vergissing"}, "cancelled"),
    ],
)
def test_how_a_dossier_ends(
    handoff: Handoff, client: Client, way: list[str], part: str, fields: dict[str, str], state: str
) -> None:
    for step in way:
        client.post(page_of(handoff, step), {"reference": "N-1"})

    assert client.post(page_of(handoff, part), {"reason": ""}).status_code == 422
    client.post(page_of(handoff, part), fields)

    handoff.refresh_from_db()
    assert handoff.state == state
    assert client.get(page_of(handoff)).context["actions"] == []


def test_a_step_out_of_order_is_refused_in_words(handoff: Handoff, client: Client) -> None:
    answer = client.post(page_of(handoff, "verzending/"))

    assert answer.status_code == 422
    assert "Dit kan niet: het dossier is klaargezet." in words(answer)
    assert not Message.objects.exists()


def test_a_dossier_that_no_longer_holds_is_not_approved(handoff: Handoff, claim: Invoice, client: Client) -> None:
    payments.book_payment(debtor=claim.debtor, amount=Decimal("50.00"), received_on=TODAY, by=actor())

    page = client.get(page_of(handoff))

    assert "Dit dossier klopt niet meer Factuur 2026-1 is veranderd" in words(page)
    assert [action.label for action in page.context["actions"]] == ["Laat vervallen"]
    answer = client.post(page_of(handoff, "goedkeuring/"))
    assert answer.status_code == 422
    assert "factuur 2026-1 is veranderd" in words(answer)


def test_the_archive_is_what_was_frozen(handoff: Handoff, client: Client) -> None:
    answer = client.get(page_of(handoff, "archief/"))

    assert handoff.archive is not None
    assert answer.content == bytes(handoff.archive.content)
    assert answer["Content-Disposition"] == f'attachment; filename="{handoff.archive.filename}"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as held:
        assert "index.html" in held.namelist()


# --- Choosing


def test_what_cannot_come_along_says_why(noord: Agency, claim: Invoice, client: Client) -> None:
    disputed = factories.invoice(claim.debtor, number="2026-2", due=date(2026, 1, 20))
    factories.invoice(claim.debtor, number="2026-3", due=TODAY + timedelta(days=5))
    invoices.open_dispute(invoice=disputed, reason="price", by=actor())

    page = client.get(f"{LIST}nieuw/?debiteur={claim.debtor.public_id}")

    told = {row[1]: row[4] for row in rows(page, "Welke facturen?")[1:]}
    assert told["2026-1"] == "ja"
    assert "Factuur 2026-2 is in geschil." in told["2026-2"]
    assert "Factuur 2026-3 is nog niet vervallen." in told["2026-3"]
    assert page.content.decode().count(" checked") == 1
    assert page.content.decode().count(" disabled") == 2


def test_what_cannot_come_along_is_refused_when_it_is_posted_all_the_same(
    noord: Agency, claim: Invoice, client: Client
) -> None:
    invoices.open_dispute(invoice=claim, reason="price", by=actor())
    new = f"{LIST}nieuw/?debiteur={claim.debtor.public_id}"

    answer = client.post(new, {"agency": noord.public_id, "invoices": [claim.public_id]})

    assert answer.status_code == 422
    assert "Nog niet over te dragen: factuur 2026-1 is in geschil." in words(answer)
    assert not Handoff.objects.exists()


def test_errors_at_the_fields(noord: Agency, claim: Invoice, client: Client) -> None:
    answer = client.post(f"{LIST}nieuw/?debiteur={claim.debtor.public_id}", {"agency": "x"})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"agency", "invoices"}
    assert "Kies minstens één factuur." in words(answer)


def test_a_consumer_does_not_go_to_an_agency_without_registration(
    noord: Agency, particulier: Debtor, client: Client
) -> None:
    claim = factories.invoice(particulier, due=date(2026, 1, 10))
    new = f"{LIST}nieuw/?debiteur={particulier.public_id}"
    assert "een incassobureau moet in het Wki-register staan" in words(client.get(new))

    answer = client.post(new, {"agency": noord.public_id, "invoices": [claim.public_id]})

    assert answer.status_code == 422
    assert "Incasso Noord heeft geen Wki-registratie." in words(answer)
    assert not Handoff.objects.exists()


def test_without_an_agency_the_page_says_what_to_do(claim: Invoice, client: Client) -> None:
    page = words(client.get(f"{LIST}nieuw/?debiteur={claim.debtor.public_id}"))
    assert "Er is nog niemand om aan over te dragen" in page


def test_a_debtor_without_claims(noord: Agency, bedrijf: Debtor, client: Client) -> None:
    assert "Deze debiteur heeft niets openstaan" in words(client.get(f"{LIST}nieuw/?debiteur={bedrijf.public_id}"))
    assert "Niets gevonden voor “wie”" in words(client.get(f"{LIST}nieuw/?q=wie"))


# --- The list


def test_the_list_adds_up_and_its_figures_lead_to_it(handoff: Handoff, inside: Tenant, client: Client) -> None:
    other = factories.debtor(kind="business", name="Noord B.V.")
    second = factories.invoice(other, amount="500.00", due=date(2026, 1, 10), number="2026-7")
    operations.approve(handoff=operations.prepare(debtor=other, invoices=[second], by=actor()), by=actor())

    page = client.get(f"{LIST}?sorteer=-totaal")

    table = rows(page, "Dossiers")
    assert [row[1:9] for row in table[1:]] == [
        ["Bouwbedrijf Smit B.V.", "Incasso Noord", "klaargezet", "1", "€ 1.000,00", "€ 14,18", "€ 0,00", "€ 1.014,18"],
        ["Noord B.V.", "Incasso Noord", "goedgekeurd", "1", "€ 500,00", "€ 7,09", "€ 0,00", "€ 507,09"],
        ["2 dossiers", "", "", "", "€ 1.500,00", "€ 21,27", "€ 0,00", "€ 1.521,27"],
    ]
    for stat in page.context["stats"][:2]:
        behind = client.get(stat.url).context["totals"]
        assert stat.value == f"€ {behind.total:,.2f}".translate(str.maketrans(",.", ".,"))
    assert len(client.get(f"{LIST}?staat=approved").context["rows"]) == 1
    assert len(client.get(f"{LIST}?q=noord").context["rows"]) == 1
    assert len(client.get(f"{LIST}?debiteur={other.public_id}").context["rows"]) == 1
    assert csv_lines(client, f"{LIST}?sorteer=-totaal")[1].startswith(
        "20001;Bouwbedrijf Smit B.V.;Incasso Noord;;klaargezet;1;1000,00;14,18"
    )


def test_an_empty_list_teaches(bakkerij: Tenant, client: Client) -> None:
    assert "zet de nacht hier een dossier klaar" in words(client.get(LIST))


def test_the_number_of_queries_does_not_grow(handoff: Handoff, client: Client) -> None:
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
        client.get(f"{LIST}nieuw/?debiteur={handoff.debtor.public_id}")
    for number in range(4):
        debtor = factories.debtor(kind="business", name=f"Nog {number}")
        claim = factories.invoice(debtor, due=date(2026, 1, 10))
        operations.prepare(debtor=debtor, invoices=[claim], by=actor())
        factories.invoice(handoff.debtor, due=date(2026, 1, 12 + number))

    with CaptureQueriesContext(connection) as many:
        client.get(LIST)
        client.get(f"{LIST}nieuw/?debiteur={handoff.debtor.public_id}")
    assert len(many) == len(few)


# --- Who may

STEPS = ("goedkeuring/", "verzending/", "aanvaarding/", "weigering/", "terugroeping/", "sluiting/", "vervallen/")


def test_a_stranger_finds_nothing(bakkerij: Tenant, garage: Tenant, stranger: User, login: Login) -> None:
    with tenant_context(bakkerij.pk):
        noord = operations.register_agency(name="Noord", by=actor(), kind="agency", email="in@noord.test")
        debtor = factories.debtor(kind="business")
        claim = factories.invoice(debtor, due=date(2026, 1, 10))
        handoff = operations.prepare(debtor=debtor, invoices=[claim], agency=noord, by=actor())
    browser = login(stranger)
    own = f"/a/{garage.slug}/dossiers/"

    for part in ("", "archief/", *STEPS):
        assert browser.get(page_of(handoff, part)).status_code == 404
        assert browser.get(f"{own}{handoff.public_id}/{part}").status_code == 404
    for part in STEPS:
        assert browser.post(f"{own}{handoff.public_id}/{part}", {"reason": "x"}).status_code == 404
    assert browser.get(own).context["totals"].count == 0
    assert "Voor welke debiteur?" in words(browser.get(f"{own}nieuw/?debiteur={debtor.public_id}"))
    with tenant_context(bakkerij.pk):
        assert Handoff.objects.get().state == "prepared"


def test_a_reader_reads_and_does_nothing(handoff: Handoff, reader: User, login: Login) -> None:
    browser = login(reader)
    page = browser.get(page_of(handoff))
    assert page.status_code == 200
    assert page.context["actions"] == []
    assert browser.get(page_of(handoff, "archief/")).status_code == 200
    for part in STEPS:
        assert browser.post(page_of(handoff, part), {"reason": "x"}).status_code == 403
    assert browser.get(f"{LIST}nieuw/").status_code == 403
    handoff.refresh_from_db()
    assert handoff.state == "prepared"


def test_who_may_work_but_not_approve_cannot_send(handoff: Handoff, bakkerij: Tenant, login: Login) -> None:
    browser = login(_member(bakkerij, "accountant", "kantoor@bakkerij.test", "Kees Kantoor"))

    assert [action.label for action in browser.get(page_of(handoff)).context["actions"]] == ["Laat vervallen"]
    for part in ("goedkeuring/", "verzending/", "terugroeping/"):
        assert browser.post(page_of(handoff, part), {"reason": "x"}).status_code == 403
