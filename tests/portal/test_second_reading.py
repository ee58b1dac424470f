"""What a second reader found on the page of a debtor, each so that it stays mended."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils.translation import override

from answers.models import Answer
from dunning.models import Step
from invoices import operations as ledger
from payments import operations as payments
from payments.models import CheckoutAttempt, PaymentLink
from portal import throttling
from portal.heard import heard
from tenants.models import Tenant
from tests import factories, nights
from tests.conftest import TODAY
from tests.fakes.channel import FakeMail
from tests.portal.opening import NOON, Page, address, by, inside, late, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(NOON, tick=False):
        yield
    cache.clear()


def test_who_holds_a_link_is_no_guesser_and_locks_nobody_out_of_his_office(bakkerij: Tenant) -> None:
    with inside(bakkerij):
        debtor, colleague = factories.debtor(), factories.debtor()
        page = Page(address(debtor, [factories.invoice(debtor)]))
        other = Page(address(colleague, [factories.invoice(colleague)]))
    for _ in range(throttling.Limit.MISSES.value[1] + 1):
        assert page.open("brief.pdf").status_code == 404  # this link is of no letter

    assert other.open().status_code == 200
    assert page.open().status_code == 200


def test_a_claim_that_was_given_up_is_closed_and_nobody_says_that_it_was_paid(bakkerij: Tenant) -> None:
    with inside(bakkerij):
        debtor = factories.debtor()
        claim = factories.invoice(debtor, amount="121.00", number="2026-0001", due=late(90))
        page = Page(address(debtor, [claim]))
        ledger.write_off(invoice=claim, amount=Decimal("121.00"), reason="oninbaar", by=by())

    text = page.text()
    assert "Alles is betaald" not in text
    assert "Betaald" not in text
    assert "U hoeft nu niets te betalen" in text
    assert "Afgesloten" in text
    assert "Payé" not in page.text(taal="fr")


def test_what_was_paid_but_for_its_waived_costs_was_paid(bakkerij: Tenant) -> None:
    with inside(bakkerij):
        debtor = factories.debtor()
        claim = factories.invoice(debtor, amount="121.00", due=late(90))
        page = Page(address(debtor, [claim]))
        payments.book_payment(
            debtor=debtor, amount=Decimal("121.00"), received_on=late(1), amounts={claim: Decimal("121.00")}, by=by()
        )

    assert "Alles is betaald" in page.text()


@pytest.mark.parametrize("rest", ["termijnen/", "keuze/"])
def test_english_of_the_page_means_what_it_says(bakkerij: Tenant, rest: str) -> None:
    """A word that the staff's pages use for something else ("Uiterlijk": looks) was taken over from there."""
    with inside(bakkerij):
        debtor = factories.debtor(language="en")
        claim = factories.invoice(debtor, amount="300.00", due=late(9))
        page = Page(address(debtor, [claim]))

    text = page.text(rest, months="3", first_on=TODAY.isoformat())
    assert "Appearance" not in text
    assert ("No later than" in text) == (rest == "termijnen/")


def test_an_arrangement_does_not_end_at_once_and_its_page_does_not_say_so(bakkerij: Tenant) -> None:
    with inside(bakkerij):
        debtor = factories.debtor()
        claim = factories.invoice(debtor, amount="300.00", due=late(9))
        page = Page(address(debtor, [claim]))
        assert "9 dagen te laat" in page.text()
        page.send("termijnen/", months="3", first_on=NOON.date().isoformat())
        with override("nl"):
            said = " ".join(heard(Answer.objects.get()).text)
    assert "vervalt" not in said
    assert "Laat het ons dan voor die dag weten" in said
    text = page.text()
    assert "In uw betalingsregeling" in text
    assert "te laat" not in text, "what is paid as agreed is not late"


def test_nothing_of_another_link_is_reached_by_its_public_id(bakkerij: Tenant) -> None:
    with inside(bakkerij):
        debtor, stranger = factories.debtor(), factories.debtor()
        claim, hidden = factories.invoice(debtor, amount="50.00"), factories.invoice(debtor, amount="70.00")
        theirs = factories.invoice(stranger, amount="90.00")
        page, other = Page(address(debtor, [claim])), address(stranger, [theirs])
        link = PaymentLink.objects.get(debtor=stranger)
        attempt = CheckoutAttempt.objects.create(
            debtor=stranger, link=link, amount=Decimal("90.00"), description="x", started_at=NOON
        )
    assert other != page.path
    assert page.open(f"betaling/{attempt.public_id}/").status_code == 404
    for invoice in (hidden, theirs):
        assert page.open("keuze/", factuur=invoice.public_id).status_code == 422
        assert page.send(factuur=invoice.public_id, verwacht="90.00").status_code == 422
        assert page.open(f"bezwaar/{invoice.public_id}/intrekking/").status_code == 404
        page.send("bezwaar/", claim=invoice.public_id, reason="other", scope="whole", text="x")
        page.send("later/", claims=[invoice.public_id], promised_for=NOON.date().isoformat())
    with inside(bakkerij):
        assert not Answer.objects.exclude(invoices__invoice=claim).exists()


def test_nobody_is_led_away_by_what_he_adds_to_the_address(bakkerij: Tenant) -> None:
    with inside(bakkerij):
        debtor = factories.debtor()
        page = Page(address(debtor, [factories.invoice(debtor)]))
    evil = "https://evil.example/"
    for rest in ("", "keuze/", "termijnen/", "andere-facturen/"):
        for name in ("next", "return_url", "taal", "terug"):
            answer = page.open(rest, **{name: evil})
            assert answer.status_code in {200, 422}
            assert evil not in answer.content.decode()
    assert page.open("", taal="nl\r\nSet-Cookie: x=1").cookies.get("x") is None


def test_what_somebody_writes_is_text_wherever_it_is_shown(bakkerij: Tenant) -> None:
    evil = "<script>alert(1)</script>"
    with inside(bakkerij):
        debtor = factories.debtor(name=f"Petra {evil}", street=f"Straat {evil} 1")
        claim = factories.invoice(debtor, amount="50.00", number='2026"><b>1', description=evil)
        page = Page(address(debtor, [claim]))
    for rest in ("", "keuze/", "later/", "termijnen/", "bezwaar/", "al-betaald/", "gegevens/", "vraag/"):
        body = page.open(rest).content.decode()
        assert evil not in body
        assert "<b>1" not in body
    again = page.send("vraag/", text=evil, email="nonsense").content.decode()
    assert evil not in again
    assert "&lt;script&gt;" in again


def test_a_day_is_not_broken_over_two_lines(bakkerij: Tenant) -> None:
    with inside(bakkerij):
        debtor = factories.debtor()
        page = Page(address(debtor, [factories.invoice(debtor, due=late(9))]))

    assert f"{late(9):%d\u2011%m\u2011%Y}" in words(Client().get(page.path))


def test_in_the_term_of_the_fourteen_day_letter_its_page_asks_what_the_letter_asks_and_gives_no_less_time(
    bakkerij: Tenant,
) -> None:
    FakeMail.reset()
    mails = []
    with inside(bakkerij):
        debtor = factories.debtor(kind="consumer", name="Petra Jansen")
        at = nights.bookkeeper(nights.at(date(2026, 1, 16), 9))
        factories.invoice(debtor, number="P-1", amount="484.00", due=date(2026, 1, 30), by=at)
    for number in range((date(2026, 3, 11) - date(2026, 2, 2)).days + 1):
        mails = nights.play(bakkerij.pk, date(2026, 2, 2) + timedelta(days=number)).mails
    with inside(bakkerij):
        letter = Step.objects.get(kind="fourteen_day_letter")
    found = re.search(r"/betalen/[\w.-]+/", mails[0].text)
    assert found is not None
    page = Page(found[0])

    assert letter.term_ends_on == date(2026, 3, 27)
    for day in (date(2026, 3, 11), date(2026, 3, 27), date(2026, 4, 3)):
        with time_machine.travel(nights.at(day, 12), tick=False):
            cache.clear()
            text = page.text()
        assert "Te betalen aan" in text
        assert "€ 484,00" in text
        assert "72,60" not in text, "the costs are not owed yet"
        assert "verzuim" not in text
        assert "Onze brief (PDF)" in text
        assert "Betaalt u dit bedrag uiterlijk op" in text
        for promised in re.findall(r"Betaalt u dit bedrag uiterlijk op (\d+) (\w+) 2026", text):
            assert promised in {(str(one), "april") for one in range(1, 7)} | {("27", "maart")}, promised
    FakeMail.reset()
