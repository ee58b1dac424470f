"""Small things that the frame of a portal page needs."""

from decimal import Decimal

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from common.identifiers import masked_iban
from correspondence.rendering.view import grouped_reference
from portal import languages as spoken

register = template.Library()
NO_BREAK_HYPHEN = "\N{NON-BREAKING HYPHEN}"


@register.filter
def languages(_request: HttpRequest) -> list[tuple[str, str]]:
    """Give the languages a page can be read in, with their own names."""
    return list(spoken.NAMES.items())


@register.filter
def here(request: HttpRequest) -> str:
    """Give the address to open in another language: this page, or the first one after a form was sent."""
    token = getattr(request, "token", "")
    if request.method == "GET" or not token:
        return request.path
    return reverse("portal:page", args=[token])


@register.filter
def is_trial(_request: HttpRequest) -> bool:
    """Tell whether no real money moves here."""
    return bool(settings.ENVIRONMENT == "demo")


@register.filter
def figures(amount: Decimal) -> str:
    """Write an amount for a hidden field, as no language writes it."""
    return f"{amount:.2f}"


@register.filter
def masked(iban: str) -> str:
    """Write an account so that only its owner knows it."""
    return masked_iban(iban)


@register.filter
def unbroken(day: str) -> str:
    """Keep a day in figures on one line: a narrow screen breaks it at its hyphens."""
    return day.replace("-", NO_BREAK_HYPHEN)


@register.filter
def grouped(reference: str) -> str:
    """Write a payment reference as letters do: in groups of four where it is a number."""
    return grouped_reference(reference)
