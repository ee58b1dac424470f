"""Batches of collections, and what would be in one, as rows."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from common import identifiers
from common.money import ZERO
from dashboard.lists import collecting as lists
from dashboard.rows.badges import Badge
from dashboard.rows.collecting import batch_badge
from payments import bank_days
from payments.collectable import Due, Plan
from payments.models import DirectDebitBatch
from payments.states import DebitBatchState, DebitState


@dataclass(frozen=True)
class BatchRow:
    """A batch in the list, with what became of it."""

    url: str
    collect_on: date
    count: int
    total: Decimal
    collected: Decimal
    returned: Decimal
    returned_count: int
    made_by: str
    approved_by: str
    state: Badge


def rows_of(batches: Sequence[DirectDebitBatch]) -> list[BatchRow]:
    """Give batches as the list shows them; in one query more."""
    outcomes = lists.outcomes(batches)
    found = []
    for batch in batches:
        mine = outcomes.get(batch.pk, {})
        returned_count, returned = lists.returned(mine)
        found.append(
            BatchRow(
                url=reverse("dashboard:debit_batch", args=[batch.public_id]),
                collect_on=batch.collect_on,
                count=batch.count,
                total=batch.total,
                collected=mine.get(DebitState.COLLECTED, (0, ZERO))[1],
                returned=returned,
                returned_count=returned_count,
                made_by=batch.made_by,
                approved_by=batch.approved_by,
                state=_state(batch, mine),
            )
        )
    return found


def _state(batch: DirectDebitBatch, outcomes: dict[str, tuple[int, Decimal]]) -> Badge:
    if batch.state == DebitBatchState.SENT and outcomes and not outcomes.get(DebitState.SENT):
        return Badge(_("verwerkt"), "good", "check")
    return batch_badge(batch)


@dataclass(frozen=True)
class Step:
    """What is to be done next with a batch."""

    must_approve: bool = False
    must_make_file: bool = False
    has_file: bool = False
    can_cancel: bool = False
    last_day: date | None = None  # by when the file must be at the bank
    is_too_late: bool = False


def step_of(batch: DirectDebitBatch, day: date) -> Step:
    """Give what is to be done next with a batch on a day."""
    last = _last_day(batch.collect_on)
    answered = batch.debits.filter(state__in=[DebitState.COLLECTED, DebitState.RETURNED]).exists()
    return Step(
        must_approve=batch.state == DebitBatchState.PROPOSED,
        must_make_file=batch.state == DebitBatchState.APPROVED,
        has_file=batch.document_id is not None,
        can_cancel=batch.state != DebitBatchState.CANCELLED and not answered,
        last_day=last,
        is_too_late=batch.state in {DebitBatchState.PROPOSED, DebitBatchState.APPROVED} and day > last,
    )


def _last_day(collect_on: date) -> date:
    """Give the last day on which the file can go to the bank."""
    last = collect_on
    while bank_days.add_bank_days(last, bank_days.BEFORE_COLLECTION) > collect_on:
        last = last.fromordinal(last.toordinal() - 1)
    return last


@dataclass(frozen=True)
class DueRow:
    """Something that is due, in the preview of a batch."""

    key: str
    what: str
    url: str
    debtor_number: str
    debtor_name: str
    debtor_url: str
    mandate: str
    mandate_url: str
    iban: str
    scheme: str
    sequence: str
    due_on: date
    amount: Decimal
    why: str
    can_retry: bool


def due_rows(lines: Iterable[Due]) -> list[DueRow]:
    """Give what is due as the preview shows it."""
    return [
        DueRow(
            key=line.key,
            what=line.what if line.invoice else _("termijn %(number)s") % {"number": line.what},
            url=reverse("dashboard:invoice", args=[line.invoice.public_id]) if line.invoice else "",
            debtor_number=line.debtor.number,
            debtor_name=line.debtor.name,
            debtor_url=reverse("dashboard:debtor", args=[line.debtor.public_id]),
            mandate=line.mandate.reference,
            mandate_url=reverse("dashboard:mandate", args=[line.mandate.public_id]),
            iban=identifiers.format_iban(line.mandate.iban),
            scheme=line.mandate.scheme,
            sequence=line.sequence,
            due_on=line.due_on,
            amount=line.amount,
            why=line.sentence,
            can_retry=line.can_be_retried,
        )
        for line in lines
    ]


def mark(plan: Plan) -> str:
    """Give a short name of just this content: what is made is what was seen."""
    said = "|".join(f"{line.key}{line.amount}" for line in plan.lines)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
