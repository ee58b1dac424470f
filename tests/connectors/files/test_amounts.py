from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.files.cells import CellError
from connectors.files.values import DecimalMark, column_mark, decimal_mark, parse_amount


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1234,56", "1234.56"),
        ("1234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234,56", "1234.56"),
        ("1\u202f234\u202f567,89", "1234567.89"),
        ("1'234.50", "1234.50"),
        ("1’234,50", "1234.50"),
        ("1.234.567", "1234567.00"),
        ("1,234,567", "1234567.00"),
        ("€ 12,50", "12.50"),
        ("€12,50", "12.50"),
        ("12,50 €", "12.50"),
        ("EUR 12,50", "12.50"),
        ("12,50 EUR", "12.50"),
        ("12,5", "12.50"),
        (",50", "0.50"),
        (".50", "0.50"),
        ("0", "0.00"),
        ("12", "12.00"),
        ("12,-", "12.00"),
        ("€ 1.234,--", "1234.00"),
        ("12,=", "12.00"),
        ("-12,50", "-12.50"),
        ("−12,50", "-12.50"),
        ("– 12,50", "-12.50"),
        ("12,50-", "-12.50"),
        ("(12,50)", "-12.50"),
        ("(€ 12,50)", "-12.50"),
        ("€ -12,50", "-12.50"),
        ("-€ 12,50", "-12.50"),
        ("-12,-", "-12.00"),
        ("+12,50", "12.50"),
        ("12.5000", "12.50"),
        ("0,500", "0.50"),
        ("9999999999,99", "9999999999.99"),
    ],
)
def test_reads_every_way_in_which_people_write_an_amount(written, amount):
    assert parse_amount(written) == Decimal(amount)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("twaalf", "amount_unreadable"),
        ("12,50 USD", "amount_unreadable"),
        ("$ 12.50", "amount_unreadable"),
        ("12,50,30", "amount_unreadable"),
        ("1.23.456", "amount_unreadable"),
        ("12,34,567", "amount_unreadable"),
        ("1234,567.89", "amount_unreadable"),
        ("1 23,50", "amount_unreadable"),
        ("--12,50", "amount_unreadable"),
        ("(-12,50)", "amount_unreadable"),
        ("-12,50-", "amount_unreadable"),
        ("(12,50", "amount_unreadable"),
        ("12€50", "amount_unreadable"),
        ("12,", "amount_unreadable"),
        ("1e3", "amount_unreadable"),
        ("٣٤", "amount_unreadable"),
        ("=1+1", "amount_unreadable"),
        ("=SUM(A1:A9)", "amount_unreadable"),
        ("12,505", "amount_fraction"),
        ("0,123", "amount_fraction"),
        ("1234.567", "amount_fraction"),
        ("10000000000,00", "amount_too_large"),
        ("9" * 39, "amount_too_large"),
        ("9" * 4000, "amount_unreadable"),
    ],
)
def test_refuses_what_is_no_amount_and_never_guesses(written, code):
    mark: DecimalMark = "," if written == "12,505" else ""

    with pytest.raises(CellError) as refused:
        parse_amount(written, mark)

    assert refused.value.code == code


def test_a_day_is_no_amount():
    with pytest.raises(CellError) as refused:
        parse_amount(date(2026, 12, 1))

    assert refused.value.code == "amount_is_date"


@pytest.mark.parametrize(
    ("written", "mark", "amount"),
    [
        ("1.234", "", "1234.00"),
        ("1,234", "", "1234.00"),
        ("1.234", ",", "1234.00"),
        ("1,234", ".", "1234.00"),
        ("1.500", ".", "1.50"),
        ("1,500", ",", "1.50"),
    ],
)
def test_one_separator_and_three_digits_are_thousands_unless_the_column_proves_otherwise(written, mark, amount):
    assert parse_amount(written, mark) == Decimal(amount)


def test_one_separator_and_three_digits_are_refused_where_the_column_writes_both_marks():
    with pytest.raises(CellError) as refused:
        parse_amount("1.234", "both")

    assert refused.value.code == "amount_ambiguous"


@pytest.mark.parametrize(
    ("column", "mark"),
    [
        (["1.234", "12", ""], ""),
        (["1.234", "12,50"], ","),
        (["1.234", "12.50"], "."),
        (["1.234", "1.234.567"], ","),
        (["1.234", "€ 12,-"], ","),
        (["12,50", "12.50"], "both"),
        (["geen", "1e3"], ""),
    ],
)
def test_a_column_proves_its_decimal_mark(column, mark):
    assert column_mark(map(decimal_mark, column)) == mark


AMOUNTS = st.decimals(min_value=Decimal("-9999999999.99"), max_value=Decimal("9999999999.99"), places=2)


def dutch(amount):
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


NOTATIONS: dict[str, tuple[Callable[[Decimal], str], DecimalMark]] = {
    "plain": (lambda amount: f"{amount:.2f}", "."),
    "english": (lambda amount: f"{amount:,.2f}", "."),
    "decimal comma": (lambda amount: f"{amount:.2f}".replace(".", ","), ","),
    "dutch": (dutch, ","),
    "euro sign": (lambda amount: f"€ {dutch(amount)}", ","),
    "code behind": (lambda amount: f"{dutch(amount)} EUR", ","),
    "spaces": (lambda amount: f"{amount:,.2f}".replace(",", "\u00a0").replace(".", ","), ","),
    "swiss": (lambda amount: f"{amount:,.2f}".replace(",", "'"), "."),
    "minus behind": (lambda amount: dutch(abs(amount)) + ("-" if amount < 0 else ""), ","),
    "parentheses": (lambda amount: f"({dutch(abs(amount))})" if amount < 0 else dutch(amount), ","),
}


@given(amount=AMOUNTS, notation=st.sampled_from(sorted(NOTATIONS)))
def test_reading_what_was_written_gives_the_same_amount(amount, notation):
    write, mark = NOTATIONS[notation]

    assert parse_amount(write(amount), mark) == amount
    assert parse_amount(write(amount)) == amount


@given(amount=st.integers(min_value=-9_999_999_999, max_value=9_999_999_999).map(Decimal))
def test_whole_euros_with_thousands_are_read_back_without_any_proof(amount):
    for written in (
        f"{amount}",
        f"{amount:,}",
        f"{amount:,}".replace(",", "."),
        f"{amount:,}".replace(",", ".") + ",-",
    ):
        assert parse_amount(written) == amount


@given(text=st.text(max_size=60))
def test_no_text_makes_an_amount_raise_anything_else(text):
    try:
        amount = parse_amount(text)
    except CellError:
        return

    assert amount == amount.quantize(Decimal("0.01"))
