"""What messages about paying in parts say: the same schedule in mail, text and letter; no debt on a locked phone."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from common.templatetags.amounts import format_date, format_euro
from correspondence.arranged_content import WITH_SCHEDULE, ArrangedClaim, ArrangementContent, Kind, Part
from correspondence.content import ContentError, Payable
from correspondence.rendering.arranged import render_letter, render_mail
from tests.correspondence.examples import BAKERY, DAY, DE_VRIES, flat, text_of
from tests.correspondence.test_mails import DEBT_WORDS, words_of

D = Decimal
PARTS = (
    Part(number=1, due_on=date(2026, 12, 1), amount=D("100.00"), paid=D("100.00")),
    Part(number=2, due_on=date(2027, 1, 1), amount=D("100.00"), is_this=True, pay_url="https://b.example/2/"),
    Part(number=3, due_on=date(2027, 2, 1), amount=D("100.50"), pay_url="https://b.example/3/"),
)


def content(kind: Kind = Kind.AGREED, language: str = "nl", **changed: object) -> ArrangementContent:
    made = ArrangementContent(
        kind=kind,
        language=language,
        dispatch_date=DAY,
        reference="n7kq2m9",
        sender=BAKERY,
        recipient=DE_VRIES,
        total=D("300.50"),
        paid=D("100.00"),
        parts=PARTS,
        claims=(ArrangedClaim(invoice_number="2026-0412", issue_date=date(2026, 9, 1), amount=D("300.50")),),
        payable=Payable(
            total=D("100.00"),
            principal=D("100.00"),
            reference="2026-0412",
            iban=BAKERY.iban,
            account_holder=BAKERY.account_holder,
        ),
        pay_by=date(2027, 1, 1),
        lapses_on=date(2027, 1, 12),
        lapse_days=10,
        reason="zes maanden is het langste dat wij kunnen",
        pay_url="https://b.example/2/",
    )
    return replace(made, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_message_is_a_mail_and_a_letter_of_one_page(kind: Kind, language: str) -> None:
    mail = render_mail(content(kind, language))
    letter = render_letter(content(kind, language, by_email=False))

    assert letter.pages == 1
    assert "n7kq2m9" in mail.text
    assert "{{" not in mail.html + mail.text
    assert not re.search(r"\n{4}", mail.text)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", sorted(WITH_SCHEDULE))
def test_the_schedule_is_the_same_everywhere(kind: Kind, language: str) -> None:
    mail = render_mail(content(kind, language))
    letter = flat(text_of(render_letter(content(kind, language, by_email=False)).pdf))

    days = [format_date(part.due_on, language).replace("\u00a0", " ") for part in PARTS]
    amounts = [format_euro(part.amount, language).replace("\u00a0", " ") for part in PARTS]
    for shown in (words_of(mail.html), mail.text, letter):
        said = flat(shown).replace("\u00a0", " ")
        assert all(day in said for day in days)
        assert all(amount in said for amount in amounts)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", list(Kind))
def test_to_a_consumer_no_subject_and_no_preview_shows_a_debt(kind: Kind, language: str) -> None:
    mail = render_mail(content(kind, language))

    assert not DEBT_WORDS.search(mail.subject)
    assert not DEBT_WORDS.search(words_of(mail.html)[:90])


def test_each_part_that_is_open_has_its_own_link_and_a_paid_one_has_none() -> None:
    html = render_mail(content()).html

    assert html.count("Betaal deze termijn") == 2
    assert "https://b.example/3/" in html


def test_what_is_debited_asks_for_no_payment() -> None:
    mail = render_mail(content(by_direct_debit=True))
    letter = flat(text_of(render_letter(content(by_direct_debit=True, by_email=False)).pdf))

    for shown in (flat(words_of(mail.html)), flat(mail.text), letter):
        assert "schrijven elke termijn af" in shown
        assert "IBAN" not in shown


def test_the_confirmation_promises_no_interest_and_says_when_it_lapses() -> None:
    said = flat(render_mail(content()).text)

    assert "komt er geen rente meer bij" in said
    assert "meer dan 10 dagen te laat" in said
    assert "gaat van de eerstvolgende termijnen af" in said


def test_a_missed_part_names_the_last_day_and_what_follows() -> None:
    said = flat(render_mail(content(Kind.MISSED, pay_by=date(2027, 1, 11))).text)

    assert "uiterlijk op 11 januari 2027" in said
    assert "op 12 januari 2027 nog niet, dan vervalt de regeling" in said


def test_a_reason_cannot_bring_markup() -> None:
    html = render_mail(content(Kind.DECLINED, parts=(), payable=None, reason="<b>nee</b>")).html

    assert "<b>nee" not in html


@pytest.mark.parametrize(
    "changed",
    [
        {"total": D("300.00")},
        {"claims": (ArrangedClaim(invoice_number="1", issue_date=DAY, amount=D("1.00")),)},
        {"payable": None},
        {"parts": ()},
    ],
)
def test_a_content_that_does_not_add_up_cannot_be_made(changed: dict[str, Any]) -> None:
    with pytest.raises(ContentError):
        content(**changed)


def test_a_content_is_the_same_after_it_was_kept() -> None:
    assert ArrangementContent.from_json(content().to_json()) == content()
