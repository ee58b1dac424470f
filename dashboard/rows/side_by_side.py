"""*Alle administraties*: each on a line, with what waits there and what is open, as its last night left it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from common.money import ZERO
from dashboard import exports
from dashboard.rows import badges
from dashboard.rows.badges import Badge
from dashboard.shell import Administration
from dunning.states import RunState
from reporting import queries
from tenants.models import Membership, User


@dataclass(frozen=True)
class Row:
    """An administration. Without a summary there was no night yet."""

    administration: Administration
    role: str
    day: date | None
    notices: int
    tasks: int
    tasks_overdue: int
    open_amount: Decimal
    overdue: Decimal
    dso: Decimal | None
    run: Badge | None
    must_act: bool

    @property
    def name(self) -> str:
        return self.administration.name


class Totals(NamedTuple):
    """What is under the list."""

    notices: int
    tasks: int
    open_amount: Decimal
    overdue: Decimal


def of(user: User) -> list[Row]:
    """Give the administrations of somebody, by name; in two statements."""
    memberships = list(Membership.objects.filter(user=user).select_related("tenant").order_by("tenant__name", "pk"))
    newest = queries.newest_summaries([membership.tenant_id for membership in memberships])
    return [_row(membership, newest.get(membership.tenant_id)) for membership in memberships]


def _row(membership: Membership, summary: queries.Summary | None) -> Row:
    tenant = membership.tenant
    administration = Administration(tenant.name, f"/a/{tenant.slug}/vandaag/", tenant.badge_colour)
    role = str(membership.get_role_display())
    if summary is None:
        return Row(administration, role, None, 0, 0, 0, ZERO, ZERO, None, None, must_act=False)
    return Row(
        administration,
        role,
        summary.day,
        summary.notices_waiting,
        summary.tasks_open,
        summary.tasks_overdue,
        summary.open_amount,
        summary.overdue_amount,
        summary.dso_days,
        badges.run(summary.run_state) if summary.run_state else None,
        must_act=summary.tasks_overdue > 0 or summary.run_state == RunState.HELD,
    )


def totals(rows: Sequence[Row]) -> Totals:
    """Add up."""
    return Totals(
        sum(row.notices for row in rows),
        sum(row.tasks for row in rows),
        sum((row.open_amount for row in rows), start=ZERO),
        sum((row.overdue for row in rows), start=ZERO),
    )


def columns() -> list[exports.Column]:
    """Give the columns of a file."""
    return [
        exports.Column(_("Administratie"), "name"),
        exports.Column(_("Brieven wachten"), "notices", "number"),
        exports.Column(_("Taken"), "tasks", "number"),
        exports.Column(_("Openstaand"), "open_amount", "amount"),
        exports.Column(_("Vervallen"), "overdue", "amount"),
        exports.Column(_("DSO (dagen)"), "dso", "number"),
        exports.Column(_("Stand van"), "day", "date"),
    ]
