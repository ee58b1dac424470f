"""What people do with dossiers: prepare, approve, send, and what the agency answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from collections_handoff import operations, queries
from collections_handoff.models import Agency, Handoff
from common import clock
from dashboard.forms_post import AgencyReferenceForm, HandoffForm, ReasonForm, Sure
from dashboard.lists import finding
from dashboard.lists.asked import debtor_of, text_of
from dashboard.shell import Crumb
from dashboard.views.answers import acting, attempt, done, invalid
from dashboard.views.asking import Ask, asked, bound, go
from debtors.models import Debtor
from invoices.models import Invoice
from tenants.access import Right, TenantRequest, get_or_404, require

NEW = "dashboard/handoffs/new.html"


@dataclass(frozen=True)
class Claim:
    """An invoice that could go into a dossier, or why it cannot."""

    public_id: str
    url: str
    number: str
    due_date: date
    days: int
    open_amount: Decimal
    why_not: str
    note: str
    is_chosen: bool


@require(Right.WORK)
def prepare(request: TenantRequest) -> HttpResponse:
    """Choose a debtor, then his claims and the agency."""
    debtor = debtor_of(request)
    crumbs = [Crumb(_("Dossiers"), reverse("dashboard:handoffs"))]
    if debtor is None:
        text = text_of(request)
        return render(request, NEW, {"crumbs": crumbs, "text": text, "found": finding.debtors(text)})
    day = clock.today()
    invoices = list(Invoice.objects.open().filter(debtor=debtor).order_by("due_date", "pk"))
    agencies = list(Agency.objects.filter(is_active=True).order_by("-is_default", "name", "pk"))
    form = bound(HandoffForm, request, agencies=agencies, invoices=invoices)
    made: list[Handoff] = []
    if form.is_valid() and attempt(form, lambda: made.append(_prepare(request, debtor, form, invoices, agencies))):
        messages.success(request, _("Het dossier staat klaar. Lees het na en keur het goed."))
        return done(reverse("dashboard:handoff", args=[made[0].public_id]))
    ready = queries.readiness(debtor, invoices, day=day)
    chosen = request.POST.getlist("invoices") if form.is_bound else None
    context = {
        "crumbs": crumbs,
        "debtor": debtor,
        "form": form,
        "agencies": agencies,
        "general": ready.general,
        "claims": _claims(invoices, ready, day, chosen),
        "is_consumer": any(invoice.acted_as_consumer for invoice in invoices),
    }
    return invalid(request, NEW, context) if form.is_bound else render(request, NEW, context)


def _prepare(
    request: TenantRequest, debtor: Debtor, form: HandoffForm, invoices: Sequence[Invoice], agencies: Sequence[Agency]
) -> Handoff:
    agency = next(one for one in agencies if one.public_id == form.cleaned_data["agency"])
    chosen = [invoice for invoice in invoices if invoice.public_id in form.cleaned_data["invoices"]]
    return operations.prepare(debtor=debtor, invoices=chosen, agency=agency, by=acting(request))


def _claims(
    invoices: Sequence[Invoice], ready: queries.Readiness, day: date, chosen: Sequence[str] | None
) -> list[Claim]:
    return [
        Claim(
            public_id=invoice.public_id,
            url=reverse("dashboard:invoice", args=[invoice.public_id]),
            number=invoice.number,
            due_date=invoice.due_date,
            days=invoice.days_overdue(day),
            open_amount=invoice.open_amount,
            why_not=(why := ready.of_invoice.get(invoice.pk, "")),
            note="" if why or _in_default(invoice, day) else _("nog niet in verzuim: er loopt geen rente"),
            is_chosen=not why and (chosen is None or invoice.public_id in chosen),
        )
        for invoice in invoices
    ]


def _in_default(invoice: Invoice, day: date) -> bool:
    return invoice.default_since is not None and invoice.default_since <= day


def _asked(
    request: TenantRequest,
    handoff: Handoff,
    form: forms.Form,
    operation: Callable[[], object],
    *,
    success: str,
    **words: Any,
) -> HttpResponse:
    """Ask, do it, and go back to the dossier."""
    url = reverse("dashboard:handoff", args=[handoff.public_id])
    if form.is_valid() and attempt(form, operation):
        messages.success(request, success)
        return go(request, url)
    crumbs = [Crumb(_("Dossiers"), reverse("dashboard:handoffs")), Crumb(handoff.debtor.name, url)]
    return asked(request, form, Ask(cancel_url=url, crumbs=crumbs, **words))


def _found(public_id: str) -> Handoff:
    return get_or_404(Handoff.objects.select_related("debtor", "agency").defer("dossier"), public_id)


@require(Right.APPROVE)
def approve(request: TenantRequest, public_id: str) -> HttpResponse:
    handoff, form = _found(public_id), bound(Sure, request)
    return _asked(
        request,
        handoff,
        form,
        lambda: operations.approve(handoff=handoff, by=acting(request)),
        success=_("Goedgekeurd. Het dossier is nog niet verstuurd."),
        title=_("Dossier goedkeuren?"),
        verb=_("Keur goed"),
        consequences=(_("Er gaat nog niets uit: versturen is een aparte stap, ook door een ander te doen."),),
    )


@require(Right.APPROVE)
def submit(request: TenantRequest, public_id: str) -> HttpResponse:
    handoff, form = _found(public_id), bound(Sure, request)
    agency = {"agency": handoff.agency.name, "email": handoff.agency.email}
    return _asked(
        request,
        handoff,
        form,
        lambda: operations.submit(handoff=handoff, by=acting(request)),
        success=_("Het dossier gaat per mail naar %(agency)s.") % agency,
        title=_("Dossier versturen?"),
        verb=_("Verstuur aan %(agency)s") % agency,
        consequences=(
            _("Het archief gaat per mail naar %(agency)s (%(email)s), met het controlegetal.") % agency,
            _("Wij sturen de debiteur niets meer over deze facturen; wat wacht wordt ingetrokken."),
            _("Betalingen die nog bij u binnenkomen worden dezelfde dag aan het bureau gemeld."),
        ),
    )


@require(Right.WORK)
def accept(request: TenantRequest, public_id: str) -> HttpResponse:
    handoff, form = _found(public_id), bound(AgencyReferenceForm, request)
    return _asked(
        request,
        handoff,
        form,
        lambda: operations.accept(handoff=handoff, agency_reference=form.cleaned_data["reference"], by=acting(request)),
        success=_("Vastgelegd: het dossier is in behandeling."),
        title=_("Nam %(agency)s het dossier aan?") % {"agency": handoff.agency.name},
        verb=_("Leg vast"),
        text=_("Met het nummer van het bureau vindt u het dossier terug, en noemen wij het in elke melding."),
    )


@require(Right.WORK)
def refuse(request: TenantRequest, public_id: str) -> HttpResponse:
    handoff, form = _found(public_id), bound(ReasonForm, request)
    return _asked(
        request,
        handoff,
        form,
        lambda: operations.refuse(handoff=handoff, reason=form.cleaned_data["reason"], by=acting(request)),
        success=_("Vastgelegd: het bureau weigerde het dossier."),
        title=_("Weigerde %(agency)s het dossier?") % {"agency": handoff.agency.name},
        verb=_("Leg vast"),
        consequences=(_("De facturen zijn weer van u: de ladder gaat over zeven dagen verder na de laatste stap."),),
        tone="act",
    )


@require(Right.APPROVE)
def recall(request: TenantRequest, public_id: str) -> HttpResponse:
    handoff, form = _found(public_id), bound(ReasonForm, request)
    return _asked(
        request,
        handoff,
        form,
        lambda: operations.recall(handoff=handoff, reason=form.cleaned_data["reason"], by=acting(request)),
        success=_("Teruggehaald. Het bureau krijgt bericht."),
        title=_("Dossier terughalen?"),
        verb=_("Haal terug"),
        consequences=(
            _("%(agency)s krijgt een mail met de reden.") % {"agency": handoff.agency.name},
            _("De facturen zijn weer van u: de ladder gaat over zeven dagen verder na de laatste stap."),
        ),
        tone="act",
    )


@require(Right.WORK)
def close(request: TenantRequest, public_id: str) -> HttpResponse:
    handoff, form = _found(public_id), bound(ReasonForm, request)
    return _asked(
        request,
        handoff,
        form,
        lambda: operations.close(handoff=handoff, reason=form.cleaned_data["reason"], by=acting(request)),
        success=_("Het dossier is gesloten."),
        title=_("Dossier sluiten?"),
        verb=_("Sluit het dossier"),
        text=_("Het bureau is klaar."),
        consequences=(_("Voor wat nog openstaat komt er een taak: afboeken, of zelf verder."),),
        tone="act",
    )


@require(Right.WORK)
def cancel(request: TenantRequest, public_id: str) -> HttpResponse:
    handoff, form = _found(public_id), bound(ReasonForm, request)
    return _asked(
        request,
        handoff,
        form,
        lambda: operations.cancel(handoff=handoff, reason=form.cleaned_data["reason"], by=acting(request)),
        success=_("Het dossier is vervallen."),
        title=_("Dossier laten vervallen?"),
        verb=_("Laat vervallen"),
        consequences=(_("Er is niets verstuurd. De facturen zijn vrij voor een nieuw dossier."),),
        tone="act",
    )
