"""Our own rules, those that no linter knows: short files and functions, and no addresses of registries or machines.

python -m tools.lint
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
MOST_LINES = 480  # of a file that is no test
MOST_IN_FUNCTION = 60
# Written apart, so that this file does not break its own rule.
HOSTS = re.compile("|".join(("py" r"pi\.org", "python" r"hosted", "npm" r"js\.(org|com)", r"deb\." "debian")))
NOT_OURS = {".git", ".venv", ".local", ".env", "staticfiles", "vendor", "__pycache__", "node_modules"}
NOT_OURS |= {".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache"}
HOMES = re.compile(r"(?<![\w./-])/(?:home|root|Users)/\w")


def problems(paths: Sequence[Path]) -> Iterator[str]:
    """Give what is wrong in some files, each as a line for a person."""
    for path in paths:
        name = path.relative_to(CHECKOUT).as_posix() if path.is_relative_to(CHECKOUT) else path.name
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if HOSTS.search(text):
            yield f"{name}: names the host of a package registry"
        if HOMES.search(text):
            yield f"{name}: holds a path of one machine"
        if path.suffix == ".py" and "migrations" not in path.parts:
            yield from _too_long(name, text)


def _too_long(name: str, text: str) -> Iterator[str]:
    in_tests = name.startswith("tests/")
    if not in_tests and text.count("\n") > MOST_LINES:
        yield f"{name}: {text.count(chr(10))} lines; more than {MOST_LINES} read better as two files"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not in_tests:
            length = (node.end_lineno or node.lineno) - node.lineno
            if length > MOST_IN_FUNCTION:
                yield f"{name}:{node.lineno} {node.name}: {length} lines; at most {MOST_IN_FUNCTION}"


def _files() -> list[Path]:
    """Give every file of ours: what lies in a folder that git leaves alone is not."""
    found = (path for path in CHECKOUT.rglob("*") if not NOT_OURS & set(path.relative_to(CHECKOUT).parts))
    return sorted(path for path in found if path.is_file() and path.suffix not in {".mo", ".pyc"})


if __name__ == "__main__":
    found = list(problems(_files()))
    print("\n".join(found) or "our own rules: kept")
    sys.exit(1 if found else 0)
