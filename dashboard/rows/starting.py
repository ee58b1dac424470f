"""What the ladder would do tonight, seen before it is switched on."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common.money import ZERO
from dashboard.rows.policies import channels, kind_label
from dunning import foresight, phases, queries, reasons
from dunning.snapshot import Why

SAMPLE = 500  # debtors that are looked at


@dataclass(frozen=True)
class PartRow:
    """Some of what would go out."""

    label: str
    channels: list[tuple[str, str]]
    notices: int
    claims: int
    amount: Decimal


@dataclass(frozen=True)
class Start:
    """What would start in the first night that sends anything."""

    day: date
    parts: list[PartRow]
    notices: int
    claims: int
    amount: Decimal
    calls: int
    still: list[tuple[str, int]]  # why not, how many claims
    phases: list[tuple[str, int, Decimal]]
    left: int


def tonight(day: date) -> Start:
    """Give what the first night that sends anything would do, from a day on, as far as it was looked at."""
    day = foresight.sending_day(day)
    seen = foresight.tonight(day, sample=SAMPLE)
    parts = [
        PartRow(kind_label(part.kind), channels(part.channels), part.notices, part.claims, part.amount)
        for part in foresight.parts(seen.decisions)
    ]
    why: dict[str, int] = {}
    for _debtor, decision in seen.decisions:
        for outcome in decision.outcomes:
            if outcome.why not in {Why.PLANNED, Why.TASK}:
                why[outcome.why] = why.get(outcome.why, 0) + 1
    return Start(
        day=day,
        parts=parts,
        notices=sum(part.notices for part in parts),
        claims=sum(part.claims for part in parts),
        amount=sum((part.amount for part in parts), start=ZERO),
        calls=sum(len(decision.tasks) for _debtor, decision in seen.decisions),
        still=[(reasons.label(code), count) for code, count in sorted(why.items(), key=lambda pair: -pair[1])],
        phases=[(str(phases.LABELS[code]), count, Decimal(str(sum_))) for code, count, sum_ in queries.phases(day)],
        left=seen.left,
    )
