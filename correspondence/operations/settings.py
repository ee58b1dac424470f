"""Who a tenant's mail comes from, and how his letters leave."""

from datetime import timedelta
from secrets import token_urlsafe

from django.db import transaction
from django.utils.html import format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audit import operations as audit
from common.actor import Actor
from common.public_ids import new_public_id
from correspondence.models import MailSender, Message, PostSettings
from correspondence.operations import outbox
from correspondence.states import ChannelKind
from tenants.models import Letterhead

TEST = "sender_test"  # what a test mail is about


def change_mail_sender(*, by: Actor, **fields: object) -> MailSender:
    """Change by which server and in whose name mail leaves; secrets are encrypted and never in the log."""
    with transaction.atomic():
        sender = MailSender.objects.select_for_update().first() or MailSender()
        changed = [name for name, value in fields.items() if getattr(sender, name) != value]
        for name in changed:
            setattr(sender, name, fields[name])
        if {"via", "host", "username", "secret", "from_address"} & set(changed):
            sender.verified_at = None
        if sender.via not in {"platform", "smtp"} and not sender.webhook_secret:
            sender.webhook_secret = token_urlsafe(24)  # part of the address that the provider calls
        sender.save()
        if changed:
            audit.record("mail.sender_changed", by=by, kind="tenant", fields=", ".join(changed))
    return sender


def change_post_settings(*, posted_at_once: bool, by: Actor) -> PostSettings:
    """Choose whether a printed letter counts as posted at once, or when a person says so."""
    with transaction.atomic():
        settings = PostSettings.objects.select_for_update().first() or PostSettings()
        was, settings.posted_at_once = settings.posted_at_once, posted_at_once
        settings.save()
        if was != posted_at_once:
            audit.record(
                "tenant.settings_changed",
                by=by,
                kind="tenant",
                label="post",
                fields="posted_at_once",
                was={"posted_at_once": was},
                now={"posted_at_once": posted_at_once},
            )
    return settings


def queue_test_mail(*, name: str, address: str, by: Actor) -> Message:
    """Mail somebody by the server and in the name that letters use: through the outbox, as they go.

    That it left says that the sender works (`confirm_mail_sender`).
    """
    sender = Letterhead.objects.get().legal_name
    subject = _("Proefmail van %(name)s") % {"name": sender}
    paragraphs = [
        _("Deze mail ging dezelfde weg als uw herinneringen."),
        _("Komt hij aan in uw postvak en niet bij de ongewenste mail, dan staat de afzender goed."),
        _("Antwoorden op herinneringen komen op het adres waarop een antwoord op deze mail aankomt."),
    ]
    with transaction.atomic():
        return outbox.queue_message(
            channel=ChannelKind.EMAIL,
            debtor=None,
            subject_kind=TEST,
            subject_id=new_public_id(),
            to_name=name,
            to_address=address,
            subject_line=subject,
            body_text="\n\n".join([*paragraphs, sender]),
            body_html=format_html_join("", "<p>{}</p>", ((text,) for text in [*paragraphs, sender])),
            language=get_language() or "nl",
            due_at=by.at,
            expires_at=by.at + timedelta(hours=1),
        )


def confirm_mail_sender(*, by: Actor) -> None:
    """Note that a test mail left by the server of the active tenant."""
    MailSender.objects.update(verified_at=by.at)
