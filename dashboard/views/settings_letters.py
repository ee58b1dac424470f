"""The letterhead, with a real letter on it beside the form."""

import re
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from common import clock
from correspondence.rendering import letters
from dashboard import specimen
from dashboard.forms_settings import LetterheadForm
from dashboard.views.answers import acting, done
from dashboard.views.asking import bound
from dashboard.views.settings import page, save
from tenants import operations, two_persons
from tenants.access import Right, TenantRequest, require
from tenants.models import Letterhead, SecondLook

# What is typed and shown on the example before it is saved; an IBAN that is wrong is shown as it is typed.
_TYPED = tuple(name for name in LetterheadForm.base_fields if name not in {"logo", "remove_logo"})
_LONGEST = 200


@require(Right.CONFIGURE)
def letterhead(request: TenantRequest) -> HttpResponse:
    row = Letterhead.objects.get()
    initial = {name: getattr(row, name) for name in _TYPED}
    form = bound(LetterheadForm, request, initial=initial, has_logo=bool(row.logo))
    by = acting(request)
    said = _("Het briefhoofd is bewaard. Brieven die al weg zijn, blijven zoals ze waren.")
    if two_persons.needed(two_persons.Sensitive.BANK_ACCOUNT):
        said = _("Het briefhoofd is bewaard. Een andere bankrekening geldt pas als iemand anders die goedkeurt.")
    if save(request, form, lambda: operations.change_letterhead(by=by, **form.changes()), said):
        return done(reverse("dashboard:settings_letterhead"))
    waiting = SecondLook.objects.filter(kind=two_persons.BANK_ACCOUNT, state="waiting").first()
    context = {
        "waiting": waiting,
        "example_url": reverse("dashboard:settings_letterhead_pdf"),
        "has_logo": bool(row.logo),
    }
    return page(request, "dashboard/settings/letterhead.html", form, "letterhead", **context)


@require(Right.CONFIGURE)
def example(request: TenantRequest) -> HttpResponse:
    """Give the frame with the example as it is typed now."""
    typed = QueryDict(mutable=True)
    typed.update({name: request.GET[name][:_LONGEST] for name in _TYPED if name in request.GET})
    url = f"{reverse('dashboard:settings_letterhead_pdf')}?{typed.urlencode()}"
    return render(request, "dashboard/settings/_example.html", {"example_url": url})


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@require(Right.CONFIGURE)
def example_pdf(request: TenantRequest) -> HttpResponse:
    """Give a letter that nobody gets: on the letterhead as saved, with what is typed over it."""
    row = Letterhead.objects.get()
    asked = request.POST if request.method == "POST" else request.GET
    typed: dict[str, Any] = {name: asked[name].strip()[:_LONGEST] for name in _TYPED if name in asked}
    if not re.fullmatch(r"[A-Z]{2}", typed.get("country", "NL")):
        typed.pop("country")
    logo, logo_type = row.logo, row.logo_type
    form = LetterheadForm(asked, request.FILES, has_logo=bool(row.logo))
    form.is_valid()
    if new := form.cleaned_data.get("logo"):
        logo, logo_type = new
    said = specimen.letter(row, clock.today(), **typed)
    letter = letters.render_letter(said, logo=bytes(logo) if logo else None, logo_type=logo_type)
    return HttpResponse(letter.pdf, content_type="application/pdf", headers={"Cache-Control": "no-store"})
