"""Booking a payment by hand, and setting what is left of one, or of a credit note, against invoices."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from common.errors import DomainError
from common.money import ZERO
from dashboard.forms_money import AllocateForm, PaymentForm
from dashboard.lists import credit as credit_lists
from dashboard.lists import finding
from dashboard.lists.asked import debtor_of, text_of
from dashboard.rows import allocations
from dashboard.rows.allocations import Division
from dashboard.shell import Crumb
from dashboard.templatetags.kit_words import dutch
from dashboard.views.answers import acting, attempt, done, listed, page_of
from dashboard.views.payments import tabs
from debtors import queries as debtors
from debtors.models import Debtor
from invoices.models import Invoice
from payments import operations
from payments.models import Payment
from payments.states import PaymentMethod
from tenants.access import Right, TenantRequest, get_or_404, require

NEW = "dashboard/payments/new.html"
ALLOCATE = "dashboard/payments/allocate.html"
BOOK, LOOK = "boek", "bekijk"  # the two buttons of the form
CHANGED = gettext_lazy("Er is intussen iets veranderd. Dit is de verdeling van nu; boek opnieuw als zij klopt.")


@require(Right.WORK)
def new(request: TenantRequest) -> HttpResponse:
    debtor = debtor_of(request)
    if debtor is None:
        return find(request, _("Boek een betaling"), "payment_new")
    form = PaymentForm(
        request.POST or None,
        open_invoices=open_invoices(debtor),
        initial={"received_on": clock.today(), "method": PaymentMethod.BANK},
    )
    rehearsed: list[Division] = []
    changed = ""
    if request.POST.get("stap") == BOOK:
        debtors.lock(debtor.pk)  # from looking to booking: who sends the same at this moment waits, and sees ours
    if form.is_valid():
        attempt(form, lambda: rehearsed.append(rehearse(request, debtor, form)))
    division = rehearsed[0] if rehearsed else None
    if division and request.POST.get("stap") == BOOK and not (changed := differs(request, division)):
        return book(request, debtor, form)
    return answer(request, NEW, form, division, changed, debtor=debtor, crumbs=[crumb()])


def rehearse(request: TenantRequest, debtor: Debtor, form: PaymentForm) -> Division:
    """Give what booking the form would pay for."""
    given = form.cleaned_data
    return allocations.rehearsed(
        operations.rehearse_payment(
            debtor=debtor,
            amount=given["amount"],
            received_on=given["received_on"],
            designated=given["invoices"],
            by=acting(request),
        )
    )


def differs(request: TenantRequest, division: Division) -> str:
    """Say that what would be booked is not what was seen; nothing where it is."""
    return "" if request.POST.get("gezien") == division.mark else str(CHANGED)


def book(request: TenantRequest, debtor: Debtor, form: PaymentForm) -> HttpResponse:
    """Book what was seen, and go on to the payment."""
    given = form.cleaned_data
    payment = operations.book_payment(
        debtor=debtor,
        amount=given["amount"],
        received_on=given["received_on"],
        method=given["method"],
        description=given["description"],
        designated=given["invoices"],
        by=acting(request),
    )
    messages.success(request, _("€ %(amount)s van %(name)s is geboekt.") % _named(payment, debtor))
    return done(reverse("dashboard:payment", args=[payment.public_id]))


def _named(payment: Payment, debtor: Debtor) -> dict[str, str]:
    return {"amount": dutch(payment.amount), "name": debtor.name}


def answer(
    request: TenantRequest, template: str, form: Any, division: Division | None, changed: str, **context: Any
) -> HttpResponse:
    """Show a form with the division under it; to htmx only the division, which is empty while the form is wrong."""
    wrong = form.is_bound and not form.is_valid()
    in_place = bool(getattr(request, "htmx", False))
    response = render(
        request,
        f"{template}#verdeling" if in_place else template,
        {"form": form, "division": division, "changed": changed, **context},
        status=422 if wrong and not in_place else 200,
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


def open_invoices(debtor: Debtor) -> Sequence[Invoice]:
    """Give what a debtor has open, in the order in which it was due."""
    return list(Invoice.objects.open().filter(debtor=debtor).order_by("due_date", "pk"))


def find(request: TenantRequest, title: str, name: str, **context: Any) -> HttpResponse:
    """Ask first which debtor something is about; the found ones lead on to the page of that name."""
    text = text_of(request, "zoek")
    url = reverse(f"dashboard:{name}")
    context |= {"title": title, "text": text, "found": finding.debtors(text), "next_url": url, "crumbs": [crumb()]}
    return listed(request, "dashboard/payments/find.html", context, fragment="gevonden")


def crumb() -> Crumb:
    """Give the way back to the list."""
    return Crumb(_("Betalingen"), reverse("dashboard:payments"))


@require(Right.WORK)
def allocate(request: TenantRequest, public_id: str) -> HttpResponse:
    payment = get_or_404(Payment.objects.select_related("debtor").exclude(debtor=None), public_id)
    assert payment.debtor is not None
    here = reverse("dashboard:payment", args=[public_id])
    form = AllocateForm(request.POST or None, open_invoices=open_invoices(payment.debtor))
    chosen: dict[str, Any] = {"designated": (), "only": False}
    if request.POST.get("stap") == BOOK:
        debtors.lock(payment.debtor_id)
    if form.is_valid():
        chosen = {"designated": form.cleaned_data["invoices"], "only": bool(form.cleaned_data["invoices"])}
    try:
        division = allocations.rehearsed(operations.rehearse_allocation(payment=payment, by=acting(request), **chosen))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return done(here)
    changed = ""
    if form.is_valid() and request.POST.get("stap") == BOOK and not (changed := differs(request, division)):
        operations.allocate(payment=payment, by=acting(request), **chosen)
        messages.success(request, _("De betaling is verdeeld."))
        return done(here)
    return answer(
        request,
        ALLOCATE,
        form,
        division,
        changed,
        payment=payment,
        crumbs=[crumb(), Crumb(_("Betaling"), here)],
    )


@require(Right.SEE)
def credit(request: TenantRequest) -> HttpResponse:
    debtor = debtor_of(request)
    rows = credit_lists.rows(debtor)
    page = page_of(request, rows)
    context = {
        "page": page,
        "total": sum((row.rest for row in rows), start=ZERO),
        "count": len(rows),
        "debtor": debtor,
        "tabs": tabs("credit"),
    }
    return render(request, "dashboard/payments/credit.html", context)
