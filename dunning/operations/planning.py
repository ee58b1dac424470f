"""The night: a run is opened, its debtors are planned chunk by chunk by any number of workers, and it is closed.

Run again it finds only what is still due, so an interrupted night is finished and not repeated.
"""

import json
import logging
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from audit import operations as audit
from common.actor import Actor
from common.money import ZERO
from common.public_ids import new_public_id
from dunning import ladder, loading, queries, signals, storing
from dunning.models import LadderSettings, Run, RunProblem
from dunning.operations import instalments, releasing, tasks_found
from dunning.snapshot import Claim, Decision, Outcome, Rules, TaskPlan, Why
from dunning.states import RUN_TRANSITIONS, RunState
from payments import operations as payments
from tenants.context import current_tenant_id
from tenants.models import Tenant

logger = logging.getLogger(__name__)

CHUNK = 1000  # debtors planned in one transaction, at most
SHARES = 8  # into how many chunks a middling night is cut, so that more than one worker has something to do
SMALLEST = 500  # debtors below which cutting costs more than it gains

# One chunk per so many debtors with something due: made by the database, held in no memory of ours.
OPEN_CHUNKS = """
INSERT INTO dunning_runchunk (tenant_id, run_id, number, debtor_ids, looked_at, notices, lines, amount, tasks, why_not)
SELECT %(tenant)s, %(run)s, (place - 1) / size, array_agg(debtor_id ORDER BY debtor_id), 0, 0, 0, 0, 0, '{}'
FROM (SELECT debtor_id, row_number() OVER (ORDER BY debtor_id) AS place,
             least(%(chunk)s, greatest(%(smallest)s, (count(*) OVER () + %(shares)s - 1) / %(shares)s)) AS size
      FROM (SELECT DISTINCT debtor_id FROM dunning_case
            WHERE tenant_id = %(tenant)s AND state = 'active' AND next_look_on <= %(day)s) due) placed
GROUP BY (place - 1) / size
ON CONFLICT DO NOTHING
"""
OPEN_RUN = """
INSERT INTO dunning_run (tenant_id, public_id, day, state, held_because, started_at, looked_at, planned_notices,
  planned_lines, planned_amount, tasks_made, why_not)
VALUES (%s, %s, %s, 'planning', '', %s, 0, 0, 0, 0, 0, '{}') ON CONFLICT (tenant_id, day) DO NOTHING
"""
# The next chunk that nobody holds, and how many there are to do, it among them.
CLAIM_CHUNK = """
SELECT id, debtor_ids, (SELECT count(*) FROM dunning_runchunk
                        WHERE tenant_id = %(tenant)s AND run_id = %(run)s AND done_at IS NULL)
FROM dunning_runchunk WHERE tenant_id = %(tenant)s AND run_id = %(run)s AND done_at IS NULL
ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED
"""
CLOSE_CHUNK = """
UPDATE dunning_runchunk SET done_at = %(at)s, looked_at = %(looked_at)s, notices = %(notices)s, lines = %(lines)s,
  amount = %(amount)s, tasks = %(tasks)s, why_not = %(why_not)s::jsonb
WHERE tenant_id = %(tenant)s AND id = %(chunk)s
"""
# The debtor's row is the lock for run, money and dispute. Who holds one is waited for, so nobody is left out.
LOCK_DEBTORS = """
SELECT id FROM debtors_debtor WHERE tenant_id = %(tenant)s AND id = ANY(%(debtors)s) ORDER BY id FOR UPDATE
"""


def start_run(*, day: date, by: Actor) -> Run:
    """Open the run of a day, or give the one there is; a held one is tried again.

    A tenant whose ladder is off, or whose payments are not known to be up to date, has his whole run held.
    """
    with transaction.atomic(savepoint=False):
        settings = LadderSettings.objects.select_for_update().first()
        run, created = _the_run_of(day, by)
        if not created and run.state not in {RunState.HELD, RunState.PLANNING}:
            return run
        held = queries.night_gate(settings, day)
        if held:
            _change_state(run, RunState.HELD)
            run.held_because = held
            run.save(update_fields=["state", "held_because"])
            planned: dict[str, object] = {"last_planned_on": day}  # tried again when a person changes what held it
            if held == queries.NOT_LIVE:
                planned["last_run_completed_at"] = by.at  # there is nothing to complete
            Tenant.objects.filter(pk=current_tenant_id()).update(**planned)
            return run
        if run.state == RunState.HELD:
            _change_state(run, RunState.PLANNING)
            run.held_because = ""
            run.save(update_fields=["state", "held_because"])
        if created or not run.chunks.exists():
            payments.judge_night(day=day, by=by)
            instalments.remind_instalments(day=day, by=by)
            tasks_found.ask_about_disputes(day=day, by=by)
            _open_chunks(run)
    return run


def _the_run_of(day: date, by: Actor) -> tuple[Run, bool]:
    with connection.cursor() as cursor:
        cursor.execute(OPEN_RUN, [current_tenant_id(), new_public_id(), day, by.at])
        created = cursor.rowcount == 1
    return Run.objects.get(day=day), created


def _change_state(run: Run, state: RunState) -> None:
    if run.state != state and state not in RUN_TRANSITIONS[run.state]:
        raise ValueError(f"a run cannot go from {run.state} to {state}")
    run.state = state


def _open_chunks(run: Run) -> None:
    with connection.cursor() as cursor:
        sizes = {"chunk": CHUNK, "shares": SHARES, "smallest": SMALLEST}
        cursor.execute(OPEN_CHUNKS, {"tenant": current_tenant_id(), "run": run.pk, "day": run.day, **sizes})


def plan_next_chunk(*, run: Run, rules: Rules, by: Actor) -> bool:
    """Plan one chunk that no other worker holds, in one transaction; give whether there may be another."""
    params: dict[str, Any] = {"tenant": current_tenant_id(), "run": run.pk}
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(CLAIM_CHUNK, params)
        found = cursor.fetchone()
        if found is None:
            return False
        chunk, debtor_ids, to_do = found
        decisions = _decide(run, _lock_debtors(debtor_ids), rules)
        tasks = tasks_found.store([task for one in decisions for task in one.tasks], day=run.day, by=by)
        stored = storing.store(decisions, run_id=run.pk, day=run.day, by=by)
        outcomes = Counter(outcome.why for one in decisions for outcome in one.outcomes)
        params |= {"chunk": chunk, "at": by.at, "looked_at": sum(outcomes.values()), "tasks": tasks}
        params |= {"notices": stored.notices, "lines": stored.lines, "amount": stored.amount}
        why_not = {str(why): number for why, number in outcomes.items() if why != Why.PLANNED}
        cursor.execute(CLOSE_CHUNK, params | {"why_not": json.dumps(why_not)})
    return bool(to_do > 1)


def _lock_debtors(debtor_ids: Sequence[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(loading.BY_KEY)
        cursor.execute(LOCK_DEBTORS, {"tenant": current_tenant_id(), "debtors": list(debtor_ids)})
        return [row[0] for row in cursor.fetchall()]


def _decide(run: Run, debtor_ids: Sequence[int], rules: Rules) -> list[Decision]:
    """Decide debtor by debtor. One whose decision fails is recorded and left for a person; the rest goes on."""
    snapshot = loading.load(debtor_ids, day=run.day)
    decisions: list[Decision] = []
    for debtor in snapshot.debtors:
        claims = snapshot.claims.get(debtor.id, [])
        try:
            decision = ladder.decide(debtor, claims, rules=rules, today=run.day)
            decision.outcomes = _news(decision.outcomes, claims, run.day)
            decisions.append(decision)
        except Exception as error:
            logger.exception("the decision about debtor %s failed", debtor.id)
            RunProblem.objects.get_or_create(
                run=run, debtor_id=debtor.id, defaults={"error": f"{type(error).__name__}: {error}"}
            )
            tomorrow = run.day + timedelta(days=1)
            failed = [Outcome(claim.case_id, Why.FAILED, None, "", tomorrow) for claim in claims]
            decisions.append(Decision(failed, tasks=[TaskPlan("decision_failed", debtor.id)]))
    return decisions


def _news(outcomes: Sequence[Outcome], claims: Sequence[Claim], day: date) -> list[Outcome]:
    """Leave out what the case says already: most claims of a debtor that are not due only wait for their own day."""
    known = {claim.case_id: claim for claim in claims}
    return [outcome for outcome in outcomes if not _is_known(outcome, known[outcome.case_id], day)]


def _is_known(outcome: Outcome, claim: Claim, day: date) -> bool:
    if outcome.look_on != claim.next_look_on:
        return False
    if (outcome.why, outcome.until) == (claim.why_code, claim.why_until):
        return True
    return not claim.why_code and outcome.why == Why.NEXT_RUNG and claim.due_date >= day


def finish_run(*, run: Run, by: Actor) -> bool:
    """Close the plan once every chunk is done, and tell apps above; give whether this call did it."""
    with transaction.atomic(savepoint=False):
        run = Run.objects.select_for_update(no_key=True).get(pk=run.pk)  # who writes a notice of it need not wait
        chunks = list(run.chunks.values_list("done_at", "looked_at", "notices", "lines", "amount", "tasks", "why_not"))
        if run.state != RunState.PLANNING or any(done_at is None for done_at, *_counts in chunks):
            return False
        run.looked_at, run.planned_notices = sum(row[1] for row in chunks), sum(row[2] for row in chunks)
        run.planned_lines, run.planned_amount = sum(row[3] for row in chunks), sum((row[4] for row in chunks), ZERO)
        run.why_not = dict(sum((Counter(row[6]) for row in chunks), Counter()))
        asked = tasks_found.ask_the_owner(run.why_not, day=run.day, by=by)
        run.tasks_made = sum(row[5] for row in chunks) + asked
        run.planned_at = by.at
        _change_state(run, RunState.PLANNED)
        run.save()
        Tenant.objects.filter(pk=current_tenant_id()).update(last_planned_on=run.day, last_run_completed_at=by.at)
        audit.record("run.planned", by=by, kind="run", subject=run, notices=run.planned_notices)
        releasing.complete_runs(by=by)
        signals.run_planned.send(Run, run=run, by=by)
        releasing.wake_release(by=by)  # after the debtors of dossiers, as everywhere
    return True


def plan_day(*, day: date, by: Actor) -> Run:
    """Plan the whole night of a day in this process: what the workers do together, for commands and the demo."""
    run = start_run(day=day, by=by)
    if run.state == RunState.PLANNING:
        rules = queries.rules(day)
        while plan_next_chunk(run=run, rules=rules, by=by):
            pass
        finish_run(run=run, by=by)
        run.refresh_from_db()
    return run
