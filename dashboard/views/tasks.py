"""The work list: its filters and files, a new task, and what can be done with tasks that are picked."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common import clock
from dashboard import exports, listing, saved
from dashboard.forms_work import ChosenAssignForm, ChosenSnoozeForm, TaskForm
from dashboard.lists import tasks as lists
from dashboard.lists.asked import MINE, NOBODY, debtor_of, member, order_of
from dashboard.lists.debtors import people
from dashboard.shell import Crumb, Tab
from dashboard.views.answers import acting, attempt, done, listed, page_of
from dashboard.views.asking import Ask, asked, bound, go
from dashboard.views.choosing import MOST, NotChosen, picked
from dashboard.views.following import kept
from tenants.access import Right, TenantRequest, require
from worklist import operations, queries
from worklist.models import Task, TaskKind


@require(Right.SEE)
def tasks(request: TenantRequest) -> HttpResponse:
    day, wanted = clock.today(), lists.Asked.of(request)
    found = lists.found(wanted, day=day, me=request.user)
    rows = found.select_related("debtor", "owner").order_by(*order_of(request, lists.SORTS, lists.DEFAULT))
    if exports.wanted(request):
        return exports.answer(request, lists.rows_of(rows[: listing.MOST_ROWS], day), export_columns(), _("taken"))
    page = page_of(request, rows)
    whose = [(MINE, _("Mijn taken")), (NOBODY, _("Zonder eigenaar")), *people(request.tenant.pk)]
    shown = lists.rows_of(page.object_list, day, kept(request.GET))
    context = {
        "page": page,
        "rows": shown,
        "first": shown[0] if shown and wanted.when in {lists.NOW, lists.LATE} else None,
        "totals": lists.totals(found),
        "asked": wanted,
        "progress": progress_of(day),
        "tabs": _tabs(request, wanted),
        "chips": lists.chips(request, wanted, dict(whose)),
        "kinds": listing.options(TaskKind.choices, wanted.kind),
        "owners": listing.options(whose, wanted.owner),
        "views": (views := saved.views(request, "tasks", built_in_views())),
        "view_now": saved.now(views),
    }
    return listed(request, "dashboard/tasks/list.html", context)


def progress_of(day: date) -> queries.Progress:
    """Give how far the work of today is."""
    return queries.progress(day, since=clock.at_local_time(day, 0))


def built_in_views() -> list[tuple[str, str]]:
    """Give the views that everybody has."""
    return [
        (_("Alle"), ""),
        (_("Mijn taken"), "eigenaar=ik"),
        (_("Bellen"), "soort=call"),
    ]


def _tabs(request: TenantRequest, wanted: lists.Asked) -> list[Tab]:
    places = ((_("Nu"), lists.NOW), (_("Te laat"), lists.LATE), (_("Later"), lists.LATER), (_("Klaar"), lists.DONE))
    tabs = []
    for label, when in places:
        query = request.GET.copy()
        for name in ("wanneer", "pagina"):
            query.pop(name, None)
        if when:
            query["wanneer"] = when
        tabs.append(Tab(label, f"{request.path}?{query.urlencode()}", is_active=when == wanted.when))
    return tabs


def export_columns() -> list[exports.Column]:
    """Give the columns of the list as a file."""
    return [
        exports.Column(_("Uiterlijk"), "due_on", "date"),
        exports.Column(_("Soort"), lambda row: row.kind.label),
        exports.Column(_("Taak"), "title"),
        exports.Column(_("Debiteurnummer"), "debtor_number"),
        exports.Column(_("Debiteur"), "debtor_name"),
        exports.Column(_("Bedrag"), "amount", "amount"),
        exports.Column(_("Eigenaar"), "owner"),
        exports.Column(_("Uitgesteld tot"), "snoozed_until", "date"),
        exports.Column(_("Uitkomst"), "outcome"),
        exports.Column(_("Afgerond door"), "done_by"),
    ]


@require(Right.WORK)
def new(request: TenantRequest) -> HttpResponse:
    debtor = debtor_of(request)
    form = bound(
        TaskForm,
        request,
        people=people(request.tenant.pk),
        initial={"due_on": clock.today(), "owner": request.user.public_id},
    )
    back = reverse("dashboard:debtor", args=[debtor.public_id]) if debtor else reverse("dashboard:tasks")
    if form.is_valid():
        given = form.cleaned_data
        operations.add_task(
            kind=TaskKind.FREE,
            title=given["title"],
            due_on=given["due_on"],
            owner=member(given["owner"]),
            note=given["note"],
            debtor=debtor,
            by=acting(request),
        )
        messages.success(request, _("De taak staat op de lijst."))
        return go(request, back)
    title = _("Nieuwe taak voor %(name)s") % {"name": debtor.name} if debtor else _("Nieuwe taak")
    return asked(request, form, Ask(title=title, verb=_("Bewaar taak"), cancel_url=back, crumbs=[crumb()]))


def crumb() -> Crumb:
    """Give the way back to the list."""
    return Crumb(_("Taken"), reverse("dashboard:tasks"))


@require(Right.WORK)
@require_POST
def assign(request: TenantRequest) -> HttpResponse:
    def do(chosen: Sequence[Task], given: dict[str, Any]) -> None:
        operations.assign_tasks(tasks=chosen, owner=member(given["owner"]), by=acting(request))

    def form(*args: Any, **kwargs: Any) -> ChosenAssignForm:
        return ChosenAssignForm(*args, people=people(request.tenant.pk), **kwargs)

    return _answer(request, _("Taken toewijzen"), _("Wijs toe"), form, do)


@require(Right.WORK)
@require_POST
def snooze(request: TenantRequest) -> HttpResponse:
    def do(chosen: Sequence[Task], given: dict[str, Any]) -> None:
        operations.snooze_tasks(tasks=chosen, until=given["until"], by=acting(request))

    return _answer(request, _("Taken uitstellen"), _("Stel uit"), ChosenSnoozeForm, do)


def _answer(
    request: TenantRequest,
    title: str,
    verb: str,
    make: Callable[..., forms.Form],
    do: Callable[[Sequence[Task], dict[str, Any]], None],
) -> HttpResponse:
    """Ask about picked tasks what must be known, and do it to all of them."""
    query = QueryDict(request.POST.get("filter", "")).urlencode()
    back = f"{reverse('dashboard:tasks')}?{query}" if query else reverse("dashboard:tasks")
    try:
        chosen = _chosen(request)
    except NotChosen as refusal:
        messages.error(request, str(refusal))
        return done(back)
    held = {"ids": ",".join(task.public_id for task in chosen), "filter": query, "confirmed": "1"}
    form = make(request.POST) if request.POST.get("confirmed") else make(initial=held)
    if form.is_bound and form.is_valid() and attempt(form, lambda: do(chosen, form.cleaned_data)):
        count = len(chosen)
        said = ngettext("%(n)s taak bijgewerkt.", "%(n)s taken bijgewerkt.", count) % {"n": count}
        messages.success(request, said)
        return done(back)
    text = ngettext("Voor %(n)s taak.", "Voor %(n)s taken.", len(chosen)) % {"n": len(chosen)}
    return asked(request, form, Ask(title=title, verb=verb, cancel_url=back, text=text, crumbs=[crumb()]))


def _chosen(request: TenantRequest) -> list[Task]:
    """Give the picked tasks that are not done.

    :raises NotChosen: if there are none, or too many at once.
    """

    def ids_of(query: QueryDict) -> list[int]:
        like = HttpRequest()
        like.GET = query  # type: ignore[assignment]  # a filter that was posted, read as an address
        rows = lists.found(lists.Asked.of(like), day=clock.today(), me=request.user)
        return list(rows.order_by("due_on", "pk").values_list("pk", flat=True)[: MOST + 1])

    pick = picked(request, ids_of)
    wanted = Q(pk__in=pick.ids) if pick.ids else Q(public_id__in=pick.public_ids)
    found = list(Task.objects.open().filter(wanted).order_by("due_on", "pk"))
    if not found:
        raise NotChosen(_("Kies eerst een of meer regels."))
    return found
