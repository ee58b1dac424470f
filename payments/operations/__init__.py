"""What can be done with money and promises."""

from payments.operations.payments import (
    AlreadyReversed,
    NothingLeft,
    Rehearsal,
    WrongDebtor,
    allocate,
    book_payment,
    rehearse_allocation,
    rehearse_payment,
    reverse_payment,
)
from payments.operations.promises import (
    PromiseInThePast,
    PromiseNeedsAPerson,
    cancel_promise,
    judge_promises,
    make_promise,
)

__all__ = [
    "AlreadyReversed",
    "NothingLeft",
    "PromiseInThePast",
    "PromiseNeedsAPerson",
    "Rehearsal",
    "WrongDebtor",
    "allocate",
    "book_payment",
    "cancel_promise",
    "judge_promises",
    "make_promise",
    "rehearse_allocation",
    "rehearse_payment",
    "reverse_payment",
]
