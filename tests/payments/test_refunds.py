"""Money that goes back: it is no credit any more from its proposal, never more than there is, and sent once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from lxml import etree

from common.actor import Actor
from correspondence.models import Document
from debtors.models import Debtor
from dunning import loading
from payments import gateways, operations, queries
from payments.models import BankAccount, BankLine, BankStatement, CheckoutAttempt, GatewayAccount, Payment, Refund
from payments.operations import online_refunds
from payments.tasks import REFUNDS as QUEUE
from payments.tasks import send_online_refunds
from reporting import ageing
from tenants import two_persons
from tenants.context import tenant_context
from tenants.models import Tenant, TwoPersonRules, Wakeup
from tests import factories
from tests.conftest import TODAY, actor

pytestmark = pytest.mark.django_db

IBAN = "NL20INGB0001234567"


@pytest.fixture
def payment(bedrijf: Debtor, by: Actor) -> Payment:
    """A hundred came in, sixty of it paid an invoice."""
    factories.invoice(bedrijf, amount="60.00")
    return operations.book_payment(debtor=bedrijf, amount=Decimal(100), received_on=TODAY, by=by)


def propose(payment: Payment, amount: str = "40.00", **fields: Any) -> Refund:
    given: dict[str, Any] = {"via": "bank", "iban": IBAN, "name": "Bouwbedrijf Smit", "by": actor()}
    return operations.propose_refund(payment=payment, amount=Decimal(amount), **(given | fields))


def refunded(payment: Payment) -> Decimal:
    payment.refresh_from_db()
    return payment.refunded


def test_what_is_proposed_is_no_credit_of_the_debtor_any_more(payment: Payment, bedrijf: Debtor) -> None:
    before = loading.load([bedrijf.pk], day=TODAY).debtors[0].credit

    propose(payment, "30.00")

    payment.refresh_from_db()
    assert before == Decimal(40)
    assert (payment.refunded, payment.unallocated) == (Decimal(30), Decimal(10))
    assert queries.unallocated(bedrijf.pk) == Decimal(10)
    assert loading.load([bedrijf.pk], day=TODAY).debtors[0].credit == Decimal(10)


def test_no_more_goes_back_than_is_left(payment: Payment) -> None:
    propose(payment, "30.00")

    with pytest.raises(operations.RefundExceedsCredit) as refusal:
        propose(payment, "10.01")

    assert "hoogstens € 10,00" in str(refusal.value)
    assert refunded(payment) == Decimal(30)


def test_the_database_refuses_an_over_refund_whatever_the_code_does(payment: Payment) -> None:
    with pytest.raises(IntegrityError, match="payment_is_not_over_allocated"), transaction.atomic():
        Refund.objects.create(payment=payment, amount=Decimal("40.01"), via="bank", iban=IBAN, proposed_on=TODAY)

    assert refunded(payment) == 0


def test_the_app_cannot_write_what_was_refunded_itself(payment: Payment) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE payments_payment SET refunded = 1")
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE payments_refund SET amount = 1")


def test_a_payment_begins_with_nothing_refunded(bedrijf: Debtor) -> None:
    made = Payment.objects.create(debtor=bedrijf, amount=Decimal(10), received_on=TODAY, refunded=Decimal(5))

    assert refunded(made) == 0


def test_what_is_on_its_way_back_cannot_pay_for_anything(payment: Payment, bedrijf: Debtor, by: Actor) -> None:
    propose(payment, "40.00")
    factories.invoice(bedrijf, amount="50.00")

    with pytest.raises(operations.NothingLeft):
        operations.allocate(payment=payment, by=by)


@pytest.mark.parametrize("ends", ["cancel", "fail"])
def test_what_does_not_go_back_after_all_is_credit_again(payment: Payment, ends: str, by: Actor) -> None:
    refund = propose(payment)

    if ends == "cancel":
        operations.cancel_refund(refund=refund, reason="toch verrekenen", by=by)
    else:
        operations.approve_refund(refund=refund, by=by)
        operations.send_refunds(by=by)
        operations.refund_failed(refund=refund, reason="AC04", by=by)

    assert refunded(payment) == 0
    assert queries.unallocated(payment.debtor_id or 0) == Decimal(40)


@pytest.mark.parametrize("wrong", [{"iban": "NL00INGB0001234567"}, {"iban": ""}, {"name": " "}])
def test_a_refund_by_bank_needs_a_right_account_and_a_name(payment: Payment, wrong: dict[str, str]) -> None:
    with pytest.raises(operations.RefundNeedsAnAccount) as refusal:
        propose(payment, **wrong)

    assert refusal.value.field in wrong


def test_approved_refunds_leave_in_one_file_that_is_kept_as_it_was(payment: Payment, by: Actor) -> None:
    first, second, waiting = propose(payment, "10.00"), propose(payment, "20.50"), propose(payment, "1.00")
    for refund in (first, second):
        operations.approve_refund(refund=refund, by=by)

    document = operations.send_refunds(by=by)

    content = bytes(Document.objects.get(pk=document.pk).content)
    root = etree.fromstring(content)
    space = {"p": etree.QName(root).namespace or ""}
    assert [one.text for one in root.iterfind(".//p:InstdAmt", space)] == ["10.00", "20.50"]
    assert {one.text for one in root.iterfind(".//p:CdtrAcct/p:Id/p:IBAN", space)} == {IBAN}
    assert {row.state for row in Refund.objects.filter(document=document)} == {"sent"}
    waiting.refresh_from_db()
    assert waiting.state == "proposed"
    with pytest.raises(operations.NoRefundsToSend):
        operations.send_refunds(by=by)


def test_who_proposed_does_not_approve_where_two_people_are_wanted(payment: Payment, by: Actor) -> None:
    refund = propose(payment)
    TwoPersonRules.objects.create(refunds=True)

    with pytest.raises(two_persons.SamePerson):
        operations.approve_refund(refund=refund, by=by)
    operations.approve_refund(refund=refund, by=replace(by, ref="u2", label="Anna"))

    refund.refresh_from_db()
    assert (refund.state, refund.approved_by) == ("approved", "Anna")


def test_what_left_cannot_be_cancelled_but_can_wait_for_the_next_file(payment: Payment, by: Actor) -> None:
    refund = propose(payment)
    operations.approve_refund(refund=refund, by=by)
    operations.send_refunds(by=by)

    with pytest.raises(operations.RefundIsPast):
        operations.cancel_refund(refund=refund, by=by)
    operations.take_back_refund(refund=refund, by=by)
    operations.send_refunds(by=by)

    refund.refresh_from_db()
    assert refund.state == "sent"


def line(amount: str, **fields: Any) -> BankLine:
    account, _ = BankAccount.objects.get_or_create(iban="NL91ABNA0417164300")
    count = BankLine.objects.count()
    statement = BankStatement.objects.create(
        account=account,
        format="mt940",
        sha256=f"{count}",
        fingerprint=f"{count}",
        closed_on=TODAY,
        opening_balance=0,
        closing_balance=0,
    )
    given = {"booked_on": TODAY, "value_on": TODAY}
    return BankLine.objects.create(
        statement=statement, number=1, fingerprint=f"l{count}", amount=Decimal(amount), **(given | fields)
    )


def test_the_statement_says_that_it_arrived(payment: Payment, by: Actor) -> None:
    refund = operations.approve_refund(refund=propose(payment), by=by)
    operations.send_refunds(by=by)

    found = operations.refund_paid_out(line=line("-40.00", end_to_end_id=refund.end_to_end_id), by=by)
    again = operations.refund_paid_out(line=line("-40.00", end_to_end_id=refund.end_to_end_id), by=by)

    assert found == again == refund
    refund.refresh_from_db()
    assert refund.state == "done"
    assert refunded(payment) == Decimal(40)


@pytest.mark.parametrize(("amount", "end_to_end_id"), [("-39.00", None), ("40.00", None), ("-40.00", "ANDERS")])
def test_other_lines_are_no_refund(payment: Payment, amount: str, end_to_end_id: str | None, by: Actor) -> None:
    refund = operations.approve_refund(refund=propose(payment), by=by)
    operations.send_refunds(by=by)

    name = end_to_end_id or refund.end_to_end_id
    assert operations.refund_paid_out(line=line(amount, end_to_end_id=name), by=by) is None


def test_a_payment_that_goes_back_takes_its_waiting_refunds_with_it(payment: Payment, by: Actor) -> None:
    refund = propose(payment)

    operations.reverse_payment(payment=payment, reason="storno", reversed_on=TODAY, by=by)

    refund.refresh_from_db()
    assert refund.state == "cancelled"
    assert queries.unallocated(payment.debtor_id or 0) == 0
    with pytest.raises(operations.AlreadyReversed):
        propose(payment)


# --- Through the provider


class FakeGateway:
    """Knows refunds by their key, and can be down or refuse."""

    down, refuses = False, False
    made: dict[Any, gateways.RefundStatus]

    def __init__(self) -> None:
        self.made, self.asked = {}, 0

    def refund(self, provider_id: str, *, amount: Decimal, idempotency_key: Any, **_: Any) -> gateways.RefundStatus:
        self.asked += 1
        if self.down:
            raise gateways.GatewayDown("away")
        if self.refuses:
            raise gateways.RequestRefused("the balance is too low")
        status = gateways.RefundStatus(id=f"re_{len(self.made)}", amount=amount, state="pending", created_on=TODAY)
        return self.made.setdefault(idempotency_key, status)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    made = FakeGateway()
    monkeypatch.setattr(gateways, "open_gateway", lambda *_: made)
    return made


@pytest.fixture
def online(bakkerij: Tenant, by: Actor, gateway: FakeGateway) -> Payment:
    """A payment that came in through the provider, half of which is credit. The test is outside the tenant."""
    with tenant_context(bakkerij.pk):
        debtor = factories.debtor()
        factories.invoice(debtor, amount="50.00")
        made = operations.book_payment(debtor=debtor, amount=Decimal(100), received_on=TODAY, method="online", by=by)
        GatewayAccount.objects.create(api_key="test_x")
        CheckoutAttempt.objects.create(
            debtor=debtor, amount=Decimal(100), description="x", state="paid", provider_id="tr_1", payment=made
        )
    return made


def send(tenant: Tenant) -> bool:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    return online_refunds.send_online_refunds(tenant_id=tenant.pk, now=lambda: now, until=now + timedelta(minutes=1))


def test_a_refund_goes_through_the_provider_once(bakkerij: Tenant, online: Payment, gateway: FakeGateway) -> None:
    with tenant_context(bakkerij.pk):
        refund = operations.approve_refund(refund=propose(online, "50.00", via="online"), by=actor())

    send(bakkerij)
    send(bakkerij)

    with tenant_context(bakkerij.pk):
        refund.refresh_from_db()
        assert (refund.state, refund.provider_id, gateway.asked) == ("sent", "re_0", 1)
        operations.follow_refunds(
            statuses=[gateways.RefundStatus(id="re_0", amount=Decimal(50), state="refunded", created_on=TODAY)],
            by=actor(),
        )
        refund.refresh_from_db()
        assert refund.state == "done"


def test_a_provider_that_is_away_is_asked_again_with_the_same_key(
    bakkerij: Tenant, online: Payment, gateway: FakeGateway
) -> None:
    with tenant_context(bakkerij.pk):
        operations.approve_refund(refund=propose(online, "50.00", via="online"), by=actor())
    gateway.down = True
    assert send(bakkerij) is True
    gateway.down = False

    assert send(bakkerij) is False

    with tenant_context(bakkerij.pk):
        assert list(gateway.made) == [Refund.objects.get().idempotency_key]
        assert Refund.objects.get().provider_id == "re_0"


def test_what_the_provider_refuses_is_credit_again(bakkerij: Tenant, online: Payment, gateway: FakeGateway) -> None:
    with tenant_context(bakkerij.pk):
        operations.approve_refund(refund=propose(online, "50.00", via="online"), by=actor())
    gateway.refuses = True

    send(bakkerij)

    with tenant_context(bakkerij.pk):
        refund = Refund.objects.get()
        assert (refund.state, refund.failure) == ("failed", "the balance is too low")
        assert refunded(online) == 0


def test_the_provider_gives_back_no_more_than_it_took_in(bakkerij: Tenant, online: Payment, payment: Payment) -> None:
    with pytest.raises(operations.NotPaidOnline):
        propose(payment, via="online")


def test_of_an_online_payment_what_went_back_already_does_not_go_again(bakkerij: Tenant, online: Payment) -> None:
    with tenant_context(bakkerij.pk):
        CheckoutAttempt.objects.update(amount_refunded=Decimal(70))

        with pytest.raises(operations.NotPaidOnline):
            propose(online, "31.00", via="online")

        assert propose(online, "30.00", via="online").amount == Decimal(30)


def test_the_ledger_still_adds_up_with_refunds(payment: Payment, by: Actor) -> None:
    before = ageing.ledger(TODAY)

    operations.approve_refund(refund=propose(payment, "30.00"), by=by)

    after = ageing.ledger(TODAY)
    assert before.difference == after.difference == 0
    assert before.free_payments - after.free_payments == Decimal(30)


def test_the_worker_sends_and_comes_back_while_the_provider_is_away(
    bakkerij: Tenant, online: Payment, gateway: FakeGateway
) -> None:
    with tenant_context(bakkerij.pk):
        operations.approve_refund(refund=propose(online, "50.00", via="online"), by=actor())
        assert Wakeup.objects.filter(queue=QUEUE).exists()
    gateway.down = True
    send_online_refunds(tenant_id=bakkerij.pk)
    assert Wakeup.objects.filter(queue=QUEUE).exists()
    gateway.down = False

    send_online_refunds(tenant_id=bakkerij.pk)
    send_online_refunds(tenant_id=bakkerij.pk)

    assert (len(gateway.made), gateway.asked) == (1, 2)
