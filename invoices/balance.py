"""How a claim stands, from the rows of its ledger. Pure: values in, values out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from common.calendar import DAY
from common.money import ZERO
from law import allocation, default, interest

KEY = "claim"  # there is one claim here; law.allocation wants a name for each
LEGAL_ORDER = allocation.LEGAL_ORDER
# A credit note says that less was owed: it takes away principal before what was added to it.
CREDIT_ORDER = (allocation.Part.PRINCIPAL, allocation.Part.COSTS, allocation.Part.INTEREST)


@dataclass(frozen=True, slots=True)
class Parts:
    """Costs, interest and principal of one claim, in euro."""

    costs: Decimal = ZERO
    interest: Decimal = ZERO
    principal: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.costs + self.interest + self.principal


@dataclass(frozen=True, slots=True)
class AmountDue:
    """What is owed on a claim on a day.

    `interest_running` is interest that runs but is not charged yet; it is part of `total` only where interest has been
    claimed before (`interest_claimed`). While a letter's offer runs, `total` is what that letter asks, and paying it is
    full discharge.
    """

    day: date
    charged: Parts
    interest_running: Decimal
    interest_claimed: bool
    offered: Decimal | None
    offered_until: date | None
    calculation: interest.InterestCalculation | None

    @property
    def total(self) -> Decimal:
        if self.offered is not None:
            return self.offered
        return self.charged.total + (self.interest_running if self.interest_claimed else ZERO)

    @property
    def interest(self) -> Decimal:
        """The interest in `total`, charged or running."""
        running = self.interest_running if self.interest_claimed and self.offered is None else ZERO
        return self.charged.interest + running


def divide(amount: Decimal, due: Parts, *, on: date, order: Sequence[allocation.Part] = LEGAL_ORDER) -> Parts:
    """Divide a payment over one claim: costs, then interest, then principal (art. 6:44 lid 1 BW), unless told.

    :raises ValueError: if the amount is more than is due.
    """
    claim = allocation.ClaimDue(KEY, on, principal=due.principal, interest=due.interest, costs=due.costs)
    result = allocation.allocate(amount, [claim], paid_on=on, order=order)
    if result.unallocated:
        raise ValueError(f"{amount} is more than the {due.total} that is due")
    part = result.parts[0]
    return Parts(part.to_costs, part.to_interest, part.to_principal)


def default_since(
    *, acted_as_consumer: bool, issue_date: date, due_date: date, due_date_derived: bool, term_agreed: bool
) -> date | None:
    """Give the first day of default that is known when an invoice is registered, or None.

    Trade: the day after the last day for payment; where the document named no day, at least thirty days after the
    invoice (art. 6:119a lid 2 BW). Consumers: the day after the due date only where a fatal term was agreed (6:83 a);
    a derived date never is.
    """
    if acted_as_consumer:
        return default.consumer_default_since(due_date=due_date, term_agreed=term_agreed and not due_date_derived)
    if not due_date_derived:
        return default.trade_default(due_date=due_date).default_since
    return max(default.trade_default(received_on=issue_date).default_since, due_date + DAY)


def running_interest(
    *,
    principal: Decimal,
    first_day: date,
    through: date,
    terms: interest.InterestTerms,
    reductions: Iterable[interest.Reduction],
) -> interest.InterestCalculation:
    """Give the whole interest on a claim from its first day through a day (inclusive), whatever of it is charged."""
    return interest.calculate(
        principal, first_day=first_day, end=through + timedelta(days=1), terms=terms, reductions=reductions
    )
