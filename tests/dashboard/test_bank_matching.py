"""Afletteren: one line beside what it may be, confirmed, divided, left out, undone, and many at once."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from debtors.models import Debtor
from invoices.models import Invoice
from payments import operations
from payments.models import BankLine, BankStatement, KnownAccount, MatchingSettings, Payment
from payments.states import LineState
from tenants.models import Tenant, User
from tests import factories
from tests.conftest import TODAY, actor
from tests.dashboard.money_pages import csv_lines, monday, rows, words  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Login = Callable[[User], Client]
IBAN = "NL20INGB0001234567"


@pytest.fixture
def client(bookkeeper: User, login: Login) -> Client:
    return login(bookkeeper)


@pytest.fixture
def at(bakkerij: Tenant) -> Callable[[str], str]:
    return lambda rest: f"/a/{bakkerij.slug}/{rest}"


@pytest.fixture
def statement(inside: Tenant) -> BankStatement:
    return factories.bank_statement(factories.bank_account(on=TODAY), on=TODAY)


@pytest.fixture
def claims(bedrijf: Debtor) -> tuple[Invoice, Invoice, Invoice]:
    """Give what Smit owes: 100,00 and 250,00 and 80,00, not yet due."""
    due = TODAY + timedelta(days=10)
    return tuple(  # type: ignore[return-value]
        factories.invoice(bedrijf, amount=amount, due=due + timedelta(days=place), number=f"2026-100{place}")
        for place, amount in enumerate(("100.00", "250.00", "80.00"))
    )


def proposal(debtor: Debtor, *claims: tuple[Invoice, str], why: str = "name_amount", **more: Any) -> dict[str, Any]:
    numbers = ", ".join(invoice.number for invoice, _amount in claims)
    return {
        "why": why,
        "words": {"numbers": numbers, "debtor": debtor.name},
        "claims": [{"invoice": one.public_id, "number": one.number, "amount": amount} for one, amount in claims],
        "debtor": debtor.public_id,
        "runner_up": None,
    } | more


@pytest.fixture
def likely(statement: BankStatement, bedrijf: Debtor, claims: Any) -> BankLine:
    """Give 250,00 that is probably for 2026-1001; else for another debtor."""
    other = factories.debtor(number="30001", name="Kwekerij Groen", kind="business")
    theirs = factories.invoice(other, amount="250.00", number="2026-2000", due=TODAY + timedelta(days=3))
    return factories.bank_line(
        statement,
        "250.00",
        state="proposed",
        debtor=bedrijf,
        name="Smit Bouw",
        match=proposal(bedrijf, (claims[1], "250.00"), runner_up=proposal(other, (theirs, "250.00"))),
    )


def page_of(at: Any, line: BankLine) -> str:
    return str(at(f"afletteren/{line.public_id}/"))


def now(line: BankLine) -> BankLine:
    return BankLine.objects.select_related("payment", "debtor").get(pk=line.pk)


def test_the_proposal_stands_first_with_its_reason_and_the_runner_up(client: Client, at: Any, likely: BankLine) -> None:
    page = client.get(page_of(at, likely))

    said = words(page)
    assert "De naam lijkt op Bouwbedrijf Smit B.V. en alleen 2026-1001 heeft dit bedrag." in said
    assert [one.debtor for one in page.context["candidates"]] == ["20001 Bouwbedrijf Smit B.V.", "30001 Kwekerij Groen"]
    assert [one.is_chosen for one in page.context["candidates"]] == [True, False]
    assert [item.number for item in page.context["bench"].items if item.is_chosen] == ["2026-1001"]
    assert "Gekoppeld: € 250,00 van € 250,00." in said


def test_the_other_candidate_is_chosen_by_its_figure(client: Client, at: Any, likely: BankLine) -> None:
    page = client.get(page_of(at, likely) + "?keuze=2")

    assert [one.is_chosen for one in page.context["candidates"]] == [False, True]
    assert page.context["bench"].debtor.name == "Kwekerij Groen"
    assert [item.number for item in page.context["bench"].items if item.is_chosen] == ["2026-2000"]


def test_confirming_books_remembers_the_account_and_goes_on(
    client: Client, at: Any, likely: BankLine, statement: BankStatement, bedrijf: Debtor, claims: Any
) -> None:
    following = factories.bank_line(statement, "12.00")
    form = client.get(page_of(at, likely)).context["form"]

    response = client.post(page_of(at, likely), {**form.data.dict(), "kies": claims[1].public_id, **book(bedrijf)})

    assert response.headers["Location"] == page_of(at, following)
    line = now(likely)
    assert (line.state, line.handled_by) == (LineState.BOOKED, "Jan de Boer")
    assert line.payment is not None
    assert (line.payment.amount, line.payment.unallocated) == (Decimal("250.00"), 0)
    assert KnownAccount.objects.get(iban=IBAN).debtor == bedrijf
    assert not Invoice.objects.get(pk=claims[1].pk).is_open
    assert "€ 250,00 van Bouwbedrijf Smit B.V. is geboekt." in words(client.get(response.headers["Location"]))


def book(debtor: Debtor, **fields: Any) -> dict[str, Any]:
    return {"debiteur": debtor.public_id, "stap": "boek", "remember": "on"} | fields


def test_the_account_is_not_remembered_when_somebody_says_so(
    client: Client, at: Any, likely: BankLine, bedrijf: Debtor, claims: Any
) -> None:
    form = {"debiteur": bedrijf.public_id, "stap": "boek", "kies": claims[1].public_id}

    client.post(page_of(at, likely), form)

    assert now(likely).state == LineState.BOOKED
    assert not KnownAccount.objects.exists()


def test_an_unknown_line_is_divided_over_invoices_and_the_rest_is_credit(
    client: Client, at: Any, statement: BankStatement, bedrijf: Debtor, claims: Any
) -> None:
    line = factories.bank_line(statement, "400.00")
    chosen = [claims[0].public_id, claims[1].public_id]

    page = client.post(page_of(at, line), book(bedrijf, stap="kijk", kies=chosen))

    assert page.context["bench"].rest == Decimal("50.00")
    assert "Er blijft € 50,00 over: tegoed van de debiteur." in words(page)
    assert Payment.objects.count() == 0
    client.post(page_of(at, line), book(bedrijf, kies=chosen))
    payment = now(line).payment
    assert payment is not None
    assert (payment.allocated, payment.unallocated) == (Decimal("350.00"), Decimal("50.00"))


def test_a_chosen_claim_without_an_amount_gets_what_is_left_of_the_line(
    client: Client, at: Any, statement: BankStatement, bedrijf: Debtor, claims: Any
) -> None:
    line = factories.bank_line(statement, "120.00")
    chosen = [claims[0].public_id, claims[1].public_id]

    page = client.post(page_of(at, line), book(bedrijf, stap="kijk", kies=chosen))

    assert {item.number: item.amount for item in page.context["bench"].items} == {
        "2026-1000": "100,00",
        "2026-1001": "20,00",
        "2026-1002": "",
    }


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"bedrag-0": "300"}, "Er staat € 100,00 open."),
        ({"bedrag-0": "honderd"}, "“honderd” is geen bedrag."),
        ({"bedrag-0": "100", "bedrag-1": "200"}, "Samen € 300,00: meer dan de € 250,00 die binnenkwam."),
        ({}, "Vink aan welke factuur is betaald, of boek het als tegoed."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_booked(
    client: Client, at: Any, likely: BankLine, bedrijf: Debtor, claims: Any, fields: dict[str, str], said: str
) -> None:
    named = {name.replace(name[-1], claims[int(name[-1])].public_id): value for name, value in fields.items()}
    chosen = [name.removeprefix("bedrag-") for name in named]

    response = client.post(page_of(at, likely), book(bedrijf, kies=chosen, **named))

    assert response.status_code == 422
    assert said in words(response)
    assert Payment.objects.count() == 0


def test_htmx_gets_only_the_form_with_its_sums(
    client: Client, at: Any, likely: BankLine, bedrijf: Debtor, claims: Any
) -> None:
    form = book(bedrijf, kies=claims[0].public_id)
    del form["stap"]

    answer = client.post(page_of(at, likely), form, headers={"HX-Request": "true"})

    assert answer.content.decode().lstrip().startswith("<form")
    assert "Gekoppeld: € 100,00 van € 250,00." in words(answer)
    assert Payment.objects.count() == 0


def test_money_that_pays_for_nothing_is_booked_as_credit(
    client: Client, at: Any, statement: BankStatement, bedrijf: Debtor, claims: Any
) -> None:
    line = factories.bank_line(statement, "33.00")

    client.post(page_of(at, line), book(bedrijf, stap="tegoed"))

    payment = now(line).payment
    assert payment is not None
    assert (payment.debtor, payment.unallocated) == (bedrijf, Decimal("33.00"))


def test_anybody_is_found_by_name_invoice_or_amount(
    client: Client, at: Any, statement: BankStatement, bedrijf: Debtor, claims: Any
) -> None:
    line = factories.bank_line(statement, "80.00")

    page = client.get(page_of(at, line))  # nobody recognised: who has this amount open?

    assert f"?debiteur={bedrijf.public_id}" in page.content.decode()
    for text in ("smit", "20001", "2026-1001"):
        found = client.get(page_of(at, line) + f"?zoek={text}")
        assert [one.public_id for one in found.context["found"]] == [bedrijf.public_id], text
    assert "Geen debiteur gevonden" in words(client.get(page_of(at, line) + "?zoek=zzz"))
    chosen = client.get(page_of(at, line) + f"?debiteur={bedrijf.public_id}")
    assert len(chosen.context["bench"].items) == 3
    assert not any(item.is_chosen for item in chosen.context["bench"].items)


def test_what_does_not_belong_here_leaves_the_list_and_can_come_back(
    client: Client, at: Any, statement: BankStatement
) -> None:
    line = factories.bank_line(statement, "312.50", name="Belastingdienst")

    response = client.post(page_of(at, line) + "buiten/", {"note": "teruggave btw"})

    assert response.headers["Location"] == at("afletteren/")
    assert (now(line).state, now(line).note) == (LineState.LEFT_OUT, "teruggave btw")
    assert "teruggave btw" in words(client.get(at("afletteren/?stand=buiten")))
    client.post(page_of(at, line) + "terug/")
    assert now(line).state == LineState.UNKNOWN
    assert "Belastingdienst" in words(client.get(at("afletteren/")))


def test_the_last_thing_is_undone_with_a_reason(
    client: Client, at: Any, likely: BankLine, bedrijf: Debtor, claims: Any
) -> None:
    client.post(page_of(at, likely), book(bedrijf, kies=claims[1].public_id))
    address = client.get(at("afletteren/")).context["undo"]

    asked = client.get(address)
    response = client.post(address, {"reason": "andere klant"})

    assert "Factuur 2026-1001 gaat weer open: € 250,00." in words(asked)
    assert response.headers["Location"] == page_of(at, likely)
    assert now(likely).state == LineState.UNKNOWN
    assert Invoice.objects.get(pk=claims[1].pk).is_open
    assert sorted(Payment.objects.values_list("amount", flat=True)) == [Decimal("-250.00"), Decimal("250.00")]
    assert client.get(at("afletteren/")).context["undo"] == ""


def test_an_undo_without_a_reason_is_refused(
    client: Client, at: Any, likely: BankLine, bedrijf: Debtor, claims: Any
) -> None:
    client.post(page_of(at, likely), book(bedrijf, kies=claims[1].public_id))

    response = client.post(page_of(at, likely) + "ongedaan/", {"reason": ""})

    assert response.status_code == 422
    assert now(likely).state == LineState.BOOKED


def test_money_that_went_back_is_set_against_its_payment(
    client: Client, at: Any, statement: BankStatement, bedrijf: Debtor, claims: Any
) -> None:
    payment = operations.book_payment(
        debtor=bedrijf, amount=Decimal("100.00"), received_on=TODAY, payer_iban=IBAN, by=actor()
    )
    line = factories.bank_line(statement, "-100.00", is_reversal=True, return_reason="MD06")

    page = client.get(page_of(at, line))
    response = client.post(page_of(at, line) + f"terugboeking/{payment.public_id}/", {"reason": "storno"})

    assert "geld ging terug" in words(page)
    assert "teruggeboekt op verzoek van de debiteur" in words(page)
    assert [row[1] for row in rows(page, "Betalingen van dit bedrag")[1:]] == ["20001 Bouwbedrijf Smit B.V."]
    assert response.status_code == 302
    assert now(line).state == LineState.REVERSED
    assert Invoice.objects.get(pk=claims[0].pk).is_open


def test_proposals_are_confirmed_together_after_a_look(
    client: Client, at: Any, likely: BankLine, statement: BankStatement, bedrijf: Debtor, claims: Any
) -> None:
    second = factories.bank_line(
        statement,
        "80.00",
        state="proposed",
        debtor=bedrijf,
        name="Smit",
        match=proposal(bedrijf, (claims[2], "80.00")),
    )
    unknown = factories.bank_line(statement, "5.00")
    ids = [likely.public_id, second.public_id, unknown.public_id]

    seen = client.post(at("afletteren/bulk/"), {"ids": ids})

    assert rows(seen, "Voorstellen")[-1][1:3] == ["2 regels", "€ 330,00"]
    assert Payment.objects.count() == 0
    response = client.post(at("afletteren/bulk/"), {"ids": seen.context["ids"], "confirmed": "1"})
    assert "2 regels geboekt." in words(client.get(response.headers["Location"]))
    assert [now(one).state for one in (likely, second, unknown)] == ["booked", "booked", "unknown"]


def test_everything_that_the_filter_lets_through_is_taken_at_once(
    client: Client, at: Any, likely: BankLine, statement: BankStatement, bedrijf: Debtor, claims: Any
) -> None:
    factories.bank_line(
        statement, "80.00", state="proposed", debtor=bedrijf, name="X", match=proposal(bedrijf, (claims[2], "80.00"))
    )

    seen = client.post(at("afletteren/bulk/"), {"alles": "1", "filter": "q=Smit+Bouw"})

    assert rows(seen, "Voorstellen")[-1][1:3] == ["1 regel", "€ 250,00"]
    nothing = client.post(at("afletteren/bulk/"), {"ids": []})
    assert "Kies eerst een of meer regels." in words(client.get(nothing.headers["Location"]))


def test_what_changed_meanwhile_stays_on_the_list_and_says_why(
    client: Client, at: Any, likely: BankLine, bedrijf: Debtor, claims: Any
) -> None:
    operations.leave_out(line=likely, note="", by=actor())

    response = client.post(at("afletteren/bulk/"), {"ids": [likely.public_id], "confirmed": "1"})

    assert "Kies eerst een of meer regels met een voorstel." in words(client.get(response.headers["Location"]))
    again = client.post(page_of(at, likely), book(bedrijf, kies=claims[1].public_id), follow=True)
    assert "Deze regel was al verwerkt." in words(again)
    assert Payment.objects.count() == 0


def test_the_lists_by_stand_add_up_and_are_exported(
    client: Client, at: Any, likely: BankLine, statement: BankStatement, bedrijf: Debtor, claims: Any
) -> None:
    factories.bank_line(statement, "5.00")
    factories.bank_line(statement, "-7.50", state="left_out", note="kosten")
    client.post(page_of(at, likely), book(bedrijf, kies=claims[1].public_id))

    assert rows(client.get(at("afletteren/")), "Bankregels")[-1][1:3] == ["1 regel", "€ 5,00"]
    assert rows(client.get(at("afletteren/?stand=vandaag")), "Bankregels")[-1][1:3] == ["1 regel", "€ 250,00"]
    assert rows(client.get(at("afletteren/?stand=buiten")), "Bankregels")[-1][1:3] == ["1 regel", "€ -7,50"]
    assert rows(client.get(at("afletteren/?stand=alles")), "Bankregels")[-1][1:3] == ["3 regels", "€ 247,50"]
    assert len(csv_lines(client, at("afletteren/?stand=alles"))) == 4
    progress = client.get(at("afletteren/")).context["progress"]
    assert (progress.done, progress.left) == (1, 1)


def test_the_filters_go_along_to_the_next_line(client: Client, at: Any, statement: BankStatement) -> None:
    first, _other, third = (factories.bank_line(statement, amount) for amount in ("5.00", "6.00", "5.00"))

    page = client.get(page_of(at, first) + "?q=5,00")

    assert page.context["beside"].following == third
    assert (page.context["beside"].place, page.context["beside"].count) == (1, 2)
    response = client.post(page_of(at, first) + "buiten/?q=5,00", {"note": ""})
    assert response.headers["Location"] == page_of(at, third) + "?q=5%2C00"


def test_vandaag_and_the_navigation_count_what_is_to_do(client: Client, at: Any, likely: BankLine) -> None:
    page = client.get(at("vandaag/"))

    todo = next(one for one in page.context["todos"] if one.label == "Bankregels afletteren")
    assert (todo.count, todo.amount) == (1, Decimal("250.00"))
    assert next(item for item in page.context["shell"].nav if item.label == "Bank").count == 1
    assert rows(client.get(todo.url), "Bankregels")[-1][2:4] == ["1 regel", "€ 250,00"]  # behind the box to pick


def test_the_search_finds_lines_by_name_iban_description_and_amount(client: Client, at: Any, likely: BankLine) -> None:
    for text in ("Smit Bouw", IBAN, "overboeking", "€ 250,00"):
        found = client.get(at("zoeken/"), {"q": text})
        assert page_of(at, likely) in found.content.decode(), text


def test_the_owner_lets_certain_ones_wait_for_a_click(owner: User, login: Login, at: Any, inside: Tenant) -> None:
    client = login(owner)

    assert "Zekere betalingen boeken" in words(client.get(at("instellingen/")))
    response = client.post(at("instellingen/bank/"), {})

    assert response.status_code == 302
    assert MatchingSettings.objects.get().book_certain is False
    client.post(at("instellingen/bank/"), {"book_certain": "on"})
    assert MatchingSettings.objects.get().book_certain is True


def test_an_account_is_forgotten_on_the_card_of_its_debtor(
    client: Client, at: Any, bedrijf: Debtor, inside: Tenant
) -> None:
    KnownAccount.objects.create(iban=IBAN, debtor=bedrijf, confirmed_on=TODAY, confirmed_by="Jan de Boer")
    card = at(f"debiteuren/{bedrijf.public_id}/?tab=gegevens")
    address = at(f"debiteuren/{bedrijf.public_id}/rekening-vergeten/")

    assert "NL20 INGB 0001 2345 67" in words(client.get(card))
    client.post(address, {"iban": IBAN})

    assert KnownAccount.objects.get().forgotten_on == TODAY
    after = words(client.get(card))
    assert "wordt niet meer herkend als rekening van Bouwbedrijf Smit B.V." in after
    assert "bekend sinds" not in after
    assert "al niet meer bekend" in words(client.post(address, {"iban": IBAN}, follow=True))


def test_a_reader_looks_and_changes_nothing(
    reader: User, login: Login, at: Any, likely: BankLine, bedrijf: Debtor, claims: Any
) -> None:
    client = login(reader)

    page = client.get(page_of(at, likely))

    assert page.status_code == 200
    assert "Bevestig" not in words(page)
    assert client.post(page_of(at, likely), book(bedrijf, kies=claims[1].public_id)).status_code == 403
    for rest in ("buiten/", "terug/", "ongedaan/"):
        assert client.post(page_of(at, likely) + rest).status_code == 403, rest
    assert client.post(at("afletteren/bulk/"), {"ids": [likely.public_id]}).status_code == 403
    assert Payment.objects.count() == 0


def test_the_number_of_queries_of_a_line_does_not_grow(
    client: Client, at: Any, likely: BankLine, statement: BankStatement, bedrijf: Debtor
) -> None:
    client.get(page_of(at, likely))
    with CaptureQueriesContext(connection) as few:
        client.get(page_of(at, likely))
    for _ in range(6):
        factories.invoice(bedrijf, amount="10.00", due=TODAY - timedelta(days=40))
        factories.bank_line(statement, "9.00", state="proposed", debtor=bedrijf, match=proposal(bedrijf))

    with CaptureQueriesContext(connection) as many:
        client.get(page_of(at, likely))

    assert len(many) == len(few), [query["sql"][:90] for query in many.captured_queries]
