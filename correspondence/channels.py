"""What a way to send must be able to do; the ways themselves are in connectors and found by settings."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class Found(StrEnum):
    """What the outside says about a message of ours."""

    YES = "yes"
    NO = "no"
    CANNOT_SAY = "cannot_say"


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a message was taken over, and under which name."""

    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file in a message."""

    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """By which server, and in whose name, a tenant's messages leave."""

    via: str = "platform"
    from_name: str = ""
    from_address: str = ""
    reply_to: str = ""
    host: str = ""
    port: int = 587
    security: str = "starttls"
    username: str = ""
    secret: str = ""
    provider_domain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A message with everything in it that leaves, read before the network is touched."""

    public_id: str
    message_id: str
    account: Account
    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    files: tuple[File, ...] = ()


class SendingFailed(Exception):
    """A message was not taken over. Permanent: the address or the message is refused. Else: nothing left, try later.

    `no_such_address` says that it will never be taken at this address.
    """

    def __init__(self, reason: str, *, permanent: bool, no_such_address: bool = False) -> None:
        self.reason, self.permanent, self.no_such_address = reason, permanent, no_such_address
        super().__init__(reason)


class OutcomeUnknown(Exception):
    """The line broke at a moment at which the message may or may not have been taken over. Never simply sent again."""


class Channel(Protocol):
    """A way to send. `send` is called outside any transaction, once per claimed message."""

    def send(self, envelope: Envelope) -> Receipt:
        """Hand a message over.

        :raises SendingFailed: if it was certainly not taken.
        :raises OutcomeUnknown: if that cannot be said.
        """
        ...

    def find(self, message_id: str, account: Account) -> Found:
        """Say whether the outside knows a message by our id; asked after a worker died while sending."""
        ...

    def close(self) -> None:
        """Let go of connections that were kept for the next message."""
        ...


@cache
def _class_of(path: str) -> type[Channel]:
    return import_string(path)  # type: ignore[no-any-return]


def open_channel(kind: str) -> Channel:
    """Give a fresh channel of a kind; close it when done."""
    return _class_of(settings.MESSAGE_CHANNELS[kind])()
