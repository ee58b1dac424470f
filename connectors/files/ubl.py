"""UBL 2.1 invoices and credit notes, with the Dutch (SI-UBL 2.0) and Peppol (BIS 3) rules where they matter to us.

A document is an invoice or a credit note by its root and its type code. A negative invoice is read as a credit note,
and said so. What a debtor has to pay must add up; what is only about the debtor never blocks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from connectors.files import checks, ubl_amounts, ubl_attachments, ubl_parties
from connectors.files.cells import shown
from connectors.files.rows import DebtorRow, DocumentKind, InvoiceRow, Problem
from connectors.files.ubl_amounts import TOTAL, Payment, Totals
from connectors.files.ubl_xml import Element, UblReader, documents

# UNTDID 1001, as far as an invoice or credit note of EN 16931 may carry it.
INVOICE_TYPES = {
    "71", "80", "82", "84", "102", "218", "219", "325", "326", "331", "380", "382", "383", "384", "385", "386", "387",
    "388", "389", "390", "393", "394", "395", "456", "457", "527", "575", "623", "633", "751", "780", "817", "870",
    "875", "876", "877", "935",
}  # fmt: skip
CREDIT_TYPES = {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"}
CORRECTED = "384"
NUMBER_CHARACTERS = 50
BILLED = "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"

_PLACES = {
    "issue_date": "cbc:IssueDate",
    "due_date": "cbc:DueDate",
    "paid": f"{TOTAL}/cbc:PrepaidAmount",
    "vat_amount": "cac:TaxTotal/cbc:TaxAmount",
    "g_account_amount": "cac:PaymentTerms/cbc:Amount",
}


def read(
    content: bytes, source: str, *, today: date, first_row: int = 1
) -> tuple[list[InvoiceRow], list[Problem], int]:
    """Read all documents in an XML file: (the sound ones, every problem, how many there were).

    :raises FileError: if this is no UBL at all.
    """
    rows: list[InvoiceRow] = []
    problems: list[Problem] = []
    found = documents(content)
    for row, document in enumerate(found, start=first_row):
        reader = UblReader(document, row, source)
        invoice = _invoice(reader, today)
        problems.extend(reader.problems)
        if invoice is not None:
            rows.append(invoice)
    return rows, problems, len(found)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a document cannot do without."""

    number: str
    issue_date: date
    kind: DocumentKind
    totals: Totals
    payment: Payment
    debtor: DebtorRow


def _invoice(reader: UblReader, today: date) -> InvoiceRow | None:
    """Read a document, complaining of everything; None where an error was found."""
    claim = _claim(reader, today)
    row = None if claim is None else _row(reader, claim)
    return row if reader.is_sound else None


def _claim(reader: UblReader, today: date) -> _Claim | None:
    number = _number(reader)
    issue_date = reader.day("cbc:IssueDate")
    if reader.first("cbc:IssueDate") is None:
        reader.complain("cbc:IssueDate", "ubl_missing")
    kind, totals = _kind_and_totals(reader)
    payment = ubl_amounts.payment(reader)
    debtor = ubl_parties.buyer(reader)
    if issue_date is not None:
        _complain_of(reader, checks.days(issue_date, payment.due_date, None, today=today))
    if totals is not None:
        g_amount = payment.g_account.amount if payment.g_account else None
        _complain_of(reader, checks.amounts(totals.principal, paid=totals.paid, vat=totals.vat, g_amount=g_amount))
    if totals is None or issue_date is None or debtor is None:
        return None
    return _Claim(number, issue_date, kind, totals, payment, debtor)


def _row(reader: UblReader, claim: _Claim) -> InvoiceRow:
    return InvoiceRow(
        row=reader.row,
        document_kind=claim.kind,
        number=claim.number,
        issue_date=claim.issue_date,
        amount=claim.totals.principal,
        debtor_number=claim.debtor.number,
        debtor=claim.debtor,
        due_date=claim.payment.due_date,
        vat_amount=claim.totals.vat,
        vat_lines=claim.totals.vat_lines,
        paid=claim.totals.paid,
        description=_description(reader),
        payment_reference=claim.payment.reference,
        contract_ref=reader.text("cac:ContractDocumentReference/cbc:ID"),
        order_reference=_order(reader),
        buyer_reference=reader.text("cbc:BuyerReference"),
        original_numbers=_originals(reader),
        period_start=reader.day("cac:InvoicePeriod/cbc:StartDate", level="warning"),
        period_end=reader.day("cac:InvoicePeriod/cbc:EndDate", level="warning"),
        ibans=claim.payment.ibans,
        g_account=claim.payment.g_account,
        attachments=ubl_attachments.attachments(reader),
        supplier=ubl_parties.supplier(reader),
        type_code=_type_code(reader),
        payment_terms=reader.lines("cac:PaymentTerms/cbc:Note"),
        note=reader.lines("cbc:Note"),
        source=reader.source,
    )


def _complain_of(reader: UblReader, findings: Iterable[checks.Finding]) -> None:
    for finding in findings:
        reader.complain(_PLACES[finding.name], finding.code, finding.level, **finding.values)


def _number(reader: UblReader) -> str:
    number = reader.text("cbc:ID")
    if not number:
        reader.complain("cbc:ID", "ubl_missing")
    if len(number) > NUMBER_CHARACTERS:
        reader.complain("cbc:ID", "text_too_long", value=shown(number), limit=str(NUMBER_CHARACTERS))
    return number


def _type_code(reader: UblReader) -> str:
    return reader.text("cbc:CreditNoteTypeCode" if reader.is_credit_note else "cbc:InvoiceTypeCode")


def _kind_and_totals(reader: UblReader) -> tuple[DocumentKind, Totals | None]:
    """Decide what kind of document this is, and give its totals without sign; None where they are not to be used."""
    code = _type_code(reader)
    kind: DocumentKind = "credit_note" if reader.is_credit_note or code in CREDIT_TYPES else "invoice"
    totals = ubl_amounts.totals(reader)
    if totals is not None and totals.principal < 0 and not reader.is_credit_note:
        kind = "credit_note"
        amount = f"{totals.principal}"
        reader.complain(f"{TOTAL}/cbc:TaxInclusiveAmount", "negative_is_credit_note", "warning", amount=amount)
        totals = totals.turned()
    if code and code not in INVOICE_TYPES | CREDIT_TYPES:
        reader.complain("cbc:InvoiceTypeCode", "ubl_type_unusual", "warning", type=code, kind=kind)
    if (kind == "credit_note" or code == CORRECTED) and not _originals(reader):
        reader.complain(BILLED, "ubl_without_reference", "warning")
    return kind, totals if totals is not None and _signs_are_right(reader, totals) else None


def _signs_are_right(reader: UblReader, totals: Totals) -> bool:
    amount = f"{totals.principal}"
    if not totals.principal:
        reader.complain(f"{TOTAL}/cbc:TaxInclusiveAmount", "amount_zero")
    elif totals.principal < 0:
        reader.complain(f"{TOTAL}/cbc:TaxInclusiveAmount", "ubl_negative_credit_note", amount=amount)
    elif totals.paid < 0:
        reader.complain(f"{TOTAL}/cbc:PrepaidAmount", "sign_differs", value=f"{totals.paid}", amount=amount)
    else:
        return True
    return False


def _originals(reader: UblReader) -> tuple[str, ...]:
    found = (reader.text(".", element, NUMBER_CHARACTERS) for element in reader.all(BILLED))
    return tuple(dict.fromkeys(filter(None, found)))


def _order(reader: UblReader) -> str:
    """Give the order number; Peppol writes NA where there is only a number of the seller."""
    order = reader.text("cac:OrderReference/cbc:ID")
    return "" if order.upper() == "NA" else order


def _description(reader: UblReader) -> str:
    """Give what the first line sells, and how many lines there are more."""
    lines: list[Element] = reader.all("cac:CreditNoteLine" if reader.is_credit_note else "cac:InvoiceLine")
    name = reader.text("cac:Item/cbc:Name", lines[0]) if lines else ""
    return f"{name} (+{len(lines) - 1})" if name and len(lines) > 1 else name
