from datetime import date
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from common.templatetags.amounts import format_amount, format_date, format_date_short, format_euro


@pytest.mark.parametrize(
    ("amount", "dutch", "english"),
    [
        ("0", "€\u00a00,00", "€0.00"),
        ("-0.00", "€\u00a00,00", "€0.00"),
        ("40", "€\u00a040,00", "€40.00"),
        ("1234.56", "€\u00a01.234,56", "€1,234.56"),
        ("1234567.8", "€\u00a01.234.567,80", "€1,234,567.80"),
        ("-1234.56", "€\u00a0-1.234,56", "-€1,234.56"),
        ("0.005", "€\u00a00,01", "€0.01"),
        ("2.675", "€\u00a02,68", "€2.68"),
    ],
)
def test_an_amount_is_written_as_each_language_writes_it_and_never_breaks(amount, dutch, english):
    assert format_euro(Decimal(amount), "nl") == dutch
    assert format_euro(Decimal(amount), "en") == english
    assert " " not in dutch + english


def test_an_amount_in_a_column_has_no_sign_of_the_currency():
    assert format_amount(Decimal("-1234.5"), "nl") == "-1.234,50"
    assert format_amount(1234, "en") == "1,234.00"


def test_any_other_language_reads_as_english():
    assert format_euro(Decimal("1234.56"), "es") == "€1,234.56"
    assert format_date(date(2026, 3, 1), "it") == "1\u00a0March 2026"


def test_a_debtor_reads_amounts_and_days_in_german_and_french_too():
    day = date(2026, 3, 1)

    assert format_euro(Decimal("-1234.56"), "de") == "-1.234,56\u00a0€"
    assert format_euro(Decimal("1234.56"), "fr") == "1\u202f234,56\u00a0€"
    assert format_date(day, "de") == "1.\u00a0März 2026"
    assert format_date(day, "fr") == "1er\u00a0mars 2026"
    assert (format_date_short(day, "de"), format_date_short(day, "fr")) == ("01.03.2026", "01/03/2026")


def test_a_day_is_written_in_words_and_in_figures():
    day = date(2026, 11, 2)

    assert format_date(day, "nl") == "2\u00a0november 2026"
    assert format_date(day, "en") == "2\u00a0November 2026"
    assert format_date_short(day, "nl") == "02-11-2026"
    assert format_date_short(day, "en") == "2\u00a0Nov\u00a02026"


def rendered(template: str, **context: object) -> str:
    return Template("{% load amounts %}" + template).render(Context(context)).replace("\u00a0", " ")


def test_filters_follow_the_language_of_the_reader():
    template = "{{ x|euro }} {{ x|amount }} {{ d|date_long }} {{ d|date_short }}"
    values = {"x": Decimal("1234.56"), "d": date(2026, 11, 22)}

    with translation.override("nl"):
        assert rendered(template, **values) == "€ 1.234,56 1.234,56 22 november 2026 22-11-2026"
    with translation.override("en"):
        assert rendered(template, **values) == "€1,234.56 1,234.56 22 November 2026 22 Nov 2026"


def test_a_filter_can_be_told_its_language():
    with translation.override("en"):
        assert rendered('{{ x|euro:"nl" }} {{ d|date_nl }} {{ d|date_nl:"short" }}', x=5, d=date(2026, 11, 22)) == (
            "€ 5,00 22 november 2026 22-11-2026"
        )


def test_nothing_is_written_for_nothing():
    assert rendered("[{{ x|euro }}{{ x|amount }}{{ x|date_long }}{{ x|date_short }}{{ x|date_nl }}]", x=None) == "[]"
