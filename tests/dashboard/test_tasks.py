"""The work list: what people should do today, one task after the other, and what comes of it."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from dashboard.rows import solving
from debtors import operations as debtors
from debtors.models import Debtor
from dunning.models import Call
from invoices.models import Dispute, Invoice
from payments.models import Promise
from tenants.models import Tenant, User
from tests import factories
from tests.conftest import TODAY, actor
from tests.dashboard.money_pages import csv_lines, hidden, monday, rows, words  # noqa: F401 - a fixture
from worklist import operations
from worklist.models import Task, TaskKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Login = Callable[[User], Client]


@pytest.fixture
def client(bookkeeper: User, login: Login) -> Client:
    return login(bookkeeper)


@pytest.fixture
def at(bakkerij: Tenant) -> Callable[[str], str]:
    return lambda rest: f"/a/{bakkerij.slug}/{rest}"


@pytest.fixture
def claim(bedrijf: Debtor) -> Invoice:
    debtors.add_contact(debtor=bedrijf, role="invoice", name="Kees Smit", phone="+31301234567", email="", by=actor())
    return factories.invoice(bedrijf, amount="1250.00", due=date(2026, 1, 31), number="2026-1")


def task(kind: str = "call", debtor: Debtor | None = None, *, due: date = TODAY, **fields: Any) -> Task:
    return operations.add_task(kind=kind, debtor=debtor, due_on=due, by=actor(), **fields)


def test_what_is_for_now_is_listed_and_the_rest_waits(client, at, bedrijf, particulier, bookkeeper):
    """For now: the call that is late (500,00) and today's own task. Later: one of tomorrow and one that sleeps."""
    task("call", bedrijf, due=date(2026, 2, 27), amount=Decimal("500.00"), owner=bookkeeper)
    task("free", due=TODAY, title="Bel de accountant")
    task("bounce", particulier, due=TODAY + timedelta(days=1))
    asleep = task("no_address", particulier)
    operations.snooze_tasks(tasks=[asleep], until=date(2026, 3, 9), by=actor())
    operations.finish_task(task=task("free", title="Gedaan"), outcome="klaar", by=actor())

    page = client.get(at("taken/"))

    listed = rows(page, "Taken")
    assert [row[2] for row in listed[1:-1]] == ["20001 Bouwbedrijf Smit B.V.", "Bel de accountant"]
    assert listed[-1][1:4] == ["Totaal", "2 taken", "€ 500,00"]
    assert "1 van 3" in words(page), "the progress of today: one done, two left"
    for query, count in (
        ("wanneer=te-laat", 1),
        ("wanneer=later", 2),
        ("wanneer=klaar", 1),
        ("soort=call", 1),
        ("eigenaar=ik", 1),
        ("eigenaar=niemand", 1),
        ("q=accountant", 1),
        ("q=smit", 1),
        (f"wanneer=later&debiteur={particulier.public_id}", 2),
    ):
        assert len(csv_lines(client, at(f"taken/?{query}"))) == count + 1, query
    assert "uitgesteld tot 09-03-2026" in words(client.get(at("taken/?wanneer=later")))


def test_one_debtor_fills_the_screen(client, at, bedrijf, claim):
    """31 January to 2 March is 30 days."""
    found = task("call", bedrijf, amount=Decimal("1250.00"))

    text = words(client.get(at(f"taken/{found.public_id}/")))

    assert "De ladder vraagt om een telefoontje" in text
    assert "+31301234567" in text
    assert "u spreekt met Jan de Boer van Bakkerij de Vries. Spreek ik met Kees Smit?" in text
    assert "Ik bel over factuur 2026-1 van € 1.250,00. Die is 30 dagen over de datum." in text
    for result in ("Belooft te betalen", "Is het niet eens", "Niet bereikt", "Later bellen", "Verkeerd nummer"):
        assert result in text
    assert rows(client.get(at(f"taken/{found.public_id}/")), "Openstaande facturen")[1] == [
        "2026-1nog geen herinnering",
        "30 d",
        "€ 1.250,00",
    ]


@pytest.mark.parametrize(
    ("result", "again", "kind", "due"),
    [
        ("no_answer", "", "call", date(2026, 3, 3)),
        ("call_back", "9-3", "call", date(2026, 3, 9)),
        ("wrong_number", "", "no_address", date(2026, 3, 5)),
    ],
)
def test_a_call_that_led_to_nothing_makes_the_next_task(client, at, bedrijf, claim, result, again, kind, due):
    found = task("call", bedrijf)
    other = task("free", title="Volgende")

    done = client.post(
        at(f"taken/{found.public_id}/gesprek/"), {"result": result, "note": "ging over", "again_on": again}
    )

    found.refresh_from_db()
    assert found.done_at is not None
    assert Call.objects.get().result == result
    left = Task.objects.open().exclude(pk=other.pk).get()
    assert (left.kind, left.due_on) == (kind, due)
    assert done.url == at(f"taken/{other.public_id}/"), "on to the next"


def test_a_promise_on_the_telephone_is_noted_as_both_and_leads_to_the_next_task(client, at, bedrijf, claim):
    found = task("broken_promise", bedrijf)
    other = task("free", title="Volgende", due=date(2026, 3, 1))
    address = at(f"beloften/nieuw/?debiteur={bedrijf.public_id}&taak={found.public_id}&soort=broken_promise")

    done = client.post(address, {"amount": "1250", "promised_for": "6-3", "invoices": [claim.public_id]}, follow=True)

    found.refresh_from_db()
    assert Promise.objects.get().amount == Decimal("1250.00")
    assert Call.objects.get().result == "promise"
    assert found.outcome == "gebeld: belooft te betalen"
    assert [url for url, _status in done.redirect_chain][-1] == at("taken/?soort=broken_promise")
    assert "Dit was de laatste taak van deze lijst." in words(done)
    assert Task.objects.open().get() == other


def test_a_dispute_on_the_telephone_finishes_the_call(client, at, bedrijf, claim):
    found = task("call", bedrijf)
    address = at(f"geschillen/nieuw/?debiteur={bedrijf.public_id}&taak={found.public_id}")

    client.post(
        address,
        {"invoice": claim.public_id, "reason": "defect", "amount": "", "deadline": "", "owner": "", "note": "stuk"},
    )

    found.refresh_from_db()
    assert Dispute.objects.get().note == "stuk"
    assert Call.objects.get().result == "dispute"
    assert found.outcome == "is het niet eens"


def test_next_and_previous_stay_in_the_filter(client, at, bedrijf, particulier):
    first = task("call", bedrijf, due=date(2026, 2, 26))
    task("free", title="Ertussen", due=date(2026, 2, 27))
    last = task("call", particulier, due=date(2026, 2, 28))

    page = client.get(at(f"taken/{first.public_id}/?soort=call"))

    assert f'href="{at(f"taken/{last.public_id}/")}?soort=call" data-key="j"' in page.content.decode()
    assert "taak 1 van 2" in words(page)
    assert 'data-key="k"' not in page.content.decode()
    assert 'data-key="k"' in client.get(at(f"taken/{last.public_id}/?soort=call")).content.decode()


def test_a_task_is_put_off_given_away_and_done(client, at, bedrijf, owner):
    found = task("free", title="Zoek het contract", debtor=bedrijf)
    address = at(f"taken/{found.public_id}/")

    assert client.post(address + "uitstel/", {"days": "", "until": ""}).status_code == 422
    assert client.post(address + "uitstel/", {"days": "", "until": "2-3-2026"}).status_code == 422
    client.post(address + "uitstel/", {"days": "7", "until": ""})
    client.post(address + "eigenaar/", {"owner": owner.public_id})
    found.refresh_from_db()
    assert (found.snoozed_until, found.owner) == (date(2026, 3, 9), owner)

    assert client.post(address + "uitkomst/", {"outcome": ""}).status_code == 422
    client.post(address + "uitkomst/", {"outcome": "gevonden", "note": "in de kast"})
    found.refresh_from_db()
    assert (found.outcome, found.note, found.done_by) == ("gevonden", "in de kast", "Jan de Boer")
    again = client.post(address + "uitkomst/", {"outcome": "nog eens"})
    assert again.status_code == 422
    assert "al afgerond door Jan de Boer" in words(again)
    assert "Afgerond door Jan de Boer" in words(client.get(address))
    verbs = list(Entry.objects.about("task", found.public_id).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["task.added", "task.snoozed", "task.assigned", "task.finished"]


def test_a_task_of_our_own(client, at, bedrijf, bookkeeper):
    address = at(f"taken/nieuw/?debiteur={bedrijf.public_id}")

    assert client.post(address, {"title": "", "due_on": "ooit"}).status_code == 422
    client.post(address, {"title": "Stuur het contract", "due_on": "9-3", "owner": bookkeeper.public_id, "note": ""})

    made = Task.objects.get()
    assert (made.kind, made.title, made.due_on, made.debtor, made.owner) == (
        "free", "Stuur het contract", date(2026, 3, 9), bedrijf, bookkeeper,
    )  # fmt: skip


def test_many_tasks_at_once(client, at, bedrijf, particulier, owner):
    picked = [task("call", bedrijf), task("call", particulier)]
    done = operations.finish_task(task=task("free", title="x"), outcome="klaar", by=actor())
    left = task("free", title="y")
    ids = ",".join(one.public_id for one in [*picked, done])

    asked = client.post(at("taken/bulk/toewijzen/"), {"ids": ids, "filter": "soort=call"})
    assert "Voor 2 taken." in words(asked)
    client.post(at("taken/bulk/toewijzen/"), {"ids": ids, "filter": "", "confirmed": "1", "owner": owner.public_id})
    everything = client.post(at("taken/bulk/uitstellen/"), {"alles": "1", "filter": "soort=call"})
    chosen = {"ids": hidden(everything, "ids"), "filter": hidden(everything, "filter"), "confirmed": "1"}
    answered = client.post(at("taken/bulk/uitstellen/"), chosen | {"days": "3", "until": ""})

    assert answered.url == at("taken/?soort=call")
    for one in [*picked, done, left]:
        one.refresh_from_db()
    assert [one.owner for one in [*picked, done, left]] == [owner, owner, None, None]
    assert [one.snoozed_until for one in [*picked, left]] == [date(2026, 3, 5), date(2026, 3, 5), None]
    nothing = client.post(at("taken/bulk/toewijzen/"), {"filter": ""}, follow=True)
    assert "Kies eerst een of meer regels." in words(nothing)


SUBJECTS = {
    "second_promise": ("debtor", "", "beloften/nieuw/"),
    "no_address": ("debtor", "", "debiteuren/"),
    "bounce": ("debtor", "", "debiteuren/"),
    "allocate_credit": ("debtor", "", "tegoeden/?debiteur="),
    "small_rest": ("invoice", "abc", "facturen/abc/"),
    "overpaid": ("payment", "abc", "betalingen/abc/"),
    "new_dispute": ("dispute", "abc", "geschillen/abc/"),
    "already_paid": ("answer", "abc", "betalingen/nieuw/?debiteur="),
    "arrangement_proposal": ("arrangement", "abc", "regelingen/abc/"),
    "arrangement_broken": ("arrangement", "abc", "regelingen/abc/"),
    "dispute_deadline": ("dispute", "abc", "geschillen/abc/"),
    "end_of_ladder": ("invoice", "abc", "facturen/abc/"),
    "handoff": ("handoff", "abc", "dossiers/abc/"),
    "in_doubt": ("message", "abc", "berichten/abc/"),
    "reopened": ("invoice", "abc", "facturen/abc/"),
    "rate_missing": ("tenant", "", "rapporten/rente/"),
    "decision_failed": ("debtor", "", "nachten/"),
    "consumer_terms": ("tenant", "", "instellingen/rente-en-kosten/"),
    "free": ("debtor", "", "debiteuren/"),
}


@pytest.mark.parametrize("kind", TaskKind.values)
def test_every_kind_says_why_it_is_there_and_leads_to_where_it_is_solved(client, at, bedrijf, claim, kind):
    subject_kind, subject_id, address = SUBJECTS.get(kind, ("debtor", "", ""))
    found = task(kind, bedrijf, subject_kind=subject_kind, subject_id=subject_id)

    response = client.get(at(f"taken/{found.public_id}/"))

    assert solving.why(found) in words(response)
    if address:
        assert f'href="{at(address)}' in response.content.decode()
    elif kind not in {"question", "contact_details"}:  # tests/portal/test_answers_staff.py
        assert "Hoe liep het?" in words(response), "it is solved on the page itself"


ADDRESSES = ("taken/", "taken/{0}/", "taken/nieuw/", "taken/{0}/uitkomst/", "taken/{0}/uitstel/", "taken/{0}/eigenaar/")
POSTS = ("taken/bulk/toewijzen/", "taken/bulk/uitstellen/", "taken/{0}/gesprek/")


def test_a_stranger_sees_nothing_and_a_reader_only_looks(at, login, reader, stranger, bedrijf, claim):
    found = task("call", bedrijf)
    for address in ADDRESSES:
        assert login(stranger).get(at(address.format(found.public_id))).status_code == 404, address
    for address in POSTS:
        assert login(stranger).post(at(address.format(found.public_id))).status_code == 404, address
        assert login(reader).post(at(address.format(found.public_id))).status_code == 403, address
    statuses = [login(reader).get(at(address.format(found.public_id))).status_code for address in ADDRESSES]
    assert statuses == [200, 200, 403, 403, 403, 403]
    assert "Niet bereikt" not in words(login(reader).get(at(f"taken/{found.public_id}/")))


def test_the_pages_ask_as_much_for_many_rows_as_for_one(client, at, bedrijf, claim, bookkeeper):
    found = task("call", bedrijf, owner=bookkeeper)
    addresses = [at("taken/"), at(f"taken/{found.public_id}/")]
    few = []
    for address in addresses:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        few.append(len(queries))
    for _number in range(5):
        task("call", factories.debtor(), owner=bookkeeper)
        factories.invoice(bedrijf)
    for address, count in zip(addresses, few, strict=True):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert len(queries) == count, address
