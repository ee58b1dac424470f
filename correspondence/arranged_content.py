"""What a message about paying in parts says, as plain values: frozen when it is made. No Django here."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from common.money import ZERO
from correspondence import frozen_json
from correspondence.content import ContentError, Payable, Recipient, Sender


class Kind(StrEnum):
    """What a message is about; the values name the subject of its message in the outbox."""

    AGREED = "arrangement_agreed"
    COUNTER = "arrangement_counter"
    DECLINED = "arrangement_declined"
    DONE = "arrangement_done"
    BEFORE = "instalment_before"
    MISSED = "instalment_missed"


WITH_SCHEDULE = frozenset({Kind.AGREED, Kind.COUNTER, Kind.BEFORE, Kind.MISSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One instalment as the table shows it; `pay_url` opens its own page."""

    number: int
    due_on: date
    amount: Decimal
    paid: Decimal = ZERO
    is_late: bool = False
    is_this: bool = False  # the one that the message is about
    pay_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangedClaim:
    """A claim that is paid in parts, and how much of it."""

    invoice_number: str
    issue_date: date
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangementContent:
    """Everything that one message about an arrangement says. `payable` asks what is to be paid next, if anything."""

    kind: Kind
    language: str = "nl"
    dispatch_date: date
    reference: str  # public id of the arrangement
    sender: Sender
    recipient: Recipient
    total: Decimal
    paid: Decimal = ZERO
    parts: tuple[Part, ...] = ()
    claims: tuple[ArrangedClaim, ...] = ()
    payable: Payable | None = None
    pay_by: date | None = None
    lapses_on: date | None = None  # from this day the arrangement no longer holds
    lapse_days: int = 0  # so many days late, and it no longer holds
    by_direct_debit: bool = False
    is_consumer: bool = True
    by_email: bool = True
    reason: str = ""
    pay_url: str = ""

    def __post_init__(self) -> None:
        """:raises ContentError: if the instalments or the claims do not add up to the total."""
        if self.parts and sum((part.amount for part in self.parts), start=ZERO) != self.total:
            raise ContentError("the instalments are not the total")
        if self.claims and sum((claim.amount for claim in self.claims), start=ZERO) != self.total:
            raise ContentError("the claims are not the total")
        if self.kind in WITH_SCHEDULE and not (self.parts and self.payable):
            raise ContentError(f"{self.kind} shows its instalments and asks the next")

    @property
    def written_in(self) -> str:
        """The language of the text: Dutch, or English for everybody else."""
        return "nl" if self.language.startswith("nl") else "en"

    @property
    def left(self) -> Decimal:
        return self.total - self.paid

    def to_json(self) -> dict[str, Any]:
        """Give this content as JSON: amounts as strings, days as ISO dates."""
        written: dict[str, Any] = frozen_json.to_json(self)
        return written

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Give the content that `to_json` wrote."""
        return frozen_json.from_json(cls, data)
