import ast
import io
import zipfile
from pathlib import Path
from string import Formatter

import pytest

import connectors.files
from connectors.files import limits, phrases, reader, sentences, zips
from connectors.files.rows import Problem
from tests.connectors.files.making import (
    PDF,
    TODAY,
    codes,
    debtors,
    dutch,
    english,
    invoices,
    named,
    packed,
    ubl,
    workbook,
)  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b" \r\n\t", "file_empty"),
        (b"\xef\xbb\xbf", "file_empty"),
        (b"\0\0\0\0", "file_empty"),
        (PDF, "file_pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "file_xls"),
        (b"\x09\x08\x10\x00\x00\x06\x05\x00", "file_xls"),
        (b"\x1f\x8b\x08\x00", "file_archive"),
        (b"7z\xbc\xaf\x27\x1c", "file_archive"),
        (b"Rar!\x1a\x07", "file_archive"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "file_unknown"),
        (b"<html><body><table><tr><td>Nummer</td></tr></table>", "file_html"),
        (b"<!DOCTYPE html>\n<html>", "file_html"),
        (b'{"number": 1}', "file_json"),
        (b'[{"number": 1}]', "file_json"),
        (b"PK\x03\x04kapot", "zip_unreadable"),
        (b"a" * (limits.FILE_BYTES + 1), "file_too_large"),
    ],
)
def test_a_file_that_we_cannot_read_says_what_to_do(content, code):
    reading = invoices(content)

    assert reading.rows == ()
    assert codes(reading)[-1] == code


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["[Content_Types].xml", "word/document.xml"], "file_unknown"),
        (["mimetype", "content.xml"], "file_ods"),
        (["[Content_Types].xml", "xl/workbook.bin"], "file_xlsb"),
    ],
)
def test_other_documents_in_a_zip_are_recognised(names, code):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")

    assert codes(debtors(stream.getvalue())) == [code]


def test_the_kind_of_a_file_is_in_its_bytes_and_not_in_its_name():
    content = workbook([["Nummer", "Naam"], [1, "Bakkerij"]])

    assert debtors(content, filename="debiteuren.csv").file_kind == "xlsx"
    assert debtors("Nummer;Naam\n1;Bakkerij\n", filename="debiteuren.xls").rows[0].name == "Bakkerij"
    assert debtors(content, filename="a.xlsx").filename == "a.xlsx"


def test_an_old_excel_file_gets_directions_in_two_languages():
    reading = invoices(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

    assert dutch(reading)[0].endswith("kies Opslaan als, Excel-werkmap (.xlsx).")
    assert english(reading)[0].endswith("choose Save as, Excel workbook (.xlsx).")


@pytest.mark.parametrize("content", [named("ubl_credit_note.xml"), packed(a__xml=ubl())])
def test_a_ubl_invoice_among_the_debtors_is_sent_to_the_invoices(content):
    assert codes(debtors(content)) == ["xml_among_debtors"]


def test_a_zip_of_invoices_is_read_file_by_file_and_a_broken_one_stops_no_other():
    content = packed(
        map__=b"",
        a__xml=ubl(number="A1"),
        b__xml=named("ubl_cut_off_half_way.xml"),
        c__XML=ubl(number="A2", issued="gisteren"),
        d__xml=ubl(number="A3"),
        leesmij__txt=b"hallo",
        __MACOSX=b"x",
    )

    reading = invoices(content, filename="facturen.zip")

    assert (reading.file_kind, reading.rows_seen) == ("zip", 3)
    assert [(row.row, row.source, row.number) for row in reading.rows] == [(1, "a.xml", "A1"), (3, "d.xml", "A3")]
    assert [sentence for sentence in dutch(reading) if "map." not in sentence] == [
        "Bestand b.xml: de XML is beschadigd of onvolledig (regel 41).",
        "Bestand c.XML, IssueDate: 'gisteren' is geen datum. Verwacht dd-mm-jjjj of jjjj-mm-dd.",
        "Bestand leesmij.txt: dit is geen XML en is overgeslagen.",
    ]


def test_an_invoice_that_is_in_a_zip_twice_is_taken_once_and_that_is_said():
    content = packed(a__xml=ubl(), b__xml=ubl(), c__xml=ubl(root="CreditNote", body=""))

    reading = invoices(content)

    assert [(row.source, row.document_kind) for row in reading.rows] == [("a.xml", "invoice"), ("c.xml", "credit_note")]
    assert dutch(reading)[-1] == "Bestand b.xml, ID: 2026-0042 zit ook in a.xml."


def test_a_zip_without_invoices_or_inside_another_is_one_clear_problem():
    assert codes(invoices(packed(a__pdf=PDF))) == ["zip_entry_skipped", "zip_without_invoices"]
    assert codes(invoices(packed(a__zip=packed(a__xml=ubl())))) == ["zip_entry_skipped", "zip_without_invoices"]


def test_a_file_with_a_password_in_a_zip_is_named():
    content = bytearray(packed(a__xml=ubl()))
    for magic in (b"PK\x03\x04", b"PK\x01\x02"):
        at = content.find(magic) + (6 if magic[2] == 3 else 8)
        content[at] |= 1

    assert codes(invoices(bytes(content))) == ["zip_encrypted"]


def test_a_zip_that_unpacks_to_more_than_we_read_is_refused_before_it_is_unpacked():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(f"{number}.xml", b" " * (limits.UNPACKED_BYTES // 4))

    assert codes(invoices(stream.getvalue())) == ["unpacked_too_large"]


def test_a_zip_with_too_many_files_is_refused(monkeypatch):
    monkeypatch.setattr(zips, "ZIP_ENTRIES", 1)

    assert codes(invoices(packed(a__xml=ubl(), b__xml=ubl()))) == ["zip_entries_too_many"]


def test_a_damaged_file_in_a_zip_is_named_and_the_other_read():
    content = packed(a__xml=ubl(number="A1"), b__xml=ubl(number="A2"))
    at = content.find(b"b.xml") + 60

    reading = invoices(content[:at] + b"\xff\xff\xff" + content[at + 3 :])

    assert [row.number for row in reading.rows] == ["A1"]
    assert dutch(reading) == ["Bestand b.xml: de ZIP is beschadigd of onvolledig."]


def test_every_problem_that_the_code_can_find_has_a_sentence_and_every_sentence_a_problem():
    package = Path(connectors.files.__file__).parent
    words = set()
    for path in [*package.glob("*.py"), package.parent / "importing.py"]:
        if not path.name.startswith("phrases"):
            words |= {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}

    raised = {word for word in words if isinstance(word, str) and word in phrases.PHRASES}

    assert raised == set(phrases.PHRASES)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("code", sorted(phrases.PHRASES))
def test_a_sentence_says_its_values_and_ends_with_a_full_stop(code, language):
    amounts = dict.fromkeys(
        (
            "amount",
            "known",
            "paid",
            "open",
            "vat",
            "exclusive",
            "tax",
            "inclusive",
            "prepaid",
            "rounding",
            "payable",
            "parts",
            "g_amount",
        ),
        "1234.50",
    )
    days = dict.fromkeys(("day", "limit", "due", "issue", "sent"), "2026-01-31")
    names = "name header used number first_row first_file currency example kvk root namespace line type filename"
    texts = dict.fromkeys(names.split(), "{x}") | {"field": "invoices.due_date", "kind": "invoice"}
    value = {"cell_is_date": "2026-01-31", "amount_is_date": "2026-01-31", "sign_differs": "-5.00"}.get(code, "{x}")
    problem = Problem(14, "Vervaldatum", code, amounts | days | texts | {"value": value})

    sentence = sentences.sentence(problem, language)

    assert sentence.startswith("Regel 14, kolom Vervaldatum: " if language == "nl" else "Row 14, column Vervaldatum: ")
    assert sentence.endswith((".", "?"))
    assert "  " not in sentence


def test_the_two_languages_say_the_same_values():
    for code, (dutch_phrase, english_phrase) in phrases.PHRASES.items():
        names = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (dutch_phrase, english_phrase)]
        assert names[0] == names[1], code
        assert dutch_phrase != english_phrase


def test_what_a_file_says_cannot_write_our_sentences():
    reading = invoices("Nummer;Klantnr;Datum;Bedrag\n1;7;{row.__class__};{0}\n")

    assert dutch(reading) == [
        "Regel 2, kolom Datum: '{row.__class__}' is geen datum. Verwacht dd-mm-jjjj of jjjj-mm-dd.",
        "Regel 2, kolom Bedrag: '{0}' is geen bedrag. Verwacht bijvoorbeeld 1.234,56.",
    ]


def test_the_door_is_open_to_bytes_and_a_name_alone():
    reading = reader.read_debtors(b"Nummer;Naam\n1;Bakkerij\n", "debiteuren.csv")

    assert (len(reading.rows), reading.errors, reading.warnings, reading.filename) == (1, (), (), "debiteuren.csv")
    assert reader.read_invoices(b"", "", today=TODAY).rows == ()
