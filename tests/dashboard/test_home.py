"""Outside an administration: which one, all side by side, a new one, and how somebody wants to see it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from reporting import operations as reporting
from tenants.context import tenant_context
from tenants.models import Letterhead, Membership, Tenant, User
from tests import factories
from tests.conftest import TODAY
from tests.dashboard.money_pages import csv_lines, rows, words
from tests.dashboard.night_pages import HOME, _early_on_monday, planned  # noqa: F401

pytestmark = pytest.mark.django_db


def summarise(tenant: Tenant) -> None:
    with tenant_context(tenant.pk):
        reporting.summarise(day=TODAY)


def test_who_is_not_logged_in_is_asked_to(bakkerij):
    for address in ("/", "/alles/", "/administraties/nieuw/", f"{HOME}vandaag/"):
        answer = Client().get(address)
        assert answer.headers["Location"].startswith("/account/login/"), address


def test_one_administration_opens_by_itself(bakkerij, bookkeeper, login):
    assert login(bookkeeper).get("/").headers["Location"] == f"{HOME}vandaag/"
    assert login(bookkeeper).get(HOME).headers["Location"] == f"{HOME}vandaag/"


def test_of_several_one_chooses(bakkerij, garage, bookkeeper, login):
    Membership.objects.create(tenant=garage, user=bookkeeper, role="reader")

    assert login(bookkeeper).get("/").headers["Location"] == "/alles/"


def test_who_works_nowhere_is_told_what_to_do(db, login):
    somebody = User.objects.create_user("nieuw@test.test", "correct-horse-battery", name="Nora Nieuw")
    client = login(somebody)

    page = client.get("/")

    assert "U werkt nog in geen enkele administratie" in words(page)
    assert 'href="/administraties/nieuw/"' in page.content.decode()
    assert client.get("/alles/").headers["Location"] == "/"


def test_administrations_stand_side_by_side_as_the_night_left_them(bakkerij, garage, bookkeeper, login):
    planned(bakkerij)
    summarise(bakkerij)
    Membership.objects.create(tenant=garage, user=bookkeeper, role="reader")
    client = login(bookkeeper)

    page = client.get("/alles/")

    first, second = page.context["rows"]
    assert (first.name, first.notices, first.open_amount, first.overdue) == ("Bakkerij de Vries", 2, 2171.5, 2071.5)
    assert (second.name, second.day) == ("Garage Jansen", None)
    assert "gepland" in words(page)
    assert "nog geen nacht" in words(page)
    assert f'href="{HOME}vandaag/"' in page.content.decode()
    assert rows(page, "Alle administraties")[-1][:5] == ["Totaal", "", "2", "0", "€ 2.171,50"]
    assert csv_lines(client, "/alles/")[1] == "Bakkerij de Vries;2;0;2171,50;2071,50;" + csv_end(client)


def csv_end(client: Client) -> str:
    row = client.get("/alles/").context["rows"][0]
    return f"{str(row.dso).replace('.', ',')};02-03-2026"


def test_the_administration_of_a_stranger_is_not_among_them(bakkerij, garage, bookkeeper, stranger, login):
    planned(bakkerij)
    summarise(bakkerij)
    summarise(garage)

    page = login(stranger).get("/alles/")

    assert [row.name for row in page.context["rows"]] == ["Garage Jansen"]
    assert "Bakkerij" not in page.content.decode()


def test_the_number_of_queries_does_not_grow_with_administrations(bakkerij, bookkeeper, login):
    client = login(bookkeeper)
    client.get("/alles/")
    with CaptureQueriesContext(connection) as few:
        client.get("/alles/")
    for number in range(5):
        made = factories.tenant(f"Zaak {number}")
        Membership.objects.create(tenant=made, user=bookkeeper, role="owner")
        summarise(made)

    with CaptureQueriesContext(connection) as many:
        page = client.get("/alles/")

    assert len(page.context["rows"]) == 6
    assert len(many) == len(few)


def test_a_new_administration_is_owned_by_who_made_it(bakkerij, bookkeeper, login):
    client = login(bookkeeper)

    answer = client.post("/administraties/nieuw/", {"name": "Kwekerij Het Groene Hart"})

    assert answer.headers["Location"] == "/a/kwekerij-het-groene-hart/vandaag/"
    assert "Zo begint u" in words(client.get(answer.headers["Location"]))
    made = Tenant.objects.get(slug="kwekerij-het-groene-hart")
    assert Membership.objects.get(tenant=made).user == bookkeeper
    assert Membership.objects.get(tenant=made).role == "owner"
    with tenant_context(made.pk):
        assert Letterhead.objects.get().email == bookkeeper.email
        assert Entry.objects.filter(actor_label="Jan de Boer").exists()


def test_a_new_administration_needs_a_name(bakkerij, bookkeeper, login):
    before = Tenant.objects.count()

    answer = login(bookkeeper).post("/administraties/nieuw/", {"name": " "})

    assert answer.status_code == 422
    assert "id_name_error" in answer.content.decode()
    assert Tenant.objects.count() == before


def test_inside_an_administration_these_pages_lead_out(bakkerij, bookkeeper, login):
    client = login(bookkeeper)

    for address in ("alles/", "administraties/nieuw/"):
        assert client.get(HOME + address).headers["Location"] == f"/{address}"


def test_theme_and_language_are_remembered(bakkerij, bookkeeper, login):
    client = login(bookkeeper)

    answer = client.post("/voorkeuren/", {"theme": "dark", "next": f"{HOME}vandaag/"})

    assert answer.headers["Location"] == f"{HOME}vandaag/"
    assert 'data-theme="dark"' in client.get(f"{HOME}vandaag/").content.decode()
    client.post("/voorkeuren/", {"language": "en", "next": "/"})
    assert '<html lang="en"' in client.get(f"{HOME}vandaag/").content.decode()
    bookkeeper.refresh_from_db()
    assert (bookkeeper.theme, bookkeeper.language) == ("dark", "en")


def test_what_is_no_preference_changes_nothing(bakkerij, bookkeeper, login):
    login(bookkeeper).post("/voorkeuren/", {"theme": "pink", "language": "xx"})

    bookkeeper.refresh_from_db()
    assert (bookkeeper.theme, bookkeeper.language) == ("auto", "nl")


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test/", "javascript:alert(1)", ""])
def test_afterwards_one_never_lands_elsewhere(bakkerij, bookkeeper, login, target):
    answer = login(bookkeeper).post("/voorkeuren/", {"theme": "dark", "next": target})

    assert answer.headers["Location"] == "/"


def test_preferences_are_posted(bakkerij, bookkeeper, login):
    assert login(bookkeeper).get("/voorkeuren/").status_code == 405
