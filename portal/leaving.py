"""Letting a form lead to the bank.

The policy of our pages lets forms go to ourselves only. A browser holds the redirects that follow a form to it too, and
from the provider's checkout the way leads on to whichever bank the payer has, so they cannot be listed: pages with a
pay button let their forms go to any address that is encrypted, and to nobody else's scripts, styles or frames.
"""

from django.conf import settings
from django.http import HttpResponse


def allowed(response: HttpResponse) -> HttpResponse:
    """Let the forms of this answer lead outside."""
    response._csp_update = {"form-action": ["https:", *_sandbox()]}  # type: ignore[attr-defined]  # read by django-csp
    return response


def _sandbox() -> list[str]:
    """Let the sandbox of demo and tests be reached, which is not encrypted, and in a container has another name."""
    return ["http:"] if settings.MOLLIE_API_ENDPOINT else []
