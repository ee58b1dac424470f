"""Reads about answers."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet

from answers.models import Answer, AnswerFile, EntryCode
from answers.states import AnswerKind
from common.actor import Actor
from debtors.models import Contact, Debtor
from debtors.queries import reminder_contact
from dunning.models import Case
from dunning.states import CaseState
from invoices.models import Dispute, Invoice
from payments.models import PaymentLink

# What a debtor may correct: of himself, and of the contact to whom reminders go.
ADDRESS_FIELDS = ("street", "postcode", "city", "country")
CONTACT_FIELDS = ("name", "email", "phone")


def handed_over(invoices: Collection[Invoice]) -> set[int]:
    """Give the ids of those claims that are with an agency: about these only it can be spoken with."""
    rows = Case.objects.filter(invoice__in=[invoice.pk for invoice in invoices], state=CaseState.HANDED_OVER)
    return {pk for pk in rows.values_list("invoice_id", flat=True) if pk is not None}


def said_paid_before(invoices: Collection[Invoice]) -> set[int]:
    """Give the ids of those claims of which was said before that they are paid."""
    rows = Answer.objects.filter(kind=AnswerKind.ALREADY_PAID, invoices__invoice__in=[one.pk for one in invoices])
    return set(rows.values_list("invoices__invoice_id", flat=True))


def of_debtor(debtor_id: int) -> "QuerySet[Answer]":
    """Give what a debtor answered, the last first, with invoices and files (without what is in them)."""
    return _whole(Answer.objects.filter(debtor=debtor_id)).order_by("-given_at", "-pk")


def about(subject_kind: str, subject_id: str) -> list[Answer]:
    """Give the answers out of which something came, the first first."""
    rows = Answer.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
    return list(_whole(rows).order_by("given_at", "pk"))


def whole(public_id: str) -> Answer | None:
    """Give one answer, with invoices and files (without what is in them)."""
    return _whole(Answer.objects.filter(public_id=public_id)).first()


def _whole(rows: "QuerySet[Answer]") -> "QuerySet[Answer]":
    files = Prefetch("files", AnswerFile.objects.defer("content").order_by("pk"))
    return rows.select_related("debtor").prefetch_related("debtor__contacts", "invoices__invoice", files)


def count_by_link(link: PaymentLink, *, since: datetime) -> int:
    """Give how many answers came by a link since a moment."""
    return Answer.objects.filter(link=link, given_at__gt=since).count()


def codes_of_debtor(debtor_id: int, *, at: datetime, within: timedelta) -> int:
    """Give how many codes were sent for a debtor lately, by whichever link."""
    return EntryCode.objects.filter(link__debtor=debtor_id, made_at__gt=at - within).count()


def addresses_for_codes(debtor: Debtor) -> list[Contact]:
    """Give the contacts of a debtor whose e-mail address works: a code goes to one of these, and nowhere else."""
    found: dict[str, Contact] = {}
    for contact in sorted(debtor.contacts.all(), key=lambda one: one.pk):
        if contact.email and contact.email_invalid_since is None:
            found.setdefault(contact.email.lower(), contact)
    return list(found.values())


def contact_to_correct(debtor: Debtor) -> Contact | None:
    """Give the contact that corrections are about: who gets the reminders, else the first there is."""
    return reminder_contact(debtor) or min(debtor.contacts.all(), key=lambda contact: contact.pk, default=None)


def details_now(debtor: Debtor, contact: Contact | None) -> dict[str, str]:
    """Give the contact data of a debtor as they are, under the names that `details` of an answer use."""
    now = {name: str(getattr(debtor, name)) for name in ADDRESS_FIELDS}
    return now | {name: str(getattr(contact, name)) if contact else "" for name in CONTACT_FIELDS}


def withdrawable(invoices: Sequence[Invoice]) -> dict[int, Dispute]:
    """Give the open disputes that came by a page, by invoice: who said so may take it back while nobody answered."""
    open_ones = {
        dispute.public_id: dispute
        for dispute in Dispute.objects.filter(invoice__in=[one.pk for one in invoices], resolved_on=None)
    }
    ours = Answer.objects.filter(
        kind=AnswerKind.DISPUTE, subject_kind="dispute", subject_id__in=list(open_ones)
    ).values_list("subject_id", flat=True)
    return {open_ones[public_id].invoice_id: open_ones[public_id] for public_id in ours}


def shows_more(link: PaymentLink, public_id: str, by: Actor) -> bool:
    """Tell whether a code of this link was right less than an hour ago."""
    code = EntryCode.objects.filter(link=link, public_id=public_id).first()
    return code is not None and code.opens(by.at)
