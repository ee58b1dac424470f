"""What a payment pays for, as pages print it: a claim a line, in the parts of the law, and what stays over."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.urls import reverse

from common.money import ZERO
from payments.operations import Rehearsal
from payments.queries import PaidClaim


@dataclass(frozen=True)
class Line:
    """What one claim gets."""

    number: str
    url: str
    due_date: date
    costs: Decimal
    interest: Decimal
    principal: Decimal
    total: Decimal
    still_open: Decimal

    @property
    def is_settled(self) -> bool:
        return not self.still_open


@dataclass(frozen=True)
class Division:
    """A payment over claims, with the sums under it. The mark tells one division from another."""

    lines: Sequence[Line]
    costs: Decimal
    interest: Decimal
    principal: Decimal
    total: Decimal
    unallocated: Decimal
    mark: str = ""


def division(claims: Sequence[PaidClaim], unallocated: Decimal) -> Division:
    """Give claims that were paid, or would be, as lines with sums."""
    lines = [
        Line(
            number=claim.number,
            url=reverse("dashboard:invoice", args=[claim.public_id]),
            due_date=claim.due_date,
            costs=claim.costs,
            interest=claim.interest,
            principal=claim.principal,
            total=claim.total,
            still_open=claim.still_open,
        )
        for claim in claims
    ]
    return Division(
        lines=lines,
        costs=sum((line.costs for line in lines), start=ZERO),
        interest=sum((line.interest for line in lines), start=ZERO),
        principal=sum((line.principal for line in lines), start=ZERO),
        total=sum((line.total for line in lines), start=ZERO),
        unallocated=unallocated,
    )


def rehearsed(rehearsal: Rehearsal) -> Division:
    """Give what booking would do."""
    seen = division(rehearsal.claims, rehearsal.unallocated)
    return replace(seen, mark=_mark(seen.lines, rehearsal))


def _mark(lines: Sequence[Line], rehearsal: Rehearsal) -> str:
    """Give a few letters that differ when anything in the division does: seen and booked are compared by it.

    What is open behind it counts too: the same payment sent in twice (a double click) is seen as another one.
    """
    said = "|".join(f"{line.number}:{line.costs}:{line.interest}:{line.principal}:{line.still_open}" for line in lines)
    return hashlib.sha256(f"{said}|{rehearsal.unallocated}|{rehearsal.credit}".encode()).hexdigest()[:16]
