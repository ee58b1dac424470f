"""The row of a debtor is the lock for run, money, dispute and post (docs/ladder.md): taken before anything of his.

Who takes a letter first and its debtor second can wait for somebody who does it the other way round, for ever.
"""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.actor import the_clock
from correspondence import operations as outbox
from correspondence.channels import Receipt
from correspondence.models import Message, PostBatch
from debtors import operations as debtors
from debtors.models import Debtor
from dunning import operations as ladder
from dunning import queries
from dunning.models import Notice, Policy
from invoices import operations as claims
from invoices.models import CreditNote, Dispute, Invoice
from payments import operations as payments
from payments.models import Payment, Promise
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.fakes.channel import FakeMail

pytestmark = pytest.mark.django_db

DUE = date(2026, 2, 20)
DAY = date(2026, 2, 25)
LOCK = re.compile(r'FROM "?(\w+)"?.*FOR UPDATE', re.DOTALL)
# What belongs to one debtor, and what an operation may lock besides.
OF_A_DEBTOR = {
    "dunning_notice",
    "dunning_case",
    "correspondence_message",
    "invoices_invoice",
    "invoices_dispute",
    "payments_payment",
    "payments_promise",
}


@pytest.fixture(autouse=True)
def mail() -> Iterator[None]:
    FakeMail.reset()
    yield
    FakeMail.reset()


@pytest.fixture
def waiting(inside: Tenant) -> Invoice:
    """An invoice with money and credit about it, of which the first letter is approved."""
    debtor = factories.debtor(kind="business", email="")
    invoice = factories.invoice(debtor, due=DUE, amount="1000.00")
    other = factories.invoice(debtor, due=DUE + timedelta(days=60), amount="50.00")
    factories.credit_note(debtor, amount="10.00")
    payments.book_payment(
        debtor=debtor, amount=Decimal("20.00"), received_on=DUE, by=factories.SETUP, designated=[other]
    )
    payments.make_promise(
        debtor=debtor, invoices=[other], amount=Decimal("30.00"), promised_for=date(2026, 4, 1), by=nights_user()
    )
    claims.charge_costs(invoice=invoice, amount=Decimal("5.00"), vat=Decimal(0), calculation={}, by=nights_user())
    nights.plan(DAY)
    nights.approve(DAY)
    return invoice


def nights_user() -> Any:
    return nights.bookkeeper(nights.at(DAY, 8))


def queued() -> Message:
    nights.release(DAY)
    return Message.objects.get()


def by_clock() -> Any:
    return the_clock(nights.at(DAY, 9))


def printed() -> PostBatch:
    queued()
    return outbox.print_letters(by=nights.bookkeeper(nights.at(DAY, 10)))


def mailed() -> Message:
    message = queued()
    Message.objects.update(channel="email")
    message.refresh_from_db()
    return message


# What is prepared first, and what is then done with it.
OPERATIONS: dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]] = {
    "claim a mail": (mailed, lambda _: outbox.claim_message(by=by_clock())),
    "store that it left": (
        mailed,
        lambda message: outbox.record_sent(message=message, receipt=Receipt(), by=by_clock()),
    ),
    "print letters": (queued, lambda _: outbox.print_letters(by=nights.bookkeeper(nights.at(DAY, 10)))),
    "post letters": (
        printed,
        lambda batch: outbox.mark_posted(batch=batch, by=nights.bookkeeper(nights.at(DAY, 11))),
    ),
    "make up a letter": (lambda: queries.rules(DAY), lambda rules: ladder.release_next(rules=rules, by=by_clock())),
    "hold a letter back": (
        queued,
        lambda _: ladder.hold_back(notice=Notice.objects.get(), reason="x", until=None, by=nights_user()),
    ),
    "book a payment": (
        queued,
        lambda _: payments.book_payment(
            debtor=Debtor.objects.get(), amount=Decimal("1005.00"), received_on=DAY, by=nights_user()
        ),
    ),
    "reverse a payment": (
        queued,
        lambda _: payments.reverse_payment(
            payment=Payment.objects.get(), reason="storno", reversed_on=DAY, by=nights_user()
        ),
    ),
    "allocate a credit note": (
        queued,
        lambda _: claims.allocate_credit_note(
            note=CreditNote.objects.get(), invoice=Invoice.objects.order_by("pk")[0], by=nights_user()
        ),
    ),
    "write off": (
        queued,
        lambda _: claims.write_off(
            invoice=Invoice.objects.order_by("pk")[0], amount=Decimal("1005.00"), reason="x", by=nights_user()
        ),
    ),
    "waive": (
        queued,
        lambda _: claims.waive(invoice=Invoice.objects.order_by("pk")[0], part="costs", reason="x", by=nights_user()),
    ),
    "open a dispute": (
        queued,
        lambda _: claims.open_dispute(invoice=Invoice.objects.order_by("pk")[0], reason="price", by=nights_user()),
    ),
    "answer a dispute": (
        lambda: claims.open_dispute(invoice=Invoice.objects.order_by("pk")[0], reason="price", by=nights_user()),
        lambda dispute: claims.resolve_dispute(
            dispute=Dispute.objects.get(pk=dispute.pk), outcome="rejected", resolution="x", by=nights_user()
        ),
    ),
    "note a promise": (
        queued,
        lambda _: payments.make_promise(
            debtor=Debtor.objects.get(),
            invoices=[Invoice.objects.order_by("pk")[0]],
            amount=Decimal("1005.00"),
            promised_for=DAY,
            by=nights_user(),
        ),
    ),
    "take a promise back": (
        queued,
        lambda _: payments.cancel_promise(promise=Promise.objects.get(), by=nights_user()),
    ),
    "judge promises": (
        queued,
        lambda _: payments.judge_promises(debtor_ids=None, day=date(2026, 5, 1), by=nights_user()),
    ),
    "hold an invoice": (
        queued,
        lambda _: ladder.place_hold(invoice=Invoice.objects.order_by("pk")[0], reason="x", by=nights_user()),
    ),
    "move a due date": (
        queued,
        lambda _: claims.change_due_date(
            invoice=Invoice.objects.order_by("pk")[0], due_date=date(2026, 6, 1), is_fixed=False, by=nights_user()
        ),
    ),
    "note a bankruptcy": (
        queued,
        lambda _: debtors.set_legal_state(debtor=Debtor.objects.get(), state="bankrupt", since=DAY, by=nights_user()),
    ),
    "choose another policy": (
        lambda: (queued(), _second_policy())[1],
        lambda policy: ladder.choose_policy(
            lineage=policy.lineage, variant="business", debtor=Debtor.objects.get(), by=nights_user()
        ),
    ),
}


def _second_policy() -> Policy:
    current = Policy.objects.current().get(variant="business")
    rungs = queries.policies()[current.pk].rungs
    return ladder.publish(name="Streng", variant="business", rungs=rungs, by=nights_user())


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_debtor_is_locked_before_anything_of_his(waiting: Invoice, name: str) -> None:
    prepare, act = OPERATIONS[name]
    prepared = prepare()

    with CaptureQueriesContext(connection) as captured:
        act(prepared)

    locked = [found[1] for query in captured.captured_queries if (found := LOCK.search(query["sql"]))]
    assert set(locked) & OF_A_DEBTOR, "this operation locks nothing: the test proves nothing"
    first = next(number for number, table in enumerate(locked) if table in OF_A_DEBTOR)
    assert "debtors_debtor" in locked[:first], locked


@pytest.mark.django_db(transaction=True)
def test_money_and_post_of_one_debtor_at_the_same_moment_wait_for_each_other_and_do_not_die(bakkerij: Tenant) -> None:
    """Twenty payments arrive while twenty mails leave: each mail leaves or is withdrawn, and nobody is thrown out."""
    with tenant_context(bakkerij.pk):
        owing = [factories.debtor(kind="business", number=f"{number}") for number in range(20)]
        for debtor in owing:
            factories.invoice(debtor, due=DUE, amount="100.00")
        nights.plan(DAY)
        nights.approve(DAY)
        nights.release(DAY)
    started, errors = threading.Barrier(3), []

    def in_a_thread(work: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            try:
                started.wait(10)
                work()
            except Exception as error:  # noqa: BLE001 - reported below
                errors.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def pay(some: list[Debtor]) -> None:
        for debtor in some:
            with tenant_context(bakkerij.pk):
                payments.book_payment(
                    debtor=debtor, amount=Decimal("100.00"), received_on=DAY, by=nights.bookkeeper(nights.at(DAY, 9))
                )

    threads = [
        in_a_thread(lambda: pay(owing[:10])),
        in_a_thread(lambda: pay(owing[10:])),
        in_a_thread(lambda: nights.deliver(bakkerij.pk, DAY)),
    ]
    for thread in threads:
        thread.join(30)

    assert errors == []
    with tenant_context(bakkerij.pk):
        states = list(Message.objects.values_list("state", flat=True))
        assert set(states) <= {"sent", "withdrawn"}
        assert len(FakeMail.taken) == states.count("sent")
        assert not Invoice.objects.open().exists()
