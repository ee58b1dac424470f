"""The life of a handoff."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgencyKind(models.TextChoices):
    """Who takes over."""

    AGENCY = "agency", _("incassobureau")
    BAILIFF = "bailiff", _("deurwaarder")
    LAWYER = "lawyer", _("advocaat")


class HandoffState(models.TextChoices):
    """Where a dossier is."""

    PREPARED = "prepared", _("klaargezet")
    APPROVED = "approved", _("goedgekeurd")
    SUBMITTED = "submitted", _("verstuurd")
    ACCEPTED = "accepted", _("in behandeling")
    REFUSED = "refused", _("geweigerd")
    RECALLED = "recalled", _("teruggehaald")
    CLOSED = "closed", _("gesloten")
    CANCELLED = "cancelled", _("vervallen")


# from -> allowed to
TRANSITIONS: dict[str, frozenset[str]] = {
    HandoffState.PREPARED: frozenset({HandoffState.APPROVED, HandoffState.CANCELLED}),
    HandoffState.APPROVED: frozenset({HandoffState.SUBMITTED, HandoffState.CANCELLED}),
    HandoffState.SUBMITTED: frozenset({HandoffState.ACCEPTED, HandoffState.REFUSED, HandoffState.RECALLED}),
    HandoffState.ACCEPTED: frozenset({HandoffState.RECALLED, HandoffState.CLOSED}),
    HandoffState.REFUSED: frozenset(),
    HandoffState.RECALLED: frozenset(),
    HandoffState.CLOSED: frozenset(),
    HandoffState.CANCELLED: frozenset(),
}
LIVE_STATES = (HandoffState.PREPARED, HandoffState.APPROVED, HandoffState.SUBMITTED, HandoffState.ACCEPTED)
# From submission on nothing of ours reaches the debtor.
OUT_STATES = (HandoffState.SUBMITTED, HandoffState.ACCEPTED)
