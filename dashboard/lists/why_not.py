"""Why claims that are overdue get nothing: each with its reason in words, and how many and how much for each reason."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dashboard import listing
from dashboard.listing import PER_PAGE, Where
from debtors.models import sort_key
from dunning import reasons
from dunning.snapshot import Why

UNSEEN, HANDED_OVER = "nog_niet_bekeken", "overgedragen"
# Reasons that the ladder does not write down itself: no night has looked yet, or somebody else has the claim.
OURS: dict[str, str | Promise] = {
    UNSEEN: _("de eerstvolgende nacht bekijkt dit"),
    HANDED_OVER: _("overgedragen, van ons gaat niets meer uit"),
}
# In a count, where there is no day to name.
SHORT: dict[str, str | Promise] = {
    Why.NEXT_RUNG: _("nog niet aan de volgende stap toe"),
    Why.LETTER_TERM: _("de termijn van de vorige brief loopt"),
    Why.TASK: _("er staat een taak klaar, geen brief"),
}
# What waits in a letter does go out; it stands on the page of its night.
REASON = (
    f"CASE WHEN c.state = 'handed_over' THEN '{HANDED_OVER}' WHEN c.why_code = '' THEN '{UNSEEN}' ELSE c.why_code END"
)
STAYING = f"""
SELECT c.id, {REASON} AS reason, c.why_until, c.why_rung, i.public_id, i.number, i.due_date,
       %(day)s::date - i.due_date AS late, i.principal_open + i.interest_open + i.costs_open AS open,
       d.public_id AS debtor_public_id, d.number AS debtor_number, d.name, d.sort_name, r.kind AS rung_kind
FROM dunning_case c
JOIN invoices_invoice i ON i.tenant_id = c.tenant_id AND i.id = c.invoice_id
JOIN debtors_debtor d ON d.tenant_id = c.tenant_id AND d.id = c.debtor_id
LEFT JOIN dunning_rung r ON r.tenant_id = c.tenant_id AND r.policy_id = c.policy_id AND r.key = c.why_rung
WHERE {{where}}
"""  # noqa: S608 - ours
COUNTS = f"""
SELECT {REASON} AS reason, count(*) AS count, sum(i.principal_open + i.interest_open + i.costs_open) AS amount
FROM dunning_case c JOIN invoices_invoice i ON i.tenant_id = c.tenant_id AND i.id = c.invoice_id
WHERE {{where}} GROUP BY 1
"""  # noqa: S608 - ours
PAGE = """
WITH listed AS MATERIALIZED ({listed}),
totals AS (SELECT count(*) AS count, coalesce(sum(open), 0) AS sum_open FROM listed)
SELECT totals.count, totals.sum_open, shown.* FROM totals LEFT JOIN (
  SELECT * FROM listed ORDER BY {order} LIMIT %(limit)s
  OFFSET (SELECT least(%(offset)s, greatest(0, (count - 1) / %(limit)s * %(limit)s)) FROM totals)
) shown ON true ORDER BY {order}
"""
SORTS = {"open": "open", "dagen": "late", "naam": "sort_name", "nr": "number"}
DEFAULT = "-open"


@dataclass(frozen=True)
class Reason:
    """Why some claims get nothing: how many, how much, and the list of them."""

    code: str
    label: str
    count: int
    amount: Decimal
    url: str
    must_act: bool


@dataclass(frozen=True)
class Row:
    """A claim that gets nothing."""

    number: str
    url: str
    debtor_number: str
    name: str
    debtor_url: str
    due_date: date
    late: int
    open_amount: Decimal
    reason: str
    until: date | None
    must_act: bool


@dataclass(frozen=True)
class Totals:
    """What is under the list."""

    count: int
    amount: Decimal


@dataclass(frozen=True)
class Asked:
    """What the address of the list asks for."""

    text: str
    reason: str
    sort: listing.Sort

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        sort = query.get("sorteer", DEFAULT)
        sort = sort if sort.lstrip("-") in SORTS else DEFAULT
        way = "DESC" if sort.startswith("-") else "ASC"
        reason = query.get("reden", "")
        return cls(
            text=query.get("q", "").replace("\0", "").strip()[:100],
            reason=reason if reason in known() else "",
            sort=listing.Sort(sort, f"{SORTS[sort.lstrip('-')]} {way}, id {way}"),
        )


def known() -> set[str]:
    """Give every reason that there is."""
    return {*OURS, *reasons.SENTENCES} - {Why.PLANNED}


def label(code: str) -> str:
    """Name a reason."""
    text = str(OURS.get(code) or SHORT.get(code) or reasons.label(code))
    return text[:1].upper() + text[1:]


def _staying(day: date) -> Where:
    return Where(
        "c.tenant_id = %(tenant)s",
        "c.state <> 'closed'",
        "i.is_open",
        "i.due_date < %(day)s",
        "(c.state = 'handed_over' OR c.why_code <> 'planned')",
        day=day,
    )


def counts(day: date) -> list[Reason]:
    """Give why overdue claims get nothing: what needs a person first, then most; in one statement."""
    url, staying = reverse("dashboard:why_not"), _staying(day)
    found = [
        Reason(
            row["reason"],
            label(row["reason"]),
            row["count"],
            row["amount"],
            f"{url}?reden={row['reason']}",
            row["reason"] in reasons.NEEDS_A_PERSON,
        )
        for row in listing.rows(COUNTS.format(where=staying), staying.values)
    ]
    return sorted(found, key=lambda reason: (not reason.must_act, -reason.count))


def page_of(asked: Asked, *, day: date, number: int, per_page: int = PER_PAGE) -> tuple[Page[Row], Totals]:
    """Give a page of the claims that get nothing, and the totals of all of them."""
    found = _staying(day)
    if asked.reason:
        found.add(f"{REASON} = %(reason)s", reason=asked.reason)
    if asked.text:
        literal = asked.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        found.add(
            "(i.number ILIKE %(holds)s OR d.number ILIKE %(begins)s OR d.sort_name LIKE %(name)s)",
            holds=f"%{literal}%",
            begins=f"{literal}%",
            name=f"%{sort_key(literal)}%",
        )
    values = found.values | {"limit": per_page, "offset": (number - 1) * per_page}
    held = listing.rows(PAGE.format(listed=STAYING.format(where=found), order=asked.sort.sql), values)
    totals = Totals(held[0]["count"], held[0]["sum_open"])
    rows = [_row(row) for row in held if row["id"] is not None]
    return listing.page(rows, number=number, count=totals.count, per_page=per_page), totals


def _row(row: dict[str, Any]) -> Row:
    code, until = row["reason"], row["why_until"]
    sentence = label(code) if code in OURS else reasons.sentence(code, until=until, rung_kind=row["rung_kind"] or "")
    return Row(
        number=row["number"],
        url=reverse("dashboard:invoice", args=[row["public_id"]]),
        debtor_number=row["debtor_number"],
        name=row["name"],
        debtor_url=reverse("dashboard:debtor", args=[row["debtor_public_id"]]),
        due_date=row["due_date"],
        late=row["late"],
        open_amount=row["open"],
        reason=sentence,
        until=until,
        must_act=code in reasons.NEEDS_A_PERSON,
    )
