"""What one letter to a consumer may cost when it holds several claims (art. 6:96 lid 7 BW), small periodic ones too.

Two rules meet here. Lid 7: one letter for all, and the scale over the sum of the principals. Since 1 October 2024
(Stb. 2024, 44): small periodic claims may not pile up costs, at most EUR 140 in six months. Amounts are euros,
without VAT unless said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby

from common.calendar import add_months
from common.money import ZERO, euro, split
from law import collection_costs
from law.collection_costs import NO_VAT, CollectionCosts, Vat, VatGround


@dataclass(frozen=True, slots=True)
class PeriodicLimit:
    """Claims under `below` of one agreement cost `first`, a next one within `months` `further`, together `total`."""

    valid_from: date
    below: Decimal
    first: Decimal
    further: Decimal
    total: Decimal
    months: int
    source: str


# The decree itself was not at hand, only summaries: a claim under 266.67, at most 140 in six months, look back six
# months at each letter, and a joint letter costs the highest amount of one term. That 140 is 40 for the first term and
# 20 for each of five more is memory. It is the reading kindest to the debtor, and a letter that announces less than
# it might stays valid, while one that announces too much is worth nothing; so it is followed here.
PERIODIC_LIMITS = (
    PeriodicLimit(
        valid_from=date(2024, 10, 1),
        below=Decimal("266.67"),
        first=Decimal("40.00"),
        further=Decimal("20.00"),
        total=Decimal("140.00"),
        months=6,
        source="Besluit vergoeding voor buitengerechtelijke incassokosten as changed by Stb. 2024, 44 "
        "(summaries: kantoorabri.nl, cooster.nl, njb.nl; the split in 40 and 20: memory)",
    ),
)


@dataclass(frozen=True, slots=True)
class LetterClaim:
    """One claim in the letter: its open principal, and the agreement it belongs to (empty if none is known)."""

    key: str
    principal: Decimal
    contract_ref: str = ""


@dataclass(frozen=True, slots=True)
class EarlierCosts:
    """Costs that an earlier letter announced or charged to the same debtor for small claims of one agreement.

    One row for each letter and agreement, on the day of dispatch, as long as they are announced or charged; costs that
    fell away because the debtor paid in time, or that were waived, are no longer a row.
    """

    on: date
    amount: Decimal
    contract_ref: str = ""


@dataclass(frozen=True, slots=True)
class PeriodicGroup:
    """The small claims of one agreement: the highest single amount, the room left in six months, the lesser of both.

    `apart` tells that the group costs `amount` beside the scale; otherwise its principals are in the sum of the scale,
    which is cheaper for the debtor, and `amount` is its part of that.
    """

    contract_ref: str
    keys: tuple[str, ...]
    principal: Decimal
    highest_single: Decimal
    earlier: Decimal
    limit: Decimal
    apart: bool
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the costs that is booked on one claim."""

    key: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LetterCosts:
    """The costs of one letter: the scale over the sum, the groups beside or inside it, and each claim's share."""

    day: date
    over_sum: CollectionCosts
    groups: tuple[PeriodicGroup, ...]
    periodic_limit: PeriodicLimit | None
    amount: Decimal
    vat: Vat | None
    shares: tuple[Share, ...]

    @property
    def total(self) -> Decimal:
        return self.amount + (self.vat.amount if self.vat else ZERO)


def periodic_limit_on(day: date) -> PeriodicLimit | None:
    """Give the limit on small periodic claims that holds on a day, or None before 1 October 2024."""
    held = [limit for limit in PERIODIC_LIMITS if limit.valid_from <= day]
    return held[-1] if held else None


def letter_costs(
    claims: Sequence[LetterClaim],
    *,
    day: date,
    earlier: Iterable[EarlierCosts] = (),
    without_reference_is_periodic: bool = True,
    vat: VatGround = NO_VAT,
) -> LetterCosts:
    """Give what one fourteen-day letter, dispatched on a day, announces for all claims of a consumer together.

    How lid 7 meets the limit on periodic claims is not settled. Each group of small claims is therefore counted
    whichever way is cheaper for the debtor: inside the sum of the principals, or beside it for its highest single
    amount. No group ever carries more than its room in the six months up to `day`. Claims without a reference
    count as one agreement unless the tenant says that they are not periodic. The shares sum to the amount.

    :raises NoScaleKnown: before 1 July 2012.
    :raises ValueError: if a principal is negative, has a fraction of a cent, or two claims have the same key.
    """
    _check(claims)
    limit = periodic_limit_on(day)
    small, others = _sort_out([claim for claim in claims if claim.principal], limit, without_reference_is_periodic)
    groups = [] if limit is None else _groups(small, limit, day, tuple(earlier))
    groups, over_sum = _cheapest(groups, others, day)
    amounts = _amounts(groups, others, over_sum.amount)
    counted = tuple(replace(group, amount=amounts[group.contract_ref]) for group in groups)
    amount = over_sum.amount + _sum(group.amount for group in counted if group.apart)
    rest = over_sum.amount - _sum(group.amount for group in counted if not group.apart)
    return LetterCosts(
        day=day,
        over_sum=over_sum,
        groups=counted,
        periodic_limit=limit if counted else None,
        amount=amount,
        vat=collection_costs.vat_on_costs(amount, vat, day=day),
        shares=_shares(claims, counted, rest),
    )


def _check(claims: Sequence[LetterClaim]) -> None:
    if len({claim.key for claim in claims}) != len(claims):
        raise ValueError("a claim is in a letter once")
    if any(euro(claim.principal) < 0 for claim in claims):
        raise ValueError("costs are counted over what is owed, never over a negative amount")


def _sort_out(
    claims: Sequence[LetterClaim], limit: PeriodicLimit | None, without_reference_is_periodic: bool
) -> tuple[list[LetterClaim], list[LetterClaim]]:
    """Give the small periodic claims, by agreement, and all others."""
    small: list[LetterClaim] = []
    others: list[LetterClaim] = []
    for claim in sorted(claims, key=lambda claim: claim.contract_ref):
        periodic = bool(claim.contract_ref) or without_reference_is_periodic
        is_small = limit is not None and claim.principal < limit.below
        (small if periodic and is_small else others).append(claim)
    return small, others


def _groups(
    small: Iterable[LetterClaim], limit: PeriodicLimit, day: date, earlier: tuple[EarlierCosts, ...]
) -> list[PeriodicGroup]:
    since = add_months(day, -limit.months)  # a letter exactly six months ago still counts: the kinder reading
    groups = []
    for reference, members in groupby(small, key=lambda claim: claim.contract_ref):
        counted = [row.amount for row in earlier if row.contract_ref == reference and since <= row.on < day]
        groups.append(_group(reference, list(members), limit, day, counted))
    return groups


def _group(
    reference: str, members: list[LetterClaim], limit: PeriodicLimit, day: date, earlier: list[Decimal]
) -> PeriodicGroup:
    scale = collection_costs.scale_on(day)
    tariff = limit.further if any(earlier) else limit.first
    single = min(max(collection_costs.scale_amount(claim.principal, scale) for claim in members), tariff)
    return PeriodicGroup(
        contract_ref=reference,
        keys=tuple(claim.key for claim in members),
        principal=_sum(claim.principal for claim in members),
        highest_single=single,
        earlier=_sum(earlier),
        limit=min(single, max(limit.total - _sum(earlier), ZERO)),
        apart=True,
        amount=ZERO,
    )


def _cheapest(
    groups: list[PeriodicGroup], others: Sequence[LetterClaim], day: date
) -> tuple[list[PeriodicGroup], CollectionCosts]:
    """Give the division in groups beside and inside the sum that costs the debtor least, and the scale over the sum.

    Beside it first goes what is cheapest there for each euro of principal. On a tie the group stays apart.
    """
    by_price = sorted(groups, key=lambda group: (group.limit / group.principal, group.contract_ref))
    rest = _sum(claim.principal for claim in others)
    options = []
    for apart in range(len(by_price), -1, -1):
        inside = rest + _sum(group.principal for group in by_price[apart:])
        over_sum = collection_costs.collection_costs(inside, day=day)
        options.append((over_sum.amount + _sum(group.limit for group in by_price[:apart]), apart, over_sum))
    _, apart, over_sum = min(options, key=lambda option: (option[0], -option[1]))
    return [replace(group, apart=place < apart) for place, group in enumerate(by_price)], over_sum


def _amounts(groups: list[PeriodicGroup], others: Sequence[LetterClaim], over_sum: Decimal) -> dict[str, Decimal]:
    """Give what each group carries: its limit beside the sum, inside it its proportion and never above its limit."""
    amounts = {group.contract_ref: group.limit for group in groups if group.apart}
    inside = [group for group in groups if not group.apart]
    if not inside:
        return amounts
    weights = [*(group.principal for group in inside), _sum(claim.principal for claim in others)]
    for group, part in zip(inside, split(over_sum, weights), strict=False):
        amounts[group.contract_ref] = min(part, group.limit)
    left = ZERO if others else over_sum - _sum(amounts[group.contract_ref] for group in inside)
    for group in inside:
        more = min(left, group.limit - amounts[group.contract_ref])
        amounts[group.contract_ref] += more
        left -= more
    return amounts


def _shares(claims: Sequence[LetterClaim], groups: tuple[PeriodicGroup, ...], rest: Decimal) -> tuple[Share, ...]:
    principals = {claim.key: claim.principal for claim in claims if claim.principal}
    shares: dict[str, Decimal] = {}
    for group in groups:
        shares |= _divide(group.amount, {key: principals[key] for key in group.keys})
    shares |= _divide(rest, {key: principal for key, principal in principals.items() if key not in shares})
    return tuple(Share(claim.key, shares.get(claim.key, ZERO)) for claim in claims)


def _divide(amount: Decimal, principals: dict[str, Decimal]) -> dict[str, Decimal]:
    if not principals:
        return {}
    return dict(zip(principals, split(amount, list(principals.values())), strict=True))


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, start=ZERO)
