"""The life of a message."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChannelKind(models.TextChoices):
    """By which way a message leaves."""

    EMAIL = "email", _("e-mail")
    POST = "post", _("post")


class MessageState(models.TextChoices):
    """Where a message is. `sending` is held by one worker for seconds; found later, it is in doubt."""

    QUEUED = "queued", _("in de wachtrij")
    SENDING = "sending", _("wordt verstuurd")
    SENT = "sent", _("verstuurd")
    DELIVERED = "delivered", _("bezorgd")
    BOUNCED = "bounced", _("niet bezorgd")
    FAILED = "failed", _("mislukt")
    WITHDRAWN = "withdrawn", _("ingetrokken")
    IN_DOUBT = "in_doubt", _("onzeker")


# from -> allowed to
TRANSITIONS: dict[str, frozenset[str]] = {
    MessageState.QUEUED: frozenset({MessageState.SENDING, MessageState.WITHDRAWN, MessageState.FAILED}),
    MessageState.SENDING: frozenset(
        {
            MessageState.SENT,
            MessageState.QUEUED,  # a temporary error before anything left: tried again later
            MessageState.FAILED,
            MessageState.IN_DOUBT,
            MessageState.WITHDRAWN,
            MessageState.BOUNCED,  # a bounce that overtakes the end of the sending worker
            MessageState.DELIVERED,
        }
    ),
    MessageState.SENT: frozenset({MessageState.DELIVERED, MessageState.BOUNCED}),
    MessageState.DELIVERED: frozenset({MessageState.BOUNCED}),  # mail systems do accept first and bounce later
    MessageState.IN_DOUBT: frozenset(
        {MessageState.SENT, MessageState.QUEUED, MessageState.FAILED, MessageState.BOUNCED}
    ),
    MessageState.BOUNCED: frozenset(),
    MessageState.FAILED: frozenset({MessageState.QUEUED}),
    MessageState.WITHDRAWN: frozenset(),
}


class BatchState(models.TextChoices):
    """Where the letters of a day are."""

    OPEN = "open", _("verzamelen")
    PRINTED = "printed", _("afgedrukt")
    POSTED = "posted", _("gepost")
