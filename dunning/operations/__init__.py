"""What the ladder does: nights are planned, notices approved, released and dispatched, cases opened and closed."""

from dunning.operations.calls import record_call
from dunning.operations.cases import (
    close_case,
    due_date_is_fixed,
    follow_balance,
    follow_due_date,
    look_again,
    open_cases,
    reopen_case,
    resume_case,
)
from dunning.operations.dispatching import (
    ask_about_doubt,
    record_dispatch,
    record_failure,
    record_not_delivered,
)
from dunning.operations.handing_over import hand_over, recall
from dunning.operations.holds import HoldInThePast, lift_hold, place_hold
from dunning.operations.planning import finish_run, plan_day, plan_next_chunk, start_run
from dunning.operations.policies import (
    PolicyIsNotInOrder,
    PolicyIsUnlawful,
    affected_by,
    check,
    choose_policy,
    create_default_policies,
    publish,
)
from dunning.operations.releasing import (
    approve_notices,
    complete_runs,
    hold_back,
    next_release,
    next_window,
    release_next,
    start_release,
    wake_release,
    window,
)
from dunning.operations.settings import (
    PaymentsInTheFuture,
    change_ladder_settings,
    confirm_payments,
    start_ladder,
    stop_ladder,
)
from dunning.operations.withdrawing import NoticeIsGone, withdraw, withdraw_for_case

__all__ = [
    "HoldInThePast",
    "NoticeIsGone",
    "PaymentsInTheFuture",
    "PolicyIsNotInOrder",
    "PolicyIsUnlawful",
    "affected_by",
    "approve_notices",
    "ask_about_doubt",
    "change_ladder_settings",
    "check",
    "choose_policy",
    "close_case",
    "complete_runs",
    "confirm_payments",
    "create_default_policies",
    "due_date_is_fixed",
    "finish_run",
    "follow_balance",
    "follow_due_date",
    "hand_over",
    "hold_back",
    "lift_hold",
    "look_again",
    "next_release",
    "next_window",
    "open_cases",
    "place_hold",
    "plan_day",
    "plan_next_chunk",
    "publish",
    "recall",
    "record_call",
    "record_dispatch",
    "record_failure",
    "record_not_delivered",
    "release_next",
    "reopen_case",
    "resume_case",
    "start_ladder",
    "start_release",
    "start_run",
    "stop_ladder",
    "wake_release",
    "window",
    "withdraw",
    "withdraw_for_case",
]
