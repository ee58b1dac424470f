"""The side that shows what was caught: a list, a mail, and the answer to "did this message of ours arrive?"."""

import json
from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, unquote, urlsplit

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from connectors.mail_catcher.store import Caught, Store

A_PAGE = 50
OUR_PAGE = "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; frame-src 'self'"
# Somebody else's page: may be looked at, and do nothing. Fetching pictures would tell the sender who looks.
THEIR_PAGE = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
SHOWN_IN_PLACE = frozenset({"application/pdf", "text/plain", "image/png", "image/jpeg"})


class Pages(BaseHTTPRequestHandler):
    """Answers GET. Nothing here changes anything."""

    store: ClassVar[Store]
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
        first, *rest = [unquote(part) for part in url.path.strip("/").split("/")]
        answers: dict[str, Callable[[], bool]] = {
            "": lambda: self._list(query),
            "messages": lambda: self._json(query),
            "mail": lambda: self._mail(rest),
            "static": lambda: self._static("/".join(rest)),
        }
        if first not in answers or not answers[first]():
            self._send(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"Niet gevonden\n")

    def _list(self, query: dict[str, str]) -> bool:
        asked = query.get("zoek", "").strip()
        found = self.store.find(text=asked)
        page = max(int(query.get("pagina", "1")), 1) if query.get("pagina", "1").isdecimal() else 1
        shown = found[(page - 1) * A_PAGE : page * A_PAGE]
        self._page(
            "mail_catcher/list.html",
            {
                "mails": shown,
                "asked": asked,
                "total": len(found),
                "earlier": page + 1 if len(found) > page * A_PAGE else None,
                "later": page - 1 if page > 1 else None,
            },
        )
        return True

    def _json(self, query: dict[str, str]) -> bool:
        found = self.store.find(message_id=query.get("message_id"), text=query.get("text", ""))
        answer = json.dumps([_as_dict(mail) for mail in found])
        self._send(HTTPStatus.OK, "application/json", answer.encode())
        return True

    def _mail(self, rest: list[str]) -> bool:
        if not rest or not rest[0].isdecimal():
            return False
        number, part, *more = int(rest[0]), *(rest[1:] or [""])
        if part == "":
            return self._whole(number)
        if part == "html":
            return self._html(number)
        if part == "raw":
            raw = self.store.raw(number)
            return raw is not None and self._send(HTTPStatus.OK, "text/plain; charset=utf-8", raw)
        return part == "file" and bool(more) and more[0].isdecimal() and self._file(number, int(more[0]))

    def _whole(self, number: int) -> bool:
        opened = self.store.open(number)
        if opened is None:
            return False
        self._page("mail_catcher/mail.html", {"mail": opened.caught, "opened": opened})
        return True

    def _html(self, number: int) -> bool:
        opened = self.store.open(number)
        if opened is None or not opened.html:
            return False
        return self._send(HTTPStatus.OK, "text/html; charset=utf-8", opened.html.encode(), policy=THEIR_PAGE)

    def _file(self, number: int, place: int) -> bool:
        found = self.store.file(number, place)
        if found is None:
            return False
        attached, content = found
        in_place = attached.media_type in SHOWN_IN_PLACE
        disposition = f"{'inline' if in_place else 'attachment'}; filename*=UTF-8''{quote(attached.filename)}"
        media_type = attached.media_type if in_place else "application/octet-stream"
        return self._send(HTTPStatus.OK, media_type, content, policy="", disposition=disposition)

    def _static(self, path: str) -> bool:
        found = None if ".." in path else finders.find(path)
        if not isinstance(found, str) or not Path(found).is_file():
            return False
        media_type = guess_type(found)[0] or "application/octet-stream"
        return self._send(HTTPStatus.OK, media_type, Path(found).read_bytes())

    def _page(self, template: str, context: dict[str, Any]) -> None:
        body = render_to_string(template, context).encode()
        self._send(HTTPStatus.OK, "text/html; charset=utf-8", body, policy=OUR_PAGE)

    def _send(
        self, status: HTTPStatus, media_type: str, body: bytes, *, policy: str = "", disposition: str = ""
    ) -> bool:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        if disposition:
            self.send_header("Content-Disposition", disposition)
        self.end_headers()
        self.wfile.write(body)
        return True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base names it
        """Say nothing: the demo's log is about mail that came in."""


def _as_dict(mail: Caught) -> dict[str, Any]:
    return asdict(mail) | {"at": mail.at.isoformat()}


def server(store: Store, *, host: str, port: int) -> ThreadingHTTPServer:
    """Give a web server that shows a store; the caller runs and stops it."""
    handler = type("PagesOfAStore", (Pages,), {"store": store})
    return ThreadingHTTPServer((host, port), handler)
