"""What a debtor said and can say, for the page of his link."""

from typing import Any

from django import template

from portal import standing
from portal.claims import Claims

register = template.Library()


@register.inclusion_tag("portal/answers/_section.html", takes_context=True)
def answers(context: dict[str, Any], claims: Claims) -> dict[str, Any]:
    """Show what runs, and the doors to what can be said. `claims` are those of the page."""
    request = context["request"]
    return {
        "request": request,
        "lines": standing.lines(request, claims),
        "doors": standing.doors(request, claims),
        "owes": bool(claims.answerable),
        "shows_more": claims.everything,
        "may_hold_more": not claims.everything and request.link.invoices.exists(),
    }
