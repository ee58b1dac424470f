"""Makes lines of a bank statement, as an import would have left them."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from payments.models import BankAccount, BankLine, BankStatement

DAY = date(2026, 3, 2)
OURS = "NL44RABO0123456789"
_numbers = count(1)


def statement(*, iban: str = OURS, is_g_account: bool = False) -> BankStatement:
    """Make a statement to which lines can be added."""
    account, _ = BankAccount.objects.get_or_create(iban=iban, defaults={"is_g_account": is_g_account})
    number = next(_numbers)
    return BankStatement.objects.create(
        account=account,
        format="camt.053.001.02",
        sha256=f"{number:064d}",
        fingerprint=f"{number:064d}",
        closed_on=DAY,
        opening_balance=0,
        closing_balance=0,
    )


def line(amount: str, text: str = "", *, on: date = DAY, of: BankStatement | None = None, **fields: Any) -> BankLine:
    """Make a line that waits to be matched; money in is positive."""
    number = next(_numbers)
    return BankLine.objects.create(
        statement=of or BankStatement.objects.order_by("pk").last() or statement(),
        number=number,
        fingerprint=f"{number:064d}",
        booked_on=on,
        value_on=fields.pop("value_on", on),
        amount=Decimal(amount),
        description=text,
        **fields,
    )
