"""A new arrangement, or another one than a debtor proposed: divided by us, changed by hand, seen before it holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from common import clock
from common.money import ZERO
from dashboard.forms_arrangements import CounterForm, DivideForm, NewArrangementForm, ScheduleForm, mark
from dashboard.lists.asked import debtor_of
from dashboard.rows import arranging
from dashboard.views.answers import acting, attempt, done
from dashboard.views.arrangements import crumb
from dashboard.views.booking import find
from debtors.models import Debtor
from invoices.models import Invoice
from payments import arranged, instalments, operations
from payments.models import Arrangement, Mandate
from payments.states import ArrangementState, MandateState
from tenants.access import Right, TenantRequest, get_or_404, require

TEMPLATE = "dashboard/arrangements/new.html"
AGREE, LOOK = "spreek-af", "bekijk"  # the two buttons of the form
FIRST_AFTER = timedelta(days=7)


@dataclass
class Draft:
    """What is on the form: the way it is divided, the instalments, and what they should come to."""

    form: DivideForm
    schedule: ScheduleForm | None = None
    mark: str = ""
    total: Decimal = ZERO
    left_out: Decimal = ZERO


@require(Right.WORK)
def new(request: TenantRequest) -> HttpResponse:
    debtor = debtor_of(request)
    if debtor is None:
        return find(request, _("Nieuwe betalingsregeling"), "arrangement_new")
    candidates = list(arranged.can_be_arranged(debtor))
    initial = _initial(request, candidates)
    form = NewArrangementForm(
        request.POST or None,
        open_invoices=candidates,
        may_debit=Mandate.objects.filter(debtor=debtor, state=MandateState.ACTIVE).exists(),
        initial=initial,
    )
    draft = Draft(form)
    if form.is_valid():
        _divide(request, draft, form.cleaned_data, form.cleaned_data["invoices"])
    elif not form.is_bound:
        chosen = [one for one in candidates if one.public_id in initial["invoices"]]
        _divide(request, draft, initial, chosen)
    made = _agreed(
        request,
        draft,
        lambda schedule: operations.make_arrangement(
            debtor=debtor,
            invoices=form.cleaned_data["invoices"],
            schedule=schedule,
            note=form.cleaned_data["note"],
            by_direct_debit=form.cleaned_data.get("by_direct_debit", False),
            by=acting(request),
        ),
    )
    if made:
        return _to(request, made)
    context = {"title": _("Nieuwe betalingsregeling"), "verb": _("Spreek af"), "has_claims": bool(candidates)}
    return _answer(request, draft, debtor, **context)


@require(Right.WORK)
def counter(request: TenantRequest, public_id: str) -> HttpResponse:
    waiting = Arrangement.objects.select_related("debtor").filter(state=ArrangementState.PROPOSED)
    found = get_or_404(waiting, public_id)
    claims = [row.invoice for row in found.invoices.select_related("invoice")]
    terms = arranged.terms()
    initial = {"months": terms.max_months, "first_on": clock.today() + FIRST_AFTER}
    form = CounterForm(request.POST or None, initial=initial)
    draft = Draft(form)
    if form.is_valid() or not form.is_bound:
        _divide(request, draft, form.cleaned_data if form.is_bound else initial, claims)
    made = _agreed(
        request,
        draft,
        lambda schedule: operations.counter_arrangement(
            arrangement=found, schedule=schedule, reason=form.cleaned_data["note"], by=acting(request)
        ),
    )
    if made:
        return _to(request, made)
    context = {
        "title": _("Tegenvoorstel"),
        "verb": _("Stel dit voor"),
        "has_claims": True,
        "proposed": arranging.parts(found, clock.today()),
    }
    return _answer(request, draft, found.debtor, **context)


def _initial(request: TenantRequest, candidates: Sequence[Invoice]) -> dict[str, Any]:
    """Give what the form begins with: the invoices in the address, else all, in three parts from next week."""
    named = set(request.GET.getlist("factuur"))
    chosen = [one for one in candidates if one.public_id in named] or candidates
    return {
        "invoices": [one.public_id for one in chosen],
        "months": 3,
        "first_on": clock.today() + FIRST_AFTER,
    }


def _divide(request: TenantRequest, draft: Draft, given: Mapping[str, Any], invoices: Sequence[Invoice]) -> None:
    """Take the instalments as they were typed, or divide anew where what they were made from changed."""
    found = arranged.amounts(invoices, clock.today())
    draft.total = sum((amount for amount, _out in found.values()), start=ZERO)
    draft.left_out = sum((out for _amount, out in found.values()), start=ZERO)
    draft.mark = mark(given, invoices)
    if request.POST.get("gemaakt_van") == draft.mark:
        draft.schedule = ScheduleForm.posted(request.POST)
        draft.schedule.is_valid()
    elif draft.total:
        parts = instalments.plan(
            draft.total, months=given["months"], first_on=given["first_on"], first_amount=given.get("first_amount")
        )
        draft.schedule = ScheduleForm(None, parts=parts)


def _agreed(
    request: TenantRequest, draft: Draft, operation: Callable[[Sequence[instalments.Part]], Arrangement]
) -> Arrangement | None:
    """Call the operation if that was asked and all is right; a refusal becomes an error on the form."""
    schedule = draft.schedule
    if request.POST.get("stap") != AGREE or schedule is None or not schedule.is_bound or not schedule.is_valid():
        return None
    made: list[Arrangement] = []
    attempt(draft.form, lambda: made.append(operation(schedule.parts)))
    return made[0] if made else None


def _to(request: TenantRequest, made: Arrangement) -> HttpResponse:
    messages.success(request, _("De regeling is afgesproken; de debiteur krijgt een bevestiging."))
    return done(reverse("dashboard:arrangement", args=[made.public_id]))


def _answer(request: TenantRequest, draft: Draft, debtor: Debtor, **context: Any) -> HttpResponse:
    """Show the form with the schedule under it; to htmx only the schedule."""
    schedule, day = draft.schedule, clock.today()
    wrong = draft.form.is_bound and (bool(draft.form.errors) or (schedule is not None and bool(schedule.errors)))
    in_place = bool(getattr(request, "htmx", False))
    parts = schedule.parts if schedule is not None and not schedule.errors else ()
    context |= {
        "form": draft.form,
        "debtor": debtor,
        "draft": draft,
        "schedule": schedule,
        "difference": draft.total - instalments.total_of(parts) if parts else ZERO,
        "planned_total": instalments.total_of(parts) if parts else ZERO,
        "gets": arranging.preview(parts, arranged.terms(), day) if parts else [],
        "beyond": arranged.problems(debtor, parts, day) if parts else [],
        "crumbs": [crumb()],
    }
    response = render(
        request,
        f"{TEMPLATE}#schema" if in_place else TEMPLATE,
        context,
        status=422 if wrong and not in_place else 200,
    )
    patch_vary_headers(response, ["HX-Request"])
    return response
