"""Until which day it is known what was paid: said by a person, or by the bank. Who paid must not get a letter.

A person confirms a day, which counts for some days (a setting). An account whose statements come in is a source: its
last day counts for three working days, and of several accounts the one that is furthest behind decides. One of the two
is enough: somebody who confirms knows more than the files that he has not brought yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from common.calendar import add_working_days
from dunning.models import LadderSettings
from payments import queries as payments

BANK_WORKING_DAYS = 3


@dataclass(frozen=True, slots=True)
class BankSource:
    """An account whose statements come in."""

    name: str
    iban: str
    until: date
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Freshness:
    """What is known about payments on a day."""

    confirmed_until: date | None
    is_confirmed: bool  # not too long ago
    bank: Sequence[BankSource] = ()

    @property
    def bank_until(self) -> date | None:
        return min((source.until for source in self.bank), default=None)

    @property
    def bank_is_fresh(self) -> bool:
        return bool(self.bank) and not any(source.is_stale for source in self.bank)

    @property
    def is_fresh(self) -> bool:
        return self.is_confirmed or self.bank_is_fresh

    @property
    def until(self) -> date | None:
        """Up to and including which day payments are in the books."""
        known = [day for day in (self.confirmed_until, self.bank_until) if day is not None]
        return max(known, default=None)


def is_confirmed(settings: LadderSettings, day: date) -> bool:
    """Tell whether a person confirmed a day that is not too long ago."""
    until = settings.payments_until
    return until is not None and until >= day - timedelta(days=settings.payments_max_age_days)


def of(settings: LadderSettings, day: date) -> Freshness:
    """Give how fresh payments are on a day; in one query."""
    return Freshness(
        settings.payments_until,
        is_confirmed(settings, day),
        [
            BankSource(row.name, row.iban, row.until, is_stale=bank_is_stale(row.until, day))
            for row in payments.bank_days()
        ],
    )


def bank_is_stale(until: date, day: date) -> bool:
    """Tell whether the last day of an account's statements is too long ago."""
    return add_working_days(until, BANK_WORKING_DAYS) < day
