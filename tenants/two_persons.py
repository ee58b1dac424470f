"""The two-person rule: what a tenant wants two people for, and what waits for the second.

Two shapes. Where there are two steps anyway (approve and send a dossier, propose and approve a refund), `check` refuses
the same person. Where there is one (a write-off, another bank account), the first person `ask`s, and the approval of
another does it: whoever owns the deed registers how it is done (`does`).
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.actor import Actor, ActorKind
from common.errors import DomainError
from tenants import signals
from tenants.access import RIGHTS, Right
from tenants.context import current_tenant_id
from tenants.models import Membership, SecondLook, TwoPersonRules


class Sensitive(StrEnum):
    """What two people can be required for: the columns of `TwoPersonRules`."""

    HANDOFF = "handoffs"
    WRITE_OFF = "write_offs"
    BANK_ACCOUNT = "bank_account"
    REFUND = "refunds"
    DEBIT_BATCH = "debit_batches"


# kinds of second looks; another key of the payment provider leads money elsewhere as another bank account does
WRITE_OFF, BANK_ACCOUNT, GATEWAY, RULES = "write_off", "bank_account", "gateway", "rules"
# The right that whoever decides must have.
RIGHT_TO_DECIDE: Mapping[str, Right] = {
    WRITE_OFF: Right.APPROVE,
    BANK_ACCOUNT: Right.CONFIGURE,
    GATEWAY: Right.CONFIGURE,
    RULES: Right.CONFIGURE,
}
RIGHT_FOR: Mapping[Sensitive, Right] = {
    Sensitive.HANDOFF: Right.APPROVE,
    Sensitive.WRITE_OFF: Right.APPROVE,
    Sensitive.BANK_ACCOUNT: Right.CONFIGURE,
    Sensitive.REFUND: Right.APPROVE,
    Sensitive.DEBIT_BATCH: Right.APPROVE,
}
Deed = Callable[[SecondLook, Actor], object]
_deeds: dict[str, Deed] = {}


class SamePerson(DomainError):
    """Who did the first half may not do the second."""

    code = "second_person_needed"
    sentence = _("Dit moet iemand anders doen: deze administratie wil hiervoor twee personen.")


class SecondPersonNeeded(DomainError):
    """It cannot be done at once; it can be asked."""

    code = "second_person_must_approve"
    sentence = _(
        "Deze administratie wil hiervoor twee personen. Vraag het op de factuur aan; een ander keurt het goed."
    )


class NobodyElse(DomainError):
    """The tenant has not got two people who may do it."""

    code = "nobody_else"
    sentence = _("Hiervoor zijn twee mensen met de juiste rol nodig. Nodig eerst iemand uit.")


class AskedAlready(DomainError):
    """The same waits for somebody."""

    code = "asked_already"
    sentence = _("Dit wacht al op een tweede persoon. Trek dat eerst in.")


class DecidedAlready(DomainError):
    """Somebody was earlier."""

    code = "decided_already"
    sentence = _("Dit is al %(state)s door %(who)s.")


def rules() -> TwoPersonRules:
    """Give what the active tenant wants two people for."""
    return TwoPersonRules.objects.first() or TwoPersonRules()


def needed(what: Sensitive) -> bool:
    """Tell whether the active tenant wants two people for something."""
    return bool(getattr(rules(), what))


def check(what: Sensitive, *, first: str, by: Actor) -> None:
    """Refuse that one person does both halves. `first`: the reference of who did the first; empty is nobody.

    :raises SamePerson: if a rule asks for two and it is the same user.
    """
    if by.kind == ActorKind.USER and first and by.ref == first and needed(what):
        raise SamePerson


def does(kind: str) -> Callable[[Deed], Deed]:
    """Register what an approval of a kind of second look does."""

    def register(deed: Deed) -> Deed:
        _deeds[kind] = deed
        return deed

    return register


def change_rules(*, by: Actor, **wanted: bool) -> TwoPersonRules:
    """Choose what two people are wanted for. More is so at once; less waits for a second person, if there is one.

    :raises NobodyElse: if nobody but one could do it.
    :raises AskedAlready: if something waits that would be less.
    """
    with transaction.atomic():
        row, _created = TwoPersonRules.objects.select_for_update().get_or_create()
        more = [Sensitive(name) for name, value in wanted.items() if value and not getattr(row, name)]
        less = [Sensitive(name) for name, value in wanted.items() if not value and getattr(row, name)]
        if any(_number_of(RIGHT_FOR[name]) < 2 for name in more):
            raise NobodyElse
        alone = _number_of(RIGHT_TO_DECIDE[RULES]) < 2
        if less and not alone:
            _ask(RULES, values={"off": [str(name) for name in less]}, by=by)
        _set(row, dict.fromkeys(more, True) | (dict.fromkeys(less, False) if alone else {}), by)
    return row


def _number_of(right: Right) -> int:
    roles = [role for role, rights in RIGHTS.items() if right in rights]
    return Membership.objects.filter(tenant_id=current_tenant_id(), role__in=roles).count()


def _set(row: TwoPersonRules, values: Mapping[Sensitive, bool], by: Actor) -> None:
    if not values:
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    now = {str(name): value for name, value in values.items()}
    was = {name: not value for name, value in now.items()}
    signals.settings_changed.send(TwoPersonRules, about="two_persons", fields=list(now), was=was, now=now, by=by)


@does(RULES)
def _switch_off(look: SecondLook, by: Actor) -> None:
    row, _created = TwoPersonRules.objects.select_for_update().get_or_create()
    _set(row, {Sensitive(name): False for name in look.values["off"]}, by)


def ask(
    kind: str, *, values: Mapping[str, Any], by: Actor, subject_id: str = "", label: str = "", reason: str = ""
) -> SecondLook:
    """Ask a second person for something: nothing of it happens until he approves.

    :raises NobodyElse: if nobody else could.
    :raises AskedAlready: if the same waits.
    """
    if _number_of(RIGHT_TO_DECIDE[kind]) < 2:
        raise NobodyElse
    return _ask(kind, values=values, by=by, subject_id=subject_id, label=label, reason=reason)


def _ask(
    kind: str, *, values: Mapping[str, Any], by: Actor, subject_id: str = "", label: str = "", reason: str = ""
) -> SecondLook:
    with transaction.atomic():
        if SecondLook.objects.filter(kind=kind, subject_id=subject_id, state="waiting").exists():
            raise AskedAlready
        look = SecondLook.objects.create(
            kind=kind,
            subject_id=subject_id,
            label=label[:120],
            values=dict(values),
            reason=reason[:200],
            asked_at=by.at,
            asked_by=by.label,
            asked_ref=by.ref,
        )
        signals.second_look_changed.send(SecondLook, look=look, by=by)
    return look


def approve(*, look: SecondLook, by: Actor) -> SecondLook:
    """Approve what another asked, and do it, all or nothing.

    :raises SamePerson: if it is who asked.
    :raises DecidedAlready: if somebody was earlier.
    """
    if by.kind != ActorKind.USER or by.ref == look.asked_ref:
        raise SamePerson
    with transaction.atomic():
        look = _decide(look, "approved", by)
        _deeds[look.kind](look, by)
    return look


def refuse(*, look: SecondLook, answer: str, by: Actor) -> SecondLook:
    """Refuse what another asked, with an answer; who asked withdraws it by the same.

    :raises DecidedAlready: if somebody was earlier.
    """
    with transaction.atomic():
        return _decide(look, "withdrawn" if by.ref == look.asked_ref else "refused", by, answer)


def _decide(look: SecondLook, state: str, by: Actor, answer: str = "") -> SecondLook:
    look = SecondLook.objects.select_for_update().get(pk=look.pk)
    if look.state != "waiting":
        raise DecidedAlready(state=look.get_state_display(), who=look.decided_by)
    look.state, look.answer = state, answer[:200]
    look.decided_at, look.decided_by, look.decided_ref = by.at, by.label, by.ref
    look.save(update_fields=["state", "answer", "decided_at", "decided_by", "decided_ref"])
    signals.second_look_changed.send(SecondLook, look=look, by=by)
    return look
