from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.files.cells import CellError
from connectors.files.values import DayOrder, day_order, is_month_first, parse_day, parse_term, parse_yes_no


@pytest.mark.parametrize(
    "written",
    [
        "31-12-2025",
        "31/12/2025",
        "31.12.2025",
        "31 12 2025",
        "31-12-25",
        "31/12/25",
        "2025-12-31",
        "2025/12/31",
        "20251231",
        "31122025",
        "311225",
        "31 dec 2025",
        "31 dec. 2025",
        "31-dec-25",
        "31 december 2025",
        "31 December 2025",
        "Dec 31, 2025",
        "wo 31 dec 2025",
        "Wednesday 31st December 2025",
        "2025-12-31T00:00:00",
        "2025-12-31 13:45",
        "31-12-2025 00:00:00",
        "31-12-2025 0:00",
        "2025-12-31T10:00:00Z",
        "2025-12-30T23:30:00.000Z",
        "46022",
        " 31-12-2025\u00a0",
    ],
)
def test_reads_every_way_in_which_people_write_a_day(written):
    assert parse_day(written) == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1/2/25", date(2025, 2, 1)),
        ("5 mei 2025", date(2025, 5, 5)),
        ("5 may 2025", date(2025, 5, 5)),
        ("1 mrt 2025", date(2025, 3, 1)),
        ("1 march 2025", date(2025, 3, 1)),
        ("29-02-2024", date(2024, 2, 29)),
        ("01-01-79", date(2079, 1, 1)),
        ("01-01-99", date(1999, 1, 1)),
        ("20112025", date(2025, 11, 20)),
        ("19121912", date(1912, 12, 19)),
        ("2024-12-31T23:00:00.000Z", date(2025, 1, 1)),
        ("2025-06-30T22:30:00Z", date(2025, 7, 1)),
        ("2025-12-31T23:30:00+01:00", date(2025, 12, 31)),
    ],
)
def test_reads_the_day_before_the_month_and_a_moment_as_the_day_in_the_netherlands(written, day):
    assert parse_day(written) == day


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("31-02-2026", "date_unreadable"),
        ("29-02-2025", "date_unreadable"),
        ("2025-13-01", "date_unreadable"),
        ("32-01-2025", "date_unreadable"),
        ("0-1-2025", "date_unreadable"),
        ("31-12", "date_unreadable"),
        ("31-12-225", "date_unreadable"),
        ("31-12/2025", "date_unreadable"),
        ("dec 2025", "date_unreadable"),
        ("binnenkort", "date_unreadable"),
        ("12", "date_unreadable"),
        ("11225", "date_unreadable"),
        ("999999", "date_unreadable"),
        ("1-1-0000", "date_unreadable"),
        ("3١-12-2025", "date_unreadable"),
        ("9999-12-31T23:59:59-12:00", "date_unreadable"),
        ("12/31/2025", "date_month_first"),
        ("1/13/2025", "date_month_first"),
    ],
)
def test_refuses_a_day_that_is_not_in_the_calendar(written, code):
    with pytest.raises(CellError) as refused:
        parse_day(written)

    assert refused.value.code == code


def test_a_value_with_two_readings_is_refused_only_where_the_column_is_contradictory():
    american = DayOrder(month_first="12/31/2025")

    with pytest.raises(CellError) as refused:
        parse_day("05/06/2025", american)

    assert refused.value.code == "date_ambiguous"
    assert refused.value.values["example"] == "12/31/2025"
    assert parse_day("05/06/2025") == date(2025, 6, 5)
    assert parse_day("06/06/2025", american) == date(2025, 6, 6)
    assert parse_day("31/12/2025", american) == date(2025, 12, 31)
    assert parse_day("2025-06-05", american) == date(2025, 6, 5)


@pytest.mark.parametrize(
    ("written", "order"),
    [
        ("31-12-2025", "day"),
        ("12/31/2025 0:00", "month"),
        ("05-06-2025", ""),
        ("2025-12-31", ""),
        ("", ""),
        ("99-99-99", ""),
    ],
)
def test_a_value_proves_the_order_of_its_column(written, order):
    assert day_order(written) == order


def test_one_typing_error_among_many_dutch_days_does_not_make_a_column_american():
    assert not is_month_first(day_first=10, month_first=1)
    assert is_month_first(day_first=9, month_first=1)
    assert not is_month_first(day_first=0, month_first=0)


def test_the_other_calendar_of_excel_counts_from_1904():
    assert parse_day("44560", DayOrder(day_zero=date(1904, 1, 1))) == date(2025, 12, 31)


DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2069, 12, 31))


@given(day=DAYS)
def test_reading_what_was_written_gives_the_same_day(day):
    serial = (day - date(1899, 12, 30)) // timedelta(days=1)
    written = (
        f"{day:%d-%m-%Y}",
        f"{day.day}/{day.month}/{day:%y}",
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day:%d%m%Y}",
        f"{day:%d%m%y}",
        f"{day:%d.%m.%Y}",
        f"{day:%d %b %Y}",
        f"{day.isoformat()}T00:00:00",
        str(serial),
    )

    assert {parse_day(text) for text in written} == {day}


@given(text=st.text(max_size=60))
def test_no_text_makes_a_day_raise_anything_else(text):
    try:
        parse_day(text)
    except CellError:
        return


@given(text=st.from_regex(r"[0-9]{1,8}([-/. ][0-9]{1,4}){0,2}([T ][0-9]{1,2}:[0-9]{2})?", fullmatch=True))
def test_no_row_of_digits_makes_a_day_raise_anything_else(text):
    day_order(text)
    try:
        parse_day(text)
    except CellError:
        return


@pytest.mark.parametrize("written", ["ja", "J", "Yes", "y", "true", "WAAR", "1", "x"])
def test_yes_in_two_languages(written):
    assert parse_yes_no(written) is True


@pytest.mark.parametrize("written", ["nee", "N", "No", "false", "Onwaar", "0"])
def test_no_in_two_languages(written):
    assert parse_yes_no(written) is False


def test_perhaps_is_neither_yes_nor_no():
    with pytest.raises(CellError) as refused:
        parse_yes_no("misschien")

    assert refused.value.code == "yes_no_unreadable"


@pytest.mark.parametrize(
    ("written", "days"),
    [("30", 30), ("0", 0), ("14 dagen", 14), ("30 days net", 30), ("8dgn.", 8), ("366", 366)],
)
def test_a_term_is_a_number_of_days(written, days):
    assert parse_term(written) == days


@pytest.mark.parametrize("written", ["367", "1 maand", "-14", "30,5", "einde maand", "3000"])
def test_a_term_that_is_no_number_of_days_is_refused(written):
    with pytest.raises(CellError) as refused:
        parse_term(written)

    assert refused.value.code == "days_unreadable"
