"""What every page needs: the frame with who is logged in, which administration, what waits there, how fresh it is."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from common import clock, identifiers
from dashboard import counts
from dashboard.shell import Administration, Bar, Freshness, May, NavItem, Person, Shell, Source
from dunning import freshness
from dunning import queries as ladder
from tenants.access import Right, allows
from tenants.context import tenant_is_active
from tenants.models import Membership, Tenant


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give the frame of a page, made when it is printed (a fragment has none), and what who is here may do."""
    return {"shell": SimpleLazyObject(lambda: _shell(request)), "may": may(request)}


def may(request: HttpRequest) -> May:
    """Give what the rights of who is here let him do."""
    membership: Membership | None = getattr(request, "membership", None)
    return May(
        work=allows(membership, Right.WORK),
        approve=allows(membership, Right.APPROVE),
        configure=allows(membership, Right.CONFIGURE),
    )


def _shell(request: HttpRequest) -> Shell:
    """Give the frame of a page: bare before login, without navigation outside an administration."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Shell(bars=_demo_bar())
    membership: Membership | None = getattr(request, "membership", None)
    memberships = list(Membership.objects.filter(user=user).select_related("tenant").order_by("tenant__name"))
    inside = membership is not None and tenant_is_active()
    person = Person(
        user.name, user.email, membership.get_role_display() if membership else "", user.theme, user.language
    )
    current = membership.tenant if membership else None
    return Shell(
        person=person,
        administration=_administration(current, current) if current else None,
        administrations=[_administration(row.tenant, current) for row in memberships],
        nav=_nav(request) if inside else (),
        settings=_settings(request, membership) if inside else None,
        all_url="/alles/" if len(memberships) > 1 else "",
        search_url=reverse("dashboard:search") if inside else "",
        preferences_url="/voorkeuren/",
        freshness=_freshness() if inside else None,
        bars=[*_demo_bar(), *(_ladder_bar() if inside else ())],
        home_url=reverse("dashboard:today") if inside else "/",
    )


def _administration(tenant: Tenant, current: Tenant | None) -> Administration:
    return Administration(
        tenant.name,
        f"/a/{tenant.slug}/vandaag/",
        tenant.badge_colour,
        is_current=current is not None and tenant.pk == current.pk,
    )


def _nav(request: HttpRequest) -> list[NavItem]:
    waiting = counts.waiting(clock.today())
    places = (
        (_("Vandaag"), "today", "sun", "v", waiting.notices, True),
        (_("Debiteuren"), "debtors", "users", "d", None, False),
        (_("Facturen"), "invoices", "file-invoice", "f", None, False),
        (_("Betalingen"), "payments", "coins", "p", None, False),
        (_("Bank"), "bank", "building-bank", "k", waiting.bank_lines, False),
        (_("Taken"), "tasks", "checklist", "t", waiting.tasks, waiting.tasks_overdue > 0),
        (_("Berichten"), "messages", "mail", "b", waiting.letters, False),
        (_("Geschillen"), "disputes", "message-exclamation", "g", waiting.disputes, False),
        (_("Dossiers"), "handoffs", "briefcase", "o", waiting.handoffs, False),
        (_("Inlezen"), "uploads", "upload", "i", None, False),
        (_("Rapporten"), "reports", "chart-bar", "r", None, False),
    )
    here = _here(request)
    return [
        NavItem(
            label,
            reverse(f"dashboard:{name}"),
            icon,
            count=count or None,
            counts=_("te doen"),
            is_active=name == here,
            must_act=must_act and bool(count),
            key=key,
        )
        for label, name, icon, key, count, must_act in places
    ]


# Where a page stands in the navigation, by the longest start of its name that is known here; a page that is reached
# from Vandaag alone stands there.
PLACES = {
    **dict.fromkeys(
        ("today", "run", "waiting", "approvals", "holdbacks", "notice", "why_not", "payments_until"), "today"
    ),
    "second_look": "today",
    **dict.fromkeys(("debtor", "contact", "hold_end", "answer"), "debtors"),
    **dict.fromkeys(("invoice", "settlement", "credit_note", "attachment"), "invoices"),
    **dict.fromkeys(("bank", "matching"), "bank"),
    **dict.fromkeys(("known_account",), "debtors"),
    **dict.fromkeys(("payment", "small_rests", "credit", "promise", "arrangement"), "payments"),
    **dict.fromkeys(("mandate", "debit", "refund"), "payments"),
    "task": "tasks",
    **dict.fromkeys(("message", "post"), "messages"),
    "dispute": "disputes",
    "handoff": "handoffs",
    "upload": "uploads",
    "report": "reports",
    **dict.fromkeys(("settings", "policy", "policies"), "settings"),
}


def place_of(name: str) -> str:
    """Give the place in the navigation to which the page of an address belongs; none for search and the log."""
    return PLACES.get(max((start for start in PLACES if name.startswith(start)), key=len, default=""), "")


def _settings(request: HttpRequest, membership: Membership | None) -> NavItem | None:
    if not allows(membership, Right.CONFIGURE):
        return None
    is_active = _here(request) == "settings"
    return NavItem(_("Instellingen"), reverse("dashboard:settings"), "settings", is_active=is_active, key="s")


def _here(request: HttpRequest) -> str:
    return place_of((request.resolver_match.url_name or "") if request.resolver_match else "")


def _freshness() -> Freshness:
    today = clock.today()
    settings_row = ladder.ladder_settings()
    known = freshness.of(settings_row, today)
    url, until = reverse("dashboard:payments_until"), known.until
    if until is None:
        return Freshness(_("Betalingen nog niet bevestigd"), is_stale=True, url=url)
    text = _("Betalingen t/m %(day)s") if until != known.bank_until else _("Bank t/m %(day)s")
    sources = [_bank_source(one, held=not known.is_fresh) for one in known.bank]
    if known.confirmed_until is not None:
        sources.insert(0, _confirmed_source(known, settings_row.payments_max_age_days, today))
    return Freshness(text % {"day": f"{min(until, today):%d-%m}"}, sources, is_stale=not known.is_fresh, url=url)


def _confirmed_source(known: freshness.Freshness, days: int, today: date) -> Source:
    until = min(known.confirmed_until or today, today)
    why = _("Ouder dan %(days)s dagen: de nacht wordt aangehouden.") % {"days": days}
    return Source(
        _("Betalingen"),
        _("bijgewerkt t/m %(day)s") % {"day": f"{until:%d-%m-%Y}"},
        is_stale=not known.is_confirmed,
        why="" if known.is_fresh else why,
    )


def _bank_source(source: freshness.BankSource, *, held: bool) -> Source:
    why = _("Ouder dan %(days)s werkdagen: de nacht wordt aangehouden.") % {"days": freshness.BANK_WORKING_DAYS}
    return Source(
        source.name or identifiers.format_iban(source.iban),
        _("afschriften t/m %(day)s") % {"day": f"{source.until:%d-%m-%Y}"},
        is_stale=source.is_stale,
        why=why if held and source.is_stale else "",
    )


def _demo_bar() -> list[Bar]:
    if settings.ENVIRONMENT != "demo":
        return []
    return [Bar(_("Dit is een demo: er gaat niets de deur uit."), tone="info", icon="flask")]


def _ladder_bar() -> list[Bar]:
    if ladder.ladder_settings().live_since is not None:
        return []
    return [
        Bar(
            _("Aanmaningen staan uit: er gaat niets de deur uit."),
            url=reverse("dashboard:settings_ladder"),
            link=_("Bekijk wat er zou beginnen"),
        )
    ]
