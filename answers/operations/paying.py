"""A debtor says when he pays, that he pays in parts, or that he paid."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from answers import queries
from answers.models import Answer
from answers.operations import saying
from answers.operations.saying import Said
from answers.states import AnswerKind
from audit import operations as audit
from common.actor import Actor
from common.calendar import add_working_days
from common.errors import DomainError
from debtors.models import Debtor
from dunning import operations as ladder
from invoices.models import Invoice
from payments import operations as payments
from payments.states import ArrangementState
from worklist import operations as worklist
from worklist.models import TaskKind

ANSWER_WITHIN_WORKING_DAYS = 3  # what the page promises, for whatever a person has to look at
# How long the ladder waits for money that is said to be on its way: time to find it, or to ask for proof.
HELD_WORKING_DAYS = 5


class PaidInTheFuture(DomainError):
    """The day on which was paid is still to come."""

    code = "paid_in_the_future"
    sentence = gettext_lazy("U vult een dag in die nog moet komen. Wilt u later betalen? Kies dan “later betalen”.")


def promise(*, said: Said, invoices: Sequence[Invoice], amount: Decimal, promised_for: date) -> Answer:
    """Take a promise: noted at once within the limits of the tenant, and a second one is put to a person.

    :raises TooMuchSaid, NotAboutThis: as `hearing`.
    :raises DomainError: as `payments.operations.make_promise`, but for what a person may allow.
    """
    with saying.hearing(said, invoices) as debtor:
        details = {"amount": f"{amount:.2f}", "promised_for": promised_for.isoformat()}
        try:
            made = payments.make_promise(
                debtor=debtor,
                invoices=invoices,
                amount=amount,
                promised_for=promised_for,
                by=said.by,
                made_by=debtor.name,
                by_debtor=True,
                note=said.text,
            )
        except payments.PromiseNeedsAPerson:
            return _second_promise(said, debtor, invoices, amount, promised_for, details)
        return saying.keep(
            said,
            AnswerKind.PROMISE,
            debtor=debtor,
            invoices=invoices,
            details=details,
            subject_kind="promise",
            subject_id=made.public_id,
        )


def _second_promise(
    said: Said,
    debtor: Debtor,
    invoices: Sequence[Invoice],
    amount: Decimal,
    promised_for: date,
    details: dict[str, str],
) -> Answer:
    task = payments.ask_for_second_promise(
        debtor=debtor, invoices=invoices, amount=amount, promised_for=promised_for, by=said.by, note=said.text
    )
    return saying.keep(
        said,
        AnswerKind.PROMISE,
        debtor=debtor,
        invoices=invoices,
        details=details,
        subject_kind="task",
        subject_id=task.public_id,
    )


def propose_parts(*, said: Said, invoices: Sequence[Invoice], schedule: Sequence[tuple[date, Decimal]]) -> Answer:
    """Take a proposal to pay in parts: agreed at once within the limits of the tenant, else put to a person.

    :raises TooMuchSaid, NotAboutThis: as `hearing`.
    :raises DomainError: as `payments.operations.propose_arrangement`.
    """
    with saying.hearing(said, invoices) as debtor:
        made = payments.propose_arrangement(
            debtor=debtor, invoices=invoices, schedule=schedule, by=said.by, by_debtor=True, note=said.text
        )
        return saying.keep(
            said,
            AnswerKind.ARRANGEMENT,
            debtor=debtor,
            invoices=invoices,
            details={"agreed": made.state == ArrangementState.ACTIVE},
            subject_kind="arrangement",
            subject_id=made.public_id,
        )


def say_paid(*, said: Said, invoices: Sequence[Invoice], paid_on: date, iban: str = "") -> Answer:
    """Take that claims are said to be paid: somebody looks for the money, and the ladder waits for that a few days.

    It waits once for each claim: who says it again gets no more time, but is heard.

    :raises PaidInTheFuture: if that day is still to come.
    :raises TooMuchSaid, NotAboutThis: as `hearing`.
    """
    if paid_on > said.by.day:
        raise PaidInTheFuture(field="paid_on")
    with saying.hearing(said, invoices) as debtor:
        before = queries.said_paid_before(invoices)
        held = [invoice for invoice in invoices if invoice.pk not in before]
        until = add_working_days(said.by.day, HELD_WORKING_DAYS)
        answer = saying.keep(
            said,
            AnswerKind.ALREADY_PAID,
            debtor=debtor,
            invoices=invoices,
            details={
                "paid_on": paid_on.isoformat(),
                "iban": iban,
                "held_until": until.isoformat() if held else "",
                "held": [invoice.number for invoice in held],
            },
        )
        numbers = ", ".join(invoice.number for invoice in invoices)
        audit.record(
            "answer.already_paid",
            by=said.by,
            kind="answer",
            subject=answer,
            label=debtor.name,
            debtor_id=debtor.pk,
            invoices=numbers,
            paid_on=paid_on,
            reason=said.text,
        )
        for invoice in held:
            reason = _("zegt op %(day)s te hebben betaald") % {"day": f"{paid_on:%d-%m-%Y}"}
            ladder.place_hold(invoice=invoice, until=until, reason=reason, by=said.by)
        saying.ask_a_person(
            answer,
            TaskKind.ALREADY_PAID,
            title=_("Zoek de betaling van %(numbers)s") % {"numbers": numbers},
            amount=sum((invoice.open_amount for invoice in invoices), start=Decimal(0)),
            by=said.by,
        )
    return answer


def claim_is_settled(*, invoice: Invoice, by: Actor) -> None:
    """End the search for a payment once nothing is open any more on the claims that it was said of."""
    found = Answer.objects.filter(kind=AnswerKind.ALREADY_PAID, invoices__invoice=invoice)
    for answer in found.prefetch_related("invoices__invoice"):
        if not any(row.invoice.is_open for row in answer.invoices.all() if row.invoice_id != invoice.pk):
            worklist.finish_tasks_about(
                subject_kind="answer",
                subject_id=answer.public_id,
                outcome=_("voldaan"),
                by=by,
                kinds=[TaskKind.ALREADY_PAID],
            )
