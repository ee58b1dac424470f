"""What a debtor can answer, and what became of data that he proposed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AnswerKind(models.TextChoices):
    """What a debtor answered."""

    PROMISE = "promise", _("belooft te betalen")
    ARRANGEMENT = "arrangement", _("stelt een regeling voor")
    DISPUTE = "dispute", _("is het niet eens")
    WITHDRAWAL = "withdrawal", _("trekt een geschil in")
    ALREADY_PAID = "already_paid", _("zegt al betaald te hebben")
    DETAILS = "details", _("geeft andere gegevens door")
    QUESTION = "question", _("stelt een vraag")


class Decision(models.TextChoices):
    """What a person decided about data that a debtor gave."""

    ACCEPTED = "accepted", _("overgenomen")
    REFUSED = "refused", _("niet overgenomen")
