from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from law import interest
from law.interest import InterestKind, InterestTerms
from tests.law.casefiles import CONSUMER, TRADE, TWO_PER_MONTH, cents, days, small_cents, steady, terms_of_any_kind

lengths = st.integers(min_value=-10, max_value=2500).map(lambda n: timedelta(days=n))


@steady
@given(principal=st.one_of(cents, small_cents), first_day=days, length=lengths, terms=terms_of_any_kind)
@example(Decimal("0.05"), date(2015, 1, 1), timedelta(days=2900), CONSUMER)
@example(Decimal("1000.00"), date(2024, 2, 29), timedelta(days=366), TRADE)
@example(Decimal("1000.00"), date(2024, 2, 29), timedelta(days=365), TRADE)
def test_the_bulk_amount_equals_the_printed_total_to_the_cent(principal, first_day, length, terms):
    end = first_day + length
    factors = interest.interest_factors(first_day, end, terms)

    bulk = interest.bulk_amount(principal, factors)

    assert bulk == interest.calculate(principal, first_day=first_day, end=end, terms=terms).total


@pytest.mark.parametrize("cents_of_principal", range(1, 40))
def test_amounts_whose_yearly_interest_rounds_to_nothing_are_equal_too(cents_of_principal):
    principal = Decimal(cents_of_principal) / 100
    span = (date(2015, 1, 1), date(2026, 1, 1), CONSUMER)

    bulk = interest.bulk_amount(principal, interest.interest_factors(*span))

    assert bulk == interest.calculate(principal, first_day=span[0], end=span[1], terms=span[2]).total


def test_half_a_cent_goes_up_although_its_factor_is_no_finite_decimal():
    # 5 % over 36.50 is exactly half a cent a day, while 5 / 36500 has no end.
    terms = InterestTerms(InterestKind.CONTRACTUAL, contractual_percent=Decimal(5))
    factors = interest.interest_factors(date(2025, 1, 1), date(2025, 1, 2), terms)

    assert interest.bulk_amount(Decimal("36.50"), factors) == Decimal("0.01")
    assert interest.bulk_amount(Decimal("36.49"), factors) == Decimal("0.00")


def test_factors_are_made_once_for_the_same_days_and_terms():
    span = (date(2025, 1, 1), date(2026, 1, 2), TWO_PER_MONTH)

    assert interest.interest_factors(*span) is interest.interest_factors(*span)


def test_factors_keep_one_group_for_each_year_of_default():
    factors = interest.interest_factors(date(2023, 5, 1), date(2026, 5, 2), InterestTerms(InterestKind.CONSUMER))

    assert len(factors.years) == 4
