"""The parts of a claim, what may reduce it, how a dispute ends. An invoice's own state is derived, never set."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChargeKind(models.TextChoices):
    """What can be added to a claim."""

    INTEREST = "interest", _("rente")
    COSTS = "costs", _("incassokosten")
    COSTS_VAT = "costs_vat", _("btw over incassokosten")


class SettlementKind(models.TextChoices):
    """What can reduce a claim."""

    PREPAID = "prepaid", _("vooruitbetaald")
    PAYMENT = "payment", _("betaling")
    CREDIT = "credit", _("creditnota")
    WRITE_OFF = "write_off", _("afgeboekt")
    WAIVER = "waiver", _("kwijtgescholden")


class DisputeReason(models.TextChoices):
    """Why a debtor does not agree."""

    NOT_DELIVERED = "not_delivered", _("niet geleverd")
    DEFECT = "defect", _("gebrek of klacht")
    PRICE = "price", _("prijs of aantal klopt niet")
    ALREADY_PAID = "already_paid", _("zegt al betaald te hebben")
    NOT_ORDERED = "not_ordered", _("niet besteld")
    WRONG_PARTY = "wrong_party", _("verkeerde geadresseerde")
    OTHER = "other", _("anders")


class DisputeOutcome(models.TextChoices):
    """How a dispute ends. Only `rejected` puts the whole amount back on the ladder."""

    REJECTED = "rejected", _("afgewezen")
    ACCEPTED = "accepted", _("gegrond")
    WITHDRAWN = "withdrawn", _("ingetrokken")


class InvoiceState(models.TextChoices):
    """How a claim stands, derived from its ledger."""

    OPEN = "open", _("open")
    PARTLY_PAID = "partly_paid", _("deels betaald")
    SETTLED = "settled", _("voldaan")
