"""Dossiers: the list, and one with everything in it as it was frozen."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.models import Entry
from collections_handoff import queries, sheet
from collections_handoff.models import Agency, Handoff
from collections_handoff.states import HandoffState
from dashboard import exports, listing, logbook
from dashboard.context import may
from dashboard.lists import handoffs as lists
from dashboard.lists.asked import order_of
from dashboard.rows import badges
from dashboard.rows import handoff as rows
from dashboard.shell import CalcLine, Crumb
from dashboard.views.answers import listed, page_of
from dashboard.views.messages import answer_with
from tenants import two_persons
from tenants.access import Right, TenantRequest, get_or_404, require

LIST = "dashboard/handoffs/list.html"
PAGE = "dashboard/handoffs/page.html"
UNSENT = {HandoffState.PREPARED, HandoffState.APPROVED}


@require(Right.SEE)
def handoffs(request: TenantRequest) -> HttpResponse:
    wanted = lists.Asked.of(request)
    rows = lists.listed(lists.found(wanted)).order_by(*order_of(request, lists.SORTS, lists.DEFAULT))
    if exports.wanted(request):
        return exports.answer(request, lists.rows_of(rows[: listing.MOST_ROWS]), export_columns(), _("dossiers"))
    page = page_of(request, rows)
    agencies = Agency.objects.order_by("name", "pk").values_list("public_id", "name")
    context = {
        "page": page,
        "rows": lists.rows_of(page.object_list),
        "totals": lists.totals(lists.found(wanted)),
        "asked": wanted,
        "chips": lists.chips(request, wanted),
        "states": listing.options(HandoffState.choices, wanted.state),
        "agencies": listing.options(agencies, wanted.agency.public_id if wanted.agency else ""),
        "stats": lists.stats(),
    }
    return listed(request, LIST, context)


def export_columns() -> list[exports.Column]:
    """Give the columns of the list as a file."""
    return [
        exports.Column(_("Debiteurnummer"), "debtor_number"),
        exports.Column(_("Debiteur"), "debtor_name"),
        exports.Column(_("Bureau"), "agency"),
        exports.Column(_("Dossiernummer daar"), "agency_reference"),
        exports.Column(_("Stand"), lambda row: row.state.label),
        exports.Column(_("Facturen"), "claims", "number"),
        exports.Column(_("Hoofdsom"), "principal", "amount"),
        exports.Column(_("Rente"), "interest", "amount"),
        exports.Column(_("Kosten"), "costs", "amount"),
        exports.Column(_("Totaal"), "total", "amount"),
        exports.Column(_("Klaargezet"), "prepared_at", "moment"),
        exports.Column(_("Verstuurd"), "submitted_at", "moment"),
    ]


@require(Right.SEE)
def handoff(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Handoff.objects.select_related("debtor", "agency"), public_id)
    changed = queries.changed(found) if found.state in UNSENT else ""
    held = sheet.of(found.dossier)
    context = {
        "handoff": found,
        "sheet": held,
        "state": badges.handoff(found.state),
        "next_step": rows.next_step(found, needs_another=_needs_another(request, found)),
        "actions": rows.actions(found, may(request), changed=changed),
        "changed": changed,
        "is_intact": queries.is_intact(found),
        "sums": [
            CalcLine(_("Hoofdsom"), held.principal),
            CalcLine(_("Rente"), held.interest),
            CalcLine(_("Kosten"), held.costs),
            CalcLine(_("Totaal"), held.total, is_total=True),
        ],
        "invoices": invoice_urls(found),
        "events": [logbook.event(entry) for entry in _entries(found)],
        "crumbs": [Crumb(_("Dossiers"), reverse("dashboard:handoffs"))],
    }
    return render(request, PAGE, context)


def _needs_another(request: TenantRequest, handoff: Handoff) -> bool:
    approved_it = handoff.approved_ref == request.user.public_id
    return approved_it and two_persons.needed(two_persons.Sensitive.HANDOFF)


def invoice_urls(handoff: Handoff) -> list[tuple[str, str]]:
    """Give the invoices of a dossier with their pages."""
    claims = handoff.claims.select_related("invoice").order_by("pk")
    return [(one.invoice.number, reverse("dashboard:invoice", args=[one.invoice.public_id])) for one in claims]


def _entries(handoff: Handoff) -> list[Entry]:
    return list(Entry.objects.about("handoff", handoff.public_id).order_by("-at", "-pk"))


@require(Right.SEE)
def archive(_request: TenantRequest, public_id: str) -> HttpResponse:
    """Give the archive that the agency gets, byte for byte as it was frozen."""
    document = get_or_404(Handoff.objects.select_related("archive").defer("dossier"), public_id).archive
    if document is None:
        raise Http404
    return answer_with(bytes(document.content), document.media_type, document.filename)
