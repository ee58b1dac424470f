"""Keeps the addresses that are kept like a password out of our logs: of debtors' pages, and of invitations and resets.

Who can read the logs of a server must not be able to open the page of a debtor with them.
"""

import logging
import re

# The page of a debtor, whole or bare; then the addresses of allauth that let somebody in.
_SECRETS = (
    (re.compile(r"(/betalen/(?:[0-9a-z]+\.)?)[^/\s\"'<>?]+"), r"\1…"),
    (re.compile(r"\b([0-9a-z]{14}\.)[\w-]{21,22}(?![\w-])"), r"\1…"),
    (re.compile(r"(/(?:password/reset/key|confirm-email)/)[^/\s\"'<>?]+"), r"\1…"),
)


def redacted(text: str) -> str:
    """Give a text without secrets."""
    for secret, instead in _SECRETS:
        text = secret.sub(instead, text)
    return text


class WithoutSecrets(logging.Filter):
    """Writes every line without secrets. Put it on a handler, or on the logger of a server of its own."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if (safe := redacted(text)) != text:
            record.msg, record.args = safe, ()
        return True
