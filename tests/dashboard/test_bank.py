"""The bank in the browser: accounts and statements that add up, and what of them is to be matched."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from payments.models import BankAccount, BankStatement
from tenants.context import tenant_context
from tenants.models import Tenant, User
from tests import factories
from tests.conftest import TODAY
from tests.dashboard.money_pages import csv_lines, monday, rows, words  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Login = Callable[[User], Client]
FRIDAY = TODAY - timedelta(days=3)


@pytest.fixture
def client(bookkeeper: User, login: Login) -> Client:
    return login(bookkeeper)


@pytest.fixture
def at(bakkerij: Tenant) -> Callable[[str], str]:
    return lambda rest: f"/a/{bakkerij.slug}/{rest}"


@pytest.fixture
def account(inside: Tenant) -> BankAccount:
    return factories.bank_account(on=FRIDAY, balance="1296.00", name="Betaalrekening")


@pytest.fixture
def statement(account: BankAccount) -> BankStatement:
    """Give Friday: 1.000,00 + 121,00 + 200,00 - 25,00 = 1.296,00."""
    made = factories.bank_statement(account, on=FRIDAY, closing_balance=Decimal("1296.00"), line_count=3)
    factories.bank_line(made, "121.00", state="proposed", match={"why": "nothing", "claims": []})
    factories.bank_line(made, "200.00", state="unknown", name="Kwekerij Groen", description="iets anders")
    factories.bank_line(made, "-25.00", state="left_out", name="Bank", description="kosten", note="bankkosten")
    return made


def test_without_an_account_the_page_teaches_how_to_get_a_statement(client: Client, at: Any, bakkerij: Tenant) -> None:
    said = words(client.get(at("bank/")))

    assert "Zo krijgt u een afschrift" in said
    assert all(bank in said for bank in ("ABN AMRO", "ING", "Rabobank"))
    assert "CAMT.053" in said


def test_an_account_shows_its_balance_and_what_is_to_do(client: Client, at: Any, statement: BankStatement) -> None:
    page = client.get(at("bank/"))

    said = rows(page, "Rekeningen")[1]
    assert said[0].startswith("Betaalrekening")
    assert "NL91 ABNA 0417 1643 00" in said[0]
    assert said[1:4] == ["€ 1.296,00", "27-02-2026", "bij"]
    assert said[4].startswith("2 ")
    assert "€ 321,00" in said[4]


def test_a_statement_in_the_list_says_what_became_of_its_lines(client: Client, at: Any, statement: Any) -> None:
    row = rows(client.get(at("bank/")), "Afschriften")[1]

    assert row[0].startswith("27-02-2026")
    assert row[2:8] == ["€ 1.000,00", "€ 1.296,00", "3", "0", "1", "2 te doen"]  # 3 = 0 matched + 1 left out + 2 to do


def test_an_account_of_which_statements_are_missing_stands_out(client: Client, at: Any, account: BankAccount) -> None:
    BankAccount.objects.update(balance_on=TODAY - timedelta(days=10))

    page = client.get(at("bank/"))

    assert "5 werkdagen achter" in words(page)  # 23 to 27 February
    assert "Afschriften inlezen" in words(client.get(at("vandaag/")))


def test_a_statement_that_does_not_follow_says_how_much_is_missing(client: Client, at: Any, statement: Any) -> None:
    later = factories.bank_statement(
        statement.account, on=TODAY, opening="1300.00", closing_balance=Decimal("1300.00"), follows=False
    )

    said = words(client.get(at(f"bank/afschriften/{later.public_id}/")))

    assert "Dit afschrift sluit niet aan op het vorige" in said
    assert "eindigde op € 1.296,00 en dit begint met € 1.300,00: een verschil van € 4,00" in said
    assert "sluit niet aan" in words(client.get(at("bank/")))


def test_the_lines_of_a_statement_add_up_to_its_balance(client: Client, at: Any, statement: BankStatement) -> None:
    page = client.get(at(f"bank/afschriften/{statement.public_id}/"))

    figures = {stat.label: stat.value for stat in page.context["stats"]}
    assert figures == {
        "Beginsaldo": "€ 1.000,00",
        "Bij": "€ 321,00",
        "Af": "€ -25,00",
        "Eindsaldo": "€ 1.296,00",
    }
    lines = rows(page, "Bankregels")
    assert [line[3:4] for line in lines[1:-1]] == [["€ 121,00"], ["€ 200,00"], ["€ -25,00"]]
    assert lines[-1][2:4] == ["3 regels", "€ 296,00"]


def test_lines_that_an_earlier_file_held_are_said_to_be_missing_here(client: Client, at: Any, statement: Any) -> None:
    again = factories.bank_statement(
        statement.account, on=TODAY, opening="1296.00", closing_balance=Decimal("1350.00"), known_lines=2
    )

    page = client.get(at(f"bank/afschriften/{again.public_id}/"))

    assert "Eerder ingelezen" in words(page)
    assert "2 regels stonden al in een ander bestand" in words(page)
    assert "Geen regels op dit afschrift" in words(page)


def test_the_lines_are_filtered_and_exported(client: Client, at: Any, statement: BankStatement) -> None:
    address = at(f"bank/afschriften/{statement.public_id}/")

    assert [row[2] for row in rows(client.get(f"{address}?q=kwekerij"), "Bankregels")[1:-1]] != []
    assert len(csv_lines(client, address)) == 4
    assert len(csv_lines(client, f"{address}?q=kwekerij")) == 2
    assert len(csv_lines(client, f"{address}?q=200")) == 2
    assert len(csv_lines(client, f"{address}?soort=terug")) == 2
    assert "Geen regel past bij deze filters" in words(client.get(f"{address}?q=zzz"))
    assert client.get(f"{address}?formaat=xlsx").headers["Content-Type"].endswith("sheet")
    assert len(csv_lines(client, at("bank/"))) == 2


def test_the_statements_are_filtered_by_account_and_day(client: Client, at: Any, statement: BankStatement) -> None:
    other = factories.bank_account(iban="NL20INGB0001234567", on=TODAY)
    factories.bank_statement(other, on=TODAY)

    assert len(rows(client.get(at("bank/")), "Afschriften")) == 3
    assert len(rows(client.get(at(f"bank/?rekening={other.public_id}")), "Afschriften")) == 2
    assert len(rows(client.get(at("bank/?van=1-3")), "Afschriften")) == 2
    assert rows(client.get(at("bank/?open=1")), "Afschriften")[1][0].startswith("27-02-2026")
    assert "Geen afschrift past bij deze filters" in words(client.get(at("bank/?van=1-6-2027")))


def test_the_owner_names_an_account_and_says_that_it_is_a_g_account(
    owner: User, login: Login, at: Any, account: BankAccount
) -> None:
    response = login(owner).post(
        at(f"bank/rekeningen/{account.public_id}/"), {"name": "G-rekening bouw", "is_g_account": "on"}
    )

    assert response.status_code == 302
    account.refresh_from_db()
    assert (account.name, account.is_g_account) == ("G-rekening bouw", True)


def test_who_may_not_configure_does_not_rename_an_account(client: Client, at: Any, account: BankAccount) -> None:
    assert client.post(at(f"bank/rekeningen/{account.public_id}/"), {"name": "X"}).status_code == 403
    account.refresh_from_db()
    assert account.name == "Betaalrekening"


def test_a_stranger_sees_nothing(bakkerij: Tenant, stranger: User, login: Login, at: Any) -> None:
    with tenant_context(bakkerij.pk):
        account = factories.bank_account(on=FRIDAY, balance="1296.00")
        statement = factories.bank_statement(account, on=FRIDAY)
        line = factories.bank_line(statement, "121.00", name="Geheim")
    client = login(stranger)
    addresses = [f"bank/afschriften/{statement.public_id}/", f"bank/rekeningen/{account.public_id}/"]
    addresses += [f"afletteren/{line.public_id}/{rest}" for rest in ("", "buiten/", "ongedaan/")]

    for address in ("bank/", "afletteren/", "restanten/", *addresses):
        assert client.get(at(address)).status_code == 404, address
    for address in addresses:
        assert client.get(f"/a/garage-jansen/{address}").status_code == 404, address
    assert "1.296,00" not in words(client.get("/a/garage-jansen/bank/"))
    assert "Geheim" not in words(client.get("/a/garage-jansen/afletteren/?stand=alles"))


def test_a_reader_looks_but_brings_nothing_in(reader: User, login: Login, at: Any, statement: BankStatement) -> None:
    client = login(reader)

    assert client.get(at("bank/")).status_code == 200
    assert "Lees afschriften in" not in words(client.get(at("bank/")))
    assert client.post(at("bank/")).status_code == 403


def test_no_file_is_an_error_at_the_field(client: Client, at: Any, bakkerij: Tenant) -> None:
    response = client.post(at("bank/"))

    assert response.status_code == 422
    assert "Kies eerst een bestand." in words(response)


@pytest.mark.parametrize("place", ["bank/", "statement", "afletteren/", "vandaag/"])
def test_the_number_of_queries_does_not_grow(client: Client, at: Any, statement: BankStatement, place: str) -> None:
    address = at(f"bank/afschriften/{statement.public_id}/" if place == "statement" else place)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    debtor = factories.debtor()
    for number in range(8):
        made = factories.bank_statement(statement.account, on=date(2026, 2, 1 + number))
        for target in (made, statement):
            factories.bank_line(target, "10.00", state="proposed", debtor=debtor, match={"why": "nothing"})
    factories.bank_account(iban="NL39RABO0300065264", on=TODAY)

    with CaptureQueriesContext(connection) as many:
        client.get(address)

    assert len(many) == len(few), [query["sql"][:90] for query in many.captured_queries]
