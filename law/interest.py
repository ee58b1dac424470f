"""Interest over a late payment: statutory (art. 6:119, 6:119a, 6:119b BW) or agreed, line by line or in bulk.

Amounts are euros, percentages per year (per month for a monthly clause), periods half-open [first_day, end).
The total is the sum of the printed lines, each rounded half up. A line ends only where the rate, the base or the
denominator changes, or where a month of a monthly clause ends; a row that confirms a percentage ends nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from common.calendar import DAY
from common.money import ZERO, euro, round_cents
from law import interest_terms, rates
from law.errors import RefusedByLaw
from law.interest_terms import Compounding, DayCount, InterestTerms
from law.rates import InterestKind, Rate

__all__ = [
    "Compounding",
    "DayCount",
    "InterestCalculation",
    "InterestFactors",
    "InterestKind",
    "InterestLine",
    "InterestTerms",
    "MoreInterestPaidThanDue",
    "MorePrincipalPaidThanDue",
    "Reduction",
    "bulk_amount",
    "calculate",
    "exceeds_statutory",
    "interest_factors",
]


class MoreInterestPaidThanDue(RefusedByLaw):
    code = "more_interest_paid_than_due"


class MorePrincipalPaidThanDue(RefusedByLaw):
    code = "more_principal_paid_than_due"


@dataclass(frozen=True, slots=True)
class Reduction:
    """What a payment or credit of one day took off: interest runs on the old base through `day`.

    A reversal is the same row with the sign turned, on the day on which it was reversed. Money that went back later is
    `undone`, and so is its reversal: it counts for the days on which it was there, but how it was divided then binds
    nobody. What was booked before it since takes its interest first.
    """

    day: date
    to_principal: Decimal
    to_interest: Decimal = ZERO
    undone: bool = False


@dataclass(frozen=True, slots=True)
class InterestLine:
    """One printed line over [start, end): base x percent x days / (100 x denominator), rounded half up.

    `denominator` is 365 or 366, or the days of the month of a monthly clause. `rates` are the rows in force,
    the first with the percentage used and then those that confirm it.
    """

    start: date
    end: date
    days: int
    base: Decimal
    percent: Decimal
    denominator: int
    amount: Decimal
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class InterestCalculation:
    """The lines over [first_day, end), their sum, what was paid of it and what was left of the principal at `end`."""

    principal: Decimal
    first_day: date
    end: date
    terms: InterestTerms
    reductions: tuple[Reduction, ...]
    lines: tuple[InterestLine, ...]
    total: Decimal
    paid: Decimal
    principal_left: Decimal

    @property
    def outstanding(self) -> Decimal:
        return self.total - self.paid


@dataclass(frozen=True, slots=True)
class InterestFactors:
    """What `calculate` does to any principal over [first_day, end): per year of default the numerator and denominator
    of each line. Kept apart, because their quotient is not exact.
    """

    first_day: date
    end: date
    terms: InterestTerms
    years: tuple[tuple[tuple[Decimal, Decimal], ...], ...]


@dataclass(slots=True)
class _Walk:
    """The state of one calculation while it goes through the days; its lines are a base and a period each."""

    principal: Decimal
    kept: tuple[Decimal, Decimal] = (ZERO, ZERO)  # what was paid for good: of the principal, of the interest
    undone: tuple[Decimal, Decimal] = (ZERO, ZERO)  # what is there and will go back, as it was booked
    there: tuple[Decimal, Decimal] = (ZERO, ZERO)  # and as far as there is something to take it off
    joined: Decimal = ZERO  # unpaid interest that is part of the base
    runs: list[tuple[Decimal, interest_terms.Period]] = field(default_factory=list)

    @property
    def principal_paid(self) -> Decimal:
        return self.kept[0] + self.there[0]

    @property
    def paid(self) -> Decimal:
        return self.kept[1] + self.there[1]

    @property
    def base(self) -> Decimal:
        return self.principal - self.principal_paid + self.joined

    @property
    def accrued(self) -> Decimal:
        return sum((_amount(base, period) for base, period in self.runs), start=ZERO)

    def reduce(self, reductions: Sequence[Reduction]) -> None:
        if not reductions:
            return
        day, accrued, before = reductions[0].day, self.accrued, self.paid
        self.kept = _added(self.kept, [r for r in reductions if not r.undone])
        principal, interest = self.kept
        if not 0 <= principal <= self.principal:
            raise MorePrincipalPaidThanDue(day=day, principal=self.principal, paid=principal)
        if not 0 <= interest <= accrued:
            raise MoreInterestPaidThanDue(day=day, interest=accrued, paid=interest)
        self._let_in(_added(self.undone, [r for r in reductions if r.undone]), accrued)
        # Art. 6:44 does not say which part of the interest due is paid first. What already bears interest itself
        # goes first: the most burdensome and the oldest, as in art. 6:43 lid 2, and the kindest to the debtor.
        # Interest given back by a reversal waits for the next anniversary before it bears interest again.
        self.joined -= min(self.joined, max(self.paid - before, ZERO))

    def _let_in(self, undone: tuple[Decimal, Decimal], accrued: Decimal) -> None:
        """Let money that will go back take what is left: of interest what it was booked on, and else principal."""
        on_interest = self.there[1] if undone == self.undone else undone[1]
        interest = min(on_interest, accrued - self.kept[1])
        principal = min(sum(undone, start=ZERO) - interest, self.principal - self.kept[0])
        self.undone, self.there = undone, (principal, interest)

    def join_base(self) -> None:
        self.joined = self.accrued - self.paid

    def run(self, period: interest_terms.Period) -> None:
        base = self.base
        if self.runs and self.runs[-1][0] == base and period.continues(self.runs[-1][1]):
            self.runs[-1] = (base, replace(period, start=self.runs[-1][1].start))
        elif base:
            self.runs.append((base, period))


def calculate(
    principal: Decimal,
    *,
    first_day: date,
    end: date,
    terms: InterestTerms,
    reductions: Iterable[Reduction] = (),
) -> InterestCalculation:
    """Give the interest over a principal from `first_day` up to but not including `end`, line by line.

    For trade `first_day` is the day after the last day of payment and the day of payment itself counts (6:119a
    lid 1), so `end` is the day after it. A payment on day p reduces the base from p + 1. After each year, counted
    from `first_day` (29 February becomes 28), the printed interest still unpaid joins the base. The order in which
    the reductions are given does not matter; those on or after `end` are left out. Without a day in the period
    there are no lines and the total is zero.

    Collection costs bear no interest here. That the creditor is himself in default, or the delay not the debtor's
    (6:119a lid 6 and 7), is for the caller to know: he asks for no interest over such days.

    :raises NoRateKnown: if a statutory rate is asked before the first row of the table.
    :raises ValueError: if the principal is negative, or an amount has a fraction of a cent.
    :raises MorePrincipalPaidThanDue: if the reductions take more principal, or give back more, than there was.
    :raises MoreInterestPaidThanDue: likewise for the interest due through the day of a payment.
    """
    principal = euro(principal)
    if principal < 0:
        raise ValueError("interest runs over what is owed, never over a negative amount")
    counted = tuple(sorted((r for r in reductions if r.day < end), key=_day_and_amounts))
    walk = _Walk(principal)
    effective = _by_first_day_of_effect(counted, first_day)
    joins = frozenset(interest_terms.compounding_days(first_day, end, terms.compounding))
    for period in interest_terms.cut(interest_terms.periods(first_day, end, terms), {*effective, *joins}):
        walk.reduce(effective.pop(period.start, ()))
        if period.start in joins:
            walk.join_base()
        walk.run(period)
    for day in sorted(effective):
        walk.reduce(effective[day])
    return _calculation(walk, first_day=first_day, end=end, terms=terms, reductions=counted)


@lru_cache(maxsize=1 << 15)
def interest_factors(first_day: date, end: date, terms: InterestTerms) -> InterestFactors:
    """Prepare `bulk_amount` for every claim whose interest runs over the same days [first_day, end) and terms.

    :raises NoRateKnown: if a statutory rate is asked before the first row of the table.
    """
    joins = frozenset(interest_terms.compounding_days(first_day, end, terms.compounding))
    years: list[list[tuple[Decimal, Decimal]]] = [[]]
    for period in interest_terms.cut(interest_terms.periods(first_day, end, terms), joins):
        if period.start in joins:
            years.append([])
        years[-1].append(_factor(period))
    return InterestFactors(first_day, end, terms, tuple(tuple(year) for year in years))


def bulk_amount(principal: Decimal, factors: InterestFactors) -> Decimal:
    """Give the total that `calculate` gives for a principal without reductions, to the cent, but fast.

    The principal is in whole cents and not negative; that is not checked here.
    """
    base = principal
    for left, year in enumerate(factors.years, start=1 - len(factors.years)):
        joined = ZERO
        for numerator, denominator in year:
            joined += round_cents(base * numerator / denominator)
        if left and not joined:
            # So small that a year costs nothing: nothing joins the base, so the line runs on.
            return calculate(principal, first_day=factors.first_day, end=factors.end, terms=factors.terms).total
        base += joined
    return base - principal


def exceeds_statutory(terms: InterestTerms, day: date) -> bool:
    """Tell whether an agreed rate is higher, per year, than what a consumer owes by law on a day (art. 6:119 BW).

    A warning, not a refusal: a court may find a high default rate in general terms unfair, and then no interest at
    all is left, not even the statutory one (from memory of EU case law, not confirmed).

    :raises NoRateKnown: if the day lies before the first row of the table.
    """
    if terms.contractual_percent is None:
        return False
    return (
        terms.contractual_percent * (12 if terms.per_month else 1) > rates.rate_on(InterestKind.CONSUMER, day).percent
    )


def _calculation(
    walk: _Walk, *, first_day: date, end: date, terms: InterestTerms, reductions: tuple[Reduction, ...]
) -> InterestCalculation:
    return InterestCalculation(
        principal=walk.principal,
        first_day=first_day,
        end=end,
        terms=terms,
        reductions=reductions,
        lines=tuple(_line(base, period, first_day, terms) for base, period in walk.runs),
        total=walk.accrued,
        paid=walk.paid,
        principal_left=walk.principal - walk.principal_paid,
    )


def _added(paid: tuple[Decimal, Decimal], reductions: Iterable[Reduction]) -> tuple[Decimal, Decimal]:
    principal, interest = paid
    for reduction in reductions:
        principal, interest = principal + euro(reduction.to_principal), interest + euro(reduction.to_interest)
    return principal, interest


def _line(base: Decimal, period: interest_terms.Period, first_day: date, terms: InterestTerms) -> InterestLine:
    if terms.contractual_percent is None:
        used = rates.rates_between(terms.kind, period.start, period.end)
    else:
        used = (rates.agreed_rate(terms.contractual_percent, first_day),)
    amount = _amount(base, period)
    return InterestLine(
        period.start, period.end, period.days, base, period.percent, period.denominator, amount, rates=used
    )


def _factor(period: interest_terms.Period) -> tuple[Decimal, Decimal]:
    return period.percent * period.days, Decimal(100 * period.denominator)


def _amount(base: Decimal, period: interest_terms.Period) -> Decimal:
    numerator, denominator = _factor(period)
    return round_cents(base * numerator / denominator)


def _by_first_day_of_effect(reductions: Iterable[Reduction], first_day: date) -> dict[date, list[Reduction]]:
    effective: dict[date, list[Reduction]] = {}
    for reduction in reductions:
        effective.setdefault(max(reduction.day + DAY, first_day), []).append(reduction)
    return effective


def _day_and_amounts(reduction: Reduction) -> tuple[date, Decimal, Decimal]:
    return reduction.day, reduction.to_principal, reduction.to_interest
