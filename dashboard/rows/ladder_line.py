"""The ladder of one claim as a line: what is done, what is now, what comes, with days."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from correspondence.models import Message
from dashboard.rows.standing import CHANNELS, Outlook, Standing
from dashboard.shell import Rung
from dunning.models import Case, Step
from dunning.models import Rung as PolicyRung
from dunning.states import CaseState, NoticeState, RungKind

_LEGAL = frozenset({RungKind.DEFAULT_NOTICE, RungKind.FOURTEEN_DAY_LETTER})
_ICONS = {RungKind.CALL: "phone", RungKind.HANDOFF: "briefcase"}


def line(
    case: Case,
    steps: Sequence[Step],
    messages: Sequence[Message],
    outlook: Outlook,
    standing: Standing | None,
) -> list[Rung]:
    """Give the rungs of a claim's policy with what became of each, or what will."""
    rungs = list(PolicyRung.objects.filter(policy=case.policy_id).order_by("position"))
    taken = {step.rung_key: step for step in steps if step.undelivered_on is None}
    failed = {step.rung_key: step for step in steps if step.undelivered_on is not None}
    coming = {
        key: moment.day for moment in outlook.moments for invoice, key in moment.rungs if invoice == case.invoice_id
    }
    urls = {one.subject_id: reverse("dashboard:message", args=[one.public_id]) for one in messages}
    last = max((rung.position for rung in rungs if rung.key in taken), default=-1)
    shown = [_past(rung, taken, failed, urls, last) or _future(rung, coming) for rung in rungs]
    first = next((place for place, rung in enumerate(shown) if rung.state == "next" and rung.day), None)
    if first is not None and case.state == CaseState.ACTIVE:
        shown[first] = _now(shown[first], rungs[first], standing)
    return shown


def _past(
    rung: PolicyRung, taken: Mapping[str, Step], failed: Mapping[str, Step], urls: Mapping[str, str], last: int
) -> Rung | None:
    if rung.key in taken:
        step = taken[rung.key]
        url = urls.get(step.notice.public_id, "") if step.notice else ""
        note = _("ging mee in een brief") if step.joined else ""
        return _rung(rung, step.dispatched_on, "done", note, url)
    if rung.key in failed:
        step = failed[rung.key]
        url = urls.get(step.notice.public_id, "") if step.notice else ""
        return _rung(rung, step.dispatched_on, "failed", _("kwam niet aan"), url)
    return _rung(rung, None, "skipped", _("was niet nodig")) if rung.position < last else None


def _future(rung: PolicyRung, coming: Mapping[str, date]) -> Rung:
    return _rung(rung, coming.get(rung.key), "next", "")


def _now(shown: Rung, rung: PolicyRung, standing: Standing | None) -> Rung:
    note = standing.why.lower() if standing and standing.why else ""
    return _rung(rung, standing.on if standing and standing.on else shown.day, "now", note)


def _rung(rung: PolicyRung, day: date | None, state: str, note: str, url: str = "") -> Rung:
    icons = [CHANNELS[channel] for channel in rung.channels if channel in CHANNELS]
    return Rung(
        label=str(rung.get_kind_display()).capitalize(),
        day=day,
        state=state,  # type: ignore[arg-type]  # one of the five
        channels=icons or [_ICONS[RungKind(rung.kind)]] if rung.kind in _ICONS else icons,
        note=note,
        url=url,
        is_legal=rung.kind in _LEGAL,
    )


def is_waiting(outlook: Outlook, case: Case | None) -> bool:
    """Tell whether a letter waits that takes a step of this claim."""
    if outlook.waiting is None or case is None:
        return False
    states = (NoticeState.PLANNED, NoticeState.APPROVED, NoticeState.QUEUED)
    return outlook.waiting.state in states and outlook.waiting.lines.filter(case=case, live=True).exists()
