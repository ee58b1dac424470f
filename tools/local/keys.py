"""Secrets of the local servers: made once, kept in files that only their owner can read."""

import os
import secrets
from pathlib import Path


def read_or_make(path: Path) -> str:
    """Return the secret in a file, made the first time; letters, digits, - and _ only, so it fits into a URL."""
    try:
        known = path.read_text().strip()
    except FileNotFoundError:
        known = ""
    if known:
        return known
    fresh = secrets.token_urlsafe(48)
    write(path, fresh + "\n")
    return fresh


def write(path: Path, text: str) -> None:
    """Write a file that nobody else can ever read, not even for a moment."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
