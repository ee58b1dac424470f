"""The account of the tenant with a payment provider: its key, the ways to pay that it offers, and whether it is on."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from payments import gateways
from payments.models import GatewayAccount
from tenants import two_persons
from tenants.models import SecondLook


class GatewayKeyRefused(DomainError):
    """The provider does not know the key."""

    code = "gateway_key_refused"
    sentence = _("De betaalprovider kent deze sleutel niet. Controleer of u hem helemaal hebt overgenomen.")


class GatewayAway(DomainError):
    """The provider does not answer."""

    code = "gateway_away"
    sentence = _("De betaalprovider antwoordt niet. Er is niets gewijzigd; probeer het over een paar minuten opnieuw.")


class MethodsNotOffered(DomainError):
    """Ways to pay that the account does not have."""

    code = "methods_not_offered"
    sentence = _("Deze betaalwijze hoort niet bij uw account: %(methods)s.")


def change_gateway(
    *,
    by: Actor,
    api_key: str = "",
    methods: Sequence[str] | None = None,
    is_enabled: bool = True,
    provider: str = "mollie",
) -> GatewayAccount:
    """Change the tenant's account with a provider; a new key is checked with it first. Without one, that stays.

    The provider is asked before anything is locked or written. The key is encrypted, and never in the log. Another key
    waits for a second person where the tenant wants two for another bank account: money goes elsewhere with it too.

    :raises NobodyElse, AskedAlready: if nobody else could approve another key, or one waits already.
    :raises GatewayKeyRefused, GatewayAway: if a key does not work, or that cannot be asked.
    :raises MethodsNotOffered: if one of the ways to pay is not of this account.
    """
    offered = _offered(provider, api_key) if api_key else None
    with transaction.atomic():
        account = GatewayAccount.objects.select_for_update().first() or GatewayAccount(provider=provider)
        if not account.api_key and not api_key:
            raise GatewayKeyRefused(field="api_key")
        if _needs_two(account, api_key):
            label = gettext("proefsleutel") if api_key.startswith("test_") else gettext("sleutel")
            values = {"offered": offered}
            two_persons.ask(two_persons.GATEWAY, values=values, label=f"Mollie, {label} …{api_key[-4:]}", by=by)
            account.waiting_key, api_key, offered = api_key, "", None
        changed = _taken_over(account, api_key, offered, methods, is_enabled, by)
        account.save()
        if changed:
            audit.record("gateway.changed", by=by, kind="tenant", label=account.provider, fields=", ".join(changed))
    return account


def _needs_two(account: GatewayAccount, api_key: str) -> bool:
    is_another = bool(api_key and account.api_key and api_key != account.api_key)
    return is_another and two_persons.needed(two_persons.Sensitive.BANK_ACCOUNT)


@two_persons.does(two_persons.GATEWAY)
def _change_key(look: SecondLook, by: Actor) -> None:
    account = GatewayAccount.objects.select_for_update().get()
    if account.waiting_key:
        _taken_over(account, account.waiting_key, look.values["offered"], None, account.is_enabled, by)
        account.waiting_key = ""
        account.save()
        audit.record("gateway.changed", by=by, kind="tenant", label=account.provider, fields="api_key")


def _offered(provider: str, api_key: str) -> list[list[str]]:
    try:
        found = gateways.open_gateway(provider, api_key).check_key()
    except (gateways.KeyRefused, gateways.RequestRefused) as refusal:
        raise GatewayKeyRefused(field="api_key") from refusal
    except gateways.GatewayError as failure:
        raise GatewayAway(field="api_key") from failure
    return [[method.id, method.name] for method in found]


def _taken_over(
    account: GatewayAccount,
    api_key: str,
    offered: list[list[str]] | None,
    methods: Sequence[str] | None,
    is_enabled: bool,
    by: Actor,
) -> list[str]:
    """Put what differs on the account; give the names of what did."""
    changed = []
    if offered is not None:
        if account.api_key != api_key:
            changed.append("api_key")
        account.api_key, account.offered, account.checked_at, account.failure = api_key, offered, by.at, ""
        known = {method[0] for method in offered}
        account.methods = [method for method in account.methods if method in known]
    if methods is not None:
        known = {method[0] for method in account.offered}
        strange = [method for method in methods if method not in known]
        if strange:
            raise MethodsNotOffered(field="methods", methods=", ".join(strange))
        chosen = [] if set(methods) == known else list(methods)
        if chosen != account.methods:
            changed.append("methods")
            account.methods = chosen
    if account.is_enabled != is_enabled:
        changed.append("is_enabled")
        account.is_enabled = is_enabled
    return changed


def check_gateway(*, by: Actor) -> GatewayAccount:
    """Ask the provider whether the stored key still works, and which ways to pay there are now.

    :raises GatewayKeyRefused: if there is no key.
    :raises GatewayAway: if that cannot be asked now.
    """
    account = GatewayAccount.objects.first()
    if account is None or not account.api_key:
        raise GatewayKeyRefused
    try:
        found = gateways.open_gateway(account.provider, account.api_key).check_key()
    except gateways.GatewayDown as failure:
        raise GatewayAway from failure
    except gateways.GatewayError as failure:
        account.failure = str(failure)[:200]
    else:
        account.offered = [[method.id, method.name] for method in found]
        known = {method.id for method in found}
        account.methods = [method for method in account.methods if method in known]
        account.checked_at, account.failure = by.at, ""
    account.save(update_fields=["offered", "methods", "checked_at", "failure"])
    return account
