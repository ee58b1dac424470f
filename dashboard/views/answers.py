"""What views share: who acts, how an operation's refusal reaches the form, how a list is answered."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from common import clock
from common.actor import Actor, ActorKind
from common.errors import DomainError
from tenants.access import TenantRequest

PER_PAGE = 50


def acting(request: TenantRequest) -> Actor:
    """Give who acts in a request, and when: the one place of a view that reads the clock."""
    return Actor(ActorKind.USER, clock.now(), request.user.public_id, request.user.name)


def attempt(form: forms.Form, operation: Callable[[], object]) -> bool:
    """Call an operation for a form that is valid; a refusal becomes an error at its field. Give whether it worked."""
    try:
        operation()
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    return True


def refuse(request: HttpRequest, operation: Callable[[], object], success: str) -> bool:
    """Call an operation that has no form; a refusal becomes a message on the next page. Give whether it worked."""
    try:
        operation()
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, success)
    return True


def page_of(request: HttpRequest, rows: "QuerySet[Any] | list[Any]", per_page: int = PER_PAGE) -> Page[Any]:
    """Give the page of a list that `?pagina=` asks for."""
    return Paginator(rows, per_page).get_page(request.GET.get("pagina"))


def listed(request: HttpRequest, template: str, context: dict[str, Any], fragment: str = "lijst") -> HttpResponse:
    """Answer with a page, or to htmx with only its list."""
    name = f"{template}#{fragment}" if getattr(request, "htmx", False) else template
    response = render(request, name, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def invalid(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Answer a form that was not right: 422, with the errors at the fields."""
    return render(request, template, context, status=422)


def done(url: str) -> HttpResponseRedirect:
    """Go on after a form that was right (303 by 302, as browsers do)."""
    return HttpResponseRedirect(url)
