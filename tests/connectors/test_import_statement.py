"""manage.py import_statement, and files with statements as uploads: at once, by a worker, refused and confirmed."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from connectors import statement_files, uploads
from connectors.models import Upload
from connectors.tasks import run_waiting_uploads
from payments.models import BankAccount, BankLine, BankStatement
from tenants.context import tenant_context
from tenants.models import Tenant, Wakeup
from tests import nights
from tests.conftest import TODAY, actor
from tests.connectors import statements_made as made
from tests.connectors.statements_made import Line

pytestmark = pytest.mark.django_db
OTHER = "NL20INGB0001234567"


def run(tenant: Tenant, file: Path, *options: str) -> tuple[list[str], str]:
    """Give what the command printed, and why it gave up."""
    out = StringIO()
    try:
        with time_machine.travel(nights.at(TODAY, 9), tick=False):
            call_command("import_statement", "--tenant", tenant.slug, *options, str(file), stdout=out)
    except CommandError as error:
        return out.getvalue().splitlines(), str(error)
    return out.getvalue().splitlines(), ""


def lines_of(tenant: Tenant) -> int:
    with tenant_context(tenant.pk):
        return BankLine.objects.count()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "afschrift.xml"
    path.write_bytes(made.camt(Line("121.00"), Line("-20.00")))
    return path


def test_the_command_prints_balances_and_again_what_is_known(bakkerij: Tenant, file: Path) -> None:
    first, _ = run(bakkerij, file)
    assert first == [
        "NL91 ABNA 0417 1643 00  2026-03-02 1000.00 -> 2026-03-02 1101.00 EUR  camt.053.001.02  2 lines (0 known)",
        "1 statements added, 2 lines added, 0 lines known, 0 statements known",
    ]
    again, _ = run(bakkerij, file)
    assert again == ["0 statements added, 0 lines added, 0 lines known, 1 statements known"]
    assert lines_of(bakkerij) == 2


def test_a_rehearsal_says_what_would_happen(bakkerij: Tenant, file: Path) -> None:
    said, _ = run(bakkerij, file, "--dry-run")
    assert said[-1] == "1 statements would be added, 2 lines would be added, 0 lines known, 0 statements known"
    assert lines_of(bakkerij) == 0


def test_a_bad_file_and_an_unknown_account_give_a_sentence_and_fail(bakkerij: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"%PDF-1.7")
    assert run(bakkerij, path)[1].startswith("Dit is een PDF; daaruit lezen wij geen boekingen.")
    path.write_bytes(made.camt(Line("1.00"), ends="5.00"))
    assert "verschil € -996,00" in run(bakkerij, path)[1]
    assert "NL20 INGB" not in run(bakkerij, path)[1]
    path.write_bytes(made.camt(Line("1.00"), iban=OTHER))
    assert "Het afschrift is van rekening NL20 INGB 0001 2345 67." in run(bakkerij, path)[1]
    assert "No such file" in run(bakkerij, tmp_path / "weg")[1]
    assert lines_of(bakkerij) == 0

    assert run(bakkerij, path, "--add-account")[1] == ""
    assert lines_of(bakkerij) == 1


def test_what_a_person_lets_pass_is_said(bakkerij: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(made.camt(Line("1.00"), ends="5.00"))
    said, why = run(bakkerij, path, "--accept-difference")
    assert why == ""
    assert "verschil € -996,00" in said[1]


def test_in_english(bakkerij: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"")
    assert run(bakkerij, path, "--language", "en")[1] == "The file is empty."


# --- As an upload


def keep(content: bytes, filename: str = "afschrift.xml") -> Upload:
    return uploads.keep(kind="statement", content=content, filename=filename, by=actor())


def test_a_small_file_comes_in_at_once(inside: Tenant) -> None:
    upload = uploads.start(upload=keep(made.camt(Line("121.00"))), rows=0, by=actor())
    assert upload.state == "imported"
    assert (upload.result["added"], upload.result["count"]) == (1, 1)
    (row,) = upload.result["statements"]
    assert (row["opening"], row["closing"], row["follows"]) == ("1000.00", "1121.00", True)
    assert row["public_id"] == BankStatement.objects.get().public_id


def test_a_refused_file_may_be_confirmed(inside: Tenant) -> None:
    upload = uploads.start(upload=keep(made.camt(Line("121.00"), iban=OTHER)), rows=0, by=actor())
    assert (upload.state, upload.result["code"]) == ("failed", "bank_account_unknown")
    assert not BankAccount.objects.exists()

    choices = statement_files.Choices(add_account=True)
    assert uploads.start_statements(upload=upload, by=actor(), choices=choices).state == "imported"
    assert BankAccount.objects.get().iban == OTHER


def test_a_large_file_is_left_to_a_worker_which_tells_how_far_it_is(bakkerij: Tenant) -> None:
    content = made.camt(*[Line("1.00", reference="-") for _ in range(2500)])
    with tenant_context(bakkerij.pk):
        upload = uploads.start(upload=keep(content), rows=0, by=actor())
        assert (upload.state, upload.rows) == ("waiting", 2500)
        assert Wakeup.objects.filter(queue="connectors.tasks.run_waiting_uploads").exists()

    run_waiting_uploads(tenant_id=bakkerij.pk)

    with tenant_context(bakkerij.pk):
        upload.refresh_from_db()
        assert (upload.state, upload.result["added"]) == ("imported", 2500)
        assert uploads.rows_done(upload) == 2500


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (made.camt(*[Line("1.00")] * 7), 7),
        (made.mt940(*[Line("1.00")] * 7), 7),
        (b"", 1),
    ],
)
def test_lines_are_guessed_for_the_progress_bar(content: bytes, lines: int) -> None:
    assert statement_files.lines_in(content) == lines


def test_a_stranger_sees_nothing_of_it(bakkerij: Tenant, garage: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        uploads.start(upload=keep(made.camt(Line("121.00"))), rows=0, by=actor())
    with tenant_context(garage.pk):
        models: tuple[Any, ...] = (Upload, BankAccount, BankStatement, BankLine)
        assert [model.objects.count() for model in models] == [0, 0, 0, 0]
