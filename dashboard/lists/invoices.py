"""The list of invoices: what each asks, how late it is, where it stands on its ladder and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.paginator import Page
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dashboard import listing
from dashboard.listing import PER_PAGE, Option, Where
from dashboard.lists import next_steps
from dashboard.rows import badges
from dashboard.rows.badges import Badge
from dashboard.shell import Chip
from debtors.models import Debtor, sort_key
from debtors.states import DebtorKind
from dunning import phases, reasons

SORTS = {
    "nummer": "lpad(i.number, 60)",
    "debiteur": "d.sort_name",
    "factuurdatum": "i.issue_date",
    "vervaldatum": "i.due_date",
    "hoofdsom": "i.principal",
    "open": "i.principal_open + i.interest_open + i.costs_open",
    "voldaan": "i.settled_on",
}
DEFAULT = "vervaldatum"
STATES: dict[str, tuple[str | Promise, str]] = {
    "open": (gettext_lazy("open"), "i.is_open"),
    "vervallen": (pgettext_lazy("phase", "vervallen"), "i.is_open AND i.due_date < %(day)s"),
    "deels": (gettext_lazy("deels betaald"), "i.is_open AND i.principal_open < i.principal"),
    "voldaan": (gettext_lazy("voldaan"), "NOT i.is_open"),
    "alle": (gettext_lazy("open en voldaan"), "true"),
}
OPEN = "open"  # what is shown when nothing is asked: what is settled is history
# By days after the due date: from, through.
AGES: dict[str, tuple[str | Promise, str]] = {
    "niet": (gettext_lazy("niet vervallen"), "i.due_date >= %(day)s"),
    "1-30": (gettext_lazy("1–30 dagen"), "%(day)s::date - i.due_date BETWEEN 1 AND 30"),
    "31-60": (gettext_lazy("31–60 dagen"), "%(day)s::date - i.due_date BETWEEN 31 AND 60"),
    "61-90": (gettext_lazy("61–90 dagen"), "%(day)s::date - i.due_date BETWEEN 61 AND 90"),
    "90+": (gettext_lazy("meer dan 90 dagen"), "%(day)s::date - i.due_date > 90"),
}
# Outer joins: where nothing of the other table is asked, the database leaves it out of the totals.
FROM = """
FROM invoices_invoice i
LEFT JOIN debtors_debtor d ON d.tenant_id = i.tenant_id AND d.id = i.debtor_id
LEFT JOIN dunning_case c ON c.tenant_id = i.tenant_id AND c.invoice_id = i.id
WHERE {where}
"""
TOTALS = """
SELECT count(*) AS number, coalesce(sum(i.principal), 0) AS principal,
       coalesce(sum(i.principal_open + i.interest_open + i.costs_open), 0) AS open
"""
PAGE = """
SELECT i.id, i.public_id, i.number, i.issue_date, i.due_date, i.principal, i.is_open, i.settled_on,
       i.principal_open + i.interest_open + i.costs_open AS open, i.interest_open + i.costs_open AS added,
       d.public_id AS debtor_public_id, d.number AS debtor_number, d.name AS debtor_name, i.acted_as_consumer,
       coalesce(c.state, '') AS state, coalesce(c.position_kind, '') AS position_kind,
       coalesce(c.why_code, '') AS why_code, c.why_until, coalesce(c.why_until, c.next_look_on) AS on_day,
       (SELECT r.kind FROM dunning_rung r WHERE r.tenant_id = c.tenant_id AND r.policy_id = c.policy_id
        AND (r.key = c.why_rung OR (c.why_rung = '' AND c.why_code = '' AND c.position_key = '' AND r.position = 0))
        LIMIT 1) AS kind
"""


@dataclass(frozen=True)
class Row:
    """An invoice in the list."""

    public_id: str
    number: str
    url: str
    debtor_number: str
    debtor_name: str
    debtor_url: str
    kind: str
    issue_date: date
    due_date: date
    days_late: int
    principal: Decimal
    open_amount: Decimal
    is_open: bool
    settled_on: date | None
    phase: Badge
    next_on: date | None
    next_step: str
    why: str


class Totals(NamedTuple):
    """What is under the list: over everything that the filter lets through."""

    number: int
    principal: Decimal
    open_amount: Decimal


@dataclass(frozen=True)
class Asked:
    """What the address of the list asks for."""

    text: str
    state: str
    age: str
    phase: str
    why: str
    kind: str
    debtor: str
    sort: listing.Sort

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        query = request.GET
        return cls(
            text=query.get("q", "").replace("\0", "").strip()[:100],
            state=listing.one_of(request, "staat", STATES) or OPEN,
            age=listing.one_of(request, "dagen", AGES),
            phase=listing.one_of(request, "fase", phases.ORDER),
            why=listing.one_of(request, "reden", reasons.SENTENCES),
            kind=listing.one_of(request, "soort", DebtorKind.values),
            debtor=query.get("debiteur", "")[:14],
            sort=listing.sort_of(request, SORTS, DEFAULT, "i.id"),
        )


def where(asked: Asked, day: date) -> Where:
    """Give the conditions of what is asked."""
    found = Where("i.tenant_id = %(tenant)s", day=day)
    if asked.text:
        found.add(
            "(i.number ILIKE %(begins)s OR d.number ILIKE %(begins)s OR d.sort_name LIKE %(holds)s "
            "OR i.payment_reference = %(exact)s OR i.order_reference ILIKE %(begins)s)",
            begins=f"{listing.literal(asked.text)}%",
            holds=f"%{listing.literal(sort_key(asked.text))}%",
            exact=asked.text,
        )
    found.add(f"({STATES[asked.state][1]})")
    if asked.age:
        found.add(f"(i.is_open AND {AGES[asked.age][1]})")
    if asked.phase:
        phase = phases.in_sql("c", "(i.due_date < %(day)s)")
        found.add(f"(i.is_open AND c.id IS NOT NULL AND {phase} = %(phase)s)", phase=phases.ORDER.index(asked.phase))
    if asked.why:
        found.add("(i.is_open AND c.state = 'active' AND c.why_code = %(why)s)", why=asked.why)
    if asked.kind:
        found.add("i.acted_as_consumer = %(consumer)s", consumer=asked.kind == DebtorKind.CONSUMER)
    if asked.debtor:
        found.add("d.public_id = %(debtor)s", debtor=asked.debtor)
    return found


def page_of(asked: Asked, *, number: int, day: date, per_page: int = PER_PAGE) -> tuple[Page[Row], Totals]:
    """Give a page of the list, and the totals of all of it; in a fixed number of queries."""
    found = where(asked, day)
    source = FROM.format(where=found)
    [sums] = listing.rows(f"{TOTALS} {source}", found.values)
    totals = Totals(sums["number"], sums["principal"], sums["open"])
    number = listing.last_or(number, totals.number, per_page)
    sql = f"{PAGE} {source} ORDER BY {asked.sort.sql} LIMIT %(limit)s OFFSET %(offset)s"
    held = listing.rows(sql, found.values | {"limit": per_page, "offset": (number - 1) * per_page})
    rows = [_row(row, day) for row in held]
    return listing.page(rows, number=number, count=totals.number, per_page=per_page), totals


def ids_of(asked: Asked, *, day: date, limit: int) -> list[int]:
    """Give the ids of what a filter lets through and is open, up to a limit."""
    found = where(asked, day)
    found.add("i.is_open")
    sql = f"SELECT i.id {FROM.format(where=found)} ORDER BY i.id LIMIT %(limit)s"
    return [row["id"] for row in listing.rows(sql, found.values | {"limit": limit})]


def _row(row: dict[str, Any], day: date) -> Row:
    step = _step(row)
    return Row(
        public_id=row["public_id"],
        number=row["number"],
        url=reverse("dashboard:invoice", args=[row["public_id"]]),
        debtor_number=row["debtor_number"],
        debtor_name=row["debtor_name"],
        debtor_url=reverse("dashboard:debtor", args=[row["debtor_public_id"]]),
        kind=str(DebtorKind.CONSUMER.label if row["acted_as_consumer"] else DebtorKind.BUSINESS.label),
        issue_date=row["issue_date"],
        due_date=row["due_date"],
        days_late=max(0, (day - row["due_date"]).days) if row["is_open"] else 0,
        principal=row["principal"],
        open_amount=row["open"],
        is_open=row["is_open"],
        settled_on=row["settled_on"],
        phase=badges.claim(
            is_open=row["is_open"],
            state=row["state"],
            position_kind=row["position_kind"],
            why_code=row["why_code"],
            due_date=row["due_date"],
            day=day,
        ),
        next_on=step.on if step else None,
        next_step=step.what if step else "",
        why=reasons.sentence(row["why_code"], until=row["why_until"], rung_kind=row["kind"] or "") if step else "",
    )


def _step(row: dict[str, Any]) -> next_steps.NextStep | None:
    if not row["is_open"] or row["state"] != "active":
        return None
    return next_steps.step(row["why_code"], row["why_until"], row["kind"] or "", row["on_day"])


def state_options(asked: Asked) -> list[Option]:
    """Give the choices of the filter for how a claim stands."""
    return listing.options(((name, label) for name, (label, _sql) in STATES.items()), asked.state)


def age_options(asked: Asked) -> list[Option]:
    """Give the choices of the filter for how late a claim is."""
    return listing.options(((name, label) for name, (label, _sql) in AGES.items()), asked.age)


def why_options(asked: Asked) -> list[Option]:
    """Give the choices of the filter for why a claim got nothing."""
    known = ((str(why), reasons.label(why)) for why in reasons.SENTENCES)
    return listing.options(sorted(known, key=lambda pair: str(pair[1])), asked.why)


def chips(request: HttpRequest, asked: Asked) -> list[Chip]:
    """Give the filters in force."""
    found: list[tuple[str, object]] = []
    if asked.text:
        found.append(("q", f"“{asked.text}”"))
    if asked.debtor:
        found.append(("debiteur", _debtor_label(asked.debtor)))
    if asked.state != OPEN:
        found.append(("staat", STATES[asked.state][0]))
    if asked.age:
        found.append(("dagen", AGES[asked.age][0]))
    if asked.phase:
        found.append(("fase", phases.LABELS[asked.phase]))
    if asked.why:
        found.append(("reden", reasons.label(asked.why)))
    if asked.kind:
        found.append(("soort", DebtorKind(asked.kind).label))
    return [listing.chip(request, label, name) for name, label in found]


def _debtor_label(public_id: str) -> str:
    debtor = Debtor.objects.filter(public_id=public_id).first()
    return str(debtor) if debtor else _("onbekende debiteur")


def known_debtors(limit: int = 500) -> Iterable[Debtor]:
    """Give debtors to choose from in a form, by number."""
    return Debtor.objects.order_by("number", "pk")[:limit]
