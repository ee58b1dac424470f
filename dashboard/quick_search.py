"""The quick search: debtors, invoices by any spelling of their number, letters, payments, and pages of the product.

A search for a part of a text reads the rows of the tenant, and of him alone: LIKE is not leakproof, so under row-level
security no index on the text can run ahead of the policy.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboard import listing, reading
from dashboard.logbook import plain_subject
from dashboard.shell import Hit, HitGroup
from dashboard.templatetags.kit_words import dutch
from debtors.models import sort_key
from tenants.access import Right, allows
from tenants.context import current_tenant_id
from tenants.models import Membership

SHORTEST = 2
QUICK, WHOLE = 5, 30  # hits of a group: in the box above, on the page

DEBTORS = """
SELECT d.public_id, d.number, d.name, d.city,
       (SELECT sum(principal_open + interest_open + costs_open) FROM invoices_invoice i
        WHERE i.tenant_id = d.tenant_id AND i.debtor_id = d.id AND i.is_open) AS open
FROM debtors_debtor d
WHERE d.tenant_id = %(tenant)s AND (d.number ILIKE %(begins)s OR d.sort_name LIKE %(folded)s OR d.city ILIKE %(begins)s
  OR d.kvk = %(text)s OR d.id IN (SELECT debtor_id FROM debtors_contact
                                  WHERE tenant_id = %(tenant)s AND (email ILIKE %(holds)s OR phone = %(phone)s)))
ORDER BY d.number <> %(text)s, d.sort_name NOT LIKE %(folded_begins)s, d.sort_name, d.id LIMIT %(limit)s
"""
# 2026-0417, 2026.0417 and f 20260417 are one number: only letters and figures count.
INVOICES = """
SELECT i.public_id, i.number, d.name, i.due_date, i.principal_open + i.interest_open + i.costs_open AS open, i.is_open
FROM invoices_invoice i JOIN debtors_debtor d ON d.tenant_id = i.tenant_id AND d.id = i.debtor_id
WHERE i.tenant_id = %(tenant)s AND (
  (%(bare)s <> '' AND translate(upper(i.number), ' -._/\\#:', '') LIKE %(bare_holds)s)
  OR (%(bare)s <> '' AND translate(i.payment_reference, ' ', '') LIKE %(bare_holds)s)
  OR (%(amount)s::numeric IS NOT NULL AND (i.principal = %(amount)s
      OR i.principal_open + i.interest_open + i.costs_open = %(amount)s)))
ORDER BY translate(upper(i.number), ' -._/\\#:', '') <> %(bare)s, i.is_open DESC, i.due_date DESC, i.id DESC
LIMIT %(limit)s
"""
MESSAGES = """
SELECT m.public_id, m.subject_line, m.subject_id, m.to_address, m.channel,
       coalesce(m.sent_at, m.created_at) AS at, d.name
FROM correspondence_message m LEFT JOIN debtors_debtor d ON d.tenant_id = m.tenant_id AND d.id = m.debtor_id
WHERE m.tenant_id = %(tenant)s AND (m.subject_line ILIKE %(holds)s OR m.to_address ILIKE %(holds)s
  OR m.public_id = %(text)s)
ORDER BY m.created_at DESC, m.id DESC LIMIT %(limit)s
"""
PAYMENTS = """
SELECT p.public_id, p.amount, p.received_on, p.payer_name, p.description, d.name
FROM payments_payment p LEFT JOIN debtors_debtor d ON d.tenant_id = p.tenant_id AND d.id = p.debtor_id
WHERE p.tenant_id = %(tenant)s AND (p.description ILIKE %(holds)s OR p.payer_name ILIKE %(holds)s
  OR p.payer_iban = %(bare)s OR (%(bare_long)s AND translate(upper(p.description), ' -._/\\#:', '') LIKE %(bare_holds)s)
  OR p.amount = %(amount)s::numeric)
ORDER BY p.received_on DESC, p.id DESC LIMIT %(limit)s
"""
# An amount counts in both directions: what came in and what went back.
BANK_LINES = """
SELECT l.public_id, l.amount, l.booked_on, l.name, l.description
FROM payments_bankline l
WHERE l.tenant_id = %(tenant)s AND (l.description ILIKE %(holds)s OR l.name ILIKE %(holds)s
  OR l.iban = %(bare)s OR l.reference = %(bare)s
  OR (%(bare_long)s AND translate(upper(l.description), ' -._/\\#:', '') LIKE %(bare_holds)s)
  OR abs(l.amount) = abs(%(amount)s::numeric))
ORDER BY l.booked_on DESC, l.id DESC LIMIT %(limit)s
"""


class Group(NamedTuple):
    """A sort of thing that can be found."""

    label: str
    sql: str
    hit: Callable[[dict[str, Any]], Hit]
    list_name: str  # where all of them are
    which: str = ""  # and what that list is asked beside the text


def find(text: str, membership: Membership, *, limit: int, more: str = "") -> list[HitGroup]:
    """Give what a text finds, by sort; each sort has so many hits, and an address with the rest.

    `more` is that address; without it the lists themselves are.
    """
    text = " ".join(text.replace("\0", "").split())[:100]
    if len(text) < SHORTEST:
        return []
    values = _values(text) | {"limit": limit + 1}
    found = []
    for group in groups():
        rows = listing.rows(group.sql, values)
        if rows:
            rest = more or f"{reverse(group.list_name)}?{_query(text)}{group.which}"
            hits = [group.hit(row) for row in rows[:limit]]
            found.append(HitGroup(group.label, hits, rest if len(rows) > limit else ""))
    pages = [hit for hit in _pages(membership) if sort_key(text) in sort_key(f"{hit.title} {hit.detail}")]
    return [*found, HitGroup(_("Pagina’s"), pages)] if pages else found


def _query(text: str) -> str:
    query = QueryDict(mutable=True)
    query["q"] = text
    return query.urlencode()


def _values(text: str) -> dict[str, Any]:
    bare = re.sub(r"[^0-9A-Z]", "", text.upper())
    literal = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    folded = sort_key(literal)
    return {
        "tenant": current_tenant_id(),
        "text": text,
        "begins": f"{literal}%",
        "holds": f"%{literal}%",
        "folded": f"%{folded}%",
        "folded_begins": f"{folded}%",
        "bare": bare,
        "bare_long": len(bare) >= 4,
        "bare_holds": f"%{bare}%",
        "phone": _phone(text),
        "amount": _amount(text),
    }


def _phone(text: str) -> str:
    digits = re.sub(r"[^\d+]", "", text)
    return f"+31{digits[1:]}" if digits.startswith("0") and len(digits) == 10 else digits or "-"


def _amount(text: str) -> Decimal | None:
    """Read an amount only where it can be meant: with its cents, or its sign."""
    if not re.search(r"[€,]|\.\d\d$", text):
        return None
    return reading.amount(text)


def groups() -> list[Group]:
    """Give the sorts of things that can be found, in the order in which they are shown."""
    return [
        Group(_("Debiteuren"), DEBTORS, _debtor, "dashboard:debtors"),
        Group(_("Facturen"), INVOICES, _invoice, "dashboard:invoices"),
        Group(_("Brieven en mail"), MESSAGES, _message, "dashboard:messages"),
        Group(_("Betalingen"), PAYMENTS, _payment, "dashboard:payments"),
        Group(_("Bankregels"), BANK_LINES, _bank_line, "dashboard:matching", "&stand=alles"),
    ]


def _debtor(row: dict[str, Any]) -> Hit:
    detail = ", ".join(filter(None, [row["number"], row["city"]]))
    return Hit(row["name"], _url("debtor", row), _("debiteur"), "user", detail, row["open"])


def _invoice(row: dict[str, Any]) -> Hit:
    detail = f"{row['name']}, {_('vervalt')} {row['due_date']:%d-%m-%Y}"
    if not row["is_open"]:
        detail = f"{row['name']}, {_('voldaan')}"
    return Hit(row["number"], _url("invoice", row), _("factuur"), "file-invoice", detail, row["open"])


def _message(row: dict[str, Any]) -> Hit:
    detail = f"{row['name'] or row['to_address']}, {row['at']:%d-%m-%Y}"
    is_mail = row["channel"] == "email"
    kind, icon = (_("mail"), "mail") if is_mail else (_("brief"), "printer")
    title = plain_subject(row["subject_line"], row["subject_id"]) or row["to_address"]
    return Hit(title, _url("message", row), kind, icon, detail)


def _payment(row: dict[str, Any]) -> Hit:
    title = row["description"] or row["payer_name"] or f"€ {dutch(row['amount'])}"
    detail = f"{row['name'] or row['payer_name']}, {row['received_on']:%d-%m-%Y}".removeprefix(", ")
    return Hit(title, _url("payment", row), _("betaling"), "coins", detail, row["amount"])


def _bank_line(row: dict[str, Any]) -> Hit:
    detail = f"{row['description'][:60]}, {row['booked_on']:%d-%m-%Y}".removeprefix(", ")
    title = row["name"] or f"€ {dutch(row['amount'])}"
    return Hit(title, _url("matching_line", row), _("bankregel"), "building-bank", detail, row["amount"])


def _url(name: str, row: dict[str, Any]) -> str:
    return reverse(f"dashboard:{name}", args=[row["public_id"]])


def _pages(membership: Membership) -> list[Hit]:
    """Give the pages, with other words by which people look for them."""
    for_all = [
        (_("Vandaag"), "today", "sun", _("begin, te doen, vannacht")),
        (_("Nachten"), "runs", "moon", _("verzonden, gepland, run")),
        (_("Brieven die wachten"), "waiting", "hand-stop", _("goedkeuren, tegenhouden")),
        (_("Gaat niet uit"), "why_not", "help-circle", _("waarom niet, aangehouden")),
        (_("Betalingen bijgewerkt t/m"), "payments_until", "calendar", _("bank, actueel")),
        (_("Debiteuren"), "debtors", "users", _("klanten")),
        (_("Facturen"), "invoices", "file-invoice", _("openstaande posten")),
        (_("Betalingen"), "payments", "coins", _("ontvangen, geboekt")),
        (_("Bank"), "bank", "building-bank", _("afschrift, saldo, CAMT, MT940")),
        (_("Afletteren"), "matching", "git-merge", _("koppelen, bankregels")),
        (_("Kleine restanten"), "small_rests", "discount", _("afboeken, betalingsverschil")),
        (_("Beloften"), "promises", "heart-handshake", _("betaalafspraak")),
        (_("Geschillen"), "disputes", "message-exclamation", _("klacht")),
        (_("Taken"), "tasks", "checklist", _("bellen, werklijst")),
        (_("Berichten"), "messages", "mail", _("mail, brieven")),
        (_("Post"), "post_batches", "printer", _("afdrukken, brieven posten")),
        (_("Dossiers"), "handoffs", "briefcase", _("incasso, deurwaarder, overdracht")),
        (_("Inlezen"), "uploads", "upload", _("importeren, Excel, CSV, UBL")),
        (_("Rapporten"), "reports", "chart-bar", _("ouderdom, DSO, verwachting")),
        (_("Logboek"), "logbook", "history", _("wie deed wat")),
    ]
    for_owners = [
        (_("Instellingen"), "settings", "settings", _("beheer")),
        (_("Beleid"), "policies", "adjustments-horizontal", _("ladder, stappen")),
        (_("Briefhoofd"), "settings_letterhead", "file-text", _("adres, IBAN, logo")),
        (_("Mensen"), "settings_people", "users", _("rollen, uitnodigen")),
    ]
    shown = for_all + (for_owners if allows(membership, Right.CONFIGURE) else [])
    return [Hit(title, reverse(f"dashboard:{name}"), _("pagina"), icon, words) for title, name, icon, words in shown]
