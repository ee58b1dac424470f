"""Statements come in: whole or not at all, every movement once whatever file it is in; and the ladder hears of it."""

import io
import threading
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from connectors import statements
from payments import operations
from payments.models import BankAccount, BankLine, BankStatement
from payments.operations import AccountUnknown, Imported, StatementRefused, StatementsOverlap
from payments.statement import StatementPart
from tenants.context import tenant_context
from tenants.models import Tenant, Wakeup
from tests.conftest import actor
from tests.connectors import statements_made as made
from tests.connectors.statements_made import DAY, OWN, Line

pytestmark = pytest.mark.django_db
OTHER = "NL20INGB0001234567"
NEXT = DAY + timedelta(days=1)
MATCH = "payments.tasks.match_new_lines"


def bring(content: bytes, filename: str = "afschrift.xml", **options: Any) -> Imported:
    return operations.import_statement(
        parts=statements.read(io.BytesIO(content), filename), filename=filename, sha256="0" * 64, by=actor(), **options
    )


def rows() -> list[tuple[str, str]]:
    """Give every line in the books: its amount and what the payer wrote."""
    return [(f"{row.amount}", row.description) for row in BankLine.objects.order_by("pk")]


def pictures() -> list[Any]:
    """Give everything that an import can touch."""
    models: tuple[Any, ...] = (BankAccount, BankStatement, BankLine, Entry)
    return [list(model.objects.order_by("pk").values_list()) for model in models]


def zipped(*contents: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"{number:02d}.xml", content)
    return out.getvalue()


# --- In


def test_a_statement_comes_in_with_its_lines_and_its_balance(inside: Tenant) -> None:
    lines = [
        Line("121.00", text="factuur 2026-00042\tmet \\ en tab", end_to_end="E-1", reference="REF-1"),
        Line("-30.00", name="K. de Test", returned="AC04", reference="REF-2"),
        Line("250.00", batch=12, reference="REF-3"),
    ]

    (statement,) = bring(made.camt(*lines, opening="1000.00"))

    account = BankAccount.objects.get()
    assert (account.iban, account.balance, account.balance_on) == (OWN, Decimal("1341.00"), DAY)
    assert (statement.opening_balance, statement.closing_balance) == (Decimal("1000.00"), Decimal("1341.00"))
    assert (statement.format, statement.line_count, statement.known_lines, statement.follows) == (
        "camt.053.001.02",
        3,
        0,
        True,
    )
    first, storno, batch = BankLine.objects.order_by("number")
    assert (first.amount, first.name, first.iban) == (Decimal("121.00"), "P. Voorbeeld", OTHER)
    assert (first.description, first.end_to_end_id) == ("factuur 2026-00042 met \\ en tab", "E-1")
    assert (first.state, first.certainty, first.match, first.bank_reference) == ("new", "", {}, "REF-1")
    assert (storno.is_reversal, storno.return_reason, storno.name) == (True, "AC04", "K. de Test")
    assert (batch.batch_size, len(batch.public_id)) == (12, 14)
    assert Wakeup.objects.filter(queue=MATCH).exists()
    entry = Entry.objects.get(verb="statement.imported")
    assert entry.data["lines"] == 3


def test_the_same_file_again_changes_nothing_and_says_so(inside: Tenant) -> None:
    for content in (made.camt(Line("121.00"), Line("121.00", reference="-")), made.mt940(Line("5.00"), iban=OTHER)):
        bring(content, add_account=True)
        before = pictures()

        again = bring(content)

        assert (again.changed_nothing, again.known_statements, again.new_lines) == (True, 1, 0)
        assert pictures() == before


def test_the_same_statement_in_a_newer_version_is_known(inside: Tenant) -> None:
    line = Line("121.00")
    bring(made.camt(line, version="053.001.02"))
    assert bring(made.camt(line, version="053.001.08")).changed_nothing


def test_the_same_statement_in_another_format_is_known(inside: Tenant) -> None:
    bring(made.camt(Line("121.00", reference="X")))
    assert bring(made.mt940(Line("121.00"))).changed_nothing
    assert rows() == [("121.00", "factuur")]


def test_days_that_came_in_another_format_are_refused(inside: Tenant) -> None:
    bring(made.camt(Line("121.00")))
    with pytest.raises(StatementsOverlap) as caught:
        bring(made.mt940(Line("121.00"), Line("5.00", on=NEXT), closed=NEXT))
    assert "t/m 02-03-2026 al ingelezen uit een ander formaat (camt.053.001.02)" in str(caught.value)


def test_two_equal_payments_on_one_day_are_two(inside: Tenant) -> None:
    line = Line("5.00", reference="-")
    bring(made.camt(line, line))
    assert rows() == [("5.00", "factuur")] * 2


def test_of_a_longer_file_only_what_is_new_comes_in(inside: Tenant) -> None:
    monday, tuesday = Line("121.00", text="maandag"), Line("60.00", text="dinsdag", on=NEXT)
    bring(made.camt(monday, number="61"))

    result = bring(made.camt(monday, tuesday, number="W10", closed=NEXT))

    assert (result.new_lines, result.known_lines) == (1, 1)
    assert rows() == [("121.00", "maandag"), ("60.00", "dinsdag")]
    assert [(row.line_count, row.known_lines) for row in BankStatement.objects.order_by("pk")] == [(1, 0), (2, 1)]
    assert BankAccount.objects.get().balance == Decimal("1181.00")


def test_a_day_and_its_week_in_one_zip_come_in_once(inside: Tenant) -> None:
    monday = Line("121.00", text="maandag", reference="-")
    result = bring(zipped(made.camt(monday, number="61"), made.camt(monday, Line("1.00", on=NEXT), closed=NEXT)))
    assert (result.new_lines, result.known_lines) == (2, 1)


def test_what_looks_the_same_but_comes_after_is_another_payment(inside: Tenant) -> None:
    """Two statements of one day, the second begins where the first ended: the same five euro was paid twice."""
    line = Line("5.00", reference="-")
    bring(made.camt(line, opening="1000.00"))
    result = bring(made.camt(line, Line("7.00"), opening="1005.00", number="62"))
    assert (result.new_lines, result.known_lines) == (2, 0)
    assert [amount for amount, _text in rows()].count("5.00") == 2


def test_the_second_half_of_a_day_may_come_in_the_same_file(inside: Tenant) -> None:
    line = Line("5.00", reference="-")
    content = zipped(made.camt(line, opening="1000.00"), made.camt(line, opening="1005.00", number="62"))
    assert bring(content).new_lines == 2
    assert bring(content).changed_nothing


# --- Notifications and batches


def test_a_notification_first_and_then_its_statement(inside: Tenant) -> None:
    line = Line("121.00")
    told = bring(made.camt(line, version="054.001.08"))
    assert (told[0].opening_balance, told.new_lines) == (None, 1)
    assert BankAccount.objects.get().balance is None

    stated = bring(made.camt(line, Line("1.00"), version="053.001.08"))

    assert (stated.new_lines, stated.known_lines) == (1, 1)
    assert BankAccount.objects.get().balance == Decimal("1122.00")


@pytest.mark.parametrize("notified_first", [True, False])
def test_a_batch_comes_in_once_as_a_whole_or_in_parts(inside: Tenant, notified_first: bool) -> None:
    parts = Line("100.00", parts=("60.00", "40.00"), reference="BATCH")
    whole = Line("100.00", batch=2, reference="BATCH")
    files = [made.camt(parts, version="054.001.02"), made.camt(whole)]

    for content in files if notified_first else reversed(files):
        bring(content)

    assert sorted(amount for amount, _text in rows()) == (["40.00", "60.00"] if notified_first else ["100.00"])


# --- Order


def test_a_gap_is_taken_and_told(inside: Tenant) -> None:
    bring(made.camt(Line("10.00"), number="61"))
    later = DAY + timedelta(days=4)

    result = bring(made.camt(Line("5.00", on=later), opening="1200.00", number="65", opened=later, closed=later))

    assert [row.follows for row in result] == [False]
    (warning,) = result.warnings
    assert "begint met € 1.200,00, maar dat van 02-03-2026 eindigde op € 1.010,00" in warning
    assert "Het gaat om de nummers 62 t/m 64." in warning


def test_a_filled_gap_closes(inside: Tenant) -> None:
    later = NEXT + timedelta(days=1)
    bring(made.camt(Line("10.00")))
    bring(made.camt(Line("1.00", on=later), opening="1030.00", opened=later, closed=later))

    filled = bring(made.camt(Line("20.00", on=NEXT), opening="1010.00", opened=NEXT, closed=NEXT))

    assert (filled[0].follows, filled.warnings) == (True, [])
    assert set(BankStatement.objects.values_list("follows", flat=True)) == {True}
    assert BankAccount.objects.get().balance == Decimal("1031.00")  # of the newest, not of the last to come


def test_statements_in_a_zip_may_lie_in_any_order(inside: Tenant) -> None:
    first = made.camt(Line("10.00"))
    second = made.camt(Line("20.00", on=NEXT), opening="1010.00", opened=NEXT, closed=NEXT)
    result = bring(zipped(second, first))
    assert (len(result), result.warnings) == (2, [])
    assert BankAccount.objects.get().balance == Decimal("1030.00")


# --- Whose account


def test_an_account_that_is_not_on_the_letterhead_must_be_confirmed(inside: Tenant) -> None:
    content = made.camt(Line("121.00"), iban=OTHER)
    with pytest.raises(AccountUnknown) as caught:
        bring(content)
    assert "NL20 INGB 0001 2345 67" in str(caught.value)
    assert not BankAccount.objects.exists()

    assert bring(content, add_account=True).new_accounts == [OTHER]
    assert (
        bring(made.camt(Line("1.00", on=NEXT), iban=OTHER, opening="1121.00", opened=NEXT, closed=NEXT)).new_lines == 1
    )
    assert Entry.objects.get(verb="bank_account.added").subject_label == OTHER


def test_the_account_of_another_tenant_is_simply_unknown(bakkerij: Tenant, garage: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        bring(made.camt(Line("121.00"), iban=OTHER), add_account=True)
    with tenant_context(garage.pk):
        with pytest.raises(AccountUnknown):
            bring(made.camt(Line("121.00"), iban=OTHER))
        assert not BankLine.objects.exists()
        # the same account on both sides of the wall: each has his own
        assert bring(made.camt(Line("121.00"), iban=OTHER), add_account=True).new_lines == 1
        assert BankLine.objects.count() == 1


def test_an_old_account_number_is_that_of_the_letterhead(inside: Tenant) -> None:
    content = made.mt940(Line("121.00")).replace(f"{OWN} EUR".encode(), b"0417164300")
    bring(content)
    assert BankAccount.objects.get().iban == OWN


# --- Nothing half booked


def test_a_file_that_is_wrong_at_its_end_books_nothing(inside: Tenant) -> None:
    good, bad = made.camt(Line("10.00")), made.camt(Line("20.00"), opening="1010.00", ends="5.00")
    before = pictures()
    with pytest.raises(StatementRefused) as caught:
        bring(zipped(good, bad))
    assert "01.xml" in str(caught.value)
    assert "verschil € -1.025,00" in str(caught.value)
    assert pictures() == before


def test_a_truncated_file_stores_nothing_wherever_it_ends(inside: Tenant) -> None:
    whole = made.camt(Line("121.00")).rstrip()
    before = pictures()
    for size in range(0, len(whole), 29):
        with pytest.raises(StatementRefused):
            bring(whole[:size])
        assert pictures() == before


def test_a_person_may_know_why_it_does_not_add_up(inside: Tenant) -> None:
    content = made.camt(Line("10.00"), ends="1009.00")
    with pytest.raises(StatementRefused) as caught:
        bring(content)
    assert caught.value.code == "statement_does_not_add_up"

    result = bring(content, accept_difference=True)

    assert result[0].difference == Decimal("-1.00")
    assert "verschil € -1,00. U hebt het toch laten inlezen." in result.warnings[0]
    assert Entry.objects.get(verb="statement.imported").data["difference"] == "-1.00"


def test_a_rehearsal_changes_nothing(inside: Tenant) -> None:
    before = pictures()
    result = bring(made.camt(Line("121.00")), dry_run=True)
    assert (result.new_lines, len(result)) == (1, 1)
    assert pictures() == before
    assert not Wakeup.objects.filter(queue=MATCH).exists()


def test_progress_is_told(inside: Tenant) -> None:
    told: list[int] = []
    bring(made.camt(*[Line("1.00", reference="-")] * 2500), progress=told.append)
    assert told == [1000, 2000, 2500]
    assert BankLine.objects.count() == 2500


def test_the_number_of_queries_does_not_follow_the_lines(inside: Tenant) -> None:
    def queries(count: int, number: str) -> int:
        content = made.camt(*[Line("1.00") for _ in range(count)], number=number, opening=f"{number}.00")
        with CaptureQueriesContext(connection) as caught:
            bring(content)
        return len(caught)

    queries(1, "5")
    assert queries(3, "6") == queries(300, "9")


@pytest.mark.django_db(transaction=True)
def test_the_same_file_twice_at_once_comes_in_once(bakkerij: Tenant) -> None:
    content, results = made.camt(Line("121.00")), []
    first_reads, second_may = threading.Event(), threading.Event()

    def slowly() -> Iterator[StatementPart]:
        for part in statements.read(io.BytesIO(content), "x"):
            yield part
            first_reads.set()
            second_may.wait(0.3)

    def work(parts: Iterator[StatementPart]) -> None:
        try:
            with tenant_context(bakkerij.pk), transaction.atomic():
                done = operations.import_statement(parts=parts, filename="x", sha256="0" * 64, by=actor())
                results.append(done.new_lines)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[slowly()])]
    threads[0].start()
    first_reads.wait(5)
    threads.append(threading.Thread(target=work, args=[statements.read(io.BytesIO(content), "x")]))
    threads[1].start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == [0, 1]
