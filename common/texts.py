"""Small things with text that more than one app needs."""

import hashlib


def sha256(content: bytes | str) -> str:
    """Give the SHA-256 of bytes, or of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()
