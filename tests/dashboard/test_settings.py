"""The settings: each part is saved, says what is wrong at the field, and is for who may configure."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from collections_handoff import operations as handoffs
from correspondence.models import Message
from dunning.models import Case, LadderSettings
from invoices.models import ClaimTerms
from tenants.context import tenant_context
from tenants.models import ClosingDay, Membership, Role, User
from tests import factories
from tests.conftest import TODAY, actor
from tests.dashboard.forms import SETTINGS as BASE
from tests.dashboard.forms import inside, post, wrong

pytestmark = pytest.mark.django_db
PARTS = (
    "",
    "briefhoofd/",
    "briefhoofd/voorbeeld/",
    "briefhoofd/voorbeeld.pdf",
    "rente-en-kosten/",
    "rente-en-kosten/tabel/",
    "ladder/",
    "ladder/aan-of-uit/",
    "sluitingsdagen/",
    "mail/",
    "post/",
    "incassobureaus/",
    "incassobureaus/nieuw/",
    "mensen/",
    "administratie/",
)


@pytest.fixture(autouse=True)
def _on_monday() -> Any:
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False):
        yield


@pytest.fixture
def client(owner: User, login: Callable[[User], Client]) -> Client:
    return login(owner)


# All of it


def test_every_part_says_what_it_is_now_and_who_changed_it(client, bakkerij):
    post(client, "ladder/", contact_interval_days="9")

    page = client.get(BASE)

    cards = {card.title: card for card in page.context["cards"]}
    assert dict(cards["Aanmaningen"].facts)["Tussen twee brieven"] == "9 dagen"
    assert cards["Aanmaningen"].changed.who == "Anna de Vries"
    assert cards["Post"].changed is None
    assert "Nog geen" in cards["Incassobureaus"].missing
    assert all(client.get(card.url).status_code == 200 for card in cards.values())


@pytest.mark.parametrize("role", [Role.READER, Role.ACCOUNTANT, Role.BOOKKEEPER])
def test_who_may_not_configure_gets_no_further(bakkerij, login, role):
    user = User.objects.create_user("kijker@bakkerij.test", "correct-horse-battery", name="Kijker")
    Membership.objects.create(tenant=bakkerij, user=user, role=role)
    client = login(user)
    writing = (*PARTS, "mail/proefmails/", "sluitingsdagen/1/", "mensen/uitnodiging/")

    assert {client.get(f"{BASE}{part}").status_code for part in PARTS} == {403}
    assert {client.post(f"{BASE}{part}", {"name": "Overgenomen"}).status_code for part in writing} == {403}
    bakkerij.refresh_from_db()
    assert bakkerij.name == "Bakkerij de Vries"


def test_a_stranger_finds_nothing(bakkerij, garage, stranger, login):
    client = login(stranger)
    agency = inside(
        bakkerij, lambda: handoffs.register_agency(name="Incasso Noord", kind="agency", email="a@b.nl", by=actor())
    )
    (day,) = inside(bakkerij, lambda: _close())
    his = f"/a/{garage.slug}/instellingen/"

    assert {client.get(f"{BASE}{part}").status_code for part in PARTS} == {404}
    assert client.get(f"{his}incassobureaus/{agency.public_id}/").status_code == 404
    assert client.post(f"{his}sluitingsdagen/{day.pk}/").status_code == 404
    assert "Incasso Noord" not in client.get(f"{his}incassobureaus/").content.decode()
    assert inside(bakkerij, ClosingDay.objects.count) == 1


def _close() -> list[ClosingDay]:
    from tenants import operations

    return operations.close_on(days=[date(2026, 5, 15)], description="brugdag", by=actor())


def test_more_of_everything_is_not_more_queries(client, bakkerij, django_assert_num_queries):
    for part in ("", "mensen/", "incassobureaus/", "sluitingsdagen/", "ladder/"):
        client.get(f"{BASE}{part}")
        with CaptureQueriesContext(connection) as few:
            client.get(f"{BASE}{part}")
        number = Membership.objects.count()
        user = User.objects.create_user(f"erbij{number}@bakkerij.test", "correct-horse-battery", name="Nieuw")
        Membership.objects.create(tenant=bakkerij, user=user, role=Role.READER)
        with tenant_context(bakkerij.pk):
            ClosingDay.objects.create(day=date(2026, 6, number))
            handoffs.register_agency(name=f"Bureau {number}", kind="agency", email="a@b.nl", by=actor())
            factories.invoice(factories.debtor(kind="business"))

        with django_assert_num_queries(len(few)):
            client.get(f"{BASE}{part}")


# Interest and costs


def test_terms_are_saved_and_the_question_about_costs_is_answered(client, bakkerij):
    with tenant_context(bakkerij.pk):
        ClaimTerms.objects.update(consumer_costs_answer="")

    page = post(
        client,
        "rente-en-kosten/",
        payment_term_days="14",
        business_interest="contractual",
        contractual_percent="12,5",
        consumer_costs_answer="statutory",
    )

    assert page.status_code == 302
    row = inside(bakkerij, ClaimTerms.objects.get)
    assert (row.payment_term_days, row.contractual_percent) == (14, Decimal("12.50"))
    assert row.consumer_costs_allowed
    entry = inside(bakkerij, lambda: Entry.objects.get(subject_label="claim_terms"))
    assert entry.actor_label == "Anna de Vries"

    post(client, "rente-en-kosten/", business_interest="statutory")
    assert inside(bakkerij, ClaimTerms.objects.get).contractual_percent is None


@pytest.mark.parametrize(
    ("percent", "why"), [("", "afgesproken percentage in"), ("150", "tussen 0 en 100"), ("x", "geen percentage")]
)
def test_an_agreed_rate_is_a_rate(client, bakkerij, percent, why):
    page = post(client, "rente-en-kosten/", business_interest="contractual", contractual_percent=percent)

    assert why in wrong(page)["contractual_percent"]


def test_the_table_shows_the_rates_of_today_without_a_warning(client):
    page = client.get(f"{BASE}rente-en-kosten/tabel/")

    now = [[row.percent for row in table.rows if row.is_current] for table in page.context["tables"]]
    assert now == [[Decimal("4.00")], [Decimal("10.15")]]
    assert page.context["warnings"] == []


def test_a_half_year_without_its_rate_is_a_visible_guess(client):
    with time_machine.travel("2031-02-03T09:00:00Z", tick=False):
        client.force_login(User.objects.get(email="eigenaar@bakkerij.test"))
        pages = [
            client.get(f"{BASE}{part}").content.decode() for part in ("rente-en-kosten/", "rente-en-kosten/tabel/")
        ]

    assert all("vanaf 01-01-2031 is nog niet bevestigd" in page for page in pages)


# The ladder


def test_the_ladder_is_switched_on_after_seeing_what_would_start(client, bakkerij):
    with tenant_context(bakkerij.pk):
        LadderSettings.objects.update(live_since=None)
        for amount in ("100.00", "200.00"):
            factories.invoice(factories.debtor(kind="business"), amount=amount, due=date(2026, 2, 20))
        factories.invoice(factories.debtor(kind="business"), amount="3.00", due=date(2026, 2, 20))

    seen = client.get(f"{BASE}ladder/aan-of-uit/")
    client.post(f"{BASE}ladder/aan-of-uit/", {"naar": "aan"})

    assert "2 facturen zouden beginnen" in seen.content.decode()
    assert (seen.context["today"].notices, seen.context["today"].amount) == (2, Decimal(300))
    assert dict(seen.context["today"].still) == {"Onder het minimumbedrag": 1}
    assert inside(bakkerij, LadderSettings.objects.get).live_since == TODAY

    client.post(f"{BASE}ladder/aan-of-uit/", {"naar": "uit"})
    assert inside(bakkerij, LadderSettings.objects.get).live_since is None


def test_looking_at_what_would_start_stores_nothing(client, bakkerij):
    with tenant_context(bakkerij.pk):
        factories.invoice(factories.debtor(kind="business"))
    before = inside(bakkerij, lambda: list(Case.objects.values()))

    client.get(f"{BASE}ladder/aan-of-uit/")

    assert inside(bakkerij, lambda: list(Case.objects.values())) == before


def test_how_the_ladder_behaves_is_saved(client, bakkerij):
    page = post(
        client,
        "ladder/",
        sending_weekdays=["0", "3"],
        window_start="10:00",
        window_end="12:30",
        minimum_invoice="7,50",
        small_rest="1",
    )

    assert page.status_code == 302
    row = inside(bakkerij, LadderSettings.objects.get)
    assert (row.sending_weekdays, row.window_start, row.window_end) == ([0, 3], time(10), time(12, 30))
    assert (row.minimum_invoice, row.small_rest) == (Decimal("7.50"), Decimal(1))


def test_what_is_wrong_with_the_ladder_is_said_at_the_field(client, bakkerij):
    page = post(
        client,
        "ladder/",
        sending_weekdays=None,
        window_start="12:00",
        window_end="09:00",
        minimum_debtor="-5",
        small_rest="weinig",
        payments_max_age_days="90",
    )

    said = wrong(page)
    assert "minstens één dag" in said["sending_weekdays"]
    assert "voor het begin" in said["window_end"]
    assert "nul of meer" in said["minimum_debtor"]
    assert "geen bedrag" in said["small_rest"]
    assert "31" in said["payments_max_age_days"]


# Closing days


def test_days_are_closed_and_opened_again(client, bakkerij):
    client.post(f"{BASE}sluitingsdagen/", {"first": "27-07-2026", "last": "29-07-2026", "description": "Vakantie"})
    page = client.get(f"{BASE}sluitingsdagen/")
    first = page.context["own"][0]

    client.post(f"{BASE}sluitingsdagen/{first.pk}/")

    assert (first.day, first.description) == (date(2026, 7, 27), "Vakantie")
    left = inside(bakkerij, lambda: list(ClosingDay.objects.order_by("day").values_list("day", flat=True)))
    assert left == [date(2026, 7, 28), date(2026, 7, 29)]
    assert client.get(f"{BASE}sluitingsdagen/{first.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("first", "last", "field", "why"),
    [
        ("", "", "first", "vereist"),
        ("31-02-2026", "", "first", "geen datum"),
        ("01-02-2026", "", "first", "al geweest"),
        ("10-04-2026", "09-04-2026", "last", "voor de eerste"),
        ("10-04-2026", "10-04-2027", "last", "hoogstens 62"),
        ("15-05-2026", "", "first", "staat al"),
    ],
)
def test_a_closing_day_that_cannot_be_is_said_at_the_field(client, bakkerij, first, last, field, why):
    inside(bakkerij, _close)

    page = client.post(f"{BASE}sluitingsdagen/", {"first": first, "last": last})

    assert why in wrong(page)[field]


def test_the_public_holidays_of_two_years_are_named(client):
    this = dict(client.get(f"{BASE}sluitingsdagen/").context["holidays"])
    next_year = dict(client.get(f"{BASE}sluitingsdagen/?jaar=2027").context["holidays"])

    assert this[date(2026, 4, 3)] == "Goede vrijdag"
    assert this[date(2026, 5, 5)] == "Bevrijdingsdag"
    assert this[date(2026, 4, 27)] == "Koningsdag"
    assert next_year[date(2027, 3, 26)] == "Goede vrijdag"
    assert all(this.values())


# The administration


def test_the_administration_is_renamed_and_its_address_stays(client, bakkerij):
    page = post(client, "administratie/", name="De Vries & Zn.", badge_colour="#B4530A")

    bakkerij.refresh_from_db()
    assert page.headers["Location"] == f"{BASE}administratie/"
    assert (bakkerij.name, bakkerij.badge_colour, bakkerij.slug) == ("De Vries & Zn.", "#b4530a", "bakkerij-de-vries")


def test_a_colour_that_is_none_is_refused(client, bakkerij):
    assert list(wrong(post(client, "administratie/", badge_colour="blauw", name="X"))) == ["badge_colour"]


def test_nothing_that_is_the_same_is_logged(client, bakkerij):
    before = inside(bakkerij, Entry.objects.count)

    for part in ("briefhoofd/", "rente-en-kosten/", "administratie/", "ladder/", "post/"):
        assert post(client, part).status_code == 302

    assert inside(bakkerij, Entry.objects.count) == before
    assert inside(bakkerij, Message.objects.count) == 0


def test_the_log_calls_settings_by_their_names(client, bakkerij):
    post(client, "ladder/", contact_interval_days="9", sending_weekdays=["0", "3"])
    post(client, "post/", posted_at_once="on")

    page = client.get("/a/bakkerij-de-vries/logboek/").content.decode()

    assert "minimaal dagen tussen twee brieven" in page
    assert "maandag, donderdag" in page
    assert "een brief geldt als gepost zodra hij is afgedrukt" in page
    assert "contact_interval_days" not in page
