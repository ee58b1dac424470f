"""Mollie as its sandbox plays it, over real HTTP: what a payer does is done at its own pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from common import clock
from common.actor import Actor, ActorKind
from connectors.management.commands.mollie_sandbox import playing
from connectors.mollie_sandbox.store import Row, Store
from payments import operations as payments

KEY = "test_bakkerij0000000000000000000000"
OTHER_KEY = "test_garage000000000000000000000000"


class Mollie:
    """A sandbox that runs: what it knows, and what payers and banks do there."""

    def __init__(self, store: Store, url: str) -> None:
        self.store, self.url = store, url

    def pay(self, payment_id: str, status: str = "paid", *, method: str = "ideal", call: str = "never") -> str:
        """Do something at the checkout; give where the payer is sent."""
        answer = requests.post(
            f"{self.url}/checkout/{payment_id}/",
            data={"status": status, "method": method, "call": call},
            allow_redirects=False,
            timeout=10,
        )
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def change(self, payment_id: str, what: str, **form: str) -> None:
        answer = requests.post(f"{self.url}/payment/{payment_id}/{what}/", data=form, allow_redirects=False, timeout=10)
        assert answer.status_code == 303, answer.text

    def charge_back(self, payment_id: str, amount: str, reason: str = "MD06") -> str:
        self.change(payment_id, "chargeback", amount=amount, reason=reason)
        return str(self.the(payment_id)["chargebacks"][-1]["id"])

    def the(self, payment_id: str) -> Row:
        row = self.store.payment(payment_id)
        assert row is not None
        return row

    @property
    def payments(self) -> list[Row]:
        return self.store.payments()


@contextmanager
def running(settings: Any, file: Path | None = None, **how: Any) -> Iterator[Mollie]:
    """Run a sandbox and let the settings point at it."""
    store = Store(file, now=clock.now)
    with playing(store, **how) as (_thread, url):
        settings.MOLLIE_API_ENDPOINT = url
        yield Mollie(store, url)


@pytest.fixture
def mollie(settings: Any) -> Iterator[Mollie]:
    """A sandbox that runs until the test is over, with nobody who calls us: a test calls when it wants."""
    with running(settings) as sandbox:
        yield sandbox


def connect(key: str = KEY, **fields: Any) -> None:
    """Give the active tenant his account, as he would on the settings page."""
    at = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
    payments.change_gateway(by=Actor(ActorKind.USER, at, "", "opzet"), api_key=key, **fields)


def amounts(invoices: Any, amount: str) -> dict[Any, Decimal]:
    return {invoice: Decimal(amount) for invoice in invoices}
