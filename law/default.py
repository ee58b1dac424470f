"""When a debtor is in default (verzuim), so from which day interest runs. Dates are whole days.

`last_day` is the last day for payment, inclusive; default begins the day after it. Weekends and holidays extend the
terms of our letters, never a due date or the start of interest.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from common.calendar import DAY
from law.errors import RefusedByLaw


class NoStartKnown(RefusedByLaw):
    code = "no_start_of_term_known"


class Parties(StrEnum):
    """Who agreed on a term of payment; decides how long it may be."""

    BUSINESS = "business"
    LARGE_DEBTOR_SMALL_CREDITOR = "large_debtor_small_creditor"
    PUBLIC_BODY = "public_body"


@dataclass(frozen=True, slots=True)
class TradeTerm:
    """Without an agreed day, payment is late `days` after receipt."""

    valid_from: date
    days: int
    source: str


@dataclass(frozen=True, slots=True)
class TermLimit:
    """The longest agreed term in days, for contracts made from `valid_from` and, from `all_from`, for older ones too.

    `longer` is the longest they may agree expressly and for a reason, or None where the law names no number for that.
    """

    parties: Parties
    valid_from: date
    all_from: date
    days: int
    longer: int | None
    source: str


_DIRECTIVE = date(2013, 3, 16)  # directive 2011/7 in Dutch law (the day: as for the eight points of 6:120; memory)

TRADE_TERMS = (TradeTerm(date(2002, 8, 8), 30, "art. 6:119a lid 2 and 6:119b lid 2 BW"),)

TERM_LIMITS = (
    TermLimit(Parties.BUSINESS, _DIRECTIVE, _DIRECTIVE, 60, None, "art. 6:119a lid 5 BW"),
    TermLimit(Parties.PUBLIC_BODY, _DIRECTIVE, _DIRECTIVE, 30, 60, "art. 6:119b lid 5 BW"),
    TermLimit(
        Parties.LARGE_DEBTOR_SMALL_CREDITOR,
        date(2022, 7, 1),
        date(2023, 7, 1),
        30,
        30,
        "art. 6:119a BW as changed by Stb. 2022, 146 and 175: void above 30 days",
    ),
)


@dataclass(frozen=True, slots=True)
class TradeDefault:
    """The last day for payment between businesses, the day default and interest begin, and the rule that said so."""

    last_day: date
    default_since: date
    capped: bool
    source: str


def consumer_default_since(
    *, due_date: date, term_agreed: bool, notice_default_since: date | None = None
) -> date | None:
    """Give the first day on which a consumer is in default, or None while he is not (art. 6:81 to 6:83 BW).

    An agreed term is fatal: the day after it (6:83 a). A date that is only printed on the invoice is not; then
    default begins after the term of a default notice (6:82), `notice_default_since` (`notices.default_notice_term`).
    """
    if term_agreed:
        return due_date + DAY
    return None if notice_default_since is None else max(notice_default_since, due_date + DAY)


def trade_default(
    *,
    due_date: date | None = None,
    received_on: date | None = None,
    performed_on: date | None = None,
    accepted_on: date | None = None,
    parties: Parties = Parties.BUSINESS,
    longer_term_allowed: bool = True,
    contract_on: date | None = None,
) -> TradeDefault:
    """Give the last day for payment and the first day of default between businesses (art. 6:119a and 6:119b BW).

    With an agreed `due_date`: that day, but no later than the longest term the law allows these parties. Without one:
    30 days after the invoice was received, or after performance or acceptance where that came later or the day of
    receipt is unknown (lid 2). `longer_term_allowed` says that a term longer than the rule was expressly agreed
    and is not unfair, or for a public body is justified; unless told otherwise it is, which is kindest to the debtor.

    :raises NoStartKnown: if neither a due date nor one of the other days is known.
    """
    known = [day for day in (received_on, performed_on, accepted_on) if day is not None]
    if due_date is None:
        if not known:
            raise NoStartKnown
        term = TRADE_TERMS[-1]
        return _default_after(max(known) + timedelta(days=term.days), capped=False, source=term.source)
    limit = _limit(parties, contract_on, max(known)) if known else None
    longest = None if limit is None else limit.longer if longer_term_allowed else limit.days
    latest = due_date if longest is None else max(known) + timedelta(days=longest)
    if limit is not None and latest < due_date:
        return _default_after(latest, capped=True, source=limit.source)
    return _default_after(due_date, capped=False, source="art. 6:119a lid 1 BW: the agreed day")


def _default_after(last_day: date, *, capped: bool, source: str) -> TradeDefault:
    return TradeDefault(last_day, last_day + DAY, capped, source)


def _limit(parties: Parties, contract_on: date | None, start: date) -> TermLimit | None:
    """Give the limit for these parties, if it binds a contract of that day for a term that starts on `start`.

    Of a contract without a known day it is taken that it is old.
    """
    limit = next(limit for limit in TERM_LIMITS if limit.parties is parties)
    made_under_it = contract_on is not None and contract_on >= limit.valid_from
    return limit if made_under_it or start >= limit.all_from else None
