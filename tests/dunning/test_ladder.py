"""ladder.decide by table: one debtor, some claims, a day; pure, so without a database."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dunning import defaults, ladder
from dunning.snapshot import Claim, Debtor, Kind, Letter, Policy, Rules, Rung, SendingDays, Why
from law import notices
from law.letter_costs import LetterClaim

D = Decimal
TODAY = date(2026, 3, 2)  # a Monday
BUSINESS = Policy(1, 1, "business", defaults.BUSINESS)
CONSUMER = Policy(2, 1, "consumer", defaults.CONSUMER)
RULES = Rules(policies={1: BUSINESS, 2: CONSUMER})
SOMEBODY = Debtor(7)


def claim(number: int = 1, *, late: int = 5, consumer: bool = False, **fields: Any) -> Claim:
    """A claim of 100 euro that is some days late; where it stands is said by `position_key` and `position_on`."""
    due = TODAY - timedelta(days=late)
    principal = fields.pop("principal", D("100.00"))
    known: dict[str, Any] = {
        "case_id": number,
        "invoice_id": number,
        "debtor_id": 7,
        "policy_id": 2 if consumer else 1,
        "consumer": consumer,
        "due_date": due,
        "opens_on": due,
        "received_on": due - timedelta(days=14),
        "round": 1,
        "position_key": "",
        "position_kind": fields.get("position_key", ""),
        "position_on": None,
        "term_ends_on": None,
        "resume_on": None,
        "default_since": None if consumer else due + timedelta(days=1),
        "principal": principal,
        "interest": D(0),
        "costs": D(0),
        "interest_total": D(0),
        "costs_total": D(0),
        "interest_claimed": False,
        "original": principal,
        "contract_ref": "",
        "why_code": "",
        "why_until": None,
        "next_look_on": TODAY,
    }
    return Claim(**(known | fields))


def stands(on: str, days_ago: int) -> dict[str, Any]:
    return {"position_key": on, "position_on": TODAY - timedelta(days=days_ago)}


def decide(*claims: Claim, debtor: Debtor = SOMEBODY, rules: Rules = RULES, today: date = TODAY) -> Any:
    return ladder.decide(debtor, claims, rules=rules, today=today)


def why(decision: Any) -> dict[int, str]:
    return {outcome.case_id: outcome.why for outcome in decision.outcomes}


def lettered(days_ago: int, *, announced: str = "40.00", keys: tuple[int, ...] = (1,)) -> Letter:
    dispatched = TODAY - timedelta(days=days_ago)
    return Letter(
        99,
        notices.fourteen_day_letter_term(dispatched),
        D(announced),
        D(0),
        tuple(LetterClaim(str(key), D("100.00")) for key in keys),
    )


@pytest.mark.parametrize(
    ("late", "position", "expected"),
    [
        (-3, {}, Kind.COURTESY),
        (-4, {}, None),
        (0, {}, None),
        (4, {}, None),
        (5, {}, Kind.REMINDER),
        (90, {}, Kind.REMINDER),  # however old: it begins at the first rung
        (12, stands("reminder", 7), Kind.SECOND_REMINDER),
        (12, stands("reminder", 6), None),
        (21, stands("second_reminder", 9), Kind.DEMAND),
        (40, stands("second_reminder", 8), None),  # the days between dispatches count, not only the due date
        (35, stands("call", 10), Kind.FINAL_DEMAND),
        (35, stands("demand", 14), Kind.FINAL_DEMAND),  # 100 euro: nobody calls, and the rung leaves no gap
    ],
)
def test_a_business_takes_the_first_rung_that_it_has_not_taken(late: int, position: Any, expected: str | None) -> None:
    decision = decide(claim(late=late, **position))

    assert [notice.kind for notice in decision.notices] == ([expected] if expected else [])
    assert len(decision.outcomes) == 1


def test_a_call_is_a_task_and_only_above_its_amount() -> None:
    position = stands("demand", 4)

    small, large = decide(claim(late=25, **position)), decide(claim(late=25, principal=D("500.00"), **position))

    assert small.tasks == []
    assert [(task.kind, task.amount) for task in large.tasks] == [("call", D("500.00"))]
    assert why(large) == {1: Why.TASK}


def test_a_call_waits_three_days_after_a_letter() -> None:
    debtor = SOMEBODY._replace(last_letter_on=TODAY - timedelta(days=2))

    decision = decide(claim(late=25, principal=D("900.00"), **stands("demand", 4)), debtor=debtor)

    assert decision.tasks == []
    (outcome,) = decision.outcomes
    assert (outcome.why, outcome.until) == (Why.CONTACT_INTERVAL, TODAY + timedelta(days=1))


def test_one_letter_carries_the_tone_of_the_highest_and_lists_each_at_its_own_rung() -> None:
    old = claim(1, late=21, **stands("second_reminder", 9))
    new = claim(2, late=5)
    waiting = claim(3, late=3)
    not_due = claim(4, late=-10)

    (notice,) = decide(old, new, waiting, not_due).notices

    assert notice.kind == Kind.DEMAND
    assert [(line.case_id, line.rung_kind, line.takes_step) for line in notice.lines] == [
        (1, Kind.DEMAND, True),
        (2, Kind.REMINDER, True),
        (3, Kind.REMINDER, False),
    ]
    assert sum(line.total for line in notice.lines) == D("300.00")


def test_the_demand_announces_costs_over_the_claims_that_reach_it() -> None:
    old = claim(1, late=21, principal=D("1000.00"), **stands("second_reminder", 9))

    (notice,) = decide(old, claim(2, late=5)).notices

    assert notice.announced_costs == D("150.00")
    assert all(line.costs_proposed == 0 for line in notice.lines)


def test_the_final_demand_charges_interest_and_costs_once_over_the_sum() -> None:
    both = [claim(n, late=35, principal=D("1000.00"), **stands("call", 10)) for n in (1, 2)]

    (notice,) = decide(*both).notices

    assert [line.costs_proposed for line in notice.lines] == [D("150.00"), D("150.00")]  # 15 % of 2,000
    assert [line.interest_proposed for line in notice.lines] == [D("9.73"), D("9.73")]  # 35 days at 10.15 %


def test_costs_that_were_charged_before_are_never_charged_again() -> None:
    again = claim(late=35, costs_total=D("40.00"), **stands("demand", 14))

    (notice,) = decide(again).notices

    assert notice.lines[0].costs_proposed == 0


@pytest.mark.parametrize(
    ("fields", "debtor", "expected"),
    [
        ({}, {"own_group": True}, Why.OWN_GROUP),
        ({}, {"held": True}, Why.DEBTOR_HOLD),
        ({"held": True}, {}, Why.INVOICE_HOLD),
        ({"wholly_disputed": True}, {}, Why.DISPUTE),
        ({"promised_until": TODAY}, {}, Why.PROMISE),
        ({"arranged": True}, {}, Why.ARRANGEMENT),
        ({"arranged": True, "arranged_until": TODAY}, {}, Why.ARRANGEMENT),
        ({"payment_pending": True}, {}, Why.PAYMENT_PENDING),
        ({}, {"legal_state": "bankrupt"}, Why.LEGAL_STATE),
        ({"unsent": True}, {"notice_waiting": True}, Why.UNSENT),
        ({"principal": D("4.99")}, {}, Why.BELOW_MINIMUM),
        ({"principal": D("9.99")}, {}, Why.BELOW_MINIMUM),
        ({"principal": D("2.50"), "original": D("100.00")}, {}, Why.SMALL_REST),
        ({}, {"credit": D("95.00")}, Why.CREDIT),
        ({}, {"takes_email": False, "takes_post": False}, Why.NO_ADDRESS),
        ({}, {"last_letter_on": TODAY - timedelta(days=6)}, Why.CONTACT_INTERVAL),
        ({}, {"told_on": TODAY}, Why.CONTACT_INTERVAL),
        # the order of the gates: the first that is closed is the reason
        ({"held": True, "wholly_disputed": True}, {"held": True}, Why.DEBTOR_HOLD),
        ({"promised_until": TODAY}, {"legal_state": "bankrupt"}, Why.PROMISE),
    ],
)
def test_every_gate_stops_a_letter_with_its_own_reason(fields: Any, debtor: Any, expected: Why) -> None:
    decision = decide(claim(**fields), debtor=SOMEBODY._replace(**debtor))

    assert decision.notices == []
    assert why(decision) == {1: expected}


def test_the_same_claim_without_any_of_that_gets_its_letter() -> None:
    decision = decide(claim())

    assert len(decision.notices) == 1
    assert why(decision) == {1: Why.PLANNED}


def test_seven_days_after_a_letter_the_next_may_go() -> None:
    debtor = SOMEBODY._replace(last_letter_on=TODAY - timedelta(days=7))

    assert len(decide(claim(), debtor=debtor).notices) == 1


def test_what_only_an_event_can_change_is_looked_at_again_after_thirty_days_all_the_same() -> None:
    (outcome,) = decide(claim(), debtor=SOMEBODY._replace(legal_state="bankrupt")).outcomes

    assert outcome.look_on == TODAY + ladder.LOOK_AGAIN


def test_a_hold_with_an_end_is_looked_at_the_day_after_it() -> None:
    (outcome,) = decide(claim(held=True, held_until=date(2026, 3, 10))).outcomes

    assert (outcome.until, outcome.look_on) == (date(2026, 3, 10), date(2026, 3, 11))


def test_only_the_disputed_part_leaves_the_ladder() -> None:
    (notice,) = decide(claim(principal=D("300.00"), disputed=D("100.00"))).notices

    assert notice.lines[0].total == D("200.00")


def test_credit_below_the_debt_does_not_stop_a_letter_but_is_mentioned() -> None:
    (notice,) = decide(claim(), debtor=SOMEBODY._replace(credit=D("30.00"))).notices

    assert notice.credit == D("30.00")


def test_small_invoices_together_can_reach_the_debtors_minimum() -> None:
    (notice,) = decide(*(claim(n, principal=D("6.00")) for n in (1, 2))).notices

    assert len(notice.lines) == 2


def test_on_a_day_on_which_nothing_is_sent_a_letter_waits_for_the_next() -> None:
    rules = Rules(policies=RULES.policies, sending=SendingDays(closed=frozenset({TODAY})))

    (outcome,) = decide(claim(), rules=rules).outcomes

    assert (outcome.why, outcome.until) == (Why.SENDING_DAY, TODAY + timedelta(days=1))


def test_without_an_e_mail_address_a_friendly_letter_goes_on_paper() -> None:
    (notice,) = decide(claim(), debtor=SOMEBODY._replace(takes_email=False)).notices

    assert notice.channels == ("post",)


# --- Consumers


def test_a_consumer_without_an_agreed_term_is_first_put_in_default() -> None:
    (notice,) = decide(claim(late=21, consumer=True, **stands("second_reminder", 7))).notices

    assert (notice.kind, notice.term_days) == (Kind.DEFAULT_NOTICE, 14)


def test_with_an_agreed_fatal_term_the_default_notice_is_skipped_and_leaves_no_gap() -> None:
    agreed: dict[str, Any] = {"default_since": TODAY - timedelta(days=37)}

    early = decide(claim(late=38, consumer=True, **agreed, **stands("second_reminder", 23)))
    on_time = decide(claim(late=38, consumer=True, **agreed, **stands("second_reminder", 24)))

    assert early.notices == []
    assert [notice.kind for notice in on_time.notices] == [Kind.FOURTEEN_DAY_LETTER]


def test_the_fourteen_day_letter_waits_for_default_whatever_the_policy_says() -> None:
    tomorrow = TODAY + timedelta(days=1)

    decision = decide(claim(late=60, consumer=True, default_since=tomorrow, **stands("default_notice", 30)))

    (outcome,) = decision.outcomes
    assert (outcome.why, outcome.until) == (Why.NEXT_RUNG, tomorrow)


def test_the_fourteen_day_letter_takes_in_every_claim_in_default_and_nothing_else() -> None:
    in_default = {"default_since": TODAY - timedelta(days=1)}
    asking = claim(1, late=60, consumer=True, **in_default, **stands("default_notice", 17))
    younger = claim(2, late=30, consumer=True, **in_default, **stands("reminder", 3))
    not_in_default = claim(3, late=30, consumer=True, **stands("reminder", 16))
    disputed = claim(4, late=60, consumer=True, wholly_disputed=True, **in_default)
    as_business = claim(5, late=5)

    decision = decide(asking, younger, not_in_default, disputed, as_business)

    (notice,) = decision.notices
    assert notice.kind == Kind.FOURTEEN_DAY_LETTER
    assert [(line.case_id, line.takes_step) for line in notice.lines] == [(1, True), (2, True)]
    assert notice.lines[1].joined == (
        ("second_reminder", Kind.SECOND_REMINDER),
        ("default_notice", Kind.DEFAULT_NOTICE),
    )
    assert notice.announced_costs == D("40.00")  # two small terms cost the highest single amount
    assert why(decision) == {
        1: Why.PLANNED,
        2: Why.PLANNED,
        3: Why.CONTACT_INTERVAL,  # a second reminder was due: that debtor's only message today is the letter
        4: Why.DISPUTE,
        5: Why.CONTACT_INTERVAL,
    }


def test_large_claims_in_one_letter_cost_the_scale_over_their_sum() -> None:
    in_default = {"default_since": TODAY - timedelta(days=1), "principal": D("400.00")}

    (notice,) = decide(
        *(claim(n, late=60, consumer=True, **in_default, **stands("default_notice", 17)) for n in (1, 2, 3, 4))
    ).notices

    assert notice.announced_costs == D("240.00")  # 15 % of 1,600 and not four times 60


def test_the_fourteen_day_letter_is_not_made_while_credit_is_unallocated() -> None:
    asking = claim(late=60, consumer=True, default_since=TODAY, principal=D("900.00"), **stands("default_notice", 17))

    decision = decide(asking, debtor=SOMEBODY._replace(credit=D("1.00")))

    assert (decision.notices, why(decision)) == ([], {1: Why.CREDIT})
    assert [task.kind for task in decision.tasks] == ["allocate_credit"]


def test_the_fourteen_day_letter_always_goes_on_paper() -> None:
    asking = claim(late=60, consumer=True, default_since=TODAY, **stands("default_notice", 17))

    decision = decide(asking, debtor=SOMEBODY._replace(takes_post=False))

    assert why(decision) == {1: Why.NO_ADDRESS}


def test_nothing_follows_while_the_letters_term_runs_but_a_call() -> None:
    after = {"default_since": TODAY - timedelta(days=20), "letter": lettered(10), **stands("fourteen_day_letter", 10)}

    small = decide(claim(late=80, consumer=True, **after))
    large = decide(claim(late=80, consumer=True, principal=D("300.00"), **after))

    assert (small.notices, why(small)) == ([], {1: Why.LETTER_TERM})
    assert [task.kind for task in large.tasks] == ["call"]


def test_after_the_term_the_costs_are_charged_that_were_announced() -> None:
    after = {"default_since": TODAY - timedelta(days=40), "letter": lettered(26), **stands("fourteen_day_letter", 26)}

    (notice,) = decide(claim(late=80, consumer=True, **after)).notices

    assert notice.kind == Kind.FINAL_DEMAND
    assert notice.lines[0].costs_proposed == D("40.00")


def test_costs_are_at_most_what_the_letter_announced() -> None:
    cheap = lettered(26, announced="25.00")
    after = {"default_since": TODAY - timedelta(days=40), "letter": cheap, **stands("fourteen_day_letter", 26)}

    (notice,) = decide(claim(late=80, consumer=True, **after)).notices

    assert notice.lines[0].costs_proposed == D("25.00")


def test_in_a_new_round_the_letter_is_sent_anew_before_costs() -> None:
    """The payment that satisfied the letter was reversed: the old letter is of another round."""
    again = claim(
        late=90, consumer=True, round=2, default_since=TODAY - timedelta(days=50), **stands("fourteen_day_letter", 30)
    )

    (notice,) = decide(again).notices

    assert notice.kind == Kind.FOURTEEN_DAY_LETTER


def test_where_the_terms_put_all_costs_at_risk_there_is_no_letter_and_there_are_no_costs() -> None:
    rules = Rules(policies=RULES.policies, consumer_costs="off")
    asking = claim(late=60, consumer=True, default_since=TODAY, **stands("default_notice", 30))

    (notice,) = decide(asking, rules=rules).notices

    assert (notice.kind, notice.lines[0].costs_proposed) == (Kind.FINAL_DEMAND, 0)


def test_a_default_notice_is_not_hidden_in_a_letter_of_another_tone() -> None:
    ripe = {"default_since": TODAY - timedelta(days=40), "letter": lettered(26), **stands("fourteen_day_letter", 26)}
    final = claim(1, late=80, consumer=True, **ripe)
    notice_due = claim(2, late=21, consumer=True, **stands("second_reminder", 7))

    decision = decide(final, notice_due)

    (notice,) = decision.notices
    assert [(line.case_id, line.takes_step) for line in notice.lines] == [(1, True), (2, False)]
    assert why(decision)[2] == Why.CONTACT_INTERVAL


# --- The end of the ladder, and other versions of a policy


def test_at_the_end_of_the_term_a_claim_is_ready_for_handoff_but_not_with_credit() -> None:
    ripe = claim(late=60, term_ends_on=TODAY - timedelta(days=1), costs_total=D("40.00"), **stands("final_demand", 20))

    assert why(decide(ripe)) == {1: Why.HANDOFF}
    assert why(decide(ripe, debtor=SOMEBODY._replace(credit=D("1.00")))) == {1: Why.CREDIT}


def test_a_handoff_waits_for_the_end_of_the_last_term() -> None:
    running = claim(late=60, term_ends_on=TODAY, costs_total=D("40.00"), **stands("final_demand", 20))

    (outcome,) = decide(running).outcomes

    assert (outcome.why, outcome.until) == (Why.LETTER_TERM, TODAY + timedelta(days=1))


def test_a_ladder_that_ends_asks_a_person() -> None:
    policy = Policy(1, 1, "business", (Rung("reminder", Kind.REMINDER, 5, channels=("email",)),))

    decision = decide(claim(late=60, **stands("reminder", 30)), rules=Rules(policies={1: policy}))

    assert why(decision) == {1: Why.END_OF_LADDER}
    assert [task.kind for task in decision.tasks] == ["end_of_ladder"]


@pytest.mark.parametrize(
    ("key", "kind", "expected"),
    [
        ("aanmaning-oud", "demand", Kind.CALL),  # the same kind under another key
        ("weg", "second_reminder", Kind.DEMAND),  # a rung that is gone: the first that is more severe
        ("", "", Kind.REMINDER),
    ],
)
def test_a_change_of_policy_maps_a_position_by_its_kind(key: str, kind: str, expected: str) -> None:
    changed = Policy(
        1,
        2,
        "business",
        (
            Rung("r", Kind.REMINDER, 5, channels=("email",)),
            Rung("d", Kind.DEMAND, 21, channels=("email",)),
            Rung("c", Kind.CALL, 25),
            Rung("f", Kind.FINAL_DEMAND, 35, channels=("email",)),
        ),
    )

    number = changed.after(key, kind)

    assert changed.rungs[number].kind == expected


def test_every_claim_gets_exactly_one_outcome() -> None:
    claims = [
        claim(1, late=21, **stands("second_reminder", 9)),
        claim(2, late=5),
        claim(3, late=60, consumer=True, default_since=TODAY, **stands("default_notice", 17)),
        claim(4, held=True),
        claim(5, late=25, principal=D("900.00"), **stands("demand", 4)),
        claim(6, late=60, costs_total=D("40.00"), **stands("final_demand", 20)),
        claim(7, late=-20),
    ]

    decision = decide(*claims)

    assert sorted(outcome.case_id for outcome in decision.outcomes) == [1, 2, 3, 4, 5, 6, 7]
    assert len(decision.notices) == 1
