"""The ladder played forward in memory: night after night is decided, what is planned leaves, and nobody pays.

So a policy can be looked at with real days, and a debtor's coming months before they come. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from common.calendar import DAY
from common.money import ZERO
from dunning import terms
from dunning.ladder import LOOK_AGAIN, decide
from dunning.snapshot import Claim, Debtor, Kind, Letter, Line, NoticePlan, Outcome, Rules, Why
from law import notices
from law.letter_costs import EarlierCosts, LetterClaim

HORIZON = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happens to a debtor on a day: a notice, a call, or the end of the ladder."""

    day: date
    kind: str  # of the rung; "end_of_ladder" where the policy has no handoff
    rungs: tuple[tuple[int, str], ...]  # (invoice id, key of the rung it takes)
    channels: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    total: Decimal = ZERO
    announced: Decimal = ZERO
    term_ends_on: date | None = None


@dataclass(slots=True)
class _Game:
    debtor: Debtor
    claims: dict[int, Claim]  # by case
    looks: dict[int, date]
    rules: Rules
    newest: Mapping[int, int]
    moments: list[Moment] = field(default_factory=list)
    stuck: dict[int, Outcome] = field(default_factory=dict)
    letters: int = 0


def play(
    debtor: Debtor,
    claims: Sequence[Claim],
    *,
    rules: Rules,
    start: date,
    newest: Mapping[int, int] | None = None,
    until: date | None = None,
) -> tuple[list[Moment], list[Outcome]]:
    """Give what would happen from the night of a day on, and the outcome of each claim at which it stands still.

    `newest` gives the version that a case moves to at its next rung, by the one it stands on.
    """
    debtor = debtor._replace(notice_waiting=False)
    looks = {claim.case_id: start for claim in claims}
    game = _Game(debtor, {one.case_id: one._replace(unsent=False) for one in claims}, looks, rules, newest or {})
    day, last = start, until or start + HORIZON
    while game.claims and day <= last:
        _night(game, day)
        day = max(day + DAY, min(game.looks.values(), default=last + DAY))
    return game.moments, list(game.stuck.values())


def _night(game: _Game, day: date) -> None:
    debtor = _as_of(game.debtor, day)
    claims = [_claim_as_of(claim, day) for claim in game.claims.values()]
    decision = decide(debtor, claims, rules=game.rules, today=day)
    for outcome in decision.outcomes:
        _remember(game, outcome, day)
    for plan in decision.notices:
        _send(game, plan)
    _call(game, {task.case_id: task.rung_key for task in decision.tasks if task.kind == Kind.CALL}, day)
    ended = [one.case_id for one in decision.outcomes if one.why in {Why.HANDOFF, Why.END_OF_LADDER}]
    _end(game, [case for case in ended if case in game.claims], decision.outcomes, day)


def _as_of(debtor: Debtor, day: date) -> Debtor:
    over = debtor.held and debtor.held_until is not None and debtor.held_until < day
    return debtor._replace(held=False) if over else debtor


def _claim_as_of(claim: Claim, day: date) -> Claim:
    """Let a hold and a promise end on their day; a promise is then broken, as nobody pays."""
    if claim.held and claim.held_until is not None and claim.held_until < day:
        claim = claim._replace(held=False)
    if claim.promised_until is not None and claim.promised_until < day:
        claim = claim._replace(promised_until=None)
    return claim


def _remember(game: _Game, outcome: Outcome, day: date) -> None:
    """Keep when to look again; what only an event could move stands still in this game."""
    if outcome.why == Why.PLANNED:
        return
    game.looks[outcome.case_id] = max(outcome.look_on or day + LOOK_AGAIN, day + DAY)
    if outcome.until is not None or outcome.why == Why.TASK:
        game.stuck.pop(outcome.case_id, None)
    else:
        game.stuck[outcome.case_id] = outcome


def _send(game: _Game, plan: NoticePlan) -> None:
    """Let a notice leave on its day: rungs are taken, terms set, charges booked."""
    day = plan.leaves_on
    term = terms.term_of(plan.kind, plan.term_days, dispatched=day, channels=plan.channels)
    letter = _letter(game, plan, day) if plan.kind == Kind.FOURTEEN_DAY_LETTER else None
    for line in plan.lines:
        claim = _charged(game.claims[line.case_id], line)
        if line.takes_step:
            claim = _moved(claim, line, plan, term, letter)._replace(
                policy_id=game.newest.get(claim.policy_id, claim.policy_id)
            )
        game.claims[line.case_id] = claim
        game.looks[line.case_id] = day + DAY
        game.stuck.pop(line.case_id, None)
    game.debtor = game.debtor._replace(last_letter_on=day)
    if letter is not None:
        refs = {claim.contract_ref for claim in letter.unpaid}
        earlier = tuple(EarlierCosts(day, plan.announced_costs, ref) for ref in sorted(refs))
        game.debtor = game.debtor._replace(earlier_costs=(*game.debtor.earlier_costs, *earlier))
    game.moments.append(
        Moment(
            day,
            plan.kind,
            tuple((line.invoice_id, line.rung_key) for line in plan.lines if line.takes_step),
            plan.channels,
            plan.lines,
            sum((line.total for line in plan.asked), start=ZERO),
            plan.announced_costs + plan.announced_vat,
            term.last_day,
        )
    )


def _charged(claim: Claim, line: Line) -> Claim:
    return claim._replace(
        interest=claim.interest + line.interest_proposed,
        interest_total=claim.interest_total + line.interest_proposed,
        interest_claimed=claim.interest_claimed or bool(line.interest_proposed),
        costs=claim.costs + line.costs_proposed,
        costs_total=claim.costs_total + line.costs_proposed,
    )


def _moved(claim: Claim, line: Line, plan: NoticePlan, term: terms.Term, letter: Letter | None) -> Claim:
    is_own = line.rung_kind == plan.kind
    claim = claim._replace(
        position_key=line.rung_key,
        position_kind=line.rung_kind,
        position_on=plan.leaves_on,
        term_ends_on=term.last_day,
        resume_on=None,
    )
    if is_own and term.default_since is not None:
        claim = claim._replace(default_since=claim.default_since or term.default_since)
    if letter is not None:
        claim = claim._replace(letter=letter, offered_until=terms.offer_ends_on(term))
    return claim


def _letter(game: _Game, plan: NoticePlan, day: date) -> Letter:
    game.letters -= 1  # no id of the database is below zero
    unpaid = tuple(
        LetterClaim(str(line.invoice_id), line.principal, game.claims[line.case_id].contract_ref) for line in plan.lines
    )
    term = notices.fourteen_day_letter_term(day)
    return Letter(game.letters, term, plan.announced_costs, plan.announced_vat, unpaid)


def _call(game: _Game, rungs: Mapping[int, str], day: date) -> None:
    """Asking a person to call is that rung's dispatch."""
    for case_id, key in rungs.items():
        claim = game.claims[case_id]
        game.claims[case_id] = claim._replace(position_key=key, position_kind=Kind.CALL, position_on=day)
    if rungs:
        taken = tuple((game.claims[case_id].invoice_id, key) for case_id, key in rungs.items())
        game.moments.append(Moment(day, Kind.CALL, taken, total=_owed(game, rungs)))


def _end(game: _Game, cases: Sequence[int], outcomes: Sequence[Outcome], day: date) -> None:
    for why, kind in ((Why.HANDOFF, "handoff"), (Why.END_OF_LADDER, "end_of_ladder")):
        mine = [one for one in outcomes if one.why == why and one.case_id in cases]
        if not mine:
            continue
        ids = [one.case_id for one in mine]
        taken = tuple((game.claims[one.case_id].invoice_id, one.rung_key) for one in mine)
        game.moments.append(Moment(day, kind, taken, total=_owed(game, ids)))
        for case_id in ids:
            del game.claims[case_id], game.looks[case_id]
            game.stuck.pop(case_id, None)


def _owed(game: _Game, cases: Iterable[int]) -> Decimal:
    return sum((game.claims[case].open for case in cases), start=ZERO)
