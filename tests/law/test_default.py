from datetime import date, timedelta

import pytest

from law import default
from law.default import Parties

RECEIVED = date(2026, 3, 2)


def _last_day(**facts):
    return default.trade_default(**facts).last_day


def test_an_agreed_term_puts_a_consumer_in_default_the_day_after_it_even_on_a_sunday():
    saturday = date(2026, 11, 21)

    since = default.consumer_default_since(due_date=saturday, term_agreed=True)

    assert since == date(2026, 11, 22)


def test_a_date_that_is_only_printed_puts_no_consumer_in_default():
    assert default.consumer_default_since(due_date=date(2020, 1, 1), term_agreed=False) is None


def test_without_an_agreed_term_default_begins_when_the_default_notice_ends():
    notice = date(2026, 12, 10)

    assert (
        default.consumer_default_since(due_date=date(2026, 10, 1), term_agreed=False, notice_default_since=notice)
        == notice
    )


def test_a_notice_never_puts_in_default_before_the_claim_is_due():
    assert default.consumer_default_since(
        due_date=date(2026, 12, 31), term_agreed=False, notice_default_since=date(2026, 12, 10)
    ) == date(2027, 1, 1)


def test_between_businesses_default_begins_the_day_after_the_agreed_day():
    found = default.trade_default(due_date=date(2026, 5, 31))

    assert (found.last_day, found.default_since, found.capped) == (date(2026, 5, 31), date(2026, 6, 1), False)


def test_without_an_agreed_day_payment_is_late_after_thirty_days_from_receipt():
    found = default.trade_default(received_on=RECEIVED)

    assert found.last_day == RECEIVED + timedelta(days=30) == date(2026, 4, 1)
    assert found.default_since == date(2026, 4, 2)


@pytest.mark.parametrize(
    "facts",
    [
        {"received_on": date(2026, 2, 1), "performed_on": RECEIVED},
        {"performed_on": RECEIVED},
        {"received_on": date(2026, 2, 1), "performed_on": date(2026, 2, 2), "accepted_on": RECEIVED},
        {"received_on": RECEIVED, "performed_on": date(2026, 2, 2)},
    ],
)
def test_the_thirty_days_run_from_the_latest_of_receipt_performance_and_acceptance(facts):
    assert _last_day(**facts) == date(2026, 4, 1)


def test_without_any_day_there_is_no_term():
    with pytest.raises(default.NoStartKnown) as refusal:
        default.trade_default()

    assert refusal.value.code == "no_start_of_term_known"


def test_a_large_company_owes_a_small_creditor_after_thirty_days_whatever_was_agreed():
    found = default.trade_default(
        due_date=date(2026, 5, 1), received_on=RECEIVED, parties=Parties.LARGE_DEBTOR_SMALL_CREDITOR
    )

    assert (found.last_day, found.capped) == (date(2026, 4, 1), True)
    assert "2022, 146" in found.source


def test_a_shorter_agreed_term_of_a_large_company_stands():
    found = default.trade_default(
        due_date=date(2026, 3, 16), received_on=RECEIVED, parties=Parties.LARGE_DEBTOR_SMALL_CREDITOR
    )

    assert (found.last_day, found.capped) == (date(2026, 3, 16), False)


def test_exactly_thirty_agreed_days_of_a_large_company_are_not_capped():
    found = default.trade_default(
        due_date=date(2026, 4, 1), received_on=RECEIVED, parties=Parties.LARGE_DEBTOR_SMALL_CREDITOR
    )

    assert (found.last_day, found.capped) == (date(2026, 4, 1), False)


@pytest.mark.parametrize(
    ("received", "contract", "capped"),
    [
        (date(2022, 8, 1), date(2022, 7, 1), True),
        (date(2022, 8, 1), date(2022, 6, 30), False),
        (date(2022, 8, 1), None, False),
        (date(2023, 6, 30), date(2022, 6, 30), False),
        (date(2023, 7, 1), date(2022, 6, 30), True),
        (date(2023, 7, 1), None, True),
    ],
)
def test_older_contracts_of_a_large_company_were_bound_a_year_later(received, contract, capped):
    found = default.trade_default(
        due_date=received + timedelta(days=60),
        received_on=received,
        parties=Parties.LARGE_DEBTOR_SMALL_CREDITOR,
        contract_on=contract,
    )

    assert found.capped is capped


@pytest.mark.parametrize(
    ("parties", "allowed", "days"),
    [
        (Parties.BUSINESS, False, 60),
        (Parties.BUSINESS, True, 90),
        (Parties.PUBLIC_BODY, False, 30),
        (Parties.PUBLIC_BODY, True, 60),
        (Parties.LARGE_DEBTOR_SMALL_CREDITOR, False, 30),
        (Parties.LARGE_DEBTOR_SMALL_CREDITOR, True, 30),
    ],
)
def test_ninety_agreed_days_are_cut_to_what_these_parties_may_agree(parties, allowed, days):
    agreed = RECEIVED + timedelta(days=90)

    last_day = _last_day(due_date=agreed, received_on=RECEIVED, parties=parties, longer_term_allowed=allowed)

    assert last_day == RECEIVED + timedelta(days=days)


def test_an_agreed_day_stands_where_nobody_knows_when_the_invoice_came():
    assert _last_day(due_date=date(2026, 9, 1), parties=Parties.LARGE_DEBTOR_SMALL_CREDITOR) == date(2026, 9, 1)
