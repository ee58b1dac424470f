"""What a debtor can say on his page, what people do with it, and the codes that show him more."""

from answers.operations.codes import CodeIsOver, NoSuchAddress, TooManyCodes, WrongCode, send_code, try_code
from answers.operations.details import (
    AlreadyDecided,
    NothingToCorrect,
    accept_details,
    correct_details,
    refuse_details,
)
from answers.operations.disputing import AlreadyDisputed, CannotWithdraw, dispute, dispute_is_answered, withdraw_dispute
from answers.operations.paying import (
    ANSWER_WITHIN_WORKING_DAYS,
    PaidInTheFuture,
    claim_is_settled,
    promise,
    propose_parts,
    say_paid,
)
from answers.operations.questions import ask_question
from answers.operations.saying import NotAboutThis, Said, TooMuchSaid

__all__ = [
    "ANSWER_WITHIN_WORKING_DAYS",
    "AlreadyDecided",
    "AlreadyDisputed",
    "CannotWithdraw",
    "CodeIsOver",
    "NoSuchAddress",
    "NotAboutThis",
    "NothingToCorrect",
    "PaidInTheFuture",
    "Said",
    "TooManyCodes",
    "TooMuchSaid",
    "WrongCode",
    "accept_details",
    "ask_question",
    "claim_is_settled",
    "correct_details",
    "dispute",
    "dispute_is_answered",
    "promise",
    "propose_parts",
    "refuse_details",
    "say_paid",
    "send_code",
    "try_code",
    "withdraw_dispute",
]
