"""*Vandaag*: what needs a person, what goes out and what does not, and every figure with the list behind it."""

from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dunning import operations as ladder
from dunning.models import LadderSettings
from payments import operations as payments
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.conftest import TODAY, actor
from tests.dashboard.money_pages import rows, words
from tests.dashboard.night_pages import HOME, _early_on_monday, more, plan, planned, stock  # noqa: F401
from worklist import operations as worklist
from worklist.models import Task

pytestmark = pytest.mark.django_db
TODAY_PAGE = f"{HOME}vandaag/"


def test_what_waits_stands_on_top_with_how_much_and_where_to_go(bakkerij, bookkeeper, login):
    planned(bakkerij)

    page = login(bookkeeper).get(TODAY_PAGE)

    said = words(page)
    assert "maandag 02-03-2026" in said
    assert "Brieven goedkeuren 2 × herinnering; oudste van 02-03 € 1.694,00 Goedkeuren" in said
    assert f'href="{HOME}brieven/"' in page.content.decode()
    assert rows(page, "Vandaag gaat uit")[1][:4] == ["herinnering", "", "2", "€ 1.694,00"]
    assert "Wat is goedgekeurd gaat om 08:30 de deur uit." in said


def test_what_does_not_go_out_adds_up_and_leads_to_its_list(bakkerij, bookkeeper, login):
    planned(bakkerij)
    client = login(bookkeeper)

    page = client.get(TODAY_PAGE)

    listed = rows(page, "Waarom vervallen facturen niets krijgen")
    assert ["In geschil", "€ 302,501 factuur"] in listed
    assert ["Geen werkend adres uw beslissing", "€ 75,001 factuur"] in listed
    assert listed[-1] == ["Totaal", "€ 377,502 facturen"]
    behind = client.get(f"{HOME}gaat-niet-uit/?reden=dispute")
    assert [row[0] for row in rows(behind, "Facturen die niets krijgen")[1:-1]] == ["2026-0419"]
    assert rows(behind, "Facturen die niets krijgen")[-1][1:3] == ["1 factuur", "€ 302,50"]


def test_every_figure_leads_to_a_page_that_is_there(bakkerij, owner, login):
    planned(bakkerij)
    client = login(owner)
    page = client.get(TODAY_PAGE)

    for stat in page.context["stats"]:
        assert client.get(unescape(stat.url)).status_code == 200, stat.label
    for phase in page.context["phases"]:
        assert client.get(phase.url).status_code == 200, phase.label
    for todo in page.context["todos"]:
        assert client.get(todo.url).status_code == 200, todo.label
    assert sum(phase.count for phase in page.context["phases"]) == 5


def test_before_two_o_clock_it_is_a_look_ahead_and_says_so(bakkerij, bookkeeper, login):
    stock(bakkerij)

    page = login(bookkeeper).get(TODAY_PAGE)

    said = words(page)
    assert "Vannacht gaat uit" in said
    assert "vooruitblik" in said
    assert "De nacht wordt om 02:00 gepland." in said
    assert rows(page, "Vannacht gaat uit")[1][2:4] == ["2", "€ 1.694,00"]
    assert "Keur goed" not in said


def test_a_held_night_is_an_alarm_that_says_what_to_do(bakkerij, bookkeeper, login):
    with tenant_context(bakkerij.pk):
        LadderSettings.objects.update(payments_until=TODAY - timedelta(days=9))
    planned(bakkerij)

    page = login(bookkeeper).get(TODAY_PAGE)

    said = words(page)
    assert "De nacht is aangehouden: er gaat niets uit" in said
    assert "Betalingen zijn bijgewerkt t/m 21-02-2026: te oud." in said
    assert f'href="{HOME}betalingen-tm/"' in page.content.decode()


def test_no_night_for_more_than_a_day_is_an_alarm(bakkerij, bookkeeper, login):
    Tenant.objects.update(created_at=nights.at(TODAY - timedelta(days=30), 9))
    client = login(bookkeeper)

    assert "Er is nog geen enkele nacht afgemaakt." in words(client.get(TODAY_PAGE))
    Tenant.objects.update(last_run_completed_at=nights.at(TODAY - timedelta(days=2), 2))
    assert "De laatste nacht die werd afgemaakt is van 28-02-2026." in words(client.get(TODAY_PAGE))
    Tenant.objects.update(last_run_completed_at=nights.at(TODAY, 2))
    assert "Er wordt niets gepland" not in words(client.get(TODAY_PAGE))


def test_a_new_administration_is_led_by_the_hand(owner, bakkerij, login):
    fresh = factories.tenant("Vers", live=False)
    owner.memberships.create(tenant=fresh, role="owner")
    client = login(owner)

    page = client.get("/a/vers/vandaag/")

    steps = page.context["start"].steps
    assert [step.is_done for step in steps] == [True, False, False, False, False]
    assert [step.is_next for step in steps] == [False, True, False, False, False]
    assert "Zo begint u" in words(page)
    assert "Waar het geld staat" not in words(page)  # nothing to show yet
    assert "Aanmaningen staan uit: er gaat niets de deur uit." in words(page)
    for step in steps:
        assert client.get(step.url).status_code == 200, step.title


def test_steps_get_their_tick_and_the_guide_goes_when_the_ladder_is_on(owner, bakkerij, login):
    fresh = factories.tenant("Vers", live=False)
    owner.memberships.create(tenant=fresh, role="owner")
    client = login(owner)
    with tenant_context(fresh.pk):
        factories.invoice(factories.debtor())
        ladder.confirm_payments(until=TODAY, by=actor(nights.at(TODAY, 7)))

    page = client.get("/a/vers/vandaag/")
    assert [step.is_done for step in page.context["start"].steps] == [True, True, True, False, False]
    assert "Waar het geld staat" in words(page)
    with tenant_context(fresh.pk):
        ladder.start_ladder(by=actor(nights.at(TODAY, 7)))
    assert client.get("/a/vers/vandaag/").context["start"] is None


def test_the_work_of_the_day_fills_a_bar(bakkerij, bookkeeper, login):
    with tenant_context(bakkerij.pk):
        for number in range(3):
            Task.objects.create(kind="free", subject_kind="debtor", title=f"Taak {number}", due_on=TODAY)
        worklist.finish_task(task=Task.objects.order_by("pk")[0], outcome="gedaan", by=actor(nights.at(TODAY, 7)))

    said = words(login(bookkeeper).get(TODAY_PAGE))

    assert "Taken gedaan vandaag 1 van 3" in said


def test_a_reader_looks_and_a_stranger_sees_nothing(bakkerij, reader, stranger, login):
    planned(bakkerij)

    page = login(reader).get(TODAY_PAGE)

    assert page.status_code == 200
    assert "Keur goed" not in words(page)
    assert "Goedkeuren" not in words(page)
    assert login(stranger).get(TODAY_PAGE).status_code == 404
    assert login(reader).post(f"{HOME}betalingen-tm/", {"until": "2-3-2026"}).status_code == 403


def test_the_number_of_queries_does_not_grow(bakkerij, bookkeeper, login):
    planned(bakkerij)
    client = login(bookkeeper)
    client.get(TODAY_PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(TODAY_PAGE)
    more(bakkerij, 12)
    tomorrow = TODAY + timedelta(days=1)
    plan(bakkerij, tomorrow)

    with time_machine.travel(nights.at(tomorrow, 7), tick=False), CaptureQueriesContext(connection) as many:
        page = client.get(TODAY_PAGE)

    assert page.context["night"].notices == 12

    assert len(many) == len(few)


def test_payments_are_confirmed_and_a_held_night_goes_on(bakkerij, bookkeeper, login):
    with tenant_context(bakkerij.pk):
        LadderSettings.objects.update(payments_until=TODAY - timedelta(days=9))
    run, _ = planned(bakkerij)
    client = login(bookkeeper)

    asked = client.get(f"{HOME}betalingen-tm/")
    assert "21-02-2026" in asked.content.decode()
    answer = client.post(f"{HOME}betalingen-tm/", {"until": "1-3"})

    assert answer.headers["Location"] == f"{HOME}nachten/{run.public_id}/"
    assert "De nacht wordt alsnog gepland" in words(client.get(answer.headers["Location"]))
    with tenant_context(bakkerij.pk):
        assert LadderSettings.objects.get().payments_until == TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("3-3-2026", "Betalingen kunnen niet verder dan vandaag zijn bijgewerkt. Kies vandaag of een eerdere dag."),
        ("gisteren", "“gisteren” is geen datum."),
        ("", "Dit veld is vereist."),
    ],
)
def test_a_day_that_cannot_be_is_refused_at_its_field(bakkerij, bookkeeper, login, typed, complaint):
    answer = login(bookkeeper).post(f"{HOME}betalingen-tm/", {"until": typed})

    assert answer.status_code == 422
    assert complaint in unescape(answer.content.decode())
    with tenant_context(bakkerij.pk):
        assert LadderSettings.objects.get().payments_until == date(2099, 1, 1)


def test_disputes_over_their_date_and_letters_to_print_wait_too(bakkerij, bookkeeper, login):
    planned(bakkerij)
    with tenant_context(bakkerij.pk):
        from invoices.models import Dispute

        Dispute.objects.update(deadline=TODAY - timedelta(days=1))
        debtor = factories.debtor(number="777", email="")
        claim = factories.invoice(debtor, due=TODAY - timedelta(days=1))
        payments.make_promise(
            debtor=debtor, invoices=[claim], amount=claim.principal, promised_for=TODAY, by=actor(nights.at(TODAY, 1))
        )

    said = words(login(bookkeeper).get(TODAY_PAGE))

    assert "Geschillen beantwoorden antwoord beloofd voor 01-03" in said
