"""Links to the page of a debtor: made by hand to send along, and revoked."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dashboard.rows import links as rows
from dashboard.views.answers import acting, done
from dashboard.views.debtor_forms import crumbs_to
from debtors.models import Debtor
from payments import links
from payments.models import PaymentLink
from tenants.access import Right, TenantRequest, get_or_404, require


@require(Right.SEE, posting=Right.WORK)
def debtor_links(request: TenantRequest, public_id: str) -> HttpResponse:
    debtor = get_or_404(Debtor.objects.all(), public_id)
    made = links.make_link(debtor=debtor, by=acting(request)) if request.method == "POST" else ""
    context = {"debtor": debtor, "made": made, "links": rows.of_debtor(debtor), "crumbs": crumbs_to(debtor)}
    # The address is in this answer and nowhere else, so it is no redirect, and no cache keeps it.
    response = render(request, "dashboard/debtors/links.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require(Right.WORK)
@require_POST
def link_end(request: TenantRequest, public_id: str) -> HttpResponse:
    link = get_or_404(PaymentLink.objects.select_related("debtor"), public_id)
    links.revoke(link=link, by=acting(request))
    messages.success(request, _("De betaallink is ingetrokken: wie hem opent, vindt niets meer."))
    return done(reverse("dashboard:debtor_links", args=[link.debtor.public_id]))
