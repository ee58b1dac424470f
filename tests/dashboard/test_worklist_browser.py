"""The work list by keyboard, in a real browser: from the list through the tasks without a mouse."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from common import clock
from debtors.models import Debtor
from dunning.models import Call
from invoices import operations as invoices
from payments import operations as payments
from payments.models import Promise
from tenants.context import tenant_context
from tenants.models import Membership, Role, Tenant, User
from tests import factories
from tests.browser import Visit
from tests.conftest import actor
from worklist import operations
from worklist.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tenant(transactional_db: None) -> Tenant:
    """An administration with three calls to make, the first to Anna, then Bea, then Cor."""
    tenant = factories.tenant()
    user = User.objects.create_user("jan@bakkerij.test", "correct-horse-battery", name="Jan de Boer")
    Membership.objects.create(tenant=tenant, user=user, role=Role.BOOKKEEPER)
    with tenant_context(tenant.pk):
        for name in ("Anna", "Bea", "Cor"):
            debtor = factories.debtor(name=name)
            factories.invoice(debtor, amount="100.00")
            operations.add_task(kind="call", debtor=debtor, due_on=clock.today(), amount=Decimal("100.00"), by=actor())
    return tenant


@pytest.fixture
def window(tenant: Tenant, visit: Callable[..., Visit]) -> Visit:
    window = visit()
    window.log_in(User.objects.get())
    window.go(f"/a/{tenant.slug}/taken/?soort=call")
    return window


@pytest.fixture
def page(window: Visit) -> Any:
    return window.page


def heading(page: Page, name: str) -> None:
    expect(page.locator("h1")).to_have_text(name)
    page.wait_for_function("window.htmx !== undefined")


def test_the_list_is_worked_through_without_a_mouse(page, tenant):
    heading(page, "Taken")
    page.keyboard.press("j")
    expect(page.locator(".row-link").first).to_be_focused()
    page.keyboard.press("Enter")
    heading(page, "Anna")

    page.keyboard.press("j")
    heading(page, "Bea")
    page.keyboard.press("k")
    heading(page, "Anna")

    page.keyboard.press("s")
    expect(page.locator("#vraag")).to_be_visible()
    page.locator("#vraag .btn-primary").click()
    heading(page, "Bea")
    expect(page.locator("#messages")).to_contain_text("Uitgesteld tot")

    page.keyboard.press("p")
    heading(page, "Nieuwe belofte van Bea")
    page.locator("[name=promised_for]").fill(f"{clock.today():%d-%m-%Y}")
    page.keyboard.press("Enter")
    heading(page, "Cor")

    page.keyboard.press("d")
    heading(page, "Nieuw geschil met Cor")
    page.go_back()
    heading(page, "Cor")
    page.keyboard.press("o")
    heading(page, "Taken")
    expect(page.locator("#messages")).to_contain_text("Dit was de laatste taak van deze lijst.")

    with tenant_context(tenant.pk):
        assert sorted(Call.objects.values_list("result", flat=True)) == ["no_answer", "promise"]
        assert Promise.objects.get().debtor.name == "Bea"
        assert Task.objects.exclude(done_at=None).count() == 2


def test_the_keys_of_the_page_are_shown(page):
    page.locator(".row-link").first.click()
    heading(page, "Anna")

    page.keyboard.press("?")

    keys = page.locator("[data-keys-here]")
    for name, key in (
        ("Volgende taak", "j"),
        ("Stel uit", "s"),
        ("Belooft te betalen", "p"),
        ("Is het niet eens", "d"),
    ):
        row = keys.locator("div", has_text=name)
        expect(row.locator("kbd")).to_have_text(key)


def test_a_letter_typed_into_a_field_is_a_letter(page):
    page.locator(".row-link").first.click()
    heading(page, "Anna")

    page.locator("[name=note]").press_sequentially("jsp")

    heading(page, "Anna")
    expect(page.locator("[name=note]")).to_have_value("jsp")


def test_the_division_of_a_payment_follows_what_is_typed(page, window, tenant):
    window.go(f"/a/{tenant.slug}/betalingen/nieuw/")
    page.locator("#zoek-debiteur").press_sequentially("Anna", delay=20)
    page.locator("#debiteuren-gevonden .row-link").click()
    heading(page, "Boek een betaling")

    page.locator("[name=amount]").fill("60")
    page.keyboard.press("Tab")
    expect(page.locator("#verdeling tfoot")).to_contain_text("60,00")
    page.locator("[name=amount]").fill("130")
    page.keyboard.press("Tab")
    expect(page.locator("#verdeling")).to_contain_text("Niet verdeeld")
    page.get_by_role("button", name="Boek betaling").click()

    heading(page, "€\u00a0130,00")
    expect(page.locator("#messages")).to_contain_text("€ 130,00 van Anna is geboekt.")


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_everybody_can_read_and_work_the_pages_about_money(tenant, visit, width, theme):
    with tenant_context(tenant.pk):
        debtor = Debtor.objects.get(name="Anna")
        claim = debtor.invoices.get()
        task = Task.objects.get(debtor=debtor)
        dispute = invoices.open_dispute(invoice=claim, reason="price", amount=Decimal("40.00"), by=actor())
        bea = Debtor.objects.get(name="Bea")
        payment = payments.book_payment(debtor=bea, amount=Decimal("120.00"), received_on=actor().day, by=actor())
        payments.make_promise(
            debtor=debtor, invoices=[claim], amount=Decimal("60.00"), promised_for=actor().day, by=actor()
        )
    window = visit(width=width, theme=theme)
    window.log_in(User.objects.get())
    for address in (
        "betalingen/",
        f"betalingen/nieuw/?debiteur={debtor.public_id}",
        f"betalingen/{payment.public_id}/",
        "tegoeden/",
        "beloften/",
        f"beloften/nieuw/?debiteur={debtor.public_id}",
        "geschillen/",
        f"geschillen/{dispute.public_id}/",
        "taken/",
        f"taken/{task.public_id}/",
        "rapporten/",
        "rapporten/ouderdom/",
        "rapporten/dso/",
        "rapporten/verwacht/",
        "rapporten/rente/",
    ):
        window.go(f"/a/{tenant.slug}/{address}")
        try:
            window.is_sound()
        except AssertionError as wrong:
            raise AssertionError(address) from wrong
