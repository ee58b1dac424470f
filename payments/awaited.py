"""Collections whose money must still come in, and how a line of a statement is recognised as that money."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from common.money import ZERO
from payments.models import DirectDebit
from payments.states import DebitBatchState, DebitState

# The credit of a batch comes on its day; a bank that books late, or a day that moved, stays within this.
AROUND = timedelta(days=6)
_JOINED = re.compile(r"[^A-Z0-9]")


class Line(Protocol):
    """What must be known of a line of a statement."""

    amount: Decimal
    value_on: date
    description: str
    reference: str
    end_to_end_id: str
    bank_reference: str
    batch_size: int


@dataclass(frozen=True, slots=True)
class AwaitedCredit:
    """One part of a batch (one scheme and sequence), which the bank pays out as one gross amount."""

    batch_id: int
    batch: str  # public id
    scheme: str
    sequence: str
    reference: str  # how the file calls this part (PmtInfId)
    message_id: str
    collect_on: date
    count: int
    total: Decimal  # of everything that was sent
    returned: Decimal  # of it, sent back before it was paid out

    def is_paid_by(self, line: Line) -> bool:
        """Tell whether a line is the money of this part: by its name and amount, or by amount, day and count."""
        if line.amount not in (self.total, self.total - self.returned):
            return False
        told = _joined(line.bank_reference, line.reference, line.end_to_end_id, line.description)
        if _joined(self.reference) in told:
            return True
        is_near = abs(line.value_on - self.collect_on) <= AROUND
        return is_near and (line.batch_size == self.count or _joined(self.message_id) in told)


def _joined(*texts: str) -> str:
    """Give texts as banks print them in whatever way: capitals and digits only."""
    return _JOINED.sub("", " ".join(texts).upper())


def part_reference(message_id: str, scheme: str, sequence: str) -> str:
    """Give the name of a part of a batch in its file."""
    return f"{message_id}-{scheme}-{sequence}"


def awaited_credits() -> list[AwaitedCredit]:
    """Give the parts of batches whose money must still come in, the oldest first, in one query: a short list."""
    rows = DirectDebit.objects.filter(
        batch__state=DebitBatchState.SENT,
        batch__in=DirectDebit.objects.filter(state=DebitState.SENT).values("batch_id"),
        state__in=[DebitState.SENT, DebitState.RETURNED, DebitState.COLLECTED],
    ).select_related("batch", "mandate")
    parts: dict[tuple[date, int, str, str], list[DirectDebit]] = defaultdict(list)
    for row in rows.order_by("pk"):
        parts[row.batch.collect_on, row.batch_id, row.mandate.scheme, row.sequence].append(row)
    return [_part(found) for _, found in sorted(parts.items(), key=lambda part: part[0])]


def _part(debits: Sequence[DirectDebit]) -> AwaitedCredit:
    batch, scheme, sequence = debits[0].batch, debits[0].mandate.scheme, debits[0].sequence
    unpaid = [one.amount for one in debits if one.state == DebitState.RETURNED and one.payment_id is None]
    return AwaitedCredit(
        batch_id=batch.pk,
        batch=batch.public_id,
        scheme=scheme,
        sequence=sequence,
        reference=part_reference(batch.message_id, scheme, sequence),
        message_id=batch.message_id,
        collect_on=batch.collect_on,
        count=len(debits),
        total=sum((one.amount for one in debits), start=ZERO),
        returned=sum(unpaid, start=ZERO),
    )


def debits_called(end_to_end_ids: Collection[str]) -> dict[str, DirectDebit]:
    """Give the collections with some end-to-end ids, by that id as it was asked (banks may change its case)."""
    asked = {one.upper(): one for one in end_to_end_ids if one}
    rows = DirectDebit.objects.filter(end_to_end_id__in=list(asked))
    return {asked[row.end_to_end_id]: row for row in rows.select_related("mandate", "batch")}
