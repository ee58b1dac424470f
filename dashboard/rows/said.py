"""What debtors said on their page, as staff read it: their words, their files, and what can be done with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from answers import queries, words
from answers.models import Answer
from answers.states import AnswerKind, Decision
from common.clock import local_day
from common.identifiers import format_iban
from dashboard.rows.badges import Badge
from dashboard.shell import Tone
from debtors.models import Debtor
from debtors.states import LANGUAGES
from worklist.models import Task, TaskKind

# Tasks that an answer made.
FROM_THE_PAGE = (
    TaskKind.QUESTION,
    TaskKind.ALREADY_PAID,
    TaskKind.CONTACT_DETAILS,
    TaskKind.NEW_DISPUTE,
)
_LOOKS: dict[str, tuple[Tone, str]] = {
    AnswerKind.PROMISE: ("good", "heart-handshake"),
    AnswerKind.ARRANGEMENT: ("info", "calendar"),
    AnswerKind.DISPUTE: ("warn", "message-exclamation"),
    AnswerKind.WITHDRAWAL: ("info", "message-exclamation"),
    AnswerKind.ALREADY_PAID: ("warn", "coins"),
    AnswerKind.DETAILS: ("info", "pencil"),
    AnswerKind.QUESTION: ("warn", "help-circle"),
}


class File(NamedTuple):
    """A file that came along, to keep."""

    name: str
    size: str
    url: str


class Fact(NamedTuple):
    """One thing that was said beside words."""

    label: str
    value: str
    url: str = ""


class Change(NamedTuple):
    """A field as it is now, and as the debtor says that it should be."""

    label: str
    now: str
    wanted: str


@dataclass(frozen=True)
class Said:
    """One answer."""

    badge: Badge
    at: datetime
    language: str  # empty: Dutch
    text: str
    invoices: Sequence[Fact]
    facts: Sequence[Fact]
    files: Sequence[File]
    changes: Sequence[Change]
    decision: str
    accept_url: str
    refuse_url: str
    reply_url: str
    url: str


def for_task(task: Task) -> list[Said]:
    """Give the answers out of which a task came."""
    if task.subject_kind == "answer":
        found = queries.whole(task.subject_id)
        return rows([found]) if found else []
    if task.kind == TaskKind.SECOND_PROMISE:
        return rows(queries.about("task", task.public_id))
    return about(task.subject_kind, task.subject_id) if task.subject_kind in {"dispute", "arrangement"} else []


def about(subject_kind: str, subject_id: str) -> list[Said]:
    """Give the answers out of which a dispute or an arrangement came."""
    return rows(queries.about(subject_kind, subject_id))


def of_debtor(debtor_id: int, most: int = 20) -> list[Said]:
    """Give what a debtor said, the last first."""
    return rows(queries.of_debtor(debtor_id)[:most])


def waiting(debtor_id: int) -> list[Fact]:
    """Give what a debtor said that nobody handled yet, each with the page of its task."""
    found = Task.objects.open().filter(debtor=debtor_id, kind__in=FROM_THE_PAGE).order_by("due_on", "pk")
    return [
        Fact(str(TaskKind(task.kind).label), task.title, reverse("dashboard:task", args=[task.public_id]))
        for task in found
    ]


def rows(answers: Iterable[Answer]) -> list[Said]:
    """Give answers as staff read them."""
    return [_said(answer) for answer in answers]


def _said(answer: Answer) -> Said:
    tone, icon = _LOOKS[answer.kind]
    undecided = answer.kind == AnswerKind.DETAILS and not answer.decision
    return Said(
        badge=Badge(AnswerKind(answer.kind).label, tone, icon),
        at=answer.given_at,
        language="" if answer.language == "nl" else dict(LANGUAGES).get(answer.language, answer.language),
        text=answer.text,
        invoices=[
            Fact(row.invoice.number, "", reverse("dashboard:invoice", args=[row.invoice.public_id]))
            for row in answer.invoices.all()
        ],
        facts=_facts(answer.details),
        files=[
            File(file.filename, filesizeformat(file.size), reverse("dashboard:answer_file", args=[file.public_id]))
            for file in answer.files.all()
        ],
        changes=_changes(answer),
        decision=_decision(answer),
        accept_url=reverse("dashboard:answer_acceptance", args=[answer.public_id]) if undecided else "",
        refuse_url=reverse("dashboard:answer_refusal", args=[answer.public_id]) if undecided else "",
        reply_url=_reply(answer) if answer.kind == AnswerKind.QUESTION else "",
        url=reverse(f"dashboard:{answer.subject_kind}", args=[answer.subject_id])
        if answer.subject_kind in {"arrangement", "dispute", "task"}
        else "",
    )


def _facts(details: dict[str, Any]) -> list[Fact]:
    found = []
    if paid_on := details.get("paid_on"):
        found.append(Fact(_("Betaald op"), f"{date.fromisoformat(paid_on):%d-%m-%Y}"))
    if iban := details.get("iban"):
        found.append(Fact(_("Van rekening"), format_iban(iban)))
    if promised_for := details.get("promised_for"):
        found.append(Fact(_("Wil betalen op"), f"{date.fromisoformat(promised_for):%d-%m-%Y}"))
    if "held_until" in details:
        until = details["held_until"]
        text = _("t/m %(day)s") % {"day": f"{date.fromisoformat(until):%d-%m-%Y}"} if until else ""
        found.append(Fact(_("Ladder wacht"), text or _("nee: dat deed hij al een keer")))
    if call := details.get("call"):
        found.append(Fact(_("Wil gebeld worden op"), call, f"tel:{call}"))
    if email := details.get("email"):
        found.append(Fact(_("Antwoord naar"), email))
    return found


def _changes(answer: Answer) -> list[Change]:
    """Give what should change beside what it is now, which may differ from what the debtor saw."""
    if answer.kind != AnswerKind.DETAILS:
        return []
    was, wanted = answer.details["was"], answer.details["now"]
    if not answer.decision:
        contacts = {one.public_id: one for one in answer.debtor.contacts.all()}
        was = queries.details_now(answer.debtor, contacts.get(answer.details["contact"]))
    in_order = [name for name in (*queries.ADDRESS_FIELDS, *queries.CONTACT_FIELDS) if name in wanted]
    return [Change(_field(name), was.get(name, ""), wanted[name]) for name in in_order]


def _field(name: str) -> str:
    other = {"name": _("contactpersoon"), "email": _("e-mailadres"), "phone": _("telefoon")}
    return str(other[name] if name in other else Debtor._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _decision(answer: Answer) -> str:
    if not answer.decision or answer.decided_at is None:
        return ""
    values = {"who": answer.decided_by, "day": f"{local_day(answer.decided_at):%d-%m-%Y}"}
    if answer.decision == Decision.ACCEPTED:
        return _("Overgenomen door %(who)s op %(day)s.") % values
    return _("Niet overgenomen door %(who)s op %(day)s.") % values


def _reply(answer: Answer) -> str:
    """Give a mail to write to the debtor: to the address that he gave, else to one that we know."""
    known = queries.addresses_for_codes(answer.debtor)
    to = answer.details.get("email") or (known[0].email if known else "")
    if not to:
        return ""
    subject = words.reply_subject(answer)
    return f"mailto:{quote(to, safe='@')}?subject={quote(subject)}"
