"""*Nu nodig*: what needs a person, each line with how many, how much, the oldest, and where to go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard.rows import bank_waiting, collecting_waiting
from dunning.states import RungKind
from tenants.access import Right, allows
from tenants.context import current_tenant_id
from tenants.models import Membership
from worklist import queries as worklist
from worklist.models import TaskKind

# Everything that is no task, in one statement.
AROUND = """
SELECT (SELECT count(*) FROM correspondence_message
        WHERE tenant_id = %(tenant)s AND channel = 'post' AND state = 'queued' AND batch_id IS NULL),
       (SELECT min(due_at)::date FROM correspondence_message
        WHERE tenant_id = %(tenant)s AND channel = 'post' AND state = 'queued' AND batch_id IS NULL),
       (SELECT coalesce(sum(letters), 0) FROM correspondence_postbatch
        WHERE tenant_id = %(tenant)s AND state = 'printed'),
       (SELECT count(*) FROM collections_handoff_handoff WHERE tenant_id = %(tenant)s AND state = 'prepared'),
       (SELECT sum(total) FROM collections_handoff_handoff WHERE tenant_id = %(tenant)s AND state = 'prepared'),
       (SELECT min(prepared_at)::date FROM collections_handoff_handoff
        WHERE tenant_id = %(tenant)s AND state = 'prepared'),
       (SELECT count(*) FROM invoices_dispute
        WHERE tenant_id = %(tenant)s AND resolved_on IS NULL AND deadline < %(day)s),
       (SELECT sum(coalesce(d.amount, i.principal_open)) FROM invoices_dispute d
        JOIN invoices_invoice i ON i.tenant_id = d.tenant_id AND i.id = d.invoice_id
        WHERE d.tenant_id = %(tenant)s AND d.resolved_on IS NULL AND d.deadline < %(day)s),
       (SELECT min(deadline) FROM invoices_dispute
        WHERE tenant_id = %(tenant)s AND resolved_on IS NULL AND deadline < %(day)s),
       (SELECT count(*) FROM tenants_secondlook WHERE tenant_id = %(tenant)s AND state = 'waiting'),
       (SELECT min(asked_at)::date FROM tenants_secondlook WHERE tenant_id = %(tenant)s AND state = 'waiting'),
       (SELECT count(*) FROM payments_instalment WHERE tenant_id = %(tenant)s AND state = 'missed'),
       (SELECT sum(amount - paid) FROM payments_instalment WHERE tenant_id = %(tenant)s AND state = 'missed'),
       (SELECT min(due_on) FROM payments_instalment WHERE tenant_id = %(tenant)s AND state = 'missed')
"""
NOTICES = """
SELECT kind, count(*), sum(total), min(planned_for) FROM dunning_notice
WHERE tenant_id = %(tenant)s AND state = 'planned' GROUP BY kind
"""
# Tasks in the order in which they are shown, and what the button of each says.
TASKS: tuple[tuple[str, bool], ...] = (
    (TaskKind.IN_DOUBT, True),
    (TaskKind.BROKEN_PROMISE, True),
    (TaskKind.REOPENED, True),
    (TaskKind.BOUNCE, True),
    (TaskKind.NO_ADDRESS, True),
    (TaskKind.DECISION_FAILED, True),
    (TaskKind.QUESTION, True),
    (TaskKind.NEW_DISPUTE, True),
    (TaskKind.ALREADY_PAID, True),
    (TaskKind.CONTACT_DETAILS, False),
    (TaskKind.CALL, False),
    (TaskKind.ARRANGEMENT_PROPOSAL, True),
    (TaskKind.ARRANGEMENT_BROKEN, False),
    (TaskKind.SECOND_PROMISE, False),
    (TaskKind.END_OF_LADDER, False),
    (TaskKind.HANDOFF, False),
    (TaskKind.ALLOCATE_CREDIT, False),
    (TaskKind.OVERPAID, False),
    (TaskKind.SMALL_REST, False),
    (TaskKind.CONSUMER_TERMS, False),
    (TaskKind.RATE_MISSING, False),
    (TaskKind.FREE, False),
)


@dataclass(frozen=True)
class Todo:
    """A line of what needs a person."""

    label: str
    count: int
    amount: Decimal | None
    detail: str
    url: str
    verb: str
    must_act: bool = False
    is_primary: bool = False


class _Around(NamedTuple):
    letters: int
    letters_since: date | None
    printed: int
    handoffs: int
    handoffs_amount: Decimal | None
    handoffs_since: date | None
    disputes: int
    disputes_amount: Decimal | None
    disputes_since: date | None
    second_looks: int
    second_looks_since: date | None
    missed_parts: int
    missed_parts_amount: Decimal | None
    missed_parts_since: date | None


def todos(day: date, membership: Membership) -> list[Todo]:
    """Give what needs a person on a day, what is most urgent first; in five statements."""
    around = _Around(*_rows(AROUND, day)[0])
    waiting = _rows(NOTICES, day)
    tasks = worklist.waiting_by_kind(day)
    lines = [
        *_approvals(waiting, may_approve=allows(membership, Right.APPROVE)),
        *(_task(tasks[kind], must_act) for kind, must_act in TASKS if kind in tasks),
        *_bank(bank_waiting.waiting(), day),
        *_disputes(around),
        *_post(around),
        *_handoffs(around),
        *(Todo(*one) for one in collecting_waiting.waiting()),
        *_second_looks(around),
        *_missed_parts(around),
    ]
    return sorted(lines, key=lambda line: not line.must_act)


def _rows(sql: str, day: date) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": current_tenant_id(), "day": day})
        return list(cursor.fetchall())


def _approvals(rows: list[tuple[Any, ...]], *, may_approve: bool) -> Iterable[Todo]:
    if not rows:
        return
    order = {kind: place for place, kind in enumerate(RungKind.values)}
    rows = sorted(rows, key=lambda row: order[row[0]])
    kinds = ", ".join(f"{count} × {RungKind(kind).label}" for kind, count, _amount, _day in rows)
    yield Todo(
        label=_("Brieven goedkeuren"),
        count=sum(row[1] for row in rows),
        amount=sum((row[2] for row in rows), start=Decimal()),
        detail=f"{kinds}; {_oldest(min(row[3] for row in rows))}",
        url=reverse("dashboard:waiting"),
        verb=_("Goedkeuren") if may_approve else _("Bekijk"),
        must_act=True,
        is_primary=may_approve,
    )


def _oldest(day: date) -> str:
    return _("oudste van %(day)s") % {"day": f"{day:%d-%m}"}


def _task(found: worklist.Waiting, must_act: bool) -> Todo:
    label = str(TaskKind(found.kind).label)
    oldest = _oldest(found.oldest)
    return Todo(
        label=label[:1].upper() + label[1:],
        count=found.count,
        amount=found.amount,
        detail=f"{oldest}: {found.oldest_debtor}" if found.oldest_debtor else oldest,
        url=f"{reverse('dashboard:tasks')}?soort={found.kind}",
        verb=_("Begin") if found.kind == TaskKind.CALL else _("Bekijk"),
        must_act=must_act,
    )


def _bank(waiting: bank_waiting.Waiting, day: date) -> Iterable[Todo]:
    if waiting.lines and waiting.lines_since:
        yield Todo(
            label=_("Bankregels afletteren"),
            count=waiting.lines,
            amount=waiting.lines_amount,
            detail=_oldest(waiting.lines_since),
            url=reverse("dashboard:matching"),
            verb=_("Begin"),
            must_act=True,
        )
    if behind := waiting.behind(day):
        yield Todo(
            label=_("Afschriften inlezen"),
            count=len(behind),
            amount=None,
            detail=_("bank bijgewerkt t/m %(day)s") % {"day": f"{behind[0]:%d-%m}"},
            url=reverse("dashboard:bank"),
            verb=_("Lees in"),
            must_act=True,
        )
    if waiting.free and waiting.free_since:
        yield Todo(
            label=_("Ontvangen en nog niet verdeeld"),
            count=waiting.free,
            amount=waiting.free_amount,
            detail=_oldest(waiting.free_since),
            url=f"{reverse('dashboard:payments')}?vrij=1",
            verb=_("Bekijk"),
        )


def _disputes(around: _Around) -> Iterable[Todo]:
    if around.disputes and around.disputes_since:
        yield Todo(
            label=_("Geschillen beantwoorden"),
            count=around.disputes,
            amount=around.disputes_amount or None,  # a disputed invoice may be paid by now
            detail=_("antwoord beloofd voor %(day)s") % {"day": f"{around.disputes_since:%d-%m}"},
            url=f"{reverse('dashboard:disputes')}?stand=te-laat",
            verb=_("Bekijk"),
            must_act=True,
        )


def _post(around: _Around) -> Iterable[Todo]:
    if around.letters and around.letters_since:
        yield Todo(
            label=_("Brieven afdrukken en posten"),
            count=around.letters,
            amount=None,
            detail=_oldest(around.letters_since),
            url=reverse("dashboard:post_batches"),
            verb=_("Afdrukken"),
            must_act=True,
        )
    if around.printed:
        yield Todo(
            label=_("Afgedrukt en nog niet gepost"),
            count=around.printed,
            amount=None,
            detail=ngettext(
                "de termijn van de brief loopt pas na het posten",
                "de termijn van de brieven loopt pas na het posten",
                around.printed,
            ),
            url=reverse("dashboard:post_batches"),
            verb=_("Meld gepost"),
            must_act=True,
        )


def _handoffs(around: _Around) -> Iterable[Todo]:
    if around.handoffs and around.handoffs_since:
        yield Todo(
            label=_("Dossiers goedkeuren"),
            count=around.handoffs,
            amount=around.handoffs_amount,
            detail=_oldest(around.handoffs_since),
            url=reverse("dashboard:handoffs"),
            verb=_("Bekijk"),
        )


def _missed_parts(around: _Around) -> Iterable[Todo]:
    if around.missed_parts and around.missed_parts_since:
        yield Todo(
            label=_("Gemiste termijnen van regelingen"),
            count=around.missed_parts,
            amount=around.missed_parts_amount,
            detail=_("herinnering en verval gaan vanzelf; %(oldest)s") % {"oldest": _oldest(around.missed_parts_since)},
            url=f"{reverse('dashboard:arrangements')}?stand=gemist",
            verb=_("Bekijk"),
        )


def _second_looks(around: _Around) -> Iterable[Todo]:
    if around.second_looks and around.second_looks_since:
        yield Todo(
            label=_("Wacht op een tweede persoon"),
            count=around.second_looks,
            amount=None,
            detail=_oldest(around.second_looks_since),
            url=reverse("dashboard:second_looks"),
            verb=_("Bekijk"),
            must_act=True,
        )
