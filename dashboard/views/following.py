"""From a task to the form on which it is solved, and back to the next task."""

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboard.views.answers import acting
from dunning import operations as ladder
from dunning.models import Call
from tenants.access import TenantRequest
from worklist import operations as worklist
from worklist.models import Task, TaskKind

TASK = "taak"
FILTERS = ("soort", "eigenaar", "wanneer")  # of the list of tasks
# Tasks that a call answers, whatever its result: what is left to do is a task of its own.
CALLED_ABOUT = frozenset({TaskKind.CALL, TaskKind.BROKEN_PROMISE, TaskKind.REOPENED, TaskKind.SECOND_PROMISE})


def task_of(request: HttpRequest) -> Task | None:
    """Give the task out of which a form was opened, if it was."""
    asked = request.GET.get(TASK, "")
    return Task.objects.select_related("debtor").filter(public_id=asked[:14]).first() if asked else None


def with_task(request: HttpRequest) -> str:
    """Give the way back to that task, which leads on to the next once it is done; nothing where there is none."""
    task = task_of(request)
    return f"{reverse('dashboard:task', args=[task.public_id])}{kept(request.GET, verder='1')}" if task else ""


def finish_from_call(request: TenantRequest, result: str, *, note: str = "") -> None:
    """Note the call out of which a promise or a dispute came, which finishes the task; without a task was no call."""
    task = task_of(request)
    if task is None or task.debtor is None or task.done_at is not None or task.kind not in CALLED_ABOUT:
        return
    call = ladder.record_call(debtor=task.debtor, result=result, note=note, by=acting(request))
    finish_if_open(request, task, call)


def finish_if_open(request: TenantRequest, task: Task, call: Call) -> None:
    """Finish the task that a call was about, where the call itself did not."""
    task.refresh_from_db()
    if task.done_at is None and task.kind in CALLED_ABOUT:
        worklist.finish_task(
            task=task, outcome=_("gebeld: %(result)s") % {"result": call.get_result_display()}, by=acting(request)
        )


def kept(query: QueryDict, **more: str) -> str:
    """Give the filter of the list that a task was opened from, so that the next one is of the same list."""
    plain = QueryDict(mutable=True)
    for name in FILTERS:
        if value := str(query.get(name, "")):
            plain[name] = value
    plain.update(more)
    return f"?{plain.urlencode()}" if plain else ""
