"""What can be done to debtors and their contacts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from common.words import in_dutch
from debtors import queries, signals
from debtors.models import Contact, Debtor, sort_key
from debtors.states import ContactRole, LegalState

# What `register_or_update` takes; anything else is a bug of the caller.
FIELDS = frozenset(
    {
        "name",
        "kind",
        "language",
        "street",
        "postcode",
        "city",
        "country",
        "attention",
        "kvk",
        "vat_number",
        "iban",
        "segment",
        "payment_term_days",
        "own_group",
        "note",
        "owner",
    }
)
# A change of one of these can change what the ladder does.
_READ_BY_THE_LADDER = frozenset({"street", "postcode", "city", "own_group", "segment", "language", "country"})


class DebtorNumberTaken(DomainError):
    """Another debtor has the number."""

    code = "debtor_number_taken"
    sentence = _("Debiteurnummer %(number)s is al in gebruik. Kies een ander nummer.")


class ContactTaken(DomainError):
    """The same address has the same role already."""

    code = "contact_taken"
    sentence = _("%(email)s staat al bij deze debiteur met dezelfde rol. Wijzig dat contact.")


def register_debtor(*, number: str, by: Actor, source: str = "hand", **fields: Any) -> Debtor:
    """Make a debtor.

    :raises DebtorNumberTaken: if the number is in use.
    """
    _check_names(fields)
    with transaction.atomic():
        if Debtor.objects.filter(number=number).exists():
            raise DebtorNumberTaken(field="number", number=number)
        debtor = Debtor.objects.create(number=number, sort_name=sort_key(fields["name"]), source=source, **fields)
        audit.record("debtor.registered", by=by, kind="debtor", subject=debtor, debtor_id=debtor.pk, source=source)
    return debtor


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorDraft:
    """What a source says of a debtor: his fields, the e-mail address of each role, his telephone number."""

    number: str
    fields: Mapping[str, Any]
    emails: Mapping[str, str] = field(default_factory=dict)
    phone: str = ""


def register_debtors(drafts: Sequence[DebtorDraft], *, source: str, by: Actor) -> list[Debtor]:
    """Make many debtors with their contacts, all or none; in a fixed number of statements.

    :raises DebtorNumberTaken: if a number is in use.
    """
    for draft in drafts:
        _check_names(draft.fields)
    with transaction.atomic():
        taken = Debtor.objects.filter(number__in=[draft.number for draft in drafts]).first() if drafts else None
        if taken is not None:
            raise DebtorNumberTaken(field="number", number=taken.number)
        made = Debtor.objects.bulk_create(
            Debtor(number=draft.number, sort_name=sort_key(draft.fields["name"]), source=source, **draft.fields)
            for draft in drafts
        )
        Contact.objects.bulk_create(
            contact for draft, debtor in zip(drafts, made, strict=True) for contact in _contacts_of(draft, debtor)
        )
        audit.record_many(
            "debtor.registered",
            by=by,
            kind="debtor",
            rows=[
                (debtor, debtor.pk, {"source": source, "emails": sorted(set(draft.emails.values()))})
                for draft, debtor in zip(drafts, made, strict=True)
            ],
        )
    return made


def _contacts_of(draft: DebtorDraft, debtor: Debtor) -> list[Contact]:
    if not draft.emails:
        return [Contact(debtor=debtor, role=ContactRole.REMINDER, phone=draft.phone)] if draft.phone else []
    return [Contact(debtor=debtor, role=role, email=email, phone=draft.phone) for role, email in draft.emails.items()]


def change_debtor(*, debtor: Debtor, by: Actor, **fields: Any) -> Debtor:
    """Change what differs, and say in the log what was and what is; nothing differs, nothing happens.

    A new postal address makes a returned letter a thing of the past.
    """
    _check_names(fields)
    with transaction.atomic():
        debtor = Debtor.objects.select_for_update().get(pk=debtor.pk)
        changes = {name: value for name, value in fields.items() if getattr(debtor, name) != value}
        if not changes:
            return debtor
        was = {name: getattr(debtor, name) for name in changes}
        if changes.keys() & {"street", "postcode", "city"}:
            changes["post_returned_on"] = None
        if "name" in changes:
            changes["sort_name"] = sort_key(changes["name"])
        for name, value in changes.items():
            setattr(debtor, name, value)
        debtor.save(update_fields=list(changes))
        audit.record(
            "debtor.changed",
            by=by,
            kind="debtor",
            subject=debtor,
            debtor_id=debtor.pk,
            fields=", ".join(was),
            was=was,
            now={name: changes[name] for name in was},
        )
        if changes.keys() & _READ_BY_THE_LADDER:
            signals.debtor_changed.send(Debtor, debtor=debtor, fields=set(changes), by=by)
    return debtor


def register_or_change(
    *, number: str, fields: Mapping[str, Any], emails: Mapping[str, str], phone: str = "", source: str, by: Actor
) -> tuple[Debtor, str]:
    """Bring a debtor in line with what a source says, by his number; an address the source does not know stays.

    Gives the debtor and "added", "changed" or "unchanged".
    """
    with transaction.atomic():
        debtor = Debtor.objects.filter(number=number).first()
        if debtor is None:
            debtor, result = register_debtor(number=number, by=by, source=source, **fields), "added"
        else:
            before = _picture(debtor)
            debtor = change_debtor(debtor=debtor, by=by, **fields)
            result = "unchanged" if _picture(debtor) == before else "changed"
        for role, email in emails.items():
            added = _ensure_contact(debtor, role=role, email=email, phone=phone, by=by)
            result = "changed" if added and result == "unchanged" else result
        if phone and not emails and not debtor.contacts.filter(phone=phone).exists():
            add_contact(debtor=debtor, role="reminder", phone=phone, by=by)
    return debtor, result


def _ensure_contact(debtor: Debtor, *, role: str, email: str, phone: str, by: Actor) -> bool:
    if debtor.contacts.filter(role=role, email__iexact=email).exists():
        return False
    add_contact(debtor=debtor, role=role, email=email, phone=phone, by=by)
    return True


def _picture(debtor: Debtor) -> dict[str, Any]:
    return {name: getattr(debtor, name) for name in FIELDS - {"owner"}}


def _check_names(fields: Mapping[str, Any]) -> None:
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"a debtor has no {', '.join(sorted(unknown))}")


def add_contact(*, debtor: Debtor, role: str, by: Actor, name: str = "", email: str = "", phone: str = "") -> Contact:
    """Add a person or mailbox at a debtor.

    :raises ContactTaken: if the address has that role already.
    """
    with transaction.atomic():
        queries.lock(debtor.pk)
        if email and debtor.contacts.filter(role=role, email__iexact=email).exists():
            raise ContactTaken(field="email", email=email)
        contact = Contact.objects.create(debtor=debtor, role=role, name=name, email=email, phone=phone)
        _log_contact(debtor, contact, by=by, change="+")
    return contact


def change_contact(*, contact: Contact, by: Actor, role: str, name: str, email: str, phone: str) -> Contact:
    """Change a contact; another e-mail address is believed until it bounces.

    :raises ContactTaken: if the address has that role already.
    """
    with transaction.atomic():
        queries.lock(contact.debtor_id)
        debtor = contact.debtor
        twins = debtor.contacts.filter(role=role, email__iexact=email).exclude(pk=contact.pk)
        if email and twins.exists():
            raise ContactTaken(field="email", email=email)
        if email != contact.email:
            contact.email_invalid_since, contact.email_invalid_reason = None, ""
        contact.role, contact.name, contact.email, contact.phone = role, name, email, phone
        contact.save()
        _log_contact(debtor, contact, by=by, change="")
    return contact


def remove_contact(*, contact: Contact, by: Actor) -> None:
    """Take a contact away; what was sent to it stays as it was."""
    with transaction.atomic():
        queries.lock(contact.debtor_id)
        _log_contact(contact.debtor, contact, by=by, change="-")
        contact.delete()


def _log_contact(debtor: Debtor, contact: Contact, *, by: Actor, change: str) -> None:
    audit.record(
        "debtor.changed",
        by=by,
        kind="debtor",
        subject=debtor,
        debtor_id=debtor.pk,
        fields=f"{change}{contact}",
        now={"role": contact.role, "email": contact.email, "phone": contact.phone},
    )
    signals.debtor_changed.send(Debtor, debtor=debtor, fields={"contacts"}, by=by)


def set_legal_state(*, debtor: Debtor, state: str, since: date | None, by: Actor) -> Debtor:
    """Note a legal state of a debtor (bankrupt, deceased, …), or that there is none any more: the ladder follows."""
    with transaction.atomic():
        debtor = Debtor.objects.select_for_update().get(pk=debtor.pk)
        debtor.legal_state, debtor.legal_state_since = state, since if state else None
        debtor.save(update_fields=["legal_state", "legal_state_since"])
        audit.record(
            "debtor.legal_state_changed",
            by=by,
            kind="debtor",
            subject=debtor,
            debtor_id=debtor.pk,
            state=in_dutch(LegalState(state).label),
            since=since,
        )
        signals.debtor_changed.send(Debtor, debtor=debtor, fields={"legal_state"}, by=by)
    return debtor


def add_note(*, debtor: Debtor, text: str, by: Actor) -> None:
    """Write a note on the debtor's timeline."""
    audit.record("debtor.note_added", by=by, kind="debtor", subject=debtor, debtor_id=debtor.pk, reason=text)


def mark_email_invalid(*, debtor: Debtor, address: str, reason: str, by: Actor) -> None:
    """Note that mail to an address came back: it is not used again until somebody mends it."""
    with transaction.atomic():
        marked = debtor.contacts.filter(email__iexact=address, email_invalid_since=None).update(
            email_invalid_since=by.at, email_invalid_reason=reason[:200]
        )
        if not marked:
            return
        audit.record(
            "debtor.email_invalid",
            by=by,
            kind="debtor",
            subject=debtor,
            debtor_id=debtor.pk,
            address=address,
            reason=reason,
        )
        signals.address_failed.send(Debtor, debtor=debtor, channel="email", address=address, by=by)


def mark_post_returned(*, debtor: Debtor, by: Actor) -> None:
    """Note that a letter came back: the postal address is not used again until it is changed or confirmed."""
    with transaction.atomic():
        debtor = Debtor.objects.select_for_update().get(pk=debtor.pk)
        if debtor.post_returned_on is not None:
            return
        debtor.post_returned_on = by.day
        debtor.save(update_fields=["post_returned_on"])
        audit.record("debtor.post_returned", by=by, kind="debtor", subject=debtor, debtor_id=debtor.pk)
        signals.address_failed.send(Debtor, debtor=debtor, channel="post", address=debtor.street, by=by)


def confirm_addresses(*, debtor: Debtor, by: Actor) -> Debtor:
    """Say that the addresses of a debtor are right after all, after a bounce or a returned letter."""
    with transaction.atomic():
        debtor = Debtor.objects.select_for_update().get(pk=debtor.pk)
        debtor.post_returned_on = None
        debtor.save(update_fields=["post_returned_on"])
        debtor.contacts.update(email_invalid_since=None, email_invalid_reason="")
        audit.record("debtor.address_confirmed", by=by, kind="debtor", subject=debtor, debtor_id=debtor.pk)
        signals.debtor_changed.send(Debtor, debtor=debtor, fields={"contacts"}, by=by)
    return debtor
