"""The one amount that a claim asks while the term of a letter runs."""

from datetime import date
from decimal import Decimal

from invoices.models import Invoice, OfferedAmount


def offer_amount(
    *, invoice: Invoice, amount: Decimal, from_day: date, until_day: date, notice_ref: str
) -> OfferedAmount:
    """Fix what a claim asks, in euro, until the last day of a letter's term (inclusive): paying it is full discharge.

    A letter that asks two amounts confuses, and a fourteen-day letter that confuses is worth nothing (art. 6:96 lid 6).
    """
    return OfferedAmount.objects.create(
        invoice=invoice, amount=amount, from_day=from_day, until_day=until_day, notice_ref=notice_ref
    )


def withdraw_offer(*, notice_ref: str, last_day: date) -> None:
    """End the offers of a letter that did not arrive; they counted through `last_day`."""
    for offer in OfferedAmount.objects.filter(notice_ref=notice_ref, until_day__gt=last_day):
        offer.until_day = max(offer.from_day, last_day)
        offer.save(update_fields=["until_day"])
