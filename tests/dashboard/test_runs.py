"""The nights and their letters: seen as they would leave, let go, held back, put back, and what became of them."""

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dunning import operations as ladder
from dunning.models import LadderSettings, RunChunk, RunProblem
from tenants.context import tenant_context
from tests import factories, nights
from tests.conftest import TODAY, actor
from tests.dashboard.money_pages import csv_lines, rows, words
from tests.dashboard.night_pages import (
    HOME,
    _early_on_monday,  # noqa: F401
    letter,
    letters,
    more,
    night,
    plan,
    planned,
    state,
    stock,
)

pytestmark = pytest.mark.django_db


# The list of nights


def test_nights_are_listed_with_what_became_of_them(bakkerij, bookkeeper, login):
    run, made = planned(bakkerij)
    client = login(bookkeeper)

    listed = rows(client.get(f"{HOME}nachten/"), "Nachten")

    assert listed[1][:5] == ["02-03-20262 brieven wachten", "gepland", "2 gepland", "€ 1.694,00", "2"]
    lines = csv_lines(client, f"{HOME}nachten/")
    assert lines[1].startswith("02-03-2026;gepland;;")
    assert lines[1].endswith(run.public_id)
    assert len(made) == 2


def test_before_the_first_night_the_list_says_when_it_comes(bakkerij, bookkeeper, login):
    assert "Nog geen nachten" in words(login(bookkeeper).get(f"{HOME}nachten/"))


# The plan


def test_the_plan_says_of_every_letter_for_whom_how_and_what(bakkerij, bookkeeper, login):
    run, _made = planned(bakkerij)

    page = login(bookkeeper).get(night(run))

    listed = rows(page, "Brieven")
    smit = next(row for row in listed if "20001" in row)
    assert smit[1:5] == ["20001", "Bouwbedrijf Smit B.V.herinnering · debiteur20001@post.test", "€ 1.210,00", "1"]
    assert "termijn 7 dagen" in smit
    assert "wacht op goedkeuring" in smit
    assert listed[-1][1:4] == ["Totaal", "2 brieven", "€ 1.694,00"]
    assert "Keur alle 2 goed" in words(page)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("q=smit", {"20001"}),
        ("q=0418", {"10001"}),
        ("q=100%25", set()),
        ("soort=reminder", {"20001", "10001"}),
        ("soort=demand", set()),
        ("kanaal=email", {"20001", "10001"}),
        ("kanaal=post", set()),
        ("staat=planned", {"20001", "10001"}),
        ("staat=sent", set()),
        ("staat=onzin&pagina=zeven&sorteer=raar", {"20001", "10001"}),
    ],
)
def test_the_plan_is_filtered(bakkerij, bookkeeper, login, query, numbers):
    run, _made = planned(bakkerij)

    page = login(bookkeeper).get(f"{night(run)}?{query}")

    assert {row.number for row in page.context["page"]} == numbers


def test_the_plan_is_filtered_by_policy(bakkerij, bookkeeper, login):
    run, _made = planned(bakkerij)
    client = login(bookkeeper)
    business = next(one for one in client.get(night(run)).context["policies"] if one.label == "Zakelijk")

    page = client.get(f"{night(run)}?beleid={business.value}")

    assert [row.number for row in page.context["page"]] == ["20001"]
    assert "Zakelijk" in [chip.label for chip in page.context["chips"]]


def test_what_is_listed_can_be_taken_along(bakkerij, bookkeeper, login):
    run, made = planned(bakkerij)
    client = login(bookkeeper)

    lines = csv_lines(client, f"{night(run)}?q=smit")

    assert len(lines) == 2
    assert lines[1].split(";")[:8] == [
        "20001", "Bouwbedrijf Smit B.V.", "herinnering", "e-mail", "debiteur20001@post.test", "1", "2026-0417",
        "1210,00",
    ]  # fmt: skip
    assert made["20001"].public_id in lines[1]
    assert client.get(f"{night(run)}?formaat=xlsx").content[:2] == b"PK"


def test_a_fragment_is_the_list_alone(bakkerij, bookkeeper, login):
    run, _made = planned(bakkerij)

    page = login(bookkeeper).get(f"{night(run)}?q=smit", headers={"HX-Request": "true"})

    assert "<html" not in page.content.decode()
    assert "20001" in page.content.decode()
    assert page.headers["Vary"].find("HX-Request") >= 0


# One letter


def test_a_letter_is_seen_as_it_would_leave(bakkerij, bookkeeper, login):
    _run, made = planned(bakkerij)
    client = login(bookkeeper)
    notice = made["20001"]

    page = client.get(letter(notice))

    said = words(page)
    assert "Herinnering" in said
    assert "Te betalen € 1.210,00" in said
    assert "debiteur20001@post.test" in said
    assert "Gaat uit op 02-03-2026 als u hem goedkeurt" in said
    assert "2026-0417" in unescape(page.context["mail"].text)
    assert f'sandbox src="{letter(notice, "mail/")}"' in page.content.decode()
    assert state(notice) == "planned"  # looking changes nothing


def test_the_mail_may_only_be_looked_at_and_only_by_us(bakkerij, bookkeeper, login):
    _run, made = planned(bakkerij)

    mail = login(bookkeeper).get(letter(made["20001"], "mail/"))

    assert "2026-0417" in mail.content.decode()
    policy = mail.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src 'none'" in policy
    assert mail.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_formal_letter_is_seen_as_pdf(bakkerij, bookkeeper, login):
    stock(bakkerij)
    day = TODAY + timedelta(days=16)
    for ahead in range(16):
        nights.play(bakkerij.pk, TODAY + timedelta(days=ahead))
    with time_machine.travel(nights.at(day, 7), tick=False):
        plan(bakkerij, day)
        waiting = [one for one in letters(bakkerij).values() if one.state == "planned"]
        formal = next(one for one in waiting if one.kind == "demand")
        client = login(bookkeeper)

        pdf = client.get(letter(formal, "brief.pdf"))
        page = client.get(letter(formal))

    assert pdf.content[:5] == b"%PDF-"
    assert "frame-ancestors 'self'" in pdf.headers["Content-Security-Policy"]
    assert pdf.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "Brief (PDF)" in words(page)


def test_a_letter_that_would_no_longer_go_says_so(bakkerij, bookkeeper, login):
    _run, made = planned(bakkerij)
    with tenant_context(bakkerij.pk):
        ladder.place_hold(debtor=made["20001"].debtor, reason="overleg", until=None, by=actor(nights.at(TODAY, 7)))
    client = login(bookkeeper)

    page = client.get(letter(made["20001"]))

    said = words(page)
    assert "Deze brief gaat zo niet uit" in said or "ingetrokken" in said


# What stays behind


def test_every_claim_that_gets_nothing_says_why(bakkerij, bookkeeper, login):
    run, _made = planned(bakkerij)
    client = login(bookkeeper)

    listed = rows(client.get(night(run, "gaat-niet-uit/")), "Facturen die niets krijgen")

    assert {(row[0], row[-1]) for row in listed[1:-1]} == {
        ("2026-0419", "In geschil"),
        ("2026-0420", "Geen werkend adres uw beslissing"),
    }
    assert [row.number for row in client.get(f"{HOME}gaat-niet-uit/?reden=no_address").context["page"]] == ["2026-0420"]
    lines = csv_lines(client, f"{HOME}gaat-niet-uit/")
    assert "2026-0419;20002;Café De Zon;23-02-2026;7;302,50;In geschil" in lines


def test_an_older_night_shows_what_it_wrote_down(bakkerij, bookkeeper, login):
    run, _made = planned(bakkerij)
    plan(bakkerij, TODAY + timedelta(days=1))

    page = login(bookkeeper).get(night(run, "gaat-niet-uit/"))

    assert "Zoals die nacht het opschreef" in words(page)
    assert ["In geschil", "1"] in rows(page, "Waarom facturen die nacht niets kregen")


# Under way, held, gone wrong


def test_the_progress_of_a_night_survives_a_reload(bakkerij, bookkeeper, login):
    stock(bakkerij)
    by = actor(nights.at(TODAY, 2))
    with tenant_context(bakkerij.pk):
        run = ladder.start_run(day=TODAY, by=by)
    client = login(bookkeeper)

    page = client.get(night(run))

    assert "De nacht wordt gepland 0 van 1" in words(page)
    assert f'hx-get="{night(run, "voortgang/")}"' in page.content.decode()
    part = client.get(night(run, "voortgang/"), headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "HX-Refresh" not in part.headers
    plan(bakkerij)
    done = client.get(night(run, "voortgang/"), headers={"HX-Request": "true"})
    assert done.headers["HX-Refresh"] == "true"
    assert client.get(night(run, "voortgang/")).headers["Location"] == night(run)
    with tenant_context(bakkerij.pk):
        assert RunChunk.objects.filter(done_at=None).count() == 0


def test_sending_is_followed_until_every_mail_has_left(bakkerij, bookkeeper, login):
    run, _made = planned(bakkerij)
    client = login(bookkeeper)
    with tenant_context(bakkerij.pk):
        nights.approve(TODAY)
        nights.release(TODAY)

    assert "Brieven gaan de deur uit 0 van 2" in words(client.get(night(run)))
    nights.deliver(bakkerij.pk, TODAY)
    assert "Brieven gaan de deur uit" not in words(client.get(night(run)))
    assert [row.state_word for row in client.get(night(run)).context["page"]] == ["verstuurd", "verstuurd"]


def test_what_was_sent_is_found_by_its_ids(bakkerij, bookkeeper, login):
    run, made = planned(bakkerij)
    with tenant_context(bakkerij.pk):
        nights.approve(TODAY)
        nights.release(TODAY)
    nights.deliver(bakkerij.pk, TODAY)
    client = login(bookkeeper)

    page = client.get(f"{night(run)}?staat=sent")

    assert {row.number for row in page.context["page"]} == {"20001", "10001"}
    ids = [message for row in page.context["page"] for message in row.messages]
    assert len(ids) == 2
    assert client.get(ids[0].url).status_code == 200
    assert ids[0].public_id in "".join(csv_lines(client, night(run)))
    assert made["20001"].public_id in words(client.get(letter(made["20001"])))


def test_a_held_night_says_why_and_what_to_do(bakkerij, bookkeeper, login):
    with tenant_context(bakkerij.pk):
        LadderSettings.objects.update(payments_until=None)
    run, made = planned(bakkerij)

    page = login(bookkeeper).get(night(run))

    assert made == {}
    assert "Nog niet bevestigd tot wanneer betalingen zijn bijgewerkt." in words(page)
    assert f'href="{HOME}betalingen-tm/"' in page.content.decode()


def test_a_debtor_whose_decision_failed_is_shown(bakkerij, bookkeeper, login):
    run, made = planned(bakkerij)
    with tenant_context(bakkerij.pk):
        RunProblem.objects.create(run=run, debtor=made["20001"].debtor, error="KeyError: 'rung'")

    page = login(bookkeeper).get(night(run, "problemen/"))

    assert ["20001 Bouwbedrijf Smit B.V.", "KeyError: 'rung'"] in rows(page, "Debiteuren die de nacht oversloeg")


# Who may


def test_a_stranger_finds_none_of_it(bakkerij, garage, stranger, login):
    run, made = planned(bakkerij)
    notice = made["20001"]
    client = login(stranger)
    theirs = "/a/garage-jansen/"

    for base in (HOME, theirs):
        for address in (
            f"nachten/{run.public_id}/",
            f"nachten/{run.public_id}/gaat-niet-uit/",
            f"nachten/{run.public_id}/problemen/",
            f"nachten/{run.public_id}/voortgang/",
            f"brieven/{notice.public_id}/",
            f"brieven/{notice.public_id}/brief.pdf",
            f"brieven/{notice.public_id}/mail/",
        ):
            assert client.get(base + address).status_code == 404, address
        assert client.post(f"{base}brieven/{notice.public_id}/terug/").status_code == 404
    assert client.get(f"{HOME}nachten/").status_code == 404
    assert "20001" not in words(client.get(f"{theirs}brieven/"))
    assert "2026-0419" not in words(client.get(f"{theirs}gaat-niet-uit/"))
    client.post(f"{theirs}brieven/goedkeuring/", {"ids": notice.public_id})
    client.post(f"{theirs}brieven/tegenhouden/", {"ids": notice.public_id, "confirmed": "1", "reason": "x"})
    assert client.post(f"{theirs}brieven/goedkeuring/", {"alles": "1", "nacht": run.public_id}).status_code == 404
    assert state(notice) == "planned"


def test_a_reader_may_look_and_not_touch(bakkerij, reader, login):
    run, made = planned(bakkerij)
    client = login(reader)
    ids = {"ids": made["20001"].public_id, "nacht": run.public_id}

    page = client.get(night(run))

    assert page.status_code == 200
    assert "Keur" not in words(page)
    assert client.get(letter(made["20001"])).status_code == 200
    assert client.post(f"{HOME}brieven/goedkeuring/", ids).status_code == 403
    assert client.post(f"{HOME}brieven/tegenhouden/", ids).status_code == 403
    assert client.post(letter(made["20001"], "terug/")).status_code == 403
    assert state(made["20001"]) == "planned"


@pytest.mark.parametrize("address", ["nachten/", "nachten/{run}/", "nachten/{run}/gaat-niet-uit/", "brieven/"])
def test_the_number_of_queries_does_not_grow(bakkerij, bookkeeper, login, address):
    stock(bakkerij)
    run = plan(bakkerij)
    client = login(bookkeeper)
    client.get(HOME + address.format(run=run.public_id))
    with CaptureQueriesContext(connection) as few:
        client.get(HOME + address.format(run=run.public_id))
    more(bakkerij, 15)
    with tenant_context(bakkerij.pk):
        blocked = factories.debtor(number="99", kind="business", email="", street="", postcode="", city="")
        factories.invoice(blocked, due=TODAY - timedelta(days=9))
    anew = plan(bakkerij, TODAY + timedelta(days=1))

    with CaptureQueriesContext(connection) as many:
        page = client.get(HOME + address.format(run=anew.public_id))

    assert page.status_code == 200
    assert len(many) == len(few)
