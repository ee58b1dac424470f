from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from common.money import round_cents
from law import interest, rates
from law.interest import Compounding, DayCount, InterestKind, InterestTerms, Reduction
from tests.law.casefiles import (
    AGREED,
    AGREED_YEARLY,
    CONSUMER,
    TRADE,
    TWO_PER_MONTH,
    cents,
    days,
    euros,
    rows,
    steady,
    terms_of_any_kind,
)

CASES = rows("interest")
D = Decimal


def _terms(row, day_count):
    return InterestTerms(
        InterestKind(row["kind"]),
        day_count,
        contractual_percent=D(row["agreed_percent"]) if row["agreed_percent"] else None,
        agreed_compounding=Compounding(row["compounding"]) if row["agreed_percent"] else Compounding.NEVER,
    )


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["case"])
@pytest.mark.parametrize(
    ("day_count", "column"), [(DayCount.ACTUAL_365, "actual_365"), (DayCount.ACTUAL_ACTUAL, "actual_actual")]
)
def test_each_published_case_comes_out_to_the_cent(row, day_count, column):
    first_day, end = date.fromisoformat(row["first_day"]), date.fromisoformat(row["end"])

    result = interest.calculate(euros(row["principal"]), first_day=first_day, end=end, terms=_terms(row, day_count))

    assert result.total == D(row[column])
    assert sum(line.days for line in result.lines) == int(row["days"]) == (end - first_day).days
    assert result.terms.compounding == row["compounding"]


def test_a_trade_claim_bears_interest_from_the_day_after_the_due_date_through_the_day_of_payment():
    due, paid = date(2025, 7, 1), date(2025, 8, 30)

    result = interest.calculate(D(1000), first_day=due + timedelta(days=1), end=paid + timedelta(days=1), terms=TRADE)

    assert sum(line.days for line in result.lines) == 60


def test_the_two_half_years_of_a_trade_claim_are_two_lines_with_their_rates():
    result = interest.calculate(D(1000), first_day=date(2026, 6, 1), end=date(2026, 8, 1), terms=TRADE)

    assert [(line.start, line.end, line.days, line.percent, line.amount) for line in result.lines] == [
        (date(2026, 6, 1), date(2026, 7, 1), 30, D("10.15"), D("8.34")),
        (date(2026, 7, 1), date(2026, 8, 1), 31, D("10.40"), D("8.83")),
    ]
    assert [rate.valid_from for line in result.lines for rate in line.rates] == [date(2026, 1, 1), date(2026, 7, 1)]


def test_a_row_that_confirms_the_percentage_does_not_split_a_line_but_is_named_on_it():
    result = interest.calculate(D(1000), first_day=date(2025, 2, 1), end=date(2025, 12, 1), terms=CONSUMER)

    (line,) = result.lines
    assert [rate.valid_from for rate in line.rates] == [date(2025, 1, 1), date(2025, 7, 1)]
    assert line.amount == round_cents(D(1000) * 6 * 303 / 36500)


def test_new_year_does_not_split_a_line_between_two_years_of_the_same_length():
    (line,) = interest.calculate(D(1000), first_day=date(2021, 12, 1), end=date(2022, 2, 1), terms=TRADE).lines

    assert (line.days, line.denominator) == (62, 365)


def test_new_year_splits_a_line_where_a_leap_year_begins_or_ends():
    lines = interest.calculate(D(1000), first_day=date(2019, 12, 22), end=date(2021, 1, 11), terms=AGREED).lines

    assert [(line.days, line.denominator) for line in lines] == [(10, 365), (366, 366), (10, 365)]


def test_a_period_that_ends_on_new_year_has_no_empty_line_after_it():
    lines = interest.calculate(D(1000), first_day=date(2023, 12, 22), end=date(2024, 1, 1), terms=AGREED).lines

    assert [line.days for line in lines] == [10]


def test_actual_365_has_one_denominator_in_leap_years_too():
    terms = InterestTerms(InterestKind.CONTRACTUAL, DayCount.ACTUAL_365, contractual_percent=D(6))

    (line,) = interest.calculate(D(1000), first_day=date(2019, 12, 22), end=date(2021, 1, 11), terms=terms).lines

    assert (line.days, line.denominator) == (386, 365)


def test_a_full_year_costs_exactly_the_yearly_percentage_also_in_a_leap_year():
    leap = interest.calculate(D(1000), first_day=date(2024, 1, 1), end=date(2025, 1, 1), terms=CONSUMER)
    plain = interest.calculate(D(1000), first_day=date(2025, 1, 1), end=date(2026, 1, 1), terms=CONSUMER)

    assert (leap.total, plain.total) == (D("70.00"), D("60.00"))


def test_unpaid_interest_joins_the_base_on_the_anniversary_of_the_first_day():
    result = interest.calculate(D(5000), first_day=date(2024, 3, 15), end=date(2026, 3, 15), terms=AGREED_YEARLY)

    assert [(line.start, line.base, line.amount) for line in result.lines] == [
        (date(2024, 3, 15), D(5000), D("239.34")),
        (date(2025, 1, 1), D(5000), D("60.00")),
        (date(2025, 3, 15), D("5299.34"), D("317.96")),
    ]


def test_a_part_of_a_year_does_not_join_the_base():
    result = interest.calculate(D(5000), first_day=date(2025, 3, 15), end=date(2026, 3, 14), terms=AGREED_YEARLY)

    assert {line.base for line in result.lines} == {D(5000)}


def test_agreed_interest_bears_no_interest_unless_that_was_agreed():
    def over_two_years(terms):
        return interest.calculate(D(1000), first_day=date(2025, 1, 1), end=date(2027, 1, 1), terms=terms).total

    assert over_two_years(AGREED) == D("120.00")
    assert over_two_years(AGREED_YEARLY) == D("123.60")


def test_the_anniversary_of_29_february_is_28_february_and_29_february_again_in_a_leap_year():
    result = interest.calculate(D(10000), first_day=date(2024, 2, 29), end=date(2028, 4, 1), terms=AGREED_YEARLY)

    rises = [line.start for before, line in pairwise(result.lines) if line.base > before.base]
    assert rises == [date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]


def test_a_payment_reduces_the_base_from_the_next_day():
    paid = Reduction(date(2025, 6, 10), to_principal=D(400))

    result = interest.calculate(
        D(1000), first_day=date(2025, 6, 1), end=date(2025, 6, 21), terms=AGREED, reductions=[paid]
    )

    assert [(line.start, line.end, line.base) for line in result.lines] == [
        (date(2025, 6, 1), date(2025, 6, 11), D(1000)),
        (date(2025, 6, 11), date(2025, 6, 21), D(600)),
    ]
    assert result.principal_left == D(600)


def test_a_payment_on_the_due_date_or_before_it_reduces_the_base_from_the_first_day():
    early = [Reduction(date(2025, 5, 31), D(400)), Reduction(date(2025, 4, 1), D(100))]

    result = interest.calculate(
        D(1000), first_day=date(2025, 6, 1), end=date(2025, 6, 21), terms=AGREED, reductions=early
    )

    assert [line.base for line in result.lines] == [D(500)]


def test_a_payment_of_the_whole_principal_ends_the_interest():
    paid = Reduction(date(2025, 6, 10), to_principal=D(1000))

    result = interest.calculate(
        D(1000), first_day=date(2025, 6, 1), end=date(2026, 9, 1), terms=AGREED, reductions=[paid]
    )

    assert [line.end for line in result.lines] == [date(2025, 6, 11)]
    assert (result.total, result.principal_left) == (D("1.64"), D(0))


def test_unpaid_interest_over_a_paid_principal_still_joins_the_base():
    paid = Reduction(date(2025, 12, 31), to_principal=D(1000))

    result = interest.calculate(
        D(1000), first_day=date(2025, 1, 1), end=date(2027, 1, 1), terms=AGREED_YEARLY, reductions=[paid]
    )

    assert [(line.base, line.amount) for line in result.lines] == [(D(1000), D("60.00")), (D("60.00"), D("3.60"))]


def test_a_payment_on_interest_alone_changes_no_base_and_splits_no_line():
    paid = Reduction(date(2025, 6, 10), to_principal=D(0), to_interest=D("1.64"))

    result = interest.calculate(
        D(1000), first_day=date(2025, 6, 1), end=date(2025, 6, 21), terms=AGREED, reductions=[paid]
    )

    assert len(result.lines) == 1
    assert (result.total, result.paid, result.outstanding) == (D("3.29"), D("1.64"), D("1.65"))


def test_interest_paid_within_the_year_does_not_join_the_base():
    paid = Reduction(date(2025, 12, 31), to_principal=D(0), to_interest=D("60.00"))

    result = interest.calculate(
        D(1000), first_day=date(2025, 1, 1), end=date(2027, 1, 1), terms=AGREED_YEARLY, reductions=[paid]
    )

    (line,) = result.lines
    assert (line.base, line.days, result.total) == (D(1000), 730, D("120.00"))


def test_a_payment_on_the_last_day_of_the_year_comes_before_the_anniversary():
    def second_base(paid_on):
        paid = Reduction(paid_on, to_principal=D(0), to_interest=D("50.00"))
        return (
            interest.calculate(
                D(1000), first_day=date(2025, 1, 1), end=date(2026, 1, 2), terms=AGREED_YEARLY, reductions=[paid]
            )
            .lines[-1]
            .base
        )

    assert second_base(date(2025, 12, 31)) == D("1010.00")
    assert second_base(date(2026, 1, 1)) == D("1060.00")


def test_paid_interest_that_had_joined_the_base_leaves_it_again():
    paid = Reduction(date(2026, 1, 31), to_principal=D(0), to_interest=D("60.00"))

    result = interest.calculate(
        D(1000), first_day=date(2025, 1, 1), end=date(2026, 3, 1), terms=AGREED_YEARLY, reductions=[paid]
    )

    assert [(line.start, line.base) for line in result.lines] == [
        (date(2025, 1, 1), D(1000)),
        (date(2026, 1, 1), D(1060)),
        (date(2026, 2, 1), D(1000)),
    ]


def test_a_reversed_payment_raises_the_base_again_from_the_day_after_the_reversal():
    there = Reduction(date(2025, 6, 10), to_principal=D(400), to_interest=D("1.64"))
    back = Reduction(date(2025, 6, 15), to_principal=D(-400), to_interest=D("-1.64"))

    result = interest.calculate(
        D(1000), first_day=date(2025, 6, 1), end=date(2025, 6, 21), terms=AGREED, reductions=[there, back]
    )

    assert [(line.days, line.base) for line in result.lines] == [(10, D(1000)), (5, D(600)), (5, D(1000))]
    assert (result.paid, result.principal_left) == (D(0), D(1000))


def test_money_that_went_back_counts_for_the_days_on_which_it_was_there_whether_it_is_marked_or_not():
    def total(undone: bool):
        there = Reduction(date(2025, 6, 10), D(400), D("1.64"), undone)
        back = Reduction(date(2025, 6, 15), D(-400), D("-1.64"), undone)
        return interest.calculate(
            D(1000), first_day=date(2025, 6, 1), end=date(2025, 6, 21), terms=AGREED, reductions=[there, back]
        )

    assert total(undone=True).lines == total(undone=False).lines


def test_what_is_booked_before_money_that_went_back_takes_its_interest_and_principal_first():
    """1.000,00 were there from the 10th to the 15th; then it turns out that 900,00 had come for good on the 5th."""
    there = Reduction(date(2025, 6, 10), D("998.36"), D("1.64"), undone=True)
    back = Reduction(date(2025, 6, 15), D("-998.36"), D("-1.64"), undone=True)
    for_good = Reduction(date(2025, 6, 5), D("899.18"), D("0.82"))

    result = interest.calculate(
        D(1000), first_day=date(2025, 6, 1), end=date(2025, 6, 21), terms=AGREED, reductions=[there, back, for_good]
    )

    assert [(line.start, line.days, line.base) for line in result.lines] == [
        (date(2025, 6, 1), 5, D(1000)),
        (date(2025, 6, 6), 5, D("100.82")),
        (date(2025, 6, 16), 5, D("100.82")),
    ]
    assert (result.paid, result.principal_left) == (D("0.82"), D("100.82"))


def test_lines_before_and_after_days_without_a_base_stay_apart():
    there, back = Reduction(date(2025, 6, 10), D(1000)), Reduction(date(2025, 6, 15), D(-1000))

    result = interest.calculate(
        D(1000), first_day=date(2025, 6, 1), end=date(2025, 6, 21), terms=AGREED, reductions=[there, back]
    )

    assert [(line.start, line.days) for line in result.lines] == [(date(2025, 6, 1), 10), (date(2025, 6, 16), 5)]


def test_reductions_on_or_after_the_end_are_left_out():
    late = [Reduction(date(2025, 6, 21), D(400)), Reduction(date(2025, 6, 20), D(100))]

    result = interest.calculate(
        D(1000), first_day=date(2025, 6, 1), end=date(2025, 6, 21), terms=AGREED, reductions=late
    )

    assert [row.day for row in result.reductions] == [date(2025, 6, 20)]
    assert (result.principal_left, len(result.lines)) == (D(900), 1)


def test_the_order_in_which_back_dated_payments_are_entered_does_not_matter():
    paid = [
        Reduction(date(2025, 6, 10), D(100), D("1.00")),
        Reduction(date(2025, 3, 1), D(50)),
        Reduction(date(2025, 6, 10), D(25)),
        Reduction(date(2026, 2, 1), D(200), D("20.00")),
    ]

    results = {
        interest.calculate(D(1000), first_day=date(2025, 1, 1), end=date(2026, 6, 1), terms=CONSUMER, reductions=order)
        for order in permutations(paid)
    }

    assert len(results) == 1


def test_a_payment_and_its_reversal_on_one_day_may_come_in_any_order():
    there, back = Reduction(date(2025, 6, 10), D(1000)), Reduction(date(2025, 6, 10), D(-1000))

    for order in ([there, back], [back, there]):
        result = interest.calculate(
            D(1000), first_day=date(2025, 6, 1), end=date(2025, 7, 1), terms=AGREED, reductions=order
        )
        assert [(line.base, line.days) for line in result.lines] == [(D(1000), 30)]


@pytest.mark.parametrize("to_principal", [D("1000.01"), D("-0.01")])
def test_more_principal_paid_than_there_is_is_refused(to_principal):
    with pytest.raises(interest.MorePrincipalPaidThanDue) as refusal:
        interest.calculate(
            D(1000),
            first_day=date(2025, 6, 1),
            end=date(2025, 7, 1),
            terms=AGREED,
            reductions=[Reduction(date(2025, 6, 10), to_principal)],
        )

    assert refusal.value.values["day"] == date(2025, 6, 10)


def test_more_interest_paid_than_is_due_through_that_day_is_refused():
    def paying(amount):
        return interest.calculate(
            D(1000),
            first_day=date(2025, 6, 1),
            end=date(2025, 7, 1),
            terms=AGREED,
            reductions=[Reduction(date(2025, 6, 10), D(0), amount)],
        )

    assert paying(D("1.64")).outstanding == D("3.29")

    with pytest.raises(interest.MoreInterestPaidThanDue):
        paying(D("1.65"))


def test_interest_paid_before_it_began_is_refused():
    with pytest.raises(interest.MoreInterestPaidThanDue):
        interest.calculate(
            D(1000),
            first_day=date(2025, 6, 1),
            end=date(2025, 6, 1),
            terms=AGREED,
            reductions=[Reduction(date(2025, 5, 10), D(0), D("0.01"))],
        )


@pytest.mark.parametrize("end", [date(2025, 6, 1), date(2025, 5, 1)])
def test_before_the_first_day_there_is_no_interest(end):
    result = interest.calculate(D(1000), first_day=date(2025, 6, 1), end=end, terms=TRADE)

    assert (result.lines, result.total, result.principal_left) == ((), D(0), D(1000))


def test_a_payment_before_interest_began_is_taken_off_the_principal_left():
    paid = Reduction(date(2025, 5, 10), D(300))

    result = interest.calculate(
        D(1000), first_day=date(2025, 6, 1), end=date(2025, 6, 1), terms=TRADE, reductions=[paid]
    )

    assert (result.total, result.principal_left) == (D(0), D(700))


def test_interest_before_the_first_known_rate_is_refused():
    with pytest.raises(rates.NoRateKnown):
        interest.calculate(D(1000), first_day=date(2002, 8, 7), end=date(2003, 1, 1), terms=TRADE)


@pytest.mark.parametrize("principal", [D("-1"), D("0.001")])
def test_a_principal_is_whole_cents_and_not_negative(principal):
    with pytest.raises(ValueError, match=r"negative|fraction"):
        interest.calculate(principal, first_day=date(2025, 6, 1), end=date(2025, 7, 1), terms=AGREED)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": InterestKind.CONTRACTUAL},
        {"kind": InterestKind.CONTRACTUAL, "contractual_percent": D(-1)},
        {"kind": InterestKind.TRADE, "contractual_percent": D(6)},
        {"kind": InterestKind.TRADE, "per_month": True},
        {"kind": InterestKind.CONSUMER, "agreed_compounding": Compounding.MONTHLY},
    ],
)
def test_terms_that_contradict_themselves_are_refused(wrong):
    with pytest.raises(ValueError, match="agreed rate"):
        InterestTerms(**wrong)


def test_a_monthly_clause_reproduces_a_real_specification_but_for_one_cent():
    # Interest joins the base each month there. The payment counted from its own day, so it is entered a day earlier.
    # They keep the base exact where we add the printed lines: the ninth line is 42.39 there and 42.40 here.
    expected = [(int(row["days"]), D(row["amount"])) for row in rows("monthly_clause")]
    due_there = sum((amount for _, amount in expected[:15]), start=D(0))
    terms = InterestTerms(
        InterestKind.CONTRACTUAL, contractual_percent=D(2), per_month=True, agreed_compounding=Compounding.MONTHLY
    )
    paid = Reduction(date(2025, 12, 15), D("1908.10") - D("271.38") - due_there, due_there)

    result = interest.calculate(
        D("1809.18"), first_day=date(2024, 9, 25), end=date(2026, 7, 8), terms=terms, reductions=[paid]
    )

    ours = [(line.days, line.amount) for line in result.lines]
    assert expected[8] == (31, D("42.39"))
    assert ours == [*expected[:8], (31, D("42.40")), *expected[9:]]
    assert (sum(amount for _, amount in expected), result.total) == (D("723.31"), D("723.32"))


def test_a_full_month_of_a_monthly_clause_costs_the_percentage_whatever_its_length():
    result = interest.calculate(D(1000), first_day=date(2025, 1, 15), end=date(2025, 4, 15), terms=TWO_PER_MONTH)

    assert [(line.days, line.denominator, line.amount) for line in result.lines] == [
        (31, 31, D("20.00")),
        (28, 28, D("20.00")),
        (31, 31, D("20.00")),
    ]


def test_each_month_of_a_clause_has_its_own_line_also_beside_one_of_the_same_length():
    result = interest.calculate(D(1000), first_day=date(2025, 7, 1), end=date(2025, 9, 1), terms=TWO_PER_MONTH)

    assert [(line.start, line.days) for line in result.lines] == [(date(2025, 7, 1), 31), (date(2025, 8, 1), 31)]


def test_a_payment_on_interest_alone_does_not_split_a_month_of_a_clause():
    paid = Reduction(date(2025, 7, 20), to_principal=D(0), to_interest=D("10.00"))

    result = interest.calculate(
        D(1000), first_day=date(2025, 7, 1), end=date(2025, 8, 1), terms=TWO_PER_MONTH, reductions=[paid]
    )

    assert [line.days for line in result.lines] == [31]


def test_a_part_of_a_month_counts_by_its_days_over_the_days_of_that_month():
    result = interest.calculate(D(1000), first_day=date(2025, 1, 31), end=date(2025, 4, 20), terms=TWO_PER_MONTH)

    assert [(line.start, line.days, line.denominator) for line in result.lines] == [
        (date(2025, 1, 31), 28, 28),
        (date(2025, 2, 28), 31, 31),
        (date(2025, 3, 31), 20, 30),
    ]
    assert result.lines[-1].amount == D("13.33")


def test_monthly_interest_joins_the_base_only_as_agreed():
    def over_a_year(terms):
        return interest.calculate(D(1000), first_day=date(2025, 1, 15), end=date(2026, 1, 15), terms=terms).total

    monthly = InterestTerms(
        InterestKind.CONTRACTUAL, contractual_percent=D(2), per_month=True, agreed_compounding=Compounding.MONTHLY
    )

    assert over_a_year(TWO_PER_MONTH) == D("240.00")
    assert over_a_year(monthly) == D("268.23")


def test_an_agreed_rate_names_the_agreement_as_its_source():
    (line,) = interest.calculate(D(1000), first_day=date(2025, 1, 15), end=date(2025, 1, 25), terms=AGREED).lines

    assert line.rates == (rates.agreed_rate(D(6), date(2025, 1, 15)),)


def test_an_agreed_rate_above_the_statutory_one_of_a_consumer_is_flagged():
    day = date(2025, 3, 1)  # statutory: 6 %

    assert not interest.exceeds_statutory(AGREED, day)
    assert not interest.exceeds_statutory(CONSUMER, day)
    assert interest.exceeds_statutory(InterestTerms(InterestKind.CONTRACTUAL, contractual_percent=D("6.01")), day)
    assert interest.exceeds_statutory(
        InterestTerms(InterestKind.CONTRACTUAL, contractual_percent=D("0.51"), per_month=True), day
    )


lengths = st.integers(min_value=0, max_value=2000).map(lambda n: timedelta(days=n))


@pytest.mark.parametrize(
    "wrong", [Reduction(date(2025, 6, 10), D("0.001")), Reduction(date(2025, 6, 10), D(1), D("0.001"))]
)
def test_a_payment_of_a_fraction_of_a_cent_is_refused(wrong):
    with pytest.raises(ValueError, match="fraction"):
        interest.calculate(D(1000), first_day=date(2025, 6, 1), end=date(2025, 7, 1), terms=AGREED, reductions=[wrong])


@steady
@given(principal=cents, first_day=days, length=lengths, terms=terms_of_any_kind)
def test_the_total_is_the_sum_of_the_printed_lines_and_they_cover_each_day_once(principal, first_day, length, terms):
    result = interest.calculate(principal, first_day=first_day, end=first_day + length, terms=terms)

    assert result.total == sum(line.amount for line in result.lines)
    assert all(before.end == after.start for before, after in pairwise(result.lines))
    assert sum(line.days for line in result.lines) == (length.days if principal else 0)
    assert all(line.amount == round_cents(line.amount) for line in result.lines)


@steady
@given(principal=cents, first_day=days, length=lengths, terms=terms_of_any_kind)
def test_neighbouring_lines_differ_in_rate_base_or_denominator(principal, first_day, length, terms):
    assume(not terms.per_month)

    lines = interest.calculate(principal, first_day=first_day, end=first_day + length, terms=terms).lines

    for before, after in pairwise(lines):
        assert (before.percent, before.base, before.denominator) != (after.percent, after.base, after.denominator)


@steady
@given(principal=cents, first_day=days, length=lengths, terms=terms_of_any_kind)
def test_interest_never_falls_as_time_goes_on(principal, first_day, length, terms):
    end = first_day + length

    today = interest.calculate(principal, first_day=first_day, end=end, terms=terms)
    tomorrow = interest.calculate(principal, first_day=first_day, end=end + timedelta(days=1), terms=terms)

    assert tomorrow.total >= today.total


@steady
@given(principal=cents, more=cents, first_day=days, length=lengths)
def test_interest_never_falls_as_the_principal_grows(principal, more, first_day, length):
    def total(amount):
        return interest.calculate(amount, first_day=first_day, end=first_day + length, terms=TRADE).total

    assert total(principal + more) >= total(principal)


@steady
@given(principal=cents, first_day=days, length=lengths, at=st.integers(0, 2000), share=st.integers(0, 100))
def test_paying_earlier_never_costs_more(principal, first_day, length, at, share):
    paid = Reduction(first_day + timedelta(days=at), round_cents(principal * share / 100))
    later = Reduction(paid.day + timedelta(days=30), paid.to_principal)

    def total(reduction):
        return interest.calculate(
            principal, first_day=first_day, end=first_day + length, terms=CONSUMER, reductions=[reduction]
        ).total

    # Each line may round a cent up where the other way of cutting it rounds down.
    assert total(paid) <= total(later) + D("0.03")


@steady
@given(principal=cents, first_day=days, length=lengths)
def test_actual_actual_never_costs_the_debtor_more_than_actual_365(principal, first_day, length):
    def calculated(day_count):
        terms = InterestTerms(InterestKind.CONSUMER, day_count)
        return interest.calculate(principal, first_day=first_day, end=first_day + length, terms=terms)

    by_year = calculated(DayCount.ACTUAL_ACTUAL)

    # By calendar year there can be more lines, and each can round half a cent up.
    assert by_year.total <= calculated(DayCount.ACTUAL_365).total + D("0.01") * len(by_year.lines)
