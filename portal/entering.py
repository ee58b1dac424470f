"""The way in: from the address in a letter to the tenant, the debtor and what the link shows; or to nothing at all.

The address is `/betalen/<tenant>.<secret>/`. A tenant that does not exist, a secret that nobody has and a link that was
revoked give the same page after the same work, so that who guesses learns nothing.

No token against forged forms (CSRF): these pages know no login and no session that a browser would send along by
itself. Who can forge the address of a form holds the link, and may send the form. That lets us forbid the browser to
tell anybody where it came from (no-referrer), which Django's own check could not do without.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from common import clock
from common.actor import Actor, ActorKind
from debtors.models import Debtor
from payments import links
from payments.models import PaymentLink
from portal import creditors, languages, throttling
from portal.throttling import Limit
from tenants.context import tenant_context
from tenants.models import Tenant

NO_TENANT = 0  # of no tenant: looking in it finds nothing, in the time that looking takes
View = Callable[..., HttpResponse]


class LinkRequest(HttpRequest):
    """A request of somebody who holds a link."""

    token: str
    link: PaymentLink
    tenant: Tenant
    debtor: Debtor
    creditor: creditors.Creditor
    by: Actor


def by_link(view: View) -> View:
    """Let a view be reached only with a link that is there; it gets a `LinkRequest` and no `token`.

    It runs inside the tenant, in one transaction.
    """
    return _guarded(view, inside=True)


def by_link_outside(view: View) -> View:
    """Do the same for a view that runs outside any transaction and tenant, to call a party outside in between.

    It enters the tenant (`request.tenant`) by itself.
    """
    return transaction.non_atomic_requests(_guarded(view, inside=False))


def _guarded(view: View, *, inside: bool) -> View:
    @csrf_exempt
    @wraps(view)
    def entered(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        who = throttling.address_of(request)
        if not throttling.allows(Limit.MISSES, who, count=False) or not throttling.allows(Limit.ASKED, who):
            return _sealed(request, too_often(request))
        try:
            return _sealed(request, _answer(cast(LinkRequest, request), token, view, inside, kwargs))
        except (Http404, PermissionDenied):
            if not hasattr(request, "link"):  # who holds a link guesses nothing: an office is one address for many
                throttling.allows(Limit.MISSES, who)
            return _sealed(request, nothing_here(request))

    return entered


def _answer(request: LinkRequest, token: str, view: View, inside: bool, kwargs: dict[str, Any]) -> HttpResponse:
    public_id, _dot, secret = token.partition(".")
    tenant = Tenant.objects.filter(public_id=public_id).first()
    with tenant_context(tenant.pk if tenant else NO_TENANT):
        link = links.find(secret)
        if link is None or tenant is None:
            raise Http404
        _introduce(request, token, tenant, link)
        if not _may_go_on(request):
            return too_often(request)
        if request.method == "GET":
            links.opened(link=link, by=request.by)
        if inside:
            return _in_his_language(request, view, kwargs)
    return _in_his_language(request, view, kwargs)


def _introduce(request: LinkRequest, token: str, tenant: Tenant, link: PaymentLink) -> None:
    request.token, request.tenant, request.link, request.debtor = token, tenant, link, link.debtor
    request.creditor = creditors.creditor()
    request.by = Actor(ActorKind.DEBTOR, clock.now(), link.public_id, link.debtor.name)


def _may_go_on(request: LinkRequest) -> bool:
    limit = Limit.SENT if request.method == "POST" else Limit.OPENED
    return throttling.allows(limit, request.link.public_id)


def _in_his_language(request: LinkRequest, view: View, kwargs: dict[str, Any]) -> HttpResponse:
    language = languages.of(request, request.debtor.language)
    with translation.override(language):
        request.LANGUAGE_CODE = language
        response = view(request, **kwargs)
        response.headers.setdefault("Content-Language", language)
    return response


def nothing_here(request: HttpRequest) -> HttpResponse:
    """Say that there is no such page, and nothing else."""
    return _plain(request, "portal/404.html", 404)


def too_often(request: HttpRequest) -> HttpResponse:
    """Ask somebody to wait."""
    response = _plain(request, "portal/429.html", 429)
    response.headers["Retry-After"] = "600"
    return response


def _plain(request: HttpRequest, template: str, status: int) -> HttpResponse:
    language = languages.of(request)
    with translation.override(language):
        response = render(request, template, {"stranger": True}, status=status)
    response.headers["Content-Language"] = language
    return response


def _sealed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep an answer out of caches, search engines and the logs of others."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    languages.keep(request, response)
    return response


@csrf_exempt
def nowhere(request: HttpRequest, **_rest: str) -> HttpResponse:
    """Answer everything else below /betalen/ as a link that is not there."""
    return _sealed(request, nothing_here(request))
