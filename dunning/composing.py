"""Makes the frozen content of a notice from what the database holds: whom it is for, what it lists, what it asks."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from common.calendar import DAY
from common.money import ZERO
from correspondence import content
from debtors.models import Debtor
from dunning import queries
from dunning.models import Notice, NoticeLine, Step
from invoices import queries as invoice_queries
from invoices.models import Charge, Invoice, Settlement
from invoices.states import SettlementKind
from law import interest
from law.rates import InterestKind
from tenants.models import Letterhead

FRIENDLY = frozenset({"courtesy", "reminder", "second_reminder"})


def compose(
    notice: Notice, *, day: date, pay_by: date | None, channel: str, email_copy: bool, invoices_attached: bool
) -> content.NoticeContent:
    """Give what a notice says when it leaves on a day, by a channel; its lines must hold the amounts of that day."""
    lines = list(notice.lines.select_related("invoice", "case").order_by("invoice__due_date", "invoice_id"))
    debtor = notice.debtor
    letterhead = Letterhead.objects.get()
    asked = asked_of(notice, lines)
    items = _items(asked, day)
    payable = _payable(notice, asked, letterhead)
    return content.NoticeContent(
        kind=content.Kind(notice.kind),
        variant=content.Variant(notice.variant),
        language=notice.language,
        dispatch_date=day,
        notice_reference=notice.public_id,
        term_days=notice.term_days,
        pay_by=pay_by,
        channel=content.Channel(channel),
        email_copy=email_copy,
        invoices_attached=invoices_attached,
        sender=_sender(letterhead),
        recipient=_recipient(debtor),
        items=items,
        upcoming=() if _stands_alone(notice) else _upcoming(debtor, {line.invoice_id for line in asked}, day),
        credit=ZERO if _stands_alone(notice) else notice.credit,
        payable=payable,
        announcement=_announcement(notice, payable.total),
        interest_lines=_interest_lines(asked, day),
        interest_kind=_interest_kind(notice),
        day_count=_day_count(),
        payments_until=queries.payments_until(day),
        earlier_letters=_earlier_letters(lines, notice),
    )


def asked_of(notice: Notice, lines: Sequence[NoticeLine]) -> list[NoticeLine]:
    """Give the lines that a notice asks to be paid: what is only announced beside them is not."""
    return [line for line in lines if notice.kind == "courtesy" or line.rung_kind != "courtesy"]


def _stands_alone(notice: Notice) -> bool:
    return notice.kind == "fourteen_day_letter"


def _sender(letterhead: Letterhead) -> content.Sender:
    names = (field for field in content.Sender.__dataclass_fields__)
    return content.Sender(**{name: getattr(letterhead, name) for name in names})


def _recipient(debtor: Debtor) -> content.Recipient:
    names = ("name", "attention", "street", "postcode", "city", "country")
    return content.Recipient(debtor_number=debtor.number, **{name: getattr(debtor, name) for name in names})


def _items(lines: Sequence[NoticeLine], day: date) -> tuple[content.Item, ...]:
    paid = _paid_by_invoice([line.invoice_id for line in lines])
    return tuple(_item(line, paid[line.invoice_id], day) for line in lines)


def _paid_by_invoice(invoice_ids: Sequence[int]) -> dict[int, Decimal]:
    """Give what payments took off the principal of each invoice; credit and the rest is what else came off."""
    rows = Settlement.objects.filter(
        invoice__in=invoice_ids, kind__in=[SettlementKind.PAYMENT, SettlementKind.PREPAID]
    ).values_list("invoice_id")
    return defaultdict(lambda: ZERO, rows.annotate(paid=Sum("to_principal")))


def _item(line: NoticeLine, paid: Decimal, day: date) -> content.Item:
    invoice = line.invoice
    disputed = invoice.principal_open - line.principal
    return content.Item(
        invoice_number=invoice.number,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        description=invoice.description,
        principal=invoice.principal,
        paid=paid,
        credited=invoice.principal - invoice.principal_open - paid,
        disputed=disputed,
        open_principal=line.principal,
        interest=line.interest,
        costs=line.costs,
        total=line.total,
        days_overdue=invoice.days_overdue(day),
        rung_kind=content.Kind(line.rung_kind),
        takes_step=line.takes_step,
    )


def _payable(notice: Notice, lines: Sequence[NoticeLine], letterhead: Letterhead) -> content.Payable:
    return content.Payable(
        total=sum((line.total for line in lines), start=ZERO),
        principal=sum((line.principal for line in lines), start=ZERO),
        interest=sum((line.interest for line in lines), start=ZERO),
        costs=sum((line.costs for line in lines), start=ZERO),
        costs_vat=_costs_vat(lines),
        reference=_reference(notice, [line.invoice for line in lines]),
        iban=letterhead.iban,
        bic=letterhead.bic,
        account_holder=letterhead.account_holder,
    )


def _costs_vat(lines: Sequence[NoticeLine]) -> Decimal:
    """Give the VAT in the costs that are asked: proposed now, or charged before; shown apart from the costs."""
    charged = Charge.objects.filter(invoice__in=[line.invoice_id for line in lines if line.costs], kind="costs_vat")
    before = charged.aggregate(total=Sum("amount"))["total"] or ZERO
    return sum((line.costs_vat_proposed for line in lines), start=before)


def _reference(notice: Notice, invoices: Sequence[Invoice]) -> str:
    """Give what the debtor must state: the reference of a single invoice, else his number and the numbers that fit."""
    if len(invoices) == 1:
        return invoices[0].payment_reference or invoices[0].number
    numbers = " ".join(invoice.number for invoice in invoices)
    full = f"{notice.debtor.number} / {numbers}"
    return full if len(full) <= 35 else f"{notice.debtor.number} / {notice.public_id}"


def _upcoming(debtor: Debtor, listed: set[int], day: date) -> tuple[content.Upcoming, ...]:
    rows = Invoice.objects.open().filter(debtor=debtor, due_date__gte=day).exclude(pk__in=listed)
    return tuple(
        content.Upcoming(invoice_number=row.number, due_date=row.due_date, amount=row.open_amount)
        for row in rows.order_by("due_date", "pk")[:20]
    )


def _announcement(notice: Notice, total: Decimal) -> content.CostsAnnouncement | None:
    if not notice.announced_costs:
        return None
    return content.CostsAnnouncement(
        costs=notice.announced_costs,
        vat=notice.announced_vat,
        vat_reason=bool(notice.announced_vat),
        total_with_costs=total + notice.announced_costs + notice.announced_vat,
    )


def _interest_lines(lines: Sequence[NoticeLine], day: date) -> tuple[content.InterestLine, ...]:
    """Give the calculation of the interest that is asked, over the whole time, for invoices that carry any."""
    terms = invoice_queries.claim_terms()
    specified: list[content.InterestLine] = []
    for line in lines:
        calculation = invoice_queries.interest_through(line.invoice, day, terms) if line.interest else None
        specified += [_interest_line(line.invoice, row) for row in calculation.lines] if calculation else []
    return tuple(specified)


def _interest_line(invoice: Invoice, row: interest.InterestLine) -> content.InterestLine:
    return content.InterestLine(
        invoice_number=invoice.number,
        first_day=row.start,
        last_day=row.end - DAY,
        base=row.base,
        percent=row.percent,
        days=row.days,
        amount=row.amount,
    )


def _interest_kind(notice: Notice) -> content.InterestKind:
    if notice.variant == "consumer":
        return content.InterestKind.CONSUMER
    kind = queries.rules_interest(consumer=False).kind
    return content.InterestKind.CONTRACTUAL if kind is InterestKind.CONTRACTUAL else content.InterestKind.TRADE


def _day_count() -> content.DayCount:
    return content.DayCount(queries.rules_interest(consumer=True).day_count.value)


def _earlier_letters(lines: Sequence[NoticeLine], notice: Notice) -> tuple[content.EarlierLetter, ...]:
    """Give the letters that went before about these claims, once each, oldest first."""
    cases = [line.case_id for line in lines if line.takes_step]
    rows: Any = (
        Step.objects.filter(case__in=cases, undelivered_on=None, joined=False, notice__isnull=False)
        .exclude(notice=notice)
        .values_list("notice__kind", "dispatched_on")
        .distinct()
        .order_by("dispatched_on")
    )
    return tuple(
        content.EarlierLetter(kind=content.Kind(kind), sent_on=on) for kind, on in rows if kind not in {"courtesy"}
    )
