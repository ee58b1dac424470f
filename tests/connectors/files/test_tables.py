import io
import zipfile
from datetime import date, time
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.files import csv_table, limits, tables, xlsx_table
from connectors.files.cells import FileError, Uncalculated
from tests.connectors.files.making import codes, debtors, dutch, invoices, named, rewritten, workbook

HEADER = ["Factuurnummer", "Klantnr", "Factuurdatum", "Bedrag"]
DAY = date(2026, 1, 15)


@pytest.mark.parametrize(
    ("content", "encoding", "clear"),
    [
        (b"\xef\xbb\xbfcaf\xc3\xa9", "utf-8-sig", True),
        ("café".encode(), "utf-8", True),
        ("café".encode("cp1252"), "windows-1252", True),
        ("€ 5".encode("cp1252"), "windows-1252", True),
        ("café".encode("utf-16"), "utf-16", True),
        ("café".encode("utf-16-be").join([b"\xfe\xff", b""]), "utf-16", True),
        (b"caf\xe9 \x81", "windows-1252", False),
        (b"\xff\xfeh", "utf-16", False),
        (b"", "utf-8", True),
    ],
)
def test_the_encoding_is_found(content, encoding, clear):
    assert csv_table.encoding_of(content) == (encoding, clear)


def test_utf_8_is_recognised_even_where_a_sign_falls_across_two_blocks():
    content = b"a" * (csv_table.SAMPLE_BYTES - 1) + "é".encode()

    assert csv_table.encoding_of(content) == ("utf-8", True)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b;c\n1;2,50;3\n2;7,50;1\n", ";"),
        ("a,b,c\n1,2.50,3\n", ","),
        ('a,b\n"x;y;z","1,50"\n', ","),
        ("a\tb\tc\n1,5\t2;3\t4\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ("sep=|\na;b;c;d\n1;2;3;4\n", "|"),
        ("Bedrijf; Jansen\n\na,b,c\n1,2,3\n4,5,6\n", ","),
        ("alleen\neen\nkolom\n", ";"),
        ("", ";"),
    ],
)
def test_the_separator_is_the_one_that_cuts_the_rows_alike(text, delimiter):
    assert csv_table.delimiter_of(text.encode(), "utf-8") == delimiter


def test_bytes_without_meaning_are_mentioned_once_and_the_rest_is_read():
    reading = debtors(b"Nummer;Naam\n1;Caf\xe9 \x81\n")

    assert reading.rows[0].name.startswith("Café")
    assert codes(reading) == ["encoding_unclear"]


def test_the_header_is_found_under_the_title_of_a_report():
    reading = invoices(
        "Bakkerij De Gouden Aar\nOpenstaande "
        "posten;;;\n\nper;02-03-2026\nNummer;Klantnr;Datum;Bedrag\n1;7;15-01-2026;10\n"
    )

    assert reading.header_row == 5
    assert [(row.row, row.number) for row in reading.rows] == [(6, "1")]


def test_rows_are_counted_as_excel_counts_them_with_empty_rows_and_cells_of_several_lines():
    reading = invoices(
        'Nummer;Klantnr;Datum;Bedrag;Omschrijving\n\n1;7;15-01-2026;10;"a\nb"\n\n2;7;15-01-2026;fout;c\n'
    )

    assert [(problem.row, problem.code) for problem in reading.problems] == [(5, "amount_unreadable")]
    assert reading.rows[0].row == 3


def test_every_kind_of_line_end_will_do():
    for end in ("\n", "\r\n", "\r"):
        assert len(debtors(f"Nummer;Naam{end}1;A{end}2;B{end}").rows) == 2


def test_a_workbook_with_real_numbers_and_days_is_read_to_the_cent():
    reading = invoices(named("exact_export.xlsx"))

    cafe, zoe, credit = reading.rows
    assert (reading.file_kind, reading.sheet, reading.header_row) == ("xlsx", "Openstaande posten", 4)
    assert (cafe.debtor_number, cafe.number, cafe.amount) == ("10001", "20260001", Decimal("1210.00"))
    assert (cafe.issue_date, cafe.due_date, cafe.buyer_reference) == (DAY, date(2026, 2, 14), "Inkoop 7")
    assert (zoe.issue_date, zoe.amount, zoe.paid) == (date(2026, 1, 20), Decimal("121.10"), Decimal("100.00"))
    assert zoe.vat_amount == Decimal("0.30"), "the file holds 0.30000000000000004"
    assert (credit.document_kind, credit.amount, credit.paid) == ("credit_note", Decimal("60.50"), Decimal("0.00"))
    assert (credit.issue_date, credit.due_date) == (date(2026, 1, 28), date(2026, 2, 27))
    assert [(problem.row, problem.code) for problem in reading.problems] == [
        (7, "negative_is_credit_note"),
        (9, "total_row_skipped"),
    ]


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (0.1 + 0.2, "0.30"),
        (1210, "1210.00"),
        (1.1, "1.10"),
        (1234567.89, "1234567.89"),
        (8.7 * 3, "26.10"),
        (1e3, "1000.00"),
    ],
)
def test_a_number_cell_never_brings_the_error_of_a_float(value, amount):
    reading = invoices(workbook([HEADER, ["1", "7", DAY, value]]), filename="x.xlsx")

    assert reading.rows[0].amount == Decimal(amount)


@given(amount=st.decimals(min_value=Decimal("0.01"), max_value=Decimal("9999999999.99"), places=2))
def test_any_amount_survives_the_float_of_a_workbook(amount):
    assert xlsx_table._cell(float(amount)) == amount


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (12.345, "amount_fraction"),
        (1e300, "amount_too_large"),
        (date(2026, 12, 1), "amount_is_date"),
        ("#N/A", "excel_error"),
        (True, "amount_unreadable"),
        (time(12, 0), "amount_unreadable"),
    ],
)
def test_a_number_cell_that_is_no_amount_is_refused(value, code):
    reading = invoices(workbook([HEADER, ["1", "7", DAY, value]]))

    assert codes(reading) == [code]


def test_a_house_number_that_excel_made_a_day_is_not_taken_for_a_house_number():
    reading = debtors(
        workbook([["Nummer", "Naam", "Straat", "Huisnummer"], [1, "Bakkerij", "Dorpsstraat", date(2026, 3, 12)]])
    )

    assert dutch(reading) == [
        "Regel 2, kolom Huisnummer: Excel heeft hier een datum van gemaakt (12-03-2026). Maak de kolom als tekst op "
        "en vul "
        "de waarde opnieuw in."
    ]


def test_a_formula_that_was_never_calculated_is_a_problem_and_not_an_empty_cell():
    reading = invoices(workbook([HEADER, ["1", "7", DAY, "=D1*1.21"], ["2", "7", DAY, 10]]))

    assert [row.number for row in reading.rows] == ["2"]
    assert dutch(reading) == [
        "Regel 2, kolom Bedrag: de formule is nog niet berekend. Open het bestand in Excel en sla het op."
    ]


def test_a_formula_with_an_outcome_is_its_outcome_and_an_empty_outcome_is_empty():
    sheet = "xl/worksheets/sheet1.xml"
    content = workbook([[*HEADER, "Vervaldatum"], ["1", "7", DAY, "=100*1.21", '=IF(1=1,"","x")']])

    def calculated(data: bytes) -> bytes:
        data = data.replace(b'<c r="D2"><f>100*1.21</f><v></v></c>', b'<c r="D2"><f>100*1.21</f><v>121</v></c>')
        data = data.replace(b'<c r="D2"><f>100*1.21</f><v /></c>', b'<c r="D2"><f>100*1.21</f><v>121</v></c>')
        return data.replace(b'<c r="E2"><f>', b'<c r="E2" t="str"><f>')

    reading = invoices(rewritten(content, sheet, calculated))

    assert reading.problems == ()
    assert reading.rows[0].amount == Decimal("121.00")
    assert reading.rows[0].due_date is None


def test_the_first_sheet_with_something_in_it_is_read_and_a_hidden_one_only_if_there_is_no_other():
    rows: list[list[object]] = [[*HEADER], ["1", "7", DAY, 10]]
    assert invoices(workbook([], rows)).sheet == "Blad2"

    book = openpyxl.load_workbook(io.BytesIO(workbook([["verborgen"]], rows)))
    book.worksheets[0].sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)

    assert invoices(stream.getvalue()).sheet == "Blad2"


def test_a_serial_number_in_a_workbook_of_an_old_mac_counts_from_1904():
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in (HEADER, ["1", "7", 44575, 10], ["2", "7", DAY, 10]):
        book["Sheet"].append(row)
    stream = io.BytesIO()
    book.save(stream)

    reading = invoices(stream.getvalue())

    assert [row.issue_date for row in reading.rows] == [DAY, DAY]


def test_what_a_workbook_says_about_its_own_size_is_not_believed():
    content = workbook([HEADER, ["1", "7", DAY, 10], ["2", "7", DAY, 10]])

    smaller = rewritten(content, "xl/worksheets/sheet1.xml", lambda data: data.replace(b'ref="A1:D3"', b'ref="A1:B1"'))

    assert len(invoices(smaller).rows) == 2


def test_a_row_number_that_excel_does_not_have_costs_no_time():
    content = workbook([HEADER, ["1", "7", DAY, 10]])

    forged = rewritten(
        content, "xl/worksheets/sheet1.xml", lambda data: data.replace(b'<row r="2"', b'<row r="99999999999"')
    )  # fmt: skip

    assert codes(invoices(forged)) == ["table_without_rows"]


def test_a_workbook_that_unpacks_to_more_than_we_read_is_refused_before_it_is_unpacked():
    bomb = io.BytesIO(workbook([HEADER]))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/bom.bin", bytes(limits.UNPACKED_BYTES))

    reading = invoices(bomb.getvalue())

    assert len(bomb.getvalue()) < limits.MEGABYTE
    assert dutch(reading) == ["Uitgepakt is het bestand groter dan 100 MB. Splits het in delen."]


def test_entities_inside_a_workbook_are_not_followed():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    content = workbook([HEADER, ["1", "7", DAY, 10]])

    for member in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"):
        forged = rewritten(content, member, lambda data: bomb + data.replace(b'<?xml version="1.0"?>', b""))
        reading = invoices(forged)
        assert reading.rows == () or codes(reading) == [], member
        assert all("aaaa" not in row.number for row in reading.rows)


def test_a_workbook_with_a_part_missing_is_one_clear_problem():
    for member, content in (
        ("xl/workbook.xml", b"<x/>"),
        ("xl/worksheets/sheet1.xml", b"<worksheet>"),
        ("xl/styles.xml", b""),
    ):
        forged = rewritten(workbook([HEADER, ["1", "7", DAY, 10]]), member, lambda _, content=content: content)

        assert dutch(invoices(forged)) == [
            "De Excel-werkmap is beschadigd of onvolledig. Open haar in Excel en sla haar opnieuw op."
        ], member


def test_too_many_rows_and_columns_are_refused_and_nothing_is_read(monkeypatch):
    monkeypatch.setattr(tables, "ROWS", 3)
    rows = "".join(f"{n};Debiteur {n}\n" for n in range(4))

    assert dutch(debtors(f"Nummer;Naam\n{rows}")) == [
        "Het bestand heeft meer dan 3 regels. Splits het in delen; er is niets gelezen."
    ]
    wide = ";".join(["Nummer", "Naam", *(f"k{n}" for n in range(limits.COLUMNS))])
    assert codes(debtors(f"{wide}\n1;Bakkerij\n")) == ["columns_too_many"]


def test_one_endless_line_is_refused():
    assert codes(debtors("Nummer;Naam\n1;" + "a" * (limits.LINE_CHARACTERS + 1))) == ["line_too_long"]


def test_a_quoted_cell_without_end_is_refused_before_it_fills_the_memory():
    assert codes(debtors('Nummer;Naam\n1;"' + "a\n" * limits.LINE_CHARACTERS)) == ["csv_quotes"]


def test_a_grid_can_be_read_twice_and_gives_the_same():
    for grid in (tables.csv_grid(b"a;b\n1;2\n"), tables.xlsx_grid(workbook([["a", "b"], [1, "=A1"]]))):
        assert list(grid.lines()) == list(grid.lines()) != []
    assert list(grid.lines())[1].cells == (Decimal(1), Uncalculated())


def test_an_empty_workbook_is_an_empty_file():
    with pytest.raises(FileError, match="file_empty"):
        tables.xlsx_grid(workbook([], []))
