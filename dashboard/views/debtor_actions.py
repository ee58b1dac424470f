"""What is done about a debtor's claims from his card: note, call, hold, dispute, promise."""

from collections.abc import Sequence

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common import clock
from common.actor import Actor
from dashboard.forms_debtors import CallForm, HoldForm, NoteForm
from dashboard.rows import effects
from dashboard.views.answers import acting, attempt, done, refuse
from dashboard.views.asking import Ask, asked, bound, go
from dashboard.views.debtor_forms import card_of, crumbs_to
from debtors import operations
from debtors.models import Debtor
from dunning import operations as ladder
from dunning.models import Hold
from invoices.models import Invoice
from tenants.access import Right, TenantRequest, get_or_404, require

MOST = 200  # claims to choose from


def chosen(request: TenantRequest, debtor: Debtor) -> list[Invoice]:
    """Give the open claims that were picked: by boxes of a list, or named in the address."""
    named = [*request.GET.getlist("factuur"), *request.POST.getlist("ids")]
    ids = [part for value in named for part in value.split(",") if part]
    found = Invoice.objects.open().filter(debtor=debtor, public_id__in=ids)
    return list(found.order_by("due_date", "pk"))


def first_time(request: TenantRequest) -> bool:
    """Tell whether a list posted what was picked, and the form is still to be shown."""
    return request.method == "POST" and "confirmed" not in request.POST


@require(Right.WORK)
def notes(request: TenantRequest, public_id: str) -> HttpResponse:
    debtor = get_or_404(Debtor.objects.all(), public_id)
    form = bound(NoteForm, request)
    if form.is_bound and form.is_valid():
        operations.add_note(debtor=debtor, text=form.cleaned_data["text"], by=acting(request))
        messages.success(request, _("Notitie bewaard."))
        return go(request, f"{card_of(debtor)}#tijdlijn")
    ask = Ask(_("Notitie"), _("Bewaar notitie"), card_of(debtor), crumbs=crumbs_to(debtor))
    return asked(request, form, ask)


@require(Right.WORK)
def calls(request: TenantRequest, public_id: str) -> HttpResponse:
    debtor = get_or_404(Debtor.objects.all(), public_id)
    form = bound(CallForm, request)
    if form.is_bound and form.is_valid():
        ladder.record_call(debtor=debtor, by=acting(request), **form.cleaned_data)
        messages.success(request, _("Gesprek genoteerd."))
        return go(request, after_call(debtor, form.cleaned_data["result"]))
    ask = Ask(
        title=_("Uitkomst van een gesprek"),
        verb=_("Bewaar gesprek"),
        cancel_url=card_of(debtor),
        text=_("Een belofte of een geschil legt u daarna vast; bij niet bereikt komt er een nieuwe belafspraak."),
        crumbs=crumbs_to(debtor),
    )
    return asked(request, form, ask)


def after_call(debtor: Debtor, result: str) -> str:
    """Give where a call leads: to the promise or the dispute that came out of it."""
    follow_up = {"promise": "dashboard:promise_new", "dispute": "dashboard:dispute_new"}.get(result)
    return f"{reverse(follow_up)}?debiteur={debtor.public_id}" if follow_up else f"{card_of(debtor)}#tijdlijn"


@require(Right.WORK)
def hold(request: TenantRequest, public_id: str) -> HttpResponse:
    debtor = get_or_404(Debtor.objects.all(), public_id)
    invoices = chosen(request, debtor)
    kept = {"ids": ",".join(one.public_id for one in invoices)}
    form = HoldForm() if first_time(request) else bound(HoldForm, request)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: place_holds(debtor, invoices, form, acting(request)))
    ):
        messages.success(request, _("Aangehouden."))
        return go(request, card_of(debtor))
    ask = Ask(
        title=_("Facturen aanhouden") if invoices else _("Debiteur aanhouden"),
        verb=_("Houd aan"),
        cancel_url=card_of(debtor),
        text=effects.numbers(invoices) if invoices else debtor.name,
        consequences=effects.of_invoice_hold(invoices) if invoices else effects.of_hold([debtor], clock.today()),
        crumbs=crumbs_to(debtor),
        action=request.path,
        kept=kept | {"confirmed": "1"},
    )
    return asked(request, form, ask)


def place_holds(debtor: Debtor, invoices: Sequence[Invoice], form: HoldForm, by: Actor) -> None:
    """Hold the picked invoices, or the debtor where none was picked."""
    said = form.cleaned_data
    with transaction.atomic():
        for invoice in invoices:
            ladder.place_hold(invoice=invoice, reason=said["reason"], until=said["until"], by=by)
        if not invoices:
            ladder.place_hold(debtor=debtor, reason=said["reason"], until=said["until"], by=by)


@require(Right.WORK)
@require_POST
def hold_end(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Hold.objects.select_related("debtor", "invoice"), public_id)
    refuse(
        request,
        lambda: ladder.lift_hold(hold=found, by=acting(request)),
        _("De aanhouding is opgeheven: de eerstvolgende nacht kijkt weer."),
    )
    if found.debtor is not None:
        return done(card_of(found.debtor))
    return done(reverse("dashboard:invoice", args=[found.invoice.public_id]) if found.invoice else "")


@require(Right.WORK)
@require_POST
def promise(request: TenantRequest, public_id: str) -> HttpResponse:
    return with_picked(request, public_id, "dashboard:promise_new")


@require(Right.WORK)
@require_POST
def payment(request: TenantRequest, public_id: str) -> HttpResponse:
    return with_picked(request, public_id, "dashboard:payment_new")


@require(Right.WORK)
@require_POST
def dispute(request: TenantRequest, public_id: str) -> HttpResponse:
    debtor = get_or_404(Debtor.objects.all(), public_id)
    picked = chosen(request, debtor)
    if len(picked) > 1:
        messages.info(request, _("Een geschil gaat over één factuur: begin met %(number)s.") % {"number": picked[0]})
    named = {"factuur": picked[0].public_id} if picked else {"debiteur": debtor.public_id}
    return done(f"{reverse('dashboard:dispute_new')}?{urlencode(named)}")


def with_picked(request: TenantRequest, public_id: str, name: str) -> HttpResponse:
    """Go to a form with the picked claims in its address."""
    debtor = get_or_404(Debtor.objects.all(), public_id)
    named = [("factuur", one.public_id) for one in chosen(request, debtor)]
    return done(f"{reverse(name)}?{urlencode([('debiteur', debtor.public_id), *named])}")


def invoices_of(debtor: Debtor) -> list[Invoice]:
    """Give the open claims of a debtor to choose from, the oldest first."""
    return list(Invoice.objects.open().filter(debtor=debtor).order_by("due_date", "pk")[:MOST])
