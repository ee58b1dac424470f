"""What a mail server says when it refuses: whether it may be tried again, and whether the address is at fault."""

import smtplib

import pytest

from connectors.email import channel
from correspondence.channels import OutcomeUnknown, SendingFailed


@pytest.mark.parametrize(
    ("code", "said", "permanent", "no_such_address"),
    [
        (550, b"5.1.1 <x@y.nl>: user unknown", True, True),
        (550, b"5.1.10 recipient not found", True, True),
        (550, b"No such user here", True, True),
        (553, b"mailbox name not allowed", True, True),
        (550, b"5.7.1 relaying denied", True, False),
        (550, b"relay not permitted", True, False),
        (554, b"5.7.1 message rejected as spam", True, False),
        (552, b"5.2.2 mailbox full", True, False),
        (450, b"4.1.1 try again later", False, False),
        (450, b"5.1.1 odd, but not for good", False, False),
    ],
)
def test_a_refused_recipient(code: int, said: bytes, permanent: bool, no_such_address: bool) -> None:
    error = channel._told_apart(smtplib.SMTPRecipientsRefused({"x@y.nl": (code, said)}))

    assert isinstance(error, SendingFailed)
    assert (error.permanent, error.no_such_address) == (permanent, no_such_address)


def test_a_refused_message_says_nothing_of_the_address() -> None:
    error = channel._told_apart(smtplib.SMTPDataError(554, b"5.1.1 no"))
    assert isinstance(error, SendingFailed)
    assert (error.permanent, error.no_such_address) == (True, False)


def test_a_broken_line_leaves_it_open() -> None:
    assert isinstance(channel._told_apart(ConnectionResetError("reset")), OutcomeUnknown)
