"""The bank accounts of the tenant with their statements: how far they go, and what is still to be matched."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import identifiers
from common.calendar import DAY, is_working_day
from dashboard import listing
from dashboard.lists import asked as asked_of
from dashboard.lists.bank_lines import DONE, OPEN
from dashboard.rows.badges import Badge
from dashboard.shell import Chip
from dunning.freshness import bank_is_stale
from payments.models import BankAccount, BankLine, BankStatement
from tenants.access import TenantRequest

SORTS = {"dag": "closed_on", "rekening": "account__iban", "ingelezen": "imported_at"}
DEFAULT = "-dag"
_MONEY = DecimalField(max_digits=14, decimal_places=2)
_NONE = Value(Decimal(0), output_field=_MONEY)


@dataclass(frozen=True)
class Account:
    """An account, how far its statements go, and what is to do."""

    public_id: str
    name: str
    iban: str
    balance: Decimal | None
    balance_on: date | None
    freshness: Badge
    is_behind: bool
    is_g_account: bool
    to_do: int
    to_do_amount: Decimal
    url: str
    to_do_url: str
    statements_url: str


@dataclass(frozen=True)
class Statement:
    """A statement in the list."""

    public_id: str
    url: str
    account: str
    name: str
    first_day: date | None
    last_day: date
    opening: Decimal | None  # a notification (CAMT.052, .054) has no balances
    closing: Decimal | None
    lines: int
    matched: int
    left_out: int
    to_do: int
    warning: str
    imported_at: datetime
    imported_by: str
    filename: str
    format: str

    @property
    def period(self) -> str:
        """The days that it is about, as one text."""
        last = f"{self.last_day:%d-%m-%Y}"
        if self.first_day is None or self.first_day == self.last_day:
            return last
        return f"{self.first_day:%d-%m} – {last}"


@dataclass(frozen=True)
class Asked:
    """What the address of the list asks for."""

    account: BankAccount | None
    since: date | None
    until: date | None
    todo: bool

    @classmethod
    def of(cls, request: TenantRequest, today: date) -> "Asked":
        account = request.GET.get("rekening", "")[:14]
        return cls(
            account=BankAccount.objects.filter(public_id=account).first() if account else None,
            since=asked_of.day_of(request, "van", today=today),
            until=asked_of.day_of(request, "tot", today=today),
            todo=request.GET.get("open") == "1",
        )


def accounts(day: date) -> list[Account]:
    """Give every account; in two queries."""
    rows = BankLine.objects.filter(state__in=OPEN).values("statement__account_id")
    summed = rows.annotate(count=Count("pk"), amount=Sum("amount"))
    waiting = {row["statement__account_id"]: (row["count"], row["amount"]) for row in summed}
    found = BankAccount.objects.order_by("is_g_account", "iban", "pk")
    return [_account(row, day, *waiting.get(row.pk, (0, Decimal(0)))) for row in found]


def _account(row: BankAccount, day: date, to_do: int, amount: Decimal) -> Account:
    is_behind, freshness = fresh(row.balance_on, day)
    return Account(
        public_id=row.public_id,
        name=row.name or _("Bankrekening"),
        iban=identifiers.format_iban(row.iban),
        balance=row.balance,
        balance_on=row.balance_on,
        freshness=freshness,
        is_behind=is_behind,
        is_g_account=row.is_g_account,
        to_do=to_do,
        to_do_amount=amount,
        url=reverse("dashboard:bank_account", args=[row.public_id]),
        to_do_url=f"{reverse('dashboard:matching')}?rekening={row.public_id}",
        statements_url=f"{reverse('dashboard:bank')}?rekening={row.public_id}",
    )


def fresh(balance_on: date | None, day: date) -> tuple[bool, Badge]:
    """Tell whether statements of an account are missing, with the words for how far they go."""
    if balance_on is None:
        return True, Badge(_("nog geen afschrift"), "warn", "clock")
    behind = working_days_between(balance_on, day)
    if bank_is_stale(balance_on, day):
        words = ngettext("%(n)s werkdag achter", "%(n)s werkdagen achter", behind) % {"n": behind}
        return True, Badge(words, "warn", "alert-triangle")
    return False, Badge(_("bij"), "good", "check")


def working_days_between(first: date, last: date) -> int:
    """Give how many working days are over since a day: that day and the last one do not count."""
    days = max(0, (last - first).days - 1)
    if days > 60:  # weeks behind is weeks behind: no need to know the holidays
        return days * 5 // 7
    return sum(is_working_day(first + DAY * (number + 1)) for number in range(days))


def found(asked: Asked) -> QuerySet[BankStatement]:
    """Give the statements that an address asks for."""
    rows = BankStatement.objects.select_related("account")
    if asked.account:
        rows = rows.filter(account=asked.account)
    if asked.since:
        rows = rows.filter(closed_on__gte=asked.since)
    if asked.until:
        rows = rows.filter(closed_on__lte=asked.until)
    if asked.todo:
        rows = rows.filter(pk__in=BankLine.objects.filter(state__in=OPEN).values("statement_id"))
    return rows


def statements(rows: Iterable[BankStatement]) -> list[Statement]:
    """Give statements as the list shows them; one query for what became of all their lines."""
    held = list(rows)
    counted = BankLine.objects.filter(statement__in=held).values("statement_id")
    counts = counted.annotate(
        matched=Count("pk", filter=Q(state__in=DONE)),
        left_out=Count("pk", filter=Q(state="left_out")),
        to_do=Count("pk", filter=Q(state__in=OPEN)),
    )
    by_id: dict[int, dict[str, Any]] = {row["statement_id"]: dict(row) for row in counts}
    return [_statement(row, by_id.get(row.pk, {})) for row in held]


def _statement(row: BankStatement, counts: dict[str, Any]) -> Statement:
    account: Any = row.account
    return Statement(
        public_id=row.public_id,
        url=reverse("dashboard:bank_statement", args=[row.public_id]),
        account=account.name or identifiers.format_iban(account.iban),
        name=row.bank_id or row.sequence or f"{row.closed_on:%d-%m-%Y}",
        first_day=row.opened_on,
        last_day=row.closed_on,
        opening=row.opening_balance,
        closing=row.closing_balance,
        lines=row.line_count,
        matched=counts.get("matched", 0),
        left_out=counts.get("left_out", 0),
        to_do=counts.get("to_do", 0),
        warning="" if row.follows else _("sluit niet aan"),
        imported_at=row.imported_at,
        imported_by=row.imported_by,
        filename=row.filename,
        format=row.format,
    )


def chips(request: TenantRequest, asked: Asked) -> list[Chip]:
    """Give the filters in force."""
    pieces = (
        (asked.account, asked.account and identifiers.format_iban(asked.account.iban), "rekening"),
        (asked.since, asked.since and _("vanaf %(day)s") % {"day": f"{asked.since:%d-%m-%Y}"}, "van"),
        (asked.until, asked.until and _("t/m %(day)s") % {"day": f"{asked.until:%d-%m-%Y}"}, "tot"),
        (asked.todo, _("met regels om af te letteren"), "open"),
    )
    return [listing.chip(request, label, name) for is_on, label, name in pieces if is_on]


@dataclass(frozen=True)
class Sums:
    """How the lines of a statement lead from its opening to its closing balance."""

    opening: Decimal | None
    coming: Decimal
    going: Decimal
    known: Decimal  # of lines that an earlier file held
    known_lines: int
    closing: Decimal | None
    difference: Decimal  # that somebody accepted: the bank's own sum was wrong
    before: Decimal | None  # where the statement before it ended
    gap: Decimal  # between that and this opening balance


def sums(statement: BankStatement) -> Sums:
    """Add a statement up; in two queries."""
    rows = BankLine.objects.filter(statement=statement).aggregate(
        coming=Coalesce(Sum("amount", filter=Q(amount__gt=0)), _NONE),
        going=Coalesce(Sum("amount", filter=Q(amount__lt=0)), _NONE),
    )
    opening, closing, before = statement.opening_balance, statement.closing_balance, _before(statement)
    moved = closing - opening if opening is not None and closing is not None else rows["coming"] + rows["going"]
    return Sums(
        opening=opening,
        coming=rows["coming"],
        going=rows["going"],
        known=moved - rows["coming"] - rows["going"] - statement.difference,
        known_lines=statement.known_lines,
        closing=closing,
        difference=statement.difference,
        before=before,
        gap=opening - before if before is not None and opening is not None else Decimal(0),
    )


def _before(statement: BankStatement) -> Decimal | None:
    """Give where the statement of the same account before this one ended."""
    rows = BankStatement.objects.filter(account_id=statement.account_id).exclude(closing_balance=None)
    earlier = rows.filter(
        Q(closed_on__lt=statement.closed_on) | Q(closed_on=statement.closed_on, pk__lt=statement.pk)
    ).order_by("-closed_on", "-pk")
    return earlier.values_list("closing_balance", flat=True).first()
