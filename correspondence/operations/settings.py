"""Who a tenant's mail comes from, and how his letters leave."""

from django.db import transaction

from audit import operations as audit
from common.actor import Actor
from correspondence.models import MailSender, PostSettings


def change_mail_sender(*, by: Actor, **fields: object) -> MailSender:
    """Change by which server and in whose name mail leaves; secrets are encrypted and never in the log."""
    with transaction.atomic():
        sender = MailSender.objects.select_for_update().first() or MailSender()
        changed = [name for name, value in fields.items() if getattr(sender, name) != value]
        for name in changed:
            setattr(sender, name, fields[name])
        if {"via", "host", "username", "secret", "from_address"} & set(changed):
            sender.verified_at = None
        sender.save()
        if changed:
            audit.record("mail.sender_changed", by=by, kind="tenant", fields=", ".join(changed))
    return sender


def change_post_settings(*, posted_at_once: bool, by: Actor) -> PostSettings:
    """Choose whether a printed letter counts as posted at once, or when a person says so."""
    with transaction.atomic():
        settings = PostSettings.objects.select_for_update().first() or PostSettings()
        settings.posted_at_once = posted_at_once
        settings.save()
        audit.record(
            "tenant.settings_changed", by=by, kind="tenant", label="post", fields=f"posted_at_once={posted_at_once}"
        )
    return settings
