"""Afletteren without a mouse, in a real browser; and everybody can read and work the pages about the bank."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from common import clock
from debtors.models import Debtor
from payments.models import BankLine, BankStatement, Payment
from tenants.context import tenant_context
from tenants.models import Membership, Role, Tenant, User
from tests import factories
from tests.browser import Visit
from tests.dashboard.test_bank_matching import proposal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tenant(transactional_db: None) -> Tenant:
    """An administration with four lines to match: two proposals of Anna, one of the tax office, one unknown."""
    tenant = factories.tenant()
    user = User.objects.create_user("jan@bakkerij.test", "correct-horse-battery", name="Jan de Boer")
    Membership.objects.create(tenant=tenant, user=user, role=Role.BOOKKEEPER)
    today = clock.today()
    with tenant_context(tenant.pk):
        anna, bea = factories.debtor(name="Anna"), factories.debtor(name="Bea")
        claims = [
            factories.invoice(anna, amount=amount, number=f"2026-900{place}", due=today + timedelta(days=place + 3))
            for place, amount in enumerate(("100.00", "40.00"))
        ]
        theirs = factories.invoice(bea, amount="40.00", number="2026-9100", due=today + timedelta(days=9))
        statement = factories.bank_statement(factories.bank_account(on=today), on=today)
        other = proposal(bea, (theirs, "40.00"))
        for name, amount, match in (
            ("A. de Wit", "100.00", proposal(anna, (claims[0], "100.00"))),
            ("Onbekende betaler", "40.00", proposal(anna, (claims[1], "40.00"), runner_up=other)),
        ):
            factories.bank_line(statement, amount, state="proposed", debtor=anna, name=name, match=match)
        factories.bank_line(statement, "312.50", name="Belastingdienst")
        factories.bank_line(statement, "75.00", name="C. Bakker")
    return tenant


@pytest.fixture
def window(tenant: Tenant, visit: Callable[..., Visit]) -> Visit:
    window = visit()
    window.log_in(User.objects.get())
    window.go(f"/a/{tenant.slug}/afletteren/")
    return window


@pytest.fixture
def page(window: Visit) -> Any:
    return window.page


def line(page: Page, amount: str, name: str) -> None:
    expect(page.locator("h1")).to_have_text(f"€\u00a0{amount}")
    expect(page.locator(".page-head .sub")).to_contain_text(name)
    page.wait_for_function("window.htmx !== undefined")


def test_the_list_is_worked_through_without_a_mouse(page: Any, tenant: Tenant) -> None:
    page.keyboard.press("b")
    line(page, "100,00", "A. de Wit")
    page.keyboard.press("j")
    line(page, "40,00", "Onbekende betaler")
    page.keyboard.press("k")
    line(page, "100,00", "A. de Wit")

    page.keyboard.press("Enter")  # the proposal
    line(page, "40,00", "Onbekende betaler")
    expect(page.locator("#messages")).to_contain_text("€ 100,00 van Anna is geboekt.")
    page.keyboard.press("2")  # no: the runner-up
    expect(page.locator("#koppel h2")).to_contain_text("Bea")
    page.keyboard.press("Enter")
    line(page, "312,50", "Belastingdienst")

    page.keyboard.press("x")
    expect(page.locator("#vraag")).to_be_visible()
    page.locator("#vraag [name=note]").fill("teruggave")
    page.keyboard.press("Enter")
    line(page, "75,00", "C. Bakker")

    page.keyboard.press("z")
    expect(page.locator("#zoek-debiteur")).to_be_focused()
    page.locator("#zoek-debiteur").press_sequentially("Bea", delay=20)
    page.locator("#debiteur-zoeken #debiteuren-gevonden .row-link").click()
    expect(page.locator("#koppel h2")).to_contain_text("Bea")
    page.wait_for_function("window.htmx !== undefined")
    page.keyboard.press("t")  # as credit
    expect(page.locator("h1")).to_have_text("Afletteren")
    expect(page.locator("#lijst")).to_contain_text("Alles is afgeletterd")

    with tenant_context(tenant.pk):
        states = dict(BankLine.objects.values_list("name", "state"))
        assert states == {
            "A. de Wit": "booked",
            "Onbekende betaler": "booked",
            "Belastingdienst": "left_out",
            "C. Bakker": "booked",
        }
        assert Payment.objects.get(amount=Decimal("75.00")).unallocated == Decimal("75.00")


def test_the_last_one_is_undone_with_one_key(page: Any, tenant: Tenant) -> None:
    page.keyboard.press("b")
    line(page, "100,00", "A. de Wit")
    page.keyboard.press("Enter")
    line(page, "40,00", "Onbekende betaler")

    page.keyboard.press("u")
    expect(page.locator("#vraag")).to_contain_text("2026-9000 gaat weer open")
    page.locator("#vraag .btn-act").click()

    line(page, "100,00", "A. de Wit")
    with tenant_context(tenant.pk):
        assert BankLine.objects.get(name="A. de Wit").state == "unknown"


def test_the_sums_follow_what_is_ticked_and_typed(page: Any) -> None:
    page.keyboard.press("b")
    line(page, "100,00", "A. de Wit")
    amounts = page.locator("#koppel tbody [data-amount]")
    expect(amounts.nth(0)).to_have_value("100,00")

    amounts.nth(0).fill("70")
    page.keyboard.press("Tab")
    expect(page.locator("#koppel [role=status]")).to_contain_text("Er blijft € 30,00 over")
    page.locator("#koppel tbody [name=kies]").nth(1).check()
    expect(page.locator("#koppel tbody [data-amount]").nth(1)).to_have_value("30,00")
    expect(page.locator("#koppel [role=status]")).to_contain_text("Gekoppeld: € 100,00 van € 100,00.")


def test_enter_on_a_link_opens_the_link_and_confirms_nothing(page: Any, tenant: Tenant) -> None:
    page.keyboard.press("b")
    line(page, "100,00", "A. de Wit")

    page.locator(".todo a", has_text="C. Bakker").focus()
    page.keyboard.press("Enter")

    line(page, "75,00", "C. Bakker")
    with tenant_context(tenant.pk):
        assert not Payment.objects.exists()


def test_the_keys_are_shown(page: Any) -> None:
    page.keyboard.press("b")
    line(page, "100,00", "A. de Wit")

    page.keyboard.press("?")

    keys = page.locator("[data-keys-here]")
    for name, key in (("Bevestig", "Enter"), ("Hoort hier niet", "x"), ("Zoek een debiteur of factuur", "z")):
        row = keys.locator("div", has_text=name)
        expect(row.locator("kbd")).to_have_text(key)


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_everybody_can_read_and_work_the_pages(tenant: Tenant, visit: Any, width: int, theme: str) -> None:
    with tenant_context(tenant.pk):
        lines = list(BankLine.objects.order_by("pk"))
        statement = BankStatement.objects.get()
        back = factories.bank_line(statement, "-40.00", is_reversal=True)
        debtor = Debtor.objects.get(name="Anna")
    window = visit(width=width, theme=theme)
    window.log_in(User.objects.get())
    for address in (
        "bank/",
        f"bank/afschriften/{statement.public_id}/",
        "afletteren/",
        *(f"afletteren/{one.public_id}/" for one in (lines[1], lines[2], back)),
        f"debiteuren/{debtor.public_id}/?tab=gegevens",
        "restanten/",
    ):
        window.go(f"/a/{tenant.slug}/{address}")
        try:
            window.is_sound()
        except AssertionError as wrong:
            raise AssertionError(address) from wrong
