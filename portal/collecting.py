"""Letting the tenant collect: what a payer may agree to, what came of it, and what is agreed."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from common import identifiers
from debtors.models import Debtor
from payments import gateways
from payments import operations as payments
from payments.consent_words import Authorisation
from payments.models import Arrangement, CheckoutAttempt, DirectDebit, Mandate
from payments.operations import Consent
from payments.states import ArrangementState, DebitState, InstalmentState, MandateState
from portal.entering import LinkRequest
from portal.lines import Line

if TYPE_CHECKING:
    from portal.bill import Bill

TO_PAY = (InstalmentState.OPEN, InstalmentState.MISSED)


def offered(bill: "Bill") -> Authorisation | None:
    """Give what may be agreed to beside the button; None where it cannot be collected, or is collected already."""
    if not any(method.id in gateways.GIVES_ACCOUNT for method in bill.methods):
        return None
    part = bill.instalment
    if part is not None:
        left = [one for one in bill.instalments if one.state in TO_PAY]
        if part.arrangement.by_direct_debit or len(left) < 2:
            return None
    if any(mandate.collects_invoices for mandate in bill.mandates):
        return None
    return payments.authorisation(part.arrangement if part is not None else None)


def debited_from(bill: "Bill") -> str:
    """Give the account from which what is asked will be collected by itself; empty where he had better pay it.

    What is late, or came back once, is not waited for.
    """
    part = bill.instalment
    if part is not None:
        found = bill.mandates if part.arrangement.by_direct_debit and part.state == InstalmentState.OPEN else []
        back = DirectDebit.objects.filter(instalment=part, state=DebitState.RETURNED)
    else:
        is_late = any(entry.is_due for entry in bill.asked)
        found = [] if is_late else [mandate for mandate in bill.mandates if mandate.collects_invoices]
        asked = [entry.invoice.pk for entry in bill.asked]
        back = DirectDebit.objects.filter(invoice__in=asked, state=DebitState.RETURNED)
    return "" if not found or back.exists() else account(found[-1])


def usable(debtor: Debtor, day: date) -> list[Mandate]:
    """Give the mandates of a debtor with which something can be collected on a day, the newest last."""
    rows = Mandate.objects.filter(debtor=debtor, state=MandateState.ACTIVE).order_by("signed_on", "pk")
    return [mandate for mandate in rows if mandate.is_usable(day)]


def given(bill: "Bill") -> Consent | None:
    """Give what somebody agreed to by ticking the box: the words that stood beside it."""
    words = bill.authorisation
    if words is None:
        return None
    return Consent(words.kept, bill.instalment.arrangement if bill.instalment is not None else None)


def came_of(attempt: CheckoutAttempt) -> Mandate | None:
    """Give the mandate that a payment gave."""
    return Mandate.objects.filter(provider_ref=attempt.public_id).first()


def account(mandate: Mandate) -> str:
    """Give the account, so that only its owner knows it."""
    return identifiers.masked_iban(mandate.iban)


def lines(request: LinkRequest) -> Iterator[Line]:
    """Give what is agreed to be collected, each with the way to stop it."""
    mandates = usable(request.debtor, request.by.day)
    if not mandates:
        return
    in_parts = Arrangement.objects.filter(
        debtor=request.debtor, state=ArrangementState.ACTIVE, by_direct_debit=True
    ).exists()
    for mandate in mandates:
        url = reverse("portal:mandate", args=[request.token, mandate.public_id])
        text = _what(mandate, in_parts=in_parts) % {"account": account(mandate)}
        yield Line(_("Automatisch afschrijven"), text, url, _("Stop dit"))


def _what(mandate: Mandate, *, in_parts: bool) -> str:
    if mandate.collects_invoices:
        return _("Wij schrijven uw facturen op de vervaldag af van rekening %(account)s.")
    if in_parts:
        return _("Wij schrijven de termijnen van uw betalingsregeling af van rekening %(account)s.")
    return _("Wij mogen bedragen afschrijven van rekening %(account)s. Nu is er niets af te schrijven.")
