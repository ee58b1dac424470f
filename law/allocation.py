"""What a payment pays: which claim first (art. 6:43 BW), then within it costs, interest and principal (art. 6:44 BW).

Amounts are euros. A claim brings what is open on the day of the payment; only what is really due on that day is
counted. Nothing here is final: after each back-dated payment the caller allocates again from the start.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from common.money import ZERO, euro, split


class Part(StrEnum):
    """The parts of a claim that a payment can go to."""

    COSTS = "costs"
    INTEREST = "interest"
    PRINCIPAL = "principal"


LEGAL_ORDER = (Part.COSTS, Part.INTEREST, Part.PRINCIPAL)  # art. 6:44 lid 1; collection costs are costs, HR 10-07-2015


@dataclass(frozen=True, slots=True)
class ClaimDue:
    """One claim on the day of a payment, before the payment.

    `interest` is what is due through that day. `costs` count only from `costs_from` (None: at once), because those of
    a consumer are not due before the term of the fourteen-day letter is over. `percent` is the interest per year
    that runs now, zero before default: it decides which claim is most burdensome.
    """

    key: str
    due_date: date
    principal: Decimal
    interest: Decimal = ZERO
    costs: Decimal = ZERO
    costs_from: date | None = None
    percent: Decimal = ZERO

    def open_on(self, day: date) -> dict[Part, Decimal]:
        """Give what is due of each part on a day, in euro."""
        costs_due = self.costs_from is None or self.costs_from <= day
        return {
            Part.COSTS: euro(self.costs) if costs_due else ZERO,
            Part.INTEREST: euro(self.interest),
            Part.PRINCIPAL: euro(self.principal),
        }


@dataclass(frozen=True, slots=True)
class ClaimPart:
    """What one claim got of a payment."""

    key: str
    to_costs: Decimal
    to_interest: Decimal
    to_principal: Decimal

    @property
    def total(self) -> Decimal:
        return self.to_costs + self.to_interest + self.to_principal


@dataclass(frozen=True, slots=True)
class Allocation:
    """A payment over the claims, in the order in which they got it; the parts and the rest sum to the payment."""

    amount: Decimal
    paid_on: date
    parts: tuple[ClaimPart, ...]
    unallocated: Decimal


def allocate(
    amount: Decimal,
    claims: Iterable[ClaimDue],
    *,
    paid_on: date,
    designated: Collection[str] = (),
    order: Sequence[Part] = LEGAL_ORDER,
) -> Allocation:
    """Give what a payment, credited on `paid_on`, pays of each claim, and what is left when all is paid.

    First the claims the debtor designated, then the due ones, then the others; in each the most burdensome (highest
    interest) first, then the oldest by due date, and equal ones in proportion to what is open (art. 6:43). Then
    within each claim (art. 6:44; HR 29-05-2015). What is left over from designated claims goes on to the others.
    Claims that get nothing are left out. Another `order` only where it was agreed.

    :raises ValueError: if an amount is negative or has a fraction of a cent, a key occurs twice, a designated key is
        unknown, or the order does not name each part once.
    """
    amount, ranked = euro(amount), tuple(claims)
    _check(amount, ranked, designated, order)
    parts: list[ClaimPart] = []
    left = amount

    def rank(claim: ClaimDue) -> tuple[bool, bool, Decimal, date]:
        # A claim is due once its last day for payment is over: before it the creditor cannot ask for it (art. 6:39).
        return claim.key not in designated, claim.due_date >= paid_on, -claim.percent, claim.due_date

    for _, equals in groupby(sorted(ranked, key=lambda claim: (rank(claim), claim.key)), key=rank):
        for claim, share in _in_proportion(left, list(equals), paid_on):
            left -= share
            parts.append(_within(claim, share, paid_on, order))
    return Allocation(amount, paid_on, tuple(part for part in parts if part.total), left)


def _check(amount: Decimal, claims: Sequence[ClaimDue], designated: Collection[str], order: Sequence[Part]) -> None:
    keys = [claim.key for claim in claims]
    if amount < 0 or any(min(claim.principal, claim.interest, claim.costs) < 0 for claim in claims):
        raise ValueError("a payment and what is open are not negative; a reversal takes back what it paid")
    if len(set(keys)) != len(keys) or not set(designated) <= set(keys):
        raise ValueError("each claim is given once, and only given claims are designated")
    if sorted(order) != sorted(LEGAL_ORDER):
        raise ValueError("the order names costs, interest and principal once")


def _in_proportion(amount: Decimal, claims: list[ClaimDue], day: date) -> Iterable[tuple[ClaimDue, Decimal]]:
    """Give each claim of equal rank its part of the amount, never more than is open."""
    open_amounts = [sum(claim.open_on(day).values(), start=ZERO) for claim in claims]
    total = sum(open_amounts, start=ZERO)
    if total <= amount:
        return zip(claims, open_amounts, strict=True)
    return zip(claims, split(amount, open_amounts), strict=True)


def _within(claim: ClaimDue, share: Decimal, day: date, order: Sequence[Part]) -> ClaimPart:
    due = claim.open_on(day)
    taken = {}
    for part in order:
        taken[part] = min(share, due[part])
        share -= taken[part]
    return ClaimPart(claim.key, taken[Part.COSTS], taken[Part.INTEREST], taken[Part.PRINCIPAL])
