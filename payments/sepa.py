"""What a bank is asked to do, as plain values, and who writes that down for it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

# The generation of files that belongs to each version of direct debits.
TRANSFER_VERSIONS = {"pain.008.001.08": "pain.001.001.09", "pain.008.001.02": "pain.001.001.03"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose account: of the tenant."""

    name: str
    iban: str
    bic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One collection from one debtor."""

    end_to_end_id: str
    amount: Decimal
    mandate: str
    signed_on: date
    name: str
    iban: str
    bic: str = ""
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Collections under one scheme and of one sequence: the bank books them as one gross credit."""

    reference: str
    scheme: str  # CORE, B2B
    sequence: str  # RCUR, OOFF, FNAL
    collections: tuple[Collection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitOrder:
    """A file of collections on one day."""

    version: str
    message_id: str
    made_at: datetime  # local time
    creditor: Account
    creditor_id: str
    collect_on: date
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One payment to one account."""

    end_to_end_id: str
    amount: Decimal
    name: str
    iban: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOrder:
    """A file of payments on one day."""

    version: str
    message_id: str
    made_at: datetime  # local time
    debtor: Account
    execute_on: date
    transfers: tuple[Transfer, ...]


class InvalidOrder(ValueError):
    """An order that cannot be written by the rules of the format."""


class Writer(Protocol):
    """Writes orders in the format of the bank. What it gives is valid against the official schema."""

    def debits(self, order: DebitOrder) -> bytes:
        """Give a file of collections (pain.008).

        :raises InvalidOrder: if the official schema does not allow what is in it.
        """
        ...

    def transfers(self, order: TransferOrder) -> bytes:
        """Give a file of payments (pain.001).

        :raises InvalidOrder: if the official schema does not allow what is in it.
        """
        ...


def writer() -> Writer:
    """Give the writer of this installation."""
    made: Writer = import_string(settings.SEPA_WRITER)()
    return made
