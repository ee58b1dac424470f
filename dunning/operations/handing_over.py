"""Claims leave the ladder for an agency, and come back."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from dunning.models import Case, Step
from dunning.operations import cases, withdrawing
from dunning.snapshot import Kind
from dunning.states import CaseState
from invoices.models import Invoice


class ClaimIsHandedOver(DomainError):
    """An agency has the claim: what is agreed about it, the agency agrees."""

    code = "claim_is_handed_over"
    sentence = gettext_lazy("%(numbers)s is overgedragen. Een regeling spreekt u af met wie de incasso doet.")


def refuse_what_is_handed_over(invoices: Sequence[Invoice]) -> None:
    """Do nothing, unless an agency has one of the claims.

    :raises ClaimIsHandedOver: then.
    """
    cases = Case.objects.filter(invoice__in=[row.pk for row in invoices], state=CaseState.HANDED_OVER)
    numbers = list(cases.order_by("invoice__number").values_list("invoice__number", flat=True))
    if numbers:
        raise ClaimIsHandedOver(numbers=", ".join(numbers))


def hand_over(*, invoices: Sequence[Invoice], agency: str, by: Actor) -> list[Case]:
    """Take claims off the ladder: from now on nothing of ours reaches the debtor about them.

    Gives the cases that moved; a claim that is closed or with an agency already is left alone.
    """
    moved = []
    for case in Case.objects.select_for_update().filter(invoice__in=invoices, state=CaseState.ACTIVE):
        withdrawing.withdraw_for_case(case, reason=_("overgedragen"), by=by)
        case.refresh_from_db()
        rung = case.policy.rungs.filter(kind=Kind.HANDOFF).first()
        if rung is not None and not case.steps.filter(rung_key=rung.key, round=case.round).exists():
            Step.objects.create(
                case=case,
                round=case.round,
                rung_key=rung.key,
                kind=Kind.HANDOFF,
                dispatched_on=by.day,
                delivered_on=by.day,
                note=agency,
            )
        cases.move(case, CaseState.HANDED_OVER)
        case.next_look_on, case.why_code = None, ""
        case.save(update_fields=["state", "next_look_on", "why_code"])
        moved.append(case)
        _log("case.handed_over", case, by, agency=agency)
    return moved


def recall(*, invoices: Sequence[Invoice], resume_on: date, by: Actor) -> list[Case]:
    """Put claims back on the ladder after a recall or refusal: it goes on after the last rung taken, from a day on."""
    back = []
    for case in Case.objects.select_for_update().filter(invoice__in=invoices, state=CaseState.HANDED_OVER):
        cases.move(case, CaseState.ACTIVE)
        case.resume_on, case.next_look_on = resume_on, resume_on
        case.save(update_fields=["state", "resume_on", "next_look_on"])
        back.append(case)
        _log("case.recalled", case, by)
    return back


def _log(verb: str, case: Case, by: Actor, **data: Any) -> None:
    invoice = case.invoice
    audit.record(verb, by=by, kind="invoice", subject=invoice, label=invoice.number, debtor_id=case.debtor_id, **data)
