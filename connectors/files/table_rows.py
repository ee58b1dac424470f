"""From a table to rows of a kind: learn how the columns write, read field by field, keep every complaint."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from connectors.files import fields, values
from connectors.files.cells import Cell, CellError, Line, Uncalculated, clean, clean_lines, shown, text_of
from connectors.files.checks import Finding
from connectors.files.field import Field
from connectors.files.mapping import ColumnMap
from connectors.files.parties import folded
from connectors.files.rows import Level, Problem
from connectors.files.tables import Table
from connectors.files.values import DayOrder, DecimalMark

EXCEL_ERRORS = {
    "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A",
    "#LEEG!", "#DEEL/0!", "#WAARDE!", "#VERW!", "#NAAM?", "#GETAL!", "#N/B",
}  # fmt: skip
_TOTAL = re.compile(r"(?:sub|eind|grand )?tota(?:al|l)\b")
_GUARDED_TEXT = re.compile(r'="(.*)"|\'([0-9][0-9 ]*)')
_FORMULA = re.compile(r"=.+|[@+\-]\s*[A-Za-z].*[(|!].*", re.DOTALL)

T = TypeVar("T")


class Styles:
    """How the amounts and days of each column are written, learnt by going through the table once."""

    def __init__(self, table: Table, columns: ColumnMap) -> None:
        self._marks: dict[str, DecimalMark] = {}
        self._orders: dict[str, DayOrder] = {}
        self._file_mark: DecimalMark = ""
        self._day_zero = table.grid.day_zero
        kinds = {known.name: known.type for known in fields.of(columns.subject)}
        amounts = {name: index for name, index in columns.columns.items() if kinds[name] == "amount"}
        days = {name: index for name, index in columns.columns.items() if kinds[name] == "date"}
        if amounts or days:
            self._learn(table, amounts, days)

    def _learn(self, table: Table, amounts: dict[str, int], days: dict[str, int]) -> None:
        marks: dict[str, set[str]] = {name: set() for name in amounts}
        orders: dict[str, Counter[str]] = {name: Counter() for name in days}
        examples: dict[str, str] = {}
        for line in table.rows():
            for name, index in amounts.items():
                marks[name].add(values.decimal_mark(_at(line, index)))
            for name, index in days.items():
                order = values.day_order(_at(line, index))
                orders[name][order] += 1
                if order == "month":
                    examples.setdefault(name, shown(_at(line, index)))
        self._marks = {name: values.column_mark(found) for name, found in marks.items()}
        file_mark = values.column_mark(mark for found in marks.values() for mark in found)
        self._file_mark = "" if file_mark == "both" else file_mark
        for name, count in orders.items():
            contradictory = values.is_month_first(count["day"], count["month"])
            self._orders[name] = DayOrder(examples.get(name, "") if contradictory else "", self._day_zero)

    def mark(self, name: str) -> DecimalMark:
        return self._marks.get(name) or self._file_mark

    def order(self, name: str) -> DayOrder:
        return self._orders.get(name) or DayOrder(day_zero=self._day_zero)


def _at(line: Line, index: int) -> Cell:
    return line.cells[index] if index < len(line.cells) else ""


def _unwrapped(cell: Cell) -> str:
    """Give text without what spreadsheets wrap around it to keep its zeros: `="0123"`, `'0123`."""
    text = text_of(cell)
    wrapped = _GUARDED_TEXT.fullmatch(text)
    return (wrapped[1] or wrapped[2] or "") if wrapped else text


class RowReader:
    """Reads the fields of one row. What cannot be read becomes a problem, and the field None or empty.

    `prefix` is put in front of every name: among invoices the debtor's own fields are called `debtor_…`.
    """

    def __init__(self, line: Line, columns: ColumnMap, styles: Styles, prefix: str = "") -> None:
        self.row = line.number
        self.problems: list[Problem] = []
        self._line = line
        self._columns = columns
        self._styles = styles
        self._prefix = prefix

    def with_prefix(self, prefix: str) -> "RowReader":
        """Give a reader of the same row under another prefix, which complains to the same list."""
        other = RowReader(self._line, self._columns, self._styles, prefix)
        other.problems = self.problems
        return other

    @property
    def is_sound(self) -> bool:
        """Whether no error was found so far; warnings do not count."""
        return all(problem.level != "error" for problem in self.problems)

    def in_order(self) -> list[Problem]:
        """Give the problems from left to right, those about the row as a whole last."""
        if len(self.problems) < 2:
            return self.problems
        places = {header: index for index, header in enumerate(self._columns.headers)}
        return sorted(self.problems, key=lambda problem: places.get(problem.column, len(places)))

    def complain(self, name: str, code: str, level: Level = "error", **shown_values: str) -> None:
        """Add a problem at the column of a field; the empty name is about the row as a whole."""
        self._add(Problem(self.row, self._header(name), code, shown_values, level))

    def _add(self, problem: Problem) -> None:
        if problem not in self.problems:  # a field may be asked for twice
            self.problems.append(problem)

    def _header(self, name: str) -> str:
        index = self._columns.columns.get(self._prefix + name)
        return "" if index is None else self._columns.headers[index]

    def complain_of(self, findings: Iterable[Finding]) -> None:
        """Add what the checks on the row as a whole found."""
        for finding in findings:
            self.complain(finding.name, finding.code, finding.level, **finding.values)

    def text(self, name: str, *, required: bool = False) -> str:
        """Read text; at most as long as the field allows. A number cell is written out, a day refused."""
        known, cell = self._field(name), self._cell(name)
        if cell == "":
            if required:
                self.missing(name)
            return ""
        if isinstance(cell, date) and known.type != "lines":
            self.complain(name, "cell_is_date", value=cell.isoformat())
            return ""
        text = _unwrapped(cell)
        if isinstance(cell, str) and _FORMULA.fullmatch(text):
            self.complain(name, "looks_like_formula", "warning", value=shown(text))
        text = clean_lines(text) if known.type == "lines" else clean(text)
        if len(text) > known.max_length:
            self.complain(name, "text_too_long", value=shown(text), limit=str(known.max_length))
            return text[: known.max_length]
        if required and not text:
            self.missing(name)
        return text

    def missing(self, name: str) -> None:
        """Complain that a field that the row cannot do without is empty, unless its cell was already complained of."""
        header = self._header(name)
        if not header or all(problem.column != header for problem in self.problems if problem.level == "error"):
            self.complain(name, "value_missing", field=f"{self._columns.subject}.{self._prefix}{name}")

    def amount(self, name: str) -> Decimal | None:
        """Read an amount, with its sign; a dash, as Excel shows a zero, is an empty one."""
        cell = self._cell(name)
        if isinstance(cell, str) and values.is_blank(cell.removeprefix("€")):
            return None
        return self._read(name, lambda cell: values.parse_amount(cell, self._styles.mark(self._prefix + name)))

    def day(self, name: str) -> date | None:
        """Read a day; a row of zeros is an empty one, as databases write it."""
        cell = self._cell(name)
        if isinstance(cell, str) and re.fullmatch(r"[0\-/.: T]+", cell):
            return None
        return self._read(name, lambda cell: values.parse_day(cell, self._styles.order(self._prefix + name)))

    def parsed(self, name: str, parse: Callable[[str], T], level: Level = "error") -> T | None:
        """Read text with a function that raises `CellError`; "n.v.t." and "-" count as empty."""
        cell = self._cell(name)
        if isinstance(cell, date):
            self.complain(name, "cell_is_date", level, value=cell.isoformat())
            return None
        text, limit = text_of(cell), self._field(name).max_length
        if values.is_blank(text):
            return None
        if len(text) > limit:
            self.complain(name, "text_too_long", value=shown(text), limit=str(limit))
            return None
        return self._read(name, lambda cell: parse(_unwrapped(cell)), level)

    def _read(self, name: str, parse: Callable[[Cell], T], level: Level = "error") -> T | None:
        cell = self._cell(name)
        if cell == "":
            return None
        try:
            return parse(cell)
        except CellError as error:
            self.complain(name, error.code, level, **error.values)
            return None

    def _field(self, name: str) -> Field:
        known = fields.get(self._columns.subject, self._prefix + name)
        if known is None:
            raise KeyError(self._prefix + name)
        return known

    def _cell(self, name: str) -> Cell:
        """Give the cell of a field; one that holds no value is complained of once, and empty."""
        index = self._columns.columns.get(self._prefix + name)
        if index is None:
            return ""
        cell = _at(self._line, index)
        if isinstance(cell, str):
            cell = cell.strip()
            flaw = "excel_error" if cell.upper() in EXCEL_ERRORS else ""
        else:
            flaw = "formula_without_value" if isinstance(cell, Uncalculated) else ""
        if flaw:
            self.complain(name, flaw, value=text_of(cell))
            return ""
        return cell

    def check_width(self) -> None:
        """Complain of a cell beyond the last header: a separator inside a text has shifted the row."""
        for cell in self._line.cells[len(self._columns.headers) :]:
            if not isinstance(cell, str) or cell.strip():
                self._add(Problem(self.row, "", "cells_without_header", {"value": shown(cell)}))
                return

    def looks_like_total(self) -> bool:
        """Tell whether this is the line of totals under an export: it starts with the word and has no number."""
        first = next((cell for cell in self._line.cells if not isinstance(cell, str) or cell.strip()), "")
        number = text_of(_at(self._line, self._columns.columns.get("number", 0))).strip()
        if not isinstance(first, str) or number not in ("", first.strip()):
            return False
        return (_TOTAL.fullmatch if number else _TOTAL.match)(folded(first).rstrip(" :")) is not None
