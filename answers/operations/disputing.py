"""A debtor does not agree with a claim, and may think better of it."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from answers import queries
from answers.models import Answer
from answers.operations import saying
from answers.operations.saying import Said
from answers.states import AnswerKind
from common.actor import Actor
from common.errors import DomainError
from common.words import in_dutch
from invoices import operations as claims
from invoices.models import Dispute, Invoice
from invoices.states import DisputeOutcome, DisputeReason
from worklist import operations as worklist
from worklist.models import TaskKind


class AlreadyDisputed(DomainError):
    """A dispute about it is open: by this page, or noted by a person."""

    code = "claim_already_disputed"
    sentence = gettext_lazy(
        "Over factuur %(number)s ligt al een bezwaar bij ons. Wacht op ons antwoord, of bel of mail."
    )


class CannotWithdraw(DomainError):
    """Somebody answered, or it did not come by the page."""

    code = "dispute_cannot_be_withdrawn"
    sentence = gettext_lazy("Dit is al beantwoord. Bent u het niet eens met ons antwoord? Neem dan contact met ons op.")


def dispute(*, said: Said, invoice: Invoice, reason: str, amount: Decimal | None = None) -> Answer:
    """Take that a debtor does not agree with a claim or a part of it: that leaves the ladder, and a person answers.

    :raises AlreadyDisputed: if one is open on that claim.
    :raises DisputedPartTooLarge: as `invoices.operations.open_dispute`.
    :raises TooMuchSaid, NotAboutThis: as `hearing`.
    """
    with saying.hearing(said, [invoice]) as debtor:
        try:
            made = claims.open_dispute(invoice=invoice, reason=reason, amount=amount, note=said.text, by=said.by)
        except claims.DisputeIsOpen as refusal:
            raise AlreadyDisputed(number=invoice.number) from refusal
        answer = saying.keep(
            said,
            AnswerKind.DISPUTE,
            debtor=debtor,
            invoices=[invoice],
            subject_kind="dispute",
            subject_id=made.public_id,
        )
        saying.ask_a_person(
            answer,
            TaskKind.NEW_DISPUTE,
            subject_kind="dispute",
            subject_id=made.public_id,
            title=_("Geschil over %(number)s: %(reason)s")
            % {"number": invoice.number, "reason": in_dutch(DisputeReason(reason).label)},
            amount=amount if amount is not None else invoice.open_amount,
            by=said.by,
        )
    return answer


def withdraw_dispute(*, said: Said, invoice: Invoice) -> Answer:
    """Take back what was disputed by the page, while nobody answered: the ladder goes on.

    :raises CannotWithdraw: if it was answered, or did not come by the page.
    :raises TooMuchSaid: as `hearing`.
    """
    with saying.hearing(said) as debtor:
        found = queries.withdrawable([invoice]).get(invoice.pk) if invoice.debtor_id == debtor.pk else None
        if found is None:
            raise CannotWithdraw
        claims.resolve_dispute(
            dispute=found,
            outcome=DisputeOutcome.WITHDRAWN,
            resolution=_("Door de debiteur ingetrokken op de betaalpagina."),
            by=said.by,
        )
        return saying.keep(
            said,
            AnswerKind.WITHDRAWAL,
            debtor=debtor,
            invoices=[invoice],
            subject_kind="dispute",
            subject_id=found.public_id,
        )


def dispute_is_answered(*, dispute: Dispute, by: Actor) -> None:
    """End the task that a dispute of a debtor made."""
    worklist.finish_tasks_about(
        subject_kind="dispute",
        subject_id=dispute.public_id,
        outcome=in_dutch(DisputeOutcome(dispute.outcome).label),
        by=by,
        kinds=[TaskKind.NEW_DISPUTE],
    )
