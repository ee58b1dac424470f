"""From which accounts the money of a debtor came before."""

from dataclasses import dataclass
from datetime import date

from common import identifiers
from debtors.models import Debtor
from payments.models import KnownAccount


@dataclass(frozen=True)
class Known:
    """An account that money of a debtor comes from."""

    iban: str
    written: str
    confirmed_on: date
    confirmed_by: str


def of_debtor(debtor: Debtor) -> list[Known]:
    """Give the accounts of a debtor by which his money is recognised."""
    rows = KnownAccount.objects.filter(debtor=debtor, forgotten_on=None).order_by("iban")
    return [Known(row.iban, identifiers.format_iban(row.iban), row.confirmed_on, row.confirmed_by) for row in rows]
