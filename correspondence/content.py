"""What a letter says, as plain values: frozen when it is made, kept as JSON beside the bytes that went out.

A content that does not add up, or that the law does not let exist, cannot be made. No Django here.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from common.money import ZERO
from correspondence import frozen_json


class ContentError(ValueError):
    """A content that contradicts itself or the law; whoever made it made a mistake."""


class Kind(StrEnum):
    """What a letter is. The values are those of the rungs; the order is that of severity."""

    COURTESY = "courtesy"
    REMINDER = "reminder"
    SECOND_REMINDER = "second_reminder"
    DEMAND = "demand"
    DEFAULT_NOTICE = "default_notice"
    FOURTEEN_DAY_LETTER = "fourteen_day_letter"
    FINAL_DEMAND = "final_demand"


class Variant(StrEnum):
    """How the debtor acted."""

    BUSINESS = "business"
    CONSUMER = "consumer"


class Channel(StrEnum):
    """By which way the letter itself reaches the debtor; its statutory term is worded for that way."""

    POST = "post"
    EMAIL = "email"


class InterestKind(StrEnum):
    """Which interest a letter speaks of: art. 6:119, art. 6:119a BW, or agreed."""

    CONSUMER = "consumer"
    TRADE = "trade"
    CONTRACTUAL = "contractual"


class DayCount(StrEnum):
    """How days of interest were weighed; printed with the specification."""

    ACTUAL_ACTUAL = "actual/actual"
    ACTUAL_365 = "actual/365"


# Their term is worded by law or case law: the letter says it in those words whatever `term_days` is, and names no date.
WORDED_TERMS = frozenset({Kind.DEFAULT_NOTICE, Kind.FOURTEEN_DAY_LETTER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who the letter comes from, as on the letterhead."""

    legal_name: str
    street: str
    postcode: str
    city: str
    country: str = "NL"
    phone: str = ""
    email: str
    website: str = ""
    kvk: str = ""
    vat_number: str = ""
    iban: str
    bic: str = ""
    account_holder: str
    signed_by: str = ""
    colour: str = "#1d3557"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who the letter goes to. An e-mail only needs the name."""

    name: str
    attention: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "NL"
    debtor_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One claim: what it was, what came off it, and what the letter asks for it.

    `credited` is everything but payments that reduced it; `disputed` is the part that is not asked now.
    """

    invoice_number: str
    issue_date: date
    due_date: date
    description: str = ""
    principal: Decimal
    paid: Decimal = ZERO
    credited: Decimal = ZERO
    disputed: Decimal = ZERO
    open_principal: Decimal
    interest: Decimal = ZERO
    costs: Decimal = ZERO
    total: Decimal
    days_overdue: int = 0
    rung_kind: Kind
    takes_step: bool = True

    def __post_init__(self) -> None:
        """:raises ContentError: if the parts do not add up, or nothing is asked."""
        if self.principal - self.paid - self.credited - self.disputed != self.open_principal:
            raise ContentError(f"{self.invoice_number}: what is open is not what came off the principal")
        if self.open_principal + self.interest + self.costs != self.total:
            raise ContentError(f"{self.invoice_number}: the parts do not add up to the total")
        if self.total <= 0:
            raise ContentError(f"{self.invoice_number}: nothing is asked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """An invoice that is not due yet, mentioned for information."""

    invoice_number: str
    due_date: date
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Payable:
    """The one amount that the letter asks, and where to pay it with which reference. `costs` hold their VAT, if any."""

    total: Decimal
    principal: Decimal
    interest: Decimal = ZERO
    costs: Decimal = ZERO
    costs_vat: Decimal = ZERO
    reference: str
    iban: str
    bic: str = ""
    account_holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostsAnnouncement:
    """What non-payment will cost. VAT only on its legal ground, which the letter then states (art. 2 lid 3 Besluit)."""

    costs: Decimal
    vat: Decimal = ZERO
    vat_reason: bool = False
    vat_percent: Decimal = Decimal(21)
    total_with_costs: Decimal

    def __post_init__(self) -> None:
        """:raises ContentError: if there are no costs, or VAT without its ground."""
        if self.costs <= 0 or self.vat < 0:
            raise ContentError("costs that are announced are more than nothing")
        if (self.vat > 0) != self.vat_reason:
            raise ContentError("VAT on the costs is announced together with its ground, or not at all")


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestLine:
    """One line of the specification of interest, over `first_day` to `last_day`, both included."""

    invoice_number: str
    first_day: date
    last_day: date
    base: Decimal
    percent: Decimal
    days: int
    amount: Decimal
    per_month: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierLetter:
    """A letter that went before this one."""

    kind: Kind
    sent_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeContent:
    """Everything that one letter or mail says.

    `pay_by` is the last day of the term as the ladder computed it; None for the terms that the law words, and not used
    before the due date. `channel` is the way of the letter itself; `email_copy` says that the mail accompanies the same
    letter on paper.
    """

    kind: Kind
    variant: Variant
    language: str = "nl"  # nl or en; any other reads as English
    dispatch_date: date
    notice_reference: str
    term_days: int
    pay_by: date | None = None
    channel: Channel = Channel.POST
    email_copy: bool = False
    invoices_attached: bool = False  # to the mail
    sender: Sender
    recipient: Recipient
    items: tuple[Item, ...]
    upcoming: tuple[Upcoming, ...] = ()
    credit: Decimal = ZERO
    payable: Payable
    announcement: CostsAnnouncement | None = None
    interest_lines: tuple[InterestLine, ...] = ()
    interest_kind: InterestKind
    day_count: DayCount = DayCount.ACTUAL_ACTUAL
    payments_until: date | None = None  # payments received through this day are in the amounts
    pay_url: str = ""
    agency_name: str = ""
    earlier_letters: tuple[EarlierLetter, ...] = ()

    def __post_init__(self) -> None:
        """:raises ContentError: if the sums differ, or the law does not let this letter exist."""
        self._check_sums()
        if self.kind in WORDED_TERMS and self.pay_by is not None:
            raise ContentError(f"the term of a {self.kind} is worded and names no date")
        if self.variant is Variant.CONSUMER:
            self._check_consumer()
        if self.kind is Kind.FOURTEEN_DAY_LETTER:
            self._check_fourteen_day_letter()

    @property
    def written_in(self) -> str:
        """The language of the text: Dutch, or English for everybody else."""
        return "nl" if self.language.startswith("nl") else "en"

    @property
    def has_mixed_rungs(self) -> bool:
        """Whether the claims stand on different rungs, so that each names its own."""
        return len({item.rung_kind for item in self.items}) > 1

    def to_json(self) -> dict[str, Any]:
        """Give this content as JSON: amounts as strings, days as ISO dates."""
        written: dict[str, Any] = frozen_json.to_json(self)
        return written

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Give the content that `to_json` wrote; a field that was not known then has its default.

        :raises ContentError: if it does not add up.
        """
        return frozen_json.from_json(cls, data)

    def _check_sums(self) -> None:
        payable = self.payable
        parts = (("principal", "open_principal"), ("interest", "interest"), ("costs", "costs"), ("total", "total"))
        for asked, part in parts:
            if getattr(payable, asked) != sum((getattr(item, part) for item in self.items), start=ZERO):
                raise ContentError(f"the {asked} asked is not the sum of the claims")
        if not 0 <= payable.costs_vat <= payable.costs:
            raise ContentError("the VAT on the costs is a part of the costs asked")
        note = self.announcement
        if note and note.total_with_costs != payable.total + note.costs + note.vat:
            raise ContentError("the total with costs is not the total plus the costs")

    def _check_consumer(self) -> None:
        if self.announcement and self.kind is not Kind.FOURTEEN_DAY_LETTER:
            raise ContentError("to a consumer only the fourteen-day letter announces costs (art. 6:96 lid 6 BW)")
        if any(item.costs and item.rung_kind is not Kind.FINAL_DEMAND for item in self.items):
            raise ContentError(
                "costs are asked from a consumer after the fourteen-day letter only (art. 6:96 lid 6 BW)"
            )

    def _check_fourteen_day_letter(self) -> None:
        if self.variant is not Variant.CONSUMER:
            raise ContentError("a fourteen-day letter is for consumers (art. 6:96 lid 6 BW)")
        if self.announcement is None:
            raise ContentError("a fourteen-day letter names the costs in euro (art. 6:96 lid 6 BW)")
        if self.upcoming or self.credit:
            raise ContentError("a fourteen-day letter lists nothing but its claims")
        if any(item.rung_kind is not self.kind for item in self.items):
            raise ContentError("a fourteen-day letter is not merged with another")
