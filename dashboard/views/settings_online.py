"""Paying online: the tenant's account with Mollie, which is asked at once whether the key works."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.translation import gettext as _

from common.errors import DomainError
from dashboard.forms_online import OnlinePaymentForm
from dashboard.rows import online as rows
from dashboard.views.answers import acting, done
from dashboard.views.asking import bound
from dashboard.views.settings import page, save
from payments import gateways, operations
from payments.models import GatewayAccount
from tenants import two_persons
from tenants.access import Right, TenantRequest, require
from tenants.models import SecondLook


@require(Right.CONFIGURE)
def online(request: TenantRequest) -> HttpResponse:
    """Mollie is asked inside this request's transaction, which has read and locked nothing until then."""
    row = GatewayAccount.objects.first() or GatewayAccount()
    offered = [(str(method), gateways.name_of(method, name)) for method, name in row.offered]
    initial = {"is_enabled": row.is_enabled, "methods": row.methods or [method for method, _name in offered]}
    form = bound(OnlinePaymentForm, request, initial=initial, has_key=bool(row.api_key), offered=offered)
    by = acting(request)
    said = _("Online betalen is bewaard.")
    if row.api_key and two_persons.needed(two_persons.Sensitive.BANK_ACCOUNT):
        said = _("Online betalen is bewaard. Een andere sleutel geldt pas als iemand anders die goedkeurt.")
    if save(request, form, lambda: operations.change_gateway(by=by, **form.changes()), said):
        return done(reverse("dashboard:settings_online"))
    context: dict[str, Any] = {
        "account": row,
        "has_key": bool(row.api_key),
        "latest": rows.latest(),
        "waiting": SecondLook.objects.filter(kind=two_persons.GATEWAY, state="waiting").first(),
        "sandbox_url": settings.MOLLIE_API_ENDPOINT,
    }
    return page(request, "dashboard/settings/online.html", form, "online", **context)


@require(Right.CONFIGURE)
def check(request: TenantRequest) -> HttpResponse:
    """Ask Mollie again whether the key works, and what there is to pay with."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        account = operations.check_gateway(by=acting(request))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        if account.failure:
            messages.error(request, _("Het lukte niet: op deze pagina staat wat Mollie zegt."))
        else:
            messages.success(request, _("De sleutel werkt."))
    return done(reverse("dashboard:settings_online"))
