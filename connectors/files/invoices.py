"""A row of a table becomes an invoice or a credit note.

A negative amount is a credit note; its other amounts are then negative too, and all are kept without sign. Where only
the outstanding amount is known, that is the principal. What is paid follows from the outstanding amount if no column
says it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common.money import ZERO
from connectors.files import checks, debtors, parties
from connectors.files.mapping import Choice
from connectors.files.rows import DocumentKind, GAccount, InvoiceRow, Reading
from connectors.files.table_reading import Doubles, read_table
from connectors.files.table_rows import RowReader
from connectors.files.tables import Grid
from connectors.files.values import parse_term, parse_yes_no


def read(grid: Grid, choice: Choice | None, *, today: date) -> Reading[InvoiceRow]:
    """Read a table of invoices; a number that comes twice for the same kind of document is an error at the second.

    :raises FileError: if the file breaks off or has no header.
    """
    doubles = Doubles()

    def build(reader: RowReader) -> InvoiceRow:
        amounts = _amounts(reader)
        number = reader.text("number", required=True)
        doubles.check(reader, number, amounts.kind if amounts else "invoice")
        return _invoice(reader, number, amounts, today)

    return read_table(grid, "invoices", choice, build)


@dataclass(frozen=True, slots=True)
class _Amounts:
    kind: DocumentKind
    amount: Decimal
    paid: Decimal
    vat: Decimal | None
    g_account: GAccount | None


_NO_AMOUNTS = _Amounts("invoice", ZERO, ZERO, None, None)


def _invoice(reader: RowReader, number: str, amounts: _Amounts | None, today: date) -> InvoiceRow:
    """Read all of an invoice, complaining of everything; a row with a complaint is thrown away by `read_table`."""
    debtor_number = reader.text("debtor_number")
    debtor = debtors.embedded(reader, debtor_number)
    if not debtor_number and debtor is None:
        reader.missing("debtor_number")
    issue_date, due_date, sent_on = _days(reader, today)
    _check_currency(reader)
    original_number = reader.text("original_number")
    if amounts is None or issue_date is None:
        amounts, issue_date = amounts or _NO_AMOUNTS, issue_date or today  # to read on, and find all that is wrong
    return InvoiceRow(
        row=reader.row,
        document_kind=amounts.kind,
        number=number,
        issue_date=issue_date,
        amount=amounts.amount,
        debtor_number=debtor_number,
        debtor=debtor,
        due_date=due_date,
        payment_term_days=reader.parsed("payment_term_days", parse_term),
        sent_on=sent_on,
        vat_amount=amounts.vat,
        paid=amounts.paid,
        description=reader.text("description"),
        payment_reference=reader.text("payment_reference"),
        contract_ref=reader.text("contract_ref"),
        order_reference=reader.text("order_reference"),
        buyer_reference=reader.text("buyer_reference"),
        term_agreed=reader.parsed("term_agreed", parse_yes_no),
        acted_as_consumer=reader.parsed("acted_as_consumer", parse_yes_no),
        g_account=amounts.g_account,
        original_numbers=(original_number,) if original_number else (),
        note=reader.text("note"),
    )


def _days(reader: RowReader, today: date) -> tuple[date | None, date | None, date | None]:
    issue_date, due_date, sent_on = reader.day("issue_date"), reader.day("due_date"), reader.day("sent_on")
    if issue_date is None:
        reader.missing("issue_date")
    else:
        reader.complain_of(checks.days(issue_date, due_date, sent_on, today=today))
    return issue_date, due_date, sent_on


def _check_currency(reader: RowReader) -> None:
    currency = reader.text("currency").upper()
    if currency not in ("", "EUR", "€", "EURO"):
        reader.complain("currency", "currency_unsupported", currency=currency)


def _amounts(reader: RowReader) -> _Amounts | None:
    said = reader.parsed("document_kind", parties.parse_document_kind)
    given = {name: reader.amount(name) for name in ("amount", "open_amount", "paid", "vat_amount", "g_account_amount")}
    if not reader.is_sound:
        return None
    signed = _principal(reader, given)
    if not signed:
        return None
    kind = _kind(reader, said, signed)
    same_sign = [_has_sign(reader, name, value, signed) for name, value in given.items()]
    if not all(same_sign):
        return None
    size = {name: None if value is None else abs(value) for name, value in given.items()}
    amount = abs(signed)
    paid = _paid(reader, amount, size["paid"], size["open_amount"])
    vat, g_amount = size["vat_amount"], size["g_account_amount"]
    reader.complain_of(checks.amounts(amount, paid=paid, vat=vat, g_amount=g_amount))
    return _Amounts(kind, amount, paid, vat, _g_account(reader, g_amount))


def _principal(reader: RowReader, given: dict[str, Decimal | None]) -> Decimal | None:
    """Give the principal with its sign: the amount, else what is open plus what is paid; zero is a problem."""
    amount, open_amount, paid = given["amount"], given["open_amount"], given["paid"]
    if amount is None and open_amount is not None:
        amount = open_amount + (paid or ZERO)
        if paid is None and amount:
            reader.complain("open_amount", "amount_from_open", "warning", amount=f"{amount}")
    if amount is None:
        reader.missing("amount")
    elif not amount:
        reader.complain("amount" if given["amount"] is not None else "open_amount", "amount_zero")
    return amount


def _kind(reader: RowReader, said: DocumentKind | None, signed: Decimal) -> DocumentKind:
    if signed > 0:
        return said or "invoice"
    if said == "invoice":
        reader.complain("amount", "sign_contradicts_kind", amount=f"{signed}")
    if said is None:
        reader.complain("amount", "negative_is_credit_note", "warning", amount=f"{signed}")
    return "credit_note"


def _has_sign(reader: RowReader, name: str, value: Decimal | None, signed: Decimal) -> bool:
    if value is None or value * signed >= 0:
        return True
    reader.complain(name, "sign_differs", value=f"{value}", amount=f"{signed}")
    return False


def _paid(reader: RowReader, amount: Decimal, paid: Decimal | None, open_amount: Decimal | None) -> Decimal:
    if open_amount is None:
        return paid or ZERO
    if open_amount > amount:
        reader.complain("open_amount", "open_exceeds_amount", open=f"{open_amount}", amount=f"{amount}")
        return ZERO
    if paid is not None and amount - paid != open_amount:
        reader.complain("open_amount", "amounts_differ", amount=f"{amount}", paid=f"{paid}", open=f"{open_amount}")
    return amount - open_amount if paid is None else paid


def _g_account(reader: RowReader, amount: Decimal | None) -> GAccount | None:
    iban = reader.parsed("g_account_iban", parties.parse_iban) or ""
    if amount:
        return GAccount(amount, iban)
    if iban:
        reader.complain("g_account_iban", "g_account_without_amount", "warning")
    return None
