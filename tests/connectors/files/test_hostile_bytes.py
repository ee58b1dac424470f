"""Whatever the bytes, the readers give a `Reading` whose problems can be said in both languages."""

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.files import limits, sentences
from tests.connectors.files.making import debtors, invoices, named, packed, rewritten, ubl, workbook

SHEET: list[list[object]] = [
    ["Nummer", "Klantnr", "Naam", "Datum", "Vervaldatum", "Bedrag"],
    [1, 7, "Bakkerij", "15-01-2026", None, 12.5],
]
WORKBOOK = workbook(SHEET)
ZIP = packed(a__xml=ubl(), b__xml=ubl(number="A2"))
UBL = named("ubl_prepaid_rounded_with_pdf.xml")
MEMBERS = [
    "xl/workbook.xml",
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "[Content_Types].xml",
    "xl/_rels/workbook.xml.rels",
    "_rels/.rels",
]

STARTS = [b"PK\x03\x04", b"<?xml ", b"<Invoice ", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"sep=", b'"']

fuzz = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def survives(content: bytes) -> None:
    for read in (debtors, invoices):
        reading = read(content)
        for language in ("nl", "en"):
            assert all(sentences.sentence(problem, language) for problem in reading.problems)
        assert reading.rows or reading.problems
        bad = {(problem.source, problem.row) for problem in reading.errors}
        assert all((row.source, row.row) not in bad for row in reading.rows)


@fuzz
@given(content=st.binary(max_size=400))
def test_any_bytes(content):
    survives(content)


@fuzz
@given(start=st.sampled_from(STARTS), content=st.binary(max_size=300))
def test_any_bytes_behind_a_promising_start(start, content):
    survives(start + content)


@fuzz
@given(text=st.text(alphabet=";,\t|\"'\r\n=+-@()€0123456789.abNn \u00a0\ufeff\x00é", max_size=300))
def test_any_text_under_a_header_that_we_know(text):
    survives(f"Nummer;Klantnr;Naam;Datum;Vervaldatum;Bedrag;E-mail;Btw-nummer\n{text}".encode())


@fuzz
@given(cells=st.lists(st.lists(st.text(max_size=20), min_size=8, max_size=9), min_size=1, max_size=5))
def test_any_cells_under_a_header_that_we_know(cells):
    rows = "\n".join(";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in cells)

    survives(f"Nummer;Klantnr;Naam;Datum;Vervaldatum;Bedrag;Telefoon;Land\n{rows}".encode("utf-8", "surrogatepass"))


@fuzz
@given(length=st.integers(min_value=0, max_value=len(UBL)))
def test_an_invoice_cut_off_anywhere(length):
    survives(UBL[:length])


@fuzz
@given(at=st.integers(min_value=0, max_value=len(UBL) - 1), noise=st.binary(min_size=1, max_size=6))
def test_an_invoice_with_noise_anywhere(at, noise):
    survives(UBL[:at] + noise + UBL[at + len(noise) :])


@fuzz
@given(length=st.integers(min_value=0, max_value=len(WORKBOOK)))
def test_a_workbook_cut_off_anywhere(length):
    survives(WORKBOOK[:length])


@fuzz
@given(at=st.integers(min_value=0, max_value=len(WORKBOOK) - 1), noise=st.binary(min_size=1, max_size=6))
def test_a_workbook_with_noise_anywhere(at, noise):
    survives(WORKBOOK[:at] + noise + WORKBOOK[at + len(noise) :])


@fuzz
@given(member=st.sampled_from(MEMBERS), share=st.floats(0, 1), noise=st.binary(max_size=8))
def test_a_workbook_with_noise_inside_one_of_its_parts(member, share, noise):
    def noisy(data: bytes) -> bytes:
        at = int(len(data) * share)
        return data[:at] + noise + data[at + len(noise) :]

    survives(rewritten(WORKBOOK, member, noisy))


@fuzz
@given(at=st.integers(min_value=0, max_value=len(ZIP) - 1), noise=st.binary(min_size=1, max_size=6))
def test_a_zip_with_noise_anywhere(at, noise):
    survives(ZIP[:at] + noise + ZIP[at + len(noise) :])


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A2" t="n"><v>1e999</v></c>',
        '<c r="A2" t="n"><v>nan</v></c>',
        '<c r="A2" t="s"><v>999999</v></c>',
        '<c r="A2" t="s"><v>-1</v></c>',
        '<c r="A2" t="d"><v>gisteren</v></c>',
        '<c r="A2" t="b"><v>misschien</v></c>',
        '<c r="ZZZZ2"><v>1</v></c>',
        '<c r="2A"><v>1</v></c>',
        '<c r="A2" s="99999"><v>1</v></c>',
        '<c r="A2" s="x"><v>1</v></c>',
        '<c r="A2" t="inlineStr"><is><t>_x0000__xD800_</t></is></c>',
        '<c r="A2"><f t="shared" si="9"/></c>',
        '<c r="A2"><f t="array" ref="A2:XFD1048576">1</f></c>',
        '<c r="A2"><v>' + "9" * 5000 + "</v></c>",
    ],
)
def test_a_forged_cell_in_a_workbook(cell):
    def forged(data: bytes) -> bytes:
        start = data.index(b'<c r="A2"')
        end = data.index(b"</c>", start) + 4
        return data[:start] + cell.encode() + data[end:]

    survives(rewritten(WORKBOOK, "xl/worksheets/sheet1.xml", forged))


def test_a_workbook_in_a_way_of_packing_that_nobody_uses():
    for method in (zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_STORED):
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as old, zipfile.ZipFile(stream, "w", method) as new:
            for name in old.namelist():
                new.writestr(name, old.read(name))
        content = stream.getvalue()
        survives(content)
        survives(content[:-40] + b"\0" * 40)
        survives(content[: len(content) // 3] + b"\xff" * 9 + content[len(content) // 3 + 9 :])


@pytest.mark.parametrize(
    "pattern", ["T", "a ", "1 ", "a1 ", "1.", "1,", "<", "a@a.", "-", "=(", "(", " ", "\u00a0", "/", "é"]
)
def test_a_long_row_of_the_same_signs_costs_no_more_than_its_length(pattern):
    """Each of these would keep a careless regular expression busy for hours."""
    header = "Nummer;Klantnr;Naam;Datum;Vervaldatum;Bedrag;E-mail;Telefoon;Adres;Land;Btw-nummer;KvK;IBAN;Taal;Soort"
    cell = (pattern * 9000)[:9000]

    survives(f"{header}\n{';'.join([cell] * 15)}\n".encode())
    survives(f"{cell};{header}\n1;2\n".encode())
    survives(ubl(number=cell.replace("<", "x"), head=f"<cbc:Note>{cell.replace('<', 'x')}</cbc:Note>"))


def test_many_parts_in_one_invoice_cost_no_more_than_their_number():
    means = "<cac:PaymentMeans><cbc:ID>GACCOUNT</cbc:ID></cac:PaymentMeans>" * 20_000
    other = "<cac:PaymentMeans><cbc:ID>A</cbc:ID></cac:PaymentMeans>" * 20_000

    survives(ubl(body=means + other))


def test_more_invoices_in_an_envelope_than_we_read_are_refused():
    one = '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'

    reading = invoices(f"<StandardBusinessDocument>{one * (limits.ZIP_ENTRIES + 1)}</StandardBusinessDocument>")

    assert [problem.code for problem in reading.problems] == ["xml_limit"]
