"""Calm progress: one line per step, and what a program said only when it failed."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def line(text: str = "") -> None:
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Announce what is going on, then add how long it took."""
    print(f"  {text} ... ", end="", flush=True, file=sys.stderr)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True, file=sys.stderr)
        raise
    print(f"{time.monotonic() - began:.1f} s", flush=True, file=sys.stderr)


def tail(path: Path, lines: int = 40) -> str:
    """Return the last lines of a log, or nothing when there is none."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 64_000))
            text = log.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def box(lines: list[str]) -> str:
    """Draw a frame around some lines."""
    width = max(len(text) for text in lines)
    top, bottom = "+" + "-" * (width + 4) + "+", "+" + "-" * (width + 4) + "+"
    body = [f"|  {text.ljust(width)}  |" for text in lines]
    return "\n".join([top, *body, bottom])


def fail(text: str) -> int:
    """Print why it stopped, on the error channel, and return the exit code for that."""
    print(f"\n{text}", file=sys.stderr, flush=True)
    return 1
