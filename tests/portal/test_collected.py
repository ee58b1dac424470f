"""A debtor whose claim is being collected reads so on his page before he pays it himself."""

from datetime import date

import pytest
import time_machine

from payments import operations
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories
from tests.portal import opening

pytestmark = pytest.mark.django_db

COLLECT_ON = date(2026, 3, 16)


@time_machine.travel(opening.NOON, tick=False)
def test_what_is_collected_is_said_before_somebody_pays_it_twice(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        debtor = factories.debtor(kind="business")
        operations.change_creditor_settings(
            creditor_id="NL69ZZZ123456780000",
            scheme="CORE",
            notify_days=14,
            pain_version="pain.008.001.08",
            by=opening.by(),
        )
        operations.register_mandate(
            debtor=debtor,
            iban="NL20INGB0001234567",
            account_holder="Smit",
            signed_on=date(2026, 1, 5),
            by=opening.by(),
        )
        invoice = factories.invoice(debtor, due=COLLECT_ON, amount="121.00")
        page = opening.Page(opening.address(debtor, [invoice]))
    said = "Op 16 maart 2026 schrijven wij € 121,00 van uw rekening af."
    assert said not in page.text().replace("\xa0", " ")

    with tenant_context(bakkerij.pk):
        operations.propose_batch(collect_on=COLLECT_ON, by=opening.by())

    assert said in page.text().replace("\xa0", " ")
