"""Gathers a dossier from what the database holds, and packs it with the letters that were sent."""

import io
import json
import re
import zipfile
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import chain, count
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from audit import sentences
from audit.models import Entry
from collections_handoff import dossier, sheet
from common import clock
from common.money import ZERO
from correspondence.models import Message
from debtors import queries as debtor_queries
from debtors.models import Debtor
from dunning.models import Notice, Step
from dunning.states import RungKind
from invoices import queries as invoice_queries
from invoices.models import Attachment, Invoice
from law import limitation, printing
from law.interest import InterestCalculation
from payments import arranged
from tenants.models import Letterhead

# What an agency should know beside letters and money.
_NOT_IN_A_NAME = re.compile(r"[^\w.() -]")
EVENTS = ("call.made", "promise.made", "promise.broken", "dispute.opened", "dispute.resolved", "debtor.note_added")


def build(debtor: Debtor, invoices: Sequence[Invoice], *, reference: str, day: date) -> dossier.Dossier:
    """Give the dossier of a debtor's claims as they stand on a day.

    :raises dossier.DossierDoesNotAddUp: if the ledger does not add up to what is open.
    """
    with translation.override("nl"):  # the words in it are part of what is frozen
        claims = tuple(_claim(invoice, day) for invoice in invoices)
        terms = invoice_queries.claim_terms()
        return dossier.Dossier(
            reference=reference,
            made_on=day,
            creditor=_creditor(),
            debtor=_debtor(debtor),
            acted_as_consumer=any(invoice.acted_as_consumer for invoice in invoices),
            interest_method=invoice_queries.interest_terms(invoices[0], terms).day_count.value,
            claims=claims,
            letters=tuple(_sent(invoices)),
            events=tuple(_events(debtor)),
            principal=sum((claim.principal for claim in claims), start=ZERO),
            interest=sum((claim.interest for claim in claims), start=ZERO),
            costs=sum((claim.costs for claim in claims), start=ZERO),
            vat_deductible=not terms.vat_not_deductible,
            missing=tuple(_missing(debtor, invoices)),
        )


def _creditor() -> dict[str, str]:
    letterhead = Letterhead.objects.get()
    names = ("legal_name", "street", "postcode", "city", "country", "phone", "email", "kvk", "vat_number", "iban")
    return {name: getattr(letterhead, name) for name in names}


def _debtor(debtor: Debtor) -> dict[str, Any]:
    names = ("number", "name", "kind", "attention", "street", "postcode", "city", "country", "kvk", "vat_number")
    return {name: getattr(debtor, name) for name in names} | {
        "language": debtor.language,
        "contacts": [
            {"name": one.name, "role": one.role, "email": one.email, "phone": one.phone}
            for one in debtor.contacts.order_by("pk")
        ],
        "phone": debtor_queries.phone_of(debtor),
    }


def _claim(invoice: Invoice, day: date) -> dossier.Claim:
    calculation = invoice_queries.interest_through(invoice, day, invoice_queries.claim_terms())
    return dossier.Claim(
        number=invoice.number,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        term_agreed=invoice.term_agreed,
        default_since=invoice.default_since,
        description=invoice.description,
        invoiced=invoice.principal,
        principal=invoice.principal_open,
        interest=invoice.interest_open,
        costs=invoice.costs_open,
        bookings=tuple(_bookings(invoice)),
        interest_lines=_interest_lines(calculation),
        limitation_date=_limitation_date(invoice),
    )


def _interest_lines(calculation: InterestCalculation | None) -> tuple[Mapping[str, Any], ...]:
    record: Any = printing.record(calculation) if calculation else {}
    return tuple(record.get("lines", ()))


def _bookings(invoice: Invoice) -> list[dossier.Booking]:
    charges = [
        dossier.Booking(day=row.booked_on, kind=row.kind, amount=row.amount, note=row.reason)
        for row in invoice.charges.order_by("booked_on", "pk")
    ]
    settlements = [
        dossier.Booking(
            day=row.booked_on,
            kind=row.kind,
            amount=-row.amount,
            to_costs=row.to_costs,
            to_interest=row.to_interest,
            to_principal=row.to_principal,
            note=row.reason,
        )
        for row in invoice.settlements.order_by("booked_on", "pk")
    ]
    return sorted([*charges, *settlements], key=lambda row: row.day)


def _limitation_date(invoice: Invoice) -> date:
    """Give the day after which the claim is barred: formal letters, payments, requests to pay in parts interrupt."""
    kind = limitation_kind(invoice)
    letters = Step.objects.filter(
        case__invoice=invoice, undelivered_on=None, joined=False, kind__in=limitation_letters()
    ).values_list("delivered_on", flat=True)
    acts = [limitation.Interruption(limitation.Act.WRITTEN_DEMAND, on, proved=True) for on in letters]
    payments = invoice.settlements.filter(kind="payment", reverses=None, reversals=None)
    acts += [limitation.Interruption(limitation.Act.PART_PAYMENT, row.booked_on, proved=True) for row in payments]
    asked = arranged.requests_about(invoice)
    acts += [limitation.Interruption(limitation.Act.REQUEST_FOR_ARRANGEMENT, on, proved=True) for on in asked]
    return limitation.limitation(kind, invoice.due_date, acts).last_day


def limitation_kind(invoice: Invoice) -> Any:
    """Give which term of limitation a claim has: two years for goods to a consumer, else five."""
    goods = invoice.acted_as_consumer and invoice_queries.claim_terms().goods
    return limitation.ClaimKind.CONSUMER_PURCHASE if goods else limitation.ClaimKind.CONTRACT


def limitation_letters() -> tuple[str, ...]:
    """Give the rungs whose letters reserve all rights, and so interrupt (art. 3:317 BW)."""
    return ("demand", "default_notice", "fourteen_day_letter", "final_demand")


def _messages(invoices: Sequence[Invoice]) -> list[Message]:
    notices = Step.objects.filter(case__invoice__in=invoices, notice__isnull=False).values("notice__public_id")
    rows = Message.objects.filter(subject_kind="notice", subject_id__in=notices, sent_at__isnull=False)
    return list(rows.select_related("document").order_by("sent_at", "pk"))


def _sent(invoices: Sequence[Invoice]) -> list[dossier.Sent]:
    messages = _messages(invoices)
    kinds = dict(
        Notice.objects.filter(public_id__in=[one.subject_id for one in messages]).values_list("public_id", "kind")
    )
    return [
        dossier.Sent(
            kind=str(RungKind(kinds[message.subject_id]).label).capitalize(),
            channel=message.channel,
            sent_at=message.sent_at.isoformat() if message.sent_at else "",
            delivered_at=message.delivered_at.isoformat() if message.delivered_at else "",
            to=message.to_address,
            state=message.state,
            sha256=message.document.sha256 if message.document else message.sha256,
            message_id=message.message_id,
            file=_name(message),
        )
        for message in messages
    ]


def _name(message: Message) -> str:
    stem = f"brieven/{message.sent_at:%Y%m%d}-{message.channel}-{message.public_id}"
    return f"{stem}.pdf" if message.document else f"{stem}.html"


def _events(debtor: Debtor) -> list[dossier.Event]:
    rows = Entry.objects.of_debtor(debtor.pk).filter(verb__in=EVENTS).order_by("at", "pk")
    return [
        dossier.Event(
            day=clock.local_day(row.at).isoformat(),
            what=sentences.sentence(row),
            who=row.actor_label,
            note=row.reason,
        )
        for row in rows
    ]


def _missing(debtor: Debtor, invoices: Sequence[Invoice]) -> list[str]:
    """Give what an agency will ask for that is not here."""
    found = []
    with_pdf = set(
        Attachment.objects.filter(invoice__in=invoices, is_the_invoice=True).values_list("invoice_id", flat=True)
    )
    found += [f"factuur {invoice.number} (PDF)" for invoice in invoices if invoice.pk not in with_pdf]
    if not debtor.has_postal_address:
        found.append("postadres")
    return found


def pack(built: dossier.Dossier, invoices: Sequence[Invoice]) -> bytes:
    """Give the dossier as a ZIP: as JSON, as a table and as a page, with the invoices and every letter as sent."""
    data = dossier.as_json(built)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "dossier.json", json.dumps(data, indent=2, ensure_ascii=False).encode(), built.made_on)
        _add(archive, "vorderingen.csv", dossier.as_csv(built.claims), built.made_on)
        _add(archive, "index.html", page(data).encode(), built.made_on)
        for message in _messages(invoices):
            if message.document:
                _add(archive, _name(message), bytes(message.document.content), built.made_on)
            if message.body_html:  # the mail itself, also where the letter went along
                _add(archive, _name(message).replace(".pdf", ".html"), message.body_html.encode(), built.made_on)
        files = Attachment.objects.filter(invoice__in=invoices, is_the_invoice=True).select_related("invoice")
        for file in files.order_by("pk"):
            name = _file_name(file, {held.filename for held in archive.filelist})
            _add(archive, name, bytes(file.content), built.made_on)
    return out.getvalue()


def _file_name(file: Attachment, taken: Collection[str]) -> str:
    """Give a name without folders that no other file in the archive has: many packages call every PDF the same."""
    plain = _NOT_IN_A_NAME.sub("_", file.filename).lstrip(".") or "factuur.pdf"
    of_invoice = f"{_NOT_IN_A_NAME.sub('_', str(file.invoice))}-{plain}"
    candidates = chain([plain, of_invoice], (f"{number}-{of_invoice}" for number in count(2)))
    return next(name for one in candidates if (name := f"facturen/{one}") not in taken)


def page(data: Mapping[str, Any]) -> str:
    """Give a dossier as a page that can be read and printed without us; in Dutch, for a Dutch court."""
    with translation.override("nl"):
        context = {"sheet": sheet.of(data), "fingerprint": dossier.fingerprint(data)}
        return render_to_string("collections_handoff/dossier.html", context)


def _add(archive: zipfile.ZipFile, name: str, content: bytes, day: date) -> None:
    """Add a file with a fixed time, so that the same dossier gives the same bytes."""
    archive.writestr(zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
