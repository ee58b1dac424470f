"""What sort of debtor, in which legal state, and what a contact is for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DebtorKind(models.TextChoices):
    """Whom the law sees. Stored on each invoice too: somebody can be both (art. 6:96 lid 5 BW)."""

    CONSUMER = "consumer", _("particulier")
    BUSINESS = "business", _("zakelijk")


class LegalState(models.TextChoices):
    """A state in which a debtor may not be reminded any more; the claim goes another way."""

    NONE = "", _("geen")
    BANKRUPT = "bankrupt", _("failliet")
    SUSPENSION = "suspension", _("surseance van betaling")
    DEBT_RESTRUCTURING = "wsnp", _("schuldsanering (WSNP)")
    ADMINISTRATION = "administration", _("onder bewind")
    DECEASED = "deceased", _("overleden")


class ContactRole(models.TextChoices):
    """What a contact receives."""

    INVOICE = "invoice", _("facturen")
    REMINDER = "reminder", _("herinneringen")
    ESCALATION = "escalation", _("escalatie")


LANGUAGES = [("nl", "Nederlands"), ("en", "English"), ("de", "Deutsch"), ("fr", "Français")]
