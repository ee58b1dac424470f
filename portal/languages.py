"""In which of four languages a debtor reads his page: the one he chose, else the one he is written to in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header

NAMES = {"nl": "Nederlands", "en": "English", "de": "Deutsch", "fr": "Français"}
ASKED = "taal"  # ?taal=de, and the cookie that keeps it
_A_YEAR = 365 * 24 * 60 * 60


def of(request: HttpRequest, known: str = "") -> str:
    """Give the language of an answer. `known` is that of the debtor; empty: nobody we know asks."""
    for language in (request.GET.get(ASKED, ""), request.COOKIES.get(ASKED, ""), known):
        if language in NAMES:
            return language
    return _of_the_browser(request) if not known else "nl"


def _of_the_browser(request: HttpRequest) -> str:
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", "").lower())
    return next((code[:2] for code, _weight in wanted if code[:2] in NAMES), "nl")


def keep(request: HttpRequest, response: HttpResponse) -> None:
    """Remember a language that was asked for in the address."""
    if (language := request.GET.get(ASKED, "")) in NAMES:
        response.set_cookie(
            ASKED,
            language,
            max_age=_A_YEAR,
            path="/betalen/",
            secure=bool(settings.SESSION_COOKIE_SECURE),
            httponly=True,
            samesite="Lax",
        )
