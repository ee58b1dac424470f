"""Short random ids for URLs, messages and the API: they say nothing about how many there are."""

import os

# Crockford's base 32 in lower case: no i, l, o or u, because people read these aloud over the phone.
ALPHABET = b"0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 14  # 32 ** 14 = 1e21: a clash within one table stays out of sight for a billion rows
_OF_BYTE = ALPHABET * 8


def new_public_id() -> str:
    """Give a new random id of fourteen characters."""
    return os.urandom(LENGTH).translate(_OF_BYTE).decode()
