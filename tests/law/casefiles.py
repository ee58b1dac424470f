"""The published cases as rows, and the settings with which the property tests give the same answer every day."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

from law.interest import Compounding, DayCount, InterestKind, InterestTerms

steady = settings(deadline=None, derandomize=True, database=None)

cents = st.integers(min_value=0, max_value=2_000_000_00).map(lambda n: Decimal(n) / 100)
small_cents = st.integers(min_value=0, max_value=100_00).map(lambda n: Decimal(n) / 100)
days = st.dates(min_value=date(2003, 1, 1), max_value=date(2027, 12, 31))


def rows(name: str) -> list[dict[str, str]]:
    """Give the rows of one file of cases."""
    with (Path(__file__).parent / "cases" / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def euros(text: str) -> Decimal:
    return Decimal(text)


CONSUMER = InterestTerms(InterestKind.CONSUMER)
TRADE = InterestTerms(InterestKind.TRADE)
AGREED = InterestTerms(InterestKind.CONTRACTUAL, contractual_percent=Decimal(6))
AGREED_YEARLY = InterestTerms(
    InterestKind.CONTRACTUAL, contractual_percent=Decimal(6), agreed_compounding=Compounding.YEARLY
)
TWO_PER_MONTH = InterestTerms(InterestKind.CONTRACTUAL, contractual_percent=Decimal(2), per_month=True)

terms_of_any_kind = st.sampled_from(
    [
        CONSUMER,
        TRADE,
        InterestTerms(InterestKind.CONSUMER, DayCount.ACTUAL_365),
        InterestTerms(InterestKind.TRADE, DayCount.ACTUAL_365),
        AGREED,
        AGREED_YEARLY,
        TWO_PER_MONTH,
        InterestTerms(
            InterestKind.CONTRACTUAL,
            contractual_percent=Decimal("1.5"),
            per_month=True,
            agreed_compounding=Compounding.MONTHLY,
        ),
    ]
)
