import hashlib
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from common.templatetags.amounts import format_euro
from correspondence.content import Kind, Upcoming, Variant
from correspondence.rendering import process
from correspondence.rendering.letters import render_letter
from correspondence.rendering.mails import render_mail
from tests.correspondence.examples import (
    BAKERY,
    DE_VRIES,
    LETTERS,
    PAY_URL,
    announced,
    asked,
    claim,
    flat,
    interest_line,
    letter,
    opened,
    text_of,
    usual_letter,
    with_everything,
)

# A register of debts, terms whose start nobody knows, officialese, a first reminder that sounds like a first blow.
FORBIDDEN = (
    *("bkr", "kredietregistratie", "deurwaarder op de stoep", "beslag", "faillissement", "dagvaarding"),
    *("na dagtekening", "na heden", "na dato", "na verzending", "na ontvangst", "from today", "after receipt"),
    *("eerste herinnering", "first reminder", "onverwijld", "hoogachtend", "bij gebreke", "alsdan", "gaarne"),
    *("als niet verzonden", "administratiekosten", "aanmaningskosten", "herinneringskosten"),
)


@pytest.mark.parametrize(("kind", "variant", "language"), LETTERS)
def test_every_letter_says_what_to_pay_where_and_with_which_reference(kind, variant, language):
    content = letter(kind, variant, language)

    text = text_of(usual_letter(kind, variant, language).pdf)

    assert flat(format_euro(content.payable.total, language)) in text
    assert "NL91 ABNA 0417 1643 00" in text
    assert "5000 0567 8901 2345" in text
    assert content.recipient.name in text
    assert content.sender.legal_name in text
    assert content.notice_reference in text
    assert content.recipient.debtor_number in text
    assert all(item.invoice_number in text for item in content.items)
    assert {"nl": "23 november 2026", "en": "23 November 2026"}[language] in text


@pytest.mark.parametrize(("kind", "variant", "language"), LETTERS)
def test_no_letter_says_what_a_letter_must_not_say(kind, variant, language):
    text = text_of(usual_letter(kind, variant, language).pdf).lower()

    assert [words for words in FORBIDDEN if words in text] == []


@pytest.mark.parametrize(("kind", "variant", "language"), LETTERS)
def test_every_page_says_which_of_how_many_it_is(kind, variant, language):
    made = usual_letter(kind, variant, language)
    pages = opened(made.pdf).pages

    sheet, of = {"nl": ("blad", "van"), "en": ("page", "of")}[language]
    assert made.pages == len(pages)
    for number, page in enumerate(pages, start=1):
        assert f"{sheet} {number} {of} {len(pages)}" in flat(page.extract_text())


@pytest.mark.parametrize(("kind", "variant", "language"), LETTERS)
def test_every_letter_is_pdf_a_tagged_and_named(kind, variant, language):
    content = letter(kind, variant, language)

    reader = opened(usual_letter(kind, variant, language).pdf)
    catalogue = reader.trailer["/Root"]
    xmp = catalogue["/Metadata"].get_data().decode()

    assert 'pdfaid:part="3"' in xmp
    assert 'pdfaid:conformance="U"' in xmp
    assert catalogue["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == language
    assert reader.metadata.author == BAKERY.legal_name
    assert reader.metadata.title.endswith(content.notice_reference)
    assert reader.metadata.get("/CreationDate") == "D:20261123"
    assert reader.pages[0].mediabox[2:] == pytest.approx([595.28, 841.89], abs=0.01)


def test_fonts_are_embedded_and_cut_to_what_is_used():
    reader = opened(render_letter(with_everything()).pdf)

    fonts = {font["/BaseFont"]: font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts_of(reader)}

    assert {name.split("+")[1] for name in fonts} == {"Inter", "Inter-Semi-Bold"}
    assert all(len(descriptor["/FontFile2"].get_data()) < 30_000 for descriptor in fonts.values())


def test_names_in_any_latin_script_are_set_in_the_letters_own_fonts():
    name = "Łukasz Żółć, Şükrü Çağ, Nguyễn Đặng, Škoda Ő Ű, ß æ ø å þ ð ĳ"
    reader = opened(render_letter(letter(Kind.REMINDER, recipient=replace(DE_VRIES, name=name))).pdf)

    assert {font["/BaseFont"].split("+")[1] for font in fonts_of(reader)} == {"Inter", "Inter-Semi-Bold"}
    assert "Łukasz Żółć, Şükrü Çağ" in flat(reader.pages[0].extract_text())


def fonts_of(reader):
    return [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]


@pytest.mark.parametrize("kind", list(Kind))
def test_the_same_content_gives_the_same_bytes(kind):
    first = usual_letter(kind, Variant.CONSUMER)
    other = render_letter(with_everything())

    again = render_letter(letter(kind, Variant.CONSUMER))

    assert again == first
    assert first.sha256 == hashlib.sha256(first.pdf).hexdigest()
    assert other.pdf != first.pdf


def test_a_new_renderer_gives_the_same_bytes_too():
    first = render_letter(with_everything())

    process.release_worker()
    process.prepare_worker()

    assert render_letter(with_everything()).pdf == first.pdf


def test_the_name_of_the_templates_fits_its_column():
    version = render_letter(letter(Kind.REMINDER)).template_version

    assert re.fullmatch(r"[0-9a-f]{12} weasyprint [\d.]+", version)
    assert len(version) <= 40


def test_the_first_message_assumes_a_mistake():
    text = text_of(usual_letter(Kind.REMINDER).pdf)

    assert "Vriendelijke herinnering" in text
    assert "Misschien is het aan uw aandacht ontsnapt" in text
    assert "incassokosten" not in text
    assert "rente" not in text


def test_before_the_due_date_the_day_to_pay_by_is_the_due_date():
    text = text_of(render_letter(letter(Kind.COURTESY, pay_by=date(2026, 12, 9))).pdf)

    assert "betalen tot en met 26 november 2026" in text
    assert "Uiterlijk op 26 november 2026" in text
    assert "9 december" not in text
    assert "Dagen te laat" not in text


def test_a_demand_to_a_business_announces_costs_and_interest_and_interrupts_limitation():
    items = [claim(rung_kind=Kind.DEMAND)]
    text = text_of(render_letter(letter(Kind.DEMAND, items=items, announcement=announced(items))).pdf)

    assert "Met deze aanmaning vragen wij u dringend om € 250,00 te betalen" in text
    assert "uiterlijk op 2 december 2026 op onze rekening staan" in text
    assert "€ 40,00 incassokosten" in text
    assert "wettelijke handelsrente (artikel 6:119a van het Burgerlijk Wetboek)" in text
    assert "in totaal € 290,00 betalen, plus de rente" in text
    assert "ondubbelzinnig het recht voor" in text
    assert "stuiten wij de verjaring" in text


def test_a_demand_to_a_consumer_speaks_of_no_costs():
    text = text_of(usual_letter(Kind.DEMAND, Variant.CONSUMER).pdf)

    assert "kosten" not in text
    assert "rente" not in text
    assert "stuiten wij de verjaring" in text


@pytest.mark.parametrize("kind", [Kind.DEMAND, Kind.DEFAULT_NOTICE, Kind.FOURTEEN_DAY_LETTER, Kind.FINAL_DEMAND])
@pytest.mark.parametrize(
    ("language", "words"), [("nl", "ondubbelzinnig het recht voor"), ("en", "unambiguously reserve")]
)
def test_every_demand_reserves_the_right_to_payment(kind, language, words):
    assert words in text_of(usual_letter(kind, Variant.CONSUMER, language).pdf)


@pytest.mark.parametrize("kind", [Kind.COURTESY, Kind.REMINDER, Kind.SECOND_REMINDER])
def test_no_friendly_letter_does(kind):
    assert "ondubbelzinnig" not in text_of(usual_letter(kind).pdf)


def test_a_default_notice_gives_a_reasonable_term_in_words_and_no_date():
    text = text_of(usual_letter(Kind.DEFAULT_NOTICE, Variant.CONSUMER).pdf)

    assert "stellen wij u met deze brief in gebreke" in text
    assert "binnen veertien dagen vanaf de dag nadat deze brief bij u is bezorgd" in text
    assert "Aan deze brief zijn voor u geen kosten verbonden" in text
    assert "Uiterlijk op" not in text
    assert "incassokosten" not in text
    assert "december" not in text


def test_a_final_demand_to_a_business_charges_and_announces_who_comes_next():
    text = text_of(render_letter(letter(Kind.FINAL_DEMAND, agency_name="Incasso Zonder Zorgen B.V.")).pdf)

    assert "brengen wij u nu ook € 37,50 incassokosten en € 2,61 wettelijke handelsrente in rekening" in text
    assert "In totaal € 1.270,61 betalen".lower() in text.lower()
    assert "deze facturen over aan Incasso Zonder Zorgen B.V." in text
    assert "geldfit" not in text


def test_a_final_demand_to_a_consumer_recalls_the_chance_to_pay_without_costs_and_offers_help():
    content = letter(Kind.FINAL_DEMAND, Variant.CONSUMER)
    text = text_of(render_letter(content).pdf)

    assert content.earlier_letters[-1].kind is Kind.FOURTEEN_DAY_LETTER
    assert "In onze brief van 15 november 2026 kreeg u de mogelijkheid om zonder incassokosten te betalen" in text
    assert "over aan een incassobureau of een gerechtsdeurwaarder" in text
    assert "geldfit.nl" in text


def test_vat_in_the_costs_is_named():
    items = [claim(rung_kind=Kind.FINAL_DEMAND, costs="48.40")]
    content = letter(Kind.FINAL_DEMAND, Variant.CONSUMER, items=items, payable=asked(items, costs_vat=Decimal("8.40")))

    text = text_of(render_letter(content).pdf)

    assert "nu ook € 48,40 incassokosten (waarvan € 8,40 btw) in rekening" in text
    assert "Incassokosten (waarvan btw € 8,40) € 48,40" in text
    assert "Incassokosten (waarvan btw € 8,40)" in flat(render_mail(content).text)


def test_a_final_demand_without_costs_or_interest_charges_none():
    items = [claim(rung_kind=Kind.FINAL_DEMAND)]
    text = text_of(render_letter(letter(Kind.FINAL_DEMAND, Variant.CONSUMER, items=items)).pdf)

    assert "brengen wij u nu ook" not in text
    assert "De rente loopt door" not in text
    assert "U moet nu in totaal € 250,00 betalen" in text


def test_claims_on_different_rungs_each_name_their_own():
    items = [claim(rung_kind=Kind.DEMAND), claim("2026-0301", rung_kind=Kind.REMINDER, takes_step=False)]
    text = text_of(render_letter(letter(Kind.DEMAND, items=items, announcement=announced(items))).pdf)

    assert "2026-0183 aanmaning" in text
    assert "2026-0301 herinnering" in text
    assert "Deze aanmaning en de gevolgen daarvan gelden voor de facturen waar ‘aanmaning’ bij staat" in text


def test_claims_on_the_same_rung_name_none():
    text = text_of(usual_letter(Kind.SECOND_REMINDER).pdf)

    assert "2026-0183 Levering week 39 03-10-2026 17-10-2026 37 € 250,00 € 250,00" in text


def test_what_came_off_a_claim_is_shown_and_adds_up():
    items = [claim(paid="100.00", credited="20.00", disputed="30.00")]
    text = text_of(render_letter(letter(Kind.REMINDER, items=items)).pdf)

    assert "al betaald: € 100,00" in text
    assert "al verrekend: € 20,00" in text
    assert "in behandeling, telt nu niet mee: € 30,00" in text
    assert "37 € 250,00 € 100,00" in text
    assert "nog niet helemaal betaald" in text
    assert "tot en met 20 november 2026 hebben ontvangen, zijn hierin verwerkt" in text


def test_what_is_not_asked_stands_apart_for_information():
    upcoming = (Upcoming(invoice_number="2026-0400", due_date=date(2026, 12, 5), amount=Decimal("310.00")),)
    text = text_of(render_letter(letter(Kind.REMINDER, upcoming=upcoming, credit=Decimal("45.00"))).pdf)

    after = text[text.index("Ter informatie") :]
    assert "2026-0400 05-12-2026 € 310,00" in after
    assert "tegoed dat nog niet is verrekend: € 45,00" in after
    assert "€ 1.230,50" in text


def test_interest_is_specified_line_by_line_with_its_method():
    items = [claim(rung_kind=Kind.FINAL_DEMAND, interest="2.61")]
    text = text_of(render_letter(letter(Kind.FINAL_DEMAND, items=items, interest_lines=(interest_line("2.61"),))).pdf)

    assert "Rente tot en met 23 november 2026 € 2,61" in text
    assert "2026-0183 18-10-2026 t/m 23-11-2026 37 € 250,00 10,15% per jaar € 2,61" in text
    assert "een schrikkeljaar 366" in text
    assert "Hiervan al voldaan" not in text


def test_interest_that_was_paid_already_is_taken_off_below_the_specification():
    items = [claim(rung_kind=Kind.FINAL_DEMAND, interest="1.61")]
    text = text_of(render_letter(letter(Kind.FINAL_DEMAND, items=items, interest_lines=(interest_line("2.61"),))).pdf)

    assert "Hiervan al voldaan € -1,00 Rente in deze brief € 1,61" in text


def test_a_pay_page_is_named_and_linked():
    made = render_letter(letter(Kind.REMINDER, pay_url=PAY_URL))
    page = opened(made.pdf).pages[0]

    assert PAY_URL in text_of(made.pdf).replace(" ", "")
    assert {note.get_object()["/A"]["/URI"] for note in page["/Annots"]} == {PAY_URL}


@pytest.mark.parametrize("count", range(14, 27))
def test_no_page_begins_with_a_total_alone(count):
    items = [claim(f"2026-{number:04d}") for number in range(count)]
    pages = [flat(page.extract_text()) for page in opened(render_letter(letter(Kind.REMINDER, items=items)).pdf).pages]

    (with_total,) = [text for text in pages if "Te betalen €" in text and "Openstaand" in text]
    assert f"2026-{count - 1:04d}" in with_total


def test_sixty_claims_take_pages_that_each_repeat_the_head_of_the_table_and_of_the_letter():
    items = [claim(f"2026-{number:04d}", description="Levering brood", rung_kind=Kind.DEMAND) for number in range(60)]
    made = render_letter(letter(Kind.DEMAND, items=items, announcement=announced(items)))
    pages = [flat(page.extract_text()) for page in opened(made.pdf).pages]

    assert made.pages == 4
    assert all("Factuurdatum Vervaldatum" in page for page in pages)
    assert all("Ons kenmerk n7kq2m9 · Debiteurnummer D-10023 · 23 november 2026" in page for page in pages[1:])
    assert [number for number in range(60) if f"2026-{number:04d}" not in " ".join(pages)] == []
    assert "€ 15.000,00" in pages[-1]


def test_long_names_and_numbers_are_kept_whole_in_the_letter():
    number = "F" + "1234567890" * 5 + "ABCDEFGHI"
    sender = replace(BAKERY, legal_name="Stichting " + "Samenwerkende Scholen " * 5)
    made = render_letter(letter(Kind.REMINDER, items=[claim(number, description="Omschrijving " * 15)], sender=sender))

    text = text_of(made.pdf)
    assert number in text.replace(" ", "")
    assert made.pages <= 2


def test_what_somebody_typed_is_text_and_never_markup():
    sneaky = replace(DE_VRIES, name="<b>De</b> Vries & {{ amount }} {% now %}")
    text = text_of(render_letter(letter(Kind.REMINDER, recipient=sneaky)).pdf)

    assert "<b>De</b> Vries & {{ amount }}" in text


def test_control_characters_do_not_reach_the_letter():
    broken = replace(BAKERY, legal_name="Bakkerij\x00 De\x0b Korenaar\x1f")
    reader = opened(render_letter(letter(Kind.REMINDER, sender=broken)).pdf)

    assert reader.metadata.author == "Bakkerij De Korenaar"
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", reader.trailer["/Root"]["/Metadata"].get_data().decode())


def test_a_long_history_names_the_last_four_letters():
    start = date(2026, 1, 5)
    letters = tuple(
        replace(letter(Kind.DEMAND).earlier_letters[0], sent_on=start + timedelta(days=30 * number))
        for number in range(6)
    )
    text = text_of(render_letter(letter(Kind.DEMAND, earlier_letters=letters)).pdf)

    assert "4 februari 2026" not in text
    assert text.count("onze herinnering van") == 4
    assert ", onze herinnering van 5 mei 2026 en onze herinnering van 4 juni 2026" in text
