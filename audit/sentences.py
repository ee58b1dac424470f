"""An entry of the log as a sentence: its verb with the data of the entry, as people write them."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from audit.models import Entry
from audit.verbs import VERBS
from common.templatetags.amounts import format_amount
from common.words import translated

_AMOUNT = re.compile(r"-?\d+\.\d\d")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


# What of the data of an entry is a word from a list, kept in Dutch.
_CHOSEN = frozenset({"charge_kind", "outcome", "result", "role", "state", "was", "now"})


class _Values(dict[str, object]):
    """The data of an entry; what an old entry lacks is a dash and no error."""

    def __missing__(self, name: str) -> str:
        return "–"


def sentence(entry: Entry, words: Mapping[str, object] | None = None) -> str:
    """Say what happened, in the active language; `words` go before what the entry holds."""
    known = VERBS.get(entry.verb)
    if known is None:
        return entry.verb
    data = {name: written(translated(value) if name in _CHOSEN else value) for name, value in entry.data.items()}
    label = translated(entry.subject_label) if entry.subject_kind == "task" else entry.subject_label
    text = str(known) % _Values({"label": label} | data | dict(words or {}))
    return text[:1].upper() + text[1:]


def written(value: Any) -> object:
    """Give a value as people write it: amounts, days and lists."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if not isinstance(value, str):
        return "–" if value is None else value
    if _AMOUNT.fullmatch(value):
        return format_amount(Decimal(value), "nl")  # as on every page, in whatever language
    return f"{date.fromisoformat(value):%d-%m-%Y}" if _DAY.fullmatch(value) else value
