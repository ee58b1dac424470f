"""Views of a list that people save and throw away."""

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dashboard import saved
from dashboard.models import SavedView
from dashboard.views.answers import acting, done
from tenants.access import Right, TenantRequest, get_or_404, require

PAGES = frozenset({"debtors", "invoices", "tasks", "messages"})
LONGEST = SavedView._meta.get_field("query").max_length or 0


@require(Right.WORK)
@require_POST
def views(request: TenantRequest, page: str) -> HttpResponse:
    if page not in PAGES:
        raise Http404
    name = request.POST.get("name", "").strip()[:60]
    query = saved.plain(QueryDict(request.POST.get("query", "")))
    if not name:
        messages.error(request, _("Geef de weergave een naam."))
    elif len(query) > LONGEST:
        messages.error(request, _("Dit filter is te lang om te bewaren."))
    else:
        made = {"query": query, "made_by": acting(request).label}
        SavedView.objects.update_or_create(page=page, name=name, defaults=made)
        messages.success(request, _("Weergave “%(name)s” is bewaard.") % {"name": name})
    return done(f"{reverse(f'dashboard:{page}')}?{query}")


@require(Right.WORK)
@require_POST
def end(request: TenantRequest, public_id: str) -> HttpResponse:
    view = get_or_404(SavedView.objects.all(), public_id)
    view.delete()
    messages.success(request, _("Weergave “%(name)s” is weg.") % {"name": view.name})
    return done(reverse(f"dashboard:{view.page}"))
