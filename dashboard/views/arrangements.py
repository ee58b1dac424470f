"""Arrangements: their list, the page of one, judging a proposal, taking one back, how they are kept."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.models import Entry
from common import clock
from dashboard import exports, listing, logbook
from dashboard.forms_work import ReasonForm
from dashboard.lists import arrangements as lists
from dashboard.lists.asked import order_of
from dashboard.rows import arranging, badges, figures
from dashboard.shell import Crumb, Stat
from dashboard.templatetags.kit_words import dutch
from dashboard.views.answers import acting, attempt, listed, page_of
from dashboard.views.asking import Ask, Nothing, asked, bound, go
from dashboard.views.payments import tabs
from payments import arranged, operations
from payments.instalments import Part
from payments.models import Arrangement
from payments.states import ArrangementState
from reporting import outcomes
from tenants.access import Right, TenantRequest, get_or_404, require


@require(Right.SEE)
def arrangements(request: TenantRequest) -> HttpResponse:
    wanted = lists.Asked.of(request)
    rows = lists.with_progress(lists.found(wanted))
    rows = rows.order_by(*order_of(request, lists.SORTS, lists.DEFAULT))
    if exports.wanted(request):
        return exports.answer(request, lists.rows_of(rows[: listing.MOST_ROWS]), columns(), _("regelingen"))
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": lists.rows_of(page.object_list),
        "totals": lists.totals(wanted),
        "asked": wanted,
        "chips": lists.chips(request, wanted),
        "tabs": tabs("arrangements"),
        "states": listing.options([("", _("Alle")), *lists.STATES], wanted.state),
    }
    return listed(request, "dashboard/arrangements/list.html", context)


def columns() -> list[exports.Column]:
    """Give the columns of the list as a file."""
    return [
        exports.Column(_("Debiteurnummer"), "debtor_number"),
        exports.Column(_("Debiteur"), "debtor_name"),
        exports.Column(_("Facturen"), "invoices"),
        exports.Column(_("Sinds"), "since", "date"),
        exports.Column(_("Totaal"), "total", "amount"),
        exports.Column(_("Betaald"), "paid", "amount"),
        exports.Column(_("Nog te betalen"), "left", "amount"),
        exports.Column(_("Termijnen betaald"), "parts"),
        exports.Column(_("Eerstvolgende"), "next_on", "date"),
        exports.Column(_("Stand"), lambda row: row.state.label),
        exports.Column(_("Reden"), "ended_reason"),
    ]


@require(Right.SEE)
def arrangement(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Arrangement.objects.select_related("debtor", "replaces"), public_id)
    day = clock.today()
    parts = arranging.parts(found, day)
    entries = Entry.objects.filter(subject_kind="arrangement", subject_id=found.public_id).order_by("-at", "-pk")
    is_proposal = found.state == ArrangementState.PROPOSED
    instead = found.replaced_by.order_by("pk").first()
    context = {
        "arrangement": found,
        "debtor": found.debtor,
        "badge": badges.arrangement(found.state),
        "parts": parts,
        "claims": arranging.claims(found),
        "stats": arranging.stats(found, parts),
        "problems": _problems(found) if is_proposal and found.by_debtor else [],
        "is_proposal": is_proposal,
        "is_running": found.state == ArrangementState.ACTIVE,
        "instead_url": reverse("dashboard:arrangement", args=[instead.public_id]) if instead else "",
        "replaces_url": reverse("dashboard:arrangement", args=[found.replaces.public_id]) if found.replaces else "",
        "lines": logbook.lines(list(entries[:50])),
        "terms": arranged.terms(),
        "crumbs": [crumb()],
    }
    return render(request, "dashboard/arrangements/page.html", context)


def _problems(found: Arrangement) -> list[str]:
    """Say which limits of the tenant a proposal crossed on its day."""
    parts = [Part(row.due_on, row.amount) for row in found.instalments.order_by("number")]
    return arranged.problems(found.debtor, parts, found.proposed_on)


@require(Right.WORK)
def agree(request: TenantRequest, public_id: str) -> HttpResponse:
    found = _proposal(public_id)
    form = bound(Nothing, request)
    if form.is_valid() and attempt(form, lambda: operations.agree_arrangement(arrangement=found, by=acting(request))):
        messages.success(request, _("De regeling is afgesproken; %(name)s krijgt een bevestiging.") % _named(found))
        return go(request, _page(found))
    ask = Ask(
        title=_("Ga akkoord met het voorstel van %(name)s") % _named(found),
        verb=_("Ga akkoord"),
        cancel_url=_page(found),
        consequences=[
            _("%(name)s krijgt meteen een bevestiging met het schema.") % _named(found),
            _("Wat klaarstaat voor deze facturen wordt ingetrokken, en de ladder wacht."),
            _("Zolang de termijnen op tijd komen, wordt er geen rente meer gevraagd."),
        ],
        crumbs=[crumb()],
    )
    return asked(request, form, ask)


@require(Right.WORK)
def decline(request: TenantRequest, public_id: str) -> HttpResponse:
    found = _proposal(public_id)
    form = bound(ReasonForm, request)
    if form.is_valid() and attempt(
        form,
        lambda: operations.decline_arrangement(
            arrangement=found, reason=form.cleaned_data["reason"], by=acting(request)
        ),
    ):
        messages.success(request, _("Het voorstel is afgewezen. De ladder gaat verder."))
        return go(request, _page(found))
    ask = Ask(
        title=_("Wijs het voorstel van %(name)s af") % _named(found),
        verb=_("Wijs af"),
        cancel_url=_page(found),
        text=_("De reden staat in het bericht aan de debiteur."),
        consequences=[_("De volgende nacht bekijkt de ladder de facturen weer, op de stap waar zij waren.")],
        tone="act",
        crumbs=[crumb()],
    )
    return asked(request, form, ask)


@require(Right.WORK)
def cancel(request: TenantRequest, public_id: str) -> HttpResponse:
    live = Arrangement.objects.select_related("debtor").filter(state__in=arranged.LIVE)
    found = get_or_404(live, public_id)
    form = bound(ReasonForm, request)
    if form.is_valid() and attempt(
        form,
        lambda: operations.cancel_arrangement(
            arrangement=found, reason=form.cleaned_data["reason"], by=acting(request)
        ),
    ):
        messages.success(request, _("De regeling is ingetrokken. De ladder gaat verder."))
        return go(request, _page(found))
    ask = Ask(
        title=_("Trek de regeling met %(name)s in") % _named(found),
        verb=_("Trek in"),
        cancel_url=_page(found),
        consequences=[
            _("Er gaat geen bericht uit: vertel het de debiteur zelf."),
            _("De volgende nacht bekijkt de ladder de facturen weer, op de stap waar zij waren."),
            _("Rente loopt volgens de wet, over de hele tijd."),
        ],
        tone="act",
        crumbs=[crumb()],
    )
    return asked(request, form, ask)


def _proposal(public_id: str) -> Arrangement:
    waiting = Arrangement.objects.select_related("debtor").filter(state=ArrangementState.PROPOSED)
    return get_or_404(waiting, public_id)


def _named(found: Arrangement) -> dict[str, str]:
    return {"name": found.debtor.name}


def _page(found: Arrangement) -> str:
    return reverse("dashboard:arrangement", args=[found.public_id])


def crumb() -> Crumb:
    """Give the way back to the list."""
    return Crumb(_("Betalingsregelingen"), reverse("dashboard:arrangements"))


@require(Right.SEE)
def kept(request: TenantRequest) -> HttpResponse:
    """Show what became of the arrangements of a year, by month of agreement."""
    day = clock.today()
    months = outcomes.arrangements(day)
    if exports.wanted(request):
        return exports.answer(request, months, _month_columns(), _("regelingen-nagekomen"))
    completed, fell = sum(row.completed for row in months), sum(row.defaulted for row in months)
    share = figures.percent_of(completed, completed + fell)
    base = reverse("dashboard:arrangements")
    context: dict[str, Any] = {
        "stats": [
            Stat(_("Nagekomen"), "–" if share is None else f"{share}%", note=_("van wat is afgelopen")),
            Stat(_("Niet nagekomen"), str(fell), url=f"{base}?stand=defaulted"),
            Stat(_("Loopt nog"), str(sum(row.running for row in months)), url=f"{base}?stand=active"),
            Stat(_("Ontvangen"), f"€ {dutch(sum(row.paid for row in months))}"),
        ],
        "rows": [(figures.month(row.month), row) for row in months],
        "crumbs": [Crumb(_("Rapporten"), reverse("dashboard:reports"))],
    }
    return render(request, "dashboard/reports/arrangements.html", context)


def _month_columns() -> list[exports.Column]:
    return [
        exports.Column(_("Maand"), "month", "date"),
        exports.Column(_("Nagekomen"), "completed", "number"),
        exports.Column(_("Niet nagekomen"), "defaulted", "number"),
        exports.Column(_("Ingetrokken"), "cancelled", "number"),
        exports.Column(_("Loopt nog"), "running", "number"),
        exports.Column(_("Afgesproken"), "total", "amount"),
        exports.Column(_("Ontvangen"), "paid", "amount"),
    ]
