"""How to pay: the code that a banking app reads, and the reference as it is printed."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
import segno
from PIL import Image, ImageChops

from correspondence.content import Kind, Payable, Variant
from correspondence.rendering import payment_qr
from correspondence.rendering.letters import render_letter
from correspondence.rendering.view import grouped_reference
from tests.correspondence.examples import LETTERS, letter, opened, usual_letter

PAYABLE = Payable(
    total=Decimal("1234.50"),
    principal=Decimal("1234.50"),
    reference="5000056789012345",
    iban="NL91 ABNA 0417 1643 00",
    bic="ABNANL2A",
    account_holder="Bakkerij De Gouden Korenaar B.V.",
)


def test_the_code_holds_what_epc069_12_asks():
    assert payment_qr.payload(PAYABLE) == (
        "BCD\n002\n1\nSCT\nABNANL2A\nBakkerij De Gouden Korenaar B.V.\nNL91ABNA0417164300\nEUR1234.50\n\n\n"
        "5000056789012345"
    )


def lines_of(**other):
    code = payment_qr.payload(replace(PAYABLE, **other))
    assert code is not None
    return code.split("\n")


def test_an_rf_reference_is_structured_and_then_there_is_no_text():
    lines = lines_of(reference="RF18 5390 0754 7034")

    assert lines[8:] == ["", "RF18539007547034"]


def test_a_bic_may_be_missing():
    assert lines_of(bic="")[4] == ""


def test_names_and_texts_are_cut_to_what_the_standard_takes():
    lines = lines_of(account_holder="Naam " * 30, reference="x" * 200)

    assert len(lines[5]) <= 70
    assert len(lines[10]) == 140


def test_a_line_end_in_a_name_does_not_shift_the_lines_of_the_code():
    lines = lines_of(account_holder="Bakkerij\nEUR0.01")

    assert lines[5:8] == ["Bakkerij EUR0.01", "NL91ABNA0417164300", "EUR1234.50"]


@pytest.mark.parametrize(
    "unfit", [{"total": Decimal("1000000000.00")}, {"account_holder": "鏡" * 70, "reference": "鏡" * 140}]
)
def test_what_the_standard_has_no_room_for_gets_no_code(unfit):
    assert payment_qr.payload(replace(PAYABLE, **unfit)) is None


def test_a_letter_without_code_still_says_how_to_pay():
    content = letter(Kind.REMINDER)
    payable = replace(content.payable, account_holder="鏡" * 70, reference="鏡" * 140)

    assert pictures(render_letter(replace(content, payable=payable)).pdf) == []


@pytest.mark.parametrize(("kind", "variant", "language"), LETTERS)
def test_the_code_in_the_letter_asks_exactly_what_the_letter_asks(kind, variant, language):
    content = letter(kind, variant, language)
    code = "\n".join(
        [
            *("BCD", "002", "1", "SCT", "ABNANL2A", "Bakkerij De Gouden Korenaar B.V.", "NL91ABNA0417164300"),
            *(f"EUR{content.payable.total}", "", "", "5000056789012345"),
        ]
    )

    found = pictures(usual_letter(kind, variant, language).pdf)

    assert found  # once a page: pages share what they may draw
    assert all(ImageChops.difference(picture, drawn(code)).getbbox() is None for picture in found)


def test_the_code_is_of_level_m_and_small_enough_to_scan():
    longest = "\n".join(lines_of(account_holder="N" * 70, reference="x" * 140))
    qr = segno.make_qr(longest, error="m", boost_error=False, mode="byte", encoding="utf-8")

    assert len(longest.encode()) <= 331
    assert int(qr.version) <= 13


def drawn(code):
    """Draw a code as the reference does it, in the size of the letter's."""
    qr = segno.make_qr(code, error="m", boost_error=False, mode="byte", encoding="utf-8", mask=4)
    png = BytesIO()
    qr.save(png, kind="png", scale=6, border=4)
    return Image.open(png).convert("L")


def pictures(pdf):
    return [each.image.convert("L") for page in opened(pdf).pages for each in page.images]


@pytest.mark.parametrize(
    ("reference", "printed"),
    [
        ("5000056789012345", "5000 0567 8901 2345"),
        ("RF18539007547034", "RF18 5390 0754 7034"),
        ("D-10023 / 2026-0183", "D-10023 / 2026-0183"),
        ("5000056789012346", "5000056789012346"),  # a wrong check digit: not a payment reference, so left alone
    ],
)
def test_a_payment_reference_is_printed_in_groups_of_four(reference, printed):
    assert grouped_reference(reference).replace("\u00a0", " ") == printed


def test_the_amount_in_words_of_the_letter_and_the_code_are_one():
    content = letter(Kind.FINAL_DEMAND, Variant.CONSUMER)

    assert f"\nEUR{content.payable.total}\n" in str(payment_qr.payload(content.payable))


PAGE = "https://debiteuren.example/betalen/nn9djhpebdm6a5.tXyg3e1pFWrqZOKJvg9TQA/"


def test_a_letter_with_a_page_has_a_code_for_it_beside_that_of_the_bank():
    content = letter(Kind.REMINDER, pay_url=PAGE)

    page, bank = pictures(render_letter(content).pdf)

    assert ImageChops.difference(page, drawn(PAGE)).getbbox() is None
    assert ImageChops.difference(bank, drawn(str(payment_qr.payload(content.payable)))).getbbox() is None


@pytest.mark.parametrize(("kind", "variant", "language"), LETTERS)
def test_the_page_and_its_code_cost_a_letter_no_sheet(kind, variant, language):
    content = letter(kind, variant, language)

    assert render_letter(replace(content, pay_url=PAGE)).pages == render_letter(content).pages


@pytest.mark.parametrize(("kind", "variant", "language"), LETTERS)
def test_nor_does_it_cost_a_letter_of_one_claim_a_sheet(kind, variant, language):
    content = one_claim(letter(kind, variant, language))

    assert render_letter(replace(content, pay_url=PAGE)).pages == render_letter(content).pages


def one_claim(content):
    """The same letter about its first claim alone."""
    first = content.items[0]
    payable = replace(
        content.payable,
        total=first.total,
        principal=first.open_principal,
        interest=first.interest,
        costs=first.costs,
        costs_vat=Decimal("0.00"),
    )
    note = content.announcement
    if note:
        note = replace(note, total_with_costs=first.total + note.costs + note.vat)
    lines = tuple(line for line in content.interest_lines if line.invoice_number == first.invoice_number)
    return replace(
        content,
        items=(first,),
        payable=payable,
        announcement=note,
        interest_lines=lines,
        upcoming=(),
        credit=Decimal("0.00"),
    )
