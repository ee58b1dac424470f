"""What the sandbox knows, kept in one file: payments with what went back of them, customers, answers by key, calls."""

import json
import secrets
import string
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

EXPIRES_AFTER = timedelta(minutes=15)
TRANSFER_EXPIRES_AFTER = timedelta(days=12)
ENDED = frozenset({"paid", "failed", "canceled", "expired"})
AT_MOST = 5_000  # payments; the oldest go
Row = dict[str, Any]


class Store:
    """The state, in memory and in a file (in memory only without one). Threads may use it side by side."""

    def __init__(self, file: Path | None, *, now: Callable[[], datetime]) -> None:
        self._file, self.now = file, now
        self._lock = threading.RLock()
        self._state: dict[str, dict[str, Any]] = {"payments": {}, "customers": {}, "answers": {}, "calls": {}}
        if file is not None and file.is_file():
            self._state |= json.loads(file.read_text())

    @contextmanager
    def changing(self) -> Iterator[dict[str, dict[str, Any]]]:
        """Give the state to change; it is on disk when this ends."""
        with self._lock:
            yield self._state
            while len(self._state["payments"]) > AT_MOST:
                self._state["payments"].pop(next(iter(self._state["payments"])))
            if self._file is not None:
                part = self._file.with_suffix(".part")
                part.write_text(json.dumps(self._state))
                part.replace(self._file)

    def payments(self, api_key: str | None = None) -> list[Row]:
        """Give all payments, or those of a key; newest first."""
        self.expire()
        with self._lock:
            rows = [row for row in self._state["payments"].values() if api_key in {None, row["key"]}]
            return deepcopy(rows[::-1])

    def payment(self, payment_id: str) -> Row | None:
        """Give a payment as it is now."""
        self.expire()
        with self._lock:
            return deepcopy(self._state["payments"].get(payment_id))

    def calls(self, payment_id: str) -> list[Row]:
        """Give the calls about a payment, newest first."""
        with self._lock:
            return deepcopy([row for row in self._state["calls"].values() if row["payment"] == payment_id][::-1])

    def add(self, api_key: str, asked: Row) -> Row:
        """Keep a payment that was asked for."""
        methods = asked.get("method") or []
        methods = [methods] if isinstance(methods, str) else list(methods)
        now = self.now()
        row: Row = {
            "id": _name("tr"),
            "key": api_key,
            "status": "open",
            "createdAt": now.isoformat(),
            "expiresAt": (now + EXPIRES_AFTER).isoformat(),
            "value": str(Decimal(asked["amount"]["value"])),
            "methods": methods,
            "method": methods[0] if len(methods) == 1 else None,
            "refunds": [],
            "chargebacks": [],
            "details": {},
            **{name: asked.get(name) for name in KEPT},
        }
        with self.changing() as state:
            state["payments"][row["id"]] = row
        return deepcopy(row)

    def add_customer(self, asked: Row) -> Row:
        """Keep a customer."""
        row: Row = {"id": _name("cst"), "name": asked.get("name"), "metadata": asked.get("metadata")}
        with self.changing() as state:
            state["customers"][row["id"]] = row
        return row

    def become(self, payment_id: str, status: str, *, method: str = "", call_after: float | None = 0) -> Row | None:
        """Let something happen to a payment that is not over yet; its owner is called after so many seconds, or not."""
        with self.changing() as state:
            row: Row | None = state["payments"].get(payment_id)
            if row is None or row["status"] in ENDED:
                return None
            now = self.now()
            row["status"], row["method"] = status, method or row["method"]
            if status in ENDED:
                row[f"{status}At"] = now.isoformat()
            if status == "paid":
                row["details"] = _details(row["method"] or "")
            if status == "pending" and row["method"] == "banktransfer":
                row["expiresAt"] = (now + TRANSFER_EXPIRES_AFTER).isoformat()
            self._call(state, row, call_after)
            return deepcopy(row)

    def refund(self, payment_id: str, value: Decimal, description: str = "") -> Row | None:
        """Give back a part of a payment, or None where so much is not left of it."""
        with self.changing() as state:
            row = state["payments"].get(payment_id)
            if row is None or row["status"] != "paid" or not 0 < value <= remaining(row):
                return None
            made = {
                "id": _name("re"),
                "value": str(value),
                "status": "refunded",
                "description": description,
                "createdAt": self.now().isoformat(),
            }
            row["refunds"].append(made)
            self._call(state, row, 0)
            return deepcopy(made)

    def charge_back(self, payment_id: str, value: Decimal, reason: str = "MD06") -> Row | None:
        """Let the payer's bank take back a part of a payment."""
        with self.changing() as state:
            row = state["payments"].get(payment_id)
            if row is None or row["status"] != "paid" or not 0 < value <= remaining(row):
                return None
            made = {
                "id": _name("chb"),
                "value": str(value),
                "reason": reason,
                "createdAt": self.now().isoformat(),
                "reversedAt": None,
            }
            row["chargebacks"].append(made)
            self._call(state, row, 0)
            return deepcopy(made)

    def undo_chargeback(self, payment_id: str, chargeback_id: str) -> bool:
        """Let the bank give back what it took."""
        with self.changing() as state:
            row = state["payments"].get(payment_id) or {"chargebacks": []}
            found = [one for one in row["chargebacks"] if one["id"] == chargeback_id and not one["reversedAt"]]
            if not found:
                return False
            found[0]["reversedAt"] = self.now().isoformat()
            self._call(state, row, 0)
            return True

    def call_again(self, payment_id: str) -> None:
        """Call about a payment though nothing happened to it."""
        with self.changing() as state:
            if payment_id in state["payments"]:
                self._call(state, state["payments"][payment_id], 0)

    def expire(self) -> None:
        """Let payments expire whose time is over."""
        now = self.now()
        with self._lock:
            over = [
                row["id"]
                for row in self._state["payments"].values()
                if row["status"] not in ENDED and datetime.fromisoformat(row["expiresAt"]) <= now
            ]
        for payment_id in over:
            self.become(payment_id, "expired")

    def _call(self, state: dict[str, dict[str, Any]], row: Row, after: float | None) -> None:
        if after is None or not row.get("webhookUrl"):
            return
        call = {
            "id": _name("call"),
            "payment": row["id"],
            "url": row["webhookUrl"],
            "at": (self.now() + timedelta(seconds=after)).isoformat(),
            "tries": 0,
            "answers": [],
            "done": False,
        }
        state["calls"][call["id"]] = call

    def due_calls(self) -> list[Row]:
        """Give the calls that are to be made now."""
        now = self.now()
        with self._lock:
            waiting = [row for row in self._state["calls"].values() if not row["done"]]
            return deepcopy([row for row in waiting if datetime.fromisoformat(row["at"]) <= now])

    def called(self, call_id: str, answer: str, *, again_after: float | None) -> None:
        """Keep what came of a call, and when to try again."""
        with self.changing() as state:
            row = state["calls"][call_id]
            row["tries"] += 1
            row["answers"].append(answer)
            row["done"] = again_after is None
            if again_after is not None:
                row["at"] = (self.now() + timedelta(seconds=again_after)).isoformat()

    def answer_of(self, api_key: str, key: str) -> list[Any] | None:
        """Give what was answered to a request with this idempotency key."""
        with self._lock:
            return deepcopy(self._state["answers"].get(f"{api_key} {key}"))

    def keep_answer(self, api_key: str, key: str, status: int, body: Row) -> None:
        """Remember an answer by its idempotency key."""
        with self.changing() as state:
            state["answers"][f"{api_key} {key}"] = [status, body]


KEPT = (
    "amount",
    "description",
    "redirectUrl",
    "cancelUrl",
    "webhookUrl",
    "locale",
    "metadata",
    "sequenceType",
    "customerId",
)


def refunded(row: Row) -> Decimal:
    """Give what of a payment was given back."""
    return sum((Decimal(one["value"]) for one in row["refunds"]), start=Decimal(0))


def charged_back(row: Row) -> Decimal:
    """Give what of a payment the payer's bank has taken back."""
    return sum((Decimal(one["value"]) for one in row["chargebacks"] if not one["reversedAt"]), start=Decimal(0))


def remaining(row: Row) -> Decimal:
    """Give what of a payment could still go back."""
    return Decimal(row["value"]) - refunded(row) - charged_back(row)


def _name(prefix: str) -> str:
    alphabet = string.ascii_letters + string.digits
    return f"{prefix}_{''.join(secrets.choice(alphabet) for _ in range(10))}"


def _details(method: str) -> Row:
    """Give what Mollie tells of the payer: the account where the method knows it."""
    if method == "creditcard":
        return {"cardHolder": "T. Testbetaler", "cardNumber": "6787", "cardLabel": "Mastercard"}
    if method in {"ideal", "bancontact", "banktransfer", "belfius", "kbc"}:
        return {"consumerName": "T. Testbetaler", "consumerAccount": "NL53INGB0654422370", "consumerBic": "INGBNL2A"}
    return {}
