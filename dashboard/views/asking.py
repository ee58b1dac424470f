"""Short forms: a page of their own, and a dialog over the page that asked for it where there is JavaScript."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from dashboard.shell import Crumb, Tone

_Form = TypeVar("_Form", bound=forms.BaseForm)


@dataclass(frozen=True)
class Ask:
    """What a short form asks: its title, what its button does, and what follows from that."""

    title: str
    verb: str
    cancel_url: str
    text: str = ""
    consequences: Sequence[str] = ()
    warning: str = ""
    tone: Tone = "accent"  # act: cannot simply be undone
    crumbs: Sequence[Crumb] = ()
    action: str = ""  # where it is posted; where it was asked for, unless said
    kept: Mapping[str, str] = field(default_factory=dict)  # hidden fields that go along

    @property
    def button(self) -> str:
        return "btn-act" if self.tone == "act" else "btn-primary"


class Nothing(forms.Form):
    """A form that asks nothing: only yes."""


def bound(form: type[_Form], request: HttpRequest, *args: Any, **kwargs: Any) -> _Form:
    """Give a form filled with what was posted, or an empty one where nothing was."""
    if request.method == "POST":
        kwargs |= {"data": request.POST, "files": request.FILES}
    return form(*args, **kwargs)


def asked(request: HttpRequest, form: forms.BaseForm, ask: Ask, **context: Any) -> HttpResponse:
    """Answer with a short form, or with what is wrong with it (422)."""
    in_dialog = bool(getattr(request, "htmx", False))
    response = render(
        request,
        "dashboard/form.html#dialog" if in_dialog else "dashboard/form.html",
        {"form": form, "ask": ask, "action": ask.action or request.get_full_path(), "in_dialog": in_dialog, **context},
        status=422 if form.is_bound else 200,
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Go on after a form that was right, also out of a dialog."""
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(url)
    here = urlsplit(request.headers.get("HX-Current-URL", ""))
    to = urlsplit(url)
    # To a place on the page that one is on, a browser would only scroll.
    if (to.path, to.query) == (here.path, here.query):
        return HttpResponseClientRefresh()
    return HttpResponseClientRedirect(url)
