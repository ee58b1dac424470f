"""A payer has the next ones collected: what he agrees to, what comes of his payment, and how he stops it."""

import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache

from audit.models import Entry
from connectors.mollie_sandbox import api
from correspondence.models import Message
from dunning.models import Notice
from payments import operations as payments
from payments.models import Arrangement, CheckoutAttempt, DirectDebit, Mandate, Payment
from payments.operations import settling
from tests import factories, nights
from tests.fakes import mollie as fake
from tests.payments.arranging import schedule
from tests.portal.opening import DAY, NOON, Page, address, by, inside, late, words
from worklist.models import Task

pytestmark = pytest.mark.django_db

IBAN = "NL53INGB0654422370"  # of who pays in the sandbox
MASKED = "NL53 •••• 2370"
BOX = 'name="incasso"'
OFFER = "Schrijf volgende facturen van Bakkerij de Vries automatisch af"


@pytest.fixture(autouse=True)
def noon():
    cache.clear()
    with time_machine.travel(NOON, tick=True) as clock:
        yield clock


@pytest.fixture
def shop(bakkerij, mollie):
    """Bakkerij takes money online."""
    with inside(bakkerij):
        fake.connect()
    return mollie


@pytest.fixture
def creditor(bakkerij):
    """And it collects."""
    with inside(bakkerij):
        return payments.change_creditor_settings(
            creditor_id="NL69ZZZ123456780000",
            scheme="CORE",
            notify_days=14,
            pain_version="pain.008.001.08",
            by=by(),
        )


@pytest.fixture
def debtor(bakkerij):
    with inside(bakkerij):
        return factories.debtor(number="10001", name="Petra Jansen", email="petra@jansen.test")


@pytest.fixture
def page(bakkerij, debtor):
    with inside(bakkerij):
        return Page(address(debtor, [factories.invoice(debtor, amount="100.00", due=late(20), number="2026-0001")]))


@pytest.fixture
def plan(bakkerij, debtor):
    """A page of an arrangement of three instalments, of which the first is to be paid."""
    with inside(bakkerij):
        invoice = factories.invoice(debtor, amount="300.00", due=late(20), number="2026-0300")
        made = payments.make_arrangement(
            debtor=debtor, invoices=[invoice], schedule=schedule("300.00", 3, DAY), by=by()
        )
        return Page(address(debtor, [invoice])), made


def the_attempt(tenant):
    with inside(tenant):
        return CheckoutAttempt.objects.order_by("-pk")[0]


def agree(page, **form):
    return page.send(**{"methode": "ideal", "incasso": "1"} | form)


def paid(page, shop, tenant, status="paid", **how):
    """Pay what was started, and come back."""
    attempt = the_attempt(tenant)
    shop.pay(attempt.provider_id, status, **how)
    return page.text(f"betaling/{attempt.public_id}/")


def mandates(tenant):
    with inside(tenant):
        return list(Mandate.objects.order_by("pk"))


# --- What is offered


def test_the_box_is_off_and_says_who_under_which_id_and_that_it_can_be_had_back(shop, creditor, page):
    body, text = page.open().content.decode(), page.text()

    box = body[body.index(BOX) : body.index(">", body.index(BOX))]
    assert "checked" not in box
    assert body.index('class="btn">') < body.index(BOX), "below the button"
    assert OFFER in text
    for said in ("NL69ZZZ123456780000", "doorlopend", "binnen acht weken", "U kunt dit altijd weer stoppen."):
        assert said in text
    assert "<script>" not in body


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_the_box_speaks_the_language_of_the_page(shop, creditor, page, language):
    text = page.text(taal=language)

    assert BOX in page.open().content.decode()
    assert "automatisch af" not in text
    assert "NL69ZZZ123456780000" in text


def test_who_collects_nothing_offers_nothing(shop, page):
    assert BOX not in page.open().content.decode()


def test_where_no_way_to_pay_tells_an_account_nothing_is_offered(bakkerij, mollie, creditor, page):
    with inside(bakkerij):
        fake.connect(methods=["creditcard"])

    assert BOX not in page.open().content.decode()
    agree(page, methode="creditcard")
    assert the_attempt(bakkerij).sequence == "oneoff"


def test_without_the_box_it_is_one_payment_and_no_mandate(bakkerij, shop, creditor, page):
    page.send(methode="ideal")
    text = paid(page, shop, bakkerij)

    assert "Bedankt, uw betaling is binnen" in text
    assert "automatisch af" not in text
    assert mandates(bakkerij) == []
    assert the_attempt(bakkerij).consent == ""


# --- What comes of it


def test_a_payment_gives_a_mandate_with_the_words_that_were_agreed_to(bakkerij, shop, creditor, page, debtor):
    assert agree(page).status_code == 303
    attempt = the_attempt(bakkerij)
    assert shop.the(attempt.provider_id)["sequenceType"] == "first"
    assert mandates(bakkerij) == [], "not before he paid"

    text = paid(page, shop, bakkerij)

    (mandate,) = mandates(bakkerij)
    assert (mandate.debtor_id, mandate.iban, mandate.account_holder) == (debtor.pk, IBAN, "T. Testbetaler")
    assert (mandate.scheme, mandate.obtained_by, mandate.collects_invoices) == ("CORE", "online", True)
    assert (mandate.signed_on, mandate.consented_at) == (DAY, attempt.started_at)
    assert mandate.consent.startswith(OFFER)
    assert "NL69ZZZ123456780000" in mandate.consent
    assert f"wij schrijven voortaan automatisch af van rekening {MASKED}" in text
    with inside(bakkerij):
        entry = Entry.objects.get(verb="mandate.registered")
        assert entry.data["checkout"] == attempt.public_id


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("nl", "Bevestiging van uw machtiging aan Bakkerij de Vries"),
        ("en", "Confirmation of your mandate to Bakkerij de Vries"),
        ("de", "Bestätigung Ihres Mandats für Bakkerij de Vries"),
        ("fr", "Confirmation de votre mandat à Bakkerij de Vries"),
    ],
)
def test_he_gets_it_in_writing_in_his_language(bakkerij, shop, creditor, page, language, subject):
    page.open(taal=language)
    agree(page)
    paid(page, shop, bakkerij)

    with inside(bakkerij):
        mail = Message.objects.get(subject_kind="mandate")
    assert (mail.to_address, mail.subject_line, mail.language) == ("petra@jansen.test", subject, language)
    for said in ("M-10001-1", "NL69ZZZ123456780000", MASKED.replace(" ", "\xa0")):
        assert said in mail.body_text
        assert said in mail.body_html
    assert IBAN not in mail.body_text.replace(" ", "")


@pytest.mark.parametrize("status", ["failed", "canceled", "expired"])
def test_a_payment_that_came_to_nothing_gives_no_mandate(bakkerij, shop, creditor, page, status):
    agree(page)
    paid(page, shop, bakkerij, status)

    assert mandates(bakkerij) == []
    with inside(bakkerij):
        assert not Message.objects.filter(subject_kind="mandate").exists()


def test_two_clicks_and_news_that_comes_twice_give_one_mandate(bakkerij, shop, creditor, page, client, noon):
    assert [agree(page).status_code for _ in range(2)] == [303, 303]
    assert len(shop.payments) == 1
    paid(page, shop, bakkerij)
    attempt = the_attempt(bakkerij)

    for _ in range(2):
        noon.shift(settling.BETWEEN_LOOKS)
        assert client.post(f"/webhooks/mollie/{bakkerij.public_id}/", {"id": attempt.provider_id}).status_code == 200
        payments.settle_checkout(tenant_id=bakkerij.pk, public_id=attempt.public_id, by=by(NOON + settling.LEASE))

    assert len(mandates(bakkerij)) == 1
    with inside(bakkerij):
        assert Message.objects.filter(subject_kind="mandate").count() == 1
        assert Payment.objects.count() == 1


def test_a_card_cannot_be_collected_from_and_that_is_said_at_the_box(bakkerij, shop, creditor, page):
    answer = agree(page, methode="creditcard")

    assert answer.status_code == 422
    body = answer.content.decode()
    box = body[body.index(BOX) : body.index(">", body.index(BOX))]
    assert 'aria-invalid="true"' in box
    assert "incasso-fout" in box
    assert "Automatisch afschrijven kan alleen van een bankrekening." in words(answer)
    chosen = body[body.index('value="creditcard"') :]
    assert "checked" in chosen[: chosen.index(">")], "what he chose stands"
    with inside(bakkerij):
        assert not CheckoutAttempt.objects.exists()


def test_a_payment_that_tells_no_account_is_booked_and_gives_no_mandate(bakkerij, shop, creditor, page, monkeypatch):
    monkeypatch.setattr("connectors.mollie_sandbox.store._details", lambda method: {"consumerName": "P. Jansen"})
    agree(page, methode="bancontact")

    text = paid(page, shop, bakkerij, method="bancontact")

    assert "Bedankt, uw betaling is binnen" in text
    assert "Automatisch afschrijven is niet gelukt" in text
    assert mandates(bakkerij) == []
    with inside(bakkerij):
        assert Payment.objects.get().amount == Decimal("100.00")


def test_a_provider_that_refuses_a_first_payment_is_said_at_the_box(bakkerij, shop, creditor, page, monkeypatch):
    refused = api._no(422, "Unprocessable Entity", "No suitable payment methods found for recurring")
    monkeypatch.setattr(api, "_create", lambda *_: refused)

    answer = agree(page)

    assert answer.status_code == 422
    assert "Automatisch afschrijven lukt op dit moment niet." in words(answer)


def test_who_is_collected_from_already_is_not_asked_again(bakkerij, shop, creditor, page, debtor):
    agree(page)
    paid(page, shop, bakkerij)
    with inside(bakkerij):
        other = Page(address(debtor, [factories.invoice(debtor, amount="60.00", due=late(5), number="2026-0002")]))

    assert BOX not in other.open().content.decode()
    assert f"Wij schrijven uw facturen op de vervaldag af van rekening {MASKED}." in other.text()


# --- In parts


def test_instalments_are_collected_from_the_next_one_on(bakkerij, shop, creditor, plan):
    page, arrangement = plan
    assert "Schrijf de volgende termijnen automatisch af" in page.text()

    agree(page)
    paid(page, shop, bakkerij)

    (mandate,) = mandates(bakkerij)
    assert not mandate.collects_invoices
    assert f"de termijnen van uw betalingsregeling af van rekening {MASKED}" in page.text()
    with inside(bakkerij):
        assert Arrangement.objects.get(pk=arrangement.pk).by_direct_debit
        second = arrangement.instalments.get(number=2)
        payments.propose_batch(collect_on=second.due_on, by=by())
        (debit,) = DirectDebit.objects.all()
        assert (debit.instalment_id, debit.mandate_id, debit.amount) == (second.pk, mandate.pk, Decimal("100.00"))


def test_what_will_be_collected_need_not_be_paid_and_what_is_late_must(bakkerij, shop, creditor, plan, noon):
    page, _arrangement = plan
    said = f"Dit schrijven wij automatisch af van rekening {MASKED}. U hoeft het niet zelf te betalen."
    assert said not in page.text()
    agree(page)
    paid(page, shop, bakkerij)

    assert said in page.text()
    assert "02-04-2026 wordt afgeschreven" in page.text()
    noon.move_to(nights.at(date(2026, 4, 6), 12))
    with inside(bakkerij):
        payments.judge_arrangements(debtor_ids=None, day=date(2026, 4, 6), by=by(nights.at(date(2026, 4, 6), 2)))
    assert said not in page.text()


def test_a_failed_first_instalment_leaves_the_arrangement_as_it_is(bakkerij, shop, creditor, plan):
    page, arrangement = plan
    agree(page)
    paid(page, shop, bakkerij, "failed")

    with inside(bakkerij):
        assert not Arrangement.objects.get(pk=arrangement.pk).by_direct_debit


def test_the_last_instalment_has_no_next_one(bakkerij, shop, creditor, plan, debtor):
    page, _arrangement = plan
    with inside(bakkerij):
        payments.book_payment(debtor=debtor, amount=Decimal("200.00"), received_on=DAY, by=by())

    assert BOX not in page.open().content.decode()


# --- Stopping it


def test_he_stops_it_and_people_read_why(bakkerij, shop, creditor, plan, login, owner):
    page, arrangement = plan
    agree(page)
    paid(page, shop, bakkerij)
    (mandate,) = mandates(bakkerij)
    where = f"machtiging/{mandate.public_id}/"
    assert where in page.open().content.decode()
    page.open(taal="de")

    assert page.open(where).status_code == 200
    assert mandates(bakkerij)[0].state == "active", "looking ends nothing"
    went = [page.send(where) for _ in range(2)]

    assert [answer.status_code for answer in went] == [302, 302]
    (mandate,) = mandates(bakkerij)
    assert (mandate.state, mandate.ended_reason) == ("ended", "ingetrokken door de debiteur op zijn betaalpagina")
    assert MASKED in page.text(where)
    assert where not in page.open().content.decode()
    with inside(bakkerij):
        assert not Arrangement.objects.get(pk=arrangement.pk).by_direct_debit, "he pays and is reminded again"
    shown = login(owner).get(f"/a/{bakkerij.slug}/machtigingen/{mandate.public_id}/")
    assert "ingetrokken door de debiteur op zijn betaalpagina" in words(shown)


def test_people_see_that_it_was_given_online_with_its_words(bakkerij, shop, creditor, page, login, owner):
    agree(page)
    paid(page, shop, bakkerij)
    (mandate,) = mandates(bakkerij)

    text = words(login(owner).get(f"/a/{bakkerij.slug}/machtigingen/{mandate.public_id}/"))

    assert "online betaling" in text
    assert OFFER in text
    assert "op de betaalpagina, 02-03-2026 12:00" in text


def test_the_mandate_of_another_is_not_found(bakkerij, garage, shop, creditor, page):
    agree(page)
    paid(page, shop, bakkerij)
    (mandate,) = mandates(bakkerij)
    with inside(bakkerij):
        neighbour = Page(address(factories.debtor(name="Buurman")))
    with inside(garage):
        stranger = Page(address(factories.debtor(name="Gerrit")))

    for somebody in (neighbour, stranger):
        for answer in (
            somebody.open(f"machtiging/{mandate.public_id}/"),
            somebody.send(f"machtiging/{mandate.public_id}/"),
        ):
            assert answer.status_code == 404
        assert MASKED not in somebody.text()
    assert mandates(bakkerij)[0].state == "active"


# --- What is kept is Dutch

FOREIGN = re.compile(
    r"\b(Rechnung|Rechnungen|bezahlt|Zahlung|Raten|Mandat|Lastschrift|beendet|storniert|Invoice|Invoices|paid|invoice|"
    r"mandate|ended|withdrawn|reversed|refunded|bank of the payer|charged back)\b"
)


@pytest.mark.parametrize("language", ["en", "de"])
def test_whatever_a_payer_reads_what_is_kept_for_people_is_dutch(
    bakkerij, shop, creditor, page, debtor, noon, language
):
    with inside(bakkerij):
        nights.plan(DAY)
        assert Notice.objects.filter(state__in=["planned", "approved"]).exists(), "something to withdraw"
    page.open(taal=language)
    agree(page)
    paid(page, shop, bakkerij)
    attempt = the_attempt(bakkerij)
    assert shop.the(attempt.provider_id)["description"] != "Factuur 2026-0001", "the payer reads his own"
    shop.charge_back(attempt.provider_id, "100.00")
    with inside(bakkerij):
        CheckoutAttempt.objects.update(state="pending", looked_at=None)  # so that the page looks again
    page.open(f"betaling/{attempt.public_id}/")
    page.send(f"machtiging/{mandates(bakkerij)[0].public_id}/")

    with inside(bakkerij):
        assert Payment.objects.filter(reverses__isnull=False).exists()
        kept = [
            *Notice.objects.values_list("ended_reason", flat=True),
            *Payment.objects.values_list("description", flat=True),
            *Payment.objects.values_list("reason", flat=True),
            *CheckoutAttempt.objects.values_list("description", flat=True),
            *Mandate.objects.values_list("ended_reason", flat=True),
            *(f"{task.title} {task.note} {task.outcome}" for task in Task.objects.all()),
            *(f"{entry.subject_label} {entry.reason} {entry.data}" for entry in Entry.objects.all()),
        ]
    assert any("factuur voldaan" in text for text in kept)
    assert any(text.startswith("Factuur 2026-0001") for text in kept)
    assert [text for text in kept if FOREIGN.search(re.sub(r"'\w+':|\w+\.\w+", "", text))] == []
