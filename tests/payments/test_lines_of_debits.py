"""The money of collections as the bank tells it: the credit of a batch, and what comes back of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from common.actor import Actor
from debtors.models import Debtor
from invoices.models import Invoice
from payments import awaited
from payments import operations as payments
from payments.models import BankLine, DirectDebit, Payment
from tenants.models import Tenant
from tests import factories, nights
from tests.conftest import actor
from tests.payments.banking import line, statement
from worklist.models import Task

pytestmark = pytest.mark.django_db

COLLECT_ON = date(2026, 3, 23)
IBAN = "NL20INGB0001234567"


@pytest.fixture
def batch(inside: Tenant, bedrijf: Debtor) -> Invoice:
    """A batch of one collection that is at the bank."""
    payments.change_creditor_settings(
        creditor_id="NL69ZZZ123456780000", scheme="CORE", notify_days=14, pain_version="pain.008.001.08", by=actor()
    )
    payments.register_mandate(
        debtor=bedrijf, iban=IBAN, account_holder=bedrijf.name, signed_on=date(2026, 1, 5), by=actor()
    )
    owed = factories.invoice(bedrijf, due=COLLECT_ON, amount="121.00", number="2026-1")
    proposed = payments.propose_batch(collect_on=COLLECT_ON, by=actor())
    payments.approve_batch(batch=proposed, by=actor())
    payments.send_batch(batch=proposed, by=at(COLLECT_ON - timedelta(days=5)))
    statement()
    return owed


def at(day: date) -> Actor:
    return nights.bookkeeper(nights.at(day, 9))


def work_off(day: date) -> None:
    while payments.match_lines(by=at(day)):
        pass


def paid_out() -> BankLine:
    credit = awaited.awaited_credits()[0]
    return line("121.00", f"/PREF/{credit.reference}", on=COLLECT_ON)


def test_the_credit_of_a_batch_pays_its_claims(batch: Invoice) -> None:
    came = paid_out()

    work_off(COLLECT_ON)

    came.refresh_from_db()
    batch.refresh_from_db()
    assert (came.state, batch.is_open) == ("booked", False)
    assert came.payment is not None
    assert came.payment.method == "debit"
    with pytest.raises(payments.CannotUndo):
        payments.undo_line(line=came, reason="nee", by=actor())


@pytest.mark.parametrize("code", ["AM04", "MD06"])
def test_a_storno_opens_the_claim_again(batch: Invoice, code: str) -> None:
    paid_out()
    work_off(COLLECT_ON)
    day = COLLECT_ON + timedelta(days=3)
    called = DirectDebit.objects.get().end_to_end_id
    back = line("-121.00", "", on=day, end_to_end_id=called, is_reversal=True, return_reason=code, iban=IBAN)

    work_off(day)

    back.refresh_from_db()
    batch.refresh_from_db()
    assert (back.state, batch.open_amount) == ("reversed", Decimal("121.00"))
    assert Payment.objects.filter(reverses__isnull=False).count() == 1
    assert code in back.match["words"]["reason"]
    assert Task.objects.open().filter(kind="reopened").exists()
