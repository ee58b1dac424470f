"""What the frame of a page and the components of the kit are given: frozen, with the answers ready to print.

Templates compare no codes and do no sums (principle 15): whoever fills these has done both. Every component also
takes any object with the same attributes. How each one looks, with its code: /kit/ on a demo.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

# What a colour says. `act` is red and means that a person must do something now: for nothing else.
Tone = Literal["neutral", "accent", "good", "info", "warn", "act", "legal", "quiet"]
Theme = Literal["auto", "light", "dark"]


# The frame


@dataclass(frozen=True)
class NavItem:
    """A place to go. `key` is the letter after g that goes there."""

    label: str
    url: str
    icon: str
    count: int | None = None
    counts: str = ""  # what is counted, for who cannot see where the number stands: "te doen"
    is_active: bool = False
    must_act: bool = False
    key: str = ""


@dataclass(frozen=True)
class Administration:
    """One of the administrations that somebody works in."""

    name: str
    url: str
    colour: str  # #rrggbb
    is_current: bool = False
    waiting: int = 0  # what needs a person there

    @property
    def initials(self) -> str:
        words = [word for word in self.name.replace("-", " ").split() if word[0].isalnum()]
        return "".join(word[0] for word in words[:2]).upper() or "?"

    @property
    def ink(self) -> str:
        """White or black, whichever is easier to read on the colour."""
        channels = [int(self.colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        return "#ffffff" if luminance <= 0.179 else "#000000"


@dataclass(frozen=True)
class Source:
    """How fresh what we know from one source is."""

    name: str
    state: str  # "vandaag 06:12", "geboekt t/m 20-11"
    is_stale: bool = False
    why: str = ""


@dataclass(frozen=True)
class Freshness:
    """The chip in the top bar: one line, and behind it the sources."""

    summary: str  # "Exact 06:12 · bank t/m 20-11"
    sources: Sequence[Source] = ()
    is_stale: bool = False
    url: str = ""


@dataclass(frozen=True)
class Bar:
    """A line across the top of every page: sending is off, this is a demo."""

    text: str
    tone: Tone = "warn"
    icon: str = "alert-triangle"
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Person:
    """Who is logged in, and how he wants to see it."""

    name: str
    email: str
    role: str = ""
    theme: Theme = "auto"
    language: str = "nl"


@dataclass(frozen=True)
class Shell:
    """The frame of every page. Outside an administration there is no navigation, before login there is no person."""

    person: Person | None = None
    administration: Administration | None = None
    administrations: Sequence[Administration] = ()
    nav: Sequence[NavItem] = ()
    settings: NavItem | None = None
    all_url: str = ""  # "alle administraties"
    search_url: str = ""  # GET ?q=
    preferences_url: str = ""  # POST theme, language, next
    freshness: Freshness | None = None
    bars: Sequence[Bar] = ()
    home_url: str = "/"


@dataclass(frozen=True)
class May:
    """What who is here may do: what he may not is not shown to him."""

    work: bool = False
    approve: bool = False
    configure: bool = False


# Components


@dataclass(frozen=True)
class Stat:
    """A figure of the strip on top. It leads to the list that adds up to it."""

    label: str
    value: str
    note: str = ""
    url: str = ""
    change: str = ""  # "+2 dagen"
    change_tone: Tone = "quiet"
    explained: str = ""  # how it was computed
    must_act: bool = False


@dataclass(frozen=True)
class Phase:
    """A column of the phases: how many, how much, and the list behind it."""

    label: str
    count: int
    amount: Decimal
    url: str = ""
    share: int = 0  # of the total, in whole percents
    tone: Tone = "accent"


@dataclass(frozen=True)
class Bucket:
    """A part of a whole: of the ageing, of a credit limit."""

    label: str
    amount: Decimal
    share: int  # whole percents
    url: str = ""


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    count: int | None = None
    is_active: bool = False


@dataclass(frozen=True)
class Crumb:
    label: str
    url: str


@dataclass(frozen=True)
class Chip:
    """A filter in force; its address is the list without it."""

    label: str
    url: str


@dataclass(frozen=True)
class SavedView:
    """A saved filter."""

    label: str
    url: str
    count: int | None = None
    is_active: bool = False


@dataclass(frozen=True)
class Event:
    """Something on a timeline: past, or planned."""

    title: str
    at: datetime | date
    icon: str = "circle"
    who: str = ""
    text: str = ""
    url: str = ""
    state: str = ""  # "bezorgd", "geopend"
    state_tone: Tone = "quiet"
    tone: Tone = "neutral"
    is_planned: bool = False
    why: str = ""  # why it is planned, or held


@dataclass(frozen=True)
class Rung:
    """A rung on the line of one invoice."""

    label: str
    day: date | None
    state: Literal["done", "now", "next", "skipped", "failed"]
    channels: Sequence[str] = ()  # names of icons
    note: str = ""
    url: str = ""
    is_legal: bool = False


@dataclass(frozen=True)
class PolicyRung:
    """A rung of a policy, with its day on an invoice that serves as example."""

    label: str
    days: int  # after the due date
    at: int  # where on the axis, in percents
    example: date
    channels: Sequence[tuple[str, str]] = ()  # (icon, word)
    approval: str = ""
    charges: str = ""
    is_legal: bool = False
    why_locked: str = ""
    url: str = ""


@dataclass(frozen=True)
class CalcLine:
    """A line of a calculation: from and to, what was multiplied, and the cents."""

    label: str
    amount: Decimal
    detail: str = ""
    is_total: bool = False


@dataclass(frozen=True)
class Hit:
    """Something that the quick search found."""

    title: str
    url: str
    kind: str  # "debiteur", "factuur"
    icon: str = "user"
    detail: str = ""
    amount: Decimal | None = None


@dataclass(frozen=True)
class HitGroup:
    label: str
    hits: Sequence[Hit]
    more_url: str = ""


@dataclass(frozen=True)
class Confirm:
    """A question before something that cannot simply be undone: a dialog, and a page where there is no JavaScript."""

    title: str
    action: str  # where the answer is posted
    verb: str  # "Houd tegen": what the button does, never "OK"
    cancel_url: str
    text: str = ""
    consequences: Sequence[str] = ()
    tone: Tone = "accent"
    reason: bool = False  # ask for a reason
    fields: Sequence[tuple[str, str]] = ()  # hidden fields that go along


@dataclass(frozen=True)
class Point:
    """A point of a chart, and the row of its table."""

    label: str
    values: Sequence[Decimal | int | float | None]


@dataclass(frozen=True)
class Chart:
    """A chart with the table that says the same."""

    id: str
    title: str
    kind: Literal["line", "bar", "stacked"]
    series: Sequence[str]
    points: Sequence[Point]
    unit: Literal["euro", "days", "percent", "count"] = "euro"
    text: str = ""  # what one sees in it, in a sentence
