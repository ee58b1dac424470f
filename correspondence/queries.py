"""Reads about mail and post."""

from correspondence.channels import Account
from correspondence.models import MailSender
from tenants.models import Letterhead


def account() -> Account:
    """Give by which server, and in whose name, the active tenant's mail leaves."""
    letterhead = Letterhead.objects.get()
    sender = MailSender.objects.first()
    if sender is None or sender.via == "platform":
        reply_to = (sender and sender.reply_to) or letterhead.email
        return Account(from_name=letterhead.legal_name, reply_to=reply_to)
    return Account(
        via=sender.via,
        from_name=letterhead.legal_name,
        from_address=sender.from_address or letterhead.email,
        reply_to=sender.reply_to or letterhead.email,
        host=sender.host,
        port=sender.port,
        security=sender.security,
        username=sender.username,
        secret=sender.secret,
        provider_domain=sender.provider_domain,
    )
