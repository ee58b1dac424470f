"""The word, colour and drawing of every state: the same everywhere. Red is for what a person must do now."""

from datetime import date
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collections_handoff.states import HandoffState
from correspondence.states import MessageState
from dashboard.shell import Tone
from debtors.states import LegalState
from dunning import phases
from dunning.states import CaseState, NoticeState, RunState
from invoices.states import DisputeOutcome
from payments.states import ArrangementState, InstalmentState, PromiseState

Word = str | Promise


class Badge(NamedTuple):
    """A state as a word, with its colour and drawing."""

    label: Word
    tone: Tone = "neutral"
    icon: str = ""


_PHASES: dict[str, tuple[Tone, str]] = {
    "not_due": ("neutral", ""),
    "overdue": ("info", ""),
    "reminder": ("accent", ""),
    "demand": ("warn", ""),
    "statutory": ("legal", "scale"),
    "final": ("warn", "gavel"),
    "blocked": ("neutral", "hand-stop"),
    "handed_over": ("info", "briefcase"),
}
_BLOCKED: dict[str, Badge] = {
    "debtor_hold": Badge(gettext_lazy("aangehouden"), "neutral", "hand-stop"),
    "invoice_hold": Badge(gettext_lazy("aangehouden"), "neutral", "hand-stop"),
    "dispute": Badge(gettext_lazy("in geschil"), "info", "message-exclamation"),
    "promise": Badge(gettext_lazy("belofte loopt"), "good", "heart-handshake"),
    "arrangement": Badge(gettext_lazy("regeling loopt"), "good", "calendar-repeat"),
    "payment_pending": Badge(gettext_lazy("betaling onderweg"), "good", "credit-card"),
    "legal_state": Badge(gettext_lazy("juridische status"), "neutral", "scale"),
    "own_group": Badge(gettext_lazy("eigen groep"), "neutral", "sitemap"),
}
SETTLED = Badge(gettext_lazy("voldaan"), "good", "check")


def phase(code: str) -> Badge:
    """Give the badge of a phase."""
    tone, icon = _PHASES.get(code, ("neutral", ""))
    return Badge(phases.LABELS.get(code, ""), tone, icon)


def claim(*, is_open: bool, state: str, position_kind: str, why_code: str, due_date: date, day: date) -> Badge:
    """Give the badge of a claim on a day: settled, what blocks it, or its phase."""
    if not is_open:
        return SETTLED
    if state != CaseState.HANDED_OVER and why_code in _BLOCKED:
        return _BLOCKED[why_code]
    return phase(phases.phase_of(state, position_kind, why_code, overdue=due_date < day))


_MESSAGES: dict[str, tuple[Tone, str]] = {
    MessageState.QUEUED: ("neutral", "clock"),
    MessageState.SENDING: ("info", "mail-fast"),
    MessageState.SENT: ("accent", "send"),
    MessageState.DELIVERED: ("good", "mail-check"),
    MessageState.BOUNCED: ("act", "mail-x"),
    MessageState.FAILED: ("act", "circle-x"),
    MessageState.WITHDRAWN: ("neutral", "arrow-back-up"),
    MessageState.IN_DOUBT: ("act", "help-circle"),
}


def message(state: str) -> Badge:
    """Give the badge of a message."""
    return Badge(MessageState(state).label, *_MESSAGES[state])


_HANDOFFS: dict[str, Tone] = {
    HandoffState.PREPARED: "act",  # a person approves
    HandoffState.APPROVED: "warn",
    HandoffState.SUBMITTED: "info",
    HandoffState.ACCEPTED: "accent",
    HandoffState.REFUSED: "warn",
}


def handoff(state: str) -> Badge:
    """Give the badge of a dossier."""
    return Badge(HandoffState(state).label, _HANDOFFS.get(state, "neutral"))


def promise(state: str) -> Badge:
    """Give the badge of a promise."""
    tones: dict[str, Tone] = {PromiseState.RUNNING: "info", PromiseState.KEPT: "good", PromiseState.BROKEN: "act"}
    return Badge(PromiseState(state).label, tones.get(state, "neutral"))


def arrangement(state: str, *, is_late: bool = False) -> Badge:
    """Give the badge of an arrangement; one with a part that was missed says so."""
    if is_late and state == ArrangementState.ACTIVE:
        return Badge(_("termijn gemist"), "warn", "alert-triangle")
    looks: dict[str, tuple[Tone, str]] = {
        ArrangementState.PROPOSED: ("act", "help-circle"),  # a person judges
        ArrangementState.ACTIVE: ("good", "calendar-repeat"),
        ArrangementState.COMPLETED: ("good", "check"),
        ArrangementState.DEFAULTED: ("warn", "circle-x"),
    }
    return Badge(ArrangementState(state).label, *looks.get(state, ("neutral", "")))


def instalment(state: str) -> Badge:
    """Give the badge of a part of an arrangement."""
    looks: dict[str, tuple[Tone, str]] = {
        InstalmentState.PAID: ("good", "check"),
        InstalmentState.MISSED: ("warn", "alert-triangle"),
        InstalmentState.OPEN: ("info", ""),
    }
    return Badge(InstalmentState(state).label, *looks.get(state, ("neutral", "")))


def dispute(outcome: str, deadline: date, day: date) -> Badge:
    """Give the badge of a dispute on a day: open, over its date, or how it ended."""
    if outcome:
        return Badge(DisputeOutcome(outcome).label, "good" if outcome == DisputeOutcome.REJECTED else "neutral")
    if deadline < day:
        return Badge(_("antwoord te laat"), "act")
    return Badge(_("open"), "info")


def legal_state(state: str) -> Badge:
    """Give the badge of a legal state."""
    return Badge(LegalState(state).label, "act", "scale")


_NOTICES: dict[str, tuple[Tone, str]] = {
    NoticeState.PLANNED: ("act", "hand-stop"),  # a person approves
    NoticeState.APPROVED: ("accent", "check"),
    NoticeState.QUEUED: ("info", "mail-fast"),
    NoticeState.SENT: ("good", "send"),
    NoticeState.NOT_DELIVERED: ("act", "mail-x"),
    NoticeState.WITHDRAWN: ("neutral", "arrow-back-up"),
    NoticeState.FAILED: ("act", "circle-x"),
}


def notice(state: str) -> Badge:
    """Give the badge of a notice."""
    return Badge(NoticeState(state).label, *_NOTICES[state])


_RUNS: dict[str, tuple[Tone, str]] = {
    RunState.PLANNING: ("info", "hourglass"),
    RunState.HELD: ("act", "hand-stop"),
    RunState.PLANNED: ("accent", "moon"),
    RunState.RELEASED: ("info", "mail-fast"),
    RunState.COMPLETED: ("good", "check"),
}


def run(state: str) -> Badge:
    """Give the badge of a night."""
    return Badge(RunState(state).label, *_RUNS[state])
