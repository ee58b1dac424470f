"""What comes next for a debtor or a claim, as the night left it on the cases."""

from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from dashboard import listing
from dunning import reasons
from dunning.states import RungKind

# Of every debtor the claim that moves first. A case that no night has looked at yet waits for its own first rung.
OF_DEBTORS = """
SELECT DISTINCT ON (c.debtor_id) c.debtor_id, c.why_code, coalesce(c.why_until, c.next_look_on) AS on_day,
       c.why_until, r.kind
FROM dunning_case c
JOIN invoices_invoice i ON i.tenant_id = c.tenant_id AND i.id = c.invoice_id AND i.is_open
LEFT JOIN dunning_rung r ON r.tenant_id = c.tenant_id AND r.policy_id = c.policy_id
  AND (r.key = c.why_rung OR (c.why_rung = '' AND c.why_code = '' AND c.position_key = '' AND r.position = 0))
WHERE c.tenant_id = %(tenant)s AND c.state = 'active' AND c.debtor_id = ANY(%(ids)s)
ORDER BY c.debtor_id, CASE WHEN c.why_code = 'planned' THEN 0 WHEN c.why_until IS NOT NULL THEN 1
         WHEN c.why_code <> '' THEN 2 ELSE 3 END, coalesce(c.why_until, c.next_look_on), c.id
"""
WITHOUT_A_DAY = frozenset({"dispute", "legal_state", "own_group", "arrangement"})


class NextStep(NamedTuple):
    """What comes next, and when."""

    on: date | None
    what: str


def of_debtors(values: dict[str, Any]) -> dict[int, NextStep]:
    """Give the next step of debtors by id (values: tenant, ids)."""
    return {
        row["debtor_id"]: step(row["why_code"], row["why_until"], row["kind"] or "", row["on_day"])
        for row in listing.rows(OF_DEBTORS, values)
    }


def step(why: str, until: date | None, rung_kind: str, look_on: date | None) -> NextStep:
    """Give a reason of the ladder as a step: the rung and its day, else the reason why there is none."""
    label = str(RungKind(rung_kind).label) if rung_kind in RungKind.values else ""
    if why in {"", "next_rung", "planned", "letter_term", "sending_day", "contact_interval"} and label:
        return NextStep(until or look_on, label)
    return NextStep(until, reasons.sentence(why, rung_kind=rung_kind).lower() if why else _("vannacht bekeken"))
