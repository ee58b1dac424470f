"""Batches of collections: the list, a new one with its preview, one with what the bank did, approval and the file."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from audit.models import Entry
from common import clock
from common.calendar import DAY
from dashboard import exports, listing, logbook
from dashboard.forms_debits import CollectOnForm
from dashboard.forms_invoices import ReasonForm
from dashboard.lists import collecting as lists
from dashboard.lists.asked import order_of
from dashboard.rows import batches as batch_rows
from dashboard.rows import collecting as rows
from dashboard.shell import Crumb
from dashboard.templatetags.kit_words import dutch
from dashboard.views.answers import acting, attempt, done, listed, page_of, refuse
from dashboard.views.asking import Ask, Nothing, asked, bound, go
from dashboard.views.messages import answer_with
from dashboard.views.payments import tabs
from payments import bank_days, collectable, operations
from payments.models import CreditorSettings, DirectDebitBatch
from payments.states import DebitBatchState
from tenants import two_persons
from tenants.access import Right, TenantRequest, get_or_404, require

NEW = "dashboard/collecting/new.html"
MOST_SHOWN = 500  # of a preview; what is not shown is in the batch all the same


def crumb() -> Crumb:
    """Give the way back to the list."""
    return Crumb(_("Incassobatches"), reverse("dashboard:debit_batches"))


def page_url(batch: DirectDebitBatch) -> str:
    """Give the address of a batch."""
    return reverse("dashboard:debit_batch", args=[batch.public_id])


@require(Right.SEE)
def batches(request: TenantRequest) -> HttpResponse:
    wanted = lists.Asked.of(request, DebitBatchState.values)
    found = lists.batches(wanted).order_by(*order_of(request, lists.BATCH_SORTS, "-op"))
    if exports.wanted(request):
        shown = batch_rows.rows_of(list(found[: listing.MOST_ROWS]))
        return exports.answer(request, shown, export_columns(), _("incassobatches"))
    page = page_of(request, found)
    count, total = lists.sums(lists.batches(wanted), "total")
    context = {
        "page": page,
        "rows": batch_rows.rows_of(list(page.object_list)),
        "count": count,
        "total": total,
        "asked": wanted,
        "states": listing.options(lists.batch_states(), wanted.state),
        "has_creditor": CreditorSettings.objects.exists(),
        "tabs": tabs("debit_batches"),
    }
    return listed(request, "dashboard/collecting/batches.html", context)


def export_columns() -> list[exports.Column]:
    """Give the columns of the list as a file."""
    return [
        exports.Column(_("Incassodatum"), "collect_on", "date"),
        exports.Column(_("Incasso’s"), "count", "number"),
        exports.Column(_("Bedrag"), "total", "amount"),
        exports.Column(_("Afgeschreven"), "collected", "amount"),
        exports.Column(_("Gestorneerd"), "returned", "amount"),
        exports.Column(_("Gemaakt door"), "made_by"),
        exports.Column(_("Goedgekeurd door"), "approved_by"),
        exports.Column(_("Stand"), lambda row: str(row.state.label)),
    ]


@require(Right.WORK)
def new(request: TenantRequest) -> HttpResponse:
    """Show what a batch on a day would hold, and make it when it is what was seen."""
    creditor = operations.creditor_settings()
    if creditor is None:
        return render(request, NEW, {"creditor": None, "crumbs": [crumb()]})
    by = acting(request)
    # where a second person must approve, he has until tomorrow to do so
    told_on = by.day + DAY if two_persons.needed(two_persons.Sensitive.DEBIT_BATCH) else by.day
    earliest = bank_days.earliest_collection(told_on, creditor.notify_days)
    asked_for = request.POST if request.method == "POST" else request.GET
    form = CollectOnForm(asked_for if "collect_on" in asked_for else None, initial={"collect_on": earliest})
    day: date = earliest
    if form.is_bound:
        if form.is_valid():
            day = form.cleaned_data["collect_on"]
            attempt(form, lambda: operations.check_day(day, creditor, by))
        else:
            day = earliest
    retry = asked_for.getlist("opnieuw")
    plan = collectable.plan(day, by.at, by.day, retry=retry)
    mark = batch_rows.mark(plan)
    is_made = request.method == "POST" and not form.errors
    changed = is_made and request.POST.get("gezien") != mark
    if is_made and not changed and (response := _make(request, form, plan, retry, day)):
        return response
    return _answer(request, form, plan, changed=changed, creditor=creditor, retry=retry)


def _make(
    request: TenantRequest, form: CollectOnForm, plan: collectable.Plan, retry: Collection[str], day: date
) -> HttpResponse | None:
    out = set(request.POST.getlist("weg"))
    keys = {line.key for line in plan.lines} - out
    made: list[DirectDebitBatch] = []
    if not attempt(
        form,
        lambda: made.append(operations.propose_batch(collect_on=day, keys=keys, retry=retry, by=acting(request))),
    ):
        return None
    messages.success(request, _("De batch staat klaar om goed te keuren."))
    return done(page_url(made[0]))


def _answer(
    request: TenantRequest,
    form: CollectOnForm,
    plan: collectable.Plan,
    *,
    changed: bool,
    creditor: CreditorSettings,
    retry: Collection[str],
) -> HttpResponse:
    context = {
        "form": form,
        "creditor": creditor,
        "lines": batch_rows.due_rows(plan.lines[:MOST_SHOWN]),
        "more": max(0, len(plan.lines) - MOST_SHOWN),
        "left_out": batch_rows.due_rows(plan.left_out[:MOST_SHOWN]),
        "count": len(plan.lines),
        "total": plan.total,
        "mark": batch_rows.mark(plan),
        "retry": list(retry),
        "changed": changed,
        "out": request.POST.getlist("weg"),
        "crumbs": [crumb()],
    }
    return render(request, NEW, context, status=422 if form.errors else 200)


@require(Right.SEE)
def batch(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(DirectDebitBatch.objects.select_related("document").defer("document__content"), public_id)
    held = found.debits.select_related("batch", "mandate", "debtor", "invoice", "instalment", "payment")
    held = held.order_by("debtor__sort_name", "debtor_id", "pk")
    if exports.wanted(request):
        shown = [rows.debit_row(row) for row in held[: listing.MOST_ROWS]]
        return exports.answer(request, shown, debit_columns(), f"incasso-{found.collect_on:%Y%m%d}")
    page = page_of(request, held)
    context: dict[str, Any] = {
        "batch": found,
        "row": batch_rows.rows_of([found])[0],
        "page": page,
        "rows": [rows.debit_row(row) for row in page.object_list],
        "step": batch_rows.step_of(found, clock.today()),
        "events": [logbook.event(one) for one in Entry.objects.about("debit_batch", found.public_id).order_by("-pk")],
        "crumbs": [crumb()],
    }
    return listed(request, "dashboard/collecting/batch.html", context)


def debit_columns() -> list[exports.Column]:
    """Give the columns of the collections of a batch as a file."""
    return [
        exports.Column(_("Debiteurnummer"), "debtor_number"),
        exports.Column(_("Debiteur"), "debtor_name"),
        exports.Column(_("Waarvoor"), "what"),
        exports.Column(_("Machtiging"), "mandate"),
        exports.Column("IBAN", "iban"),
        exports.Column(_("Schema"), "scheme"),
        exports.Column(_("Volgorde"), "sequence"),
        exports.Column(_("Bedrag"), "amount", "amount"),
        exports.Column(_("End-to-end-id"), "end_to_end_id"),
        exports.Column(_("Stand"), lambda row: str(row.state.label)),
        exports.Column(_("Toelichting"), "note"),
    ]


@require(Right.APPROVE)
def approve(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(DirectDebitBatch.objects.all(), public_id)
    form = bound(Nothing, request)
    if form.is_valid() and attempt(form, lambda: operations.approve_batch(batch=found, by=acting(request))):
        messages.success(request, _("Goedgekeurd. De debiteuren krijgen bericht van wat er wordt afgeschreven."))
        return go(request, page_url(found))
    ask = Ask(
        title=_("Keur de batch van %(day)s goed") % {"day": f"{found.collect_on:%d-%m-%Y}"},
        verb=_("Keur goed"),
        cancel_url=page_url(found),
        text=_("€ %(total)s van %(count)s incasso’s.") % {"total": dutch(found.total), "count": found.count},
        consequences=[
            _("Iedere debiteur krijgt nu bericht: het bedrag, de dag, zijn machtiging en uw incassant-ID."),
            _("Daarna maakt u het bestand voor de bank; wat intussen is betaald valt eruit."),
        ],
        crumbs=[crumb(), Crumb(str(found), page_url(found))],
    )
    return asked(request, form, ask)


@require(Right.APPROVE)
@require_POST
def send(request: TenantRequest, public_id: str) -> HttpResponse:
    """Make the file for the bank."""
    found = get_or_404(DirectDebitBatch.objects.all(), public_id)
    before = found.count
    said = _("Het bestand staat klaar. Bied het vandaag nog aan bij uw bank.")
    if refuse(request, lambda: operations.send_batch(batch=found, by=acting(request)), said):
        found.refresh_from_db()
        if (left_out := before - found.count) > 0:
            text = ngettext(
                "1 incasso is eruit gevallen: hieronder staat waarom.",
                "%(n)s incasso’s zijn eruit gevallen: hieronder staat waarom.",
                left_out,
            )
            messages.warning(request, text % {"n": left_out})
    return done(page_url(found))


@require(Right.SEE)
def file(_request: TenantRequest, public_id: str) -> HttpResponse:
    """Give the file for the bank, as it was made."""
    document = get_or_404(DirectDebitBatch.objects.select_related("document"), public_id).document
    if document is None:
        raise Http404
    return answer_with(bytes(document.content), document.media_type, document.filename, is_shown=False)


@require(Right.APPROVE)
def cancel(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(DirectDebitBatch.objects.all(), public_id)
    form = bound(ReasonForm, request)
    told: list[int] = []
    if form.is_valid() and attempt(
        form,
        lambda: told.append(
            operations.cancel_batch(batch=found, reason=form.cleaned_data["reason"], by=acting(request))
        ),
    ):
        messages.success(request, _("De batch is ingetrokken. De facturen gaan verder waar zij waren."))
        if told[0]:
            text = ngettext(
                "1 debiteur had al bericht gekregen: laat hem weten dat de afschrijving niet doorgaat.",
                "%(n)s debiteuren hadden al bericht gekregen: laat hen weten dat de afschrijving niet doorgaat.",
                told[0],
            )
            messages.warning(request, text % {"n": told[0]})
        return go(request, page_url(found))
    ask = Ask(
        title=_("Trek de batch van %(day)s in") % {"day": f"{found.collect_on:%d-%m-%Y}"},
        verb=_("Trek in"),
        cancel_url=page_url(found),
        text=_("Is het bestand al bij de bank aangeboden, trek het dan daar ook in: dat kunnen wij niet voor u doen.")
        if found.state == DebitBatchState.SENT
        else "",
        consequences=[_("Berichten die nog niet weg zijn gaan niet uit."), _("Er wordt niets afgeschreven.")],
        tone="act",
        crumbs=[crumb(), Crumb(str(found), page_url(found))],
    )
    return asked(request, form, ask)
