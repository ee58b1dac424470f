"""Who comes in: whoever holds the link, and nobody who guesses one."""

import re

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from payments import links
from payments.models import PaymentLink
from portal import throttling
from tests import factories
from tests.portal.opening import NOON, Page, address, by, inside, words

pytestmark = pytest.mark.django_db
GUESS = "AAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture(autouse=True)
def noon():
    cache.clear()
    with time_machine.travel(NOON, tick=False):
        yield
    cache.clear()


@pytest.fixture
def ours(bakkerij):
    with inside(bakkerij):
        debtor = factories.debtor(name="Geheimhouder Kwak")
        return address(debtor, [factories.invoice(debtor, amount="121.00", number="2026-0183")])


def secret_of(path):
    return path.strip("/").rpartition(".")[2]


def test_the_page_opens_for_who_holds_the_link_without_a_login(ours):
    answer = Client().get(ours)

    assert answer.status_code == 200
    assert "€ 121,00" in words(answer)


def test_nothing_of_it_is_kept_indexed_or_told_to_others(ours):
    answer = Client().get(ours)

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy + ";"
    assert "unsafe" not in policy
    text = answer.content.decode()
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", text)  # nothing comes from anywhere else
    title = re.search(r"<title>(.*?)</title>", text)
    assert title is not None
    assert "Kwak" not in title[1]


def strangers(ours, bakkerij, garage):
    """Every address that is none, each as somebody could try it."""
    secret = secret_of(ours)
    with inside(bakkerij):
        debtor = factories.debtor()
        revoked = address(debtor)
        link = links.find(secret_of(revoked))
        assert link is not None
        links.revoke(link=link, by=by())
    return {
        "guessed secret": f"/betalen/{bakkerij.public_id}.{GUESS}/",
        "unknown tenant": f"/betalen/{'0' * 14}.{secret}/",
        "in another administration": f"/betalen/{garage.public_id}.{secret}/",
        "revoked": revoked,
        "cut off": f"/betalen/{bakkerij.public_id}.{secret[:-1]}/",
        "no secret": f"/betalen/{bakkerij.public_id}/",
        "by the slug": f"/betalen/{bakkerij.slug}.{secret}/",
    }


def test_who_guesses_gets_one_and_the_same_page_that_says_nothing(ours, bakkerij, garage):
    bodies = set()
    for name, path in strangers(ours, bakkerij, garage).items():
        answer = Client().get(path)
        assert answer.status_code == 404, name
        assert "Kwak" not in answer.content.decode()
        assert "Bakkerij" not in answer.content.decode()
        assert answer.headers["Cache-Control"] == "no-store"
        bodies.add(answer.content.decode().replace(path, "PATH"))

    assert len(bodies) == 1


def test_the_same_work_is_done_for_a_tenant_and_for_a_secret_that_does_not_exist(ours, bakkerij, garage):
    counts = {}
    for name, path in strangers(ours, bakkerij, garage).items():
        with CaptureQueriesContext(connection) as queries:
            Client().get(path)
        counts[name] = [re.sub(r"'[^']*'|\"s\d+_x\d+\"|\d+", "?", query["sql"]) for query in queries]

    first = counts["guessed secret"]
    assert {name for name, made in counts.items() if made != first} == set()


@pytest.mark.parametrize("rest", ["betaling/", "keuze/", "brief.pdf", "code.png", "logo", "huisstijl.css", "later/"])
def test_a_stranger_finds_nothing_behind_a_guess_either(bakkerij, rest):
    for method in ("get", "post"):
        assert getattr(Client(), method)(f"/betalen/{bakkerij.public_id}.{GUESS}/{rest}").status_code == 404


def test_every_other_address_below_is_nothing(ours):
    for path in ("/betalen/", "/betalen/a/b/c/", f"{ours}bestaat-niet/"):
        assert Client().get(path).status_code == 404
        assert Client().get(path).headers["X-Robots-Tag"] == "noindex, nofollow"


def test_who_guesses_on_and_on_is_stopped_and_from_then_on_nothing_is_looked_up(bakkerij, monkeypatch):
    most = throttling.Limit.MISSES.value[1]
    client = Client()
    statuses = [client.get(f"/betalen/{bakkerij.public_id}.{number:022d}/").status_code for number in range(most)]
    assert set(statuses) == {404}

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/betalen/{bakkerij.public_id}.{GUESS}/")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "600"
    assert "payments_paymentlink" not in str(queries.captured_queries)
    assert Client(REMOTE_ADDR="198.51.100.7").get(f"/betalen/{bakkerij.public_id}.{GUESS}/").status_code == 404


def test_a_link_that_is_asked_for_too_often_has_to_wait(ours):
    page, most = Page(ours), throttling.Limit.SENT.value[1]
    for _ in range(most):
        assert page.send("betaling/").status_code == 422  # nothing can be paid online here

    assert page.send("betaling/").status_code == 429
    assert page.open().status_code == 200  # he can still read


def test_a_cache_that_does_not_answer_stops_nobody(ours, monkeypatch):
    from redis import ConnectionError as NotThere

    def broken(*args, **kwargs):
        raise NotThere("no redis")

    for name in ("add", "incr", "get"):
        monkeypatch.setattr(cache, name, broken)

    assert Client().get(ours).status_code == 200


def test_opening_is_noted_once_and_looking_at_files_of_the_page_changes_nothing_else(ours, bakkerij):
    page = Page(ours)
    page.open()
    page.open("huisstijl.css")

    with inside(bakkerij):
        link = PaymentLink.objects.get()
        assert link.first_opened_at == link.last_opened_at == NOON


# --- Languages


def test_the_page_speaks_the_language_of_the_debtor_and_any_other_that_is_asked_for(bakkerij):
    with inside(bakkerij):
        debtor = factories.debtor(language="fr")
        path = address(debtor, [factories.invoice(debtor, amount="1234.50")])
    page = Page(path)

    assert "1 234,50 €" in page.text()
    assert "À payer à" in page.text()
    assert page.open().headers["Content-Language"] == "fr"
    german = page.open(taal="de")
    assert '<html lang="de">' in german.content.decode()
    assert "1.234,50 €" in words(german)
    assert "Zu zahlen an" in page.text(), "the choice is kept"
    assert "Zu zahlen an" in page.text(taal="xx"), "and nonsense changes nothing"


def test_who_is_not_let_in_reads_the_language_of_his_browser():
    answer = Client(headers={"accept-language": "fr-BE,fr;q=0.9,nl;q=0.5"}).get("/betalen/x.y/")

    assert "Ce lien ne fonctionne pas" in words(answer)


def test_the_staff_keeps_its_two_languages(owner, login, bakkerij):
    client = login(owner)
    client.cookies["taal"] = "de"

    answer = client.get("/account/login/", headers={"accept-language": "de"})
    page = client.get(f"/a/{bakkerij.slug}/debiteuren/", headers={"accept-language": "de"})

    assert page.headers["Content-Language"] == "nl"
    assert answer.headers["Content-Language"] == "nl"
