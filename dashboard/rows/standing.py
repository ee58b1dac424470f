"""What comes next for the claims of one debtor, as the ladder would decide now: not as the last night left it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard.rows import badges
from dashboard.rows.badges import Badge
from dashboard.shell import Event
from dashboard.templatetags.kit_words import dutch
from dunning import foresight, loading, queries, reasons, simulation
from dunning.models import Notice, Run
from dunning.snapshot import Why
from dunning.states import LIVE_NOTICE_STATES, NoticeState, RungKind

CHANNELS = {"email": "mail", "post": "printer"}
# What the ladder says about a claim that simply waits for its own day.
_WAITING = frozenset({Why.NEXT_RUNG, Why.PLANNED, Why.TASK})


@dataclass(frozen=True)
class Standing:
    """What comes next for a claim: the day, what, and why so or why not."""

    on: date | None
    what: str
    why: str
    code: str = ""
    must_act: bool = False

    @property
    def said(self) -> str:
        """What comes next and why, in one line without the day."""
        if not (self.what and self.why):
            return self.what or self.why
        return f"{self.what}: {self.why[:1].lower()}{self.why[1:]}"


@dataclass(frozen=True)
class Outlook:
    """What the ladder would do with a debtor from now on, should nobody pay."""

    of_claims: dict[int, Standing]  # by invoice
    moments: list[simulation.Moment]
    numbers: dict[int, str]  # of invoices
    waiting: Notice | None


def outlook(debtor_id: int, day: date, numbers: dict[int, str]) -> Outlook:
    """Give what comes next for a debtor's open claims on a day; in a fixed number of queries."""
    waiting = Notice.objects.filter(debtor=debtor_id, state__in=LIVE_NOTICE_STATES).select_related("run").first()
    lines = dict(waiting.lines.filter(takes_step=True).values_list("invoice_id", "rung_kind")) if waiting else {}
    start = day + timedelta(days=1) if Run.objects.filter(day=day).exists() and waiting is None else day
    future = foresight.foreseen(debtor_id, day=start)
    snapshot = loading.load([debtor_id], day=start, everything=True)
    settled = queries.rules(start)
    of_claims: dict[int, Standing] = {}
    for _debtor, decision in queries.decide_all(snapshot, settled, start):
        kinds = {
            (claim.case_id, rung.key): rung.kind
            for claim in snapshot.claims.get(debtor_id, [])
            for rung in settled.policies[claim.policy_id].rungs
        }
        invoices = {claim.case_id: claim.invoice_id for claim in snapshot.claims.get(debtor_id, [])}
        for outcome in decision.outcomes:
            invoice = invoices[outcome.case_id]
            kind = kinds.get((outcome.case_id, outcome.rung_key), "")
            of_claims[invoice] = _standing(outcome.why, outcome.until, kind, _first(future, invoice))
    if waiting:
        of_claims |= {invoice: _waits(waiting, kind) for invoice, kind in lines.items()}
    return Outlook(of_claims, future.moments, numbers, waiting)


def _first(future: foresight.Future, invoice_id: int) -> simulation.Moment | None:
    mine = (moment for moment in future.moments if any(invoice == invoice_id for invoice, _key in moment.rungs))
    return next(mine, None)


def _standing(why: str, until: date | None, kind: str, moment: simulation.Moment | None) -> Standing:
    said = reasons.sentence(why, until=until, rung_kind=kind)
    must_act = why in reasons.NEEDS_A_PERSON
    if moment is None:
        return Standing(until, "", said, why, must_act)
    return Standing(moment.day, label(moment.kind), "" if why in _WAITING else said, why, must_act)


def _waits(notice: Notice, kind: str) -> Standing:
    return Standing(
        notice.planned_for,
        label(kind),
        str(notice.get_state_display()),
        Why.PLANNED,
        notice.state == NoticeState.PLANNED,
    )


def label(kind: str) -> str:
    """Give what a moment is called."""
    return str(RungKind(kind).label) if kind in RungKind.values else _("einde van de ladder: beslis wat er gebeurt")


MOST = 6  # moments on a timeline: further is guessing


def coming(outlook: Outlook) -> list[Event]:
    """Give what is to come as events on a timeline, the furthest on top; in grey, each with its day and why."""
    events = []
    moments = outlook.moments[:MOST]
    if outlook.waiting is not None:
        events.append(_waiting_event(outlook.waiting))
        if moments and moments[0].kind == outlook.waiting.kind:
            moments = moments[1:]
    events += [_event(moment, outlook.numbers) for moment in moments]
    return sorted(events, key=lambda event: event.at, reverse=True)


def _waiting_event(notice: Notice) -> Event:
    badge: Badge = badges.notice(notice.state)
    return Event(
        title=_capital(label(notice.kind)),
        at=notice.planned_for,
        icon=CHANNELS.get(notice.channels[0], "mail") if notice.channels else "mail",
        state=str(badge.label),
        state_tone=badge.tone,
        url=reverse("dashboard:run", args=[notice.run.public_id]) if notice.run else "",
        why=_("vraagt € %(amount)s") % {"amount": dutch(notice.total)},
        is_planned=True,
    )


_ICONS = {"call": "phone", "handoff": "briefcase", "end_of_ladder": "flag"}


def _event(moment: simulation.Moment, numbers: dict[int, str]) -> Event:
    claims = [numbers[invoice] for invoice, _key in moment.rungs if invoice in numbers]
    shown = (
        ", ".join(claims)
        if len(claims) <= 2
        else ngettext("%(n)s factuur", "%(n)s facturen", len(claims)) % {"n": len(claims)}
    )
    asked = _("€ %(amount)s") % {"amount": dutch(moment.total)}
    announced = [_("kondigt € %(amount)s kosten aan") % {"amount": dutch(moment.announced)}] if moment.announced else []
    return Event(
        title=_capital(label(moment.kind)),
        at=moment.day,
        icon=_ICONS.get(moment.kind) or CHANNELS.get(next(iter(moment.channels), ""), "mail"),
        why=" · ".join([*([shown] if shown else []), asked, *announced]),
        is_planned=True,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
