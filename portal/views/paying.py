"""Paying online: to the provider, and back."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError
from common.templatetags.amounts import format_euro
from invoices.models import Invoice
from payments import operations as payments
from payments.models import CheckoutAttempt
from payments.operations.checkouts import described
from payments.operations.settling import BETWEEN_LOOKS
from payments.states import CheckoutState
from portal import collecting
from portal.bill import Bill
from portal.choosing import ChoiceForm
from portal.entering import LinkRequest, by_link_outside
from portal.views.page import shown
from tenants.context import tenant_context

WAITING = (CheckoutState.CREATED, CheckoutState.OPEN, CheckoutState.PENDING)


@by_link_outside
@require_POST
def pay(request: LinkRequest) -> HttpResponse:
    with tenant_context(request.tenant.pk):
        amounts, problem = _chosen(request)
        if problem:
            return shown(request, problem=problem, status=422)
        consent = collecting.given(Bill(request)) if request.POST.get("incasso") else None
    try:
        attempt = payments.start_checkout(
            debtor=request.debtor,
            amounts=amounts,
            by=request.by,
            link=request.link,
            method=request.POST.get("methode", ""),
            return_url=f"{settings.SITE_URL}/betalen/{request.token}/betaling/{{attempt}}/",
            consent=consent,
            language=get_language() or "nl",
        )
    except DomainError as error:
        with tenant_context(request.tenant.pk):
            at_the_box = error.field == "consent"
            where = {"box_problem" if at_the_box else "problem": str(error)}
            return shown(request, **where, status=422)
    return _see_other(attempt.checkout_url or _return_path(request, attempt))


def _chosen(request: LinkRequest) -> tuple[dict[Invoice, Decimal], str]:
    """Give what is to be paid, or why that cannot be: the page may be older than what was paid since."""
    bill = Bill(request)
    amounts = bill.amounts
    if "factuur" in request.POST or request.POST.get("amount"):
        form = ChoiceForm(bill, request.POST)
        if not form.is_valid():
            return {}, _nothing_left(bill) or " ".join(
                str(error) for errors in form.errors.values() for error in errors
            )
        amounts = form.amounts
    methods = {method.id for method in bill.methods}
    if methods and request.POST.get("methode", "") not in {"", *methods}:
        return {}, str(payments.MethodNotOffered())
    if not amounts:
        return {}, _nothing_left(bill) or _("Op deze pagina is nu niets te betalen.")
    total = sum(amounts.values())
    expected = request.POST.get("verwacht", "")
    if expected and expected != f"{total:.2f}":
        amount = format_euro(total, get_language() or "nl")
        return {}, _("Het bedrag is intussen veranderd: het is nu %(amount)s. Kijk het na en betaal dan.") % {
            "amount": amount
        }
    return amounts, ""


def _nothing_left(bill: Bill) -> str:
    """Say that all of it was paid meanwhile, perhaps in another window."""
    if bill.payable or not bill.paid or not bill.is_all_paid:
        return ""
    return _("Dit is intussen betaald. U hoeft niets meer te doen.")


def _see_other(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def _return_path(request: LinkRequest, attempt: CheckoutAttempt) -> str:
    return f"/betalen/{request.token}/betaling/{attempt.public_id}/"


@by_link_outside
@require_safe
def back(request: LinkRequest, public_id: str) -> HttpResponse:
    """The truth about an attempt, whoever comes here first: the payer, or the news from the bank."""
    attempt = _attempt(request, public_id)
    if attempt.state in WAITING and _may_ask(request, attempt):
        payments.settle_checkout(tenant_id=request.tenant.pk, public_id=public_id, by=request.by)
        attempt = _attempt(request, public_id)
    context: dict[str, Any] = {
        "attempt": attempt,
        "state": "waiting" if attempt.state in WAITING else attempt.state,
        "is_pending": attempt.state == CheckoutState.PENDING,
        "went_back": attempt.amount_refunded + attempt.amount_charged_back,
    }
    with tenant_context(request.tenant.pk):
        context["bill"] = Bill(request)
        context["pays_for"] = described(attempt)
        if attempt.state == CheckoutState.PAID and attempt.consent:
            context["agreed"] = collecting.came_of(attempt)
            context["no_mandate"] = context["agreed"] is None
        return render(request, "portal/back.html", context)


def _attempt(request: LinkRequest, public_id: str) -> CheckoutAttempt:
    with tenant_context(request.tenant.pk):
        found = CheckoutAttempt.objects.filter(public_id=public_id, link=request.link).first()
    if found is None:
        raise Http404
    return found


def _may_ask(request: LinkRequest, attempt: CheckoutAttempt) -> bool:
    """Tell whether it is time to ask the provider again: a page that follows asks us more often than we ask him."""
    return attempt.looked_at is None or request.by.at - attempt.looked_at >= BETWEEN_LOOKS
