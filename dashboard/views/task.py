"""One task, which fills the screen: what it is about, what to do, and on to the next one."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common import clock
from dashboard.forms_work import AssignForm, CallForm, FinishForm, SnoozeForm
from dashboard.lists import tasks as lists
from dashboard.lists.asked import member
from dashboard.lists.debtors import people
from dashboard.rows import calling, said, solving
from dashboard.shell import Crumb
from dashboard.views.answers import acting, attempt, done, invalid
from dashboard.views.asking import Ask, asked, bound, go
from dashboard.views.following import CALLED_ABOUT, finish_if_open, kept
from dashboard.views.tasks import crumb, progress_of
from dunning import operations as ladder
from tenants.access import Right, TenantRequest, get_or_404, require
from worklist import operations, queries
from worklist.models import Task

PAGE = "dashboard/tasks/page.html"


def _task(public_id: str) -> Task:
    return get_or_404(Task.objects.select_related("debtor", "owner"), public_id)


@require(Right.SEE)
def task(request: TenantRequest, public_id: str) -> HttpResponse:
    found = _task(public_id)
    if request.GET.get("verder") and found.done_at is not None:
        return done(onward(request, found))
    return render(request, PAGE, _page(request, found, CallForm()))


def _page(request: TenantRequest, found: Task, call: CallForm) -> dict[str, Any]:
    day, filters = clock.today(), kept(request.GET)
    situation = calling.situation(found.debtor, day) if found.debtor else None
    beside = queries.beside(lists.found(lists.Asked.of(request), day=day, me=request.user), found)
    can_call = found.kind in CALLED_ABOUT and situation is not None and found.done_at is None
    return {
        "task": found,
        "kind": solving.badge(found),
        "why": solving.why(found),
        "solution": solving.solution(found, filters.replace("?", "&")),
        "debtor": found.debtor,
        "said": said.for_task(found),
        "said_query": f"?taak={found.public_id}{filters.replace('?', '&')}",
        "situation": situation,
        "can_call": can_call,
        "script": calling.script(found.debtor, situation, caller=request.user.name, company=request.tenant.name)
        if can_call and found.debtor and situation
        else (),
        "call": call,
        "is_late": found.done_at is None and found.due_on < day,
        "beside": beside,
        "progress": progress_of(day),
        "filters": filters,
        "carried": filters.replace("?", "&"),
        "list_url": reverse("dashboard:tasks") + filters,
        "crumbs": [Crumb(_("Taken"), reverse("dashboard:tasks") + filters)],
    }


def onward(request: TenantRequest, found: Task) -> str:
    """Give the address of the next task of the list, or of the list itself when that was the last."""
    filters = kept(request.GET)
    rows = lists.found(lists.Asked.of(request), day=clock.today(), me=request.user)
    following = queries.beside(rows, found).following or rows.order_by("due_on", "pk").first()
    if following is None or following.pk == found.pk:
        messages.info(request, _("Dit was de laatste taak van deze lijst."))
        return reverse("dashboard:tasks") + filters
    return reverse("dashboard:task", args=[following.public_id]) + filters


@require(Right.WORK)
@require_POST
def call(request: TenantRequest, public_id: str) -> HttpResponse:
    """Note a call that nothing else follows from; what is left to do becomes a task of its own."""
    found = _task(public_id)
    form = CallForm(request.POST)
    if found.debtor is None or found.done_at is not None or found.kind not in CALLED_ABOUT:
        return done(reverse("dashboard:task", args=[public_id]))
    if form.is_valid() and attempt(form, lambda: _record(request, found, form.cleaned_data)):
        messages.success(request, _("Het gesprek met %(name)s is genoteerd.") % {"name": found.debtor.name})
        return done(onward(request, found))
    return invalid(request, PAGE, _page(request, found, form))


def _record(request: TenantRequest, found: Task, given: dict[str, Any]) -> None:
    assert found.debtor is not None
    with transaction.atomic():
        made = ladder.record_call(debtor=found.debtor, by=acting(request), **given)
        finish_if_open(request, found, made)


@require(Right.WORK)
def finish(request: TenantRequest, public_id: str) -> HttpResponse:
    found = _task(public_id)
    form = bound(FinishForm, request)
    if form.is_valid() and attempt(
        form, lambda: operations.finish_task(task=found, by=acting(request), **form.cleaned_data)
    ):
        messages.success(request, _("De taak is afgerond."))
        return go(request, onward(request, found))
    return asked(request, form, _ask(request, found, _("Rond de taak af"), _("Rond af")))


@require(Right.WORK)
def snooze(request: TenantRequest, public_id: str) -> HttpResponse:
    found = _task(public_id)
    form = bound(SnoozeForm, request)
    if form.is_valid() and attempt(
        form, lambda: operations.snooze_tasks(tasks=[found], until=form.cleaned_data["until"], by=acting(request))
    ):
        until = form.cleaned_data["until"]
        messages.success(request, _("Uitgesteld tot %(day)s.") % {"day": f"{until:%d-%m-%Y}"})
        return go(request, onward(request, found))
    return asked(request, form, _ask(request, found, _("Stel de taak uit"), _("Stel uit")))


@require(Right.WORK)
def assign(request: TenantRequest, public_id: str) -> HttpResponse:
    found = _task(public_id)
    form = bound(
        AssignForm,
        request,
        people=people(request.tenant.pk),
        initial={"owner": found.owner.public_id if found.owner else request.user.public_id},
    )
    if form.is_valid():
        operations.assign_tasks(tasks=[found], owner=member(form.cleaned_data["owner"]), by=acting(request))
        messages.success(request, _("De taak is toegewezen."))
        return go(request, reverse("dashboard:task", args=[public_id]) + kept(request.GET))
    return asked(request, form, _ask(request, found, _("Wijs de taak toe"), _("Wijs toe")))


def _ask(request: TenantRequest, found: Task, title: str, verb: str) -> Ask:
    here = reverse("dashboard:task", args=[found.public_id]) + kept(request.GET)
    return Ask(title=title, verb=verb, cancel_url=here, crumbs=[crumb(), Crumb(str(found), here)])
