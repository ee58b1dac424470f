"""How the amount of one claim came about: its parts as lines that add up, and the calculation of interest and costs.

The figures are those of the letters; only the words are of this page, because a debtor reads four languages. Pure: what
it needs is handed to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from common.calendar import DAY
from common.money import ZERO
from invoices.balance import AmountDue
from invoices.models import Charge, Invoice, Settlement
from invoices.states import ChargeKind, SettlementKind
from law import collection_costs, interest
from law.rates import InterestKind

_MONEY = {SettlementKind.PREPAID, SettlementKind.PAYMENT}
_GIVEN_UP = {SettlementKind.WRITE_OFF, SettlementKind.WAIVER}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sum; below zero where it takes off."""

    label: str
    amount: Decimal
    detail: str = ""


@dataclass(frozen=True, slots=True)
class InterestRow:
    """Interest over some days, both included."""

    first_day: date
    last_day: date
    days: int
    base: Decimal
    percent: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Interest:
    """The calculation of the interest that is asked; what was settled of it before is below zero."""

    name: str
    ground: str
    per_month: bool
    rows: tuple[InterestRow, ...]
    settled: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Band:
    """What one step of the legal scale adds."""

    percent: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Costs:
    """The collection costs of one letter: the scale over what that letter asked, and the share of this claim."""

    booked_on: date
    principal: Decimal
    bands: tuple[Band, ...]
    minimum: Decimal  # where the scale gave less, else zero
    whole: Decimal
    amount: Decimal
    vat: Decimal

    @property
    def total(self) -> Decimal:
        return self.amount + self.vat

    @property
    def is_share(self) -> bool:
        """Whether other claims of that letter carry the rest."""
        return self.amount != self.whole


def lines(invoice: Invoice, due: AmountDue, settlements: Sequence[Settlement], disputed: Decimal) -> tuple[Line, ...]:
    """Give what an asked amount consists of, as in a letter; the lines add up to the total less what is disputed."""
    paid = sum((row.to_principal for row in settlements if row.kind in _MONEY), start=ZERO)
    principal = due.charged.principal
    credited = invoice.principal - principal - paid
    asked = due.total - disputed
    found = [
        Line(_("Factuurbedrag"), invoice.principal),
        Line(_("Al betaald"), -paid),
        Line(_("Al verrekend"), -credited),
        Line(_("In behandeling"), -disputed),
        Line(_("Rente"), due.interest),
        Line(_("Incassokosten"), due.charged.costs),
    ]
    rest = asked - sum((line.amount for line in found), start=ZERO)
    found.append(Line(_("Nu niet gevraagd"), rest))  # a letter offered less than was charged since
    return tuple(line for line in found if line.amount)


def is_given_up(settlements: Sequence[Settlement]) -> bool:
    """Tell whether principal was written off or waived: such a claim was not paid, whatever is open on it."""
    return sum((row.to_principal for row in settlements if row.kind in _GIVEN_UP), start=ZERO) > ZERO


def interest_of(due: AmountDue, calculation: interest.InterestCalculation | None) -> Interest | None:
    """Give the calculation of the interest that is asked, or None where none is."""
    if calculation is None or not due.interest:
        return None
    name, ground = _interest_words(calculation.terms.kind)
    return Interest(
        name=name,
        ground=ground,
        per_month=calculation.terms.per_month,
        rows=tuple(
            InterestRow(line.start, line.end - DAY, line.days, line.base, line.percent, line.amount)
            for line in calculation.lines
        ),
        settled=due.interest - calculation.total,
        total=due.interest,
    )


def _interest_words(kind: InterestKind) -> tuple[str, str]:
    return {
        InterestKind.CONSUMER: (_("Wettelijke rente"), _("artikel 6:119 van het Nederlandse Burgerlijk Wetboek")),
        InterestKind.TRADE: (_("Wettelijke handelsrente"), _("artikel 6:119a van het Nederlandse Burgerlijk Wetboek")),
        InterestKind.CONTRACTUAL: (_("Afgesproken rente"), _("volgens de overeenkomst")),
    }[kind]


def costs_of(charges: Sequence[Charge]) -> tuple[Costs, ...]:
    """Give how the costs of each letter were counted; `charges` are of one claim, costs and the VAT over them."""
    found = []
    corrected = {row.corrects_id for row in charges}
    for charge in charges:
        if charge.kind != ChargeKind.COSTS or charge.corrects_id is not None or charge.pk in corrected:
            continue
        vat = sum(
            (
                row.amount
                for row in charges
                if row.kind == ChargeKind.COSTS_VAT and row.notice_ref == charge.notice_ref and row.corrects_id is None
            ),
            start=ZERO,
        )
        found.append(_costs(charge, vat))
    return tuple(found)


def _costs(charge: Charge, vat: Decimal) -> Costs:
    kept: dict[str, Any] = charge.calculation
    principal, whole, minimum = ZERO, charge.amount, ZERO
    bands: tuple[Band, ...] = ()
    if {"notice_principal", "day"} <= kept.keys() and Decimal(kept["notice_principal"]) > ZERO:
        scale = collection_costs.collection_costs(
            Decimal(kept["notice_principal"]), day=date.fromisoformat(kept["day"])
        )
        principal, whole = scale.principal, scale.amount
        bands = tuple(Band(part.percent, part.base, part.exact) for part in scale.parts)
        minimum = scale.scale.minimum if scale.minimum_applied else ZERO
    return Costs(charge.booked_on, principal, bands, minimum, whole, charge.amount, vat)
