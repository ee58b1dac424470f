"""How bank lines are matched."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboard.forms_bank import MatchingSettingsForm
from dashboard.lists import bank as lists
from dashboard.views.answers import acting, done
from dashboard.views.asking import bound
from dashboard.views.settings import page, save
from payments import operations, queries
from tenants.access import Right, TenantRequest, require


@require(Right.CONFIGURE)
def matching(request: TenantRequest) -> HttpResponse:
    row = queries.matching_settings()
    form = bound(MatchingSettingsForm, request, initial={"book_certain": row.book_certain})
    by = acting(request)
    if save(request, form, lambda: operations.change_matching_settings(by=by, **form.cleaned_data), _("Opgeslagen.")):
        return done(reverse("dashboard:settings_bank"))
    return page(request, "dashboard/settings/bank.html", form, "bank", accounts=lists.accounts(by.day))
