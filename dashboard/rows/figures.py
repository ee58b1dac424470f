"""Figures of reports as their pages print them: charts, with the sentence of what one sees in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.functional import Promise as Words
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.calendar import add_months
from common.money import ZERO
from dashboard.shell import Bucket, Chart, Point
from dashboard.templatetags.kit_words import dutch
from law import rates
from law.rates import Confidence, InterestKind
from reporting import outcomes
from reporting.ageing import Basis, Totals

BUCKETS: dict[str, str | Words] = {
    "not_due": gettext_lazy("niet vervallen"),
    "0_30": gettext_lazy("0-30 dagen"),
    "1_30": gettext_lazy("1-30 dagen"),
    "31_60": gettext_lazy("31-60 dagen"),
    "61_90": gettext_lazy("61-90 dagen"),
    "over_90": gettext_lazy("meer dan 90"),
}
MONTHS = (
    gettext_lazy("jan"),
    gettext_lazy("feb"),
    gettext_lazy("mrt"),
    gettext_lazy("apr"),
    gettext_lazy("mei"),
    gettext_lazy("jun"),
    gettext_lazy("jul"),
    gettext_lazy("aug"),
    gettext_lazy("sep"),
    gettext_lazy("okt"),
    gettext_lazy("nov"),
    gettext_lazy("dec"),
)


def month(day: date) -> str:
    """Give a month as the label under a chart."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def ageing_parts(totals: Totals, day: date, basis: Basis) -> list[Bucket]:
    """Give the parts of what is open by age, each leading to its items."""
    whole = totals.amount
    return [
        Bucket(
            str(BUCKETS[code]),
            amount,
            round(100 * amount / whole) if whole else 0,
            items_url(day, basis, groep=code) if count else "",
        )
        for code, count, amount in totals.buckets
    ]


def items_url(day: date, basis: Basis, **more: str) -> str:
    """Give the address of the open items of a day."""
    asked = {"per": f"{day:%d-%m-%Y}", "op": "factuur" if basis is Basis.ISSUED else "", **more}
    query = "&".join(f"{name}={value}" for name, value in asked.items() if value)
    return f"{reverse('dashboard:report_items')}?{query}"


def dso_chart(points: Sequence[outcomes.DsoPoint]) -> Chart:
    """Draw the DSO by month, in both ways."""
    known = [point.count_back for point in points if point.count_back is not None]
    return Chart(
        id="dso",
        title=_("DSO per maand"),
        kind="line",
        series=(_("terugtelmethode"), _("eenvoudig")),
        points=[Point(month(point.day), (point.count_back, point.simple)) for point in points],
        unit="days",
        text=_("Van %(first)s naar %(last)s dagen in een jaar.")
        % {"first": dutch(known[0], 1), "last": dutch(known[-1], 1)}
        if len(known) > 1
        else "",
    )


class Week(NamedTuple):
    """What is expected in a week."""

    monday: date
    sunday: date
    amount: Decimal
    url: str
    is_chosen: bool


def weeks(expected: Sequence[tuple[date, Decimal]], day: date, count: int, chosen: date | None) -> list[Week]:
    """Give the coming weeks, also those in which nothing is expected."""
    known, first = dict(expected), day - timedelta(days=day.weekday())
    mondays = [first + timedelta(weeks=place) for place in range(count)]
    return [
        Week(
            monday,
            monday + timedelta(days=6),
            known.get(monday, ZERO),
            f"{reverse('dashboard:report_expected')}?week={monday:%d-%m-%Y}#posten",
            monday == chosen,
        )
        for monday in mondays
    ]


def expected_chart(rows: Sequence[Week]) -> Chart:
    """Draw what is expected by week."""
    total = sum((row.amount for row in rows), start=ZERO)
    return Chart(
        id="verwacht",
        title=_("Verwacht per week"),
        kind="bar",
        series=(_("verwacht"),),
        points=[Point(f"{row.monday:%d-%m}", (row.amount,)) for row in rows],
        text=_("Samen € %(total)s in %(weeks)s weken.") % {"total": dutch(total), "weeks": len(rows)},
    )


def promises_chart(months: Sequence[outcomes.PromiseMonth]) -> Chart:
    """Draw the promises by month: kept and broken."""
    return Chart(
        id="beloften",
        title=_("Beloften per maand"),
        kind="bar",
        series=(_("nagekomen"), _("niet nagekomen")),
        points=[Point(month(row.month), (row.kept, row.broken)) for row in months],
        unit="count",
    )


@dataclass(frozen=True)
class RateRow:
    """A half-year with its statutory interest."""

    since: date
    consumer: Decimal | None
    trade: Decimal | None
    consumer_source: str
    trade_source: str
    checked_on: date | None
    is_now: bool
    is_confirmed: bool


def rate_rows(day: date, since: date) -> list[RateRow]:
    """Give the statutory interest by half-year, the newest first; a half-year without a row is not confirmed."""
    found, start = [], rates.half_year_start(since)
    while start <= day:
        consumer, trade = (rates.rate_on(kind, start) for kind in (InterestKind.CONSUMER, InterestKind.TRADE))
        unconfirmed = [rates.unconfirmed_half_year(kind, start) for kind in (InterestKind.CONSUMER, InterestKind.TRADE)]
        found.append(
            RateRow(
                since=start,
                consumer=consumer.percent,
                trade=trade.percent,
                consumer_source=_source(consumer),
                trade_source=_source(trade),
                checked_on=max((one.checked_on for one in (consumer, trade) if one.checked_on), default=None),
                is_now=start == rates.half_year_start(day),
                is_confirmed=not any(unconfirmed),
            )
        )
        start = add_months(start, 6)
    return found[::-1]


def _source(rate: rates.Rate) -> str:
    if rate.confidence == Confidence.SEEN:
        return rate.source
    return _("%(source)s (overgenomen, niet bij de bron gezien)") % {"source": rate.source}


def unconfirmed(day: date) -> list[str]:
    """Say for which half-year no rate is confirmed, and which is used instead."""
    labels = {
        InterestKind.CONSUMER: _("particulieren"),
        InterestKind.TRADE: _("handelstransacties"),
    }
    found = [(kind, rates.unconfirmed_half_year(kind, day)) for kind in labels]
    return [
        _("Voor %(kind)s is het percentage vanaf %(start)s niet bevestigd; er wordt gerekend met %(percent)s%%.")
        % {
            "kind": labels[kind],
            "start": f"{missing.half_year_start:%d-%m-%Y}",
            "percent": dutch(missing.used.percent),
        }
        for kind, missing in found
        if missing is not None
    ]


def percent_of(part: int, whole: int) -> Any:
    """Give a part of a whole in whole percents, or None where there is nothing."""
    return round(100 * part / whole) if whole else None
