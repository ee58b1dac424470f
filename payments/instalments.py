"""Paying in parts: how a total is divided over days, which limit that crosses, what money has paid of it. Pure.

Money pays the earliest instalment first. Who pays early or more than was due has less to pay on the next days, and can
never miss an instalment that he paid ahead of: that is the kindest reading, and the one a debtor expects. Nothing is
moved in time and no part grows. (docs/adr/0016-instalments.md)
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import NamedTuple

from common.calendar import add_months
from common.money import CENT, ZERO

MOST_PARTS = 60
YEAR = timedelta(days=365)


class Part(NamedTuple):
    """What is to be paid by a day."""

    due_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Limits:
    """Within which a debtor may agree by himself: the tenant's terms, and how often he did so in the last year."""

    max_months: int = 6
    first_within_days: int = 14
    first_percent: int = 10
    minimum_instalment: Decimal = Decimal("25.00")
    maximum_total: Decimal = Decimal("2500.00")
    per_year: int = 1
    agreed_this_year: int = 0


class Limit(StrEnum):
    """What a proposal can be beyond; `payments.limit_words` has the sentence for each."""

    TOTAL = "total"
    MONTHS = "months"
    FIRST_DAY = "first_day"
    FIRST_AMOUNT = "first_amount"
    MINIMUM = "minimum"
    PER_YEAR = "per_year"


@dataclass(frozen=True, slots=True)
class Problem:
    """A limit that a proposal crosses, with what is allowed."""

    limit: Limit
    values: dict[str, object] = field(default_factory=dict)


def plan(
    total: Decimal, *, months: int, first_on: date, first_amount: Decimal | None = None, minimum: Decimal = CENT
) -> tuple[Part, ...]:
    """Divide a total over as many months, a part a month from a first day; fewer parts where they would be too small.

    Parts are equal, but for the first where its amount is said; the last takes the cents that do not divide. A day
    that a month does not have is its last day. The parts always sum to the total.

    :raises ValueError: if there is nothing to divide, or no month to do it in.
    """
    if total <= 0 or months < 1:
        raise ValueError("an amount above nothing is divided over at least one month")
    first = min(first_amount, total) if first_amount is not None and first_amount > 0 else None
    rest = total - (first or ZERO)
    if first is not None and not rest:
        return (Part(first_on, total),)
    fit = int(rest / max(minimum, CENT))
    number = max(1, min(months - (first is not None), fit, MOST_PARTS))
    amounts = ([first] if first is not None else []) + _equal(rest, number)
    return tuple(Part(add_months(first_on, place), amount) for place, amount in enumerate(amounts))


def _equal(total: Decimal, number: int) -> list[Decimal]:
    each = (total / number).quantize(CENT, rounding=ROUND_DOWN)
    return [each] * (number - 1) + [total - each * (number - 1)]


def in_order(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Give parts by the day they are due."""
    return tuple(sorted(parts, key=lambda part: part.due_on))


def total_of(parts: Sequence[Part]) -> Decimal:
    """Give what parts come to."""
    return sum((part.amount for part in parts), start=ZERO)


def fitted(parts: Sequence[Part], total: Decimal) -> tuple[Part, ...]:
    """Make parts come to another total: the last takes what is more; what is less goes off the last ones first.

    :raises ValueError: if there is nothing left to divide.
    """
    if total <= 0 or not parts:
        raise ValueError("an amount above nothing is divided over at least one part")
    over = total_of(parts) - total
    fitting = list(parts)
    while over > 0 and fitting[-1].amount <= over:
        over -= fitting.pop().amount
    fitting[-1] = fitting[-1]._replace(amount=fitting[-1].amount - over)
    return tuple(fitting)


def spread(parts: Sequence[Part], paid: Decimal) -> tuple[Decimal, ...]:
    """Give what of an amount paid falls on each part, the earliest first; what is more than all of them is left out."""
    found: dict[int, Decimal] = {}
    for place in sorted(range(len(parts)), key=lambda place: (parts[place].due_on, place)):
        found[place] = min(parts[place].amount, max(paid, ZERO))
        paid -= found[place]
    return tuple(found[place] for place in range(len(parts)))


def is_missed(due_on: date, rest: Decimal, day: date) -> bool:
    """Tell whether something is left to pay of a part whose day is over."""
    return rest > 0 and due_on < day


def is_in_default(parts: Sequence[Part], paid: Decimal, *, day: date, after_days: int) -> bool:
    """Tell whether a part is so late that the arrangement falls: more than so many days behind its own."""
    limit = day - timedelta(days=after_days)
    return any(
        part.due_on < limit and part.amount > of_it for part, of_it in zip(parts, spread(parts, paid), strict=True)
    )


def over_claims(amount: Decimal, left: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Divide an amount over what is left of claims, the first ones first."""
    divided = []
    for rest in left:
        divided.append(min(rest, amount))
        amount -= divided[-1]
    return tuple(divided)


def problems(parts: Sequence[Part], *, limits: Limits, today: date) -> tuple[Problem, ...]:
    """Give the limits that a proposal of a debtor crosses; none means that it may be agreed at once.

    The last part may be smaller than the smallest where the total itself is.
    """
    ordered = in_order(parts)
    total = total_of(parts)
    first, last = ordered[0], ordered[-1]
    at_least = (total * limits.first_percent / 100).quantize(CENT, rounding=ROUND_DOWN)
    first_by = today + timedelta(days=limits.first_within_days)
    last_by = add_months(today, limits.max_months)
    smallest = min(limits.minimum_instalment, total)
    found: tuple[tuple[bool, Limit, dict[str, object]], ...] = (
        (total > limits.maximum_total, Limit.TOTAL, {"maximum": limits.maximum_total}),
        (last.due_on > last_by, Limit.MONTHS, {"months": limits.max_months, "day": last_by}),
        (first.due_on > first_by, Limit.FIRST_DAY, {"days": limits.first_within_days, "day": first_by}),
        (first.amount < at_least, Limit.FIRST_AMOUNT, {"percent": limits.first_percent, "amount": at_least}),
        (min(part.amount for part in ordered) < smallest, Limit.MINIMUM, {"amount": smallest}),
        (limits.agreed_this_year >= limits.per_year, Limit.PER_YEAR, {"times": limits.per_year}),
    )
    return tuple(Problem(limit, values) for crossed, limit, values in found if crossed)
