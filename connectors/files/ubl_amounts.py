"""What is owed, in a UBL document, and where it is to be paid.

The principal is TaxInclusiveAmount plus PayableRoundingAmount; PrepaidAmount is a first settlement.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from common.money import ZERO
from connectors.files import parties
from connectors.files.cells import CellError, clean
from connectors.files.rows import GAccount, VatLine
from connectors.files.ubl_xml import Element, UblReader, parse_amount

TOTAL = "cac:LegalMonetaryTotal"
CURRENCY = "EUR"
G_ACCOUNT = "GACCOUNT"


@dataclass(frozen=True, slots=True)
class Totals:
    """The amounts of a document, with the sign that stands there."""

    principal: Decimal
    paid: Decimal
    vat: Decimal | None
    vat_lines: tuple[VatLine, ...] = ()

    def turned(self) -> "Totals":
        """Give the same amounts with the other sign."""
        lines = tuple(replace(line, taxable=-line.taxable, vat=-line.vat) for line in self.vat_lines)
        return Totals(-self.principal, -self.paid, None if self.vat is None else -self.vat, lines)


def totals(reader: UblReader) -> Totals | None:
    """Read the totals and check that they add up, as far as they are there.

    Complains of a currency other than euro, of what is missing, and of sums that are wrong; then gives None.
    """
    before = len(reader.problems)
    _check_currency(reader)
    names = ("TaxExclusiveAmount", "TaxInclusiveAmount", "PrepaidAmount", "PayableRoundingAmount", "PayableAmount")
    exclusive, inclusive, prepaid, rounding, payable = (reader.amount(f"{TOTAL}/cbc:{name}") for name in names)
    tax_total = _tax_total(reader)
    vat = None if tax_total is None else reader.amount("cbc:TaxAmount", tax_total)
    lines = () if tax_total is None else _vat_lines(reader, tax_total)
    prepaid, rounding = prepaid or ZERO, rounding or ZERO
    if len(reader.problems) > before:
        return None
    if inclusive is None and payable is not None:
        inclusive = payable + prepaid - rounding
    if inclusive is None:
        reader.complain(f"{TOTAL}/cbc:TaxInclusiveAmount", "ubl_missing")
        return None
    _check_sums(reader, exclusive, vat, inclusive, prepaid, rounding, payable)
    return Totals(inclusive + rounding, prepaid, vat, lines) if len(reader.problems) == before else None


def _check_currency(reader: UblReader) -> None:
    said = reader.text("cbc:DocumentCurrencyCode")
    paths = [f"{TOTAL}/cbc:{name}" for name in ("TaxInclusiveAmount", "PayableAmount", "PrepaidAmount")]
    used = [("cbc:DocumentCurrencyCode", said), *reader.currencies(paths)]
    for path, currency in used:
        if currency and currency.upper() != CURRENCY:
            reader.complain(path, "currency_unsupported", currency=currency)
            return


def _tax_total(reader: UblReader) -> Element | None:
    """Give the tax total in euro; a second one may state it in the currency of another tax office."""
    found = reader.all("cac:TaxTotal")
    amounts = [(total, reader.first("cbc:TaxAmount", total)) for total in found]
    in_euro = (total for total, one in amounts if one is not None and one.get("currencyID", CURRENCY) == CURRENCY)
    return next(in_euro, None)


def _check_sums(
    reader: UblReader,
    exclusive: Decimal | None,
    vat: Decimal | None,
    inclusive: Decimal,
    prepaid: Decimal,
    rounding: Decimal,
    payable: Decimal | None,
) -> None:
    """Check both sums of EN 16931 (BR-CO-15 and BR-CO-16)."""
    if exclusive is not None and vat is not None and exclusive + vat != inclusive:
        reader.complain(
            f"{TOTAL}/cbc:TaxInclusiveAmount",
            "ubl_tax_sum",
            exclusive=f"{exclusive}",
            tax=f"{vat}",
            inclusive=f"{inclusive}",
        )
    if payable is not None and inclusive - prepaid + rounding != payable:
        reader.complain(
            f"{TOTAL}/cbc:PayableAmount",
            "ubl_payable_sum",
            inclusive=f"{inclusive}",
            prepaid=f"{prepaid}",
            rounding=f"{rounding}",
            payable=f"{payable}",
        )


def _vat_lines(reader: UblReader, tax_total: Element) -> tuple[VatLine, ...]:
    lines = []
    for subtotal in reader.all("cac:TaxSubtotal", tax_total):
        taxable, vat = reader.amount("cbc:TaxableAmount", subtotal), reader.amount("cbc:TaxAmount", subtotal)
        percent = reader.checked("cac:TaxCategory/cbc:Percent", parse_amount, subtotal)
        if taxable is not None and vat is not None:
            lines.append(VatLine(reader.text("cac:TaxCategory/cbc:ID", subtotal), percent, taxable, vat))
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class Payment:
    """Where, under which reference and before which day it is to be paid."""

    due_date: date | None
    reference: str
    ibans: tuple[str, ...]
    g_account: GAccount | None


def payment(reader: UblReader) -> Payment:
    """Read the means of payment. An IBAN that fails its check is left out with a warning."""
    means = reader.all("cac:PaymentMeans")
    sides: dict[bool, list[Element]] = {True: [], False: []}
    for one in means:
        sides[_is_blocked(reader, one)].append(one)
    blocked, ordinary = sides[True], sides[False]
    ibans = [_iban(reader, one) for one in ordinary]
    references = [reader.text("cbc:PaymentID", one) for one in ordinary]
    return Payment(
        due_date=_due_date(reader),
        reference=next(filter(None, references), ""),
        ibans=tuple(dict.fromkeys(filter(None, ibans))),
        g_account=_g_account(reader, blocked[0]) if blocked else None,
    )


def _is_blocked(reader: UblReader, means: Element) -> bool:
    return reader.text("cbc:ID", means).upper() == G_ACCOUNT


def _iban(reader: UblReader, means: Element) -> str:
    path = "cac:PayeeFinancialAccount/cbc:ID"
    text = clean(reader.text(path, means))
    try:
        return parties.parse_iban(text) if text else ""
    except CellError as error:
        reader.complain(f"cac:PaymentMeans/{path}", error.code, "warning", **error.values)
        return ""


def _due_date(reader: UblReader) -> date | None:
    """Give the due date, else the one in the means or terms of payment; of several the last, kindest to the debtor."""
    if reader.first("cbc:DueDate") is not None:
        return reader.day("cbc:DueDate")
    paths = ("cac:PaymentMeans/cbc:PaymentDueDate", "cac:PaymentTerms/cbc:PaymentDueDate")
    found = {reader.day(".", element) for path in paths for element in reader.all(path)} - {None}
    days = sorted(day for day in found if day is not None)
    if len(days) > 1:
        reader.complain(paths[0], "ubl_several_due_dates", "warning", day=f"{days[-1]}")
    return days[-1] if days else None


def _g_account(reader: UblReader, means: Element) -> GAccount | None:
    """Read the part for the blocked account (SI-UBL's extension: PaymentTerms that name the means of payment)."""
    parts = {
        reader.text("cbc:PaymentMeansID", terms).upper(): reader.amount("cbc:Amount", terms)
        for terms in reader.all("cac:PaymentTerms")
        if reader.first("cbc:PaymentMeansID", terms) is not None
    }
    amount = parts.get(G_ACCOUNT)
    if not amount:
        reader.complain("cac:PaymentTerms/cbc:Amount", "g_account_without_amount", "warning")
        return None
    _check_split(reader, [part for part in parts.values() if part is not None])
    return GAccount(amount, _iban(reader, means), reader.text("cbc:PaymentID", means))


def _check_split(reader: UblReader, parts: list[Decimal]) -> None:
    payable = reader.amount(f"{TOTAL}/cbc:PayableAmount")
    if len(parts) > 1 and payable is not None and sum(parts) != payable:
        values = {"parts": f"{sum(parts)}", "payable": f"{payable}"}
        reader.complain("cac:PaymentTerms/cbc:Amount", "ubl_split_differs", "warning", **values)
