"""The files inside a UBL document. What is a PDF, the bytes decide."""

import base64
import binascii
import re

from connectors.files.cells import clean
from connectors.files.limits import ATTACHMENTS
from connectors.files.rows import Attachment
from connectors.files.ubl_xml import Element, UblReader

REFERENCE = "cac:AdditionalDocumentReference"
OBJECT = "cac:Attachment/cbc:EmbeddedDocumentBinaryObject"
PDF = "application/pdf"
FILENAME_CHARACTERS = 100
_MAGIC_WITHIN = 1024  # readers of PDF allow this much before the magic


def attachments(reader: UblReader) -> tuple[Attachment, ...]:
    """Give the embedded files. One that only calls itself a PDF is kept and flagged; links are not followed."""
    references = [one for one in reader.all(REFERENCE) if reader.first(OBJECT, one) is not None]
    if len(references) > ATTACHMENTS:
        reader.complain(REFERENCE, "attachments_too_many", "warning", limit=str(ATTACHMENTS))
    found = (_attachment(reader, reference) for reference in references[:ATTACHMENTS])
    return tuple(attachment for attachment in found if attachment is not None)


def _attachment(reader: UblReader, reference: Element) -> Attachment | None:
    embedded = reader.first(OBJECT, reference)
    if embedded is None:
        return None
    mime = clean(embedded.get("mimeCode", "")).lower()
    filename = safe_filename(embedded.get("filename", "") or reader.text("cbc:ID", reference), mime)
    try:
        content = base64.b64decode("".join((embedded.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        reader.complain(OBJECT, "attachment_unreadable", "warning", filename=filename)
        return None
    is_pdf = is_a_pdf(content)
    if mime == PDF and not is_pdf:
        reader.complain(OBJECT, "attachment_no_pdf", "warning", filename=filename)
    return Attachment(filename, PDF if is_pdf else mime, content, is_pdf)


def is_a_pdf(content: bytes) -> bool:
    """Tell whether bytes are a PDF, by what stands at their beginning."""
    return b"%PDF-" in content[:_MAGIC_WITHIN]


def safe_filename(name: str, mime: str) -> str:
    """Give a name without folders, signs that mean something to a system, or more length than a disk allows."""
    last = re.split(r"[/\\]", clean(name))[-1]
    plain = re.sub(r'[<>:"|?*\x00-\x1f]', "_", last).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = plain, "pdf" if mime == PDF else "bin"
    return f"{stem[:FILENAME_CHARACTERS] or 'bijlage'}.{ending[:10]}"
