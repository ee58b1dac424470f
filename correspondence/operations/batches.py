"""Letters on paper: the night's letters become one print-ready PDF, and a person says that they were posted."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from correspondence import channels, guards, signals
from correspondence.models import Document, Message, PostBatch, PostSettings
from correspondence.operations import outbox
from correspondence.rendering import batches
from correspondence.states import BatchState, ChannelKind, MessageState
from debtors import operations as debtors
from tenants.models import Letterhead


class BatchIsEmpty(DomainError):
    """There is nothing to print."""

    code = "batch_is_empty"
    sentence = gettext_lazy("Er zijn geen brieven om af te drukken.")


class BatchIsPosted(DomainError):
    """Somebody was earlier."""

    code = "batch_is_posted"
    sentence = gettext_lazy("Deze brieven zijn al als gepost gemeld.")


def print_letters(*, by: Actor) -> PostBatch:
    """Gather the letters that wait into one print-ready PDF with a sheet that lists them.

    Each letter is asked once more whether it may still go. Where the tenant says so, printed is posted.

    :raises BatchIsEmpty: if no letter waits.
    """
    with transaction.atomic():
        letters = _waiting(by)
        if not letters:
            raise BatchIsEmpty
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
    queued = Message.objects.select_for_update(of=("self",)).filter(
        channel=ChannelKind.POST, state=MessageState.QUEUED, batch=None, due_at__lte=by.at
    )
    letters = []
    for message in queued.select_related("document", "debtor").order_by("debtor__postcode", "pk"):
        objection = _("verlopen") if by.at > message.expires_at else guards.objection(message, by.at)
        if objection:
            outbox.end(message, MessageState.WITHDRAWN, objection)
            signals.message_failed.send(Message, message=message, reason=objection, by=by)
        else:
            letters.append(message)
    return letters


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


def mark_posted(*, batch: PostBatch, by: Actor) -> PostBatch:
    """Say that the letters of a batch were put in the post: from now on they count as dispatched.

    :raises BatchIsPosted: if somebody said so before.
    """
    with transaction.atomic():
        batch = PostBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if batch.state == BatchState.POSTED:
            raise BatchIsPosted
        batch.state, batch.posted_at, batch.posted_by = BatchState.POSTED, by.at, by.label
        batch.save(update_fields=["state", "posted_at", "posted_by"])
        for message in batch.messages.filter(state=MessageState.QUEUED).order_by("pk"):
            outbox.record_sent(message=message, receipt=channels.Receipt(batch.public_id), by=by)
        audit.record("post.posted", by=by, kind="batch", subject=batch, count=batch.letters)
    return batch


def mark_returned(*, message: Message, by: Actor) -> Message:
    """Say that a letter came back: the address is marked, and the letter counts as not delivered."""
    with transaction.atomic():
        message = outbox.record_bounce(message=message, reason=_("retour"), by=by)
        if message.debtor is not None:
            debtors.mark_post_returned(debtor=message.debtor, by=by)
    return message
