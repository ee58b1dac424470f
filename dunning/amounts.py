"""What a notice proposes to charge and to announce. Pure; the rules themselves are in `law`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from common.calendar import DAY
from common.money import ZERO, split
from dunning.snapshot import Claim, Debtor, Kind, Line, NoticePlan, Rules, Rung
from law import collection_costs, fourteen_day_letter, interest, letter_costs

if TYPE_CHECKING:
    from dunning.ladder import Candidate


def line(claim: Claim, rung: Rung, rules: Rules, day: date, *, takes_step: bool) -> Line:
    """Give the line of a claim in a notice that leaves on a day, without costs yet."""
    proposed = ZERO
    if claim.interest_claimed or (takes_step and rung.charges_interest):
        proposed = running_interest(claim, rules, day)
    return Line(
        case_id=claim.case_id,
        invoice_id=claim.invoice_id,
        rung_key=rung.key,
        rung_kind=rung.kind,
        round=claim.round,
        takes_step=takes_step,
        principal=claim.principal - (claim.disputed or ZERO),
        interest=claim.interest + proposed,
        interest_proposed=proposed,
        costs=claim.costs,
        costs_proposed=ZERO,
    )


def running_interest(claim: Claim, rules: Rules, day: date) -> Decimal:
    """Give the interest of a claim through a day that was not charged before; none while a letter's term runs."""
    if claim.default_since is None or day < claim.default_since:
        return ZERO
    if claim.offered_until is not None and day <= claim.offered_until:
        return ZERO
    terms = rules.consumer_interest if claim.consumer else rules.business_interest
    if claim.reductions:
        calculation = interest.calculate(
            claim.original, first_day=claim.default_since, end=day + DAY, terms=terms, reductions=claim.reductions
        )
        total = calculation.total
    else:
        total = interest.bulk_amount(claim.original, interest.interest_factors(claim.default_since, day + DAY, terms))
    return max(ZERO, total - claim.interest_total)


def with_costs(lines: list[Line], chosen: Sequence["Candidate"], rules: Rules, day: date) -> list[Line]:
    """Add the costs that are charged now: never twice on a claim; of consumers only after their letter."""
    charging = {one.claim.case_id: one.claim for one in chosen if one.rung.charges_costs and not one.claim.costs_total}
    if not charging:
        return lines
    if next(iter(charging.values())).consumer:
        shares = _consumer_shares(charging, rules, day)
    else:
        shares = _business_shares([line for line in lines if line.case_id in charging], rules, day)
    return [_add_costs(line, *shares[line.case_id]) if line.case_id in shares else line for line in lines]


Shares = dict[int, tuple[Decimal, Decimal]]  # by case: costs, and the VAT over them


def _add_costs(line: Line, costs: Decimal, vat: Decimal) -> Line:
    return line._replace(costs=line.costs + costs + vat, costs_proposed=costs + vat, costs_vat_proposed=vat)


def _business_shares(lines: Sequence[Line], rules: Rules, day: date) -> Shares:
    lines = [line for line in lines if line.principal > 0]
    if not lines:
        return {}
    weights = [line.principal for line in lines]
    costs, vat = business_costs(weights, rules, day)
    parts = zip(split(costs, weights), split(vat, weights), strict=True)
    return dict(zip((line.case_id for line in lines), parts, strict=True))


def business_costs(principals: Sequence[Decimal], rules: Rules, day: date) -> tuple[Decimal, Decimal]:
    """Give the costs over the principals of a letter to a business, and the VAT over them; fast in the usual case."""
    if rules.business_basis is collection_costs.BusinessBasis.SCALE_OVER_SUM and not rules.vat.holds:
        return collection_costs.scale_amount(sum(principals, start=ZERO), collection_costs.scale_on(day)), ZERO
    costs = collection_costs.business_costs(principals, day=day, basis=rules.business_basis, vat=rules.vat)
    return costs.amount, costs.vat.amount if costs.vat else ZERO


def _consumer_shares(charging: dict[int, Claim], rules: Rules, day: date) -> Shares:
    shares: Shares = {}
    for claim in charging.values():
        costs = letter_claimable(claim, rules, day)
        if costs is None or not costs.amount:
            continue
        weights = [share.amount for share in costs.shares]
        vat = split(costs.vat.amount, weights) if costs.vat else [ZERO] * len(weights)
        for share, part in zip(costs.shares, vat, strict=True):
            if share.key == str(claim.invoice_id) and share.amount:
                shares[claim.case_id] = (share.amount, part)
    return shares


def letter_claimable(claim: Claim, rules: Rules, day: date) -> fourteen_day_letter.ClaimableCosts | None:
    """Give the costs of the fourteen-day letter that covers a claim, as far as they may be charged on a day."""
    if claim.letter is None or rules.consumer_costs != "allowed":
        return None
    return fourteen_day_letter.costs_claimable(
        claim.letter.announced,
        claim.letter.unpaid,
        term=claim.letter.term,
        on=day,
        delivered=True,  # a letter that was not delivered is no letter of this round: the loader leaves it out
        announced_vat=claim.letter.announced_vat,
        without_reference_is_periodic=rules.periodic_without_reference,
        vat=rules.vat,
    )


def with_announcement(
    plan: NoticePlan, chosen: Sequence["Candidate"], claims: Sequence[Claim], debtor: Debtor, rules: Rules
) -> NoticePlan:
    """Add what the notice says will be charged: a fourteen-day letter its exact costs, a demand those of the scale."""
    if plan.kind == Kind.FOURTEEN_DAY_LETTER:
        announced = announced_by_letter(plan, claims, debtor, rules)
        vat_amount = announced.vat.amount if announced.vat else ZERO
        return replace(plan, announced_costs=announced.amount, announced_vat=vat_amount)
    announcing = {one.claim.case_id for one in chosen if one.rung.announces_costs and not one.claim.costs_total}
    principals = [line.principal for line in plan.lines if line.case_id in announcing and line.principal > 0]
    if plan.variant == "consumer" or not principals:
        return plan
    costs, vat = business_costs(principals, rules, plan.leaves_on)
    return replace(plan, announced_costs=costs, announced_vat=vat)


def announced_by_letter(
    plan: NoticePlan, claims: Sequence[Claim], debtor: Debtor, rules: Rules
) -> letter_costs.LetterCosts:
    """Give the costs that a fourteen-day letter announces over all its claims together (art. 6:96 lid 7 BW)."""
    contracts = {claim.case_id: claim.contract_ref for claim in claims}
    return letter_costs.letter_costs(
        [
            letter_costs.LetterClaim(str(line.invoice_id), line.principal, contracts[line.case_id])
            for line in plan.lines
        ],
        day=plan.leaves_on,
        earlier=debtor.earlier_costs,
        without_reference_is_periodic=rules.periodic_without_reference,
        vat=rules.vat,
    )
