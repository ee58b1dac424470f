"""Outside every administration: which one, how they all stand, a new one, and how somebody wants to see it."""

from collections.abc import Callable, Container
from functools import wraps
from typing import Any, get_args

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from common import clock
from common.actor import Actor, ActorKind
from dashboard import exports
from dashboard.rows import side_by_side
from dashboard.shell import Theme
from dashboard.views.answers import attempt, done, invalid
from dashboard.views.asking import bound
from tenants import operations
from tenants.context import tenant_is_active
from tenants.models import Membership, User

View = Callable[..., HttpResponse]


def outside(view: View) -> View:
    """Let a page be reached by who is logged in, at its own address: it belongs to no administration."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if tenant_is_active():
            return done(request.path_info)
        return view(request, *args, **kwargs)

    return login_required(guarded)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    if tenant_is_active():
        return redirect("dashboard:today")
    slugs = list(Membership.objects.filter(user=_user(request)).values_list("tenant__slug", flat=True)[:2])
    if not slugs:
        return render(request, "dashboard/home/nowhere.html")
    return done(f"/a/{slugs[0]}/vandaag/" if len(slugs) == 1 else "/alles/")


@outside
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Remember what was chosen; where that is nothing we know, nothing."""
    operations.choose_preferences(
        user=_user(request),
        theme=_one_of(request, "theme", get_args(Theme)),
        language=_one_of(request, "language", dict(settings.LANGUAGES)),
    )
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return done(target if safe else "/")


def _one_of(request: HttpRequest, field: str, known: Container[str]) -> str:
    asked = request.POST.get(field, "")
    return asked if asked in known else ""


@outside
def everything(request: HttpRequest) -> HttpResponse:
    """Show the administrations of somebody side by side, as last night left them."""
    rows = side_by_side.of(_user(request))
    if not rows:
        return done("/")
    if exports.wanted(request):
        return exports.answer(request, rows, side_by_side.columns(), f"administraties-{clock.today()}")
    return render(request, "dashboard/home/everything.html", {"rows": rows, "totals": side_by_side.totals(rows)})


class NewAdministration(forms.Form):
    """A company that sends invoices."""

    name = forms.CharField(
        label=_("Naam van de administratie"),
        max_length=120,
        help_text=_("De naam van het bedrijf dat de facturen stuurt. U vult daarna het briefhoofd aan."),
    )


@outside
def new(request: HttpRequest) -> HttpResponse:
    form = bound(NewAdministration, request)
    user = _user(request)
    if form.is_valid():
        by = Actor(ActorKind.USER, clock.now(), user.public_id, user.name)
        made = []
        if attempt(form, lambda: made.append(_open(form.cleaned_data["name"], user, by))):
            return done(f"/a/{made[0]}/vandaag/")
    answer = invalid if form.is_bound else render
    return answer(request, "dashboard/home/new.html", {"form": form})


def _open(name: str, user: User, by: Actor) -> str:
    return operations.open_administration(name=name, owner=user, by=by).slug


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
