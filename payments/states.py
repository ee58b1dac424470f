"""How money comes in, and what becomes of a promise, a bank line, an attempt to pay, an arrangement, a debit."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaymentMethod(models.TextChoices):
    """By which way money reached the tenant."""

    BANK = "bank", _("bank")
    CASH = "cash", _("contant")
    CARD = "card", _("pin")
    ONLINE = "online", _("online")
    DEBIT = "debit", _("automatische incasso")
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


class LineState(models.TextChoices):
    """What became of a line of a bank statement."""

    NEW = "new", _("nog niet bekeken")
    PROPOSED = "proposed", _("voorstel")
    UNKNOWN = "unknown", _("niet herkend")
    BOOKED = "booked", _("geboekt")
    REVERSED = "reversed", _("terugboeking verwerkt")
    LEFT_OUT = "left_out", _("hoort hier niet")


# from -> allowed to
LINE_TRANSITIONS: dict[str, frozenset[str]] = {
    LineState.NEW: frozenset(
        {LineState.PROPOSED, LineState.UNKNOWN, LineState.BOOKED, LineState.REVERSED, LineState.LEFT_OUT}
    ),
    LineState.PROPOSED: frozenset(
        {LineState.NEW, LineState.UNKNOWN, LineState.BOOKED, LineState.REVERSED, LineState.LEFT_OUT}
    ),
    LineState.UNKNOWN: frozenset(
        {LineState.NEW, LineState.PROPOSED, LineState.BOOKED, LineState.REVERSED, LineState.LEFT_OUT}
    ),
    LineState.BOOKED: frozenset({LineState.UNKNOWN}),  # the booking was undone
    LineState.REVERSED: frozenset(),
    LineState.LEFT_OUT: frozenset({LineState.NEW, LineState.UNKNOWN}),
}


class MatchCertainty(models.TextChoices):
    """How sure it is which claims a line pays."""

    CERTAIN = "certain", _("zeker")
    LIKELY = "likely", _("waarschijnlijk")
    NONE = "none", _("onbekend")


class CheckoutState(models.TextChoices):
    """What became of an attempt to pay online."""

    CREATED = "created", _("begonnen")  # the provider may not know it yet
    OPEN = "open", _("wacht op de betaler")
    PENDING = "pending", _("wacht op de bank")
    PAID = "paid", _("betaald")
    FAILED = "failed", _("mislukt")
    CANCELED = "canceled", _("afgebroken")
    EXPIRED = "expired", _("verlopen")


# from -> allowed to; money may still come after an end that the provider took back
CHECKOUT_TRANSITIONS: dict[str, frozenset[str]] = {
    CheckoutState.CREATED: frozenset(set(CheckoutState) - {CheckoutState.CREATED}),
    CheckoutState.OPEN: frozenset(set(CheckoutState) - {CheckoutState.CREATED, CheckoutState.OPEN}),
    CheckoutState.PENDING: frozenset(set(CheckoutState) - {CheckoutState.CREATED, CheckoutState.PENDING}),
    CheckoutState.PAID: frozenset(),
    CheckoutState.FAILED: frozenset({CheckoutState.PAID}),
    CheckoutState.CANCELED: frozenset({CheckoutState.PAID}),
    CheckoutState.EXPIRED: frozenset({CheckoutState.PAID}),
}


class ArrangementState(models.TextChoices):
    """What became of an arrangement to pay in parts."""

    PROPOSED = "proposed", _("voorgesteld")
    ACTIVE = "active", _("loopt")
    COMPLETED = "completed", _("voldaan")
    DEFAULTED = "defaulted", _("niet nagekomen")
    DECLINED = "declined", _("afgewezen")
    CANCELLED = "cancelled", _("ingetrokken")


# from -> allowed to
ARRANGEMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    ArrangementState.PROPOSED: frozenset(
        {ArrangementState.ACTIVE, ArrangementState.DECLINED, ArrangementState.CANCELLED}
    ),
    ArrangementState.ACTIVE: frozenset(
        {ArrangementState.COMPLETED, ArrangementState.DEFAULTED, ArrangementState.CANCELLED}
    ),
    # the money went back: it runs again, or falls where a part is too late by now
    ArrangementState.COMPLETED: frozenset({ArrangementState.ACTIVE, ArrangementState.DEFAULTED}),
    ArrangementState.DEFAULTED: frozenset(),
    ArrangementState.DECLINED: frozenset(),
    ArrangementState.CANCELLED: frozenset(),
}


class InstalmentState(models.TextChoices):
    """What became of a part."""

    OPEN = "open", _("open")
    PAID = "paid", _("betaald")
    MISSED = "missed", _("gemist")
    ENDED = "ended", _("vervallen")  # its arrangement ended


# from -> allowed to
INSTALMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    InstalmentState.OPEN: frozenset({InstalmentState.PAID, InstalmentState.MISSED, InstalmentState.ENDED}),
    InstalmentState.MISSED: frozenset({InstalmentState.OPEN, InstalmentState.PAID, InstalmentState.ENDED}),
    InstalmentState.PAID: frozenset({InstalmentState.OPEN, InstalmentState.MISSED}),  # the money went back
    InstalmentState.ENDED: frozenset(),
}


class DebitScheme(models.TextChoices):
    """Under which SEPA rules is collected."""

    CORE = "CORE", _("particulier en zakelijk (CORE)")
    B2B = "B2B", _("zakelijk zonder terugboekrecht (B2B)")


class MandateState(models.TextChoices):
    """Whether a mandate may be used."""

    ACTIVE = "active", _("actief")
    BLOCKED = "blocked", _("geblokkeerd")  # the bank said the account is closed or forbids it
    ENDED = "ended", _("ingetrokken")


# from -> allowed to
MANDATE_TRANSITIONS: dict[str, frozenset[str]] = {
    MandateState.ACTIVE: frozenset({MandateState.BLOCKED, MandateState.ENDED}),
    MandateState.BLOCKED: frozenset({MandateState.ACTIVE, MandateState.ENDED}),
    MandateState.ENDED: frozenset(),
}


class DebitBatchState(models.TextChoices):
    """What became of a batch of collections."""

    PROPOSED = "proposed", _("voorstel")
    APPROVED = "approved", _("goedgekeurd")
    SENT = "sent", _("bij de bank")
    CANCELLED = "cancelled", _("ingetrokken")


# from -> allowed to
DEBIT_BATCH_TRANSITIONS: dict[str, frozenset[str]] = {
    DebitBatchState.PROPOSED: frozenset({DebitBatchState.APPROVED, DebitBatchState.CANCELLED}),
    DebitBatchState.APPROVED: frozenset({DebitBatchState.SENT, DebitBatchState.CANCELLED}),
    DebitBatchState.SENT: frozenset({DebitBatchState.CANCELLED}),  # the file never reached the bank
    DebitBatchState.CANCELLED: frozenset(),
}


class DebitState(models.TextChoices):
    """What became of one collection."""

    PLANNED = "planned", _("gepland")
    SENT = "sent", _("bij de bank")
    COLLECTED = "collected", _("afgeschreven")
    RETURNED = "returned", _("gestorneerd")
    CANCELLED = "cancelled", _("vervallen")


# from -> allowed to
DEBIT_TRANSITIONS: dict[str, frozenset[str]] = {
    DebitState.PLANNED: frozenset({DebitState.SENT, DebitState.CANCELLED}),
    DebitState.SENT: frozenset({DebitState.COLLECTED, DebitState.RETURNED, DebitState.CANCELLED}),
    DebitState.COLLECTED: frozenset({DebitState.RETURNED}),
    DebitState.RETURNED: frozenset(),
    DebitState.CANCELLED: frozenset(),
}


class RefundWay(models.TextChoices):
    """By which way money goes back."""

    BANK = "bank", _("overboeking")
    ONLINE = "online", "Mollie"


class RefundState(models.TextChoices):
    """What became of money that goes back."""

    PROPOSED = "proposed", _("voorgesteld")
    APPROVED = "approved", _("goedgekeurd")
    SENT = "sent", _("onderweg")
    DONE = "done", _("terugbetaald")
    FAILED = "failed", _("mislukt")
    CANCELLED = "cancelled", _("ingetrokken")


# from -> allowed to; a bank may send back what it paid out
REFUND_TRANSITIONS: dict[str, frozenset[str]] = {
    RefundState.PROPOSED: frozenset({RefundState.APPROVED, RefundState.CANCELLED}),
    RefundState.APPROVED: frozenset({RefundState.SENT, RefundState.CANCELLED}),
    RefundState.SENT: frozenset({RefundState.APPROVED, RefundState.DONE, RefundState.FAILED}),
    RefundState.DONE: frozenset({RefundState.FAILED}),
    RefundState.FAILED: frozenset(),
    RefundState.CANCELLED: frozenset(),
}
