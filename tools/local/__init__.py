"""The servers and processes under bin/demo, bin/test and bin/bench.

Owns: PostgreSQL and Valkey started from wheels or from what the machine has, their ports, passwords and data
in `.local/`, the processes of the demo, and the steps of bin/setup and bin/lint.
Refuses to know: what the product does. It knows manage.py and two addresses, nothing of the apps.
"""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent


class LocalError(Exception):
    """Something on this machine is not as needed; the text is for the person at the keyboard."""
