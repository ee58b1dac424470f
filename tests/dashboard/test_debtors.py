"""The list of debtors: found, sorted, kept as a view, exported, and changed many at a time."""

import csv
import io
from datetime import date

import pytest
import time_machine
from openpyxl import load_workbook

from dashboard.models import SavedView
from debtors.models import Debtor
from dunning.models import Hold, Notice, Policy, PolicyChoice
from tenants.context import tenant_context
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
def three(bakkerij):
    """Smit owes most, Jansen owes what is not due yet, Pietersen owes nothing."""
    with tenant_context(bakkerij.pk):
        smit = factories.debtor(number="20001", name="Bouwbedrijf Smit B.V.", kind="business", segment="bouw")
        jansen = factories.debtor(number="10001", name="Petra Jansen")
        pietersen = factories.debtor(number="10002", name="Piet Pietersen")
        factories.invoice(smit, amount="900.00", due=date(2026, 1, 31))
        factories.invoice(jansen, amount="121.00", due=date(2026, 3, 20))
    return smit, jansen, pietersen


def names(answer):
    return [row.name for row in answer.context["page"]]


def test_the_list_shows_what_everybody_owes_and_adds_it_up(client, three):
    answer = get(client, "debiteuren/")
    assert names(answer) == ["Bouwbedrijf Smit B.V.", "Petra Jansen", "Piet Pietersen"]
    assert "€ 900,00" in text(answer)
    assert "€ 1.021,00" in text(answer)  # the total
    assert answer.context["totals"].overdue == 900


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=smit", ["Bouwbedrijf Smit B.V."]),
        ("q=1000", ["Petra Jansen", "Piet Pietersen"]),
        ("q=%25", []),
        ("soort=business", ["Bouwbedrijf Smit B.V."]),
        ("segment=bouw", ["Bouwbedrijf Smit B.V."]),
        ("vervallen=1", ["Bouwbedrijf Smit B.V."]),
        ("open=1", ["Bouwbedrijf Smit B.V.", "Petra Jansen"]),
        ("fase=not_due", ["Petra Jansen"]),
        ("sorteer=naam", ["Bouwbedrijf Smit B.V.", "Petra Jansen", "Piet Pietersen"]),
        ("sorteer=-nr", ["Bouwbedrijf Smit B.V.", "Piet Pietersen", "Petra Jansen"]),
        ("sorteer=x;drop&pagina=abc", ["Bouwbedrijf Smit B.V.", "Petra Jansen", "Piet Pietersen"]),
        ("eigenaar=niemand&geblokkeerd=1", []),
    ],
)
def test_it_is_filtered_and_sorted_by_its_address(client, three, query, expected):
    assert names(get(client, f"debiteuren/?{query}")) == expected


def test_an_empty_list_teaches_the_next_step(client, bakkerij):
    assert "Nog geen debiteuren" in text(get(client, "debiteuren/"))
    assert "Geen debiteur past bij deze filters" in text(get(client, "debiteuren/?q=niemand"))


def test_htmx_gets_the_list_alone(client, three):
    answer = get(client, "debiteuren/?q=smit", headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert b'id="lijst"' in answer.content


def test_columns_are_chosen_in_the_address(client, three):
    answer = get(client, "debiteuren/?kolom=segment")
    heads = answer.content.decode().split("<thead>")[1].split("</thead>")[0]
    assert "Segment" in heads
    assert "Volgende stap" not in heads


def test_what_is_on_the_screen_goes_to_excel_and_csv(client, three):
    answer = get(client, "debiteuren/?vervallen=1&formaat=csv&kolom=vervallen")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Debiteurnummer", "Naam", "Soort", "Openstaand", "Vervallen"]
    assert rows[1:] == [["20001", "Bouwbedrijf Smit B.V.", "zakelijk", "900,00", "900,00"]]
    book = load_workbook(io.BytesIO(get(client, "debiteuren/?formaat=xlsx").content))
    assert [cell.value for cell in book["Debiteuren"][2]][:4] == ["20001", "Bouwbedrijf Smit B.V.", "zakelijk", 900]


def test_a_view_is_kept_for_everybody_and_thrown_away(client, three, login, owner):
    answer = post(client, "weergaven/debtors/", {"name": "Bouw", "query": "segment=bouw&pagina=3"})
    assert answer["Location"].endswith("debiteuren/?segment=bouw")
    colleague = login(owner)
    assert "Bouw" in text(get(colleague, "debiteuren/"))
    assert "Gooi weergave “Bouw” weg" in text(get(colleague, "debiteuren/?segment=bouw"))
    with tenant_context(three[0].tenant_id):
        view = SavedView.objects.get()
    post(colleague, f"weergaven/{view.public_id}/weg/")
    with tenant_context(three[0].tenant_id):
        assert not SavedView.objects.exists()
    assert post(client, "weergaven/nergens/", {"name": "x"}).status_code == 404


def test_a_new_debtor_gets_a_contact_and_a_card(client, bakkerij):
    form = {"number": "30001", "name": "Café De Zon", "kind": "business", "language": "nl", "country": "NL"}
    answer = post(client, "debiteuren/nieuw/", form | {"email": "zon@post.test", "phone": "030-1234567"})
    card = client.get(answer["Location"])
    assert "Café De Zon is toegevoegd." in text(card)
    with tenant_context(bakkerij.pk):
        contact = Debtor.objects.get(number="30001").contacts.get()
    assert (contact.email, contact.phone) == ("zon@post.test", "+31301234567")


def test_what_is_wrong_with_a_new_debtor_stands_at_its_field(client, three):
    form = {"number": "20001", "name": "Dubbel", "kind": "business", "language": "nl", "country": "NL"}
    said = " ".join(wrong(post(client, "debiteuren/nieuw/", form)))
    assert "Debiteurnummer 20001 is al in gebruik." in said
    said = " ".join(wrong(post(client, "debiteuren/nieuw/", form | {"kvk": "12", "iban": "NL00X", "phone": "12"})))
    assert "“12” is geen KvK-nummer" in said
    assert "“NL00X” is geen geldig IBAN." in said
    assert "“12” is geen geldig telefoonnummer." in said


def test_holding_many_says_first_what_will_happen_and_then_does_it(client, three):
    smit, jansen, _ = three
    with tenant_context(smit.tenant_id):
        nights.plan(TODAY)
        assert Notice.objects.get().state == "planned"
    picked = {"ids": [smit.public_id, jansen.public_id], "filter": "sorteer=naam"}
    asked = post(client, "debiteuren/bulk/aanhouden/", picked)
    assert asked.status_code == 200
    assert "1 klaargezette brief wordt ingetrokken." in text(asked)
    assert "over € 1.021,00 aan open facturen (2)" in text(asked)
    with tenant_context(smit.tenant_id):
        assert not Hold.objects.exists()  # it only asked
    answered = {"ids": f"{smit.public_id},{jansen.public_id}", "filter": "sorteer=naam", "confirmed": "1"}
    assert "Dit veld is vereist" in " ".join(wrong(post(client, "debiteuren/bulk/aanhouden/", answered)))
    past = answered | {"reason": "overleg", "until": "1-3-2026"}
    assert "vandaag of later" in " ".join(wrong(post(client, "debiteuren/bulk/aanhouden/", past)))
    done = post(client, "debiteuren/bulk/aanhouden/", answered | {"reason": "overleg", "until": "10-3"})
    assert done["Location"].endswith("debiteuren/?sorteer=naam")
    with tenant_context(smit.tenant_id):
        assert set(Hold.objects.values_list("reason", "until")) == {("overleg", date(2026, 3, 10))}
        assert Notice.objects.get().state == "withdrawn"


def test_everything_of_a_filter_gets_an_owner_a_segment_and_a_policy(client, three, owner, bakkerij):
    asked = post(client, "debiteuren/bulk/toewijzen/", {"alles": "1", "filter": "q=1000"})
    form = {name: asked.context["form"].initial[name] for name in ("ids", "filter")} | {"confirmed": "1"}
    post(client, "debiteuren/bulk/toewijzen/", form | {"owner": owner.public_id})
    post(client, "debiteuren/bulk/segment/", form | {"segment": "horeca"})
    with tenant_context(bakkerij.pk):
        chosen = Debtor.objects.filter(segment="horeca", owner=owner).order_by("number")
        assert [one.name for one in chosen] == ["Petra Jansen", "Piet Pietersen"]
        lineage = Policy.objects.current().get(variant="consumer").lineage
    assert names(get(client, f"debiteuren/?eigenaar={owner.public_id}")) == ["Petra Jansen", "Piet Pietersen"]
    post(client, "debiteuren/bulk/beleid/", form | {"lineage": f"consumer:{lineage}"})
    with tenant_context(bakkerij.pk):
        assert PolicyChoice.objects.filter(lineage=lineage).count() == 2


def test_nothing_picked_is_said_on_the_list(client, three):
    answer = post(client, "debiteuren/bulk/segment/", {"filter": ""}, follow=True)
    assert "Kies eerst een of meer regels." in text(answer)


def test_the_number_of_queries_does_not_grow_with_the_list(client, three, django_assert_num_queries, bakkerij):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    get(client, "debiteuren/")
    with CaptureQueriesContext(connection) as few:
        get(client, "debiteuren/")
    with tenant_context(bakkerij.pk):
        for number in range(12):
            factories.invoice(factories.debtor(name=f"Klant {number}", kind="business"), due=date(2026, 1, 15))
    with django_assert_num_queries(len(few.captured_queries)):
        get(client, "debiteuren/")


def test_who_only_reads_sees_the_list_and_changes_nothing(login, reader, three):
    client = login(reader)
    assert "Nieuwe debiteur" not in text(get(client, "debiteuren/"))
    for address in (
        "debiteuren/nieuw/",
        "debiteuren/bulk/aanhouden/",
        "debiteuren/bulk/segment/",
        "weergaven/debtors/",
    ):
        assert post(client, address, {"ids": three[0].public_id}).status_code == 403


def test_a_stranger_finds_nothing(login, stranger, three):
    client = login(stranger)
    assert get(client, "debiteuren/").status_code == 404
    mine = client.get("/a/garage-jansen/debiteuren/")
    assert "Smit" not in text(mine)
    asked = client.post("/a/garage-jansen/debiteuren/bulk/segment/", {"ids": three[0].public_id}, follow=True)
    assert "Kies eerst een of meer regels." in text(asked)
