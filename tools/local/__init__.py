"""The servers and processes under bin/demo, bin/test and bin/bench.

Owns: PostgreSQL and Valkey started from wheels or from what the machine has, their ports, passwords and data
in `.local/`, the processes of the demo, and the steps of bin/setup and bin/lint.
Refuses to know: what the product does. It knows manage.py and two addresses, nothing of the apps.
"""

from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent


class LocalError(Exception):
    """Something on this machine is not as needed; the text is for the person at the keyboard."""


def catalogues() -> Iterator[Path]:
    """Give every catalogue there is."""
    for folder in ("", "portal/"):  # what everybody reads, and what only debtors read
        yield from CHECKOUT.glob(f"{folder}locale/*/LC_MESSAGES/*.po")
