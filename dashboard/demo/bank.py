"""The bank of a company while its ladder runs: a statement a day, whose lines find their invoices or wait.

What customers pay comes as lines of statements and is booked by the same operations as real ones. Most write the number
of the invoice; some forget it, some mistype it. The bookkeeper confirms what is proposed; lately he lags behind.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from common.actor import Actor, the_clock
from common.calendar import is_working_day
from common.errors import DomainError
from common.money import ZERO, round_cents
from common.texts import sha256
from dashboard.demo import books, names
from dashboard.demo.stage import Stage, working_day_before
from dashboard.demo.year import Money
from debtors.models import Debtor
from invoices.models import Invoice
from payments import operations as payments
from payments.models import BankLine, Payment
from payments.statement import Balance, StatementEnd, StatementLine, StatementPart, StatementStart
from payments.states import LineState

BEHIND = 2  # working days whose lines nobody looked at yet
SUPPLIERS = ("Energie Direct B.V.", "Verhuur Kantoorpand De Haven", "Lease Nederland", "Belastingdienst", "KPN B.V.")
OTHERS = (("Belastingdienst", "Teruggave omzetbelasting"), ("Verzekeraar Noord", "Uitkering schade 88120"))


@dataclass(slots=True)
class Till:
    """The account of a company: what is on it, through which day, and what its lines really are."""

    rng: random.Random
    balance: Decimal
    until: date  # the last day of which a statement came
    number: int = 0
    meant: dict[str, tuple[str, dict[str, Decimal]]] = field(default_factory=dict)  # reference -> debtor, claims


def till_of(stage: Stage) -> Till:
    """Give the account of a company; it is the same every time."""
    rng = random.Random(f"bank {stage.company.slug}")  # noqa: S311 - the same account every time
    return Till(rng, Decimal(rng.randint(1_200_000, 4_800_000)) / 100, stage.live_on - timedelta(days=1))


def statement_comes_in(stage: Stage, till: Till, day: date) -> None:
    """Bring in the statement of a working day, with what came since the last one; then somebody works on its lines."""
    found = list(_movements(stage, till, day))
    by = stage.by(day, 17, 30)
    payments.import_statement(
        parts=_parts(stage, till, day, found),
        filename=f"CAMT053-{day:%Y%m%d}.xml",
        sha256=sha256(f"{stage.company.slug} {day}".encode()),
        by=by,
    )
    till.until = day
    clock = the_clock(stage.by(day, 17, 31).at)
    while payments.match_lines(by=clock):
        pass
    if day < _last_looked_at(stage):
        for line in BankLine.objects.filter(state__in=[LineState.PROPOSED, LineState.UNKNOWN]).order_by("pk"):
            _look_at(till, line, stage.by(day, 17, 45))


def _last_looked_at(stage: Stage) -> date:
    day = stage.today
    for _ in range(BEHIND):
        day = working_day_before(day)
    return day


def _parts(stage: Stage, till: Till, day: date, lines: Sequence[StatementLine]) -> Iterator[StatementPart]:
    opening, till.number = till.balance, till.number + 1
    till.balance += sum((line.amount for line in lines), start=ZERO)
    yield StatementStart(
        format="camt.053.001.08",
        iban=stage.company.letterhead["iban"],
        currency="EUR",
        bank_id=f"{day:%Y}-{till.number:03d}",
        sequence=f"{till.number}",
        opening=Balance(opening, day),
        closing=Balance(till.balance, day),
    )
    yield from lines
    yield StatementEnd(closing=Balance(till.balance, day))


def _movements(stage: Stage, till: Till, last: date) -> Iterator[StatementLine]:
    """Give what moved since the last statement: money of customers first, then the rest of a company's account."""
    day = till.until + timedelta(days=1)
    while day <= last:
        of_customer: dict[str, list[Money]] = defaultdict(list)
        for money in stage.money[day]:
            of_customer[money.customer].append(money)
        for number, moneys in of_customer.items():
            yield from _payment(till, number, moneys, day)
        if is_working_day(day):
            yield from _other(till, day)
        day += timedelta(days=1)
    if last == stage.last_worked_day:
        yield from _surprises(till, last)


def _payment(till: Till, number: str, moneys: Sequence[Money], day: date) -> Iterator[StatementLine]:
    """Give the line of a customer who pays some of his invoices."""
    open_ones = {one.number: one for one in Invoice.objects.open().filter(number__in=[m.invoice for m in moneys])}
    wanted = [(open_ones[money.invoice], money.amount) for money in moneys if money.invoice in open_ones]
    claims = {invoice.number: books.amount_of(invoice, amount, day) for invoice, amount in wanted}
    total = sum(claims.values(), start=ZERO)
    if not total:
        return
    debtor = Debtor.objects.get(number=number)
    reference = _reference(till, day)
    till.meant[reference] = (number, claims)
    name, text = _as_written(till, debtor, list(claims))
    yield StatementLine(
        booked_on=day,
        value_on=day,
        amount=total,
        name=name,
        iban=debtor.iban,
        description=text,
        bank_reference=reference,
    )


def _as_written(till: Till, debtor: Debtor, numbers: Sequence[str]) -> tuple[str, str]:
    """Give what a payer writes: mostly the numbers, now and then nothing of use, or one digit wrong."""
    chance, listed = till.rng.random(), ", ".join(numbers)
    if chance < 0.05:
        return debtor.name, "uw rekening"
    if chance < 0.09:
        return debtor.name, f"fact {_mistyped(listed)}"
    if chance < 0.12:
        return names.person(till.rng), f"betaling {listed} namens {debtor.name}"
    return debtor.name, f"{till.rng.choice(('Factuur', 'Factuurnr.', 'Betaling factuur', 'Inv'))} {listed}"


def _mistyped(text: str) -> str:
    """Swap the last two figures, as hurried fingers do."""
    return text if len(text) < 2 or text[-1] == text[-2] else f"{text[:-2]}{text[-1]}{text[-2]}"


def _reference(till: Till, day: date) -> str:
    return f"{day:%Y%m%d}{till.rng.randrange(10**8):08d}"


def _other(till: Till, day: date) -> Iterator[StatementLine]:
    """Give what is nothing for the debtors: suppliers, wages, now and then something that comes in."""
    if till.rng.random() < 0.6:
        amount = -Decimal(till.rng.randint(4_500, 190_000)) / 100
        yield _plain(till, day, amount, till.rng.choice(SUPPLIERS), f"Factuur {till.rng.randint(100000, 999999)}")
    if day.day == 25:
        yield _plain(till, day, Decimal("-9120.44"), "Salarissen", f"Batch lonen {day:%m-%Y}")
    if day.weekday() == 4:
        yield _plain(till, day, Decimal("-14.95"), "Zakelijk pakket", "Kosten van de bank")


def _plain(till: Till, day: date, amount: Decimal, name: str, text: str) -> StatementLine:
    iban = names.iban(till.rng)
    return StatementLine(
        booked_on=day,
        value_on=day,
        amount=amount,
        name=name,
        iban=iban,
        description=text,
        bank_reference=_reference(till, day),
    )


def _surprises(till: Till, day: date) -> Iterator[StatementLine]:
    """Give what makes somebody look: money that says nothing, a wrong number, a new account, money that goes back."""
    who, text = till.rng.choice(OTHERS)
    yield _plain(till, day, Decimal("312.50"), who, text)
    yield _plain(till, day, Decimal("88.00"), names.person(till.rng), "bedankt!")
    overdue = Invoice.objects.open().filter(due_date__lt=day, disputes=None, debtor__legal_state="")
    found = {one.debtor_id: one for one in overdue.select_related("debtor").order_by("-due_date", "pk")}
    texts = ("nota {typed}", "zoals afgesproken", "{number}, rest volgt")
    for place, (invoice, said) in enumerate(zip(list(found.values())[:3], texts, strict=False)):
        amount = invoice.open_amount if place < 2 else round_cents(invoice.open_amount / 2)
        written = said.format(number=invoice.number, typed=_mistyped(invoice.number))
        yield _plain(till, day, amount, invoice.debtor.name, written)  # from an account that nobody knows
    paid = Payment.objects.filter(reverses=None, reversals=None, bank_lines__state=LineState.BOOKED)
    if payment := paid.select_related("debtor").order_by("-received_on", "pk").first():
        assert payment.debtor is not None
        back = _plain(till, day, -payment.amount, payment.debtor.name, "Terugboeking")
        yield back._replace(iban=payment.payer_iban)


def _look_at(till: Till, line: BankLine, by: Actor) -> None:
    """Let the bookkeeper do what is right: he knows his customers. What the program refuses stays on the list."""
    if line.bank_reference not in till.meant:
        payments.leave_out(line=line, note="Geen debiteur", by=by)
        return
    number, meant = till.meant[line.bank_reference]
    found = {one.number: one for one in Invoice.objects.open().filter(number__in=list(meant))}
    amounts = {found[key]: min(amount, found[key].open_amount) for key, amount in meant.items() if key in found}
    try:
        payments.confirm_match(line=line, amounts=amounts, debtor=Debtor.objects.get(number=number), by=by)
    except DomainError:
        payments.confirm_match(line=line, amounts={}, debtor=Debtor.objects.get(number=number), by=by)
