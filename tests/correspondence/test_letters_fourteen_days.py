"""The fourteen-day letter, word for word: a court sets a letter aside for less than a wrong word."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from correspondence.content import Channel, Kind, Variant
from correspondence.rendering import letters, plain_text
from correspondence.rendering.letters import render_letter
from correspondence.rendering.mails import render_mail
from correspondence.rendering.view import view
from law import notices
from tests.correspondence.examples import announced, claim, flat, interest_line, letter, text_of

GOLDEN = Path(__file__).parent / "golden"
KIND = Kind.FOURTEEN_DAY_LETTER
TERM = {
    ("nl", Channel.POST): "binnen veertien dagen vanaf de dag nadat deze brief bij u is bezorgd",
    ("nl", Channel.EMAIL): "binnen vijftien dagen nadat u deze e-mail hebt ontvangen",
    ("en", Channel.POST): "within fourteen days from the day after this letter was delivered to you",
    ("en", Channel.EMAIL): "within fifteen days after you received this e-mail",
}


def one_claim(**other):
    items = [claim("2026-0183", rung_kind=KIND, description="Onderhoud cv-ketel", **other)]
    return {"items": items, "announcement": announced(items)}


def fullest():
    """Several claims, one partly paid, interest in the amount, VAT on the costs with its ground."""
    items = [
        claim("2026-0183", rung_kind=KIND, interest="1.51", description="Onderhoud cv-ketel"),
        claim("2026-0197", "1480.50", paid="500.00", rung_kind=KIND, description="Nieuwe thermostaat"),
    ]
    line = interest_line("1.51", percent=Decimal(6))
    return {"items": items, "announcement": announced(items, "184.58", vat="38.76"), "interest_lines": (line,)}


def paragraphs(content):
    """Give the sentences of the letter as lines, without the table, the payment block and what is around it."""
    html = letters.html(content, view(content), {})
    html = re.sub(
        r"<table.*?</table>", "", html[html.index("<h1>") : html.index('<div id="signature">')], flags=re.DOTALL
    )
    blocks = plain_text.from_html(html).split("\n\n")
    return "\n\n".join(flat(block) for block in blocks) + "\n"


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("name", "claims"), [("one_claim", one_claim), ("fullest", fullest)])
def test_the_letter_is_word_for_word_the_one_that_was_approved(language, name, claims):
    content = letter(KIND, Variant.CONSUMER, language, **claims())

    assert paragraphs(content) == (GOLDEN / f"fourteen_day_letter.{name}.{language}.txt").read_text()


def test_by_mail_alone_only_the_words_of_the_term_differ():
    by_post = letter(KIND, Variant.CONSUMER, **one_claim())
    by_mail = replace(by_post, channel=Channel.EMAIL)

    swapped = paragraphs(by_post).replace(TERM["nl", Channel.POST], TERM["nl", Channel.EMAIL])

    assert paragraphs(by_mail) == swapped
    assert "Per e-mail" in text_of(render_letter(by_mail).pdf)


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_pdf_holds_the_term_in_a_form_that_the_law_package_knows_as_safe(language, channel):
    content = letter(KIND, Variant.CONSUMER, language, channel=channel, **fullest())
    text = text_of(render_letter(content).pdf)

    assert text.count(TERM[language, channel]) == 1
    notices.check_wording(text, channel=notices.Channel(channel), language=language)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_date_in_the_letter_lies_after_the_letter_itself(language):
    content = letter(KIND, Variant.CONSUMER, language, **fullest())
    text = text_of(render_letter(content).pdf)

    months = {"nl": r"(december|januari|\d\d-12-2026|-2027)", "en": r"(December|January|Dec 2026|2027)"}
    assert not re.search(months[language], text)
    assert {"nl": "Uiterlijk op", "en": "No later than"}[language] not in text


def test_it_names_the_costs_and_the_total_exactly():
    text = text_of(render_letter(letter(KIND, Variant.CONSUMER, **one_claim())).pdf)

    assert "dan bent u € 40,00 aan incassokosten verschuldigd" in text
    assert "U moet dan in totaal € 290,00 betalen" in text


def test_it_asks_one_amount_on_one_account_with_one_reference():
    text = text_of(render_letter(letter(KIND, Variant.CONSUMER, **fullest())).pdf)

    assert text.count("IBAN") == 1
    assert text.count("NL91 ABNA") == 1
    assert text.count("Betalingskenmerk") == 1
    assert text.count("€ 1.232,01") == 3  # the table, the sentence, the payment block: the same amount
    assert "Incassokosten €" not in text


def test_vat_is_named_with_its_ground_only_where_there_is_one():
    without = text_of(render_letter(letter(KIND, Variant.CONSUMER, **one_claim())).pdf)
    with_vat = text_of(render_letter(letter(KIND, Variant.CONSUMER, **fullest())).pdf)

    assert "btw over" not in without
    assert (
        "Wij kunnen de btw over deze kosten niet verrekenen. "
        "Daarom worden de kosten verhoogd met 21% btw: dat is € 38,76."
    ) in with_vat
    assert "in totaal € 1.455,35" in with_vat


def test_interest_that_is_due_is_named_in_the_amount_and_not_in_the_costs():
    text = text_of(render_letter(letter(KIND, Variant.CONSUMER, **fullest())).pdf)

    assert (
        "Het bedrag dat u moet betalen, is € 1.232,01. Daarin zit € 1,51 wettelijke rente tot en met 23 november 2026."
        in text
    )


def test_it_lists_what_each_claim_was_and_what_was_paid():
    text = text_of(render_letter(letter(KIND, Variant.CONSUMER, **fullest())).pdf)

    for words in (
        "Onderhoud cv-ketel",
        "Nieuwe thermostaat",
        "03-10-2026",
        "€ 1.480,50",
        "al betaald: € 500,00",
        "€ 980,50",
    ):
        assert words in text


def test_it_threatens_with_nobody():
    text = text_of(render_letter(letter(KIND, Variant.CONSUMER, **fullest())).pdf).lower()

    assert not any(words in text for words in ("incassobureau", "deurwaarder", "rechter", "procedure", "sommatie"))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", [KIND, Kind.DEFAULT_NOTICE])
def test_its_mail_carries_the_same_amount_and_no_term_of_its_own(kind, language):
    content = letter(kind, Variant.CONSUMER, language, email_copy=True)
    mail = render_mail(content)

    terms = r"\b(veertien|vijftien|14|15)\b dagen|\b(fourteen|fifteen|14|15)\b days|bezorgd|ontvangst|delivered|receipt"
    assert not re.search(terms, flat(mail.text), re.IGNORECASE)
    assert not re.search(terms, flat(re.sub(r"<[^>]+>", " ", mail.html)), re.IGNORECASE)
    assert flat(view(content).amount) in flat(mail.text)
    assert {"nl": "De termijn die in de brief staat, geldt.", "en": "stated in the letter applies"}[language] in flat(
        mail.text
    )
    assert {"nl": "ook per post", "en": "by post"}[language] in flat(mail.text)


def test_its_mail_does_not_promise_post_where_there_is_none():
    content = letter(KIND, Variant.CONSUMER, channel=Channel.EMAIL)

    assert "per post" not in flat(render_mail(content).text)


def test_a_letter_without_a_history_claims_none():
    content = letter(KIND, Variant.CONSUMER, earlier_letters=(), **one_claim())

    assert "eerder geschreven" not in paragraphs(content)
