"""What can be done with agencies and handoffs."""

from collections_handoff.operations.agencies import AgencyNameTaken, change_agency, register_agency
from collections_handoff.operations.handoffs import (
    HandoffIsNot,
    NoAgency,
    NotReady,
    NotRegistered,
    accept,
    approve,
    cancel,
    close,
    prepare,
    prepare_ready,
    recall,
    refuse,
    submit,
)
from collections_handoff.operations.telling import (
    SUBJECT,
    ask_about_lost_mail,
    report_payment,
    report_reversal,
    stays_out,
)

__all__ = [
    "SUBJECT",
    "AgencyNameTaken",
    "HandoffIsNot",
    "NoAgency",
    "NotReady",
    "NotRegistered",
    "accept",
    "approve",
    "ask_about_lost_mail",
    "cancel",
    "change_agency",
    "close",
    "prepare",
    "prepare_ready",
    "recall",
    "refuse",
    "register_agency",
    "report_payment",
    "report_reversal",
    "stays_out",
    "submit",
]
