"""The statutory rates as tables, with what is not confirmed yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.calendar import DAY
from dashboard.templatetags.kit_words import dutch
from law.rates import STATUTORY_RATES, Confidence, InterestKind, Rate, rate_on, unconfirmed_half_year

TITLES = {
    InterestKind.CONSUMER: gettext_lazy("Wettelijke rente (particulieren, art. 6:119 BW)"),
    InterestKind.TRADE: gettext_lazy("Wettelijke handelsrente (bedrijven, art. 6:119a BW)"),
}
_SURE = {
    Confidence.SEEN: gettext_lazy("gezien bij een openbare bron"),
    Confidence.SEEN_IN_REPOSITORY: gettext_lazy("vergeleken met andere rentetabellen"),
    Confidence.AGREED: gettext_lazy("afgesproken"),
}


@dataclass(frozen=True)
class RateRow:
    """A rate, from and until when."""

    since: date
    until: date | None
    percent: Decimal
    sure: str | Promise
    checked_on: date | None
    is_current: bool


@dataclass(frozen=True)
class RateTable:
    """The rates of a sort, the newest first."""

    title: str | Promise
    rows: list[RateRow]


def tables(day: date) -> list[RateTable]:
    """Give all statutory rates that we know."""
    return [RateTable(title, _rows(STATUTORY_RATES[kind], rate_on(kind, day))) for kind, title in TITLES.items()]


def _rows(rates: Sequence[Rate], current: Rate) -> list[RateRow]:
    ends = [following.valid_from - DAY for _before, following in pairwise(rates)]
    rows = [
        RateRow(rate.valid_from, until, rate.percent, _SURE[rate.confidence], rate.checked_on, rate == current)
        for rate, until in zip(rates, [*ends, None], strict=True)
    ]
    return rows[::-1]


def current(day: date) -> list[tuple[str, str]]:
    """Give the rates of a day."""
    short = {InterestKind.CONSUMER: _("Particulieren"), InterestKind.TRADE: _("Bedrijven")}
    return [(word, f"{dutch(rate_on(kind, day).percent)}%") for kind, word in short.items()]


def warnings(day: date) -> list[str]:
    """Say which rates of the half-year of a day are a guess."""
    said = []
    for kind, title in TITLES.items():
        missing = unconfirmed_half_year(kind, day)
        if missing is not None:
            said.append(
                _(
                    "%(title)s: het percentage vanaf %(day)s is nog niet bevestigd. Wij rekenen zolang met "
                    "%(percent)s%%."
                )
                % {
                    "title": title,
                    "day": f"{missing.half_year_start:%d-%m-%Y}",
                    "percent": dutch(missing.used.percent),
                }
            )
    return said
