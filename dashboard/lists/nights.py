"""The list of nights: what each planned, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.paginator import Page
from django.urls import reverse

from dashboard import listing
from dashboard.listing import PER_PAGE
from dashboard.rows import badges
from dashboard.rows.badges import Badge
from dunning import reasons
from tenants.context import current_tenant_id

PAGE = """
SELECT r.id, r.public_id, r.day, r.state, r.held_because, r.looked_at, r.planned_notices,
       r.planned_amount, r.tasks_made, r.planned_at, r.completed_at
FROM dunning_run r WHERE r.tenant_id = %(tenant)s ORDER BY r.day DESC LIMIT %(limit)s OFFSET %(offset)s
"""
COUNT = "SELECT count(*) AS total FROM dunning_run WHERE tenant_id = %(tenant)s"
BECAME = """
SELECT run_id, count(*) FILTER (WHERE state = 'planned') AS waiting,
       count(*) FILTER (WHERE state IN ('approved', 'queued')) AS under_way,
       count(*) FILTER (WHERE state IN ('sent', 'not_delivered')) AS sent,
       count(*) FILTER (WHERE state = 'withdrawn') AS withdrawn,
       count(*) FILTER (WHERE state IN ('failed', 'not_delivered')) AS failed
FROM dunning_notice WHERE tenant_id = %(tenant)s AND run_id = ANY(%(ids)s) GROUP BY run_id
"""
PROBLEMS = """
SELECT run_id, count(*) AS problems FROM dunning_runproblem
WHERE tenant_id = %(tenant)s AND run_id = ANY(%(ids)s) GROUP BY run_id
"""
NOTHING = {"waiting": 0, "under_way": 0, "sent": 0, "withdrawn": 0, "failed": 0}


@dataclass(frozen=True)
class Row:
    """A night."""

    public_id: str
    url: str
    day: date
    state: Badge
    held: str
    looked_at: int
    planned: int
    amount: Decimal
    tasks: int
    waiting: int
    under_way: int
    sent: int
    withdrawn: int
    failed: int
    problems: int
    planned_at: datetime | None

    @property
    def state_word(self) -> str:
        return str(self.state.label)


def page_of(*, number: int, per_page: int = PER_PAGE) -> Page[Row]:
    """Give a page of the nights, the newest first; in a fixed number of queries."""
    values: dict[str, Any] = {"tenant": current_tenant_id(), "limit": per_page, "offset": (number - 1) * per_page}
    (counted,) = listing.rows(COUNT, values)
    number = listing.last_or(number, counted["total"], per_page)
    held = listing.rows(PAGE, values | {"offset": (number - 1) * per_page})
    values["ids"] = [row["id"] for row in held]
    became = {row["run_id"]: row for row in listing.rows(BECAME, values)}
    problems = {row["run_id"]: row["problems"] for row in listing.rows(PROBLEMS, values)}
    rows = [_row(row, became.get(row["id"], NOTHING), problems.get(row["id"], 0)) for row in held]
    return listing.page(rows, number=number, count=counted["total"], per_page=per_page)


def _row(row: dict[str, Any], became: dict[str, int], problems: int) -> Row:
    return Row(
        public_id=row["public_id"],
        url=reverse("dashboard:run", args=[row["public_id"]]),
        day=row["day"],
        state=badges.run(row["state"]),
        held=reasons.sentence(row["held_because"]) if row["held_because"] else "",
        looked_at=row["looked_at"],
        planned=row["planned_notices"],
        amount=row["planned_amount"],
        tasks=row["tasks_made"],
        waiting=became["waiting"],
        under_way=became["under_way"],
        sent=became["sent"],
        withdrawn=became["withdrawn"],
        failed=became["failed"],
        problems=problems,
        planned_at=row["planned_at"],
    )
