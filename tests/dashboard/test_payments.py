"""Money comes in, is booked by hand, pays for what the law says, goes back, and what is left is allocated later."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from debtors.models import Debtor
from dunning.models import Case
from invoices import operations as invoices
from invoices.models import Invoice
from payments import operations
from payments.models import Payment
from tenants.models import Tenant, User
from tests import factories
from tests.conftest import TODAY, actor
from tests.dashboard.money_pages import csv_lines, hidden, monday, rows, words  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Login = Callable[[User], Client]


@pytest.fixture
def client(bookkeeper: User, login: Login) -> Client:
    return login(bookkeeper)


@pytest.fixture
def at(bakkerij: Tenant) -> Callable[[str], str]:
    return lambda rest: f"/a/{bakkerij.slug}/{rest}"


@pytest.fixture
def claims(bedrijf: Debtor) -> tuple[Invoice, Invoice]:
    """Give what Smit owes.

    2026-1: 1.000,00 principal, due 10-01, with 40,00 of costs and 8,86 of interest charged (see below).
    2026-2: 500,00 principal, due 20-02, nothing charged.

    Trade interest in 2026 is 10,15% from the day after the due date. On 2026-1 it was charged through 11-02, which is
    32 days: 1.000,00 x 10,15% x 32/365 = 8,8986 -> 8,90.
    """
    first = factories.invoice(bedrijf, amount="1000.00", due=date(2026, 1, 10), number="2026-1")
    second = factories.invoice(bedrijf, amount="500.00", due=date(2026, 2, 20), number="2026-2")
    invoices.charge_interest(invoice=first, through=date(2026, 2, 11), by=actor())
    invoices.charge_costs(invoice=first, amount=Decimal("40.00"), vat=Decimal("0.00"), calculation={}, by=actor())
    return first, second


def form(amount: str, *chosen: Invoice, day: str = "2-3", **fields: str) -> dict[str, Any]:
    given: dict[str, Any] = {
        "amount": amount,
        "received_on": day,
        "method": "bank",
        "description": "",
        "invoices": [invoice.public_id for invoice in chosen],
        "stap": "bekijk",
    }
    return given | fields


def test_the_debtor_is_found_by_name_number_invoice_or_amount(client, at, bedrijf, particulier, claims):
    for text in ("smit", "20001", "2026-2", "500"):
        response = client.get(at(f"betalingen/nieuw/?zoek={text}"))

        assert f"?debiteur={bedrijf.public_id}" in response.content.decode(), text
        assert particulier.name not in words(response)
    assert "Geen debiteur gevonden" in words(client.get(at("betalingen/nieuw/?zoek=zzz")))


def test_what_is_booked_is_what_was_seen_to_the_cent(client, at, bedrijf, claims):
    """1.100,00 on 2 March: interest on 2026-1 has been claimed, so it runs on to the day the money came.

    Through 02-03 that is 51 days: 1.000,00 x 10,15% x 51/365 = 14,1822 -> 14,18. So 2026-1 takes 40,00 of costs,
    14,18 of interest and 1.000,00 of principal = 1.054,18. 2026-2 gets the other 45,82; its interest was never
    claimed and is not due.
    """
    address = at(f"betalingen/nieuw/?debiteur={bedrijf.public_id}")

    seen = client.post(address, form("1.100"))

    assert Payment.objects.count() == 0
    assert rows(seen, "Verdeling over de facturen")[1:] == [
        ["2026-1", "10-01-2026", "€ 40,00", "€ 14,18", "€ 1.000,00", "€ 1.054,18", "voldaan"],
        ["2026-2", "20-02-2026", "€ 0,00", "€ 0,00", "€ 45,82", "€ 45,82", "€ 454,18"],
        ["Totaal verdeeld", "", "€ 40,00", "€ 14,18", "€ 1.045,82", "€ 1.100,00", ""],
    ]

    booked = client.post(address, form("1.100", stap="boek", gezien=hidden(seen, "gezien")), follow=True)

    assert "€ 1.100,00 van Bouwbedrijf Smit B.V. is geboekt." in words(booked)
    assert rows(booked, "Verdeling over de facturen") == rows(seen, "Verdeling over de facturen")
    payment = Payment.objects.get()
    assert (payment.amount, payment.received_on, payment.unallocated) == (Decimal("1100.00"), TODAY, Decimal(0))
    assert [invoice.open_amount for invoice in Invoice.objects.order_by("number")] == [Decimal(0), Decimal("454.18")]


def test_the_invoice_that_was_named_goes_first(client, at, bedrijf, claims):
    address = at(f"betalingen/nieuw/?debiteur={bedrijf.public_id}")

    seen = client.post(address, form("500,00", claims[1]))

    assert rows(seen, "Verdeling over de facturen")[1] == [
        "2026-2", "20-02-2026", "€ 0,00", "€ 0,00", "€ 500,00", "€ 500,00", "voldaan",
    ]  # fmt: skip


def test_what_changed_since_it_was_seen_is_shown_again_before_it_is_booked(client, at, bedrijf, claims):
    address = at(f"betalingen/nieuw/?debiteur={bedrijf.public_id}")
    seen = client.post(address, form("500", claims[1]))
    operations.book_payment(
        debtor=bedrijf, amount=Decimal("100.00"), received_on=TODAY, designated=[claims[1]], by=actor()
    )

    again = client.post(address, form("500", claims[1], stap="boek", gezien=hidden(seen, "gezien")))

    assert again.status_code == 200
    assert "Er is intussen iets veranderd" in words(again)
    assert Payment.objects.count() == 1
    assert rows(again, "Verdeling over de facturen")[1][5] == "€ 400,00"
    assert client.post(address, form("500", claims[1], stap="boek", gezien=hidden(again, "gezien"))).status_code == 302
    assert Payment.objects.count() == 2


def test_errors_stand_at_the_field(client, at, bedrijf, claims):
    address = at(f"betalingen/nieuw/?debiteur={bedrijf.public_id}")

    response = client.post(address, form("tien euro", day="31-3-2026"))

    assert response.status_code == 422
    assert "“tien euro” is geen bedrag" in words(response)
    assert "Deze dag ligt in de toekomst" in words(response)
    assert client.post(address, form("0")).status_code == 422
    assert client.post(address, form("-5")).status_code == 422
    assert Payment.objects.count() == 0


def test_htmx_gets_only_the_division(client, at, bedrijf, claims):
    address = at(f"betalingen/nieuw/?debiteur={bedrijf.public_id}")

    seen = client.post(address, form("500"), headers={"HX-Request": "true"})
    wrong = client.post(address, form("vijf"), headers={"HX-Request": "true"})

    assert seen.content.decode().lstrip().startswith('<div id="verdeling"')
    assert "€ 500,00" in words(seen)
    assert wrong.status_code == 200
    assert "Bekijk de verdeling" in words(wrong)


def test_too_much_stays_as_credit_and_is_allocated_later(client, at, bedrijf):
    first = factories.invoice(bedrijf, amount="100.00", due=date(2026, 2, 20), number="2026-1")
    address = at(f"betalingen/nieuw/?debiteur={bedrijf.public_id}")
    seen = client.post(address, form("130"))
    client.post(address, form("130", stap="boek", gezien=hidden(seen, "gezien")))
    payment = Payment.objects.get()
    assert payment.unallocated == Decimal("30.00")
    assert rows(client.get(at("tegoeden/")), "Tegoeden")[-1] == ["Totaal", "1 tegoed", "", "", "€ 30,00", "", ""]
    assert "Verdeel</a>" not in client.get(at("tegoeden/")).content.decode(), "nothing is open to set it against"

    factories.invoice(bedrijf, amount="20.00", due=date(2026, 2, 25), number="2026-2")
    chosen = factories.invoice(bedrijf, amount="25.00", due=date(2026, 3, 25), number="2026-3")
    page = at(f"betalingen/{payment.public_id}/verdeling/")
    assert "Verdeel</a>" in client.get(at("tegoeden/")).content.decode()
    by_law = client.get(page)
    assert [row[0] for row in rows(by_law, "Verdeling over de facturen")[1:-1]] == ["2026-2", "2026-3"]

    seen = client.post(page, {"invoices": [chosen.public_id], "stap": "bekijk"})
    assert [row[0] for row in rows(seen, "Verdeling over de facturen")[1:-1]] == ["2026-3", "Niet verdeeld"]
    done = client.post(
        page, {"invoices": [chosen.public_id], "stap": "boek", "gezien": hidden(seen, "gezien")}, follow=True
    )

    payment.refresh_from_db()
    assert payment.unallocated == Decimal("5.00")
    assert [row[0] for row in rows(done, "Verdeling over de facturen")[1:-1]] == ["2026-1", "2026-3", "Niet verdeeld"]
    first.refresh_from_db()
    assert not first.is_open


def test_a_payment_goes_back_with_a_reason_and_what_it_paid_opens_again(client, at, bedrijf, claims):
    payment = operations.book_payment(
        debtor=bedrijf, amount=Decimal("500.00"), received_on=TODAY, designated=[claims[1]], by=actor()
    )
    Case.objects.filter(invoice=claims[1]).update(position_kind="second_reminder", position_key="second_reminder")
    address = at(f"betalingen/{payment.public_id}/terugdraaien/")

    asked = client.get(address)
    assert "Factuur 2026-2 gaat weer open: € 500,00." in words(asked)
    assert "na de stap “tweede herinnering”" in words(asked)
    wrong = client.post(address, {"reversed_on": "1-3-2026", "reason": ""})
    assert wrong.status_code == 422
    assert "Dit is voor de dag van ontvangst (02-03-2026)" in words(wrong)

    done = client.post(address, {"reversed_on": "2-3", "reason": "storno door de bank"}, follow=True)

    claims[1].refresh_from_db()
    assert claims[1].open_amount == Decimal("500.00")
    assert "Teruggedraaid op 02-03-2026: storno door de bank" in words(done)
    assert rows(done, "Verdeling over de facturen")[1][:2] == ["2026-2", "20-02-2026"]
    assert "Draai terug" not in words(done)
    again = client.post(address, {"reversed_on": "2-3", "reason": "nog eens"})
    assert again.status_code == 422
    assert "al teruggedraaid" in words(again)
    refused = client.get(at(f"betalingen/{payment.public_id}/verdeling/"), follow=True)
    assert "al teruggedraaid" in words(refused)


def test_the_list_filters_adds_up_and_is_a_file(client, at, bedrijf, particulier, claims):
    """Smit pays 600,00 on 02-03 (of which nothing is left) and Petra 50,00 on 15-02 without owing anything.

    His 10,00 of 20-02 went back on 25-02. Together 600,00 + 50,00 + 10,00 - 10,00 = 650,00; 50,00 is free.
    """
    operations.book_payment(
        debtor=bedrijf, amount=Decimal("600.00"), received_on=TODAY, description="factuur 2026-2", by=actor()
    )
    operations.book_payment(debtor=particulier, amount=Decimal("50.00"), received_on=date(2026, 2, 15), by=actor())
    wrong = operations.book_payment(debtor=bedrijf, amount=Decimal("10.00"), received_on=date(2026, 2, 20), by=actor())
    operations.reverse_payment(payment=wrong, reason="verkeerde debiteur", reversed_on=date(2026, 2, 25), by=actor())

    page = client.get(at("betalingen/"))

    listed = rows(page, "Betalingen")
    assert [row[0] for row in listed[1:-1]] == ["02-03-2026", "25-02-2026", "20-02-2026", "15-02-2026"]
    assert listed[2][2] == "€ -10,00"
    assert [row[-1] for row in listed[1:-1]] == ["verdeeld", "terugboeking", "teruggedraaid", "niet verdeeld"]
    assert listed[-1][:4] == ["Totaal", "4 betalingen", "€ 650,00", "€ 50,00"]
    for query, count, amount in (
        ("vrij=1", 1, "50,00"),
        (f"debiteur={bedrijf.public_id}", 3, "600,00"),
        ("van=20-02-2026&tot=28-02-2026", 2, "0,00"),
        ("q=2026-2", 1, "600,00"),
        ("q=petra", 1, "50,00"),
        ("wijze=cash", 0, ""),
    ):
        found = client.get(at(f"betalingen/?{query}"))
        lines = csv_lines(client, at(f"betalingen/?{query}"))
        assert len(lines) == count + 1, query
        assert not count or rows(found, "Betalingen")[-1][2] == f"€ {amount}", query
        assert sum(Decimal(line.split(";")[3].replace(",", ".")) for line in lines[1:]) == Decimal(
            amount.replace(",", ".") or 0
        )
    assert (
        csv_lines(client, at("betalingen/?vrij=1"))[1]
        == "15-02-2026;10001;Petra Jansen;50,00;0,00;50,00;bank;;;niet verdeeld"
    )
    assert csv_lines(client, at("betalingen/?sorteer=bedrag"))[1].split(";")[3] == "-10,00"


def test_an_empty_list_teaches(client, at):
    assert "Nog geen betalingen" in words(client.get(at("betalingen/")))
    assert "Alles is verdeeld" in words(client.get(at("tegoeden/")))


ADDRESSES = (
    "betalingen/",
    "betalingen/nieuw/",
    "betalingen/{0}/",
    "betalingen/{0}/verdeling/",
    "betalingen/{0}/terugdraaien/",
    "tegoeden/",
)


def test_a_stranger_sees_nothing_and_a_reader_only_looks(at, login, reader, stranger, garage, bedrijf, claims):
    payment = operations.book_payment(debtor=bedrijf, amount=Decimal("10.00"), received_on=TODAY, by=actor())
    for address in ADDRESSES:
        assert login(stranger).get(at(address.format(payment.public_id))).status_code == 404, address
    statuses = {address: login(reader).get(at(address.format(payment.public_id))).status_code for address in ADDRESSES}
    assert list(statuses.values()) == [200, 403, 200, 403, 403, 200]
    assert login(reader).post(at(f"betalingen/nieuw/?debiteur={bedrijf.public_id}"), form("10")).status_code == 403
    assert "Boek een betaling" not in words(login(reader).get(at("betalingen/")))
    assert "Draai terug" not in words(login(reader).get(at(f"betalingen/{payment.public_id}/")))


def test_the_payment_of_another_tenant_does_not_exist(login, stranger, garage, entering, bakkerij):
    with entering(bakkerij):
        debtor = factories.debtor()
        payment = operations.book_payment(debtor=debtor, amount=Decimal("10.00"), received_on=TODAY, by=actor())

    response = login(stranger).get(f"/a/{garage.slug}/betalingen/{payment.public_id}/")

    assert response.status_code == 404
    assert debtor.name not in words(login(stranger).get(f"/a/{garage.slug}/betalingen/nieuw/?zoek=petra"))


def test_the_lists_ask_as_much_for_many_rows_as_for_one(client, at, bedrijf):
    operations.book_payment(debtor=bedrijf, amount=Decimal("10.00"), received_on=TODAY, by=actor())
    for address in ("betalingen/", "tegoeden/"):
        client.get(at(address))
        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get(at(address))
        for number in range(5):
            other = factories.debtor(number=f"3000{number}{address[:1]}")
            factories.credit_note(other)
            operations.book_payment(debtor=other, amount=Decimal("10.00"), received_on=TODAY, by=actor())
        with CaptureQueriesContext(connection) as many:
            client.get(at(address))
        assert len(many) == len(few), address


@pytest.mark.parametrize("owes", [True, False])
def test_the_same_form_sent_in_twice_books_once(client, at, bedrijf, claims, owes):
    """A double click: the second finds that something changed, though the division itself is the same."""
    if not owes:
        Invoice.objects.update(debtor=factories.debtor())  # all of it stays over, twice
    chosen = claims[1:] if owes else ()
    address = at(f"betalingen/nieuw/?debiteur={bedrijf.public_id}")
    seen = client.post(address, form("100", *chosen))
    sent = form("100", *chosen, stap="boek", gezien=hidden(seen, "gezien"))
    assert client.post(address, sent).status_code == 302

    again = client.post(address, sent)

    assert again.status_code == 200
    assert "Er is intussen iets veranderd" in words(again)
    assert Payment.objects.count() == 1


def test_between_looking_and_booking_nobody_comes_in_between(client, at, bedrijf, claims):
    """What is looked at is taken back, and its locks with it: the lock that counts is taken before."""
    address = at(f"betalingen/nieuw/?debiteur={bedrijf.public_id}")
    seen = client.post(address, form("100"))

    with CaptureQueriesContext(connection) as captured:
        client.post(address, form("100", stap="boek", gezien=hidden(seen, "gezien")))

    said = [query["sql"] for query in captured.captured_queries]
    locked = next(place for place, sql in enumerate(said) if "FOR UPDATE" in sql and "debtors_debtor" in sql)
    held_by = [sql.split()[-1] for sql in said[:locked] if sql.startswith("SAVEPOINT")]
    assert any(sql.startswith("ROLLBACK TO SAVEPOINT") for sql in said[locked:])
    assert not any(sql == f"ROLLBACK TO SAVEPOINT {name}" for sql in said[locked:] for name in held_by)
