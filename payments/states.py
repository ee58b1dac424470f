"""How money comes in, and what becomes of a promise."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaymentMethod(models.TextChoices):
    """By which way money reached the tenant."""

    BANK = "bank", _("bank")
    CASH = "cash", _("contant")
    CARD = "card", _("pin")
    AGENCY = "agency", _("via het incassobureau")
    OTHER = "other", _("anders")


class PromiseState(models.TextChoices):
    """What became of a promise."""

    RUNNING = "running", _("loopt")
    KEPT = "kept", _("nagekomen")
    BROKEN = "broken", _("niet nagekomen")
    CANCELLED = "cancelled", _("ingetrokken")


# from -> allowed to
PROMISE_TRANSITIONS: dict[str, frozenset[str]] = {
    PromiseState.RUNNING: frozenset({PromiseState.KEPT, PromiseState.BROKEN, PromiseState.CANCELLED}),
    PromiseState.KEPT: frozenset({PromiseState.BROKEN}),  # the money went back
    PromiseState.BROKEN: frozenset(),
    PromiseState.CANCELLED: frozenset(),
}
