"""Who changed which part of the settings last: read from the log."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Q, QuerySet, Value, When

from audit.models import Entry

_SET = Q(verb="tenant.settings_changed", subject_kind="tenant")
AREAS: dict[str, Q] = {
    "administration": _SET & Q(subject_label="administration"),
    "letterhead": _SET & Q(subject_label="letterhead"),
    "claims": _SET & Q(subject_label="claim_terms"),
    "ladder": (_SET & Q(subject_label="ladder")) | Q(verb__in=["tenant.ladder_started", "tenant.ladder_stopped"]),
    "closing_days": _SET & Q(subject_label="closing_days"),
    "bank": _SET & Q(subject_label__in=["matching", "bank_account"]),
    "arrangements": _SET & Q(subject_label="arrangements"),
    "debits": _SET & Q(subject_label="creditor"),
    "mail": Q(verb="mail.sender_changed"),
    "online": Q(verb="gateway.changed"),
    "post": _SET & Q(subject_label="post"),
    "agencies": Q(verb="tenant.settings_changed", subject_kind="agency"),
    "people": Q(verb__startswith="member."),
    "two_persons": _SET & Q(subject_label="two_persons"),
    "policies": Q(verb__in=["policy.published", "policy.made_default", "policy.approval_changed"]),
}
_KINDS = ("tenant", "agency", "user", "policy")  # what these entries are about: found by the index on it


class Changed(NamedTuple):
    """That somebody changed something."""

    at: datetime
    who: str


def last() -> dict[str, Changed]:
    """Give who changed each part last, in one query; a part that nobody ever changed is not in it."""
    rows = _entries().order_by("area", "-at", "-pk").distinct("area").values_list("area", "at", "actor_label")
    return {area: Changed(at, who) for area, at, who in rows}


def last_of(area: str) -> Changed | None:
    """Give who changed one part last."""
    row = _entries().filter(area=area).order_by("-at", "-pk").values_list("at", "actor_label").first()
    return Changed(*row) if row else None


def _entries() -> "QuerySet[Any]":
    whens = [When(which, then=Value(area)) for area, which in AREAS.items()]
    return (
        Entry.objects.filter(subject_kind__in=_KINDS)
        .annotate(area=Case(*whens, default=Value(""), output_field=CharField()))
        .exclude(area="")
    )
