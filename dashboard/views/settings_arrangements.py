"""Within which limits debtors agree to pay in parts, explained with what they would mean for an amount."""

from datetime import timedelta
from decimal import Decimal

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboard.forms_arrangements import LimitsForm
from dashboard.rows import arranging
from dashboard.templatetags.kit_words import dutch
from dashboard.views.answers import acting, done
from dashboard.views.asking import bound
from dashboard.views.settings import page, save
from payments import arranged, instalments, operations
from tenants.access import Right, TenantRequest, require

EXAMPLE = Decimal("600.00")


@require(Right.CONFIGURE)
def limits(request: TenantRequest) -> HttpResponse:
    terms = arranged.terms()
    form = bound(LimitsForm, request, initial={name: getattr(terms, name) for name in LimitsForm.base_fields})
    by = acting(request)
    said = _("De grenzen zijn bewaard.")
    if save(request, form, lambda: operations.change_arrangement_terms(by=by, **form.cleaned_data), said):
        return done(reverse("dashboard:settings_arrangements"))
    example = min(EXAMPLE, terms.maximum_total)
    schedule = instalments.plan(
        example,
        months=terms.max_months,
        first_on=by.day + timedelta(days=terms.first_within_days),
        minimum=terms.minimum_instalment,
    )
    return page(
        request,
        "dashboard/settings/arrangements.html",
        form,
        "arrangements",
        terms=terms,
        example_amount=f"€ {dutch(example)}",
        schedule=list(enumerate(schedule, start=1)),
        gets=arranging.preview(schedule, terms, by.day),
    )
