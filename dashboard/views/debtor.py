"""The card of a debtor: one page with everything, by tab."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.models import Entry
from common import clock
from dashboard import listing, logbook, policies
from dashboard.forms_debtors import NoteForm
from dashboard.rows import (
    agreements,
    arranging,
    closed_items,
    collecting,
    debtor_head,
    known_accounts,
    leftovers,
    open_items,
    said,
    standing,
    timeline,
)
from dashboard.shell import Tab
from dashboard.views.answers import listed, page_of
from dashboard.views.debtors import crumb
from debtors.models import Contact, Debtor
from tenants.access import Right, TenantRequest, get_or_404, require

CARD = "dashboard/debtors/card.html"
MOST_ITEMS = 200  # open items on the card; the list of invoices has them all
Context = dict[str, Any]


@require(Right.SEE)
def debtor(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Debtor.objects.select_related("owner"), public_id)
    if getattr(request, "htmx", False):
        return listed(request, CARD, past_of(request, found), fragment="geschiedenis")
    day = clock.today()
    contacts = list(found.contacts.order_by("pk"))
    tab = listing.one_of(request, "tab", TABS) or "openstaand"
    figures = debtor_head.figures(found.pk, day)
    counts = {"openstaand": figures["claims"], "contacten": len(contacts)}
    counts["afspraken"] = figures["promises"] + figures["arrangements"] + figures["disputes"]
    context: Context = {
        "debtor": found,
        "head": debtor_head.head(found, contacts, day),
        "waiting": said.waiting(found.pk),
        "policy": policies.of_debtor(found),
        "figures": figures,
        "tab": {name: name == tab for name in TABS},
        "tabs": tabs_of(found, tab, counts),
        "crumbs": [crumb()],
        "lists": invoice_lists(found),
    }
    fill, _label = TABS[tab]
    return listed(request, CARD, context | fill(request, found, contacts, day, figures))


def invoice_lists(found: Debtor) -> dict[str, str]:
    """Give the addresses of the lists that belong to a debtor."""
    wanted = ("invoices", "payments", "messages", "promises", "arrangements", "disputes", "tasks", "handoffs")
    return {name: f"{reverse(f'dashboard:{name}')}?debiteur={found.public_id}" for name in wanted}


def tabs_of(found: Debtor, now: str, counts: dict[str, int]) -> list[Tab]:
    """Give the tabs of a card."""
    url = reverse("dashboard:debtor", args=[found.public_id])
    return [
        Tab(label(), url if name == "openstaand" else f"{url}?tab={name}", counts.get(name), is_active=name == now)
        for name, (_fill, label) in TABS.items()
    ]


def open_tab(
    request: TenantRequest, found: Debtor, _contacts: Sequence[Contact], day: date, figures: Context
) -> Context:
    """Fill the tab with open items, what comes and what was."""
    invoices = list(open_items.open_invoices(found.pk)[:MOST_ITEMS])
    outlook = standing.outlook(found.pk, day, {one.pk: one.number for one in invoices})
    items = open_items.items(invoices, outlook.of_claims, day)
    coming = standing.coming(outlook)
    first = coming[-1] if coming else None
    credit = leftovers.of_debtor(found.pk) if figures["credit_notes"] or figures["payments"] else []
    return {
        "items": items,
        "totals": open_items.totals(items),
        "is_cut": figures["claims"] > len(items),
        "planned": coming,
        "credits": credit,
        "stats": debtor_head.stats(found, figures, first.at if first else None, first.title if first else ""),
        "note_form": NoteForm(),
        **past_of(request, found),
    }


def past_of(request: TenantRequest, found: Debtor) -> Context:
    """Give what happened, under the filter that the address asks for."""
    sort = listing.one_of(request, "soort", logbook.SORTS)
    number = listing.page_number(request)
    past = timeline.of_debtor(found.pk, sort, number=number)
    url = reverse("dashboard:debtor", args=[found.public_id])
    return {
        "debtor": found,
        "past": past.events,
        "more_url": f"{url}?soort={sort}&pagina={number + 1}" if past.has_more else "",
        "sorts": [
            (label, f"{url}?soort={name}" if name else url, name == sort)
            for name, label in [("", _("Alles")), *logbook.SORTS.items()]
        ],
    }


def history_tab(
    request: TenantRequest, found: Debtor, _contacts: Sequence[Contact], _day: date, _figures: Context
) -> Context:
    """Fill the tab with what was settled."""
    return {"page": page_of(request, closed_items.of_debtor(found.pk)), "totals": closed_items.totals(found.pk)}


def contacts_tab(
    _request: TenantRequest, found: Debtor, contacts: Sequence[Contact], _day: date, _figures: Context
) -> Context:
    """Fill the tab with people and addresses."""
    broken = found.post_returned_on is not None or any(one.email_invalid_since for one in contacts)
    return {"contacts": contacts, "has_broken": broken}


def agreements_tab(
    _request: TenantRequest, found: Debtor, _contacts: Sequence[Contact], day: date, _figures: Context
) -> Context:
    """Fill the tab with promises, arrangements and disputes."""
    return {
        "promises": agreements.promises(found.pk),
        "arrangements": arranging.of_debtor(found.pk),
        "disputes": agreements.disputes(found.pk, day),
        "said": said.of_debtor(found.pk),
        "mandates": collecting.mandates_of(found.pk, day),
    }


def facts_tab(
    _request: TenantRequest, found: Debtor, _contacts: Sequence[Contact], _day: date, _figures: Context
) -> Context:
    """Fill the tab with what is known of the debtor: it is all in him, but for the accounts that he pays from."""
    return {"known_accounts": known_accounts.of_debtor(found)}


def log_tab(
    request: TenantRequest, found: Debtor, _contacts: Sequence[Contact], _day: date, _figures: Context
) -> Context:
    """Fill the tab with every entry of the log."""
    page = page_of(request, Entry.objects.of_debtor(found.pk).order_by("-at", "-pk"))
    return {"page": page, "lines": logbook.lines(page.object_list)}


TABS: dict[str, tuple[Callable[..., Context], Callable[[], str]]] = {
    "openstaand": (open_tab, lambda: _("Openstaand")),
    "historie": (history_tab, lambda: _("Historie")),
    "contacten": (contacts_tab, lambda: _("Contacten")),
    "afspraken": (agreements_tab, lambda: _("Afspraken en geschillen")),
    "gegevens": (facts_tab, lambda: _("Gegevens")),
    "logboek": (log_tab, lambda: _("Logboek")),
}
