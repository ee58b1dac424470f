from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from law import collection_costs
from law.collection_costs import BusinessBasis, VatGround
from tests.law.casefiles import cents, euros, rows, small_cents, steady

D = Decimal
DAY = date(2026, 11, 22)
NOT_DEDUCTIBLE = VatGround(third_party_collector=True, deductible=False, stated=True)


@pytest.mark.parametrize("row", rows("collection_costs"), ids=lambda row: row["principal"])
def test_each_published_sum_costs_what_is_published(row):
    costs = collection_costs.collection_costs(euros(row["principal"]), day=DAY)

    assert costs.amount == costs.total == euros(row["costs"])
    assert costs.vat is None


@pytest.mark.parametrize("row", rows("collection_costs"), ids=lambda row: row["principal"])
def test_each_published_sum_with_vat_costs_what_is_published(row):
    costs = collection_costs.collection_costs(euros(row["principal"]), day=DAY, vat=NOT_DEDUCTIBLE)

    assert costs.amount == euros(row["costs"])
    assert (costs.vat.amount if costs.vat else D(0)) == euros(row["vat"])
    assert costs.total == euros(row["costs_with_vat"])


def test_the_scale_begins_on_1_july_2012():
    assert collection_costs.scale_on(date(2012, 7, 1)).valid_from == date(2012, 7, 1)

    with pytest.raises(collection_costs.NoScaleKnown) as refusal:
        collection_costs.collection_costs(D(100), day=date(2012, 6, 30))

    assert refusal.value.code == "no_scale_known"


def test_the_bands_used_are_kept_and_add_up():
    costs = collection_costs.collection_costs(D("12345.67"), day=DAY)

    assert [(part.base, part.percent, part.exact) for part in costs.parts] == [
        (D(2500), D(15), D(375)),
        (D(2500), D(10), D(250)),
        (D(5000), D(5), D(250)),
        (D("2345.67"), D(1), D("23.4567")),
    ]
    assert (costs.exact, costs.amount) == (D("898.4567"), D("898.46"))
    assert not costs.minimum_applied
    assert not costs.maximum_applied


def test_the_table_of_bands_carries_what_the_bands_below_cost():
    (scale,) = collection_costs.SCALES

    assert [band.before for band in scale.bands] == [0, 375, 625, 875, 2775]


@pytest.mark.parametrize(
    ("principal", "applied"), [("0.01", True), ("266.66", False), ("266.63", True), ("300.00", False)]
)
def test_the_minimum_is_said_to_apply_only_where_it_changes_something(principal, applied):
    costs = collection_costs.collection_costs(D(principal), day=DAY)

    assert costs.minimum_applied is applied
    assert costs.amount >= 40


@pytest.mark.parametrize(("principal", "applied"), [("1000000.00", False), ("1000001.00", True), ("5000000", True)])
def test_the_maximum_is_reached_at_a_million_and_applies_above_it(principal, applied):
    costs = collection_costs.collection_costs(D(principal), day=DAY)

    assert (costs.amount, costs.maximum_applied) == (D("6775.00"), applied)


def test_just_below_a_million_the_maximum_is_not_reached():
    assert collection_costs.collection_costs(D("999998.00"), day=DAY).amount == D("6774.99")


def test_nothing_is_owed_over_nothing_not_even_the_minimum():
    costs = collection_costs.collection_costs(D(0), day=DAY, vat=NOT_DEDUCTIBLE)

    assert (costs.amount, costs.total, costs.minimum_applied, costs.parts) == (D(0), D(0), False, ())


def test_costs_over_a_negative_sum_are_refused():
    with pytest.raises(ValueError, match="negative"):
        collection_costs.collection_costs(D("-0.01"), day=DAY)


@pytest.mark.parametrize(
    ("third_party", "deductible", "stated"),
    [(False, False, True), (True, True, True), (True, False, False), (False, True, False)],
)
def test_vat_is_never_added_while_one_of_the_three_conditions_fails(third_party, deductible, stated):
    ground = VatGround(third_party_collector=third_party, deductible=deductible, stated=stated)

    assert collection_costs.vat_on_costs(D(40), ground, day=DAY) is None
    assert collection_costs.vat_on_costs(D(40), NOT_DEDUCTIBLE, day=DAY) is not None


def test_unless_told_otherwise_there_is_no_ground_for_vat():
    assert not VatGround().holds


def test_vat_follows_the_general_rate_of_the_day():
    before = collection_costs.vat_on_costs(D(40), NOT_DEDUCTIBLE, day=date(2012, 9, 30))
    after = collection_costs.vat_on_costs(D(40), NOT_DEDUCTIBLE, day=date(2012, 10, 1))

    assert before is not None
    assert after is not None
    assert (before.amount, after.amount) == (D("7.60"), D("8.40"))


def test_vat_before_the_first_row_is_refused():
    with pytest.raises(collection_costs.NoScaleKnown):
        collection_costs.vat_on_costs(D(40), NOT_DEDUCTIBLE, day=date(2012, 6, 30))


def test_invoices_of_a_business_are_summed_unless_the_tenant_chose_otherwise():
    costs = collection_costs.business_costs([D(100)] * 4, day=DAY)

    assert (costs.amount, costs.basis, costs.invoices) == (D("60.00"), BusinessBasis.SCALE_OVER_SUM, 4)


@pytest.mark.parametrize(
    ("principals", "expected"),
    [(["100"] * 4, "160.00"), (["1000", "1000"], "300.00"), (["100", "0"], "40.00"), ([], "0.00")],
)
def test_a_minimum_per_invoice_only_lifts_the_scale_over_the_sum(principals, expected):
    costs = collection_costs.business_costs(
        [D(p) for p in principals], day=DAY, basis=BusinessBasis.MINIMUM_PER_INVOICE
    )

    assert costs.amount == D(expected)


def test_many_small_invoices_never_cost_more_than_the_one_maximum():
    costs = collection_costs.business_costs([D(10)] * 200, day=DAY, basis=BusinessBasis.MINIMUM_PER_INVOICE)

    assert costs.amount == D("6775.00")


def test_business_costs_carry_vat_where_there_is_ground():
    costs = collection_costs.business_costs(
        [D(100)] * 4, day=DAY, basis=BusinessBasis.MINIMUM_PER_INVOICE, vat=NOT_DEDUCTIBLE
    )

    assert (costs.amount, costs.total) == (D("160.00"), D("193.60"))


@steady
@given(principal=cents, more=small_cents)
def test_costs_never_fall_as_the_principal_grows(principal, more):
    assert (
        collection_costs.collection_costs(principal + more, day=DAY).amount
        >= collection_costs.collection_costs(principal, day=DAY).amount
    )


@steady
@given(principal=cents)
def test_costs_stay_between_the_minimum_and_the_maximum_and_the_fast_path_agrees(principal):
    costs = collection_costs.collection_costs(principal, day=DAY)

    assert collection_costs.scale_amount(principal, collection_costs.scale_on(DAY)) == costs.amount
    assert costs.amount == 0 if not principal else 40 <= costs.amount <= 6775
    assert sum(part.base for part in costs.parts) == principal


@steady
@given(first=cents, second=cents)
def test_summing_two_claims_never_costs_more_than_each_on_its_own(first, second):
    def amount(principal):
        return collection_costs.collection_costs(principal, day=DAY).amount

    assert amount(first + second) <= amount(first) + amount(second) + D("0.01")  # each side rounds once
