"""The letters of a day as one PDF that is ready to print: a sheet that lists them, and then the letters themselves."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from pypdf import PdfReader, PdfWriter

from common.money import ZERO
from common.templatetags.amounts import NO_BREAK_SPACE, format_date, format_euro
from correspondence.rendering import cleaning, process, words

_A4_POINTS = (595.28, 841.89)
_PART = 25  # letters


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLetter:
    """One letter of a batch: what the list says of it, and its bytes as they were stored."""

    recipient: str
    city: str
    reference: str
    pages: int
    amount: Decimal
    pdf: bytes


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    recipient: str
    city: str
    reference: str
    pages: int
    amount: str


def render_batch(
    letters: Sequence[BatchLetter],
    *,
    day: date,
    sender_name: str,
    batch_reference: str = "",
    language: str = "nl",
    duplex: bool = False,
) -> bytes:
    """Give letters as one PDF behind a sheet that lists them.

    For a printer that prints on both sides every letter begins on the front of a sheet. The pages of the letters are
    taken as they are.

    :raises ValueError: if there are no letters.
    """
    if not letters:
        raise ValueError("a batch without letters is not printed")
    lang = "nl" if language.startswith("nl") else "en"
    context = _context(letters, lang, day=day, sender_name=sender_name, batch_reference=batch_reference, duplex=duplex)
    html = cleaning.clean(render_to_string("correspondence/print_batch.html", context))
    sheet, _ = process.renderer().write(html, sheet="batch.css", lang=lang, colour="#1a1a1a", pictures={})
    named = [(context["title"], sheet)]
    named += [(f"{row}. {each.recipient} ({each.reference})", each.pdf) for row, each in enumerate(letters, start=1)]
    return _merged(named, duplex=duplex, title=context["title"], author=sender_name)


def _merged(named: Sequence[tuple[str, bytes]], *, duplex: bool, title: str, author: str) -> bytes:
    """Put PDFs one after the other, in two steps: pypdf keeps all it reads in memory, and of a part that is little."""
    whole, starts = PdfWriter(), []
    for first in range(0, len(named), _PART):
        part = PdfWriter()
        for name, pdf in named[first : first + _PART]:
            starts.append((name, len(whole.pages) + len(part.pages)))
            _append(part, pdf)
            if duplex and len(part.pages) % 2:
                part.add_blank_page(*_A4_POINTS)
        _append(whole, _written(part))
    for name, page in starts:
        whole.add_outline_item(title=name, page_number=page)
    whole.add_metadata({"/Title": title, "/Author": author, "/Producer": "Debiteuren"})
    return _written(whole)


def _append(writer: PdfWriter, pdf: bytes) -> None:
    writer.append(PdfReader(io.BytesIO(pdf)), import_outline=False)


def _written(writer: PdfWriter) -> bytes:
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _context(letters: Sequence[BatchLetter], lang: str, *, day: date, duplex: bool, **names: str) -> dict[str, Any]:
    rows = [
        _Row(number, each.recipient, each.city, each.reference, each.pages, format_euro(each.amount, lang))
        for number, each in enumerate(letters, start=1)
    ]
    labels = words.BATCH[lang]
    return names | {
        "lang": lang,
        "b": labels,
        "title": f"{labels['title']} {format_date(day, lang)}".replace(NO_BREAK_SPACE, " "),
        "made_on": day.isoformat(),
        "rows": rows[:-1],
        "last_row": rows[-1],
        "letters": len(rows),
        "pages": sum(each.pages for each in letters),
        "sheets": sum((each.pages + 1) // 2 if duplex else each.pages for each in letters),
        "sides": labels["duplex"] if duplex else labels["simplex"],
        "total": format_euro(sum((each.amount for each in letters), start=ZERO), lang),
    }
