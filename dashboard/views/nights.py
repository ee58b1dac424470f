"""The nights: their list, and of each its letters, what stayed behind, its problems, how far it is."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh

from common import clock
from dashboard import exports, listing
from dashboard.lists import nights, notices, why_not
from dashboard.rows import night, night_parts
from dashboard.shell import Chip, Crumb
from dashboard.views.answers import listed
from dunning.models import Policy, Run, RunProblem
from dunning.states import NoticeState, RungKind
from tenants.access import Right, TenantRequest, get_or_404, require


@require(Right.SEE)
def runs(request: TenantRequest) -> HttpResponse:
    if exports.wanted(request):
        page = nights.page_of(number=1, per_page=listing.MOST_ROWS)
        return exports.answer(request, page, _columns_of_nights(), f"nachten-{clock.today()}")
    page = nights.page_of(number=listing.page_number(request))
    return listed(request, "dashboard/nights/list.html", {"page": page})


def _columns_of_nights() -> list[exports.Column]:
    return [
        exports.Column(_("Dag"), "day", "date"),
        exports.Column(_("Stand"), "state_word"),
        exports.Column(_("Aangehouden omdat"), "held"),
        exports.Column(_("Facturen bekeken"), "looked_at", "number"),
        exports.Column(_("Gepland"), "planned", "number"),
        exports.Column(_("Bedrag"), "amount", "amount"),
        exports.Column(_("Wacht"), "waiting", "number"),
        exports.Column(_("Onderweg"), "under_way", "number"),
        exports.Column(_("Verstuurd"), "sent", "number"),
        exports.Column(_("Ingetrokken"), "withdrawn", "number"),
        exports.Column(_("Mislukt"), "failed", "number"),
        exports.Column(_("Taken"), "tasks", "number"),
        exports.Column(_("Problemen"), "problems", "number"),
        exports.Column(_("Nummer van de nacht"), "public_id"),
    ]


@require(Right.SEE)
def run(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Run.objects.all(), public_id)
    if exports.wanted(request):
        return export_letters(request, found)
    context = letters_context(request, found) | head_context(found, night.LETTERS)
    return listed(request, "dashboard/nights/run.html", context)


def head_context(run: Run, tab: str) -> dict[str, Any]:
    """Give what the head of a night's page needs."""
    by_state = notices.by_state(run)
    problems = RunProblem.objects.filter(run=run).count()
    return {"run": run, "head": night.head(run, by_state, problems, clock.now(), tab), "crumbs": [crumb()]}


def letters_context(request: TenantRequest, run: Run | None) -> dict[str, Any]:
    """Give what a list of letters needs: of a night, or of all that wait."""
    asked = notices.Asked.of(request.GET)
    page, totals = notices.page_of(asked, run, number=listing.page_number(request))
    policies = Policy.objects.current().order_by("name", "pk").values_list("lineage", "name")
    policy_options = listing.options(policies, asked.policy)
    return {
        "page": page,
        "totals": totals,
        "asked": asked,
        "kinds": listing.options([pair for pair in RungKind.choices if pair[0] not in {"call", "handoff"}], asked.kind),
        "states": listing.options(NoticeState.choices, asked.state),
        "ways": listing.options(ways(), asked.channel),
        "policies": policy_options,
        "chips": chips(request, asked, policy_options),
    }


def ways() -> list[tuple[str, str]]:
    """Give the ways by which a letter leaves."""
    return [("email", _("alleen mail")), ("post", _("alleen post")), ("beide", _("mail en post"))]


def chips(request: TenantRequest, asked: notices.Asked, policies: list[listing.Option]) -> list[Chip]:
    """Give the filters in force."""
    names = [
        ("q", asked.text),
        ("soort", RungKind(asked.kind).label if asked.kind else ""),
        ("kanaal", dict(ways()).get(asked.channel, "")),
        ("beleid", next((one.label for one in policies if one.is_chosen), "") if asked.policy else ""),
        ("staat", NoticeState(asked.state).label if asked.state else ""),
    ]
    return [listing.chip(request, label, name) for name, label in names if label]


def export_letters(request: TenantRequest, run: Run | None) -> HttpResponse:
    """Answer with the listed letters as a file."""
    asked = notices.Asked.of(request.GET)
    page, _totals = notices.page_of(asked, run, number=1, per_page=listing.MOST_ROWS)
    name = f"nacht-{run.day}" if run else f"brieven-{clock.today()}"
    return exports.answer(request, page, _columns_of_letters(), name)


def _columns_of_letters() -> list[exports.Column]:
    return [
        exports.Column(_("Debiteurnummer"), "number"),
        exports.Column(_("Naam"), "name"),
        exports.Column(_("Brief"), "kind"),
        exports.Column(_("Via"), "channel_words"),
        exports.Column(_("Adres"), "address"),
        exports.Column(_("Facturen"), "claims", "number"),
        exports.Column(_("Factuurnummers"), "invoices"),
        exports.Column(_("Vraagt"), "amount", "amount"),
        exports.Column(_("Zegt"), "says"),
        exports.Column(_("Beleid"), "policy"),
        exports.Column(_("Stand"), "state_word"),
        exports.Column(_("Reden"), "reason"),
        exports.Column(_("Gepland voor"), "planned_for", "date"),
        exports.Column(_("Nummer van de brief"), "public_id"),
        exports.Column(_("Nummers van de berichten"), "message_ids"),
    ]


@require(Right.SEE)
def stayed(request: TenantRequest, public_id: str) -> HttpResponse:
    """Show what a night left alone: as it is now for the newest night, as it was written down for an older one."""
    found = get_or_404(Run.objects.all(), public_id)
    is_newest = not Run.objects.filter(day__gt=found.day).exists()
    context = head_context(found, night.STAYED)
    if not is_newest:
        context |= {"recorded": night.recorded(found)}
        return render(request, "dashboard/nights/recorded.html", context)
    if exports.wanted(request):
        return export_staying(request)
    context |= staying_context(request)
    return listed(request, "dashboard/nights/stayed.html", context)


@require(Right.SEE)
def why_not_now(request: TenantRequest) -> HttpResponse:
    """Show every overdue claim that gets nothing, apart from any night."""
    if exports.wanted(request):
        return export_staying(request)
    context = staying_context(request) | {"crumbs": [Crumb(_("Vandaag"), reverse("dashboard:today"))]}
    return listed(request, "dashboard/nights/why_not.html", context)


def staying_context(request: TenantRequest) -> dict[str, Any]:
    """Give what the list of claims that get nothing needs."""
    day, asked = clock.today(), why_not.Asked.of(request.GET)
    page, totals = why_not.page_of(asked, day=day, number=listing.page_number(request))
    reasons = why_not.counts(day)
    pairs = [("q", asked.text), ("reden", why_not.label(asked.reason) if asked.reason else "")]
    return {
        "page": page,
        "totals": totals,
        "asked": asked,
        "reasons": [(reason, reason.code == asked.reason) for reason in reasons],
        "chips": [listing.chip(request, label, name) for name, label in pairs if label],
    }


def export_staying(request: TenantRequest) -> HttpResponse:
    """Answer with the claims that get nothing as a file."""
    day, asked = clock.today(), why_not.Asked.of(request.GET)
    page, _totals = why_not.page_of(asked, day=day, number=1, per_page=listing.MOST_ROWS)
    columns = [
        exports.Column(_("Factuur"), "number"),
        exports.Column(_("Debiteurnummer"), "debtor_number"),
        exports.Column(_("Naam"), "name"),
        exports.Column(_("Vervaldatum"), "due_date", "date"),
        exports.Column(_("Dagen te laat"), "late", "number"),
        exports.Column(_("Openstaand"), "open_amount", "amount"),
        exports.Column(_("Waarom niet"), "reason"),
    ]
    return exports.answer(request, page, columns, f"gaat-niet-uit-{day}")


@require(Right.SEE)
def instalments(request: TenantRequest, public_id: str) -> HttpResponse:
    """Show what a night says about instalments, and which it found missed."""
    found = get_or_404(Run.objects.all(), public_id)
    said = night_parts.said(found)
    context = head_context(found, night.PARTS) | {
        "said": said,
        "said_note": str(len(said)) if said else "",
        "missed": night_parts.missed(found),
    }
    return render(request, "dashboard/nights/instalments.html", context)


@require(Right.SEE)
def problems(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Run.objects.all(), public_id)
    rows = RunProblem.objects.filter(run=found).select_related("debtor").order_by("pk")
    return render(request, "dashboard/nights/problems.html", head_context(found, night.PROBLEMS) | {"problems": rows})


@require(Right.SEE)
def progress(request: TenantRequest, public_id: str) -> HttpResponse:
    """Say how far a night is; when it is done, have the page look anew."""
    found = get_or_404(Run.objects.all(), public_id)
    now = night.progress(found)
    if now is None:
        return HttpResponseClientRefresh() if getattr(request, "htmx", False) else _to(found)
    return render(request, "dashboard/nights/_progress.html", {"progress": now})


def _to(run: Run) -> HttpResponse:
    return redirect("dashboard:run", run.public_id)


def crumb() -> Crumb:
    """Give the way back to the list."""
    return Crumb(_("Nachten"), reverse("dashboard:runs"))
