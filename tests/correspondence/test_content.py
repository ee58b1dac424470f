import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from correspondence import content, frozen_json
from correspondence.content import Channel, ContentError, CostsAnnouncement, Kind, NoticeContent, Upcoming, Variant
from dunning.states import RungKind
from tests.correspondence.examples import DAY, LETTERS, announced, asked, claim, letter, with_everything


@pytest.mark.parametrize(("kind", "variant", "language"), LETTERS)
def test_every_content_survives_the_way_to_json_and_back(kind, variant, language):
    written = json.dumps(letter(kind, variant, language).to_json())

    assert NoticeContent.from_json(json.loads(written)) == letter(kind, variant, language)


def test_a_content_with_everything_in_it_survives_too():
    assert NoticeContent.from_json(json.loads(json.dumps(with_everything().to_json()))) == with_everything()


def test_json_holds_amounts_as_strings_and_days_as_iso_dates():
    written = with_everything().to_json()

    assert written["payable"]["total"] == "442.61"
    assert written["dispatch_date"] == "2026-11-23"
    assert written["upcoming"][0]["amount"] == "310.00"
    assert written["kind"] == "demand"


def test_a_content_of_before_a_field_existed_is_still_read():
    written = letter(Kind.REMINDER).to_json()
    del written["invoices_attached"], written["payments_until"]

    read = NoticeContent.from_json(written)

    assert read.invoices_attached is False
    assert read.payments_until is None


def test_a_field_that_no_longer_exists_is_left_out():
    written = letter(Kind.REMINDER).to_json() | {"horoscope": "Leo"}

    assert NoticeContent.from_json(written) == letter(Kind.REMINDER)


def test_a_float_is_refused():
    with pytest.raises(TypeError, match="float"):
        frozen_json.to_json((0.1,))


def test_kinds_are_those_of_the_rungs_that_are_written():
    assert {kind.value for kind in Kind} == set(RungKind.values) - {RungKind.CALL, RungKind.HANDOFF}


def test_kinds_stand_in_the_order_of_severity():
    assert [kind.value for kind in Kind] == [value for value in RungKind.values if value in set(Kind)]


@pytest.mark.parametrize(
    ("language", "written_in"), [("nl", "nl"), ("en", "en"), ("de", "en"), ("fr", "en"), ("nl-be", "nl")]
)
def test_dutch_is_written_in_dutch_and_all_else_in_english(language, written_in):
    assert letter(Kind.REMINDER, language=language).written_in == written_in


@pytest.mark.parametrize(
    "wrong",
    [
        {"open_principal": Decimal("249.99")},
        {"total": Decimal("250.01")},
        {"principal": Decimal("0.00"), "open_principal": Decimal("0.00"), "total": Decimal("0.00")},
    ],
)
def test_a_claim_that_does_not_add_up_or_asks_nothing_cannot_be_made(wrong):
    with pytest.raises(ContentError):
        replace(claim(), **wrong)


@pytest.mark.parametrize("part", ["total", "principal", "interest", "costs"])
def test_what_is_asked_is_the_sum_of_the_claims(part):
    content_ = letter(Kind.FINAL_DEMAND)
    more = replace(content_.payable, **{part: getattr(content_.payable, part) + Decimal("0.01")})

    with pytest.raises(ContentError, match=part):
        replace(content_, payable=more)


@pytest.mark.parametrize("vat", ["37.51", "-0.01"])
def test_vat_is_a_part_of_the_costs(vat):
    content_ = letter(Kind.FINAL_DEMAND)

    with pytest.raises(ContentError, match="VAT on the costs"):
        replace(content_, payable=replace(content_.payable, costs_vat=Decimal(vat)))


def test_the_total_with_costs_is_the_total_and_the_costs():
    items = [claim(rung_kind=Kind.DEMAND)]
    wrong = CostsAnnouncement(costs=Decimal("40.00"), total_with_costs=Decimal("290.01"))

    with pytest.raises(ContentError, match="total with costs"):
        letter(Kind.DEMAND, items=items, announcement=wrong)


@pytest.mark.parametrize(("vat", "reason"), [("8.40", False), ("0.00", True), ("-1.00", True)])
def test_vat_goes_with_its_ground_or_not_at_all(vat, reason):
    with pytest.raises(ContentError):
        CostsAnnouncement(costs=Decimal(40), vat=Decimal(vat), vat_reason=reason, total_with_costs=Decimal(290))


@pytest.mark.parametrize("kind", [Kind.DEFAULT_NOTICE, Kind.FOURTEEN_DAY_LETTER])
def test_no_date_stands_beside_a_term_that_the_law_words(kind):
    with pytest.raises(ContentError, match="names no date"):
        letter(kind, Variant.CONSUMER, pay_by=date(2026, 12, 10))


def test_a_fourteen_day_letter_is_for_consumers():
    with pytest.raises(ContentError, match="for consumers"):
        letter(Kind.FOURTEEN_DAY_LETTER, Variant.BUSINESS)


def test_a_fourteen_day_letter_names_the_costs():
    with pytest.raises(ContentError, match="names the costs"):
        letter(Kind.FOURTEEN_DAY_LETTER, Variant.CONSUMER, announcement=None)


@pytest.mark.parametrize(
    "beside",
    [
        {"credit": Decimal("0.01")},
        {"upcoming": (Upcoming(invoice_number="1", due_date=DAY, amount=Decimal(1)),)},
    ],
)
def test_a_fourteen_day_letter_lists_nothing_but_its_claims(beside):
    with pytest.raises(ContentError, match="nothing but its claims"):
        letter(Kind.FOURTEEN_DAY_LETTER, Variant.CONSUMER, **beside)


def test_a_fourteen_day_letter_is_never_merged_with_a_reminder():
    items = [claim(rung_kind=Kind.FOURTEEN_DAY_LETTER), claim("2", rung_kind=Kind.REMINDER)]

    with pytest.raises(ContentError, match="merged"):
        letter(Kind.FOURTEEN_DAY_LETTER, Variant.CONSUMER, items=items)


@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.DEMAND, Kind.DEFAULT_NOTICE, Kind.FINAL_DEMAND])
def test_no_other_letter_to_a_consumer_announces_costs(kind):
    items = [claim(rung_kind=kind)]

    with pytest.raises(ContentError, match="only the fourteen-day letter"):
        letter(kind, Variant.CONSUMER, items=items, announcement=announced(items))


def test_a_consumer_is_asked_costs_only_on_the_last_rung():
    items = [claim(rung_kind=Kind.DEFAULT_NOTICE, costs="40.00")]

    with pytest.raises(ContentError, match="after the fourteen-day letter"):
        letter(Kind.DEFAULT_NOTICE, Variant.CONSUMER, items=items, payable=asked(items))


def test_a_letter_by_mail_alone_may_exist():
    assert letter(Kind.FOURTEEN_DAY_LETTER, Variant.CONSUMER, channel=Channel.EMAIL).channel is content.Channel.EMAIL
