"""A person takes back one message that waits: a mail to an agency, a test. A letter goes back as a whole (dunning)."""

from django.db import transaction

from audit import operations as audit
from common.actor import Actor
from correspondence import signals
from correspondence.models import Message
from correspondence.operations import outbox
from correspondence.states import MessageState


def withdraw_message(*, message: Message, reason: str, by: Actor) -> Message:
    """Take back one message that waits; apps above are told that it will not leave.

    :raises MessageIsOnItsWay: if it does not wait any more.
    """
    with transaction.atomic():
        message = outbox.locked(message)
        if message.state != MessageState.QUEUED:
            raise outbox.MessageIsOnItsWay
        outbox.end(message, MessageState.WITHDRAWN, reason)
        audit.record(
            "message.withdrawn",
            by=by,
            kind="message",
            subject=message,
            label=message.subject_line or message.channel,
            debtor_id=message.debtor_id,
            reason=reason,
            address=message.to_address,
        )
        signals.message_failed.send(Message, message=message, reason=reason, by=by)
    return message
