"""What can be done with documents, messages and the post."""

from correspondence.operations.batches import (
    BatchIsEmpty,
    BatchIsPosted,
    mark_posted,
    mark_returned,
    print_letters,
)
from correspondence.operations.outbox import (
    LEASE,
    MessageIsOnItsWay,
    NotInDoubt,
    WrongTransition,
    abandoned,
    claim_message,
    next_due,
    queue_message,
    record_bounce,
    record_delivered,
    record_failure,
    record_not_yet,
    record_sent,
    settle,
    settle_doubt,
    store_document,
    withdraw_messages,
)
from correspondence.operations.sending import deliver_due
from correspondence.operations.settings import change_mail_sender, change_post_settings

__all__ = [
    "LEASE",
    "BatchIsEmpty",
    "BatchIsPosted",
    "MessageIsOnItsWay",
    "NotInDoubt",
    "WrongTransition",
    "abandoned",
    "change_mail_sender",
    "change_post_settings",
    "claim_message",
    "deliver_due",
    "mark_posted",
    "mark_returned",
    "next_due",
    "print_letters",
    "queue_message",
    "record_bounce",
    "record_delivered",
    "record_failure",
    "record_not_yet",
    "record_sent",
    "settle",
    "settle_doubt",
    "store_document",
    "withdraw_messages",
]
