"""May this still go out? Asked right before a message leaves; higher apps register the answer for their subjects."""

from collections.abc import Callable
from datetime import datetime

from correspondence.models import Message

Guard = Callable[[Message, datetime], str]

_guards: dict[str, Guard] = {}


def register(subject_kind: str, guard: Guard) -> None:
    """Let a higher app answer for its subjects: an empty text means yes, anything else is the reason why not."""
    _guards[subject_kind] = guard


def objection(message: Message, at: datetime) -> str:
    """Give why a message may not go out any more, or an empty text."""
    guard = _guards.get(message.subject_kind)
    return guard(message, at) if guard else ""
