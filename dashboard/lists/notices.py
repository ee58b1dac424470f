"""The letters of a night, or all that wait: for whom, by which rung and channel, what they ask, how they stand."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.paginator import Page
from django.db import connection
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.money import ZERO
from correspondence.states import ChannelKind
from dashboard import listing
from dashboard.listing import PER_PAGE, Where
from dashboard.rows import badges
from dashboard.rows.badges import Badge
from dashboard.rows.tonight import LEGAL, channels
from dashboard.templatetags.kit_words import dutch
from debtors.models import sort_key
from dunning.models import Run
from dunning.states import Approval, NoticeState, RungKind
from tenants.context import current_tenant_id

SORTS = {
    "naam": "sort_name",
    "nr": "lpad(number, 40)",
    "bedrag": "total",
    "soort": "kind_order",
    "dag": "planned_for",
}
DEFAULT = "-bedrag"
# By mail only, on paper only, or both.
CHANNELS = ("email", "post", "beide")
GONE = (NoticeState.WITHDRAWN, NoticeState.FAILED)
CAN_APPROVE = frozenset({NoticeState.PLANNED})
CAN_HOLD_BACK = frozenset({NoticeState.PLANNED, NoticeState.APPROVED, NoticeState.QUEUED})

_ORDER = " ".join(f"WHEN '{kind}' THEN {place}" for place, kind in enumerate(RungKind.values))
LISTED = f"""
SELECT n.id, n.public_id, n.kind, n.state, n.approval, n.channels, n.planned_for, n.total, n.interest, n.costs,
       n.announced_costs, n.announced_vat, n.credit, n.term_days, n.term_ends_on, n.ended_reason, n.approved_by,
       n.dispatched_on, CASE n.kind {_ORDER} END AS kind_order,
       d.id AS debtor_id, d.public_id AS debtor_public_id, d.number, d.name, d.sort_name, d.street, d.postcode, d.city
FROM dunning_notice n JOIN debtors_debtor d ON d.tenant_id = n.tenant_id AND d.id = n.debtor_id
WHERE {{where}}
"""  # noqa: S608 - ours
PAGE = """
WITH listed AS MATERIALIZED ({listed}),
totals AS (SELECT count(*) AS count, coalesce(sum(total), 0) AS sum_total,
                  count(*) FILTER (WHERE state = 'planned') AS waiting FROM listed)
SELECT totals.count, totals.sum_total, totals.waiting, shown.* FROM totals LEFT JOIN (
  SELECT * FROM listed ORDER BY {order} LIMIT %(limit)s
  OFFSET (SELECT least(%(offset)s, greatest(0, (count - 1) / %(limit)s * %(limit)s)) FROM totals)
) shown ON true ORDER BY {order}
"""
LINES = """
SELECT l.notice_id, count(*) AS claims, (array_agg(i.number ORDER BY i.due_date, i.id))[1:3] AS numbers,
       max(p.name) AS policy
FROM dunning_noticeline l
JOIN invoices_invoice i ON i.tenant_id = l.tenant_id AND i.id = l.invoice_id
JOIN dunning_case c ON c.tenant_id = l.tenant_id AND c.id = l.case_id
JOIN dunning_policy p ON p.tenant_id = c.tenant_id AND p.id = c.policy_id
WHERE l.tenant_id = %(tenant)s AND l.notice_id = ANY(%(ids)s) GROUP BY l.notice_id
"""
# To whom a mail would go now: as debtors.queries.reminder_contact chooses.
ADDRESSES = """
SELECT DISTINCT ON (debtor_id) debtor_id, email FROM debtors_contact
WHERE tenant_id = %(tenant)s AND debtor_id = ANY(%(debtors)s) AND email <> '' AND email_invalid_since IS NULL
ORDER BY debtor_id, CASE role WHEN 'reminder' THEN 0 WHEN 'invoice' THEN 1 ELSE 2 END, id
"""
MESSAGES = """
SELECT subject_id, public_id, channel, state, to_address FROM correspondence_message
WHERE tenant_id = %(tenant)s AND subject_kind = 'notice' AND subject_id = ANY(%(public_ids)s) ORDER BY id
"""
BY_STATE = "SELECT state, count(*), sum(total) FROM dunning_notice n WHERE {where} GROUP BY state"


class MessageLink(NamedTuple):
    """A message in which a notice left."""

    public_id: str
    url: str
    icon: str
    channel: str
    badge: Badge


@dataclass(frozen=True)
class Row:
    """A letter in the list."""

    id: int
    public_id: str
    url: str
    number: str
    name: str
    debtor_url: str
    kind: str
    is_legal: bool
    channels: Sequence[tuple[str, str]]
    channel_words: str
    address: str
    claims: int
    invoices: str
    amount: Decimal
    policy: str
    says: str
    state: Badge
    approval: str
    planned_for: date
    reason: str
    messages: Sequence[MessageLink]
    can_pick: bool

    @property
    def state_word(self) -> str:
        return str(self.state.label)

    @property
    def message_ids(self) -> str:
        return " ".join(message.public_id for message in self.messages)


@dataclass(frozen=True)
class Totals:
    """What is under the list: over everything that the filter lets through."""

    count: int
    amount: Decimal
    waiting: int


@dataclass(frozen=True)
class Asked:
    """What the address of the list asks for."""

    text: str
    kind: str
    channel: str
    policy: str
    state: str
    sort: listing.Sort

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        sort = query.get("sorteer", DEFAULT)
        sort = sort if sort.lstrip("-") in SORTS else DEFAULT
        way = "DESC" if sort.startswith("-") else "ASC"
        return cls(
            text=query.get("q", "").replace("\0", "").strip()[:100],
            kind=_one_of(query, "soort", RungKind.values),
            channel=_one_of(query, "kanaal", CHANNELS),
            policy=query.get("beleid", "")[:14].replace("\0", ""),
            state=_one_of(query, "staat", NoticeState.values),
            sort=listing.Sort(sort, f"{SORTS[sort.lstrip('-')]} {way}, id {way}"),
        )


def _one_of(query: QueryDict, name: str, allowed: Sequence[str]) -> str:
    asked = query.get(name, "")
    return asked if asked in allowed else ""


def of_run(run: Run | None) -> Where:
    """Give the condition of the letters of a night; without one, of all that wait for a person."""
    if run is None:
        return Where("n.tenant_id = %(tenant)s", "n.state = 'planned'")
    return Where("n.tenant_id = %(tenant)s", "n.run_id = %(run)s", run=run.pk)


def where(asked: Asked, run: Run | None) -> Where:
    """Give the conditions of what is asked."""
    found = of_run(run)
    if asked.text:
        literal = asked.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        found.add(
            "(d.number ILIKE %(begins)s OR d.sort_name LIKE %(holds)s OR EXISTS (SELECT FROM dunning_noticeline l "
            "JOIN invoices_invoice i ON i.tenant_id = l.tenant_id AND i.id = l.invoice_id "
            "WHERE l.tenant_id = n.tenant_id AND l.notice_id = n.id AND i.number ILIKE %(contains)s))",
            begins=f"{literal}%",
            holds=f"%{sort_key(literal)}%",
            contains=f"%{literal}%",
        )
    if asked.kind:
        found.add("n.kind = %(kind)s", kind=asked.kind)
    if asked.channel:
        ways = {"email": ["email"], "post": ["post"], "beide": ["email", "post"]}[asked.channel]
        found.add("n.channels::text[] @> %(ways)s AND cardinality(n.channels) = cardinality(%(ways)s)", ways=ways)
    if asked.policy:
        found.add(
            "EXISTS (SELECT FROM dunning_noticeline l "
            "JOIN dunning_case c ON c.tenant_id = l.tenant_id AND c.id = l.case_id "
            "JOIN dunning_policy p ON p.tenant_id = c.tenant_id AND p.id = c.policy_id "
            "WHERE l.tenant_id = n.tenant_id AND l.notice_id = n.id AND p.lineage = %(lineage)s)",
            lineage=asked.policy,
        )
    if asked.state:
        found.add("n.state = %(state)s", state=asked.state)
    return found


def page_of(asked: Asked, run: Run | None, *, number: int, per_page: int = PER_PAGE) -> tuple[Page[Row], Totals]:
    """Give a page of the list, and the totals of all of it; in a fixed number of queries."""
    found = where(asked, run)
    values = found.values | {"limit": per_page, "offset": (number - 1) * per_page}
    held = listing.rows(PAGE.format(listed=LISTED.format(where=found), order=asked.sort.sql), values)
    totals = Totals(held[0]["count"], held[0]["sum_total"], held[0]["waiting"])
    rows = _rows([row for row in held if row["id"] is not None])
    return listing.page(rows, number=number, count=totals.count, per_page=per_page), totals


def ids_of(asked: Asked, run: Run | None, states: Sequence[str], limit: int) -> list[int]:
    """Give the ids of everything that a filter lets through and that is in one of some states, up to a limit."""
    found = where(asked, run)
    found.add("n.state = ANY(%(states)s)", states=list(states))
    sql = f"SELECT id FROM ({LISTED.format(where=found)}) listed ORDER BY id LIMIT %(limit)s"  # noqa: S608 - ours
    return [row["id"] for row in listing.rows(sql, found.values | {"limit": limit})]


def by_state(run: Run | None) -> dict[str, tuple[int, Decimal]]:
    """Give how many letters of a night, and how much they ask, stand in each state."""
    found = of_run(run)
    with connection.cursor() as cursor:
        cursor.execute(BY_STATE.format(where=found), found.values)
        return {state: (count, amount or ZERO) for state, count, amount in cursor.fetchall()}


def _rows(held: list[dict[str, Any]]) -> list[Row]:
    values = {
        "tenant": current_tenant_id(),
        "ids": [row["id"] for row in held],
        "debtors": [row["debtor_id"] for row in held],
        "public_ids": [row["public_id"] for row in held],
    }
    lines = {row["notice_id"]: row for row in listing.rows(LINES, values)}
    emails = {row["debtor_id"]: row["email"] for row in listing.rows(ADDRESSES, values)}
    messages: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in listing.rows(MESSAGES, values):
        messages[row["subject_id"]].append(row)
    return [_row(row, lines[row["id"]], emails.get(row["debtor_id"], ""), messages[row["public_id"]]) for row in held]


def _row(row: dict[str, Any], lines: dict[str, Any], email: str, sent: list[dict[str, Any]]) -> Row:
    ways = channels(row["channels"])
    more = lines["claims"] - len(lines["numbers"])
    return Row(
        id=row["id"],
        public_id=row["public_id"],
        url=reverse("dashboard:notice", args=[row["public_id"]]),
        number=row["number"],
        name=row["name"],
        debtor_url=reverse("dashboard:debtor", args=[row["debtor_public_id"]]),
        kind=str(RungKind(row["kind"]).label),
        is_legal=row["kind"] in LEGAL,
        channels=ways,
        channel_words=" + ".join(word for _icon, word in ways),
        address=_address(row, email, sent),
        claims=lines["claims"],
        invoices=", ".join(lines["numbers"]) + (f" +{more}" if more else ""),
        amount=row["total"],
        policy=lines["policy"],
        says=says(row),
        state=badges.notice(row["state"]),
        approval=str(Approval(row["approval"]).label),
        planned_for=row["planned_for"],
        reason=row["ended_reason"],
        messages=[_message(message) for message in sent],
        can_pick=row["state"] in CAN_HOLD_BACK,
    )


def _address(row: dict[str, Any], email: str, sent: list[dict[str, Any]]) -> str:
    """Give where it went, or where it would go now."""
    if sent:
        return "; ".join(message["to_address"] for message in sent)
    postal = ", ".join(filter(None, [row["street"], f"{row['postcode']} {row['city']}".strip()]))
    known = {ChannelKind.EMAIL.value: email, ChannelKind.POST.value: postal}
    return "; ".join(known[way] or _("geen adres") for way in row["channels"])


def says(row: dict[str, Any]) -> str:
    """Say what a letter asks and announces, in a few words."""
    parts: list[str] = []
    if row["interest"]:
        parts.append(_("rente € %(amount)s") % {"amount": dutch(row["interest"])})
    if row["costs"]:
        parts.append(_("incassokosten € %(amount)s") % {"amount": dutch(row["costs"])})
    if row["announced_costs"]:
        announced = row["announced_costs"] + row["announced_vat"]
        parts.append(_("kondigt € %(amount)s kosten aan") % {"amount": dutch(announced)})
    if row["credit"]:
        parts.append(_("noemt € %(amount)s tegoed") % {"amount": dutch(row["credit"])})
    if row["kind"] != RungKind.COURTESY:
        days = row["term_days"]
        parts.append(ngettext("termijn %(n)s dag", "termijn %(n)s dagen", days) % {"n": days})
    return ", ".join(parts)


def _message(row: dict[str, Any]) -> MessageLink:
    ((icon, word),) = channels([row["channel"]])
    url = reverse("dashboard:message", args=[row["public_id"]])
    return MessageLink(row["public_id"], url, icon, word, badges.message(row["state"]))
