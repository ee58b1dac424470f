"""A debtor hears in time what will be collected from his account: by mail, or on paper where he has no mail."""

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from common import clock
from common.actor import Actor
from correspondence import operations as outbox
from correspondence.models import Message
from correspondence.states import ChannelKind
from debtors import queries as debtor_queries
from debtors.models import Contact
from payments import papers
from payments.models import CreditorSettings, DirectDebit, DirectDebitBatch
from payments.operations.dropping import ABOUT
from payments.states import DebitBatchState
from tenants.models import Letterhead


def announce(batch: DirectDebitBatch, debits: Sequence[DirectDebit], creditor: CreditorSettings, *, by: Actor) -> int:
    """Queue one message to each debtor about everything that a batch collects from him; give how many."""
    letterhead = Letterhead.objects.get()
    by_mandate: dict[int, list[DirectDebit]] = defaultdict(list)
    for debit in debits:
        by_mandate[debit.mandate_id].append(debit)
    for held in by_mandate.values():
        first = held[0]
        said = papers.Announcement(
            debtor=first.debtor,
            mandate=first.mandate,
            creditor=creditor,
            letterhead=letterhead,
            debits=held,
            collect_on=batch.collect_on,
            made_on=by.day,
        )
        contact = debtor_queries.reminder_contact(first.debtor)
        if contact is not None:
            _mail(said, contact, by)
        else:
            _letter(said, by)
    return len(by_mandate)


def _mail(said: papers.Announcement, contact: Contact, by: Actor) -> Message:
    mail = papers.announcement_mail(said)
    return outbox.queue_message(
        channel=ChannelKind.EMAIL,
        debtor=said.debtor,
        subject_kind=ABOUT,
        subject_id=said.debits[0].public_id,
        to_name=contact.name or said.debtor.name,
        to_address=contact.email,
        subject_line=mail.subject,
        body_text=mail.text,
        body_html=mail.html,
        language=said.language,
        due_at=by.at,
        expires_at=clock.at_local_time(said.collect_on, 0),
    )


def _letter(said: papers.Announcement, by: Actor) -> Message:
    debtor = said.debtor
    letter = papers.announcement_letter(said)
    document = outbox.store_document(
        filename=f"vooraankondiging-{debtor.number}-{by.day:%Y%m%d}.pdf",
        media_type="application/pdf",
        content=letter.pdf,
        made_from={
            "payable": {"total": f"{said.total:.2f}"},
            "collect_on": said.collect_on.isoformat(),
            "debits": [debit.public_id for debit in said.debits],
        },
        template_version=papers.VERSION,
        pages=letter.pages,
    )
    return outbox.queue_message(
        channel=ChannelKind.POST,
        debtor=debtor,
        subject_kind=ABOUT,
        subject_id=said.debits[0].public_id,
        to_name=debtor.name,
        to_address=", ".join(filter(None, [debtor.street, f"{debtor.postcode} {debtor.city}".strip()])),
        subject_line=str(_("vooraankondiging incasso")),
        document=document,
        language=said.language,
        due_at=by.at,
        expires_at=clock.at_local_time(said.collect_on, 0),
    )


def still_collected(message: Message, at: object) -> str:  # noqa: ARG001 - the shape of a guard
    """Give why an announcement may not go out any more, or an empty text."""
    debtor_queries.lock(message.debtor_id)
    first = DirectDebit.objects.filter(public_id=message.subject_id).select_related("batch").first()
    if first is None or first.batch.state not in {DebitBatchState.APPROVED, DebitBatchState.SENT}:
        return _("de incasso gaat niet door")
    mine = DirectDebit.objects.filter(batch=first.batch_id, mandate=first.mandate_id)
    return "" if any(debit.is_live for debit in mine) else _("de incasso gaat niet door")
