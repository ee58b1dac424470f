"""What becomes of one bank line: it changes state, is booked, and its account is remembered or forgotten."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.actor import Actor
from common.calendar import add_working_days, extend_to_working_day
from common.errors import DomainError
from debtors.models import Debtor
from invoices.models import Invoice
from payments.models import BankLine, KnownAccount, Payment
from payments.operations.payments import book_payment
from payments.states import LINE_TRANSITIONS, LineState
from worklist import operations as worklist
from worklist.models import TaskKind

TO_DO = (LineState.NEW, LineState.PROPOSED, LineState.UNKNOWN)
DECIDE_WITHIN = 5  # working days, about money that is too much


class LineIsHandled(DomainError):
    """Somebody was earlier, or the product booked it."""

    code = "line_is_handled"
    sentence = _("Deze regel was al verwerkt: %(state)s.")


def locked(line: BankLine) -> BankLine:
    """Give the line as it is now, locked until the transaction ends. The debtor is locked before it, everywhere."""
    return BankLine.objects.select_for_update(of=("self",)).get(pk=line.pk)


def move(line: BankLine, state: LineState, *, by: Actor | None, **fields: Any) -> BankLine:
    """Change the state of a line, with what comes with it; `by` where somebody handled it, None where it is to do.

    :raises LineIsHandled: if the table does not allow it.
    """
    if state not in LINE_TRANSITIONS[line.state]:
        raise LineIsHandled(state=LineState(line.state).label)
    line.state = state
    line.handled_at = by.at if by else None
    line.handled_by = by.label[:120] if by else ""
    for name, value in fields.items():
        setattr(line, name, value)
    line.save(update_fields=["state", "handled_at", "handled_by", *fields])
    return line


def book(
    line: BankLine,
    *,
    debtor: Debtor,
    amounts: Mapping[Invoice, Decimal],
    match: dict[str, Any],
    certainty: str,
    by: Actor,
) -> Payment:
    """Book a line: so much for each claim, no more than is due, and the rest is left on the payment for a person."""
    payment = book_payment(
        debtor=debtor,
        amount=line.amount,
        received_on=line.value_on,
        amounts=amounts,
        payer_name=line.name,
        payer_iban=line.iban,
        description=line.description,
        by=by,
    )
    move(line, LineState.BOOKED, by=by, payment=payment, debtor=debtor, match=match, certainty=certainty, note="")
    ask_about_rest(payment, by=by)
    return payment


def ask_about_rest(payment: Payment, *, by: Actor) -> None:
    """Ask a person what to do with money that paid for nothing: give it back, or keep it for the next invoice."""
    if not payment.unallocated or payment.debtor is None:
        return
    worklist.add_task(
        kind=TaskKind.OVERPAID,
        subject_kind="payment",
        subject_id=payment.public_id,
        debtor=payment.debtor,
        amount=payment.unallocated,
        due_on=add_working_days(extend_to_working_day(by.day), DECIDE_WITHIN),
        by=by,
    )


def remember_account(line: BankLine, debtor: Debtor, *, by: Actor, by_a_person: bool) -> None:
    """Note that money from this account is the debtor's. What a person denied only a person can confirm again."""
    if not line.iban:
        return
    known, is_new = KnownAccount.objects.get_or_create(
        iban=line.iban, debtor=debtor, defaults={"confirmed_on": by.day, "confirmed_by": by.label[:120]}
    )
    if by_a_person and not is_new and known.forgotten_on is not None:
        known.forgotten_on, known.confirmed_on, known.confirmed_by = None, by.day, by.label[:120]
        known.save(update_fields=["forgotten_on", "confirmed_on", "confirmed_by"])


def doubt_account(line: BankLine, debtor_id: int, *, by: Actor) -> None:
    """Remember an account no longer where the only line that was booked from it turns out to be wrong."""
    others = BankLine.objects.filter(iban=line.iban, debtor_id=debtor_id, state=LineState.BOOKED).exclude(pk=line.pk)
    if line.iban and not others.exists():
        KnownAccount.objects.filter(iban=line.iban, debtor_id=debtor_id).update(forgotten_on=by.day)
