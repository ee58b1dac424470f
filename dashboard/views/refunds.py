"""Money that goes back: the list, a proposal, approval, the file for the bank and what became of it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import DomainError
from dashboard import exports, listing
from dashboard.forms_debits import OutcomeForm, RefundForm
from dashboard.forms_invoices import ReasonForm
from dashboard.lists import collecting as lists
from dashboard.lists.asked import order_of
from dashboard.rows import collecting as rows
from dashboard.shell import Crumb
from dashboard.templatetags.kit_words import dutch
from dashboard.views.answers import acting, attempt, done, listed, page_of
from dashboard.views.asking import Ask, Nothing, asked, bound, go
from dashboard.views.messages import answer_with
from dashboard.views.payments import tabs
from payments import operations
from payments.models import Payment, Refund
from payments.states import RefundState, RefundWay
from tenants.access import Right, TenantRequest, get_or_404, require


def crumb() -> Crumb:
    """Give the way back to the list."""
    return Crumb(_("Terugbetalingen"), reverse("dashboard:refunds"))


def _found(public_id: str) -> Refund:
    return get_or_404(Refund.objects.select_related("payment__debtor"), public_id)


@require(Right.SEE)
def refunds(request: TenantRequest) -> HttpResponse:
    wanted = lists.Asked.of(request, RefundState.values)
    found = lists.refunds(wanted).select_related("payment__debtor")
    found = found.order_by(*order_of(request, lists.REFUND_SORTS, "-dag"))
    if exports.wanted(request):
        shown = [rows.refund_row(row) for row in found[: listing.MOST_ROWS]]
        return exports.answer(request, shown, export_columns(), _("terugbetalingen"))
    page = page_of(request, found)
    count, total = lists.sums(lists.refunds(wanted))
    ready = Refund.objects.filter(state=RefundState.APPROVED, via=RefundWay.BANK)
    ready_count, ready_total = lists.sums(ready)
    context = {
        "page": page,
        "rows": [rows.refund_row(row) for row in page.object_list],
        "count": count,
        "total": total,
        "ready_count": ready_count,
        "ready_total": ready_total,
        "asked": wanted,
        "chips": lists.chips(request, wanted),
        "states": listing.options(lists.refund_states(), wanted.state),
        "tabs": tabs("refunds"),
    }
    return listed(request, "dashboard/collecting/refunds.html", context)


def export_columns() -> list[exports.Column]:
    """Give the columns of the list as a file."""
    return [
        exports.Column(_("Voorgesteld op"), "proposed_on", "date"),
        exports.Column(_("Debiteurnummer"), "debtor_number"),
        exports.Column(_("Debiteur"), "debtor_name"),
        exports.Column(_("Bedrag"), "amount", "amount"),
        exports.Column(_("Langs"), "way"),
        exports.Column("IBAN", "iban"),
        exports.Column(_("Op naam van"), "name"),
        exports.Column(_("Omschrijving"), "description"),
        exports.Column(_("Stand"), lambda row: str(row.state.label)),
        exports.Column(_("Toelichting"), "note"),
    ]


@require(Right.WORK)
def new(request: TenantRequest) -> HttpResponse:
    asked_for = request.GET.get("betaling", "")[:14]
    payment = Payment.objects.select_related("debtor").filter(public_id=asked_for, reverses=None).first()
    if payment is None:
        if asked_for:
            raise Http404
        messages.info(request, _("Kies hier het tegoed dat terug moet."))
        return done(reverse("dashboard:credit"))
    online = operations.refundable_online(payment)
    form = bound(RefundForm, request, can_go_online=online > 0, initial=_initial(payment, can_go_online=online > 0))
    back = reverse("dashboard:payment", args=[payment.public_id])
    if form.is_valid() and attempt(
        form, lambda: operations.propose_refund(payment=payment, by=acting(request), **form.cleaned_data)
    ):
        messages.success(request, _("Voorgesteld. Het bedrag is geen tegoed meer; keur de terugbetaling goed."))
        return go(request, reverse("dashboard:refunds"))
    ask = Ask(
        title=_("Betaal terug aan %(name)s") % {"name": payment.debtor.name if payment.debtor else payment.payer_name},
        verb=_("Stel voor"),
        cancel_url=back,
        text=_("Van de betaling van € %(amount)s op %(day)s is € %(rest)s over.")
        % {
            "amount": dutch(payment.amount),
            "day": f"{payment.received_on:%d-%m-%Y}",
            "rest": dutch(payment.unallocated),
        },
        crumbs=[crumb(), Crumb(_("Betaling"), back)],
    )
    return asked(request, form, ask)


def _initial(payment: Payment, *, can_go_online: bool) -> dict[str, Any]:
    debtor = payment.debtor
    return {
        "amount": payment.unallocated,
        "via": RefundWay.ONLINE if can_go_online else RefundWay.BANK,
        "iban": payment.payer_iban or (debtor.iban if debtor else ""),
        "name": (payment.payer_name or (debtor.name if debtor else ""))[:70],
    }


@require(Right.APPROVE)
def approve(request: TenantRequest, public_id: str) -> HttpResponse:
    found = _found(public_id)
    form = bound(Nothing, request)
    back = reverse("dashboard:refunds")
    if form.is_valid() and attempt(form, lambda: operations.approve_refund(refund=found, by=acting(request))):
        messages.success(request, _("De terugbetaling is goedgekeurd."))
        return go(request, back)
    shown = rows.refund_row(found)
    ask = Ask(
        title=_("Keur de terugbetaling van € %(amount)s goed") % {"amount": dutch(found.amount)},
        verb=_("Keur goed"),
        cancel_url=back,
        text=shown.to,
        consequences=[
            _("Zij gaat mee in het volgende bestand voor de bank.")
            if found.via == RefundWay.BANK
            else _("Mollie krijgt binnen enkele minuten de opdracht.")
        ],
        crumbs=[crumb()],
    )
    return asked(request, form, ask)


@require(Right.WORK)
def cancel(request: TenantRequest, public_id: str) -> HttpResponse:
    found = _found(public_id)
    form = bound(ReasonForm, request)
    back = reverse("dashboard:refunds")
    if form.is_valid() and attempt(
        form,
        lambda: operations.cancel_refund(refund=found, reason=form.cleaned_data["reason"], by=acting(request)),
    ):
        messages.success(request, _("Ingetrokken: het bedrag is weer tegoed van de debiteur."))
        return go(request, back)
    ask = Ask(
        title=_("Trek de terugbetaling van € %(amount)s in") % {"amount": dutch(found.amount)},
        verb=_("Trek in"),
        cancel_url=back,
        tone="act",
        crumbs=[crumb()],
    )
    return asked(request, form, ask)


@require(Right.APPROVE)
@require_POST
def send(request: TenantRequest) -> HttpResponse:
    """Make one file for the bank of everything that is approved."""
    try:
        document = operations.send_refunds(by=acting(request))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("Bestand %(name)s is gemaakt. Download het bij een van de terugbetalingen en bied het aan bij uw bank.")
            % {"name": document.filename},
        )
    return done(f"{reverse('dashboard:refunds')}?stand={RefundState.SENT}")


@require(Right.SEE)
def file(_request: TenantRequest, public_id: str) -> HttpResponse:
    """Give the file for the bank that a refund is in, as it was made."""
    document = get_or_404(Refund.objects.select_related("document"), public_id).document
    if document is None:
        raise Http404
    return answer_with(bytes(document.content), document.media_type, document.filename, is_shown=False)


@require(Right.WORK)
def outcome(request: TenantRequest, public_id: str) -> HttpResponse:
    found = _found(public_id)
    form = bound(OutcomeForm, request, initial={"outcome": OutcomeForm.DONE})
    back = reverse("dashboard:refunds")
    if form.is_valid() and attempt(form, lambda: _note(found, form, acting(request))):
        messages.success(request, _("Vastgelegd."))
        return go(request, back)
    ask = Ask(
        title=_("Terugbetaling van € %(amount)s") % {"amount": dutch(found.amount)},
        verb=_("Leg vast"),
        cancel_url=back,
        text=_("Staat zij op een afschrift dat u inleest, dan gaat dit vanzelf."),
        crumbs=[crumb()],
    )
    return asked(request, form, ask)


def _note(refund: Refund, form: OutcomeForm, by: Any) -> None:
    chosen = form.cleaned_data["outcome"]
    if chosen == OutcomeForm.DONE:
        operations.refund_done(refund=refund, by=by)
    elif chosen == OutcomeForm.FAILED:
        operations.refund_failed(refund=refund, reason=form.cleaned_data["reason"], by=by)
    else:
        operations.take_back_refund(refund=refund, by=by)
