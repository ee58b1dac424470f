"""A file of statements on its way in: what is remembered of each statement, and what came of the file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import overload

from payments.models import BankAccount, BankStatement
from payments.statement import StatementEnd, StatementStart


@dataclass(slots=True)
class Imported(Sequence[BankStatement]):
    """What came of a file: the statements that were new, and what was known. It is the sequence of the new ones."""

    statements: list[BankStatement] = field(default_factory=list)
    known_statements: int = 0  # the same, from an earlier file or earlier in this one
    new_lines: int = 0
    known_lines: int = 0  # of new statements
    new_accounts: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @overload
    def __getitem__(self, index: int) -> BankStatement: ...
    @overload
    def __getitem__(self, index: slice) -> list[BankStatement]: ...
    def __getitem__(self, index: int | slice) -> BankStatement | list[BankStatement]:
        return self.statements[index]

    def __len__(self) -> int:
        return len(self.statements)

    @property
    def changed_nothing(self) -> bool:
        return not self.statements


@dataclass(slots=True)
class Coming:
    """A statement of the file, whose lines wait in the temporary table."""

    place: int
    account: BankAccount
    start: StatementStart
    closing: StatementEnd | None = None
    count: int = 0
    first_day: date | None = None
    last_day: date | None = None
    content: int = 0  # its movements, in whatever order
    known: int = 0
    fingerprint: str = ""
    follows: bool = True
    goes_on: bool = False  # it begins where the newest statement of the account ended
    row: BankStatement | None = None

    @property
    def opening(self) -> Decimal | None:
        return self.start.opening.amount if self.start.opening else None

    @property
    def opened_on(self) -> date | None:
        return self.start.opening.on if self.start.opening else self.first_day

    @property
    def closing_amount(self) -> Decimal | None:
        return self.closing.closing.amount if self.closing and self.closing.closing else None

    @property
    def closed_on(self) -> date:
        day = self.closing.closing.on if self.closing and self.closing.closing else self.last_day
        assert day is not None  # a notification without lines is left out
        return day


def goes_on(before: Coming, now: Coming) -> bool:
    """Tell whether a statement begins where the one before it in the file ended."""
    if before.account.pk != now.account.pk or now.opening is None or now.opening != before.closing_amount:
        return False
    return now.opened_on is not None and now.opened_on >= before.closed_on


def family(one: Coming) -> str:
    """Give the sort of format of a statement, whatever its version."""
    return one.start.format[:8]


def is_number(iban: str) -> bool:
    """Tell whether an account is a number of before IBAN."""
    return iban.isdigit()


def number_of(iban: str) -> str:
    """Give the account number inside a Dutch IBAN."""
    return iban[-10:].lstrip("0") if iban.startswith("NL") else ""
