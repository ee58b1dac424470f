"""What debtors paid or were credited and that is set against nothing yet: payments and credit notes together."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from common.money import ZERO
from dashboard.lists import payments as payment_lists
from debtors.models import Debtor
from invoices.models import CreditNote, Invoice
from payments.models import Payment


@dataclass(frozen=True)
class Row:
    """Something with a rest that can be set against invoices."""

    kind: str
    icon: str
    what: str
    url: str
    day: date
    debtor_number: str
    debtor_name: str
    debtor_url: str
    amount: Decimal
    rest: Decimal
    debtor_open: Decimal
    allocate_url: str
    refund_url: str = ""

    @property
    def can_be_allocated(self) -> bool:
        return self.debtor_open > 0


def rows(debtor: Debtor | None) -> list[Row]:
    """Give what is left, of everybody or of one debtor, the oldest first; in three queries."""
    free = payment_lists.found(
        payment_lists.Asked(text="", debtor=debtor, since=None, until=None, method="", free=True)
    ).select_related("debtor")
    notes = CreditNote.objects.filter(cancelled_on=None, amount__gt=F("allocated")).select_related("debtor")
    if debtor is not None:
        notes = notes.filter(debtor=debtor)
    held, credited = list(free.exclude(debtor=None)), list(notes)
    owing = _open_of({row.debtor_id for row in held if row.debtor_id} | {note.debtor_id for note in credited})
    found = [_payment(row, owing) for row in held] + [_note(note, owing) for note in credited]
    return sorted(found, key=lambda row: (row.day, row.debtor_number))


def _open_of(debtor_ids: set[int]) -> dict[int, Decimal]:
    claims = Invoice.objects.open().filter(debtor__in=debtor_ids).values("debtor_id")
    return dict(
        claims.annotate(open=Sum(F("principal_open") + F("interest_open") + F("costs_open"))).values_list(
            "debtor_id", "open"
        )
    )


def _payment(payment: Payment, owing: dict[int, Decimal]) -> Row:
    assert payment.debtor is not None
    return _row(
        payment.debtor,
        owing,
        kind=_("betaling"),
        icon="coins",
        what=payment.description or payment.get_method_display(),
        url=reverse("dashboard:payment", args=[payment.public_id]),
        day=payment.received_on,
        amount=payment.amount,
        rest=payment.unallocated,
        allocate_url=reverse("dashboard:payment_allocate", args=[payment.public_id]),
        refund_url=f"{reverse('dashboard:refund_new')}?betaling={payment.public_id}",
    )


def _note(note: CreditNote, owing: dict[int, Decimal]) -> Row:
    return _row(
        note.debtor,
        owing,
        kind=_("creditnota"),
        icon="receipt-refund",
        what=note.number,
        url=reverse("dashboard:credit_note", args=[note.public_id]),
        day=note.issue_date,
        amount=note.amount,
        rest=note.unallocated,
        allocate_url=reverse("dashboard:credit_note", args=[note.public_id]),
    )


def _row(
    debtor: Debtor,
    owing: dict[int, Decimal],
    *,
    kind: str,
    icon: str,
    what: str,
    url: str,
    day: date,
    amount: Decimal,
    rest: Decimal,
    allocate_url: str,
    refund_url: str = "",
) -> Row:
    return Row(
        kind=kind,
        icon=icon,
        what=what,
        url=url,
        day=day,
        debtor_number=debtor.number,
        debtor_name=debtor.name,
        debtor_url=reverse("dashboard:debtor", args=[debtor.public_id]),
        amount=amount,
        rest=rest,
        debtor_open=owing.get(debtor.pk, ZERO),
        allocate_url=allocate_url,
        refund_url=refund_url,
    )
