"""A content as templates show it: amounts, days and parts of sentences as ready strings, choices as yes or no."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from common import identifiers
from common.money import ZERO
from common.templatetags.amounts import NO_BREAK_SPACE, format_date, format_date_short, format_euro
from correspondence.content import InterestLine, Item, Kind, NoticeContent, Sender, Variant
from correspondence.rendering import address, colours, words

_LONG_NAME = 60  # characters; longer does not fit in the letterhead at full size
_EARLIER_LETTERS = 4  # more would make the sentence unreadable


@dataclass(frozen=True, slots=True)
class Row:
    """One claim in the table; `stage` is its own rung where they differ, `notes` what came off it."""

    invoice: str
    stage: str
    description: str
    notes: tuple[str, ...]
    issue_date: str
    due_date: str
    days_late: str
    amount: str
    open: str


@dataclass(frozen=True, slots=True)
class UpcomingRow:
    """One invoice that is not due yet."""

    invoice: str
    due_date: str
    amount: str


@dataclass(frozen=True, slots=True)
class InterestRow:
    """One line of the specification of interest."""

    invoice: str
    period: str
    days: int
    base: str
    percent: str
    amount: str


@dataclass(frozen=True, slots=True)
class View:
    """What the templates of letters and mails are filled with."""

    lang: str
    colour: str
    sender: Sender
    long_name: bool
    sender_place: str
    phone: str
    return_address: str
    address: tuple[str, ...]
    debtor: str
    debtor_number: str
    notice_reference: str
    dispatch_date: str
    # the claims
    all_rows: tuple[Row, ...]
    rows: tuple[Row, ...]  # all but the last
    last_row: Row
    upcoming: tuple[UpcomingRow, ...]
    credit: str
    interest_rows: tuple[InterestRow, ...]
    interest_settled: str
    one: bool
    number: str
    claim: str
    letter_claim: str
    description: str
    due_date: str
    partly_paid: bool
    mixed: bool
    rung: str
    # what is asked
    amount: str
    principal: str
    interest: str
    has_interest: bool
    costs: str
    has_costs: bool
    costs_vat: str
    shows_parts: bool
    interest_until: str
    interest_name: str
    interest_name_capital: str
    interest_ground: str
    day_count: str
    deadline: str
    pay_by: str
    iban: str
    account_holder: str
    reference: str
    pay_url: str
    # what follows
    announces: bool
    announced_costs: str
    announced_vat: str
    has_vat: bool
    vat_percent: str
    total_with_costs: str
    agency: str
    # around it
    business: bool
    overdue: bool
    by_email: bool
    invoices_attached: bool
    copy_by_post: bool
    earlier: str
    last_letter_date: str
    fourteen_day_letter_date: str
    payments_until: str

    def context(self) -> dict[str, Any]:
        """Give this view as a template's context, with the labels of its language."""
        return {"t": words.LABELS[self.lang]} | {field.name: getattr(self, field.name) for field in fields(self)}


def view(content: NoticeContent) -> View:
    """Give a content as its templates show it."""
    lang = content.written_in
    rows = tuple(_row(item, content) for item in content.items)
    sender = content.sender
    return View(
        lang=lang,
        colour=colours.on_white(sender.colour),
        sender=sender,
        long_name=len(sender.legal_name) > _LONG_NAME,
        sender_place=_place(sender),
        phone=sender.phone.replace(" ", NO_BREAK_SPACE),
        return_address=f"{sender.street}, {_place(sender)}",
        address=address.lines(
            content.recipient, attention=words.LABELS[lang]["attention"], home=sender.country, language=lang
        ),
        debtor=content.recipient.name,
        debtor_number=content.recipient.debtor_number,
        notice_reference=content.notice_reference,
        dispatch_date=format_date(content.dispatch_date, lang),
        all_rows=rows,
        rows=rows[:-1],
        last_row=rows[-1],
        **_claims(content, lang),
        **_asked(content, lang),
        **_consequences(content, lang),
        **_around(content, lang),
    )


def _claims(content: NoticeContent, lang: str) -> dict[str, Any]:
    first, count = content.items[0], len(content.items)
    one = count == 1
    specified = sum((line.amount for line in content.interest_lines), start=ZERO)
    settled = content.payable.interest - specified
    claim = _dated(f"{words.LABELS[lang]['invoice'].lower()} {first.invoice_number}", first.issue_date, lang)
    return {
        "upcoming": tuple(
            UpcomingRow(due.invoice_number, format_date_short(due.due_date, lang), format_euro(due.amount, lang))
            for due in content.upcoming
        ),
        "credit": format_euro(content.credit, lang) if content.credit else "",
        "interest_rows": tuple(_interest_row(line, lang) for line in content.interest_lines),
        "interest_settled": format_euro(settled, lang) if settled and content.interest_lines else "",
        "one": one,
        "number": first.invoice_number,
        "claim": claim if one else _these(count, lang),
        "letter_claim": claim if one else _count(count, lang),
        "description": first.description if one else "",
        "due_date": format_date(first.due_date, lang),
        "partly_paid": any(item.paid or item.credited for item in content.items),
        "mixed": content.has_mixed_rungs,
        "rung": words.RUNGS[lang][content.kind][0],
    }


def _asked(content: NoticeContent, lang: str) -> dict[str, Any]:
    payable = content.payable
    pay_by = _pay_by(content)
    interest_name, interest_ground = words.INTEREST[lang][content.interest_kind]
    until = max((line.last_day for line in content.interest_lines), default=content.dispatch_date)
    return {
        "amount": format_euro(payable.total, lang),
        "principal": format_euro(payable.principal, lang),
        "interest": format_euro(payable.interest, lang),
        "has_interest": payable.interest > 0,
        "costs": format_euro(payable.costs, lang),
        "has_costs": payable.costs > 0,
        "costs_vat": format_euro(payable.costs_vat, lang) if payable.costs_vat else "",
        "shows_parts": bool(payable.interest or payable.costs),
        "interest_until": format_date(until, lang),
        "interest_name": interest_name,
        "interest_name_capital": interest_name.capitalize(),
        "interest_ground": interest_ground,
        "day_count": words.DAY_COUNTS[lang][content.day_count],
        "deadline": _deadline(pay_by, content.term_days, lang),
        "pay_by": format_date(pay_by, lang) if pay_by else "",
        "iban": identifiers.format_iban(payable.iban).replace(" ", NO_BREAK_SPACE),
        "account_holder": payable.account_holder,
        "reference": grouped_reference(payable.reference),
        "pay_url": content.pay_url,
    }


def _consequences(content: NoticeContent, lang: str) -> dict[str, Any]:
    note = content.announcement
    return {
        "announces": note is not None,
        "announced_costs": format_euro(note.costs, lang) if note else "",
        "announced_vat": format_euro(note.vat, lang) if note else "",
        "has_vat": bool(note and note.vat_reason),
        "vat_percent": _percent(note.vat_percent, lang) if note else "",
        "total_with_costs": format_euro(note.total_with_costs, lang) if note else "",
        "agency": content.agency_name or words.AGENCY[lang],
    }


def _around(content: NoticeContent, lang: str) -> dict[str, Any]:
    earlier = sorted(content.earlier_letters, key=lambda letter: letter.sent_on)
    fourteen = [letter for letter in earlier if letter.kind is Kind.FOURTEEN_DAY_LETTER]
    named = [_dated(words.RUNGS[lang][letter.kind][1], letter.sent_on, lang) for letter in earlier[-_EARLIER_LETTERS:]]
    return {
        "business": content.variant is Variant.BUSINESS,
        "overdue": content.kind is not Kind.COURTESY,
        "by_email": content.channel == "email",
        "invoices_attached": content.invoices_attached,
        "copy_by_post": content.email_copy,
        "earlier": words.joined(named, lang),
        "last_letter_date": format_date(earlier[-1].sent_on, lang) if earlier else "",
        "fourteen_day_letter_date": format_date(fourteen[-1].sent_on, lang) if fourteen else "",
        "payments_until": format_date(content.payments_until, lang) if content.payments_until else "",
    }


def grouped_reference(reference: str) -> str:
    """Write a payment reference in groups of four where it is one, as banks print it; other text as it is."""
    for parse in (identifiers.parse_payment_reference, identifiers.parse_rf):
        try:
            digits = parse(reference)
        except ValueError:
            continue
        return NO_BREAK_SPACE.join(digits[i : i + 4] for i in range(0, len(digits), 4))
    return reference


def _row(item: Item, content: NoticeContent) -> Row:
    lang = content.written_in
    return Row(
        invoice=item.invoice_number,
        stage=words.RUNGS[lang][item.rung_kind][0] if content.has_mixed_rungs else "",
        description=item.description,
        notes=tuple(_notes(item, lang)),
        issue_date=format_date_short(item.issue_date, lang),
        due_date=format_date_short(item.due_date, lang),
        days_late=str(item.days_overdue),
        amount=format_euro(item.principal, lang),
        open=format_euro(item.open_principal, lang),
    )


def _notes(item: Item, lang: str) -> Iterator[str]:
    reductions = (("paid", item.paid), ("credited", item.credited), ("disputed", item.disputed))
    for label, amount in reductions:
        if amount != ZERO:
            yield f"{words.LABELS[lang][label]}: {format_euro(amount, lang)}"


def _interest_row(line: InterestLine, lang: str) -> InterestRow:
    per = words.LABELS[lang]["per_month" if line.per_month else "per_year"]
    first, last = (format_date_short(day, lang) for day in (line.first_day, line.last_day))
    return InterestRow(
        invoice=line.invoice_number,
        period=words.period(first, last, lang),
        days=line.days,
        base=format_euro(line.base, lang),
        percent=f"{_percent(line.percent, lang)} {per}",
        amount=format_euro(line.amount, lang),
    )


def _these(count: int, lang: str) -> str:
    return (
        f"de {_count(count, lang)} die hieronder staan" if lang == "nl" else f"the {_count(count, lang)} listed below"
    )


def _count(count: int, lang: str) -> str:
    return f"{count}{NO_BREAK_SPACE}{'facturen' if lang == 'nl' else 'invoices'}"


def _dated(name: str, day: date, lang: str) -> str:
    return f"{name} {'van' if lang == 'nl' else 'of'} {format_date(day, lang)}"


def _deadline(pay_by: date | None, days: int, lang: str) -> str:
    if pay_by is None:
        return f"binnen {days} dagen" if lang == "nl" else f"within {days} days"
    day = format_date(pay_by, lang)
    return f"uiterlijk op {day}" if lang == "nl" else f"no later than {day}"


def _pay_by(content: NoticeContent) -> date | None:
    """The day to pay by; before the due date that is the due date itself, where there is one."""
    if content.kind is not Kind.COURTESY:
        return content.pay_by
    due = {item.due_date for item in content.items}
    return due.pop() if len(due) == 1 else None


def _percent(percent: Decimal, lang: str) -> str:
    text = f"{percent.normalize():f}%"
    return text.replace(".", ",") if lang == "nl" else text


def _place(sender: Sender) -> str:
    return " ".join(part for part in (sender.postcode.replace(" ", NO_BREAK_SPACE), sender.city) if part)
