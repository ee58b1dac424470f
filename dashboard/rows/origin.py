"""Where a payment came from, why it was divided as it was, and what can be done with what is left of it."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from common import identifiers
from dashboard.rows import reasons
from payments.models import BankLine, CheckoutAttempt, DirectDebit, Payment, Refund


@dataclass(frozen=True)
class Origin:
    """Something by which money came in, or went back."""

    icon: str
    title: str
    detail: str
    url: str
    link: str


@dataclass(frozen=True)
class Why:
    """Why a payment was divided as it was: by the bank line, by the payer, by law."""

    lines: list[str]


@dataclass(frozen=True)
class Next:
    """What can be done with what is left."""

    verb: str
    text: str
    url: str
    icon: str
    key: str = ""


def of_payment(payment: Payment) -> list[Origin]:
    """Give where money came from; in three queries."""
    lines = BankLine.objects.filter(payment=payment).select_related("statement__account").order_by("pk")
    checkouts = CheckoutAttempt.objects.filter(payment=payment).order_by("pk")
    debits = DirectDebit.objects.filter(payment=payment).select_related("batch", "mandate").order_by("pk")
    found = [_of_line(line) for line in lines]
    found += [_of_checkout(one) for one in checkouts]
    return found + [_of_debit(one) for one in debits]


def _of_line(line: BankLine) -> Origin:
    statement: Any = line.statement
    account = statement.account.name or identifiers.format_iban(statement.account.iban)
    return Origin(
        icon="building-bank",
        title=_("Bankregel %(number)s van het afschrift van %(day)s, %(account)s")
        % {"number": line.number, "day": f"{statement.closed_on:%d-%m-%Y}", "account": account},
        detail=line.description,
        url=reverse("dashboard:matching_line", args=[line.public_id]),
        link=_("Bekijk de regel"),
    )


def _of_checkout(attempt: CheckoutAttempt) -> Origin:
    how = attempt.method or _("online")
    return Origin(
        icon="credit-card",
        title=_("Online betaald op de betaalpagina, %(how)s") % {"how": how},
        detail=attempt.provider_id,
        url="",
        link="",
    )


def _of_debit(debit: DirectDebit) -> Origin:
    batch, mandate = debit.batch, debit.mandate
    assert batch is not None
    assert mandate is not None
    return Origin(
        icon="calendar-repeat",
        title=_("Automatische incasso van %(day)s, machtiging %(reference)s")
        % {"day": f"{batch.collect_on:%d-%m-%Y}", "reference": mandate.reference},
        detail=debit.end_to_end_id,
        url=address("debit_batch", batch.public_id),
        link=_("Bekijk de batch"),
    )


def why(payment: Payment) -> list[str]:
    """Say why a payment was divided as it was: what the bank line said; the rest is law."""
    line = BankLine.objects.filter(payment=payment, amount__gt=0).order_by("pk").first()
    return [sentence] if line is not None and (sentence := reasons.of_line(line)) else []


def refunds(payment: Payment) -> list[Refund]:
    """Give what goes back of a payment."""
    return list(Refund.objects.filter(payment=payment).order_by("pk"))


def next_steps(payment: Payment, *, has_open: bool) -> list[Next]:
    """Give what can be done with what is left of a payment."""
    steps = []
    if has_open:
        allocate_url = reverse("dashboard:payment_allocate", args=[payment.public_id])
        text = _("Zet het op een openstaande factuur van deze debiteur.")
        steps.append(Next(_("Verdeel de rest"), text, allocate_url, "git-merge", "e"))
    if refund_url := address("refund_new"):
        text = _("Stel voor om het terug te storten; iemand keurt dat goed.")
        steps.append(Next(_("Betaal terug"), text, f"{refund_url}?betaling={payment.public_id}", "arrow-back-up"))
    return steps


def address(name: str, *args: str) -> str:
    """Give the address of a page, or nothing where there is no such page."""
    try:
        return reverse(f"dashboard:{name}", args=args)
    except NoReverseMatch:
        return ""
