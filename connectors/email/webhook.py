"""What providers tell about mail that left: delivered, bounced, complained. The address carries tenant and secret."""

import hmac
import warnings
from typing import Any

from anymail.exceptions import AnymailWarning
from anymail.signals import AnymailTrackingEvent, tracking
from anymail.webhooks import brevo, mailgun, mailjet, postmark, sendgrid
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from common import clock
from common.actor import the_clock
from correspondence import operations
from correspondence.models import MailSender, Message
from tenants.context import tenant_context
from tenants.models import Tenant

VIEWS: dict[str, Any] = {
    "postmark": postmark.PostmarkTrackingWebhookView,
    "mailgun": mailgun.MailgunTrackingWebhookView,
    "brevo": brevo.BrevoTrackingWebhookView,
    "sendgrid": sendgrid.SendGridTrackingWebhookView,
    "mailjet": mailjet.MailjetTrackingWebhookView,
}
# What makes an address not work any more. A full mailbox or a busy server does not.
HARD = frozenset({"bounced", "rejected", "failed"})
# How providers call those; anymail tells them apart for Mailgun only.
SOFT = frozenset({"SoftBounce", "soft_bounce"})


@csrf_exempt
@require_POST
def mail_events(request: HttpRequest, provider: str, tenant: str, secret: str) -> HttpResponse:
    """Take events of a provider for the tenant in the address; a wrong secret looks like no such address."""
    found = Tenant.objects.filter(public_id=tenant).first()
    if found is None or provider not in VIEWS:
        raise Http404
    with tenant_context(found.pk):
        sender = MailSender.objects.filter(via=provider).first()
        if sender is None or not _is_secret_of(sender, secret):
            raise Http404
        view = VIEWS[provider].as_view(**_signing(provider, sender))
        with warnings.catch_warnings():
            # Anymail's own secret is basic auth in one setting for all; ours is the address, a tenant each.
            warnings.simplefilter("ignore", AnymailWarning)
            response: HttpResponse = view(request)
    return response


def _is_secret_of(sender: MailSender, secret: str) -> bool:
    known = sender.webhook_secret
    return bool(known) and hmac.compare_digest(known.encode(), secret.encode())


def _signing(provider: str, sender: MailSender) -> dict[str, str]:
    return {"webhook_signing_key": sender.signing_key or sender.secret} if provider == "mailgun" else {}


@receiver(tracking)
def follow(*, event: AnymailTrackingEvent, **_: Any) -> None:
    """Record what became of a message; events about mail that is not ours say nothing."""
    message = _message_of(event)
    by = the_clock(clock.now())
    if message is None:
        return
    if event.event_type == "delivered":
        operations.record_delivered(message=message, by=by)
    elif event.event_type in HARD and event.reject_reason != "timed_out" and not _is_soft(event):
        reason = event.description or event.mta_response or event.reject_reason or event.event_type
        operations.record_bounce(message=message, reason=str(reason)[:200], by=by)


def _is_soft(event: AnymailTrackingEvent) -> bool:
    told = event.esp_event if isinstance(event.esp_event, dict) else {}
    return not SOFT.isdisjoint({told.get("Type"), told.get("event")}) or told.get("hard_bounce") is False


def _message_of(event: AnymailTrackingEvent) -> Message | None:
    public_id = (event.metadata or {}).get("message", "")
    return (
        Message.objects.filter(public_id=public_id).first()
        or Message.objects.filter(provider_id=event.message_id or "-").first()
    )
