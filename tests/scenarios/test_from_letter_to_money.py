"""From a letter's link to the books, in a real browser: what a debtor does with it, and what the night makes of that.

A business owes 300,00 since Friday 20 February 2026. On Thursday 26 February the reminder leaves with a link to his
page. Whatever he does there is the same day in the books and on the ladder; the bank is Mollie's sandbox.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from common.actor import the_clock
from common.clock import now
from dunning.models import Case, Notice
from invoices.models import Dispute, Invoice
from payments import operations as payments
from payments.models import Arrangement, CheckoutAttempt, Instalment, Promise
from payments.states import ArrangementState, PromiseState
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.browser import Visit
from tests.fakes import mollie as fake
from tests.fakes.channel import FakeMail
from tests.fakes.mollie import Mollie
from worklist.models import Task, TaskKind

pytestmark = [pytest.mark.django_db(transaction=True)]
DUE = date(2026, 2, 20)
REMINDED = date(2026, 2, 26)
NEXT = date(2026, 3, 5)  # the next letter may go a week later


@dataclass
class Story:
    """The tenant, his debtor, the bank, and the link of the reminder."""

    tenant: Tenant
    invoice: Invoice
    stranger: Invoice
    mollie: Mollie
    window: Visit
    clock: Any

    @property
    def page(self) -> Any:
        return self.window.page

    def inside(self) -> Any:
        return tenant_context(self.tenant.pk)

    def at(self, day: date, hour: int = 12) -> None:
        self.clock.move_to(nights.at(day, hour))
        cache.clear()  # nobody is throttled over the days of a story

    def night(self, day: date, *, approving: bool = True) -> nights.Day:
        self.at(day, 9)
        played = nights.play(self.tenant.pk, day, approving=approving)
        self.at(day)
        return played

    def now(self) -> Invoice:
        with self.inside():
            return Invoice.objects.get(pk=self.invoice.pk)

    def case(self) -> Case:
        with self.inside():
            return Case.objects.get(invoice=self.invoice)

    def live_letters(self) -> list[str]:
        with self.inside():
            return list(
                Notice.objects.filter(state__in=["planned", "approved", "queued"]).values_list("kind", flat=True)
            )

    def tasks(self) -> set[str]:
        with self.inside():
            return set(Task.objects.open().values_list("kind", flat=True))

    def pays_at_the_bank(self) -> None:
        """Go from the button to the sandbox, let the payment succeed there, and come back."""
        self.page.wait_for_url(f"{self.mollie.url}/**")
        self.page.get_by_label("De winkel hoort het").select_option("never")
        self.page.get_by_role("button", name="Verder").click()
        self.page.wait_for_url("**/betaling/**")
        assert self.page.locator("h1").inner_text() == "Bedankt, uw betaling is binnen"

    def says(self) -> str:
        return " ".join(self.page.locator("main").inner_text().replace("\xa0", " ").split())


@pytest.fixture
def story(live_server: Any, settings: Any, mollie: Mollie, visit: Callable[..., Visit]) -> Iterator[Story]:
    """Thursday noon: the reminder is in the debtor's mailbox and he opens its link on his phone."""
    settings.SITE_URL = live_server.url
    FakeMail.reset()
    cache.clear()
    with time_machine.travel(nights.at(REMINDED, 9), tick=True) as clock:
        tenant, garage = factories.tenant("Bakkerij de Vries"), factories.tenant("Garage Jansen")
        with tenant_context(garage.pk):
            strange = factories.invoice(
                factories.debtor(kind="business", name="Vreemde B.V."), amount="300.00", due=DUE
            )
        with tenant_context(tenant.pk):
            fake.connect()
            factories.let_rungs_be("person")
            debtor = factories.debtor(kind="business", name="Bouwbedrijf Smit B.V.", kvk="12345678")
            invoice = factories.invoice(debtor, amount="300.00", due=DUE, number="2026-0042")
        made = Story(tenant, invoice, strange, mollie, visit(width=390), clock)
        day = made.night(REMINDED)
        assert day.subjects, "the reminder left"
        found = re.search(rf"{re.escape(live_server.url)}/betalen/\S+", day.mails[0].text)
        assert found, day.mails[0].text
        made.page.goto(found[0].rstrip(").,"))
        assert "€ 300,00" in made.says()
        yield made
        with tenant_context(garage.pk):
            assert Invoice.objects.get(pk=strange.pk).open_amount == Decimal("300.00"), "nobody touched the stranger"
    FakeMail.reset()


def test_he_pays_all_and_the_letter_that_waited_is_withdrawn(story: Story) -> None:
    story.night(NEXT, approving=False)
    assert story.live_letters() == ["second_reminder"]

    story.page.reload()
    story.page.get_by_role("button", name="betalen").click()
    story.pays_at_the_bank()

    assert not story.now().is_open
    assert story.case().state == "closed"
    assert story.live_letters() == []
    story.page.get_by_role("link", name="Terug naar het overzicht").click()
    assert "€ 300,00" not in story.page.locator("h1").inner_text()
    story.window.is_sound()
    assert story.night(date(2026, 3, 12)).subjects == []


def test_he_pays_a_part_and_the_next_letter_asks_the_rest(story: Story) -> None:
    story.page.get_by_role("link", name="Een ander bedrag of andere facturen betalen").click()
    story.page.get_by_label("Ander bedrag").fill("120")
    story.page.get_by_role("button", name="Verder").click()
    story.page.get_by_role("button", name="€ 120,00 betalen").click()
    story.pays_at_the_bank()

    assert "Er staat hier nog € 180,00 open." in story.says()
    assert story.now().open_amount == Decimal("180.00")
    letter = story.night(NEXT)
    assert len(letter.mails) == 1
    assert "180,00" in letter.mails[0].text
    assert story.case().position_kind == "second_reminder"


def test_he_promises_and_the_ladder_waits_and_goes_on_when_he_does_not_pay(story: Story) -> None:
    story.page.goto(story.page.url.split("?")[0] + "later/")
    story.page.get_by_label("Op welke dag betaalt u?").fill("2026-03-06")
    story.page.get_by_role("main").get_by_role("button").first.click()
    assert "6 maart" in story.says()

    with story.inside():
        promise = Promise.objects.get()
    assert (promise.state, promise.promised_for, promise.amount) == (
        PromiseState.RUNNING,
        date(2026, 3, 6),
        Decimal("300.00"),
    )
    assert story.night(NEXT).subjects == [], "a promise is waited for"
    assert story.case().why_code == "promise"
    broken = story.night(date(2026, 3, 11))  # Friday, and two banking days
    assert len(broken.subjects) == 1, "the ladder goes on the night the promise is broken"
    assert story.case().position_kind == "second_reminder", "at the rung it had"
    assert TaskKind.BROKEN_PROMISE in story.tasks()


def test_he_pays_in_three_parts_and_misses_the_second(story: Story) -> None:
    root = story.page.url.split("?")[0]
    story.page.goto(f"{root}termijnen/")
    story.page.get_by_label("In hoeveel").select_option("3")
    story.page.get_by_label("Wanneer betaalt u de eerste termijn?").fill("2026-03-02")
    story.page.get_by_role("main").get_by_role("button").last.click()
    assert "Dit kan meteen." in story.says()
    story.page.get_by_role("button", name="Spreek dit af").click()

    with story.inside():
        arrangement = Arrangement.objects.get()
        parts = list(Instalment.objects.order_by("number").values_list("due_on", "amount"))
    assert arrangement.state == ArrangementState.ACTIVE
    assert parts == [
        (date(2026, 3, 2), Decimal("100.00")),
        (date(2026, 4, 2), Decimal("100.00")),
        (date(2026, 5, 2), Decimal("100.00")),
    ]
    story.page.goto(root)
    assert "Termijn 1 van 3" in story.says()
    story.page.get_by_role("button", name="€ 100,00 betalen").click()
    story.pays_at_the_bank()
    assert story.now().open_amount == Decimal("200.00")

    assert story.night(NEXT).subjects == [], "an arrangement is waited for"
    mails = [mail.subject for day in range(1, 14) for mail in story.night(date(2026, 4, day)).mails]
    assert mails, "he is reminded of the second part"
    with story.inside():
        arrangement.refresh_from_db()
    assert arrangement.state == ArrangementState.DEFAULTED
    assert "arrangement_broken" in story.tasks()
    assert story.now().open_amount == Decimal("200.00")
    assert story.case().position_kind in {"reminder", "second_reminder"}, "no rung was skipped"


def test_he_does_not_agree_with_a_part_and_pays_the_rest(story: Story) -> None:
    root = story.page.url.split("?")[0]
    story.page.goto(f"{root}bezwaar/")
    story.page.locator("input[name=reason][value=defect]").check()
    story.page.get_by_label("Nee, om een deel").check()
    story.page.get_by_label("Om welk bedrag gaat het?").fill("50")
    story.page.get_by_label("Leg uit wat er niet klopt").fill("Eén deur was beschadigd.")
    story.page.get_by_role("main").get_by_role("button").last.click()
    story.page.wait_for_url("**/ontvangen/**")

    with story.inside():
        dispute = Dispute.objects.get()
    assert (dispute.amount, dispute.note) == (Decimal("50.00"), "Eén deur was beschadigd.")
    story.page.goto(root)
    assert "€ 250,00" in story.page.locator(".sum").first.inner_text().replace("\xa0", " ")
    letter = story.night(NEXT)
    assert "250,00" in letter.mails[0].text, "only what is not disputed is asked"


def test_his_bank_takes_it_back_and_the_claim_is_where_it_was(story: Story) -> None:
    story.page.get_by_role("button", name="betalen").click()
    story.pays_at_the_bank()
    assert story.case().state == "closed"
    (paid,) = story.mollie.payments
    story.at(date(2026, 3, 3))

    story.mollie.charge_back(paid["id"], "300.00")
    with story.inside():
        attempt = CheckoutAttempt.objects.get()
        before = Case.objects.get().position_kind
    payments.settle_checkout(tenant_id=story.tenant.pk, public_id=attempt.public_id, by=the_clock(now()))

    case = story.case()
    assert story.now().open_amount == Decimal("300.00")
    assert (case.state, case.round, before) == ("active", 2, "reminder")
    assert TaskKind.REOPENED in story.tasks()
    for day in (4, 5, 6, 9, 10, 11, 12):
        story.night(date(2026, 3, day))
    with story.inside():
        sent = list(Notice.objects.filter(state="sent").order_by("dispatched_on").values_list("kind", flat=True))
    assert sent == ["reminder", "second_reminder"], "no second friendly letter, and the next at its rung"
