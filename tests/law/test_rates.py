from datetime import date, timedelta
from decimal import Decimal

import pytest

from law import rates
from law.rates import InterestKind
from tests.law.casefiles import rows

ROWS = rows("statutory_interest")
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['kind']}-{row['valid_from']}")
def test_each_published_rate_holds_from_its_day(row):
    rate = rates.rate_on(InterestKind(row["kind"]), date.fromisoformat(row["valid_from"]))

    assert rate.valid_from == date.fromisoformat(row["valid_from"])
    assert rate.percent == Decimal(row["rate_percent"])
    assert rate.confidence == row["confidence"]


def test_the_table_holds_the_published_rates_and_no_others():
    held = {(row.kind, row.valid_from) for table in rates.STATUTORY_RATES.values() for row in table}

    assert held == {(row["kind"], date.fromisoformat(row["valid_from"])) for row in ROWS}


@pytest.mark.parametrize("kind", [InterestKind.CONSUMER, InterestKind.TRADE])
def test_rows_are_in_order_and_each_names_its_source_and_the_day_it_was_checked(kind):
    table = rates.STATUTORY_RATES[kind]

    assert [row.valid_from for row in table] == sorted({row.valid_from for row in table})
    assert all(row.source and row.kind is kind for row in table)
    assert all(row.checked_on is not None and row.checked_on <= TODAY for row in table)


def test_a_rate_holds_until_the_day_before_the_next():
    assert rates.rate_on(InterestKind.TRADE, date(2026, 6, 30)).percent == Decimal("10.15")
    assert rates.rate_on(InterestKind.TRADE, date(2026, 7, 1)).percent == Decimal("10.40")


@pytest.mark.parametrize(
    ("kind", "first"), [(InterestKind.CONSUMER, date(1999, 1, 1)), (InterestKind.TRADE, date(2002, 8, 8))]
)
def test_before_the_first_row_there_is_a_clear_refusal(kind, first):
    assert rates.rate_on(kind, first).valid_from == first

    with pytest.raises(rates.NoRateKnown) as refusal:
        rates.rate_on(kind, first - timedelta(days=1))

    assert refusal.value.code == "no_rate_known"
    assert refusal.value.values["first"] == first
    assert str(first) in str(refusal.value)


def test_an_agreed_rate_has_no_row_in_the_table():
    with pytest.raises(rates.NoRateKnown):
        rates.rate_on(InterestKind.CONTRACTUAL, TODAY)


def test_a_row_that_confirms_the_percentage_is_no_change():
    changes = rates.rate_changes(InterestKind.CONSUMER, date(2024, 1, 1), date(2026, 12, 31))

    assert [(row.valid_from, row.percent) for row in changes] == [
        (date(2025, 1, 1), Decimal("6.00")),
        (date(2026, 1, 1), Decimal("4.00")),
    ]


def test_changes_lie_after_the_start_and_before_the_end():
    change = date(2026, 1, 1)

    assert rates.rate_changes(InterestKind.CONSUMER, change, change + timedelta(days=9)) == ()
    assert rates.rate_changes(InterestKind.CONSUMER, change - timedelta(days=9), change) == ()
    assert len(rates.rate_changes(InterestKind.CONSUMER, change - timedelta(days=1), change + timedelta(days=1))) == 1


def test_rates_between_include_the_rows_that_only_confirm():
    held = rates.rates_between(InterestKind.CONSUMER, date(2025, 3, 1), date(2026, 1, 1))

    assert [row.valid_from for row in held] == [date(2025, 1, 1), date(2025, 7, 1)]


@pytest.mark.parametrize("kind", [InterestKind.CONSUMER, InterestKind.TRADE])
def test_the_present_half_year_is_confirmed_and_the_next_is_not(kind):
    assert rates.unconfirmed_half_year(kind, date(2026, 12, 31)) is None

    warning = rates.unconfirmed_half_year(kind, date(2027, 1, 1))

    assert warning == rates.UnconfirmedRate(kind, date(2027, 1, 1), rates.rate_on(kind, date(2026, 12, 31)))


def test_the_warning_names_the_half_year_of_the_day():
    warning = rates.unconfirmed_half_year(InterestKind.TRADE, date(2028, 9, 15))

    assert warning is not None
    assert warning.half_year_start == date(2028, 7, 1)
    assert warning.used.percent == Decimal("10.40")


def test_old_consumer_half_years_without_a_row_give_no_warning():
    assert rates.unconfirmed_half_year(InterestKind.CONSUMER, date(2018, 5, 1)) is None


@pytest.mark.parametrize("kind", [InterestKind.CONSUMER, InterestKind.TRADE])
def test_no_half_year_of_the_table_itself_warns(kind):
    table = rates.STATUTORY_RATES[kind]
    day = table[0].valid_from

    while day <= table[-1].valid_from:
        assert rates.unconfirmed_half_year(kind, day) is None
        day += timedelta(days=30)


def test_an_agreed_rate_needs_no_confirmation():
    assert rates.unconfirmed_half_year(InterestKind.CONTRACTUAL, date(2030, 1, 1)) is None


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 6, 30), date(2026, 1, 1)),
        (date(2026, 7, 1), date(2026, 7, 1)),
        (date(2026, 12, 31), date(2026, 7, 1)),
    ],
)
def test_a_half_year_starts_on_the_first_of_january_or_july(day, start):
    assert rates.half_year_start(day) == start
