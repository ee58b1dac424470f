"""The debtors of a file: found by number or what identifies them, changed where they differ, made where they are new.

In a fixed number of statements for those that are new or the same; only who differs is changed one by one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max

from common.actor import Actor
from connectors.files.rows import DebtorRow, InvoiceRow, Reading
from debtors import operations as debtors
from debtors.models import Contact, Debtor
from debtors.states import ContactRole

# The e-mail of a source that names no role gets invoices and reminders: one contact for reminders is what we need.
_ROLE_OF = {"general": ContactRole.REMINDER, "invoice": ContactRole.INVOICE, "reminder": ContactRole.REMINDER}


def fields_of(row: DebtorRow) -> dict[str, Any]:
    """Give what the row says; an empty column says nothing."""
    street = row.address_line or " ".join(filter(None, [row.street, row.house_number]))
    said: dict[str, Any] = {
        "name": row.name,
        "kind": row.kind,
        "attention": row.attention,
        "street": street,
        "postcode": row.postcode,
        "city": row.city,
        "country": row.country,
        "kvk": row.kvk,
        "vat_number": row.vat_number,
        "iban": row.iban,
        "language": row.language,
        "payment_term_days": row.payment_term_days,
        "note": row.notes,
    }
    return {name: value for name, value in said.items() if value not in ("", None)}


def draft_of(row: DebtorRow, number: str) -> debtors.DebtorDraft:
    """Give what a row says of a debtor, under the number that he has or gets."""
    return debtors.DebtorDraft(
        number=number,
        fields=fields_of(row),
        emails={_ROLE_OF.get(one.role, ContactRole.ESCALATION): one.address for one in row.emails},
        phone=row.phone,
    )


def follow(rows: Sequence[DebtorRow], *, source: str, by: Actor) -> dict[str, int]:
    """Bring debtors in line with rows; give how many were added, changed and unchanged."""
    known = {debtor.number: debtor for debtor in Debtor.objects.filter(number__in=[row.number for row in rows])}
    contacts = _contacts(known.values())
    fresh: list[debtors.DebtorDraft] = []
    changed = 0
    for row in rows:
        draft = draft_of(row, row.number)
        debtor = known.get(row.number)
        if debtor is None:
            fresh.append(draft)
        elif not _says_nothing_new(draft, debtor, contacts.get(debtor.pk, ())):
            _, outcome = debtors.register_or_change(
                number=draft.number, fields=draft.fields, emails=draft.emails, phone=draft.phone, source=source, by=by
            )
            changed += outcome == "changed"
    debtors.register_debtors(fresh, source=source, by=by)
    return {"added": len(fresh), "changed": changed, "unchanged": len(rows) - len(fresh) - changed}


def _contacts(known: Iterable[Debtor]) -> dict[int, list[Contact]]:
    found: dict[int, list[Contact]] = {}
    for contact in Contact.objects.filter(debtor__in=[debtor.pk for debtor in known]):
        found.setdefault(contact.debtor_id, []).append(contact)
    return found


def _says_nothing_new(draft: debtors.DebtorDraft, debtor: Debtor, contacts: Sequence[Contact]) -> bool:
    if any(getattr(debtor, name) != value for name, value in draft.fields.items()):
        return False
    addresses = {(contact.role, contact.email.casefold()) for contact in contacts}
    if any((role, email.casefold()) not in addresses for role, email in draft.emails.items()):
        return False
    return bool(draft.emails) or not draft.phone or any(contact.phone == draft.phone for contact in contacts)


@dataclass(slots=True)
class Found:
    """Who each row of a reading is for, by its place; and what was new."""

    debtors: dict[int, Debtor] = field(default_factory=dict)
    unknown: list[InvoiceRow] = field(default_factory=list)
    new: list[DebtorRow] = field(default_factory=list)


def of_invoices(reading: Reading[InvoiceRow], *, by: Actor) -> Found:
    """Find or make the debtor of every row: by number, else by what identifies him."""
    known, found = _Known(reading.rows), Found()
    drafts: list[debtors.DebtorDraft] = []
    waiting: dict[int, debtors.DebtorDraft] = {}
    for place, row in enumerate(reading.rows):
        one = known.find(row)
        if one is None and row.debtor is not None and row.debtor.name:
            one = draft_of(row.debtor, row.debtor_number or known.next_number())
            drafts.append(one)
            found.new.append(row.debtor)
            known.add(one)
        if isinstance(one, Debtor):
            found.debtors[place] = one
        elif one is not None:
            waiting[place] = one
        else:
            found.unknown.append(row)
    made = {debtor.number: debtor for debtor in debtors.register_debtors(drafts, source=reading.file_kind, by=by)}
    found.debtors |= {place: made[draft.number] for place, draft in waiting.items()}
    return found


class _Known:
    """Debtors that are known already, or were met earlier in the file, found by what a row says of them."""

    def __init__(self, rows: Sequence[InvoiceRow]) -> None:
        numbers = {row.debtor_number for row in rows if row.debtor_number}
        kvks = {row.debtor.kvk for row in rows if row.debtor and row.debtor.kvk}
        vats = {row.debtor.vat_number for row in rows if row.debtor and row.debtor.vat_number}
        self._by: dict[tuple[str, str], Debtor | debtors.DebtorDraft] = {}
        for name, values in (("number", numbers), ("kvk", kvks), ("vat_number", vats)):
            for debtor in Debtor.objects.filter(**{f"{name}__in": values}).order_by("-pk"):
                self._by[name, getattr(debtor, name)] = debtor
        self._given = set(numbers)
        self._next = 0

    def find(self, row: InvoiceRow) -> Debtor | debtors.DebtorDraft | None:
        """Give the debtor with that number; without one, the debtor with that KvK or VAT number, or that address."""
        if row.debtor_number:
            return self._by.get(("number", row.debtor_number))
        if row.debtor is None:
            return None
        for name in ("kvk", "vat_number"):
            value = getattr(row.debtor, name)
            if value and (name, value) in self._by:
                return self._by[name, value]
        return self._by.get(("address", _address(row.debtor.name, row.debtor.postcode))) or _same_address(row.debtor)

    def add(self, draft: debtors.DebtorDraft) -> None:
        """Remember who will be made, for the rows after."""
        self._by["number", draft.number] = draft
        for name in ("kvk", "vat_number"):
            if draft.fields.get(name):
                self._by[name, draft.fields[name]] = draft
        self._by["address", _address(draft.fields["name"], draft.fields.get("postcode", ""))] = draft

    def next_number(self) -> str:
        """Give a debtor number that is free, for sources that name none."""
        if not self._next:
            self._next = (Debtor.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
        number = f"D{self._next:06d}"
        while number in self._given or Debtor.objects.filter(number=number).exists():
            self._next += 1
            number = f"D{self._next:06d}"
        self._next += 1
        return number


def _address(name: str, postcode: str) -> str:
    return f"{name.casefold()}|{postcode}"


def _same_address(row: DebtorRow) -> Debtor | None:
    if not row.postcode:
        return None
    return Debtor.objects.filter(name__iexact=row.name, postcode=row.postcode).order_by("pk").first()


def kinds_concluded(rows: Iterable[DebtorRow]) -> list[tuple[str, str]]:
    """Give the name and kind of those of whom no column said whether they are a consumer or a business."""
    return [(row.name, row.kind) for row in rows if row.kind_derived]
