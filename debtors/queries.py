"""Reads about debtors that answer a question."""

from collections.abc import Collection, Iterable

from debtors.models import Contact, Debtor
from debtors.states import ContactRole

# Who gets a reminder: the reminder contact, else who gets the invoice, else who is left. Escalations go the other way.
_REMINDER_ORDER = (ContactRole.REMINDER, ContactRole.INVOICE, ContactRole.ESCALATION)


def lock(debtor_id: int | None) -> Debtor | None:
    """Lock a debtor until the transaction ends: the one lock for run, money and dispute. Without an id, nothing."""
    if debtor_id is None:
        return None
    return Debtor.objects.select_for_update().get(pk=debtor_id)


def lock_all(debtor_ids: Iterable[int]) -> list[Debtor]:
    """Lock several debtors, always in the same order, so that two who want the same ones wait and do not block."""
    return list(Debtor.objects.select_for_update().filter(pk__in=set(debtor_ids)).order_by("pk"))


def lock_ids(debtor_ids: Collection[int]) -> int:
    """Lock debtors as `lock_all` does, without reading them; give how many."""
    rows = Debtor.objects.select_for_update().filter(pk__among=debtor_ids).order_by("pk")
    return len(rows.values_list("pk", flat=True))


def lock_numbers(numbers: Collection[str]) -> int:
    """Lock the debtors with some numbers as `lock_all` does, however many there are; give how many."""
    rows = Debtor.objects.select_for_update().filter(number__in=numbers).order_by("pk")
    return len(rows.values_list("pk", flat=True))


def reminder_contact(debtor: Debtor) -> Contact | None:
    """Give the contact to whom reminders of a debtor are mailed: one with an address that works, or None."""
    usable = [contact for contact in debtor.contacts.all() if contact.email and contact.email_invalid_since is None]
    return min(usable, key=lambda contact: (_REMINDER_ORDER.index(ContactRole(contact.role)), contact.pk), default=None)


def phone_of(debtor: Debtor) -> str:
    """Give the first telephone number of a debtor, or an empty text."""
    return next((contact.phone for contact in debtor.contacts.all() if contact.phone), "")
