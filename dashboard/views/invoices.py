"""The list of invoices, and a new one by hand."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common import clock
from common.actor import Actor
from common.money import ZERO
from dashboard import by_hand, exports, listing, saved
from dashboard.forms_debtors import ChosenHoldForm
from dashboard.forms_invoices import LineForm, NewInvoiceForm
from dashboard.lists import invoices as lists
from dashboard.lists.invoices import Asked
from dashboard.rows import effects
from dashboard.shell import Crumb
from dashboard.views.answers import acting, attempt, done, invalid, listed
from dashboard.views.asking import Ask, asked
from dashboard.views.choosing import MOST, NotChosen, picked
from debtors.models import Debtor
from debtors.states import DebtorKind
from dunning import operations as ladder
from dunning import phases
from invoices import operations, queries
from invoices.models import Invoice
from tenants.access import Right, TenantRequest, require

LIST = "dashboard/invoices/list.html"
LINES = 6  # of an invoice by hand


@require(Right.SEE)
def invoices(request: TenantRequest) -> HttpResponse:
    day, wanted = clock.today(), Asked.of(request)
    if exports.wanted(request):
        page, _totals = lists.page_of(wanted, number=1, day=day, per_page=listing.MOST_ROWS)
        return exports.answer(request, page, export_columns(), f"facturen-{day}")
    page, totals = lists.page_of(wanted, number=listing.page_number(request), day=day)
    views = saved.views(request, "invoices", built_in_views())
    context = {
        "page": page,
        "totals": totals,
        "asked": wanted,
        "chips": lists.chips(request, wanted),
        "views": views,
        "view_now": saved.now(views),
        "states": lists.state_options(wanted),
        "ages": lists.age_options(wanted),
        "phases": listing.options(phases.LABELS.items(), wanted.phase),
        "kinds": listing.options(DebtorKind.choices, wanted.kind),
        "reasons": lists.why_options(wanted),
    }
    return listed(request, LIST, context)


def built_in_views() -> list[tuple[str, str]]:
    """Give the views that everybody has."""
    return [
        (_("Open"), ""),
        (_("Vervallen"), "staat=vervallen"),
        (_("Meer dan 60 dagen"), "dagen=61-90"),
        (_("Meer dan 90 dagen"), "dagen=90%2B"),
        (_("Staat stil"), "fase=blocked"),
        (_("Voldaan"), "staat=voldaan&sorteer=-voldaan"),
    ]


def export_columns() -> list[exports.Column]:
    """Give the columns of a file."""
    return [
        exports.Column(_("Factuurnummer"), "number"),
        exports.Column(_("Debiteurnummer"), "debtor_number"),
        exports.Column(_("Naam"), "debtor_name"),
        exports.Column(_("Soort"), "kind"),
        exports.Column(_("Factuurdatum"), "issue_date", "date"),
        exports.Column(_("Vervaldatum"), "due_date", "date"),
        exports.Column(_("Dagen te laat"), "days_late", "number"),
        exports.Column(_("Hoofdsom"), "principal", "amount"),
        exports.Column(_("Openstaand"), "open_amount", "amount"),
        exports.Column(_("Fase"), "phase.label"),
        exports.Column(_("Volgende stap op"), "next_on", "date"),
        exports.Column(_("Volgende stap"), "next_step"),
        exports.Column(_("Waarom"), "why"),
        exports.Column(_("Voldaan op"), "settled_on", "date"),
    ]


@require(Right.WORK)
@require_POST
def holds(request: TenantRequest) -> HttpResponse:
    query = QueryDict(request.POST.get("filter", "")).urlencode()
    back = f"{reverse('dashboard:invoices')}?{query}" if query else reverse("dashboard:invoices")
    try:
        found = chosen(request)
    except NotChosen as refusal:
        messages.error(request, str(refusal))
        return done(back)
    kept = {"ids": ",".join(one.public_id for one in found), "filter": request.POST.get("filter", "")}
    form = ChosenHoldForm(data=request.POST) if request.POST.get("confirmed") else ChosenHoldForm(initial=kept)
    if form.is_bound and form.is_valid() and attempt(form, lambda: place_holds(found, form, acting(request))):
        said = ngettext("%(n)s factuur aangehouden.", "%(n)s facturen aangehouden.", len(found))
        messages.success(request, said % {"n": len(found)})
        return done(back)
    ask = Ask(
        title=_("Facturen aanhouden"),
        verb=_("Houd aan"),
        cancel_url=back,
        text=effects.numbers(found),
        consequences=effects.of_invoice_hold(found),
        crumbs=[crumb()],
    )
    return asked(request, form, ask)


def place_holds(found: list[Invoice], form: forms.Form, by: Actor) -> None:
    """Hold every picked invoice, all or none."""
    with transaction.atomic():
        for one in found:
            ladder.place_hold(invoice=one, reason=form.cleaned_data["reason"], until=form.cleaned_data["until"], by=by)


def chosen(request: TenantRequest) -> list[Invoice]:
    """Give the picked invoices that are open.

    :raises NotChosen: if there are none, or too many at once.
    """

    def ids_of(query: QueryDict) -> list[int]:
        asked_for = listing.request_of(query)
        return lists.ids_of(Asked.of(asked_for), day=clock.today(), limit=MOST + 1)

    pick = picked(request, ids_of)
    wanted = Q(pk__in=pick.ids) if pick.ids else Q(public_id__in=pick.public_ids)
    found = list(Invoice.objects.open().filter(wanted).order_by("due_date", "pk"))
    if not found:
        raise NotChosen(_("Kies eerst een of meer open facturen."))
    return found


@require(Right.WORK)
def new(request: TenantRequest) -> HttpResponse:
    day = clock.today()
    lines_of = forms.formset_factory(LineForm, extra=LINES, max_num=50)
    if request.method == "POST":
        form = NewInvoiceForm(data=request.POST, files=request.FILES)
        lines = lines_of(data=request.POST, prefix="regel")
        if form.is_valid() and lines.is_valid() and attempt(form, lambda: register(request, form, lines.cleaned_data)):
            made = Invoice.objects.get(number=form.cleaned_data["number"])
            messages.success(request, _("Factuur %(number)s is toegevoegd.") % {"number": made.number})
            return done(reverse("dashboard:invoice", args=[made.public_id]))
    else:
        known = Debtor.objects.filter(public_id=request.GET.get("debiteur", "")).first()
        form = NewInvoiceForm(initial={"debtor": known.number if known else "", "issue_date": day})
        lines = lines_of(prefix="regel")
    context = {
        "form": form,
        "lines": lines,
        "crumbs": [crumb()],
        "debtors": lists.known_debtors(),
        "term": queries.claim_terms().payment_term_days,
    }
    answer = invalid if form.is_bound else render
    return answer(request, "dashboard/invoices/new.html", context)


def register(request: TenantRequest, form: NewInvoiceForm, lines: list[dict[str, Any]]) -> None:
    """Register the invoice: its amounts from the lines, or as said."""
    said = form.cleaned_data
    prepaid = said["prepaid"] or ZERO
    amounts = by_hand.amounts(lines, total=said["total"], vat=said["vat_amount"], prepaid=prepaid)
    files: tuple[operations.File, ...] = ()
    if said["pdf"] is not None:
        files = (operations.File(said["pdf"].name, "application/pdf", said["pdf"].read(), is_the_invoice=True),)
    draft = operations.InvoiceDraft(
        debtor=said["debtor"],
        number=said["number"],
        issue_date=said["issue_date"],
        due_date=said["due_date"],
        principal=amounts.total,
        vat_amount=amounts.vat,
        prepaid=prepaid,
        sent_on=said["issue_date"] if said["is_sent"] else None,
        description=said["description"] or amounts.text,
        contract_ref=said["contract_ref"],
        payment_reference=said["payment_reference"],
        details=amounts.details,
        files=files,
    )
    operations.register_invoices([draft], by=acting(request))


def crumb() -> Crumb:
    """Give the way back to the list."""
    return Crumb(_("Facturen"), reverse("dashboard:invoices"))
