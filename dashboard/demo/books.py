"""The books of a company: sales are registered, money comes in, and now and then something goes back."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from common.actor import Actor
from common.money import ZERO
from dashboard.demo.stage import Stage
from dashboard.demo.year import Money, Sale
from debtors.models import Debtor
from invoices import operations as claims
from invoices import queries as claim_queries
from invoices.models import Invoice
from payments import operations as payments


def keep_books(stage: Stage, first: date, last: date, *, by: Actor) -> None:
    """Register what was sold, and book what came in, from a day through a day."""
    sell(stage, first, last, by=by)
    for number in range((last - first).days + 1):
        _book(stage.money[first + timedelta(days=number)], by)


def sell(stage: Stage, first: date, last: date, *, by: Actor) -> None:
    """Register what was sold from a day through a day."""
    sales = [sale for sale in stage.year.sales if first <= sale.issued <= last]
    if sales:
        _register(sales, by)


def _register(sales: list[Sale], by: Actor) -> None:
    debtors = {one.number: one for one in Debtor.objects.filter(number__in={sale.customer for sale in sales})}
    drafts = [
        claims.InvoiceDraft(
            debtor=debtors[sale.customer],
            number=sale.number,
            issue_date=sale.issued,
            due_date=sale.due,
            sent_on=sale.issued,
            principal=sale.amount,
            vat_amount=sale.vat,
            description=sale.about,
            contract_ref=sale.contract,
            source="csv",
        )
        for sale in sales
    ]
    claims.register_invoices(drafts, by=by)


def _book(incoming: Iterable[Money], by: Actor) -> None:
    """Book the money of a day: what a customer pays for several invoices comes as one payment."""
    of_customer: dict[str, list[Money]] = defaultdict(list)
    for money in incoming:
        of_customer[money.customer].append(money)
    for number, moneys in of_customer.items():
        invoices = {one.number: one for one in Invoice.objects.open().filter(number__in=[m.invoice for m in moneys])}
        asked = [(invoices[m.invoice], m.amount) for m in moneys if m.invoice in invoices]
        amount = sum((amount_of(invoice, wanted, moneys[0].day) for invoice, wanted in asked), start=ZERO)
        if amount:
            debtor = Debtor.objects.get(number=number)
            payments.book_payment(
                debtor=debtor,
                amount=amount,
                received_on=moneys[0].day,
                designated=[invoice for invoice, _ in asked],
                payer_name=debtor.name,
                payer_iban=debtor.iban,
                description="Factuur " + ", ".join(invoice.number for invoice, _ in asked),
                by=by,
            )


def amount_of(invoice: Invoice, wanted: Decimal | None, day: date) -> Decimal:
    """Give what a customer pays: most what a letter asks; one in three leaves interest and costs out."""
    if wanted is not None:
        return min(wanted, Decimal(invoice.principal_open))
    due = claim_queries.amount_due(invoice, day)
    principal: Decimal = invoice.principal_open
    return principal if invoice.pk % 3 == 0 else due.total
