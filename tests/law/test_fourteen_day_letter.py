from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law import collection_costs, fourteen_day_letter, letter_costs, notices
from law.collection_costs import VatGround
from law.fourteen_day_letter import Claimable, CostsClause, Letter, OpenClaim
from law.letter_costs import EarlierCosts, LetterClaim
from tests.law.casefiles import steady

D = Decimal
SENT = date(2026, 11, 23)
GROUND = VatGround(third_party_collector=True, deductible=False, stated=True)
TERM = notices.fourteen_day_letter_term(SENT)


def _claim(key="F1", principal=1000, **changes):
    base = OpenClaim(key, D(principal), D("5.00"), date(2026, 11, 1), acted_as_consumer=True)
    return replace(base, **changes)


def _letter(*claims, **changes):
    keys = tuple(claim.key for claim in claims)
    payable = sum((claim.principal + claim.interest for claim in claims), start=D(0))
    listed = [LetterClaim(claim.key, claim.principal, claim.contract_ref) for claim in claims]
    announced = letter_costs.letter_costs(listed, day=SENT).amount
    return replace(Letter(SENT, keys, payable, announced), **changes)


def _check(letter, *claims, credit=0, **options):
    fourteen_day_letter.check_letter(letter, claims=claims, unallocated_credit=D(credit), **options)


def _claimable(announced, *unpaid, term=TERM, on=TERM.costs_from, delivered=True, **options):
    claims = [LetterClaim(str(n), D(principal)) for n, principal in enumerate(unpaid)]
    return fourteen_day_letter.costs_claimable(D(announced), claims, term=term, on=on, delivered=delivered, **options)


def test_the_letter_takes_in_every_claim_that_can_be_reminded_and_nothing_else():
    claims = [
        _claim("in"),
        _claim("today", default_since=SENT),
        _claim("tomorrow", default_since=SENT + timedelta(days=1)),
        _claim("never", default_since=None),
        _claim("business", acted_as_consumer=False),
        _claim("lettered", lettered=True),
        _claim("disputed", held=True),
        _claim("paid", principal=0),
    ]

    found = fourteen_day_letter.claims_for_letter(claims, dispatched=SENT)

    assert [claim.key for claim in found] == ["in", "today"]


def test_a_complete_letter_with_the_right_amounts_passes():
    first, second = _claim("F1"), _claim("F2", principal=50)

    _check(_letter(first, second), first, second, _claim("F3", held=True))


def test_a_letter_that_leaves_out_a_claim_is_refused():
    first, second = _claim("F1"), _claim("F2")

    with pytest.raises(fourteen_day_letter.LetterIncomplete) as refusal:
        _check(_letter(first), first, second)

    assert refusal.value.values["keys"] == ("F2",)


def test_a_letter_over_a_claim_that_is_not_in_default_is_refused():
    early = _claim("F1", default_since=SENT + timedelta(days=1))

    with pytest.raises(notices.LetterBeforeDefault):
        _check(_letter(early), early)


@pytest.mark.parametrize(
    "changes", [{"lettered": True}, {"held": True}, {"acted_as_consumer": False}, {"principal": D(0)}]
)
def test_a_letter_that_lists_anything_else_is_refused(changes):
    good, other = _claim("F1"), _claim("F2", **changes)

    with pytest.raises(fourteen_day_letter.LetterHoldsOtherClaims) as refusal:
        _check(_letter(good, other), good, other)

    assert refusal.value.values["keys"] == ("F2",)


def test_a_letter_over_an_unknown_claim_is_refused():
    with pytest.raises(fourteen_day_letter.LetterHoldsOtherClaims):
        _check(_letter(_claim("F1"), _claim("F9")), _claim("F1"))


def test_a_letter_while_credit_is_unallocated_is_refused():
    claim = _claim()

    with pytest.raises(fourteen_day_letter.LetterWithUnallocatedCredit):
        _check(_letter(claim), claim, credit="0.01")


@pytest.mark.parametrize("payable", ["1004.99", "1005.01", "1155.00"])
def test_a_letter_that_asks_another_amount_than_what_is_due_is_refused(payable):
    claim = _claim()

    with pytest.raises(fourteen_day_letter.PayableAmountWrong) as refusal:
        _check(_letter(claim, payable=D(payable)), claim)

    assert refusal.value.values["expected"] == D("1005.00")


def test_a_letter_that_announces_more_than_the_scale_over_the_sum_is_refused():
    claims = [_claim(str(n), principal=300) for n in range(4)]
    over_the_sum, each_apart = D("180.00"), D("180.01")

    _check(_letter(*claims, announced=over_the_sum), *claims)
    with pytest.raises(fourteen_day_letter.AnnouncedTooMuch):
        _check(_letter(*claims, announced=each_apart), *claims)


def test_a_letter_may_announce_less():
    claim = _claim()

    _check(_letter(claim, announced=D("40.00")), claim)


def test_a_letter_that_announces_vat_without_ground_is_refused():
    claim = _claim()
    letter = _letter(claim, announced_vat=D("31.50"))

    _check(letter, claim, vat=GROUND)
    with pytest.raises(fourteen_day_letter.AnnouncedTooMuch):
        _check(letter, claim)


def test_a_letter_is_held_to_what_small_terms_may_still_cost():
    claim = _claim(principal=50, contract_ref="gym")
    earlier = [EarlierCosts(date(2026, 10, 1), D("40.00"), "gym")]

    _check(_letter(claim, announced=D("20.00")), claim, earlier=earlier)
    with pytest.raises(fourteen_day_letter.AnnouncedTooMuch):
        _check(_letter(claim, announced=D("40.00")), claim, earlier=earlier)


@pytest.mark.parametrize(
    ("unpaid", "expected"), [("1000", "150.00"), ("400", "60.00"), ("100", "40.00"), ("0.01", "40.00")]
)
def test_after_a_part_payment_in_time_the_costs_are_those_over_the_rest(unpaid, expected):
    costs = _claimable(150, unpaid)

    assert (costs.reason, costs.amount) == (Claimable.CLAIMABLE, D(expected))


def test_a_principal_paid_in_time_leaves_no_costs():
    costs = _claimable(150, 0)

    assert (costs.reason, costs.amount, costs.shares) == (Claimable.PAID_IN_TIME, D(0), ())


def test_what_was_announced_is_the_most_that_can_be_claimed():
    costs = _claimable("40.00", 600, 400)

    assert costs.amount == D("40.00")
    assert [share.amount for share in costs.shares] == [D("24.00"), D("16.00")]


def test_nothing_announced_is_nothing_claimed():
    assert _claimable(0, 1000).amount == D(0)


def test_without_a_letter_there_are_no_costs():
    costs = _claimable(150, 1000, term=None)

    assert (costs.reason, costs.amount) == (Claimable.NO_LETTER, D(0))


def test_a_letter_that_was_not_delivered_brings_no_costs():
    costs = _claimable(150, 1000, delivered=False)

    assert (costs.reason, costs.amount) == (Claimable.NOT_DELIVERED, D(0))


def test_costs_can_be_claimed_from_the_first_day_and_not_before():
    early = _claimable(150, 1000, on=TERM.costs_from - timedelta(days=1))

    assert (early.reason, early.amount) == (Claimable.TERM_RUNNING, D(0))
    assert _claimable(150, 1000, on=TERM.costs_from).amount == D("150.00")


def test_vat_is_claimed_only_if_it_was_announced_and_not_beyond_that():
    announced = _claimable(150, 1000, vat=GROUND, announced_vat=D("31.50"))
    less = _claimable(150, 1000, vat=GROUND, announced_vat=D("10.00"))
    not_announced = _claimable(150, 1000, vat=GROUND)
    no_ground = _claimable(150, 1000, announced_vat=D("31.50"))

    assert (announced.total, less.total) == (D("181.50"), D("160.00"))
    assert not_announced.vat is None
    assert (no_ground.vat, no_ground.total) == (None, D("150.00"))


def test_vat_falls_with_the_costs_after_a_part_payment():
    costs = _claimable(150, 400, vat=GROUND, announced_vat=D("31.50"))

    assert (costs.amount, costs.total) == (D("60.00"), D("72.60"))


def test_the_limit_on_small_terms_is_that_of_the_day_of_the_letter():
    unpaid = [LetterClaim("1", D(50), "gym"), LetterClaim("2", D(50), "gym")]
    earlier = [EarlierCosts(date(2026, 6, 1), D("40.00"), "gym")]

    costs = fourteen_day_letter.costs_claimable(
        D("40.00"), unpaid, term=TERM, on=TERM.costs_from, delivered=True, earlier=earlier
    )

    assert costs.amount == D("20.00")


@pytest.mark.parametrize(
    ("clause", "allowed"),
    [
        (CostsClause.UNANSWERED, False),
        (CostsClause.NONE, True),
        (CostsClause.FOLLOWS_THE_LAW, True),
        (CostsClause.DEPARTS_FROM_THE_LAW, False),
    ],
)
def test_terms_that_depart_from_the_law_or_are_unknown_allow_no_costs(clause, allowed):
    assert fourteen_day_letter.clause_allows_costs(clause) is allowed


amounts = st.integers(min_value=0, max_value=3000_00).map(lambda n: D(n) / 100)


@steady
@given(announced=amounts, unpaid=st.lists(amounts, max_size=5))
def test_what_is_claimed_never_exceeds_the_announcement_nor_the_scale_and_is_shared_to_the_cent(announced, unpaid):
    costs = _claimable(announced, *unpaid)

    over_sum = collection_costs.collection_costs(sum(unpaid, start=D(0)), day=SENT).amount
    assert 0 <= costs.amount <= min(announced, over_sum)
    assert sum(share.amount for share in costs.shares) == costs.amount
