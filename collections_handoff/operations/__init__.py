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
    report_payment,
    submit,
)

__all__ = [
    "AgencyNameTaken",
    "HandoffIsNot",
    "NoAgency",
    "NotReady",
    "NotRegistered",
    "accept",
    "approve",
    "cancel",
    "change_agency",
    "close",
    "prepare",
    "prepare_ready",
    "recall",
    "refuse",
    "register_agency",
    "report_payment",
    "submit",
]
