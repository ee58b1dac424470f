"""Every calculation on paper: as plain lines in Dutch or English, and as a record that is kept with the charge.

The lines of a term are for the dossier. They never go into the letter itself: a computed date beside the wording
that turns out too early takes the whole letter down (HR 25-11-2016 ECLI:NL:HR:2016:2704).
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from common.calendar import DAY
from common.money import ZERO
from law.allocation import Allocation
from law.collection_costs import BusinessCosts, CollectionCosts, Vat
from law.default import TradeDefault
from law.fourteen_day_letter import ClaimableCosts
from law.interest import InterestCalculation, InterestLine
from law.letter_costs import LetterCosts
from law.limitation import Limitation
from law.notices import DefaultNoticeTerm, FourteenDayTerm
from law.words import WORDS

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]
Calculation = (
    InterestCalculation
    | CollectionCosts
    | BusinessCosts
    | LetterCosts
    | ClaimableCosts
    | DefaultNoticeTerm
    | FourteenDayTerm
    | TradeDefault
    | Allocation
    | Limitation
)
RECORD_VERSION = 1  # goes up when a field of a calculation gets another name or meaning


def record(calculation: Calculation) -> dict[str, Json]:
    """Give a calculation as a JSON-able dict that is kept as proof: inputs, rows with their source, days and cents.

    Keys are the fields of the dataclass; amounts and percentages are strings, days are ISO dates, rows are lists.
    """
    kept = _json(calculation)
    if not isinstance(kept, dict):
        raise TypeError("a calculation is a dataclass")
    return {"calculation": type(calculation).__name__, "version": RECORD_VERSION, **kept}


def interest_lines(calculation: InterestCalculation, language: str) -> list[str]:
    """Give an interest calculation as lines of text; the printed amounts add up to the printed total.

    :raises KeyError: if the language is neither "nl" nor "en".
    """
    say = _Words(language)
    terms = calculation.terms
    asked = {"principal": calculation.principal, "first": calculation.first_day, "last": calculation.end - DAY}
    head = [
        say(f"interest_{terms.kind}"),
        say("per_month") if terms.per_month else say(f"day_count_{terms.day_count}"),
        say(f"compounding_{terms.compounding}"),
        say("period" if calculation.end > calculation.first_day else "no_period", **asked),
    ]
    paid = [
        say("reduction", day=row.day, principal=row.to_principal, interest=row.to_interest)
        for row in calculation.reductions
    ]
    end = [say("interest_total", amount=calculation.total)]
    if calculation.paid:
        end.append(say("interest_left", paid=calculation.paid, amount=calculation.outstanding))
    return [*head, *(_interest_line(line, say) for line in calculation.lines), *paid, *end]


def costs_lines(costs: CollectionCosts, language: str) -> list[str]:
    """Give collection costs over one sum as lines of text, band by band.

    :raises KeyError: if the language is neither "nl" nor "en".
    """
    say = _Words(language)
    return [*_scale_lines(costs, say), say("costs_total", amount=costs.amount), *_vat_lines(costs.vat, say)]


def business_costs_lines(costs: BusinessCosts, language: str) -> list[str]:
    """Give the collection costs of a business debtor as lines of text.

    :raises KeyError: if the language is neither "nl" nor "en".
    """
    say = _Words(language)
    lines = [*_scale_lines(costs.over_sum, say)]
    if costs.amount != costs.over_sum.amount:
        lines.append(say("per_invoice", count=costs.invoices, minimum=costs.over_sum.scale.minimum))
    return [*lines, say("costs_total", amount=costs.amount), *_vat_lines(costs.vat, say)]


def letter_costs_lines(costs: LetterCosts, language: str) -> list[str]:
    """Give the costs that a letter with several claims announces as lines of text.

    :raises KeyError: if the language is neither "nl" nor "en".
    """
    say = _Words(language)
    groups = [
        say(
            "group_apart" if group.apart else "group_inside",
            contract=group.contract_ref or say("no_reference"),
            single=group.highest_single,
            earlier=group.earlier,
            amount=group.amount,
        )
        for group in costs.groups
    ]
    scale = _scale_lines(costs.over_sum, say) if costs.over_sum.principal else []
    return [*scale, *groups, say("costs_total", amount=costs.amount), *_vat_lines(costs.vat, say)]


def claimable_lines(costs: ClaimableCosts, language: str) -> list[str]:
    """Give what may be charged after a fourteen-day letter, and why, as lines of text.

    :raises KeyError: if the language is neither "nl" nor "en".
    """
    say = _Words(language)
    rest = letter_costs_lines(costs.over_rest, language) if costs.over_rest else []
    charged = say("claimable", announced=costs.announced, amount=costs.amount)
    return [*rest, say(f"claimable_{costs.reason}"), charged, *_vat_lines(costs.vat, say)]


def notice_term_lines(term: DefaultNoticeTerm, language: str) -> list[str]:
    """Give the term of a default notice as lines of text, for the dossier.

    :raises KeyError: if the language is neither "nl" nor "en".
    """
    say = _Words(language)
    return [
        *_delivery_lines(term, say),
        say("term_end", day=term.last_day, source=term.term_source),
        say("default_since", day=term.default_since),
    ]


def letter_term_lines(term: FourteenDayTerm, language: str) -> list[str]:
    """Give the term of a fourteen-day letter as lines of text, for the dossier and never for the letter.

    :raises KeyError: if the language is neither "nl" nor "en".
    """
    say = _Words(language)
    return [
        *_delivery_lines(term, say),
        say("term_end", day=term.last_day, source=term.term_source),
        say("costs_from", day=term.costs_from),
    ]


def allocation_lines(allocation: Allocation, language: str) -> list[str]:
    """Give what a payment paid as lines of text.

    :raises KeyError: if the language is neither "nl" nor "en".
    """
    say = _Words(language)
    parts = [
        say("allocated", key=part.key, costs=part.to_costs, interest=part.to_interest, principal=part.to_principal)
        for part in allocation.parts
    ]
    rest = [say("unallocated", amount=allocation.unallocated)] if allocation.unallocated else []
    return [say("payment", amount=allocation.amount, day=allocation.paid_on), *parts, *rest]


def limitation_lines(limitation: Limitation, language: str) -> list[str]:
    """Give when a claim is barred, and by which act that was moved, as lines of text.

    :raises KeyError: if the language is neither "nl" nor "en".
    """
    say = _Words(language)
    lines = [say("limitation", years=limitation.years, due=limitation.due_date, source=limitation.source)]
    if limitation.interrupted_by is not None:
        act = say(f"act_{limitation.interrupted_by.act}")
        lines.append(say("interrupted", act=act, day=limitation.interrupted_by.on))
    return [*lines, say("barred", day=limitation.barred_from)]


class _Words:
    """Speaks one language: fills a phrase with amounts, days and numbers written the way that language does."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.words = WORDS[language]

    def __call__(self, phrase: str, **values: object) -> str:
        return self.words[phrase].format(**{name: self.written(value) for name, value in values.items()})

    def written(self, value: object) -> str:
        if isinstance(value, Decimal):
            return f"€ {self.number(value, places=2)}"
        return f"{value:%d-%m-%Y}" if isinstance(value, date) else str(value)

    def percent(self, value: Decimal) -> str:
        """Write a percentage: 7, but 10,40 as it is published."""
        return self.number(value, places=0 if value == int(value) else 2)

    def number(self, value: Decimal, *, places: int) -> str:
        """Write a number exactly, with at least so many decimals."""
        shown = max(places, -int(value.normalize().as_tuple().exponent))
        plain = f"{value:,.{shown}f}"
        return plain.translate(str.maketrans(",.", ".,")) if self.language == "nl" else plain


def _interest_line(line: InterestLine, say: _Words) -> str:
    return say(
        "interest_line",
        first=line.start,
        last=line.end - DAY,
        base=line.base,
        percent=say.percent(line.percent),
        days=line.days,
        denominator=line.denominator,
        amount=line.amount,
    )


def _scale_lines(costs: CollectionCosts, say: _Words) -> Iterator[str]:
    yield say("costs_head", principal=costs.principal, source=costs.scale.source, day=costs.scale.valid_from)
    for part in costs.parts:
        yield say("costs_band", percent=say.percent(part.percent), base=part.base, amount=part.exact)
    if costs.minimum_applied:
        yield say("costs_minimum", amount=costs.scale.minimum)
    if costs.maximum_applied:
        yield say("costs_maximum", amount=costs.scale.maximum)


def _vat_lines(vat: Vat | None, say: _Words) -> Iterator[str]:
    if vat is not None and vat.amount != ZERO:
        yield say("costs_vat", percent=say.percent(vat.percent), amount=vat.amount)


def _delivery_lines(term: DefaultNoticeTerm | FourteenDayTerm, say: _Words) -> Iterator[str]:
    yield say("dispatched", day=term.dispatched, channel=say(f"channel_{term.channel}"))
    yield say("presumed", day=term.presumed_delivery, source=term.delivery_source)
    if term.delivered is not None:
        yield say("delivered", day=term.delivered)


def _json(value: object) -> Json:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_json(item) for item in value]
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"{type(value).__name__} has no place in a record")
