"""What is owed: the one answer that letters, pages, dossiers and the ladder use."""

from datetime import date
from decimal import Decimal

from django.db.models import F, Sum

from common.money import ZERO
from invoices import balance
from invoices.models import Attachment, ClaimTerms, CreditNote, Invoice, OfferedAmount
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


def interest_through(invoice: Invoice, day: date, terms: ClaimTerms) -> interest.InterestCalculation | None:
    """Give the interest on a claim from the start of default through a day, or None where none runs yet."""
    if invoice.default_since is None or day < invoice.default_since:
        return None
    reductions = [
        interest.Reduction(row.booked_on, row.to_principal, row.to_interest)
        for row in invoice.settlements.order_by("booked_on", "pk")
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


def running_offer(invoice: Invoice, day: date) -> OfferedAmount | None:
    """Give the letter's amount that counts on a day, if a letter's term runs."""
    return invoice.offers.filter(from_day__lte=day, until_day__gte=day).order_by("-until_day").first()


def amount_due(invoice: Invoice, day: date, terms: ClaimTerms | None = None) -> balance.AmountDue:
    """Give what is owed on a claim on a day: the one function for letters, pages, API and dossier.

    Interest that runs counts in the total from when it has been claimed by a letter; before that it is only shown.
    While the term of a letter runs, the letter's amount is what is owed (less what was paid of it since).
    """
    terms = terms or claim_terms()
    charged = charged_parts(invoice)
    calculation = interest_through(invoice, day, terms) if invoice.is_open else None
    running = max(ZERO, calculation.total - invoice.interest_total) if calculation else ZERO
    offer = running_offer(invoice, day) if invoice.is_open else None
    return balance.AmountDue(
        day=day,
        charged=charged,
        interest_running=running,
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
