"""The day of who matches bank lines: how far it is, what lies beside a line, and what was done last."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet
from django.urls import reverse

from common import clock
from dashboard.lists.bank_lines import with_what_is_shown
from payments.models import BankLine
from payments.states import LineState
from tenants.context import current_tenant_id

PROGRESS = """
SELECT (SELECT count(*) FROM payments_bankline WHERE tenant_id = %(tenant)s AND handled_at >= %(since)s
          AND state IN ('booked', 'reversed', 'left_out')),
       (SELECT count(*) FROM payments_bankline WHERE tenant_id = %(tenant)s
          AND state IN ('new', 'proposed', 'unknown'))
"""


class Progress(NamedTuple):
    """Lines done today, and those still to do."""

    done: int
    left: int

    @property
    def total(self) -> int:
        return self.done + self.left


def progress(day: date) -> Progress:
    """Give how far a day is."""
    with connection.cursor() as cursor:
        cursor.execute(PROGRESS, {"tenant": current_tenant_id(), "since": clock.at_local_time(day, 0)})
        return Progress(*cursor.fetchone())


@dataclass(frozen=True)
class Beside:
    """Where a line stands in the work list, and those around it."""

    previous: BankLine | None
    following: BankLine | None
    place: int
    count: int
    around: list[BankLine]


def beside(lines: QuerySet[BankLine], line: BankLine, most: int) -> Beside:
    """Give the lines before and behind one in the work list by day; in a fixed number of queries."""
    before, behind = lines.filter(_before(line)), lines.filter(_behind(line))
    earlier = list(with_what_is_shown(before).order_by("-booked_on", "-pk")[: most // 3])
    later = list(with_what_is_shown(behind).order_by("booked_on", "pk")[:most])
    around = [*reversed(earlier), line, *later][:most]
    place = before.count() + 1
    return Beside(
        previous=earlier[0] if earlier else None,
        following=later[0] if later else None,
        place=place,
        count=place + behind.count(),
        around=around,
    )


def after(lines: QuerySet[BankLine], line: BankLine) -> BankLine | None:
    """Give the line to go on with: the next one, else the first that is left."""
    following = lines.filter(_behind(line)).order_by("booked_on", "pk").first()
    return following or lines.exclude(pk=line.pk).order_by("booked_on", "pk").first()


def _before(line: BankLine) -> Q:
    return Q(booked_on__lt=line.booked_on) | Q(booked_on=line.booked_on, pk__lt=line.pk)


def _behind(line: BankLine) -> Q:
    return Q(booked_on__gt=line.booked_on) | Q(booked_on=line.booked_on, pk__gt=line.pk)


def last_of(who: str, day: date) -> str:
    """Give the address at which the last thing that somebody booked today is undone; nothing where there is none."""
    rows = BankLine.objects.filter(state=LineState.BOOKED, handled_by=who, handled_at__gte=clock.at_local_time(day, 0))
    public_id = rows.order_by("-handled_at", "-pk").values_list("public_id", flat=True).first()
    return reverse("dashboard:matching_undo", args=[public_id]) if public_id else ""
