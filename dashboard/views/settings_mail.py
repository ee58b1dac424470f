"""How mail and post leave: the server, the name, the records of the domain, a test mail, and when post is posted."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from correspondence import operations
from correspondence.models import MailSender, Message, PostSettings
from correspondence.states import MessageState
from dashboard.forms_mail import PROVIDERS, SECRETS, MailSenderForm, PostForm
from dashboard.rows import badges
from dashboard.rows.domains import hints
from dashboard.views.answers import acting, done
from dashboard.views.asking import bound
from dashboard.views.settings import page, save
from tenants.access import Right, TenantRequest, require
from tenants.models import Letterhead, Tenant

TESTS_SHOWN = 5
_UNDER_WAY = {MessageState.QUEUED, MessageState.SENDING}


@require(Right.CONFIGURE)
def mail(request: TenantRequest) -> HttpResponse:
    row = MailSender.objects.first() or MailSender()
    initial = {name: getattr(row, name) for name in MailSenderForm.base_fields if name not in SECRETS}
    form = bound(MailSenderForm, request, initial=initial, has_secret=bool(row.secret))
    by = acting(request)
    said = _("De afzender is bewaard. Stuur uzelf een proefmail om te zien of hij werkt.")
    if save(request, form, lambda: operations.change_mail_sender(by=by, **form.changes()), said):
        return done(reverse("dashboard:settings_mail"))
    letterhead = Letterhead.objects.defer("logo").get()
    context = {
        "sender": row,
        "from_name": letterhead.legal_name,
        "hints": hints(row.via, row.from_address or letterhead.email),
        "webhook_url": webhook_url(request.tenant, row),
        **_tests(),
    }
    return page(request, "dashboard/settings/mail.html", form, "mail", **context)


def webhook_url(tenant: Tenant, sender: MailSender) -> str:
    """Give the address that a provider tells what became of a mail; outside every tenant's prefix."""
    if sender.via not in PROVIDERS or not sender.webhook_secret:
        return ""
    return f"{settings.SITE_URL}/webhooks/mail/{sender.via}/{tenant.public_id}/{quote(sender.webhook_secret)}/"


@require(Right.CONFIGURE)
def tests(request: TenantRequest) -> HttpResponse:
    """Send a test mail to who asks for it; asked by htmx, tell how the last ones fare."""
    if request.method == "POST":
        operations.queue_test_mail(name=request.user.name, address=request.user.email, by=acting(request))
        said = _("Een proefmail is onderweg naar %(address)s.") % {"address": request.user.email}
        messages.success(request, said)
        return done(f"{reverse('dashboard:settings_mail')}#proefmails")
    if not getattr(request, "htmx", False):
        raise Http404
    return render(request, "dashboard/settings/_mail_tests.html", _tests())


def _tests() -> dict[str, Any]:
    sent = list(
        Message.objects.filter(subject_kind=operations.TEST)
        .defer("body_html", "body_text")
        .order_by("-created_at")[:TESTS_SHOWN]
    )
    return {
        "tests": [(one, badges.message(one.state)) for one in sent],
        "under_way": any(one.state in _UNDER_WAY for one in sent),
    }


@require(Right.CONFIGURE)
def post(request: TenantRequest) -> HttpResponse:
    row = PostSettings.objects.first() or PostSettings()
    form = bound(PostForm, request, initial={"posted_at_once": row.posted_at_once})
    by = acting(request)
    if save(request, form, lambda: operations.change_post_settings(by=by, **form.cleaned_data), _("Opgeslagen.")):
        return done(reverse("dashboard:settings_post"))
    return page(request, "dashboard/settings/post.html", form, "post")
