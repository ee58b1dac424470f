"""The list of invoices, an invoice by hand, and the page of one with its calculation."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dunning import operations as ladder
from dunning.models import Hold
from invoices import operations
from invoices.models import Attachment, Invoice
from tenants.context import tenant_context
from tests import factories, nights
from tests.conftest import TODAY
from tests.dashboard.claims import get, post, text, wrong

PDF = b"%PDF-1.4 not much of one"


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(nights.at(TODAY, 9), tick=False):
        yield


@pytest.fixture
def client(login, bookkeeper):
    return login(bookkeeper)


@pytest.fixture
def smit(bakkerij):
    with tenant_context(bakkerij.pk):
        return factories.debtor(number="20001", name="Bouwbedrijf Smit B.V.", kind="business")


@pytest.fixture
def inside_of(bakkerij):
    return lambda: tenant_context(bakkerij.pk)


@pytest.fixture
def four(smit, inside_of):
    """One not due, one late, one very late, one settled."""
    with inside_of():
        jansen = factories.debtor(number="10001", name="Petra Jansen")
        factories.invoice(smit, amount="100.00", due=date(2026, 3, 20), number="A1")
        factories.invoice(smit, amount="200.00", due=date(2026, 2, 20), number="A2")
        factories.invoice(jansen, amount="300.00", due=date(2025, 11, 1), number="B1")
        settled = factories.invoice(jansen, amount="50.00", due=date(2025, 10, 1), number="B2")
        operations.write_off(invoice=settled, amount=Decimal("50.00"), reason="x", by=factories.SETUP)
    return smit


def numbers(answer):
    return [row.number for row in answer.context["page"]]


def page(client, inside_of, number, extra=""):
    with inside_of():
        invoice = Invoice.objects.get(number=number)
    return get(client, f"facturen/{invoice.public_id}/{extra}")


def test_the_list_shows_what_is_open_and_adds_it_up(client, four):
    answer = get(client, "facturen/")
    assert numbers(answer) == ["B1", "A2", "A1"]
    assert answer.context["totals"].open_amount == 600
    assert "€ 600,00" in text(answer)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("staat=alle", ["B2", "B1", "A2", "A1"]),
        ("staat=voldaan", ["B2"]),
        ("staat=vervallen", ["B1", "A2"]),
        ("dagen=1-30", ["A2"]),
        ("dagen=90%2B", ["B1"]),
        ("dagen=niet", ["A1"]),
        ("fase=not_due", ["A1"]),
        ("soort=consumer", ["B1"]),
        ("q=A2", ["A2"]),
        ("q=petra", ["B1"]),
        ("q=_", []),
        ("sorteer=-open", ["B1", "A2", "A1"]),
        ("sorteer=debiteur", ["A1", "A2", "B1"]),
        ("staat=onzin&dagen=onzin&pagina=99", ["B1", "A2", "A1"]),
    ],
)
def test_it_is_filtered_and_sorted_by_its_address(client, four, query, expected):
    assert numbers(get(client, f"facturen/?{query}")) == expected


def test_it_can_be_asked_why_a_claim_got_nothing(client, four, inside_of):
    with inside_of():
        ladder.place_hold(debtor=four, reason="overleg", by=factories.SETUP)
        nights.plan(TODAY)
    assert numbers(get(client, "facturen/?reden=debtor_hold")) == ["A2", "A1"]
    assert numbers(get(client, "facturen/?reden=dispute")) == []
    assert "debiteur aangehouden" in text(get(client, "facturen/?reden=debtor_hold"))


def test_a_debtors_invoices_are_a_filter_with_his_name(client, four):
    answer = get(client, f"facturen/?debiteur={four.public_id}")
    assert numbers(answer) == ["A2", "A1"]
    assert [chip.label for chip in answer.context["chips"]] == ["20001 Bouwbedrijf Smit B.V."]
    assert numbers(get(client, "facturen/?debiteur=bestaatniet")) == []


def test_what_is_on_the_screen_goes_to_csv(client, four):
    answer = get(client, "facturen/?dagen=1-30&formaat=csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [(row["Factuurnummer"], row["Openstaand"], row["Dagen te laat"]) for row in rows] == [("A2", "200,00", "10")]


def test_an_empty_list_teaches_and_finds_what_is_settled(client, smit):
    assert "Geen open facturen" in text(get(client, "facturen/"))
    assert "Zoek ook in voldane facturen" in text(get(client, "facturen/?q=B2"))


def test_picked_invoices_are_held_after_a_preview(client, four, inside_of):
    with inside_of():
        ids = list(Invoice.objects.filter(number__in=["A1", "A2"]).values_list("public_id", flat=True))
    asked = post(client, "facturen/bulk/aanhouden/", {"ids": ids, "filter": "staat=open"})
    assert "2 facturen (€ 300,00) staan stil" in text(asked)
    form = asked.context["form"].initial | {"confirmed": "1", "reason": "overleg"}
    assert post(client, "facturen/bulk/aanhouden/", form)["Location"].endswith("?staat=open")
    with inside_of():
        assert Hold.objects.filter(invoice__number__in=["A1", "A2"]).count() == 2


def test_the_number_of_queries_does_not_grow_with_the_list(client, four, inside_of, django_assert_num_queries):
    get(client, "facturen/")
    with CaptureQueriesContext(connection) as few:
        get(client, "facturen/")
    with inside_of():
        for number in range(12):
            factories.invoice(four, due=date(2026, 1, 5), number=f"C{number}")
    with django_assert_num_queries(len(few.captured_queries)):
        get(client, "facturen/")


# By hand


def by_hand(**changes):
    form = {"debtor": "20001", "number": "H1", "issue_date": "15-2-2026", "due_date": "28-2", "is_sent": "on"}
    lines = {"regel-TOTAL_FORMS": "2", "regel-INITIAL_FORMS": "0"}
    return form | lines | changes


def lines(*rows):
    found = {"regel-TOTAL_FORMS": str(len(rows)), "regel-INITIAL_FORMS": "0"}
    for place, (said, amount, rate) in enumerate(rows):
        found |= {f"regel-{place}-text": said, f"regel-{place}-amount": amount, f"regel-{place}-rate": rate}
    return found


def test_an_invoice_by_hand_with_lines_and_its_pdf(client, smit, inside_of):
    rows = lines(("Brood", "1.000,00", "9"), ("Machine", "100,50", "21"), ("", "", "21"))
    pdf = SimpleUploadedFile("H1.pdf", PDF, "application/pdf")
    answer = client.get(post(client, "facturen/nieuw/", by_hand(**rows, pdf=pdf))["Location"])
    assert "Factuur H1 is toegevoegd." in text(answer)
    with inside_of():
        invoice = Invoice.objects.get(number="H1")
        assert (invoice.principal, invoice.vat_amount) == (Decimal("1211.61"), Decimal("111.11"))  # 90,00 + 21,11
        assert (invoice.due_date, invoice.sent_on) == (date(2026, 2, 28), date(2026, 2, 15))
        assert invoice.cases.count() == 1
        assert Attachment.objects.get().is_the_invoice
    shown = client.get(answer.context["files"]["pdf"])
    assert shown.content == PDF
    assert shown["X-Frame-Options"] == "SAMEORIGIN"


def test_an_invoice_by_hand_with_only_a_total_found_by_name(client, smit, inside_of):
    post(client, "facturen/nieuw/", by_hand(debtor="smit", total="121", vat_amount="21", due_date=""))
    with inside_of():
        invoice = Invoice.objects.get(number="H1")
    assert (invoice.principal, invoice.vat_amount, invoice.due_date_derived) == (Decimal(121), Decimal(21), True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Vul regels in, of het totaal."),
        ({"total": "12,34,56"}, "“12,34,56” is geen bedrag"),
        ({"total": "100", "vat_amount": "101"}, "De btw is hoger dan het totaal."),
        ({"total": "100", "prepaid": "101"}, "Er kan niet meer vooruitbetaald zijn dan het totaal."),
        ({"total": "5"} | lines(("Brood", "100", "9")), "De regels komen uit op € 109,00"),
        (lines(("Brood", "-1", "9")), "een factuur vraagt meer dan nul"),
        (lines(("Brood", "", "9")), "Vul het bedrag van deze regel in."),
        ({"total": "100", "debtor": "99999"}, "Er is geen debiteur met dit nummer of deze naam."),
        ({"total": "100", "due_date": "1-2-2026"}, "De vervaldatum ligt voor de factuurdatum."),
        ({"total": "100", "issue_date": "3-3-2026", "due_date": ""}, "De factuurdatum ligt in de toekomst."),
    ],
)
def test_what_is_wrong_by_hand_stands_at_its_field(client, smit, inside_of, changes, said):
    answer = post(client, "facturen/nieuw/", by_hand(**changes))
    assert answer.status_code == 422
    assert said in text(answer)
    with inside_of():
        assert not Invoice.objects.exists()


def test_a_number_that_is_known_and_a_file_that_is_no_pdf_are_refused(client, four):
    assert "Nummer A1 bestaat al" in " ".join(wrong(post(client, "facturen/nieuw/", by_hand(number="A1", total="5"))))
    fake = SimpleUploadedFile("H1.pdf", b"MZ", "application/pdf")
    assert "Dit is geen PDF." in " ".join(wrong(post(client, "facturen/nieuw/", by_hand(total="5", pdf=fake))))


# The page


def test_the_page_says_what_is_asked_and_what_comes(client, four, inside_of):
    answer = page(client, inside_of, "A2")
    said = text(answer)
    assert "Factuur A2" in said
    assert "10 dagen te laat" in said
    assert [(line.label, line.amount) for line in answer.context["amounts"]] == [
        ("Hoofdsom", Decimal("200.00")),
        ("Te betalen op 02-03-2026", Decimal("200.00")),
    ]
    states = [(rung.label, rung.state) for rung in answer.context["rungs"]]
    assert ("Herinnering", "now") in states
    assert ("Aanmaning", "next") in states
    assert answer.context["standing"].what == "herinnering"
    assert "rente die nog niet is aangezegd" in said


def test_after_a_letter_the_ladder_has_a_rung_done_and_the_letter_is_listed(client, four, inside_of):
    nights.play(four.tenant_id, TODAY)
    answer = page(client, inside_of, "A2")
    done = [rung for rung in answer.context["rungs"] if rung.state == "done"]
    assert [(rung.label, rung.day) for rung in done] == [("Herinnering", TODAY)]
    assert "/berichten/" in done[0].url
    assert [letter.badge.label for letter in answer.context["letters"]] == ["verstuurd"]


def test_the_calculation_adds_up_and_names_its_sources(client, smit, inside_of):
    with inside_of():
        claim = factories.invoice(smit, amount="1000.00", due=date(2025, 6, 30), number="R1")
        operations.settle(
            invoice=claim, amount=Decimal(400), kind="payment", booked_on=date(2025, 9, 1), by=factories.SETUP
        )
        operations.charge_interest(invoice=claim, through=date(2026, 2, 28), by=factories.SETUP)
        claim.refresh_from_db()
    answer = page(client, inside_of, "R1", "berekening/")
    lines = answer.context["amounts"]
    assert sum(line.amount for line in lines[:-1]) == lines[-1].amount
    assert sum(row.amount for row in answer.context["bookings"]) == claim.open_amount
    said = text(answer)
    assert "Wettelijke handelsrente (art. 6:119a BW)" in said
    assert "In verzuim sinds 01-07-2025." in said
    assert "Verjaard vanaf" in said
    assert [section.title for section in answer.context["sections"]] == ["Verzuim", "Rente", "Verjaring"]


def test_the_number_of_queries_of_the_page_does_not_grow(client, four, inside_of, django_assert_num_queries):
    with inside_of():
        claim = Invoice.objects.get(number="A2")
        operations.write_off(invoice=claim, amount=Decimal(5), reason="klein", by=factories.SETUP)
    page(client, inside_of, "A2")
    with CaptureQueriesContext(connection) as few:
        page(client, inside_of, "A2")
    with inside_of():
        for _ in range(6):
            operations.write_off(invoice=claim, amount=Decimal(5), reason="klein", by=factories.SETUP)
        for number in range(6):
            factories.invoice(four, due=date(2026, 1, 5), number=f"C{number}")
    with django_assert_num_queries(len(few.captured_queries)):
        page(client, inside_of, "A2")
