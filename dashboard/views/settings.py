"""The settings: all parts at a glance, rente en kosten with its rates, and the administration itself."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from dashboard import changes
from dashboard.forms_claims import ClaimTermsForm
from dashboard.forms_settings import AdministrationForm
from dashboard.rows import rates as rate_rows
from dashboard.rows import setting_cards
from dashboard.shell import Crumb
from dashboard.views.answers import acting, attempt, done
from dashboard.views.asking import bound
from invoices import operations as invoices
from invoices import queries
from invoices.models import ClaimTerms
from tenants import operations as tenants
from tenants.access import Right, TenantRequest, require

PARTS = "dashboard/settings/parts.html"


def crumbs(*more: Crumb) -> list[Crumb]:
    """Give the way back up."""
    return [Crumb(_("Instellingen"), reverse("dashboard:settings")), *more]


def page(request: TenantRequest, template: str, form: forms.Form, area: str, **context: Any) -> HttpResponse:
    """Answer with a part of the settings, and who changed it last; 422 where what was posted is not right."""
    shown = {"form": form, "changed": changes.last_of(area), "crumbs": crumbs(), **context}
    return render(request, template, shown, status=422 if form.is_bound else 200)


def save(request: TenantRequest, form: forms.Form, operation: Callable[[], object], said: str) -> bool:
    """Save a form that is right, and say so on the next page."""
    if not form.is_valid() or not attempt(form, operation):
        return False
    messages.success(request, said)
    return True


@require(Right.CONFIGURE)
def index(request: TenantRequest) -> HttpResponse:
    cards = setting_cards.cards(request.tenant, clock.today())
    return render(request, "dashboard/settings/index.html", {"cards": cards})


@require(Right.CONFIGURE)
def claims(request: TenantRequest) -> HttpResponse:
    terms = queries.claim_terms()
    form = bound(ClaimTermsForm, request, initial=_terms_as_initial(terms))
    by = acting(request)
    said = _("Rente en kosten zijn bewaard. Wat al in rekening is gebracht, blijft zoals het was.")
    if save(request, form, lambda: invoices.change_claim_terms(by=by, **form.changes()), said):
        return done(reverse("dashboard:settings_claims"))
    context = {
        "title": _("Rente en kosten"),
        "intro": _("Wat u boven op de factuur vraagt. De wet bepaalt veel; waar u kunt kiezen, staat het hier."),
        "now": rate_rows.current(by.day),
        "warnings": rate_rows.warnings(by.day),
        "more_url": reverse("dashboard:settings_rates"),
        "more": _("Alle rentepercentages"),
    }
    return page(request, "dashboard/settings/claims.html", form, "claims", **context)


def _terms_as_initial(terms: ClaimTerms) -> dict[str, Any]:
    row = {field.name: getattr(terms, field.name) for field in terms._meta.get_fields() if hasattr(field, "attname")}
    return row | {"business_interest": "statutory" if terms.contractual_percent is None else "contractual"}


@require(Right.CONFIGURE)
def rates(request: TenantRequest) -> HttpResponse:
    day: date = clock.today()
    up = Crumb(_("Rente en kosten"), reverse("dashboard:settings_claims"))
    context = {
        "tables": rate_rows.tables(day),
        "warnings": rate_rows.warnings(day),
        "crumbs": crumbs(up),
    }
    return render(request, "dashboard/settings/rates.html", context)


@require(Right.CONFIGURE)
def administration(request: TenantRequest) -> HttpResponse:
    tenant = request.tenant
    form = bound(AdministrationForm, request, initial={"name": tenant.name, "badge_colour": tenant.badge_colour})
    by = acting(request)
    if save(
        request, form, lambda: tenants.change_tenant(by=by, **form.cleaned_data), _("De administratie is bewaard.")
    ):
        return done(reverse("dashboard:settings_administration"))
    return page(request, "dashboard/settings/administration.html", form, "administration", tenant=tenant)
