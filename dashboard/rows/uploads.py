"""Uploads on the screen: the columns with what is in them, what would change, what is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from connectors import importing
from connectors.files import fields, sentences
from connectors.files.fields import Subject
from connectors.files.rows import Problem
from connectors.looking import Outlook
from connectors.models import Upload, UploadKind, UploadState
from dashboard.rows.badges import Badge
from dashboard.shell import Stat, Tone
from dashboard.templatetags.kit_words import dutch

SHOWN = 200  # problems on the screen; all of them are in the file to download


@dataclass(frozen=True)
class Choice:
    """A field that a column can hold."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Column:
    """A column of the file, with the first of its values, and the field it is read as."""

    number: int
    name: str  # of the select
    header: str
    values: str
    choices: Sequence[Choice]
    is_used: bool
    is_suggested: bool


@dataclass(frozen=True)
class Line:
    """One thing that is wrong, and where."""

    place: str
    column: str
    text: str
    level: str
    tone: Tone


@dataclass(frozen=True)
class Row:
    """An upload in the history."""

    url: str
    filename: str
    kind: str
    uploaded_at: datetime
    uploaded_by: str
    state: Badge
    result: str


_STATES: dict[str, tuple[Tone, str]] = {
    UploadState.READ: ("warn", "eye"),
    UploadState.WAITING: ("info", "hourglass"),
    UploadState.IMPORTED: ("good", "check"),
    UploadState.FAILED: ("act", "circle-x"),
    UploadState.DISCARDED: ("neutral", "trash"),
}


def badge(state: str) -> Badge:
    """Give the badge of an upload."""
    return Badge(UploadState(state).label, *_STATES[state])


def rows_of(uploads: Iterable[Upload]) -> list[Row]:
    """Give uploads as the history shows them."""
    return [
        Row(
            url=reverse("dashboard:upload", args=[upload.public_id]),
            filename=upload.filename,
            kind=upload.get_kind_display(),
            uploaded_at=upload.uploaded_at,
            uploaded_by=upload.uploaded_by,
            state=badge(upload.state),
            result=result_of(upload),
        )
        for upload in uploads
    ]


def result_of(upload: Upload) -> str:
    """Say in a line what came of an upload."""
    result: Mapping[str, Any] = upload.result
    if upload.state == UploadState.FAILED:
        if result.get("refused"):
            return str(result["refused"])
        count = result.get("count", len(result.get("problems", ())))
        return ngettext("%(n)s fout, niets ingelezen", "%(n)s fouten, niets ingelezen", count) % {"n": count}
    if upload.state == UploadState.READ:
        return _("wacht op u")
    if upload.state != UploadState.IMPORTED:
        return ""
    if not result["added"] and not result["changed"]:
        return _("er is niets veranderd")
    words = [
        (result["added"], _("%(n)s nieuw")),
        (result["changed"], _("%(n)s gewijzigd")),
        (result["unchanged"], _("%(n)s ongewijzigd")),
    ]
    return ", ".join(text % {"n": count} for count, text in words if count)


def stats(result: importing.Result | Mapping[str, Any], kind: str, *, done: bool) -> list[Stat]:
    """Give what an import did, or would do, in figures."""
    counts = result if isinstance(result, Mapping) else result.as_dict()
    of_invoices = kind == UploadKind.INVOICES
    where = reverse("dashboard:invoices" if of_invoices else "dashboard:debtors") if done else ""
    shown = [
        Stat(_("Nieuw"), dutch(counts["added"], 0), f"€ {dutch(_amount(counts))}" if of_invoices else "", where),
        Stat(_("Gewijzigd"), dutch(counts["changed"], 0), _("vervaldatum") if of_invoices else ""),
        Stat(_("Ongewijzigd"), dutch(counts["unchanged"], 0), _("stond er al zo")),
    ]
    if of_invoices:
        shown.append(Stat(_("Nieuwe debiteuren"), dutch(counts["new_debtors"], 0)))
        shown.append(Stat(_("Al vervallen"), dutch(counts["overdue"], 0), _("van de nieuwe facturen")))
    return shown


def _amount(counts: Mapping[str, Any]) -> Decimal:
    return Decimal(counts["amount"])


def columns(outlook: Outlook, kind: str) -> list[Column]:
    """Give the columns of a table with the choice of fields for each; none for UBL."""
    language = get_language() or "nl"
    known = [(field.name, field.label(language)) for field in fields.of(_subject(kind))]
    suggested = {header: name for name, header in outlook.suggestions.items()}
    found = []
    for number, header in enumerate(outlook.headers):
        chosen = outlook.mapping.get(header) or suggested.get(header, "")
        values = [row[number] for row in outlook.preview if number < len(row) and row[number]]
        found.append(
            Column(
                number=number,
                name=f"kolom-{number}",
                header=header,
                values=" · ".join(values[:3]),
                choices=[Choice(name, label, name == chosen) for name, label in known],
                is_used=bool(chosen),
                is_suggested=header not in outlook.mapping and header in suggested,
            )
        )
    return found


def _subject(kind: str) -> Subject:
    return "debtors" if kind == UploadKind.DEBTORS else "invoices"


def lines(problems: Iterable[Problem]) -> list[Line]:
    """Give problems as lines: where, and what."""
    return [_line(problem) for problem in problems]


def _line(problem: Problem) -> Line:
    language: sentences.Language = "en" if get_language() == "en" else "nl"
    text = sentences.sentence(_bare(problem), language)
    place = problem.source or (_("regel %(n)s") % {"n": problem.row} if problem.row else _("het bestand"))
    is_error = problem.level == "error"
    return Line(place, problem.column, text, _("fout") if is_error else _("let op"), "act" if is_error else "warn")


def _bare(problem: Problem) -> Problem:
    """Give a problem without its place, which stands in columns of its own."""
    return Problem(0, "", problem.code, problem.values, problem.level)
