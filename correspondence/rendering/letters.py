"""A content as a letter on paper: one PDF."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string

from correspondence.content import NoticeContent
from correspondence.rendering import cleaning, payment_qr, pictures, process, versions
from correspondence.rendering.pictures import LOGO_URL, PAGE_QR_URL, PNG, QR_URL, Picture
from correspondence.rendering.view import View, view


@dataclass(frozen=True, slots=True)
class RenderedLetter:
    """A letter as it goes out: its bytes, and what is kept beside them."""

    pdf: bytes
    pages: int
    sha256: str
    template_version: str


def render_letter(
    content: NoticeContent, *, logo: bytes | memoryview | None = None, logo_type: str = ""
) -> RenderedLetter:
    """Give a content as a letter. The same content and logo give the same bytes."""
    shown = view(content)
    brought = _pictures(content, logo, logo_type)
    pdf, pages = process.renderer().write(
        html(content, shown, brought), sheet="letter.css", lang=shown.lang, colour=shown.colour, pictures=brought
    )
    return RenderedLetter(
        pdf=pdf, pages=pages, sha256=hashlib.sha256(pdf).hexdigest(), template_version=versions.template_version()
    )


def html(content: NoticeContent, shown: View, brought: Mapping[str, Picture]) -> str:
    """Give the HTML of a letter; `brought` says which of logo and code there are."""
    context = shown.context() | {
        "base": "correspondence/base_letter.html",
        "made_on": content.dispatch_date.isoformat(),
        "logo_url": LOGO_URL if LOGO_URL in brought else "",
        "qr_url": QR_URL if QR_URL in brought else "",
        "page_qr_url": PAGE_QR_URL if PAGE_QR_URL in brought else "",
    }
    return cleaning.clean(render_to_string(f"correspondence/{content.kind}/{shown.lang}.html", context))


def _pictures(content: NoticeContent, logo: bytes | memoryview | None, logo_type: str) -> dict[str, Picture]:
    brought: dict[str, Picture] = {}
    if logo and (printable := pictures.printable_logo(bytes(logo), logo_type)):
        brought[LOGO_URL] = printable
    if code := payment_qr.payload(content.payable):
        brought[QR_URL] = Picture(payment_qr.png(code), PNG)
    if content.pay_url:
        brought[PAGE_QR_URL] = Picture(payment_qr.png(content.pay_url), PNG)
    return brought
