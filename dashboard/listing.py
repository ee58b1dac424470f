"""Lists: what their address asks, statements that answer it, and one page of the answer.

A statement is put together from our own pieces; whatever a user typed is a parameter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, overload

from django.core.paginator import Page, Paginator
from django.db import connection
from django.http import HttpRequest, QueryDict

from dashboard.shell import Chip
from dashboard.templatetags.kit_lists import PAGE, SORT
from tenants.context import current_tenant_id

PER_PAGE = 50
MOST_ROWS = 100_000  # of an export


class Option(NamedTuple):
    """A choice of a filter."""

    value: str
    label: object
    is_chosen: bool = False


def options(choices: Iterable[tuple[str, object]], chosen: str) -> list[Option]:
    """Give the choices of a filter, with the one in force marked."""
    return [Option(value, label, value == chosen) for value, label in choices]


def chip(request: HttpRequest, label: object, *names: str) -> Chip:
    """Give a filter in force, with the address of the list without it."""
    query = request.GET.copy()
    for name in (*names, PAGE):
        query.pop(name, None)
    return Chip(str(label), f"?{query.urlencode()}")


def one_of(request: HttpRequest, name: str, allowed: Iterable[str]) -> str:
    """Give what an address asks for, if that exists, else nothing."""
    asked = request.GET.get(name, "")
    return asked if asked in set(allowed) else ""


def request_of(query: QueryDict) -> HttpRequest:
    """Give a request for a list by its query alone: what a bulk action kept of it."""
    request = HttpRequest()
    request.GET = query  # type: ignore[assignment]  # as immutable as it has to be
    return request


class Where:
    """Conditions of a statement, and the values in them."""

    def __init__(self, *conditions: str, **values: Any) -> None:
        self.conditions = list(conditions)
        self.values = {"tenant": current_tenant_id(), **values}

    def add(self, condition: str, **values: Any) -> None:
        self.conditions.append(condition)
        self.values |= values

    def __str__(self) -> str:
        return " AND ".join(self.conditions)


def literal(text: str) -> str:
    """Give a text to LIKE with, in which nothing stands for anything else."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


class Sort(NamedTuple):
    """How a list is sorted: the name in the address, and what that is in a statement."""

    asked: str
    sql: str


def sort_of(request: HttpRequest, columns: Mapping[str, str], default: str, tie: str) -> Sort:
    """Give the order that an address asks for; the tie makes it the same every time, in the same direction."""
    asked = request.GET.get(SORT, default)
    if asked.lstrip("-") not in columns:
        asked = default
    way = "DESC NULLS LAST" if asked.startswith("-") else "ASC NULLS FIRST"
    return Sort(asked, f"{columns[asked.lstrip('-')]} {way}, {tie} {way.split()[0]}")


def page_number(request: HttpRequest) -> int:
    """Give which page an address asks for; anything strange is the first."""
    asked = request.GET.get(PAGE, "1")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 7 else 1


def rows(sql: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Run a statement and give its rows by the names of their columns."""
    with connection.cursor() as cursor:
        cursor.execute(sql, dict(values))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Window(Sequence[Any]):
    """Some rows of a long list: as long as the whole, but holding only these."""

    held: Sequence[Any]
    start: int
    total: int

    def __len__(self) -> int:
        return self.total

    @overload
    def __getitem__(self, place: int) -> Any: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Any]: ...
    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            return self.held[(place.start or 0) - self.start : (place.stop or self.total) - self.start]
        return self.held[place - self.start]


def page(held: Sequence[Any], *, number: int, count: int, per_page: int = PER_PAGE) -> Page[Any]:
    """Give a page of a list of which only that page's rows were read; beyond the end it is the last one."""
    number = last_or(number, count, per_page)
    return Paginator(Window(held, (number - 1) * per_page, count), per_page).page(number)


def last_or(number: int, count: int, per_page: int = PER_PAGE) -> int:
    """Give a page's number, or that of the last page where there are not so many."""
    return min(number, max(1, -(-count // per_page)))
