"""The term of a notice: when it counts as delivered, its last day, what follows from it. Pure; rules are in law."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from common.calendar import DAY, extend_to_working_day
from law import notices

_CHANNELS = {"post": notices.Channel.POST, "email": notices.Channel.EMAIL}
# Terms that the law words, so that a letter names no date beside them.
_WORDED = frozenset({"default_notice", "fourteen_day_letter"})


@dataclass(frozen=True, slots=True)
class Term:
    """The term of a notice that was dispatched. `last_day` is inclusive."""

    delivered_on: date
    last_day: date
    default_since: date | None = None  # a default notice: the first day of default
    costs_from: date | None = None  # a fourteen-day letter: the first day on which costs may be charged


def is_worded(kind: str) -> bool:
    """Tell whether the law words the term of a rung."""
    return kind in _WORDED


def term_of(kind: str, days: int, *, dispatched: date, channels: Iterable[str], delivered: date | None = None) -> Term:
    """Give the term of a rung that left on a day; of two channels the later delivery counts.

    A fourteen-day letter counts from the letter on paper: its mail is a copy without a term of its own.
    """
    ways = [_CHANNELS[channel] for channel in channels]
    if kind == "fourteen_day_letter":
        letter = notices.fourteen_day_letter_term(dispatched, delivered=delivered)
        return Term(letter.counted_from, letter.last_day, costs_from=letter.costs_from)
    if kind == "default_notice":
        found = [notices.default_notice_term(dispatched, channel=way, delivered=delivered) for way in ways]
        latest = max(found, key=lambda term: term.last_day)
        return Term(latest.counted_from, latest.last_day, default_since=latest.default_since)
    arrived = max(notices.presumed_delivery(dispatched, way) for way in ways)
    arrived = max(arrived, delivered or arrived)
    return Term(arrived, extend_to_working_day(arrived + timedelta(days=days)))


def offer_ends_on(term: Term) -> date:
    """Give the last day on which paying what the letter asks is full discharge: as long as no costs may be charged."""
    return term.costs_from - DAY if term.costs_from else term.last_day
