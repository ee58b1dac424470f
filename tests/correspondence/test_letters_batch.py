"""The print batch: a sheet that lists the letters, and then the letters."""

import ctypes
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from correspondence.content import Kind
from correspondence.rendering import checks
from correspondence.rendering.batches import BatchLetter, render_batch
from correspondence.rendering.letters import render_letter
from tests.correspondence.examples import claim, flat, letter, opened

DAY = date(2026, 11, 23)


def entry(number, claims=1, **other):
    content = letter(
        Kind.REMINDER, items=[claim(f"2026-{part:04d}") for part in range(claims)], notice_reference=f"ref{number}"
    )
    made = render_letter(content)
    usual: dict[str, Any] = {
        "recipient": f"Debiteur {number}",
        "city": "Utrecht",
        "reference": f"ref{number}",
        "pages": made.pages,
    }
    return BatchLetter(**usual | {"amount": content.payable.total, "pdf": made.pdf} | other)


def batch(letters, **other):
    return opened(render_batch(letters, day=DAY, sender_name="Bakkerij De Gouden Korenaar B.V.", **other))


def test_the_sheet_lists_every_letter_with_pages_and_amounts():
    sheet = flat(batch([entry(1), entry(2, 30)], batch_reference="b7x").pages[0].extract_text())

    assert "Brieven van 23 november 2026" in sheet
    assert "Bakkerij De Gouden Korenaar B.V. · b7x" in sheet
    assert "1 Debiteur 1 Utrecht ref1 1 € 250,00" in sheet
    assert "2 Debiteur 2 Utrecht ref2 2 € 7.500,00" in sheet
    assert "Totaal 3 € 7.750,00" in sheet
    assert "Vellen papier 3 (enkelzijdig)" in sheet


def test_the_letters_follow_as_they_are_page_for_page():
    letters = [entry(1), entry(2, 30)]
    pages = batch(letters).pages
    single = [page for each in letters for page in opened(each.pdf).pages]

    assert len(pages) == 1 + len(single)
    for merged, alone in zip(pages[1:], single, strict=True):
        assert merged.get_contents().get_data() == alone.get_contents().get_data()
        assert merged.extract_text() == alone.extract_text()
        assert merged.mediabox == alone.mediabox


def test_on_both_sides_every_letter_begins_on_the_front_of_a_sheet():
    pages = [flat(page.extract_text()) for page in batch([entry(1), entry(2, 30), entry(3)], duplex=True).pages]

    assert ["blad 1" in page and "Ons kenmerk" in page for page in pages] == [
        False,
        False,
        True,
        False,
        True,
        False,
        True,
        False,
    ]
    assert [page == "" for page in pages] == [False, True, False, True, False, False, False, True]
    assert "Vellen papier 3 (dubbelzijdig)" in pages[0]


def test_a_long_list_takes_more_sheets_and_keeps_its_total_with_a_letter():
    one = entry(1)
    pages = [flat(page.extract_text()) for page in batch([one] * 80).pages[:3]]

    assert all("Nr. Debiteur" in page for page in pages)
    assert "80 Debiteur 1" in pages[2]
    assert "Totaal 80" in pages[2]


def test_more_letters_than_are_put_together_at_once_stay_in_order_on_both_sides():
    letters = [entry(number, number % 3 * 15 + 1) for number in range(3)] * 10
    reader = batch(letters, duplex=True)
    fronts = [reader.get_destination_page_number(each) for each in reader.outline]
    first_pages = [flat(reader.pages[front].extract_text()) for front in fronts[1:]]

    assert all(front % 2 == 0 for front in fronts)
    assert [f"ref{number % 3} " in text for number, text in enumerate(first_pages)] == [True] * 30
    assert all("blad 1 van" in text for text in first_pages)


def test_bookmarks_lead_to_each_letter():
    reader = batch([entry(1), entry(2)])

    assert [each.title for each in reader.outline] == [
        "Brieven van 23 november 2026",
        "1. Debiteur 1 (ref1)",
        "2. Debiteur 2 (ref2)",
    ]


def test_the_same_letters_give_the_same_bytes():
    letters = [entry(1), entry(2, 30)]

    first, again = (render_batch(letters, day=DAY, sender_name="Bakkerij", duplex=True) for _ in range(2))

    assert first == again


def test_the_sheet_is_there_in_english_too():
    sheet = flat(batch([entry(1, amount=Decimal("1234.50"))], language="en").pages[0].extract_text())

    assert "Letters of 23 November 2026" in sheet
    assert "€1,234.50" in sheet


def test_a_batch_without_letters_is_refused():
    with pytest.raises(ValueError, match="without letters"):
        render_batch([], day=DAY, sender_name="Bakkerij")


def test_django_says_at_its_start_when_the_library_that_cuts_fonts_is_missing(monkeypatch):
    assert checks.harfbuzz_subset_is_there(None) == []

    def is_missing(name):
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", is_missing)

    (warning,) = checks.harfbuzz_subset_is_there(None)
    assert warning.id == "correspondence.W001"
    assert "libharfbuzz-subset0" in str(warning.hint)
