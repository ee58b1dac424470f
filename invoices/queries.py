"""What is owed: the one answer that letters, pages, dossiers and the ladder use."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, Sum

from common.money import ZERO
from invoices import balance
from invoices.models import Attachment, ClaimTerms, CreditNote, Invoice, OfferedAmount, Settlement
from invoices.states import ChargeKind
from law import interest


def claim_terms() -> ClaimTerms:
    """Give the terms of the active tenant, or the defaults while he has set none."""
    return ClaimTerms.objects.first() or ClaimTerms()


def interest_terms(invoice: Invoice, terms: ClaimTerms) -> interest.InterestTerms:
    """Give which interest runs on a claim and how it is counted.

    Consumers: statutory (art. 6:119 BW), whatever was agreed: a higher agreed rate may be an unfair term, and with it
    the statutory one would be lost too. Business: the agreed rate, else statutory for trade (6:119a).
    """
    day_count = {
        "actual_actual": interest.DayCount.ACTUAL_ACTUAL,
        "actual_365": interest.DayCount.ACTUAL_365,
    }[terms.day_count]
    if invoice.acted_as_consumer:
        return interest.InterestTerms(interest.InterestKind.CONSUMER, day_count)
    if terms.contractual_percent is None:
        return interest.InterestTerms(interest.InterestKind.TRADE, day_count)
    return interest.InterestTerms(
        interest.InterestKind.CONTRACTUAL,
        day_count,
        contractual_percent=terms.contractual_percent,
        agreed_compounding=interest.Compounding.YEARLY if terms.contractual_compounds else interest.Compounding.NEVER,
    )


def interest_through(
    invoice: Invoice, day: date, terms: ClaimTerms, rows: Sequence[Settlement] | None = None
) -> interest.InterestCalculation | None:
    """Give the interest on a claim from the start of default through a day, or None where none runs yet.

    `rows` are its settlements in order, where the caller has read those of many claims at once.
    """
    if invoice.default_since is None or day < invoice.default_since:
        return None
    rows = list(invoice.settlements.order_by("booked_on", "pk")) if rows is None else rows
    went_back = {row.reverses_id for row in rows}
    reductions = [
        interest.Reduction(
            row.booked_on, row.to_principal, row.to_interest, row.reverses_id is not None or row.pk in went_back
        )
        for row in rows
        if row.booked_on <= day
    ]
    return balance.running_interest(
        principal=invoice.principal,
        first_day=invoice.default_since,
        through=day,
        terms=interest_terms(invoice, terms),
        reductions=reductions,
    )


def charged_parts(invoice: Invoice) -> balance.Parts:
    """Give what is open on the ledger of a claim."""
    return balance.Parts(invoice.costs_open, invoice.interest_open, invoice.principal_open)


def parts_due(invoice: Invoice, day: date) -> balance.Parts:
    """Give what is open on the ledger of a claim and was charged by a day: earlier money does not pay later costs."""
    parts = charged_parts(invoice)
    if not parts.costs:
        return parts
    later = invoice.charges.exclude(kind=ChargeKind.INTEREST).filter(booked_on__gt=day)
    return replace(parts, costs=max(ZERO, parts.costs - (later.aggregate(total=Sum("amount"))["total"] or ZERO)))


def running_offer(invoice: Invoice, day: date) -> OfferedAmount | None:
    """Give the letter's amount that counts on a day, if a letter's term runs."""
    return invoice.offers.filter(from_day__lte=day, until_day__gte=day).order_by("-until_day").first()


def amount_due(invoice: Invoice, day: date, terms: ClaimTerms | None = None) -> balance.AmountDue:
    """Give what is owed on a claim on a day: the one function for letters, pages, API and dossier.

    Interest that runs counts in the total from when it has been claimed by a letter; before that it is only shown.
    While the term of a letter runs, the letter's amount is what is owed (less what was paid of it since).
    """
    terms = terms or claim_terms()
    calculation = interest_through(invoice, day, terms) if invoice.is_open else None
    offer = running_offer(invoice, day) if invoice.is_open else None
    return _amount_due(invoice, day, calculation, offer)


def amounts_due(invoices: Sequence[Invoice], day: date) -> dict[int, balance.AmountDue]:
    """Give what is owed on many claims on a day, by id of the invoice; in a fixed number of queries."""
    ids = [invoice.pk for invoice in invoices]
    terms = claim_terms()
    settlements: dict[int, list[Settlement]] = defaultdict(list)
    for row in Settlement.objects.filter(invoice__in=ids).order_by("booked_on", "pk"):
        settlements[row.invoice_id].append(row)
    running = OfferedAmount.objects.filter(invoice__in=ids, from_day__lte=day, until_day__gte=day)
    offers = {offer.invoice_id: offer for offer in running.order_by("until_day")}
    return {
        invoice.pk: _amount_due(
            invoice,
            day,
            interest_through(invoice, day, terms, settlements[invoice.pk]) if invoice.is_open else None,
            offers.get(invoice.pk) if invoice.is_open else None,
        )
        for invoice in invoices
    }


def _amount_due(
    invoice: Invoice, day: date, calculation: interest.InterestCalculation | None, offer: OfferedAmount | None
) -> balance.AmountDue:
    charged = charged_parts(invoice)
    return balance.AmountDue(
        day=day,
        charged=charged,
        interest_running=max(ZERO, calculation.total - invoice.interest_total) if calculation else ZERO,
        interest_claimed=invoice.interest_until is not None,
        offered=min(offer.amount, charged.total) if offer else None,
        offered_until=offer.until_day if offer else None,
        calculation=calculation,
    )


def unallocated_credit(debtor_id: int) -> Decimal:
    """Give what is left of a debtor's credit notes; cancelled ones do not count."""
    rows = CreditNote.objects.filter(debtor_id=debtor_id, cancelled_on=None)
    return rows.aggregate(rest=Sum(F("amount") - F("allocated")))["rest"] or ZERO


def attachment_content(attachment_id: int) -> bytes:
    """Give the frozen bytes of a file that belongs to an invoice or credit note."""
    return bytes(Attachment.objects.get(pk=attachment_id).content)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a debtor pays: how many invoices he settled in a year and how late on average, and the year before."""

    settled: int
    days_late: int | None
    settled_before: int
    days_late_before: int | None

    @property
    def trend(self) -> int | None:
        """How many days later he pays than the year before; None where there is too little to compare."""
        if self.settled < 3 or self.settled_before < 3 or self.days_late is None or self.days_late_before is None:
            return None
        return self.days_late - self.days_late_before


def payment_behaviour(debtor_id: int, day: date) -> Behaviour:
    """Give how a debtor paid what he settled in the year before a day, and in the year before that."""
    year = timedelta(days=365)
    late = ExpressionWrapper(F("settled_on") - F("due_date"), output_field=DurationField())
    this, before = Q(settled_on__gt=day - year), Q(settled_on__lte=day - year)
    found = Invoice.objects.filter(debtor_id=debtor_id, settled_on__gt=day - 2 * year, settled_on__lte=day).aggregate(
        settled=Count("id", filter=this),
        late=Avg(late, filter=this),
        settled_before=Count("id", filter=before),
        late_before=Avg(late, filter=before),
    )
    return Behaviour(found["settled"], _days(found["late"]), found["settled_before"], _days(found["late_before"]))


def _days(length: timedelta | None) -> int | None:
    return None if length is None else round(length / timedelta(days=1))
