"""Why a bank line goes with which claims, as a sentence."""

from collections.abc import Mapping
from typing import Any

from payments import match_reasons
from payments.models import BankLine


def of_line(line: BankLine) -> str:
    """Say why a line was matched as it was, or why it was not."""
    return of_match(line.match)


def of_match(match: Mapping[str, Any]) -> str:
    """Say why one candidate is one; nothing where nobody looked yet."""
    code = match.get("why", "")
    return match_reasons.sentence(code, match.get("words", {})) if code else ""
