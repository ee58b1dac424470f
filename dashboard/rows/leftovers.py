"""Credit of a debtor that is not set against anything: credit notes and payments with something left."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from invoices.models import CreditNote
from payments.models import Payment


@dataclass(frozen=True)
class Credit:
    """Something of which a part is left."""

    label: str
    url: str
    on: date
    amount: Decimal
    left: Decimal


def of_debtor(debtor_id: int) -> list[Credit]:
    """Give the credit of a debtor, the oldest first."""
    notes = CreditNote.objects.filter(debtor=debtor_id, cancelled_on=None, allocated__lt=F("amount"))
    payments = Payment.objects.filter(debtor=debtor_id, reverses=None, reversals=None, allocated__lt=F("amount"))
    found = [
        Credit(
            _("Creditnota %(number)s") % {"number": note.number},
            reverse("dashboard:credit_note", args=[note.public_id]),
            note.issue_date,
            note.amount,
            note.unallocated,
        )
        for note in notes
    ]
    found += [
        Credit(
            _("Betaling"),
            reverse("dashboard:payment", args=[payment.public_id]),
            payment.received_on,
            payment.amount,
            payment.unallocated,
        )
        for payment in payments
    ]
    return sorted(found, key=lambda credit: credit.on)
