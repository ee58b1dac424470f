"""The list of debtors: what each owes, how late, where he stands and what comes next."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.paginator import Page
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboard import listing
from dashboard.listing import PER_PAGE, Option, Where
from dashboard.lists import next_steps, signals
from dashboard.rows import badges
from dashboard.rows.badges import Badge
from dashboard.shell import Chip
from debtors.models import sort_key
from debtors.states import DebtorKind
from dunning import phases
from tenants.access import TenantRequest
from tenants.context import current_tenant_id
from tenants.models import Membership

SORTS = {
    "nr": "lpad(number, 40)",
    "naam": "sort_name",
    "open": "open",
    "vervallen": "overdue",
    "oudste": "oldest_days",
}
DEFAULT = "-open"
ANYBODY, MINE, NOBODY = "", "ik", "niemand"
COLUMNS = ("vervallen", "oudste", "fase", "signaal", "contact", "volgende", "eigenaar", "segment")
SHOWN = ("vervallen", "oudste", "fase", "signaal", "contact", "volgende", "eigenaar")

# Reads what is open once, whatever the order: the totals under the list need all of it anyway.
LISTED = """
SELECT d.id, d.public_id, d.number, d.name, d.sort_name, d.kind, d.legal_state, d.own_group, d.segment, d.owner_id,
       coalesce(m.open, 0) AS open, coalesce(m.overdue, 0) AS overdue, coalesce(m.claims, 0) AS claims,
       %(day)s::date - m.oldest AS oldest_days
FROM debtors_debtor d
LEFT JOIN (SELECT debtor_id, sum(principal_open + interest_open + costs_open) AS open, count(*) AS claims,
                  sum(principal_open + interest_open + costs_open) FILTER (WHERE due_date < %(day)s) AS overdue,
                  min(due_date) FILTER (WHERE due_date < %(day)s) AS oldest
           FROM invoices_invoice WHERE tenant_id = %(tenant)s AND is_open GROUP BY debtor_id) m ON m.debtor_id = d.id
WHERE {where}
"""
PAGE = """
WITH listed AS MATERIALIZED ({listed}),
totals AS (SELECT count(*) AS count, coalesce(sum(open), 0) AS sum_open, coalesce(sum(overdue), 0) AS sum_overdue
           FROM listed)
SELECT totals.*, shown.* FROM totals LEFT JOIN (
  SELECT * FROM listed ORDER BY {order} LIMIT %(limit)s
  OFFSET (SELECT least(%(offset)s, greatest(0, (count - 1) / %(limit)s * %(limit)s)) FROM totals)
) shown ON true ORDER BY {order}
"""
# The most severe phase among the open claims of a debtor; what stands still counts only where nothing else does.
PHASES = """
SELECT debtor_id, max(CASE WHEN phase = {blocked} THEN -1 ELSE phase END) AS phase FROM (
  SELECT c.debtor_id, {phase} AS phase
  FROM dunning_case c JOIN invoices_invoice i ON i.tenant_id = c.tenant_id AND i.id = c.invoice_id
  WHERE c.tenant_id = %(tenant)s AND i.is_open {mine}
) claims GROUP BY debtor_id
"""
OF_PHASE = {place if code != "blocked" else -1: code for place, code in enumerate(phases.ORDER)}


@dataclass(frozen=True)
class Row:
    """A debtor in the list."""

    id: int
    public_id: str
    number: str
    name: str
    kind: str
    open_amount: Decimal
    overdue: Decimal
    claims: int
    oldest: int | None
    segment: str
    owner: str
    url: str
    phase: Badge | None
    signal: Badge | None
    more_signals: str
    last_contact: date | None
    last_contact_icon: str
    last_contact_word: str
    next_on: date | None
    next_step: str


class Totals(NamedTuple):
    """What is under the list: over everything that the filter lets through."""

    number: int
    open_amount: Decimal
    overdue: Decimal


@dataclass(frozen=True)
class Asked:
    """What the address of the list asks for."""

    text: str
    phase: str
    kind: str
    owner: str
    segment: str
    overdue: bool
    blocked: bool
    owing: bool
    columns: tuple[str, ...]
    sort: listing.Sort

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        query = request.GET
        columns = tuple(name for name in COLUMNS if name in query.getlist("kolom"))
        return cls(
            text=query.get("q", "").replace("\0", "").strip()[:100],
            phase=listing.one_of(request, "fase", phases.ORDER),
            kind=listing.one_of(request, "soort", DebtorKind.values),
            owner=query.get("eigenaar", "")[:14],
            segment=query.get("segment", "").replace("\0", "")[:40],
            overdue=query.get("vervallen") == "1",
            blocked=query.get("geblokkeerd") == "1",
            owing=query.get("open") == "1",
            columns=columns or SHOWN,
            sort=listing.sort_of(request, SORTS, DEFAULT, "id"),
        )


def where(asked: Asked, day: date, user_id: int) -> Where:
    """Give the conditions of what is asked."""
    found = Where("d.tenant_id = %(tenant)s", day=day)
    if asked.text:
        found.add(
            "(d.number ILIKE %(begins)s OR d.sort_name LIKE %(holds)s OR d.city ILIKE %(city)s OR d.id IN "
            "(SELECT debtor_id FROM debtors_contact WHERE tenant_id = %(tenant)s AND email ILIKE %(city)s))",
            begins=f"{listing.literal(asked.text)}%",
            holds=f"%{listing.literal(sort_key(asked.text))}%",
            city=f"%{listing.literal(asked.text)}%",
        )
    if asked.kind:
        found.add("d.kind = %(kind)s", kind=asked.kind)
    if asked.segment:
        found.add("d.segment = %(segment)s", segment=asked.segment)
    _owned(found, asked.owner, user_id)
    if asked.overdue:
        found.add("m.overdue > 0")
    if asked.owing:
        found.add("m.open > 0")
    if asked.blocked:
        found.add(f"(d.legal_state <> '' OR d.own_group OR d.id IN ({signals.HELD}))")
    if asked.phase:
        wanted = next(place for place, code in OF_PHASE.items() if code == asked.phase)
        found.add(
            f"d.id IN (SELECT debtor_id FROM ({_phases('')}) p WHERE p.phase = %(wanted)s)",  # noqa: S608 - ours
            wanted=wanted,
        )
    return found


def _owned(found: Where, owner: str, user_id: int) -> None:
    if owner == MINE:
        found.add("d.owner_id = %(me)s", me=user_id)
    elif owner == NOBODY:
        found.add("d.owner_id IS NULL")
    elif owner:
        found.add("d.owner_id = (SELECT id FROM tenants_user WHERE public_id = %(owner)s)", owner=owner)


def _phases(mine: str) -> str:
    phase = phases.in_sql("c", "(i.due_date < %(day)s)")
    return PHASES.format(blocked=phases.ORDER.index("blocked"), phase=phase, mine=mine)


def page_of(
    asked: Asked, *, number: int, day: date, user_id: int, per_page: int = PER_PAGE
) -> tuple[Page[Row], Totals]:
    """Give a page of the list, and the totals of all of it; in a fixed number of queries."""
    found = where(asked, day, user_id)
    listed = LISTED.format(where=found)
    values = found.values | {"limit": per_page, "offset": (number - 1) * per_page}
    held = listing.rows(PAGE.format(listed=listed, order=asked.sort.sql), values)
    totals = Totals(held[0]["count"], held[0]["sum_open"], held[0]["sum_overdue"])
    rows = _rows([row for row in held if row["id"] is not None], day)
    return listing.page(rows, number=number, count=totals.number, per_page=per_page), totals


def ids_of(asked: Asked, *, day: date, user_id: int, limit: int) -> list[int]:
    """Give the ids of everything that a filter lets through, up to a limit."""
    found = where(asked, day, user_id)
    sql = f"SELECT id FROM ({LISTED.format(where=found)}) listed ORDER BY id LIMIT %(limit)s"  # noqa: S608 - ours
    return [row["id"] for row in listing.rows(sql, found.values | {"limit": limit})]


def _rows(held: list[dict[str, Any]], day: date) -> list[Row]:
    ids = [row["id"] for row in held]
    values = {"ids": ids, "day": day, "tenant": current_tenant_id()}
    standing = listing.rows(_phases("AND c.debtor_id = ANY(%(ids)s)"), values)
    of_phase = {row["debtor_id"]: row["phase"] for row in standing}
    owners = _owners([row["owner_id"] for row in held])
    told = signals.of_debtors(values)
    steps = next_steps.of_debtors(values)
    contacts = signals.last_contacts(values)
    return [
        _row(
            row,
            phase=badges.phase(OF_PHASE[of_phase[row["id"]]]) if row["id"] in of_phase else None,
            owner=owners.get(row["owner_id"], ""),
            found=signals.badges_of(row, told.get(row["id"])),
            step=steps.get(row["id"]),
            contact=contacts.get(row["id"]),
        )
        for row in held
    ]


def _row(
    row: dict[str, Any],
    *,
    phase: Badge | None,
    owner: str,
    found: list[Badge],
    step: next_steps.NextStep | None,
    contact: signals.Contact | None,
) -> Row:
    return Row(
        id=row["id"],
        public_id=row["public_id"],
        number=row["number"],
        name=row["name"],
        kind=str(DebtorKind(row["kind"]).label),
        open_amount=row["open"],
        overdue=row["overdue"],
        claims=row["claims"],
        oldest=row["oldest_days"],
        segment=row["segment"],
        owner=owner,
        url=reverse("dashboard:debtor", args=[row["public_id"]]),
        phase=phase,
        signal=found[0] if found else None,
        more_signals=", ".join(str(badge.label) for badge in found[1:]),
        last_contact=contact.on if contact else None,
        last_contact_icon=contact.icon if contact else "",
        last_contact_word=str(contact.word) if contact else "",
        next_on=step.on if step else None,
        next_step=step.what if step else "",
    )


def _owners(ids: list[int | None]) -> dict[int | None, str]:
    """Give the names of people of this tenant by id."""
    rows = Membership.objects.filter(tenant_id=current_tenant_id(), user_id__in={one for one in ids if one})
    return dict(rows.values_list("user_id", "user__name"))


def people(tenant_id: int) -> list[tuple[str, str]]:
    """Give who can own debtors and tasks: (public id, name)."""
    rows = Membership.objects.filter(tenant_id=tenant_id).select_related("user").order_by("user__name", "pk")
    return [(row.user.public_id, row.user.name or row.user.email) for row in rows]


def owner_options(request: TenantRequest, asked: Asked) -> list[Option]:
    """Give the choices of the filter for owners."""
    choices = [(MINE, _("Mijn debiteuren")), (NOBODY, _("Zonder eigenaar")), *people(request.tenant.pk)]
    return listing.options(choices, asked.owner)


def chips(request: TenantRequest, asked: Asked) -> list[Chip]:
    """Give the filters in force."""
    found = []
    if asked.text:
        found.append(listing.chip(request, f"“{asked.text}”", "q"))
    if asked.phase:
        found.append(listing.chip(request, phases.LABELS[asked.phase], "fase"))
    if asked.kind:
        found.append(listing.chip(request, DebtorKind(asked.kind).label, "soort"))
    if asked.owner:
        label = next((one.label for one in owner_options(request, asked) if one.is_chosen), asked.owner)
        found.append(listing.chip(request, label, "eigenaar"))
    if asked.segment:
        found.append(listing.chip(request, asked.segment, "segment"))
    for name, is_on, label in (
        ("vervallen", asked.overdue, _("alleen vervallen")),
        ("geblokkeerd", asked.blocked, _("staat stil")),
        ("open", asked.owing, _("met een open bedrag")),
    ):
        if is_on:
            found.append(listing.chip(request, label, name))
    return found
