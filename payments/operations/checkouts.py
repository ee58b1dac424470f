"""A debtor pays online: his attempt is stored, the provider is asked outside any transaction, the answer is stored.

What becomes of it is in `settling`. A crash anywhere between is settled by asking again with the stored key.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from common.money import ZERO
from common.words import in_dutch
from debtors import queries as debtor_queries
from debtors.models import Debtor
from invoices import queries as invoice_queries
from invoices.models import Invoice
from payments import gateways
from payments.models import CheckoutAttempt, CheckoutItem, CreditorSettings, GatewayAccount, PaymentLink
from payments.operations.consents import Consent
from payments.operations.payments import WrongDebtor
from payments.states import CHECKOUT_TRANSITIONS, CheckoutState
from tenants import operations as tenants
from tenants.context import current_tenant_id, tenant_context
from tenants.models import Tenant

logger = logging.getLogger(__name__)

QUEUE = "payments.tasks.settle_checkouts"
WAITING = (CheckoutState.CREATED, CheckoutState.OPEN, CheckoutState.PENDING)
REUSED_FOR = timedelta(hours=1)  # an attempt that waits is offered again for so long
# How often a provider that says nothing is asked, by the age of the attempt; a transfer may take days.
PATIENCE = (
    (timedelta(minutes=5), timedelta(minutes=1)),
    (timedelta(minutes=30), timedelta(minutes=5)),
    (timedelta(hours=2), timedelta(minutes=15)),
    (timedelta(days=1), timedelta(hours=1)),
)
GIVEN_UP_AFTER = timedelta(days=1)  # an attempt that never reached the provider: nobody can pay it
LAST_PATIENCE = timedelta(hours=6)


class PaymentsUnavailable(DomainError):
    """The tenant has no provider, or it is away, or refuses."""

    code = "payments_unavailable"
    sentence = _("Online betalen lukt op dit moment niet. Probeer het later opnieuw, of maak het bedrag over.")


class NothingToPay(DomainError):
    """No claim, or an amount of nothing."""

    code = "nothing_to_pay"
    sentence = _("Kies minstens één factuur en een bedrag boven nul.")


class MoreThanDue(DomainError):
    """More than is open on a claim today."""

    code = "more_than_due"
    sentence = _("Op factuur %(number)s staat € %(due)s open: betaal hoogstens dat bedrag.")


class MethodNotOffered(DomainError):
    """A way to pay that the tenant does not offer."""

    code = "method_not_offered"
    sentence = _("Op deze wijze kunt u hier niet betalen. Kies een andere.")


class CollectingNotOffered(DomainError):
    """The tenant collects from nobody."""

    code = "collecting_not_offered"
    sentence = _("Automatisch afschrijven kan hier niet. Betaal zonder.")


class MethodGivesNoAccount(DomainError):
    """No mandate comes of a payment by which no account is known."""

    code = "method_gives_no_account"
    sentence = _("Automatisch afschrijven kan alleen van een bankrekening. Kies een andere wijze, of betaal zonder.")


class MandateUnavailable(PaymentsUnavailable):
    """The provider refuses a first payment, and perhaps not a single one."""

    code = "mandate_unavailable"
    sentence = _("Automatisch afschrijven lukt op dit moment niet. Betaal zonder, of maak het bedrag over.")


class CheckoutCannotBecome(Exception):
    """A state that the table of transitions does not allow. Always a bug."""


def refuse_inside_a_transaction() -> None:
    """Stop who would call a provider while he holds locks: views that come here are not atomic.

    :raises RuntimeError: if a transaction is open (one of a test does not count).
    """
    with transaction.atomic(durable=True):
        pass


@translation.override("nl")  # what is kept is Dutch, whatever the payer reads
def start_checkout(
    *,
    debtor: Debtor,
    amounts: Mapping[Invoice, Decimal],
    by: Actor,
    return_url: str,
    link: PaymentLink | None = None,
    method: str = "",
    sequence: str = "oneoff",
    consent: Consent | None = None,
    language: str = "",
) -> CheckoutAttempt:
    """Let a debtor pay some claims online: give an attempt whose `checkout_url` is where he pays.

    Call it outside any transaction and outside the tenant (a view: `transaction.non_atomic_requests`); it enters the
    debtor's tenant itself. `{attempt}` in `return_url` becomes the attempt's public id. An attempt for the same that
    still waits is given again instead of doubled. With a consent the payment is a first one, of which a mandate comes.

    :raises PaymentsUnavailable: if there is no provider, or it cannot be reached or refuses.
    :raises NothingToPay, MoreThanDue, WrongDebtor, MethodNotOffered: if the choice is not right.
    :raises CollectingNotOffered, MethodGivesNoAccount: if no mandate can come of it.
    """
    refuse_inside_a_transaction()
    tenant_id = debtor.tenant_id
    assert tenant_id is not None  # he came out of the database
    with tenant_context(tenant_id):
        wish = _Wish(method, "first" if consent else sequence, return_url, language or debtor.language, consent)
        attempt = _waiting(debtor, amounts, link, wish, by) or _store(debtor, amounts, link, wish, by)
    if attempt.checkout_url:
        return attempt
    return ask_provider(tenant_id=tenant_id, attempt_id=attempt.pk, by=by)


class _Wish(NamedTuple):
    """How a debtor wants to pay."""

    method: str
    sequence: str
    return_url: str
    language: str
    consent: Consent | None


def _waiting(
    debtor: Debtor, amounts: Mapping[Invoice, Decimal], link: PaymentLink | None, wish: _Wish, by: Actor
) -> CheckoutAttempt | None:
    """Give the attempt for exactly the same that the debtor may go on with; he may have clicked twice."""
    debtor_queries.lock(debtor.pk)
    rows = CheckoutAttempt.objects.filter(
        debtor=debtor,
        link=link,
        method=wish.method,
        sequence=wish.sequence,
        consent=wish.consent.text if wish.consent else "",
        arrangement=wish.consent.arrangement if wish.consent else None,
        state__in=[CheckoutState.CREATED, CheckoutState.OPEN],
        started_at__gt=by.at - REUSED_FOR,
    )
    wanted = {invoice.pk: amount for invoice, amount in amounts.items()}
    for attempt in rows.prefetch_related("items").order_by("-started_at", "-pk"):
        ends = attempt.expires_at
        same = {item.invoice_id: item.amount for item in attempt.items.all()} == wanted
        if same and (ends is None or ends > by.at + timedelta(minutes=1)):
            return attempt
    return None


def _store(
    debtor: Debtor, amounts: Mapping[Invoice, Decimal], link: PaymentLink | None, wish: _Wish, by: Actor
) -> CheckoutAttempt:
    _check(debtor, amounts, wish, by)
    attempt = CheckoutAttempt(
        debtor=debtor,
        link=link,
        amount=sum(amounts.values(), start=ZERO),
        description=_description([invoice.number for invoice in amounts]),
        method=wish.method,
        sequence=wish.sequence,
        consent=wish.consent.text if wish.consent else "",
        arrangement=wish.consent.arrangement if wish.consent else None,
        language=wish.language,
        started_at=by.at,
    )
    attempt.return_url = wish.return_url.replace("{attempt}", attempt.public_id)
    attempt.look_at = next_look(attempt, by.at)
    attempt.save()
    CheckoutItem.objects.bulk_create(
        CheckoutItem(checkout=attempt, invoice=invoice, amount=amount) for invoice, amount in amounts.items()
    )
    audit.record(
        "checkout.started",
        by=by,
        kind="checkout",
        subject=attempt,
        label=attempt.description,
        debtor_id=debtor.pk,
        amount=attempt.amount,
        invoices=", ".join(invoice.number for invoice in amounts),
    )
    tenants.wake_up(QUEUE, at=attempt.look_at)
    return attempt


def _check(debtor: Debtor, amounts: Mapping[Invoice, Decimal], wish: _Wish, by: Actor) -> None:
    account = GatewayAccount.objects.first()
    if account is None or not account.is_enabled or not account.api_key:
        raise PaymentsUnavailable
    if wish.method and account.methods and wish.method not in account.methods:
        raise MethodNotOffered(field="method")
    if wish.consent and not CreditorSettings.objects.exists():
        raise CollectingNotOffered(field="consent")
    if wish.consent and wish.method not in gateways.GIVES_ACCOUNT:
        raise MethodGivesNoAccount(field="consent")
    if not amounts or any(amount <= 0 for amount in amounts.values()):
        raise NothingToPay(field="amount")
    for invoice, amount in amounts.items():
        if invoice.debtor_id != debtor.pk:
            raise WrongDebtor(number=invoice.number)
        due = invoice_queries.amount_due(invoice, by.day).total
        if amount > due:
            raise MoreThanDue(field="amount", number=invoice.number, due=due)


def described(attempt: CheckoutAttempt) -> str:
    """Say what an attempt pays in the payer's language; `description` keeps it in Dutch."""
    with translation.override(attempt.language):
        return _description(list(attempt.items.order_by("pk").values_list("invoice__number", flat=True)))


def _description(numbers: list[str]) -> str:
    """Say what is paid in the active language, short enough to stay whole on the statement of most banks."""
    if len(numbers) == 1:
        return gettext("Factuur %(number)s") % {"number": numbers[0]}
    shown = ", ".join(numbers[:3])
    if len(numbers) > 3:
        return gettext("Facturen %(numbers)s en %(more)s meer") % {"numbers": shown, "more": len(numbers) - 3}
    return gettext("Facturen %(numbers)s") % {"numbers": shown}


def ask_provider(*, tenant_id: int, attempt_id: int, by: Actor) -> CheckoutAttempt:
    """Have the provider make the payment of an attempt and store its name; asked again, it makes no second one.

    :raises PaymentsUnavailable: if it cannot be reached (the attempt is asked about again) or refuses (it failed).
    :raises MandateUnavailable: if it refuses a first payment.
    """
    with tenant_context(tenant_id):
        attempt = CheckoutAttempt.objects.select_related("debtor").get(pk=attempt_id)
        account = GatewayAccount.objects.first()
        order = order_of(attempt, account)
    try:
        if account is None:
            raise gateways.KeyRefused(in_dutch(_("er is geen account bij een betaalprovider")))
        made = gateways.open_gateway(account.provider, account.api_key).start(order)
    except gateways.GatewayError as failure:
        logger.warning("checkout %s of tenant %s: %s", attempt.public_id, tenant_id, type(failure).__name__)
        with tenant_context(tenant_id):
            note_failure(attempt_id=attempt_id, failure=failure, by=by)
        refused = order.sequence == "first" and isinstance(failure, gateways.RequestRefused)
        raise (MandateUnavailable(field="consent") if refused else PaymentsUnavailable()) from failure
    with tenant_context(tenant_id):
        return _keep(attempt_id, made, by)


def order_of(attempt: CheckoutAttempt, account: GatewayAccount | None) -> gateways.Order:
    """Give what the provider is asked for an attempt; always the same for the same attempt."""
    tenant = Tenant.objects.get(pk=current_tenant_id())
    provider = account.provider if account is not None else "mollie"
    chosen = tuple(account.methods) if account is not None else ()
    return gateways.Order(
        reference=attempt.public_id,
        idempotency_key=attempt.idempotency_key,
        amount=attempt.amount,
        currency=attempt.currency,
        description=described(attempt),
        return_url=attempt.return_url,
        webhook_url=f"{settings.SITE_URL}/webhooks/{provider}/{tenant.public_id}/",
        language=attempt.language,
        methods=(attempt.method,) if attempt.method else chosen,
        sequence=attempt.sequence,
        payer_name=attempt.debtor.name,
    )


def _keep(attempt_id: int, made: gateways.CheckoutStatus, by: Actor) -> CheckoutAttempt:
    attempt = lock(attempt_id)
    GatewayAccount.objects.exclude(failure="").update(failure="")  # it works, or works again
    if not attempt.provider_id:
        attempt.provider_id, attempt.checkout_url = made.provider_id, made.checkout_url[:500]
        attempt.expires_at, attempt.return_url, attempt.failure = made.expires_at, "", ""
        if attempt.state == CheckoutState.CREATED:
            move(attempt, CheckoutState.OPEN)  # whatever else it became is for a look to see
        attempt.look_at = next_look(attempt, by.at)
        attempt.save()
        tenants.wake_up(QUEUE, at=attempt.look_at)
    return attempt


def lock(attempt_id: int) -> CheckoutAttempt:
    """Give an attempt as it is now, its debtor locked before it."""
    debtor_id = CheckoutAttempt.objects.values_list("debtor_id", flat=True).get(pk=attempt_id)
    debtor_queries.lock(debtor_id)
    return CheckoutAttempt.objects.select_for_update(of=("self",)).select_related("debtor").get(pk=attempt_id)


def move(attempt: CheckoutAttempt, state: CheckoutState) -> None:
    """Change the state of an attempt; not saved.

    :raises CheckoutCannotBecome: if the table does not allow it.
    """
    if state not in CHECKOUT_TRANSITIONS[attempt.state]:
        raise CheckoutCannotBecome(f"{attempt.state} -> {state}")
    attempt.state = state


def next_look(attempt: CheckoutAttempt, at: datetime) -> datetime:
    """Give when to ask about an attempt that waits, should the provider say nothing."""
    age = at - attempt.started_at
    wait = next((wait for until, wait in PATIENCE if age < until), LAST_PATIENCE)
    return at + wait


def note_failure(*, attempt_id: int, failure: gateways.GatewayError, by: Actor) -> None:
    """Keep what a provider said no to: passing trouble is tried again, a refusal ends an attempt that it never knew."""
    attempt = lock(attempt_id)
    attempt.failure = str(failure)[:200]
    gone = not attempt.provider_id and (
        isinstance(failure, gateways.RequestRefused) or by.at - attempt.started_at > GIVEN_UP_AFTER
    )
    unknown = isinstance(failure, gateways.NoSuchCheckout)
    if (gone or unknown) and CheckoutState.FAILED in CHECKOUT_TRANSITIONS[attempt.state]:
        end(attempt, CheckoutState.FAILED, by)
        attempt.return_url, attempt.look_at = "", None
    elif unknown:
        attempt.look_at = None
    elif attempt.look_at is not None:
        attempt.look_at = next_look(attempt, by.at)
        tenants.wake_up(QUEUE, at=attempt.look_at)
    attempt.save()
    if isinstance(failure, gateways.KeyRefused):
        GatewayAccount.objects.update(failure=str(failure)[:200])


def end(attempt: CheckoutAttempt, state: CheckoutState, by: Actor) -> None:
    """Note that nothing came of an attempt; not saved."""
    move(attempt, state)
    attempt.ended_at = by.at
    audit.record(
        f"checkout.{state}",
        by=by,
        kind="checkout",
        subject=attempt,
        label=attempt.description,
        debtor_id=attempt.debtor_id,
        amount=attempt.amount,
    )
