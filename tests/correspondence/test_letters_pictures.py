"""Logos and colours: any size, any kind, broken or sneaky."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from correspondence.content import Kind
from correspondence.rendering import colours
from correspondence.rendering.letters import render_letter
from tests.correspondence.examples import BAKERY, letter, opened, text_of

CONTENT = letter(Kind.REMINDER)
SNEAKY = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><rect width="90" height="90" fill="#083"/>'
    b'<image href="file:///etc/hostname" width="9" height="9"/>'
    b'<image href="http://169.254.169.254/x" width="9" height="9"/>'
    b"</svg>"
)


def picture(width, height, mode="RGB", kind="PNG", colour="red"):
    written = BytesIO()
    Image.new(mode, (width, height), colour).save(written, kind)
    return written.getvalue()


def logos(pdf):
    """Give the size in pixels of every picture that is not the grey code."""
    images = [image.image for page in opened(pdf).pages for image in page.images]
    return [image.size for image in images if image.mode == "RGB"]


@pytest.mark.parametrize(
    ("logo", "media_type"),
    [
        (picture(900, 250, "RGBA"), "image/png"),
        (picture(900, 250, "P", colour=3), "image/png"),
        (picture(900, 250, "CMYK", "JPEG", (0, 255, 255, 0)), "image/jpeg"),
        (picture(20, 20, "L", "GIF", 100), "image/gif"),
        (picture(6000, 5000, "L", colour=7), "image/png"),
    ],
)
def test_a_logo_of_any_sort_and_size_is_printed_within_its_place(logo, media_type):
    made = render_letter(CONTENT, logo=logo, logo_type=media_type)

    ((width, height),) = logos(made.pdf)
    assert width <= 830
    assert height <= 272
    assert made.pages == 1


def test_a_logo_comes_as_a_database_gives_it():
    logo = picture(90, 25)

    assert render_letter(CONTENT, logo=memoryview(logo), logo_type="image/png") == render_letter(
        CONTENT, logo=logo, logo_type="image/png"
    )


def test_a_logo_changes_nothing_for_the_next_letter():
    without = render_letter(CONTENT)
    first = render_letter(CONTENT, logo=picture(90, 25), logo_type="image/png")
    other = render_letter(CONTENT, logo=picture(90, 25, colour="blue"), logo_type="image/png")

    assert render_letter(CONTENT, logo=picture(90, 25), logo_type="image/png") == first
    assert other.pdf != first.pdf
    assert render_letter(CONTENT) == without


@pytest.mark.parametrize(
    ("logo", "media_type"),
    [
        (b"", "image/png"),
        (b"\x89PNG\r\n broken", "image/png"),
        (picture(900, 250)[:200], "image/png"),
        (b"<html>no picture</html>", "image/svg+xml"),
        (picture(9000, 6000, "1", colour=0), "image/png"),  # small as a file, 54 million pixels in memory
    ],
)
def test_without_a_logo_that_can_be_read_the_name_is_printed(logo, media_type):
    made = render_letter(CONTENT, logo=logo, logo_type=media_type)

    assert logos(made.pdf) == []
    assert text_of(made.pdf).count(BAKERY.legal_name) == text_of(render_letter(CONTENT).pdf).count(BAKERY.legal_name)


def test_a_drawn_logo_is_printed_and_fetches_nothing(caplog):
    made = render_letter(CONTENT, logo=SNEAKY, logo_type="image/svg+xml")

    assert logos(made.pdf) == []
    assert made.pdf != render_letter(CONTENT).pdf
    refused = [record.getMessage() for record in caplog.records if "a letter fetches nothing" in record.getMessage()]
    assert len(refused) == 2


def test_no_picture_asks_to_be_smoothed_which_pdf_a_forbids():
    reader = opened(render_letter(CONTENT, logo=picture(90, 25), logo_type="image/png").pdf)

    drawn = [each.get_object() for each in reader.pages[0]["/Resources"]["/XObject"].values()]
    assert len(drawn) == 2
    assert all(each["/Interpolate"] is False or each["/Interpolate"].value is False for each in drawn)


@pytest.mark.parametrize("colour", ["#000000", "#1d3557", "#8a4b08", "#ffff99", "#fdfdfd", "#00e5ff", "#ff0000"])
def test_a_colour_is_darkened_until_it_can_be_read_on_paper(colour):
    used = colours.on_white(colour)

    assert colours.contrast(used, "#ffffff") >= 4.5
    assert (used == colour) == (colours.contrast(colour, "#ffffff") >= 4.5)


@pytest.mark.parametrize("nonsense", ["", "blauw", "#fff", "#1d3557;} @import url(x)", "#12345g"])
def test_what_is_no_colour_becomes_the_usual_one(nonsense):
    assert colours.on_white(nonsense) == "#1d3557"
    sender = replace(BAKERY, colour=nonsense)
    assert render_letter(replace(CONTENT, sender=sender)).pages == 1


def test_black_on_white_has_the_greatest_contrast():
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
