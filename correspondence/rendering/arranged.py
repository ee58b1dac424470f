"""Messages about paying in parts, as a mail and as a letter on paper: the same words and the same schedule."""

import hashlib
from typing import Any

from django.template.loader import render_to_string

from common import identifiers
from common.templatetags.amounts import NO_BREAK_SPACE, format_date, format_date_short, format_euro
from correspondence.arranged_content import ArrangementContent, Part
from correspondence.rendering import (
    address,
    cleaning,
    colours,
    mails,
    payment_qr,
    pictures,
    plain_text,
    process,
    versions,
    view,
    words,
)
from correspondence.rendering.letters import RenderedLetter
from correspondence.rendering.mails import RenderedMail
from correspondence.rendering.pictures import LOGO_URL, PAGE_QR_URL, PNG, QR_URL, Picture

_LONG_NAME = 60

# Beside the labels of every letter.
LABELS = {
    "nl": {
        "instalment": "Termijn",
        "pay_by_day": "Betalen vóór of op",
        "debited_on": "Wordt afgeschreven op",
        "paid_part": "Betaald",
        "left_part": "Nog te betalen",
        "claims": "Deze facturen vallen onder de regeling",
        "late": "te laat",
        "done": "betaald",
        "pay_this": "Betaal deze termijn",
        "sum": "Samen",
        "schedule": "Uw termijnen",
        "next": "Nu te betalen",
    },
    "en": {
        "instalment": "Instalment",
        "pay_by_day": "Pay on or before",
        "debited_on": "Will be debited on",
        "paid_part": "Paid",
        "left_part": "Still to pay",
        "claims": "These invoices are part of the arrangement",
        "late": "late",
        "done": "paid",
        "pay_this": "Pay this instalment",
        "sum": "Together",
        "schedule": "Your instalments",
        "next": "To pay now",
    },
}


def render_mail(content: ArrangementContent) -> RenderedMail:
    """Give a content as an e-mail."""
    context = _context(content) | {"filler": mails.FILLER, "enclosures": [], "lists_claims": False, "in_letter": False}
    folder = f"correspondence/{content.kind}/{content.written_in}"
    subject = " ".join(cleaning.clean(render_to_string(f"{folder}.subject.txt", context)).split())
    html = _filled(f"{folder}.html", context, "correspondence/base_email.html")
    text = _filled(f"{folder}.html", context | {"is_text": True}, "correspondence/base_email_text.html")
    return RenderedMail(subject[: mails.MOST_SUBJECT], plain_text.from_html(text), mails.styled(html))


def render_letter(
    content: ArrangementContent, *, logo: bytes | memoryview | None = None, logo_type: str = ""
) -> RenderedLetter:
    """Give a content as a letter on paper. The same content and logo give the same bytes."""
    brought: dict[str, Picture] = {}
    if logo and (printable := pictures.printable_logo(bytes(logo), logo_type)):
        brought[LOGO_URL] = printable
    asks = content.payable is not None and not content.by_direct_debit
    if asks and content.payable and (code := payment_qr.payload(content.payable)):
        brought[QR_URL] = Picture(payment_qr.png(code), PNG)
    if asks and content.pay_url:
        brought[PAGE_QR_URL] = Picture(payment_qr.png(content.pay_url), PNG)
    context = _context(content) | {
        "made_on": content.dispatch_date.isoformat(),
        "in_letter": True,
        "logo_url": LOGO_URL if LOGO_URL in brought else "",
        "qr_url": QR_URL if QR_URL in brought else "",
        "page_qr_url": PAGE_QR_URL if PAGE_QR_URL in brought else "",
    }
    template = f"correspondence/{content.kind}/{content.written_in}.html"
    pdf, pages = process.renderer().write(
        _filled(template, context, "correspondence/base_letter.html"),
        sheet="letter.css",
        lang=content.written_in,
        colour=context["colour"],
        pictures=brought,
    )
    return RenderedLetter(
        pdf=pdf, pages=pages, sha256=hashlib.sha256(pdf).hexdigest(), template_version=versions.template_version()
    )


def _filled(template: str, context: dict[str, Any], base: str) -> str:
    return cleaning.clean(render_to_string(template, context | {"base": base}))


def _context(content: ArrangementContent) -> dict[str, Any]:
    """Give everything that the templates show, as ready strings."""
    lang = content.written_in
    labels: dict[str, str] = {**words.LABELS[lang], **LABELS[lang]}
    labels["total"] = labels["next"]
    sender = content.sender
    place = " ".join(part for part in (sender.postcode.replace(" ", NO_BREAK_SPACE), sender.city) if part)
    return {
        "t": labels,
        "lang": lang,
        "colour": colours.on_white(sender.colour),
        "sender": sender,
        "long_name": len(sender.legal_name) > _LONG_NAME,
        "sender_place": place,
        "phone": sender.phone.replace(" ", NO_BREAK_SPACE),
        "return_address": f"{sender.street}, {place}",
        "address": address.lines(content.recipient, attention=labels["attention"], home=sender.country, language=lang),
        "debtor": content.recipient.name,
        "debtor_number": content.recipient.debtor_number,
        "notice_reference": content.reference,
        "dispatch_date": format_date(content.dispatch_date, lang),
        "by_email": content.by_email,
        **_asked(content, lang),
        **_schedule(content, labels, lang),
    }


def _asked(content: ArrangementContent, lang: str) -> dict[str, Any]:
    payable = content.payable
    return {
        "asks": payable is not None and not content.by_direct_debit,
        "amount": format_euro(payable.total, lang) if payable else "",
        "iban": identifiers.format_iban(payable.iban).replace(" ", NO_BREAK_SPACE) if payable else "",
        "account_holder": payable.account_holder if payable else "",
        "reference": view.grouped_reference(payable.reference) if payable else "",
        "pay_url": content.pay_url,
        "pay_by": format_date(content.pay_by, lang) if content.pay_by else "",
        "deadline": _deadline(content, lang),
        "lapses_on": format_date(content.lapses_on, lang) if content.lapses_on else "",
        "lapse_days": content.lapse_days,
        "by_direct_debit": content.by_direct_debit,
        "consumer": content.is_consumer,
        "reason": content.reason,
        "total": format_euro(content.total, lang),
        "paid": format_euro(content.paid, lang),
        "left": format_euro(content.left, lang),
        "payment_lines": _payment_lines(content, lang),
    }


def _deadline(content: ArrangementContent, lang: str) -> str:
    if content.pay_by is None:
        return ""
    day = format_date(content.pay_by, lang)
    return f"uiterlijk op {day}" if lang == "nl" else f"no later than {day}"


def _payment_lines(content: ArrangementContent, lang: str) -> str:
    payable, labels = content.payable, {**words.LABELS[lang], **LABELS[lang]}
    if payable is None or content.by_direct_debit:
        return ""
    pairs = [(labels["next"], format_euro(payable.total, lang))]
    if content.pay_by:
        pairs.append((labels["pay_by"], format_date(content.pay_by, lang)))
    pairs += [
        ("IBAN", identifiers.format_iban(payable.iban)),
        (labels["account_holder"], payable.account_holder),
        (labels["reference"], view.grouped_reference(payable.reference)),
    ]
    wide = max(len(label) for label, _ in pairs) + 2
    return "\n".join(f"{label + ':':<{wide}} {value}" for label, value in pairs)


def _schedule(content: ArrangementContent, labels: dict[str, str], lang: str) -> dict[str, Any]:
    this = next((part for part in content.parts if part.is_this), None)
    return {
        "parts": [_part(part, labels, lang) for part in content.parts],
        "number_of_parts": len(content.parts),
        "this_number": this.number if this else "",
        "this_due": format_date(this.due_on, lang) if this else "",
        "some_paid": any(part.paid for part in content.parts),
        "day_label": labels["debited_on" if content.by_direct_debit else "pay_by_day"],
        "claims": [
            {
                "number": claim.invoice_number,
                "date": format_date_short(claim.issue_date, lang),
                "amount": format_euro(claim.amount, lang),
            }
            for claim in content.claims
        ],
        "schedule_lines": _schedule_lines(content, labels, lang),
    }


def _part(part: Part, labels: dict[str, str], lang: str) -> dict[str, Any]:
    note = labels["done"] if part.paid == part.amount else labels["late"] if part.is_late else ""
    return {
        "number": part.number,
        "due": format_date(part.due_on, lang),
        "amount": format_euro(part.amount, lang),
        "paid": format_euro(part.paid, lang) if part.paid else "",
        "left": format_euro(part.amount - part.paid, lang),
        "note": note,
        "is_this": part.is_this,
        "pay_url": part.pay_url if part.paid < part.amount else "",
    }


def _schedule_lines(content: ArrangementContent, labels: dict[str, str], lang: str) -> str:
    """Give the schedule for a mail without layout."""
    lines = []
    for part in content.parts:
        shown = _part(part, labels, lang)
        lines.append(f"{part.number:>2}.  {shown['due']:<20}  {shown['amount']:>12}  {shown['note']}".rstrip())
        if shown["pay_url"] and not content.by_direct_debit:
            lines.append(f"     {shown['pay_url']}")
    return "\n".join(lines)
