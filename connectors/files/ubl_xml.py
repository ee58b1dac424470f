"""XML from outside: parsed without entities, network, DTD or huge trees, and read element by element."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from lxml import etree

from common.money import euro
from connectors.files.cells import CellError, FileError, clean, clean_lines, shown
from connectors.files.limits import AMOUNT, ZIP_ENTRIES
from connectors.files.rows import Level, Problem

Element = etree._Element

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
INVOICE = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"
CREDIT_NOTE = "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote"
ENVELOPE = "StandardBusinessDocument"
NAMESPACES = {"cac": CAC, "cbc": CBC}

TEXT_CHARACTERS = 200
LINES_CHARACTERS = 4000
RESOURCE_LIMITS = (114, 116)  # libxml2's XML_ERR_RESOURCE_LIMIT, in the versions that are about
_AMOUNT = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[-+][0-9]{2}:[0-9]{2}|T.*)?")

T = TypeVar("T")


def documents(content: bytes) -> list[Element]:
    """Give the UBL invoices and credit notes in an XML file: the root, or what is in its envelope.

    :raises FileError: xml_unreadable, xml_doctype, xml_limit, xml_namespace, xml_no_ubl, xml_bank_statement,
        xml_audit_file or xml_cii.
    """
    root = _root(content)
    if root.tag in (INVOICE, CREDIT_NOTE):
        return [root]
    if etree.QName(root).localname == ENVELOPE:
        inside = list(islice(root.iter(INVOICE, CREDIT_NOTE), ZIP_ENTRIES + 1))
        if len(inside) > ZIP_ENTRIES:
            raise FileError("xml_limit")
        if inside:
            return inside
    raise _no_ubl(root)


def _root(content: bytes) -> Element:
    if b"<!DOCTYPE" in content[:4096].replace(b"\0", b""):  # before the parser sees what is in it
        raise FileError("xml_doctype")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content.lstrip(), parser)  # white space before <?xml is a common slip
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", 0) in RESOURCE_LIMITS:
            raise FileError("xml_limit") from error
        raise FileError("xml_unreadable", line=str(error.lineno or 1)) from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise FileError("xml_doctype")
    return root


def _no_ubl(root: Element) -> FileError:
    name = etree.QName(root)
    namespace = name.namespace or ""
    if name.localname == "Document" and "camt.05" in namespace:
        return FileError("xml_bank_statement")
    if name.localname == "auditfile":
        return FileError("xml_audit_file")
    if name.localname == "CrossIndustryInvoice":
        return FileError("xml_cii")
    if name.localname in ("Invoice", "CreditNote"):
        return FileError("xml_namespace", root=name.localname, namespace=shown(namespace))
    return FileError("xml_no_ubl", root=shown(name.localname))


def path_shown(path: str) -> str:
    """Give a path as it is quoted: without prefixes."""
    return re.sub(r"\b(?:cac|cbc):", "", path)


class UblReader:
    """Reads one document by paths such as `cac:Party/cbc:ID`. What cannot be read becomes a problem."""

    def __init__(self, document: Element, row: int, source: str) -> None:
        self.document = document
        self.row = row
        self.source = source
        self.problems: list[Problem] = []

    @property
    def is_credit_note(self) -> bool:
        return self.document.tag == CREDIT_NOTE

    @property
    def is_sound(self) -> bool:
        return all(problem.level != "error" for problem in self.problems)

    def complain(self, path: str, code: str, level: Level = "error", **values: str) -> None:
        self.problems.append(Problem(self.row, path_shown(path), code, values, level, self.source))

    def all(self, path: str, base: Element | None = None) -> list[Element]:
        return (self.document if base is None else base).findall(path, NAMESPACES)

    def first(self, path: str, base: Element | None = None) -> Element | None:
        """Give the first element on a path that is not empty."""
        return next((found for found in self.all(path, base) if len(found) or (found.text or "").strip()), None)

    def text(self, path: str, base: Element | None = None, limit: int = TEXT_CHARACTERS) -> str:
        """Give the text of the first element that is not empty, on one line; cut, with a warning, where too long."""
        found = self.first(path, base)
        return self._cut(_place(found, path), clean(_text(found)), limit)

    def lines(self, path: str) -> str:
        """Give the text of all elements on a path, each on lines of its own."""
        texts = (clean_lines(_text(element)) for element in self.all(path))
        return self._cut(path, "\n".join(filter(None, texts)), LINES_CHARACTERS)

    def _cut(self, path: str, text: str, limit: int) -> str:
        if len(text) > limit:
            self.complain(path, "text_cut", "warning", value=shown(text), limit=str(limit))
        return text[:limit]

    def amount(self, path: str, base: Element | None = None) -> Decimal | None:
        """Read an amount in euro with its sign; None where it is absent or not to be read."""
        return self._read(path, base, parse_amount, "error")

    def day(self, path: str, base: Element | None = None, level: Level = "error") -> date | None:
        return self._read(path, base, parse_day, level)

    def checked(self, path: str, parse: Callable[[str], T], base: Element | None = None) -> T | None:
        """Read text with a check whose failure is a warning: it is about the debtor, and must not block the invoice."""
        return self._read(path, base, parse, "warning")

    def _read(self, path: str, base: Element | None, parse: Callable[[str], T], level: Level) -> T | None:
        found = self.first(path, base)
        text = clean(_text(found))
        if not text:
            return None
        try:
            return parse(text)
        except CellError as error:
            self.complain(_place(found, path), error.code, level, **error.values)
            return None

    def currencies(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Give (path, currency) of each amount that names its currency."""
        for path in paths:
            for found in self.all(path):
                if found.get("currencyID"):
                    yield path, clean(found.get("currencyID", ""))


def _place(element: Element | None, path: str) -> str:
    """Give the whole path of an element below its document, so that a person can find it."""
    if element is None:
        return path
    document_tags = (INVOICE, CREDIT_NOTE)
    above = [one for one in element.iterancestors() if one.tag not in document_tags and _is_ubl(one)]
    return "/".join(etree.QName(one).localname for one in (*reversed(above), element))


def _is_ubl(element: Element) -> bool:
    return etree.QName(element).namespace in (CAC, CBC)


def _text(element: Element | None) -> str:
    return "" if element is None else element.text or ""


def parse_amount(text: str) -> Decimal:
    """Read a decimal of XML as euros.

    :raises CellError: amount_unreadable, amount_too_large or amount_fraction.
    """
    if not _AMOUNT.fullmatch(text):
        raise CellError("amount_unreadable", value=shown(text))
    exact = Decimal(text)
    if abs(exact) > AMOUNT:
        raise CellError("amount_too_large", value=shown(text))
    try:
        return euro(exact)
    except ValueError as error:
        raise CellError("amount_fraction", value=shown(text)) from error


def parse_day(text: str) -> date:
    """Read a day of XML; a time zone behind it changes nothing.

    :raises CellError: date_unreadable.
    """
    found = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1] if found else "")
    except ValueError as error:
        raise CellError("date_unreadable", value=shown(text)) from error
