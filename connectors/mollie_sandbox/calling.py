"""Calls the owners of payments, as Mollie does: `id=tr_…` in a form, tried again until somebody answers 2xx."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import requests

from connectors.mollie_sandbox.store import Store

logger = logging.getLogger(__name__)

# Mollie tries for about a day; who tries out has less patience.
AGAIN_AFTER = (2.0, 10.0, 60.0, 300.0, 900.0, 3600.0)
TICK = 0.2
TIMEOUT = 15


class Caller:
    """Makes the calls that are due. `via` is where the shop is found from here, if not at the address it gave."""

    def __init__(self, store: Store, *, again_after: Sequence[float] = AGAIN_AFTER, via: str = "") -> None:
        self.store, self.again_after, self.via = store, again_after, via
        self._stop = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Make calls until this ends."""
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join(TIMEOUT + 1)

    def _run(self) -> None:
        while not self._stop.wait(TICK):
            self.store.expire()
            for call in self.store.due_calls():
                if not self._stop.is_set():
                    self.make(call)

    def make(self, call: dict[str, object]) -> None:
        """Make one call and keep what came of it."""
        answer, is_well = self._post(str(call["url"]), str(call["payment"]))
        tries = int(str(call["tries"]))
        again = None if is_well or tries >= len(self.again_after) else self.again_after[tries]
        self.store.called(str(call["id"]), answer, again_after=again)

    def _post(self, url: str, payment: str) -> tuple[str, bool]:
        asked, headers = self._way_to(url)
        try:
            response = requests.post(
                asked, data={"id": payment}, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as failure:
            return type(failure).__name__, False
        return str(response.status_code), 200 <= response.status_code < 300

    def _way_to(self, url: str) -> tuple[str, dict[str, str]]:
        if not self.via:
            return url, {}
        given, way = urlsplit(url), urlsplit(self.via)
        return urlunsplit((way.scheme, way.netloc, given.path, given.query, "")), {"Host": given.netloc}
