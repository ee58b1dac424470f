"""manage.py mail_catcher [--keep FOLDER] [--listen ADDRESS]"""

import logging
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from connectors.mail_catcher.store import Store


class Command(BaseCommand):
    """Takes all mail at the address of EMAIL_URL and shows it at MAIL_CATCHER_URL, until it is stopped."""

    help = "Take all mail of a demo or a test, and show it on a web page. Not for production."
    requires_system_checks: list[str] = []  # it needs no database

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--keep", type=Path, help="folder that keeps the mails; without it they go when it stops")
        parser.add_argument(
            "--listen", help="address of this machine to listen at, where names lead elsewhere (Docker)"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        page = _check()
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd tells of every command
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # stopped like by Ctrl-C: nothing is left behind
        with ExitStack() as stack:
            folder = options["keep"] or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mail-")))
            web = stack.enter_context(
                catching(Store(folder), page.hostname or "127.0.0.1", page.port or 80, options["listen"])
            )
            self.stdout.write(f"mail to {settings.EMAIL_HOST}:{settings.EMAIL_PORT} is shown at {page.geturl()}")
            try:
                web.join()
            except KeyboardInterrupt:
                self.stdout.write("stopped")


@contextmanager
def catching(store: Store, host: str, port: int, listen: str | None = None) -> Iterator[threading.Thread]:
    """Run both servers, at their own addresses or both at one of this machine; give the thread of the web page."""
    # Here and not above: aiosmtpd comes with the demo's requirements only.
    from connectors.mail_catcher import pages, smtp

    mail = smtp.server(store, host=listen or settings.EMAIL_HOST, port=settings.EMAIL_PORT)
    web = pages.server(store, host=listen or host, port=port)
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    mail.start()
    try:
        thread.start()
        yield thread
    finally:
        web.shutdown()
        web.server_close()
        mail.stop()


def _check() -> Any:
    """Give the address of the page.

    :raises CommandError: in production, or where mail would not come to us.
    """
    if settings.ENVIRONMENT == "production":
        raise CommandError("the mail catcher is for the demo and the tests: in production mail must leave")
    page = urlsplit(settings.MAIL_CATCHER_URL)
    if page.scheme != "http" or not page.hostname:
        raise CommandError("MAIL_CATCHER_URL must say where the mails are shown, as http://127.0.0.1:8025")
    if settings.EMAIL_URL.scheme != "smtp":
        raise CommandError("EMAIL_URL must be smtp:// for the mail catcher: it speaks no TLS")
    return page
