"""What `dunning.ladder` reads and what it answers: plain values, loaded and stored by others. Pure.

The text of every enum is what the database holds (tests/dunning/test_states.py keeps them equal to `dunning.states`).
Amounts are euros, days are dates; a date called `…_until` is inclusive.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from common.calendar import DAY
from common.money import ZERO
from law.collection_costs import NO_VAT, BusinessBasis, VatGround
from law.interest import InterestTerms, Reduction
from law.letter_costs import EarlierCosts, LetterClaim
from law.notices import FourteenDayTerm
from law.rates import InterestKind


class Kind(StrEnum):
    """What a rung is, in the order of severity of letters."""

    COURTESY = "courtesy"
    REMINDER = "reminder"
    SECOND_REMINDER = "second_reminder"
    DEMAND = "demand"
    DEFAULT_NOTICE = "default_notice"
    FOURTEEN_DAY_LETTER = "fourteen_day_letter"
    FINAL_DEMAND = "final_demand"
    CALL = "call"
    HANDOFF = "handoff"


SEVERITY: dict[str, int] = {kind: severity for severity, kind in enumerate(Kind)}
LETTERS = frozenset(Kind) - {Kind.CALL, Kind.HANDOFF}
STATUTORY = frozenset({Kind.DEFAULT_NOTICE, Kind.FOURTEEN_DAY_LETTER})


class Rung(NamedTuple):
    """One step of a policy. `days` after the due date (negative: before), `min_days_after` the previous dispatch."""

    key: str
    kind: str
    days: int
    min_days_after: int | None = None
    channels: tuple[str, ...] = ()
    approval: str = "person"
    term_days: int = 7
    announces_costs: bool = False
    charges_interest: bool = False
    charges_costs: bool = False
    minimum_amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Policy:
    """A version of a ladder: its rungs in order, for one legal variant."""

    id: int
    version: int
    variant: str
    rungs: tuple[Rung, ...]
    lineage: str = ""
    index: Mapping[str, int] = field(init=False)
    by_kind: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {rung.key: number for number, rung in enumerate(self.rungs)})
        object.__setattr__(self, "by_kind", {rung.kind: number for number, rung in enumerate(self.rungs)})

    def after(self, key: str, kind: str) -> int:
        """Give the index of the first rung after a position; a key of another version is mapped by its kind.

        A position that this version has neither by key nor by kind counts as the last rung that is less severe.
        """
        if not key:
            return 0
        if key in self.index:
            return self.index[key] + 1
        if kind in self.by_kind:
            return self.by_kind[kind] + 1
        severity = SEVERITY.get(kind, 0)
        return sum(1 for rung in self.rungs if SEVERITY[rung.kind] <= severity)

    def gap(self, number: int, stands_on: int) -> int:
        """Give the days between a rung and the dispatch of the last one; unless stated, their days' difference."""
        rung = self.rungs[number]
        if rung.min_days_after is not None:
            return rung.min_days_after
        return max(0, rung.days - self.rungs[stands_on].days) if stands_on >= 0 else 0


class Claim(NamedTuple):
    """One claim as it stands now. The first fields are the columns of `dunning.loading.CLAIMS`, in that order."""

    case_id: int
    invoice_id: int
    debtor_id: int
    policy_id: int
    consumer: bool
    due_date: date
    opens_on: date
    received_on: date  # the day the debtor got the invoice, as far as known
    round: int
    position_key: str
    position_kind: str
    position_on: date | None
    term_ends_on: date | None
    resume_on: date | None
    default_since: date | None
    principal: Decimal  # open
    interest: Decimal  # charged and open
    costs: Decimal  # charged and open
    interest_total: Decimal  # ever charged
    costs_total: Decimal
    interest_claimed: bool
    original: Decimal  # the principal of the invoice
    contract_ref: str
    why_code: str
    why_until: date | None
    next_look_on: date | None
    # Circumstances: the loader fills in what is there.
    disputed: Decimal | None = None  # a part; the whole is whatever is open
    wholly_disputed: bool = False
    held: bool = False
    held_until: date | None = None
    promised_until: date | None = None  # end of the grace
    arranged: bool = False
    arranged_until: date | None = None  # a proposal waits; None where the arrangement runs
    payment_pending: bool = False
    unsent: bool = False  # a notice waits
    offered_until: date | None = None  # a letter's one amount counts until then
    letter: "Letter | None" = None  # the fourteen-day letter of this round that covers it
    reductions: tuple[Reduction, ...] = ()

    @property
    def open(self) -> Decimal:
        """What is open and not disputed, as charged so far."""
        return self.principal - (self.disputed or ZERO) + self.interest + self.costs


@dataclass(frozen=True, slots=True)
class Letter:
    """A fourteen-day letter that went out: its term, what it announced, and the principals unpaid at the term's end."""

    notice_id: int
    term: FourteenDayTerm
    announced: Decimal
    announced_vat: Decimal
    unpaid: tuple[LetterClaim, ...]  # key: the invoice's id as text


class Debtor(NamedTuple):
    """What the ladder must know of a debtor."""

    id: int
    own_group: bool = False
    legal_state: str = ""
    held: bool = False
    held_until: date | None = None
    language: str = "nl"
    takes_email: bool = True
    takes_post: bool = True
    credit: Decimal = ZERO  # unallocated: credit notes and payments
    last_letter_on: date | None = None
    told_on: date | None = None  # a message about an instalment, today: no other message that day
    notice_waiting: bool = False  # planned, approved or queued
    earlier_costs: tuple[EarlierCosts, ...] = ()


@dataclass(frozen=True, slots=True)
class SendingDays:
    """On which days the tenant sends: his weekdays (0 Monday), less public holidays and closing days."""

    weekdays: frozenset[int] = frozenset(range(5))
    closed: frozenset[date] = frozenset()

    def is_one(self, day: date) -> bool:
        """Tell whether the tenant sends on a day."""
        return day.weekday() in self.weekdays and day not in self.closed

    def first_from(self, day: date) -> date:
        """Give the first sending day on or after a day.

        :raises ValueError: if there is none in the four hundred days after it.
        """
        for _ in range(400):
            if self.is_one(day):
                return day
            day += DAY
        raise ValueError("a tenant sends on at least one day a year")


@dataclass(frozen=True)
class Rules:
    """How the ladder of a tenant behaves: his settings, and what the law needs to know of him."""

    policies: Mapping[int, Policy]
    sending: SendingDays = SendingDays()
    contact_interval: int = 7
    days_after_invoice: int = 5
    minimum_invoice: Decimal = Decimal("5.00")
    minimum_debtor: Decimal = Decimal("10.00")
    small_rest: Decimal = Decimal("2.50")
    # "allowed", "unanswered" (ask the tenant first) or "off" (his terms put all costs at risk)
    consumer_costs: str = "allowed"
    periodic_without_reference: bool = True
    business_basis: BusinessBasis = BusinessBasis.SCALE_OVER_SUM
    vat: VatGround = NO_VAT
    consumer_interest: InterestTerms = field(default_factory=lambda: InterestTerms(InterestKind.CONSUMER))
    business_interest: InterestTerms = field(default_factory=lambda: InterestTerms(InterestKind.TRADE))
    call_gap: int = 3  # days between a letter and a call

    @cached_property
    def quiet(self) -> timedelta:
        return timedelta(days=self.contact_interval)


class Why(StrEnum):
    """Why a claim gets nothing tonight, or that it does. `dunning.reasons` has the sentence for each."""

    PLANNED = "planned"
    TASK = "task"
    HANDOFF = "handoff"
    OWN_GROUP = "own_group"
    DEBTOR_HOLD = "debtor_hold"
    INVOICE_HOLD = "invoice_hold"
    DISPUTE = "dispute"
    PROMISE = "promise"
    ARRANGEMENT = "arrangement"
    PAYMENT_PENDING = "payment_pending"
    LEGAL_STATE = "legal_state"
    UNSENT = "unsent"
    NEXT_RUNG = "next_rung"
    LETTER_TERM = "letter_term"
    NOT_IN_DEFAULT = "not_in_default"
    CONSUMER_TERMS = "consumer_terms"
    SMALL_REST = "small_rest"
    BELOW_MINIMUM = "below_minimum"
    CREDIT = "credit"
    NO_ADDRESS = "no_address"
    SENDING_DAY = "sending_day"
    CONTACT_INTERVAL = "contact_interval"
    END_OF_LADDER = "end_of_ladder"
    FAILED = "failed"


class Outcome(NamedTuple):
    """What the night says of one claim: why, until when, about which rung, when to look again (None: on an event)."""

    case_id: int
    why: str
    until: date | None = None
    rung_key: str = ""
    look_on: date | None = None


class Line(NamedTuple):
    """One claim in a notice. Interest and costs are what is open plus what is proposed."""

    case_id: int
    invoice_id: int
    rung_key: str
    rung_kind: str
    round: int
    takes_step: bool
    principal: Decimal
    interest: Decimal
    interest_proposed: Decimal
    costs: Decimal
    costs_proposed: Decimal
    costs_vat_proposed: Decimal = ZERO  # the VAT in it
    joined: tuple[tuple[str, str], ...] = ()  # rungs (key, kind) passed because one letter takes in everything

    @property
    def total(self) -> Decimal:
        return self.principal + self.interest + self.costs


@dataclass(frozen=True, slots=True)
class NoticePlan:
    """A notice to write to one debtor."""

    debtor_id: int
    variant: str
    kind: str
    approval: str
    channels: tuple[str, ...]
    language: str
    leaves_on: date
    term_days: int
    lines: tuple[Line, ...]
    announced_costs: Decimal = ZERO
    announced_vat: Decimal = ZERO
    credit: Decimal = ZERO

    @property
    def asked(self) -> tuple[Line, ...]:
        """The lines that add up to what is asked: a courtesy message asks what is not due yet, others only what is."""
        if self.kind == Kind.COURTESY:
            return self.lines
        return tuple(line for line in self.lines if line.rung_kind != Kind.COURTESY)


class TaskPlan(NamedTuple):
    """Something a person must do, found tonight. Only a call is about a case; others are about debtor or invoice."""

    kind: str
    debtor_id: int
    invoice_id: int = 0
    amount: Decimal | None = None
    rung_key: str = ""
    case_id: int = 0
    round: int = 1


@dataclass(slots=True)
class Decision:
    """What the night does with one debtor."""

    outcomes: list[Outcome] = field(default_factory=list)
    notices: list[NoticePlan] = field(default_factory=list)
    tasks: list[TaskPlan] = field(default_factory=list)
