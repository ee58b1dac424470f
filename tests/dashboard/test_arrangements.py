"""Paying in parts, in the browser: made, judged, followed, taken back; the limits, the list, the report."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard import calculations
from dashboard.rows import claim as claim_rows
from debtors.models import Debtor
from dunning.models import Run
from invoices.models import Invoice
from payments import operations as money
from payments.models import Arrangement, ArrangementTerms, Promise
from tenants.models import Tenant, User
from tests import factories, nights
from tests.conftest import TODAY, actor
from tests.dashboard.money_pages import csv_lines, hidden, monday, rows, words  # noqa: F401 - a fixture
from tests.payments.arranging import pay, propose, schedule
from worklist.models import Task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Login = Callable[[User], Client]
FIRST = TODAY + timedelta(days=7)


@pytest.fixture
def client(bookkeeper: User, login: Login) -> Client:
    return login(bookkeeper)


@pytest.fixture
def at(bakkerij: Tenant) -> Callable[[str], str]:
    return lambda rest: f"/a/{bakkerij.slug}/{rest}"


@pytest.fixture
def claim(bedrijf: Debtor) -> Invoice:
    return factories.invoice(bedrijf, amount="300.00", due=date(2026, 2, 20), number="2026-1")


@pytest.fixture
def running(claim: Invoice) -> Arrangement:
    return money.make_arrangement(
        debtor=claim.debtor, invoices=[claim], schedule=schedule("300.00", 3, FIRST), by=actor()
    )


@pytest.fixture
def proposed(claim: Invoice) -> Arrangement:
    return propose(claim.debtor, [claim], "300.00", months=12, first_on=FIRST, day=TODAY)


def _form(claim: Invoice, **more: Any) -> dict[str, Any]:
    return {"invoices": claim.public_id, "months": "3", "first_on": "9-3-2026", "first_amount": "", "note": ""} | more


def _typed(response: Any, **changed: str) -> dict[str, str]:
    """Give the schedule on a page as the browser would post it."""
    page = response.content.decode()
    found = {"gemaakt_van": hidden(response, "gemaakt_van"), "regels": hidden(response, "regels")}
    for line in page.split("<input")[1:]:
        if 'name="dag_' in line or 'name="bedrag_' in line:
            name = line.split('name="')[1].split('"')[0]
            inside = line.split(">")[0]
            found[name] = inside.split('value="')[1].split('"')[0] if 'value="' in inside else ""
    return found | changed


# Making one


def test_one_is_looked_at_changed_by_hand_and_agreed(client, at, claim):
    address = at(f"regelingen/nieuw/?debiteur={claim.debtor.public_id}")
    assert "2026-1: € 300,00 open" in words(client.get(address))

    looked = client.post(address, _form(claim, first_amount="150", stap="bekijk"))
    assert looked.status_code == 200
    typed = _typed(looked, bedrag_1="100,00", bedrag_2="50,00", dag_1="1-4-2026")
    made = client.post(address, _form(claim, first_amount="150", stap="spreek-af", **typed))

    found = Arrangement.objects.get()
    assert made.status_code == 302
    assert made["Location"] == at(f"regelingen/{found.public_id}/")
    parts = [(part.due_on, str(part.amount)) for part in found.instalments.order_by("number")]
    assert parts == [
        (date(2026, 3, 9), "150.00"),
        (date(2026, 4, 1), "100.00"),
        (date(2026, 5, 9), "50.00"),
    ]


def test_a_line_can_be_added_by_hand(client, at, claim):
    address = at(f"regelingen/nieuw/?debiteur={claim.debtor.public_id}")
    typed = _typed(client.post(address, _form(claim, stap="bekijk")), bedrag_2="60,00", dag_3="9-6-2026", bedrag_3="40")

    client.post(address, _form(claim, stap="spreek-af", **typed))

    assert Arrangement.objects.get().instalments.count() == 4


def test_a_schedule_that_does_not_add_up_is_shown_with_the_difference(client, at, claim):
    address = at(f"regelingen/nieuw/?debiteur={claim.debtor.public_id}")
    typed = _typed(client.post(address, _form(claim, stap="bekijk")), bedrag_0="90,00")

    answer = client.post(address, _form(claim, stap="spreek-af", **typed))

    assert answer.status_code == 422
    assert "samen € 290,00 en er staat € 300,00 open" in words(answer)
    assert not Arrangement.objects.exists()


def test_another_number_of_months_divides_anew(client, at, claim):
    address = at(f"regelingen/nieuw/?debiteur={claim.debtor.public_id}")
    typed = _typed(client.post(address, _form(claim, stap="bekijk")), bedrag_0="90,00")

    again = client.post(
        address, _form(claim, stap="spreek-af", **typed) | {"months": "2"}, headers={"HX-Request": "true"}
    )

    assert again.content.decode().count('value="150,00"') == 2
    assert "<html" not in again.content.decode()
    assert not Arrangement.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"months": "0"}, "1"),
        ({"first_on": "1-3-2026"}, "Deze dag is voorbij"),
        ({"first_amount": "veel"}, "is geen bedrag"),
        ({"invoices": []}, "Kies minstens één factuur"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(client, at, claim, changed, said):
    address = at(f"regelingen/nieuw/?debiteur={claim.debtor.public_id}")

    answer = client.post(address, _form(claim, stap="bekijk") | changed)

    assert answer.status_code == 422
    assert said in words(answer)


def test_half_a_line_is_said_at_that_line(client, at, claim):
    address = at(f"regelingen/nieuw/?debiteur={claim.debtor.public_id}")
    typed = _typed(client.post(address, _form(claim, stap="bekijk")), dag_1="")

    answer = client.post(address, _form(claim, stap="spreek-af", **typed))

    assert answer.status_code == 422
    assert "Vul dag en bedrag allebei in" in words(answer)


def test_nothing_to_arrange_says_so_and_no_debtor_asks_for_one(client, at, bedrijf):
    assert "niets openstaan" in words(client.get(at(f"regelingen/nieuw/?debiteur={bedrijf.public_id}")))
    assert client.get(at("regelingen/nieuw/")).status_code == 200


# Following one


def test_the_page_shows_what_is_paid_and_what_the_debtor_gets_when(client, at, running, claim):
    pay(claim.debtor, "150.00", FIRST)

    page = client.get(at(f"regelingen/{running.public_id}/"))

    assert rows(page, "Termijnen")[1:] == [
        ["1", "09-03-2026", "€ 100,00", "€ 100,00", "€ 0,00", "betaald"],
        [
            "2",
            "09-04-2026herinnering vooraf 06-04-2026als hij mist: herinnering 12-04-2026"
            "als hij mist: regeling vervalt 20-04-2026",
            "€ 100,00",
            "€ 50,00",
            "€ 50,00",
            "open",
        ],
        rows(page, "Termijnen")[3],
    ]
    assert "€ 150,00 50%" in words(page)


def test_a_missed_part_is_on_today_in_the_list_and_on_the_night(client, at, running):
    day = FIRST + timedelta(days=4)
    nights.plan(day)

    assert "Gemiste termijnen van regelingen" in words(client.get(at("vandaag/")))
    listed = client.get(at("regelingen/?stand=gemist"))
    assert "termijn gemist" in words(listed)
    run = Run.objects.get(day=day)
    page = words(client.get(at(f"nachten/{run.public_id}/termijnen/")))
    assert "herinnering na missen" in page
    assert "Bouwbedrijf Smit B.V. 09-03-2026" in page


def test_a_night_to_come_says_what_it_would_tell(client, at, running):
    run = Run.objects.create(day=date(2026, 4, 7), state="planning", started_at=nights.at(TODAY, 2))
    pay(running.debtor, "100.00", FIRST)

    assert "herinnering vooraf" in words(client.get(at(f"nachten/{run.public_id}/termijnen/")))


def test_the_list_adds_up_filters_and_exports(client, at, running, particulier):
    other = factories.invoice(particulier, amount="100.00", due=date(2026, 2, 20), number="2026-2")
    propose(particulier, [other], "100.00", months=12, first_on=FIRST, day=TODAY)
    pay(running.debtor, "100.00", FIRST)

    page = client.get(at("regelingen/"))

    assert rows(page, "Betalingsregelingen")[-1][:5] == [
        "Totaal: 2 regelingen",
        "",
        "€ 400,00",
        "€ 100,00",
        "€ 300,00",
    ]
    assert len(rows(client.get(at("regelingen/?stand=proposed")), "Betalingsregelingen")) == 3
    debtor = f"?debiteur={running.debtor.public_id}"
    assert "Petra" not in words(client.get(at(f"regelingen/{debtor}")))
    assert csv_lines(client, at("regelingen/?sorteer=debiteur"))[1].startswith("20001;Bouwbedrijf Smit B.V.;2026-1;")


def test_the_card_and_the_invoice_show_it(client, at, running, claim):
    card = words(client.get(at(f"debiteuren/{claim.debtor.public_id}/?tab=afspraken")))
    page = words(client.get(at(f"facturen/{claim.public_id}/")))

    for shown in (card, page):
        assert "eerstvolgende 09-03-2026: € 100,00" in shown


# Judging, taking back


def test_a_proposal_is_a_task_that_leads_to_it_and_says_what_is_beyond(client, at, proposed):
    task = Task.objects.get()
    assert "Regeling beoordelen" in words(client.get(at("vandaag/")))
    assert at(f"regelingen/{proposed.public_id}/") in client.get(at(f"taken/{task.public_id}/")).content.decode()
    page = words(client.get(at(f"regelingen/{proposed.public_id}/")))
    assert "hoogstens 6 maanden" in page

    done = client.post(at(f"regelingen/{proposed.public_id}/akkoord/"))

    assert done.status_code == 302
    proposed.refresh_from_db()
    assert proposed.state == "active"


def test_a_proposal_is_refused_with_a_reason(client, at, proposed):
    address = at(f"regelingen/{proposed.public_id}/afwijzing/")
    assert client.post(address, {"reason": ""}).status_code == 422

    client.post(address, {"reason": "te lang"})

    proposed.refresh_from_db()
    assert (proposed.state, proposed.ended_reason) == ("declined", "te lang")


def test_a_proposal_is_answered_with_another(client, at, proposed):
    address = at(f"regelingen/{proposed.public_id}/tegenvoorstel/")
    assert "Wat de debiteur voorstelde" in words(client.get(address))
    form = {"months": "4", "first_on": "9-3-2026", "first_amount": "", "note": "vier maanden kan"}
    typed = _typed(client.post(address, form | {"stap": "bekijk"}))

    client.post(address, form | {"stap": "spreek-af"} | typed)

    made = Arrangement.objects.get(state="active")
    assert (made.replaces_id, made.instalments.count()) == (proposed.pk, 4)
    assert "andere regeling in de plaats" in words(client.get(at(f"regelingen/{proposed.public_id}/")))


def test_one_that_runs_is_taken_back_with_a_reason(client, at, running):
    answer = client.post(at(f"regelingen/{running.public_id}/intrekking/"), {"reason": "op verzoek"})

    assert answer.status_code == 302
    running.refresh_from_db()
    assert running.state == "cancelled"
    assert client.get(at(f"regelingen/{running.public_id}/intrekking/")).status_code == 404


def test_a_request_begins_a_new_term_of_limitation(claim):
    before = calculations.last_day(claim, claim_rows.ledger(claim))

    propose(claim.debtor, [claim], "300.00", months=12, first_on=FIRST, day=TODAY)

    assert before == date(2031, 2, 20)
    assert calculations.last_day(claim, claim_rows.ledger(claim)) == date(2031, 3, 2)


# The limits, the report


def test_the_limits_are_explained_with_an_example_and_changed(owner, login, at, inside):
    client = login(owner)
    address = at("instellingen/betalingsregelingen/")
    page = words(client.get(address))
    assert "€ 600,00" in page
    form = {
        "is_offered": "on",
        "maximum_total": "1.000,00",
        "max_months": "9",
        "first_within_days": "7",
        "first_percent": "20",
        "minimum_instalment": "50",
        "per_year": "2",
        "remind_days_before": "2",
        "remind_days_after": "4",
        "default_after_days": "12",
        "promise_days": "30",
    }

    assert client.post(address, form | {"default_after_days": "3"}).status_code == 422
    assert client.post(address, form).status_code == 302

    terms = ArrangementTerms.objects.get()
    assert (terms.max_months, terms.maximum_total, terms.promise_days) == (9, Decimal("1000.00"), 30)
    assert "9 maanden" in words(client.get(at("instellingen/")))


def test_the_report_says_how_many_were_kept(client, at, running):
    pay(running.debtor, "300.00", TODAY)

    page = client.get(at("rapporten/regelingen/"))

    assert rows(page, "Regelingen per maand")[-1][1:] == ["1", "0", "0", "0", "€ 300,00", "€ 300,00"]
    assert csv_lines(client, at("rapporten/regelingen/"))[1].startswith("01-03-2026;1;0;0;0;300,00")


# Who may


ADDRESSES = ["", "nieuw/", "{id}/", "{id}/akkoord/", "{id}/afwijzing/", "{id}/tegenvoorstel/", "{id}/intrekking/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_stranger_gets_nothing(stranger, login, at, proposed, address):
    client = login(stranger)

    assert client.get(at(f"regelingen/{address.format(id=proposed.public_id)}")).status_code == 404


def test_a_reader_looks_and_changes_nothing(reader, login, at, proposed):
    client = login(reader)

    assert client.get(at("regelingen/")).status_code == 200
    assert client.get(at(f"regelingen/{proposed.public_id}/")).status_code == 200
    for address in ["nieuw/", *[one.format(id=proposed.public_id) for one in ADDRESSES[3:]]]:
        assert client.post(at(f"regelingen/{address}")).status_code == 403
    assert client.get(at("instellingen/betalingsregelingen/")).status_code == 403


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as counted:
        assert client.get(address).status_code == 200
    return len(counted)


@pytest.mark.parametrize("what", ["regelingen/", "regelingen/{id}/", "vandaag/"])
def test_more_rows_cost_no_more_queries(client, at, running, what):
    address = at(what.format(id=running.public_id))
    client.get(address)
    before = _queries(client, address)
    for number in range(3):
        debtor = factories.debtor(name=f"Klant {number}")
        claims = [factories.invoice(debtor, amount="100.00", due=date(2026, 2, 20)) for _ in range(2)]
        propose(debtor, claims, "200.00", months=2, first_on=FIRST, day=TODAY)

    assert _queries(client, address) == before


def test_a_promise_by_hand_is_replaced_by_an_arrangement(client, at, claim):
    money.make_promise(debtor=claim.debtor, invoices=[claim], amount=Decimal("300.00"), promised_for=FIRST, by=actor())
    address = at(f"regelingen/nieuw/?debiteur={claim.debtor.public_id}")
    typed = _typed(client.post(address, _form(claim, stap="bekijk")))

    client.post(address, _form(claim, stap="spreek-af", **typed))

    assert Promise.objects.get().state == "cancelled"
