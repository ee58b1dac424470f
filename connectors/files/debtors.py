"""A row of a table becomes a debtor."""

from connectors.files import parties
from connectors.files.fields import DEBTOR_PREFIX
from connectors.files.mapping import Choice
from connectors.files.rows import DebtorRow, EmailAddress, EmailRole, Reading
from connectors.files.table_reading import Doubles, read_table
from connectors.files.table_rows import RowReader
from connectors.files.tables import Grid
from connectors.files.values import parse_term, parse_yes_no

_EMAIL_FIELDS: tuple[tuple[str, EmailRole], ...] = (
    ("email", "general"),
    ("email_invoice", "invoice"),
    ("email_reminder", "reminder"),
    ("email_escalation", "escalation"),
)


def read(grid: Grid, choice: Choice | None = None) -> Reading[DebtorRow]:
    """Read a table of debtors; a number that comes twice is an error at the second.

    :raises FileError: if the file breaks off or has no header.
    """
    doubles = Doubles()

    def build(reader: RowReader) -> DebtorRow:
        number = reader.text("number", required=True)
        doubles.check(reader, number)
        return debtor_of(reader, number)

    return read_table(grid, "debtors", choice, build)


def embedded(reader: RowReader, number: str) -> DebtorRow | None:
    """Read the debtor inside a row of invoices; None where the row gives a number only."""
    own = reader.with_prefix(DEBTOR_PREFIX)
    if not any(own.text(name) for name in ("name", "last_name")):
        return None
    return debtor_of(own, number)


def debtor_of(reader: RowReader, number: str) -> DebtorRow:
    """Read a debtor from a row. What is wrong is complained of to the reader; then the row is not to be used."""
    country = reader.parsed("country", parties.parse_country) or ""
    kvk = _kvk(reader)
    vat_number = reader.parsed("vat_number", lambda text: parties.parse_vat(text, country)) or ""
    kind = reader.parsed("kind", parties.parse_kind)
    street, house_number, address_line = _address(reader)
    return DebtorRow(
        row=reader.row,
        number=number,
        name=_name(reader),
        kind=kind or parties.derived_kind(kvk, vat_number),
        kind_derived=kind is None,
        attention=reader.text("attention"),
        emails=_emails(reader),
        phone=reader.parsed("phone", lambda text: parties.parse_phone(text, country), "warning") or "",
        street=street,
        house_number=house_number,
        address_line=address_line,
        address_extra=reader.text("address_extra"),
        postcode=_postcode(reader, country),
        city=reader.text("city"),
        country=country,
        kvk=kvk,
        vat_number=vat_number,
        iban=reader.parsed("iban", parties.parse_iban) or "",
        language=reader.parsed("language", parties.parse_language, "warning") or "",
        payment_term_days=reader.parsed("payment_term_days", parse_term),
        terms_agreed=reader.parsed("terms_agreed", parse_yes_no),
        notes=reader.text("notes"),
    )


def _name(reader: RowReader) -> str:
    """Give the name, or first and last name where there is none, as packages export private persons."""
    name = reader.text("name") or " ".join(filter(None, (reader.text("first_name"), reader.text("last_name"))))
    if not name:
        reader.missing("name")
    return name


def _emails(reader: RowReader) -> tuple[EmailAddress, ...]:
    return tuple(
        EmailAddress(address, role)
        for name, role in _EMAIL_FIELDS
        for address in reader.parsed(name, parties.parse_emails) or ()
    )


def _kvk(reader: RowReader) -> str:
    def parse(text: str) -> str:
        if not parties.without_leading_zero(text):
            return parties.parse_kvk(text)
        kvk = "0" + text.strip()
        reader.complain("kvk", "kvk_zero_restored", "warning", value=text, kvk=kvk)
        return kvk

    return reader.parsed("kvk", parse) or ""


def _address(reader: RowReader) -> tuple[str, str, str]:
    """Give street, house number with addition, and the whole line, from one column or from three."""
    line, street = reader.text("address_line"), reader.text("street")
    number = " ".join(filter(None, (reader.text("house_number"), reader.text("house_number_addition"))))
    if not street and number and line:
        line, street = "", line  # "Adres" holds the street, the number has a column of its own
    if street and not number:
        line = line or street
    if line:
        return (*parties.split_street(line), line)
    return street, number, " ".join(filter(None, (street, number)))


def _postcode(reader: RowReader, country: str) -> str:
    postcode = parties.tidy_postcode(reader.text("postcode"))
    if postcode and country == "NL" and not parties.is_dutch_postcode(postcode):
        reader.complain("postcode", "postcode_unusual", "warning", value=postcode)
    return postcode
