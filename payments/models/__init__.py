"""The tables of money in, by theme."""

from payments.models.arrangements import ArrangedInvoice, Arrangement, ArrangementTerms, Instalment
from payments.models.checkouts import CheckoutAttempt, CheckoutBooking, CheckoutItem, GatewayAccount
from payments.models.debits import CreditorSettings, DirectDebit, DirectDebitBatch, Mandate, Refund
from payments.models.links import LinkedInvoice, PaymentLink
from payments.models.money import Allocation, Payment
from payments.models.promises import Promise, PromisedInvoice
from payments.models.statements import BankAccount, BankLine, BankStatement, KnownAccount, MatchingSettings

__all__ = [
    "Allocation",
    "ArrangedInvoice",
    "Arrangement",
    "ArrangementTerms",
    "BankAccount",
    "BankLine",
    "BankStatement",
    "CheckoutAttempt",
    "CheckoutBooking",
    "CheckoutItem",
    "CreditorSettings",
    "DirectDebit",
    "DirectDebitBatch",
    "GatewayAccount",
    "Instalment",
    "KnownAccount",
    "LinkedInvoice",
    "Mandate",
    "MatchingSettings",
    "Payment",
    "PaymentLink",
    "Promise",
    "PromisedInvoice",
    "Refund",
]
