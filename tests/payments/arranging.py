"""What stories about paying in parts share."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from common.actor import Actor, ActorKind
from debtors.models import Debtor
from invoices.models import Invoice
from payments import instalments
from payments import operations as money
from payments.models import Arrangement, Payment
from tests import nights

MONDAY = date(2026, 3, 2)


def on(day: date, hour: int = 10) -> Actor:
    return nights.bookkeeper(nights.at(day, hour))


def debtor_himself(debtor: Debtor, day: date, hour: int = 10) -> Actor:
    return Actor(ActorKind.USER, nights.at(day, hour), debtor.public_id, debtor.name)


def schedule(total: str, months: int, first_on: date) -> list[tuple[date, Decimal]]:
    return [tuple(part) for part in instalments.plan(Decimal(total), months=months, first_on=first_on)]  # type: ignore[misc]


def propose(
    debtor: Debtor, invoices: Sequence[Invoice], total: str, *, months: int = 3, first_on: date, day: date, **more: Any
) -> Arrangement:
    """Let a debtor propose by himself."""
    return money.propose_arrangement(
        debtor=debtor,
        invoices=invoices,
        schedule=schedule(total, months, first_on),
        by=debtor_himself(debtor, day),
        by_debtor=True,
        **more,
    )


def pay(debtor: Debtor, amount: str, day: date, **more: Any) -> Payment:
    return money.book_payment(debtor=debtor, amount=Decimal(amount), received_on=day, by=on(day), **more)


def states(arrangement: Arrangement) -> list[str]:
    return list(arrangement.instalments.order_by("number").values_list("state", flat=True))


def state(arrangement: Arrangement) -> str:
    return Arrangement.objects.get(pk=arrangement.pk).state
