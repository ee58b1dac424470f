from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.calendar import is_official_holiday, is_working_day
from law import notices
from law.notices import Channel, Fact, LegalStep
from tests.law.casefiles import days, rows, steady

CASES = rows("fourteen_day_letter")
DAYS = ["ma", "di", "wo", "do", "vr", "za", "zo"]


def _day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["sent"])
def test_each_worked_example_of_the_letter_term_comes_out(row):
    term = notices.fourteen_day_letter_term(_day(row["sent"]))

    assert term.presumed_delivery == term.counted_from == _day(row["presumed_delivered"])
    assert term.counted_from + timedelta(days=1) == _day(row["day_1_of_14"])
    assert term.counted_from + timedelta(days=14) == _day(row["day_14"])
    assert term.last_day == _day(row["last_day_if_weekend_holiday_extended"])
    assert term.computed_from == _day(row["costs_due_from"])
    assert (term.last_day - term.dispatched).days == int(row["days_from_sending_to_last_day"])


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["sent"])
def test_the_weekdays_of_the_worked_examples_are_right(row):
    assert DAYS[_day(row["sent"]).weekday()] == row["weekday"]
    assert DAYS[_day(row["presumed_delivered"]).weekday()] == row["weekday_delivered"]
    assert DAYS[_day(row["day_14"]).weekday()] == row["weekday_14"]


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["sent"])
def test_a_default_notice_of_the_same_day_has_the_same_end_and_default_the_day_after(row):
    term = notices.default_notice_term(_day(row["sent"]))

    assert term.last_day == _day(row["last_day_if_weekend_holiday_extended"])
    assert term.default_since == _day(row["costs_due_from"])


@pytest.mark.parametrize(
    ("dispatched", "delivered"),
    [
        ("2026-11-24", "2026-11-26"),  # Tuesday: Thursday
        ("2026-11-26", "2026-11-28"),  # Thursday: a Saturday delivers
        ("2026-11-27", "2026-12-01"),  # Friday: Saturday counts, Sunday and Monday do not
        ("2026-11-28", "2026-12-02"),  # Saturday: Tuesday is the first day that counts
        ("2026-12-24", "2026-12-30"),  # over Christmas: 25 and 26 are holidays, 27 and 28 Sunday and Monday
        ("2026-04-25", "2026-04-29"),  # King's Day is on the Monday
        ("2027-05-04", "2027-05-08"),  # 5 May and Ascension Day (6 May) deliver nothing
    ],
)
def test_post_is_presumed_delivered_on_the_second_day_that_counts(dispatched, delivered):
    assert notices.presumed_delivery(_day(dispatched)) == _day(delivered)


def test_an_e_mail_is_presumed_delivered_the_same_day():
    sunday = date(2026, 11, 22)

    assert notices.presumed_delivery(sunday, Channel.EMAIL) == sunday


@steady
@given(dispatched=days)
def test_post_is_never_presumed_delivered_on_a_sunday_a_monday_or_a_holiday(dispatched):
    delivered = notices.presumed_delivery(dispatched)

    assert delivered.weekday() not in (6, 0)
    assert not is_official_holiday(delivered)
    assert delivered >= dispatched + timedelta(days=2)


def test_a_later_known_delivery_moves_both_terms():
    sent, late = date(2026, 11, 23), date(2026, 12, 3)

    assert notices.default_notice_term(sent, delivered=late).last_day == date(2026, 12, 17)
    assert notices.fourteen_day_letter_term(sent, delivered=late).costs_from == date(2026, 12, 18)


def test_an_earlier_known_delivery_moves_nothing():
    sent, early = date(2026, 11, 27), date(2026, 11, 28)

    assert notices.default_notice_term(sent, delivered=early).last_day == date(2026, 12, 15)
    assert notices.fourteen_day_letter_term(sent, delivered=early).last_day == date(2026, 12, 15)


@pytest.mark.parametrize(
    ("dispatched", "last_day"),
    [
        ("2026-11-26", "2026-12-14"),  # day 14 is Saturday 12 December
        ("2026-12-09", "2026-12-28"),  # day 14 is Friday 25 December: Christmas and the weekend are skipped
        ("2027-03-10", "2027-03-30"),  # day 14 is Good Friday, and Easter Monday follows
    ],
)
def test_a_term_that_ends_on_a_weekend_or_holiday_runs_to_the_next_working_day(dispatched, last_day):
    assert notices.default_notice_term(_day(dispatched)).last_day == _day(last_day)
    assert notices.fourteen_day_letter_term(_day(dispatched)).last_day == _day(last_day)


def test_costs_may_not_be_charged_before_twenty_four_days_after_dispatch():
    term = notices.fourteen_day_letter_term(date(2026, 11, 23))

    assert term.computed_from == date(2026, 12, 10)
    assert term.costs_from == date(2026, 12, 17)
    assert term.in_time_until == date(2026, 12, 16)


def test_costs_wait_for_the_computed_day_where_that_is_later():
    term = notices.fourteen_day_letter_term(date(2026, 11, 23), delivered=date(2026, 12, 15))

    assert term.costs_from == term.computed_from == date(2026, 12, 30)


def test_costs_wait_for_the_end_of_a_longer_wording():
    term = notices.fourteen_day_letter_term(date(2026, 11, 23), wording_days=30)

    assert (term.computed_from, term.last_day, term.costs_from) == (
        date(2026, 12, 10),
        date(2026, 12, 28),  # day 30 is Christmas Day
        date(2026, 12, 29),
    )


def test_a_letter_that_names_fewer_days_is_refused():
    assert notices.fourteen_day_letter_term(date(2026, 11, 23), wording_days=14).wording_days == 14

    with pytest.raises(notices.TermTooShort) as refusal:
        notices.fourteen_day_letter_term(date(2026, 11, 23), wording_days=13)

    assert refusal.value.code == "term_too_short"


def test_an_e_mail_gives_fifteen_days():
    term = notices.fourteen_day_letter_term(date(2026, 11, 23), channel=Channel.EMAIL)

    assert (term.presumed_delivery, term.wording_days, term.last_day) == (date(2026, 11, 23), 15, date(2026, 12, 8))

    with pytest.raises(notices.TermTooShort):
        notices.fourteen_day_letter_term(date(2026, 11, 23), channel=Channel.EMAIL, wording_days=14)


def test_of_two_channels_the_later_delivery_counts():
    sent = date(2026, 11, 23)
    post = notices.default_notice_term(sent)
    mail = notices.default_notice_term(sent, channel=Channel.EMAIL)

    assert notices.later_notice_term(mail, post) == notices.later_notice_term(post, mail) == post


def test_of_two_letters_the_later_of_each_day_counts():
    post = notices.fourteen_day_letter_term(date(2026, 11, 23), delivered=date(2026, 11, 28))
    mail = notices.fourteen_day_letter_term(date(2026, 11, 25), channel=Channel.EMAIL)

    for term in (notices.later_letter_term(post, mail), notices.later_letter_term(mail, post)):
        assert term.last_day == post.last_day == date(2026, 12, 14)
        assert term.computed_from == date(2026, 12, 15)
        assert term.costs_from == mail.costs_from == date(2026, 12, 19)


def test_a_longer_worded_letter_does_not_hide_the_later_delivery_of_the_other():
    longer = notices.fourteen_day_letter_term(date(2026, 11, 23), wording_days=30)
    late = notices.fourteen_day_letter_term(date(2026, 11, 23), delivered=date(2026, 12, 4))

    term = notices.later_letter_term(longer, late)

    assert (longer.last_day, late.last_day) == (date(2026, 12, 28), date(2026, 12, 18))
    assert (term.last_day, term.computed_from) == (date(2026, 12, 28), date(2026, 12, 19))


channels = st.sampled_from(list(Channel))


@steady
@given(dispatched=days, channel=channels, late=st.integers(0, 60), longer=st.integers(0, 40))
def test_a_letter_term_is_never_shorter_than_the_law_and_our_caution_allow(dispatched, channel, late, longer):
    delivered = dispatched + timedelta(days=late)
    named = notices.FOURTEEN_DAYS[channel].days + longer

    term = notices.fourteen_day_letter_term(dispatched, delivered=delivered, channel=channel, wording_days=named)

    assert is_working_day(term.last_day)
    assert (term.last_day - max(delivered, term.presumed_delivery)).days >= named >= 14
    assert term.costs_from > term.last_day
    assert term.costs_from >= term.computed_from
    assert term.costs_from >= dispatched + timedelta(days=24)


@steady
@given(dispatched=days, channel=channels)
def test_default_begins_the_day_after_a_working_day_at_least_fourteen_days_after_delivery(dispatched, channel):
    term = notices.default_notice_term(dispatched, channel=channel)

    assert is_working_day(term.last_day)
    assert term.default_since == term.last_day + timedelta(days=1)
    assert (term.last_day - term.presumed_delivery).days >= 14


def test_a_fourteen_day_letter_before_default_is_refused():
    since = date(2026, 12, 10)

    notices.check_default(since, since)
    with pytest.raises(notices.LetterBeforeDefault) as refusal:
        notices.check_default(since - timedelta(days=1), since)

    assert refusal.value.code == "fourteen_day_letter_before_default"
    assert refusal.value.values == {"dispatched": date(2026, 12, 9), "default_since": since}


def test_a_fourteen_day_letter_without_any_default_is_refused():
    with pytest.raises(notices.LetterBeforeDefault):
        notices.check_default(date(2026, 12, 9), None)


@pytest.mark.parametrize(("channel", "language"), list(notices.TERM_WORDINGS))
def test_each_safe_wording_passes_the_check_also_over_a_line_break(channel, language):
    text = notices.TERM_WORDINGS[channel, language].text
    words = f"Betaalt u\n  {text.replace(' ', chr(10), 1)}, dan is het goed."

    notices.check_wording(words, channel=channel, language=language)


def test_the_safe_wordings_are_those_of_the_supreme_court():
    nl = notices.TERM_WORDINGS[Channel.POST, "nl"]

    assert nl.text == "binnen veertien dagen vanaf de dag nadat deze brief bij u is bezorgd"
    assert notices.OTHER_SAFE_WORDING.text == "binnen vijftien dagen nadat deze brief bij u is bezorgd"
    assert (nl.days, notices.OTHER_SAFE_WORDING.days) == (14, 15)
    notices.check_wording(notices.OTHER_SAFE_WORDING.text, channel=Channel.POST, language="nl")


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_wording_names_as_many_days_as_its_channel_needs(channel, language):
    assert notices.TERM_WORDINGS[channel, language].days == notices.FOURTEEN_DAYS[channel].days


@pytest.mark.parametrize("words", notices.UNSAFE_WORDINGS)
def test_an_unsafe_wording_is_refused_even_beside_a_safe_one(words):
    safe = notices.TERM_WORDINGS[Channel.POST, "nl"].text

    with pytest.raises(notices.UnsafeTermWording) as refusal:
        notices.check_wording(f"{safe}, dus binnen 14 {words.upper()}.", channel=Channel.POST, language="nl")

    assert refusal.value.values["found"] == words


def test_a_letter_without_a_safe_wording_is_refused():
    with pytest.raises(notices.UnsafeTermWording) as refusal:
        notices.check_wording("Betaalt u binnen twee weken.", channel=Channel.POST, language="nl")

    assert refusal.value.values["found"] is None


def test_a_thank_you_after_receipt_of_a_payment_is_no_unsafe_wording():
    safe = notices.TERM_WORDINGS[Channel.POST, "nl"].text

    notices.check_wording(f"{safe}. Na ontvangst van uw betaling sluiten wij.", channel=Channel.POST, language="nl")


ALL_FACTS = set(Fact)


@pytest.mark.parametrize(
    ("step", "consumer", "facts", "allowed"),
    [
        (LegalStep.DEFAULT, True, set(), False),
        (LegalStep.DEFAULT, True, {Fact.FATAL_TERM_PASSED}, True),
        (LegalStep.DEFAULT, True, {Fact.DEFAULT_NOTICE_EXPIRED}, True),
        (LegalStep.DEFAULT, True, {Fact.TRADE_TERM_PASSED}, False),
        (LegalStep.INTEREST, True, ALL_FACTS - {Fact.IN_DEFAULT}, False),
        (LegalStep.INTEREST, True, {Fact.IN_DEFAULT}, True),
        (LegalStep.FOURTEEN_DAY_LETTER, True, ALL_FACTS - {Fact.IN_DEFAULT}, False),
        (LegalStep.FOURTEEN_DAY_LETTER, True, {Fact.IN_DEFAULT}, True),
        (LegalStep.COLLECTION_COSTS, True, ALL_FACTS - {Fact.FOURTEEN_DAY_LETTER_PROVED}, False),
        (LegalStep.COLLECTION_COSTS, True, ALL_FACTS - {Fact.FOURTEEN_DAY_TERM_OVER}, False),
        (LegalStep.COLLECTION_COSTS, True, ALL_FACTS - {Fact.IN_DEFAULT}, False),
        (LegalStep.COLLECTION_COSTS, True, ALL_FACTS, True),
        (LegalStep.DEFAULT, False, set(), False),
        (LegalStep.DEFAULT, False, {Fact.TRADE_TERM_PASSED}, True),
        (LegalStep.INTEREST, False, {Fact.TRADE_TERM_PASSED}, True),
        (LegalStep.COLLECTION_COSTS, False, ALL_FACTS - {Fact.TRADE_TERM_PASSED}, False),
        (LegalStep.COLLECTION_COSTS, False, {Fact.TRADE_TERM_PASSED}, True),
    ],
)
def test_what_must_come_before_each_step(step, consumer, facts, allowed):
    missing = notices.missing_before(step, acted_as_consumer=consumer, facts=facts)

    assert (missing == ()) is allowed
    assert all(row.source for row in missing)


def test_a_fourteen_day_letter_to_a_business_does_not_exist():
    with pytest.raises(notices.NoSuchStep):
        notices.missing_before(LegalStep.FOURTEEN_DAY_LETTER, acted_as_consumer=False, facts=ALL_FACTS)
