"""Reads what `dunning.ladder` must know of some debtors, in a fixed number of queries however many they are.

Rows are read as tuples straight into `dunning.snapshot`: a night reads hundreds of thousands, and model instances would
cost more than the decisions. Every statement names the tenant, as the policies do.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from common import clock
from common.calendar import DAY, add_months
from common.money import ZERO
from dunning.snapshot import Claim, Debtor, Letter
from law import notices
from law.interest import Reduction
from law.letter_costs import EarlierCosts, LetterClaim
from tenants.context import current_tenant_id

Rows = list[tuple[Any, ...]]
PROPOSAL_DAYS = 7  # so long a debtor's proposal to pay in parts keeps the ladder waiting for a person

# A chunk reads some thousands of rows by key. The planner counts with disks that are slow at that, and with tables as
# they were before the night began, and would read and hash whole tables again for each chunk.
BY_KEY = "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
DEBTORS = """
SELECT id, own_group, legal_state, language, street <> '' AND city <> '' AND post_returned_on IS NULL
FROM debtors_debtor WHERE tenant_id = %(tenant)s AND id = ANY(%(debtors)s) ORDER BY id
"""
MAILABLE = """
SELECT DISTINCT debtor_id FROM debtors_contact
WHERE tenant_id = %(tenant)s AND debtor_id = ANY(%(debtors)s) AND email <> '' AND email_invalid_since IS NULL
"""
# Fields of snapshot.Claim, in its order. Claims that are neither overdue nor to be looked at wait for their own day and
# are in no letter's total.
CLAIMS = """
SELECT c.id, c.invoice_id, c.debtor_id, c.policy_id, i.acted_as_consumer, i.due_date, c.opens_on,
       coalesce(i.sent_on, i.issue_date), c.round, c.position_key, c.position_kind, c.position_on, c.term_ends_on,
       c.resume_on, i.default_since, i.principal_open, i.interest_open, i.costs_open, i.interest_total, i.costs_total,
       i.interest_until IS NOT NULL, i.principal, i.contract_ref, c.why_code, c.why_until, c.next_look_on
FROM dunning_case c JOIN invoices_invoice i ON i.tenant_id = c.tenant_id AND i.id = c.invoice_id
WHERE c.tenant_id = %(tenant)s AND c.debtor_id = ANY(%(debtors)s) AND c.state = 'active' AND i.is_open
  AND (%(everything)s OR i.due_date < %(day)s OR c.next_look_on <= %(day)s OR c.next_look_on IS NULL)
ORDER BY c.debtor_id, i.due_date, i.id
"""
HOLDS = """
SELECT debtor_id, invoice_id, until FROM dunning_hold
WHERE tenant_id = %(tenant)s AND lifted_on IS NULL AND (until IS NULL OR until >= %(day)s)
  AND (debtor_id = ANY(%(debtors)s) OR invoice_id = ANY(%(invoices)s))
"""
DISPUTES = """
SELECT invoice_id, amount FROM invoices_dispute
WHERE tenant_id = %(tenant)s AND resolved_on IS NULL AND invoice_id = ANY(%(invoices)s)
"""
PROMISES = """
SELECT pi.invoice_id, max(p.grace_until) FROM payments_promise p
JOIN payments_promisedinvoice pi ON pi.tenant_id = p.tenant_id AND pi.promise_id = p.id
WHERE p.tenant_id = %(tenant)s AND p.state = 'running' AND p.grace_until >= %(day)s AND p.debtor_id = ANY(%(debtors)s)
GROUP BY pi.invoice_id
"""
# Claims that somebody is paying online: his bank works on it, or he stands at the provider's page. Who went there and
# did not pay is forgotten when the provider says that his time is over, and the next day in any case. And claims that
# are collected: in a batch, or at the bank, until that answers; of which nothing is heard for two weeks is forgotten.
# And claims that a line on a statement seems to pay, until a person says so or not; he has two weeks.
# Mostly there is nothing of the kind in the whole company: each part asks that once before it looks claim by claim.
PAYING = """
SELECT DISTINCT item.invoice_id FROM payments_checkoutattempt c
JOIN payments_checkoutitem item ON item.tenant_id = c.tenant_id AND item.checkout_id = c.id
WHERE (SELECT EXISTS (SELECT FROM payments_checkoutattempt WHERE tenant_id = %(tenant)s AND look_at IS NOT NULL))
  AND c.tenant_id = %(tenant)s AND c.debtor_id = ANY(%(debtors)s)
  AND (c.state = 'pending' OR (c.state IN ('created', 'open') AND c.started_at > %(an_hour_before)s))
UNION
SELECT d.invoice_id FROM payments_directdebit d
JOIN payments_directdebitbatch b ON b.tenant_id = d.tenant_id AND b.id = d.batch_id
WHERE (SELECT EXISTS (SELECT FROM payments_directdebit WHERE tenant_id = %(tenant)s AND state IN ('planned', 'sent')))
  AND d.tenant_id = %(tenant)s AND d.invoice_id = ANY(%(invoices)s) AND d.state IN ('planned', 'sent')
  AND b.collect_on >= %(day)s - 14
UNION
SELECT i.id FROM payments_bankline l
CROSS JOIN LATERAL jsonb_array_elements(l.match -> 'claims') AS claim
JOIN invoices_invoice i ON i.tenant_id = l.tenant_id AND i.public_id = claim ->> 'invoice'
WHERE (SELECT EXISTS (SELECT FROM payments_bankline WHERE tenant_id = %(tenant)s AND state = 'proposed'))
  AND l.tenant_id = %(tenant)s AND l.state = 'proposed' AND l.debtor_id = ANY(%(debtors)s) AND l.amount > 0
  AND l.booked_on >= %(day)s - 14
"""
# Claims that are paid in parts. What a debtor proposed himself and nobody judged yet waits too, but not for long.
ARRANGED = """
SELECT ai.invoice_id, CASE WHEN a.state = 'proposed' THEN a.proposed_on + %(proposal_days)s END
FROM payments_arrangedinvoice ai
JOIN payments_arrangement a ON a.tenant_id = ai.tenant_id AND a.id = ai.arrangement_id
WHERE (SELECT EXISTS (SELECT FROM payments_arrangedinvoice WHERE tenant_id = %(tenant)s AND live))
  AND ai.tenant_id = %(tenant)s AND ai.invoice_id = ANY(%(invoices)s) AND ai.live
  AND (a.state = 'active' OR (a.state = 'proposed' AND a.by_debtor AND a.proposed_on + %(proposal_days)s >= %(day)s))
"""
# Who gets a message about an instalment this day gets nothing else (dunning.instalments).
TOLD = """
SELECT DISTINCT debtor_id FROM correspondence_message
WHERE tenant_id = %(tenant)s AND debtor_id = ANY(%(debtors)s)
  AND subject_kind IN ('instalment_before', 'instalment_missed') AND state <> 'withdrawn'
  AND (due_at AT TIME ZONE 'Europe/Amsterdam')::date = %(day)s
"""
CREDIT = """
SELECT debtor_id, sum(rest) FROM (
  SELECT debtor_id, amount - allocated AS rest FROM invoices_creditnote
  WHERE tenant_id = %(tenant)s AND debtor_id = ANY(%(debtors)s) AND cancelled_on IS NULL
  UNION ALL
  SELECT debtor_id, amount - allocated - refunded FROM payments_payment
  WHERE tenant_id = %(tenant)s AND debtor_id = ANY(%(debtors)s)
) credit GROUP BY debtor_id HAVING sum(rest) > 0
"""
# When each debtor was last written to, and the notice that waits, if one does.
NOTICES = """
SELECT debtor_id, max(dispatched_on) FILTER (WHERE state = 'sent'),
       max(id) FILTER (WHERE state IN ('planned', 'approved', 'queued') AND id <> %(except_notice)s)
FROM dunning_notice WHERE tenant_id = %(tenant)s AND debtor_id = ANY(%(debtors)s) GROUP BY debtor_id
"""
WAITING_CASES = """
SELECT case_id FROM dunning_noticeline
WHERE tenant_id = %(tenant)s AND notice_id = ANY(%(notices)s) AND takes_step
"""
OFFERS = """
SELECT invoice_id, max(until_day) FROM invoices_offeredamount
WHERE tenant_id = %(tenant)s AND invoice_id = ANY(%(invoices)s) AND until_day >= %(day)s GROUP BY invoice_id
"""
# The fourteen-day letter that covers a case in its round, with every claim of that letter and what was unpaid of its
# principal at the end of the term. What was paid from `costs_from` on was paid too late and counts as unpaid; what was
# paid in time counts on the principal first, even where the books put a part of it on interest (the kind reading).
LETTERS = """
SELECT own.case_id, own.notice_id, own.dispatched_on, own.delivered_on, n.announced_costs, n.announced_vat,
       i.id, i.contract_ref, i.principal_open
         + coalesce((SELECT sum(CASE WHEN s.booked_on >= member.costs_from THEN s.to_principal ELSE -s.to_interest END)
                     FROM invoices_settlement s WHERE s.tenant_id = i.tenant_id AND s.invoice_id = i.id
                     AND s.booked_on >= own.dispatched_on), 0)
         - coalesce((SELECT sum(coalesce(d.amount, i.principal_open)) FROM invoices_dispute d
                     WHERE d.tenant_id = i.tenant_id AND d.invoice_id = i.id AND d.resolved_on IS NULL), 0)
FROM dunning_step own
JOIN dunning_case c ON c.tenant_id = own.tenant_id AND c.id = own.case_id AND c.round = own.round
JOIN dunning_notice n ON n.tenant_id = own.tenant_id AND n.id = own.notice_id
JOIN dunning_step member ON member.tenant_id = own.tenant_id AND member.notice_id = own.notice_id AND NOT member.joined
JOIN dunning_case mc ON mc.tenant_id = member.tenant_id AND mc.id = member.case_id
JOIN invoices_invoice i ON i.tenant_id = mc.tenant_id AND i.id = mc.invoice_id
WHERE own.tenant_id = %(tenant)s AND own.case_id = ANY(%(consumer_cases)s) AND own.kind = 'fourteen_day_letter'
  AND own.undelivered_on IS NULL AND NOT own.joined
ORDER BY own.case_id, i.id
"""
# Costs that earlier letters announced to the same debtor, by agreement, for the limit per six months. A letter that was
# not delivered or that was paid in time announces nothing any more; that refinement only lowers what is charged, and
# leaving it out is the kind side: more counts towards the limit.
EARLIER_COSTS = """
SELECT DISTINCT n.debtor_id, n.dispatched_on, n.announced_costs, i.contract_ref
FROM dunning_notice n
JOIN dunning_noticeline l ON l.tenant_id = n.tenant_id AND l.notice_id = n.id AND l.takes_step
JOIN invoices_invoice i ON i.tenant_id = l.tenant_id AND i.id = l.invoice_id
WHERE n.tenant_id = %(tenant)s AND n.debtor_id = ANY(%(consumers)s) AND n.kind = 'fourteen_day_letter'
  AND n.state = 'sent' AND n.dispatched_on >= %(half_year_ago)s
"""
REDUCTIONS = """
SELECT s.invoice_id, s.booked_on, s.to_principal, s.to_interest, s.reverses_id IS NOT NULL OR back.id IS NOT NULL
FROM invoices_settlement s
LEFT JOIN invoices_settlement back ON back.tenant_id = s.tenant_id AND back.reverses_id = s.id
WHERE s.tenant_id = %(tenant)s AND s.invoice_id = ANY(%(reduced)s) ORDER BY s.invoice_id, s.booked_on, s.id
"""

# What each query about some invoices says of one of them.
ABOUT_INVOICES: tuple[tuple[str, Callable[..., dict[str, Any]]], ...] = (
    (PROMISES, lambda until: {"promised_until": until}),
    (ARRANGED, lambda until: {"arranged": True, "arranged_until": until}),
    (PAYING, lambda: {"payment_pending": True}),
    (OFFERS, lambda until: {"offered_until": until}),
)


@dataclass(slots=True)
class Snapshot:
    """Debtors with their claims."""

    debtors: list[Debtor]
    claims: dict[int, list[Claim]]  # by debtor


def load(
    debtor_ids: Sequence[int], *, day: date, except_notice: int | None = None, everything: bool = False
) -> Snapshot:
    """Load what the ladder must know of debtors on a day.

    `except_notice` leaves out one waiting notice, to ask whether it would be written again today. A night needs no
    claims that wait for their own day; `everything` takes these too.
    """
    params: dict[str, Any] = {"tenant": current_tenant_id(), "debtors": list(debtor_ids), "day": day}
    params["everything"] = everything
    params["proposal_days"] = PROPOSAL_DAYS
    params["an_hour_before"] = clock.at_local_time(day, 0) - timedelta(hours=1)
    params["half_year_ago"] = add_months(day, -6) - DAY
    claims = [Claim(*row) for row in _rows(CLAIMS, params)]
    params["invoices"] = [claim.invoice_id for claim in claims]
    params["consumer_cases"] = [claim.case_id for claim in claims if _may_be_lettered(claim)]
    params["consumers"] = list({claim.debtor_id for claim in claims if claim.consumer and claim.default_since})
    params["reduced"] = [claim.invoice_id for claim in claims if _needs_reductions(claim)]
    held, held_invoices = _holds(params)
    params["except_notice"] = except_notice or 0
    written = {debtor: (last, waiting) for debtor, last, waiting in _rows(NOTICES, params)}
    params["notices"] = [waiting for _, waiting in written.values() if waiting is not None]
    unsent = {case for (case,) in _rows(WAITING_CASES, params)} if params["notices"] else set()
    around = _circumstances(claims, held_invoices, unsent, params)
    by_debtor: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        found = around.get(claim.invoice_id)
        by_debtor[claim.debtor_id].append(claim._replace(**found) if found else claim)
    return Snapshot(_debtors(params, held, written), by_debtor)


def _rows(sql: str, params: Mapping[str, Any]) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _may_be_lettered(claim: Claim) -> bool:
    """Only behind the default notice can a claim have had its fourteen-day letter."""
    return claim.consumer and claim.default_since is not None and bool(claim.position_key)


def _needs_reductions(claim: Claim) -> bool:
    """Interest over a claim that was partly paid is counted with its payments; over others in bulk."""
    return claim.default_since is not None and (claim.principal != claim.original or claim.interest_total > 0)


def _holds(params: Mapping[str, Any]) -> tuple[dict[int, date | None], dict[int, date | None]]:
    """Give held debtors and held invoices, each until when; the longest hold counts, one without an end most."""
    debtors: dict[int, date | None] = {}
    invoices: dict[int, date | None] = {}
    for debtor_id, invoice_id, until in _rows(HOLDS, params):
        holds, key = (debtors, debtor_id) if debtor_id is not None else (invoices, invoice_id)
        if key not in holds:
            holds[key] = until
        else:
            known = holds[key]
            holds[key] = None if known is None or until is None else max(known, until)
    return debtors, invoices


def _circumstances(
    claims: Sequence[Claim], held: Mapping[int, date | None], unsent_cases: set[int], params: Mapping[str, Any]
) -> dict[int, dict[str, Any]]:
    """Give, by invoice, the fields of the claims that something is the matter with."""
    around: dict[int, dict[str, Any]] = defaultdict(dict)
    for invoice_id, until in held.items():
        around[invoice_id] |= {"held": True, "held_until": until}
    principals = {claim.invoice_id: claim.principal for claim in claims}
    for invoice_id, amount in _rows(DISPUTES, params):
        whole = amount is None or amount >= principals[invoice_id]
        around[invoice_id] |= {"wholly_disputed": True} if whole else {"disputed": amount}
    for query, fields in ABOUT_INVOICES:
        for invoice_id, *values in _rows(query, params):
            around[invoice_id] |= fields(*values)
    letters = _letters(params) if params["consumer_cases"] else {}
    reductions = _reductions(params) if params["reduced"] else {}
    for claim in claims:
        if claim.case_id in unsent_cases:
            around[claim.invoice_id]["unsent"] = True
        if claim.case_id in letters:
            around[claim.invoice_id]["letter"] = letters[claim.case_id]
        if claim.invoice_id in reductions:
            around[claim.invoice_id]["reductions"] = tuple(reductions[claim.invoice_id])
    return around


def _letters(params: Mapping[str, Any]) -> dict[int, Letter]:
    members: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in _rows(LETTERS, params):
        members[row[0]].append(row[1:])
    made: dict[tuple[int, int], Letter] = {}
    return {case_id: _letter(rows, made) for case_id, rows in members.items()}


def _letter(rows: list[tuple[Any, ...]], made: dict[tuple[int, int], Letter]) -> Letter:
    notice_id, dispatched, delivered, announced, vat, *_ = rows[0]
    if (notice_id, len(rows)) not in made:
        made[notice_id, len(rows)] = Letter(
            notice_id=notice_id,
            term=notices.fourteen_day_letter_term(dispatched, delivered=delivered),
            announced=announced,
            announced_vat=vat,
            unpaid=tuple(LetterClaim(str(row[5]), max(ZERO, row[7]), row[6]) for row in rows),
        )
    return made[notice_id, len(rows)]


def _reductions(params: Mapping[str, Any]) -> dict[int, list[Reduction]]:
    reductions: dict[int, list[Reduction]] = defaultdict(list)
    for invoice_id, *row in _rows(REDUCTIONS, params):
        reductions[invoice_id].append(Reduction(*row))
    return reductions


Written = tuple[date | None, int | None]  # the last letter, the notice that waits


def _debtors(
    params: Mapping[str, Any], held: Mapping[int, date | None], written: Mapping[int, Written]
) -> list[Debtor]:
    credit: dict[int, Decimal] = dict(_rows(CREDIT, params))
    mailable = {debtor for (debtor,) in _rows(MAILABLE, params)}
    told = {debtor for (debtor,) in _rows(TOLD, params)}
    never: Written = (None, None)
    earlier: dict[int, list[EarlierCosts]] = defaultdict(list)
    for debtor_id, on, amount, contract in _rows(EARLIER_COSTS, params) if params["consumers"] else ():
        earlier[debtor_id].append(EarlierCosts(on, amount, contract))
    return [
        Debtor(
            id=row[0],
            own_group=row[1],
            legal_state=row[2],
            held=row[0] in held,
            held_until=held.get(row[0]),
            language=row[3],
            takes_email=row[0] in mailable,
            takes_post=row[4],
            credit=credit.get(row[0], ZERO),
            last_letter_on=written.get(row[0], never)[0],
            told_on=params["day"] if row[0] in told else None,
            notice_waiting=written.get(row[0], never)[1] is not None,
            earlier_costs=tuple(earlier[row[0]]) if row[0] in earlier else (),
        )
        for row in _rows(DEBTORS, params)
    ]
