"""Lines of bank statements as lists show them: those of a statement, and the work list of what is to be matched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock, identifiers
from dashboard import listing, reading
from dashboard.lists import asked as asked_of
from dashboard.rows import reasons
from dashboard.rows.badges import Badge
from dashboard.shell import Chip
from debtors.models import sort_key
from payments.models import BankAccount, BankLine, BankStatement
from payments.states import LineState, PaymentMethod
from tenants.access import TenantRequest

SORTS = {"dag": "booked_on", "bedrag": "amount", "naam": "name", "nr": "number"}
PER_PAGE = 100
# Which lines of the work list: what is to do, what was done today, what does not belong here, everything.
TO_DO, TODAY, OUTSIDE, ALL = "", "vandaag", "buiten", "alles"
STANDS = (TO_DO, TODAY, OUTSIDE, ALL)
OPEN = (LineState.NEW, LineState.PROPOSED, LineState.UNKNOWN)
DONE = (LineState.BOOKED, LineState.REVERSED)
BACK = "terug"  # a sort of line beside the states: money that went back
STATES: dict[str, Badge] = {
    LineState.NEW: Badge(LineState.NEW.label, "info", "hourglass"),
    LineState.PROPOSED: Badge(LineState.PROPOSED.label, "accent", "help-circle"),
    LineState.UNKNOWN: Badge(LineState.UNKNOWN.label, "warn", "search"),
    LineState.BOOKED: Badge(LineState.BOOKED.label, "good", "check"),
    LineState.REVERSED: Badge(LineState.REVERSED.label, "good", "arrow-back-up"),
    LineState.LEFT_OUT: Badge(LineState.LEFT_OUT.label, "neutral", "ban"),
}
WENT_BACK = Badge(gettext_lazy("geld ging terug"), "act", "arrow-back-up")
_MONEY = DecimalField(max_digits=14, decimal_places=2)
_NONE = Value(Decimal(0), output_field=_MONEY)


@dataclass(frozen=True)
class Row:
    """A line, and what became of it."""

    public_id: str
    number: int
    booked_on: date
    name: str
    iban: str
    description: str
    amount: Decimal
    state: Badge
    why: str
    what: str  # the debtor and the claims that it pays or would pay
    url: str
    payment_url: str
    undo_url: str
    back_url: str
    can_confirm: bool
    handled_at: datetime | None
    handled_by: str
    note: str
    statement: str
    statement_url: str


@dataclass(frozen=True)
class Totals:
    """What is under a list: over everything that the filter lets through."""

    count: int
    coming: Decimal
    going: Decimal

    @property
    def amount(self) -> Decimal:
        return self.coming + self.going


@dataclass(frozen=True)
class Asked:
    """What the address of a list asks for."""

    text: str
    stand: str
    state: str
    account: BankAccount | None
    since: date | None
    until: date | None

    @classmethod
    def of(cls, request: TenantRequest, today: date) -> "Asked":
        account = request.GET.get("rekening", "")[:14]
        return cls(
            text=asked_of.text_of(request),
            stand=listing.one_of(request, "stand", STANDS),
            state=listing.one_of(request, "soort", (*LineState.values, BACK)),
            account=BankAccount.objects.filter(public_id=account).first() if account else None,
            since=asked_of.day_of(request, "van", today=today),
            until=asked_of.day_of(request, "tot", today=today),
        )


def to_do() -> QuerySet[BankLine]:
    """Give the lines that somebody has to look at."""
    return BankLine.objects.filter(state__in=OPEN)


def found(asked: Asked, today: date) -> QuerySet[BankLine]:
    """Give the lines of the work list that an address asks for."""
    rows = {
        TO_DO: to_do,
        TODAY: lambda: BankLine.objects.filter(
            state__in=[*DONE, LineState.LEFT_OUT], handled_at__gte=clock.at_local_time(today, 0)
        ),
        OUTSIDE: lambda: BankLine.objects.filter(state=LineState.LEFT_OUT),
        ALL: BankLine.objects.all,
    }[asked.stand]()
    return narrowed(rows, asked)


def of_statement(statement: BankStatement, asked: Asked) -> QuerySet[BankLine]:
    """Give the lines of a statement that an address asks for."""
    return narrowed(BankLine.objects.filter(statement=statement), asked)


def narrowed(rows: QuerySet[BankLine], asked: Asked) -> QuerySet[BankLine]:
    """Give of some lines those that the filters let through."""
    if asked.state == BACK:
        rows = rows.filter(Q(is_reversal=True) | Q(amount__lt=0))
    elif asked.state:
        rows = rows.filter(state=asked.state)
    if asked.account:
        rows = rows.filter(statement__account=asked.account)
    if asked.since:
        rows = rows.filter(booked_on__gte=asked.since)
    if asked.until:
        rows = rows.filter(booked_on__lte=asked.until)
    return rows.filter(_matching(asked.text)) if asked.text else rows


def _matching(text: str) -> Q:
    plain = text.replace(" ", "").upper()
    wanted = (
        Q(name__icontains=text)
        | Q(description__icontains=text)
        | Q(iban__startswith=plain)
        | Q(reference=plain)
        | Q(debtor__number__istartswith=text)
        | Q(debtor__sort_name__contains=sort_key(text))
    )
    amount = reading.amount(text)
    return wanted | Q(amount__in=[amount, -amount]) if amount is not None else wanted


def totals(rows: QuerySet[BankLine]) -> Totals:
    """Add up a list."""
    summed = rows.aggregate(
        count=Count("pk"),
        coming=Coalesce(Sum("amount", filter=Q(amount__gt=0)), _NONE),
        going=Coalesce(Sum("amount", filter=Q(amount__lt=0)), _NONE),
    )
    return Totals(summed["count"], summed["coming"], summed["going"])


def rows_of(lines: Iterable[BankLine], kept: str = "") -> list[Row]:
    """Give lines as a list shows them; read them with `with_what_is_shown`. `kept`: the filters that go along."""
    return [_row(line, kept) for line in lines]


def with_what_is_shown(lines: QuerySet[BankLine]) -> QuerySet[BankLine]:
    """Give lines with what a row needs, so that no row asks for more."""
    return lines.select_related("debtor", "payment", "statement__account")


def _row(line: BankLine, kept: str) -> Row:
    undoable = line.state == LineState.BOOKED and line.payment is not None
    undoable = undoable and line.payment.method != PaymentMethod.DEBIT  # a collection is undone with its batch
    statement: Any = line.statement
    return Row(
        public_id=line.public_id,
        number=line.number,
        booked_on=line.booked_on,
        name=line.name or _("zonder naam"),
        iban=identifiers.format_iban(line.iban),
        description=line.description or line.reference,
        amount=line.amount,
        state=state(line),
        why=reasons.of_line(line),
        what=what(line),
        url=reverse("dashboard:matching_line", args=[line.public_id]) + kept,
        payment_url=reverse("dashboard:payment", args=[line.payment.public_id]) if line.payment else "",
        undo_url=reverse("dashboard:matching_undo", args=[line.public_id]) + kept if undoable else "",
        back_url=reverse("dashboard:matching_again", args=[line.public_id]) + kept
        if line.state == LineState.LEFT_OUT
        else "",
        can_confirm=line.state == LineState.PROPOSED and line.amount > 0,
        handled_at=line.handled_at,
        handled_by=line.handled_by,
        note=line.note,
        statement=f"{statement.account.name or identifiers.format_iban(statement.account.iban)}, {statement}",
        statement_url=reverse("dashboard:bank_statement", args=[statement.public_id]),
    )


def state(line: BankLine) -> Badge:
    """Give what became of a line as a badge: money that went back and waits stands out."""
    if line.is_reversal and line.state in OPEN:
        return WENT_BACK
    return STATES[line.state]


def what(line: BankLine) -> str:
    """Say whom a line is of, and which claims it pays or would pay."""
    who = f"{line.debtor.number} {line.debtor.name}" if line.debtor else ""
    numbers = numbers_of(line.match) if line.state in {LineState.PROPOSED, LineState.BOOKED} else ""
    return ": ".join(filter(None, [who, numbers]))


def numbers_of(match: Mapping[str, Any]) -> str:
    """Give the numbers of the claims of a match."""
    return ", ".join(str(claim["number"]) for claim in match.get("claims", ()))


def chips(request: TenantRequest, asked: Asked) -> list[Chip]:
    """Give the filters in force."""
    labels = {**{code: badge.label for code, badge in STATES.items()}, BACK: WENT_BACK.label}
    pieces = (
        (asked.text, f"“{asked.text}”", "q"),
        (asked.state, labels.get(asked.state, ""), "soort"),
        (asked.account, asked.account and identifiers.format_iban(asked.account.iban), "rekening"),
        (asked.since, asked.since and _("vanaf %(day)s") % {"day": f"{asked.since:%d-%m-%Y}"}, "van"),
        (asked.until, asked.until and _("t/m %(day)s") % {"day": f"{asked.until:%d-%m-%Y}"}, "tot"),
    )
    return [listing.chip(request, label, name) for is_on, label, name in pieces if is_on]


def state_options(chosen: str, *, codes: Iterable[str]) -> list[listing.Option]:
    """Give the choices of the filter by state."""
    choices = [(code, STATES[code].label) for code in codes]
    return listing.options([*choices, (BACK, WENT_BACK.label)], chosen)
