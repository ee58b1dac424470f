"""From "I want to pay" to the bank and back, with a payer who clicks twice, comes back early, or is somebody else."""

from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache

from payments import operations as payments
from payments.models import CheckoutAttempt, Payment
from payments.operations import settling
from tests import factories
from tests.fakes import mollie as fake
from tests.portal.opening import DAY, NOON, Page, address, by, inside, late, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    cache.clear()
    with time_machine.travel(NOON, tick=True) as clock:
        yield clock


@pytest.fixture
def shop(bakkerij, mollie):
    """Bakkerij with an account at a provider that runs."""
    with inside(bakkerij):
        fake.connect()
    return mollie


@pytest.fixture
def debtor(bakkerij):
    with inside(bakkerij):
        return factories.debtor(number="10001", name="Petra Jansen")


@pytest.fixture
def two(bakkerij, debtor):
    """A page with two late claims."""
    with inside(bakkerij):
        invoices = [
            factories.invoice(debtor, amount="100.00", due=late(20), number="2026-0001"),
            factories.invoice(debtor, amount="60.00", due=late(10), number="2026-0002"),
        ]
        return Page(address(debtor, invoices)), invoices


def attempts(tenant):
    with inside(tenant):
        return list(CheckoutAttempt.objects.prefetch_related("items__invoice").order_by("pk"))


def parts(attempt):
    return {item.invoice.number: item.amount for item in attempt.items.all()}


def back_of(page, tenant):
    return f"betaling/{attempts(tenant)[-1].public_id}/"


def test_paying_all_leads_to_the_provider_and_its_news_closes_the_claims(bakkerij, shop, two):
    page, _invoices = two

    answer = page.send(verwacht="160.00", methode="ideal")

    assert answer.status_code == 303
    (attempt,) = attempts(bakkerij)
    assert answer.headers["Location"] == attempt.checkout_url
    assert parts(attempt) == {"2026-0001": Decimal("100.00"), "2026-0002": Decimal("60.00")}
    assert (attempt.method, attempt.link_id is not None) == ("ideal", True)

    landed = shop.pay(attempt.provider_id)
    assert landed.endswith(page.path + back_of(page, bakkerij))
    thanks = page.text(back_of(page, bakkerij))

    assert "Bedankt, uw betaling is binnen € 160,00" in thanks
    assert "U hoeft niets meer te doen." in thanks
    assert "Alles is betaald" in page.text()
    with inside(bakkerij):
        assert Payment.objects.get().amount == Decimal("160.00")


def test_the_ways_to_pay_are_those_of_the_provider_and_the_first_is_chosen(bakkerij, shop, two):
    page, _ = two

    body = page.open().content.decode()

    assert "Hoe wilt u betalen?" in body
    first = body.index('name="methode"')
    assert "checked" in body[first : body.index("</label>", first)]
    assert "ideal" in body[first : body.index("</label>", first)]
    assert page.send(methode="bestaat-niet").status_code == 422
    assert attempts(bakkerij) == []


def test_a_selection_and_a_part_are_chosen_first_and_then_paid(bakkerij, shop, two):
    page, (first, second) = two
    choice = {"factuur": ["", first.public_id, second.public_id], "amount": "1.10,00"}
    assert "is geen bedrag" in words(page.open("keuze/", **choice))
    choice["amount"] = "110,5"

    chosen = page.text("keuze/", **choice)

    assert "U betaalt € 110,50 Factuur 2026-0001 € 100,00 Factuur 2026-0002 € 10,50" in chosen
    answer = page.send(**choice | {"verwacht": "110.50", "methode": "ideal"})
    assert answer.status_code == 303
    assert parts(attempts(bakkerij)[0]) == {"2026-0001": Decimal("100.00"), "2026-0002": Decimal("10.50")}


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("200,00", "Op wat u koos staat € 160,00 open. Betaal hoogstens dat bedrag."),
        ("0", "is geen bedrag"),
        ("-5", "is geen bedrag"),
        ("tien", "is geen bedrag"),
        ("1e3", "is geen bedrag"),
    ],
)
def test_an_amount_that_cannot_be_is_refused_at_the_field(bakkerij, shop, two, amount, sentence):
    page, invoices = two
    choice = {"factuur": [invoice.public_id for invoice in invoices], "amount": amount}

    answer = page.open("keuze/", **choice)

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert 'aria-invalid="true"' in answer.content.decode()
    assert page.send(**choice).status_code == 422
    assert attempts(bakkerij) == []


def test_nothing_chosen_is_said(bakkerij, shop, two):
    page, _ = two

    answer = page.open("keuze/", factuur="")

    assert answer.status_code == 422
    assert "Kies minstens één factuur." in words(answer)
    assert page.send(factuur="").status_code == 422


def test_two_clicks_start_one_payment(bakkerij, shop, two):
    page, _ = two

    answers = [page.send(verwacht="160.00", methode="ideal") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(attempts(bakkerij)) == 1
    assert len(shop.payments) == 1


def test_who_pays_in_a_second_window_what_was_paid_meanwhile_is_told(bakkerij, shop, two, debtor):
    page, invoices = two
    page.open()
    with inside(bakkerij):
        payments.book_payment(debtor=debtor, amount=Decimal("160.00"), received_on=DAY, designated=invoices, by=by())

    answer = page.send(verwacht="160.00", methode="ideal")

    assert answer.status_code == 422
    assert "Dit is intussen betaald. U hoeft niets meer te doen." in words(answer)
    assert attempts(bakkerij) == []


def test_another_amount_than_the_page_showed_is_never_charged(bakkerij, shop, two, debtor):
    page, invoices = two
    with inside(bakkerij):
        payments.book_payment(
            debtor=debtor, amount=Decimal("30.00"), received_on=DAY, designated=[invoices[0]], by=by()
        )

    answer = page.send(verwacht="160.00", methode="ideal")

    assert answer.status_code == 422
    assert "Het bedrag is intussen veranderd: het is nu € 130,00." in words(answer)
    assert attempts(bakkerij) == []


def test_a_payer_who_comes_back_before_the_bank_sees_that_we_wait(bakkerij, shop, two):
    page, _ = two
    page.send(verwacht="160.00", methode="ideal")
    (attempt,) = attempts(bakkerij)
    shop.pay(attempt.provider_id, "pending")

    waiting = page.open(back_of(page, bakkerij))

    assert waiting.status_code == 200
    assert "Wij wachten op uw bank" in words(waiting)
    body = waiting.content.decode()
    assert 'data-follow="waiting' in body
    assert '<noscript><meta http-equiv="refresh"' in body
    overview = page.text()
    assert "Uw betaling van € 160,00 is onderweg" in overview
    assert "€ 160,00 betalen" not in overview, "nobody is asked twice"


def test_the_page_follows_what_becomes_of_it(bakkerij, shop, two, noon):
    page, _ = two
    page.send(verwacht="160.00", methode="ideal")
    (attempt,) = attempts(bakkerij)
    rest = back_of(page, bakkerij)
    assert "Uw betaling is nog niet af" in page.text(rest)
    assert attempt.checkout_url in page.open(rest).content.decode(), "he can go on where he was"

    shop.pay(attempt.provider_id)
    noon.shift(settling.BETWEEN_LOOKS)

    assert "Bedankt, uw betaling is binnen" in page.text(rest)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("failed", "De betaling is niet gelukt"),
        ("canceled", "U hebt de betaling afgebroken"),
        ("expired", "De tijd om te betalen is voorbij"),
    ],
)
def test_a_payment_that_came_to_nothing_says_so_and_can_be_tried_again(bakkerij, shop, two, status, said):
    page, _ = two
    page.send(verwacht="160.00", methode="ideal")
    shop.pay(attempts(bakkerij)[0].provider_id, status)

    text = page.text(back_of(page, bakkerij))

    assert said in text
    assert "Er is niets afgeschreven. Opnieuw proberen" in text
    page.send(verwacht="160.00", methode="ideal")
    assert len(attempts(bakkerij)) == 2


def test_a_provider_that_is_away_is_said_and_the_account_is_shown(bakkerij, two, settings):
    settings.MOLLIE_API_ENDPOINT = "http://127.0.0.1:1"
    page, _ = two
    with inside(bakkerij):
        from tests.portal.opening import offer_online

        offer_online()

    answer = page.send(verwacht="160.00", methode="ideal")

    assert answer.status_code == 422
    assert "Online betalen lukt op dit moment niet." in words(answer)
    assert "NL91 ABNA 0417 1643 00" in words(answer)


def test_the_attempt_of_another_link_is_not_found(bakkerij, garage, shop, two, debtor):
    page, invoices = two
    page.send(verwacht="160.00", methode="ideal")
    rest = back_of(page, bakkerij)
    with inside(bakkerij):
        other_link = Page(address(debtor, invoices))
        neighbour = Page(address(factories.debtor(name="Buurman")))
    with inside(garage):
        stranger = Page(address(factories.debtor(name="Gerrit")))

    for somebody in (other_link, neighbour, stranger):
        assert somebody.open(rest).status_code == 404
        assert somebody.open("betaling/bestaat-niet0/").status_code == 404


def test_a_page_with_a_pay_button_lets_its_form_go_to_a_bank_and_others_do_not(bakkerij, shop, two):
    page, _ = two

    def may_go(rest):
        policy = page.open(rest).headers["Content-Security-Policy"]
        return next(part for part in policy.split("; ") if part.startswith("form-action"))

    assert may_go("") == "form-action 'self' https: http:", "http: for the sandbox of this test alone"
    assert may_go("vraag/") == "form-action 'self'"


def test_paying_is_posted_and_looking_is_not(two):
    page, _ = two

    assert page.open("betaling/").status_code == 405
    assert page.send("").status_code == 405
