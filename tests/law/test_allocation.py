from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law import allocation
from law.allocation import ClaimDue, Part
from tests.law.casefiles import euros, rows, steady

D = Decimal
PAID_ON = date(2026, 11, 23)
PAST, FUTURE = date(2026, 9, 1), date(2026, 12, 31)


def _claim(key, principal=100, due_date=PAST, **more):
    return ClaimDue(key, due_date, D(principal), **dict(more.items()))


def _got(result):
    return {part.key: part.total for part in result.parts}


@pytest.mark.parametrize("row", rows("allocation"), ids=lambda row: row["case"])
def test_each_published_payment_goes_to_costs_then_interest_then_principal(row):
    claim = ClaimDue(row["case"], PAST, euros(row["principal"]), euros(row["interest_due"]), euros(row["costs_due"]))

    result = allocation.allocate(euros(row["payment"]), [claim], paid_on=PAID_ON)

    (part,) = result.parts
    assert (part.to_costs, part.to_interest, part.to_principal) == (
        euros(row["to_costs"]),
        euros(row["to_interest"]),
        euros(row["to_principal"]),
    )
    assert claim.principal - part.to_principal == euros(row["principal_left"])
    assert result.unallocated == 0


def test_costs_that_are_not_due_yet_are_passed_over():
    claim = _claim("F1", interest=D(5), costs=D(40), costs_from=date(2026, 11, 24))

    before = allocation.allocate(D(105), [claim], paid_on=date(2026, 11, 23))
    after = allocation.allocate(D(105), [claim], paid_on=date(2026, 11, 24))

    assert (before.parts[0].to_costs, before.parts[0].to_interest, before.parts[0].to_principal) == (D(0), D(5), D(100))
    assert (after.parts[0].to_costs, after.parts[0].to_interest, after.parts[0].to_principal) == (D(40), D(5), D(60))


def test_the_letters_amount_paid_within_its_term_is_full_discharge():
    claim = _claim("F1", interest=D(5), costs=D(40), costs_from=FUTURE)

    result = allocation.allocate(D(105), [claim], paid_on=PAID_ON)

    assert (result.parts[0].to_principal, result.unallocated) == (D(100), D(0))


def test_the_claim_that_the_debtor_designated_comes_first_even_if_it_is_not_due():
    claims = [_claim("old", percent=D(12)), _claim("named", due_date=FUTURE)]

    result = allocation.allocate(D(150), claims, paid_on=PAID_ON, designated={"named"})

    assert [(part.key, part.total) for part in result.parts] == [("named", D(100)), ("old", D(50))]


def test_due_claims_come_before_those_that_are_not():
    claims = [_claim("later", due_date=FUTURE, percent=D(12)), _claim("due")]

    assert _got(allocation.allocate(D(100), claims, paid_on=PAID_ON)) == {"due": D(100)}


def test_a_claim_is_due_from_the_day_after_its_last_day():
    claims = [_claim("today", due_date=PAID_ON, percent=D(12)), _claim("yesterday", due_date=date(2026, 11, 22))]

    assert _got(allocation.allocate(D(100), claims, paid_on=PAID_ON)) == {"yesterday": D(100)}


def test_of_the_due_claims_the_one_with_the_highest_interest_comes_first():
    claims = [_claim("older", due_date=date(2020, 1, 1), percent=D(4)), _claim("dearer", percent=D("10.40"))]

    assert _got(allocation.allocate(D(100), claims, paid_on=PAID_ON)) == {"dearer": D(100)}


def test_of_equally_burdensome_claims_the_oldest_comes_first():
    claims = [_claim("younger", due_date=date(2026, 9, 2)), _claim("older", due_date=date(2026, 9, 1))]

    assert _got(allocation.allocate(D(100), claims, paid_on=PAID_ON)) == {"older": D(100)}


def test_claims_equal_in_all_share_in_proportion_to_what_is_open():
    claims = [_claim("a", 100), _claim("b", 200, costs=D(50), costs_from=FUTURE)]

    assert _got(allocation.allocate(D(100), claims, paid_on=PAID_ON)) == {"a": D("33.33"), "b": D("66.67")}


def test_within_each_claim_of_a_shared_payment_costs_come_first():
    claims = [_claim("a", 60, costs=D(40)), _claim("b", 100)]

    result = allocation.allocate(D(100), claims, paid_on=PAID_ON)

    assert [(part.to_costs, part.to_principal) for part in result.parts] == [(D(40), D(10)), (D(0), D(50))]


def test_what_no_claim_takes_is_left_over():
    result = allocation.allocate(D(150), [_claim("F1")], paid_on=PAID_ON)

    assert (result.parts[0].total, result.unallocated) == (D(100), D(50))


@pytest.mark.parametrize("claims", [[], [_claim("paid", 0)]])
def test_a_payment_without_open_claims_stays_whole(claims):
    result = allocation.allocate(D(150), claims, paid_on=PAID_ON)

    assert (result.parts, result.unallocated) == ((), D(150))


def test_a_claim_without_anything_open_takes_nothing_from_a_payment_that_is_used_up():
    claims = [_claim("F1"), _claim("paid", 0, due_date=FUTURE)]

    assert _got(allocation.allocate(D(100), claims, paid_on=PAID_ON)) == {"F1": D(100)}


def test_another_order_within_the_claim_applies_only_where_it_is_asked():
    claim = _claim("F1", interest=D(5), costs=D(40))

    result = allocation.allocate(D(102), [claim], paid_on=PAID_ON, order=(Part.PRINCIPAL, Part.INTEREST, Part.COSTS))

    part = result.parts[0]
    assert (part.to_principal, part.to_interest, part.to_costs) == (D(100), D(2), D(0))


@pytest.mark.parametrize(
    ("amount", "claims", "options"),
    [
        (D(-1), [_claim("F1")], {}),
        (D("0.001"), [_claim("F1")], {}),
        (D(1), [_claim("F1", -1)], {}),
        (D(1), [_claim("F1", costs=D(-1))], {}),
        (D(1), [_claim("F1"), _claim("F1")], {}),
        (D(1), [_claim("F1")], {"designated": {"F2"}}),
        (D(1), [_claim("F1")], {"order": (Part.COSTS, Part.PRINCIPAL)}),
    ],
)
def test_input_that_makes_no_sense_is_refused(amount, claims, options):
    with pytest.raises(ValueError, match=r"negative|fraction|once"):
        allocation.allocate(amount, claims, paid_on=PAID_ON, **options)


def test_the_order_in_which_claims_are_given_does_not_matter():
    claims = [
        _claim("a", 10),
        _claim("b", 10),
        _claim("c", 10, due_date=FUTURE),
        _claim("d", 10, percent=D(4)),
    ]

    results = {allocation.allocate(D("25.01"), order, paid_on=PAID_ON) for order in permutations(claims)}

    assert len(results) == 1


money = st.integers(min_value=0, max_value=500_00).map(lambda n: D(n) / 100)
open_claims = st.lists(
    st.builds(
        ClaimDue,
        key=st.text("abcdefgh", min_size=1, max_size=3),
        due_date=st.sampled_from([PAST, date(2026, 10, 1), PAID_ON, FUTURE]),
        principal=money,
        interest=money,
        costs=money,
        costs_from=st.sampled_from([None, PAST, FUTURE]),
        percent=st.sampled_from([D(0), D(4), D("10.40")]),
    ),
    max_size=7,
    unique_by=lambda claim: claim.key,
)


@steady
@given(amount=money.map(lambda m: m * 6), claims=open_claims, named=st.integers(0, 7))
def test_parts_and_rest_sum_to_the_payment_and_no_claim_gets_more_than_is_due(amount, claims, named):
    result = allocation.allocate(amount, claims, paid_on=PAID_ON, designated=[claim.key for claim in claims[:named]])

    assert sum((part.total for part in result.parts), start=D(0)) + result.unallocated == amount
    by_key = {claim.key: claim for claim in claims}
    for part in result.parts:
        due = by_key[part.key].open_on(PAID_ON)
        assert 0 <= part.to_costs <= due[Part.COSTS]
        assert 0 <= part.to_interest <= due[Part.INTEREST]
        assert 0 <= part.to_principal <= due[Part.PRINCIPAL]
        if part.to_principal:
            assert (part.to_costs, part.to_interest) == (due[Part.COSTS], due[Part.INTEREST])
    if result.unallocated:
        assert sum((part.total for part in result.parts), start=D(0)) == sum(
            sum(claim.open_on(PAID_ON).values()) for claim in claims
        )
