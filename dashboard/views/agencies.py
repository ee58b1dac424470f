"""Agencies, bailiffs and lawyers that claims can be handed to."""

from datetime import date, timedelta

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from collections_handoff import operations
from collections_handoff.models import Agency, Handoff
from collections_handoff.states import AgencyKind
from common import clock
from dashboard import changes
from dashboard.forms_people import AgencyForm
from dashboard.shell import Crumb
from dashboard.views.answers import acting, attempt, done
from dashboard.views.asking import bound
from dashboard.views.settings import crumbs
from tenants.access import Right, TenantRequest, get_or_404, require

CHECK_AGAIN = timedelta(days=365)


@require(Right.CONFIGURE)
def agencies(request: TenantRequest) -> HttpResponse:
    before = clock.today() - CHECK_AGAIN
    rows = Agency.objects.order_by("-is_active", "-is_default", "name", "pk")
    live = dict(Handoff.objects.filter(ended_at=None).values_list("agency").annotate(Count("id")))
    context = {
        "rows": [(row, _register(row, before), live.get(row.pk, 0)) for row in rows],
        "crumbs": crumbs(),
        "changed": changes.last_of("agencies"),
    }
    return render(request, "dashboard/settings/agencies.html", context)


def _register(agency: Agency, before: date) -> tuple[str, str]:
    """Say how an agency stands in the register of Wki, with the tone of it; looked at before a day is too long ago."""
    if agency.kind != AgencyKind.AGENCY:
        return _("niet nodig"), "neutral"
    if not agency.wki_registration:
        return _("ontbreekt: geen particulieren"), "act"
    old = agency.wki_checked_on is None or agency.wki_checked_on < before
    return (_("kijk opnieuw na"), "warn") if old else (agency.wki_registration, "good")


@require(Right.CONFIGURE)
def new(request: TenantRequest) -> HttpResponse:
    return _edited(request, Agency(), _("Nieuw bureau"))


@require(Right.CONFIGURE)
def agency(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Agency.objects.all(), public_id)
    return _edited(request, found, found.name)


def _edited(request: TenantRequest, found: Agency, title: str) -> HttpResponse:
    by, is_new = acting(request), found.pk is None
    initial = {} if is_new else {name: getattr(found, name) for name in AgencyForm.base_fields}
    form = bound(AgencyForm, request, initial=initial, today=by.day)
    if form.is_valid() and attempt(form, lambda: operations.change_agency(agency=found, by=by, **form.cleaned_data)):
        messages.success(request, _("%(name)s is bewaard.") % {"name": form.cleaned_data["name"]})
        return done(reverse("dashboard:settings_agencies"))
    up = Crumb(_("Incassobureaus"), reverse("dashboard:settings_agencies"))
    context = {"form": form, "title": title, "crumbs": crumbs(up)}
    return render(request, "dashboard/settings/agency.html", context, status=422 if form.is_bound else 200)
