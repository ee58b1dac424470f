"""Statements are brought in on the page of the bank: what came of each file, in words, and one question at most."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from connectors.models import Upload
from payments.models import BankAccount, BankLine, BankStatement
from tenants.models import Tenant, User
from tests.dashboard.money_pages import monday, rows, words  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Login = Callable[[User], Client]
OWN = "NL91ABNA0417164300"  # of the letterhead
OTHER = "NL20INGB0001234567"


@pytest.fixture
def client(bookkeeper: User, login: Login) -> Client:
    return login(bookkeeper)


@pytest.fixture
def at(bakkerij: Tenant) -> Callable[[str], str]:
    return lambda rest: f"/a/{bakkerij.slug}/{rest}"


def mt940(iban: str = OWN, *, number: int = 1, opening: str = "100,00", closing: str = "125,00") -> bytes:
    """Give a statement of one line of 25,00."""
    lines = (
        f":20:AFSCHRIFT{number}",
        f":25:{iban}",
        f":28C:{number}/1",
        f":60F:C260226EUR{opening}",
        f":61:2602270227C25,00NTRFNONREF//B{number}",
        f":86:/TRTP/SEPA OVERBOEKING/IBAN/{OTHER}/BIC/INGBNL2A/NAME/P JANSEN/REMI/FACTUUR 1/EREF/NOTPROVIDED",
        f":62F:C260227EUR{closing}",
        "-",
    )
    return "\r\n".join(lines).encode()


def bring(client: Client, at: Any, *files: tuple[str, bytes]) -> Any:
    documents = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(at("bank/"), {"documents": documents}, follow=True)


def test_a_file_is_read_at_once_and_says_what_came_of_it(client: Client, at: Any, inside: Tenant) -> None:
    page = bring(client, at, ("afschrift.sta", mt940()))

    assert "Ingelezen" in words(page)
    account = BankAccount.objects.get()
    assert (account.iban, account.balance, account.balance_on) == (OWN, Decimal("125.00"), date(2026, 2, 27))
    said = words(client.get(at("bank/")))
    assert "€ 125,00" in said
    assert "27-02-2026" in said
    statement = BankStatement.objects.get()
    lines = rows(client.get(at(f"bank/afschriften/{statement.public_id}/")), "Bankregels")
    assert lines[1][2].startswith("P JANSEN")
    assert statement.imported_by == "Jan de Boer"


def test_the_same_file_again_changes_nothing(client: Client, at: Any, inside: Tenant) -> None:
    bring(client, at, ("afschrift.sta", mt940()))

    page = bring(client, at, ("nog-een-keer.sta", mt940()))

    assert "Er is niets veranderd" in words(page)
    assert (BankStatement.objects.count(), BankLine.objects.count()) == (1, 1)


def test_several_files_at_once_are_each_told_about(client: Client, at: Any, inside: Tenant) -> None:
    good = mt940()
    following = mt940(number=2, opening="125,00", closing="150,00").replace(b"C260226", b"C260227", 1)
    wrong = mt940(number=3, closing="999,00")

    page = bring(client, at, ("een.sta", good), ("twee.sta", following), ("fout.sta", wrong))

    said = words(page)
    assert "2 bestanden ingelezen." in said
    assert "Niet ingelezen: fout.sta." in said
    assert BankStatement.objects.count() == 2
    failed = Upload.objects.get(state="failed")
    assert at(f"importeren/{failed.public_id}/") in page.content.decode()


@pytest.mark.parametrize(
    "content", [b"dit is geen afschrift", b"<html><body>log in</body></html>", b"%PDF-1.7 ...", mt940()[:150]]
)
def test_what_is_no_statement_is_refused_in_words(client: Client, at: Any, inside: Tenant, content: bytes) -> None:
    page = bring(client, at, ("raar.txt", content))

    assert "Er is niets ingelezen" in words(page)
    assert not BankStatement.objects.exists()
    assert "raar.txt" in words(client.get(at("bank/")))  # it stands there until somebody looked
    upload = Upload.objects.get()
    client.post(at(f"importeren/{upload.public_id}/prullenbak/"), follow=True)
    assert "raar.txt" not in words(client.get(at("bank/")))


def test_an_account_that_nobody_knows_is_asked_about_once(client: Client, at: Any, inside: Tenant) -> None:
    page = bring(client, at, ("ing.sta", mt940(OTHER)))

    assert "nog niet bekend" in words(page)
    assert not BankAccount.objects.exists()
    upload = Upload.objects.get()
    client.post(at(f"importeren/{upload.public_id}/inlezing/"), {"rekening": "1"})
    assert BankAccount.objects.get().iban == OTHER
    again = bring(client, at, ("ing2.sta", mt940(OTHER, number=2, opening="125,00", closing="150,00")))
    assert "nog niet bekend" not in words(again)


def test_every_real_sample_comes_in_by_the_page(client: Client, at: Any, inside: Tenant) -> None:
    samples = sorted(path for path in Path("tests/files/statements").iterdir() if path.suffix in {".xml", ".940"})
    assert samples
    for path in samples[:6]:
        page = bring(client, at, (path.name, path.read_bytes()))
        upload = Upload.objects.order_by("-pk")[0]
        if upload.result.get("code") == "bank_account_unknown":
            page = client.post(at(f"importeren/{upload.public_id}/inlezing/"), {"rekening": "1"}, follow=True)
        assert page.status_code == 200, path
    assert client.get(at("bank/")).status_code == 200
    assert BankStatement.objects.exists()
