"""Who does something and when: every operation takes an `Actor`, and the audit log keeps it.

The moment is part of it, so that no operation reads the clock. Pure.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from common import clock


class ActorKind(StrEnum):
    """What sort of hand did it."""

    USER = "user"
    KEY = "key"  # an accounting package with an API key
    CLOCK = "clock"  # the product itself, at night or by a worker
    DEBTOR = "debtor"  # through the pay page


@dataclass(frozen=True, slots=True)
class Actor:
    """Who (kind, reference, name as shown in the log) and when (UTC)."""

    kind: ActorKind
    at: datetime
    ref: str = ""
    label: str = ""

    @property
    def day(self) -> date:
        """The day in the Netherlands on which it happens."""
        return clock.local_day(self.at)


def the_clock(at: datetime) -> Actor:
    """Give the actor of what the product does by itself."""
    return Actor(ActorKind.CLOCK, at, "", "Debiteuren")
