"""Any file: what it is, is read off what is in it; a ZIP is opened with care; what is no statement gets a sentence."""

import io
import zipfile
from decimal import Decimal

import pytest

from connectors import statements
from payments.statement import StatementLine, StatementStart, UnreadableStatement, checked
from tests.connectors import statements_made as made
from tests.connectors.statements_made import Line


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def refused(content: bytes) -> UnreadableStatement:
    with pytest.raises(UnreadableStatement) as caught:
        list(checked(statements.read(io.BytesIO(content), "x")))
    return caught.value


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Het bestand is leeg."),
        (b" \r\n \n", "Het bestand is leeg."),
        (b"%PDF-1.7\n%....", "Dit is een PDF"),
        (b"PK\x03\x04....[Content_Types].xml", "Dit is een Excel-bestand"),
        (b"\xd0\xcf\x11\xe0....", "Dit is een Excel-bestand"),
        (b"\x1f\x8b....", "ingepakt bestand"),
        (b"Datum;Naam;Bedrag\n20260302;Jansen;12,00\n", "Dit is een CSV-bestand."),
        (b'"Datum","Naam","Bedrag"\n"20260302","Jansen","12,00"\n', "Dit is een CSV-bestand."),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "Dit is een webpagina"),
        (b"<html><body>Log in</body></html>", "Dit is een webpagina"),
        (b'{"a": 1}', "Dit is JSON"),
        (b"\x00\x01\x02\x03", "geen bankafschrift dat wij kennen"),
        (b"zomaar wat tekst", "geen bankafschrift dat wij kennen"),
        (b"<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'/>", "maar “Invoice-2”"),
        (b"<iets/>", "In het bestand staat geen afschrift."),
        (zipped(), "De ZIP is leeg."),
        (zipped(("afschrift.pdf", b"%PDF-1.7")), "Afschrift.pdf: Dit is een PDF"),
        (zipped(("in.zip", zipped(("a.xml", b"<a/>")))), "In de ZIP zit nog een ZIP."),
        (zipped(("a.xml", b"<a/>"))[:-10], "De ZIP is beschadigd"),
    ],
)
def test_what_is_no_statement_gets_a_sentence(content: bytes, said: str) -> None:
    assert said in refused(content).told()


def test_a_zip_holds_statements_of_both_formats_in_the_order_of_their_names() -> None:
    content = zipped(
        ("2026/b.940", made.mt940(Line("2.00"))),
        ("2026/a.xml", made.camt(Line("1.00"))),
        ("__MACOSX/a.xml", b"niets"),
        ("2026/.DS_Store", b"niets"),
    )
    parts = list(checked(statements.read(io.BytesIO(content), "x.zip")))
    assert [part.format for part in parts if isinstance(part, StatementStart)] == ["camt.053.001.02", "mt940"]
    assert [part.amount for part in parts if isinstance(part, StatementLine)] == [Decimal(1), Decimal(2)]


def test_the_file_inside_a_zip_is_named() -> None:
    content = zipped(("maart/fout.xml", made.camt(Line("1.00"), ends="7.00")))
    assert refused(content).told().startswith("Fout.xml, regel ")


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\n \r\n"])
def test_a_mark_or_white_space_before_the_first_letter_does_no_harm(start: bytes) -> None:
    for content in (made.camt(Line("1.00")), made.mt940(Line("1.00"))):
        parts = list(checked(statements.read(io.BytesIO(start + content), "x")))
        assert sum(isinstance(part, StatementLine) for part in parts) == 1


def test_utf_16_is_read() -> None:
    content = made.camt(Line("1.00", name="Café Zoë")).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    (line,) = [part for part in statements.read(io.BytesIO(content), "x") if isinstance(part, StatementLine)]
    assert line.name == "Café Zoë"


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zipped(("bom.xml", b"<a>" + b" " * (64 * 1024**2)))
    assert "onmogelijk groot" in refused(bomb).told()


def test_too_many_files_are_refused() -> None:
    assert "meer dan 500 bestanden" in refused(zipped(*((f"{n}.xml", b"") for n in range(501)))).told()


def test_a_zip_that_lies_about_its_sizes_is_refused() -> None:
    content = bytearray(zipped(("a.xml", made.camt(*[Line("1.00")] * 50))))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = (100).to_bytes(4, "little")  # the size in the list of contents
    assert refused(bytes(content)).told()
