from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.calendar import add_months
from law import collection_costs, letter_costs
from law.collection_costs import VatGround
from law.letter_costs import EarlierCosts, LetterClaim
from tests.law.casefiles import steady

D = Decimal
DAY = date(2026, 11, 23)


def _claims(*principals, ref="gym"):
    return [LetterClaim(f"{ref}-{n}", D(principal), ref) for n, principal in enumerate(principals, start=1)]


def _loose(*principals):
    return [LetterClaim(f"loose-{n}", D(principal)) for n, principal in enumerate(principals, start=1)]


def _costs(claims, *, day=DAY, without_reference_is_periodic=False, **options):
    return letter_costs.letter_costs(
        claims, day=day, without_reference_is_periodic=without_reference_is_periodic, **options
    )


def test_costs_of_a_joint_letter_are_counted_over_the_sum_of_the_principals():
    costs = _costs(_loose(100, 100, 100, 100))

    assert costs.amount == costs.total == D("60.00")
    assert [share.amount for share in costs.shares] == [D("15.00")] * 4
    assert (costs.groups, costs.periodic_limit) == ((), None)


def test_small_terms_of_one_agreement_cost_together_the_highest_single_amount():
    costs = _costs(_claims(250, 250, 250, 250))

    (group,) = costs.groups
    assert (group.highest_single, group.limit, group.apart) == (D("40.00"), D("40.00"), True)
    assert costs.amount == D("40.00")
    assert [share.amount for share in costs.shares] == [D("10.00")] * 4
    assert costs.periodic_limit is not None


def test_before_1_october_2024_small_terms_were_summed_like_other_claims():
    claims = _claims(250, 250, 250, 250)

    assert _costs(claims, day=date(2024, 9, 30)).amount == D("150.00")
    assert _costs(claims, day=date(2024, 10, 1)).amount == D("40.00")
    assert letter_costs.periodic_limit_on(date(2024, 9, 30)) is None


@pytest.mark.parametrize(("principal", "small"), [("266.66", True), ("266.67", False)])
def test_a_claim_is_small_below_266_67(principal, small):
    assert bool(_costs(_claims(principal)).groups) is small


def test_claims_without_a_reference_are_periodic_by_the_tenants_choice():
    claims = _loose(250, 250)

    assert _costs(claims, without_reference_is_periodic=True).amount == D("40.00")
    assert _costs(claims, without_reference_is_periodic=False).amount == D("75.00")


def test_unless_told_otherwise_claims_without_a_reference_are_periodic():
    assert letter_costs.letter_costs(_loose(250, 250), day=DAY).amount == D("40.00")


def test_a_next_term_within_six_months_costs_at_most_twenty():
    earlier = [EarlierCosts(date(2026, 9, 1), D("40.00"), "gym")]

    assert _costs(_claims(50), earlier=earlier).amount == D("20.00")


def test_an_earlier_letter_that_cost_nothing_does_not_count():
    assert _costs(_claims(50), earlier=[EarlierCosts(date(2026, 9, 1), D(0), "gym")]).amount == D("40.00")


def test_costs_of_another_agreement_do_not_count():
    earlier = [EarlierCosts(date(2026, 9, 1), D("140.00"), "phone")]

    assert _costs(_claims(50), earlier=earlier).amount == D("40.00")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (add_months(DAY, -6), "20.00"),
        (add_months(DAY, -6) - timedelta(days=1), "40.00"),
        (DAY, "40.00"),  # its own announcement is not an earlier one
    ],
)
def test_the_look_back_is_six_months_including_the_day_itself(on, expected):
    assert _costs(_claims(50), earlier=[EarlierCosts(on, D("40.00"), "gym")]).amount == D(expected)


@pytest.mark.parametrize(("used", "expected"), [("110.00", "20.00"), ("130.00", "10.00"), ("140.00", "0.00")])
def test_no_more_than_140_is_left_in_six_months(used, expected):
    earlier = [EarlierCosts(date(2026, 9, 1), D(used), "gym")]

    assert _costs(_claims(50), earlier=earlier).amount == D(expected)


def test_costs_above_140_from_before_leave_no_room_and_no_negative_costs():
    earlier = [EarlierCosts(date(2026, 9, 1), D("160.00"), "gym")]

    assert _costs(_claims(50), earlier=earlier).amount == D(0)


def test_a_mixed_letter_counts_small_terms_inside_the_sum_where_that_is_cheaper():
    costs = _costs([*_claims(100), *_loose(2500)])

    (group,) = costs.groups
    assert not group.apart
    assert costs.over_sum.principal == D(2600)
    assert costs.amount == D("385.00")  # and not 375 + 40
    assert sum(share.amount for share in costs.shares) == D("385.00")


def test_a_mixed_letter_counts_small_terms_beside_the_sum_where_that_is_cheaper():
    costs = _costs([*_claims(250, 250, 250), *_loose(1000)])

    assert costs.amount == D("190.00")  # 150 + 40, and not 15 % of 1750
    assert {share.key: share.amount for share in costs.shares} == {
        "gym-1": D("13.34"),
        "gym-2": D("13.33"),
        "gym-3": D("13.33"),
        "loose-1": D("150.00"),
    }


def test_terms_whose_room_is_used_up_add_nothing_to_a_mixed_letter():
    earlier = [EarlierCosts(date(2026, 9, 1), D("140.00"), "gym")]

    costs = _costs([*_claims(250), *_claims(25, ref="phone"), *_loose(1000)], earlier=earlier)

    assert {group.contract_ref: (group.apart, group.amount) for group in costs.groups} == {
        "gym": (True, D(0)),
        "phone": (False, D("3.75")),
    }
    assert costs.amount == D("153.75")


@pytest.mark.parametrize(("used_up", "fresh"), [("gym", "phone"), ("phone", "gym")])
def test_the_names_of_the_agreements_do_not_change_what_a_letter_costs(used_up, fresh):
    earlier = [EarlierCosts(date(2026, 9, 1), D("140.00"), used_up)]

    costs = _costs([*_claims(250, ref=used_up), *_claims(25, ref=fresh), *_loose(1000)], earlier=earlier)

    assert costs.amount == D("153.75")


def test_two_small_agreements_are_summed_where_each_on_its_own_would_cost_the_minimum():
    costs = _costs([*_claims(100), *_claims(100, ref="phone")])

    assert costs.amount == D("40.00")
    assert [share.amount for share in costs.shares] == [D("20.00"), D("20.00")]


def test_a_group_inside_the_sum_never_carries_more_than_its_room():
    earlier = [EarlierCosts(date(2026, 9, 1), D("135.00"), "gym")]

    costs = _costs([*_claims(250), *_loose(10)], earlier=earlier)

    (group,) = costs.groups
    assert costs.amount == D("40.00")
    assert (group.limit, group.amount) == (D("5.00"), D("5.00"))
    assert [share.amount for share in costs.shares] == [D("5.00"), D("35.00")]


def test_groups_inside_the_sum_fill_each_other_up_where_there_is_nothing_else():
    earlier = [EarlierCosts(date(2026, 9, 1), D("125.00"), "gym")]

    costs = _costs([*_claims(200), *_claims(20, ref="phone")], earlier=earlier)

    assert costs.amount == D("40.00")
    assert {group.contract_ref: group.amount for group in costs.groups} == {"gym": D("15.00"), "phone": D("25.00")}


def test_paid_claims_carry_nothing_and_form_no_group():
    costs = _costs([*_claims(0, 100), *_loose(0)])

    assert [share.amount for share in costs.shares] == [D(0), D("40.00"), D(0)]
    assert [group.keys for group in costs.groups] == [("gym-2",)]


def test_a_letter_over_nothing_costs_nothing():
    assert (_costs([]).amount, _costs(_claims(0)).amount) == (D(0), D(0))


def test_vat_is_counted_over_the_costs_of_the_whole_letter():
    ground = VatGround(third_party_collector=True, deductible=False, stated=True)

    costs = _costs(_loose(100, 100, 100, 100), vat=ground)

    assert (costs.amount, costs.total) == (D("60.00"), D("72.60"))


@pytest.mark.parametrize("wrong", [[LetterClaim("a", D(-1))], [LetterClaim("a", D(1)), LetterClaim("a", D(2))]])
def test_a_negative_principal_and_a_claim_named_twice_are_refused(wrong):
    with pytest.raises(ValueError, match=r"negative|once"):
        _costs(wrong)


principals = st.integers(min_value=0, max_value=500_00).map(lambda n: D(n) / 100)
refs = st.sampled_from(["", "gym", "phone", "rent", "power"])
letters = st.lists(st.tuples(principals, refs), max_size=8).map(
    lambda found: [LetterClaim(str(n), principal, ref) for n, (principal, ref) in enumerate(found)]
)
histories = st.lists(
    st.builds(
        EarlierCosts,
        on=st.dates(date(2026, 1, 1), date(2026, 11, 22)),
        amount=st.integers(0, 40).map(D),
        contract_ref=refs,
    ),
    max_size=6,
)


@steady
@given(claims=letters, earlier=histories, periodic=st.booleans())
def test_shares_sum_to_the_costs_and_no_agreement_exceeds_its_room(claims, earlier, periodic):
    costs = _costs(claims, earlier=earlier, without_reference_is_periodic=periodic)

    shares = {share.key: share.amount for share in costs.shares}
    assert sum(shares.values()) == costs.amount
    assert min(shares.values(), default=0) >= 0
    for group in costs.groups:
        assert sum(shares[key] for key in group.keys) == group.amount <= group.limit
        assert group.amount + group.earlier <= max(D(140), group.earlier)


@steady
@given(claims=letters, earlier=histories, periodic=st.booleans())
def test_a_mixed_letter_never_costs_more_than_either_plain_reading(claims, earlier, periodic):
    costs = _costs(claims, earlier=earlier, without_reference_is_periodic=periodic)

    grouped = {key for group in costs.groups for key in group.keys}
    others = sum((claim.principal for claim in claims if claim.key not in grouped), start=D(0))
    over_all = collection_costs.collection_costs(sum((c.principal for c in claims), start=D(0)), day=DAY)
    beside = collection_costs.collection_costs(others, day=DAY).amount + sum(group.limit for group in costs.groups)
    assert costs.amount <= min(over_all.amount, beside)


@steady
@given(st.lists(st.tuples(st.integers(1, 40), principals), max_size=30))
def test_letters_over_a_year_never_cost_one_agreement_more_than_140_in_any_six_months(letters):
    day = date(2025, 1, 31)
    charged: list[EarlierCosts] = []
    for gap, principal in letters:
        day += timedelta(days=gap)
        costs = _costs([LetterClaim("term", min(principal, D(266)), "gym")], day=day, earlier=charged)
        charged.append(EarlierCosts(day, costs.amount, "gym"))

    for row in charged:
        window = [r.amount for r in charged if row.on <= r.on < add_months(row.on, 6)]
        assert sum(window) <= 140
