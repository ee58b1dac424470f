"""The server of the sandbox: the API below /v2/, the checkout of a payer, and what can be done to payments later."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation

from connectors.mollie_sandbox import api
from connectors.mollie_sandbox.rows import Shown, shown
from connectors.mollie_sandbox.store import Row, Store

# A form of ours leads back to the shop, whatever its address is.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self' http: https:"
LARGEST = 1_000_000  # bytes of a request
CALLS = {"now": 0.0, "later": 10.0, "never": None}  # when the shop is told


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the API is for programs, and where the pages are for people."""

    api: str
    pages: str


class Pages(BaseHTTPRequestHandler):
    """Answers programs and people."""

    store: ClassVar[Store]
    addresses: ClassVar[Addresses]
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        parts = self._parts()
        routes: dict[str, Callable[[list[str]], bool]] = {
            "v2": self._api,
            "": self._list,
            "checkout": self._checkout,
            "payment": self._payment,
            "static": self._static,
        }
        self._answer(routes.get(parts[0]), parts[1:])

    def do_POST(self) -> None:
        parts = self._parts()
        routes: dict[str, Callable[[list[str]], bool]] = {
            "v2": self._api,
            "checkout": self._pay,
            "payment": self._change,
        }
        self._answer(routes.get(parts[0]), parts[1:])

    def do_DELETE(self) -> None:
        parts = self._parts()
        self._answer(self._api if parts[0] == "v2" else None, parts[1:])

    def _parts(self) -> list[str]:
        return [unquote(part) for part in urlsplit(self.path).path.strip("/").split("/")]

    def _answer(self, route: Callable[[list[str]], bool] | None, parts: list[str]) -> None:
        if route is None or not route(parts):
            self._send(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"Niet gevonden / not found\n")

    # for programs

    def _api(self, parts: list[str]) -> bool:
        try:
            body = json.loads(self._body() or b"{}")
        except ValueError:
            body = None
        request = api.Request(
            method=self.command,
            path="/".join(parts),
            api=self.addresses.api,
            pages=self.addresses.pages,
            authorization=self.headers.get("Authorization", ""),
            idempotency_key=self.headers.get("Idempotency-Key", ""),
            body=body if isinstance(body, dict) else {},
        )
        status, answer, replayed = api.answer(self.store, request)
        headers = {"Idempotent-Replayed": "true"} if replayed else {}
        return self._send(HTTPStatus(status), "application/hal+json", json.dumps(answer).encode(), headers)

    # for a payer

    def _checkout(self, parts: list[str]) -> bool:
        row = self.store.payment(parts[0]) if parts else None
        if row is None:
            return False
        methods = [(name, api.METHODS.get(name, name)) for name in row["methods"] or api.METHODS]
        return self._page("checkout.html", row, {"payment": shown(row), "methods": methods})

    def _pay(self, parts: list[str]) -> bool:
        row = self.store.payment(parts[0]) if parts else None
        form = self._form()
        status, method = form.get("status", ""), form.get("method", "")
        if row is None or status not in {"paid", "pending", "failed", "canceled", "expired", "open"}:
            return False
        if method not in api.METHODS or (row["methods"] and method not in row["methods"]):
            method = row["method"] or next(iter(row["methods"] or api.METHODS))
        if status != "open":
            self.store.become(row["id"], status, method=method, call_after=CALLS.get(form.get("call", "now"), 0.0))
        back = (row.get("cancelUrl") if status == "canceled" else None) or row["redirectUrl"]
        return self._redirect(str(back))

    # for who tries out

    def _list(self, _: list[str]) -> bool:
        rows: list[Shown] = [shown(row) for row in self.store.payments()[:200]]
        return self._page("list.html", None, {"payments": rows})

    def _payment(self, parts: list[str]) -> bool:
        row = self.store.payment(parts[0]) if parts else None
        if row is None:
            return False
        calls = [(one["url"], one["tries"], ", ".join(one["answers"]) or "–") for one in self.store.calls(row["id"])]
        return self._page("payment.html", row, {"payment": shown(row), "calls": calls, "reasons": api.REASONS.items()})

    def _change(self, parts: list[str]) -> bool:
        if len(parts) != 2 or self.store.payment(parts[0]) is None:
            return False
        name, what = parts
        form = self._form()
        changes: dict[str, Callable[[], object]] = {
            "refund": lambda: self.store.refund(name, _amount(form), "Sandbox"),
            "chargeback": lambda: self.store.charge_back(name, _amount(form), form.get("reason", "MD06")),
            "undo": lambda: self.store.undo_chargeback(name, form.get("chargeback", "")),
            "call": lambda: self.store.call_again(name),
            "status": lambda: self.store.become(name, form["status"]),
        }
        if what not in changes or (what == "status" and form.get("status") not in {"paid", "failed", "expired"}):
            return False
        changes[what]()
        return self._redirect(f"/payment/{name}/")

    def _form(self) -> dict[str, str]:
        fields = parse_qs(self._body().decode(errors="replace"), keep_blank_values=True)
        return {name: values[-1] for name, values in fields.items()}

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        return self.rfile.read(min(int(length), LARGEST)) if length.isdecimal() else b""

    def _page(self, template: str, row: Row | None, context: dict[str, Any]) -> bool:
        language = self._language(row)
        with translation.override(language):
            body = render_to_string(f"mollie_sandbox/{template}", context | {"path": urlsplit(self.path).path}).encode()
        return self._send(HTTPStatus.OK, "text/html; charset=utf-8", body, {"Content-Security-Policy": POLICY})

    def _language(self, row: Row | None) -> str:
        """Speak Dutch or English: as was asked, else as the shop asked for its payer, else as the browser."""
        asked = parse_qs(urlsplit(self.path).query).get("taal", [""])[0]
        locale = str((row or {}).get("locale") or self.headers.get("Accept-Language", "nl"))
        found = asked or locale[:2].lower()
        return "nl" if found == "nl" else "en"

    def _static(self, parts: list[str]) -> bool:
        found = None if ".." in parts else finders.find("/".join(parts))
        if not isinstance(found, str) or not Path(found).is_file():
            return False
        media_type = guess_type(found)[0] or "application/octet-stream"
        return self._send(HTTPStatus.OK, media_type, Path(found).read_bytes())

    def _redirect(self, url: str) -> bool:
        return self._send(HTTPStatus.SEE_OTHER, "text/plain; charset=utf-8", b"", {"Location": url})

    def _send(self, status: HTTPStatus, media_type: str, body: bytes, headers: dict[str, str] | None = None) -> bool:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        return True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base names it
        """Say nothing: who tries out looks at the page."""


def _amount(form: dict[str, str]) -> Decimal:
    try:
        return Decimal(form.get("amount", "").strip().replace(",", "."))
    except InvalidOperation:
        return Decimal(0)


def server(store: Store, *, host: str, port: int, api: str = "", pages: str = "") -> ThreadingHTTPServer:
    """Give a web server over a store; the caller runs and stops it. Port 0 takes one that is free."""
    handler = type("PagesOfAStore", (Pages,), {"store": store})
    made = ThreadingHTTPServer((host, port), handler)
    here = api.rstrip("/") or f"http://{host}:{made.server_port}"
    handler.addresses = Addresses(here, pages.rstrip("/") or here)  # type: ignore[attr-defined]
    return made
