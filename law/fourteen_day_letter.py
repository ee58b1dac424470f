"""The fourteen-day letter itself (art. 6:96 lid 6 and 7 BW): what must be in it, and what may be claimed after it.

Only for a natural person who does not act in a trade or profession. A letter with a fault is worth nothing, so
each fault is refused by name before dispatch. Amounts are euros.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from common.money import ZERO, split
from law import collection_costs, letter_costs, notices
from law.collection_costs import NO_VAT, Vat, VatGround
from law.errors import RefusedByLaw
from law.letter_costs import EarlierCosts, LetterClaim, LetterCosts, Share
from law.notices import FourteenDayTerm


class LetterIncomplete(RefusedByLaw):
    code = "fourteen_day_letter_incomplete"


class LetterHoldsOtherClaims(RefusedByLaw):
    code = "fourteen_day_letter_holds_other_claims"


class LetterWithUnallocatedCredit(RefusedByLaw):
    code = "fourteen_day_letter_with_unallocated_credit"


class PayableAmountWrong(RefusedByLaw):
    code = "fourteen_day_letter_payable_amount_wrong"


class AnnouncedTooMuch(RefusedByLaw):
    code = "fourteen_day_letter_announces_too_much"


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """One open claim of a debtor, with its principal and the interest due through the day of the letter.

    `held` says that it may not be reminded now: disputed, promised, in an arrangement, handed over.
    """

    key: str
    principal: Decimal
    interest: Decimal
    default_since: date | None
    acted_as_consumer: bool
    lettered: bool = False
    held: bool = False
    contract_ref: str = ""

    def may_be_lettered(self, dispatched: date) -> bool:
        """Tell whether the claim can be reminded as art. 6:96 lid 6 means on the day of dispatch."""
        in_default = self.default_since is not None and self.default_since <= dispatched
        return in_default and self.acted_as_consumer and not self.lettered and not self.held and self.principal > 0


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter about to go: its claims, the one amount to pay in time, and the costs it announces without VAT."""

    dispatched: date
    keys: tuple[str, ...]
    payable: Decimal
    announced: Decimal
    announced_vat: Decimal = ZERO


class CostsClause(StrEnum):
    """What the creditor's terms say to consumers about collection costs: a question each tenant answers."""

    UNANSWERED = "unanswered"
    NONE = "none"
    FOLLOWS_THE_LAW = "follows_the_law"
    DEPARTS_FROM_THE_LAW = "departs_from_the_law"


class Claimable(StrEnum):
    """Why costs may be claimed or not."""

    CLAIMABLE = "claimable"
    NO_LETTER = "no_letter"
    NOT_DELIVERED = "not_delivered"
    TERM_RUNNING = "term_running"
    PAID_IN_TIME = "paid_in_time"


@dataclass(frozen=True, slots=True)
class ClaimableCosts:
    """What may be charged after the letter: `amount` without VAT, the VAT apart, and each claim's share."""

    reason: Claimable
    amount: Decimal
    vat: Vat | None
    announced: Decimal
    over_rest: LetterCosts | None
    shares: tuple[Share, ...]

    @property
    def total(self) -> Decimal:
        return self.amount + (self.vat.amount if self.vat else ZERO)


def clause_allows_costs(clause: CostsClause) -> bool:
    """Tell whether consumers may be announced costs at all, given the creditor's terms.

    A clause that departs from art. 6:96 BW (lid 5) is unfair; courts then award no costs, not even the statutory ones
    (Rb. Noord-Holland ECLI:NL:RBNHO:2024:1565). While the question is not answered there are none either.
    """
    return clause in (CostsClause.NONE, CostsClause.FOLLOWS_THE_LAW)


def claims_for_letter(claims: Iterable[OpenClaim], *, dispatched: date) -> tuple[OpenClaim, ...]:
    """Give every claim of one debtor that the letter of a day must hold: all that can be reminded, and nothing else.

    A consumer's claims that are in default, not yet in a letter and not held (art. 6:96 lid 7 BW).
    """
    return tuple(claim for claim in claims if claim.may_be_lettered(dispatched))


def check_letter(
    letter: Letter,
    *,
    claims: Collection[OpenClaim],
    unallocated_credit: Decimal,
    earlier: Iterable[EarlierCosts] = (),
    without_reference_is_periodic: bool = True,
    vat: VatGround = NO_VAT,
) -> None:
    """Refuse a letter that a court would set aside; `claims` are all open claims of the debtor.

    :raises LetterBeforeDefault: if a claim in it is not in default on the day of dispatch.
    :raises LetterHoldsOtherClaims: if a claim in it is unknown, a business claim, already lettered, held or paid.
    :raises LetterIncomplete: if a claim that can be reminded is left out (lid 7).
    :raises LetterWithUnallocatedCredit: if the debtor has credit that was not allocated yet.
    :raises PayableAmountWrong: if the one amount is not the sum of the principals and the interest.
    :raises AnnouncedTooMuch: if it announces more than the scale, or VAT without ground.
    """
    listed = [claim for claim in claims if claim.key in letter.keys]
    _check_claims(letter, listed, claims)
    if unallocated_credit > 0:
        raise LetterWithUnallocatedCredit(credit=unallocated_credit)
    payable = sum((claim.principal + claim.interest for claim in listed), start=ZERO)
    if letter.payable != payable:
        raise PayableAmountWrong(payable=letter.payable, expected=payable)
    allowed = letter_costs.letter_costs(
        [LetterClaim(claim.key, claim.principal, claim.contract_ref) for claim in listed],
        day=letter.dispatched,
        earlier=earlier,
        without_reference_is_periodic=without_reference_is_periodic,
        vat=vat,
    )
    _check_announced(letter, allowed)


def costs_claimable(
    announced: Decimal,
    unpaid: Sequence[LetterClaim],
    *,
    term: FourteenDayTerm | None,
    on: date,
    delivered: bool,
    announced_vat: Decimal = ZERO,
    earlier: Iterable[EarlierCosts] = (),
    without_reference_is_periodic: bool = True,
    vat: VatGround = NO_VAT,
) -> ClaimableCosts:
    """Give the costs that may be charged on a day after a letter that announced an amount, without VAT.

    `unpaid` are the letter's claims with the principal unpaid at the end of `term.in_time_until`: the least of the
    announced amount and the costs over that rest, with the minimum on the rest (HR 2016:2704, 3.8); nothing if the
    principals were paid in time. Later payments change nothing. `delivered` is false after a bounce or a return, or
    where receipt is disputed and cannot be proved: then there are no costs. VAT only as far as it was announced.
    `earlier` are the costs of letters before this one.

    Whether a payment in time lowers the principal before the interest is not settled for this purpose. Kindest, the
    caller counts it on the principals first, whatever art. 6:44 does with it in the books: else a debtor who leaves
    out only the interest owes the minimum over a principal of a few euros.

    :raises NoScaleKnown: for a letter before 1 July 2012.
    """
    if term is None:
        return _nothing(Claimable.NO_LETTER, announced)
    if not delivered:
        return _nothing(Claimable.NOT_DELIVERED, announced)
    if on < term.costs_from:
        return _nothing(Claimable.TERM_RUNNING, announced)
    if not any(claim.principal for claim in unpaid):
        return _nothing(Claimable.PAID_IN_TIME, announced)
    over_rest = letter_costs.letter_costs(
        unpaid,
        day=term.dispatched,
        earlier=earlier,
        without_reference_is_periodic=without_reference_is_periodic,
    )
    amount = min(announced, over_rest.amount)
    vat_amount = _vat(amount, announced_vat, vat, term.dispatched)
    return ClaimableCosts(
        Claimable.CLAIMABLE, amount, vat_amount, announced, over_rest, shares=_shares(amount, over_rest)
    )


def _check_claims(letter: Letter, listed: Collection[OpenClaim], claims: Collection[OpenClaim]) -> None:
    for claim in listed:
        notices.check_default(letter.dispatched, claim.default_since)
    needed = {claim.key for claim in claims_for_letter(claims, dispatched=letter.dispatched)}
    if others := tuple(key for key in letter.keys if key not in needed):
        raise LetterHoldsOtherClaims(keys=others)
    if missing := tuple(claim.key for claim in claims if claim.key in needed and claim.key not in letter.keys):
        raise LetterIncomplete(keys=missing)


def _check_announced(letter: Letter, allowed: LetterCosts) -> None:
    vat = allowed.vat.amount if allowed.vat else ZERO
    if letter.announced > allowed.amount or letter.announced_vat > vat:
        raise AnnouncedTooMuch(
            announced=letter.announced, allowed=allowed.amount, announced_vat=letter.announced_vat, allowed_vat=vat
        )


def _nothing(reason: Claimable, announced: Decimal) -> ClaimableCosts:
    return ClaimableCosts(reason, ZERO, None, announced, None, ())


def _vat(amount: Decimal, announced_vat: Decimal, ground: VatGround, day: date) -> Vat | None:
    vat = collection_costs.vat_on_costs(amount, ground, day=day)
    return None if vat is None or not announced_vat else replace(vat, amount=min(vat.amount, announced_vat))


def _shares(amount: Decimal, over_rest: LetterCosts) -> tuple[Share, ...]:
    weights = [share.amount for share in over_rest.shares]
    if not any(weights):
        return over_rest.shares
    parts = split(amount, weights)
    return tuple(Share(share.key, part) for share, part in zip(over_rest.shares, parts, strict=True))
