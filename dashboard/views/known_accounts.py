"""Accounts from which the money of a debtor comes: a wrong one is forgotten."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common import identifiers
from dashboard.views.answers import acting, done, refuse
from debtors.models import Debtor
from payments import operations
from tenants.access import Right, TenantRequest, get_or_404, require


@require(Right.WORK)
@require_POST
def forget(request: TenantRequest, public_id: str) -> HttpResponse:
    debtor = get_or_404(Debtor.objects.all(), public_id)
    iban = request.POST.get("iban", "")[:34]
    said = _("%(iban)s wordt niet meer herkend als rekening van %(name)s.") % {
        "iban": identifiers.format_iban(iban),
        "name": debtor.name,
    }
    refuse(request, lambda: operations.forget_account(debtor=debtor, iban=iban, by=acting(request)), said)
    return done(f"{reverse('dashboard:debtor', args=[public_id])}?tab=gegevens")
