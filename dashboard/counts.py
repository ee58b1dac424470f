"""How much waits for a person, in one query: for the navigation and Vandaag."""

from datetime import date
from typing import NamedTuple

from django.db import connection

from tenants.context import current_tenant_id

WAITING = """
SELECT (SELECT count(*) FROM dunning_notice WHERE tenant_id = %(tenant)s AND state = 'planned'),
       (SELECT count(*) FROM worklist_task WHERE tenant_id = %(tenant)s AND done_at IS NULL AND due_on <= %(day)s
          AND (snoozed_until IS NULL OR snoozed_until <= %(day)s)),
       (SELECT count(*) FROM worklist_task WHERE tenant_id = %(tenant)s AND done_at IS NULL AND due_on < %(day)s
          AND (snoozed_until IS NULL OR snoozed_until <= %(day)s)),
       (SELECT count(*) FROM invoices_dispute WHERE tenant_id = %(tenant)s AND resolved_on IS NULL),
       (SELECT count(*) FROM correspondence_message
        WHERE tenant_id = %(tenant)s AND channel = 'post' AND state = 'queued'),
       (SELECT count(*) FROM collections_handoff_handoff
        WHERE tenant_id = %(tenant)s AND state IN ('prepared', 'approved')),
       (SELECT count(*) FROM payments_bankline
        WHERE tenant_id = %(tenant)s AND state IN ('new', 'proposed', 'unknown'))
"""


class Waiting(NamedTuple):
    """Numbers of things that a person should look at."""

    notices: int
    tasks: int
    tasks_overdue: int
    disputes: int
    letters: int
    handoffs: int
    bank_lines: int


def waiting(day: date) -> Waiting:
    """Count what waits for a person in the active tenant on a day."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {"tenant": current_tenant_id(), "day": day})
        return Waiting(*cursor.fetchone())
