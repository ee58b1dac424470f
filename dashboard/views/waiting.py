"""Letters that wait for a person: let go out, or held back; one, some, or everything that a filter lets through."""

from collections.abc import Sequence

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common import clock
from common.actor import Actor
from common.money import ZERO
from dashboard import exports
from dashboard.forms_letters import HoldBackForm, KeptForm
from dashboard.lists import notices as lists
from dashboard.rows import tonight
from dashboard.shell import Crumb
from dashboard.templatetags.kit_words import dutch
from dashboard.views.answers import acting, attempt, listed
from dashboard.views.asking import Ask, asked, go
from dashboard.views.choosing import ALL, FILTER, KEPT, NotChosen
from dashboard.views.nights import export_letters, letters_context
from debtors import queries as debtors
from dunning import operations
from dunning.models import Notice, Run
from dunning.states import RungKind
from tenants.access import Right, TenantRequest, get_or_404, require

NIGHT = "nacht"  # the night whose list it is; none is the list of all that wait
MOST_APPROVED = 20_000  # at once: one statement
MOST_HELD_BACK = 500  # at once: each is taken back by itself, with its messages


@require(Right.SEE)
def waiting(request: TenantRequest) -> HttpResponse:
    """Show all letters that wait for a person, whatever night planned them."""
    if exports.wanted(request):
        return export_letters(request, None)
    context = letters_context(request, None) | {
        "crumbs": [Crumb(_("Vandaag"), reverse("dashboard:today"))],
        "leaves": tonight.leaves(clock.now()),
    }
    return listed(request, "dashboard/nights/waiting.html", context)


@require(Right.APPROVE)
@require_POST
def approvals(request: TenantRequest) -> HttpResponse:
    """Let letters go out: what was picked at once, everything only after it was said how much that is."""
    back = _back(request.POST)
    try:
        chosen = _chosen(request.POST, lists.CAN_APPROVE, MOST_APPROVED)
    except NotChosen as refusal:
        messages.error(request, str(refusal))
        return go(request, back)
    if request.POST.get(ALL) and not request.POST.get("confirmed"):
        form = KeptForm(initial=request.POST.dict() | {"confirmed": "1"})
        return asked(request, form, _ask_approval(chosen, back))
    by = acting(request)
    count = operations.approve_notices(notices=chosen, by=by)
    said = ngettext("%(n)s brief goedgekeurd.", "%(n)s brieven goedgekeurd.", count) % {"n": count}
    messages.success(request, f"{said} {tonight.leaves(by.at)}" if count else said)
    return go(request, back)


def _ask_approval(chosen: Sequence[Notice], back: str) -> Ask:
    total = dutch(sum((notice.total for notice in chosen), start=ZERO))
    title = ngettext("%(n)s brief goedkeuren?", "%(n)s brieven goedkeuren?", len(chosen))
    return Ask(
        title % {"n": len(chosen)},
        _("Keur goed"),
        back,
        text=_("Samen vragen ze € %(total)s. Tot ze weg zijn kunt u ze nog tegenhouden.") % {"total": total},
        consequences=[*kinds_of(chosen), tonight.leaves(clock.now())],
        action=reverse("dashboard:approvals"),
    )


def kinds_of(chosen: Sequence[Notice]) -> list[str]:
    """Say how many there are of each sort of letter."""
    order = list(RungKind.values)
    kinds = sorted({notice.kind for notice in chosen}, key=order.index)
    return [f"{sum(notice.kind == kind for notice in chosen)} × {RungKind(kind).label}" for kind in kinds]


@require(Right.WORK)
def holdbacks(request: TenantRequest) -> HttpResponse:
    """Keep letters in, with a reason; their claims are looked at again later."""
    data = request.POST if request.method == "POST" else request.GET
    back = _back(data)
    try:
        chosen = _chosen(data, lists.CAN_HOLD_BACK, MOST_HELD_BACK)
    except NotChosen as refusal:
        messages.error(request, str(refusal))
        return go(request, back)
    kept = {name: data.get(name, "") for name in (ALL, NIGHT, FILTER)} | {
        KEPT: ",".join(data.getlist(KEPT)),
        "confirmed": "1",
    }
    form = HoldBackForm(data=request.POST) if request.POST.get("confirmed") else HoldBackForm(initial=kept)
    if form.is_bound and form.is_valid() and attempt(form, lambda: _hold_back(chosen, form, acting(request))):
        said = ngettext("%(n)s brief tegengehouden.", "%(n)s brieven tegengehouden.", len(chosen))
        undo = _("Toch versturen? Open de brief en kies “Zet terug”.")
        messages.success(request, f"{said % {'n': len(chosen)}} {undo}")
        return go(request, back)
    return asked(request, form, _ask_hold_back(chosen, back))


def _hold_back(chosen: Sequence[Notice], form: HoldBackForm, by: Actor) -> None:
    """Keep all in, or none."""
    said = form.cleaned_data
    with transaction.atomic():
        debtors.lock_all(notice.debtor_id for notice in chosen)  # all at once and by id, as the night does
        for notice in chosen:
            operations.hold_back(notice=notice, reason=said["reason"], until=said["until"], by=by)


def _ask_hold_back(chosen: Sequence[Notice], back: str) -> Ask:
    title = ngettext("%(n)s brief tegenhouden?", "%(n)s brieven tegenhouden?", len(chosen)) % {"n": len(chosen)}
    total = dutch(sum((notice.total for notice in chosen), start=ZERO))
    return Ask(
        title,
        _("Houd tegen"),
        back,
        text=f"{', '.join(kinds_of(chosen))}, € {total}",
        consequences=[
            _("De ladder schuift niet door: later staat dezelfde stap weer klaar."),
            _("Tot de ladder er weer naar kijkt kunt u een brief terugzetten."),
        ],
        tone="act",
        action=reverse("dashboard:holdbacks"),
    )


def _chosen(data: QueryDict, states: frozenset[str], most: int) -> list[Notice]:
    """Give the letters that were picked and that something can still be done with.

    :raises NotChosen: if there are none, or too many at once.
    """
    found = Notice.objects.filter(state__in=states)
    if data.get(ALL):
        night = data.get(NIGHT, "")
        run = get_or_404(Run.objects.all(), night) if night else None
        filtered = lists.Asked.of(QueryDict(data.get(FILTER, "")))
        found = found.filter(pk__in=lists.ids_of(filtered, run, [*states], most + 1))
    else:
        found = found.filter(public_id__in=[part for value in data.getlist(KEPT) for part in value.split(",") if part])
    chosen = list(found.order_by("pk")[: most + 1])
    if not chosen:
        raise NotChosen(_("Er is niets gekozen waarmee dit nog kan. Misschien was een collega u voor."))
    if len(chosen) > most:
        raise NotChosen(_("Kies er hoogstens %(most)s tegelijk.") % {"most": most})
    return chosen


def _back(data: QueryDict) -> str:
    """Give the list that was asked from, with its filters."""
    night = data.get(NIGHT, "")
    url = reverse("dashboard:run", args=[night]) if night else reverse("dashboard:waiting")
    query = QueryDict(data.get(FILTER, "")).urlencode()
    return f"{url}?{query}" if query else url
