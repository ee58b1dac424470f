"""An account at Mollie as a `payments.gateways.Gateway`, through the official client (mollie.api).

Every call carries our own stored idempotency key: the client makes a fresh one else, and a call that is repeated after
a broken line would be a second payment.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from mollie.api import error as mollie
from mollie.api.client import Client

from common import clock
from common.words import in_dutch
from payments import gateways
from payments.gateways import Chargeback, CheckoutStatus, Method, Order, RefundStatus
from payments.states import CheckoutState

TIMEOUT = (3, 10)  # seconds to connect, seconds to answer: a payer waits meanwhile
LOCALES = {"nl": "nl_NL", "en": "en_GB", "de": "de_DE", "fr": "fr_FR"}
# What Mollie says of a payment. Authorized: a card or a pay-later method that the bank still has to collect.
STATES = {
    "open": CheckoutState.OPEN,
    "pending": CheckoutState.PENDING,
    "authorized": CheckoutState.PENDING,
    "paid": CheckoutState.PAID,
    "failed": CheckoutState.FAILED,
    "canceled": CheckoutState.CANCELED,
    "expired": CheckoutState.EXPIRED,
}
# Where people know a method by another name than the API gives; all others go by Mollie's own.
NAMES = {"ideal": "iDEAL | Wero"}
KEY = re.compile(r"^(live|test)_\w{30,}$")
IBAN = re.compile(r"^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$")


class MollieGateway:
    """The account that a key belongs to."""

    def __init__(self, api_key: str) -> None:
        if not KEY.match(api_key):
            raise gateways.KeyRefused(in_dutch(_("dit kan geen sleutel van Mollie zijn")))
        if settings.MOLLIE_API_ENDPOINT and not api_key.startswith("test_"):
            raise gateways.KeyRefused(
                in_dutch(_("een echte sleutel gaat naar Mollie zelf, en niet naar de nagespeelde"))
            )
        self._client = Client(api_endpoint=settings.MOLLIE_API_ENDPOINT, timeout=TIMEOUT, retry=1)
        self._client.set_api_key(api_key)
        self._client.set_user_agent_component("Debiteuren", "1")

    def start(self, order: Order) -> CheckoutStatus:
        with _told_apart():
            asked = _asked(order)
            if order.sequence == "first":  # a mandate is a customer's
                customer = self._client.customers.create(
                    {"name": order.payer_name, "metadata": {"attempt": order.reference}},
                    idempotency_key=str(uuid5(order.idempotency_key, "customer")),
                )
                asked |= {"sequenceType": "first", "customerId": customer.id}
            made = self._client.payments.create(asked, idempotency_key=str(order.idempotency_key))
            return _status(made)

    def look(self, provider_id: str) -> CheckoutStatus:
        with _told_apart():
            return _status(self._client.payments.get(provider_id))

    def refund(
        self, provider_id: str, *, amount: Decimal, description: str, idempotency_key: UUID, currency: str = "EUR"
    ) -> RefundStatus:
        with _told_apart():
            payment = self._client.payments.get(provider_id)
            made = payment.refunds.create(
                {"amount": _money(amount, currency), "description": description[:140]},
                idempotency_key=str(idempotency_key),
            )
            return _refund(made)

    def look_at_refund(self, provider_id: str, refund_id: str) -> RefundStatus:
        with _told_apart():
            return _refund(self._client.payments.get(provider_id).refunds.get(refund_id))

    def methods(self) -> tuple[Method, ...]:
        with _told_apart():
            return tuple(
                Method(str(row.id), NAMES.get(row.id) or str(row.description or row.id))
                for row in _all(self._client.methods.list(locale=LOCALES["nl"]))
            )

    def check_key(self) -> tuple[Method, ...]:
        return self.methods()


@contextmanager
def _told_apart() -> Iterator[None]:
    """Tell what Mollie or the line did by our names. The texts of the client are left out where they hold the key.

    :raises GatewayError: for each error of the client, and for an answer that says something else than documented.
    """
    try:
        yield
    except mollie.IdentifierError as failure:
        raise gateways.NoSuchCheckout(in_dutch(_("zo heet geen betaling bij Mollie"))) from failure
    except mollie.RequestSetupError as failure:
        raise gateways.KeyRefused(in_dutch(_("dit kan geen sleutel van Mollie zijn"))) from failure
    except (mollie.RequestError, mollie.ResponseHandlingError) as failure:
        raise gateways.GatewayDown(in_dutch(_("Mollie antwoordt niet"))) from failure
    except mollie.ResponseError as failure:
        raise _by_status(int(failure.status or 0))(f"{failure.status}: {failure}"[:200]) from failure
    except (mollie.Error, LookupError, TypeError, ValueError, ArithmeticError) as failure:
        raise gateways.GatewayDown(in_dutch(_("het antwoord van Mollie is niet te lezen"))) from failure


def _by_status(status: int) -> type[gateways.GatewayError]:
    if status in {401, 403}:
        return gateways.KeyRefused
    if status in {404, 410}:
        return gateways.NoSuchCheckout
    if status in {408, 409, 425, 429} or status >= 500:  # 409: the same key is being worked on this moment
        return gateways.GatewayDown
    return gateways.RequestRefused


def _asked(order: Order) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "amount": _money(order.amount, order.currency),
        "description": order.description[:255],
        "redirectUrl": order.return_url,
        "webhookUrl": order.webhook_url,
        "locale": LOCALES.get(order.language, "en_GB"),
        "metadata": {"attempt": order.reference},
    }
    if len(order.methods) == 1:
        asked["method"] = order.methods[0]
    elif order.methods:
        asked["method"] = list(order.methods)
    return asked


def _money(amount: Decimal, currency: str) -> dict[str, str]:
    return {"currency": currency, "value": f"{amount:.2f}"}


def _status(payment: Any) -> CheckoutStatus:
    """Read a payment with what went back of it."""
    details = payment.details or {}
    metadata = payment.metadata if isinstance(payment.metadata, dict) else {}
    return CheckoutStatus(
        provider_id=str(payment.id),
        reference=str(metadata.get("attempt", "")),
        state=STATES[payment.status],
        amount=_amount(payment.amount),
        currency=str(payment.amount["currency"]),
        method=str(payment.method or ""),
        checkout_url=str(payment.checkout_url or ""),
        expires_at=_moment(payment.expires_at),
        paid_on=_day(payment.paid_at),
        payer_name=str(details.get("consumerName") or details.get("cardHolder") or ""),
        payer_iban=_iban(details.get("consumerAccount")),
        failure=_why_failed(payment, details),
        refunds=_each(payment.refunds, _refund) if _went(payment, "refunds", payment.amount_refunded) else (),
        chargebacks=(
            _each(payment.chargebacks, _chargeback) if _went(payment, "chargebacks", payment.amount_chargedback) else ()
        ),
    )


def _went(payment: Any, what: str, amount: Any) -> bool:
    """Tell whether there are rows to fetch; a chargeback that was reversed leaves a link and no amount."""
    return payment._get_link(what) is not None or (amount is not None and _amount(amount) > 0)


def _each(resource: Any, read: Callable[[Any], Any]) -> tuple[Any, ...]:
    return tuple(read(row) for row in _all(resource.list()))


def _all(page: Any) -> Iterator[Any]:
    while page is not None:
        yield from page
        page = page.get_next() if page.has_next() else None


def _refund(row: Any) -> RefundStatus:
    created = _day(row.created_at)
    if created is None:
        raise ValueError("a refund without a moment")
    return RefundStatus(id=str(row.id), amount=_amount(row.amount), state=str(row.status), created_on=created)


def _chargeback(row: Any) -> Chargeback:
    created = _day(row.created_at)
    if created is None:
        raise ValueError("a chargeback without a moment")
    reason = row.get("reason") or ""
    said = " ".join(str(reason.get(name) or "") for name in ("code", "description")) if isinstance(reason, dict) else ""
    return Chargeback(
        id=str(row.id),
        amount=_amount(row.amount),
        reason=said.strip() or (reason if isinstance(reason, str) else ""),
        created_on=created,
        reversed_on=_day(row.get("reversedAt")),
    )


def _amount(money: Any) -> Decimal:
    return Decimal(str(money["value"]))


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None


def _day(text: Any) -> date | None:
    moment = _moment(text)
    return clock.local_day(moment) if moment is not None else None


def _iban(text: Any) -> str:
    account = str(text or "").replace(" ", "").upper()
    return account if IBAN.match(account) else ""


def _why_failed(payment: Any, details: dict[str, Any]) -> str:
    reason = payment.get("statusReason")
    said = reason.get("message") if isinstance(reason, dict) else ""
    return str(said or details.get("failureMessage") or details.get("failureReason") or "")
