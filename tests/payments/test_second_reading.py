"""What goes on between areas: a line and a refund, an arrangement and a storno, two workers at the same moment."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collections_handoff import operations as handoffs
from common.actor import Actor
from correspondence.models import Message
from debtors.models import Debtor
from dunning.models import Case, Notice, NoticeLine
from dunning.operations import releasing
from invoices import operations as invoices
from invoices.models import Invoice
from payments import operations as payments
from payments.models import BankLine, DirectDebit, GatewayAccount, KnownAccount, Payment, Refund
from tenants.models import SecondLook, Tenant, TwoPersonRules, User
from tests import factories, nights
from tests.conftest import TODAY, actor
from tests.payments import arranging
from tests.payments.banking import DAY, line, statement
from worklist.models import Task

pytestmark = pytest.mark.django_db

D = Decimal
IBAN = "NL91ABNA0417164300"
OTHER_IBAN = "NL20INGB0001234567"
DUE = date(2026, 2, 20)


@pytest.fixture
def smit(inside: Tenant) -> Debtor:
    statement()
    return factories.debtor(name="Bouwbedrijf Smit B.V.", kind="business")


def work_off(by: Actor | None = None) -> None:
    for _turn in range(10):
        if not payments.match_lines(by=by or actor()):
            return
    raise AssertionError("the lines are never worked off")


def now(of: Any) -> Any:
    return type(of).objects.get(pk=of.pk)


def paid(debtor: Debtor, number: str, amount: str = "121.00", **fields: Any) -> Payment:
    """Let a claim be paid by a line that names it."""
    factories.invoice(debtor, number=number, amount=amount, due=DUE)
    came = line(amount, number, name=debtor.name, **({"iban": IBAN} | fields))
    work_off()
    booked = now(came).payment
    assert booked is not None
    return booked


# --- Money that goes back


def test_the_same_return_told_twice_reverses_once_and_holds_nobody_up(smit: Debtor) -> None:
    paid(smit, "2026-0042", end_to_end_id="E2E-1")
    owed = factories.invoice(smit, number="2026-0043", amount="50.00", due=DUE)

    back: dict[str, Any] = {"end_to_end_id": "E2E-1", "return_reason": "MS03", "iban": IBAN}
    first, second = line("-121.00", **back), line("-121.00", **back)
    other = line("50.00", "2026-0043", iban=IBAN, name=smit.name)
    work_off()

    assert now(first).state == "reversed"
    assert now(second).state in {"unknown", "proposed"}
    assert (now(other).state, now(owed).is_open) == ("booked", False)
    assert Payment.objects.filter(reverses__isnull=False).count() == 1


def test_a_return_with_the_payers_own_reference_does_not_reverse_somebody_elses_payment(smit: Debtor) -> None:
    """End-to-end ids are the payer's: "1" or a month is nobody's name."""
    paid(smit, "2026-0042", end_to_end_id="MAART")

    back = line("-121.00", iban=OTHER_IBAN, end_to_end_id="MAART", is_reversal=True, return_reason="AC04")
    work_off()

    assert now(back).state in {"unknown", "proposed"}
    assert not Payment.objects.filter(reverses__isnull=False).exists()


def test_a_return_whose_reference_fits_two_payments_is_for_a_person(smit: Debtor) -> None:
    for number in ("2026-0042", "2026-0043"):
        paid(smit, number, end_to_end_id="HUUR")

    back = line("-121.00", iban="", end_to_end_id="HUUR", is_reversal=True, return_reason="AC04")
    work_off()

    assert now(back).state == "proposed"
    assert not Payment.objects.filter(reverses__isnull=False).exists()


def test_a_line_takes_back_a_payment_of_its_own_amount_and_no_other(smit: Debtor) -> None:
    booked = paid(smit, "2026-0042")
    out = line("-12.10", iban=OTHER_IBAN, is_reversal=True, return_reason="MS03")
    work_off()

    with pytest.raises(payments.NotThisMoney):
        payments.reverse_by_line(line=out, payment=booked, reason="storno", by=actor())

    assert not booked.reversals.exists()


# --- Refunds on the statement


@pytest.fixture
def sent(smit: Debtor) -> Refund:
    """A refund of what came in too much, in the file of the bank."""
    booked = paid(smit, "2026-0042")
    more = payments.book_payment(debtor=smit, amount=booked.amount, received_on=DAY, by=actor(), amounts={})
    refund = payments.propose_refund(
        payment=more, amount=D("121.00"), via="bank", iban=OTHER_IBAN, name=smit.name, by=actor()
    )
    payments.approve_refund(refund=refund, by=actor())
    payments.send_refunds(by=actor())
    return now(refund)


@pytest.mark.parametrize("together", [True, False])
def test_a_refund_that_the_bank_brings_back_is_credit_again(sent: Refund, together: bool) -> None:
    out = line("-121.00", end_to_end_id=sent.end_to_end_id, iban=OTHER_IBAN)
    if not together:
        work_off()
        assert now(sent).state == "done"
    back = line("121.00", end_to_end_id=sent.end_to_end_id, iban=OTHER_IBAN, is_reversal=True, return_reason="AC04")

    work_off()

    assert (now(out).state, now(back).state) == ("left_out", "left_out")
    assert now(sent).state == "failed"
    assert now(sent.payment).unallocated == D("121.00")


def test_a_refund_that_came_back_and_is_told_to_have_left_after_all_holds_nobody_up(sent: Refund) -> None:
    payments.refund_failed(refund=sent, reason="AC04", by=actor())
    out = line("-121.00", end_to_end_id=sent.end_to_end_id, iban=OTHER_IBAN)

    work_off()

    assert now(out).state != "new"


# --- Money of a provider


def test_somebody_who_is_called_mollie_pays_her_invoice(smit: Debtor) -> None:
    GatewayAccount.objects.create(api_key="test_x")
    mollie = factories.debtor(name="Mollie Jansen")
    owed = factories.invoice(mollie, number="2026-0077", amount="80.00", due=DUE)
    came = line("80.00", "factuur 2026-0077", name="M. (Mollie) Jansen", iban=IBAN)

    work_off()

    assert (now(came).state, now(owed).is_open) == ("booked", False)


@pytest.mark.parametrize("name", ["Mollie", "MOLLIE B.V.", "Stichting Mollie Payments", "STG MOLLIE PAYMENTS"])
def test_what_mollie_pays_out_pays_nothing_again(smit: Debtor, name: str) -> None:
    GatewayAccount.objects.create(api_key="test_x")
    owed = factories.invoice(smit, number="2026-0042", amount="121.00", due=DUE)
    came = line("121.00", "Settlement 1234567.2603.01 2026-0042", name=name, iban=OTHER_IBAN)

    work_off()

    assert (now(came).state, now(owed).is_open) == ("left_out", True)


# --- Arrangements


def test_an_instalment_counts_also_when_older_money_went_back(inside: Tenant) -> None:
    """Petra paid 50 by direct debit, agreed on the rest, and her bank took the 50 back. She keeps her agreement."""
    petra = factories.debtor(name="Petra Jansen")
    owed = factories.invoice(petra, amount="350.00", due=DUE)
    older = arranging.pay(petra, "50.00", arranging.MONDAY)
    first = arranging.MONDAY + timedelta(days=7)
    made = arranging.propose(petra, [now(owed)], "300.00", first_on=first, day=arranging.MONDAY)
    payments.reverse_payment(payment=older, reason="MD06", reversed_on=first, by=arranging.on(first))

    arranging.pay(petra, "100.00", first, designated=[owed])
    late = first + timedelta(days=14)
    payments.judge_arrangements(debtor_ids=None, day=late, by=arranging.on(late))

    assert (arranging.state(made), arranging.states(made)) == ("active", ["paid", "open", "open"])
    assert now(owed).open_amount == D("250.00")


def test_the_rest_of_a_claim_is_asked_when_older_money_went_back_and_the_parts_are_paid(inside: Tenant) -> None:
    petra = factories.debtor(name="Petra Jansen")
    owed = factories.invoice(petra, amount="350.00", due=DUE)
    older = arranging.pay(petra, "50.00", arranging.MONDAY)
    first = arranging.MONDAY + timedelta(days=7)
    made = arranging.propose(petra, [now(owed)], "300.00", first_on=first, day=arranging.MONDAY)
    payments.reverse_payment(payment=older, reason="MD06", reversed_on=first, by=arranging.on(first))

    arranging.pay(petra, "300.00", first, designated=[owed])

    assert arranging.state(made) == "completed"
    assert now(owed).open_amount == D("50.00")


# --- An agency has the claim


@pytest.fixture
def with_an_agency(smit: Debtor) -> Invoice:
    handoffs.register_agency(
        name="Incasso Noord",
        kind="agency",
        email="in@noord.test",
        wki_registration="WKI-1",
        is_default=True,
        by=actor(),
    )
    claim = factories.invoice(smit, amount="1000.00", due=date(2026, 1, 10), number="2026-1001")
    made = handoffs.prepare(debtor=smit, invoices=[claim], by=actor())
    handoffs.submit(handoff=handoffs.approve(handoff=made, by=actor()), by=actor())
    return claim


def told() -> list[str]:
    rows = Message.objects.filter(subject_line__startswith="Betaling ontvangen")
    return list(rows.values_list("body_text", flat=True))


def test_a_line_on_a_claim_of_an_agency_is_told_to_it(with_an_agency: Invoice, smit: Debtor) -> None:
    line("1000.00", "2026-1001", name=smit.name, iban=IBAN)

    work_off()

    (mail,) = told()
    assert "€ 1.000,00 ontvangen op factuur 2026-1001" in mail.replace("\N{NO-BREAK SPACE}", " ")


def test_credit_that_pays_a_claim_of_an_agency_later_is_told_to_it_once(with_an_agency: Invoice, smit: Debtor) -> None:
    other = factories.invoice(smit, amount="100.00", due=DUE, number="2026-1002")
    payment = payments.book_payment(
        debtor=smit, amount=D("300.00"), received_on=TODAY, amounts={other: D(100)}, by=actor()
    )
    assert told() == []

    payments.allocate(payment=payment, designated=[with_an_agency], by=actor())

    (mail,) = told()
    assert "€ 200,00 ontvangen op factuur 2026-1001" in mail.replace("\N{NO-BREAK SPACE}", " ")


# --- Two at the same moment: debtors are locked before lines, and all at once


def locks(captured: CaptureQueriesContext, *tables: str) -> list[str]:
    """Give which tables were locked, in order."""
    wanted = [query["sql"] for query in captured if "FOR UPDATE" in query["sql"].upper()]
    return [table for sql in wanted for table in tables if f'FROM "{table}"' in sql]


def test_who_looks_again_at_a_line_locks_its_debtor_first(smit: Debtor) -> None:
    came = line("121.00", "2026-0042", iban=IBAN, name="Bouwbedrijf Smit")
    payments.leave_out(line=came, note="onbekend", by=actor())
    factories.invoice(smit, number="2026-0042", due=DUE)

    with CaptureQueriesContext(connection) as captured:
        payments.look_again_at(line=came, by=actor())

    assert now(came).state == "booked"
    assert locks(captured, "debtors_debtor", "payments_bankline")[0] == "debtors_debtor"


def test_a_refund_on_a_statement_locks_its_debtor_with_the_others(sent: Refund) -> None:
    line("-121.00", end_to_end_id=sent.end_to_end_id, iban=OTHER_IBAN)

    with CaptureQueriesContext(connection) as captured:
        work_off()

    assert locks(captured, "debtors_debtor", "payments_bankline")[0] == "debtors_debtor"


def test_a_night_locks_who_promised_and_who_pays_in_parts_at_once(inside: Tenant) -> None:
    """Two rounds would be two orders: who promised is behind who arranged, and somebody else has the first."""
    arranged, promised = factories.debtor(), factories.debtor()
    owed = factories.invoice(arranged, amount="300.00", due=DUE)
    first = TODAY + timedelta(days=1)
    arranging.propose(arranged, [owed], "300.00", first_on=first, day=TODAY)
    payments.make_promise(
        debtor=promised, invoices=[factories.invoice(promised)], amount=D(1), promised_for=first, by=actor()
    )

    with CaptureQueriesContext(connection) as captured:
        nights.plan(first)

    rows = [
        query["sql"] for query in captured if 'FROM "debtors_debtor"' in query["sql"] and "FOR UPDATE" in query["sql"]
    ]
    assert all(str(one.pk) in rows[0] for one in (arranged, promised))


# --- Too much


COLLECT_ON = date(2026, 3, 23)


def at(day: date) -> datetime:
    return nights.at(day, 9)


def at_the_bank(debtor: Debtor) -> tuple[Invoice, DirectDebit]:
    """Send a claim of a debtor to the bank to be collected."""
    payments.change_creditor_settings(
        creditor_id="NL69ZZZ123456780000", scheme="CORE", notify_days=14, pain_version="pain.008.001.08", by=actor()
    )
    payments.register_mandate(
        debtor=debtor, iban=OTHER_IBAN, account_holder=debtor.name, signed_on=date(2026, 1, 5), by=actor()
    )
    owed = factories.invoice(debtor, due=COLLECT_ON, number="2026-1")
    batch = payments.propose_batch(collect_on=COLLECT_ON, by=actor())
    payments.approve_batch(batch=batch, by=actor())
    payments.send_batch(batch=batch, by=nights.bookkeeper(at(COLLECT_ON - timedelta(days=5))))
    return owed, batch.debits.get()


def test_a_collection_that_is_credited_again_after_its_storno_is_for_a_person(smit: Debtor) -> None:
    """A bank that takes a storno back sends the money again under the same id: it must not count as known."""
    owed, debit = at_the_bank(smit)
    called: dict[str, Any] = {"end_to_end_id": debit.end_to_end_id, "iban": OTHER_IBAN}
    by = nights.bookkeeper(at(COLLECT_ON))
    came = line("121.00", on=COLLECT_ON, **called)
    work_off(by)
    back = line("-121.00", on=COLLECT_ON, return_reason="AM04", **called)
    work_off(by)
    again = line("121.00", on=COLLECT_ON, **called)
    work_off(by)

    assert (now(came).state, now(back).state, now(again).state) == ("booked", "reversed", "unknown")
    assert now(owed).is_open
    assert BankLine.objects.filter(payment__isnull=False, state="booked").count() == 1


def test_who_was_paid_back_and_takes_his_payment_back_is_asked_for_it(sent: Refund) -> None:
    payments.reverse_payment(payment=sent.payment, reason="MD06", reversed_on=DAY, by=actor())

    task = Task.objects.open().get(kind="free")
    assert (task.amount, task.debtor_id) == (D("121.00"), sent.payment.debtor_id)


def test_a_collection_pays_its_own_claim_and_no_other(smit: Debtor) -> None:
    """He paid the invoice himself after the file had gone: what is collected is his, not for an invoice not due yet."""
    owed, debit = at_the_bank(smit)
    later = factories.invoice(smit, due=COLLECT_ON + timedelta(days=60), number="2026-2")
    payments.book_payment(debtor=smit, amount=D("121.00"), received_on=DAY, designated=[owed], by=actor())

    came = line("121.00", on=COLLECT_ON, end_to_end_id=debit.end_to_end_id, iban=OTHER_IBAN)
    work_off(nights.bookkeeper(nights.at(COLLECT_ON, 9)))

    assert now(came).state == "booked"
    assert (now(came).payment.unallocated, now(later).open_amount) == (D("121.00"), D("121.00"))
    assert Task.objects.open().filter(kind="overpaid").count() == 1


# --- What a line means


@pytest.fixture
def in_parts(smit: Debtor) -> Invoice:
    """Smit pays one claim in three parts, and has an older one that he does not."""
    factories.invoice(smit, amount="500.00", due=DUE - timedelta(days=60), number="2025-1")
    owed = factories.invoice(smit, amount="300.00", due=DUE, number="2026-1")
    arranging.propose(smit, [owed], "300.00", first_on=DAY + timedelta(days=7), day=DAY)
    return owed


def test_just_an_instalment_from_a_known_account_pays_the_arrangement(in_parts: Invoice, smit: Debtor) -> None:
    paid(smit, "2026-0099", "60.00")
    came = line("100.00", "termijn", iban=IBAN, name=smit.name)

    work_off()

    assert (now(came).state, now(in_parts).open_amount) == ("booked", D("200.00"))
    assert in_parts.arrangements.get().arrangement.instalments.order_by("number")[0].state == "paid"


def test_just_an_instalment_from_somebody_of_that_name_is_proposed_for_the_arrangement(
    in_parts: Invoice, smit: Debtor
) -> None:
    came = line("100.00", "termijn", iban=IBAN, name=smit.name)

    work_off()
    proposed = now(came)
    payments.confirm_match(line=came, amounts=None, debtor=smit, by=actor())

    assert (proposed.state, proposed.match["why"]) == ("proposed", "name_instalment")
    assert now(in_parts).open_amount == D("200.00")


def test_an_instalment_that_is_also_an_invoice_is_for_a_person(in_parts: Invoice, smit: Debtor) -> None:
    paid(smit, "2026-0099", "60.00")
    factories.invoice(smit, amount="100.00", due=DUE, number="2026-2")
    came = line("100.00", "", iban=IBAN, name=smit.name)

    work_off()

    assert (now(came).state, now(came).match["why"]) == ("proposed", "several_fit")


def test_a_consumer_who_paid_in_time_owes_no_costs_that_were_charged_before_the_statement_came(inside: Tenant) -> None:
    statement()
    petra = factories.debtor(name="Petra Jansen")
    owed = factories.invoice(petra, amount="100.00", due=DUE, number="2026-0042")
    invoices.charge_costs(invoice=owed, amount=D("40.00"), vat=D("8.40"), calculation={}, by=actor(at(DAY)))
    came = line("100.00", "2026-0042", iban=IBAN, name=petra.name, on=DAY, value_on=DAY - timedelta(days=2))

    work_off()

    assert (now(came).state, now(owed).is_open) == ("booked", False)
    assert now(came).payment.unallocated == 0


# --- Two people


def test_of_many_small_rests_one_that_waits_for_a_second_person_holds_no_other_up(
    inside: Tenant, owner: User, bookkeeper: User
) -> None:
    smit = factories.debtor(name="Bouwbedrijf Smit B.V.", kind="business")
    rests = [factories.invoice(smit, amount="100.00", due=DUE) for _number in range(2)]
    for rest in rests:
        payments.book_payment(debtor=smit, amount=D("99.50"), received_on=DAY, amounts={rest: D("99.50")}, by=actor())
    TwoPersonRules.objects.create(write_offs=True)
    invoices.ask_write_off(invoice=now(rests[0]), amount=D("0.50"), reason="klein", by=actor())

    done = payments.write_off_rests(invoices=rests, most=D(1), reason="klein restant", by=actor())

    assert done == [rests[1]]
    assert SecondLook.objects.filter(state="waiting").count() == 2


# --- The night


def test_nobody_is_written_to_whose_payment_came_in_but_was_not_looked_at_yet(smit: Debtor) -> None:
    """Statements make payments fresh at once; who paid is only known when their lines are matched."""
    factories.let_rungs_be("automatic")
    owed = factories.invoice(smit, number="2026-0042", due=DUE - timedelta(days=30))
    line("121.00", "2026-0042", iban=IBAN, name=smit.name)

    assert nights.plan(TODAY).held_because == "lines_wait"
    work_off()

    assert nights.plan(TODAY).planned_notices == 0
    assert not now(owed).is_open


def test_letters_that_were_approved_wait_for_the_lines_that_came_in_since(smit: Debtor, bakkerij: Tenant) -> None:
    factories.invoice(smit, number="2026-0042", due=DUE - timedelta(days=30))
    other = factories.debtor(name="Petra Jansen")
    factories.invoice(other, due=DUE - timedelta(days=30))
    nights.plan(TODAY)
    nights.approve(TODAY)
    line("121.00", "2026-0042", iban=IBAN, name=smit.name)

    assert releasing.next_release(nights.at(TODAY, 9)) is None
    work_off(actor(nights.at(TODAY, 9)))

    assert releasing.next_release(nights.at(TODAY, 9)) == nights.at(TODAY, 9)
    assert list(Notice.objects.filter(state="approved").values_list("debtor__name", flat=True)) == ["Petra Jansen"]


@pytest.mark.parametrize(("name", "is_remembered"), [("Deurwaarder Vos", False), ("SMIT BOUW", True)])
def test_who_pays_for_a_debtor_is_not_taken_for_him_next_time(smit: Debtor, name: str, is_remembered: bool) -> None:
    """Confirmed with many others, nobody looked at the account: a bailiff pays for more debtors than one."""
    owed = factories.invoice(smit, due=DUE)
    came = line("121.00", iban=OTHER_IBAN, name=name)

    payments.confirm_match(line=came, amounts={owed: D("121.00")}, debtor=smit, remember=None, by=actor())

    assert KnownAccount.objects.filter(iban=OTHER_IBAN).exists() == is_remembered


def test_whose_payment_a_person_must_still_confirm_is_not_written_to_meanwhile(smit: Debtor) -> None:
    owed = factories.invoice(smit, number="2026-0042", due=DUE - timedelta(days=30))
    other = factories.invoice(factories.debtor(), due=DUE - timedelta(days=30))
    came = line("121.00", "vergoeding", iban=IBAN, name=smit.name)
    work_off()
    assert now(came).state == "proposed"

    nights.plan(TODAY)
    noticed = list(NoticeLine.objects.values_list("invoice_id", flat=True))
    waits = Case.objects.get(invoice=owed).why_code
    payments.leave_out(line=came, note="een ander", by=actor())
    nights.plan(TODAY + timedelta(days=1))

    assert (noticed, waits) == ([other.pk], "payment_pending")
    assert NoticeLine.objects.filter(invoice=owed).exists()


def test_a_proposal_that_nobody_looks_at_holds_letters_for_two_weeks(smit: Debtor) -> None:
    owed = factories.invoice(smit, number="2026-0042", due=DUE - timedelta(days=30))
    line("121.00", "vergoeding", iban=IBAN, name=smit.name, on=TODAY - timedelta(days=15))
    work_off()

    nights.plan(TODAY)

    assert NoticeLine.objects.filter(invoice=owed).exists()
