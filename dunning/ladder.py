"""The ladder: what happens next with the claims of one debtor on a day, and why nothing happens with the others.

Read this first. `decide` is a pure function from a snapshot to a decision. It searches the claims twice: once to see
whether a claim asks for something tonight (`_look`), once to see what one letter then lists (`_letter`).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from common.calendar import DAY
from common.money import ZERO
from dunning import amounts
from dunning.snapshot import (
    LETTERS,
    SEVERITY,
    Claim,
    Debtor,
    Decision,
    Kind,
    Line,
    NoticePlan,
    Outcome,
    Policy,
    Rules,
    Rung,
    TaskPlan,
    Why,
)

# A claim that only an event can move is looked at again after this, should the event have been missed.
LOOK_AGAIN = timedelta(days=30)
APPROVALS = ("automatic", "preview", "person")  # the strictest of a letter's rungs counts

# What a single claim can end in that a person must decide about.
_TASKS: dict[str, str] = {
    Why.SMALL_REST: "small_rest",
    Why.END_OF_LADDER: "end_of_ladder",
    Why.NOT_IN_DEFAULT: "end_of_ladder",
}

Stop = tuple[Why, date | None]  # why not, and until when where that is known


class Candidate(NamedTuple):
    """A claim whose next rung has come."""

    claim: Claim
    rung: Rung


def decide(debtor: Debtor, claims: Sequence[Claim], *, rules: Rules, today: date) -> Decision:
    """Give what the night of a day does with a debtor: at most one notice, tasks, and an outcome for every claim."""
    decision = Decision()
    owed = _overdue_amount(claims, today)
    candidates: list[Candidate] = []
    free: list[Claim] = []  # nothing stops a letter from listing these
    for claim in claims:
        outcome = gate(debtor, claim, today)
        if outcome is None:
            free.append(claim)
            found = _look(claim, rules, owed, today)
            if isinstance(found, Candidate):
                candidates.append(found)
                continue
            outcome = found
        if outcome.why in _TASKS:
            decision.tasks.append(TaskPlan(_TASKS[outcome.why], debtor.id, claim.invoice_id, claim.open))
        decision.outcomes.append(_looked_at_again(outcome, today))
    letter = _write(decision, debtor, candidates, free, rules, today)
    for one in candidates:
        if one.rung.kind == Kind.CALL:
            last = letter.leaves_on if letter else debtor.last_letter_on
            _call(decision, debtor, one, rules, max(owed, one.claim.open), last, today)
        elif one.rung.kind == Kind.HANDOFF:
            _hand_off(decision, debtor, one, today)
    return decision


def _overdue_amount(claims: Sequence[Claim], today: date) -> Decimal:
    return sum((claim.open for claim in claims if claim.due_date < today and not claim.wholly_disputed), start=ZERO)


def _looked_at_again(outcome: Outcome, today: date) -> Outcome:
    """Give an outcome that waits for an event a day all the same; one that waits for its own notice needs none."""
    if outcome.look_on is not None or outcome.why == Why.UNSENT:
        return outcome
    return outcome._replace(look_on=today + LOOK_AGAIN)


# --- The first search: does this claim ask for something tonight?


def gate(debtor: Debtor, claim: Claim, today: date) -> Outcome | None:
    """Give the first gate that is closed to the claim, or None. What depends on a letter comes later."""
    if debtor.own_group:
        return Outcome(claim.case_id, Why.OWN_GROUP)
    if debtor.held:
        return _until(claim, Why.DEBTOR_HOLD, debtor.held_until)
    if claim.held:
        return _until(claim, Why.INVOICE_HOLD, claim.held_until)
    if claim.wholly_disputed or claim.open <= 0:
        return Outcome(claim.case_id, Why.DISPUTE)
    if claim.promised_until is not None:
        return _until(claim, Why.PROMISE, claim.promised_until)
    if claim.arranged:
        return _until(claim, Why.ARRANGEMENT, claim.arranged_until)
    if claim.payment_pending:
        return Outcome(claim.case_id, Why.PAYMENT_PENDING, look_on=today + DAY)
    if debtor.legal_state:
        return Outcome(claim.case_id, Why.LEGAL_STATE)
    if claim.unsent:
        return Outcome(claim.case_id, Why.UNSENT)
    return None


def _until(claim: Claim, why: Why, until: date | None) -> Outcome:
    return Outcome(claim.case_id, why, until, look_on=until + DAY if until else None)


def _look(claim: Claim, rules: Rules, owed: Decimal, today: date) -> Candidate | Outcome:
    """Give the claim with its next rung when that has come, else what it waits for."""
    policy = rules.policies[claim.policy_id]
    number = next_rung(policy, claim, rules, owed, today)
    if number is None:
        return Outcome(claim.case_id, Why.END_OF_LADDER)
    rung = policy.rungs[number]
    earliest, why = _earliest(policy, number, claim, rules)
    if why == Why.NOT_IN_DEFAULT:
        return Outcome(claim.case_id, why, None, rung.key)
    if earliest > today:
        return Outcome(claim.case_id, why, earliest, rung.key, look_on=earliest)
    return _too_small(claim, rung, rules) or Candidate(claim, rung)


def _too_small(claim: Claim, rung: Rung, rules: Rules) -> Outcome | None:
    """Say that a claim is no reason for a letter: a small rest of a payment, an amount below the minimum, no answer."""
    if claim.open <= rules.small_rest and claim.principal < claim.original:
        return Outcome(claim.case_id, Why.SMALL_REST, None, rung.key)
    if claim.open < rules.minimum_invoice:
        return Outcome(claim.case_id, Why.BELOW_MINIMUM, None, rung.key)
    if rung.kind == Kind.FOURTEEN_DAY_LETTER and rules.consumer_costs == "unanswered":
        return Outcome(claim.case_id, Why.CONSUMER_TERMS, None, rung.key)
    return None


def next_rung(policy: Policy, claim: Claim, rules: Rules, owed: Decimal, today: date) -> int | None:
    """Give the index of the first rung not taken that applies to the claim, or None at the end of the ladder.

    No rung is skipped but those that do not apply: a default notice where the claim is in default already, a
    fourteen-day letter where the tenant may not charge costs, a call below its amount. A fourteen-day letter that
    this round has not had comes before everything behind it, until costs were charged.
    """
    number = policy.after(claim.position_key, claim.position_kind)
    letter = policy.by_kind.get(Kind.FOURTEEN_DAY_LETTER)
    if letter is not None and letter < number and claim.letter is None and not claim.costs_total:
        number = letter
    for index in range(number, len(policy.rungs)):
        if _applies(policy.rungs[index], claim, rules, owed, today):
            return index
    return None


def _applies(rung: Rung, claim: Claim, rules: Rules, owed: Decimal, today: date) -> bool:
    match rung.kind:
        case Kind.COURTESY:
            return today < claim.due_date
        case Kind.DEFAULT_NOTICE:
            return claim.default_since is None
        case Kind.FOURTEEN_DAY_LETTER:
            return rules.consumer_costs != "off" and claim.letter is None and not claim.costs_total
        case Kind.CALL:
            return max(owed, claim.open) >= rung.minimum_amount
    return True


def _earliest(policy: Policy, number: int, claim: Claim, rules: Rules) -> tuple[date, Why]:
    """Give the first day on which a rung may be taken and what sets it: the policy's three numbers, then the law."""
    rung = policy.rungs[number]
    day = max(
        claim.due_date + timedelta(days=rung.days),
        claim.received_on + timedelta(days=rules.days_after_invoice + 1),
    )
    if rung.kind != Kind.COURTESY:
        day = max(day, claim.due_date + DAY)
    if claim.position_on is not None:
        stands_on = policy.after(claim.position_key, claim.position_kind) - 1
        day = max(day, claim.position_on + timedelta(days=policy.gap(number, stands_on)))
    if claim.resume_on is not None:
        day = max(day, claim.resume_on)
    return _lawful(day, rung, claim)


def _lawful(day: date, rung: Rung, claim: Claim) -> tuple[date, Why]:
    """Move a day to where the law allows the rung: a letter after default, costs and handoff after its term."""
    if rung.kind == Kind.FOURTEEN_DAY_LETTER:
        if claim.default_since is None:
            return day, Why.NOT_IN_DEFAULT
        return max(day, claim.default_since), Why.NEXT_RUNG
    if rung.kind == Kind.CALL:
        return day, Why.NEXT_RUNG
    if claim.letter is not None and not claim.costs_total and claim.letter.term.costs_from > day:
        return claim.letter.term.costs_from, Why.LETTER_TERM
    if rung.kind == Kind.HANDOFF and claim.term_ends_on is not None and claim.term_ends_on >= day:
        return claim.term_ends_on + DAY, Why.LETTER_TERM
    return day, Why.NEXT_RUNG


# --- The second search: what goes out, and what does one letter list?


def _call(
    decision: Decision, debtor: Debtor, one: Candidate, rules: Rules, amount: Decimal, last: date | None, today: date
) -> None:
    """Ask a person to call, but not within some days of a letter; one task serves all claims of the debtor."""
    if last is not None and today < last + timedelta(days=rules.call_gap):
        _say(decision, one, Why.CONTACT_INTERVAL, last + timedelta(days=rules.call_gap), today)
    elif not rules.sending.is_one(today):
        _say(decision, one, Why.SENDING_DAY, rules.sending.first_from(today), today)
    else:
        claim = one.claim
        decision.tasks.append(
            TaskPlan("call", debtor.id, claim.invoice_id, amount, one.rung.key, claim.case_id, claim.round)
        )
        decision.outcomes.append(Outcome(claim.case_id, Why.TASK, None, one.rung.key, today + DAY))


def _hand_off(decision: Decision, debtor: Debtor, one: Candidate, today: date) -> None:
    if debtor.credit > 0:
        decision.tasks.append(TaskPlan("allocate_credit", debtor.id, amount=debtor.credit))
        _say(decision, one, Why.CREDIT, None, today)
    else:
        _say(decision, one, Why.HANDOFF, None, today)


def _say(decision: Decision, one: Candidate, why: Why, until: date | None, today: date) -> None:
    decision.outcomes.append(_looked_at_again(Outcome(one.claim.case_id, why, until, one.rung.key, until), today))


def _write(
    decision: Decision, debtor: Debtor, candidates: list[Candidate], free: list[Claim], rules: Rules, today: date
) -> NoticePlan | None:
    """Write one notice; candidates that it cannot carry wait until this debtor may be written to again.

    What stops one letter (no address, too little) need not stop another, so the next one is tried.
    """
    waiting = [one for one in candidates if one.rung.kind in LETTERS]
    while waiting:
        chosen, tone = _choose(waiting)
        plan = _may_write(debtor, rules, today) or _letter(debtor, chosen, tone, free, rules, today)
        served = {one.claim.case_id for one in chosen}
        waiting = [one for one in waiting if one.claim.case_id not in served]
        if isinstance(plan, NoticePlan):
            decision.notices.append(plan)
            _say_planned(decision, plan)
            for one in waiting:
                _say(decision, one, Why.CONTACT_INTERVAL, plan.leaves_on + rules.quiet, today)
            return plan
        _refuse(decision, debtor, chosen, plan, today)
    return None


def _choose(letters: list[Candidate]) -> tuple[list[Candidate], Candidate]:
    """Choose what one letter can carry: the most severe rung sets the tone, and one legal variant goes at a time.

    A fourteen-day letter stands alone. A default notice has a text of its own: another tone cannot carry it.
    """
    tone = max(letters, key=lambda one: SEVERITY[one.rung.kind])
    same = [one for one in letters if one.claim.consumer == tone.claim.consumer]
    if tone.rung.kind == Kind.FOURTEEN_DAY_LETTER:
        return [one for one in same if one.rung.kind == Kind.FOURTEEN_DAY_LETTER], tone
    if tone.rung.kind != Kind.DEFAULT_NOTICE:
        same = [one for one in same if one.rung.kind != Kind.DEFAULT_NOTICE]
    return same, tone


def _may_write(debtor: Debtor, rules: Rules, today: date) -> Stop | None:
    if debtor.notice_waiting:
        return Why.UNSENT, None
    if not rules.sending.is_one(today):
        return Why.SENDING_DAY, rules.sending.first_from(today)
    if debtor.last_letter_on is not None and today < debtor.last_letter_on + rules.quiet:
        return Why.CONTACT_INTERVAL, debtor.last_letter_on + rules.quiet
    if debtor.told_on is not None and today <= debtor.told_on:
        return Why.CONTACT_INTERVAL, debtor.told_on + DAY
    return None


def _letter(
    debtor: Debtor, chosen: list[Candidate], tone: Candidate, free: list[Claim], rules: Rules, today: date
) -> NoticePlan | Stop:
    """Make the notice that the chosen claims ask for, or say what stops it."""
    channels = _channels(debtor, tone.rung)
    if not channels:
        return Why.NO_ADDRESS, None
    approval = max((one.rung.approval for one in chosen), key=APPROVALS.index)
    leaves_on = rules.sending.first_from(today + DAY) if approval == "preview" else today
    if tone.rung.kind == Kind.FOURTEEN_DAY_LETTER:
        if debtor.credit > 0:
            return Why.CREDIT, None
        lines = _joint_lines(chosen, free, tone, rules, leaves_on)
    else:
        lines = _lines(chosen, tone, free, rules, leaves_on)
    plan = NoticePlan(
        debtor_id=debtor.id,
        variant="consumer" if tone.claim.consumer else "business",
        kind=tone.rung.kind,
        approval=approval,
        channels=channels,
        language=debtor.language,
        leaves_on=leaves_on,
        term_days=tone.rung.term_days,
        lines=tuple(amounts.with_costs(lines, chosen, rules, leaves_on)),
        credit=debtor.credit,
    )
    return _too_little(plan, debtor, rules) or amounts.with_announcement(plan, chosen, free, debtor, rules)


def _channels(debtor: Debtor, rung: Rung) -> tuple[str, ...]:
    """Give the channels by which a rung can leave: its own that work, else the other one.

    A fourteen-day letter always goes on paper: its wording counts from the delivery of the letter.
    """
    works = {"email": debtor.takes_email, "post": debtor.takes_post}
    if rung.kind == Kind.FOURTEEN_DAY_LETTER and not debtor.takes_post:
        return ()
    own = tuple(channel for channel in rung.channels if works[channel])
    return own or tuple(channel for channel in works if works[channel])


def _lines(chosen: list[Candidate], tone: Candidate, free: list[Claim], rules: Rules, day: date) -> list[Line]:
    """Give a line with a step for each chosen claim, and one without for what else is overdue.

    A claim for which a fourteen-day letter runs is left out: while its term runs that letter's amount is the only one.
    """
    rungs = {one.claim.case_id: one.rung for one in chosen}
    lines = []
    for claim in free:
        rung = rungs.get(claim.case_id)
        if rung is not None:
            lines.append(amounts.line(claim, rung, rules, day, takes_step=True))
        elif _is_listed(claim, tone, day):
            lines.append(amounts.line(claim, _standing(claim, rules), rules, day, takes_step=False))
    return lines


def _is_listed(claim: Claim, tone: Candidate, day: date) -> bool:
    if claim.consumer != tone.claim.consumer or tone.rung.kind == Kind.COURTESY:
        return False
    return claim.due_date < day and (claim.offered_until is None or claim.offered_until < day)


def _standing(claim: Claim, rules: Rules) -> Rung:
    """Give the last letter that a claim had, or its first one before that."""
    policy = rules.policies[claim.policy_id]
    had = policy.rungs[: policy.after(claim.position_key, claim.position_kind)]
    letters = [rung for rung in had if rung.kind in LETTERS and rung.kind != Kind.COURTESY]
    return letters[-1] if letters else next(rung for rung in policy.rungs if rung.kind in LETTERS - {Kind.COURTESY})


def _joint_lines(chosen: list[Candidate], free: list[Claim], tone: Candidate, rules: Rules, day: date) -> list[Line]:
    """Give the lines of a fourteen-day letter: every claim of the consumer in default and not lettered (lid 7)."""
    asking = {one.claim.case_id for one in chosen}
    lines = []
    for claim in free:
        if not _can_be_lettered(claim, day):
            continue
        policy = rules.policies[claim.policy_id]
        number = policy.by_kind.get(Kind.FOURTEEN_DAY_LETTER)
        rung = tone.rung if number is None else policy.rungs[number]
        line = amounts.line(claim, rung, rules, day, takes_step=True)
        lines.append(line if claim.case_id in asking else line._replace(joined=_passed(policy, claim, number or 0)))
    return lines


def _can_be_lettered(claim: Claim, day: date) -> bool:
    in_default = claim.consumer and claim.default_since is not None and claim.default_since <= day
    return in_default and claim.letter is None and not claim.costs_total and claim.principal > (claim.disputed or ZERO)


def _passed(policy: Policy, claim: Claim, letter: int) -> tuple[tuple[str, str], ...]:
    """Give the rungs between where a claim stood and the letter that takes it in."""
    start = policy.after(claim.position_key, claim.position_kind)
    return tuple((rung.key, rung.kind) for rung in policy.rungs[start:letter])


def _too_little(plan: NoticePlan, debtor: Debtor, rules: Rules) -> Stop | None:
    """Say that a letter would ask too little: credit covers it, or the debtor's minimum is not reached."""
    asked = sum((line.total for line in plan.asked), start=ZERO)
    if debtor.credit > 0 and asked - debtor.credit <= rules.minimum_debtor:
        return Why.CREDIT, None
    return (Why.BELOW_MINIMUM, None) if asked < rules.minimum_debtor else None


def _refuse(decision: Decision, debtor: Debtor, chosen: list[Candidate], stop: Stop, today: date) -> None:
    why, until = stop
    for one in chosen:
        _say(decision, one, why, until, today)
    if why == Why.NO_ADDRESS:
        amount = sum((one.claim.open for one in chosen), start=ZERO)
        decision.tasks.append(TaskPlan("no_address", debtor.id, amount=amount))
    elif why == Why.CREDIT:
        decision.tasks.append(TaskPlan("allocate_credit", debtor.id, amount=debtor.credit))


def _say_planned(decision: Decision, plan: NoticePlan) -> None:
    """Say which claims take a step; one that waited for its own day may be taken in by a fourteen-day letter."""
    said = {outcome.case_id: number for number, outcome in enumerate(decision.outcomes)}
    for line in plan.lines:
        if not line.takes_step:
            continue
        outcome = Outcome(line.case_id, Why.PLANNED, plan.leaves_on, line.rung_key)
        if line.case_id in said:
            decision.outcomes[said[line.case_id]] = outcome
        else:
            decision.outcomes.append(outcome)
