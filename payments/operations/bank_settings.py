"""What a person says about the bank: what an account is called, how lines are matched, whose account is not his."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from debtors.models import Debtor
from payments import queries
from payments.models import BankAccount, KnownAccount, MatchingSettings


class AccountNotKnown(DomainError):
    """Nobody confirmed that money from there is his, or it was forgotten before."""

    code = "account_not_known"
    sentence = _("Deze rekening was al niet meer bekend van deze debiteur.")


def change_bank_account(*, account: BankAccount, by: Actor, **fields: Any) -> BankAccount:
    """Change what an account is called, or whether it is a G-account."""
    with transaction.atomic():
        account = BankAccount.objects.select_for_update().get(pk=account.pk)
        _change(account, fields, "bank_account", by)
    return account


def change_matching_settings(*, by: Actor, **fields: Any) -> MatchingSettings:
    """Change how lines are matched. What was booked stays booked."""
    with transaction.atomic():
        row = MatchingSettings.objects.select_for_update().first() or queries.matching_settings()
        _change(row, fields, "matching", by)
    return row


def _change(row: Any, fields: dict[str, Any], area: str, by: Actor) -> None:
    changes = {name: value for name, value in fields.items() if getattr(row, name) != value}
    was = {name: getattr(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    if changes:
        audit.record(
            "tenant.settings_changed",
            by=by,
            kind="tenant",
            label=area,
            fields=", ".join(changes),
            was=was,
            now=changes,
        )


def forget_account(*, debtor: Debtor, iban: str, by: Actor) -> KnownAccount:
    """Note that money from an account is not a debtor's: it is no reason to match any more. What is booked stays.

    :raises AccountNotKnown: if it was not known as his.
    """
    with transaction.atomic():
        rows = KnownAccount.objects.select_for_update(of=("self",))
        known = rows.filter(debtor=debtor, iban=iban, forgotten_on=None).first()
        if known is None:
            raise AccountNotKnown
        known.forgotten_on = by.day
        known.save(update_fields=["forgotten_on"])
        audit.record(
            "debtor.account_forgotten",
            by=by,
            kind="debtor",
            subject=debtor,
            label=debtor.name,
            debtor_id=debtor.pk,
            iban=iban,
        )
    return known
