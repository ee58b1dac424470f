"""The head of a debtor's card: who it is, how he pays, what stops the ladder, and the figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.money import ZERO
from dashboard import listing
from dashboard.shell import Stat, Tone
from dashboard.templatetags.kit_words import dutch
from debtors.models import Contact, Debtor
from debtors.states import LANGUAGES, ContactRole
from dunning.models import Hold
from invoices import queries
from tenants.context import current_tenant_id

FIGURES = """
SELECT count(*) AS claims, coalesce(sum(principal_open + interest_open + costs_open), 0) AS open,
       count(*) FILTER (WHERE due_date < %(day)s) AS late_claims,
       coalesce(sum(principal_open + interest_open + costs_open) FILTER (WHERE due_date < %(day)s), 0) AS overdue,
       %(day)s::date - min(due_date) FILTER (WHERE due_date < %(day)s) AS oldest,
       coalesce((SELECT sum(amount - allocated) FROM invoices_creditnote n WHERE n.tenant_id = %(tenant)s
                 AND n.debtor_id = %(debtor)s AND n.cancelled_on IS NULL), 0) AS credit_notes,
       coalesce((SELECT sum(amount - allocated - refunded) FROM payments_payment p WHERE p.tenant_id = %(tenant)s
                 AND p.debtor_id = %(debtor)s), 0) AS payments,
       coalesce((SELECT sum(p.amount) FROM payments_promise p WHERE p.tenant_id = %(tenant)s
                 AND p.debtor_id = %(debtor)s AND p.state = 'running'), 0) AS promised,
       (SELECT count(*) FROM payments_promise p WHERE p.tenant_id = %(tenant)s
        AND p.debtor_id = %(debtor)s AND p.state = 'running') AS promises,
       (SELECT count(*) FROM payments_arrangement a WHERE a.tenant_id = %(tenant)s
        AND a.debtor_id = %(debtor)s AND a.state IN ('proposed', 'active')) AS arrangements,
       (SELECT count(*) FROM invoices_dispute g JOIN invoices_invoice v ON v.tenant_id = g.tenant_id
        AND v.id = g.invoice_id WHERE g.tenant_id = %(tenant)s AND v.debtor_id = %(debtor)s
        AND g.resolved_on IS NULL) AS disputes
FROM invoices_invoice WHERE tenant_id = %(tenant)s AND debtor_id = %(debtor)s AND is_open
"""


@dataclass(frozen=True)
class Block:
    """Something that stops the ladder for the debtor, and how it ends."""

    text: str
    detail: str
    url: str
    link: str
    tone: Tone = "act"
    icon: str = "hand-stop"
    posts: bool = False  # the link is a button that does it
    ends: bool = False


@dataclass(frozen=True)
class Behaviour:
    """How the debtor pays, in words, and where that goes."""

    text: str
    trend: str = ""
    direction: str = ""
    tone: Tone = "quiet"


@dataclass(frozen=True)
class Head:
    """The head of the card."""

    kind: str
    language: str
    contact: Contact | None
    phone: str
    email: str
    behaviour: Behaviour
    blocks: Sequence[Block]
    owner: str


def figures(debtor_id: int, day: date) -> dict[str, Any]:
    """Give the sums of a debtor on a day, in one query."""
    [row] = listing.rows(FIGURES, {"tenant": current_tenant_id(), "debtor": debtor_id, "day": day})
    return row


def head(debtor: Debtor, contacts: Sequence[Contact], day: date) -> Head:
    """Give the head of a debtor's card; his contacts are read already."""
    working = [one for one in contacts if one.email and one.email_invalid_since is None]
    first = min(working or contacts, key=_reminded_first, default=None)
    return Head(
        kind=str(debtor.get_kind_display()),
        language=dict(LANGUAGES).get(debtor.language, debtor.language),
        contact=first,
        phone=next((one.phone for one in contacts if one.phone), ""),
        email=first.email if first else "",
        behaviour=behaviour(queries.payment_behaviour(debtor.pk, day)),
        blocks=blocks(debtor, contacts, day),
        owner=(debtor.owner.name or debtor.owner.email) if debtor.owner else "",
    )


_ORDER = (ContactRole.REMINDER, ContactRole.INVOICE, ContactRole.ESCALATION)


def _reminded_first(contact: Contact) -> tuple[int, int]:
    return _ORDER.index(ContactRole(contact.role)), contact.pk


def behaviour(found: queries.Behaviour) -> Behaviour:
    """Say how a debtor pays, and whether that gets better or worse."""
    if found.days_late is None:
        return Behaviour(_("nog geen betaalgedrag: in een jaar niets voldaan"))
    late = found.days_late
    days = ngettext("%(n)s dag", "%(n)s dagen", abs(late)) % {"n": abs(late)}
    if late > 0:
        text = _("betaalt gemiddeld %(days)s te laat") % {"days": days}
    elif late == 0:
        text = _("betaalt gemiddeld op de vervaldatum")
    else:
        text = _("betaalt gemiddeld %(days)s voor de vervaldatum") % {"days": days}
    if not found.trend:
        return Behaviour(text)
    changed = ngettext("%(n)s dag", "%(n)s dagen", abs(found.trend)) % {"n": abs(found.trend)}
    if found.trend > 0:
        return Behaviour(text, _("%(days)s later dan het jaar ervoor") % {"days": changed}, "up", "warn")
    return Behaviour(text, _("%(days)s eerder dan het jaar ervoor") % {"days": changed}, "down", "good")


def blocks(debtor: Debtor, contacts: Sequence[Contact], day: date) -> list[Block]:
    """Give what stops the ladder for a debtor on a day, the hardest first."""
    found: list[Block] = []
    if debtor.legal_state:
        found.append(
            Block(
                _("Juridische status: %(state)s") % {"state": debtor.get_legal_state_display()},
                _since(debtor.legal_state_since) + _("Er gaat geen aanmaning uit."),
                reverse("dashboard:debtor_legal_state", args=[debtor.public_id]),
                _("Wijzig"),
                icon="scale",
            )
        )
    if debtor.own_group:
        found.append(
            Block(
                _("Eigen groep"),
                _("Deze debiteur krijgt nooit een herinnering."),
                reverse("dashboard:debtor_edit", args=[debtor.public_id]),
                _("Wijzig"),
                tone="neutral",
                icon="sitemap",
            )
        )
    holds = Hold.objects.filter(debtor=debtor, lifted_on=None).order_by("pk")
    found += [_hold(hold) for hold in holds if hold.until is None or hold.until >= day]
    return found + _addresses(debtor, contacts)


def _since(day: date | None) -> str:
    return _("Sinds %(day)s. ") % {"day": f"{day:%d-%m-%Y}"} if day else ""


def _hold(hold: Hold) -> Block:
    until = _("t/m %(day)s") % {"day": f"{hold.until:%d-%m-%Y}"} if hold.until else _("tot iemand het opheft")
    return Block(
        _("Aangehouden %(until)s: %(reason)s") % {"until": until, "reason": hold.reason},
        _("Door %(who)s op %(day)s.") % {"who": hold.placed_by, "day": f"{hold.placed_on:%d-%m-%Y}"},
        reverse("dashboard:hold_end", args=[hold.public_id]),
        _("Hef op"),
        posts=True,
    )


def _addresses(debtor: Debtor, contacts: Sequence[Contact]) -> list[Block]:
    broken = [one for one in contacts if one.email_invalid_since is not None]
    mails = any(one.email and one.email_invalid_since is None for one in contacts)
    url = f"{reverse('dashboard:debtor', args=[debtor.public_id])}?tab=contacten"
    found = []
    if not mails and not debtor.takes_post:
        found.append(
            Block(
                _("Geen werkend adres"),
                _("Er kan niets uit: vul een e-mailadres of een postadres in."),
                url,
                _("Naar contacten"),
                icon="mail-x",
            )
        )
    elif broken:
        said = ", ".join(f"{one.email} ({one.email_invalid_reason})" for one in broken)
        found.append(Block(_("Mail komt terug"), said, url, _("Naar contacten"), tone="warn", icon="mail-x"))
    if debtor.post_returned_on and mails:
        found.append(
            Block(
                _("Post kwam retour op %(day)s") % {"day": f"{debtor.post_returned_on:%d-%m-%Y}"},
                _("Brieven op papier gaan niet naar dit adres."),
                url,
                _("Naar contacten"),
                tone="warn",
                icon="mail-x",
            )
        )
    return found


def stats(debtor: Debtor, found: dict[str, Any], next_on: date | None, next_what: str) -> list[Stat]:
    """Give the figures of a debtor, each leading to the list that adds up to it."""
    claims = f"{reverse('dashboard:invoices')}?debiteur={debtor.public_id}"
    card = reverse("dashboard:debtor", args=[debtor.public_id])
    credit = found["credit_notes"] + found["payments"]
    strip = [
        Stat(
            _("Openstaand"),
            _euro(found["open"]),
            ngettext("%(n)s factuur", "%(n)s facturen", found["claims"]) % {"n": found["claims"]},
            f"{claims}&staat=open",
            explained=_("Hoofdsom, rente en kosten die geboekt zijn. Rente die nog loopt komt erbij als hij telt."),
        ),
        Stat(
            _("Vervallen"),
            _euro(found["overdue"]),
            ngettext("%(n)s factuur", "%(n)s facturen", found["late_claims"]) % {"n": found["late_claims"]},
            f"{claims}&staat=vervallen",
        ),
        Stat(
            _("Oudste"),
            ngettext("%(n)s dag te laat", "%(n)s dagen te laat", found["oldest"]) % {"n": found["oldest"]}
            if found["oldest"]
            else "–",
            url=f"{claims}&staat=vervallen&sorteer=vervaldatum" if found["oldest"] else "",
        ),
    ]
    if credit > ZERO:
        note = _("verreken dit eerst") if found["open"] else _("staat nog open als tegoed")
        strip.append(Stat(_("Tegoed"), _euro(credit), note, f"{card}#tegoed", must_act=bool(found["open"])))
    if found["promised"]:
        strip.append(Stat(_("Beloofd"), _euro(found["promised"]), url=f"{card}?tab=afspraken"))
    when = f"{next_on:%d-%m-%Y}" if next_on else "–"
    strip.append(Stat(_("Volgende stap"), when, next_what, f"{card}#tijdlijn" if next_on else ""))
    return strip


def _euro(amount: Any) -> str:
    return f"€ {dutch(amount)}"
