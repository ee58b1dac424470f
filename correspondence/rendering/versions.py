"""Which texts, styles, fonts and code a letter was made with: one short name, kept beside its bytes."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_MADE_WITH = (_HERE, _HERE.parent / "assets", _HERE.parent.parent / "templates" / "correspondence")
_KINDS = {".py", ".css", ".ttf", ".html", ".txt"}


@cache
def template_version() -> str:
    """Give the name of what letters are made with; it changes when any of it changes."""
    digest = hashlib.sha256()
    for folder in _MADE_WITH:
        for path in sorted(path for path in folder.rglob("*") if path.suffix in _KINDS):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{digest.hexdigest()[:12]} weasyprint {version('weasyprint')}"
