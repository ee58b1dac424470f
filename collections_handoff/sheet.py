"""A frozen dossier as rows to print, for the page inside the archive and for the screen; read from the JSON kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from common.calendar import DAY
from common.money import ZERO
from correspondence.states import ChannelKind, MessageState
from debtors.states import ContactRole, DebtorKind
from dunning.states import RungKind
from invoices.states import ChargeKind, SettlementKind

# A booking of the ladder bears the rung that announced it.
NOTES = dict(RungKind.choices)
KINDS = {**dict(ChargeKind.choices), **dict(SettlementKind.choices)}


class Fact(NamedTuple):
    """Something about a party: what it is, and what it says."""

    label: str
    value: str


class Booking(NamedTuple):
    """A row of a claim's ledger; what was paid says what it went to."""

    day: date
    what: str
    amount: Decimal
    to_costs: Decimal
    to_interest: Decimal
    to_principal: Decimal
    note: str
    is_payment: bool


class InterestLine(NamedTuple):
    """A period of interest, both days included."""

    first: date
    last: date
    base: Decimal
    percent: str
    days: int
    denominator: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One invoice: what it was, what came on and off, what is open."""

    number: str
    description: str
    issue_date: date
    due_date: date
    default_since: date | None
    limitation_date: date | None
    term: str
    invoiced: Decimal
    principal: Decimal
    interest: Decimal
    costs: Decimal
    total: Decimal
    bookings: Sequence[Booking]
    interest_lines: Sequence[InterestLine]
    interest_total: Decimal


class Letter(NamedTuple):
    """A letter or mail that left, with its proof."""

    what: str
    channel: str
    sent_at: datetime | None
    delivered_at: datetime | None
    to: str
    state: str
    sha256: str
    message_id: str
    file: str


class Event(NamedTuple):
    """Something else that happened."""

    day: date
    what: str
    who: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Everything in a dossier, ready to print."""

    reference: str
    made_on: date
    creditor: Sequence[Fact]
    creditor_name: str
    debtor: Sequence[Fact]
    debtor_name: str
    acted: str
    interest_method: str
    vat: str
    claims: Sequence[Claim]
    letters: Sequence[Letter]
    events: Sequence[Event]
    principal: Decimal
    interest: Decimal
    costs: Decimal
    total: Decimal
    invoiced: Decimal
    missing: Sequence[str]

    @property
    def payments(self) -> list[tuple[str, Booking]]:
        """What was paid or came off otherwise, with the number of its invoice, in the order of days."""
        rows = [(claim.number, row) for claim in self.claims for row in claim.bookings if row.is_payment]
        return sorted(rows, key=lambda row: row[1].day)


def of(data: Mapping[str, Any]) -> Sheet:
    """Give a frozen dossier ready to print, in the active language."""
    claims = [_claim(row) for row in data["claims"]]
    return Sheet(
        reference=data["reference"],
        made_on=_day(data["made_on"]),
        creditor=_creditor(data["creditor"]),
        creditor_name=data["creditor"]["legal_name"],
        debtor=_debtor(data["debtor"]),
        debtor_name=data["debtor"]["name"],
        acted=_("Handelde als particulier") if data["acted_as_consumer"] else _("Handelde als ondernemer"),
        interest_method=_("een jaar op 365 dagen")
        if data["interest_method"].endswith("365")
        else _("werkelijke dagen, een jaar op 365 of in een schrikkeljaar 366 dagen"),
        vat=_("De schuldeiser kan btw verrekenen.")
        if data["vat_deductible"]
        else _("De schuldeiser kan btw niet verrekenen."),
        claims=claims,
        letters=[_letter(row) for row in data["letters"]],
        events=[Event(_day(row["day"]), row["what"], row["who"], row["note"]) for row in data["events"]],
        principal=Decimal(data["principal"]),
        interest=Decimal(data["interest"]),
        costs=Decimal(data["costs"]),
        total=Decimal(data["total"]),
        invoiced=sum((claim.invoiced for claim in claims), start=ZERO),
        missing=data["missing"],
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _facts(rows: Sequence[tuple[str, object]]) -> list[Fact]:
    return [Fact(label, str(value)) for label, value in rows if value]


def _address(party: Mapping[str, Any]) -> str:
    place = f"{party['postcode']} {party['city']}".strip()
    country = "" if party["country"] == "NL" else party["country"]
    return ", ".join(filter(None, [party["street"], place, country]))


def _creditor(party: Mapping[str, Any]) -> list[Fact]:
    return _facts(
        [
            (_("Naam"), party["legal_name"]),
            (_("Adres"), _address(party)),
            (_("KvK-nummer"), party["kvk"]),
            (_("Btw-nummer"), party["vat_number"]),
            ("IBAN", party["iban"]),
            (_("Telefoon"), party["phone"]),
            (_("E-mail"), party["email"]),
        ]
    )


def _debtor(party: Mapping[str, Any]) -> list[Fact]:
    kinds = dict(DebtorKind.choices)
    contacts = [
        (str(dict(ContactRole.choices).get(one["role"], one["role"])).capitalize(), " · ".join(filter(None, parts)))
        for one in party["contacts"]
        if any(parts := (one["name"], one["email"], one["phone"]))
    ]
    return _facts(
        [
            (_("Naam"), party["name"]),
            (_("Debiteurnummer"), party["number"]),
            (_("Soort"), kinds.get(party["kind"], party["kind"])),
            (_("Ter attentie van"), party["attention"]),
            (_("Adres"), _address(party)),
            (_("KvK-nummer"), party["kvk"]),
            (_("Btw-nummer"), party["vat_number"]),
            (_("Telefoon"), party["phone"]),
            *contacts,
        ]
    )


def _claim(row: Mapping[str, Any]) -> Claim:
    lines = [_interest_line(line) for line in row["interest_lines"]]
    amounts = {name: Decimal(row[name]) for name in ("invoiced", "principal", "interest", "costs")}
    return Claim(
        number=row["number"],
        description=row["description"],
        issue_date=_day(row["issue_date"]),
        due_date=_day(row["due_date"]),
        default_since=_day(row["default_since"]) if row["default_since"] else None,
        limitation_date=_day(row["limitation_date"]) if row["limitation_date"] else None,
        term=_("fatale termijn overeengekomen") if row["term_agreed"] else _("termijn op de factuur"),
        **amounts,
        total=amounts["principal"] + amounts["interest"] + amounts["costs"],
        bookings=[_booking(one) for one in row["bookings"]],
        interest_lines=lines,
        interest_total=sum((line.amount for line in lines), start=ZERO),
    )


def _booking(row: Mapping[str, Any]) -> Booking:
    return Booking(
        day=_day(row["day"]),
        what=str(KINDS.get(row["kind"], row["kind"])).capitalize(),
        amount=Decimal(row["amount"]),
        to_costs=Decimal(row["to_costs"]),
        to_interest=Decimal(row["to_interest"]),
        to_principal=Decimal(row["to_principal"]),
        note=str(NOTES.get(row["note"], row["note"])),
        is_payment=row["kind"] in SettlementKind.values,
    )


def _interest_line(line: Mapping[str, Any]) -> InterestLine:
    return InterestLine(
        first=_day(line["start"]),
        last=_day(line["end"]) - DAY,
        base=Decimal(line["base"]),
        percent=line["percent"].replace(".", ","),
        days=line["days"],
        denominator=line["denominator"],
        amount=Decimal(line["amount"]),
    )


def _letter(row: Mapping[str, Any]) -> Letter:
    channels, states = dict(ChannelKind.choices), dict(MessageState.choices)
    return Letter(
        what=row["kind"],
        channel=str(channels.get(row["channel"], row["channel"])),
        sent_at=_moment(row["sent_at"]),
        delivered_at=_moment(row.get("delivered_at", "")),
        to=row["to"],
        state=str(states.get(row["state"], row["state"])),
        sha256=row["sha256"],
        message_id=row["message_id"],
        file=row["file"],
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
