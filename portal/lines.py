"""What runs between a debtor and the tenant, as his page lists it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """Something that runs, or was answered lately."""

    title: str
    text: str
    url: str = ""
    verb: str = ""
    quote: str = ""
