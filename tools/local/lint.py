"""bin/lint: runs every check that needs no server, a line each, the output only of those that fail."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools.local import CHECKOUT, environment, say

PYTHON = sys.executable
MANAGE = (PYTHON, "manage.py")
MOST_LINES = 120  # of one check's output


@dataclass(frozen=True)
class Check:
    """A command that says by its exit code whether all is well; left out, and said so, where its file is missing."""

    name: str
    argv: Callable[[], Sequence[str]]
    needs: str = ""


@dataclass(frozen=True)
class Verdict:
    """How a check ended."""

    check: Check
    code: int
    output: str
    seconds: float


def _templates() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.html", "*.txt"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.splitlines() if "templates/" in name and (CHECKOUT / name).exists()]


def _djade() -> list[str]:
    return [str(Path(PYTHON).with_name("djade")), "--target-version", "5.2", "--check", *_templates()]


# The slowest first: they run side by side.
CHECKS = (
    Check("types (mypy)", lambda: (PYTHON, "-m", "mypy", "--explicit-package-bases", ".")),
    Check("style (ruff check)", lambda: (PYTHON, "-m", "ruff", "check", "--output-format", "concise", ".")),
    Check(
        "layout (ruff format)", lambda: (PYTHON, "-m", "ruff", "format", "--check", "--output-format", "concise", ".")
    ),
    Check("layers (import-linter)", lambda: (PYTHON, "-m", "importlinter.cli", "lint")),
    Check("templates (djade)", _djade, needs="templates"),
    Check("migrations complete", lambda: (*MANAGE, "makemigrations", "--check", "--dry-run")),
    Check("settings for production", lambda: (*MANAGE, "check", "--deploy", "--fail-level", "WARNING")),
    Check("our own rules", lambda: (PYTHON, "-m", "tools.lint"), needs="tools/lint.py"),
    Check("messages", lambda: (PYTHON, "-m", "tools.messages", "check"), needs="tools/messages.py"),
    Check("vendored files", lambda: (PYTHON, "-m", "tools.vendor", "check"), needs="tools/vendor.py"),
)


def run(check: Check, env: Mapping[str, str]) -> Verdict:
    """Run one check to its end."""
    began = time.monotonic()
    answer = subprocess.run(
        check.argv(),
        cwd=CHECKOUT,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return Verdict(check, answer.returncode, answer.stdout, time.monotonic() - began)


def main() -> int:
    """Run all checks and return 1 if one failed."""
    env = environment.of_production()
    present = [check for check in CHECKS if not check.needs or (CHECKOUT / check.needs).exists()]
    for check in CHECKS:
        if check not in present:
            say.line(f"  left out  {check.name}: there is no {check.needs}")
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        verdicts = [_told(verdict) for verdict in pool.map(lambda check: run(check, env), present)]
    failed = [verdict for verdict in verdicts if verdict.code]
    for verdict in failed:
        say.line(f"\n--- {verdict.check.name}\n{shortened(verdict.output, MOST_LINES)}")
    return 1 if failed else 0


def shortened(text: str, most: int) -> str:
    """Return the last lines of a text, and how many came before them."""
    lines = text.rstrip().splitlines()
    left_out = [f"({len(lines) - most} lines before these)"] if len(lines) > most else []
    return "\n".join([*left_out, *lines[-most:]])


def _told(verdict: Verdict) -> Verdict:
    say.line(f"  {'FAILED' if verdict.code else 'ok':8}  {verdict.check.name}  {verdict.seconds:.1f} s")
    return verdict


if __name__ == "__main__":
    sys.exit(main())
