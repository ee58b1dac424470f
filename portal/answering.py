"""What the pages with answers share: a form that is filled in, what an operation makes of it, and what is said then."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from answers.files import CheckedFile
from answers.models import Answer
from answers.operations import Said
from common.errors import DomainError
from portal.claims import Claims
from portal.entering import LinkRequest


@dataclass(frozen=True, slots=True)
class Asked:
    """The words around a form."""

    title: str
    verb: str
    intro: tuple[str, ...] = ()


def sent(request: LinkRequest) -> tuple[Any, ...]:
    """Give what was sent, for a form; nothing when the page is only looked at."""
    return (request.POST, request.FILES) if request.method == "POST" else ()


def said(request: LinkRequest, *, text: str = "", file: CheckedFile | None = None) -> Said:
    """Give who says what by this link."""
    return Said(link=request.link, by=request.by, language=get_language() or "nl", text=text.strip(), file=file)


def attempt(form: forms.Form, operation: Callable[[], Answer]) -> Answer | None:
    """Call an operation for a form that is valid; a refusal becomes an error at its field."""
    try:
        return operation()
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None


def ask(
    request: LinkRequest, form: forms.Form, asked: Asked, template: str = "portal/answers/form.html", **more: Any
) -> HttpResponse:
    """Show a form; with 422 where something in it is not right."""
    context = {"form": form, "asked": asked} | more
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


def to_heard(request: LinkRequest, answer: Answer) -> HttpResponse:
    """Go to the page that says what happens now."""
    return HttpResponseRedirect(reverse("portal:heard", args=[request.token, answer.public_id]))


def nothing_to_say(request: LinkRequest, claims: Claims) -> HttpResponse:
    """Say that there is nothing left to answer about here, and what can be done."""
    context = {"is_handed_over": claims.is_handed_over}
    return render(request, "portal/answers/nothing.html", context, status=200 if request.method == "GET" else 409)
