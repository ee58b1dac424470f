"""Promises: what debtors said they will pay, a new one, and taking one back."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Sum
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.money import ZERO
from dashboard import exports, listing
from dashboard.forms_money import PromiseForm
from dashboard.forms_work import ReasonForm
from dashboard.lists import promises as lists
from dashboard.lists.asked import debtor_of, order_of
from dashboard.shell import Crumb
from dashboard.templatetags.kit_words import dutch
from dashboard.views.answers import acting, attempt, listed, page_of
from dashboard.views.asking import Ask, asked, bound, go
from dashboard.views.booking import find, open_invoices
from dashboard.views.following import finish_from_call, with_task
from dashboard.views.payments import tabs
from debtors.models import Debtor
from payments import operations
from payments.models import Promise
from payments.states import PromiseState
from tenants.access import Right, TenantRequest, get_or_404, require


@require(Right.SEE)
def promises(request: TenantRequest) -> HttpResponse:
    wanted = lists.Asked.of(request, clock.today())
    rows = lists.found(wanted).select_related("debtor").prefetch_related("invoices__invoice")
    rows = rows.order_by(*order_of(request, lists.SORTS, lists.DEFAULT))
    if exports.wanted(request):
        return exports.answer(request, lists.rows_of(rows[: listing.MOST_ROWS]), export_columns(), _("beloften"))
    page = page_of(request, rows)
    summed = lists.found(wanted).aggregate(count=Count("pk"), amount=Sum("amount"))
    context = {
        "page": page,
        "rows": lists.rows_of(page.object_list),
        "count": summed["count"],
        "amount": summed["amount"] or ZERO,
        "asked": wanted,
        "chips": lists.chips(request, wanted),
        "tabs": tabs("promises"),
        "states": listing.options([("", _("Alle")), *PromiseState.choices], wanted.state),
    }
    return listed(request, "dashboard/promises/list.html", context)


def export_columns() -> list[exports.Column]:
    """Give the columns of the list as a file."""
    return [
        exports.Column(_("Debiteurnummer"), "debtor_number"),
        exports.Column(_("Debiteur"), "debtor_name"),
        exports.Column(_("Bedrag"), "amount", "amount"),
        exports.Column(_("Betaalt op"), "promised_for", "date"),
        exports.Column(_("Wacht t/m"), "grace_until", "date"),
        exports.Column(_("Beloofd op"), "made_on", "date"),
        exports.Column(_("Gedaan door"), "made_by"),
        exports.Column(_("Facturen"), "invoices"),
        exports.Column(_("Stand"), lambda row: row.state.label),
    ]


@require(Right.WORK)
def new(request: TenantRequest) -> HttpResponse:
    debtor = debtor_of(request)
    if debtor is None:
        return find(request, _("Nieuwe belofte"), "promise_new")
    had_one = Promise.objects.filter(debtor=debtor, state__in=[PromiseState.RUNNING, PromiseState.BROKEN]).exists()
    form = bound(
        PromiseForm,
        request,
        open_invoices=(invoices := open_invoices(debtor)),
        had_one=had_one,
        initial=_initial(request.GET, invoices),
    )
    back = with_task(request) or f"{reverse('dashboard:promises')}?debiteur={debtor.public_id}"
    if form.is_valid() and attempt(form, lambda: _make(request, debtor, form)):
        day = form.cleaned_data["promised_for"]
        messages.success(request, _("Belofte voor %(day)s genoteerd. De ladder wacht.") % {"day": f"{day:%d-%m-%Y}"})
        return go(request, back)
    return asked(request, form, _ask(debtor, back))


def _initial(query: QueryDict, invoices: Any) -> dict[str, Any]:
    """Give what the form begins with: the invoices in the address, else all that is overdue, and their sum."""
    named = set(query.getlist("factuur"))
    day = clock.today()
    overdue = [one for one in invoices if one.due_date < day] or invoices
    chosen = [one for one in invoices if one.public_id in named] or overdue
    return {
        "invoices": [one.public_id for one in chosen],
        "amount": sum((one.open_amount for one in chosen), start=ZERO) or None,
    }


def _make(request: TenantRequest, debtor: Debtor, form: PromiseForm) -> None:
    """Note the promise, and the call it came out of."""
    with transaction.atomic():
        operations.make_promise(debtor=debtor, by=acting(request), **form.cleaned_data)
        finish_from_call(request, "promise", note=form.cleaned_data["note"])


def _ask(debtor: Debtor, back: str) -> Ask:
    return Ask(
        title=_("Nieuwe belofte van %(name)s") % {"name": debtor.name},
        verb=_("Noteer belofte"),
        cancel_url=back,
        consequences=[
            _("Wat klaarstaat voor deze facturen wordt ingetrokken."),
            _("De ladder wacht tot en met twee bankdagen na de beloofde dag."),
            _("Komt het geld niet, dan gaat de ladder verder waar hij was, en krijgt u een taak."),
        ],
        crumbs=[Crumb(_("Beloften"), reverse("dashboard:promises"))],
    )


@require(Right.WORK)
def cancel(request: TenantRequest, public_id: str) -> HttpResponse:
    promise = get_or_404(Promise.objects.select_related("debtor").filter(state=PromiseState.RUNNING), public_id)
    form = bound(ReasonForm, request)
    back = f"{reverse('dashboard:promises')}?debiteur={promise.debtor.public_id}"
    if form.is_valid() and attempt(
        form,
        lambda: operations.cancel_promise(promise=promise, by=acting(request), reason=form.cleaned_data["reason"]),
    ):
        messages.success(request, _("De belofte is ingetrokken. De ladder gaat verder."))
        return go(request, back)
    ask = Ask(
        title=_("Trek de belofte van € %(amount)s in") % {"amount": dutch(promise.amount)},
        verb=_("Trek in"),
        cancel_url=back,
        consequences=[_("De volgende nacht bekijkt de ladder de facturen weer, op de stap waar zij waren.")],
        tone="act",
        crumbs=[Crumb(_("Beloften"), back)],
    )
    return asked(request, form, ask)
