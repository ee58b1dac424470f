"""The side that takes mail in."""

import asyncio

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from common import clock
from connectors.mail_catcher.store import Store

MOST_BYTES = 60 * 1024 * 1024


class _Catcher:
    """Says yes to every mail, once it is on disk."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd
        content = envelope.content or b""
        content = content.encode() if isinstance(content, str) else content
        await asyncio.to_thread(self.store.keep, content, recipients=envelope.rcpt_tos, at=clock.now())
        return "250 OK"


def server(store: Store, *, host: str, port: int) -> Controller:
    """Give a mail server that keeps everything; the caller starts and stops it."""
    return Controller(
        _Catcher(store), hostname=host, port=port, data_size_limit=MOST_BYTES, enable_SMTPUTF8=True, ident="catcher"
    )
