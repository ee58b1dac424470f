"""A debtor promises, or does not agree: what is noted, what the ladder does meanwhile, and how it ends."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from debtors.models import Debtor
from dunning.models import Case, Hold
from invoices import operations as invoices
from invoices.models import CreditNote, Dispute, Invoice
from payments import operations as payments
from payments.models import Promise
from tenants.models import Tenant, User
from tests import factories
from tests.conftest import TODAY, actor
from tests.dashboard.money_pages import csv_lines, monday, rows, words  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Login = Callable[[User], Client]
FRIDAY = date(2026, 3, 6)


@pytest.fixture
def client(bookkeeper: User, login: Login) -> Client:
    return login(bookkeeper)


@pytest.fixture
def at(bakkerij: Tenant) -> Callable[[str], str]:
    return lambda rest: f"/a/{bakkerij.slug}/{rest}"


@pytest.fixture
def claim(bedrijf: Debtor) -> Invoice:
    return factories.invoice(bedrijf, amount="300.00", due=date(2026, 2, 20), number="2026-1")


def promised(claim: Invoice, amount: str = "300.00", on: date = FRIDAY, **fields: Any) -> Promise:
    return payments.make_promise(
        debtor=claim.debtor, invoices=[claim], amount=Decimal(amount), promised_for=on, by=actor(), **fields
    )


# Promises


def test_a_promise_begins_with_what_is_overdue_and_lets_the_ladder_wait(client, at, bedrijf, claim):
    """Friday 6 March plus two banking days is Tuesday 10 March."""
    factories.invoice(bedrijf, amount="80.00", due=date(2026, 3, 20), number="2026-2")
    address = at(f"beloften/nieuw/?debiteur={bedrijf.public_id}")
    page = client.get(address).content.decode()
    assert 'value="300,00"' in page
    assert page.count(" checked") == 1, "only what is overdue"

    given = {"amount": "300", "promised_for": "6-3", "invoices": [claim.public_id], "made_by": "dhr. Smit", "note": ""}
    done = client.post(address, given, follow=True)

    promise = Promise.objects.get()
    assert (promise.promised_for, promise.grace_until) == (FRIDAY, date(2026, 3, 10))
    assert rows(done, "Beloften")[1][:5] == [
        "06-03-2026",
        "20001 Bouwbedrijf Smit B.V.",
        "€ 300,00",
        "2026-1",
        "10-03-2026",
    ]
    assert "Belofte voor 06-03-2026 genoteerd" in words(done)


def test_what_is_wrong_with_a_promise_stands_at_its_field(client, at, bedrijf, claim):
    address = at(f"beloften/nieuw/?debiteur={bedrijf.public_id}")

    response = client.post(address, {"amount": "300", "promised_for": "1-3-2026", "invoices": [claim.public_id]})
    nothing = client.post(address, {"amount": "", "promised_for": "morgen"})

    assert response.status_code == nothing.status_code == 422
    assert "Een belofte is voor vandaag of later. Kies een andere dag." in words(response)
    assert "“morgen” is geen datum" in words(nothing)
    assert "Kies minstens één factuur." in words(nothing)
    assert not Promise.objects.exists()


def test_a_second_promise_must_be_allowed_by_a_person(client, at, bedrijf, claim):
    promised(claim)
    address = at(f"beloften/nieuw/?debiteur={bedrijf.public_id}")
    given = {"amount": "300", "promised_for": "9-3", "invoices": [claim.public_id]}

    refused = client.post(address, given)
    assert refused.status_code == 422
    assert "Er is al een belofte voor 2026-1" in words(refused)
    client.post(address, given | {"allow_second": "on"})

    assert sorted(Promise.objects.values_list("state", flat=True)) == ["cancelled", "running"]


def test_a_promise_is_taken_back_with_a_reason(client, at, claim):
    promise = promised(claim)
    address = at(f"beloften/{promise.public_id}/intrekken/")

    assert client.post(address, {"reason": ""}).status_code == 422
    client.post(address, {"reason": "verkeerd verstaan"})

    promise.refresh_from_db()
    assert promise.state == "cancelled"
    assert client.get(address).status_code == 404, "there is nothing left to take back"


def test_the_list_of_promises_adds_up_by_state(client, at, bedrijf, particulier, claim):
    """Running 300,00 of Smit; Petra's 75,00 for 2 February was not kept."""
    promised(claim)
    other = factories.invoice(particulier, amount="75.00", due=date(2026, 1, 10), number="2026-9")
    before = actor(actor().at - timedelta(days=30))
    payments.make_promise(
        debtor=particulier, invoices=[other], amount=Decimal("75.00"), promised_for=date(2026, 2, 2), by=before
    )
    payments.judge_promises(debtor_ids=None, day=TODAY, by=actor())

    assert rows(client.get(at("beloften/")), "Beloften")[-1][1:3] == ["2 beloften", "€ 375,00"]
    broken = client.get(at("beloften/?stand=broken"))
    assert rows(broken, "Beloften")[-1][1:3] == ["1 belofte", "€ 75,00"]
    assert "niet nagekomen" in words(broken)
    assert csv_lines(client, at("beloften/?stand=broken"))[1:] == [
        "10001;Petra Jansen;75,00;02-02-2026;04-02-2026;31-01-2026;;2026-9;niet nagekomen"
    ]
    assert rows(client.get(at(f"beloften/?debiteur={bedrijf.public_id}")), "Beloften")[-1][1] == "1 belofte"


# Disputes


def test_a_part_is_disputed_and_the_page_says_what_the_ladder_does(client, at, bedrijf, claim):
    Case.objects.filter(invoice=claim).update(position_kind="reminder", position_key="reminder")
    address = at(f"geschillen/nieuw/?factuur={claim.public_id}")
    given = {
        "invoice": claim.public_id,
        "reason": "price",
        "amount": "120",
        "deadline": "",
        "owner": "",
        "note": "Te veel uren",
    }

    page = client.post(address, given, follow=True)

    dispute = Dispute.objects.get()
    assert (dispute.amount, dispute.deadline) == (Decimal("120.00"), TODAY + timedelta(days=14))
    text = words(page)
    assert "Over € 120,00 gaan geen brieven uit." in text
    assert "Over de andere € 180,00 loopt de ladder door." in text
    assert "Laatste stap: herinnering." in text
    assert "Te veel uren" in text
    assert "Geschil over factuur 2026-1" in text


def test_what_is_wrong_with_a_dispute_stands_at_its_field(client, at, claim):
    address = at(f"geschillen/nieuw/?factuur={claim.public_id}")
    given = {
        "invoice": claim.public_id,
        "reason": "price",
        "amount": "301",
        "deadline": "1-3-2026",
        "owner": "",
        "note": "",
    }

    response = client.post(address, given)
    too_much = client.post(address, given | {"deadline": ""})

    assert response.status_code == too_much.status_code == 422
    assert "Deze dag is al voorbij." in words(response)
    assert "Het betwiste bedrag (€ 301,00) is meer" in words(too_much)
    assert not Dispute.objects.exists()


def test_the_deadline_moves_and_somebody_owns_it(client, at, claim, owner):
    dispute = invoices.open_dispute(invoice=claim, reason="defect", by=actor())
    address = at(f"geschillen/{dispute.public_id}/termijn/")

    assert client.post(address, {"deadline": "1-2-2026", "owner": ""}).status_code == 422
    client.post(address, {"deadline": "1-4", "owner": owner.public_id})

    dispute.refresh_from_db()
    assert (dispute.deadline, dispute.owner) == (date(2026, 4, 1), owner)


@pytest.mark.parametrize(
    ("given", "outcome", "left"),
    [
        ({"how": "rejected"}, "rejected", "300.00"),
        ({"how": "withdrawn"}, "withdrawn", "300.00"),
        ({"how": "accepted"}, "accepted", "300.00"),
        ({"how": "write_off"}, "accepted", "180.00"),
        ({"how": "credit", "credit_number": "C-12"}, "accepted", "180.00"),
    ],
)
def test_a_dispute_over_a_part_ends_in_one_of_five_ways(client, at, claim, given, outcome, left):
    dispute = invoices.open_dispute(invoice=claim, reason="price", amount=Decimal("120.00"), by=actor())

    page = client.post(
        at(f"geschillen/{dispute.public_id}/antwoord/"), given | {"resolution": "Zo is het."}, follow=True
    )

    dispute.refresh_from_db()
    claim.refresh_from_db()
    assert (dispute.outcome, dispute.resolution) == (outcome, "Zo is het.")
    assert claim.open_amount == Decimal(left)
    held = Hold.objects.filter(invoice=claim, until=date(2026, 3, 16)).exists()
    assert held == (given["how"] == "accepted"), "until the credit note is there"
    assert CreditNote.objects.filter(number="C-12", amount=Decimal("120.00")).exists() == (given["how"] == "credit")
    assert "Het geschil is afgehandeld." in words(page)
    assert "Handel af" not in words(page)


def test_a_credit_note_carries_the_vat_that_was_in_what_it_credits(client, at, bedrijf):
    """Of 121,00 with 21,00 VAT, 60,50 is disputed: half of it, so half of the VAT: 10,50."""
    claim = factories.invoice(bedrijf, amount="121.00", vat_amount=Decimal("21.00"))
    dispute = invoices.open_dispute(invoice=claim, reason="price", amount=Decimal("60.50"), by=actor())

    client.post(
        at(f"geschillen/{dispute.public_id}/antwoord/"), {"how": "credit", "credit_number": "C-1", "resolution": "ja"}
    )

    assert CreditNote.objects.get().vat_amount == Decimal("10.50")


def test_the_answer_is_asked_for_and_a_number_that_exists_is_refused(client, at, bedrijf, claim):
    factories.credit_note(bedrijf, number="C-12")
    dispute = invoices.open_dispute(invoice=claim, reason="price", by=actor())
    address = at(f"geschillen/{dispute.public_id}/antwoord/")

    empty = client.post(address, {"how": "", "resolution": ""})
    unnumbered = client.post(address, {"how": "credit", "resolution": "ja"})
    taken = client.post(address, {"how": "credit", "credit_number": "C-12", "resolution": "ja"})

    assert empty.status_code == unnumbered.status_code == taken.status_code == 422
    assert "Een creditnota heeft een nummer." in words(unnumbered)
    assert "Nummer C-12 bestaat al" in words(taken)
    dispute.refresh_from_db()
    assert dispute.resolved_on is None, "what failed left nothing behind"
    client.post(address, {"how": "rejected", "resolution": "nee"})
    late = client.post(address, {"how": "rejected", "resolution": "nee"}, follow=True)
    assert "Dit geschil is al afgehandeld." in words(late)


def test_the_list_of_disputes_filters_and_adds_up(client, at, bedrijf, particulier, claim, bookkeeper):
    """Open: 120,00 of 2026-1 and the whole 75,00 of 2026-9, whose answer was due on 1 February. One is over."""
    invoices.open_dispute(invoice=claim, reason="price", amount=Decimal("120.00"), owner=bookkeeper, by=actor())
    late = factories.invoice(particulier, amount="75.00", number="2026-9")
    invoices.open_dispute(invoice=late, reason="defect", deadline=date(2026, 2, 1), by=actor())
    over = invoices.open_dispute(invoice=factories.invoice(bedrijf, amount="50.00"), reason="price", by=actor())
    invoices.resolve_dispute(dispute=over, outcome="rejected", resolution="nee", by=actor())

    listed = rows(client.get(at("geschillen/")), "Geschillen")
    assert [row[0] for row in listed[1:-1]] == ["2026-9", "2026-1"]
    assert [row[-1] for row in listed[1:-1]] == ["antwoord te laat", "open"]
    assert listed[-1][1:3] == ["2 geschillen", "€ 195,00"]
    for query, count in (
        ("stand=te-laat", 1),
        ("stand=afgehandeld", 1),
        ("stand=", 3),
        ("reden=price", 1),
        ("stand=&reden=price", 2),
        ("eigenaar=ik", 1),
        ("eigenaar=niemand", 1),
        ("q=petra", 1),
        (f"debiteur={bedrijf.public_id}", 1),
    ):
        assert len(csv_lines(client, at(f"geschillen/?{query}"))) == count + 1, query


PROMISES = ("beloften/", "beloften/nieuw/", "beloften/{promise}/intrekken/")
DISPUTES = (
    "geschillen/",
    "geschillen/nieuw/",
    "geschillen/{dispute}/",
    "geschillen/{dispute}/antwoord/",
    "geschillen/{dispute}/termijn/",
)


def test_a_stranger_sees_nothing_and_a_reader_only_looks(at, login, reader, stranger, bedrijf, claim):
    names = {
        "promise": promised(claim).public_id,
        "dispute": invoices.open_dispute(invoice=claim, reason="price", by=actor()).public_id,
    }
    addresses = [at(address.format(**names)) for address in PROMISES + DISPUTES]
    assert {login(stranger).get(address).status_code for address in addresses} == {404}
    assert [login(reader).get(address).status_code for address in addresses] == [200, 403, 403, 200, 403, 200, 403, 403]
    posted = login(reader).post(
        at(f"geschillen/{names['dispute']}/antwoord/"), {"how": "rejected", "resolution": "nee"}
    )
    assert posted.status_code == 403
    assert "Handel af" not in words(login(reader).get(at(f"geschillen/{names['dispute']}/")))


def test_an_accountant_may_not_write_off(at, login, bakkerij, claim):
    from tenants.models import Membership, Role

    user = User.objects.create_user("accountant@kantoor.test", "correct-horse-battery", name="Ada Counter")
    Membership.objects.create(tenant=bakkerij, user=user, role=Role.ACCOUNTANT)
    dispute = invoices.open_dispute(invoice=claim, reason="price", by=actor())
    client = login(user)

    assert "schrijf het betwiste bedrag af" not in words(client.get(at(f"geschillen/{dispute.public_id}/")))
    refused = client.post(at(f"geschillen/{dispute.public_id}/antwoord/"), {"how": "write_off", "resolution": "x"})

    assert refused.status_code == 422
    claim.refresh_from_db()
    assert claim.open_amount == Decimal("300.00")


def test_the_lists_ask_as_much_for_many_rows_as_for_one(client, at, bedrijf, claim, bookkeeper):
    promised(claim)
    invoices.open_dispute(invoice=claim, reason="price", owner=bookkeeper, by=actor())
    for address in ("beloften/", "geschillen/"):
        client.get(at(address))
        with CaptureQueriesContext(connection) as few:
            client.get(at(address))
        for _number in range(5):
            other = factories.invoice(factories.debtor())
            promised(other, "10.00")
            invoices.open_dispute(invoice=other, reason="price", owner=bookkeeper, by=actor())
        with CaptureQueriesContext(connection) as many:
            client.get(at(address))
        assert len(many) == len(few), address
