"""A dossier on the screen: its life so far, and what can be done next."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from collections_handoff.models import Handoff
from collections_handoff.states import TRANSITIONS, HandoffState
from dashboard.shell import May


class Action(NamedTuple):
    """Something that can be done now; it is asked about first."""

    label: str
    url: str
    icon: str
    css: str = "btn"


# For each state that can follow: the address, the words, the drawing, and who may.
_ACTIONS: tuple[tuple[HandoffState, str, str, bool], ...] = (
    (HandoffState.APPROVED, "handoff_approval", "check", True),
    (HandoffState.SUBMITTED, "handoff_submission", "send", True),
    (HandoffState.ACCEPTED, "handoff_acceptance", "check", False),
    (HandoffState.REFUSED, "handoff_refusal", "circle-x", False),
    (HandoffState.CLOSED, "handoff_closing", "lock", False),
    (HandoffState.RECALLED, "handoff_recall", "arrow-back-up", True),
    (HandoffState.CANCELLED, "handoff_cancellation", "trash", False),
)
_MAIN = {HandoffState.APPROVED, HandoffState.SUBMITTED, HandoffState.ACCEPTED}


def actions(handoff: Handoff, may: May, *, changed: str) -> list[Action]:
    """Give what can follow; what needs the right to approve is left out for who lacks it."""
    words = {
        HandoffState.APPROVED: _("Keur goed"),
        HandoffState.SUBMITTED: _("Verstuur aan %(agency)s") % {"agency": handoff.agency.name},
        HandoffState.ACCEPTED: _("Bureau neemt het aan"),
        HandoffState.REFUSED: _("Bureau weigert"),
        HandoffState.CLOSED: _("Sluit het dossier"),
        HandoffState.RECALLED: _("Haal terug"),
        HandoffState.CANCELLED: _("Laat vervallen"),
    }
    found = []
    for state, name, icon, by_approver in _ACTIONS:
        is_out = state in {HandoffState.APPROVED, HandoffState.SUBMITTED}
        if state not in TRANSITIONS[handoff.state] or not (may.approve if by_approver else may.work):
            continue
        if changed and is_out:
            continue
        css = "btn btn-primary" if state in _MAIN else "btn"
        found.append(Action(words[state], reverse(f"dashboard:{name}", args=[handoff.public_id]), icon, css))
    return found


def next_step(handoff: Handoff, *, needs_another: bool = False) -> str:
    """Say what the state of a dossier means, and what comes next; `needs_another`: than who is looking."""
    if needs_another and handoff.state == HandoffState.APPROVED:
        return _("U hebt dit dossier goedgekeurd: iemand anders moet het versturen.")
    return {
        HandoffState.PREPARED.value: _("Lees het dossier na en keur het goed. Er is nog niets verstuurd."),
        HandoffState.APPROVED.value: _(
            "Goedgekeurd. Bij het versturen gaat het dossier per mail naar het bureau en stopt alles wat wij sturen."
        ),
        HandoffState.SUBMITTED.value: _(
            "Verstuurd. Wij sturen de debiteur niets meer over deze facturen; een betaling die nog bij u binnenkomt "
            "wordt dezelfde dag aan het bureau gemeld."
        ),
        HandoffState.ACCEPTED.value: _(
            "In behandeling bij het bureau. Een betaling die nog bij u binnenkomt wordt dezelfde dag gemeld."
        ),
        HandoffState.REFUSED.value: _("Het bureau nam het dossier niet aan. De facturen staan weer op de ladder."),
        HandoffState.RECALLED.value: _("Teruggehaald. De ladder gaat na zeven dagen verder na de laatste stap."),
        HandoffState.CLOSED.value: _("Gesloten. Wat nog openstaat heeft een taak: afboeken of zelf verder."),
        HandoffState.CANCELLED.value: _("Vervallen voordat het is verstuurd."),
    }.get(handoff.state, "")
