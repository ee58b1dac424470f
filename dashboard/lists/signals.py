"""What is the matter with debtors, and when they were last spoken to: for a page of them at once."""

from datetime import date
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboard import listing
from dashboard.rows import badges
from dashboard.rows.badges import Badge
from dashboard.templatetags.kit_words import dutch

HELD = """SELECT debtor_id FROM dunning_hold WHERE tenant_id = %(tenant)s AND debtor_id IS NOT NULL
  AND lifted_on IS NULL AND (until IS NULL OR until >= %(day)s)"""
SIGNALS = f"""
SELECT d.id,
  EXISTS ({HELD} AND debtor_id = d.id) AS held,
  (SELECT count(*) FROM invoices_dispute g JOIN invoices_invoice i ON i.tenant_id = g.tenant_id AND i.id = g.invoice_id
   WHERE g.tenant_id = %(tenant)s AND g.resolved_on IS NULL AND i.debtor_id = d.id) AS disputes,
  EXISTS (SELECT FROM worklist_task t WHERE t.tenant_id = %(tenant)s AND t.debtor_id = d.id AND t.done_at IS NULL
          AND t.kind = 'broken_promise') AS broken,
  EXISTS (SELECT FROM payments_promise p WHERE p.tenant_id = %(tenant)s AND p.debtor_id = d.id
          AND p.state = 'running') AS promised,
  (d.street = '' OR d.city = '' OR d.post_returned_on IS NOT NULL) AND NOT EXISTS (
    SELECT FROM debtors_contact c WHERE c.tenant_id = %(tenant)s AND c.debtor_id = d.id AND c.email <> ''
    AND c.email_invalid_since IS NULL) AS unreachable,
  EXISTS (SELECT FROM debtors_contact c WHERE c.tenant_id = %(tenant)s AND c.debtor_id = d.id
          AND c.email_invalid_since IS NOT NULL) AS bounced,
  coalesce((SELECT sum(amount - allocated) FROM invoices_creditnote n WHERE n.tenant_id = %(tenant)s
            AND n.debtor_id = d.id AND n.cancelled_on IS NULL), 0)
  + coalesce((SELECT sum(amount - allocated - refunded) FROM payments_payment p WHERE p.tenant_id = %(tenant)s
              AND p.debtor_id = d.id), 0) AS credit
FROM debtors_debtor d WHERE d.tenant_id = %(tenant)s AND d.id = ANY(%(ids)s)
"""  # noqa: S608 - put together from our own pieces
LAST_CONTACTS = """
SELECT DISTINCT ON (debtor_id) debtor_id, what, on_day FROM (
  SELECT debtor_id, channel AS what, (max(sent_at) AT TIME ZONE 'Europe/Amsterdam')::date AS on_day
  FROM correspondence_message
  WHERE tenant_id = %(tenant)s AND debtor_id = ANY(%(ids)s) AND sent_at IS NOT NULL AND subject_kind = 'notice'
  GROUP BY debtor_id, channel
  UNION ALL
  SELECT debtor_id, 'call', max(made_on) FROM dunning_call
  WHERE tenant_id = %(tenant)s AND debtor_id = ANY(%(ids)s) GROUP BY debtor_id
) contacts ORDER BY debtor_id, on_day DESC, what
"""
WAYS: dict[str, tuple[str, str | Promise]] = {
    "email": ("mail", gettext_lazy("e-mail")),
    "post": ("printer", gettext_lazy("brief")),
    "call": ("phone", gettext_lazy("telefoon")),
}


class Contact(NamedTuple):
    """The last time somebody was spoken or written to."""

    on: date
    icon: str
    word: str | Promise


def of_debtors(values: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Give what is the matter with debtors, by id (values: tenant, ids, day)."""
    return {row["id"]: row for row in listing.rows(SIGNALS, values)}


def last_contacts(values: dict[str, Any]) -> dict[int, Contact]:
    """Give when debtors were last written to or called, by id (values: tenant, ids)."""
    return {row["debtor_id"]: Contact(row["on_day"], *WAYS[row["what"]]) for row in listing.rows(LAST_CONTACTS, values)}


def badges_of(debtor: dict[str, Any], told: dict[str, Any] | None) -> list[Badge]:
    """Give the signals of a debtor, the most pressing first."""
    found: list[Badge] = []
    if debtor["legal_state"]:
        found.append(badges.legal_state(debtor["legal_state"]))
    if told is None:
        return found
    open_claims = debtor["open"] > 0
    pieces = (
        (told["unreachable"] and open_claims, Badge(_("geen adres"), "act", "mail-x")),
        (told["broken"], Badge(_("belofte niet nagekomen"), "act", "heart-handshake")),
        (told["disputes"], Badge(_("geschil"), "info", "message-exclamation")),
        (told["held"], Badge(_("aangehouden"), "neutral", "hand-stop")),
        (debtor["own_group"], Badge(_("eigen groep"), "neutral", "sitemap")),
        (told["credit"] > 0, Badge(_("tegoed € %(amount)s") % {"amount": dutch(told["credit"])}, "info", "wallet")),
        (told["promised"], Badge(_("belofte loopt"), "good", "heart-handshake")),
        (told["bounced"] and not told["unreachable"], Badge(_("mail komt terug"), "warn", "mail-x")),
    )
    return found + [badge for is_so, badge in pieces if is_so]
