"""A match as it is kept with its line, and shown. Pure."""

from dataclasses import replace
from typing import Any

from payments.matching import Match, Reading


def values_of(match: Match) -> dict[str, str]:
    """Give what the sentence of the reason names."""
    if match.reading is None:
        return {}
    numbers = [part.claim.number for part in match.reading.parts]
    shown = ", ".join(numbers[:4]) + (f" (+{len(numbers) - 4})" if len(numbers) > 4 else "")
    return {"numbers": shown, "debtor": match.reading.party.name, "total": f"{match.reading.total:.2f}"}


def as_record(match: Match) -> dict[str, Any]:
    """Give a match as it is kept with its line."""
    kept: dict[str, Any] = {"why": match.why, "words": values_of(match), "claims": [], "debtor": "", "runner_up": None}
    if match.reading is not None:
        kept |= _reading_record(match.reading)
    if match.runner_up is not None:
        runner_up = replace(match, why=match.runner_up.why, reading=match.runner_up, runner_up=None)
        kept["runner_up"] = {"why": runner_up.why, "words": values_of(runner_up)} | _reading_record(match.runner_up)
    return kept


def _reading_record(reading: Reading) -> dict[str, Any]:
    parts = [
        {"invoice": part.claim.public_id, "number": part.claim.number, "amount": f"{part.amount:.2f}"}
        for part in reading.parts
    ]
    record: dict[str, Any] = {"claims": parts, "debtor": reading.party.public_id}
    return record | {"takes_credit": True} if reading.takes_credit else record
