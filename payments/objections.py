"""What apps above know against collecting a claim by direct debit: a hold, a handover. They register it here."""

from collections.abc import Callable, Sequence
from datetime import date

Objections = Callable[[Sequence[int], date], dict[int, str]]

_known: list[Objections] = []


def register(objections: Objections) -> None:
    """Let an app tell, for ids of invoices on a day, which may not be collected: a code of `payments.collect_words`."""
    if objections not in _known:
        _known.append(objections)


def of(invoice_ids: Sequence[int], day: date) -> dict[int, str]:
    """Give what stands in the way of each claim, as far as apps above know."""
    found: dict[int, str] = {}
    for objections in _known:
        found = objections(invoice_ids, day) | found
    return found
