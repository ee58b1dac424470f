"""What every parser of this package produces: rows, problems, and the reading that holds both.

Amounts are euros with two decimals and never negative: `document_kind` says whether the customer or we owe it.
Text that is not known is the empty string; a day, an amount or a yes/no that is not known is None.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Generic, Literal, TypeVar

from common.money import ZERO

Level = Literal["error", "warning"]
DebtorKind = Literal["consumer", "business"]
DocumentKind = Literal["invoice", "credit_note"]
EmailRole = Literal["general", "invoice", "reminder", "escalation"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, as data: `sentences.sentence` makes it Dutch or English.

    `row` is the row of the table as Excel counts (1-based), or the number of the document in an XML file or ZIP;
    0 where it is about the whole file. `column` is the header as it stands in the file, or the UBL element.
    An error keeps its row out of `Reading.rows`; a warning does not.
    """

    row: int
    column: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    level: Level = "error"
    source: str = ""


@dataclass(frozen=True, slots=True)
class EmailAddress:
    address: str
    role: EmailRole = "general"


@dataclass(frozen=True, slots=True)
class DebtorRow:
    """A debtor as the source describes it. `number` is the source's own number and may be empty in a UBL invoice.

    `kind_derived` is true where the file did not say consumer or business and we concluded it: a KvK or VAT number
    means business, else consumer. `street` and `house_number` are filled where we are sure of the cut;
    `address_line` always holds the first line whole.
    """

    row: int
    number: str
    name: str
    kind: DebtorKind
    kind_derived: bool = False
    trade_name: str = ""
    attention: str = ""
    emails: tuple[EmailAddress, ...] = ()
    phone: str = ""
    street: str = ""
    house_number: str = ""
    address_line: str = ""
    address_extra: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    kvk: str = ""
    oin: str = ""
    vat_number: str = ""
    iban: str = ""
    peppol_id: str = ""
    language: str = ""
    payment_term_days: int | None = None
    terms_agreed: bool | None = None
    notes: str = ""
    source: str = ""

    def email(self, role: EmailRole = "general") -> str:
        """Give the first address with this role, else the first general one, else the empty string."""
        for wanted in (role, "general"):
            for email in self.emails:
                if email.role == wanted:
                    return email.address
        return ""


@dataclass(frozen=True, slots=True)
class Supplier:
    """Who sent the invoice, so that the importer can see whether it is the tenant's own. Numbers are compact but
    unchecked: what is compared must be what was written.
    """

    name: str = ""
    trade_name: str = ""
    kvk: str = ""
    oin: str = ""
    vat_number: str = ""
    peppol_id: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside an invoice. `is_pdf` is what the bytes say, not what the sender says."""

    filename: str
    mime: str
    content: bytes = field(repr=False)
    is_pdf: bool


@dataclass(frozen=True, slots=True)
class GAccount:
    """The part of the invoice that is to be paid on the blocked account. `iban` is empty where it is not valid."""

    amount: Decimal
    iban: str = ""
    payment_reference: str = ""


@dataclass(frozen=True, slots=True)
class VatLine:
    """One rate of the invoice. `category` is the UBL code: S, Z, E, AE (reverse charge), K, G, O."""

    category: str
    percent: Decimal | None
    taxable: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice or a credit note. `amount` is the principal: the total including VAT, and rounding where there is.

    `due_date` is None where the source has none: the importer derives it from the term (`due_date_derived`).
    `paid` is what was already paid according to the source: the first settlement.
    """

    row: int
    document_kind: DocumentKind
    number: str
    issue_date: date
    amount: Decimal
    debtor_number: str = ""
    debtor: DebtorRow | None = None
    due_date: date | None = None
    payment_term_days: int | None = None
    sent_on: date | None = None
    currency: str = "EUR"
    vat_amount: Decimal | None = None
    vat_lines: tuple[VatLine, ...] = ()
    paid: Decimal = ZERO
    description: str = ""
    payment_reference: str = ""
    contract_ref: str = ""
    order_reference: str = ""
    buyer_reference: str = ""
    term_agreed: bool | None = None
    acted_as_consumer: bool | None = None
    original_numbers: tuple[str, ...] = ()
    period_start: date | None = None
    period_end: date | None = None
    ibans: tuple[str, ...] = ()
    g_account: GAccount | None = None
    attachments: tuple[Attachment, ...] = ()
    supplier: Supplier | None = None
    type_code: str = ""
    payment_terms: str = ""
    note: str = ""
    source: str = ""

    @property
    def original_number(self) -> str:
        """The invoice that this document credits or corrects, where it names exactly one."""
        return self.original_numbers[0] if len(self.original_numbers) == 1 else ""

    @property
    def due_date_derived(self) -> bool:
        return self.due_date is None

    @property
    def open_amount(self) -> Decimal:
        return self.amount - self.paid

    @property
    def iban(self) -> str:
        """The account to pay on, the blocked one left aside."""
        return self.ibans[0] if self.ibans else ""

    @property
    def pdf(self) -> Attachment | None:
        """The first attachment that really is a PDF."""
        return next((attachment for attachment in self.attachments if attachment.is_pdf), None)


Row = TypeVar("Row", DebtorRow, InvoiceRow)


@dataclass(frozen=True, slots=True)
class Reading(Generic[Row]):
    """All that a file gave. A row with an error is not in `rows`; a file that cannot be read to its end gives none.

    `mapping` is the header -> field that was used, for the caller to remember; `suggestions` is field -> header for
    what is still missing; `preview` holds the first lines under the header, as text. These are empty for UBL.
    """

    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    file_kind: str = "unknown"
    filename: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict, hash=False)
    unknown_columns: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    header_row: int = 0
    suggestions: Mapping[str, str] = field(default_factory=dict, hash=False)
    preview: tuple[tuple[str, ...], ...] = ()
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    rows_seen: int = 0

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.level == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.level == "warning")
