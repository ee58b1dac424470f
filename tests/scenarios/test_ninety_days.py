"""Ninety days of a ladder, told day by day: a consumer and a business who do not pay, and what must not happen."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from correspondence.models import Document, Message
from debtors.models import Debtor
from dunning.models import Case, Notice, Step
from invoices.models import Invoice
from payments import operations as payments
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.fakes.channel import FakeMail
from worklist.models import Task

pytestmark = pytest.mark.django_db

DUE = date(2026, 1, 30)  # a Friday
FIRST, LAST = date(2026, 1, 20), date(2026, 4, 19)


@pytest.fixture(autouse=True)
def mail() -> Iterator[None]:
    FakeMail.reset()
    yield
    FakeMail.reset()


@pytest.fixture
def story(bakkerij: Tenant, garage: Tenant) -> dict[date, nights.Day]:
    """Play ninety consecutive days for two debtors of bakkerij; garage has one too and plays along."""
    registered = nights.bookkeeper(nights.at(date(2026, 1, 16), 9))
    for tenant in (bakkerij, garage):
        with tenant_context(tenant.pk):
            particulier = factories.debtor(number="1", kind="consumer", name="Petra Jansen")
            bedrijf = factories.debtor(number="2", kind="business", name="Bouwbedrijf Smit B.V.")
            factories.invoice(particulier, number="P-1", amount="484.00", due=DUE, by=registered)
            factories.invoice(bedrijf, number="B-1", amount="1210.00", due=DUE, by=registered)
    days = (FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1))
    return {day: nights.play(bakkerij.pk, day) for day in days}


def what_left(story: dict[date, nights.Day], number: str) -> list[tuple[date, str]]:
    return [
        (day, mail.subject.split(" (")[0])
        for day, played in story.items()
        for mail in played.mails
        if number in mail.subject
    ]


def test_ninety_days_of_a_business_and_a_consumer(
    bakkerij: Tenant, garage: Tenant, story: dict[date, nights.Day]
) -> None:
    assert len(story) == 90

    # Three days before the due date the business gets a courtesy; on 5 February both get a friendly mail.
    # A tone more each week; a letter on paper with the demand (three weeks) and the default notice.
    assert what_left(story, "B-1") == [
        (date(2026, 1, 27), "Factuur B-1"),
        (date(2026, 2, 4), "Herinnering: factuur B-1"),
        (date(2026, 2, 11), "Tweede herinnering: factuur B-1"),
        (date(2026, 2, 20), "Aanmaning: factuur B-1"),
        (date(2026, 3, 6), "Laatste sommatie: factuur B-1"),
    ]
    # To a consumer nothing after the second reminder says in its subject what it is about.
    assert what_left(story, "P-1") == [
        (date(2026, 2, 4), "Herinnering: factuur P-1"),
        (date(2026, 2, 13), "Tweede herinnering: factuur P-1"),
        (date(2026, 2, 20), "Onze brief over factuur P-1"),
        (date(2026, 3, 11), "Onze brief over factuur P-1"),
        (date(2026, 4, 7), "Onze brief over factuur P-1"),
    ]
    letters = {day: played.letters for day, played in story.items() if played.letters}
    assert letters == {
        date(2026, 2, 20): ["default_notice", "demand"],
        date(2026, 3, 6): ["final_demand"],
        # The default notice was posted on 20 February, a Friday: Saturday counts, Sunday and Monday do not, so it
        # was there on Tuesday the 24th; fourteen days end on 10 March, and default begins on the 11th.
        date(2026, 3, 11): ["fourteen_day_letter"],
        # Twenty-four days after 11 March is the Saturday before Easter; the first sending day is the 7th.
        date(2026, 4, 7): ["final_demand"],
    }
    # Nothing ever leaves in a weekend or on a holiday, and never two messages to one debtor on a day.
    for day, played in story.items():
        if played.mails or played.letters:
            assert day.weekday() < 5
        addresses = [mail.to_address for mail in played.mails]
        assert len(addresses) == len(set(addresses))
    # People were asked to call twice: the business above 500 euro, the consumer above 250.
    assert {day: played.run.tasks_made for day, played in story.items() if played.run.tasks_made} == {
        date(2026, 2, 24): 1,
        date(2026, 3, 18): 1,
    }

    with tenant_context(bakkerij.pk):
        business, consumer = (Invoice.objects.get(number=number) for number in ("B-1", "P-1"))
        # Costs and interest for the business with the final demand: 15 % of 1,210; 35 days at 10.15 %.
        assert (business.costs_total, business.interest_total) == (Decimal("181.50"), Decimal("11.78"))
        # Costs for the consumer only after his letter's term, and what it announced: 15 % of 484. No interest asked.
        assert (consumer.costs_total, consumer.interest_total) == (Decimal("72.60"), Decimal("0.00"))
        assert consumer.default_since == date(2026, 3, 11)
        letter = Step.objects.get(kind="fourteen_day_letter")
        assert (letter.dispatched_on, letter.delivered_on) == (date(2026, 3, 11), date(2026, 3, 13))
        assert (letter.term_ends_on, letter.costs_from) == (date(2026, 3, 27), date(2026, 4, 4))
        assert letter.announced_costs == Decimal("72.60")
        # No rung was skipped, none taken twice.
        taken = {
            number: list(
                Step.objects.filter(case__invoice__number=number).order_by("pk").values_list("kind", flat=True)
            )
            for number in ("B-1", "P-1")
        }
        assert taken == {
            "B-1": ["courtesy", "reminder", "second_reminder", "demand", "call", "final_demand"],
            "P-1": ["reminder", "second_reminder", "default_notice", "fourteen_day_letter", "call", "final_demand"],
        }
        # The ladder ends in a decision, not in silence: there is no agency yet, so a person is asked.
        assert set(Case.objects.values_list("why_code", flat=True)) == {"handoff"}
        assert Task.objects.open().filter(kind="handoff").count() == 2
        # Every byte that left is kept, with the hash of what it was.
        assert Document.objects.filter(media_type="application/pdf").count() >= 5
        assert not Message.objects.exclude(state="sent").exists()
    # The stranger's debtors of the same names got nothing: nobody played his nights.
    with tenant_context(garage.pk):
        assert not Notice.objects.exists()
        assert not Message.objects.exists()


def test_the_default_notice_and_the_letter_ask_one_amount_and_say_their_term_in_words(
    bakkerij: Tenant, story: dict[date, nights.Day]
) -> None:
    (copy,) = story[date(2026, 3, 11)].mails
    text = " ".join(copy.text.split())

    # The mail is a copy of the letter on paper and carries no term of its own.
    assert "484,00" in text
    assert "termijn" in text
    assert "veertien dagen vanaf" not in text
    assert [file.media_type for file in copy.files] == ["application/pdf"]


def test_paying_what_the_letter_asks_in_its_term_ends_it_without_costs(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        particulier = factories.debtor(kind="consumer")
        claim = factories.invoice(particulier, number="P-9", amount="484.00", due=DUE, term_agreed=True)
    for number in range(40):
        nights.play(bakkerij.pk, date(2026, 2, 4) + timedelta(days=number))
    with tenant_context(bakkerij.pk):
        assert Step.objects.filter(kind="fourteen_day_letter").count() == 1
        letter = Step.objects.get(kind="fourteen_day_letter")
        assert letter.costs_from is not None
        payments.book_payment(
            debtor=Debtor.objects.get(),
            amount=Decimal("484.00"),
            received_on=letter.costs_from - timedelta(days=1),
            by=nights.bookkeeper(nights.at(letter.costs_from, 9)),
        )
        claim.refresh_from_db()

        assert not claim.is_open
        assert (claim.costs_total, claim.interest_total) == (0, 0)
        assert Case.objects.get().state == "closed"
