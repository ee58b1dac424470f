"""manage.py mollie_sandbox [--port PORT] [--keep FILE] [--listen ADDRESS] [--pages URL] [--via URL]"""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from common import clock
from connectors.mollie_sandbox import pages
from connectors.mollie_sandbox.calling import AGAIN_AFTER, Caller
from connectors.mollie_sandbox.store import Store


class Command(BaseCommand):
    """Plays Mollie at the address of MOLLIE_API_ENDPOINT until it is stopped; its first page lists the payments."""

    help = "Play Mollie for a demo or a test: its API, a checkout, refunds and chargebacks. Not for production."
    requires_system_checks: list[str] = []  # it needs no database

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="port to listen at, where MOLLIE_API_ENDPOINT names none")
        parser.add_argument("--keep", type=Path, help="file that keeps the payments; without it they go when it stops")
        parser.add_argument("--listen", help="address to listen at, where names lead elsewhere (Docker)")
        parser.add_argument("--pages", default="", help="where payers find it, if not at MOLLIE_API_ENDPOINT")
        parser.add_argument("--via", default="", help="where it finds the web process, if not at SITE_URL (Docker)")

    def handle(self, *_: Any, **options: Any) -> None:
        if settings.ENVIRONMENT == "production":
            raise CommandError("the sandbox is for the demo and the tests: in production money must move")
        endpoint = urlsplit(settings.MOLLIE_API_ENDPOINT)
        port = options["port"] or endpoint.port
        if endpoint.scheme not in {"http", ""} or not port:
            raise CommandError("MOLLIE_API_ENDPOINT must say where the sandbox answers, as http://127.0.0.1:8026")
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # stopped like by Ctrl-C: nothing is left behind
        host = options["listen"] or endpoint.hostname or "127.0.0.1"
        store = Store(options["keep"], now=clock.now)
        api = settings.MOLLIE_API_ENDPOINT
        with playing(store, host, port, api=api, at=options["pages"], via=options["via"]) as (thread, url):
            self.stdout.write(f"Mollie is played at {url}")
            try:
                thread.join()
            except KeyboardInterrupt:
                self.stdout.write("stopped")


@contextmanager
def playing(
    store: Store,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    api: str = "",
    at: str = "",
    via: str = "",
    again_after: Sequence[float] = AGAIN_AFTER,
) -> Iterator[tuple[threading.Thread, str]]:
    """Run the server and the calls it makes; give its thread and its address."""
    web = pages.server(store, host=host, port=port, api=api, pages=at)
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    with Caller(store, again_after=again_after, via=via).running():
        thread.start()
        try:
            yield thread, f"http://{host}:{web.server_port}"
        finally:
            web.shutdown()
            web.server_close()
