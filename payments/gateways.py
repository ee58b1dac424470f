"""What a payment provider must be able to do; the providers themselves are in connectors and found by settings.

Nothing here is called inside a transaction: a provider that is slow must not hold a lock.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from payments.models import GatewayAccount
from payments.states import CheckoutState


class GatewayError(Exception):
    """A provider did not do what it was asked. The text is the provider's, for people who look into it."""


class GatewayDown(GatewayError):
    """It could not be reached, or broke: what was asked may or may not have been done. Ask again with the same key."""


class KeyRefused(GatewayError):
    """It does not know the key of the tenant, or no longer."""


class RequestRefused(GatewayError):
    """It understood and refuses: an amount outside its limits, a method that is not active, an order that is gone."""


class NoSuchCheckout(GatewayError):
    """It knows no payment by that name: the key may be of another profile."""


# Ways to pay whose name at a provider is a common word, and so differs by language; all others are names.
WORDS = {
    "creditcard": _("Creditcard"),
    "banktransfer": _("Overboeking"),
    "directdebit": _("Automatische incasso"),
}


# Ways to pay that may begin a mandate and tell the account it is for; a card tells none to collect from.
GIVES_ACCOUNT = frozenset({"ideal", "bancontact", "belfius", "kbc", "eps"})


def name_of(method: str, name: str) -> str:
    """Give what a way to pay is called in the active language; one that we do not know goes by the provider's name."""
    return str(WORDS.get(method, name))


@dataclass(frozen=True, slots=True)
class Method:
    """A way to pay, as the provider names it: `ideal`, `bancontact`, `creditcard`, `banktransfer` and what comes."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a payer is to be asked. The key is stored: asking again with it makes no second payment."""

    reference: str  # the public id of the attempt
    idempotency_key: UUID
    amount: Decimal
    currency: str
    description: str
    return_url: str
    webhook_url: str
    language: str
    methods: tuple[str, ...] = ()  # which may be chosen; empty: all that the account has
    sequence: str = "oneoff"
    payer_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chargeback:
    """Money that the payer had his bank take back; `reversed_on` when it came to the tenant again."""

    id: str
    amount: Decimal
    reason: str
    created_on: date
    reversed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundStatus:
    """Money that the tenant gave back. States: `queued`, `pending`, `processing`, `refunded`, `failed`, `canceled`."""

    id: str
    amount: Decimal
    state: str
    created_on: date

    @property
    def holds(self) -> bool:
        """Whether the money went back, or is about to."""
        return self.state not in {"failed", "canceled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutStatus:
    """The whole picture of a payment at the provider at one moment."""

    provider_id: str
    reference: str
    state: CheckoutState
    amount: Decimal
    currency: str = "EUR"
    method: str = ""
    checkout_url: str = ""
    expires_at: datetime | None = None
    paid_on: date | None = None
    payer_name: str = ""
    payer_iban: str = ""
    failure: str = ""
    refunds: tuple[RefundStatus, ...] = ()
    chargebacks: tuple[Chargeback, ...] = ()

    @property
    def refunded(self) -> Decimal:
        return sum((refund.amount for refund in self.refunds if refund.holds), start=Decimal(0))

    @property
    def charged_back(self) -> Decimal:
        return sum((one.amount for one in self.chargebacks if one.reversed_on is None), start=Decimal(0))


class Gateway(Protocol):
    """An account of the tenant with a provider. Every function may raise a `GatewayError`."""

    def start(self, order: Order) -> CheckoutStatus:
        """Make a payment at which a payer can pay, or give the one that was made with the same key."""
        ...

    def look(self, provider_id: str) -> CheckoutStatus:
        """Give the truth about a payment.

        :raises NoSuchCheckout: if the provider knows none.
        """
        ...

    def refund(
        self, provider_id: str, *, amount: Decimal, description: str, idempotency_key: UUID, currency: str = "EUR"
    ) -> RefundStatus:
        """Give back a part of a payment, or tell of the refund that was made with the same key."""
        ...

    def look_at_refund(self, provider_id: str, refund_id: str) -> RefundStatus:
        """Give the truth about a refund."""
        ...

    def methods(self) -> tuple[Method, ...]:
        """Give the ways to pay that the account has, in the provider's order."""
        ...

    def check_key(self) -> tuple[Method, ...]:
        """Prove that the key works, and give the ways to pay.

        :raises KeyRefused: if it does not.
        """
        ...


@cache
def _class_of(path: str) -> type:
    return import_string(path)  # type: ignore[no-any-return]


def open_gateway(provider: str, api_key: str) -> Gateway:
    """Give a provider for a key; nothing is asked of it yet.

    :raises KeyRefused: if the key cannot be one of this provider.
    """
    gateway: Gateway = _class_of(settings.PAYMENT_GATEWAYS[provider])(api_key)
    return gateway


def for_tenant() -> Gateway | None:
    """Give the provider of the active tenant, or None; also where online payment is off, since money may still come.

    Call it inside the tenant, and what it gives outside any transaction.

    :raises KeyRefused: if the stored key cannot be one of the provider.
    """
    account = GatewayAccount.objects.first()
    return open_gateway(account.provider, account.api_key) if account is not None and account.api_key else None
