"""Who sold and who bought, in a UBL document.

The buyer's data never block an invoice: a KvK number or IBAN that fails its check is left out with a warning. Schemes
are ISO 6523 as Peppol uses it: 0106 is KvK, 0190 is OIN, EM an e-mail address.
"""

from dataclasses import dataclass

from connectors.files import parties
from connectors.files.cells import CellError, clean
from connectors.files.rows import DebtorRow, EmailAddress, Supplier
from connectors.files.ubl_xml import Element, UblReader

BUYER = "cac:AccountingCustomerParty"
SUPPLIER = "cac:AccountingSupplierParty"
KVK_SCHEMES = frozenset({"0106", "NL:KVK", "KVK"})
OIN_SCHEMES = frozenset({"0190", "NL:OIN", "OIN"})
NUMBER_CHARACTERS = 50


@dataclass(frozen=True, slots=True)
class _Identifier:
    scheme: str
    value: str
    path: str


def buyer(reader: UblReader) -> DebtorRow | None:
    """Read the customer. Without a name there is nobody to write to: that is an error."""
    party = reader.first(f"{BUYER}/cac:Party")
    name, trade_name = _names(reader, party) if party is not None else ("", "")
    if party is None or not name:
        reader.complain(f"{BUYER}/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName", "ubl_missing")
        return None
    country = reader.checked("cac:PostalAddress/cac:Country/cbc:IdentificationCode", parties.parse_country, party) or ""
    identifiers = _identifiers(reader, party)
    kvk = _kvk(reader, identifiers, country)
    oin = _by_scheme(identifiers, OIN_SCHEMES)
    scheme = _vat_scheme(reader, party)
    vat = reader.checked("cbc:CompanyID", lambda text: parties.parse_vat(text, country), scheme) or ""
    street, house_number, address_line = _address(reader, party)
    return DebtorRow(
        row=reader.row,
        number=_number(reader, party),
        name=name,
        kind=parties.derived_kind(kvk, oin, vat, _foreign_register(identifiers)),
        kind_derived=True,
        trade_name=trade_name,
        attention=reader.text("cac:Contact/cbc:Name", party),
        emails=_emails(reader, party),
        phone=reader.checked("cac:Contact/cbc:Telephone", lambda text: parties.parse_phone(text, country), party) or "",
        street=street,
        house_number=house_number,
        address_line=address_line,
        address_extra=reader.text("cac:PostalAddress/cbc:AdditionalStreetName", party),
        postcode=_postcode(reader, party, country),
        city=reader.text("cac:PostalAddress/cbc:CityName", party),
        country=country,
        kvk=kvk,
        oin=oin,
        vat_number=vat,
        peppol_id=_peppol_id(identifiers),
        source=reader.source,
    )


def supplier(reader: UblReader) -> Supplier | None:
    """Read who sent it. Numbers are compacted, not checked: they are compared with the tenant's own."""
    party = reader.first(f"{SUPPLIER}/cac:Party")
    if party is None:
        return None
    name, trade_name = _names(reader, party)
    identifiers = _identifiers(reader, party)
    return Supplier(
        name=name,
        trade_name=trade_name,
        kvk=_by_scheme(identifiers, KVK_SCHEMES),
        oin=_by_scheme(identifiers, OIN_SCHEMES),
        vat_number=parties.compact(reader.text("cbc:CompanyID", _vat_scheme(reader, party))),
        peppol_id=_peppol_id(identifiers),
    )


def _names(reader: UblReader, party: Element) -> tuple[str, str]:
    """Give the legal name, and the trade name where it is another one."""
    legal = reader.text("cac:PartyLegalEntity/cbc:RegistrationName", party)
    trade = reader.text("cac:PartyName/cbc:Name", party)
    parts = (reader.text(f"cac:Person/cbc:{part}", party) for part in ("FirstName", "MiddleName", "FamilyName"))
    name = legal or trade or " ".join(filter(None, parts)) or reader.text("cac:Contact/cbc:Name", party)
    return name, trade if trade != name else ""


def _identifiers(reader: UblReader, party: Element) -> list[_Identifier]:
    """Give all numbers of a party, the one it is registered under first."""
    paths = ("cac:PartyLegalEntity/cbc:CompanyID", "cac:PartyIdentification/cbc:ID", "cbc:EndpointID")
    return [
        _Identifier(found.get("schemeID", "").strip().upper(), clean(found.text or ""), path)
        for path in paths
        for found in reader.all(path, party)
        if (found.text or "").strip()
    ]


def _by_scheme(identifiers: list[_Identifier], schemes: frozenset[str]) -> str:
    return next((parties.compact(found.value) for found in identifiers if found.scheme in schemes), "")


def _kvk(reader: UblReader, identifiers: list[_Identifier], country: str) -> str:
    """Give the first KvK number that passes its check; one without scheme counts if it is the legal one of a Dutch
    party and has eight digits.
    """
    for found in identifiers:
        unnamed = not found.scheme and country == "NL" and "PartyLegalEntity" in found.path
        if found.scheme not in KVK_SCHEMES and not unnamed:
            continue
        try:
            return parties.parse_kvk(found.value)
        except CellError as error:
            reader.complain(f"{BUYER}/cac:Party/{found.path}", error.code, "warning", **error.values)
    return ""


def _foreign_register(identifiers: list[_Identifier]) -> str:
    """Give the number of another register than the Dutch: only an organisation has one."""
    legal = [found for found in identifiers if "PartyLegalEntity" in found.path]
    return next((found.value for found in legal if found.scheme and found.scheme not in KVK_SCHEMES), "")


def _peppol_id(identifiers: list[_Identifier]) -> str:
    endpoints = [found for found in identifiers if found.path == "cbc:EndpointID" and found.scheme not in ("", "EM")]
    return f"{endpoints[0].scheme}:{endpoints[0].value}" if endpoints else ""


def _vat_scheme(reader: UblReader, party: Element) -> Element:
    """Give the tax scheme that is VAT, for there can be others; the party itself, which has no number, if none is."""
    schemes = reader.all("cac:PartyTaxScheme", party)
    names = ((one, reader.text("cac:TaxScheme/cbc:ID", one).upper()) for one in schemes)
    return next((one for one, name in names if name in ("VAT", "BTW", "")), party)


def _number(reader: UblReader, party: Element) -> str:
    """Give the number that the supplier has for this customer, where the document says it."""
    assigned = reader.text(f"{BUYER}/cbc:SupplierAssignedAccountID", limit=NUMBER_CHARACTERS)
    own = (found for found in reader.all("cac:PartyIdentification/cbc:ID", party) if not found.get("schemeID"))
    return assigned or next(filter(None, (reader.text(".", found, NUMBER_CHARACTERS) for found in own)), "")


def _emails(reader: UblReader, party: Element) -> tuple[EmailAddress, ...]:
    found = reader.checked("cac:Contact/cbc:ElectronicMail", parties.parse_emails, party) or ()
    if not found:
        found = reader.checked("cbc:EndpointID[@schemeID='EM']", parties.parse_emails, party) or ()
    return tuple(EmailAddress(address) for address in found)


def _address(reader: UblReader, party: Element) -> tuple[str, str, str]:
    street = reader.text("cac:PostalAddress/cbc:StreetName", party)
    number = reader.text("cac:PostalAddress/cbc:BuildingNumber", party)
    line = " ".join(filter(None, (street, number))) or reader.text("cac:PostalAddress/cac:AddressLine/cbc:Line", party)
    if street and number:
        return street, number, line
    return (*parties.split_street(line), line)


def _postcode(reader: UblReader, party: Element, country: str) -> str:
    path = "cac:PostalAddress/cbc:PostalZone"
    postcode = parties.tidy_postcode(reader.text(path, party, 20))
    if postcode and country == "NL" and not parties.is_dutch_postcode(postcode):
        reader.complain(f"{BUYER}/cac:Party/{path}", "postcode_unusual", "warning", value=postcode)
    return postcode
