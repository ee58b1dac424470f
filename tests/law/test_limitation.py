from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.calendar import add_years
from law import limitation
from law.limitation import Act, ClaimKind, Interruption
from tests.law.casefiles import days, steady

DUE = date(2024, 3, 15)


@pytest.mark.parametrize(
    ("kind", "last_day"),
    [
        (ClaimKind.CONTRACT, date(2029, 3, 15)),
        (ClaimKind.PERIODIC, date(2029, 3, 15)),
        (ClaimKind.CONSUMER_PURCHASE, date(2026, 3, 15)),
        (ClaimKind.JUDGMENT, date(2044, 3, 15)),
        (ClaimKind.JUDGMENT_PERIODIC, date(2029, 3, 15)),
    ],
)
def test_each_kind_of_claim_has_its_own_term(kind, last_day):
    found = limitation.limitation(kind, DUE)

    assert (found.last_day, found.barred_from) == (last_day, last_day + timedelta(days=1))
    assert found.source == limitation.term_of(kind).source


def test_a_claim_is_barred_the_day_after_its_last_day():
    found = limitation.limitation(ClaimKind.CONTRACT, DUE)

    assert not found.is_barred(date(2029, 3, 15))
    assert found.is_barred(date(2029, 3, 16))


def test_a_term_from_29_february_ends_on_28_february():
    assert limitation.limitation(ClaimKind.CONTRACT, date(2024, 2, 29)).last_day == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("act", "interrupts"),
    [
        (Act.WRITTEN_DEMAND, True),
        (Act.RESERVATION_OF_RIGHTS, True),
        (Act.PART_PAYMENT, True),
        (Act.REQUEST_FOR_ARRANGEMENT, True),
        (Act.LEGAL_ACTION, True),
        (Act.FRIENDLY_REMINDER, False),
        (Act.PHONE_CALL, False),
    ],
)
def test_which_acts_begin_a_new_term(act, interrupts):
    interruption = Interruption(act, date(2025, 6, 1))

    found = limitation.limitation(ClaimKind.CONTRACT, DUE, [interruption])

    assert (found.interrupted_by == interruption) is interrupts
    assert found.last_day == (date(2030, 6, 1) if interrupts else date(2029, 3, 15))
    assert limitation.INTERRUPTING_ACTS[act].source


def test_each_act_is_in_the_table():
    assert set(limitation.INTERRUPTING_ACTS) == set(Act)


def test_an_act_that_cannot_be_proved_changes_nothing():
    act = Interruption(Act.WRITTEN_DEMAND, date(2025, 6, 1), proved=False)

    assert limitation.limitation(ClaimKind.CONTRACT, DUE, [act]).interrupted_by is None


def test_a_new_term_is_as_long_as_the_first():
    act = Interruption(Act.WRITTEN_DEMAND, date(2025, 6, 1))

    assert limitation.limitation(ClaimKind.CONSUMER_PURCHASE, DUE, [act]).last_day == date(2027, 6, 1)


@pytest.mark.parametrize(
    ("on", "last_day"), [(date(2030, 1, 1), date(2044, 3, 15)), (date(2043, 1, 1), date(2048, 1, 1))]
)
def test_a_new_term_is_at_most_five_years_and_never_ends_before_the_first(on, last_day):
    act = Interruption(Act.WRITTEN_DEMAND, on)

    assert limitation.limitation(ClaimKind.JUDGMENT, DUE, [act]).last_day == last_day


@pytest.mark.parametrize(("on", "counted"), [(date(2026, 3, 15), True), (date(2026, 3, 16), False), (DUE, False)])
def test_an_act_counts_after_the_due_date_through_the_last_day(on, counted):
    act = Interruption(Act.PART_PAYMENT, on)

    found = limitation.limitation(ClaimKind.CONSUMER_PURCHASE, DUE, [act])

    assert (found.interrupted_by is not None) is counted


def test_interruptions_follow_each_other_whatever_their_order():
    acts = [Interruption(Act.WRITTEN_DEMAND, date(year, 1, 1)) for year in (2026, 2028, 2030)]

    for order in permutations(acts):
        found = limitation.limitation(ClaimKind.CONSUMER_PURCHASE, date(2024, 6, 1), order)
        assert found.last_day == date(2032, 1, 1)


def test_a_gap_between_interruptions_bars_the_claim_for_good():
    acts = [Interruption(Act.WRITTEN_DEMAND, date(2025, 1, 1)), Interruption(Act.WRITTEN_DEMAND, date(2027, 1, 2))]

    assert limitation.limitation(ClaimKind.CONSUMER_PURCHASE, DUE, acts).last_day == date(2027, 1, 1)


def test_there_are_alerts_six_three_and_one_month_before_the_last_day():
    found = limitation.limitation(ClaimKind.CONSUMER_PURCHASE, date(2024, 8, 31))

    assert [(alert.months, alert.on) for alert in found.alerts] == [
        (6, date(2026, 2, 28)),
        (3, date(2026, 5, 31)),
        (1, date(2026, 7, 31)),
    ]


@pytest.mark.parametrize(
    ("day", "months"),
    [("2025-09-14", None), ("2025-09-15", 6), ("2025-12-15", 3), ("2026-02-14", 3), ("2026-02-15", 1)],
)
def test_the_alert_of_a_day_is_the_last_that_has_come(day, months):
    alert = limitation.limitation(ClaimKind.CONSUMER_PURCHASE, DUE).alert_on(date.fromisoformat(day))

    assert (alert.months if alert else None) == months


@steady
@given(due=days, kind=st.sampled_from(list(ClaimKind)), gaps=st.lists(st.integers(1, 4000), max_size=5))
def test_an_interruption_never_shortens_the_term(due, kind, gaps):
    acts, day = [], due
    for gap in gaps:
        day += timedelta(days=gap)
        acts.append(Interruption(Act.WRITTEN_DEMAND, day))

    found = limitation.limitation(kind, due, acts)

    assert found.last_day >= add_years(due, limitation.term_of(kind).years)
    assert due < found.alerts[0].on < found.alerts[1].on < found.alerts[2].on < found.last_day
