"""Paying online: what a payer, his bank and the provider do, in any order and as often as they like, is booked once."""

import random
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from common.actor import Actor, ActorKind, the_clock
from common.clock import now
from connectors.mollie_sandbox.store import remaining
from dunning import reasons
from dunning.models import Case, Notice
from invoices.models import Invoice
from payments import operations, queries
from payments.models import (
    Allocation,
    Arrangement,
    CheckoutAttempt,
    GatewayAccount,
    Instalment,
    Payment,
    Promise,
    Refund,
)
from payments.operations import checkouts, settling
from payments.tasks import settle_checkouts
from tenants.context import tenant_context
from tenants.models import Tenant, Wakeup
from tests import factories, nights
from tests.fakes import mollie as fake
from tests.fakes.channel import FakeMail
from tests.fakes.mollie import Mollie
from worklist.models import Task

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
DUE = date(2026, 2, 20)


@pytest.fixture(autouse=True)
def frozen() -> Iterator[Any]:
    FakeMail.reset()
    with time_machine.travel(NOON, tick=True) as clock:
        yield clock
    FakeMail.reset()


def payer(at: datetime | None = None) -> Actor:
    return Actor(ActorKind.DEBTOR, at or now(), "l1", "Petra Jansen")


def clock(at: datetime | None = None) -> Actor:
    return the_clock(at or now())


class Story:
    """A debtor with claims who pays online; every step enters and leaves the tenant by itself."""

    def __init__(self, tenant: Tenant, mollie: Mollie) -> None:
        self.tenant, self.mollie = tenant, mollie
        with self.inside():
            fake.connect()
            self.debtor = factories.debtor(kind="business", name="Bouwbedrijf Smit B.V.")

    def inside(self) -> Any:
        return tenant_context(self.tenant.pk)

    def owes(self, amount: str = "100.00", due: date = DUE) -> Invoice:
        with self.inside():
            return factories.invoice(self.debtor, amount=amount, due=due)

    def start(self, amounts: dict[Invoice, str], **how: Any) -> CheckoutAttempt:
        wanted = {invoice: Decimal(amount) for invoice, amount in amounts.items()}
        how.setdefault("return_url", "https://shop.test/terug/{attempt}/")
        how.setdefault("by", payer())
        return operations.start_checkout(debtor=self.debtor, amounts=wanted, **how)

    def paid(self, amounts: dict[Invoice, str]) -> CheckoutAttempt:
        attempt = self.start(amounts)
        self.mollie.pay(attempt.provider_id)
        return self.settle(attempt)

    def settle(self, attempt: CheckoutAttempt, by: Actor | None = None) -> CheckoutAttempt:
        operations.settle_checkout(tenant_id=self.tenant.pk, public_id=attempt.public_id, by=by or clock())
        return self.now(attempt)

    def now(self, attempt: CheckoutAttempt) -> CheckoutAttempt:
        with self.inside():
            return CheckoutAttempt.objects.select_related("payment").get(pk=attempt.pk)

    def open(self, *invoices: Invoice) -> list[str]:
        with self.inside():
            return [str(Invoice.objects.get(pk=invoice.pk).open_amount) for invoice in invoices]

    def payments(self) -> list[tuple[str, str]]:
        """Every payment and reversal, with what is not allocated of it."""
        with self.inside():
            rows = Payment.objects.order_by("pk")
            return [(str(row.amount), str(row.unallocated)) for row in rows]

    def adds_up(self) -> None:
        """What stands booked is the money that the provider has for us, and all of it is somewhere."""
        with self.inside():
            for payment in Payment.objects.filter(reverses=None):
                live = sum((row.amount for row in Allocation.objects.filter(payment=payment)), start=Decimal(0))
                assert payment.allocated == live
                if payment.reversals.exists():
                    assert live == 0


@pytest.fixture
def story(bakkerij: Tenant, mollie: Mollie) -> Story:
    return Story(bakkerij, mollie)


# --- starting


def test_an_attempt_is_stored_before_and_after_the_provider_is_asked(story: Story, settings: Any) -> None:
    first, second = story.owes("100.00"), story.owes("50.00")

    attempt = story.start({first: "100.00", second: "20.00"}, language="en")

    (row,) = story.mollie.payments
    assert (attempt.state, attempt.provider_id) == ("open", row["id"])
    assert attempt.checkout_url == f"{story.mollie.url}/checkout/{row['id']}/"
    assert row["amount"]["value"] == "120.00"
    assert row["description"] == f"Invoices {first.number}, {second.number}"
    assert row["redirectUrl"] == f"https://shop.test/terug/{attempt.public_id}/"
    assert row["webhookUrl"] == f"{settings.SITE_URL}/webhooks/mollie/{story.tenant.public_id}/"
    assert story.now(attempt).return_url == ""  # it may hold the secret of the payer's link
    with story.inside():
        assert {item.invoice_id: item.amount for item in attempt.items.all()} == {
            first.pk: Decimal("100.00"),
            second.pk: Decimal("20.00"),
        }
        assert Wakeup.objects.filter(queue="payments.tasks.settle_checkouts").exists()


def test_a_second_click_goes_on_with_the_same_attempt(story: Story) -> None:
    invoice = story.owes()

    first, again = story.start({invoice: "100.00"}), story.start({invoice: "100.00"})
    other = story.start({invoice: "60.00"})

    assert again.pk == first.pk
    assert other.pk != first.pk
    assert len(story.mollie.payments) == 2


def test_one_that_is_nearly_over_or_of_an_hour_ago_is_not_offered_again(story: Story, frozen: Any) -> None:
    invoice = story.owes()
    first = story.start({invoice: "100.00"})

    frozen.shift(timedelta(minutes=14, seconds=30))

    assert story.start({invoice: "100.00"}).pk != first.pk


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [("0.00", operations.NothingToPay), ("-1.00", operations.NothingToPay), ("100.01", operations.MoreThanDue)],
)
def test_an_amount_that_cannot_be_right_reaches_nobody(story: Story, amount: str, refusal: type[Exception]) -> None:
    invoice = story.owes("100.00")

    with pytest.raises(refusal):
        story.start({invoice: amount})
    with pytest.raises(operations.NothingToPay):
        story.start({})

    assert story.mollie.payments == []


def test_the_claim_of_somebody_else_cannot_be_paid(story: Story) -> None:
    with story.inside():
        strange = factories.invoice(factories.debtor(), amount="100.00")

    with pytest.raises(operations.WrongDebtor):
        story.start({strange: "100.00"})


def test_without_an_account_or_with_it_off_nobody_pays_online(story: Story) -> None:
    invoice = story.owes()
    with story.inside():
        assert queries.offers_online_payment()
        assert queries.online_methods()[0] == queries.OnlineMethod("ideal", "iDEAL | Wero")
        GatewayAccount.objects.update(is_enabled=False)
        assert not queries.offers_online_payment()
        assert queries.online_methods() == []

    with pytest.raises(operations.PaymentsUnavailable):
        story.start({invoice: "100.00"})


def test_a_way_to_pay_must_be_one_of_the_tenants(story: Story) -> None:
    invoice = story.owes()
    with story.inside():
        operations.change_gateway(methods=["bancontact", "creditcard"], by=clock())

    with pytest.raises(operations.MethodNotOffered):
        story.start({invoice: "100.00"}, method="ideal")
    story.start({invoice: "100.00"})
    story.start({invoice: "100.00"}, method="bancontact")

    assert [row["methods"] for row in story.mollie.payments] == [["bancontact"], ["bancontact", "creditcard"]]


def test_the_provider_is_never_called_inside_a_transaction(story: Story) -> None:
    invoice = story.owes()
    attempt = story.start({invoice: "100.00"})

    with transaction.atomic(), pytest.raises(RuntimeError):
        story.start({invoice: "100.00"})
    with story.inside(), pytest.raises(RuntimeError):
        story.settle(attempt)


# --- a crash between storing and calling, and between calling and storing


def test_a_provider_that_is_away_gives_a_sentence_and_the_attempt_goes_on_later(story: Story, settings: Any) -> None:
    invoice, url = story.owes(), settings.MOLLIE_API_ENDPOINT
    settings.MOLLIE_API_ENDPOINT = "http://127.0.0.1:1"

    with pytest.raises(operations.PaymentsUnavailable):
        story.start({invoice: "100.00"})
    settings.MOLLIE_API_ENDPOINT = url
    again = story.start({invoice: "100.00"})

    with story.inside():
        assert list(CheckoutAttempt.objects.all()) == [again]
    assert again.checkout_url


def test_a_crash_after_the_provider_answered_makes_no_second_payment(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = story.owes()

    def crash(*_: Any) -> None:
        raise SystemError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(checkouts, "_keep", crash)
        with pytest.raises(SystemError):
            story.start({invoice: "100.00"})
    with story.inside():
        lost = CheckoutAttempt.objects.get()
        assert (lost.state, lost.provider_id) == ("created", "")
        assert lost.look_at is not None
    found = story.settle(lost)

    (row,) = story.mollie.payments
    assert (found.state, found.provider_id) == ("open", row["id"])


def test_an_attempt_that_never_reached_the_provider_is_given_up_in_the_end(
    story: Story, settings: Any, frozen: Any
) -> None:
    invoice = story.owes()
    settings.MOLLIE_API_ENDPOINT = "http://127.0.0.1:1"
    with pytest.raises(operations.PaymentsUnavailable):
        story.start({invoice: "100.00"})
    with story.inside():
        lost = CheckoutAttempt.objects.get()

    frozen.shift(timedelta(hours=25))
    lost = story.settle(lost)

    assert (lost.state, lost.look_at) == ("failed", None)


def test_a_key_that_works_no_longer_is_told_on_the_settings_page(story: Story) -> None:
    invoice = story.owes()
    with story.inside():
        GatewayAccount.objects.update(api_key="live_" + "x" * 30)

    with pytest.raises(operations.PaymentsUnavailable):
        story.start({invoice: "100.00"})

    with story.inside():
        assert "een echte sleutel" in GatewayAccount.objects.get().failure


# --- paid


def test_what_was_paid_is_booked_on_its_day_and_its_claims(story: Story, frozen: Any) -> None:
    first, second = story.owes("100.00"), story.owes("100.00")
    attempt = story.start({first: "50.00", second: "50.00"})
    story.mollie.pay(attempt.provider_id)
    frozen.shift(timedelta(days=2))  # the call came late

    attempt = story.settle(attempt)

    assert attempt.state == "paid"
    payment = attempt.payment
    assert payment is not None
    assert (payment.method, payment.amount, payment.received_on) == ("online", Decimal("100.00"), date(2026, 3, 2))
    assert (payment.payer_name, payment.payer_iban) == ("T. Testbetaler", "NL53INGB0654422370")
    assert attempt.provider_id in payment.description
    assert story.open(first, second) == ["50.00", "50.00"]
    assert attempt.look_at is None


def test_a_claim_that_was_paid_meanwhile_leaves_the_money_unallocated(story: Story) -> None:
    first, second = story.owes("100.00"), story.owes("80.00")
    attempt = story.start({first: "100.00"})
    with story.inside():
        operations.book_payment(
            debtor=story.debtor, amount=Decimal("100.00"), received_on=DUE, designated=[first], by=clock()
        )
    story.mollie.pay(attempt.provider_id)

    story.settle(attempt)

    assert story.payments() == [("100.00", "0.00"), ("100.00", "100.00")]
    assert story.open(first, second) == ["0.00", "80.00"]  # he did not say that it was for the second
    with story.inside():
        task = Task.objects.open().get(kind="overpaid")
        assert (task.amount, task.debtor_id) == (Decimal("100.00"), story.debtor.pk)


def test_looked_at_again_and_again_it_is_booked_once(story: Story) -> None:
    invoice = story.owes()
    attempt = story.paid({invoice: "100.00"})

    for _ in range(3):
        story.settle(attempt)

    assert story.payments() == [("100.00", "0.00")]


@pytest.mark.parametrize("status", ["failed", "canceled", "expired"])
def test_nothing_comes_of_an_attempt_and_then_money_does(story: Story, status: str) -> None:
    invoice = story.owes()
    attempt = story.start({invoice: "100.00"})
    story.mollie.pay(attempt.provider_id, status)
    ended = story.settle(attempt)
    assert (ended.state, ended.look_at, ended.payment) == (status, None, None)

    story.mollie.store._state["payments"][attempt.provider_id]["status"] = "open"
    story.mollie.store.become(attempt.provider_id, "paid", method="ideal", call_after=None)
    paid = story.settle(attempt)

    assert paid.state == "paid"
    assert story.open(invoice) == ["0.00"]


def test_an_older_look_that_comes_in_later_changes_nothing(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """One worker read "paid", was slow, and stores after another one read that the bank took the money back."""
    invoice = story.owes()
    attempt = story.paid({invoice: "100.00"})
    slow, look = clock(), settling._look

    def overtaken(seen: CheckoutAttempt, tenant_id: int) -> Any:
        old = look(seen, tenant_id)
        monkeypatch.setattr(settling, "_look", look)
        story.mollie.charge_back(attempt.provider_id, "100,00")
        story.settle(attempt, by=clock(now() + timedelta(seconds=1)))
        return old

    monkeypatch.setattr(settling, "_look", overtaken)
    story.settle(attempt, by=slow)

    with story.inside():
        assert Payment.objects.count() == 2
    assert story.open(invoice) == ["100.00"]
    assert story.now(attempt).look_at is not None  # and somebody looks once more


def test_a_call_while_somebody_looks_is_not_lost(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    invoice = story.owes()
    attempt = story.start({invoice: "100.00"})
    look = settling._look

    def called_meanwhile(seen: CheckoutAttempt, tenant_id: int) -> Any:
        old = look(seen, tenant_id)
        with story.inside():
            operations.hear_of_checkout(provider_id=attempt.provider_id, by=clock())
        return old

    monkeypatch.setattr(settling, "_look", called_meanwhile)
    seen = story.settle(attempt)

    assert seen.look_at is not None
    assert seen.look_at <= now()


def test_an_answer_about_another_payment_is_not_believed(story: Story) -> None:
    invoice = story.owes()
    attempt = story.start({invoice: "100.00"})
    story.mollie.pay(attempt.provider_id)
    story.mollie.store._state["payments"][attempt.provider_id]["metadata"] = {"attempt": "somebodyelses"}

    story.settle(attempt)

    assert story.payments() == []


def test_one_that_the_provider_does_not_know_ends(story: Story) -> None:
    invoice = story.owes()
    attempt = story.start({invoice: "100.00"})
    story.mollie.store._state["payments"].clear()

    assert story.settle(attempt).state == "failed"


# --- back again


def test_a_chargeback_opens_the_claim_at_its_old_rung_with_a_task_and_the_bank_taking_it_back_pays_again(
    story: Story, frozen: Any
) -> None:
    invoice = story.owes()
    with story.inside():
        Case.objects.update(position_key="second_reminder", position_kind="second_reminder", position_on=DUE)
    attempt = story.paid({invoice: "100.00"})
    frozen.shift(timedelta(days=20))

    chargeback = story.mollie.charge_back(attempt.provider_id, "100,00", "MD06")
    for _ in range(2):
        back = story.settle(attempt)

    assert (back.state, back.amount_charged_back) == ("paid", Decimal("100.00"))
    assert story.open(invoice) == ["100.00"]
    with story.inside():
        case = Case.objects.get()
        assert (case.state, case.round, case.position_kind) == ("active", 2, "second_reminder")
        assert case.resume_on == date(2026, 3, 29)
        task = Task.objects.get(kind="reopened")
        assert "MD06 Returned by the payer" in task.note
        assert Payment.objects.get(reverses__isnull=False).received_on == date(2026, 3, 22)
    frozen.shift(timedelta(days=3))
    story.mollie.change(attempt.provider_id, "undo", chargeback=chargeback)
    for _ in range(2):
        again = story.settle(attempt)

    assert story.open(invoice) == ["0.00"]
    assert again.payment is not None
    assert again.payment.received_on == date(2026, 3, 25)
    with story.inside():
        assert Payment.objects.count() == 3
        assert not Task.objects.open().exists()
    story.adds_up()


def test_of_a_part_that_was_taken_back_the_rest_stays_paid(story: Story, frozen: Any) -> None:
    first, second = story.owes("100.00", date(2026, 2, 10)), story.owes("50.00")
    attempt = story.paid({first: "100.00", second: "50.00"})
    frozen.shift(timedelta(days=4))

    chargeback = story.mollie.charge_back(attempt.provider_id, "30,00")
    for _ in range(2):
        story.settle(attempt)

    assert story.open(first, second) == ["0.00", "30.00"]
    with story.inside():
        stays = Payment.objects.get(reverses=None, reversals=None)
        assert (stays.amount, stays.received_on) == (Decimal("120.00"), date(2026, 3, 2))
        assert Task.objects.open().get(kind="reopened").amount == Decimal("30.00")
    story.mollie.change(attempt.provider_id, "undo", chargeback=chargeback)
    for _ in range(2):
        story.settle(attempt)
    assert story.open(first, second) == ["0.00", "0.00"]
    with story.inside():
        assert [row.amount for row in Payment.objects.filter(reverses=None, reversals=None).order_by("pk")] == [
            Decimal("120.00"),
            Decimal("30.00"),
        ]
    story.adds_up()


@pytest.mark.parametrize("kept_by", ["arrangement", "promise"])
def test_a_part_that_goes_back_breaks_nothing_that_the_rest_keeps(story: Story, frozen: Any, kept_by: str) -> None:
    """What stayed is booked again behind its reversal: in between everything is open, and nobody may judge that."""
    invoice = story.owes("300.00")
    first = date(2026, 3, 4)
    with story.inside():
        if kept_by == "arrangement":
            parts = [(first, Decimal(100)), (first + timedelta(days=60), Decimal(200))]
            operations.make_arrangement(debtor=story.debtor, invoices=[invoice], schedule=parts, by=clock())
        else:
            operations.make_promise(
                debtor=story.debtor, invoices=[invoice], amount=Decimal(100), promised_for=first, by=clock()
            )
    attempt = story.paid({invoice: "150.00"})
    frozen.shift(timedelta(days=20))

    story.mollie.charge_back(attempt.provider_id, "30,00")
    story.settle(attempt)

    assert story.open(invoice) == ["180.00"]
    with story.inside():
        if kept_by == "arrangement":
            assert Arrangement.objects.get().state == "active"
            assert [row.paid for row in Instalment.objects.order_by("number")] == [Decimal(100), Decimal(20)]
        else:
            assert Promise.objects.get().state == "kept"
    story.mollie.charge_back(attempt.provider_id, "120,00")
    story.settle(attempt)
    with story.inside():
        if kept_by == "arrangement":
            assert Arrangement.objects.get().state == "defaulted"
        else:
            assert Promise.objects.get().state == "broken"


def test_in_parts_until_nothing_is_left(story: Story) -> None:
    invoice = story.owes()
    attempt = story.paid({invoice: "100.00"})

    for amount in ("30,00", "30,00", "40,00"):
        story.mollie.charge_back(attempt.provider_id, amount)
        story.settle(attempt)

    assert story.open(invoice) == ["100.00"]
    with story.inside():
        assert not Payment.objects.filter(reverses=None, reversals=None).exists()
    story.adds_up()


def test_what_the_tenant_gave_back_at_the_provider_by_himself_is_owed_again(story: Story) -> None:
    invoice = story.owes()
    attempt = story.paid({invoice: "100.00"})

    story.mollie.change(attempt.provider_id, "refund", amount="100,00")
    story.settle(attempt)

    assert story.open(invoice) == ["100.00"]
    with story.inside():
        assert Task.objects.open().get(kind="reopened").note == "terugbetaald bij de betaalprovider"
    story.adds_up()


def test_what_a_person_reversed_is_not_booked_again_behind_his_back(story: Story) -> None:
    """It was the payment of another debtor, say: he books it there."""
    invoice = story.owes()
    attempt = story.paid({invoice: "100.00"})
    with story.inside():
        operations.reverse_payment(
            payment=Payment.objects.get(),
            reason="verkeerde debiteur",
            reversed_on=NOON.date(),
            by=nights.bookkeeper(now()),
        )

    story.settle(attempt)
    assert story.open(invoice) == ["100.00"]
    chargeback = story.mollie.charge_back(attempt.provider_id, "100,00")
    story.settle(attempt)
    assert story.open(invoice) == ["100.00"]
    story.mollie.change(attempt.provider_id, "undo", chargeback=chargeback)
    story.settle(attempt)
    assert story.open(invoice) == ["0.00"]  # and this money is new


def test_what_we_had_given_back_is_ours_and_reverses_nothing(story: Story) -> None:
    invoice = story.owes("100.00")
    attempt = story.start({invoice: "100.00"})
    with story.inside():
        operations.book_payment(
            debtor=story.debtor, amount=Decimal("30.00"), received_on=DUE, designated=[invoice], by=clock()
        )
    story.mollie.pay(attempt.provider_id)
    attempt = story.settle(attempt)
    with story.inside():
        Refund.objects.create(
            payment=attempt.payment,
            amount=Decimal("30.00"),
            via="online",
            state="done",
            proposed_on=NOON.date(),
            idempotency_key=uuid4(),
        )

    story.mollie.change(attempt.provider_id, "refund", amount="30,00")
    story.settle(attempt)

    assert story.open(invoice) == ["0.00"]
    with story.inside():
        assert not Payment.objects.filter(reverses__isnull=False).exists()
    story.mollie.charge_back(attempt.provider_id, "70,00")
    story.settle(attempt)
    assert story.open(invoice) == ["70.00"]
    with story.inside():
        assert not Payment.objects.filter(reverses=None, reversals=None, method="online").exists()
    story.adds_up()


def test_of_money_that_lay_unallocated_a_refund_at_the_provider_is_noted_and_reverses_nothing(story: Story) -> None:
    invoice = story.owes("100.00")
    attempt = story.start({invoice: "100.00"})
    with story.inside():
        operations.book_payment(
            debtor=story.debtor, amount=Decimal("30.00"), received_on=DUE, designated=[invoice], by=clock()
        )
    story.mollie.pay(attempt.provider_id)
    story.settle(attempt)

    story.mollie.change(attempt.provider_id, "refund", amount="30,00")
    for _ in range(2):
        story.settle(attempt)

    with story.inside():
        refund = Refund.objects.get()
        assert (refund.amount, refund.state, refund.via) == (Decimal("30.00"), "done", "online")
        assert refund.provider_id == story.mollie.the(attempt.provider_id)["refunds"][0]["id"]
        assert queries.unallocated(story.debtor.pk) == 0
    assert story.payments() == [("30.00", "0.00"), ("100.00", "0.00")]
    story.mollie.change(attempt.provider_id, "refund", amount="10,00")  # and more than lay there
    story.settle(attempt)
    assert story.open(invoice) == ["10.00"]
    story.adds_up()


def test_a_refund_that_we_asked_for_is_followed_to_its_end(story: Story) -> None:
    invoice = story.owes("100.00")
    attempt = story.start({invoice: "100.00"})
    with story.inside():
        operations.book_payment(
            debtor=story.debtor, amount=Decimal("30.00"), received_on=DUE, designated=[invoice], by=clock()
        )
    story.mollie.pay(attempt.provider_id)
    paid = story.settle(attempt).payment
    assert paid is not None
    with story.inside():
        proposer, approver = nights.bookkeeper(now()), Actor(ActorKind.USER, now(), "u2", "Anna")
        refund = operations.propose_refund(payment=paid, amount=Decimal("30.00"), via="online", by=proposer)
        operations.approve_refund(refund=refund, by=approver)

    operations.send_online_refunds(tenant_id=story.tenant.pk, now=now, until=now() + timedelta(minutes=1))
    story.settle(attempt)

    with story.inside():
        assert Refund.objects.get().state == "done"
        assert Payment.objects.filter(reverses__isnull=False).count() == 0
    assert story.open(invoice) == ["0.00"]


@pytest.mark.parametrize("seed", range(3))
def test_in_any_order_what_is_booked_is_what_the_provider_still_has(story: Story, frozen: Any, seed: int) -> None:
    chance = random.Random(seed)
    first, second = story.owes("60.00", date(2026, 2, 10)), story.owes("40.00")
    attempt = story.paid({first: "60.00", second: "40.00"})
    taken: list[str] = []

    for _ in range(8):
        left = remaining(story.mollie.the(attempt.provider_id))
        part = min(left, Decimal(chance.choice(["0.01", "12.34", "25.00", "60.00", "100.00"])))
        if taken and (not part or chance.random() < 0.4):
            story.mollie.change(attempt.provider_id, "undo", chargeback=taken.pop(chance.randrange(len(taken))))
        elif part and chance.random() < 0.7:
            taken.append(story.mollie.charge_back(attempt.provider_id, str(part)))
        elif part:
            story.mollie.change(attempt.provider_id, "refund", amount=str(part))
        frozen.shift(timedelta(days=chance.randrange(3)))
        story.settle(attempt)

        has = remaining(story.mollie.the(attempt.provider_id))
        with story.inside():
            live = Payment.objects.filter(reverses=None, reversals=None)
            assert sum((payment.amount for payment in live), start=Decimal(0)) == has
        assert sum(map(Decimal, story.open(first, second)), start=Decimal(0)) == Decimal("100.00") - has
        story.adds_up()


# --- silence


def test_a_provider_that_stays_silent_is_asked(story: Story, frozen: Any) -> None:
    invoice = story.owes()
    attempt = story.start({invoice: "100.00"})
    story.mollie.pay(attempt.provider_id, call="never")
    settle_checkouts(tenant_id=story.tenant.pk)
    assert story.payments() == []  # its minute is not over

    frozen.shift(timedelta(minutes=1, seconds=1))
    settle_checkouts(tenant_id=story.tenant.pk)

    assert story.open(invoice) == ["0.00"]


def test_who_waits_is_asked_about_less_and_less(story: Story) -> None:
    with story.inside():
        attempt = CheckoutAttempt(started_at=NOON)
    ages = [timedelta(0), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=5), timedelta(days=9)]

    waits = [checkouts.next_look(attempt, NOON + age) - (NOON + age) for age in ages]

    assert waits == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 360)]


def test_an_attempt_that_nobody_pays_expires_and_is_left_alone(story: Story, frozen: Any) -> None:
    invoice = story.owes()
    attempt = story.start({invoice: "100.00"})
    frozen.shift(timedelta(minutes=16))

    settle_checkouts(tenant_id=story.tenant.pk)

    assert (story.now(attempt).state, story.now(attempt).look_at) == ("expired", None)


def test_an_attempt_of_nobody_is_harmless(story: Story, garage: Tenant) -> None:
    invoice = story.owes()
    attempt = story.start({invoice: "100.00"})
    story.mollie.pay(attempt.provider_id)

    operations.settle_checkout(tenant_id=garage.pk, public_id=attempt.public_id, by=clock())
    operations.settle_checkout(tenant_id=story.tenant.pk, public_id="bestaatniet", by=clock())

    assert story.payments() == []


# --- the ladder


def planned(day: date) -> list[str]:
    nights.plan(day)
    return list(Notice.objects.filter(state="planned").values_list("kind", flat=True))


def why() -> str:
    return Case.objects.get().why_code


@pytest.mark.parametrize("status", ["open", "pending"])
def test_no_letter_while_somebody_pays(story: Story, status: str) -> None:
    invoice = story.owes()
    attempt = story.start({invoice: "100.00"}, by=payer(nights.at(date(2026, 3, 2), 1, 30)))
    if status == "pending":
        story.mollie.pay(attempt.provider_id, "pending", method="banktransfer")
        story.settle(attempt)

    with story.inside():
        assert planned(date(2026, 3, 2)) == []
        assert why() == "payment_pending"
        assert reasons.sentence("payment_pending") == "Betaling onderweg"
        nights.plan(date(2026, 3, 3))
        assert why() == ("payment_pending" if status == "pending" else "planned")


def test_the_guard_stops_a_letter_while_somebody_pays(story: Story) -> None:
    invoice, day = story.owes(), date(2026, 3, 2)
    with story.inside():
        nights.plan(day)
        nights.approve(day)
        nights.release(day)
    story.start({invoice: "100.00"}, by=payer(nights.at(day, 9, 1)))

    assert nights.deliver(story.tenant.pk, day, 9, 5) == []
    with story.inside():
        assert Notice.objects.get().state == "withdrawn"
        nights.plan(day + timedelta(days=1))
        assert Notice.objects.filter(state="planned").exists()  # he did not pay: the next night goes on


def test_a_payment_withdraws_the_letter_that_waits_and_closes_the_case(story: Story) -> None:
    invoice, day = story.owes(), date(2026, 3, 2)
    with story.inside():
        nights.plan(day)
        nights.approve(day)

    story.paid({invoice: "100.00"})

    with story.inside():
        assert Notice.objects.get().state == "withdrawn"
        assert Case.objects.get().state == "closed"


# --- at the same moment


def together(*works: Callable[[], object]) -> list[Exception]:
    started, errors = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        try:
            started.wait(10)
            work()
        except Exception as error:  # noqa: BLE001 - reported
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return errors


@pytest.mark.django_db(transaction=True)
def test_the_webhook_and_the_night_in_the_same_second_give_one_booking_and_no_letter(story: Story) -> None:
    invoices = [story.owes() for _ in range(3)]
    day = date(2026, 3, 2)
    attempt = story.start(dict.fromkeys(invoices, "100.00"))
    story.mollie.pay(attempt.provider_id)

    def night() -> None:
        with story.inside():
            nights.plan(day)
            nights.approve(day)
        with story.inside():
            nights.release(day, 12)
        nights.deliver(story.tenant.pk, day, 12)

    errors = together(night, lambda: story.settle(attempt), lambda: story.settle(attempt))

    assert errors == []
    assert story.payments() == [("300.00", "0.00")]
    assert FakeMail.taken == []
    with story.inside():
        assert not Notice.objects.exclude(state="withdrawn").exists()


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_are_one_payment(story: Story) -> None:
    invoice = story.owes()
    found: list[CheckoutAttempt] = []

    errors = together(*[lambda: found.append(story.start({invoice: "100.00"}))] * 2)

    assert errors == []
    assert len(story.mollie.payments) == 1
    assert {attempt.provider_id for attempt in found} == {story.mollie.payments[0]["id"]}


@pytest.mark.django_db(transaction=True)
def test_workers_share_the_attempts_that_are_due(story: Story) -> None:
    invoices = [story.owes() for _ in range(6)]
    for invoice in invoices:
        story.mollie.pay(story.start({invoice: "100.00"}).provider_id)
    with story.inside():
        CheckoutAttempt.objects.update(look_at=NOON)

    errors = together(*[lambda: settle_checkouts(tenant_id=story.tenant.pk)] * 3)

    assert errors == []
    assert story.payments() == [("100.00", "0.00")] * 6
    with story.inside():
        assert settling.next_due() is None


def test_the_lock_of_the_debtor_comes_first(story: Story) -> None:
    """As everywhere: the night holds the debtor, and would wait for us while we wait for it."""
    invoice = story.owes()
    attempt = story.start({invoice: "100.00"})
    story.mollie.pay(attempt.provider_id)

    with CaptureQueriesContext(connection) as captured:
        story.settle(attempt)

    locks = [query["sql"] for query in captured.captured_queries if "FOR UPDATE" in query["sql"]]
    assert "debtors_debtor" in locks[0]
    assert any("payments_checkoutattempt" in sql for sql in locks[1:])
