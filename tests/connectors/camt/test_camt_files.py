"""CAMT: every version gives the same lines, batches are opened, reversals are known, and memory stays flat."""

import io
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import statements
from payments.statement import StatementEnd, StatementLine, StatementPart, StatementStart, UnreadableStatement, checked
from tests.connectors import statements_made as made
from tests.connectors.statements_made import OWN, Line

FILES = Path(__file__).parents[2] / "files" / "statements"


def parts_of(content: bytes) -> list[StatementPart]:
    return list(checked(statements.read(io.BytesIO(content), "x")))


def lines_of(content: bytes) -> list[StatementLine]:
    return [part for part in parts_of(content) if isinstance(part, StatementLine)]


def refused(content: bytes) -> UnreadableStatement:
    with pytest.raises(UnreadableStatement) as caught:
        parts_of(content)
    return caught.value


def test_a_statement_of_version_02() -> None:
    start, first, second, costs, end = parts_of((FILES / "camt053_02.xml").read_bytes())

    assert isinstance(start, StatementStart)
    assert (start.format, start.iban, start.sequence, start.bank_id) == (
        "camt.053.001.02",
        OWN,
        "61",
        "AFSCHRIFT-61",
    )
    assert start.opening is not None
    assert (start.opening.amount, start.opening.on) == (Decimal("1000.00"), date(2026, 2, 27))
    assert isinstance(end, StatementEnd)
    assert end.closing is not None
    assert (end.closing.amount, end.closing.on) == (Decimal("1201.00"), date(2026, 3, 2))
    assert isinstance(first, StatementLine)
    assert first._replace(line=0) == StatementLine(
        booked_on=date(2026, 3, 2),
        value_on=date(2026, 3, 1),
        amount=Decimal("121.00"),
        name="P. Voorbeeld",
        iban="NL20INGB0001234567",
        description="factuur 2026-00042 met dank",
        bank_reference="2606100000001",
        transaction_code="654",
    )
    assert isinstance(second, StatementLine)
    assert (second.reference, second.end_to_end_id) == ("5000056789012345", "E2E-2")
    assert isinstance(costs, StatementLine)
    assert (costs.amount, costs.description) == (Decimal("-20.00"), "Kosten februari")


def test_what_is_not_booked_yet_is_no_line() -> None:
    assert Decimal("999.00") not in [line.amount for line in lines_of((FILES / "camt053_02.xml").read_bytes())]


def test_a_statement_of_version_08_with_prefixes_a_storno_and_batches() -> None:
    storno, first, second, closed_batch = lines_of((FILES / "camt053_08.xml").read_bytes())

    assert (storno.amount, storno.is_reversal, storno.return_reason) == (Decimal("-50.00"), True, "MD06")
    # it keeps the roles of the collection: the debtor is still the other side
    assert (storno.name, storno.iban) == ("K. de Test", "NL20INGB0001234567")
    assert (storno.end_to_end_id, storno.mandate_id) == ("INC-12", "M-0012")
    # itemised and adding up: one line each
    assert [(line.name, line.amount, line.batch_size) for line in (first, second)] == [
        ("Een", Decimal("100.00"), 0),
        ("Twee", Decimal("50.00"), 0),
    ]
    assert first.bank_reference == second.bank_reference == "2606200000002"
    assert (closed_batch.amount, closed_batch.batch_size) == (Decimal("60.00"), 25)


def test_a_batch_whose_parts_are_not_the_whole_stays_one_line() -> None:
    (line,) = lines_of(made.camt(Line("100.00", parts=("60.00", "39.99"))))
    assert (line.amount, line.batch_size) == (Decimal("100.00"), 2)


def test_a_notification_has_lines_and_no_balances() -> None:
    start, *lines, end = parts_of((FILES / "camt054_08.xml").read_bytes())
    assert isinstance(start, StatementStart)
    assert (start.is_notification, start.opening, start.format) == (True, None, "camt.054.001.08")
    assert isinstance(end, StatementEnd)
    assert end.closing is None
    assert [line.amount for line in lines if isinstance(line, StatementLine)] == [Decimal("35.00"), Decimal("25.00")]


@pytest.mark.parametrize("version", [f"{number:02d}" for number in range(2, 14)])
def test_every_version_says_the_same(version: str) -> None:
    wanted = [
        Line("121.00", text="factuur 2026-1", end_to_end="E-1"),
        Line("-30.00", name="K. de Test", returned="AC04", end_to_end="INC-1"),
    ]
    first, second = lines_of(made.camt(*wanted, version=f"053.001.{version}"))
    assert (first.amount, first.name, first.iban) == (Decimal("121.00"), "P. Voorbeeld", "NL20INGB0001234567")
    assert (first.description, first.end_to_end_id, first.is_reversal) == ("factuur 2026-1", "E-1", False)
    assert (second.amount, second.name, second.is_reversal) == (Decimal("-30.00"), "K. de Test", True)
    assert second.return_reason == "AC04"


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs", "Cn", "Co", "Cf")),
    min_size=1,
    max_size=70,
)
AMOUNTS = st.decimals("0.01", "99999999.99", places=2).flatmap(lambda one: st.sampled_from([one, -one]))
LINES = st.builds(
    Line,
    amount=AMOUNTS.map(str),
    name=TEXTS,
    text=TEXTS,
    end_to_end=st.from_regex(r"[A-Z]{2}[0-9]{1,20}", fullmatch=True),
    on=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=12), st.sampled_from(["053.001.02", "053.001.04", "053.001.08", "053.001.13"]))
def test_what_is_written_is_read(wanted: list[Line], version: str) -> None:
    content = made.camt(*wanted, version=version, opening="-12.34")
    found = lines_of(content)
    assert [
        (line.booked_on, line.amount, line.name, line.description, line.end_to_end_id, line.bank_reference)
        for line in found
    ] == [
        (line.on, Decimal(line.amount), line.name, line.text, line.end_to_end, line.bank_reference) for line in wanted
    ]


# --- What is wrong with a file


def test_a_truncated_file_is_refused_at_every_byte() -> None:
    content = made.camt(Line("121.00"), Line("-5.00")).rstrip()
    for size in range(len(content)):
        assert refused(content[:size]).told()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((b"1121.00", b"1120.00"), "verschil € -1,00"),
        ((b'Ccy="EUR">121.00', b'Ccy="USD">121.00'), "Dit is in USD."),
        ((b"<Ccy>EUR</Ccy>", b"<Ccy>GBP</Ccy>"), "Dit is in GBP."),
        ((b"CLBD", b"CLAV"), "heeft geen eindsaldo"),
        ((b"OPBD", b"OPAV"), "heeft geen beginsaldo"),
        ((b'Ccy="EUR">121.00', b'Ccy="EUR">1e9'), "“1e9” is geen bedrag"),
        ((b'Ccy="EUR">121.00', b'Ccy="EUR">0.001'), "“0.001” is geen bedrag"),
        ((b"<BookgDt><Dt>2026-03-02", b"<BookgDt><Dt>2026-13-02"), "“2026-13-02” is geen datum."),
        ((b"CRDT</CdtDbtInd><Sts>", b"OMHOOG</CdtDbtInd><Sts>"), "bij (CRDT) of af (DBIT)"),
        ((b"<IBAN>NL91ABNA0417164300</IBAN>", b""), "noemt niet van welke rekening"),
        ((b"camt.053.001.02", b"camt.052.001.02"), "tussentijds overzicht (camt.052)"),
        ((b"camt.053.001.02", b"pain.001.001.03"), "een opdracht aan de bank (pain.001.001.03)"),
        ((b"camt.053.001.02", b"ubl:Invoice-2"), "geen bankafschrift (camt.053 of camt.054), maar “Invoice-2”"),
    ],
)
def test_a_sentence_says_what_is_wrong(change: tuple[bytes, bytes], said: str) -> None:
    content = made.camt(Line("121.00"))
    assert change[0] in content
    assert said in refused(content.replace(*change, 1)).told()


def test_the_line_of_the_file_is_said() -> None:
    content = made.camt(Line("1.00"), Line("2.00"), Line("3.00"))
    error = refused(content.replace(b'Ccy="EUR">3.00', b'Ccy="EUR">x'))
    assert error.line == content[: content.index(b">3.00")].count(b"\n") + 1
    assert error.told().startswith(f"Regel {error.line}: ")


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    "start", [LAUGHS, OUTSIDE, b'<?xml version="1.0"?>' + b" " * 9000 + b'<!DOCTYPE x SYSTEM "http://x/y">']
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_and_a_dtd_are_refused(start: bytes, encoding: str) -> None:
    content = made.camt(Line("1.00", text="ENTITEIT")).replace(b"ENTITEIT", b"&b;")
    _, _, rest = content.partition(b"?>")
    hostile = (start + rest).decode().encode(encoding)
    assert "DTD" in refused(hostile).told()


def test_an_unknown_entity_does_not_pass() -> None:
    assert refused(made.camt(Line("1.00", text="ENTITEIT")).replace(b"ENTITEIT", b"&b;"))


class Endless:
    """A file of a gigabyte that is made while it is read."""

    def __init__(self, start: bytes, piece: bytes, size: int = 1024**3) -> None:
        self._start, self._piece, self.left = start, piece * (65536 // len(piece)), size

    def read(self, size: int = -1) -> bytes:
        if self._start:
            data, self._start = self._start, b""
            return data
        data = self._piece[: min(size, self.left)] if size > 0 else self._piece
        self.left -= len(data)
        return data


@pytest.mark.parametrize(
    "piece", [b"x", b"<Ntry2/>", b"<!-- x -->", b" "], ids=["a line", "elements", "comments", "white space"]
)
def test_a_line_of_a_gigabyte_ends_early(piece: bytes) -> None:
    content = made.camt(Line("1.00", text="HIER"))
    file = Endless(content[: content.index(b"HIER")], piece)
    with pytest.raises(UnreadableStatement):
        list(checked(statements.read(file, "x")))  # type: ignore[arg-type]  # it reads, and that is all that is needed
    assert file.left > 1024**3 - 32 * 1024**2, "it was read much further than a statement can be"


MEASURED = """
import resource, sys
sys.path.insert(0, {root!r})
from datetime import date
from connectors import statements
from payments.statement import checked
from tests.connectors import statements_made as made

class File:
    def __init__(self, count):
        whole = made.camt(made.Line("1.00"), opening="0.00", ends=f"{{count}}.00")
        at, end = whole.index(b"<Ntry>"), whole.index(b"</Ntry>") + 8
        self.pieces = iter([whole[:at], *([whole[at:end] * 10] * (count // 10)), whole[end:]])
    def read(self, size=-1):
        return next(self.pieces, b"")

n = sum(1 for part in checked(statements.read(File(int(sys.argv[1])), "x")))
print(n, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_file() -> None:
    def megabytes(count: int) -> int:
        script = MEASURED.format(root=str(Path(__file__).parents[3]))
        done = subprocess.run([sys.executable, "-c", script, str(count)], capture_output=True, text=True, check=True)
        parts, kilobytes = map(int, done.stdout.split())
        assert parts == count + 2
        return kilobytes // 1024

    assert megabytes(30_000) < megabytes(500) + 8
