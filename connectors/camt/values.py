"""Amounts, days and texts of CAMT."""

import itertools
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from payments.statement import Balance, UnreadableStatement, gettext_noop

LARGEST = Decimal("9999999999.99")
NOTHING_GIVEN = {"NOTPROVIDED", "NONREF", "NOT PROVIDED"}
WIDTHS = {35, 65, 70, 140}
"""Widths at which banks break a text. A piece of just such a width goes on in the next one without a space."""


class _Names(dict[Any, str]):
    """From an element's tag to its local name. Comments and entities have a function for a tag, and no name."""

    def __missing__(self, tag: Any) -> str:
        name = tag.rpartition("}")[2] if isinstance(tag, str) else ""
        if len(self) < 2000:  # a hostile file does not fill the memory with names
            self[tag] = name
        return name


NAMES = _Names()


def child(element: Any, *names: str) -> Any:
    """Go down by local names; None where it ends."""
    for name in names:
        for one in element:
            if NAMES[one.tag] == name:
                element = one
                break
        else:
            return None
    return element


def text(element: Any, *names: str) -> str:
    """Give the text at the end of a way down, without white space around it."""
    found = child(element, *names) if names else element
    return (found.text or "").strip() if found is not None else ""


def amount(element: Any) -> Decimal:
    """Read what an element says; never below zero, in CAMT the sign stands elsewhere.

    :raises UnreadableStatement: if that is no amount in cents, or one that no account holds.
    """
    said = (element.text or "").strip() if element is not None else ""
    if said.isascii() and said.replace(".", "", 1).isdigit() and len(said) <= 25:
        found = Decimal(said)
        if found <= LARGEST and found == (cents := found.quantize(Decimal("0.01"))):
            return cents
    raise UnreadableStatement(
        gettext_noop("“%(value)s” is geen bedrag dat wij kunnen lezen."), line=line_of(element), value=said[:40]
    )


def signed(found: Decimal, indicator: str, element: Any) -> Decimal:
    """Give an amount the sign of its credit-debit indicator."""
    if indicator == "CRDT":
        return found
    if indicator == "DBIT":
        return -found
    raise UnreadableStatement(
        gettext_noop("Bij een bedrag staat niet of het bij (CRDT) of af (DBIT) is."), line=line_of(element)
    )


def day(element: Any) -> date | None:
    """Read a day out of what holds a `Dt` or a `DtTm`; None where there is no element.

    :raises UnreadableStatement: if it is no day.
    """
    if element is None:
        return None
    said = ""
    for one in element:
        if NAMES[one.tag] in ("Dt", "DtTm"):
            said = (one.text or "").strip()
            break
    try:
        return _day(said[:10])
    except ValueError as error:
        raise UnreadableStatement(
            gettext_noop("“%(value)s” is geen datum."), line=line_of(element), value=said[:40]
        ) from error


@lru_cache(maxsize=4096)
def _day(said: str) -> date:
    return date.fromisoformat(said)


def balance(element: Any) -> Balance:
    """Read a `Bal`."""
    held = child(element, "Amt")
    found = signed(amount(held), text(element, "CdtDbtInd"), element)
    on = day(child(element, "Dt"))
    if on is None:
        raise UnreadableStatement(gettext_noop("Een saldo heeft geen datum."), line=line_of(element))
    return Balance(found, on, held.get("Ccy", "").strip())


def compact(said: str | None) -> str:
    """Give an IBAN or a reference without spaces."""
    return "".join(said.split()) if said else ""


def joined(pieces: list[str]) -> str:
    """Put the pieces of a text together: with a space, unless the bank broke it off at a fixed width."""
    if len(pieces) < 2:
        return pieces[0].strip() if pieces else ""
    whole = pieces[0]
    for before, piece in itertools.pairwise(pieces):
        whole += piece if len(before) in WIDTHS else f" {piece}"
    return " ".join(whole.split())


def line_of(element: Any) -> int:
    """Give the line of the file at which an element begins."""
    return getattr(element, "sourceline", 0) or 0
