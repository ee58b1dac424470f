"""One worker sends what is due for one tenant, message by message."""

from collections.abc import Callable
from datetime import datetime

from common.actor import Actor, the_clock
from correspondence import channels, files, queries
from correspondence.models import Message
from correspondence.operations import outbox
from correspondence.states import ChannelKind, MessageState
from tenants.context import tenant_context


def deliver_due(*, tenant_id: int, now: Callable[[], datetime], until: datetime) -> int:
    """Send the due mails of a tenant until none is left or a moment has come; give how many were sent.

    Not inside a tenant's context: each message is claimed in one transaction and stored in another, and sent between
    the two, so that no transaction is open while the network is waited for.
    """
    channel = channels.open_channel(ChannelKind.EMAIL)
    sent = 0
    try:
        _settle_abandoned(tenant_id, channel, now)
        while now() < until:
            with tenant_context(tenant_id):
                message = outbox.claim_message(by=the_clock(now()))
                sending = message is not None and message.state == MessageState.SENDING
                envelope = _envelope(message) if message is not None and sending else None
            if message is None:
                break
            if envelope is not None:
                sent += _send(message, envelope, channel, tenant_id, now)
    finally:
        channel.close()
    return sent


def _envelope(message: Message) -> channels.Envelope:
    return channels.Envelope(
        public_id=message.public_id,
        message_id=message.message_id,
        account=queries.account(),
        to_name=message.to_name,
        to_address=message.to_address,
        subject=message.subject_line,
        text=message.body_text,
        html=message.body_html,
        files=files.files_of(message),
    )


def _send(
    message: Message,
    envelope: channels.Envelope,
    channel: channels.Channel,
    tenant_id: int,
    now: Callable[[], datetime],
) -> int:
    try:
        receipt = channel.send(envelope)
    except channels.OutcomeUnknown:
        return 0  # left in `sending`: when the lease is over the outside is asked, or a person
    except channels.SendingFailed as failure:
        with tenant_context(tenant_id):
            _record(message, failure, the_clock(now()))
        return 0
    with tenant_context(tenant_id):
        outbox.record_sent(message=message, receipt=receipt, by=the_clock(now()))
    return 1


def _record(message: Message, failure: channels.SendingFailed, by: Actor) -> None:
    if failure.permanent:
        outbox.record_failure(message=message, reason=failure.reason, no_such_address=failure.no_such_address, by=by)
    else:
        outbox.record_not_yet(message=message, reason=failure.reason, by=by)


def _settle_abandoned(tenant_id: int, channel: channels.Channel, now: Callable[[], datetime]) -> None:
    """Settle what dead workers left in `sending`: the outside is asked by our id, else it is in doubt for a person."""
    with tenant_context(tenant_id):
        abandoned = outbox.abandoned(at=now())
        account = queries.account()
    for message in abandoned:
        found = channel.find(message.message_id, account)
        with tenant_context(tenant_id):
            outbox.settle(message=message, found=found, by=the_clock(now()))
