"""An upload before it is imported: how its columns are read, what is wrong in it, and what importing it would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache

from common.actor import Actor
from common.texts import sha256
from connectors import importing, uploads
from connectors.files.rows import Problem, Reading
from connectors.models import Upload, UploadKind, UploadState

KEPT_FOR = 3600  # seconds


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is in a file. `result` is what importing would do; None where it cannot be, or where the file is large."""

    rows: int
    file_kind: str
    headers: tuple[str, ...]
    mapping: Mapping[str, str]
    preview: tuple[tuple[str, ...], ...]
    suggestions: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    result: importing.Result | None = None
    is_large: bool = False
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "error"]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "warning"]

    @property
    def can_start(self) -> bool:
        return not self.errors and self.rows > 0


def look(*, upload: Upload, by: Actor) -> Outlook:
    """Read an upload and try the import without storing anything; of a large one only what is in the file is read.

    What a large file holds is remembered for a while, as long as its columns are read in the same way.
    """
    key = _key(upload)
    held: Outlook | None = cache.get(key)
    if held is not None:
        return held
    content, mapping = bytes(upload.content), upload.mapping
    reading = uploads.read(kind=upload.kind, content=content, filename=upload.filename, mapping=mapping, by=by)
    outlook = _outlook(upload, reading, by)
    if outlook.is_large:
        cache.set(key, outlook, timeout=KEPT_FOR)
    return outlook


def _key(upload: Upload) -> str:
    mapping = sha256(repr(sorted(upload.mapping.items())))
    return f"look:{upload.tenant_id}:{upload.public_id}:{mapping}"


def _outlook(upload: Upload, reading: Reading[Any], by: Actor) -> Outlook:
    problems: Sequence[Problem] = reading.problems
    result = None
    is_large = len(reading.rows) > uploads.AT_ONCE
    if not reading.errors and not is_large:
        try:
            result = _try(upload.kind, reading, by)
            problems = result.warnings
        except importing.ImportRefused as refused:
            problems = refused.problems
    return Outlook(
        rows=len(reading.rows),
        file_kind=reading.file_kind,
        headers=reading.headers,
        mapping=reading.mapping,
        preview=reading.preview,
        suggestions=reading.suggestions,
        problems=tuple(problems),
        result=result,
        is_large=is_large,
        details={"sheet": reading.sheet, "encoding": reading.encoding},
    )


def _try(kind: str, reading: Reading[Any], by: Actor) -> importing.Result:
    if kind == UploadKind.DEBTORS:
        return importing.import_debtors(reading, by=by, dry_run=True)
    return importing.import_invoices(reading, by=by, dry_run=True)


def same_as(upload: Upload) -> Upload | None:
    """Give the upload that brought in the very same file before, if there is one."""
    earlier = Upload.objects.filter(sha256=upload.sha256, kind=upload.kind, state=UploadState.IMPORTED)
    return earlier.exclude(pk=upload.pk).defer("content").order_by("-imported_at").first()
