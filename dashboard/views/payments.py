"""The list of payments, a payment with what it paid for, and taking one back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.models import Entry
from common import clock, identifiers
from common.money import ZERO
from dashboard import exports, listing, logbook
from dashboard.forms_money import ReverseForm
from dashboard.lists import payments as lists
from dashboard.lists.asked import order_of
from dashboard.rows import allocations, origin
from dashboard.shell import Crumb, Tab
from dashboard.templatetags.kit_words import dutch
from dashboard.views.answers import acting, attempt, listed, page_of
from dashboard.views.asking import Ask, asked, bound, go
from dunning.models import Case as LadderCase
from dunning.operations.cases import FRESH_TERM
from dunning.states import RungKind
from invoices.models import Invoice
from payments import operations, queries
from payments.models import Payment
from payments.states import PaymentMethod
from tenants.access import Right, TenantRequest, get_or_404, require

LIST = "dashboard/payments/list.html"


@require(Right.SEE)
def payments(request: TenantRequest) -> HttpResponse:
    wanted = lists.Asked.of(request, clock.today())
    rows = lists.found(wanted).select_related("debtor").order_by(*order_of(request, lists.SORTS, lists.DEFAULT))
    if exports.wanted(request):
        return exports.answer(request, lists.rows_of(rows[: listing.MOST_ROWS]), export_columns(), _("betalingen"))
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": lists.rows_of(page.object_list),
        "totals": lists.totals(lists.found(wanted)),
        "asked": wanted,
        "since": f"{wanted.since:%d-%m-%Y}" if wanted.since else "",
        "until": f"{wanted.until:%d-%m-%Y}" if wanted.until else "",
        "chips": lists.chips(request, wanted),
        "methods": listing.options(PaymentMethod.choices, wanted.method),
        "tabs": tabs("payments"),
    }
    return listed(request, LIST, context)


def tabs(here: str) -> list[Tab]:
    """Give the pages about money that came in or will."""
    places = (
        (_("Betalingen"), "payments"),
        (_("Tegoeden"), "credit"),
        (_("Kleine restanten"), "small_rests"),
        (_("Beloften"), "promises"),
        (_("Betalingsregelingen"), "arrangements"),
        (_("Incassobatches"), "debit_batches"),
        (_("Machtigingen"), "mandates"),
        (_("Terugbetalingen"), "refunds"),
    )
    return [Tab(label, reverse(f"dashboard:{name}"), is_active=name == here) for label, name in places]


def export_columns() -> list[exports.Column]:
    """Give the columns of the list as a file."""
    return [
        exports.Column(_("Ontvangen op"), "received_on", "date"),
        exports.Column(_("Debiteurnummer"), "debtor_number"),
        exports.Column(_("Debiteur"), "debtor_name"),
        exports.Column(_("Bedrag"), "amount", "amount"),
        exports.Column(_("Verdeeld"), "allocated", "amount"),
        exports.Column(_("Niet verdeeld"), "free", "amount"),
        exports.Column(_("Wijze"), "method"),
        exports.Column(_("Omschrijving"), "description"),
        exports.Column(_("Betaler"), "payer"),
        exports.Column(_("Stand"), lambda row: row.state.label),
    ]


@require(Right.SEE)
def payment(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Payment.objects.select_related("debtor", "reverses"), public_id)
    reversal = found.reversals.first()
    original = found.reverses or found
    claims = queries.claims_before_reversal(original) if reversal or found.reverses else queries.paid_claims(found)
    may_change = reversal is None and found.reverses is None
    has_open = found.debtor_id is not None and Invoice.objects.open().filter(debtor_id=found.debtor_id).exists()
    context = {
        "payment": found,
        "reversal": reversal,
        "state": lists.state(found, went_back=reversal is not None),
        "division": allocations.division(claims, found.unallocated if may_change else ZERO),
        "may_change": may_change,
        "origins": origin.of_payment(found) or origin.of_payment(original),
        "why": origin.why(original),
        "refunds": origin.refunds(original),
        "left": found.unallocated if may_change and found.debtor_id else ZERO,
        "steps": origin.next_steps(found, has_open=has_open),
        "payer_iban": identifiers.format_iban(found.payer_iban),
        "events": [
            logbook.event(entry) for entry in Entry.objects.about("payment", original.public_id).order_by("-pk")
        ],
        "crumbs": [Crumb(_("Betalingen"), reverse("dashboard:payments"))],
    }
    return render(request, "dashboard/payments/page.html", context)


@require(Right.WORK)
def reverse_it(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Payment.objects.select_related("debtor"), public_id)
    form = bound(ReverseForm, request, received_on=found.received_on, initial={"reversed_on": clock.today()})
    here = reverse("dashboard:payment", args=[public_id])
    if form.is_valid() and attempt(
        form, lambda: operations.reverse_payment(payment=found, by=acting(request), **form.cleaned_data)
    ):
        messages.success(request, _("De betaling is teruggedraaid. De facturen staan weer open."))
        return go(request, here)
    ask = Ask(
        title=_("Draai betaling van € %(amount)s terug") % {"amount": dutch(found.amount)},
        verb=_("Draai terug"),
        cancel_url=here,
        text=_("Er komt een boeking tegenover te staan; er wordt niets gewist."),
        consequences=what_reopens(found),
        tone="act",
        crumbs=[Crumb(_("Betalingen"), reverse("dashboard:payments")), Crumb(_("Betaling"), here)],
    )
    return asked(request, form, ask)


def what_reopens(payment: Payment) -> list[str]:
    """Say which claims open again when money goes back, with how much, and where their ladder goes on."""
    claims = queries.paid_claims(payment)
    kinds = LadderCase.objects.filter(invoice__in=[claim.invoice_id for claim in claims])
    taken = dict(kinds.values_list("invoice_id", "position_kind"))
    settled = set(
        Invoice.objects.filter(pk__in=[claim.invoice_id for claim in claims], is_open=False).values_list(
            "pk", flat=True
        )
    )
    lines = [
        _reopens(claim, taken.get(claim.invoice_id, ""), is_settled=claim.invoice_id in settled) for claim in claims
    ]
    if payment.unallocated:
        lines.append(_("€ %(rest)s was nog niet verdeeld en vervalt.") % {"rest": dutch(payment.unallocated)})
    return lines


def _reopens(claim: queries.PaidClaim, rung: str, *, is_settled: bool) -> str:
    values = {
        "number": claim.number,
        "amount": dutch(claim.still_open + claim.total),
        "rung": RungKind(rung).label if rung in RungKind.values else "",
        "days": FRESH_TERM.days,
    }
    if not is_settled:
        return _("Factuur %(number)s: er staat weer € %(amount)s open.") % values
    if not values["rung"]:
        return _("Factuur %(number)s gaat weer open: € %(amount)s. De ladder was nog niet begonnen.") % values
    return (
        _(
            "Factuur %(number)s gaat weer open: € %(amount)s. De ladder gaat na %(days)s dagen verder, "
            "na de stap “%(rung)s”; er komt een taak."
        )
        % values
    )
