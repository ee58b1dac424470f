"""What can be done with debtors that were picked in the list: first it says what will happen, then it does it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common import clock
from common.actor import Actor
from dashboard import listing
from dashboard import policies as choices
from dashboard.forms_debtors import ChosenHoldForm, ChosenOwnerForm, ChosenPolicyForm, ChosenSegmentForm
from dashboard.lists import debtors as lists
from dashboard.rows import effects
from dashboard.views.answers import acting, attempt, done
from dashboard.views.asking import Ask, asked
from dashboard.views.choosing import MOST, NotChosen, picked
from dashboard.views.debtors import crumb
from debtors import operations, queries
from debtors.models import Debtor
from dunning import operations as ladder
from tenants.access import Right, TenantRequest, require
from tenants.models import User


@dataclass(frozen=True)
class Bulk:
    """One thing that can be done with many debtors."""

    title: str
    verb: str
    make: Callable[..., forms.Form]
    do: Callable[[Debtor, dict[str, Any], Actor], object]
    tell: Callable[[Sequence[Debtor]], list[str]]  # what will happen
    text: str = ""


@require(Right.WORK)
@require_POST
def holds(request: TenantRequest) -> HttpResponse:
    return answer(
        request,
        Bulk(
            title=_("Aanmaningen aanhouden"),
            verb=_("Houd aan"),
            make=ChosenHoldForm,
            do=lambda debtor, said, by: ladder.place_hold(
                debtor=debtor, reason=said["reason"], until=said["until"], by=by
            ),
            tell=lambda debtors: effects.of_hold(debtors, clock.today()),
        ),
    )


@require(Right.WORK)
@require_POST
def owners(request: TenantRequest) -> HttpResponse:
    people = lists.people(request.tenant.pk)
    chosen: dict[str, User | None] = {"": None}
    for user in User.objects.filter(memberships__tenant=request.tenant):
        chosen[user.public_id] = user
    return answer(
        request,
        Bulk(
            title=_("Debiteuren toewijzen"),
            verb=_("Wijs toe"),
            make=lambda *args, **kwargs: ChosenOwnerForm(*args, people=people, **kwargs),
            do=lambda debtor, said, by: operations.change_debtor(debtor=debtor, owner=chosen[said["owner"]], by=by),
            tell=effects.of_owner,
        ),
    )


@require(Right.WORK)
@require_POST
def segments(request: TenantRequest) -> HttpResponse:
    return answer(
        request,
        Bulk(
            title=_("Segment kiezen"),
            verb=_("Bewaar segment"),
            make=ChosenSegmentForm,
            do=lambda debtor, said, by: operations.change_debtor(debtor=debtor, segment=said["segment"], by=by),
            tell=effects.of_segment,
        ),
    )


@require(Right.WORK)
@require_POST
def policies(request: TenantRequest) -> HttpResponse:
    def choose(debtor: Debtor, said: dict[str, Any], by: Actor) -> None:
        variant, _colon, lineage = said["lineage"].partition(":")
        ladder.choose_policy(debtor=debtor, variant=variant, lineage=lineage, by=by)

    return answer(
        request,
        Bulk(
            title=_("Beleid kiezen"),
            verb=_("Kies beleid"),
            make=lambda *args, **kwargs: ChosenPolicyForm(*args, policies=choices.options(), **kwargs),
            do=choose,
            tell=effects.of_policy,
        ),
    )


def answer(request: TenantRequest, bulk: Bulk) -> HttpResponse:
    """Say what will happen to the picked debtors and ask; once answered, do it, all or none."""
    back = list_address(request)
    try:
        debtors = chosen(request)
    except NotChosen as refusal:
        messages.error(request, str(refusal))
        return done(back)
    kept = {"ids": ",".join(one.public_id for one in debtors), "filter": request.POST.get("filter", "")}
    form = bulk.make(data=request.POST) if request.POST.get("confirmed") else bulk.make(initial=kept)
    if form.is_bound and form.is_valid() and attempt(form, lambda: do_all(bulk, debtors, form, acting(request))):
        said = ngettext("%(n)s debiteur bijgewerkt.", "%(n)s debiteuren bijgewerkt.", len(debtors))
        messages.success(request, said % {"n": len(debtors)})
        return done(back)
    ask = Ask(
        title=bulk.title,
        verb=bulk.verb,
        cancel_url=back,
        text=effects.names(debtors),
        consequences=bulk.tell(debtors),
        crumbs=[crumb()],
    )
    return asked(request, form, ask)


def do_all(bulk: Bulk, debtors: Sequence[Debtor], form: forms.Form, by: Actor) -> None:
    """Do it for every debtor; what refuses one, refuses all."""
    with transaction.atomic():
        queries.lock_all(debtor.pk for debtor in debtors)  # all at once and by id, as the night does
        for debtor in debtors:
            bulk.do(debtor, form.cleaned_data, by)


def chosen(request: TenantRequest) -> list[Debtor]:
    """Give the picked debtors, in the order of their number.

    :raises NotChosen: if there are none, or too many at once.
    """

    def ids_of(query: QueryDict) -> list[int]:
        asked_for = listing.request_of(query)
        return lists.ids_of(lists.Asked.of(asked_for), day=clock.today(), user_id=request.user.pk, limit=MOST + 1)

    pick = picked(request, ids_of)
    wanted = Q(pk__in=pick.ids) if pick.ids else Q(public_id__in=pick.public_ids)
    found = list(Debtor.objects.filter(wanted).order_by("number", "pk"))
    if not found:
        raise NotChosen(_("Kies eerst een of meer regels."))
    return found


def list_address(request: HttpRequest) -> str:
    """Give the address of the list as it was, with its filters."""
    query = QueryDict(request.POST.get("filter", "")).urlencode()
    return f"{reverse('dashboard:debtors')}?{query}" if query else reverse("dashboard:debtors")
