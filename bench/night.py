"""The plan phase of a night against hand-written set-based SQL that makes the same notices, lines and charges.

1,000,000 open invoices over 200 tenants, and the same in one tenant; 30 % overdue and all due tonight. Both sides
work tenant by tenant with two processes or connections, as role app, under the same policies, constraints and
triggers; the SQL asks the gates that bite in this data (holds, disputes, promises) and counts the same interest and
costs. Ours also writes why-not reasons, the new state of every case and the log, which the SQL does not. The results
are compared: notices, lines, amounts.

    bin/bench night [--check] [--invoices 1000000] [--tenants 200]
"""

import argparse
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import partial
from typing import Any

from bench import stage

DAY = date(2026, 3, 2)  # a Monday
PER_DEBTOR = 5  # invoices; three of them overdue where a debtor has overdue ones
GOAL = 0.25
WORKERS = 2
MEMORY_LIMIT = 500  # MB a worker

# One tenant's data. Overdue invoices: debtors 1, 3, 5, … have three of their five overdue and due tonight.
DEBTORS = """
INSERT INTO debtors_debtor (tenant_id, public_id, number, name, sort_name, kind, language, street, postcode, city, country,
  attention, kvk, vat_number, iban, segment, own_group, legal_state, note, source)
SELECT %(tenant)s, 'd' || n, 'D' || n, 'Debiteur ' || n, 'debiteur ' || n,
  CASE WHEN n %% 10 IN (1, 7) THEN 'consumer' ELSE 'business' END, 'nl', 'Kerkstraat ' || n, '1234 AB', 'Utrecht', 'NL',
  '', '', '', '', '', false, '', '', 'bench'
FROM generate_series(1, %(debtors)s) n
"""
CONTACTS = """
INSERT INTO debtors_contact (tenant_id, public_id, debtor_id, role, name, email, phone, email_invalid_reason)
SELECT tenant_id, 'c' || number, id, 'reminder', name, 'debiteur' || id || '@post.test', '', ''
FROM debtors_debtor WHERE tenant_id = %(tenant)s
"""
# Days after the due date, by what comes next: reminder, second reminder, demand or default notice, final demand.
INVOICES = """
INSERT INTO invoices_invoice (tenant_id, public_id, debtor_id, number, issue_date, due_date, due_date_derived, currency,
  principal, vat_amount, description, payment_reference, order_reference, contract_ref, acted_as_consumer, term_agreed,
  default_since, debtor_as_invoiced, details, source, registered_on, principal_open, interest_total, interest_open,
  costs_total, costs_open)
SELECT %(tenant)s, 'i' || row_number() OVER (), d.id, row_number() OVER (), due - 30, due, false, 'EUR',
  round((50 + (d.id * 7919 + k * 104729) %% 250000 / 100.0)::numeric, 2), 0, '', '', '', '', d.kind = 'consumer',
  d.kind = 'business', CASE WHEN d.kind = 'business' THEN due + 1 END, '{}', '{}', 'bench', due - 30, 0, 0, 0, 0, 0
FROM debtors_debtor d CROSS JOIN generate_series(0, 4) k
CROSS JOIN LATERAL (SELECT CASE WHEN d.id %% 2 = 1 AND k < 3
  THEN %(day)s::date - (CASE (d.id / 2 + k) %% 10 WHEN 0 THEN 37 WHEN 1 THEN 23 WHEN 2 THEN 23 WHEN 3 THEN 13 WHEN 4
  THEN 13
                        WHEN 5 THEN 13 ELSE 6 END)
  ELSE %(day)s::date + 10 + (d.id + k)::int %% 20 END AS due) dates
WHERE d.tenant_id = %(tenant)s
"""
CASES = """
INSERT INTO dunning_case (tenant_id, invoice_id, debtor_id, policy_id, state, opens_on, round, position_key, position_kind,
  position_on, next_look_on, why_code, why_rung)
SELECT i.tenant_id, i.id, i.debtor_id, CASE WHEN i.acted_as_consumer THEN %(consumer)s ELSE %(business)s END, 'active',
  i.due_date - 3, 1, p.key, p.kind, CASE WHEN p.key <> '' THEN %(day)s::date - 20 END,
  CASE WHEN i.due_date < %(day)s THEN %(day)s ELSE i.due_date - 3 END, '', ''
FROM invoices_invoice i
CROSS JOIN LATERAL (SELECT %(day)s::date - i.due_date AS late) l
CROSS JOIN LATERAL (SELECT CASE WHEN late = 37 AND i.acted_as_consumer THEN 'second_reminder' WHEN late = 37 THEN 'call'
  WHEN late = 23 THEN 'second_reminder' WHEN late = 13 AND i.acted_as_consumer THEN '' WHEN late = 13 THEN 'reminder'
  WHEN late = 6 AND NOT i.acted_as_consumer THEN 'courtesy' ELSE '' END AS key) k
CROSS JOIN LATERAL (SELECT k.key, k.key AS kind) p
WHERE i.tenant_id = %(tenant)s
"""
# Two in a hundred debtors have something that stops them.
HOLDS = """
INSERT INTO dunning_hold (tenant_id, public_id, debtor_id, reason, placed_on, placed_by) SELECT tenant_id, 'h' || id,
id, 'bench', %(day)s, 'bench' FROM debtors_debtor WHERE tenant_id = %(tenant)s AND id %% 101 = 1
"""
DISPUTES = """
INSERT INTO invoices_dispute (tenant_id, public_id, invoice_id, reason, note, opened_on, deadline, outcome, resolution)
SELECT tenant_id, 'g' || id, id, 'defect', '', %(day)s, %(day)s::date + 14, '', '' FROM invoices_invoice
WHERE tenant_id = %(tenant)s AND due_date < %(day)s AND id %% 113 = 1
"""

# Whoever stands on a rung was written to twenty days ago.
HISTORY = """
INSERT INTO dunning_notice (tenant_id, public_id, debtor_id, variant, kind, state, approval, channels, language, currency,
  planned_for, term_days, principal, interest, costs, total, announced_costs, announced_vat, credit, approved_by, ended_reason,
  created_at, dispatched_on)
SELECT tenant_id, 'n' || debtor_id, debtor_id, 'business', 'reminder', 'sent', 'person', ARRAY['email'], 'nl', 'EUR',
  %(day)s::date - 20, 7, 1, 0, 0, 1, 0, 0, 0, '', '', now(), %(day)s::date - 20
FROM dunning_case WHERE tenant_id = %(tenant)s AND position_key <> '' GROUP BY tenant_id, debtor_id
"""

# --- The other side: one statement a tenant.

BASELINE = """
WITH next AS MATERIALIZED (
  SELECT DISTINCT ON (stand.policy_id, stand.key) stand.policy_id, stand.key AS stands_on, n.*
  FROM (SELECT tenant_id, policy_id, key, position FROM dunning_rung WHERE tenant_id = %(tenant)s
        UNION ALL SELECT DISTINCT tenant_id, policy_id, '', -1 FROM dunning_rung WHERE tenant_id = %(tenant)s) stand
  JOIN (SELECT tenant_id AS t, policy_id AS p, key, kind, days, channels, term_days, charges_costs, charges_interest,
               announces_costs, position FROM dunning_rung) n ON n.t = stand.tenant_id AND n.p = stand.policy_id
  WHERE n.position > stand.position AND n.kind NOT IN ('courtesy', 'call')
  ORDER BY stand.policy_id, stand.key, n.position
), due AS MATERIALIZED (
  SELECT c.id AS case_id, c.invoice_id, c.debtor_id, c.round, i.acted_as_consumer, i.due_date, i.principal, i.principal_open,
         i.costs_open, i.interest_open, r.key, r.kind, r.channels, r.term_days, r.charges_costs, r.charges_interest,
         r.announces_costs, array_position(ARRAY['courtesy','reminder','second_reminder','demand','default_notice',
           'fourteen_day_letter','final_demand'], r.kind::text) AS severity
  FROM dunning_case c
  JOIN invoices_invoice i ON i.tenant_id = c.tenant_id AND i.id = c.invoice_id
  JOIN next r ON r.policy_id = c.policy_id AND r.stands_on = c.position_key
  WHERE c.tenant_id = %(tenant)s AND c.state = 'active' AND c.next_look_on <= %(day)s AND i.is_open
    AND c.debtor_id / 2 %% %(parts)s = %(part)s AND i.due_date + r.days <= %(day)s
    AND NOT EXISTS (SELECT FROM dunning_hold h WHERE h.tenant_id = c.tenant_id AND h.lifted_on IS NULL
                    AND (h.until IS NULL OR h.until >= %(day)s) AND h.debtor_id = c.debtor_id)
    AND NOT EXISTS (SELECT FROM invoices_dispute d WHERE d.tenant_id = c.tenant_id AND d.invoice_id = c.invoice_id
                    AND d.resolved_on IS NULL)
    AND NOT EXISTS (SELECT FROM payments_promisedinvoice pi JOIN payments_promise p ON p.tenant_id = pi.tenant_id
                    AND p.id = pi.promise_id WHERE pi.tenant_id = c.tenant_id AND pi.invoice_id = c.invoice_id
                    AND p.state = 'running')
), toned AS (
  SELECT due.*, max(severity) OVER (PARTITION BY debtor_id) AS tone,
    round(sum(principal_open) FILTER (WHERE charges_costs) OVER (PARTITION BY debtor_id), 2) AS charged_over
  FROM due
), priced AS (
  SELECT toned.*,
    CASE WHEN charges_interest THEN (
      SELECT sum(round(principal * rate.percent * (least(%(day)s::date + 1, rate.until) - greatest(due_date + 1,
      rate.since))
                       / 36500, 2))
      FROM (VALUES (date '2025-01-01', date '2025-07-01', 11.15), (date '2025-07-01', date '2026-07-01', 10.15))
        rate (since, until, percent)
      WHERE rate.since <= %(day)s AND rate.until > due_date + 1) ELSE 0 END AS interest,
    CASE WHEN charges_costs THEN round(principal_open / charged_over * least(6775, greatest(40, round(CASE
      WHEN charged_over <= 2500 THEN charged_over * 0.15
      WHEN charged_over <= 5000 THEN 375 + (charged_over - 2500) * 0.10
      WHEN charged_over <= 10000 THEN 625 + (charged_over - 5000) * 0.05
      WHEN charged_over <= 200000 THEN 875 + (charged_over - 10000) * 0.01
      ELSE 2775 + (charged_over - 200000) * 0.005 END, 2))), 2) ELSE 0 END AS costs
  FROM toned
), notices AS (
  INSERT INTO dunning_notice (tenant_id, public_id, debtor_id, variant, kind, state, approval, channels, language, currency,
    planned_for, term_days, principal, interest, costs, total, announced_costs, announced_vat, credit, approved_by,
    ended_reason, created_at, run_id)
  SELECT %(tenant)s, substr(md5(random()::text), 1, 14), debtor_id,
    CASE WHEN bool_or(acted_as_consumer) THEN 'consumer' ELSE 'business' END,
    (array_agg(kind ORDER BY severity DESC))[1], 'planned', 'person',
    CASE WHEN max(severity) < 4 THEN ARRAY['email'] ELSE ARRAY['email', 'post'] END, 'nl',
    'EUR', %(day)s, (array_agg(term_days ORDER BY severity DESC))[1], sum(principal_open), sum(interest), sum(costs),
    sum(principal_open + interest + costs), coalesce(sum(principal_open) FILTER (WHERE announces_costs) * 0.15, 0), 0, 0, '', '',
    now(), %(run)s
  FROM priced WHERE severity = tone OR (severity < tone AND kind <> 'default_notice') GROUP BY debtor_id
  RETURNING id, debtor_id
)
INSERT INTO dunning_noticeline (tenant_id, notice_id, case_id, invoice_id, rung_key, rung_kind, round, takes_step, live,
  principal, interest, interest_proposed, costs, costs_proposed, costs_vat_proposed, total, joined)
SELECT %(tenant)s, n.id, p.case_id, p.invoice_id, p.key, p.kind, p.round, true, true, p.principal_open,
  p.interest_open + p.interest, p.interest, p.costs_open + p.costs, p.costs, 0, p.principal_open + p.interest + p.costs,
  '[]'
FROM priced p JOIN notices n ON n.debtor_id = p.debtor_id
WHERE p.severity = p.tone OR (p.severity < p.tone AND p.kind <> 'default_notice')
"""


def load(tenants: int, invoices: int) -> list[int]:
    """Make the tenants with their data; give their ids."""
    from django.db import connection

    from dunning import operations
    from dunning.models import LadderSettings, Policy
    from invoices.models import ClaimTerms
    from tenants.context import tenant_context
    from tests.factories import SETUP, tenant

    ids = []
    for number in range(tenants):
        made = tenant(f"Bench {number}", live=False)
        ids.append(made.pk)
        with tenant_context(made.pk), connection.cursor() as cursor:
            operations.start_ladder(by=SETUP)
            LadderSettings.objects.update(payments_until=date(2099, 1, 1))
            ClaimTerms.objects.update(day_count="actual_365")
            params = {
                "tenant": made.pk,
                "debtors": invoices // tenants // PER_DEBTOR,
                "day": DAY,
                "business": Policy.objects.get(variant="business").pk,
                "consumer": Policy.objects.get(variant="consumer").pk,
            }
            for statement in (DEBTORS, CONTACTS, INVOICES, CASES, HOLDS, DISPUTES, HISTORY):
                cursor.execute(statement, params)
    as_owner("VACUUM ANALYZE")
    return ids


def as_owner(*statements: str) -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def forget_plans(tenant_ids: Sequence[int]) -> None:
    """Take back what a side planned, so that the other begins on the same data."""
    as_owner("TRUNCATE dunning_noticeline, dunning_runchunk, worklist_task, dunning_runproblem")
    for tenant_id in tenant_ids:
        as_owner(
            f"SELECT set_config('app.tenant_id', '{tenant_id}', false)",
            "DELETE FROM dunning_notice WHERE state = 'planned'",
            "DELETE FROM dunning_run",
        )
    as_owner("VACUUM ANALYZE dunning_notice", "VACUUM ANALYZE dunning_noticeline")


def baseline_of(tenant_id: int, day: date, part: int = 0, parts: int = 1) -> None:
    """One statement for a tenant, or for a part of its debtors; the planner is kept from loops over what it cannot count."""
    from django.db import connection

    from common.clock import at_local_time
    from dunning.models import Run
    from tenants.context import tenant_context

    with tenant_context(tenant_id), connection.cursor() as cursor:
        moment = at_local_time(day, 2)
        run, _ = Run.objects.get_or_create(day=day, defaults={"started_at": moment})
        cursor.execute("SET LOCAL enable_nestloop = off")
        params = {"tenant": tenant_id, "day": day, "run": run.pk, "part": part, "parts": parts}
        cursor.execute(BASELINE, params)


def ours_of(tenant_id: int, day: date) -> None:
    """What the workers do: the run is opened, chunks are planned while there are any, and the run is closed."""
    from common.actor import the_clock
    from common.clock import at_local_time
    from dunning import operations, queries
    from dunning.states import RunState
    from tenants.context import tenant_context

    by = the_clock(at_local_time(day, 2))
    with tenant_context(tenant_id):
        run = operations.start_run(day=day, by=by)
    if run.state != RunState.PLANNING:
        return
    rules, more = None, True
    while more:
        with tenant_context(tenant_id):
            rules = rules or queries.rules(day)
            more = operations.plan_next_chunk(run=run, rules=rules, by=by)
    with tenant_context(tenant_id):
        operations.finish_run(run=run, by=by)


def _work(job: tuple[Callable[[int, date], None], int, date]) -> float:
    work, tenant_id, day = job
    work(tenant_id, day)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


Job = tuple[Callable[[int, date], None], int]


def with_workers(jobs: Sequence[Job], day: date) -> tuple[float, float]:
    """Do jobs with two processes; give the seconds, and the megabytes of the largest process."""
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(WORKERS, mp_context=context) as pool:
        start = time.perf_counter()
        memory = max(pool.map(_work, [(*job, day) for job in jobs]))
        return time.perf_counter() - start, memory


def totals() -> tuple[int, int, Any, Any]:
    """Give how many notices and lines there are, and the sums of what they ask and charge."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        found = [0, 0, 0, 0]
        cursor.execute("SELECT id FROM tenants_tenant")
        for (tenant_id,) in cursor.fetchall():
            cursor.execute("SELECT set_config('app.tenant_id', %s, false)", [str(tenant_id)])
            cursor.execute(
                "SELECT (SELECT count(*) FROM dunning_notice WHERE state = 'planned'), count(*), coalesce(sum(principal), 0), "
                "coalesce(sum(interest_proposed), 0) FROM dunning_noticeline"
            )
            found = [a + b for a, b in zip(found, cursor.fetchone(), strict=True)]
    return tuple(found)  # type: ignore[return-value]


def measure(label: str, tenant_ids: Sequence[int]) -> tuple[float, float]:
    """Measure both sides on the same data, the SQL before and after ours; give the ratio and our memory."""
    one = len(tenant_ids) == 1
    halves = [partial(baseline_of, part=part, parts=WORKERS) for part in range(WORKERS)]
    if one:
        open_run(tenant_ids[0])
    jobs = [(half, tenant_ids[0]) for half in halves] if one else [(baseline_of, tenant_id) for tenant_id in tenant_ids]
    seconds, _ = with_workers(jobs, DAY)
    expected = totals()
    forget_plans(tenant_ids)
    ours, memory = with_workers([(ours_of, tenant_id) for tenant_id in tenant_ids] * (WORKERS if one else 1), DAY)
    found = totals()
    lines = expected[1]
    print(f"{label}: {lines} lines in {expected[0]} notices")
    print(f"  SQL   {seconds:7.1f} s  {lines / seconds:9.0f} lines/s")
    print(f"  ours  {ours:7.1f} s  {lines / ours:9.0f} lines/s  {memory:.0f} MB")
    if found != expected:
        print(f"  DIFFERENT: SQL {expected}, ours {found}")
        sys.exit(1)
    second = second_night(tenant_ids, lines, ours)
    print(f"  second night, 1 % of those lines due: {second:.2%} of the time of the first")
    return seconds / ours, memory


def second_night(tenant_ids: Sequence[int], lines: int, first: float) -> float:
    """Let 1 % as many claims be due the next night; give its time as a part of the first."""
    next_day = DAY + timedelta(days=1)
    from django.db import connection

    from tenants.context import tenant_context

    wanted = max(1, lines // 100 // len(tenant_ids))
    for tenant_id in tenant_ids:
        with tenant_context(tenant_id), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE dunning_case SET next_look_on = %(day)s WHERE tenant_id = %(tenant)s AND id IN "
                "(SELECT id FROM dunning_case WHERE tenant_id = %(tenant)s AND next_look_on > %(day)s "
                " ORDER BY debtor_id LIMIT %(wanted)s)",
                {"day": next_day, "tenant": tenant_id, "wanted": wanted},
            )
    jobs = [(ours_of, tenant_id) for tenant_id in tenant_ids] * (WORKERS if len(tenant_ids) == 1 else 1)
    seconds, _ = with_workers(jobs, next_day)
    return seconds / first


def open_run(tenant_id: int) -> None:
    """Make the row of the night beforehand where two connections share one tenant."""
    from common.clock import at_local_time
    from dunning.models import Run
    from tenants.context import tenant_context

    with tenant_context(tenant_id):
        Run.objects.create(day=DAY, started_at=at_local_time(DAY, 2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, default=1_000_000)
    parser.add_argument("--tenants", type=int, default=200)
    parser.add_argument("--only", choices=["many", "one"])
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    ratios, memories = [], []
    for label, tenants in (("many", options.tenants), ("one", 1)):
        if options.only in (None, label):
            stage.set_up()
            ids = load(tenants, options.invoices)
            ratio, memory = measure(f"{options.invoices} open invoices, {tenants} tenants", ids)
            ratios.append(ratio)
            memories.append(memory)
    if max(memories) > MEMORY_LIMIT:
        print(f"memory {max(memories):.0f} MB is over {MEMORY_LIMIT}")
        if options.check:
            sys.exit(1)
    stage.conclude("night", min(ratios), GOAL)


if __name__ == "__main__":
    main()
