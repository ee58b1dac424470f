"""What direct debit and refunds ask of a person: batches and refunds to approve, files to make."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.context import current_tenant_id

WAITING = """
SELECT 'batch', state, count(*), sum(total), min(collect_on) FROM payments_directdebitbatch
WHERE tenant_id = %(tenant)s AND state IN ('proposed', 'approved') GROUP BY state
UNION ALL
SELECT 'refund', state, count(*), sum(amount), min(proposed_on) FROM payments_refund
WHERE tenant_id = %(tenant)s AND (state = 'proposed' OR (state = 'approved' AND via = 'bank')) GROUP BY state
ORDER BY 1, 2 DESC
"""


class Waiting(NamedTuple):
    """Something that waits: how many, how much, and the day that counts."""

    label: str
    number: int
    amount: Decimal
    detail: str
    url: str
    verb: str
    must_act: bool


def waiting() -> list[Waiting]:
    """Give what waits for a person, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {"tenant": current_tenant_id()})
        rows = cursor.fetchall()
    return [_waiting(kind, state, count, amount, day) for kind, state, count, amount, day in rows]


def _waiting(kind: str, state: str, count: int, amount: Decimal, day: date) -> Waiting:
    said = {"day": f"{day:%d-%m}"}
    if kind == "batch":
        label = _("Incassobatches goedkeuren") if state == "proposed" else _("Incassobestanden maken")
        detail, name = _("eerste incassodatum %(day)s") % said, "debit_batches"
    else:
        label = _("Terugbetalingen goedkeuren") if state == "proposed" else _("Terugbetalingen naar de bank")
        detail, name = _("oudste van %(day)s") % said, "refunds"
    return Waiting(
        label=label,
        number=count,
        amount=amount,
        detail=detail,
        url=f"{reverse(f'dashboard:{name}')}?stand={state}",
        verb=_("Bekijk"),
        must_act=kind == "batch",
    )
