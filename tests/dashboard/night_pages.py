"""What the stories about nights share: a Monday, a bakery with something to send, and its pages."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from dunning import operations as ladder
from dunning.models import Notice, Run
from invoices import operations as invoices
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.conftest import TODAY
from tests.fakes.channel import FakeMail

HOME = "/a/bakkerij-de-vries/"
EARLY = nights.at(TODAY, 7, 30)  # planned at two, and the window opens at 08:30


@pytest.fixture(autouse=True)
def _early_on_monday() -> Iterator[None]:
    """Let it be 07:30 on Monday 2 March 2026."""
    FakeMail.reset()
    with time_machine.travel(EARLY, tick=False):
        yield
    FakeMail.reset()


def stock(tenant: Tenant) -> None:
    """Give a tenant four debtors: two get a reminder tonight, one disputes, one has no address at all."""
    before = nights.bookkeeper(nights.at(TODAY - timedelta(days=40), 9))
    with tenant_context(tenant.pk):
        smit = factories.debtor(number="20001", name="Bouwbedrijf Smit B.V.", kind="business")
        petra = factories.debtor(number="10001", name="Petra Jansen", kind="consumer")
        zon = factories.debtor(number="20002", name="Café De Zon", kind="business")
        nowhere = factories.debtor(
            number="20003", name="Verhuisd B.V.", kind="business", email="", street="", postcode="", city=""
        )
        due = TODAY - timedelta(days=7)
        factories.invoice(smit, number="2026-0417", amount="1210.00", due=due, by=before)
        factories.invoice(smit, number="2026-0500", amount="100.00", due=TODAY + timedelta(days=30), by=before)
        factories.invoice(petra, number="2026-0418", amount="484.00", due=due, by=before)
        disputed = factories.invoice(zon, number="2026-0419", amount="302.50", due=due, by=before)
        factories.invoice(nowhere, number="2026-0420", amount="75.00", due=due, by=before)
        invoices.open_dispute(invoice=disputed, reason="price", by=nights.bookkeeper(nights.at(TODAY, 1)))


def plan(tenant: Tenant, day: date = TODAY) -> Run:
    """Plan the night of a day."""
    with tenant_context(tenant.pk):
        return nights.plan(day)


def planned(tenant: Tenant) -> tuple[Run, dict[str, Notice]]:
    """Stock a tenant and plan its night; give the letters by debtor."""
    stock(tenant)
    run = plan(tenant)
    return run, letters(tenant)


def letters(tenant: Tenant) -> dict[str, Notice]:
    """Give the letters of a tenant by debtor, the newest of each."""
    with tenant_context(tenant.pk):
        return {one.debtor.number: one for one in Notice.objects.select_related("debtor").order_by("pk")}


def more(tenant: Tenant, count: int) -> None:
    """Give a tenant more of everything, for counting queries."""
    before = nights.bookkeeper(nights.at(TODAY - timedelta(days=40), 9))
    with tenant_context(tenant.pk):
        for number in range(count):
            debtor = factories.debtor(number=f"3{number:04d}", name=f"Extra {number}", kind="business")
            amount = str(Decimal(200) + number)
            factories.invoice(debtor, number=f"X-{number}", amount=amount, due=TODAY - timedelta(days=7), by=before)


def confirm(tenant: Tenant, until: date) -> None:
    """Say until when payments are booked."""
    with tenant_context(tenant.pk):
        ladder.confirm_payments(until=until, by=nights.bookkeeper(nights.at(TODAY, 1)))


def night(run: Run, rest: str = "") -> str:
    return f"{HOME}nachten/{run.public_id}/{rest}"


def letter(notice: Notice, rest: str = "") -> str:
    return f"{HOME}brieven/{notice.public_id}/{rest}"


def state(notice: Notice) -> str:
    with tenant_context(notice.tenant_id or 0):
        return Notice.objects.get(pk=notice.pk).state
