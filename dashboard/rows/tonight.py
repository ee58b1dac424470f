"""*Vannacht gaat uit*: the plan that is stored, or the night seen beforehand while it is not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.money import ZERO
from correspondence.states import ChannelKind
from dashboard.rows.badges import Badge
from dashboard.rows.badges import run as run_badge
from dunning import foresight, operations, queries
from dunning.models import Run, RunChunk
from dunning.states import NoticeState, RungKind, RunState

LEGAL = frozenset({"default_notice", "fourteen_day_letter"})
SAMPLE = 300  # debtors of which the night is seen beforehand
ICONS = {ChannelKind.EMAIL.value: "mail", ChannelKind.POST.value: "printer"}
OF_RUN = """
SELECT kind, channels, state, count(*), sum(total)
FROM dunning_notice n WHERE n.tenant_id = %(tenant)s AND n.run_id = %(run)s GROUP BY kind, channels, state
"""
# Letters that leave by themselves, and of those how many still have to. Paper waits for a person.
SENDING = """
SELECT count(*), count(*) FILTER (WHERE (n.state = 'approved' AND n.planned_for <= %(day)s) OR (
  n.state = 'queued' AND EXISTS (SELECT FROM correspondence_message m
    WHERE m.tenant_id = n.tenant_id AND m.subject_kind = 'notice' AND m.subject_id = n.public_id
      AND m.channel = 'email' AND m.state IN ('queued', 'sending'))))
FROM dunning_notice n
WHERE n.tenant_id = %(tenant)s AND n.run_id = %(run)s AND n.state NOT IN ('planned', 'withdrawn', 'failed')
"""
WAITING = (NoticeState.PLANNED, NoticeState.APPROVED)
GONE = (NoticeState.WITHDRAWN, NoticeState.FAILED)


@dataclass(frozen=True)
class Sort:
    """One sort of letter of a night: by rung and channel."""

    label: str
    is_legal: bool
    channels: Sequence[tuple[str, str]]  # (icon, word)
    notices: int
    amount: Decimal
    waiting: int  # for a person
    url: str = ""


@dataclass(frozen=True)
class Night:
    """What goes out: of a stored plan, or seen beforehand."""

    title: str
    badge: Badge
    sorts: Sequence[Sort]
    notices: int
    amount: Decimal
    waiting: int
    leaves: str  # when, in a sentence
    left: int = 0  # debtors that were not looked at
    is_foreseen: bool = False
    run: Run | None = None
    url: str = ""
    hold_url: str = ""
    progress: tuple[int, int] | None = None
    withdrawn: int = 0


def channels(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Give channels as the drawing and the word of each."""
    return [(ICONS[code], str(ChannelKind(code).label)) for code in codes]


def night(run: Run | None, at: datetime) -> Night:
    """Give what goes out: by the plan of today's night, or seen beforehand where there is none."""
    if run is None or run.state == RunState.HELD:
        return _foreseen(run, at)
    return _stored(run, at)


def _foreseen(run: Run | None, at: datetime) -> Night:
    day = clock.local_day(at)
    seen = foresight.tonight(day, sample=SAMPLE)
    sorts = [
        Sort(str(RungKind(part.kind).label), part.kind in LEGAL, channels(part.channels), part.notices, part.amount, 0)
        for part in foresight.parts(seen.decisions)
    ]
    return Night(
        title=_("Vannacht gaat uit") if run is None else _("Er zou uitgaan"),
        badge=run_badge(run.state) if run else Badge(_("vooruitblik"), "neutral", "eye"),
        sorts=sorts,
        notices=sum(sort.notices for sort in sorts),
        amount=sum((sort.amount for sort in sorts), start=ZERO),
        waiting=0,
        leaves=_("De nacht wordt om 02:00 gepland. Tot dan is dit een vooruitblik, met de gegevens van nu.")
        if run is None
        else "",
        left=seen.left,
        is_foreseen=True,
        run=run,
        url=reverse("dashboard:run", args=[run.public_id]) if run else "",
    )


def _stored(run: Run, at: datetime) -> Night:
    rows = _rows(OF_RUN, run)
    url = reverse("dashboard:run", args=[run.public_id])
    sorts = _sorts(rows, url)
    alive = [row for row in rows if row[2] not in GONE]
    still = any(row[2] in WAITING for row in rows)
    return Night(
        title=_("Vandaag gaat uit"),
        badge=run_badge(run.state),
        sorts=sorts,
        notices=sum(row[3] for row in alive),
        amount=sum((row[4] for row in alive), start=ZERO),
        waiting=sum(sort.waiting for sort in sorts),
        leaves=leaves(at) if still else "",
        run=run,
        url=url,
        hold_url=f"{reverse('dashboard:holdbacks')}?nacht={run.public_id}" if still else "",
        progress=progress(run) if run.state == RunState.PLANNING else None,
        withdrawn=sum(row[3] for row in rows if row[2] in GONE),
    )


def _rows(sql: str, run: Run) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": run.tenant_id, "run": run.pk, "day": run.day})
        return list(cursor.fetchall())


def _sorts(rows: Iterable[tuple[Any, ...]], url: str) -> list[Sort]:
    found: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = {}
    for row in rows:
        if row[2] not in GONE:
            found.setdefault((row[0], tuple(row[1])), []).append(row)
    order = {kind: place for place, kind in enumerate(RungKind.values)}
    return [
        Sort(
            label=str(RungKind(kind).label),
            is_legal=kind in LEGAL,
            channels=channels(ways),
            notices=sum(row[3] for row in mine),
            amount=sum((row[4] for row in mine), start=ZERO),
            waiting=sum(row[3] for row in mine if row[2] == NoticeState.PLANNED),
            url=f"{url}?soort={kind}",
        )
        for (kind, ways), mine in sorted(found.items(), key=lambda pair: (order[pair[0][0]], pair[0][1]))
    ]


def leaves(at: datetime) -> str:
    """Say when what is approved now leaves."""
    moment = operations.next_window(queries.ladder_settings(), at)
    if moment <= at:
        return _("Wat is goedgekeurd gaat nu de deur uit.")
    local = moment.astimezone(clock.AMSTERDAM)
    if local.date() == clock.local_day(at):
        return _("Wat is goedgekeurd gaat om %(time)s de deur uit.") % {"time": f"{local:%H:%M}"}
    return _("Wat is goedgekeurd gaat op %(day)s om %(time)s de deur uit.") % {
        "day": f"{local:%d-%m-%Y}",
        "time": f"{local:%H:%M}",
    }


def progress(run: Run) -> tuple[int, int]:
    """Give how many parts of a night are planned, of how many."""
    done = RunChunk.objects.filter(run=run).values_list("done_at", flat=True)
    marks = list(done)
    return sum(mark is not None for mark in marks), max(1, len(marks))


def sending(run: Run) -> tuple[int, int]:
    """Give how many letters of a night that leave by themselves have left, of how many; paper waits for a person."""
    ((every, left),) = _rows(SENDING, run)
    return every - left, every


def day_in_words(day: date) -> str:
    """Name a weekday with its day: maandag 23-11-2026."""
    names = (
        *(_("maandag"), _("dinsdag"), _("woensdag"), _("donderdag")),
        *(_("vrijdag"), _("zaterdag"), _("zondag")),
    )
    return f"{names[day.weekday()]} {day:%d-%m-%Y}"
