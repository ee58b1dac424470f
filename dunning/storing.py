"""Writes what the ladder decided about a chunk of debtors, in a fixed number of statements.

PostgreSQL refuses COPY into a table under row-level security, so rows go by COPY into temporary tables of this
session and from there by one INSERT … SELECT or UPDATE … FROM each, under the policies and constraints.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

from django.db import connection

from audit import operations as audit
from common.actor import Actor
from common.money import ZERO
from common.public_ids import new_public_id
from dunning.snapshot import Decision, NoticePlan, Outcome
from tenants.context import current_tenant_id

TEMPORARY_TABLES = """
CREATE TEMPORARY TABLE IF NOT EXISTS plan_notice (
  id bigint, public_id text, debtor_id bigint, variant text, kind text, state text, approval text, channels text[],
  language text, planned_for date, term_days int, principal numeric(12,2), interest numeric(12,2), costs numeric(12,2),
  total numeric(12,2), announced_costs numeric(12,2), announced_vat numeric(12,2), credit numeric(12,2), lines int
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS plan_line (
  notice_id bigint, case_id bigint, invoice_id bigint, rung_key text, rung_kind text, round int, takes_step boolean,
  principal numeric(12,2), interest numeric(12,2), interest_proposed numeric(12,2), costs numeric(12,2),
  costs_proposed numeric(12,2), costs_vat_proposed numeric(12,2), total numeric(12,2), joined text
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS plan_outcome (
  case_id bigint, why text, until date, rung_key text, look_on date
) ON COMMIT DELETE ROWS;
DELETE FROM plan_notice; DELETE FROM plan_line; DELETE FROM plan_outcome;
"""
INSERT_NOTICES = """
INSERT INTO dunning_notice (tenant_id, id, public_id, run_id, debtor_id, variant, kind, state, approval, channels,
  language, currency, planned_for, term_days, principal, interest, costs, total, announced_costs, announced_vat, credit,
  approved_at, approved_by, ended_reason, created_at)
SELECT %(tenant)s, id, public_id, %(run)s, debtor_id, variant, kind, state, approval, channels, language, 'EUR',
  planned_for, term_days, principal, interest, costs, total, announced_costs, announced_vat, credit,
  CASE WHEN state = 'approved' THEN %(at)s::timestamptz END,
  CASE WHEN state = 'approved' THEN approval ELSE '' END, '', %(at)s
FROM plan_notice
"""
INSERT_LINES = """
INSERT INTO dunning_noticeline (tenant_id, notice_id, case_id, invoice_id, rung_key, rung_kind, round, takes_step, live,
  principal, interest, interest_proposed, costs, costs_proposed, costs_vat_proposed, total, joined)
SELECT %(tenant)s, notice_id, case_id, invoice_id, rung_key, rung_kind, round, takes_step, true,
  principal, interest, interest_proposed, costs, costs_proposed, costs_vat_proposed, total, joined::jsonb
FROM plan_line
"""
UPDATE_CASES = """
UPDATE dunning_case c SET why_code = o.why, why_until = o.until, why_rung = o.rung_key, next_look_on = o.look_on,
  looked_on = %(day)s
FROM plan_outcome o WHERE c.tenant_id = %(tenant)s AND c.id = o.case_id
"""
AUDIT_ROWS = """
SELECT public_id, kind, debtor_id, jsonb_build_object('rung', kind, 'amount', total::text, 'invoices', lines)
FROM plan_notice
"""

WORTH_ANALYZING = 500  # rows below which any plan of an update is quick


@dataclass(slots=True)
class Stored:
    """What was written for a chunk."""

    notices: int = 0
    lines: int = 0
    amount: Decimal = ZERO


def store(decisions: Iterable[Decision], *, run_id: int | None, day: date, by: Actor) -> Stored:
    """Write the notices with their lines, the outcome of every claim looked at, and one log entry a notice."""
    notices: list[NoticePlan] = []
    outcomes: list[Outcome] = []
    for decision in decisions:
        notices += decision.notices
        outcomes += decision.outcomes
    params = {"tenant": current_tenant_id(), "run": run_id, "day": day, "at": by.at}
    stored = Stored(notices=len(notices))
    with connection.cursor() as cursor:
        cursor.execute(TEMPORARY_TABLES)
        if notices:
            ids = _take_ids(cursor, len(notices))
            _copy(cursor, "plan_notice", (_notice_row(*pair) for pair in zip(ids, notices, strict=True)))
            _copy(cursor, "plan_line", _line_rows(ids, notices))
            cursor.execute(INSERT_NOTICES, params)
            cursor.execute(INSERT_LINES, params)
            stored.lines = cursor.rowcount
            audit.record_from_query("notice.planned", AUDIT_ROWS, by=by, kind="notice")
        if outcomes:
            _copy(cursor, "plan_outcome", outcomes)
            if len(outcomes) > WORTH_ANALYZING:
                cursor.execute("ANALYZE plan_outcome")
            cursor.execute(UPDATE_CASES, params)
    stored.amount = sum((sum((line.total for line in plan.asked), start=ZERO) for plan in notices), start=ZERO)
    return stored


def _take_ids(cursor: Any, count: int) -> list[int]:
    cursor.execute("SELECT nextval('dunning_notice_id_seq') FROM generate_series(1, %s)", [count])
    return [row[0] for row in cursor.fetchall()]


def _notice_row(notice_id: int, plan: NoticePlan) -> tuple[object, ...]:
    principal = interest = costs = ZERO
    for line in plan.asked:
        principal += line.principal
        interest += line.interest
        costs += line.costs
    return (
        notice_id,
        new_public_id(),
        plan.debtor_id,
        plan.variant,
        plan.kind,
        "planned" if plan.approval == "person" else "approved",
        plan.approval,
        "{" + ",".join(plan.channels) + "}",
        plan.language,
        plan.leaves_on,
        plan.term_days,
        principal,
        interest,
        costs,
        principal + interest + costs,
        plan.announced_costs,
        plan.announced_vat,
        plan.credit,
        len(plan.lines),
    )


def _line_rows(ids: Sequence[int], notices: Sequence[NoticePlan]) -> Iterator[tuple[object, ...]]:
    for notice_id, plan in zip(ids, notices, strict=True):
        for line in plan.lines:
            yield (
                notice_id,
                *line[:12],
                line.principal + line.interest + line.costs,
                _json_pairs(line.joined),
            )


def _json_pairs(pairs: Sequence[tuple[str, str]]) -> str:
    """Write rung keys and kinds as JSON; both are of letters and underscores only."""
    return "[" + ",".join(f'["{key}","{kind}"]' for key, kind in pairs) + "]"


def _copy(cursor: Any, table: str, rows: Iterable[Sequence[object]]) -> None:
    """COPY rows of numbers, dates, booleans and plain words; None is NULL. Nothing in them needs escaping."""
    text = "".join("\t".join(["\\N" if value is None else str(value) for value in row]) + "\n" for row in rows)
    cursor.copy_expert(f"COPY {table} FROM STDIN", StringIO(text))
