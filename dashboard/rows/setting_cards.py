"""The parts of the settings, each with what it is now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collections_handoff.models import Agency
from common import identifiers
from correspondence.models import MailSender, PostSettings
from dashboard import changes
from dashboard.changes import Changed
from dashboard.templatetags.kit_words import dutch
from dunning import queries
from dunning.models import Policy
from invoices import queries as invoice_queries
from invoices.models import ClaimTerms
from law.rates import InterestKind, rate_on, unconfirmed_half_year
from tenants.models import ClosingDay, Letterhead, Membership, Tenant


@dataclass(frozen=True)
class Card:
    """A part of the settings: where it is, what it says now, what is missing, who changed it last."""

    icon: str
    title: str
    url: str
    facts: list[tuple[str, str]]
    missing: str = ""
    changed: Changed | None = None


def cards(tenant: Tenant, day: date) -> list[Card]:
    """Give the parts of the settings of the active tenant."""
    made = [
        ("letterhead", _letterhead()),
        ("claims", _claims(invoice_queries.claim_terms(), day)),
        ("ladder", _ladder()),
        ("policies", _policies(Policy.objects.current().order_by("-variant", "-is_default", "name"))),
        ("closing_days", _closing_days(day)),
        ("mail", _mail()),
        ("post", _post()),
        ("agencies", _agencies(Agency.objects.filter(is_active=True).order_by("-is_default", "name"))),
        ("people", _people(tenant)),
        ("administration", _administration(tenant)),
    ]
    known: Mapping[str, Changed] = changes.last()
    return [replace(card, changed=known.get(area)) for area, card in made]


def _card(icon: str, title: str, url_name: str, facts: list[tuple[str, str]], missing: str = "") -> Card:
    return Card(icon, title, reverse(f"dashboard:{url_name}"), facts, missing)


def _letterhead() -> Card:
    row = Letterhead.objects.defer("logo").get()
    facts = [
        (_("Afzender"), row.legal_name),
        (_("Plaats"), row.city or "–"),
        ("IBAN", identifiers.format_iban(row.iban) if row.iban else "–"),
        (_("Logo"), _("ja") if row.logo_type else _("nee")),
    ]
    missing = "" if row.is_complete else _("Nog niet compleet: zonder adres, e-mail en IBAN kan er geen brief uit.")
    return _card("file-text", _("Briefhoofd"), "settings_letterhead", facts, missing)


def _claims(terms: ClaimTerms, day: date) -> Card:
    trade = terms.contractual_percent
    business = dutch(rate_on(InterestKind.TRADE, day).percent if trade is None else trade)
    facts = [
        (
            _("Betaaltermijn"),
            ngettext("%(n)s dag", "%(n)s dagen", terms.payment_term_days) % {"n": terms.payment_term_days},
        ),
        (
            _("Rente bedrijven"),
            _("%(percent)s%% (afgesproken)") % {"percent": business} if trade is not None else f"{business}%",
        ),
        (_("Rente particulieren"), f"{dutch(rate_on(InterestKind.CONSUMER, day).percent)}%"),
        (_("Kosten particulieren"), _("aan") if terms.consumer_costs_allowed else _("uit")),
    ]
    missing = ""
    if not terms.consumer_costs_answer:
        missing = _("Beantwoord eerst de vraag over uw voorwaarden: tot dan betalen particulieren geen kosten.")
    elif any(unconfirmed_half_year(kind, day) for kind in (InterestKind.CONSUMER, InterestKind.TRADE)):
        missing = _("De wettelijke rente van dit halfjaar is nog niet bevestigd.")
    return _card("scale", _("Rente en kosten"), "settings_claims", facts, missing)


def _ladder() -> Card:
    row = queries.ladder_settings()
    state = _("aan sinds %(day)s") % {"day": f"{row.live_since:%d-%m-%Y}"} if row.live_since else _("uit")
    facts = [
        (_("Aanmaningen"), state),
        (_("Verzenden"), f"{row.window_start:%H:%M}–{row.window_end:%H:%M}"),
        (
            _("Tussen twee brieven"),
            ngettext("%(n)s dag", "%(n)s dagen", row.contact_interval_days) % {"n": row.contact_interval_days},
        ),
        (_("Vanaf"), _("€ %(amount)s per factuur") % {"amount": dutch(row.minimum_invoice)}),
    ]
    missing = "" if row.live_since else _("Er gaat niets de deur uit. Bekijk eerst wat er zou beginnen.")
    return _card("adjustments-horizontal", _("Aanmaningen"), "settings_ladder", facts, missing)


def _policies(rows: Iterable[Policy]) -> Card:
    facts = [
        (str(row.get_variant_display()).capitalize(), f"{row.name} ({_('standaard')})" if row.is_default else row.name)
        for row in rows
    ]
    return _card("list-details", _("Beleid"), "policies", facts)


def _closing_days(day: date) -> Card:
    coming = ClosingDay.objects.filter(day__gte=day).order_by("day")
    first, number = coming.first(), coming.count()
    facts = [(_("Eigen dagen"), str(number)), (_("Eerste"), str(first) if first else "–")]
    return _card("calendar", _("Sluitingsdagen"), "settings_closing_days", facts)


def _mail() -> Card:
    row = MailSender.objects.first() or MailSender()
    verified = f"{row.verified_at:%d-%m-%Y}" if row.verified_at else _("nog niet")
    facts = [(_("Verzenden via"), str(row.get_via_display())), (_("Proefmail aangenomen"), verified)]
    return _card("mail", _("Mail"), "settings_mail", facts)


def _post() -> Card:
    row = PostSettings.objects.first() or PostSettings()
    told = _("zodra hij is afgedrukt") if row.posted_at_once else _("als iemand dat meldt")
    return _card("printer", _("Post"), "settings_post", [(_("Een brief is gepost"), told)])


def _agencies(rows: Iterable[Agency]) -> Card:
    found = list(rows)
    facts = [(str(row.get_kind_display()).capitalize(), row.name) for row in found[:3]]
    missing = "" if found else _("Nog geen: zonder bureau kan er niets worden overgedragen.")
    return _card("briefcase", _("Incassobureaus"), "settings_agencies", facts, missing)


def _people(tenant: Tenant) -> Card:
    rows = list(Membership.objects.filter(tenant=tenant).select_related("user"))
    pending = sum(not row.user.has_usable_password() for row in rows)
    facts = [(_("Mensen"), str(len(rows)))]
    if pending:
        facts.append((_("Uitgenodigd"), str(pending)))
    return _card("users", _("Mensen"), "settings_people", facts)


def _administration(tenant: Tenant) -> Card:
    facts = [(_("Naam"), tenant.name), (_("Adres hier"), f"/a/{tenant.slug}/")]
    return _card("building", _("Administratie"), "settings_administration", facts)
