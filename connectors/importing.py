"""From rows of a file to debtors and invoices: all of them or none, and the same file again changes nothing.

What is known is compared, never overwritten: a known number with other amounts is an error, a due date follows the
books until a statutory notice counted from it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from audit import operations as audit
from common.actor import Actor
from common.money import ZERO
from connectors import debtors_of
from connectors.files.rows import DebtorRow, InvoiceRow, Problem, Reading
from debtors import queries as debtor_queries
from debtors.models import Debtor
from dunning import operations as ladder
from invoices import operations as invoices
from invoices.models import CreditNote, Invoice
from tenants.models import Letterhead

Progress = Callable[[int], None]  # told how many rows are done
PART = 1000  # debtors at a time


class ImportRefused(Exception):
    """Something in the file is wrong, so nothing of it was imported; the problems say what and where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} problems")


@dataclass(slots=True)
class Result:
    """What an import did, or would do."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    new_debtors: int = 0
    derived_kinds: list[tuple[str, str]] = field(default_factory=list)  # (name, kind) where no column said it
    overdue: int = 0  # new invoices that are due already: these would start on the ladder
    amount: Decimal = ZERO
    other_suppliers: int = 0  # documents that somebody else made
    warnings: tuple[Problem, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Give the counts for keeping."""
        return {
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "new_debtors": self.new_debtors,
            "overdue": self.overdue,
            "amount": f"{self.amount:.2f}",
        }


def import_debtors(
    reading: Reading[DebtorRow], *, by: Actor, dry_run: bool = False, progress: Progress = lambda done: None
) -> Result:
    """Bring debtors in line with a file. What the file leaves empty stays as it is.

    :raises ImportRefused: if anything in the file is wrong; then nothing was imported.
    """
    if reading.errors:
        raise ImportRefused(reading.problems)
    result = Result(warnings=tuple(reading.warnings))

    def work() -> None:
        # all at once and by id, as the night does: who takes them in the order of a file may wait for it for ever
        debtor_queries.lock_numbers([row.number for row in reading.rows])
        for first in range(0, len(reading.rows), PART):
            part = reading.rows[first : first + PART]
            for outcome, count in debtors_of.follow(part, source=reading.file_kind, by=by).items():
                setattr(result, outcome, getattr(result, outcome) + count)
            progress(first + len(part))
        result.derived_kinds += debtors_of.kinds_concluded(reading.rows)
        _log(reading, result, by)

    _all_or_nothing(work, dry_run=dry_run)
    return result


def import_invoices(
    reading: Reading[InvoiceRow],
    *,
    by: Actor,
    dry_run: bool = False,
    progress: Progress = lambda done: None,
) -> Result:
    """Register the invoices and credit notes of a file, with debtors that are new in it.

    A document of another supplier is a warning here; the upload page wants it confirmed (`Result.other_suppliers`).

    :raises ImportRefused: if anything in the file, or set against what is known, is wrong; then nothing was imported.
    """
    if reading.errors:
        raise ImportRefused(reading.problems)
    others = _other_suppliers(reading.rows)
    result = Result(warnings=(*reading.warnings, *others), other_suppliers=len(others))

    def work() -> None:
        found = debtors_of.of_invoices(reading, by=by)
        if found.unknown:
            unknown = [_problem(row, "debtor_unknown", {"number": row.debtor_number}) for row in found.unknown]
            raise ImportRefused([*reading.problems, *unknown])
        result.new_debtors += len(found.new)
        result.derived_kinds += debtors_of.kinds_concluded(found.new)
        progress(len(reading.rows) // 2)
        _register(reading, found.debtors, result, by)
        progress(len(reading.rows))
        _log(reading, result, by)

    _all_or_nothing(work, dry_run=dry_run)
    return result


def _all_or_nothing(work: Callable[[], None], *, dry_run: bool) -> None:
    with transaction.atomic():
        work()
        transaction.set_rollback(dry_run)


def _log(reading: Reading[Any], result: Result, by: Actor) -> None:
    if result.added or result.changed:
        audit.record("import.finished", by=by, kind="import", file=reading.filename, **result.as_dict())


# --- Invoices and credit notes


def _register(reading: Reading[InvoiceRow], of: Mapping[int, Debtor], result: Result, by: Actor) -> None:
    debtor_queries.lock_all(debtor.pk for debtor in of.values())
    known = {row.number: row for row in _known(Invoice, reading, "invoice")}
    known_notes = {row.number: row for row in _known(CreditNote, reading, "credit_note")}
    problems: list[Problem] = []
    drafts: list[invoices.InvoiceDraft] = []
    notes: list[invoices.CreditNoteDraft] = []
    for place, row in enumerate(reading.rows):
        if row.document_kind == "invoice" and row.number in known:
            problems += _compare(row, known[row.number], of[place], result, by)
        elif row.document_kind == "invoice":
            drafts.append(_draft(row, of[place], reading.file_kind))
        elif row.number in known_notes:
            problems += _compare_note(row, known_notes[row.number], result)
        else:
            notes.append(_note_draft(row, of[place], reading.file_kind))
    if problems:
        raise ImportRefused([*reading.problems, *problems])
    registered = invoices.register_invoices(drafts, by=by) if drafts else []
    for note in notes:
        invoices.register_credit_note(note, by=by)
    result.added += len(registered) + len(notes)
    result.amount = sum((row.principal for row in registered), start=ZERO)
    result.overdue = sum(1 for row in registered if row.is_open and row.due_date < by.day)


def _known(model: type[Any], reading: Reading[InvoiceRow], kind: str) -> Any:
    return model.objects.filter(number__in=[row.number for row in reading.rows if row.document_kind == kind])


def _compare(row: InvoiceRow, known: Invoice, debtor: Debtor, result: Result, by: Actor) -> list[Problem]:
    if known.principal != row.amount or known.debtor_id != debtor.pk:
        return [
            _problem(row, "number_known_with_other_amounts", {"number": row.number, "known": f"{known.principal:.2f}"})
        ]
    if known.issue_date != row.issue_date:
        return [_other_date(row, known.issue_date)]
    if row.due_date is None or row.due_date == known.due_date or ladder.due_date_is_fixed(known):
        result.unchanged += 1
        return []
    invoices.change_due_date(invoice=known, due_date=row.due_date, is_fixed=False, by=by)
    result.changed += 1
    return []


def _compare_note(row: InvoiceRow, known: CreditNote, result: Result) -> list[Problem]:
    if known.amount != row.amount:
        return [
            _problem(row, "number_known_with_other_amounts", {"number": row.number, "known": f"{known.amount:.2f}"})
        ]
    if known.issue_date != row.issue_date:
        return [_other_date(row, known.issue_date)]
    result.unchanged += 1
    return []


def _other_date(row: InvoiceRow, known: date) -> Problem:
    return _problem(row, "number_known_with_other_date", {"number": row.number, "day": known.isoformat()})


def _draft(row: InvoiceRow, debtor: Debtor, source: str) -> invoices.InvoiceDraft:
    return invoices.InvoiceDraft(
        debtor=debtor,
        number=row.number,
        issue_date=row.issue_date,
        due_date=row.due_date,
        principal=row.amount,
        vat_amount=row.vat_amount or ZERO,
        prepaid=row.paid or ZERO,
        sent_on=row.sent_on,
        description=row.description,
        payment_reference=row.payment_reference,
        order_reference=row.order_reference or row.buyer_reference,
        contract_ref=row.contract_ref,
        acted_as_consumer=row.acted_as_consumer,
        term_agreed=row.term_agreed,
        debtor_as_invoiced=_as_invoiced(row, debtor),
        details=_details(row),
        files=_files(row),
        source=source,
    )


def _note_draft(row: InvoiceRow, debtor: Debtor, source: str) -> invoices.CreditNoteDraft:
    return invoices.CreditNoteDraft(
        debtor=debtor,
        number=row.number,
        issue_date=row.issue_date,
        amount=row.amount,
        vat_amount=row.vat_amount or ZERO,
        invoice_number=row.original_number or "",
        description=row.description,
        debtor_as_invoiced=_as_invoiced(row, debtor),
        details=_details(row),
        files=_files(row),
        source=source,
    )


def _as_invoiced(row: InvoiceRow, debtor: Debtor) -> dict[str, Any]:
    """Give the debtor as the document names him, else as he is known now."""
    said = debtors_of.fields_of(row.debtor) if row.debtor is not None and row.debtor.name else {}
    names = ("name", "attention", "street", "postcode", "city", "country", "kvk", "vat_number")
    return {name: said.get(name) or getattr(debtor, name) for name in names}


def _details(row: InvoiceRow) -> dict[str, Any]:
    details: dict[str, Any] = {
        "ibans": list(row.ibans),
        "note": row.note,
        "payment_terms": row.payment_terms,
        "original_numbers": list(row.original_numbers),
        "vat_lines": [
            {
                "category": line.category,
                "percent": _text(line.percent),
                "taxable": _text(line.taxable),
                "vat": _text(line.vat),
            }
            for line in row.vat_lines
        ],
    }
    if row.g_account is not None:
        details["g_account"] = {
            "amount": _text(row.g_account.amount),
            "iban": row.g_account.iban,
            "payment_reference": row.g_account.payment_reference,
        }
    return {name: value for name, value in details.items() if value}


def _text(amount: Decimal | None) -> str:
    return "" if amount is None else str(amount)


def _files(row: InvoiceRow) -> tuple[invoices.File, ...]:
    """Keep what came with the document; the first real PDF is the invoice itself."""
    first_pdf = next((file for file in row.attachments if file.is_pdf), None)
    return tuple(
        invoices.File(
            filename=file.filename or "bijlage",
            media_type="application/pdf" if file.is_pdf else file.mime or "application/octet-stream",
            content=file.content,
            is_the_invoice=file is first_pdf,
        )
        for file in row.attachments
    )


def _other_suppliers(rows: Sequence[InvoiceRow]) -> list[Problem]:
    """Find documents that somebody else made: importing a purchase invoice would have the tenant dun himself."""
    letterhead = Letterhead.objects.first()
    if letterhead is None:
        return []
    own = {"kvk": letterhead.kvk, "vat_number": letterhead.vat_number}
    problems = []
    for row in rows:
        supplier = row.supplier
        said = {name: getattr(supplier, name) for name in own} if supplier is not None else {}
        others = [value for name, value in said.items() if value and own[name] and value != own[name]]
        if supplier is not None and others:
            found = _problem(row, "other_supplier", {"name": supplier.name, "number": others[0]})
            problems.append(replace(found, level="warning"))
    return problems


def _problem(row: InvoiceRow, code: str, values: Mapping[str, str]) -> Problem:
    return Problem(row.row, "", code, dict(values), source=row.source)
