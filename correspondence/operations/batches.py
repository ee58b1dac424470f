"""Letters on paper: the night's letters become one print-ready PDF, and a person says that they were posted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from audit import operations as audit
from common import clock
from common.actor import Actor
from common.errors import DomainError
from correspondence import channels, guards, signals
from correspondence.models import Document, Message, PostBatch, PostSettings
from correspondence.operations import outbox
from correspondence.rendering import batches
from correspondence.states import BatchState, ChannelKind, MessageState
from debtors import operations as debtors
from debtors import queries as debtor_queries
from tenants.models import Letterhead


class BatchIsEmpty(DomainError):
    """There is nothing to print."""

    code = "batch_is_empty"
    sentence = gettext_lazy("Er zijn geen brieven om af te drukken.")


class BatchIsPosted(DomainError):
    """Somebody was earlier."""

    code = "batch_is_posted"
    sentence = gettext_lazy("Deze brieven zijn al als gepost gemeld.")


class PostedOnWrongDay(DomainError):
    """Letters are not posted before they are printed, nor in the future."""

    code = "posted_on_wrong_day"
    sentence = gettext_lazy("Kies een dag van %(printed)s, toen de brieven zijn afgedrukt, tot en met vandaag.")


class LetterIsNotOut(DomainError):
    """What was not posted cannot come back."""

    code = "letter_is_not_out"
    sentence = gettext_lazy("Alleen een brief die op de post is gedaan kan retour komen.")


def print_letters(*, by: Actor) -> PostBatch:
    """Gather the letters that wait into one print-ready PDF with a sheet that lists them.

    Each letter is asked once more whether it may still go. Where the tenant says so, printed is posted.

    :raises BatchIsEmpty: if no letter waits.
    """
    with transaction.atomic():
        letters = _waiting(by)
        batch = _gather(letters, by) if letters else None
    if batch is None:  # only now: what is too old to print is withdrawn all the same
        raise BatchIsEmpty
    return batch


def _gather(letters: Sequence[Message], by: Actor) -> PostBatch:
    batch = PostBatch.objects.create(day=by.day, state=BatchState.PRINTED, letters=len(letters), printed_at=by.at)
    batch.document = _print(batch, letters)
    batch.save(update_fields=["document"])
    Message.objects.filter(pk__in=[letter.pk for letter in letters]).update(batch=batch)
    audit.record("post.printed", by=by, kind="batch", subject=batch, count=len(letters))
    settings = PostSettings.objects.first()
    if settings is not None and settings.posted_at_once:
        mark_posted(batch=batch, by=by)
    return batch


def _waiting(by: Actor) -> list[Message]:
    queued = Message.objects.filter(channel=ChannelKind.POST, state=MessageState.QUEUED, batch=None, due_at__lte=by.at)
    _lock_debtors(queued)
    queued = queued.select_for_update(of=("self",)).select_related("document", "debtor")
    letters = []
    for message in queued.order_by("debtor__postcode", "pk"):
        objection = _("verlopen") if by.at > message.expires_at else guards.objection(message, by.at)
        if objection:
            outbox.end(message, MessageState.WITHDRAWN, objection)
            signals.message_failed.send(Message, message=message, reason=objection, by=by)
        else:
            letters.append(message)
    return letters


def _lock_debtors(messages: QuerySet[Message]) -> None:
    """Lock the debtors of messages, before the messages themselves (`outbox.locked`)."""
    debtor_queries.lock_all(messages.exclude(debtor=None).values_list("debtor_id", flat=True))


def _print(batch: PostBatch, letters: Sequence[Message]) -> Document:
    parts = [
        batches.BatchLetter(
            recipient=letter.to_name,
            city=letter.debtor.city if letter.debtor else "",
            reference=letter.subject_id,
            pages=letter.document.pages,
            amount=Decimal(letter.document.made_from["payable"]["total"]),
            pdf=bytes(letter.document.content),
        )
        for letter in letters
        if letter.document is not None
    ]
    content = batches.render_batch(
        parts,
        day=batch.day,
        sender_name=Letterhead.objects.get().legal_name,
        batch_reference=batch.public_id,
        language=get_language() or "nl",
    )
    return outbox.store_document(
        filename=f"post-{batch.day:%Y-%m-%d}.pdf",
        media_type="application/pdf",
        content=content,
        made_from={"messages": [letter.public_id for letter in letters]},
        template_version="batch",
    )


def mark_posted(*, batch: PostBatch, by: Actor, on: date | None = None) -> PostBatch:
    """Say that the letters of a batch were put in the post, today or on an earlier day: then they count as dispatched.

    A letter that was withdrawn after it was printed is not counted; somebody takes it out of the pile.

    :raises BatchIsPosted: if somebody said so before.
    :raises PostedOnWrongDay: if the day lies ahead, or before the letters were printed.
    """
    with transaction.atomic():
        batch = PostBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if batch.state == BatchState.POSTED:
            raise BatchIsPosted
        posted = _posted(batch, on or by.day, by)
        batch.state, batch.posted_at, batch.posted_by = BatchState.POSTED, posted.at, by.label
        batch.save(update_fields=["state", "posted_at", "posted_by"])
        waiting = batch.messages.filter(state=MessageState.QUEUED)
        _lock_debtors(waiting)
        letters = list(waiting.order_by("pk"))
        for message in letters:
            outbox.record_sent(message=message, receipt=channels.Receipt(batch.public_id), by=posted)
        audit.record("post.posted", by=by, kind="batch", subject=batch, count=len(letters), on=posted.day)
    return batch


def _posted(batch: PostBatch, on: date, by: Actor) -> Actor:
    """Give who posted letters and when: of an earlier day, the moment at which the boxes are emptied."""
    printed = clock.local_day(batch.printed_at) if batch.printed_at else by.day
    if not printed <= on <= by.day:
        raise PostedOnWrongDay(field="on", printed=f"{printed:%d-%m-%Y}")
    if on == by.day:
        return by
    return replace(by, at=max(clock.at_local_time(on, 17), batch.printed_at or by.at))


def mark_returned(*, message: Message, by: Actor) -> Message:
    """Say that a letter came back: the address is marked, and the letter counts as not delivered.

    :raises LetterIsNotOut: if it was not posted, or came back before.
    """
    with transaction.atomic():
        if message.channel != ChannelKind.POST or message.state not in {MessageState.SENT, MessageState.DELIVERED}:
            raise LetterIsNotOut
        message = outbox.record_bounce(message=message, reason=_("retour"), by=by)
        if message.debtor is not None:
            debtors.mark_post_returned(debtor=message.debtor, by=by)
    return message
