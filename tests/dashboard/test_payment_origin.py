"""A payment says where it came from, why it was divided so, and what can be done with what is left."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from debtors.models import Debtor
from payments import operations
from payments.models import BankLine, CheckoutAttempt, Payment
from tenants.models import Tenant, User
from tests import factories
from tests.conftest import TODAY, actor
from tests.dashboard.money_pages import monday, rows, words  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Login = Callable[[User], Client]


@pytest.fixture
def client(bookkeeper: User, login: Login) -> Client:
    return login(bookkeeper)


@pytest.fixture
def at(bakkerij: Tenant) -> Callable[[str], str]:
    return lambda rest: f"/a/{bakkerij.slug}/{rest}"


@pytest.fixture
def booked(bedrijf: Debtor) -> BankLine:
    """Give a line of 150,00 that paid 100,00; the rest is credit."""
    invoice = factories.invoice(bedrijf, amount="100.00", number="2026-77", due=TODAY + timedelta(days=5))
    statement = factories.bank_statement(factories.bank_account(on=TODAY), on=TODAY)
    line = factories.bank_line(statement, "150.00", description="rekening 77")
    amounts = {invoice: Decimal("100.00")}
    operations.confirm_match(line=line, amounts=amounts, debtor=bedrijf, by=actor())
    return BankLine.objects.select_related("payment").get(pk=line.pk)


def page_of(client: Client, at: Any, payment: Payment | None) -> Any:
    assert payment is not None
    return client.get(at(f"betalingen/{payment.public_id}/"))


def test_a_bank_line_is_named_with_its_statement_and_the_reason(client: Client, at: Any, booked: BankLine) -> None:
    page = page_of(client, at, booked.payment)

    said = words(page)
    assert "Bankregel 1 van het afschrift van 02-03-2026, NL91 ABNA 0417 1643 00" in said
    assert "rekening 77" in said
    assert at(f"afletteren/{booked.public_id}/") in page.content.decode()
    assert "Door een medewerker gekoppeld." in said
    assert "art. 6:44 BW" in said
    assert rows(page, "Verdeling over de facturen")[1][0] == "2026-77"
    line = client.get(at(f"afletteren/{booked.public_id}/"))
    assert at(f"betalingen/{booked.payment.public_id}/") in line.content.decode()


def test_what_is_left_can_be_paid_back_or_stay(client: Client, at: Any, booked: BankLine, bedrijf: Debtor) -> None:
    page = page_of(client, at, booked.payment)

    assert [step.verb for step in page.context["steps"]] == ["Betaal terug"]  # nothing open to set it against
    assert page.context["left"] == Decimal("50.00")
    assert client.get(page.context["steps"][0].url).status_code == 200
    assert "Laat het staan als tegoed" in words(page)
    factories.invoice(bedrijf, amount="30.00", due=TODAY + timedelta(days=9))
    again = page_of(client, at, booked.payment)
    assert [step.verb for step in again.context["steps"]] == ["Verdeel de rest", "Betaal terug"]
    assert client.get(again.context["steps"][0].url).status_code == 200


def test_the_payments_of_a_statement_and_those_with_a_rest_are_listed(
    client: Client, at: Any, booked: BankLine, particulier: Debtor
) -> None:
    operations.book_payment(debtor=particulier, amount=Decimal("9.00"), received_on=TODAY, method="cash", by=actor())
    statement: Any = booked.statement

    listed = client.get(at(f"betalingen/?afschrift={statement.public_id}"))

    assert rows(listed, "Betalingen")[-1][2] == "€ 150,00"
    assert "afschrift van 02-03-2026" in words(listed)
    assert rows(client.get(at("betalingen/?vrij=1")), "Betalingen")[-1][3] == "€ 59,00"
    assert rows(client.get(at("betalingen/?wijze=cash")), "Betalingen")[-1][2] == "€ 9,00"
    assert rows(client.get(at("betalingen/?q=NL20+INGB+0001+2345+67")), "Betalingen")[-1][2] == "€ 150,00"
    todo = next(one for one in client.get(at("vandaag/")).context["todos"] if one.label.startswith("Ontvangen"))
    assert (todo.count, todo.amount) == (2, Decimal("59.00"))


def test_an_online_payment_and_one_by_hand_say_so(client: Client, at: Any, bedrijf: Debtor) -> None:
    online = operations.book_payment(debtor=bedrijf, amount=Decimal("20.00"), received_on=TODAY, by=actor())
    CheckoutAttempt.objects.create(
        debtor=bedrijf,
        amount=Decimal("20.00"),
        description="x",
        method="ideal",
        state="paid",
        payment=online,
        provider_id="tr_1",
    )
    by_hand = operations.book_payment(debtor=bedrijf, amount=Decimal("21.00"), received_on=TODAY, by=actor())

    assert "Online betaald op de betaalpagina, ideal" in words(page_of(client, at, online))
    assert "Met de hand geboekt." in words(page_of(client, at, by_hand))
