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

from collections_handoff import operations as handoffs
from common.actor import the_clock
from connectors import uploads
from correspondence import operations as outbox
from correspondence.channels import Receipt
from correspondence.models import Message, PostBatch
from debtors import operations as debtors
from debtors.models import Debtor
from dunning import operations as ladder
from dunning import queries
from dunning.models import Case, Notice, Policy
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
WRITE = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "debtors_')
# What belongs to one debtor, and what an operation may lock besides.
OF_A_DEBTOR = {
    "dunning_notice",
    "dunning_case",
    "dunning_hold",
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
    "lift a hold": (
        lambda: ladder.place_hold(invoice=Invoice.objects.order_by("pk")[0], reason="x", by=nights_user()),
        lambda hold: ladder.lift_hold(hold=hold, by=nights_user()),
    ),
    "give a dispute another day": (
        lambda: claims.open_dispute(invoice=Invoice.objects.order_by("pk")[0], reason="price", by=nights_user()),
        lambda dispute: claims.change_dispute(dispute=dispute, deadline=DAY, owner=None, by=nights_user()),
    ),
    "take one mail back": (
        mailed,
        lambda message: outbox.withdraw_message(message=message, reason="x", by=nights_user()),
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


CONTACTS: dict[str, Callable[[Debtor], Any]] = {
    "added": lambda debtor: debtors.add_contact(debtor=debtor, role="invoice", email="b@post.test", by=nights_user()),
    "changed": lambda debtor: debtors.change_contact(
        contact=debtor.contacts.get(), role="reminder", name="", email="b@post.test", phone="", by=nights_user()
    ),
    "removed": lambda debtor: debtors.remove_contact(contact=debtor.contacts.get(), by=nights_user()),
}


@pytest.mark.parametrize("name", CONTACTS)
def test_a_night_that_decides_about_a_debtor_sees_his_contacts_before_or_after(inside: Tenant, name: str) -> None:
    """Else it stores "no address" over the address that somebody gave meanwhile, and the claim stands for a month."""
    debtor = factories.debtor(kind="business")

    with CaptureQueriesContext(connection) as captured:
        CONTACTS[name](debtor)

    said = [query["sql"] for query in captured.captured_queries]
    locked = next(place for place, sql in enumerate(said) if "debtors_debtor" in sql and "FOR UPDATE" in sql)
    written = next(
        place for place, sql in enumerate(said) if re.match(r'(INSERT INTO|UPDATE|DELETE FROM) "debtors', sql)
    )
    assert locked < written


def test_an_import_locks_the_debtors_of_a_file_as_the_night_does(inside: Tenant) -> None:
    """All at once and by id: the night locks a thousand, and each would wait for the other."""
    for number in ("1", "2", "3"):
        factories.debtor(number=number)
    file = "Debiteurnummer;Naam\n3;Cees\n1;Anna\n2;Bert\n"

    with CaptureQueriesContext(connection) as captured:
        uploads.import_content(kind="debtors", content=file.encode(), filename="d.csv", by=nights_user())

    locks = [query["sql"] for query in captured.captured_queries if "FOR UPDATE" in query["sql"]]
    assert [number in locks[0] for number in ("'1'", "'2'", "'3'")] == [True] * 3
    assert "ORDER BY" in locks[0]


def test_the_end_of_a_night_locks_no_wakeup_before_a_debtor_and_lets_notices_of_its_run_be_written(
    inside: Tenant,
) -> None:
    """It makes dossiers, which lock debtors; who puts a letter back holds one, and wants the run and the wakeup."""
    handoffs.register_agency(name="Noord", kind="agency", email="in@noord.test", is_default=True, by=nights_user())
    claim = factories.invoice(factories.debtor(kind="business"), due=DUE - timedelta(days=90))
    Case.objects.update(position_key="final_demand", position_kind="final_demand", position_on=DUE - timedelta(days=40))
    factories.invoice(factories.debtor(kind="business"), due=DUE)
    factories.let_rungs_be("automatic")

    with CaptureQueriesContext(connection) as captured:
        nights.plan(DAY)

    assert handoffs_of(claim)
    said = [query["sql"] for query in captured.captured_queries]
    debtors_last = max(place for place, sql in enumerate(said) if "debtors_debtor" in sql and "FOR UPDATE" in sql)
    assert [place for place, sql in enumerate(said) if "INSERT INTO tenants_wakeup" in sql][-1] > debtors_last
    assert not [
        sql
        for place, sql in enumerate(said)
        if place < debtors_last and "INSERT INTO tenants_wakeup" in sql and "release_notices" in sql
    ]
    locks = [sql for sql in said if "dunning_run" in sql and sql.rstrip().endswith("UPDATE")]
    assert locks
    assert all(sql.rstrip().endswith("FOR NO KEY UPDATE") for sql in locks if '"dunning_run"."id"' in sql)


def test_who_closes_nights_waits_for_nobody(inside: Tenant) -> None:
    with CaptureQueriesContext(connection) as captured:
        ladder.complete_runs(by=by_clock())

    assert "FOR NO KEY UPDATE SKIP LOCKED" in captured.captured_queries[-1]["sql"]


def handoffs_of(claim: Invoice) -> bool:
    return bool(claim.handoff_claims.exists())


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
