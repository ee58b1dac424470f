"""The address and the window of a Dutch DL envelope (EA5/6), in millimetres from the top left of the sheet."""

from dataclasses import replace

import pytest

from correspondence.content import Kind, Recipient
from correspondence.rendering import address
from correspondence.rendering.letters import render_letter
from tests.correspondence.examples import BAKERY, DE_VRIES, RESTAURANT, flat, letter, opened

MM = 72 / 25.4
ALWAYS_SEEN = (20, 55, 100, 79.3)  # left, top, right, bottom: shown wherever the sheet lies in its envelope
SOMETIMES_SEEN = (10, 39, 130, 95)

LONGEST = Recipient(
    name="Stichting Samenwerkende Christelijke Scholengemeenschappen voor Voortgezet Onderwijs Zuidwest-Drenthe e.o.",
    attention="de heer drs. ing. Maximiliaan-Alexander van den Broek-Hoogstraten tot Wassenaar, afdeling Inkoop",
    street="Burgemeester van Hasselt van Nieuw-Amsterdamlaan 1234 B-III",
    postcode="7941ab",
    city="Meppel",
    country="DE",
    debtor_number="1",
)


def placed_text(pdf):
    """Give every piece of text of the first page with its left and its baseline."""
    found = []

    def visit(text, matrix, text_matrix, _font, _size):
        if text.strip():
            x = text_matrix[4] * matrix[0] + matrix[4]
            y = text_matrix[5] * matrix[3] + matrix[5]
            found.append((flat(text), x / MM, 297 - y / MM))

    opened(pdf).pages[0].extract_text(visitor_text=visit)
    return found


def inside(rectangle, placed):
    left, top, right, bottom = rectangle
    return [(text, x, y) for text, x, y in placed if left <= x <= right and top <= y <= bottom]


@pytest.mark.parametrize("recipient", [DE_VRIES, RESTAURANT, replace(RESTAURANT, country="BE"), LONGEST])
def test_the_address_lies_in_the_window_wherever_the_sheet_lies_in_the_envelope(recipient):
    lines = address.lines(recipient, attention="t.a.v.", home="NL", language="nl")
    seen = inside(ALWAYS_SEEN, placed_text(render_letter(letter(Kind.REMINDER, recipient=recipient)).pdf))

    assert [text for text, _, _ in seen] == [flat(line) for line in lines]
    assert len(lines) <= 6
    assert all(x + address.width_mm(line) <= ALWAYS_SEEN[2] for (_, x, _), line in zip(seen, lines, strict=True))
    assert min(y for _, _, y in seen) - 3.4 >= ALWAYS_SEEN[1] - 0.6  # the top of its capitals


@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.FINAL_DEMAND])
def test_nothing_but_addresses_can_ever_show_in_the_window(kind):
    lines = address.lines(RESTAURANT, attention="t.a.v.", home="NL", language="nl")
    seen = inside(SOMETIMES_SEEN, placed_text(render_letter(letter(kind)).pdf))

    assert [text for text, _, _ in seen] == [
        "Retouradres: Oudegracht 112, 3511 AW Utrecht",
        *(flat(line) for line in lines),
    ]


def test_a_huge_letterhead_stays_out_of_the_window():
    sender = replace(
        BAKERY,
        legal_name="Stichting Samenwerkende Scholen " * 3 + "in de Regio Zuidwest",
        email="een.heel.lang.adres.van.de.debiteurenadministratie@samenwerkendescholen.example",
        website="www.een-heel-lange-naam-voor-een-stichting.example/contact/debiteuren",
    )
    seen = inside(SOMETIMES_SEEN, placed_text(render_letter(letter(Kind.REMINDER, sender=sender)).pdf))

    assert seen[0][0].startswith("Retouradres")
    assert len(seen) == 1 + len(address.lines(RESTAURANT, attention="t.a.v.", home="NL", language="nl"))


def test_an_address_is_written_as_the_post_reads_it():
    abroad = replace(RESTAURANT, country="BE", postcode="2000", city="Antwerpen")

    assert address.lines(RESTAURANT, attention="t.a.v.", home="NL", language="nl") == (
        "Restaurant 't Hoekje V.O.F.",
        "t.a.v. mevrouw A. Jansen",
        "Dorpsstraat 1",
        "1234\u00a0AB\u00a0\u00a0Ons Dorp",
    )
    assert address.lines(abroad, attention="Attn.", home="NL", language="en")[-2:] == (
        "2000\u00a0\u00a0Antwerpen",
        "BELGIUM",
    )


def test_what_the_post_needs_is_kept_whole_and_the_person_gives_way():
    lines = address.lines(LONGEST, attention="t.a.v.", home="NL", language="nl")

    assert " ".join(lines[2:4]) == LONGEST.street
    assert lines[4:] == ("7941\u00a0AB\u00a0\u00a0Meppel", "DUITSLAND")
    assert lines[1].endswith("…")
    assert not any("t.a.v." in line for line in lines)


def test_a_word_wider_than_the_window_is_cut():
    endless = replace(DE_VRIES, name="X" * 120)
    lines = address.lines(endless, attention="", home="NL", language="nl")

    assert all(address.width_mm(line) <= address.WIDTH_MM for line in lines)


def test_an_e_mail_needs_no_address():
    assert address.lines(Recipient(name="P. de Vries", debtor_number="1"), attention="", home="NL", language="nl") == (
        "P. de Vries",
    )
