"""The quick search: in the box above every page, and as a page of its own."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from dashboard import quick_search
from tenants.access import Right, TenantRequest, require


@require(Right.SEE)
def search(request: TenantRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    in_box = bool(getattr(request, "htmx", False))
    if in_box:
        more = f"{reverse('dashboard:search')}?{request.GET.urlencode()}"
        groups = quick_search.find(text, request.membership, limit=quick_search.QUICK, more=more)
    else:
        groups = quick_search.find(text, request.membership, limit=quick_search.WHOLE)
    is_short = len(text) < quick_search.SHORTEST
    context = {"groups": groups, "query": text, "is_short": is_short}
    template = "dashboard/search/page.html"
    if in_box:
        template = "dashboard/search/_short.html" if is_short else "_hits.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
