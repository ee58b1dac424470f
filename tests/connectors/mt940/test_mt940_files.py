"""MT940: each bank in its own words, pages put together, code words that break over lines, and what is wrong."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import statements
from connectors.mt940 import accounts
from payments.statement import StatementEnd, StatementLine, StatementPart, StatementStart, UnreadableStatement, checked
from tests.connectors import statements_made as made
from tests.connectors.statements_made import Line

FILES = Path(__file__).parents[2] / "files" / "statements"
SMIT, PIET = "NL20INGB0001234567", "NL91ABNA0417164300"


def parts_of(content: bytes) -> list[StatementPart]:
    return list(checked(statements.read(io.BytesIO(content), "x")))


def lines_of(content: bytes) -> list[StatementLine]:
    return [part for part in parts_of(content) if isinstance(part, StatementLine)]


def refused(content: bytes) -> UnreadableStatement:
    with pytest.raises(UnreadableStatement) as caught:
        parts_of(content)
    return caught.value


class Story(NamedTuple):
    """What a file must say: own account, opening and closing balance, and of each line what matters."""

    iban: str
    opening: str
    closing: str
    lines: list[dict[str, Any]]


STORIES = {
    "abn_amro.940": Story(
        "NL91ABNA0417164300",
        "1000.00",
        "1156.50",
        [
            {"name": "P. VAN DEN VOORBEELD EN/OF J. VOORBEELD-JANSEN", "iban": SMIT, "end_to_end_id": ""}
            | {"description": "FACTUUR 2026-00042 MET DANK"},
            {"reference": "5000056789012345", "end_to_end_id": "2026-77", "name": "BOUWBEDRIJF SMIT B.V."},
            {"amount": Decimal(-40), "return_reason": "MD06", "mandate_id": "M-0007", "is_reversal": True}
            | {"end_to_end_id": "INC-7", "name": "K. DE TEST"},
        ],
    ),
    "abn_amro_old.940": Story(  # two pages of one statement
        "NL91ABNA0417164300",
        "100.00",
        "138.20",
        [
            {"name": "J. VOORBEELD", "reference": "5000056789012345", "iban": ""},
            {"name": "WINKEL DE TEST", "amount": Decimal("-11.80")},
        ],
    ),
    "ing.940": Story(
        "NL20INGB0001234567",
        "500.00",
        "1556.50",
        [
            {"name": "Bouwbedrijf Smit B.V.", "iban": PIET, "description": "2026-00042 de andere helft/volgt"}
            | {"end_to_end_id": "E2E-1", "bank_reference": "26061000123456"},
            {"reference": "5000056789012345", "description": ""},
            {"return_reason": "AC04", "mandate_id": "M-0009", "end_to_end_id": "INC-9", "amount": Decimal(-25)},
            {"batch_size": 12, "amount": Decimal(900), "description": "BATCH-2026-03"},
        ],
    ),
    "rabobank.940": Story(
        "NL44RABO0123456789",
        "250.00",
        "583.00",
        [
            {"name": "Hr A Voorbeeld en/of Mw B Voorbeeld-Test", "iban": SMIT, "end_to_end_id": "E2E-55"}
            | {"description": "factuur 2026-00042", "booked_on": date(2026, 3, 2)},
            {"reference": "5000056789012345", "name": "Bouwbedrijf Smit B.V."},
            {"return_reason": "MS03", "mandate_id": "M-0003", "name": "K. de Test", "description": "abonnement"},
        ],
    ),
    "knab.940": Story(
        "NL08KNAB0123456789",
        "10.00",
        "136.00",
        [
            {"name": "BOUWBEDRIJF SMIT B.V.", "iban": SMIT, "description": "FACTUUR 2026-00042"},
            {"name": "P. Voorbeeld", "iban": PIET, "description": "koffie", "end_to_end_id": "E-1"},
        ],
    ),
    "volksbank.940": Story(
        "NL02SNSB0908040263",
        "20.00",
        "139.55",
        [
            {"name": "hr p voorbeeld", "iban": SMIT}
            | {"description": "factuur 2026-00042 betaald met dank voor het geduld en tot de volgende keer"},
            {"name": "", "iban": "", "description": "Kosten februari", "transaction_code": "DIV"},
        ],
    ),
    "triodos.940": Story(
        "NL55TRIO0338505768",
        "335.31",
        "444.33",
        [
            {"iban": SMIT, "description": "P. VOORBEELD 2026-00042 MET DANK"},
            {"iban": "", "description": "WINKEL DE TEST - UTRECHT"},
        ],
    ),
    "bunq.940": Story(
        "NL64BUNQ2025000001",
        "0.00",
        "121.00",
        [{"iban": SMIT, "name": "P. Voorbeeld", "description": "Factuur 2026-00042"}],
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_each_bank_in_its_own_words(name: str) -> None:
    story = STORIES[name]
    parts = parts_of((FILES / name).read_bytes())
    start = next(part for part in parts if isinstance(part, StatementStart))
    end = [part for part in parts if isinstance(part, StatementEnd)][-1]
    assert (start.format, start.iban, start.currency) == ("mt940", story.iban, "EUR")
    assert start.opening is not None
    assert end.closing is not None
    assert (start.opening.amount, end.closing.amount) == (Decimal(story.opening), Decimal(story.closing))
    lines = [part for part in parts if isinstance(part, StatementLine)]
    assert len(lines) == len(story.lines)
    for line, wanted in zip(lines, story.lines, strict=True):
        assert {key: getattr(line, key) for key in wanted} == wanted


def test_every_file_is_in_a_story() -> None:
    assert {path.name for path in FILES.glob("*.940")} == set(STORIES)


def test_two_pages_are_one_statement_and_two_statements_are_two() -> None:
    def starts(name: str) -> int:
        return sum(isinstance(part, StatementStart) for part in parts_of((FILES / name).read_bytes()))

    assert (starts("abn_amro_old.940"), starts("rabobank.940")) == (1, 2)


@pytest.mark.parametrize("at", range(1, 70))
def test_a_code_word_may_break_anywhere(at: int) -> None:
    """Lines are of 65 characters; shift the words over the edge one by one."""
    name = "N" * at
    (line,) = lines_of(made.mt940(Line("121.00", name=name, text="factuur 2026-00042", end_to_end="E2E-1")))
    assert (line.name, line.description, line.end_to_end_id) == (name, "factuur 2026-00042", "E2E-1")


@pytest.mark.parametrize(
    ("bank", "number", "iban"),
    [
        ("ABNA", "417164300", "NL91ABNA0417164300"),
        ("INGB", "0001234567", "NL20INGB0001234567"),
    ],
)
def test_an_old_number_becomes_an_iban(bank: str, number: str, iban: str) -> None:
    assert accounts.iban(bank, number) == iban


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("NL44RABO0123456789 EUR", ("NL44RABO0123456789", "EUR")),
        ("NL44RABO0123456789EUR", ("NL44RABO0123456789", "EUR")),
        ("RABONL2U/NL44RABO0123456789", ("NL44RABO0123456789", "")),
        ("/NL44RABO0123456789", ("NL44RABO0123456789", "")),
        ("BE68539007547034", ("BE68539007547034", "")),
        ("123456789", ("123456789", "")),
    ],
)
def test_the_own_account_in_any_spelling(field: str, found: tuple[str, str]) -> None:
    assert accounts.account(field, "") == found


@pytest.mark.parametrize(
    ("movement", "amount", "is_reversal", "booked_on"),
    [
        ("2603020302C121,00NTRFNONREF", "121", False, date(2026, 3, 2)),
        ("2603020302CR121,NTRFNONREF", "121", False, date(2026, 3, 2)),
        ("2603020302RC121,00NTRFNONREF", "-121", True, date(2026, 3, 2)),
        ("2603020302RD121,00NTRFNONREF", "121", True, date(2026, 3, 2)),
        ("260302D121,5N247NONREF", "-121.5", False, date(2026, 3, 2)),
        ("2512310102C1,00NTRFNONREF", "1", False, date(2026, 1, 2)),  # booked in the next year
        ("2601021231C1,00NTRFNONREF", "1", False, date(2025, 12, 31)),  # or the year before
        ("2402280229C1,00NTRFNONREF", "1", False, date(2024, 2, 29)),
    ],
)
def test_movements(movement: str, amount: str, is_reversal: bool, booked_on: date) -> None:
    end = Decimal(1000) + Decimal(amount)
    content = (
        f":20:X\n:25:NL91ABNA0417164300\n:28C:1\n:60F:C260227EUR1000,\n:61:{movement}\n:86:tekst\n"
        f":62F:C260302EUR{str(end).replace('.', ',')}\n"
    )
    content = content if "," in content.splitlines()[-1] else content.rstrip() + ",\n"
    (line,) = lines_of(content.encode())
    assert (line.amount, line.is_reversal, line.booked_on) == (Decimal(amount), is_reversal, booked_on)


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-"
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=20), min_size=1, max_size=4).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            Line,
            amount=st.decimals("0.01", "9999999.99", places=2)
            .flatmap(lambda one: st.sampled_from([one, -one]))
            .map(str),
            name=st.text(LETTERS, min_size=1, max_size=40),
            text=WORDS,
            on=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
        ),
        max_size=10,
    )
)
def test_what_is_written_is_read(wanted: list[Line]) -> None:
    found = lines_of(made.mt940(*wanted, opening="-12.34"))
    assert [
        (line.value_on, line.amount, line.name, line.iban, line.description.replace(" ", "")) for line in found
    ] == [(line.on, Decimal(line.amount), line.name, line.iban, line.text.replace(" ", "")) for line in wanted]


# --- What is wrong with a file


def test_a_truncated_file_is_refused_at_every_byte() -> None:
    content = made.mt940(Line("121.45"), Line("-5.00")).rstrip()
    for size in range(len(content)):
        assert refused(content[:size]).told()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("1121,00", "1120,00"), "Regel 9: Het afschrift van NL91ABNA0417164300 telt niet op"),
        (("C260302EUR", "C260302USD"), "Dit is in USD."),
        (("NL91ABNA0417164300 EUR", "NL91ABNA0417164300 GBP"), "Dit is in GBP."),
        ((":61:260302C", ":61:260302X"), "Regel 6: “260302X"),
        ((":61:260302C", ":61:261302C"), "Regel 6: “261302” is geen datum."),
        ((":62F:C260302", ":62F:K260302"), "Regel 9: “K260302"),
        ((":28C:0", ":34F:EUR0,"), "tussentijds overzicht (MT942)"),
        ((":25:NL91ABNA0417164300 EUR", ":21:X"), "“:60F:” staat hier niet op zijn plaats"),
    ],
)
def test_a_sentence_says_what_is_wrong_at_which_line(change: tuple[str, str], said: str) -> None:
    content = made.mt940(Line("121.00", end_to_end="E")).decode()
    assert change[0] in content
    assert said in refused(content.replace(*change).encode()).told()


def test_a_line_of_a_gigabyte_is_not_read() -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            start = b":20:X\n:25:NL91ABNA0417164300\n:86:" if not self.taken else b""
            data = (start + b"x" * len(buffer))[: len(buffer)]
            buffer[:] = data
            self.taken += len(data)
            return len(data)

    file = Endless()
    with pytest.raises(UnreadableStatement) as caught:
        list(statements.read(file, "x"))  # type: ignore[arg-type]  # it reads, and that is all that is needed
    assert "deze regel is langer dan" in caught.value.told()
    assert caught.value.line == 3
    assert file.taken < 1024**2


def test_a_field_without_end_is_refused() -> None:
    content = made.mt940(Line("121.00")).replace(b"/REMI/", b"/REMI/" + b"\r\nregel" * 300)
    assert "dit veld heeft meer dan" in refused(content).told()
