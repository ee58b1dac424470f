"""What all answers share: who says it by which link, how much may be said, and how it is kept."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from answers import queries
from answers.files import CheckedFile
from answers.models import Answer, AnsweredInvoice, AnswerFile
from common.actor import Actor
from common.calendar import extend_to_working_day
from common.errors import DomainError
from common.texts import sha256
from debtors import queries as debtor_queries
from debtors.models import Debtor
from invoices.models import Invoice
from payments.models import PaymentLink
from worklist import operations as worklist
from worklist.models import Task

MOST_A_DAY = 12  # answers by one link; who has more to say is better served by telephone


class TooMuchSaid(DomainError):
    """A link gave as many answers as a day takes."""

    code = "too_many_answers"
    sentence = _("Via deze link is vandaag al veel doorgegeven. Probeer het morgen weer, of bel of mail ons.")


class NotAboutThis(DomainError):
    """A claim is not the debtor's, is closed, or is with an agency."""

    code = "answer_not_about_this"
    sentence = _("Over factuur %(number)s kunt u hier niets doorgeven. Neem contact met ons op.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """That somebody says something: by which link, who and when, in which language, with which words and file."""

    link: PaymentLink
    by: Actor
    language: str = "nl"
    text: str = ""
    file: CheckedFile | None = None


@contextmanager
def hearing(said: Said, invoices: Sequence[Invoice] = ()) -> Iterator[Debtor]:
    """Lock the debtor of a link while he says something about some of his claims.

    What is stored beside his own words is in Dutch, as everything that people of the tenant read.

    :raises TooMuchSaid: if a day's worth was said by this link.
    :raises NotAboutThis: if a claim is somebody else's, closed, or with an agency.
    """
    with transaction.atomic(), override("nl"):
        debtor = debtor_queries.lock(said.link.debtor_id)
        assert debtor is not None
        if queries.count_by_link(said.link, since=said.by.at - timedelta(days=1)) >= MOST_A_DAY:
            raise TooMuchSaid
        gone = queries.handed_over(invoices)
        for invoice in Invoice.objects.filter(pk__in=[one.pk for one in invoices]):  # as they are now
            if invoice.debtor_id != debtor.pk or not invoice.is_open or invoice.pk in gone:
                raise NotAboutThis(number=invoice.number)
        yield debtor


def keep(
    said: Said,
    kind: str,
    *,
    debtor: Debtor,
    invoices: Sequence[Invoice] = (),
    details: Mapping[str, Any] | None = None,
    subject_kind: str = "",
    subject_id: str = "",
) -> Answer:
    """Keep what was said, with its file, as it was said."""
    answer = Answer.objects.create(
        debtor=debtor,
        link=said.link,
        kind=kind,
        given_at=said.by.at,
        language=said.language,
        text=said.text,
        details=dict(details or {}),
        subject_kind=subject_kind,
        subject_id=subject_id,
    )
    AnsweredInvoice.objects.bulk_create(AnsweredInvoice(answer=answer, invoice=invoice) for invoice in invoices)
    if said.file is not None:
        AnswerFile.objects.create(
            answer=answer,
            filename=said.file.filename,
            media_type=said.file.media_type,
            content=said.file.content,
            size=len(said.file.content),
            sha256=sha256(said.file.content),
        )
    return answer


def ask_a_person(answer: Answer, kind: str, *, title: str, by: Actor, **fields: Any) -> Task:
    """Make the task to look at an answer, for the first working day: who waits is seen at once."""
    return worklist.add_task(
        kind=kind,
        subject_kind=fields.pop("subject_kind", "answer"),
        subject_id=fields.pop("subject_id", answer.public_id),
        debtor=answer.debtor,
        title=title[:200],
        due_on=extend_to_working_day(by.day),
        by=by,
        **fields,
    )
