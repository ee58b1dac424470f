"""Files with bank statements, from bytes to the books."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from common.actor import Actor
from connectors import statements
from payments import operations as payments
from payments.operations import Imported
from payments.operations.statements import Progress

CHUNK = 1024 * 1024
LINE_BYTES = 900  # of an entry in XML
PACKED = 15  # how many times smaller a ZIP is


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person said about a file, beside the file."""

    add_account: bool = False  # an account that is not known is his
    accept_difference: bool = False  # the balances are wrong, and he knows

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Choices":
        return cls(bool(kept.get("add_account")), bool(kept.get("accept_difference")))

    def as_dict(self) -> dict[str, str]:
        return {name: "1" for name in ("add_account", "accept_difference") if getattr(self, name)}


def import_file(
    file: BinaryIO,
    filename: str,
    *,
    by: Actor,
    choices: Choices = Choices(),
    dry_run: bool = False,
    progress: Progress = lambda done: None,
) -> Imported:
    """Import a file that can be read twice: once for what it is, once for what is in it.

    :raises StatementRefused, AccountUnknown, StatementsOverlap: see `payments.operations.import_statement`.
    """
    digest = hashlib.sha256()
    while data := file.read(CHUNK):
        digest.update(data)
    file.seek(0)
    return payments.import_statement(
        parts=statements.read(file, filename),
        filename=filename,
        sha256=digest.hexdigest(),
        by=by,
        add_account=choices.add_account,
        accept_difference=choices.accept_difference,
        dry_run=dry_run,
        progress=progress,
    )


def import_content(content: bytes, filename: str, **options: Any) -> Imported:
    """Import a file that is in memory."""
    return import_file(io.BytesIO(content), filename, **options)


def as_dict(imported: Imported) -> dict[str, Any]:
    """Give what came of a file for keeping with its upload."""
    return {
        "added": imported.new_lines,
        "changed": 0,
        "unchanged": imported.known_lines,
        "known_statements": imported.known_statements,
        "new_accounts": imported.new_accounts,
        "said": imported.warnings,
        "statements": [
            {
                "public_id": row.public_id,
                "iban": row.account.iban,
                "from": row.opened_on.isoformat() if row.opened_on else "",
                "until": row.closed_on.isoformat(),
                "opening": _text(row.opening_balance),
                "closing": _text(row.closing_balance),
                "lines": row.line_count,
                "known": row.known_lines,
                "follows": row.follows,
            }
            for row in imported[:500]
        ],
        "count": len(imported),
    }


def lines_in(content: bytes) -> int:
    """Guess how many lines are in a file: enough to choose who imports it, and for a progress bar."""
    if content.startswith(b"PK"):
        return len(content) * PACKED // LINE_BYTES + 1
    return max(content.count(b"\n:61:"), content.count(b"Ntry>") // 2, 1)


def _text(amount: Any) -> str:
    return "" if amount is None else f"{amount:.2f}"
