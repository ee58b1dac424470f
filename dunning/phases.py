"""In which phase a claim stands: one table for pages that ask Python and for lists that ask the database."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# In the order in which a claim goes through them; what is blocked stands beside that.
LABELS: dict[str, str | Promise] = {
    "not_due": _("nog niet vervallen"),
    "overdue": _("nog geen herinnering"),  # and not "overdue", as a claim in most later phases is too
    "reminder": _("herinnering"),
    "demand": _("aanmaning"),
    "statutory": _("wettelijke brief"),
    "final": _("laatste sommatie"),
    "blocked": _("staat stil"),
    "handed_over": _("overgedragen"),
}
ORDER = tuple(LABELS)
BLOCKED = frozenset(
    {
        "debtor_hold",
        "invoice_hold",
        "dispute",
        "promise",
        "arrangement",
        "payment_pending",
        "legal_state",
        "own_group",
    }
)
OF_KIND = {
    "": "overdue",
    "courtesy": "overdue",
    "reminder": "reminder",
    "second_reminder": "reminder",
    "demand": "demand",
    "call": "demand",
    "default_notice": "statutory",
    "fourteen_day_letter": "statutory",
    "final_demand": "final",
    "handoff": "final",
}


def phase_of(state: str, position_kind: str, why_code: str, *, overdue: bool) -> str:
    """Give the phase in which a claim stands."""
    if state == "handed_over":
        return "handed_over"
    if why_code in BLOCKED:
        return "blocked"
    return OF_KIND.get(position_kind, "overdue") if overdue else "not_due"


def in_sql(case: str, overdue: str) -> str:
    """Give the place of a claim's phase in `ORDER` as an SQL expression: over a case, and whether its claim is overdue.

    Both arguments are ours (an alias, an expression); nothing of a user is in them.
    """
    blocked = ", ".join(f"'{why}'" for why in sorted(BLOCKED))
    kinds = " ".join(f"WHEN '{kind}' THEN {ORDER.index(phase)}" for kind, phase in OF_KIND.items())
    return (
        f"CASE WHEN {case}.state = 'handed_over' THEN {ORDER.index('handed_over')}"
        f" WHEN {case}.why_code IN ({blocked}) THEN {ORDER.index('blocked')}"
        f" WHEN NOT {overdue} THEN {ORDER.index('not_due')}"
        f" ELSE CASE {case}.position_kind {kinds} ELSE {ORDER.index('overdue')} END END"
    )
