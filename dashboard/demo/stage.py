"""What every part of the demo works with: the company, its people, its year, and moments in it."""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from common import clock
from common.actor import Actor, ActorKind
from common.calendar import is_working_day
from correspondence.channels import Envelope, Receipt
from dashboard.demo.companies import Company
from dashboard.demo.year import Money, Year
from debtors.models import Debtor
from invoices.models import Invoice
from tenants.models import User

# Hands a message over; where it is None, messages are only noted as sent: nobody waits for mail of months ago.
Send = Callable[[Envelope], Receipt]


@dataclass(slots=True)
class Stage:
    """One company while its year is played."""

    company: Company
    year: Year
    today: date
    weeks: int
    rng: random.Random
    owner: User
    bookkeeper: User
    money: dict[date, list[Money]] = field(default_factory=lambda: defaultdict(list))
    settled: set[str] = field(default_factory=set)  # things done once

    def __post_init__(self) -> None:
        for money in self.year.money:
            self.money[money.day].append(money)

    @property
    def first_day(self) -> date:
        """The day before the first sale: the administration is opened."""
        return min((sale.issued for sale in self.year.sales), default=self.live_on) - timedelta(days=1)

    @property
    def live_on(self) -> date:
        """The Monday on which the ladder was switched on."""
        day = self.today - timedelta(weeks=self.weeks)
        return day - timedelta(days=day.weekday())

    @property
    def last_worked_day(self) -> date:
        """The last working day that is over."""
        return working_day_before(self.today)

    def by(self, day: date, hour: int, minute: int = 0, *, owner: bool = False) -> Actor:
        """Give the bookkeeper, or the owner, at a moment."""
        user = self.owner if owner else self.bookkeeper
        return Actor(ActorKind.USER, clock.at_local_time(day, hour, minute), user.public_id, user.name)

    def debtor(self, number: str) -> Debtor:
        return Debtor.objects.get(number=number)

    def invoice(self, number: str) -> Invoice:
        return Invoice.objects.select_related("debtor").get(number=number)

    def pays(self, day: date, invoice: Invoice, *, customer: str) -> None:
        """Let a customer pay for an invoice on a day to come."""
        if day < self.today:
            self.money[day].append(Money(day, customer, invoice.number))


def working_day_before(day: date) -> date:
    """Give the last working day before a day."""
    day -= timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day
