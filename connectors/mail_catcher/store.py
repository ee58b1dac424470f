"""The mails that were caught: a file each, the newest thousands, and beside them what the list shows."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

AT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Attached:
    """A file in a mail."""

    place: int
    filename: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Caught:
    """What the list says of a mail."""

    number: int
    message_id: str
    subject: str
    sender: str
    recipients: tuple[str, ...]  # as said to the mail server
    to: str
    at: datetime
    files: tuple[Attached, ...]

    def holds(self, text: str) -> bool:
        """Tell whether sender, recipient or subject holds a text."""
        return text.casefold() in " ".join([self.subject, self.sender, self.to, *self.recipients]).casefold()


@dataclass(frozen=True, slots=True)
class Opened:
    """A mail with its bodies."""

    caught: Caught
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]


class Store:
    """Mails in a folder. Kept before the sender is told so; threads may use it side by side."""

    def __init__(self, folder: Path, *, at_most: int = AT_MOST) -> None:
        self.folder, self.at_most = folder, at_most
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        for half in folder.glob("*.part"):
            half.unlink()
        self._mails = [_read(path) for path in sorted(folder.glob("*.eml"))]
        self._next = self._mails[-1].number + 1 if self._mails else 1

    def keep(self, content: bytes, *, recipients: Iterable[str], at: datetime) -> Caught:
        """Keep a mail as it came, whole on disk before this returns."""
        envelope = f"X-Caught-At: {at.isoformat()}\r\nX-Caught-For: {', '.join(recipients)}\r\n".encode()
        with self._lock:
            path = self.folder / f"{self._next:09d}.eml"
            part = path.with_suffix(".part")
            with part.open("wb") as file:
                file.write(envelope + content)
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
            self._next += 1
            caught = _read(path)
            self._mails.append(caught)
            while len(self._mails) > self.at_most:
                self._path(self._mails.pop(0).number).unlink(missing_ok=True)
        return caught

    def find(self, *, message_id: str | None = None, text: str = "") -> list[Caught]:
        """Give the mails with our id, or those that hold a text; newest first."""
        with self._lock:
            mails = self._mails[::-1]
        if message_id is not None:
            return [mail for mail in mails if mail.message_id == message_id]
        return [mail for mail in mails if mail.holds(text)]

    def open(self, number: int) -> Opened | None:
        """Give a mail with what is in it, or None if it is gone."""
        message = self._message(number)
        if message is None:
            return None
        headers = tuple((name, str(value)) for name, value in message.items() if not name.startswith("X-Caught"))
        return Opened(_caught(number, message), _body(message, "plain"), _body(message, "html"), headers)

    def file(self, number: int, place: int) -> tuple[Attached, bytes] | None:
        """Give a file of a mail."""
        message = self._message(number)
        parts = list(message.iter_attachments()) if message is not None else []
        if place >= len(parts):
            return None
        return _attached(place, parts[place]), _bytes(parts[place])

    def raw(self, number: int) -> bytes | None:
        """Give a mail as it came, with two lines of ours before it."""
        path = self._path(number)
        return path.read_bytes() if path.is_file() else None

    def _message(self, number: int) -> EmailMessage | None:
        content = self.raw(number)
        return _parsed(content) if content is not None else None

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:09d}.eml"


def _parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def _read(path: Path) -> Caught:
    return _caught(int(path.stem), _parsed(path.read_bytes()))


def _caught(number: int, message: EmailMessage) -> Caught:
    return Caught(
        number=number,
        message_id=str(message["Message-ID"] or "").strip(),
        subject=str(message["Subject"] or ""),
        sender=_people(message, "From"),
        recipients=tuple(filter(None, str(message["X-Caught-For"] or "").split(", "))),
        to=_people(message, "To"),
        at=datetime.fromisoformat(str(message["X-Caught-At"])),
        files=tuple(_attached(place, part) for place, part in enumerate(message.iter_attachments())),
    )


def _people(message: EmailMessage, header: str) -> str:
    addresses: tuple[Address, ...] = getattr(message[header], "addresses", ())
    return ", ".join(str(address.display_name or address.addr_spec) for address in addresses)


def _attached(place: int, part: EmailMessage) -> Attached:
    return Attached(place, part.get_filename() or f"bijlage-{place + 1}", part.get_content_type(), len(_bytes(part)))


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else part.as_bytes()


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
