"""Which notice must come before which step, when a notice counts as delivered, and when its term is over.

Days are whole days; `last_day` is inclusive. Terms are extended over weekends and official holidays (art. 1 Algemene
termijnenwet; that it applies to the term of a default notice too is a reading, the generous one).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from common.calendar import DAY, SUNDAY, extend_to_working_day, is_official_holiday
from law.errors import RefusedByLaw

MONDAY = 0


class Channel(StrEnum):
    """How a notice travels. Registered post is post; its track then gives the real day of delivery."""

    POST = "post"
    EMAIL = "email"


class TermTooShort(RefusedByLaw):
    code = "term_too_short"


class LetterBeforeDefault(RefusedByLaw):
    code = "fourteen_day_letter_before_default"


class UnsafeTermWording(RefusedByLaw):
    code = "unsafe_term_wording"


@dataclass(frozen=True, slots=True)
class DeliveryRule:
    """A channel's presumption: delivered on the `counting_days`-th day after dispatch that counts (0: the same day)."""

    channel: Channel
    valid_from: date
    counting_days: int
    source: str


@dataclass(frozen=True, slots=True)
class TermRule:
    """A number of days that a term or a wait lasts."""

    valid_from: date
    days: int
    source: str


DELIVERY_RULES = {
    Channel.POST: DeliveryRule(Channel.POST, date(2012, 7, 1), 2, "HR 25-11-2016 ECLI:NL:HR:2016:2704"),
    # An e-mail can be read at once; the cautious wait before costs (CAUTION) covers a day's doubt.
    Channel.EMAIL: DeliveryRule(Channel.EMAIL, date(2012, 7, 1), 0, "art. 3:37 lid 3 BW (reading)"),
}
DEFAULT_NOTICE = TermRule(date(1992, 1, 1), 14, "art. 6:82 lid 1 BW: a reasonable term; fourteen days is our choice")
# "Fourteen days from the day after delivery" end on delivery + 14. By e-mail the safe form says fifteen days: whether
# the day of receipt counts is disputed, so the day is given away (a reading, after art. 3:37 lid 3 BW).
FOURTEEN_DAYS = {
    Channel.POST: TermRule(date(2012, 7, 1), 14, "art. 6:96 lid 6 BW, HR 25-11-2016 ECLI:NL:HR:2016:2704"),
    Channel.EMAIL: TermRule(date(2012, 7, 1), 15, "art. 6:96 lid 6 BW (by e-mail a day more: reading)"),
}
CAUTION = TermRule(date(2012, 7, 1), 24, "our choice: HR ECLI:NL:HR:2016:2704 calls three weeks from dispatch safe")


@dataclass(frozen=True, slots=True)
class Wording:
    """The safe form in which a fourteen-day letter states its term, and the days it gives after delivery."""

    text: str
    days: int


TERM_WORDINGS = {
    (Channel.POST, "nl"): Wording("binnen veertien dagen vanaf de dag nadat deze brief bij u is bezorgd", 14),
    (Channel.POST, "en"): Wording("within fourteen days from the day after this letter was delivered to you", 14),
    (Channel.EMAIL, "nl"): Wording("binnen vijftien dagen nadat u deze e-mail hebt ontvangen", 15),
    (Channel.EMAIL, "en"): Wording("within fifteen days after you received this e-mail", 15),
}
OTHER_SAFE_WORDING = Wording("binnen vijftien dagen nadat deze brief bij u is bezorgd", 15)
UNSAFE_WORDINGS = (
    "dagen na heden",
    "dagen na dagtekening",
    "dagen na dato",
    "dagen na de datum van deze brief",
    "dagen na verzending",
    "dagen na ontvangst",  # silent about the day of receipt itself
    "days from today",
    "days from now",
    "days of the date of this letter",
    "days after receipt",
    "days of receipt",
)


@dataclass(frozen=True, slots=True)
class DefaultNoticeTerm:
    """The term of a default notice: `last_day` is its last day, `default_since` the first day of default."""

    dispatched: date
    channel: Channel
    presumed_delivery: date
    delivered: date | None
    counted_from: date
    last_day: date
    default_since: date
    delivery_source: str
    term_source: str


@dataclass(frozen=True, slots=True)
class FourteenDayTerm:
    """The term of a fourteen-day letter.

    `last_day` is the last day of the term as worded, `computed_from` the day after the legal fourteen days, and
    `costs_from` the first day on which costs may be charged. `in_time_until` is the day before it: as the day
    of delivery is only presumed, a payment through that day is taken as in time.
    """

    dispatched: date
    channel: Channel
    presumed_delivery: date
    delivered: date | None
    counted_from: date
    wording_days: int
    last_day: date
    computed_from: date
    costs_from: date
    delivery_source: str
    term_source: str

    @property
    def in_time_until(self) -> date:
        return self.costs_from - DAY


def presumed_delivery(dispatched: date, channel: Channel = Channel.POST) -> date:
    """Give the day on which a notice counts as delivered (HR 2016:2704).

    Post: the second day after dispatch, where a Sunday, a Monday and an official holiday neither count nor deliver.
    E-mail: the same day.
    """
    day = dispatched
    for _ in range(DELIVERY_RULES[channel].counting_days):
        day += DAY
        while day.weekday() in (SUNDAY, MONDAY) or is_official_holiday(day):
            day += DAY
    return day


def default_notice_term(
    dispatched: date, *, channel: Channel = Channel.POST, delivered: date | None = None
) -> DefaultNoticeTerm:
    """Give the term of a default notice (art. 6:82 lid 1 BW): fourteen days after delivery, extended.

    A known day of delivery counts only if it is later than the presumed one.
    """
    presumed = presumed_delivery(dispatched, channel)
    start = _later(presumed, delivered)
    last_day = _end(start, DEFAULT_NOTICE.days)
    return DefaultNoticeTerm(
        dispatched=dispatched,
        channel=channel,
        presumed_delivery=presumed,
        delivered=delivered,
        counted_from=start,
        last_day=last_day,
        default_since=last_day + DAY,
        delivery_source=DELIVERY_RULES[channel].source,
        term_source=DEFAULT_NOTICE.source,
    )


def fourteen_day_letter_term(
    dispatched: date,
    *,
    delivered: date | None = None,
    wording_days: int | None = None,
    channel: Channel = Channel.POST,
) -> FourteenDayTerm:
    """Give the term of a fourteen-day letter and the first day on which costs may be charged (art. 6:96 lid 6 BW).

    `wording_days` are the days after delivery that the letter names; by default the fewest for its channel. Costs may
    be charged from the latest of: the day after the legal term, the day after the worded term, and 24 days after
    dispatch. A known day of delivery counts only if it is later than the presumed one.

    :raises TermTooShort: if the letter names fewer days than the law and its channel need; such a letter is worth
        nothing, and waiting longer does not repair it.
    """
    rule = FOURTEEN_DAYS[channel]
    days = rule.days if wording_days is None else wording_days
    if days < rule.days:
        raise TermTooShort(days=days, needed=rule.days, channel=channel)
    presumed = presumed_delivery(dispatched, channel)
    start = _later(presumed, delivered)
    last_day = _end(start, days)
    computed_from = _end(start, rule.days) + DAY
    return FourteenDayTerm(
        dispatched=dispatched,
        channel=channel,
        presumed_delivery=presumed,
        delivered=delivered,
        counted_from=start,
        wording_days=days,
        last_day=last_day,
        computed_from=computed_from,
        costs_from=max(computed_from, last_day + DAY, dispatched + timedelta(days=CAUTION.days)),
        delivery_source=DELIVERY_RULES[channel].source,
        term_source=rule.source,
    )


def later_notice_term(first: DefaultNoticeTerm, second: DefaultNoticeTerm) -> DefaultNoticeTerm:
    """Give the term that counts for a default notice sent through two channels: that of the later end."""
    return max(first, second, key=lambda term: (term.last_day, term.counted_from))


def later_letter_term(first: FourteenDayTerm, second: FourteenDayTerm) -> FourteenDayTerm:
    """Give the term that counts for a fourteen-day letter sent through two channels: the later of each day."""
    counting = max(first, second, key=lambda term: (term.last_day, term.counted_from))
    return replace(
        counting,
        computed_from=max(first.computed_from, second.computed_from),
        costs_from=max(first.costs_from, second.costs_from),
    )


def check_default(dispatched: date, default_since: date | None) -> None:
    """Refuse a fourteen-day letter for a claim that is not in default on the day of dispatch (art. 6:96 lid 6 BW).

    :raises LetterBeforeDefault: if there is no default yet, whatever a policy says.
    """
    if default_since is None or dispatched < default_since:
        raise LetterBeforeDefault(dispatched=dispatched, default_since=default_since)


def check_wording(text: str, *, channel: Channel, language: str) -> None:
    """Refuse a letter text whose term is not in a safe form, or that also holds an unsafe one (HR 2016:2704).

    :raises UnsafeTermWording: naming what was found, or None where no safe form was found.
    """
    flat = " ".join(text.split()).lower()
    unsafe = next((words for words in UNSAFE_WORDINGS if words in flat), None)
    safe = [TERM_WORDINGS[channel, language].text]
    if (channel, language) == (Channel.POST, "nl"):
        safe.append(OTHER_SAFE_WORDING.text)
    if unsafe is not None or not any(words in flat for words in safe):
        raise UnsafeTermWording(found=unsafe)


class Fact(StrEnum):
    """Something that must have happened before a step."""

    FATAL_TERM_PASSED = "fatal_term_passed"
    DEFAULT_NOTICE_EXPIRED = "default_notice_expired"
    TRADE_TERM_PASSED = "trade_term_passed"
    IN_DEFAULT = "in_default"
    FOURTEEN_DAY_LETTER_PROVED = "fourteen_day_letter_proved"
    FOURTEEN_DAY_TERM_OVER = "fourteen_day_term_over"


class LegalStep(StrEnum):
    """What a creditor wants to do or to count on."""

    DEFAULT = "default"
    INTEREST = "interest"
    FOURTEEN_DAY_LETTER = "fourteen_day_letter"
    COLLECTION_COSTS = "collection_costs"


@dataclass(frozen=True, slots=True)
class Requirement:
    """Before `step` against a consumer (or a business) one of `any_of` must be true."""

    step: LegalStep
    acted_as_consumer: bool
    any_of: frozenset[Fact]
    source: str


def _one_of(*facts: Fact) -> frozenset[Fact]:
    return frozenset(facts)


_FATAL_OR_NOTICE = _one_of(Fact.FATAL_TERM_PASSED, Fact.DEFAULT_NOTICE_EXPIRED)
_PROVED, _OVER = _one_of(Fact.FOURTEEN_DAY_LETTER_PROVED), _one_of(Fact.FOURTEEN_DAY_TERM_OVER)
_DEFAULT, _TRADE = _one_of(Fact.IN_DEFAULT), _one_of(Fact.TRADE_TERM_PASSED)

# The date of this table is that of the Besluit (1 July 2012); nothing in it has changed since.
REQUIREMENTS = (
    Requirement(LegalStep.DEFAULT, True, _FATAL_OR_NOTICE, "art. 6:82 and 6:83 a BW"),
    Requirement(LegalStep.INTEREST, True, _DEFAULT, "art. 6:119 lid 1 BW"),
    Requirement(LegalStep.FOURTEEN_DAY_LETTER, True, _DEFAULT, "art. 6:96 lid 6 BW"),
    Requirement(LegalStep.COLLECTION_COSTS, True, _DEFAULT, "art. 6:96 lid 6 BW"),
    Requirement(LegalStep.COLLECTION_COSTS, True, _PROVED, "art. 6:96 lid 6 BW, HR ECLI:NL:HR:2016:2704"),
    Requirement(LegalStep.COLLECTION_COSTS, True, _OVER, "art. 6:96 lid 6 BW"),
    Requirement(LegalStep.DEFAULT, False, _TRADE, "art. 6:119a lid 1 en 2 BW"),
    Requirement(LegalStep.INTEREST, False, _TRADE, "art. 6:119a lid 1 en 2 BW"),
    Requirement(LegalStep.COLLECTION_COSTS, False, _TRADE, "art. 6:96 lid 4 BW"),
)


class NoSuchStep(RefusedByLaw):
    code = "step_does_not_exist_for_this_debtor"


def missing_before(step: LegalStep, *, acted_as_consumer: bool, facts: Collection[Fact]) -> tuple[Requirement, ...]:
    """Give the requirements that are not met before a step; none means that the law allows it.

    :raises NoSuchStep: for a fourteen-day letter to a debtor who acted in business: it exists for consumers only.
    """
    rows = [row for row in REQUIREMENTS if row.step is step and row.acted_as_consumer is acted_as_consumer]
    if not rows:
        raise NoSuchStep(step=step, acted_as_consumer=acted_as_consumer)
    return tuple(row for row in rows if not row.any_of & set(facts))


def _later(presumed: date, delivered: date | None) -> date:
    return presumed if delivered is None else max(presumed, delivered)


def _end(counted_from: date, days: int) -> date:
    """Give the last day of a term of days that begins on the day after `counted_from`."""
    return extend_to_working_day(counted_from + timedelta(days=days))
