"""The head of a night: its state, its tabs, what stands in which state, how far it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.money import ZERO
from dashboard.lists import why_not
from dashboard.rows import alarms, badges, tonight
from dashboard.rows.alarms import Alarm
from dashboard.rows.badges import Badge
from dashboard.shell import Stat, Tab
from dashboard.templatetags.kit_words import dutch
from dunning import queries
from dunning.models import Run
from dunning.states import NoticeState, RunState

ByState = Mapping[str, tuple[int, Decimal]]
LETTERS, STAYED, PROBLEMS, PARTS = "brieven", "gaat-niet-uit", "problemen", "termijnen"
# What is added up under one word: the state that the list filters by comes first.
TOGETHER: Sequence[tuple[str, tuple[str, ...], bool]] = (
    ("planned", (NoticeState.PLANNED,), True),
    ("approved", (NoticeState.APPROVED,), False),
    ("queued", (NoticeState.QUEUED,), False),
    ("sent", (NoticeState.SENT,), False),
    ("not_delivered", (NoticeState.NOT_DELIVERED,), True),
    ("withdrawn", (NoticeState.WITHDRAWN,), False),
    ("failed", (NoticeState.FAILED,), True),
)


@dataclass(frozen=True)
class Progress:
    """How far a night is; it asks for itself again at an address until it is done."""

    done: int
    total: int
    label: str
    poll: str


@dataclass(frozen=True)
class Head:
    """What stands above every tab of a night."""

    public_id: str
    day: str
    badge: Badge
    told: str
    alarm: Alarm | None
    progress: Progress | None
    stats: Sequence[Stat]
    tabs: Sequence[Tab]
    waiting: int
    waiting_amount: Decimal
    leaves: str

    @property
    def shows_stats(self) -> bool:
        """Where all letters stand in one state, the line above the list says the same."""
        return len(self.stats) > 1


def head(run: Run, by_state: ByState, problems: int, at: datetime, tab: str) -> Head:
    """Give what stands above a tab of a night."""
    waiting, amount = by_state.get(NoticeState.PLANNED, (0, ZERO))
    under_way = by_state.get(NoticeState.APPROVED, (0, ZERO))[0]
    return Head(
        public_id=run.public_id,
        day=tonight.day_in_words(run.day),
        badge=badges.run(run.state),
        told=_told(run),
        alarm=alarms.held(run, queries.ladder_settings()) if run.state == RunState.HELD else None,
        progress=progress(run),
        stats=_stats(run, by_state),
        tabs=_tabs(run, sum(count for count, _amount in by_state.values()), problems, tab),
        waiting=waiting,
        waiting_amount=amount,
        leaves=tonight.leaves(at) if waiting or under_way else "",
    )


def _told(run: Run) -> str:
    if run.planned_at is None:
        return ""
    return ngettext(
        "%(n)s factuur bekeken · brieven: %(letters)s, samen € %(amount)s · taken: %(tasks)s",
        "%(n)s facturen bekeken · brieven: %(letters)s, samen € %(amount)s · taken: %(tasks)s",
        run.looked_at,
    ) % {
        "n": dutch(run.looked_at, 0),
        "letters": dutch(run.planned_notices, 0),
        "amount": dutch(run.planned_amount),
        "tasks": run.tasks_made,
    }


def _stats(run: Run, by_state: ByState) -> list[Stat]:
    url = reverse("dashboard:run", args=[run.public_id])
    found = []
    for code, states, must_act in TOGETHER:
        count = sum(by_state.get(state, (0, ZERO))[0] for state in states)
        amount = sum((by_state.get(state, (0, ZERO))[1] for state in states), start=ZERO)
        if count:
            label = str(NoticeState(code).label)
            found.append(
                Stat(
                    label[:1].upper() + label[1:],
                    dutch(count, 0),
                    f"€\u00a0{dutch(amount)}",
                    f"{url}?staat={code}",
                    must_act=must_act,
                )
            )
    return found


def _tabs(run: Run, letters: int, problems: int, tab: str) -> list[Tab]:
    found = [
        (LETTERS, _("Brieven"), "run", letters),
        (STAYED, _("Gaat niet uit"), "run_stayed", None),
        (PARTS, _("Termijnen"), "run_instalments", None),
        (PROBLEMS, _("Problemen"), "run_problems", problems),
    ]
    return [
        Tab(label, reverse(f"dashboard:{name}", args=[run.public_id]), count, is_active=code == tab)
        for code, label, name, count in found
    ]


def progress(run: Run) -> Progress | None:
    """Give how far the planning or the sending of a night is, or nothing where it is not under way."""
    poll = reverse("dashboard:run_progress", args=[run.public_id])
    if run.state == RunState.PLANNING:
        done, total = tonight.progress(run)
        return Progress(min(done, total - 1), total, _("De nacht wordt gepland"), poll)
    if run.state == RunState.RELEASED:
        done, total = tonight.sending(run)
        if done < total:
            return Progress(done, total, _("Brieven gaan de deur uit"), poll)
    return None


@dataclass(frozen=True)
class Recorded:
    """How many claims a night left alone for a reason, as it wrote down itself."""

    label: str
    count: int


def recorded(run: Run) -> list[Recorded]:
    """Give why a night left claims alone, as it was that night."""
    return [Recorded(why_not.label(code), count) for code, count in sorted(run.why_not.items(), key=lambda p: -p[1])]
