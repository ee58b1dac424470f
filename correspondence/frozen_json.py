"""Frozen dataclasses to JSON and back: amounts as strings, days as ISO dates, tuples as lists."""

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """Give a value as JSON.

    :raises TypeError: for a type that has no agreed form, a float among them.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [to_json(part) for part in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | bool | int):
        return value
    raise TypeError(f"{type(value).__name__} has no form in JSON here")


def from_json(cls: type[T], data: dict[str, Any]) -> T:
    """Give the dataclass that `to_json` wrote. What is missing has its default; what is unknown is left out."""
    hints = get_type_hints(cls)
    return cls(**{name: _read(hints[name], value) for name, value in data.items() if name in hints})


def _read(hint: Any, value: Any) -> Any:
    if get_origin(hint) is UnionType:  # X | None
        if value is None:
            return None
        (hint,) = (part for part in get_args(hint) if part is not NoneType)
    if get_origin(hint) is tuple:
        return tuple(_read(get_args(hint)[0], part) for part in value)
    if is_dataclass(hint):
        return from_json(hint, value)  # type: ignore[arg-type] # a dataclass type, not an instance
    if issubclass(hint, date):
        return hint.fromisoformat(value)
    if issubclass(hint, Decimal | Enum):
        return hint(value)
    return value
