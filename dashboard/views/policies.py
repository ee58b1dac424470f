"""The policies of a tenant: each as a picture of time, what it does, who follows it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, F, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.models import Entry
from common import clock
from dashboard import changes, exports, logbook
from dashboard.forms_policies import ApprovalsForm, ExampleForm, NewPolicyForm
from dashboard.rows import policies as rows
from dashboard.shell import Crumb
from dashboard.views.answers import acting, attempt, done, invalid, page_of, refuse
from dashboard.views.asking import Ask, asked, bound, go
from dunning import operations, queries
from dunning.models import Case, Policy
from dunning.models import Rung as RungRow
from tenants.access import Right, TenantRequest, get_or_404, require

CHANGES_SHOWN = 10


def crumbs(policy: Policy | None = None) -> list[Crumb]:
    """Give the way back up."""
    up = [Crumb(_("Instellingen"), reverse("dashboard:settings")), Crumb(_("Beleid"), reverse("dashboard:policies"))]
    return [*up, Crumb(policy.name, address(policy))] if policy else up


def address(policy: Policy) -> str:
    """Give the page of a policy."""
    return reverse("dashboard:policy", args=[policy.public_id])


def policy_or_404(public_id: str) -> Policy:
    """Give a version of a policy of the active tenant."""
    return get_or_404(Policy.objects.all(), public_id)


def followed() -> dict[str, tuple[int, int]]:
    """Give how many debtors and claims follow each policy, whatever version they stand on."""
    found = Case.objects.active().filter(invoice__is_open=True).values_list("policy__lineage")
    return {
        lineage: (debtors, claims)
        for lineage, debtors, claims in found.annotate(Count("debtor", distinct=True), Count("id"))
    }


@require(Right.SEE)
def policies(request: TenantRequest) -> HttpResponse:
    day = clock.today()
    settled = queries.rules(day)
    in_use = Policy.objects.current().order_by("-variant", "-is_default", "name", "pk")
    context = {
        "items": rows.items(in_use, settled.policies, followed(), day=day, settled=settled),
        "crumbs": crumbs()[:1],
        "changed": changes.last_of("policies"),
    }
    return render(request, "dashboard/policies/list.html", context)


@require(Right.SEE)
def policy(request: TenantRequest, public_id: str) -> HttpResponse:
    found = policy_or_404(public_id)
    return render(request, "dashboard/policies/detail.html", _shown(request, found))


def _shown(request: TenantRequest, found: Policy, approvals: ApprovalsForm | None = None) -> dict[str, object]:
    day = clock.today()
    settled = queries.rules(day)
    rungs = settled.policies[found.pk].rungs
    example = ExampleForm(request.GET or None)
    due = (example.cleaned_data["vervalt"] if example.is_valid() else None) or day
    known = list(Policy.objects.filter(lineage=found.lineage).order_by("-version"))
    debtors, claims = followed().get(found.lineage, (0, 0))
    form = approvals or ApprovalsForm(rungs=found.rungs.order_by("position"))
    log = Entry.objects.filter(subject_kind="policy", subject_id__in=[one.public_id for one in known])
    return {
        "policy": found,
        "newest": known[0],
        "picture": rows.picture(found.variant, rungs, due=due, settled=settled),
        "example": example,
        "rungs": [(row, form[row.key] if row.key in form.fields else None) for row in rows.rows(rungs)],
        "form": form,
        "versions": rows.versions(found, known),
        "debtors": debtors,
        "claims": claims,
        "standing": _standing(operations.affected_by(found)),
        "log": logbook.lines(log.order_by("-at", "-pk")[:CHANGES_SHOWN]),
        "crumbs": crumbs(),
    }


def _standing(affected: Iterable[operations.Affected]) -> list[tuple[str, int]]:
    return [(rows.kind_label(one.rung_kind) if one.rung_kind else _("Nog geen stap"), one.number) for one in affected]


@require(Right.CONFIGURE)
@require_POST
def approvals(request: TenantRequest, public_id: str) -> HttpResponse:
    found = policy_or_404(public_id)
    form = ApprovalsForm(request.POST or None, rungs=RungRow.objects.filter(policy=found).order_by("position"))
    if not form.is_valid():
        return invalid(request, "dashboard/policies/detail.html", _shown(request, found, form))
    operations.change_approvals(policy=found, approvals=form.cleaned_data, by=acting(request))
    messages.success(request, _("De vrijgave is bewaard en geldt meteen."))
    return done(address(found))


@require(Right.CONFIGURE)
def default(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Policy.objects.current(), public_id)
    if request.method == "POST":
        said = _("%(name)s is nu de standaard.") % {"name": found.name}
        refuse(request, lambda: operations.make_default(policy=found, by=acting(request)), said)
        return done(address(found))
    ask = Ask(
        title=_("“%(name)s” de standaard maken?") % {"name": found.name},
        verb=_("Maak standaard"),
        cancel_url=address(found),
        consequences=[
            _("Nieuwe facturen (%(variant)s) volgen dit beleid, tenzij er voor de debiteur iets anders is gekozen.")
            % {"variant": found.get_variant_display()},
            _("Facturen die al op een ladder staan, blijven waar ze zijn."),
        ],
        crumbs=crumbs(found),
    )
    return asked(request, forms.Form(), ask)


@require(Right.CONFIGURE)
def new(request: TenantRequest) -> HttpResponse:
    in_use = list(Policy.objects.current().order_by("name", "pk"))
    choices = [(one.public_id, f"{one.name} ({one.get_variant_display()})") for one in in_use]
    form = bound(NewPolicyForm, request, policies=choices, initial={"base": request.GET.get("van", "")})
    made: list[Policy] = []
    if form.is_valid() and attempt(form, lambda: made.append(_copy(request, form, in_use))):
        messages.success(request, _("%(name)s is gemaakt. Pas nu de stappen aan.") % {"name": made[0].name})
        return go(request, reverse("dashboard:policy_edit", args=[made[0].public_id]))
    ask = Ask(
        title=_("Nieuw beleid"),
        verb=_("Maak beleid"),
        cancel_url=reverse("dashboard:policies"),
        text=_(
            "Niemand volgt het nog: u kiest het daarna per debiteur, factuur of segment, of maakt het de standaard."
        ),
        crumbs=crumbs(),
    )
    return asked(request, form, ask)


def _copy(request: TenantRequest, form: NewPolicyForm, in_use: Iterable[Policy]) -> Policy:
    base = next(one for one in in_use if one.public_id == form.cleaned_data["base"])
    rungs = queries.policies(base.pk)[base.pk].rungs
    return operations.publish(name=form.cleaned_data["name"], variant=base.variant, rungs=rungs, by=acting(request))


@require(Right.SEE)
def debtors(request: TenantRequest, public_id: str) -> HttpResponse:
    found = policy_or_404(public_id)
    listed = _debtors_of(found)
    if exports.wanted(request):
        columns = [
            exports.Column(_("Debiteurnummer"), "debtor__number"),
            exports.Column(_("Naam"), "debtor__name"),
            exports.Column(_("Facturen"), "claims", "number"),
            exports.Column(_("Openstaand"), "amount", "amount"),
        ]
        return exports.answer(request, listed, columns, f"beleid-{found.name}")
    total = (
        Case.objects.active()
        .filter(invoice__is_open=True, policy__lineage=found.lineage)
        .aggregate(debtors=Count("debtor", distinct=True), claims=Count("id"), amount=Sum(_OPEN))
    )
    context = {"policy": found, "page": page_of(request, listed), "total": total, "crumbs": crumbs(found)}
    return render(request, "dashboard/policies/debtors.html", context)


_OPEN = F("invoice__principal_open") + F("invoice__interest_open") + F("invoice__costs_open")


def _debtors_of(found: Policy) -> "QuerySet[Case, Any]":
    cases = Case.objects.active().filter(invoice__is_open=True, policy__lineage=found.lineage)
    return (
        cases.values("debtor__number", "debtor__name", "debtor__public_id")
        .annotate(claims=Count("id"), amount=Sum(_OPEN))
        .order_by("debtor__number", "debtor__public_id")
        .values_list("debtor__number", "debtor__name", "debtor__public_id", "claims", "amount", named=True)
    )
