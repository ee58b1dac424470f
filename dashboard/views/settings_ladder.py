"""The ladder of the tenant: on or off after seeing what would start, how it behaves, and when it rests."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import clock
from dashboard import changes
from dashboard.forms_people import ClosingDaysForm
from dashboard.forms_settings import LadderForm
from dashboard.rows import starting
from dashboard.views.answers import acting, done, refuse
from dashboard.views.asking import bound
from dashboard.views.settings import crumbs, page, save
from dunning import operations, queries
from dunning.models import LadderSettings
from tenants import operations as tenants
from tenants.access import Right, TenantRequest, require
from tenants.models import ClosingDay


@require(Right.CONFIGURE)
def ladder(request: TenantRequest) -> HttpResponse:
    row = queries.ladder_settings()
    form = bound(LadderForm, request, initial=_as_initial(row))
    by = acting(request)
    if save(
        request, form, lambda: operations.change_ladder_settings(by=by, **_as_columns(form, row)), _("Opgeslagen.")
    ):
        return done(reverse("dashboard:settings_ladder"))
    return page(request, "dashboard/settings/ladder.html", form, "ladder", settings=row, today=starting.tonight(by.day))


def _as_initial(row: LadderSettings) -> dict[str, Any]:
    initial = {name: getattr(row, name) for name in LadderForm.base_fields}
    return initial | {"sending_weekdays": row.sending_weekdays or list(range(5))}


def _as_columns(form: LadderForm, row: LadderSettings) -> dict[str, Any]:
    """Give what was filled in; no weekdays means the working days, and stays that."""
    fields = dict(form.cleaned_data)
    if not row.sending_weekdays and fields["sending_weekdays"] == list(range(5)):
        del fields["sending_weekdays"]
    return fields


@require(Right.CONFIGURE)
def switch(request: TenantRequest) -> HttpResponse:
    if request.method == "POST":
        by = acting(request)
        if request.POST.get("naar") == "aan":
            said = _("Aanmaningen staan aan. De eerste nacht is om 02:00; brieven wachten op uw goedkeuring.")
            refuse(request, lambda: operations.start_ladder(by=by), said)
        else:
            said = _("Aanmaningen staan uit: er gaat niets meer de deur uit.")
            refuse(request, lambda: operations.stop_ladder(by=by), said)
        return done(reverse("dashboard:settings_ladder"))
    context = {
        "settings": queries.ladder_settings(),
        "today": starting.tonight(clock.today()),
        "crumbs": crumbs(),
        "changed": changes.last_of("ladder"),
    }
    return render(request, "dashboard/settings/ladder_switch.html", context)


@require(Right.CONFIGURE)
def closing_days(request: TenantRequest) -> HttpResponse:
    by = acting(request)
    form = bound(ClosingDaysForm, request, today=by.day)
    if save(request, form, lambda: _close(form, by), _("De sluitingsdagen zijn bewaard.")):
        return done(reverse("dashboard:settings_closing_days"))
    year = _year(request, by.day)
    own = ClosingDay.objects.filter(day__gte=by.day).order_by("day")
    context = {
        "own": own,
        "past": ClosingDay.objects.filter(day__lt=by.day, day__gte=by.day - timedelta(days=365)).order_by("-day"),
        "year": year,
        "years": [by.day.year, by.day.year + 1],
        "holidays": list(queries.holiday_names(year, get_language() or "nl").items()),
    }
    return page(request, "dashboard/settings/closing_days.html", form, "closing_days", **context)


def _close(form: ClosingDaysForm, by: Any) -> None:
    tenants.close_on(days=form.days(), description=form.cleaned_data["description"], by=by)


def _year(request: TenantRequest, day: date) -> int:
    asked = request.GET.get("jaar", "")
    return int(asked) if asked in {str(day.year), str(day.year + 1)} else day.year


@require(Right.CONFIGURE)
def closing_day(request: TenantRequest, pk: int) -> HttpResponse:
    row = ClosingDay.objects.filter(pk=pk).first()
    if row is None or request.method != "POST":
        raise Http404
    tenants.open_on(closing_day=row, by=acting(request))
    messages.success(request, _("Op %(day)s gaat er weer gewoon post uit.") % {"day": f"{row.day:%d-%m-%Y}"})
    return done(reverse("dashboard:settings_closing_days"))
