"""The pure enums say what the database holds, every reason has a sentence, and every transition is in its table."""

from itertools import product

import pytest
from django.utils import translation

from collections_handoff import states as handoff_states
from correspondence import states as message_states
from dunning import reasons, states
from dunning.snapshot import Kind, Why
from payments import states as promise_states


def test_the_kinds_of_the_pure_ladder_are_those_of_the_database() -> None:
    assert [kind.value for kind in Kind] == states.RungKind.values


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("why", list(Why))
def test_every_reason_has_a_sentence(why: Why, language: str) -> None:
    with translation.override(language):
        sentence = reasons.sentence(why, rung_kind="demand")

    assert sentence
    assert "%" not in sentence


@pytest.mark.parametrize(
    ("table", "all_states"),
    [
        (states.CASE_TRANSITIONS, states.CaseState),
        (states.NOTICE_TRANSITIONS, states.NoticeState),
        (states.RUN_TRANSITIONS, states.RunState),
        (message_states.TRANSITIONS, message_states.MessageState),
        (handoff_states.TRANSITIONS, handoff_states.HandoffState),
        (promise_states.PROMISE_TRANSITIONS, promise_states.PromiseState),
        (promise_states.ARRANGEMENT_TRANSITIONS, promise_states.ArrangementState),
        (promise_states.INSTALMENT_TRANSITIONS, promise_states.InstalmentState),
        (promise_states.CHECKOUT_TRANSITIONS, promise_states.CheckoutState),
        (promise_states.MANDATE_TRANSITIONS, promise_states.MandateState),
        (promise_states.DEBIT_BATCH_TRANSITIONS, promise_states.DebitBatchState),
        (promise_states.DEBIT_TRANSITIONS, promise_states.DebitState),
        (promise_states.REFUND_TRANSITIONS, promise_states.RefundState),
    ],
)
def test_every_state_is_in_its_table_and_leads_to_known_ones(
    table: dict[str, frozenset[str]], all_states: type
) -> None:
    known = {state.value for state in all_states}  # type: ignore[attr-defined]

    assert set(table) == known
    for start, end in product(known, known):
        assert (end in table[start]) == (end in set(table[start]))
    assert set().union(*table.values()) <= known
