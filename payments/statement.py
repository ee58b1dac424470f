"""What every reader of bank statements gives, whatever the format. Pure: no Django, no clock.

A reader is an iterator over the parts of a file in their order, for each statement: one `StatementStart`, its
`StatementLine`s, one `StatementEnd`. So a file of any size passes through in steady memory. `checked` stands behind
every reader: what does not add up does not come through.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

EURO = "EUR"
LINES = 1_000_000
"""In one file: more is no file that a bank gives a company of the size that we are for."""


def gettext_noop(sentence: str) -> str:
    """Mark a Dutch sentence for the catalogue; `UnreadableStatement.told` has it translated."""
    return sentence


class UnreadableStatement(ValueError):
    """A file that is not a statement, is cut off, is hostile, or does not add up.

    :param sentence: what is wrong, in Dutch, for the person who brought the file.
    :param line: the line of the file, from 1; 0 where there is none.
    :param source: the file inside a ZIP.
    :param values: what the sentence names, `%(name)s`.
    """

    def __init__(self, sentence: str, *, line: int = 0, source: str = "", **values: object) -> None:
        super().__init__(sentence)
        self.sentence, self.line, self.source, self.values = sentence, line, source, values

    def told(self, translate: Callable[[str], str] = str) -> str:
        """Say it with its place, in the language of `translate`."""
        text = translate(self.sentence)
        if self.values:
            text %= {name: _written(value) for name, value in self.values.items()}
        places = [self.source] if self.source else []
        if self.line:
            places.append(translate(gettext_noop("regel %(line)s")) % {"line": self.line})
        place = ", ".join(places)
        return f"{place[0].upper()}{place[1:]}: {text}" if place else text

    def __str__(self) -> str:
        return self.told()


class DoesNotAddUp(UnreadableStatement):
    """Opening balance plus lines is not closing balance. A person may know why, and want the lines nevertheless."""


def _written(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class Balance:
    """What stood on the account at the beginning or end of a day; below zero is overdrawn."""

    amount: Decimal
    on: date
    currency: str = EURO


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementStart:
    """That a statement begins. `closing` is known here where the format says it first.

    A notification (camt.054) has no balances: it tells of movements that a statement will hold too.
    """

    format: str  # "camt.053.001.02", "mt940"
    iban: str  # of the tenant's own account; an old account number where the bank gives no IBAN
    currency: str
    bank_id: str = ""  # the bank's own name for the statement
    sequence: str = ""  # empty where the bank does not number them (Rabobank MT940)
    opening: Balance | None
    closing: Balance | None = None
    is_notification: bool = False
    source: str = ""  # the file inside a ZIP
    line: int = 0  # of the file


class StatementLine(NamedTuple):
    """One movement: one transaction, also where the bank itemises a batch. Money in is positive.

    A tuple, because there may be a hundred thousand of them in a file.
    """

    booked_on: date
    value_on: date  # the day the money counts (art. 6:114 BW)
    amount: Decimal
    currency: str = EURO
    name: str = ""  # of the other side
    iban: str = ""
    description: str = ""  # unstructured, as the payer typed it, joined as the bank means it
    reference: str = ""  # structured: betalingskenmerk, RF or OGM, without spaces
    end_to_end_id: str = ""  # empty for NOTPROVIDED
    mandate_id: str = ""
    bank_reference: str = ""  # of the entry: the transactions of one batch share it
    is_reversal: bool = False
    return_reason: str = ""  # AC04, MD06, MS02 …
    batch_size: int = 0  # transactions in an entry that the bank does not itemise
    transaction_code: str = ""  # the bank's, for people
    line: int = 0  # of the file


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementEnd:
    """That a statement ends, and what the account then holds. `difference` is what a person let pass."""

    closing: Balance | None
    difference: Decimal = Decimal(0)
    line: int = 0  # of the file


StatementPart = StatementStart | StatementLine | StatementEnd


def checked(parts: Iterable[StatementPart], *, accept_difference: bool = False) -> Iterator[StatementPart]:
    """Let parts through as long as they are whole, in euro, and opening balance plus lines is closing balance.

    :param accept_difference: a person knows that the balances are wrong and wants the lines nevertheless.
    :raises UnreadableStatement: at the first part that is wrong.
    """
    start: StatementStart | None = None
    total, count = Decimal(0), 0
    for part in parts:
        try:
            if isinstance(part, StatementLine):
                total += part.amount
                count += 1
                _check_line(part, count)
            elif isinstance(part, StatementStart):
                start, total = part, Decimal(0)
                _check_start(part)
            elif start is not None:
                part = replace(part, difference=_difference(start, part, total, accept_difference))
        except UnreadableStatement as error:
            error.source = error.source or (start.source if start is not None else "")
            raise
        yield part


def _check_line(line: StatementLine, count: int) -> None:
    if line.currency != EURO:
        raise _other_currency(line.currency, line.line)
    if count > LINES:
        raise UnreadableStatement(gettext_noop("In het bestand staan meer dan %(limit)s regels."), limit=LINES)


def _check_start(start: StatementStart) -> None:
    if start.currency != EURO:
        raise _other_currency(start.currency, start.line)
    if start.opening is None and not start.is_notification:
        raise UnreadableStatement(
            gettext_noop(
                "Het afschrift van %(iban)s heeft geen beginsaldo, dus is niet na te gaan of het compleet is."
            ),
            line=start.line,
            iban=start.iban,
        )


def _difference(start: StatementStart, end: StatementEnd, total: Decimal, accepted: bool) -> Decimal:
    if start.opening is None:
        return Decimal(0)
    if end.closing is None:
        raise UnreadableStatement(
            gettext_noop("Het afschrift van %(iban)s heeft geen eindsaldo, dus is niet na te gaan of het compleet is."),
            line=end.line,
            iban=start.iban,
        )
    for balance in (start.opening, end.closing):
        if balance.currency != start.currency and not accepted:
            raise _other_currency(balance.currency, end.line)
    difference = end.closing.amount - start.opening.amount - total
    if difference and not accepted:
        raise DoesNotAddUp(
            gettext_noop(
                "Het afschrift van %(iban)s telt niet op: beginsaldo € %(opening)s plus de regels is € %(sum)s, maar "
                "het eindsaldo is € %(closing)s (verschil € %(difference)s). Er ontbreekt iets, of het bestand is "
                "gewijzigd. Download het opnieuw bij uw bank."
            ),
            line=end.line,
            iban=start.iban,
            opening=start.opening.amount,
            sum=start.opening.amount + total,
            closing=end.closing.amount,
            difference=difference,
        )
    return difference


def _other_currency(currency: str, line: int) -> UnreadableStatement:
    return UnreadableStatement(
        gettext_noop("Dit is in %(currency)s. Wij verwerken alleen rekeningen in euro (EUR)."),
        line=line,
        currency=currency or "?",
    )
