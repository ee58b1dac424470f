"""Uploads: a file is read and shown, its columns are mapped, and then it is imported, here or by a worker."""

import io
import logging
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.actor import Actor, ActorKind
from common.errors import DomainError
from common.texts import sha256
from connectors import importing, statement_files
from connectors.files import reader
from connectors.files.rows import Problem, Reading
from connectors.models import ColumnMapping, Upload, UploadKind, UploadState
from tenants import operations as tenants
from tenants import queue

QUEUE = "connectors.tasks.run_waiting_uploads"
# A file with more rows than this is imported by a worker, with a progress bar.
AT_ONCE = 2000
PROBLEMS_KEPT = 500
OUR_FAULT = _("Het inlezen is mislukt door een fout bij ons. Er is niets ingelezen. Probeer het later opnieuw.")

logger = logging.getLogger(__name__)


class UploadIsDone(DomainError):
    """It was imported or thrown away, or is being imported."""

    code = "upload_is_done"
    sentence = _("Dit kan niet meer: het bestand is %(state)s.")


def remembered_mapping(kind: str) -> dict[str, str]:
    """Give how columns of earlier files of a kind were read: header to field."""
    return dict(ColumnMapping.objects.filter(kind=kind).values_list("header", "field"))


def read(*, kind: str, content: bytes, filename: str, mapping: Mapping[str, str], by: Actor) -> Reading[Any]:
    """Read a file of a kind; nothing that is in it raises."""
    if kind == UploadKind.DEBTORS:
        return reader.read_debtors(content, filename, dict(mapping))
    return reader.read_invoices(content, filename, dict(mapping), today=by.day)


def import_content(
    *,
    kind: str,
    content: bytes,
    filename: str,
    by: Actor,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    progress: importing.Progress = lambda done: None,
) -> importing.Result:
    """Read a file and import it, all or nothing.

    :raises importing.ImportRefused: if anything in it is wrong.
    """
    mapping = remembered_mapping(kind) if mapping is None else mapping
    reading = read(kind=kind, content=content, filename=filename, mapping=mapping, by=by)
    if kind == UploadKind.DEBTORS:
        return importing.import_debtors(reading, by=by, dry_run=dry_run, progress=progress)
    return importing.import_invoices(reading, by=by, dry_run=dry_run, progress=progress)


def keep(*, kind: str, content: bytes, filename: str, by: Actor) -> Upload:
    """Keep an uploaded file until somebody imports it or throws it away."""
    return Upload.objects.create(
        kind=kind,
        filename=filename[:200],
        content=content,
        sha256=sha256(content),
        mapping={} if kind == UploadKind.STATEMENT else remembered_mapping(kind),
        uploaded_at=by.at,
        uploaded_by=by.label,
        uploaded_by_ref=by.ref,
    )


def map_columns(*, upload: Upload, mapping: Mapping[str, str]) -> Upload:
    """Choose which column is which field, for this file and the next of its kind; what failed is looked at anew.

    :raises UploadIsDone: if it was imported or thrown away, or is being imported.
    """
    with transaction.atomic():
        _lock_open(upload)
        if upload.state == UploadState.WAITING:
            raise UploadIsDone(state=upload.get_state_display())
        upload.mapping, upload.state, upload.result = dict(mapping), UploadState.READ, {}
        upload.save(update_fields=["mapping", "state", "result"])
        ColumnMapping.objects.bulk_create(
            [
                ColumnMapping(kind=upload.kind, header=header, field=field)
                for header, field in {header[:120]: field for header, field in mapping.items()}.items()
            ],
            update_conflicts=True,
            unique_fields=["tenant", "kind", "header"],
            update_fields=["field"],
        )
    return upload


def packed(files: Sequence[tuple[str, bytes]]) -> tuple[str, bytes]:
    """Put UBL files that were chosen together into one ZIP, so that they are imported all or none."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (name, content) in enumerate(files, start=1):
            # a fixed time: the same files make the same ZIP
            archive.writestr(zipfile.ZipInfo(f"{place:04d}/{name}", (1980, 1, 1, 0, 0, 0)), content)
    return f"{len(files)} UBL.zip", out.getvalue()


def run(*, upload: Upload, by: Actor, progress: importing.Progress = lambda done: None) -> Upload:
    """Import an upload and keep what came of it: the counts, or what is wrong.

    :raises UploadIsDone: if it was imported or thrown away.
    """
    with transaction.atomic():
        _lock_open(upload)
        return _run(upload, by, progress)


def _run(upload: Upload, by: Actor, progress: importing.Progress) -> Upload:
    try:
        came = _bring_in(upload, by, progress)
    except importing.ImportRefused as refused:
        upload.state = UploadState.FAILED
        upload.result = {
            "problems": [as_dict(problem) for problem in refused.problems[:PROBLEMS_KEPT]],
            "count": len(refused.problems),
        }
    except DomainError as refusal:  # somebody was earlier, between the look and the import
        upload.state = UploadState.FAILED
        upload.result = {"refused": str(refusal), "code": refusal.code, "problems": []}
    else:
        upload.state, upload.imported_at, upload.result = UploadState.IMPORTED, by.at, came
    upload.save(update_fields=["state", "imported_at", "result"])
    return upload


def _bring_in(upload: Upload, by: Actor, progress: importing.Progress) -> dict[str, Any]:
    """Import what is in an upload; give what came of it, for keeping."""
    content = bytes(upload.content)
    if upload.kind == UploadKind.STATEMENT:
        choices = statement_files.Choices.of(upload.mapping)
        imported = statement_files.import_content(content, upload.filename, by=by, choices=choices, progress=progress)
        return statement_files.as_dict(imported)
    result = import_content(
        kind=upload.kind,
        content=content,
        filename=upload.filename,
        mapping=upload.mapping,
        by=by,
        progress=progress,
    )
    return result.as_dict() | {"warnings": [as_dict(one) for one in result.warnings[:PROBLEMS_KEPT]]}


def start_statements(*, upload: Upload, by: Actor, choices: statement_files.Choices | None = None) -> Upload:
    """Import a file of bank statements, as `start` does; `choices` are what a person confirmed after it was refused.

    :raises UploadIsDone: if it was imported or thrown away.
    """
    with transaction.atomic():
        _lock_open(upload)
        if choices is not None and upload.state != UploadState.WAITING:
            upload.mapping = choices.as_dict()
            upload.save(update_fields=["mapping"])
        return start(upload=upload, rows=statement_files.lines_in(bytes(upload.content)), by=by)


def start(*, upload: Upload, rows: int, by: Actor) -> Upload:
    """Import an upload now, or let a worker do it when it is large; its state says which.

    :param rows: how many rows are in it; 0 of statements, which are counted here.
    :raises UploadIsDone: if it was imported or thrown away.
    """
    with transaction.atomic():
        _lock_open(upload)
        if upload.state == UploadState.WAITING:  # asked twice
            return upload
        if upload.kind == UploadKind.STATEMENT and not rows:
            rows = statement_files.lines_in(bytes(upload.content))
        upload.rows = rows
        if rows <= AT_ONCE:
            upload.save(update_fields=["rows"])
            return run(upload=upload, by=by)
        upload.state = UploadState.WAITING
        upload.save(update_fields=["rows", "state"])
        tenants.wake_up(QUEUE, at=by.at)
        queue.enqueue(QUEUE)
    return upload


def run_waiting(*, at: datetime) -> bool:
    """Import one upload that waits for a worker; give whether there was one."""
    with transaction.atomic():
        waiting = Upload.objects.select_for_update(skip_locked=True).filter(state=UploadState.WAITING)
        upload = waiting.order_by("pk").first()
        if upload is None:
            return False
        key = progress_key(upload)
        by = Actor(ActorKind.USER, at, upload.uploaded_by_ref, upload.uploaded_by)
        try:
            run(upload=upload, by=by, progress=lambda done: _tell(key, done))
        except Exception:  # whatever it is: it would come again, and keep every upload behind it waiting
            logger.exception("the import of upload %s failed", upload.public_id)
            upload.state, upload.result = UploadState.FAILED, {"refused": str(OUR_FAULT), "problems": []}
            upload.save(update_fields=["state", "result"])
    return True


def _tell(key: str, done: int) -> None:
    """Tell how many rows are done, beside the transaction that does them."""
    if done % 100 == 0:
        cache.set(key, done, timeout=3600)


def rows_done(upload: Upload) -> int:
    """Give how many rows of an upload that is being imported are done."""
    return int(cache.get(progress_key(upload), 0))


def progress_key(upload: Upload) -> str:
    """Give where the progress of an upload is kept; the tenant is in it."""
    return f"upload:{upload.tenant_id}:{upload.public_id}"


def discard(*, upload: Upload) -> Upload:
    """Throw an upload away; its bytes are of no use any more.

    :raises UploadIsDone: if it was imported or thrown away, or is being imported.
    """
    with transaction.atomic():
        _lock_open(upload)
        if upload.state == UploadState.WAITING:
            raise UploadIsDone(state=upload.get_state_display())
        upload.state, upload.content = UploadState.DISCARDED, b""
        upload.save(update_fields=["state", "content"])
    return upload


def _lock_open(upload: Upload) -> None:
    """Lock an upload and read how it stands now: two clicks at once import it once."""
    upload.refresh_from_db(from_queryset=Upload.objects.select_for_update())
    if upload.state in {UploadState.IMPORTED, UploadState.DISCARDED}:
        raise UploadIsDone(state=upload.get_state_display())


def as_dict(problem: Problem) -> dict[str, Any]:
    """Give a problem for keeping; `problem_of` reads it back."""
    return {
        "row": problem.row,
        "column": problem.column,
        "code": problem.code,
        "values": dict(problem.values),
        "level": problem.level,
        "source": problem.source,
    }


def problem_of(kept: Mapping[str, Any]) -> Problem:
    """Give the problem that `as_dict` kept."""
    return Problem(**kept)
