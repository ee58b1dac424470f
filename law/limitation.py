"""When a claim is barred by time (verjaring), and what makes the time run anew (stuiting); Book 3 and 7 BW.

`last_day` is the last day on which the claim is not barred, inclusive. A court does not apply limitation by
itself, and paying a barred debt is valid (3:322): this is a watch, not a gate.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from common.calendar import DAY, add_months, add_years


class ClaimKind(StrEnum):
    """What the claim is for; decides how long it can be enforced."""

    CONTRACT = "contract"  # also services to consumers
    PERIODIC = "periodic"
    CONSUMER_PURCHASE = "consumer_purchase"
    JUDGMENT = "judgment"
    JUDGMENT_PERIODIC = "judgment_periodic"


class Act(StrEnum):
    """What the creditor or the debtor did."""

    WRITTEN_DEMAND = "written_demand"
    RESERVATION_OF_RIGHTS = "reservation_of_rights"
    PART_PAYMENT = "part_payment"
    REQUEST_FOR_ARRANGEMENT = "request_for_arrangement"
    LEGAL_ACTION = "legal_action"
    FRIENDLY_REMINDER = "friendly_reminder"
    PHONE_CALL = "phone_call"


@dataclass(frozen=True, slots=True)
class LimitationTerm:
    """The term in years for one kind of claim; it begins on the day after the claim fell due."""

    kind: ClaimKind
    valid_from: date
    years: int
    source: str


@dataclass(frozen=True, slots=True)
class InterruptingAct:
    """Whether an act makes a new term begin."""

    act: Act
    valid_from: date
    interrupts: bool
    source: str


@dataclass(frozen=True, slots=True)
class Interruption:
    """An act on the day on which it reached the debtor (or was done by him), and whether that can be proved."""

    act: Act
    on: date
    proved: bool = True


@dataclass(frozen=True, slots=True)
class Alert:
    """A day on which to warn: so many months are left."""

    months: int
    on: date


@dataclass(frozen=True, slots=True)
class Limitation:
    """When a claim is barred: the term used, the act that last restarted it, the last day and the days to warn."""

    kind: ClaimKind
    due_date: date
    years: int
    source: str
    interrupted_by: Interruption | None
    last_day: date
    alerts: tuple[Alert, ...]

    @property
    def barred_from(self) -> date:
        return self.last_day + DAY

    def is_barred(self, day: date) -> bool:
        """Tell whether the claim is barred on a day."""
        return day > self.last_day

    def alert_on(self, day: date) -> Alert | None:
        """Give the last alert whose day has come, or None before the first."""
        return next((alert for alert in reversed(self.alerts) if alert.on <= day), None)


_NEW_CODE = date(1992, 1, 1)  # Books 3 and 6 BW as they are now (the day: memory)
_CONSUMER_SALES = date(2003, 5, 1)  # title 7.1 on consumer sales as it is now (the day: memory)

LIMITATION_TERMS = (
    LimitationTerm(ClaimKind.CONTRACT, _NEW_CODE, 5, "art. 3:307 lid 1 BW"),
    LimitationTerm(ClaimKind.PERIODIC, _NEW_CODE, 5, "art. 3:308 BW"),
    # The article names no first day; the day after the due date is used, as for other claims (reading).
    LimitationTerm(ClaimKind.CONSUMER_PURCHASE, _CONSUMER_SALES, 2, "art. 7:28 BW, with 7:5 for gas, water and power"),
    LimitationTerm(ClaimKind.JUDGMENT, _NEW_CODE, 20, "art. 3:324 lid 1 BW"),
    LimitationTerm(ClaimKind.JUDGMENT_PERIODIC, _NEW_CODE, 5, "art. 3:324 lid 3 BW"),
)
LONGEST_NEW_TERM = LimitationTerm(ClaimKind.CONTRACT, _NEW_CODE, 5, "art. 3:319 lid 2 BW, first sentence")
ALERT_MONTHS = (6, 3, 1)  # our choice

INTERRUPTING_ACTS = {
    act: InterruptingAct(act, _NEW_CODE, interrupts, source)
    for act, interrupts, source in (
        (Act.WRITTEN_DEMAND, True, "art. 3:317 lid 1 BW"),
        (Act.RESERVATION_OF_RIGHTS, True, "art. 3:317 lid 1 BW"),
        (Act.PART_PAYMENT, True, "art. 3:318 BW"),
        (Act.REQUEST_FOR_ARRANGEMENT, True, "art. 3:318 BW"),
        # A suit that is granted leads to a judgment with its own term; that it interrupts at all depends on how it
        # ends (3:316 lid 2), so it is given no more than a new term from its day.
        (Act.LEGAL_ACTION, True, "art. 3:316 lid 1 BW"),
        # A friendly reminder may not reserve any right, and a call is not written: kindest, they do nothing.
        (Act.FRIENDLY_REMINDER, False, "art. 3:317 lid 1 BW"),
        (Act.PHONE_CALL, False, "art. 3:317 lid 1 BW"),
    )
}


def term_of(kind: ClaimKind) -> LimitationTerm:
    """Give the limitation term of a kind of claim, in years."""
    return next(term for term in LIMITATION_TERMS if term.kind is kind)


def limitation(kind: ClaimKind, due_date: date, interruptions: Iterable[Interruption] = ()) -> Limitation:
    """Give the last day on which a claim is not barred, counted from its due date and what interrupted it since.

    The term begins on the day after the due date (for a judgment: after the day it was given). Each proved interrupting
    act before the end begins a new term on the next day, of the same length but at most five years, and never ending
    before the first would have (3:319). An act after the end revives nothing. The order of the acts does not matter.
    """
    term = term_of(kind)
    first_end = last_day = add_years(due_date, term.years)
    used = None
    for interruption in sorted(interruptions, key=lambda interruption: interruption.on):
        if counts(interruption) and due_date < interruption.on <= last_day:
            used = interruption
            last_day = max(first_end, add_years(interruption.on, min(term.years, LONGEST_NEW_TERM.years)))
    alerts = tuple(Alert(months, add_months(last_day, -months)) for months in ALERT_MONTHS)
    return Limitation(kind, due_date, term.years, term.source, used, last_day, alerts)


def counts(interruption: Interruption) -> bool:
    """Tell whether an act interrupts: it is one that does (3:316 to 3:318), and it can be proved (3:37 lid 3)."""
    return interruption.proved and INTERRUPTING_ACTS[interruption.act].interrupts
