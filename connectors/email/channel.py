"""The e-mail channel: one connection a batch, our own Message-ID, and errors told apart by what they leave open."""

import re
import smtplib
from email.utils import formataddr, parseaddr
from typing import Any

import requests
from anymail.exceptions import AnymailAPIError, AnymailInvalidAddress, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from correspondence.channels import Account, Envelope, Found, OutcomeUnknown, Receipt, SendingFailed

TIMEOUT = 30  # seconds; the lease of a message is longer

# What a provider answers when our account or his load is the matter, and not the message.
PASSING = frozenset({401, 402, 403, 408, 429})
# Providers of django-anymail: backend, and how it wants what the tenant entrusted us.
PROVIDERS: dict[str, tuple[str, dict[str, str]]] = {
    "postmark": ("anymail.backends.postmark.EmailBackend", {"server_token": "secret"}),
    "mailgun": ("anymail.backends.mailgun.EmailBackend", {"api_key": "secret", "sender_domain": "provider_domain"}),
    "brevo": ("anymail.backends.brevo.EmailBackend", {"api_key": "secret"}),
    "sendgrid": ("anymail.backends.sendgrid.EmailBackend", {"api_key": "secret"}),
    "mailjet": ("anymail.backends.mailjet.EmailBackend", {"api_key": "username", "secret_key": "secret"}),
}


class EmailChannel:
    """Sends mail, keeping the connection for the next message of the same account."""

    def __init__(self) -> None:
        self._account: Account | None = None
        self._connection: BaseEmailBackend | None = None

    def send(self, envelope: Envelope) -> Receipt:
        connection = self._connect(envelope.account)
        mail = _mail(envelope, connection)
        try:
            mail.send()
        except (smtplib.SMTPException, OSError, AnymailAPIError) as error:
            self.close()
            raise _told_apart(error) from error
        except (AnymailInvalidAddress, AnymailRecipientsRefused) as error:
            raise SendingFailed(_words(error), permanent=True, no_such_address=True) from error
        except ValueError as error:
            raise SendingFailed(_words(error), permanent=True) from error
        return Receipt(_provider_id(mail))

    def find(self, message_id: str, account: Account) -> Found:
        """Ask the mail catcher of demo and tests; no mail server can be asked."""
        if not settings.MAIL_CATCHER_URL or account.via != "platform":
            return Found.CANNOT_SAY
        try:
            answer = requests.get(
                f"{settings.MAIL_CATCHER_URL}/messages", params={"message_id": message_id}, timeout=10
            )
            answer.raise_for_status()
        except requests.RequestException:
            return Found.CANNOT_SAY
        return Found.YES if answer.json() else Found.NO

    def close(self) -> None:
        if self._connection is not None:
            try:
                self._connection.close()
            except (smtplib.SMTPException, OSError):
                self._connection = None
        self._connection, self._account = None, None

    def _connect(self, account: Account) -> BaseEmailBackend:
        """Open a connection before anything is sent, so that a failure here certainly left nothing."""
        if self._connection is None or self._account != account:
            self.close()
            connection = _backend(account)
            try:
                connection.open()
            except smtplib.SMTPAuthenticationError as error:
                raise SendingFailed(_words(error), permanent=False) from error
            except (smtplib.SMTPException, OSError) as error:
                raise SendingFailed(_words(error), permanent=False) from error
            self._connection, self._account = connection, account
        return self._connection


def _backend(account: Account) -> BaseEmailBackend:
    if account.via == "platform":
        return get_connection(timeout=TIMEOUT)
    if account.via == "smtp":
        return get_connection(
            "django.core.mail.backends.smtp.EmailBackend",
            host=account.host,
            port=account.port,
            username=account.username,
            password=account.secret,
            use_tls=account.security == "starttls",
            use_ssl=account.security == "tls",
            timeout=TIMEOUT,
        )
    path, wanted = PROVIDERS[account.via]
    return get_connection(path, **{name: getattr(account, field) for name, field in wanted.items()})


def _mail(envelope: Envelope, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    account = envelope.account
    mail: Any = EmailMultiAlternatives(
        subject=envelope.subject,
        body=envelope.text,
        from_email=formataddr((account.from_name, account.from_address or parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[formataddr((envelope.to_name, envelope.to_address))],
        reply_to=[account.reply_to] if account.reply_to else None,
        headers={"Message-ID": envelope.message_id, "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    mail.attach_alternative(envelope.html, "text/html")
    for file in envelope.files:
        mail.attach(file.filename, file.content, file.media_type)
    if account.via not in {"platform", "smtp"}:
        mail.metadata = {"message": envelope.public_id}  # comes back in the provider's webhook
        mail.track_opens = mail.track_clicks = False
    return mail  # type: ignore[no-any-return]


def _told_apart(error: Exception) -> Exception:
    """Tell a refusal (certainly not taken) from a broken line (may have been taken)."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            answers = list(error.recipients.values())
            return SendingFailed(
                _words(error),
                permanent=all(code >= 500 for code, _ in answers),
                no_such_address=all(_says_no_such_address(code, text) for code, text in answers),
            )
        case smtplib.SMTPResponseException():
            return SendingFailed(_words(error), permanent=error.smtp_code >= 500)
        case AnymailAPIError() if error.status_code is not None and error.status_code < 500:
            return SendingFailed(_words(error), permanent=error.status_code not in PASSING)
    return OutcomeUnknown(_words(error))


# 5.1.x says that the address is wrong (RFC 3463); 5.7.x that we are not welcome, which says nothing of the address.
_BAD_ADDRESS = re.compile(r"\b5\.1\.\d+\b")
_OTHERWISE = re.compile(r"\b5\.\d+\.\d+\b|relay|spam|block|policy|denied", re.IGNORECASE)


def _says_no_such_address(code: int, text: bytes | str) -> bool:
    said = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    if _BAD_ADDRESS.search(said):
        return code >= 500
    return code in {550, 551, 553} and not _OTHERWISE.search(said)


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:250] or type(error).__name__


def _provider_id(mail: Any) -> str:
    status = getattr(mail, "anymail_status", None)
    found = getattr(status, "message_id", None) or ""
    return found if isinstance(found, str) else next(iter(found), "")
