"""Disputes: the list, a new one, and the page on which one is answered."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.models import Entry
from common import clock
from common.calendar import extend_to_working_day
from dashboard import exports, listing, logbook
from dashboard.forms_money import DeadlineForm, DisputeForm, ResolveForm
from dashboard.lists import disputes as lists
from dashboard.lists.asked import MINE, NOBODY, debtor_of, member, order_of
from dashboard.lists.debtors import people
from dashboard.rows import badges, disputing, said
from dashboard.shell import Crumb, Tab
from dashboard.views.answers import acting, attempt, done, invalid, listed, page_of
from dashboard.views.asking import Ask, asked, bound, go
from dashboard.views.booking import find, open_invoices
from dashboard.views.following import finish_from_call, with_task
from debtors.models import Debtor
from dunning import operations as ladder
from invoices import operations
from invoices.models import Dispute, Invoice
from invoices.states import DisputeOutcome, DisputeReason
from tenants.access import Right, TenantRequest, allows, get_or_404, require

CREDIT_FOLLOWS_WITHIN = timedelta(days=14)


@require(Right.SEE)
def disputes(request: TenantRequest) -> HttpResponse:
    day, wanted = clock.today(), lists.Asked.of(request)
    rows = lists.found(wanted, request, day).select_related("invoice__debtor", "owner")
    rows = rows.order_by(*order_of(request, lists.SORTS, lists.DEFAULT))
    if exports.wanted(request):
        return exports.answer(request, lists.rows_of(rows[: listing.MOST_ROWS], day), export_columns(), _("geschillen"))
    page = page_of(request, rows)
    whose = [(MINE, _("Mijn geschillen")), (NOBODY, _("Zonder eigenaar")), *people(request.tenant.pk)]
    context = {
        "page": page,
        "rows": lists.rows_of(page.object_list, day),
        "totals": lists.totals(lists.found(wanted, request, day)),
        "asked": wanted,
        "chips": lists.chips(request, wanted),
        "tabs": _tabs(wanted),
        "reasons": listing.options(DisputeReason.choices, wanted.reason),
        "owners": listing.options(whose, wanted.owner),
    }
    return listed(request, "dashboard/disputes/list.html", context)


def _tabs(wanted: lists.Asked) -> list[Tab]:
    here = reverse("dashboard:disputes")
    places = (
        (_("Open"), lists.OPEN),
        (_("Antwoord te laat"), lists.LATE),
        (_("Afgehandeld"), lists.OVER),
        (_("Alle"), ""),
    )
    return [Tab(label, f"{here}?stand={state}", is_active=state == wanted.state) for label, state in places]


def export_columns() -> list[exports.Column]:
    """Give the columns of the list as a file."""
    return [
        exports.Column(_("Factuur"), "number"),
        exports.Column(_("Debiteurnummer"), "debtor_number"),
        exports.Column(_("Debiteur"), "debtor_name"),
        exports.Column(_("Reden"), "reason"),
        exports.Column(_("Betwist bedrag"), "amount", "amount"),
        exports.Column(_("Sinds"), "opened_on", "date"),
        exports.Column(_("Antwoord uiterlijk"), "deadline", "date"),
        exports.Column(_("Afgehandeld op"), "resolved_on", "date"),
        exports.Column(_("Eigenaar"), "owner"),
        exports.Column(_("Stand"), lambda row: row.state.label),
    ]


@require(Right.WORK)
def new(request: TenantRequest) -> HttpResponse:
    invoice = Invoice.objects.filter(public_id=request.GET.get("factuur", "")[:14]).select_related("debtor").first()
    debtor = invoice.debtor if invoice else debtor_of(request)
    if debtor is None:
        return find(request, _("Nieuw geschil"), "dispute_new")
    form = bound(
        DisputeForm,
        request,
        open_invoices=undisputed(debtor),
        people=people(request.tenant.pk),
        initial={"invoice": invoice.public_id if invoice else None, "owner": request.user.public_id},
    )
    made: list[Dispute] = []
    if form.is_valid() and attempt(form, lambda: made.append(_open(request, form))):
        messages.success(request, _("Het geschil is genoteerd. Wat betwist is krijgt geen brieven meer."))
        return go(request, with_task(request) or reverse("dashboard:dispute", args=[made[0].public_id]))
    ask = Ask(
        title=_("Nieuw geschil met %(name)s") % {"name": debtor.name},
        verb=_("Noteer geschil"),
        cancel_url=with_task(request) or reverse("dashboard:disputes"),
        consequences=[
            _("Wat klaarstaat voor deze factuur wordt ingetrokken."),
            _("Alleen het betwiste deel gaat van de ladder; over de rest lopen de brieven door."),
            _("Is de datum voorbij zonder antwoord, dan komt er een taak."),
        ],
        crumbs=[_crumb()],
    )
    return asked(request, form, ask)


def undisputed(debtor: Debtor) -> Sequence[Invoice]:
    """Give what a debtor has open and does not dispute already."""
    taken = set(Dispute.objects.filter(invoice__debtor=debtor, resolved_on=None).values_list("invoice_id", flat=True))
    return [invoice for invoice in open_invoices(debtor) if invoice.pk not in taken]


def _open(request: TenantRequest, form: DisputeForm) -> Dispute:
    """Note the dispute, and the call it came out of."""
    given = dict(form.cleaned_data)
    with transaction.atomic():
        dispute = operations.open_dispute(by=acting(request), **given | {"owner": member(given["owner"])})
        finish_from_call(request, "dispute", note=given["note"])
    return dispute


def _crumb() -> Crumb:
    return Crumb(_("Geschillen"), reverse("dashboard:disputes"))


@require(Right.SEE)
def dispute(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Dispute.objects.select_related("invoice__debtor", "owner"), public_id)
    form = _resolve_form(request, found)
    return render(request, "dashboard/disputes/page.html", _page(found, form, clock.today()))


def _page(found: Dispute, form: ResolveForm, day: date) -> dict[str, Any]:
    return {
        "dispute": found,
        "invoice": found.invoice,
        "debtor": found.invoice.debtor,
        "state": badges.dispute(found.outcome, found.deadline, day),
        "amounts": disputing.amounts(found),
        "effects": disputing.effects(found),
        "outcomes": disputing.outcomes(),
        "form": form,
        "said": said.about("dispute", found.public_id),
        "events": [logbook.event(one) for one in Entry.objects.about("dispute", found.public_id).order_by("-pk")],
        "crumbs": [_crumb()],
    }


def _resolve_form(request: TenantRequest, found: Dispute) -> ResolveForm:
    return bound(
        ResolveForm,
        request,
        may_approve=allows(request.membership, Right.APPROVE),
        is_open=found.invoice.is_open,
    )


@require(Right.WORK)
def resolve(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Dispute.objects.select_related("invoice__debtor", "owner"), public_id)
    here = reverse("dashboard:dispute", args=[public_id])
    if found.resolved_on is not None:
        messages.error(request, str(operations.DisputeIsResolved()))
    if request.method != "POST" or found.resolved_on is not None:
        return done(here)
    form = _resolve_form(request, found)
    if form.is_valid() and attempt(form, lambda: _resolve(request, found, form)):
        messages.success(request, _("Het geschil is afgehandeld."))
        return done(here)
    return invalid(request, "dashboard/disputes/page.html", _page(found, form, clock.today()))


def _resolve(request: TenantRequest, found: Dispute, form: ResolveForm) -> None:
    """End the dispute; where the credit note comes later the invoice is held until it is there."""
    given, by = form.cleaned_data, acting(request)
    how = given["how"]
    with transaction.atomic():
        operations.resolve_dispute(
            dispute=found,
            outcome=how if how in DisputeOutcome.values else DisputeOutcome.ACCEPTED,
            resolution=given["resolution"],
            credit_number=given.get("credit_number", "") if how == form.CREDIT else "",
            write_off=how == form.WRITE_OFF,
            by=by,
        )
        if how == form.ACCEPTED and found.invoice.is_open:
            until = extend_to_working_day(by.day + CREDIT_FOLLOWS_WITHIN)
            ladder.place_hold(invoice=found.invoice, until=until, reason=_("creditnota volgt"), by=by)


@require(Right.WORK)
def extend(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Dispute.objects.select_related("invoice", "owner"), public_id)
    here = reverse("dashboard:dispute", args=[public_id])
    form = bound(
        DeadlineForm,
        request,
        people=people(request.tenant.pk),
        initial={"deadline": found.deadline, "owner": found.owner.public_id if found.owner else ""},
    )
    if form.is_valid() and attempt(
        form,
        lambda: operations.change_dispute(
            dispute=found,
            deadline=form.cleaned_data["deadline"],
            owner=member(form.cleaned_data["owner"]),
            by=acting(request),
        ),
    ):
        messages.success(request, _("Het geschil is bijgewerkt."))
        return go(request, here)
    ask = Ask(
        title=_("Termijn en eigenaar"), verb=_("Bewaar"), cancel_url=here, crumbs=[_crumb(), Crumb(_("Geschil"), here)]
    )
    return asked(request, form, ask)
