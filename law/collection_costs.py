"""Collection costs: the scale of art. 2 Besluit vergoeding voor buitengerechtelijke incassokosten (Stb. 2012, 141).

The base is the principal: the invoice with its VAT, without interest and without costs. Amounts are euros. The
law has no rounding rule: the bands are summed exactly, rounded once half up to cents, and only then the minimum and
the maximum are applied (a reading, with which every published example agrees).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from common.money import ZERO, euro, round_cents
from law.errors import RefusedByLaw


class NoScaleKnown(RefusedByLaw):
    code = "no_scale_known"


@dataclass(frozen=True, slots=True)
class Band:
    """Per cent over the part of the principal above `floor`; `before` is what the bands below cost together."""

    floor: Decimal
    percent: Decimal
    before: Decimal


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale that holds from a day on, its bands from low to high, and its minimum and maximum in euro."""

    valid_from: date
    bands: tuple[Band, ...]
    minimum: Decimal
    maximum: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class VatRate:
    """The general VAT rate from a day on, in per cent (art. 9 lid 1 Wet OB 1968)."""

    valid_from: date
    percent: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class BandPart:
    """What one band added: `percent` over `base`, exact and not rounded."""

    floor: Decimal
    base: Decimal
    percent: Decimal
    exact: Decimal


@dataclass(frozen=True, slots=True)
class Vat:
    """VAT on the costs: a separate, named amount in euro."""

    percent: Decimal
    amount: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class CollectionCosts:
    """The costs over one sum of principals, with the bands used; `amount` is without VAT, `total` with it."""

    principal: Decimal
    day: date
    scale: Scale
    parts: tuple[BandPart, ...]
    exact: Decimal
    minimum_applied: bool
    maximum_applied: bool
    amount: Decimal
    vat: Vat | None = None

    @property
    def total(self) -> Decimal:
        return self.amount + (self.vat.amount if self.vat else ZERO)


@dataclass(frozen=True, slots=True)
class VatGround:
    """The three conditions of art. 2 lid 3, all needed before VAT may be added to the costs.

    `stated` means that the creditor says expressly that he cannot deduct the VAT and that the costs are raised for
    that reason. A creditor who collects for himself has no VAT on a third party's service, so never adds any.
    """

    third_party_collector: bool = False
    deductible: bool = True
    stated: bool = False

    @property
    def holds(self) -> bool:
        return self.third_party_collector and not self.deductible and self.stated


NO_VAT = VatGround()


class BusinessBasis(StrEnum):
    """How several invoices of one business debtor are counted: a choice of the tenant."""

    SCALE_OVER_SUM = "scale_over_sum"
    MINIMUM_PER_INVOICE = "minimum_per_invoice"


@dataclass(frozen=True, slots=True)
class BusinessCosts:
    """The costs for a business debtor: the scale over the sum, raised to the minimum per invoice where chosen."""

    over_sum: CollectionCosts
    basis: BusinessBasis
    invoices: int
    amount: Decimal
    vat: Vat | None = None

    @property
    def total(self) -> Decimal:
        return self.amount + (self.vat.amount if self.vat else ZERO)


def _bands(*rows: tuple[str, str]) -> tuple[Band, ...]:
    bands = [Band(Decimal(rows[0][0]), Decimal(rows[0][1]), ZERO)]
    for (floor, percent), (next_floor, next_percent) in pairwise(rows):
        before = bands[-1].before + (Decimal(next_floor) - Decimal(floor)) * Decimal(percent) / 100
        bands.append(Band(Decimal(next_floor), Decimal(next_percent), before))
    return tuple(bands)


# Plans to lower the minimum were announced more than once and are not law: a change is a row here.
SCALES = (
    Scale(
        valid_from=date(2012, 7, 1),
        bands=_bands(("0", "15"), ("2500", "10"), ("5000", "5"), ("10000", "1"), ("200000", "0.5")),
        minimum=Decimal("40.00"),
        maximum=Decimal("6775.00"),
        source="art. 2 lid 1 en 2 Besluit vergoeding voor buitengerechtelijke incassokosten, Stb. 2012, 141",
    ),
)

VAT_RATES = (
    VatRate(date(2012, 7, 1), Decimal(19), "art. 9 lid 1 Wet OB 1968, text until 1 October 2012 (memory)"),
    VatRate(date(2012, 10, 1), Decimal(21), "art. 9 lid 1 Wet OB 1968 (the day it began: memory)"),
)


def scale_on(day: date) -> Scale:
    """Give the scale that holds on a day.

    :raises NoScaleKnown: before 1 July 2012, when the Besluit began (it leaves earlier defaults alone, art. 3).
    """
    held = [scale for scale in SCALES if scale.valid_from <= day]
    if not held:
        raise NoScaleKnown(day=day, first=SCALES[0].valid_from)
    return held[-1]


def scale_amount(principal: Decimal, scale: Scale) -> Decimal:
    """Give only the costs in euro, without VAT, over a principal that is not negative: the fast path for many claims.

    Equal to `collection_costs(...).amount` to the cent. Nothing is owed over nothing.

    :raises ValueError: if the principal is negative.
    """
    if not principal:
        return ZERO
    for band in reversed(scale.bands):
        if principal > band.floor:
            exact = band.before + (principal - band.floor) * band.percent / 100
            return min(max(round_cents(exact), scale.minimum), scale.maximum)
    raise ValueError("costs are counted over what is owed, never over a negative amount")


def collection_costs(principal: Decimal, *, day: date, vat: VatGround = NO_VAT) -> CollectionCosts:
    """Give the costs over a principal in euro by the scale of a day, with the bands, minimum, maximum and VAT used.

    :raises NoScaleKnown: before 1 July 2012.
    :raises ValueError: if the principal is negative or has a fraction of a cent.
    """
    principal = euro(principal)
    scale = scale_on(day)
    amount = scale_amount(principal, scale)
    parts = tuple(_parts(principal, scale.bands))
    exact = sum((part.exact for part in parts), start=ZERO)
    return CollectionCosts(
        principal=principal,
        day=day,
        scale=scale,
        parts=parts,
        exact=exact,
        minimum_applied=principal > 0 and round_cents(exact) < scale.minimum,
        maximum_applied=round_cents(exact) > scale.maximum,
        amount=amount,
        vat=vat_on_costs(amount, vat, day=day),
    )


def vat_on_costs(amount: Decimal, ground: VatGround, *, day: date) -> Vat | None:
    """Give the VAT by which costs in euro may be raised, or None (art. 2 lid 3 Besluit).

    Only with a collector who charges VAT, which the creditor cannot deduct, and who says so expressly.

    :raises NoScaleKnown: before 1 July 2012.
    """
    if not ground.holds or not amount:
        return None
    held = [rate for rate in VAT_RATES if rate.valid_from <= day]
    if not held:
        raise NoScaleKnown(day=day, first=VAT_RATES[0].valid_from)
    return Vat(held[-1].percent, round_cents(amount * held[-1].percent / 100), held[-1].source)


def business_costs(
    principals: Sequence[Decimal],
    *,
    day: date,
    basis: BusinessBasis = BusinessBasis.SCALE_OVER_SUM,
    vat: VatGround = NO_VAT,
) -> BusinessCosts:
    """Give the costs for all overdue invoices of one business debtor, by the tenant's choice.

    Art. 6:96 lid 7 is not written for business debtors, so summing is a choice: the cautious one, and the default.
    The minimum per invoice rests on lid 4, which gives the creditor at least EUR 40 for each trade claim. How it meets
    the scale is not settled; kindest to the debtor it only lifts the scale over the sum, within the one maximum.

    :raises NoScaleKnown: before 1 July 2012.
    """
    open_ones = [principal for principal in principals if principal]
    over_sum = collection_costs(_sum(open_ones), day=day)
    amount = over_sum.amount
    if basis is BusinessBasis.MINIMUM_PER_INVOICE:
        amount = min(max(amount, over_sum.scale.minimum * len(open_ones)), over_sum.scale.maximum)
    return BusinessCosts(over_sum, basis, len(open_ones), amount, vat_on_costs(amount, vat, day=day))


def _parts(principal: Decimal, bands: tuple[Band, ...]) -> Iterable[BandPart]:
    tops = [*(band.floor for band in bands[1:]), principal]
    for band, top in zip(bands, tops, strict=True):
        base = min(principal, top) - band.floor
        if base > 0:
            yield BandPart(band.floor, base, band.percent, base * band.percent / 100)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, start=ZERO)
