import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from common.templatetags.amounts import format_euro
from correspondence.content import Kind, Upcoming, Variant
from correspondence.rendering.mails import COVERING, render_mail
from tests.correspondence.examples import (
    DE_VRIES,
    LETTERS,
    PAY_URL,
    claim,
    flat,
    letter,
    text_of,
    usual_letter,
    with_everything,
)

DEBT_WORDS = re.compile(
    r"€|euro|schuld|incasso|betal|aanman|sommat|gebreke|laatste|kosten|debt|collect|pay|demand|default|final|costs",
    re.IGNORECASE,
)


class Tags(HTMLParser):
    """Collects what a mail opens, closes and refers to."""

    def __init__(self, html):
        super().__init__()
        self.opened, self.links, self.depth = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.opened.append(tag)
        self.links += [value for name, value in attrs if name in {"href", "src", "background"}]
        if tag not in {"meta", "br", "img", "link"}:
            self.depth.append(tag)

    def handle_endtag(self, tag):
        assert self.depth.pop() == tag


def words_of(html):
    """Give the words that are shown."""
    shown = re.sub(r"<(style|title|head)\b.*?</\1>|<!--.*?-->", " ", html, flags=re.DOTALL)
    shown = re.sub(r"</?(strong|span|a)\b[^>]*>", "", shown)
    return flat(re.sub(r"<[^>]+>", " ", shown).replace("&amp;", "&").replace("&#x27;", "'"))


@pytest.mark.parametrize(("kind", "variant", "language"), LETTERS)
def test_mail_and_letter_ask_the_same_amount_in_text_and_html(kind, variant, language):
    content = letter(kind, variant, language)
    amount = flat(format_euro(content.payable.total, language))

    mail = render_mail(content)

    assert amount in text_of(usual_letter(kind, variant, language).pdf)
    assert amount in flat(mail.text)
    assert amount in words_of(mail.html)
    for said in (flat(mail.text), words_of(mail.html)):
        assert "NL91 ABNA 0417 1643 00" in said
        assert "5000 0567 8901 2345" in said
        assert content.notice_reference in said


@pytest.mark.parametrize(("kind", "variant", "language"), [each for each in LETTERS if each[0] not in COVERING])
def test_text_and_html_say_the_same_as_the_letter(kind, variant, language):
    content = letter(kind, variant, language)
    mail, on_paper = render_mail(content), text_of(usual_letter(kind, variant, language).pdf)

    said = [flat(block) for block in mail.text.split("\n\n") if block.rstrip().endswith(".") and "- " not in block]

    assert len(said) >= 3
    for sentence in said:
        assert sentence in on_paper
        assert sentence in words_of(mail.html)


@pytest.mark.parametrize(("kind", "variant", "language"), LETTERS)
def test_a_mail_fetches_nothing_and_counts_nobody(kind, variant, language):
    tags = Tags(render_mail(letter(kind, variant, language, pay_url=PAY_URL)).html)

    assert tags.links == [PAY_URL]
    assert not {"img", "script", "link", "iframe", "form"} & set(tags.opened)
    assert tags.depth == []


@pytest.mark.parametrize(("kind", "variant", "language"), LETTERS)
def test_a_subject_is_one_short_line_with_our_reference(kind, variant, language):
    subject = render_mail(letter(kind, variant, language)).subject

    assert subject.endswith("(n7kq2m9)")
    assert "\n" not in subject
    assert len(subject) <= 80
    assert not re.search(r"€|\d+,\d\d|Levering", subject)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", list(Kind))
def test_to_a_consumer_no_subject_and_no_preview_shows_a_debt(kind, language):
    mail = render_mail(letter(kind, Variant.CONSUMER, language))
    preview = words_of(mail.html)[:90]

    assert not DEBT_WORDS.search(mail.subject)
    assert not DEBT_WORDS.search(preview)


def test_a_company_sees_in_the_subject_what_it_is():
    assert render_mail(letter(Kind.DEMAND)).subject == "Aanmaning: uw facturen (n7kq2m9)"
    assert render_mail(letter(Kind.FINAL_DEMAND)).subject == "Laatste sommatie: uw facturen (n7kq2m9)"


def test_a_subject_names_a_single_invoice():
    content = letter(Kind.REMINDER, items=[claim("2026/0183")])

    assert render_mail(content).subject == "Herinnering: factuur 2026/0183 (n7kq2m9)"


def test_nobody_adds_a_header_through_an_invoice_number():
    content = letter(Kind.REMINDER, items=[claim("1\r\nBcc: all@example.org")])

    assert render_mail(content).subject == "Herinnering: factuur 1 Bcc: all@example.org (n7kq2m9)"


def test_markup_in_a_name_stays_text():
    sender = replace(letter(Kind.REMINDER).sender, legal_name="<script>alert(1)</script> & Zonen")
    mail = render_mail(letter(Kind.REMINDER, sender=sender, recipient=DE_VRIES))

    assert "<script" not in mail.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Zonen" in mail.html
    assert "<script>alert(1)</script> & Zonen" in mail.text


def test_a_mail_says_nothing_of_what_was_bought():
    mail = render_mail(letter(Kind.REMINDER, items=[claim(description="Behandeling kaakchirurgie")]))

    assert "kaakchirurgie" not in mail.text + mail.html + mail.subject


@pytest.mark.parametrize(("kind", "variant", "language"), LETTERS)
def test_the_text_is_wrapped_for_any_mail_program(kind, variant, language):
    text = render_mail(letter(kind, variant, language)).text

    assert max(len(line) for line in text.split("\n")) <= 78
    assert "<" not in text
    assert "&" not in text
    assert "\n\n\n" not in text


def test_the_text_lists_the_claims_in_columns_that_add_up():
    text = render_mail(letter(Kind.FINAL_DEMAND)).text.replace("\u00a0", " ")

    assert (
        "Factuur               Vervaldatum  Openstaand\n"
        "---------------------------------------------\n"
        "2026-0183             17-10-2026     € 250,00\n"
        "2026-0197             24-10-2026     € 980,50\n"
        "  al betaald: € 500,00\n"
        "---------------------------------------------\n"
        "Rente tot en met 23 november 2026      € 2,61\n"
        "Incassokosten                         € 37,50\n"
        "Te betalen                         € 1.270,61\n"
    ) in text


def test_the_text_sets_out_how_to_pay():
    text = render_mail(letter(Kind.REMINDER, pay_url=PAY_URL)).text.replace("\u00a0", " ")

    assert (
        "Te betalen:        € 1.230,50\n"
        "Uiterlijk op:      2 december 2026\n"
        "IBAN:              NL91 ABNA 0417 1643 00\n"
        "Op naam van:       Bakkerij De Gouden Korenaar B.V.\n"
        "Betalingskenmerk:  5000 0567 8901 2345\n"
    ) in text
    assert f"\n{PAY_URL}\n" in text


def test_a_button_is_there_only_when_there_is_a_page_to_pay_on():
    assert 'class="button"' in render_mail(letter(Kind.REMINDER, pay_url=PAY_URL)).html
    assert "Bekijk en betaal online" not in words_of(render_mail(letter(Kind.REMINDER)).html)


def test_everything_there_is_to_say_is_said():
    content = with_everything()
    mail = render_mail(content)

    for said in (flat(mail.text), words_of(mail.html)):
        for words in (
            *(
                "De facturen zitten als bijlage bij deze e-mail",
                "U krijgt deze brief ook per post",
                "aanmaning",
                "herinnering",
            ),
            *("al betaald: € 10,00", "al verrekend: € 20,00", "in behandeling, telt nu niet mee: € 30,00"),
            *("tegoed dat nog niet is verrekend: € 45,00", "Factuur 2026-0400, vervalt op 05-12-2026: € 310,00"),
            *("Te betalen", "€ 442,61", "verhoogd met € 8,40 btw (21%)"),
        ):
            assert words in said, words


def test_what_is_not_there_leaves_no_trace():
    text = render_mail(letter(Kind.REMINDER)).text

    assert "bijlage" not in text
    assert "per post" not in text
    assert "tegoed" not in text


def test_the_covering_mail_of_a_statutory_letter_lists_no_claims():
    mail = render_mail(letter(Kind.FOURTEEN_DAY_LETTER, Variant.CONSUMER))

    assert "In de bijlage vindt u onze brief over 2 facturen" in flat(mail.text)
    assert "2026-0197" not in mail.text + mail.html


def test_many_claims_with_long_numbers_stay_legible():
    upcoming = (Upcoming(invoice_number="U" * 60, due_date=date(2026, 12, 5), amount=Decimal("310.00")),)
    mail = render_mail(letter(Kind.REMINDER, items=[claim(f"{n:060d}") for n in range(60)], upcoming=upcoming))

    assert mail.text.count("€\u00a0250,00") == 60
    assert Tags(mail.html).depth == []


def test_a_mail_is_made_for_dark_screens_too():
    html = render_mail(letter(Kind.REMINDER)).html

    assert '<meta name="color-scheme" content="light dark">' in html
    assert "prefers-color-scheme: dark" in html
