"""Under which id and how the tenant collects by direct debit."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboard.forms_debits import CreditorForm
from dashboard.views.answers import acting, done
from dashboard.views.asking import bound
from dashboard.views.settings import page, save
from payments import operations
from payments.models import CreditorSettings
from tenants.access import Right, TenantRequest, require


@require(Right.CONFIGURE)
def debits(request: TenantRequest) -> HttpResponse:
    row = CreditorSettings.objects.first() or CreditorSettings()
    form = bound(CreditorForm, request, initial={name: getattr(row, name) for name in CreditorForm.base_fields})
    by = acting(request)
    said = _("De gegevens voor automatische incasso zijn bewaard.")
    if save(request, form, lambda: operations.change_creditor_settings(by=by, **form.cleaned_data), said):
        return done(reverse("dashboard:settings_debits"))
    return page(request, "dashboard/settings/debits.html", form, "debits")
