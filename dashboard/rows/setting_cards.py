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
from dashboard.forms_settings import word
from dashboard.templatetags.kit_words import dutch
from dunning import queries
from dunning.models import Policy
from invoices import queries as invoice_queries
from invoices.models import ClaimTerms
from law.rates import InterestKind, rate_on, unconfirmed_half_year
from payments import arranged, gateways
from payments import queries as payment_queries
from payments.models import BankAccount, CreditorSettings, GatewayAccount
from tenants import two_persons
from tenants.models import ClosingDay, Letterhead, Membership, SecondLook, Tenant, TwoPersonRules


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
        ("bank", _bank()),
        ("online", _online()),
        ("arrangements", _arrangements()),
        ("debits", _debits()),
        ("mail", _mail()),
        ("post", _post()),
        ("agencies", _agencies(Agency.objects.filter(is_active=True).order_by("-is_default", "name"))),
        ("people", _people(tenant)),
        ("two_persons", _two_persons()),
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


def _bank() -> Card:
    told = _("meteen") if payment_queries.matching_settings().book_certain else _("na uw klik")
    accounts = BankAccount.objects.count()
    facts = [(_("Zekere betalingen boeken"), told), (_("Rekeningen"), str(accounts))]
    return _card("building-bank", _("Bank en afletteren"), "settings_bank", facts)


def _online() -> Card:
    row = GatewayAccount.objects.first()
    if row is None or not row.api_key:
        missing = _("Nog niet aangesloten: debiteuren kunnen alleen overmaken.")
        return _card("credit-card", _("Online betalen"), "settings_online", [(_("Via"), "–")], missing)
    names = [gateways.name_of(method, name) for method, name in row.offered if not row.methods or method in row.methods]
    key = _("Mollie, met een proefsleutel") if row.is_test else row.get_provider_display()
    facts = [
        (_("Via"), key),
        (_("Online betalen"), _("aan") if row.is_enabled else _("uit")),
        (_("Betaalwijzen"), ", ".join(names) or "–"),
    ]
    return _card("credit-card", _("Online betalen"), "settings_online", facts, row.failure)


def _arrangements() -> Card:
    row = arranged.terms()
    offered = _("ja") if row.is_offered else _("nee")
    facts = [
        (_("Debiteuren mogen voorstellen"), offered),
        (_("Zonder medewerker tot en met"), f"€ {dutch(row.maximum_total)}"),
        (_("Hoogstens"), ngettext("%(n)s maand", "%(n)s maanden", row.max_months) % {"n": row.max_months}),
    ]
    return _card("calendar-repeat", _("Betalingsregelingen"), "settings_arrangements", facts)


def _debits() -> Card:
    row = CreditorSettings.objects.first()
    if row is None:
        return _card("calendar-repeat", _("Automatische incasso"), "settings_debits", [(_("Incassant-ID"), "–")])
    facts = [
        (_("Incassant-ID"), row.creditor_id),
        (_("Vooraankondiging"), ngettext("%(n)s dag", "%(n)s dagen", row.notify_days) % {"n": row.notify_days}),
        (_("Bestand"), row.pain_version),
    ]
    return _card("calendar-repeat", _("Automatische incasso"), "settings_debits", facts)


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


def _two_persons() -> Card:
    row, waiting = two_persons.rules(), SecondLook.objects.filter(state="waiting").count()
    wanted = [str(word(TwoPersonRules, one)) for one in two_persons.Sensitive if getattr(row, one)]
    facts = [(_("Twee personen voor"), ", ".join(wanted) or _("niets")), (_("Wacht op de tweede"), str(waiting))]
    return _card("user-check", _("Twee personen"), "settings_two_persons", facts)


def _administration(tenant: Tenant) -> Card:
    facts = [(_("Naam"), tenant.name), (_("Adres hier"), f"/a/{tenant.slug}/")]
    return _card("building", _("Administratie"), "settings_administration", facts)
