"""The dossier that an agency gets: who owes whom, what, why, and what was done about it. Pure; its sums must agree.

What agencies, bailiffs and lawyers want to have is one list everywhere: both parties, every invoice with its term,
the calculation of interest and costs, payments with how they were allocated, letters with proof, correspondence,
promises and disputes (ladder practice; Bki for what the debtor must be told). There is no Dutch standard format, so it
goes as JSON, CSV and a page to read, with the PDFs beside them.
"""

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from common.money import ZERO


class DossierDoesNotAddUp(ValueError):
    """The parts are not the total: such a dossier never leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One row of a claim's ledger. Amounts in euro; what reduces the claim is negative."""

    day: date
    kind: str
    amount: Decimal
    to_costs: Decimal = ZERO
    to_interest: Decimal = ZERO
    to_principal: Decimal = ZERO
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One invoice with its ledger, as it stands on the day of the dossier."""

    number: str
    issue_date: date
    due_date: date
    term_agreed: bool
    default_since: date | None
    description: str
    invoiced: Decimal
    principal: Decimal
    interest: Decimal
    costs: Decimal
    bookings: tuple[Booking, ...]
    interest_lines: tuple[Mapping[str, Any], ...] = ()
    limitation_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A letter or mail that went out, with its proof."""

    kind: str
    channel: str
    sent_at: str
    to: str
    state: str
    sha256: str
    message_id: str
    file: str = ""
    delivered_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something else that happened: a call, a promise, a dispute, a note."""

    day: str
    what: str
    who: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything, frozen on a day."""

    reference: str
    made_on: date
    creditor: Mapping[str, str]
    debtor: Mapping[str, Any]
    acted_as_consumer: bool
    interest_method: str
    claims: tuple[Claim, ...]
    letters: tuple[Sent, ...]
    events: tuple[Event, ...]
    principal: Decimal = ZERO
    interest: Decimal = ZERO
    costs: Decimal = ZERO
    vat_deductible: bool = True
    missing: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        """:raises DossierDoesNotAddUp: if a claim's bookings or the totals differ from what is said to be open."""
        for claim in self.claims:
            _check(claim)
        for part in ("principal", "interest", "costs"):
            if getattr(self, part) != sum((getattr(claim, part) for claim in self.claims), start=ZERO):
                raise DossierDoesNotAddUp(f"the {part} is not the sum of the claims")

    @property
    def total(self) -> Decimal:
        return self.principal + self.interest + self.costs


def _check(claim: Claim) -> None:
    booked = claim.invoiced + sum((row.amount for row in claim.bookings), start=ZERO)
    if booked != claim.principal + claim.interest + claim.costs:
        raise DossierDoesNotAddUp(f"the bookings of {claim.number} do not add up to what is open")


def as_json(dossier: Dossier) -> dict[str, Any]:
    """Give a dossier as JSON: amounts as text with two decimals, days as ISO dates."""
    plain = _plain(asdict(dossier))
    plain["total"] = f"{dossier.total:.2f}"
    return dict(plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else value


def fingerprint(data: Mapping[str, Any]) -> str:
    """Give the SHA-256 of a dossier as canonical JSON: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


_FORMULA = ("=", "+", "-", "@", "\t", "\r")
CSV_COLUMNS = (
    "factuurnummer",
    "factuurdatum",
    "vervaldatum",
    "in_verzuim_sinds",
    "omschrijving",
    "factuurbedrag",
    "hoofdsom_open",
    "rente",
    "kosten",
    "totaal",
)


def as_csv(claims: Sequence[Claim]) -> bytes:
    """Give the claims as the table that agencies import: semicolons, decimal comma, UTF-8 with a byte order mark."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for claim in claims:
        amounts = (claim.invoiced, claim.principal, claim.interest, claim.costs)
        total = claim.principal + claim.interest + claim.costs
        writer.writerow(
            [
                _text(claim.number),
                f"{claim.issue_date:%d-%m-%Y}",
                f"{claim.due_date:%d-%m-%Y}",
                f"{claim.default_since:%d-%m-%Y}" if claim.default_since else "",
                _text(claim.description),
                *(f"{amount:.2f}".replace(".", ",") for amount in (*amounts, total)),
            ]
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _text(text: str) -> str:
    """Give a text that a spreadsheet would take for a formula as text."""
    return f"'{text}" if text.startswith(_FORMULA) else text
