"""Files made in memory, for tests in which one detail matters."""

import base64
import io
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl

from connectors.files import reader, sentences

TODAY = date(2026, 3, 2)
FILES = Path(__file__).parents[2] / "files" / "import"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"

TOTAL = """<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">21.00</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal>
  <cbc:TaxExclusiveAmount currencyID="EUR">100.00</cbc:TaxExclusiveAmount>
  <cbc:TaxInclusiveAmount currencyID="EUR">121.00</cbc:TaxInclusiveAmount>
  <cbc:PayableAmount currencyID="EUR">121.00</cbc:PayableAmount>
</cac:LegalMonetaryTotal>"""

BUYER = """<cac:AccountingCustomerParty><cac:Party>
  <cac:PartyLegalEntity><cbc:RegistrationName>Bakkerij De Gouden Aar B.V.</cbc:RegistrationName></cac:PartyLegalEntity>
</cac:Party></cac:AccountingCustomerParty>"""


def named(name: str) -> bytes:
    return (FILES / name).read_bytes()


def debtors(content: bytes | str, mapping=None, filename="debiteuren.csv"):
    return reader.read_debtors(content.encode() if isinstance(content, str) else content, filename, mapping)


def invoices(content: bytes | str, mapping=None, filename="facturen.csv", today=TODAY):
    return reader.read_invoices(
        content.encode() if isinstance(content, str) else content, filename, mapping, today=today
    )  # fmt: skip


def codes(reading) -> list[str]:
    return [problem.code for problem in reading.problems]


def dutch(reading) -> list[str]:
    return sentences.sentences(reading.problems, "nl")


def english(reading) -> list[str]:
    return sentences.sentences(reading.problems, "en")


def workbook(*sheets: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Blad{number}")
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def rewritten(content: bytes, member: str, change) -> bytes:
    """Give a ZIP with one of its files changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == member else data)
    return stream.getvalue()


def packed(**files: bytes) -> bytes:
    """Make a ZIP; a double underscore in a name stands for a dot."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return stream.getvalue()


def ubl(
    *,
    root: str = "Invoice",
    number: str = "2026-0042",
    issued: str = "2026-02-01",
    currency: str = "EUR",
    total: str = TOTAL,
    buyer: str = BUYER,
    head: str = "",
    body: str = "",
) -> bytes:
    """Make a UBL document; `head` comes before the parties and `body` after them."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{root}-2" xmlns:cac="{CAC}" xmlns:cbc="{CBC}">
<cbc:ID>{number}</cbc:ID><cbc:IssueDate>{issued}</cbc:IssueDate>
{head}<cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>
{buyer}{body}{total}
</{root}>""".encode()


def totals(inclusive: str, payable: str, *, prepaid: str = "", rounding: str = "") -> str:
    extra = f'<cbc:PrepaidAmount currencyID="EUR">{prepaid}</cbc:PrepaidAmount>' if prepaid else ""
    if rounding:
        extra += f'<cbc:PayableRoundingAmount currencyID="EUR">{rounding}</cbc:PayableRoundingAmount>'
    return f"""<cac:LegalMonetaryTotal>
<cbc:TaxInclusiveAmount currencyID="EUR">{inclusive}</cbc:TaxInclusiveAmount>{extra}
<cbc:PayableAmount currencyID="EUR">{payable}</cbc:PayableAmount></cac:LegalMonetaryTotal>"""


def attachment(content: bytes, filename: str = "factuur.pdf", mime: str = "application/pdf") -> str:
    return f"""<cac:AdditionalDocumentReference><cbc:ID>{filename}</cbc:ID><cac:Attachment>
<cbc:EmbeddedDocumentBinaryObject mimeCode="{mime}" filename="{filename}">{base64.b64encode(content).decode()}
</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"""
