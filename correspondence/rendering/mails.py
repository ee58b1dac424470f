"""A content as an e-mail: subject, plain text and HTML, of the same words and the same amounts as the letter."""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from correspondence.content import Kind, NoticeContent
from correspondence.rendering import cleaning, plain_text, words
from correspondence.rendering.view import View, view

# The mail of these only accompanies the letter: their term is worded for the letter, and stands nowhere else.
COVERING = frozenset({Kind.DEFAULT_NOTICE, Kind.FOURTEEN_DAY_LETTER})
FILLER = "\u00a0\u200c" * 90  # keeps the first words of the text out of the preview on a locked phone
MOST_SUBJECT = 200
_STYLES = {
    "<p>": '<p style="margin:0 0 16px">',
    '<p class="small">': '<p class="quiet" style="margin:0 0 16px;font-size:13px;line-height:20px;color:#5f5c57">',
    "<ul>": '<ul style="margin:0 0 16px;padding:0 0 0 24px">',
    "<li>": '<li style="margin:0 0 6px">',
}


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """A mail as it goes out; the letter or the invoice is attached by whoever sends it."""

    subject: str
    text: str
    html: str


def render_mail(content: NoticeContent) -> RenderedMail:
    """Give a content as an e-mail. Of a statutory letter it is the covering mail, without a term of its own."""
    shown = view(content)
    covering = content.kind in COVERING
    folder = f"correspondence/{content.kind}/{shown.lang}"
    template = f"{folder}.email.html" if covering else f"{folder}.html"
    context = shown.context() | {
        "lists_claims": not covering,
        "enclosures": [] if covering else _enclosures(shown),
        "filler": FILLER,
        "payment_lines": _payment_lines(shown),
        "claim_lines": _claim_lines(shown),
    }
    subject = " ".join(cleaning.clean(render_to_string(f"{folder}.subject.txt", context)).split())
    return RenderedMail(
        subject=subject[:MOST_SUBJECT],
        text=plain_text.from_html(_filled(template, context, "correspondence/base_email_text.html")),
        html=styled(_filled(template, context, "correspondence/base_email.html")),
    )


def _filled(template: str, context: dict[str, Any], base: str) -> str:
    return cleaning.clean(render_to_string(template, context | {"base": base}))


def styled(html: str) -> str:
    """Give the paragraphs of a rung's text, which carry no style, the one that mail programs need in place."""
    for plain, styled in _STYLES.items():
        html = html.replace(plain, styled)
    return html


def _enclosures(shown: View) -> list[str]:
    labels = words.LABELS[shown.lang]
    attached = labels["invoice_attached" if shown.one else "invoices_attached"]
    return [
        text
        for text, holds in ((attached, shown.invoices_attached), (labels["copy_by_post"], shown.copy_by_post))
        if holds
    ]


def _payment_lines(shown: View) -> str:
    labels = words.LABELS[shown.lang]
    pairs = [(labels["total"], shown.amount)]
    if shown.pay_by:
        pairs.append((labels["pay_by"], shown.pay_by))
    pairs += [
        ("IBAN", shown.iban),
        (labels["account_holder"], shown.account_holder),
        (labels["reference"], shown.reference),
    ]
    wide = max(len(label) for label, _ in pairs) + 2
    return "\n".join(f"{label + ':':<{wide}} {value}" for label, value in pairs)


def _claim_lines(shown: View) -> str:
    labels = words.LABELS[shown.lang]
    head = (labels["invoice"], labels["due_date"], labels["open"])
    rows = [(row.invoice, row.due_date, row.open) for row in shown.all_rows]
    ends = [
        (f"{labels['interest']} {labels['through']} {shown.interest_until}", shown.interest, shown.has_interest),
        (_costs_label(shown), shown.costs, shown.has_costs),
        (labels["total"], shown.amount, True),
    ]
    sums = [(label, amount) for label, amount, is_shown in ends if is_shown]
    middle = max(len(day) for _, day, _ in [head, *rows])
    last = max(len(amount) for amount in (*(row[2] for row in [head, *rows]), *(amount for _, amount in sums)))
    first = max(*(len(row[0]) for row in [head, *rows]), *(len(label) - middle - 2 for label, _ in sums))
    rule = "-" * (first + middle + last + 4)
    lines = [f"{head[0]:<{first}}  {head[1]:<{middle}}  {head[2]:>{last}}", rule]
    for row, (number, day, amount) in zip(shown.all_rows, rows, strict=True):
        lines += [
            f"{number:<{first}}  {day:<{middle}}  {amount:>{last}}",
            *(f"  {note}" for note in (row.stage, *row.notes) if note),
        ]
    lines += [rule, *(f"{label:<{first + middle + 2}}  {amount:>{last}}" for label, amount in sums)]
    return "\n".join(lines)


def _costs_label(shown: View) -> str:
    labels = words.LABELS[shown.lang]
    return f"{labels['costs']} ({labels['costs_vat']} {shown.costs_vat})" if shown.costs_vat else labels["costs"]
