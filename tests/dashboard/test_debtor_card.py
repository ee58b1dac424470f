"""The card of a debtor: what one sees of him, and what one can do from there."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from debtors import operations as debtors
from debtors.models import Debtor
from dunning.models import Call, Hold, Policy, PolicyChoice
from invoices import operations as invoices
from invoices.models import Invoice
from payments import operations as money
from tenants.context import tenant_context
from tests import factories, nights
from tests.conftest import TODAY
from tests.dashboard.claims import get, post, text, wrong
from worklist.models import Task


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(nights.at(TODAY, 9), tick=False):
        yield


@pytest.fixture
def client(login, bookkeeper):
    return login(bookkeeper)


@pytest.fixture
def smit(bakkerij):
    """Bouwbedrijf Smit owes two invoices, one of them late."""
    with tenant_context(bakkerij.pk):
        made = factories.debtor(number="20001", name="Bouwbedrijf Smit B.V.", kind="business")
        factories.invoice(made, amount="900.00", due=date(2026, 1, 31), number="F1")
        factories.invoice(made, amount="121.00", due=date(2026, 3, 20), number="F2")
    return made


@pytest.fixture
def inside_of(smit):
    return lambda: tenant_context(smit.tenant_id)


def card(client, smit, query=""):
    return get(client, f"debiteuren/{smit.public_id}/{query}")


def test_the_card_says_who_it_is_what_is_open_and_what_comes(client, smit):
    answer = card(client, smit)
    said = text(answer)
    assert "Bouwbedrijf Smit B.V." in said
    assert "nog geen betaalgedrag" in said
    assert [item.number for item in answer.context["items"]] == ["F1", "F2"]
    assert answer.context["totals"].amount == Decimal("1021.00")
    late, early = answer.context["items"]
    assert (late.days_late, early.days_late) == (30, 0)
    assert late.standing.what == "herinnering"
    coming = [(event.at, event.title) for event in answer.context["planned"]]
    assert coming == sorted(coming, key=lambda pair: pair[0], reverse=True)  # the furthest on top
    assert coming[-1] == (TODAY, "Herinnering")


def test_a_letter_that_waits_stands_on_the_timeline_with_its_night(client, smit, inside_of):
    with inside_of():
        nights.plan(TODAY)
    answer = card(client, smit)
    last = answer.context["planned"][-1]
    assert (last.title, last.state) == ("Herinnering", "wacht op goedkeuring")
    assert "/nachten/" in last.url
    assert answer.context["items"][0].standing.must_act


def test_how_he_pays_and_where_that_goes(client, smit, inside_of):
    with inside_of():
        for month in (3, 4, 5):
            for year, late in ((2024, 2), (2025, 20)):
                due = date(year, month, 10)
                invoice = factories.invoice(smit, due=due)
                paid_on = date(year, month, 10 + late if late < 20 else 30)
                money.book_payment(
                    debtor=smit, amount=invoice.principal, received_on=paid_on, designated=[invoice], by=factories.SETUP
                )
    said = text(card(client, smit))
    assert "betaalt gemiddeld 20 dagen te laat" in said
    assert "18 dagen later dan het jaar ervoor" in said


def test_every_tab_opens(client, smit, inside_of):
    with inside_of():
        paid = factories.invoice(smit, due=date(2025, 12, 1), number="F0")
        money.book_payment(debtor=smit, amount=paid.principal, received_on=TODAY, designated=[paid], by=factories.SETUP)
    assert "F0" in text(card(client, smit, "?tab=historie"))
    assert "debiteur20001@post.test" in text(card(client, smit, "?tab=contacten"))
    assert "Geen beloften" in text(card(client, smit, "?tab=afspraken"))
    assert "20001" in text(card(client, smit, "?tab=gegevens"))
    assert "aangemaakt" in text(card(client, smit, "?tab=logboek"))
    assert "Openstaand" in text(card(client, smit, "?tab=bestaat-niet"))


def test_a_note_and_a_call_come_on_the_timeline_under_their_filter(client, smit, inside_of):
    post(client, f"debiteuren/{smit.public_id}/notities/", {"text": "Betaalt vrijdag."})
    answer = post(client, f"debiteuren/{smit.public_id}/gesprekken/", {"result": "no_answer", "note": "voicemail"})
    assert answer["Location"].endswith("#tijdlijn")
    assert "Betaalt vrijdag." in text(card(client, smit))
    calls = card(client, smit, "?soort=telefoon")
    assert [event.title for event in calls.context["past"]] == ["Gebeld: niet bereikt"]
    fragment = get(client, f"debiteuren/{smit.public_id}/?soort=notitie", headers={"HX-Request": "true"})
    assert b"<html" not in fragment.content
    assert "Betaalt vrijdag." in fragment.content.decode()
    with inside_of():
        assert Call.objects.get().result == "no_answer"
        assert Task.objects.get(kind="call").due_on == date(2026, 3, 3)


@pytest.mark.parametrize(("result", "form"), [("promise", "beloften/nieuw/"), ("dispute", "geschillen/nieuw/")])
def test_a_call_leads_to_the_promise_or_dispute_that_came_out_of_it(client, smit, result, form):
    answer = post(client, f"debiteuren/{smit.public_id}/gesprekken/", {"result": result})
    assert answer["Location"].endswith(f"{form}?debiteur={smit.public_id}")
    assert client.get(answer["Location"]).status_code == 200


def test_picked_items_go_along_to_the_forms_about_them(client, smit, inside_of):
    with inside_of():
        first, second = Invoice.objects.order_by("number").values_list("public_id", flat=True)
    for name, form in (("belofte", "beloften/nieuw/"), ("betaling", "betalingen/nieuw/")):
        answer = post(client, f"debiteuren/{smit.public_id}/{name}/", {"ids": [first, second]})
        assert answer["Location"].endswith(f"{form}?debiteur={smit.public_id}&factuur={first}&factuur={second}")
        assert client.get(answer["Location"]).status_code == 200
    one = client.get(post(client, f"debiteuren/{smit.public_id}/geschil/", {"ids": [first, second]})["Location"])
    assert "Een geschil gaat over één factuur: begin met F1." in text(one)


def test_what_was_promised_and_disputed_stands_under_its_tab_and_on_its_item(client, smit, inside_of):
    with inside_of():
        first, second = Invoice.objects.order_by("number")
        invoices.open_dispute(invoice=first, reason="defect", amount=Decimal(100), by=factories.SETUP)
        money.make_promise(
            debtor=smit, invoices=[second], amount=Decimal(121), promised_for=date(2026, 3, 6), by=factories.SETUP
        )
    said = text(card(client, smit, "?tab=afspraken"))
    assert "gebrek of klacht" in said
    assert "06-03-2026" in said
    assert card(client, smit).context["items"][1].badge.label == "belofte loopt"


def test_a_hold_stands_in_red_and_is_lifted(client, smit, inside_of):
    url = f"debiteuren/{smit.public_id}/aanhouding/"
    assert "Geen brieven en belverzoeken voor 1 debiteur" in text(get(client, url))
    post(client, url, {"confirmed": "1", "reason": "overleg loopt", "until": "10-3"})
    answer = card(client, smit)
    assert "Aangehouden t/m 10-03-2026: overleg loopt" in text(answer)
    assert {item.badge.label for item in answer.context["items"]} == {"aangehouden"}
    with inside_of():
        hold = Hold.objects.get()
    post(client, f"aanhoudingen/{hold.public_id}/einde/")
    assert "overleg loopt" not in [block.text for block in card(client, smit).context["head"].blocks]
    with inside_of():
        assert Hold.objects.get().lifted_on == TODAY


def test_picked_items_are_held_and_the_others_go_on(client, smit, inside_of):
    with inside_of():
        first = Invoice.objects.get(number="F1")
    post(client, f"debiteuren/{smit.public_id}/aanhouding/", {"confirmed": "1", "ids": first.public_id, "reason": "x"})
    labels = {item.number: item.badge.label for item in card(client, smit).context["items"]}
    assert labels == {"F1": "aangehouden", "F2": "nog niet vervallen"}


def test_a_legal_state_stops_everything(client, smit):
    url = f"debiteuren/{smit.public_id}/juridische-status/"
    assert "Vul in sinds welke dag dit zo is." in " ".join(wrong(post(client, url, {"state": "bankrupt"})))
    post(client, url, {"state": "bankrupt", "since": "27-2-2026"})
    answer = card(client, smit)
    assert "Juridische status: failliet" in text(answer)
    assert answer.context["planned"] == []
    post(client, url, {"state": ""})
    assert "failliet" not in text(card(client, smit)).split("Tijdlijn")[0]


def test_changing_the_kind_says_what_follows_and_asks_again(client, smit, inside_of):
    form = {"name": "Smit", "kind": "consumer", "language": "nl", "country": "NL"}
    answer = post(client, f"debiteuren/{smit.public_id}/gegevens/", form)
    assert answer.status_code == 422
    assert "incassokosten pas na een veertiendagenbrief" in text(answer)
    assert "De 2 open facturen houden de regels van toen" in text(answer)
    with inside_of():
        assert Debtor.objects.get(pk=smit.pk).kind == "business"
    post(client, f"debiteuren/{smit.public_id}/gegevens/", form | {"kind_confirmed": "1"})
    with inside_of():
        assert Debtor.objects.get(pk=smit.pk).kind == "consumer"
        assert set(Invoice.objects.values_list("acted_as_consumer", flat=True)) == {False}
    assert "soort: zakelijk → particulier" in text(card(client, smit, "?tab=logboek"))


def test_contacts_are_added_changed_removed_and_believed_again(client, smit, inside_of):
    url = f"debiteuren/{smit.public_id}/contacten/"
    assert "Vul een e-mailadres of een telefoonnummer in." in text(post(client, url, {"role": "invoice"}))
    post(client, url, {"role": "invoice", "name": "Kees", "email": "kees@post.test", "phone": "0612345678"})
    taken = {"role": "invoice", "email": "KEES@post.test"}
    assert "staat al bij deze debiteur" in " ".join(wrong(post(client, url, taken)))
    with inside_of():
        kees = smit.contacts.get(name="Kees")
        assert kees.phone == "+31612345678"
    changed = {"role": "escalation", "name": "Kees", "email": "kees@smit.test"}
    post(client, f"contacten/{kees.public_id}/", changed)
    with inside_of():
        debtors.mark_email_invalid(debtor=smit, address="kees@smit.test", reason="vol", by=factories.SETUP)
    assert "komt terug" in text(card(client, smit, "?tab=contacten"))
    assert "Mail komt terug" in text(card(client, smit))
    post(client, f"debiteuren/{smit.public_id}/adres-werkt/")
    assert "Mail komt terug" not in text(card(client, smit)).split("Tijdlijn")[0]
    post(client, f"contacten/{kees.public_id}/weg/")
    with inside_of():
        assert [one.name for one in smit.contacts.all()] == [""]


def test_an_owner_and_a_policy_are_chosen(client, smit, owner, inside_of):
    post(client, f"debiteuren/{smit.public_id}/eigenaar/", {"owner": owner.public_id})
    assert "eigenaar Anna de Vries" in text(card(client, smit))
    with inside_of():
        lineage = Policy.objects.current().get(variant="business").lineage
    post(client, f"debiteuren/{smit.public_id}/beleid/", {"lineage": f"business:{lineage}"})
    assert "gekozen voor deze debiteur" in text(card(client, smit))
    post(client, f"debiteuren/{smit.public_id}/beleid/", {"lineage": "business:"})
    assert "(de standaard)" in text(card(client, smit))
    with inside_of():
        assert not PolicyChoice.objects.exists()


def test_a_form_comes_as_a_dialog_and_leads_on_by_a_header(client, smit):
    url = f"debiteuren/{smit.public_id}/notities/"
    dialog = get(client, url, headers={"HX-Request": "true"})
    assert b"data-dialog-title" in dialog.content
    assert b"<html" not in dialog.content
    sent = post(client, url, {"text": "x"}, headers={"HX-Request": "true"})
    assert sent["HX-Redirect"].endswith("#tijdlijn")
    # From the card itself that address is a place on the same page: it would not be loaded, nor say that it is done.
    on_card = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{sent['HX-Redirect'].split('#')[0]}"}
    assert post(client, url, {"text": "y"}, headers=on_card)["HX-Refresh"] == "true"


def test_credit_that_is_left_stands_on_the_card(client, smit, inside_of):
    with inside_of():
        factories.credit_note(smit, amount="50.00", number="C1")
    answer = card(client, smit)
    assert [(one.label, one.left) for one in answer.context["credits"]] == [("Creditnota C1", Decimal("50.00"))]
    assert any(stat.label == "Tegoed" and stat.must_act for stat in answer.context["stats"])


def test_the_statement_is_a_pdf_and_a_sheet(client, smit):
    pdf = get(client, f"debiteuren/{smit.public_id}/debiteurkaart/")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    sheet = get(client, f"debiteuren/{smit.public_id}/debiteurkaart/?formaat=csv").content.decode("utf-8-sig")
    assert "F1;17-01-2026;31-01-2026;30;" in sheet
    assert "900,00" in sheet


def test_the_number_of_queries_does_not_grow_with_the_claims(client, smit, inside_of, django_assert_num_queries):
    card(client, smit)
    with CaptureQueriesContext(connection) as few:
        card(client, smit)
    with inside_of():
        for number in range(9):
            factories.invoice(smit, due=date(2026, 1, 5 + number))
    with django_assert_num_queries(len(few.captured_queries)):
        card(client, smit)


CHANGES = (
    *("gegevens", "juridische-status", "eigenaar", "beleid", "adres-werkt", "contacten", "notities", "gesprekken"),
    "aanhouding",
)

PICKS = ("geschil", "belofte", "betaling")  # only posted to


def test_who_only_reads_sees_the_card_and_changes_nothing(login, reader, smit, inside_of):
    client = login(reader)
    with inside_of():
        before = Entry.objects.count()
        contact = smit.contacts.get()
    assert "Nieuwe betaling" not in text(card(client, smit))
    addresses = [f"debiteuren/{smit.public_id}/{name}/" for name in (*CHANGES, *PICKS)]
    addresses += [f"contacten/{contact.public_id}/", f"contacten/{contact.public_id}/weg/"]
    for address in addresses:
        assert post(client, address, {"text": "x"}).status_code == 403, address
    with inside_of():
        assert Entry.objects.count() == before


def test_a_stranger_finds_nothing_under_any_address(login, stranger, smit, inside_of):
    client = login(stranger)
    with inside_of():
        contact = smit.contacts.get()
    addresses = [f"debiteuren/{smit.public_id}/", f"debiteuren/{smit.public_id}/debiteurkaart/"]
    addresses += [f"debiteuren/{smit.public_id}/{name}/" for name in CHANGES]
    addresses += [f"contacten/{contact.public_id}/", f"contacten/{contact.public_id}/weg/"]
    for address in addresses:
        assert get(client, address).status_code == 404, address
        assert client.get(f"/a/garage-jansen/{address}").status_code == 404, address
    for name in PICKS:
        assert client.post(f"/a/garage-jansen/debiteuren/{smit.public_id}/{name}/").status_code == 404, name
