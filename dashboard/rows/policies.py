"""A policy as a picture of time, its rungs as rows, and what differs between two versions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.money import ZERO
from correspondence.states import ChannelKind
from dashboard.forms_policies import LOCKS
from dashboard.shell import PolicyRung
from dashboard.templatetags.kit_words import dutch
from dunning import foresight
from dunning.models import Policy
from dunning.simulation import Moment
from dunning.snapshot import LETTERS, STATUTORY, Kind, Rules, Rung
from dunning.snapshot import Policy as PolicySnapshot
from dunning.states import Approval, RungKind, Variant

ICONS = {ChannelKind.EMAIL: "mail", ChannelKind.POST: "printer"}
_GAP = 5  # percents between two knots, so that both can be read


@dataclass(frozen=True)
class Picture:
    """A policy on the example invoice: its rungs along an axis."""

    rungs: list[PolicyRung]
    due: date
    due_at: int


def picture(variant: str, rungs: Sequence[Rung], *, due: date, settled: Rules) -> Picture:
    """Give a policy on an invoice that is due on a day and that nobody pays, with real days."""
    moments = foresight.example(variant, rungs, due=due, settled=settled)
    taken = {key: moment for moment in moments for _invoice, key in moment.rungs}
    days = [taken[rung.key].day if rung.key in taken else due + timedelta(days=rung.days) for rung in rungs]
    places = _along([due, *days])
    return Picture(
        [
            _block(variant, rung, day, at, taken.get(rung.key))
            for rung, day, at in zip(rungs, days, places[1:], strict=True)
        ],
        due,
        places[0],
    )


def _along(days: Sequence[date]) -> list[int]:
    """Give where days stand on an axis, in percents, none on top of another; the first is the due date."""
    first, last = min(days), max(days)
    length = max(1, (last - first).days)
    places = [4 + round(92 * (day - first).days / length) for day in days]
    before = 0
    for number, place in sorted(enumerate(places[1:], start=1), key=lambda pair: (pair[1], pair[0])):
        before = places[number] = max(place, before + _GAP) if before else place
    over = max(places) - 96
    return (
        [place if number == 0 else max(4, place - over) for number, place in enumerate(places)] if over > 0 else places
    )


def _block(variant: str, rung: Rung, day: date, at: int, moment: Moment | None) -> PolicyRung:
    return PolicyRung(
        label=kind_label(rung.kind),
        days=rung.days,
        at=at,
        example=day,
        channels=channels(rung.channels) or _hands(rung.kind),
        approval=approval(rung),
        charges=_asks(rung, moment),
        is_legal=rung.kind in STATUTORY,
        why_locked=str(LOCKS.get(Kind(rung.kind), "")) if variant == Variant.CONSUMER else "",
    )


def channels(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Give the drawing and word of channels."""
    return [(ICONS[ChannelKind(code)], str(ChannelKind(code).label)) for code in codes]


def _hands(kind: str) -> list[tuple[str, str]]:
    return [("phone", _("telefoon"))] if kind == Kind.CALL else [("briefcase", _("dossier"))]


def kind_label(kind: str) -> str:
    """Give a sort of rung, as it begins a line."""
    return str(RungKind(kind).label).capitalize()


def approval(rung: Rung) -> str:
    """Say who lets a rung go out."""
    if rung.kind == Kind.CALL:
        return _("een taak voor een medewerker")
    if rung.kind == Kind.HANDOFF:
        return _("altijd met uw goedkeuring")
    return str(Approval(rung.approval).label)


def _asks(rung: Rung, moment: Moment | None) -> str:
    if moment is None:
        return _("wordt bij dit bedrag overgeslagen")
    asked = _("vraagt € %(amount)s") if rung.kind in LETTERS else _("over € %(amount)s")
    said = [asked % {"amount": dutch(moment.total)}] if moment.total else []
    if moment.announced:
        said.append(_("kondigt € %(amount)s kosten aan") % {"amount": dutch(moment.announced)})
        rung = rung._replace(announces_costs=False)  # said already
    return ", ".join([*said, *charges(rung)]).replace("€ ", "€\u00a0")


def charges(rung: Rung) -> list[str]:
    """Say what a rung brings into account."""
    words = []
    if rung.charges_interest and rung.charges_costs:
        words.append(_("met rente en kosten"))
    elif rung.charges_interest:
        words.append(_("met rente"))
    elif rung.charges_costs:
        words.append(_("met kosten"))
    if rung.announces_costs:
        words.append(_("noemt wat erbij komt"))
    return words


@dataclass(frozen=True)
class RungRow:
    """A rung in the table of a policy."""

    key: str
    label: str
    days: str
    channels: list[tuple[str, str]]
    term: str
    minimum: Decimal | None
    charges: str
    approval: str
    is_letter: bool
    is_legal: bool


def rows(rungs: Iterable[Rung]) -> list[RungRow]:
    """Give the rungs of a policy as rows."""
    return [
        RungRow(
            rung.key,
            kind_label(rung.kind),
            _days(rung.days),
            channels(rung.channels) or _hands(rung.kind),
            _term(rung),
            rung.minimum_amount or None,
            ", ".join(charges(rung)),
            approval(rung),
            rung.kind in LETTERS,
            rung.kind in STATUTORY,
        )
        for rung in rungs
    ]


def _days(days: int) -> str:
    return f"+{days}" if days >= 0 else str(days)


def _term(rung: Rung) -> str:
    if rung.kind not in LETTERS or rung.kind == Kind.COURTESY:
        return ""
    return ngettext("%(n)s dag", "%(n)s dagen", rung.term_days) % {"n": rung.term_days}


@dataclass(frozen=True)
class Version:
    """A version of a policy."""

    number: int
    since: datetime
    by: str
    until: datetime | None
    url: str
    is_this: bool


def versions(of: Policy, known: Iterable[Policy]) -> list[Version]:
    """Give the versions of a policy, the newest first."""
    return [
        Version(
            one.version,
            one.published_at,
            one.published_by,
            one.replaced_at,
            reverse("dashboard:policy", args=[one.public_id]),
            one.pk == of.pk,
        )
        for one in known
    ]


@dataclass(frozen=True)
class Difference:
    """What a new version does otherwise, in one rung."""

    label: str
    was: str
    now: str


def differences(was: Iterable[Rung], now: Iterable[Rung]) -> list[Difference]:
    """Give what differs between two versions, rung by rung."""
    before, after = {rung.kind: rung for rung in was}, {rung.kind: rung for rung in now}
    found = []
    for kind in Kind:
        old, new = before.get(kind), after.get(kind)
        if old is None and new is None:
            continue
        if old is None or new is None:
            found.append(Difference(kind_label(kind), _whole(old), _whole(new)))
            continue
        told = [(a, b) for a, b in zip(_told(old), _told(new), strict=True) if a != b]
        if told:
            label = kind_label(kind)
            found.append(Difference(label, " · ".join(a for a, _b in told), " · ".join(b for _a, b in told)))
    return found


def _whole(rung: Rung | None) -> str:
    if rung is None:
        return _("niet gebruikt")
    days, via, *_rest = _told(rung)
    return " · ".join(part for part in (days, via) if part)


def _told(rung: Rung) -> list[str]:
    via = [word for _icon, word in channels(rung.channels)]
    gap = rung.min_days_after
    return [
        _("%(days)s dagen") % {"days": _days(rung.days)},
        " + ".join(via) or _("geen kanaal") if rung.kind in LETTERS else "",
        approval(rung),
        _("termijn %(days)s") % {"days": rung.term_days} if rung.kind in LETTERS else "",
        _("vanaf € %(amount)s") % {"amount": dutch(rung.minimum_amount)} if rung.minimum_amount else _("elk bedrag"),
        _("geen tussentijd") if gap is None else _("minstens %(days)s dagen na de vorige") % {"days": gap},
        ", ".join(charges(rung)) or _("zonder rente en kosten"),
    ]


@dataclass(frozen=True)
class ChangeRow:
    """What a changed policy does to one sort of letter tonight."""

    label: str
    was: int
    now: int
    was_amount: Decimal
    now_amount: Decimal
    more: str


def changes(comparison: foresight.Comparison) -> list[ChangeRow]:
    """Give what changes tonight, sort by sort."""
    return [
        ChangeRow(kind_label(one.kind), one.was, one.now, one.was_amount, one.now_amount, _signed(one.now - one.was))
        for one in comparison.changes
    ]


def _signed(number: int) -> str:
    return f"+{number}" if number > 0 else f"−{-number}" if number else "="


def totals(found: Iterable[ChangeRow]) -> dict[str, Decimal | int | str]:
    """Give the totals under what changes tonight."""
    rows_ = list(found)
    was, now = sum(row.was for row in rows_), sum(row.now for row in rows_)
    return {
        "was": was,
        "now": now,
        "was_amount": sum((row.was_amount for row in rows_), start=ZERO),
        "now_amount": sum((row.now_amount for row in rows_), start=ZERO),
        "more": _signed(now - was),
    }


@dataclass(frozen=True)
class Item:
    """A policy in the list."""

    name: str
    url: str
    variant: str
    is_default: bool
    version: int
    published_at: datetime
    published_by: str
    debtors: int
    debtors_url: str
    claims: int
    picture: Picture


def items(
    policies: Iterable[Policy],
    snapshots: Mapping[int, PolicySnapshot],
    followed: Mapping[str, tuple[int, int]],
    *,
    day: date,
    settled: Rules,
) -> list[Item]:
    """Give the policies in use, each on an example that is due today."""
    found = []
    for policy in policies:
        debtors, claims = followed.get(policy.lineage, (0, 0))
        found.append(
            Item(
                policy.name,
                reverse("dashboard:policy", args=[policy.public_id]),
                str(policy.get_variant_display()),
                policy.is_default,
                policy.version,
                policy.published_at,
                policy.published_by,
                debtors,
                reverse("dashboard:policy_debtors", args=[policy.public_id]),
                claims,
                picture(policy.variant, snapshots[policy.pk].rungs, due=day, settled=settled),
            )
        )
    return found
