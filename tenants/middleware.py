"""From URL and session to tenant: /a/<slug>/… is that tenant's, and nobody else's.

The tenant is in the address and not in the session, so that two tabs with two administrations cannot mix: a form of
one can never be sent into the other (docs/adr/0009-tenant-in-the-url.md). The part `/a/<slug>` is moved to the script
prefix, so every `{% url %}` inside stays inside.
"""

import re
from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation

from tenants.context import tenant_context
from tenants.models import Membership

GetResponse = Callable[[HttpRequest], HttpResponse]
PREFIX = re.compile(r"^/a/(?P<slug>[a-z0-9-]+)(?P<rest>/.*)$")


def language_of_the_user(get_response: GetResponse) -> GetResponse:
    """Answer in the language that the user chose, else in that of his browser."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language() or "nl"
        return get_response(request)

    return middleware


def enter_the_tenant(get_response: GetResponse) -> GetResponse:
    """Open the context of the tenant that the URL names, for its members only.

    Its transaction encloses the view's own (ATOMIC_REQUESTS), which is rolled back by itself when the view fails.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        match = PREFIX.match(request.path_info)
        if match is None:
            return get_response(request)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        membership = (
            Membership.objects.select_related("tenant", "user")
            .filter(user=request.user, tenant__slug=match["slug"])
            .first()
        )
        if membership is None:
            raise Http404
        request.membership = membership  # type: ignore[attr-defined]
        request.tenant = membership.tenant  # type: ignore[attr-defined]
        request.session["slug"] = match["slug"]
        request.path_info = match["rest"]
        before = get_script_prefix()
        set_script_prefix(f"/a/{match['slug']}/")
        try:
            with tenant_context(membership.tenant_id):
                return get_response(request)
        finally:
            set_script_prefix(before)  # the next thing that this thread does is not of this tenant

    return middleware
