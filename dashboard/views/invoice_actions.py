"""What can be done about one invoice: credited, moved, given up, reversed."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.money import ZERO
from dashboard import policies
from dashboard.forms_debtors import PolicyForm
from dashboard.forms_invoices import CreditForm, DueDateForm, ReasonForm, WaiverForm, WriteOffForm, suggested_number
from dashboard.rows import effects
from dashboard.shell import Crumb
from dashboard.templatetags.kit_words import dutch
from dashboard.views.answers import acting, attempt
from dashboard.views.asking import Ask, asked, bound, go
from dashboard.views.invoices import crumb
from debtors import queries as debtor_queries
from dunning import operations as ladder
from dunning.models import Notice
from dunning.states import LIVE_NOTICE_STATES
from invoices import operations
from invoices.models import Invoice, Settlement
from tenants import two_persons
from tenants.access import Right, TenantRequest, get_or_404, require


def page_of(invoice: Invoice) -> str:
    """Give the address of an invoice."""
    return reverse("dashboard:invoice", args=[invoice.public_id])


def crumbs_to(invoice: Invoice) -> list[Crumb]:
    """Give the way back to an invoice."""
    return [crumb(), Crumb(invoice.number, page_of(invoice))]


def locked(invoice: Invoice, operation: Callable[[], object]) -> Callable[[], object]:
    """Give an operation that holds the lock on the debtor, as the ledger asks of its caller."""

    def held() -> object:
        with transaction.atomic():
            debtor_queries.lock(invoice.debtor_id)
            return operation()

    return held


def ended(request: TenantRequest, form: forms.Form, operation: Callable[[], object], said: str) -> bool:
    """Tell whether a form was right and its operation worked; then it is said on the next page."""
    if form.is_bound and form.is_valid() and attempt(form, operation):
        messages.success(request, said)
        return True
    return False


@require(Right.WORK)
def credit(request: TenantRequest, public_id: str) -> HttpResponse:
    invoice = get_or_404(Invoice.objects.with_debtor(), public_id)
    initial = {
        "number": suggested_number(invoice.number),
        "issue_date": clock.today(),
        "amount": invoice.principal_open or invoice.principal,
    }
    form = bound(CreditForm, request, initial=initial)

    def register() -> object:
        said = form.cleaned_data
        draft = operations.CreditNoteDraft(
            debtor=invoice.debtor,
            number=said["number"],
            issue_date=said["issue_date"],
            amount=said["amount"],
            vat_amount=said["vat_amount"] or ZERO,
            invoice_number=invoice.number,
            description=said["description"],
        )
        return operations.register_credit_note(draft, by=acting(request))

    if ended(request, form, register, _("Creditnota toegevoegd.")):
        return go(request, page_of(invoice))
    ask = Ask(
        title=_("Creditnota op %(number)s") % {"number": invoice.number},
        verb=_("Voeg creditnota toe"),
        cancel_url=page_of(invoice),
        text=_(
            "Leg vast wat u hebt gecrediteerd. Wat op de factuur openstaat wordt meteen verrekend; de rest is "
            "tegoed van de debiteur."
        ),
        consequences=effects.waiting_for(invoice),
        crumbs=crumbs_to(invoice),
    )
    return asked(request, form, ask)


@require(Right.WORK)
def due_date(request: TenantRequest, public_id: str) -> HttpResponse:
    invoice = get_or_404(Invoice.objects.with_debtor(), public_id)
    form = bound(DueDateForm, request, issued=invoice.issue_date, initial={"due_date": invoice.due_date})
    is_fixed = ladder.due_date_is_fixed(invoice)

    def move() -> object:
        said = form.cleaned_data
        return operations.change_due_date(
            invoice=invoice,
            due_date=said["due_date"],
            reason=said["reason"],
            is_fixed=ladder.due_date_is_fixed(invoice),  # behind the lock: a letter may have left meanwhile
            by=acting(request),
        )

    if ended(request, form, locked(invoice, move), _("Vervaldatum gewijzigd.")):
        return go(request, page_of(invoice))
    ask = Ask(
        title=_("Vervaldatum van %(number)s") % {"number": invoice.number},
        verb=_("Wijzig vervaldatum"),
        cancel_url=page_of(invoice),
        warning=_("Er is al een wettelijke brief over verstuurd: de vervaldatum ligt vast.") if is_fixed else "",
        consequences=[_("Het begin van het verzuim en de ladder gaan mee."), *effects.waiting_for(invoice)],
        crumbs=crumbs_to(invoice),
    )
    return asked(request, form, ask)


@require(Right.APPROVE)
def waiver(request: TenantRequest, public_id: str) -> HttpResponse:
    invoice = get_or_404(Invoice.objects.with_debtor(), public_id)
    form = bound(WaiverForm, request, interest=invoice.interest_open, costs=invoice.costs_open)

    def waive() -> object:
        said = form.cleaned_data
        return operations.waive(invoice=invoice, part=said["part"], reason=said["reason"], by=acting(request))

    if ended(request, form, locked(invoice, waive), _("Kwijtgescholden.")):
        return go(request, page_of(invoice))
    nothing = not (invoice.interest_open or invoice.costs_open)
    ask = Ask(
        title=_("Rente of kosten kwijtschelden"),
        verb=_("Scheld kwijt"),
        cancel_url=page_of(invoice),
        text=_("Alleen wat nu in rekening is gebracht; de hoofdsom blijft staan."),
        warning=_("Er is op deze factuur geen rente of kosten in rekening gebracht.") if nothing else "",
        consequences=effects.waiting_for(invoice),
        tone="act",
        crumbs=crumbs_to(invoice),
    )
    return asked(request, form, ask)


@require(Right.APPROVE)
def write_off(request: TenantRequest, public_id: str) -> HttpResponse:
    invoice = get_or_404(Invoice.objects.with_debtor(), public_id)
    form = bound(WriteOffForm, request, initial={"amount": invoice.open_amount})

    by_two = two_persons.needed(two_persons.Sensitive.WRITE_OFF)

    def give_up() -> object:
        said = form.cleaned_data
        operation = operations.ask_write_off if by_two else operations.write_off
        return operation(invoice=invoice, amount=said["amount"], reason=said["reason"], by=acting(request))

    success = _("Gevraagd. Er wordt pas afgeboekt als iemand anders het goedkeurt.") if by_two else _("Afgeboekt.")
    if ended(request, form, locked(invoice, give_up), success):
        return go(request, page_of(invoice))
    ask = Ask(
        title=_("%(number)s afboeken") % {"number": invoice.number},
        verb=_("Vraag afboeking") if by_two else _("Boek af"),
        cancel_url=page_of(invoice),
        text=_("Er staat € %(amount)s open.") % {"amount": dutch(invoice.open_amount)},
        consequences=[
            *([_("Iemand anders keurt de afboeking goed; tot dan blijft het bedrag openstaan.")] if by_two else []),
            _("U vraagt dit bedrag niet meer. Het blijft in de boekingen staan en kan worden teruggedraaid."),
            *effects.waiting_for(invoice),
        ],
        tone="act",
        crumbs=crumbs_to(invoice),
    )
    return asked(request, form, ask)


@require(Right.WORK)
def policy(request: TenantRequest, public_id: str) -> HttpResponse:
    invoice = get_or_404(Invoice.objects.with_debtor(), public_id)
    variant = "consumer" if invoice.acted_as_consumer else "business"
    initial = {"lineage": policies.of_invoice(invoice).value}
    form = bound(PolicyForm, request, policies=policies.options([variant]), initial=initial)

    def choose() -> None:
        lineage = form.cleaned_data["lineage"].partition(":")[2]
        ladder.choose_policy(invoice=invoice, variant=variant, lineage=lineage, by=acting(request))

    if ended(request, form, choose, _("Het beleid is gekozen.")):
        return go(request, page_of(invoice))
    ask = Ask(
        title=_("Beleid voor %(number)s") % {"number": invoice.number},
        verb=_("Kies beleid"),
        cancel_url=page_of(invoice),
        consequences=[
            _("De factuur gaat verder op de stap van dezelfde soort; geen stap wordt herhaald."),
            *effects.waiting_for(invoice),
        ],
        crumbs=crumbs_to(invoice),
    )
    return asked(request, form, ask)


@require(Right.APPROVE)
def withdrawal(request: TenantRequest, public_id: str) -> HttpResponse:
    invoice = get_or_404(Invoice.objects.with_debtor(), public_id)
    waiting = Notice.objects.filter(lines__invoice=invoice, lines__live=True, state__in=LIVE_NOTICE_STATES).first()
    if waiting is None:
        raise Http404
    form = bound(ReasonForm, request)

    def take_back() -> object:
        return ladder.withdraw(notice=waiting, reason=form.cleaned_data["reason"], by=acting(request))

    if ended(request, form, take_back, _("De brief is ingetrokken: hij gaat niet uit.")):
        return go(request, page_of(invoice))
    others = [line.invoice.number for line in waiting.lines.select_related("invoice") if line.invoice_id != invoice.pk]
    ask = Ask(
        title=_("Klaargezette brief intrekken"),
        verb=_("Trek brief in"),
        cancel_url=page_of(invoice),
        text=_("%(kind)s over € %(amount)s, klaargezet voor %(day)s.")
        % {
            "kind": str(waiting.get_kind_display()).capitalize(),
            "amount": dutch(waiting.total),
            "day": f"{waiting.planned_for:%d-%m-%Y}",
        },
        consequences=[
            _("De stap is niet gezet. De nacht kijkt opnieuw, en zet hem weer klaar zolang er niets verandert."),
            *([_("De brief gaat ook over: %(numbers)s.") % {"numbers": ", ".join(others)}] if others else []),
        ],
        tone="act",
        crumbs=crumbs_to(invoice),
    )
    return asked(request, form, ask)


@require(Right.APPROVE)
def reversal(request: TenantRequest, public_id: str) -> HttpResponse:
    settlement = get_or_404(Settlement.objects.select_related("invoice__debtor"), public_id)
    invoice = settlement.invoice
    if settlement.kind not in {"write_off", "waiver", "credit"}:
        raise Http404  # a payment is reversed on its own page
    form = bound(ReasonForm, request)

    def take_back() -> object:
        by = acting(request)
        return operations.reverse_settlement(
            settlement=settlement, reason=form.cleaned_data["reason"], booked_on=by.day, by=by
        )

    if ended(request, form, locked(invoice, take_back), _("Teruggedraaid: het bedrag staat weer open.")):
        return go(request, page_of(invoice))
    ask = Ask(
        title=_("Boeking terugdraaien"),
        verb=_("Draai terug"),
        cancel_url=page_of(invoice),
        text=_("%(kind)s van € %(amount)s op %(day)s.")
        % {
            "kind": str(settlement.get_kind_display()).capitalize(),
            "amount": dutch(settlement.amount),
            "day": f"{settlement.booked_on:%d-%m-%Y}",
        },
        consequences=[
            _("Er komt een tegenboeking; de oude blijft staan."),
            _("Was de factuur voldaan, dan gaat hij verder op zijn oude stap, met een korte nieuwe termijn."),
        ],
        tone="act",
        crumbs=crumbs_to(invoice),
    )
    return asked(request, form, ask)
