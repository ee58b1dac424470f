"""The cookie that a right code leaves: for an hour this browser sees everything that is open, behind this link only."""

from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.urls import reverse

from answers import queries
from answers.models import OPEN_FOR, EntryCode
from portal.entering import LinkRequest

COOKIE = "ingang"
_SALT = "portal.codes"


def keep(request: LinkRequest, response: HttpResponse, code: EntryCode) -> None:
    """Let this browser see more behind this link, for as long as the code opens it."""
    response.set_cookie(
        COOKIE,
        signing.dumps(code.public_id, salt=_SALT),
        max_age=int(OPEN_FOR.total_seconds()),
        path=reverse("portal:page", args=[request.token]),
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )


def forget(request: LinkRequest, response: HttpResponse) -> None:
    """Let this browser see no more than the link names."""
    response.delete_cookie(COOKIE, path=reverse("portal:page", args=[request.token]))


def shows_everything(request: LinkRequest) -> bool:
    """Tell whether a code of this very link was right in this browser, less than an hour ago.

    The row decides: a cookie that is copied to another link, or kept for longer, opens nothing.
    """
    held = request.COOKIES.get(COOKIE, "")
    if not held:
        return False
    try:
        public_id = signing.loads(held, salt=_SALT)
    except signing.BadSignature:
        return False
    return queries.shows_more(request.link, str(public_id), request.by)
