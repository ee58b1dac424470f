"""Letters that wait: let go one by one or all at once, held back with a reason, and put back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from debtors.models import Debtor
from dunning import operations as ladder
from dunning.models import Case
from tenants.context import tenant_context
from tests import nights
from tests.conftest import TODAY, actor
from tests.dashboard.money_pages import hidden, words
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
)

pytestmark = pytest.mark.django_db


# Letting go


def test_one_letter_is_let_go_and_leaves_when_the_window_opens(bakkerij, bookkeeper, login):
    run, made = planned(bakkerij)
    client = login(bookkeeper)

    answer = client.post(f"{HOME}brieven/goedkeuring/", {"ids": made["20001"].public_id, "nacht": run.public_id})

    assert answer.headers["Location"] == night(run)
    assert "1 brief goedgekeurd. Wat is goedgekeurd gaat om 08:30 de deur uit." in words(client.get(night(run)))
    assert (state(made["20001"]), state(made["10001"])) == ("approved", "planned")
    with tenant_context(bakkerij.pk):
        nights.release(TODAY)
        entry = Entry.objects.get(verb="notice.approved")
        assert (entry.subject_id, entry.actor_label) == (made["20001"].public_id, "Jan de Boer")
    mails = nights.deliver(bakkerij.pk, TODAY)
    assert [mail.to_address for mail in mails] == ["debiteur20001@post.test"]
    page = client.get(letter(made["20001"]))
    assert "verstuurd" in words(page)
    assert mails[0].subject in words(page)  # from then on what left is shown, not what would


def test_everything_is_let_go_after_it_was_said_how_much_that_is(bakkerij, bookkeeper, login):
    run, made = planned(bakkerij)
    client = login(bookkeeper)
    everything = {"alles": "1", "nacht": run.public_id}

    asked = client.post(f"{HOME}brieven/goedkeuring/", everything)

    assert "2 brieven goedkeuren?" in words(asked)
    assert "Samen vragen ze € 1.694,00." in words(asked)
    assert {state(one) for one in made.values()} == {"planned"}
    client.post(f"{HOME}brieven/goedkeuring/", everything | {"confirmed": hidden(asked, "confirmed")})
    assert {state(one) for one in made.values()} == {"approved"}


def test_everything_of_a_filter_is_only_that(bakkerij, bookkeeper, login):
    run, made = planned(bakkerij)

    login(bookkeeper).post(
        f"{HOME}brieven/goedkeuring/",
        {"alles": "1", "nacht": run.public_id, "filter": "q=smit", "confirmed": "1"},
    )

    assert (state(made["20001"]), state(made["10001"])) == ("approved", "planned")


def test_all_that_wait_stand_together_whatever_night_planned_them(bakkerij, bookkeeper, login):
    planned(bakkerij)
    more(bakkerij, 1)
    plan(bakkerij, TODAY + timedelta(days=1))
    client = login(bookkeeper)

    page = client.get(f"{HOME}brieven/")

    assert {row.number for row in page.context["page"]} == {"20001", "10001", "30000"}
    client.post(f"{HOME}brieven/goedkeuring/", {"alles": "1", "confirmed": "1"})
    assert "Er zijn geen brieven" in words(client.get(f"{HOME}brieven/"))


def test_nothing_chosen_is_said(bakkerij, bookkeeper, login):
    run, _made = planned(bakkerij)
    client = login(bookkeeper)

    for address in ("goedkeuring", "tegenhouden"):
        client.post(f"{HOME}brieven/{address}/", {"nacht": run.public_id})
        assert "Er is niets gekozen waarmee dit nog kan." in words(client.get(night(run)))


# Holding back


def test_a_letter_is_held_back_with_a_reason_and_put_back(bakkerij, bookkeeper, login):
    run, made = planned(bakkerij)
    client = login(bookkeeper)
    notice = made["20001"]
    chosen = {"ids": notice.public_id, "nacht": run.public_id, "filter": "soort=reminder"}

    asked = client.post(f"{HOME}brieven/tegenhouden/", chosen)
    assert "1 brief tegenhouden?" in words(asked)
    refused = client.post(f"{HOME}brieven/tegenhouden/", chosen | {"confirmed": "1", "reason": ""})
    assert refused.status_code == 422
    assert state(notice) == "planned"
    answer = client.post(
        f"{HOME}brieven/tegenhouden/", chosen | {"confirmed": "1", "reason": "belt morgen terug", "until": "6-3"}
    )

    assert answer.headers["Location"] == f"{night(run)}?soort=reminder"
    assert state(notice) == "withdrawn"
    said = words(client.get(letter(notice)))
    assert "belt morgen terug" in said
    assert "Zet terug" in said
    with tenant_context(bakkerij.pk):
        assert Case.objects.get(invoice__number="2026-0417").next_look_on == TODAY + timedelta(days=5)

    back = client.post(letter(notice, "terug/"))

    anew = letters(bakkerij)["20001"]
    assert back.headers["Location"] == letter(anew)
    assert (anew.pk != notice.pk, anew.state, anew.total) == (True, "planned", notice.total)
    assert anew.run_id == run.pk


def test_what_would_not_be_written_now_is_not_put_back(bakkerij, bookkeeper, login):
    run, made = planned(bakkerij)
    client = login(bookkeeper)
    notice = made["20001"]
    client.post(
        f"{HOME}brieven/tegenhouden/",
        {"ids": notice.public_id, "nacht": run.public_id, "confirmed": "1", "reason": "betaalt vandaag"},
    )
    with tenant_context(bakkerij.pk):
        ladder.place_hold(debtor=notice.debtor, reason="overleg", until=None, by=actor(nights.at(TODAY, 7)))

    client.post(letter(notice, "terug/"))

    assert "De ladder zou deze debiteur nu niets sturen." in words(client.get(letter(notice)))
    assert letters(bakkerij)["20001"].pk == notice.pk


def test_what_was_approved_can_still_be_held_back(bakkerij, bookkeeper, login):
    run, made = planned(bakkerij)
    client = login(bookkeeper)
    client.post(f"{HOME}brieven/goedkeuring/", {"ids": made["20001"].public_id, "nacht": run.public_id})

    client.post(
        f"{HOME}brieven/tegenhouden/",
        {"ids": made["20001"].public_id, "nacht": run.public_id, "confirmed": "1", "reason": "toch niet"},
    )

    assert state(made["20001"]) == "withdrawn"
    with tenant_context(bakkerij.pk):
        nights.release(TODAY)
    assert nights.deliver(bakkerij.pk, TODAY) == []


def test_a_day_in_the_past_is_refused_at_its_field(bakkerij, bookkeeper, login):
    run, made = planned(bakkerij)

    answer = login(bookkeeper).post(
        f"{HOME}brieven/tegenhouden/",
        {"ids": made["20001"].public_id, "nacht": run.public_id, "confirmed": "1", "reason": "x", "until": "1-3-2026"},
    )

    assert answer.status_code == 422
    assert "Kies vandaag of een dag daarna." in words(answer)
    assert state(made["20001"]) == "planned"


def test_many_debtors_at_once_are_locked_by_id_as_the_night_does(bakkerij, bookkeeper, login):
    """Else the night holds one and waits for the other, and so does this, for ever."""
    run, made = planned(bakkerij)
    client = login(bookkeeper)
    with tenant_context(bakkerij.pk):
        debtors = list(Debtor.objects.order_by("pk"))
    forms = {
        f"{HOME}brieven/tegenhouden/": {
            "ids": ",".join(one.public_id for one in made.values()),
            "nacht": run.public_id,
            "confirmed": "1",
            "reason": "x",
        },
        f"{HOME}debiteuren/bulk/segment/": {
            "ids": ",".join(one.public_id for one in debtors),
            "confirmed": "1",
            "segment": "bouw",
        },
    }
    for address, form in forms.items():
        with CaptureQueriesContext(connection) as captured:
            assert client.post(address, form).status_code == 302

        locks = [query["sql"] for query in captured.captured_queries if "FOR UPDATE" in query["sql"]]
        assert '"debtors_debtor"."id" IN (' in locks[0], locks[0]
        assert 'ORDER BY "debtors_debtor"."id"' in locks[0]
