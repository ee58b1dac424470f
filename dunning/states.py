"""The lives of a case, a notice and a run."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RungKind(models.TextChoices):
    """What a rung is. The order is the order of severity."""

    COURTESY = "courtesy", _("vooraankondiging")
    REMINDER = "reminder", _("herinnering")
    SECOND_REMINDER = "second_reminder", _("tweede herinnering")
    DEMAND = "demand", _("aanmaning")
    DEFAULT_NOTICE = "default_notice", _("ingebrekestelling")
    FOURTEEN_DAY_LETTER = "fourteen_day_letter", _("veertiendagenbrief")
    FINAL_DEMAND = "final_demand", _("laatste sommatie")
    CALL = "call", _("telefoongesprek")
    HANDOFF = "handoff", _("overdracht")


class Variant(models.TextChoices):
    """The legal variant of a policy: chosen by how the debtor acted, never by a setting."""

    BUSINESS = "business", _("zakelijk")
    CONSUMER = "consumer", _("particulier")


class Approval(models.TextChoices):
    """Who lets a rung go out."""

    AUTOMATIC = "automatic", _("automatisch")
    PREVIEW = "preview", _("automatisch na een dag inzage")
    PERSON = "person", _("door een medewerker")


class CaseState(models.TextChoices):
    """Where a claim is."""

    ACTIVE = "active", _("op de ladder")
    HANDED_OVER = "handed_over", _("overgedragen")
    CLOSED = "closed", _("gesloten")


CASE_TRANSITIONS: dict[str, frozenset[str]] = {
    CaseState.ACTIVE: frozenset({CaseState.CLOSED, CaseState.HANDED_OVER}),
    CaseState.HANDED_OVER: frozenset({CaseState.ACTIVE, CaseState.CLOSED}),  # recalled; paid or closed
    CaseState.CLOSED: frozenset({CaseState.ACTIVE}),  # the payment was reversed
}


class NoticeState(models.TextChoices):
    """Where a notice is."""

    PLANNED = "planned", _("wacht op goedkeuring")
    APPROVED = "approved", _("goedgekeurd")
    QUEUED = "queued", _("opgemaakt")
    SENT = "sent", _("verstuurd")
    NOT_DELIVERED = "not_delivered", _("niet bezorgd")
    WITHDRAWN = "withdrawn", _("ingetrokken")
    FAILED = "failed", _("mislukt")


NOTICE_TRANSITIONS: dict[str, frozenset[str]] = {
    NoticeState.PLANNED: frozenset({NoticeState.APPROVED, NoticeState.WITHDRAWN}),
    NoticeState.APPROVED: frozenset({NoticeState.QUEUED, NoticeState.WITHDRAWN, NoticeState.FAILED}),
    NoticeState.QUEUED: frozenset({NoticeState.SENT, NoticeState.WITHDRAWN, NoticeState.FAILED}),
    NoticeState.SENT: frozenset({NoticeState.NOT_DELIVERED}),
    NoticeState.NOT_DELIVERED: frozenset(),
    NoticeState.WITHDRAWN: frozenset(),
    NoticeState.FAILED: frozenset({NoticeState.WITHDRAWN}),
}
# A notice in one of these keeps its cases from getting another.
LIVE_NOTICE_STATES = (NoticeState.PLANNED, NoticeState.APPROVED, NoticeState.QUEUED)


class RunState(models.TextChoices):
    """Where a night is."""

    PLANNING = "planning", _("wordt gepland")
    HELD = "held", _("aangehouden")
    PLANNED = "planned", _("gepland")
    RELEASED = "released", _("vrijgegeven")
    COMPLETED = "completed", _("klaar")


RUN_TRANSITIONS: dict[str, frozenset[str]] = {
    RunState.PLANNING: frozenset({RunState.HELD, RunState.PLANNED}),
    RunState.HELD: frozenset({RunState.PLANNING}),
    RunState.PLANNED: frozenset({RunState.RELEASED, RunState.COMPLETED}),
    RunState.RELEASED: frozenset({RunState.COMPLETED}),
    RunState.COMPLETED: frozenset(),
}
