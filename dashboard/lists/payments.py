"""The list of payments: what came in and went back, what each paid for, and what is not allocated yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, Count, DecimalField, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboard import listing, reading
from dashboard.lists import asked as asked_of
from dashboard.rows.badges import Badge
from dashboard.shell import Chip
from debtors.models import Debtor, sort_key
from payments.models import BankLine, BankStatement, Payment
from payments.states import PaymentMethod
from tenants.access import TenantRequest

SORTS = {"dag": "received_on", "bedrag": "amount", "debiteur": "debtor__sort_name", "vrij": "free"}
DEFAULT = "-dag"
MONEY = DecimalField(max_digits=14, decimal_places=2)
NONE = Value(Decimal(0), output_field=MONEY)


@dataclass(frozen=True)
class Row:
    """A payment, or the reversal of one."""

    public_id: str
    received_on: date
    debtor_number: str
    debtor_name: str
    debtor_url: str
    amount: Decimal
    allocated: Decimal
    free: Decimal
    method: str
    description: str
    payer: str
    state: Badge
    url: str


@dataclass(frozen=True)
class Totals:
    """What is under the list, over everything that the filter lets through; reversals are taken off."""

    count: int
    amount: Decimal
    free: Decimal


@dataclass(frozen=True)
class Asked:
    """What the address of the list asks for."""

    text: str
    debtor: Debtor | None
    since: date | None
    until: date | None
    method: str
    free: bool
    statement: BankStatement | None = None

    @classmethod
    def of(cls, request: TenantRequest, today: date) -> "Asked":
        return cls(
            text=asked_of.text_of(request),
            debtor=asked_of.debtor_of(request),
            since=asked_of.day_of(request, "van", today=today),
            until=asked_of.day_of(request, "tot", today=today),
            method=listing.one_of(request, "wijze", PaymentMethod.values),
            free=request.GET.get("vrij") == "1",
            statement=_statement(request),
        )


def _statement(request: TenantRequest) -> BankStatement | None:
    asked = request.GET.get("afschrift", "")[:14]
    return BankStatement.objects.filter(public_id=asked).first() if asked else None


def found(asked: Asked) -> QuerySet[Payment]:
    """Give the payments that an address asks for; `free` is what is not allocated and did not go back."""
    went_back = Exists(Payment.objects.filter(reverses=OuterRef("pk")))
    rows = Payment.objects.annotate(
        went_back=went_back,
        free=Case(
            When(Q(reverses=None) & ~Q(went_back), then=F("amount") - F("allocated") - F("refunded")),
            default=NONE,
            output_field=MONEY,
        ),
    )
    if asked.text:
        rows = rows.filter(_matching(asked.text))
    if asked.debtor:
        rows = rows.filter(debtor=asked.debtor)
    if asked.since:
        rows = rows.filter(received_on__gte=asked.since)
    if asked.until:
        rows = rows.filter(received_on__lte=asked.until)
    if asked.method:
        rows = rows.filter(method=asked.method)
    if asked.statement:
        lines = BankLine.objects.filter(statement=asked.statement).exclude(payment=None)
        rows = rows.filter(pk__in=lines.values("payment_id"))
    return rows.filter(free__gt=0) if asked.free else rows


def _matching(text: str) -> Q:
    wanted = (
        Q(description__icontains=text)
        | Q(payer_name__icontains=text)
        | Q(payer_iban=text.replace(" ", "").upper())
        | Q(debtor__number__istartswith=text)
        | Q(debtor__sort_name__contains=sort_key(text))
    )
    amount = reading.amount(text)
    return wanted | Q(amount=amount) if amount is not None else wanted


def totals(rows: QuerySet[Payment]) -> Totals:
    """Add up a list."""
    summed = rows.aggregate(count=Count("pk"), total=Coalesce(Sum("amount"), NONE), left=Coalesce(Sum("free"), NONE))
    return Totals(summed["count"], summed["total"], summed["left"])


def rows_of(payments: Iterable[Payment]) -> list[Row]:
    """Give payments as the list shows them."""
    return [_row(payment) for payment in payments]


def _row(payment: Payment) -> Row:
    debtor = payment.debtor
    is_reversal = payment.reverses_id is not None
    return Row(
        public_id=payment.public_id,
        received_on=payment.received_on,
        debtor_number=debtor.number if debtor else "",
        debtor_name=debtor.name if debtor else _("onbekend"),
        debtor_url=reverse("dashboard:debtor", args=[debtor.public_id]) if debtor else "",
        amount=payment.amount,
        allocated=payment.allocated,
        free=payment.free,  # type: ignore[attr-defined]  # annotated by found()
        method=payment.get_method_display(),
        description=payment.reason if is_reversal else payment.description,
        payer=payment.payer_name,
        state=state(
            payment,
            went_back=payment.went_back,  # type: ignore[attr-defined]
        ),
        url=reverse("dashboard:payment", args=[payment.public_id]),
    )


def state(payment: Payment, *, went_back: bool) -> Badge:
    """Give how a payment stands, as a badge."""
    if payment.reverses_id is not None:
        return Badge(_("terugboeking"), "warn", "arrow-back-up")
    if went_back:
        return Badge(_("teruggedraaid"), "neutral", "arrow-back-up")
    if payment.unallocated == payment.amount:
        return Badge(_("niet verdeeld"), "info", "wallet")
    if payment.unallocated:
        return Badge(_("deels verdeeld"), "info", "wallet")
    if payment.refunded:
        return Badge(_("gaat terug") if not payment.allocated else _("deels terug"), "neutral", "arrow-back-up")
    return Badge(_("verdeeld"), "good", "check")


def day_of(statement: BankStatement | None) -> str:
    """Give the day of a statement as it is written."""
    return f"{statement.closed_on:%d-%m-%Y}" if statement else ""


def chips(request: TenantRequest, asked: Asked) -> list[Chip]:
    """Give the filters in force."""
    pieces = (
        (asked.text, f"“{asked.text}”", "q"),
        (asked.debtor, asked.debtor and asked.debtor.name, "debiteur"),
        (asked.since, asked.since and _("vanaf %(day)s") % {"day": f"{asked.since:%d-%m-%Y}"}, "van"),
        (asked.until, asked.until and _("t/m %(day)s") % {"day": f"{asked.until:%d-%m-%Y}"}, "tot"),
        (asked.method, asked.method and PaymentMethod(asked.method).label, "wijze"),
        (asked.free, _("niet verdeeld"), "vrij"),
        (asked.statement, _("afschrift van %(day)s") % {"day": day_of(asked.statement)}, "afschrift"),
    )
    return [listing.chip(request, label, name) for is_on, label, name in pieces if is_on]
