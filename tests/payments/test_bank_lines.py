"""Bank lines through the operations: booked by themselves, proposed, confirmed, left out, undone, reversed."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from audit.models import Entry
from debtors.models import Debtor
from dunning.models import Case
from invoices import operations as claims
from payments import match_reasons, tasks
from payments import operations as payments
from payments.models import BankLine, KnownAccount, Payment
from tenants.models import Tenant, Wakeup
from tests import factories, nights
from tests.conftest import actor
from tests.payments.banking import DAY, OURS, line, statement
from worklist.models import Task

pytestmark = pytest.mark.django_db

D = Decimal
IBAN = "NL91ABNA0417164300"
OTHER_IBAN = "NL20INGB0001234567"
DUE = date(2026, 2, 20)
both_ways = pytest.mark.parametrize("in_bulk", [True, False])


@pytest.fixture
def smit(inside: Tenant) -> Debtor:
    statement()
    return factories.debtor(name="Bouwbedrijf Smit B.V.", kind="business")


def work_off(*, in_bulk: bool = True) -> None:
    while payments.match_lines(by=actor(), in_bulk=in_bulk):
        pass


def now(of: Any) -> Any:
    return type(of).objects.get(pk=of.pk)


def why(of: BankLine) -> str:
    kept = now(of)
    return match_reasons.sentence(kept.match["why"], kept.match["words"])


# --- By itself


@both_ways
def test_a_certain_line_is_booked_and_closes_the_case(smit: Debtor, in_bulk: bool) -> None:
    owed = factories.invoice(smit, number="2026-0042", amount="121.00", due=DUE)
    came = line("121.00", "factuur 2026 0042", iban=IBAN, name="SMIT BOUW BV", value_on=DAY - timedelta(days=1))

    work_off(in_bulk=in_bulk)

    booked = now(came)
    assert (booked.state, booked.certainty, booked.debtor_id) == ("booked", "certain", smit.pk)
    assert (booked.payment.amount, booked.payment.unallocated) == (D("121.00"), 0)
    assert booked.payment.received_on == DAY - timedelta(days=1)
    assert not now(owed).is_open
    assert Case.objects.get(invoice=owed).state == "closed"
    assert why(came) == "Factuurnummer 2026-0042 staat in de omschrijving en het bedrag klopt."
    assert KnownAccount.objects.get().iban == IBAN


@both_ways
def test_when_certain_ones_may_not_be_booked_they_wait_for_a_click(smit: Debtor, in_bulk: bool) -> None:
    payments.change_matching_settings(book_certain=False, by=actor())
    owed = factories.invoice(smit, number="2026-0042", due=DUE)
    came = line("121.00", "2026-0042", iban=IBAN)

    work_off(in_bulk=in_bulk)
    waits = now(came)
    payments.confirm_match(line=came, amounts=None, debtor=smit, by=actor())

    assert (waits.state, waits.certainty, waits.payment) == ("proposed", "certain", None)
    assert (now(came).state, now(owed).is_open) == ("booked", False)


@both_ways
def test_two_lines_for_one_claim_pay_it_once(smit: Debtor, in_bulk: bool) -> None:
    owed = factories.invoice(smit, number="2026-0042", due=DUE)
    first, second = line("121.00", "2026-0042"), line("121.00", "2026-0042")

    work_off(in_bulk=in_bulk)

    assert Payment.objects.count() == 1
    assert (now(first).state, now(second).state) == ("booked", "proposed")
    assert why(second) == "De genoemde factuur van Bouwbedrijf Smit B.V. is al betaald."
    assert not now(owed).is_open


def test_a_likely_line_shows_the_runner_up(smit: Debtor) -> None:
    factories.invoice(smit, number="2026-0042", due=DUE)
    factories.invoice(smit, number="2026-0043", due=DUE)
    came = line("121.00", "2026-0042 of 2026-0043")

    work_off()

    match = now(came).match
    assert [one["number"] for one in match["claims"]] == ["2026-0042"]
    assert [one["number"] for one in match["runner_up"]["claims"]] == ["2026-0043"]
    assert now(came).state == "proposed"


def test_what_nobody_knows_is_on_the_list(smit: Debtor) -> None:
    came = line("12.00", "huur", name="Iemand")

    work_off()

    assert (now(came).state, now(came).certainty) == ("unknown", "none")
    assert why(came) == "Geen factuurnummer, kenmerk, rekening of naam herkend."


def test_a_dollar_is_no_euro(smit: Debtor) -> None:
    factories.invoice(smit, number="2026-0042", due=DUE)
    came = line("121.00", "2026-0042", currency="USD")

    work_off()

    assert now(came).state == "unknown"
    assert "USD" in why(came)


def test_the_payer_of_a_name_and_an_amount_is_proposed(smit: Debtor) -> None:
    factories.invoice(smit, number="2026-0042", due=DUE)
    came = line("121.00", "bedankt", name="Smit Bouwbedrijf BV", iban=IBAN)

    work_off()
    payments.confirm_match(line=came, amounts=None, debtor=smit, by=actor())
    factories.invoice(smit, number="2026-0050", amount="77.00", due=DUE)
    next_one = line("77.00", "", iban=IBAN, name="Iets anders")
    work_off()

    assert now(came).match["why"] == "name_amount"
    assert (now(next_one).state, now(next_one).match["why"]) == ("booked", "account_amount")


def test_a_claim_with_interest_goes_the_exact_way(smit: Debtor) -> None:
    owed = factories.invoice(smit, number="2026-0042", amount="1000.00", due=DUE)
    claims.charge_interest(invoice=owed, through=DAY - timedelta(days=3), by=actor())
    owed.refresh_from_db()
    came = line(str(owed.open_amount), "2026-0042")

    work_off()

    # interest of the last three days is booked on the day the money came, and is what is left
    assert now(came).state == "booked"
    assert 0 < now(owed).open_amount < D("1.00")


def test_what_is_left_of_little_becomes_a_proposal_to_write_off(smit: Debtor) -> None:
    factories.invoice(smit, number="2026-0042", amount="121.00", due=DUE)
    came = line("120.00", "2026-0042", name="Bouwbedrijf Smit")

    work_off()
    payments.confirm_match(line=came, amounts=None, debtor=smit, by=actor())
    nights.plan(DAY + timedelta(days=1))

    assert Task.objects.open().get(kind="small_rest").amount == D("1.00")


def test_the_g_account_pays_its_part(smit: Debtor) -> None:
    blocked = statement(iban="NL72ABNA0991234563", is_g_account=True)
    details = {"g_account": {"amount": "40.00", "iban": "NL72ABNA0991234563", "payment_reference": ""}}
    owed = factories.invoice(smit, number="2026-0042", amount="121.00", due=DUE, details=details)
    part, rest = line("40.00", "2026-0042", of=blocked), line("81.00", "2026-0042", of=statement())

    work_off()

    assert (now(part).state, now(rest).state) == ("booked", "booked")
    assert not now(owed).is_open


def test_the_task_works_off_everything_and_may_run_twice(bakkerij: Tenant, smit: Debtor) -> None:
    for number in range(5):
        factories.invoice(smit, number=f"2026-01{number:02d}", due=DUE)
        line("121.00", f"2026-01{number:02d}")

    for _ in range(2):
        tasks.match_new_lines(tenant_id=bakkerij.pk)

    assert Payment.objects.count() == 5
    assert not Wakeup.objects.filter(queue=tasks.MATCHING).exists()


def test_the_number_of_statements_does_not_follow_the_lines(smit: Debtor, django_assert_max_num_queries: Any) -> None:
    def bring(first: int, many: int) -> None:
        for number in range(first, first + many):
            factories.invoice(smit, number=f"2026-{number:05d}", due=DUE)
            line("121.00", f"2026-{number:05d}", iban=IBAN, name="Smit")
            line("13.00", "iets", name=f"Onbekend {number}")

    counts = []
    for first, many in ((100, 2), (200, 12)):
        bring(first, many)
        with django_assert_max_num_queries(70) as captured:
            payments.match_lines(by=actor())
        counts.append(len(captured))

    assert counts[0] == counts[1]


# --- By a person


def test_too_much_is_left_for_a_person(smit: Debtor) -> None:
    owed = factories.invoice(smit, number="2026-0042", due=DUE)
    came = line("150.00", "2026-0042", name="Bouwbedrijf Smit")
    work_off()

    payment = payments.confirm_match(line=came, amounts=None, debtor=smit, by=actor())

    task = Task.objects.open().get(kind="overpaid")
    assert (payment.unallocated, task.amount, task.subject_id) == (D("29.00"), D("29.00"), payment.public_id)
    assert not now(owed).is_open
    factories.invoice(smit, number="2026-0099", amount="29.00", due=DUE)
    payments.allocate(payment=payment, by=actor())
    assert not Task.objects.open().filter(kind="overpaid").exists()


def test_a_double_payment_is_credit(smit: Debtor) -> None:
    factories.invoice(smit, number="2026-0042", due=DUE)
    other = factories.invoice(smit, number="2026-0043", due=DUE)
    line("121.00", "2026-0042")
    again = line("121.00", "2026-0042", on=DAY + timedelta(days=1))
    work_off()

    payment = payments.confirm_match(line=again, amounts=None, debtor=smit, by=actor())

    assert payment.unallocated == D("121.00")
    assert now(other).is_open


def test_a_person_says_how_much_is_for_what(smit: Debtor) -> None:
    first = factories.invoice(smit, number="2026-0042", due=DUE)
    second = factories.invoice(smit, number="2026-0043", due=DUE)
    came = line("150.00", "wat ik schuldig was", iban=IBAN, name="Piet")
    work_off()

    payments.confirm_match(line=came, amounts={second: D("121.00"), first: D("20.00")}, debtor=smit, by=actor())

    booked = now(came)
    assert (now(first).open_amount, now(second).open_amount) == (D("101.00"), 0)
    assert booked.payment.unallocated == D("9.00")
    assert booked.match["why"] == "by_hand"
    assert KnownAccount.objects.filter(iban=IBAN, debtor=smit, forgotten_on=None).exists()


def test_more_than_came_in_is_refused_and_nothing_is_booked(smit: Debtor) -> None:
    owed = factories.invoice(smit, number="2026-0042", due=DUE)
    came = line("50.00", "x")

    with pytest.raises(payments.MoreThanTheLine, match="er kwam"):
        payments.confirm_match(line=came, amounts={owed: D("50.01")}, debtor=smit, by=actor())

    assert not Payment.objects.exists()
    assert now(came).state == "new"


def test_a_line_is_booked_once(smit: Debtor) -> None:
    factories.invoice(smit, number="2026-0042", due=DUE)
    came = line("121.00", "2026-0042")
    work_off()

    with pytest.raises(payments.LineIsHandled):
        payments.confirm_match(line=came, amounts={}, debtor=smit, by=actor())
    with pytest.raises(payments.LineIsHandled):
        payments.leave_out(line=came, note="nee", by=actor())

    assert Payment.objects.count() == 1


def test_without_a_proposal_there_is_nothing_to_confirm(smit: Debtor) -> None:
    came = line("121.00", "niets")
    work_off()

    with pytest.raises(payments.NothingProposed):
        payments.confirm_match(line=came, amounts=None, debtor=smit, by=actor())


def test_credit_that_the_debtor_took_off_is_set_off_with_it(smit: Debtor) -> None:
    owed = factories.invoice(smit, number="2026-0042", due=DUE)
    note = factories.credit_note(smit, amount="20.00")
    came = line("101.00", "2026-0042", name="Bouwbedrijf Smit")
    work_off()

    payments.confirm_match(line=came, amounts=None, debtor=smit, by=actor())

    assert (now(owed).is_open, now(note).unallocated) == (False, 0)
    assert now(came).payment.unallocated == 0


def test_left_out_and_looked_at_again(smit: Debtor) -> None:
    came = line("121.00", "2026-0042")
    work_off()

    payments.leave_out(line=came, note="rente van de bank", by=actor())
    left = now(came)
    factories.invoice(smit, number="2026-0042", due=DUE)
    payments.look_again_at(line=came, by=actor())

    assert (left.state, left.note) == ("left_out", "rente van de bank")
    assert now(came).state == "booked"


@both_ways
def test_undo_is_a_reversal_with_a_reason(smit: Debtor, in_bulk: bool) -> None:
    owed = factories.invoice(smit, number="2026-0042", due=DUE)
    came = line("121.00", "2026-0042", iban=IBAN, name="Bouwbedrijf Smit")
    work_off(in_bulk=in_bulk)
    payment = now(came).payment

    payments.undo_line(line=came, reason="was van een ander", by=actor())

    undone = now(came)
    assert (undone.state, undone.payment, undone.note) == ("unknown", None, "was van een ander")
    assert Payment.objects.get(reverses=payment).reason == "was van een ander"
    assert now(owed).open_amount == D("121.00")
    assert Case.objects.get(invoice=owed).state == "active"
    assert KnownAccount.objects.get().forgotten_on == DAY
    assert Entry.objects.filter(verb="bank_line.undone", subject_id=came.public_id).exists()


# --- Money that goes back, or out


@pytest.mark.parametrize(
    "fields",
    [
        {"is_reversal": True, "return_reason": "MD06", "iban": IBAN},
        {"return_reason": "AC04", "end_to_end_id": "E2E-1"},
    ],
)
def test_a_return_reverses_its_payment_with_the_reason_in_words(smit: Debtor, fields: dict[str, Any]) -> None:
    owed = factories.invoice(smit, number="2026-0042", due=DUE)
    line("121.00", "2026-0042", iban=IBAN, end_to_end_id="E2E-1", name="Bouwbedrijf Smit")
    work_off()

    back = line("-121.00", "", on=DAY + timedelta(days=3), **fields)
    work_off()

    payment = Payment.objects.get(reverses=None)
    reversal = Payment.objects.get(reverses=payment)
    assert now(back).state == "reversed"
    assert (reversal.received_on, now(owed).is_open) == (DAY + timedelta(days=3), True)
    assert fields["return_reason"] in reversal.reason
    assert "teruggeboekt door de bank" in reversal.reason
    assert Case.objects.get(invoice=owed).resume_on is not None
    assert Task.objects.open().filter(kind="reopened").exists()


def test_a_return_that_fits_two_payments_is_for_a_person(smit: Debtor) -> None:
    for number in ("2026-0042", "2026-0043"):
        factories.invoice(smit, number=number, due=DUE)
        line("121.00", number, iban=IBAN, name="Bouwbedrijf Smit")
    work_off()

    back = line("-121.00", "", is_reversal=True, return_reason="MS02", iban=IBAN)
    work_off()
    kept = now(back)
    payments.reverse_by_line(line=back, payment=Payment.objects.first(), reason="storno", by=actor())  # type: ignore[arg-type]

    assert (kept.state, kept.match["why"]) == ("proposed", "may_return_payment")
    assert now(back).state == "reversed"
    assert Payment.objects.filter(reverses__isnull=False).count() == 1


def test_money_that_goes_out_is_no_matter_of_debtors(smit: Debtor) -> None:
    out, own = line("-900.00", "huur", iban=OTHER_IBAN), line("500.00", "sparen", iban=OURS)
    strange = line("-10.00", "", is_reversal=True, return_reason="AM04")

    work_off()

    assert (now(out).state, now(out).note) == ("left_out", "uitgaande betaling")
    assert now(own).state == "left_out"
    assert now(strange).state == "unknown"


# --- How it is found


def test_the_indexes_run_before_the_policy(smit: Debtor) -> None:
    """Under row-level security only leakproof operators may; else every line would read every claim."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        for column, value, more in (
            ("number_key", "'1'", ""),
            ("reference_key", "'1'", "AND reference_key <> ''"),
            ("open_cents", "1", "AND is_open"),
        ):
            order = f"ORDER BY tenant_id, {column}"  # only its own index gives that
            cursor.execute(f"EXPLAIN SELECT id FROM invoices_invoice WHERE {column} >= {value} {more} {order}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert column in plan.split("Index Cond")[1].split("Filter")[0], plan
