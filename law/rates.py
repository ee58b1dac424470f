"""Statutory interest as dated tables, each row with its source and how sure we are of it.

A row holds from its day until the next row of its kind; running interest follows the new row from that day
(art. 6:120 lid 1 and 2 BW). Percentages are per year. A new rate is a new row here, and nothing else.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from common.calendar import add_months
from law.errors import RefusedByLaw


class InterestKind(StrEnum):
    """Which interest runs: art. 6:119 (consumers and all else), 6:119a and 6:119b (trade), or an agreed rate."""

    CONSUMER = "consumer"
    TRADE = "trade"
    CONTRACTUAL = "contractual"


class Confidence(StrEnum):
    """How a figure was learnt: read at the source, read in a repository that cites it, or agreed by the parties."""

    SEEN = "seen"
    SEEN_IN_REPOSITORY = "seen-repo"
    AGREED = "agreed"


class NoRateKnown(RefusedByLaw):
    code = "no_rate_known"


class Source(NamedTuple):
    """Where a row comes from, and on which day that was last looked at."""

    text: str
    confidence: Confidence
    checked_on: date


@dataclass(frozen=True, slots=True)
class Rate:
    """One row: from `valid_from` the rate is `percent` per year (per month for an agreed monthly clause)."""

    kind: InterestKind
    valid_from: date
    percent: Decimal
    source: str
    confidence: Confidence
    checked_on: date | None


@dataclass(frozen=True, slots=True)
class UnconfirmedRate:
    """A half-year without a row of its own: the rate used instead, for a warning on the screen."""

    kind: InterestKind
    half_year_start: date
    used: Rate


def _seen(text: str) -> Source:
    return Source(text, Confidence.SEEN, date(2026, 11, 22))


def _repository(text: str, checked_on: date) -> Source:
    return Source(text, Confidence.SEEN_IN_REPOSITORY, checked_on)


_SEED_NAME = "luxis rate seed (cites rijksoverheid.nl and wettelijkerente.nl)"
_FILE_NAME = "factuur rate file (checked against rijksoverheid.nl)"
_TABLE = _repository("rentetool rate table", date(2026, 3, 7))
_TABLE_SEED = _repository(f"rentetool rate table; {_SEED_NAME}", date(2026, 2, 18))
_ALL_THREE = _repository(f"{_SEED_NAME}; {_FILE_NAME}; rentetool rate table", date(2026, 9, 28))
_TABLE_FILE = _repository(f"rentetool rate table; {_FILE_NAME}", date(2026, 9, 28))
_VDKRAAN = _seen(f"vdkraan.nl, wettelijke rente 2013; {_SEED_NAME}")
_IQOUNT = _seen(f"iqount.nl, wettelijke rente per 1 juli 2011; {_SEED_NAME}")
_DECREE = _seen(f"Besluit wettelijke rente (BWBR0002744), three per cent; {_SEED_NAME}")
_INKOOPGILDE = _seen("inkoopgilde.nl, rente over factuurbedrag; rechtnet.nl, wettelijke rente per 1 januari 2016")
_RECHTNET = _seen("rechtnet.nl, wettelijke rente per 1 januari 2016")
_ABENSLAG = _seen("abenslag.nl, handelsrente per 1 januari 2023")
_ABENSLAG_DECREE = _seen("abenslag.nl, handelsrente per 1 januari 2023 (decree of 15 December 2022)")
_ABENSLAG_TERMS = _seen("abenslag.nl, betalingstermijn grote bedrijven (8 % on 30 June 2022) and handelsrente 2023")
_WATSON = _seen("watsonlaw.nl, handelsrente vanaf 1 juli naar 12")
_WATSON_SEED = _seen(f"watsonlaw.nl, handelsrente vanaf 1 juli naar 12 (8 % on 1 January 2022); {_SEED_NAME}")
_SMK = _seen("smkaccountants.nl, nieuws 56178; nl.wikipedia.org, wettelijke rente")
_WIKIPEDIA = _seen(f"nl.wikipedia.org, wettelijke rente; {_SEED_NAME}")
_METAALUNIE = _seen("metaalunie.nl, wettelijke rente per 1 juli 2024")
_METAALUNIE_SAME = _seen("metaalunie.nl, wettelijke rente per 1 juli 2024 (unchanged)")
_RIJKSOVERHEID = _seen(f"rijksoverheid.nl, hoogte wettelijke rente (old copy, 8,00 %); {_SEED_NAME}")
_UNCHANGED_2025 = _repository(f"rentetool rate table; {_FILE_NAME}, no change", date(2026, 9, 28))
_DECREE_2026 = _repository(
    f"{_SEED_NAME}, decree of 10 December 2025, wieringa-advocaten.nl; {_FILE_NAME}; rentetool rate table",
    date(2026, 9, 28),
)
_UNCHANGED_2026 = _repository(f"{_FILE_NAME}, no change; luxis notes July 2026 via rijksoverheid.nl", date(2026, 9, 28))
_CORRECTED_2011 = _repository(
    f"rentetool rate table; {_SEED_NAME}; vdkraan.nl prints 8.0, which is wrong: the ECB rate was 1.25",
    date(2026, 2, 18),
)
_EIGHT_POINTS = _repository(
    f"rentetool rate table; {_SEED_NAME}; art. 6:120 lid 2 BW, eight points instead of seven", date(2026, 2, 18)
)
_TRADE_2026_1 = _repository(
    f"rentetool rate table; {_FILE_NAME}; luxis verification citing wieringa-advocaten.nl", date(2026, 9, 28)
)
_TRADE_2026_2 = _repository(
    f"luxis migration quoting rijksoverheid.nl; {_FILE_NAME}; ECB main refinancing rate 2.40 from 17 June 2026",
    date(2026, 9, 28),
)

_CONSUMER_ROWS = (
    ("1999-01-01", "6.00", _TABLE),
    ("2001-01-01", "8.00", _TABLE),
    ("2002-01-01", "7.00", _TABLE_SEED),
    ("2003-08-01", "5.00", _TABLE_SEED),
    ("2004-02-01", "4.00", _TABLE_SEED),
    ("2007-01-01", "6.00", _VDKRAAN),
    ("2009-07-01", "4.00", _TABLE_SEED),
    ("2010-01-01", "3.00", _IQOUNT),
    ("2011-07-01", "4.00", _IQOUNT),
    ("2012-07-01", "3.00", _DECREE),
    ("2015-01-01", "2.00", _INKOOPGILDE),
    ("2023-01-01", "4.00", _ABENSLAG_DECREE),
    ("2023-07-01", "6.00", _WATSON),
    ("2024-01-01", "7.00", _SMK),
    ("2024-07-01", "7.00", _METAALUNIE_SAME),
    ("2025-01-01", "6.00", _ALL_THREE),
    ("2025-07-01", "6.00", _UNCHANGED_2025),
    ("2026-01-01", "4.00", _DECREE_2026),
    ("2026-07-01", "4.00", _UNCHANGED_2026),
)

_TRADE_ROWS = (
    ("2002-08-08", "10.35", _TABLE_SEED),
    ("2003-01-01", "9.85", _TABLE_SEED),
    ("2003-07-01", "9.10", _TABLE_SEED),
    ("2004-01-01", "9.02", _TABLE_SEED),
    ("2004-07-01", "9.01", _TABLE_SEED),
    ("2005-01-01", "9.09", _TABLE_SEED),
    ("2005-07-01", "9.05", _TABLE_SEED),
    ("2006-01-01", "9.25", _TABLE_SEED),
    ("2006-07-01", "9.83", _TABLE_SEED),
    ("2007-01-01", "10.58", _VDKRAAN),
    ("2007-07-01", "11.07", _VDKRAAN),
    ("2008-01-01", "11.20", _VDKRAAN),
    ("2008-07-01", "11.07", _VDKRAAN),
    ("2009-01-01", "9.50", _VDKRAAN),
    ("2009-07-01", "8.00", _VDKRAAN),
    ("2010-01-01", "8.00", _VDKRAAN),
    ("2010-07-01", "8.00", _VDKRAAN),
    ("2011-01-01", "8.00", _VDKRAAN),
    ("2011-07-01", "8.25", _CORRECTED_2011),
    ("2012-01-01", "8.00", _VDKRAAN),
    ("2012-07-01", "8.00", _VDKRAAN),
    ("2013-01-01", "7.75", _VDKRAAN),
    ("2013-03-16", "8.75", _EIGHT_POINTS),
    ("2013-07-01", "8.50", _TABLE_SEED),
    ("2014-01-01", "8.25", _TABLE_SEED),
    ("2014-07-01", "8.15", _TABLE_SEED),
    ("2015-01-01", "8.05", _TABLE_SEED),
    ("2015-07-01", "8.05", _TABLE_SEED),
    ("2016-01-01", "8.05", _RECHTNET),
    ("2016-07-01", "8.00", _RIJKSOVERHEID),
    ("2017-01-01", "8.00", _TABLE_SEED),
    ("2017-07-01", "8.00", _TABLE_SEED),
    ("2018-01-01", "8.00", _TABLE_SEED),
    ("2018-07-01", "8.00", _TABLE_SEED),
    ("2019-01-01", "8.00", _TABLE_SEED),
    ("2019-07-01", "8.00", _TABLE_SEED),
    ("2020-01-01", "8.00", _TABLE_SEED),
    ("2020-07-01", "8.00", _TABLE_SEED),
    ("2021-01-01", "8.00", _TABLE_SEED),
    ("2021-07-01", "8.00", _TABLE_SEED),
    ("2022-01-01", "8.00", _WATSON_SEED),
    ("2022-07-01", "8.00", _ABENSLAG_TERMS),
    ("2023-01-01", "10.50", _ABENSLAG),
    ("2023-07-01", "12.00", _WATSON),
    ("2024-01-01", "12.50", _WIKIPEDIA),
    ("2024-07-01", "12.25", _METAALUNIE),
    ("2025-01-01", "11.15", _ALL_THREE),
    ("2025-07-01", "10.15", _ALL_THREE),
    ("2026-01-01", "10.15", _TRADE_2026_1),
    ("2026-07-01", "10.40", _TRADE_2026_2),
)

# From this day the table holds a row for each half-year, also where nothing changed. Before it a consumer rate
# stood until the next decree, and the decrees that followed show that nothing is missing.
_A_ROW_EACH_HALF_YEAR_SINCE = {
    InterestKind.CONSUMER: date(2024, 1, 1),
    InterestKind.TRADE: date(2003, 1, 1),
}


def _rates(kind: InterestKind, rows: tuple[tuple[str, str, Source], ...]) -> tuple[Rate, ...]:
    return tuple(
        Rate(kind, date.fromisoformat(day), Decimal(percent), source.text, source.confidence, source.checked_on)
        for day, percent, source in rows
    )


STATUTORY_RATES: Mapping[InterestKind, tuple[Rate, ...]] = {
    InterestKind.CONSUMER: _rates(InterestKind.CONSUMER, _CONSUMER_ROWS),
    InterestKind.TRADE: _rates(InterestKind.TRADE, _TRADE_ROWS),
}
_STARTS = {kind: [row.valid_from for row in rows] for kind, rows in STATUTORY_RATES.items()}


def rate_on(kind: InterestKind, day: date) -> Rate:
    """Give the statutory rate that holds on a day, in per cent per year (art. 6:119, 6:119a and 6:120 BW).

    :raises NoRateKnown: if the day lies before the first row of the table, or the kind is an agreed rate.
    """
    rows = STATUTORY_RATES.get(kind, ())
    if not rows or day < rows[0].valid_from:
        raise NoRateKnown(kind=kind, day=day, first=rows[0].valid_from if rows else None)
    return rows[bisect_right(_STARTS[kind], day) - 1]


def rates_between(kind: InterestKind, start: date, end: date) -> tuple[Rate, ...]:
    """Give each row that holds on a day from `start` up to but not including `end`, oldest first.

    Rows that only confirm the percentage before them are included: they are the proof for their half-year.

    :raises NoRateKnown: if `start` lies before the first row of the table.
    """
    first = rate_on(kind, start)
    return (first, *(row for row in STATUTORY_RATES[kind] if start < row.valid_from < end))


def rate_changes(kind: InterestKind, start: date, end: date) -> tuple[Rate, ...]:
    """Give the rows after `start` and before `end` (both exclusive) that bring another percentage, oldest first.

    A row that confirms the percentage before it is no change.

    :raises NoRateKnown: if `start` lies before the first row of the table.
    """
    rows = rates_between(kind, start, end)
    return tuple(row for before, row in pairwise(rows) if row.percent != before.percent)


def agreed_rate(percent: Decimal, since: date) -> Rate:
    """Give the row of a rate that the parties agreed, from a day on, in per cent (art. 6:119 lid 3, 6:119a lid 8)."""
    return Rate(InterestKind.CONTRACTUAL, since, percent, "agreed by the parties", Confidence.AGREED, None)


def half_year_start(day: date) -> date:
    """Give the 1 January or 1 July on which the half-year of a day began."""
    return date(day.year, 1 if day.month < 7 else 7, 1)


def unconfirmed_half_year(kind: InterestKind, day: date) -> UnconfirmedRate | None:
    """Tell that the half-year of a day has no row of its own, and which rate is used instead; else give None.

    Statutory rates can change on 1 January and 1 July (art. 6:120 BW), so from then on the last row is a guess
    until someone adds the new one. An agreed rate needs no confirmation.

    :raises NoRateKnown: if the day lies before the first row of the table.
    """
    start = half_year_start(day)
    since = _A_ROW_EACH_HALF_YEAR_SINCE.get(kind)
    if since is None:
        return None
    used = rate_on(kind, day)
    has_row = any(start <= row.valid_from < add_months(start, 6) for row in STATUTORY_RATES[kind])
    return None if has_row or start < since else UnconfirmedRate(kind, start, used)
