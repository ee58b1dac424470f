"""What can be done about an invoice and a credit note from their pages, and who may not."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from dunning.models import Notice, Policy, PolicyChoice
from invoices import operations
from invoices.models import CreditNote, Invoice, Settlement
from tenants.context import tenant_context
from tenants.models import Membership, Role, User
from tests import factories, nights
from tests.conftest import TODAY
from tests.dashboard.claims import get, post, text, wrong


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(nights.at(TODAY, 9), tick=False):
        yield


@pytest.fixture
def client(login, bookkeeper):
    return login(bookkeeper)


@pytest.fixture
def inside_of(bakkerij):
    return lambda: tenant_context(bakkerij.pk)


@pytest.fixture
def claim(inside_of):
    """A thousand euro of Smit, late since January."""
    with inside_of():
        smit = factories.debtor(number="20001", name="Bouwbedrijf Smit B.V.", kind="business")
        return factories.invoice(smit, amount="1000.00", due=date(2026, 1, 31), number="F1")


@pytest.fixture
def now_of(claim, inside_of):
    def fresh():
        with inside_of():
            return Invoice.objects.get(pk=claim.pk)

    return fresh


def url(claim, name=""):
    return f"facturen/{claim.public_id}/{name}{'/' if name else ''}"


def test_a_credit_note_is_set_against_the_invoice_at_once(client, claim, now_of, inside_of):
    form = {"number": "C-F1", "issue_date": "1-3-2026", "amount": "300,00", "vat_amount": "400"}
    assert "De btw is hoger dan het bedrag." in " ".join(wrong(post(client, url(claim, "creditnota"), form)))
    post(client, url(claim, "creditnota"), form | {"vat_amount": "52,07"})
    assert now_of().principal_open == Decimal("700.00")
    with inside_of():
        note = CreditNote.objects.get()
    shown = text(get(client, f"creditnotas/{note.public_id}/"))
    assert "verrekend" in shown
    assert "€ 300,00" in shown
    taken = wrong(post(client, url(claim, "creditnota"), form | {"vat_amount": ""}))
    assert "Nummer C-F1 bestaat al" in " ".join(taken)


def test_the_due_date_moves_until_a_statutory_letter_counted_from_it(client, claim, now_of):
    early = {"due_date": "1-1-2026", "reason": "afspraak"}
    assert "ligt voor de factuurdatum" in " ".join(wrong(post(client, url(claim, "vervaldatum"), early)))
    post(client, url(claim, "vervaldatum"), {"due_date": "31-3-2026", "reason": "afspraak"})
    assert now_of().due_date == date(2026, 3, 31)
    assert "nog niet vervallen" in text(get(client, url(claim)))


def test_costs_are_waived_with_a_reason(client, claim, now_of, inside_of):
    assert "geen rente of kosten in rekening gebracht" in text(get(client, url(claim, "kwijtschelding")))
    with inside_of():
        operations.charge_costs(invoice=claim, amount=Decimal(40), vat=Decimal(0), calculation={}, by=factories.SETUP)
    assert "Dit veld is vereist" in " ".join(wrong(post(client, url(claim, "kwijtschelding"), {"part": "costs"})))
    post(client, url(claim, "kwijtschelding"), {"part": "costs", "reason": "coulance"})
    assert now_of().costs_open == 0
    assert now_of().principal_open == 1000


def test_a_write_off_closes_the_claim_and_its_reversal_opens_it_at_the_old_rung(client, claim, now_of, inside_of):
    too_much = {"amount": "1000,01", "reason": "x"}
    assert "meer dan er openstaat" in " ".join(wrong(post(client, url(claim, "afboeking"), too_much)))
    post(client, url(claim, "afboeking"), {"amount": "1.000,00", "reason": "oninbaar"})
    assert not now_of().is_open
    with inside_of():
        settlement = Settlement.objects.get()
    assert "Draai terug" in text(get(client, url(claim)))
    post(client, f"boekingen/{settlement.public_id}/terugdraaien/", {"reason": "toch niet"})
    assert now_of().principal_open == 1000
    again = wrong(post(client, f"boekingen/{settlement.public_id}/terugdraaien/", {"reason": "nog eens"}))
    assert "Deze boeking is al teruggedraaid." in " ".join(again)
    assert "Draai terug" not in text(get(client, url(claim)))


def test_a_payment_is_not_reversed_here(client, claim, inside_of):
    with inside_of():
        row = operations.settle(invoice=claim, amount=Decimal(5), kind="payment", booked_on=TODAY, by=factories.SETUP)
    assert post(client, f"boekingen/{row.public_id}/terugdraaien/", {"reason": "x"}).status_code == 404


def test_a_letter_that_waits_is_taken_back(client, claim, inside_of):
    assert get(client, url(claim, "klaargezet")).status_code == 404  # nothing waits
    with inside_of():
        nights.plan(TODAY)
    assert "Herinnering over € 1.000,00, klaargezet voor 02-03-2026." in text(get(client, url(claim, "klaargezet")))
    post(client, url(claim, "klaargezet"), {"reason": "eerst bellen"})
    with inside_of():
        assert Notice.objects.get().ended_reason == "eerst bellen"
    assert get(client, url(claim, "klaargezet")).status_code == 404


def test_an_invoice_follows_a_policy_of_its_own(client, claim, inside_of):
    with inside_of():
        business = Policy.objects.current().get(variant="business")
        consumer = Policy.objects.current().get(variant="consumer")
    unlawful = wrong(post(client, url(claim, "beleid"), {"lineage": f"consumer:{consumer.lineage}"}))
    assert unlawful  # a business claim has no consumer's ladder
    post(client, url(claim, "beleid"), {"lineage": f"business:{business.lineage}"})
    assert "gekozen voor deze factuur" in text(get(client, url(claim)))
    with inside_of():
        assert PolicyChoice.objects.get().invoice_id == claim.pk


def test_credit_is_set_against_an_invoice_later_or_lapses(client, claim, now_of, inside_of):
    with inside_of():
        note = factories.credit_note(claim.debtor, amount="50.00", number="C9")
        other = factories.credit_note(claim.debtor, amount="10.00", number="C8")
    form = {"invoice": claim.public_id, "amount": "60"}
    assert "meer dan er openstaat" in " ".join(wrong(post(client, f"creditnotas/{note.public_id}/verrekening/", form)))
    post(client, f"creditnotas/{note.public_id}/verrekening/", form | {"amount": ""})
    assert now_of().principal_open == 950
    refused = wrong(post(client, f"creditnotas/{note.public_id}/vervallen/", {"reason": "x"}))
    assert "is al verrekend" in " ".join(refused)
    post(client, f"creditnotas/{other.public_id}/vervallen/", {"reason": "dubbel"})
    with inside_of():
        assert CreditNote.objects.get(number="C8").cancelled_on == TODAY


READS = ("", "berekening")
WORKS = ("creditnota", "vervaldatum", "beleid")
APPROVES = ("kwijtschelding", "afboeking", "klaargezet")


@pytest.fixture
def everything(claim, inside_of):
    """Every address about the claim and its credit."""
    with inside_of():
        note = factories.credit_note(claim.debtor, amount="50.00", number="C9")
        operations.write_off(invoice=claim, amount=Decimal(1), reason="x", by=factories.SETUP)
        row = Settlement.objects.get()
    works = [url(claim, name) for name in WORKS] + [f"creditnotas/{note.public_id}/verrekening/"]
    approves = [url(claim, name) for name in APPROVES]
    approves += [f"creditnotas/{note.public_id}/vervallen/", f"boekingen/{row.public_id}/terugdraaien/"]
    reads = [url(claim, name) for name in READS] + [f"creditnotas/{note.public_id}/"]
    return reads, works, approves


def test_who_only_reads_changes_nothing(login, reader, everything):
    client = login(reader)
    reads, works, approves = everything
    for address in reads:
        assert get(client, address).status_code == 200, address
    for address in (*works, *approves, "facturen/nieuw/", "facturen/bulk/aanhouden/"):
        assert post(client, address, {"reason": "x"}).status_code == 403, address


def test_an_accountant_works_and_gives_nothing_up(login, bakkerij, everything):
    user = User.objects.create_user("acc@bakkerij.test", "correct-horse-battery", name="Ann Accountant")
    Membership.objects.create(tenant=bakkerij, user=user, role=Role.ACCOUNTANT)
    client = login(user)
    _reads, works, approves = everything
    for address in works:
        assert get(client, address).status_code == 200, address
    for address in approves:
        assert get(client, address).status_code == 403, address


def test_a_stranger_finds_nothing_under_any_address(login, stranger, everything):
    client = login(stranger)
    for address in (address for group in everything for address in group):
        assert get(client, address).status_code == 404, address
        assert client.get(f"/a/garage-jansen/{address}").status_code == 404, address
