"""A test mail left: the sender works."""

from typing import Any

from django.dispatch import receiver

from common.actor import Actor
from correspondence import operations, signals
from correspondence.models import Message


@receiver(signals.message_sent)
def confirm_the_sender(*, message: Message, by: Actor, **_: Any) -> None:
    if message.subject_kind == operations.TEST:
        operations.confirm_mail_sender(by=by)
