"""Paying in parts, as arithmetic: plans add up, money finds the earliest part, limits say what they allow."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments import instalments, limit_words
from payments.instalments import Limit, Limits, Part

TODAY = date(2026, 3, 2)
CENTS = st.integers(min_value=1, max_value=10_000_00).map(lambda cents: Decimal(cents) / 100)
PARTS = st.lists(CENTS, min_size=1, max_size=12).map(
    lambda amounts: [Part(TODAY + timedelta(days=30 * place), amount) for place, amount in enumerate(amounts)]
)


def _plan(*parts: tuple[int, str]) -> list[Part]:
    return [Part(TODAY + timedelta(days=days), Decimal(amount)) for days, amount in parts]


@given(total=CENTS, months=st.integers(1, 60), first=st.none() | CENTS, minimum=CENTS)
def test_a_plan_always_adds_up_to_the_cent(
    total: Decimal, months: int, first: Decimal | None, minimum: Decimal
) -> None:
    parts = instalments.plan(total, months=months, first_on=TODAY, first_amount=first, minimum=minimum)

    assert instalments.total_of(parts) == total
    assert all(part.amount > 0 for part in parts)
    assert len({part.due_on for part in parts}) == len(parts) <= months or first is not None


@given(parts=PARTS, paid=CENTS)
def test_money_is_spread_whole_and_never_over_a_part(parts: list[Part], paid: Decimal) -> None:
    spread = instalments.spread(parts, paid)

    assert sum(spread) == min(paid, instalments.total_of(parts))
    assert all(0 <= got <= part.amount for part, got in zip(parts, spread, strict=True))
    first_open = next((place for place, part in enumerate(parts) if spread[place] < part.amount), len(parts))
    assert not any(spread[first_open + 1 :])


@given(parts=PARTS, total=CENTS)
def test_parts_fit_another_total_and_keep_their_days(parts: list[Part], total: Decimal) -> None:
    fitted = instalments.fitted(parts, total)

    assert instalments.total_of(fitted) == total
    assert [part.due_on for part in fitted] == [part.due_on for part in parts][: len(fitted)]


@given(amount=CENTS, left=st.lists(CENTS, min_size=1, max_size=5))
def test_an_instalment_pays_the_claims_in_order(amount: Decimal, left: list[Decimal]) -> None:
    divided = instalments.over_claims(amount, left)

    assert sum(divided) == min(amount, sum(left))
    assert all(0 <= part <= rest for part, rest in zip(divided, left, strict=True))


def test_a_plan_begins_on_its_day_and_knows_short_months() -> None:
    parts = instalments.plan(Decimal("100.00"), months=3, first_on=date(2026, 1, 31))

    assert [part.due_on for part in parts] == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
    assert [part.amount for part in parts] == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]


def test_a_plan_with_a_first_amount_divides_the_rest() -> None:
    parts = instalments.plan(Decimal("100.00"), months=3, first_on=TODAY, first_amount=Decimal("40.00"))

    assert [part.amount for part in parts] == [Decimal("40.00"), Decimal("30.00"), Decimal("30.00")]


def test_a_plan_takes_fewer_months_where_parts_would_be_too_small() -> None:
    parts = instalments.plan(Decimal("60.00"), months=6, first_on=TODAY, minimum=Decimal("25.00"))

    assert [part.amount for part in parts] == [Decimal("30.00"), Decimal("30.00")]


@pytest.mark.parametrize(("total", "months"), [("0.00", 3), ("10.00", 0)])
def test_nothing_or_no_month_cannot_be_planned(total: str, months: int) -> None:
    with pytest.raises(ValueError, match="at least one month"):
        instalments.plan(Decimal(total), months=months, first_on=TODAY)


def test_who_pays_ahead_cannot_miss_the_next_part() -> None:
    parts = _plan((0, "100.00"), (30, "100.00"), (60, "100.00"))

    assert instalments.spread(parts, Decimal("250.00")) == (Decimal(100), Decimal(100), Decimal(50))
    assert not instalments.is_in_default(parts, Decimal("200.00"), day=TODAY + timedelta(days=59), after_days=10)


@pytest.mark.parametrize(("days", "falls"), [(10, False), (11, True)])
def test_a_part_that_is_too_late_makes_the_arrangement_fall(days: int, falls: bool) -> None:
    parts = _plan((0, "100.00"), (30, "100.00"))

    assert instalments.is_in_default(parts, Decimal(0), day=TODAY + timedelta(days=days), after_days=10) is falls


@pytest.mark.parametrize(
    ("parts", "changed", "limit"),
    [
        (_plan((7, "1300.00"), (30, "1300.00")), {}, Limit.TOTAL),
        (_plan((7, "100.00"), (200, "100.00")), {}, Limit.MONTHS),
        (_plan((15, "100.00"), (45, "100.00")), {}, Limit.FIRST_DAY),
        (_plan((7, "30.00"), (45, "300.00")), {}, Limit.FIRST_AMOUNT),
        (_plan((7, "100.00"), (45, "24.99")), {}, Limit.MINIMUM),
        (_plan((7, "100.00"), (45, "100.00")), {"agreed_this_year": 1}, Limit.PER_YEAR),
    ],
)
def test_each_limit_is_named_with_what_is_allowed(parts: list[Part], changed: dict[str, Any], limit: Limit) -> None:
    (problem,) = instalments.problems(parts, limits=Limits(**changed), today=TODAY)

    assert problem.limit is limit
    sentence = limit_words.sentence(problem)
    assert sentence.endswith(".")
    assert "%(" not in sentence


def test_a_proposal_inside_the_limits_has_no_problem() -> None:
    assert instalments.problems(_plan((14, "50.00"), (44, "450.00")), limits=Limits(), today=TODAY) == ()


def test_a_small_claim_may_be_paid_in_a_part_below_the_smallest() -> None:
    assert instalments.problems(_plan((7, "20.00")), limits=Limits(), today=TODAY) == ()
