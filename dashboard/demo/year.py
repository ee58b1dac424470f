"""What the customers of a company buy in a year, and when each of them pays: worked out beforehand, without database.

The same company, day and number of debtors give the same year.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from common.calendar import add_working_days, extend_to_working_day
from common.money import round_cents
from dashboard.demo import names
from dashboard.demo.companies import Company

DAYS = 365
# How a customer pays: part of all customers, and days after the due date between which his money comes.
HABITS = {
    "prompt": (0.42, -9, 1),
    "late": (0.24, 4, 13),
    "slow": (0.18, 15, 30),
    "stubborn": (0.10, 34, 62),
    "never": (0.06, 75, 110),
}
LATELY = 0.15  # part of the sales that fall in the last months for sure: business grows
# Late payers have invoices that reach a rung about now: how many of them, and how many days over the due date.
OVERDUE_NOW = ((0.6, 4, 8), (0.4, 10, 15), (0.3, 18, 24), (0.15, 32, 40))
LANGUAGES = ("nl",) * 24 + ("en", "en", "de")


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who buys on account."""

    number: str
    name: str
    kind: str
    address: names.Address
    attention: str
    kvk: str
    vat_number: str
    iban: str
    segment: str
    language: str
    contact: str
    email: str
    phone: str
    habit: str


@dataclass(frozen=True, slots=True)
class Money:
    """That a customer will pay for an invoice on a day; no amount: all that is open then."""

    day: date
    customer: str
    invoice: str
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sale:
    """An invoice."""

    customer: str
    number: str
    issued: date
    due: date
    amount: Decimal
    vat: Decimal
    about: str
    contract: str


@dataclass(slots=True)
class Year:
    """A year of a company."""

    customers: dict[str, Customer] = field(default_factory=dict)
    sales: list[Sale] = field(default_factory=list)
    money: list[Money] = field(default_factory=list)


def year_of(company: Company, today: date, *, debtors: int, rng: random.Random) -> Year:
    """Work out a year of a company that ends today."""
    year = Year()
    for place in range(debtors):
        customer = _customer(company, place, rng)
        year.customers[customer.number] = customer
    for issued, customer in sorted(_orders(company, year, today, rng), key=lambda order: (order[0], order[1].number)):
        sale = _sale(company, customer, issued, len(year.sales) + 1, rng)
        year.sales.append(sale)
        year.money += _payments(sale, customer, today, rng)
    year.money.sort(key=lambda money: (money.day, money.customer, money.invoice))
    return year


def _customer(company: Company, place: int, rng: random.Random) -> Customer:
    consumer = rng.random() < company.consumers
    contact, number = names.person(rng), f"{10001 + place}"
    surname = contact.split(" ", 1)[1]
    surname = surname[0].upper() + surname[1:]
    name = contact if consumer else company.trades[place % len(company.trades)].format(surname)
    domain = "post.example" if consumer else f"{names.mailbox(name)}.example"
    email = f"{names.mailbox(contact)}@{domain}" if consumer else f"administratie@{domain}"
    return Customer(
        number=number,
        name=name,
        kind="consumer" if consumer else "business",
        address=names.address(rng),
        attention="" if consumer or place % 3 else contact,
        kvk="" if consumer else names.kvk(rng),
        vat_number="" if consumer else names.vat_number(rng),
        iban=names.iban(rng),
        segment=company.segments[0] if consumer else rng.choice(company.segments[1:] or company.segments),
        language=rng.choice(LANGUAGES),
        contact=contact,
        email="" if place % 17 == 8 else email,
        phone=names.phone(rng),
        habit=rng.choices(list(HABITS), [part for part, _, _ in HABITS.values()])[0],
    )


def _orders(company: Company, year: Year, today: date, rng: random.Random) -> list[tuple[date, Customer]]:
    """Give when who buys: some often, some now and then."""
    orders = []
    for customer in year.customers.values():
        for _ in range(rng.randint(*company.sales_a_year)):
            lately = rng.random() < LATELY
            day = today - timedelta(days=rng.randint(1, 110 if lately else DAYS))
            orders.append((extend_to_working_day(day) if day < today - timedelta(days=6) else day, customer))
        if customer.habit != "prompt":
            overdue = (rng.randint(first, last) for chance, first, last in OVERDUE_NOW if rng.random() < chance)
            orders += [(today - timedelta(days=company.term_days + days), customer) for days in overdue]
    return orders


def _sale(company: Company, customer: Customer, issued: date, running: int, rng: random.Random) -> Sale:
    net = (
        Decimal(rng.randint(company.price[0] * 20, company.price[1] * 20)) / 20 * Decimal(rng.choice((1, 1, 1, "0.4")))
    )
    vat = round_cents(net * company.vat_percent / 100)
    about = rng.choice(company.about)
    return Sale(
        customer=customer.number,
        number=company.number(issued.year, running),
        issued=issued,
        due=issued + timedelta(days=company.term_days),
        amount=round_cents(net) + vat,
        vat=vat,
        about=about,
        contract=f"OC-{customer.number}" if company.contracts and "contract" in about else "",
    )


def _payments(sale: Sale, customer: Customer, today: date, rng: random.Random) -> list[Money]:
    """Give when an invoice is paid: mostly at once, sometimes in two parts, now and then a little short."""
    _, earliest, latest = HABITS[customer.habit]
    day = extend_to_working_day(max(sale.due + timedelta(days=rng.randint(earliest, latest)), sale.issued))
    if day >= today:
        return []
    chance = rng.random()
    if chance < 0.04:
        half = round_cents(sale.amount / 2)
        rest = add_working_days(day, rng.randint(8, 20))
        return [Money(day, customer.number, sale.number, half), Money(rest, customer.number, sale.number)]
    if chance < 0.05:
        return [Money(day, customer.number, sale.number, sale.amount - Decimal("1.75"))]
    return [Money(day, customer.number, sale.number)]
