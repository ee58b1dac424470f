"""The page of a credit note: what it is set against and what is left."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.models import Entry
from dashboard import logbook
from dashboard.forms_invoices import AllocationForm, ReasonForm
from dashboard.shell import Crumb
from dashboard.views.answers import acting, attempt
from dashboard.views.asking import Ask, asked, bound, go
from dashboard.views.debtor_actions import invoices_of
from dashboard.views.debtor_forms import card_of, crumbs_to
from dashboard.views.invoice_actions import locked
from invoices import operations
from invoices.models import CreditNote, Invoice
from tenants.access import Right, TenantRequest, get_or_404, require


def page_of(note: CreditNote) -> str:
    """Give the address of a credit note."""
    return reverse("dashboard:credit_note", args=[note.public_id])


@require(Right.SEE)
def credit_note(request: TenantRequest, public_id: str) -> HttpResponse:
    note = get_or_404(CreditNote.objects.select_related("debtor"), public_id)
    rows = note.settlements.select_related("invoice").order_by("booked_on", "pk")
    files = note.attachments.defer("content").order_by("pk")
    entries = Entry.objects.about("credit_note", note.public_id).order_by("-at", "-pk")
    context = {
        "note": note,
        "debtor_url": card_of(note.debtor),
        "invoice": Invoice.objects.filter(number=note.invoice_number).first() if note.invoice_number else None,
        "rows": [(row, reverse("dashboard:invoice", args=[row.invoice.public_id])) for row in rows],
        "files": [(row.filename, reverse("dashboard:attachment", args=[row.public_id])) for row in files],
        "crumbs": crumbs_to(note.debtor),
        "past": [logbook.event(entry) for entry in entries],
    }
    return render(request, "dashboard/credit_notes/page.html", context)


@require(Right.WORK)
def allocation(request: TenantRequest, public_id: str) -> HttpResponse:
    note = get_or_404(CreditNote.objects.select_related("debtor"), public_id)
    choices = invoices_of(note.debtor)
    form = bound(AllocationForm, request, invoices=choices)
    if form.is_bound and form.is_valid():
        chosen = next(one for one in choices if one.public_id == form.cleaned_data["invoice"])
        amount = form.cleaned_data["amount"]
        if attempt(
            form,
            locked(
                chosen,
                lambda: operations.allocate_credit_note(note=note, invoice=chosen, amount=amount, by=acting(request)),
            ),
        ):
            messages.success(request, _("Verrekend met %(number)s.") % {"number": chosen.number})
            return go(request, page_of(note))
    ask = Ask(
        title=_("Creditnota verrekenen"),
        verb=_("Verreken"),
        cancel_url=page_of(note),
        warning="" if choices else _("Deze debiteur heeft geen open facturen."),
        crumbs=[*crumbs_to(note.debtor), Crumb(note.number, page_of(note))],
    )
    return asked(request, form, ask)


@require(Right.APPROVE)
def end(request: TenantRequest, public_id: str) -> HttpResponse:
    note = get_or_404(CreditNote.objects.select_related("debtor"), public_id)
    form = bound(ReasonForm, request)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(
            form,
            lambda: operations.cancel_credit_note(note=note, reason=form.cleaned_data["reason"], by=acting(request)),
        )
    ):
        messages.success(request, _("De creditnota telt niet meer mee."))
        return go(request, page_of(note))
    ask = Ask(
        title=_("Creditnota laten vervallen"),
        verb=_("Laat vervallen"),
        cancel_url=page_of(note),
        text=_("Hij blijft zichtbaar, maar is geen tegoed meer."),
        tone="act",
        crumbs=[*crumbs_to(note.debtor), Crumb(note.number, page_of(note))],
    )
    return asked(request, form, ask)
