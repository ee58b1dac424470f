"""Which column holds which field: known headers by themselves, the user's own choice above all.

Headers are compared without case, accents, spaces and punctuation. A choice is header -> field name; None or the
empty string means that the column is not used. Where the user chose nothing, the exact name of a field goes before an
alias, and a field that a file cannot do without before one that it can.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

from connectors.files import fields
from connectors.files.field import Field
from connectors.files.fields import REQUIRED, Subject
from connectors.files.parties import folded
from connectors.files.rows import Level, Problem

Choice = Mapping[str, str | None]
_WITHOUT_VAT = re.compile("excl|exbtw|exvat|netto|without")
"""An amount that looks much like the one with VAT, and must never be suggested for it."""

GOOD_ENOUGH = 0.7
"""How alike a header must be to an alias to be suggested; 1 is equal."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Field name -> index of its column, and what is left over."""

    subject: Subject
    headers: tuple[str, ...]
    columns: Mapping[str, int] = field(default_factory=dict, hash=False)
    unknown: tuple[str, ...] = ()
    suggestions: Mapping[str, str] = field(default_factory=dict, hash=False)
    problems: tuple[Problem, ...] = ()

    @property
    def by_header(self) -> dict[str, str]:
        return {self.headers[index]: name for name, index in self.columns.items()}


def fields_for(subject: Subject) -> tuple[Field, ...]:
    """Give all fields of a kind of file with label, help, example and whether it is required, for a mapping screen."""
    return fields.of(subject)


def normal(header: str) -> str:
    """Give a header as it is compared: "Bedrag (incl. BTW)" is `bedraginclbtw`."""
    return re.sub("[^a-z0-9]", "", folded(header))


def is_known(header: str, subject: Subject, choice: Choice | None = None) -> bool:
    """Tell whether a header names a field, by itself or by the user's choice."""
    return bool(_candidates(header, subject)) or normal(header) in {normal(chosen) for chosen in choice or ()}


@lru_cache(maxsize=2)
def _aliases(subject: Subject) -> dict[str, list[tuple[tuple[bool, int, int], str]]]:
    """Give for every header the fields it can mean, each with its rank: the lower the better."""
    found: dict[str, list[tuple[tuple[bool, int, int], str]]] = {}
    for order, known in enumerate(fields.of(subject)):
        own = [known.name, known.label_nl, known.label_en]
        listed = f"{known.headers}, {known.bare_headers}".split(",")
        for rank, header in enumerate(dict.fromkeys(map(normal, own + listed))):
            place = (not known.required, 0 if rank < len(own) else rank, order)
            if header:
                found.setdefault(header, []).append((place, known.name))
    return found


def _candidates(header: str, subject: Subject) -> list[tuple[tuple[bool, int, int], str]]:
    aliases = _aliases(subject)
    whole = normal(header)
    spellings = (whole, normal(re.sub(r"\([^)]*\)|\[[^]]*\]", "", header)), whole.removesuffix("eur"))
    return next((aliases[spelling] for spelling in spellings if spelling in aliases), [])


def match(
    headers: tuple[str, ...],
    subject: Subject,
    choice: Choice | None = None,
    doubles: tuple[tuple[str, str], ...] = (),
    header_row: int = 0,
) -> ColumnMap:
    """Decide which column holds which field, and list what is missing, double or unknown.

    Errors make the file unreadable as it is: a field that it cannot do without has no column, or the choice contradicts
    itself. Everything else is a warning.
    """
    matching = _Matching(headers, subject, header_row)
    matching.take_choice(choice or {})
    matching.take_known()
    for header, name in doubles:
        matching.complain(header, "header_double", "warning", header=name)
    suggestions = matching.missing()
    return ColumnMap(subject, headers, matching.columns, matching.unknown(), suggestions, tuple(matching.problems))


class _Matching:
    def __init__(self, headers: tuple[str, ...], subject: Subject, header_row: int) -> None:
        self.headers = headers
        self.subject = subject
        self.header_row = header_row
        self.columns: dict[str, int] = {}
        self.chosen: set[int] = set()
        self.problems: list[Problem] = []

    def complain(self, column: str, code: str, level: Level, **values: str) -> None:
        self.problems.append(Problem(self.header_row, column, code, values, level))

    def take_choice(self, choice: Choice) -> None:
        by_name = {normal(header): index for index, header in reversed(list(enumerate(self.headers)))}
        exact = {header: index for index, header in enumerate(self.headers)}
        for header, name in choice.items():
            index = exact.get(header, by_name.get(normal(header)))
            if index is not None:
                self.chosen.add(index)
            if name:
                self._take(header, name, index)

    def _take(self, header: str, name: str, index: int | None) -> None:
        if fields.get(self.subject, name) is None:
            self.complain(header, "mapping_field_unknown", "error", field=name)
        elif index is None:
            self.complain(header, "mapping_header_absent", "warning", field=self._qualified(name))
        elif name in self.columns:
            used = self.headers[self.columns[name]]
            self.complain(header, "mapping_field_double", "error", field=self._qualified(name), used=used)
        else:
            self.columns[name] = index

    def take_known(self) -> None:
        offers = sorted(
            (place, index, name)
            for index, header in enumerate(self.headers)
            if index not in self.chosen
            for place, name in _candidates(header, self.subject)
        )
        for _, index, name in offers:
            if index not in self.columns.values() and name not in self.columns:
                self.columns[name] = index
        for index in self._left():
            names = [name for _, name in sorted(_candidates(self.headers[index], self.subject))]
            if names:
                used = self.headers[self.columns[names[0]]]
                field_name = self._qualified(names[0])
                self.complain(self.headers[index], "column_not_used", "warning", field=field_name, used=used)

    def missing(self) -> dict[str, str]:
        """Report each group of required fields that has no column, and give field -> header where one is alike."""
        suggestions: dict[str, str] = {}
        for group in REQUIRED[self.subject]:
            if any(name in self.columns for name in group):
                continue
            name, header = self._most_alike(group, set(suggestions.values()))
            if header:
                suggestions[name] = header
            code = "column_missing_suggestion" if header else "column_missing"
            shown = {"field": self._qualified(name)} | ({"header": header} if header else {})
            self.complain("", code, "error", **shown)
        return suggestions

    def unknown(self) -> tuple[str, ...]:
        return tuple(self.headers[index] for index in self._left())

    def _left(self) -> list[int]:
        used = set(self.columns.values()) | self.chosen
        return [index for index in range(len(self.headers)) if index not in used]

    def _most_alike(self, group: tuple[str, ...], taken: set[str]) -> tuple[str, str]:
        scores = [
            (_likeness(header, name, self.subject), name, header)
            for header in self.unknown()
            if header not in taken
            for name in group
        ]
        score, name, header = max(scores, default=(0.0, "", ""), key=lambda offer: offer[0])
        return (name, header) if score >= GOOD_ENOUGH else (group[0], "")

    def _qualified(self, name: str) -> str:
        return f"{self.subject}.{name}"


def _likeness(header: str, name: str, subject: Subject) -> float:
    """Tell how alike a header is to the nearest alias of a field; one inside the other is alike enough."""
    wanted = normal(header)
    if _WITHOUT_VAT.search(wanted):
        return 0.0
    best = 0.0
    for alias, meanings in _aliases(subject).items():
        if len(alias) < 4 or len(wanted) < 4 or all(name != meaning for _, meaning in meanings):
            continue
        inside = alias in wanted or wanted in alias
        best = max(best, SequenceMatcher(None, wanted, alias).ratio(), 0.75 if inside else 0.0)
    return best
