"""Answers that are shown inside a page of ours: a PDF as it is, a mail that can do nothing."""

from collections.abc import Callable
from typing import cast

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_replace
from django.views.decorators.clickjacking import xframe_options_sameorigin

from tenants.access import View

Decorator = Callable[[View], View]
_OWN_PAGES = cast(Decorator, csp_replace({"frame-ancestors": [SELF]}))
# What a mail may do in its frame: show itself, and nothing else. Its styles stand in the mail.
_SANDBOX = cast(
    Decorator,
    csp(
        {
            "default-src": [NONE],
            "style-src": [UNSAFE_INLINE],
            "img-src": ["data:"],
            "frame-ancestors": [SELF],
            "base-uri": [NONE],
            "form-action": [NONE],
            "sandbox": True,
        }
    ),
)


def framed(view: View) -> View:
    """Let pages of ours show an answer in a frame."""
    return xframe_options_sameorigin(_OWN_PAGES(view))


def sandboxed(view: View) -> View:
    """Let pages of ours show what others wrote, or may have written, in a frame without scripts, forms or network."""
    return xframe_options_sameorigin(_SANDBOX(view))
