"""A CAMT file, read as a stream: every entry is forgotten once its lines were given.

lxml reads without entities, network, DTD or huge trees. What is between two transactions may be a few megabytes and no
more, so a line of a gigabyte ends here, and not in memory.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from connectors.camt.entries import Detail, detail, lines
from connectors.camt.values import NAMES, balance, compact, line_of, text
from payments.statement import (
    Balance,
    StatementEnd,
    StatementPart,
    StatementStart,
    UnreadableStatement,
    gettext_noop,
)

BETWEEN_ENTRIES = 8 * 1024 * 1024
DETAILS = 200_000
"""Transactions in one batch: they are held until it is known whether they are the whole of it."""
STATEMENTS = ("Stmt", "Ntfctn")
_EVENTS = ("{*}Stmt", "{*}Ntfctn", "{*}Rpt", "{*}Ntry", "{*}TxDtls")
_OPENING, _CLOSING = ("OPBD", "PRCD", "ITBD"), ("CLBD", "ITBD")
_DTD = (b"<!DOCTYPE", b"<!ENTITY")
_INTERIM = gettext_noop(
    "Dit is een tussentijds overzicht (camt.052). Vraag uw bank om het definitieve afschrift (camt.053)."
)


def read(file: BinaryIO) -> Iterator[StatementPart]:
    """Give the parts of a CAMT.053 or CAMT.054 file.

    :raises UnreadableStatement: where the file is not that, is cut off, or is hostile.
    """
    source = _Guarded(file)
    parser = etree.iterparse(
        source,
        events=("end",),
        tag=_EVENTS,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=True,
    )
    walk = _Walk(source)
    try:
        for _event, element in parser:
            if parts := walk.ended(element):
                yield from parts
    except etree.XMLSyntaxError as error:
        raise UnreadableStatement(
            gettext_noop("Het bestand is hier afgebroken of beschadigd (XML). Download het opnieuw bij uw bank."),
            line=error.lineno or 1,
        ) from error
    if not walk.statements:
        if parser.root is not None:
            _format(parser.root)
        raise UnreadableStatement(gettext_noop("In het bestand staat geen afschrift."))


class _Guarded:
    """The file as the parser may read it: no DTD before the root, and an end to what comes between two entries."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._tail = file, b""
        self.since_entry = 0
        self.entry_was_seen = False

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self.since_entry += len(data)
        if self.since_entry > BETWEEN_ENTRIES:
            raise UnreadableStatement(
                gettext_noop("Het bestand heeft een onmogelijk lange regel of boeking. Er is niets gelezen.")
            )
        if not self.entry_was_seen:
            start = (self._tail + data).replace(b"\0", b"").upper()  # UTF-16 has a nought in every letter
            if any(word in start for word in _DTD):
                raise UnreadableStatement(
                    gettext_noop(
                        "Het bestand bevat een DTD of entiteiten. Een bankafschrift heeft die niet: geweigerd."
                    )
                )
            self._tail = data[-40:]
        return data


class _Walk:
    """Where the reader is in the file."""

    def __init__(self, source: _Guarded) -> None:
        self._source = source
        self._start: StatementStart | None = None
        self._details: list[Detail] = []
        self.statements = 0

    def ended(self, element: Any) -> list[StatementPart]:
        """Give the parts that are complete now that an element has ended."""
        name = NAMES[element.tag]
        self._source.since_entry = 0
        self._source.entry_was_seen = True
        parts: list[StatementPart] = []
        if name == "TxDtls":
            if len(self._details) >= DETAILS:
                raise UnreadableStatement(
                    gettext_noop("Een boeking bevat meer dan %(limit)s transacties."),
                    line=line_of(element),
                    limit=DETAILS,
                )
            self._details.append(detail(element))
            element.clear()
        elif name == "Ntry":
            if self._start is None:  # what comes before the first entry is complete
                parts.append(self._begin(element.getparent()))
            parts += lines(element, self._details, self._start.iban)  # type: ignore[union-attr]  # _begin set it
            self._details = []
            _forget(element)
        else:
            if self._start is None:
                parts.append(self._begin(element))
            closing = self._start.closing or _balances(element)[1]  # type: ignore[union-attr]
            parts.append(StatementEnd(closing=closing, line=line_of(element)))
            self._start = None
            _forget(element)
        return parts

    def _begin(self, element: Any) -> StatementStart:
        name = NAMES[element.tag] if element is not None else ""
        if name == "Rpt":
            raise UnreadableStatement(_INTERIM, line=line_of(element))
        if name not in STATEMENTS:
            raise UnreadableStatement(
                gettext_noop("Een boeking staat buiten een afschrift: dit is geen geldige CAMT."), line=line_of(element)
            )
        self.statements += 1
        self._start = _start(element, _format(element.getroottree().getroot()))
        return self._start


def _forget(element: Any) -> None:
    """Let go of an element that was read, and of what stands before it."""
    element.clear()
    above = element.getparent()
    while above is not None and element.getprevious() is not None:
        del above[0]


def _format(root: Any) -> str:
    """Give the format that the namespace names, as "camt.053.001.08".

    :raises UnreadableStatement: if it names something else.
    """
    namespace = etree.QName(root).namespace or ""
    named = namespace.rpartition(":")[2]
    if named.startswith("camt.052"):
        raise UnreadableStatement(_INTERIM)
    if named.startswith("pain."):
        raise UnreadableStatement(
            gettext_noop("Dit is een opdracht aan de bank (%(kind)s), geen afschrift."), kind=named
        )
    if namespace and not named.startswith(("camt.053", "camt.054")):
        raise UnreadableStatement(
            gettext_noop("Dit XML-bestand is geen bankafschrift (camt.053 of camt.054), maar “%(kind)s”."),
            kind=named[:60],
        )
    return named[:15] or "camt.053"


def _start(element: Any, named: str) -> StatementStart:
    """Read what a statement says before its first entry."""
    is_notification = NAMES[element.tag] == "Ntfctn"
    opening, closing = (None, None) if is_notification else _balances(element)
    iban = compact(text(element, "Acct", "Id", "IBAN") or text(element, "Acct", "Id", "Othr", "Id")).upper()
    if not iban:
        raise UnreadableStatement(
            gettext_noop("Het afschrift noemt niet van welke rekening het is."), line=line_of(element)
        )
    currency = text(element, "Acct", "Ccy") or (opening.currency if opening else "") or "EUR"
    return StatementStart(
        format=named,
        iban=iban,
        currency=currency,
        bank_id=text(element, "Id"),
        sequence=text(element, "LglSeqNb") or text(element, "ElctrncSeqNb"),
        opening=opening,
        closing=closing,
        is_notification=is_notification,
        line=line_of(element),
    )


def _balances(element: Any) -> tuple[Balance | None, Balance | None]:
    """Give the booked balances at the beginning and the end; interim ones (of a page) where there is no other."""
    found: dict[str, list[Balance]] = {}
    for one in element:
        if NAMES[one.tag] == "Bal":
            kind = text(one, "Tp", "CdOrPrtry", "Cd")
            if kind in _OPENING or kind in _CLOSING:
                found.setdefault(kind, []).append(balance(one))
    opening = next((found[kind][0] for kind in _OPENING if kind in found), None)
    closing = next((found[kind][-1] for kind in _CLOSING if kind in found), None)
    return opening, closing
