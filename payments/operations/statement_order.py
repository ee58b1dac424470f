"""Whether a statement begins where the one before it ended, and what is missing if it does not."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from common.identifiers import format_iban
from payments.models import BankStatement

LOOK_BACK = 5  # statements that may have ended on the same day


@dataclass(frozen=True, slots=True)
class Earlier:
    """A statement that came before."""

    account_id: int
    closed_on: date
    closing: Decimal
    sequence: str
    format: str
    goes_on: bool = False

    @classmethod
    def of(cls, one: Any) -> "Earlier":
        """Take a statement of this file."""
        start = one.start
        return cls(one.account.pk, one.closed_on, one.closing_amount, start.sequence, start.format, one.goes_on)


@dataclass(frozen=True, slots=True)
class Order:
    """Where a statement stands among the others."""

    follows: bool
    goes_on: bool  # after the newest in the books: what it holds cannot be there yet
    warning: str = ""


def place_in_order(one: Any, of_this_file: list[Earlier]) -> Order:
    """Compare the opening balance of a statement with where earlier ones ended."""
    earlier = _earlier(one, of_this_file)
    if not earlier:
        return Order(follows=True, goes_on=False)
    if any(before.closing == one.opening for before in earlier):
        return Order(follows=True, goes_on=_goes_on(one, earlier))
    return Order(follows=False, goes_on=False, warning=_gap(one, earlier[0]))


def _goes_on(one: Any, earlier: list[Earlier]) -> bool:
    account = one.account
    after_the_books = account.balance == one.opening and account.balance_on <= one.opened_on
    return after_the_books or any(before.goes_on and before.closing == one.opening for before in earlier)


def _earlier(one: Any, of_this_file: list[Earlier]) -> list[Earlier]:
    """Give the latest statements that ended by the day on which this one begins, latest first."""
    rows = BankStatement.objects.filter(
        account=one.account, closed_on__lte=one.opened_on, closing_balance__isnull=False
    ).order_by("-closed_on", "-pk")[:LOOK_BACK]
    stored = [
        Earlier(row.account_id, row.closed_on, row.closing_balance, row.sequence, row.format)
        for row in rows
        if row.closing_balance is not None
    ]
    here = [
        before
        for before in reversed(of_this_file)
        if before.account_id == one.account.pk and before.closed_on <= one.opened_on
    ]
    return sorted([*here, *stored], key=lambda before: before.closed_on, reverse=True)[:LOOK_BACK]


def _gap(one: Any, before: Earlier) -> str:
    words = _(
        "%(iban)s: het afschrift van %(day)s begint met € %(opening)s, maar dat van %(before)s eindigde op "
        "€ %(closing)s. Er ontbreekt een afschrift."
    ) % {
        "iban": format_iban(one.account.iban),
        "day": f"{one.closed_on:%d-%m-%Y}",
        "before": f"{before.closed_on:%d-%m-%Y}",
        "opening": _euro(one.opening),
        "closing": _euro(before.closing),
    }
    missing = _missing(before, one)
    return f"{words} {missing}" if missing else words


def _missing(before: Earlier, one: Any) -> str:
    """Name the numbers between two statements, where the bank counts within a year."""
    last, now = before.sequence, one.start.sequence
    if not (last.isdigit() and now.isdigit()) or before.closed_on.year != one.closed_on.year:
        return ""
    if before.format != one.start.format or int(now) - int(last) < 2:
        return ""
    if int(now) - int(last) == 2:
        return _("Het gaat om nummer %(number)s.") % {"number": int(last) + 1}
    return _("Het gaat om de nummers %(first)s t/m %(last)s.") % {"first": int(last) + 1, "last": int(now) - 1}


def _euro(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
