"""Who asks: the letterhead as a page shows it."""

from dataclasses import dataclass

from common.identifiers import format_iban
from correspondence.rendering import colours
from tenants.models import Letterhead


@dataclass(frozen=True, slots=True)
class Creditor:
    """The company that is owed, ready to print."""

    name: str
    address: tuple[str, ...]
    phone: str
    phone_number: str  # for tel:
    email: str
    website: str
    kvk: str
    vat_number: str
    iban: str
    bic: str
    account_holder: str
    has_logo: bool
    colour: str
    sender: Letterhead


def creditor() -> Creditor:
    """Give who asks in the active tenant; without the bytes of the logo, which have an address of their own."""
    letterhead = Letterhead.objects.defer("logo").get()
    return Creditor(
        name=letterhead.legal_name,
        address=tuple(filter(None, (letterhead.street, f"{letterhead.postcode} {letterhead.city}".strip()))),
        phone=letterhead.phone,
        phone_number="".join(char for char in letterhead.phone if char.isdigit() or char == "+"),
        email=letterhead.email,
        website=letterhead.website,
        kvk=letterhead.kvk,
        vat_number=letterhead.vat_number,
        iban=format_iban(letterhead.iban),
        bic=letterhead.bic,
        account_holder=letterhead.account_holder,
        has_logo=bool(letterhead.logo_type),
        colour=colours.brand(letterhead.colour),
        sender=letterhead,
    )
