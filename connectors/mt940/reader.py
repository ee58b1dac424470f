"""From the fields of an MT940 file to the parts of its statements."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import BinaryIO

from connectors.mt940 import texts
from connectors.mt940.accounts import account, bank_in
from connectors.mt940.fields import Field, fields
from payments.statement import (
    EURO,
    Balance,
    StatementEnd,
    StatementLine,
    StatementPart,
    StatementStart,
    UnreadableStatement,
    gettext_noop,
)

LARGEST = Decimal("9999999999.99")
_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9]{1,15}[,.][0-9]{0,2})")
_MOVEMENT = re.compile(
    r"([0-9]{6})([0-9]{4})?(RC|RD|EC|ED|C|D)([A-Z])?([0-9]{1,15}[,.][0-9]{0,2})([A-Z][A-Z0-9 ]{3})?(.*)"
)
_OPENING, _CLOSING = {"60F", "60M"}, {"62F", "62M"}
_INTERIM = {"34F", "13D", "90D", "90C"}
_FAR = timedelta(days=180)


def read(file: BinaryIO) -> Iterator[StatementPart]:
    """Give the parts of an MT940 file. Pages of one statement (`:62M:`, `:60M:`) are put together.

    :raises UnreadableStatement: where the file is not that, or is cut off.
    """
    pages = _Pages()
    for field in fields(file):
        yield from pages.read(field)
    yield from pages.finish()


class _Pages:
    """Where the reader is in the file: in which statement, at which movement."""

    def __init__(self) -> None:
        self._bank = ""
        self._message: dict[str, Field] = {}  # what came before the opening balance
        self._start: StatementStart | None = None
        self._movement: Field | None = None
        self._text: list[str] = []
        self._page_end: tuple[str, Balance, int] | None = None  # an interim balance, which a next page may follow
        self._statements = 0
        self._line = 0

    def read(self, field: Field) -> Iterator[StatementPart]:
        """Take a field, and give the parts that are complete now."""
        self._line, tag = field.line, field.tag
        if tag == "86":
            if self._movement is not None and not self._text:
                self._text = field.lines
            return
        if self._movement is not None:
            yield self._line_of(self._movement)
            self._movement, self._text = None, []
        if tag in _OPENING:
            yield from self._open(field)
        elif tag in _CLOSING:
            yield from self._close(field)
        elif tag in _INTERIM:
            raise UnreadableStatement(
                gettext_noop("Dit is een tussentijds overzicht (MT942). Kies bij uw bank het afschrift (MT940)."),
                line=field.line,
            )
        else:
            self._note(field)

    def _note(self, field: Field) -> None:
        """Take a field that gives no part by itself."""
        tag = field.tag
        if tag == "":
            self._bank = bank_in(field.lines[0]) or self._bank
        elif tag == "20":
            self._inside_nothing(field)
            self._message = {}
        elif tag in ("25", "28", "28C"):
            self._message[tag[:2]] = field
        elif tag == "61":
            if self._start is None or self._page_end is not None:
                raise _misplaced(field)
            self._movement = field
        elif tag == "-":
            self._inside_nothing(field)

    def finish(self) -> Iterator[StatementPart]:
        """Give what is left at the end of the file."""
        if self._start is not None and self._page_end is None:
            raise _cut_off(self._line)
        yield from self._end_page()
        if self._message or not self._statements:
            raise _cut_off(self._line) if self._message else _nothing(self._line)

    def _inside_nothing(self, field: Field) -> None:
        if self._start is not None and self._page_end is None:
            raise _cut_off(field.line)

    def _open(self, field: Field) -> Iterator[StatementPart]:
        self._inside_nothing(field)
        own = self._message.get("25")
        if own is None:
            raise _misplaced(field)
        opening = _balance(field)
        iban, currency = account("".join(own.lines), self._bank)
        sequence, bank_id = _sequence(self._message.get("28"))
        page, self._message = self._page_end, {}
        if field.tag == "60M" and page is not None and self._goes_on(page, bank_id, iban, opening):
            self._page_end = None
            return
        yield from self._end_page()
        self._statements += 1
        self._start = StatementStart(
            format="mt940",
            iban=iban,
            currency=currency or opening.currency,
            bank_id=bank_id,
            sequence=sequence,
            opening=opening,
            line=own.line,
        )
        yield self._start

    def _goes_on(self, page: tuple[str, Balance, int], bank_id: str, iban: str, opening: Balance) -> bool:
        """Tell whether an interim balance opens the next page of the statement that the page before it is of."""
        is_same = self._start is not None and self._start.iban == iban and page[0] == bank_id
        return is_same and page[1].amount == opening.amount

    def _close(self, field: Field) -> Iterator[StatementPart]:
        if self._start is None or self._page_end is not None:
            raise _misplaced(field)
        self._page_end = (self._start.bank_id, _balance(field), field.line)
        if field.tag == "62F":
            yield from self._end_page()

    def _end_page(self) -> Iterator[StatementPart]:
        if self._page_end is not None:
            _id, closing, line = self._page_end
            yield StatementEnd(closing=closing, line=line)
        self._start = self._page_end = None

    def _line_of(self, field: Field) -> StatementLine:
        first, *more = field.lines
        found = _MOVEMENT.fullmatch(first.strip())
        if found is None:
            raise UnreadableStatement(
                gettext_noop("“%(value)s” is geen mutatie (:61:) die wij kunnen lezen."),
                line=field.line,
                value=first[:40],
            )
        value_on = _day(found[1], field.line)
        exact = _amount(found[5], field.line)
        is_reversal, is_credit = found[3] in ("RC", "RD"), found[3] in ("C", "RD", "EC")
        supplement = " ".join(one.strip() for one in more)
        text = texts.parse(self._text or [""], supplement)
        reference = found[7].strip().partition("//")[2].strip()
        return StatementLine(
            _entry_day(value_on, found[2], field.line),
            value_on,
            exact if is_credit else -exact,
            self._start.currency if self._start else EURO,
            " ".join(text.name.split()),
            text.iban,
            " ".join(text.description.split()),
            text.reference,
            text.end_to_end_id,
            text.mandate_id,
            reference,
            is_reversal or bool(text.return_reason),
            text.return_reason,
            text.batch_size if text.batch_size > 1 else 0,
            (found[6] or "")[1:].strip(),
            field.line,
        )


def _sequence(field: Field | None) -> tuple[str, str]:
    """Give the number of a statement, empty where the bank gives none, and the statement's name: that without page."""
    said = field.lines[0].strip() if field is not None else ""
    number = said.partition("/")[0]
    return ("" if not number.strip("0") else number), number


def _balance(field: Field) -> Balance:
    found = _BALANCE.fullmatch(field.lines[0].strip())
    if found is None:
        raise UnreadableStatement(
            gettext_noop("“%(value)s” is geen saldo dat wij kunnen lezen."), line=field.line, value=field.lines[0][:40]
        )
    exact = _amount(found[4], field.line)
    return Balance(exact if found[1] == "C" else -exact, _day(found[2], field.line), found[3])


def _amount(said: str, line: int) -> Decimal:
    """Read "12,5" or "000000012,50": the comma is always there, the cents not."""
    found = Decimal(said.replace(",", ".")).quantize(Decimal("0.01"))
    if found > LARGEST:
        raise UnreadableStatement(
            gettext_noop("“%(value)s” is geen bedrag dat wij kunnen lezen."), line=line, value=said
        )
    return found


def _day(said: str, line: int) -> date:
    try:
        return date(2000 + int(said[:2]), int(said[2:4]), int(said[4:]))
    except ValueError as error:
        raise UnreadableStatement(gettext_noop("“%(value)s” is geen datum."), line=line, value=said) from error


def _entry_day(value_on: date, said: str | None, line: int) -> date:
    """Give the day of booking, which has no year: the one that lies closest to the value date."""
    if not said or said == "0000":
        return value_on
    found = _day(f"{value_on:%y}{said}" if said != "0229" else f"{_leap(value_on)}{said}", line)
    if abs(found - value_on) > _FAR:
        found = found.replace(year=found.year + (1 if found < value_on else -1))
    return found


def _leap(day: date) -> str:
    """Give the leap year closest to a day: only there has February 29 days."""
    return f"{round(day.year / 4) * 4 % 100:02d}"


def _cut_off(line: int) -> UnreadableStatement:
    return UnreadableStatement(
        gettext_noop("hier houdt een afschrift op zonder eindsaldo: het bestand is afgebroken. Download het opnieuw."),
        line=line,
    )


def _nothing(line: int) -> UnreadableStatement:
    return UnreadableStatement(gettext_noop("In het bestand staat geen afschrift."), line=line)


def _misplaced(field: Field) -> UnreadableStatement:
    return UnreadableStatement(
        gettext_noop("“%(value)s” staat hier niet op zijn plaats: dit is geen geldige MT940."),
        line=field.line,
        value=f":{field.tag}:",
    )
