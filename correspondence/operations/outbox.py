"""The outbox: messages are queued with what they carry, claimed by one worker, sent outside any transaction, stored.

A worker that dies between sending and storing leaves a message in `sending`. It is never simply sent again: the
outside is asked for our id where it can be asked, and a person where it cannot (docs/adr/0006-outbox.md).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from common.public_ids import new_public_id
from common.texts import sha256
from correspondence import channels, guards, signals
from correspondence.models import DeliveryAttempt, Document, EmailAttachment, Message
from correspondence.states import TRANSITIONS, ChannelKind, MessageState
from debtors import queries as debtor_queries
from debtors.models import Debtor
from tenants import operations as tenants
from tenants.context import current_tenant_id
from tenants.models import Tenant

QUEUE = "correspondence.tasks.deliver_due_messages"
# How long a worker may take over one message before it is taken for dead. Longer than any timeout of a channel.
LEASE = timedelta(seconds=settings.MESSAGE_LEASE_SECONDS)
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1))


class MessageIsOnItsWay(DomainError):
    """A worker is sending it at this moment."""

    code = "message_is_on_its_way"
    sentence = _("Het bericht wordt op dit moment verstuurd en is niet meer tegen te houden.")


class NotInDoubt(DomainError):
    """It is known already whether the message left."""

    code = "message_not_in_doubt"
    sentence = _("Van dit bericht is al bekend of het weg is.")


class CannotSendAgain(DomainError):
    """It did not fail, or may not go out any more."""

    code = "message_cannot_be_sent_again"
    sentence = _("Opnieuw versturen kan niet: %(why)s.")


class WrongTransition(Exception):
    """A state that the table does not allow. Always a bug."""


def move(message: Message, state: MessageState) -> None:
    """Change the state of a message.

    :raises WrongTransition: if the table does not allow it.
    """
    if state not in TRANSITIONS[message.state]:
        raise WrongTransition(f"{message.state} -> {state}")
    message.state = state


def store_document(
    *, filename: str, media_type: str, content: bytes, made_from: dict[str, Any], template_version: str, pages: int = 0
) -> Document:
    """Freeze bytes that will leave the house, with their hash and what they were made from."""
    return Document.objects.create(
        filename=filename,
        media_type=media_type,
        content=content,
        sha256=sha256(content),
        made_from=made_from,
        template_version=template_version,
        pages=pages,
    )


def queue_message(  # noqa: PLR0913 - a message has that many parts
    *,
    channel: str,
    debtor: Debtor | None,
    subject_kind: str,
    subject_id: str,
    to_name: str,
    to_address: str,
    due_at: datetime,
    expires_at: datetime,
    language: str,
    subject_line: str = "",
    body_text: str = "",
    body_html: str = "",
    document: Document | None = None,
    attachments: list[tuple[str, str, str, int]] | None = None,
) -> Message:
    """Put a message in the outbox, in the transaction of the decision that caused it; it leaves from `due_at`.

    `attachments`: (filename, media type, kind of the row that holds the bytes, its id).
    """
    public_id = new_public_id()
    message = Message.objects.create(
        public_id=public_id,
        channel=channel,
        debtor=debtor,
        subject_kind=subject_kind,
        subject_id=subject_id,
        to_name=to_name[:120],
        to_address=to_address[:254],
        subject_line=subject_line[:200],
        body_text=body_text,
        body_html=body_html,
        sha256=sha256("\n".join([subject_line, body_text, body_html])),
        document=document,
        message_id=_message_id(public_id),
        language=language,
        due_at=due_at,
        expires_at=expires_at,
    )
    EmailAttachment.objects.bulk_create(
        EmailAttachment(message=message, filename=name, media_type=media_type, content_from=kind, content_id=pk)
        for name, media_type, kind, pk in attachments or []
    )
    if channel == ChannelKind.EMAIL:
        tenants.wake_up(QUEUE, at=due_at)
    return message


def _message_id(public_id: str) -> str:
    """Give our own Message-ID: the tenant's public id is in it, so that a bounce finds its tenant."""
    tenant = Tenant.objects.values_list("public_id", flat=True).get(pk=current_tenant_id())
    return f"<{public_id}.{tenant}@{settings.MESSAGE_ID_DOMAIN}>"


def claim_message(*, by: Actor) -> Message | None:
    """Take the next due mail for this worker, or None. What may not go out any more is withdrawn instead.

    Asks the guard under the same locks as everything that could change its answer.
    """
    with transaction.atomic():
        message = _next_to_send(by.at)
        if message is None:
            return None
        objection = str(_("verlopen")) if by.at > message.expires_at else guards.objection(message, by.at)
        if objection:
            end(message, MessageState.WITHDRAWN, objection)
            signals.message_failed.send(Message, message=message, reason=objection, by=by)
            return message
        move(message, MessageState.SENDING)
        message.attempts += 1
        message.leased_until = by.at + LEASE
        message.save(update_fields=["state", "attempts", "leased_until"])
        DeliveryAttempt.objects.create(message=message, started_at=by.at)
        tenants.wake_up(QUEUE, at=message.leased_until)
    return message


def _next_to_send(at: datetime) -> Message | None:
    """Lock the next due mail, and its debtor before it (`locked`). Nothing leaves a tenant that is suspended."""
    due = Message.objects.filter(state=MessageState.QUEUED, channel=ChannelKind.EMAIL, due_at__lte=at)
    while (first := due.filter(tenant__is_active=True).order_by("due_at", "pk").first()) is not None:
        with transaction.atomic():
            debtor_queries.lock(first.debtor_id)
            message = due.select_for_update(of=("self",)).filter(pk=first.pk).first()
            if message is not None:
                return message
            transaction.set_rollback(True)  # another worker was quicker: let go of the debtor, and look further
    return None


def next_due() -> datetime | None:
    """Give when mail of this tenant is due next or a lease runs out, or None: nothing waits."""
    queued = Message.objects.filter(state=MessageState.QUEUED, channel=ChannelKind.EMAIL)
    sending = Message.objects.filter(state=MessageState.SENDING, channel=ChannelKind.EMAIL)
    moments = [
        queued.aggregate(first=Min("due_at"))["first"],
        sending.aggregate(first=Min("leased_until"))["first"],
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def end(message: Message, state: MessageState, reason: str) -> None:
    """Change the state of a message for the last time, with the reason."""
    move(message, state)
    message.ended_reason, message.leased_until = reason[:250], None
    message.save(update_fields=["state", "ended_reason", "leased_until"])


def locked(message: Message) -> Message:
    """Lock the debtor, then the message: the same order everywhere."""
    debtor_queries.lock(message.debtor_id)
    return Message.objects.select_for_update(of=("self",)).get(pk=message.pk)


def record_sent(*, message: Message, receipt: channels.Receipt, by: Actor) -> Message:
    """Store that a message left, and let apps above record what that means, in one transaction."""
    with transaction.atomic():
        message = locked(message)
        if message.state not in {MessageState.SENDING, MessageState.IN_DOUBT, MessageState.QUEUED}:
            return message
        was_in_doubt = message.state == MessageState.IN_DOUBT
        if message.state == MessageState.QUEUED:  # a letter on paper: posted by a person
            move(message, MessageState.SENDING)
        move(message, MessageState.SENT)
        message.sent_at, message.provider_id, message.leased_until = by.at, receipt.provider_id[:120], None
        message.save(update_fields=["state", "sent_at", "provider_id", "leased_until"])
        _end_attempt(message, "sent", by)
        audit.record(
            "message.sent",
            by=by,
            kind="message",
            subject=message,
            label=message.subject_line or message.channel,
            debtor_id=message.debtor_id,
            address=message.to_address,
            channel=message.channel,
        )
        signals.message_sent.send(Message, message=message, by=by)
        if was_in_doubt:
            signals.doubt_settled.send(Message, message=message, by=by)
    return message


def record_not_yet(*, message: Message, reason: str, by: Actor) -> Message:
    """Store that nothing left because of a passing fault: tried again later, and at the end given up."""
    with transaction.atomic():
        message = locked(message)
        if message.state != MessageState.SENDING:
            return message
        _end_attempt(message, "not_yet", by, reason)
        if message.attempts > len(RETRY_AFTER):
            return _fail(message, reason, by)
        move(message, MessageState.QUEUED)
        message.due_at = by.at + RETRY_AFTER[message.attempts - 1]
        message.leased_until = None
        message.save(update_fields=["state", "due_at", "leased_until"])
        tenants.wake_up(QUEUE, at=message.due_at)
    return message


def record_failure(*, message: Message, reason: str, by: Actor, no_such_address: bool = False) -> Message:
    """Store that a message was refused for good; nothing left. An address that does not exist is told apart."""
    with transaction.atomic():
        message = locked(message)
        if message.state == MessageState.SENDING:
            _end_attempt(message, "failed", by, reason)
            _fail(message, reason, by)
            if no_such_address:
                signals.address_refused.send(Message, message=message, reason=reason, by=by)
    return message


def _fail(message: Message, reason: str, by: Actor) -> Message:
    end(message, MessageState.FAILED, reason)
    signals.message_failed.send(Message, message=message, reason=reason, by=by)
    return message


def _end_attempt(message: Message, result: str, by: Actor, detail: str = "") -> None:
    message.delivery_attempts.filter(ended_at=None).update(ended_at=by.at, result=result, detail=detail[:250])


def abandoned(*, at: datetime) -> list[Message]:
    """Give the mails whose worker is taken for dead: still in `sending` after their lease."""
    rows = Message.objects.filter(state=MessageState.SENDING, channel=ChannelKind.EMAIL, leased_until__lte=at)
    return list(rows.order_by("pk"))


def settle(*, message: Message, found: channels.Found, by: Actor) -> None:
    """Settle an abandoned message by what the outside says of it: sent, queued again, or in doubt for a person."""
    if found is channels.Found.YES:
        record_sent(message=message, receipt=channels.Receipt(), by=by)
        return
    with transaction.atomic():
        message = locked(message)
        if message.state != MessageState.SENDING:
            return
        _end_attempt(message, "worker_died", by, found)
        if found is channels.Found.NO:
            move(message, MessageState.QUEUED)
            message.due_at, message.leased_until = by.at, None
            message.save(update_fields=["state", "due_at", "leased_until"])
            return
        end(message, MessageState.IN_DOUBT, "")
        audit.record(
            "message.in_doubt",
            by=by,
            kind="message",
            subject=message,
            label=message.subject_line,
            debtor_id=message.debtor_id,
            address=message.to_address,
        )
        signals.message_in_doubt.send(Message, message=message, by=by)


def settle_doubt(*, message: Message, left: bool, by: Actor) -> Message:
    """Let a person say whether a message in doubt left. If not, it is queued again.

    :raises NotInDoubt: if it is known already.
    """
    with transaction.atomic():
        message = locked(message)
        if message.state != MessageState.IN_DOUBT:
            raise NotInDoubt
        audit.record(
            "message.settled",
            by=by,
            kind="message",
            subject=message,
            label=message.subject_line,
            debtor_id=message.debtor_id,
            address=message.to_address,
            state=str(_("verstuurd")) if left else str(_("niet verstuurd")),
        )
        if left:
            return record_sent(message=message, receipt=channels.Receipt(), by=by)
        move(message, MessageState.QUEUED)
        message.due_at, message.expires_at = by.at, max(message.expires_at, by.at + timedelta(hours=8))
        message.save(update_fields=["state", "due_at", "expires_at"])
        tenants.wake_up(QUEUE, at=by.at)
        signals.doubt_settled.send(Message, message=message, by=by)
    return message


def send_again(*, message: Message, by: Actor) -> Message:
    """Queue a message that failed once more, if it may still go out.

    :raises CannotSendAgain: if it did not fail, or something stands in the way since.
    """
    with transaction.atomic():
        message = locked(message)
        if message.state != MessageState.FAILED:
            raise CannotSendAgain(why=_("het bericht is niet mislukt"))
        objection = guards.objection(message, by.at)
        if objection:
            raise CannotSendAgain(why=objection)
        move(message, MessageState.QUEUED)
        message.due_at, message.expires_at = by.at, max(message.expires_at, by.at + timedelta(hours=8))
        message.attempts, message.ended_reason = 0, ""
        message.save(update_fields=["state", "due_at", "expires_at", "attempts", "ended_reason"])
        audit.record(
            "message.sent_again",
            by=by,
            kind="message",
            subject=message,
            label=message.subject_line or message.channel,
            debtor_id=message.debtor_id,
            address=message.to_address,
        )
        tenants.wake_up(QUEUE, at=by.at)
    return message


def withdraw_messages(*, subject_kind: str, subject_id: str, reason: str) -> int:
    """Take back the queued messages of a subject; give how many.

    :raises MessageIsOnItsWay: if one of them is being sent at this moment or may have left.
    """
    messages = Message.objects.select_for_update(of=("self",)).filter(subject_kind=subject_kind, subject_id=subject_id)
    withdrawn = 0
    with transaction.atomic():
        for message in messages:
            if message.state in {MessageState.SENDING, MessageState.IN_DOUBT}:
                raise MessageIsOnItsWay
            if message.state == MessageState.QUEUED:
                end(message, MessageState.WITHDRAWN, reason)
                withdrawn += 1
    return withdrawn


def withdraw_all_messages(*, subject_kind: str, subject_ids: Sequence[str], reason: str) -> set[str]:
    """Take back the queued messages of many subjects, in two statements.

    Gives the subjects of which a message is being sent at this moment, or may have left: nothing of theirs is taken
    back.
    """
    mine = Message.objects.filter(subject_kind=subject_kind, subject_id__in=subject_ids)
    rows = list(mine.select_for_update(of=("self",)).order_by("pk").values_list("pk", "subject_id", "state"))
    leaving = {subject for _pk, subject, state in rows if state in {MessageState.SENDING, MessageState.IN_DOUBT}}
    queued = [pk for pk, subject, state in rows if state == MessageState.QUEUED and subject not in leaving]
    Message.objects.filter(pk__in=queued).update(
        state=MessageState.WITHDRAWN, ended_reason=reason[:250], leased_until=None
    )
    return leaving


def record_delivered(*, message: Message, by: Actor) -> Message:
    """Store that the other side took the message in."""
    with transaction.atomic():
        message = locked(message)
        if message.state == MessageState.SENT:
            move(message, MessageState.DELIVERED)
            message.delivered_at = by.at
            message.save(update_fields=["state", "delivered_at"])
            signals.message_delivered.send(Message, message=message, by=by)
    return message


def record_bounce(*, message: Message, reason: str, by: Actor) -> Message:
    """Store that a message came back. Again the same: nothing more happens."""
    with transaction.atomic():
        message = locked(message)
        if MessageState.BOUNCED not in TRANSITIONS[message.state]:
            return message
        if message.state in {MessageState.SENDING, MessageState.IN_DOUBT}:  # the bounce overtook the end of sending
            message = record_sent(message=message, receipt=channels.Receipt(), by=by)
        end(message, MessageState.BOUNCED, reason)
        signals.message_bounced.send(Message, message=message, reason=reason, by=by)
    return message
