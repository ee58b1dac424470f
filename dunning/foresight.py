"""What the ladder would do: tonight, under another policy, with one debtor, on an invoice that serves as example.

Reads and plays; stores nothing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from common.calendar import DAY
from common.money import ZERO
from dunning import loading, queries, simulation
from dunning.models import Case, Notice, Policy
from dunning.snapshot import SEVERITY, Claim, Debtor, Decision, Outcome, Rules, Rung
from dunning.snapshot import Policy as PolicySnapshot
from dunning.states import LIVE_NOTICE_STATES, Variant
from invoices import balance

EXAMPLE_AMOUNT = Decimal("1250.00")
DRAFT = 0  # no policy in the database has this id


@dataclass(frozen=True, slots=True)
class Tonight:
    """What the night would do, as far as it was looked at: with `left` debtors that were not."""

    decisions: list[tuple[int, Decision]]
    left: int


def sending_day(day: date) -> date:
    """Give the first day from a day on whose night sends anything."""
    return queries.sending_days(queries.ladder_settings(), day).first_from(day)


def tonight(day: date, *, sample: int) -> Tonight:
    """Give what the night of a day would decide about the first debtors that it has to look at."""
    due = queries.due_debtors(day, limit=sample)
    count = Case.objects.due(day).values("debtor_id").distinct().count() if len(due) == sample else len(due)
    return Tonight(queries.dry_run(due, day=day), count - len(due))


@dataclass(frozen=True, slots=True)
class Part:
    """Some of what goes out: by rung and channel, in numbers and euros."""

    kind: str
    channels: tuple[str, ...]
    notices: int
    claims: int
    amount: Decimal


def parts(decisions: Iterable[tuple[int, Decision]]) -> list[Part]:
    """Give what decisions send, by rung and channels, in the order of the ladder."""
    notices: Counter[tuple[str, tuple[str, ...]]] = Counter()
    claims: Counter[tuple[str, tuple[str, ...]]] = Counter()
    amounts: dict[tuple[str, tuple[str, ...]], Decimal] = {}
    for _, decision in decisions:
        for plan in decision.notices:
            key = (plan.kind, plan.channels)
            notices[key] += 1
            claims[key] += sum(1 for line in plan.lines if line.takes_step)
            amounts[key] = amounts.get(key, ZERO) + sum((line.total for line in plan.asked), start=ZERO)
    order = sorted(notices, key=lambda key: (SEVERITY[key[0]], key[1]))
    return [Part(*key, notices[key], claims[key], amounts[key]) for key in order]


@dataclass(frozen=True, slots=True)
class Change:
    """What a changed policy does to one sort of letter tonight."""

    kind: str
    was: int
    now: int
    was_amount: Decimal
    now_amount: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """Tonight under a policy as it is and as it would be, as far as it was looked at."""

    changes: list[Change]
    debtors: int  # looked at
    differ: int  # of those
    left: int


def compared(policy: Policy, rungs: Sequence[Rung], *, day: date, sample: int) -> Comparison:
    """Give what the night of a day would do otherwise if a policy had these rungs.

    Claims before their first rung would follow them at once; the others keep theirs until their next rung.
    """
    first = timedelta(days=rungs[0].days)
    mine = Case.objects.active().filter(policy__lineage=policy.lineage, invoice__is_open=True)
    due = mine.filter(Q(next_look_on__lte=day) | Q(position_key="", invoice__due_date__lte=day - first))
    ids = due.order_by("debtor_id").values_list("debtor_id", flat=True).distinct()
    chosen = list(ids[:sample])
    left = ids.count() - len(chosen) if len(chosen) == sample else 0
    settled = queries.rules(day)
    snapshot = loading.load(chosen, day=day)
    before = queries.decide_all(snapshot, settled, day)
    versions = {key for key, known in settled.policies.items() if known.lineage == policy.lineage}
    draft = PolicySnapshot(DRAFT, policy.version + 1, policy.variant, tuple(rungs), policy.lineage)
    _move_unstarted(snapshot, versions)
    after = queries.decide_all(snapshot, replace(settled, policies={**settled.policies, DRAFT: draft}), day)
    differ = sum(_said(one) != _said(other) for (_, one), (_, other) in zip(before, after, strict=True))
    return Comparison(_changes(parts(before), parts(after)), len(chosen), differ, left)


def _move_unstarted(snapshot: loading.Snapshot, versions: set[int]) -> None:
    for claims in snapshot.claims.values():
        for place, claim in enumerate(claims):
            if claim.policy_id in versions and not claim.position_key and claim.why_code != "planned":
                claims[place] = claim._replace(policy_id=DRAFT)


def _said(decision: Decision) -> list[tuple[object, ...]]:
    return [(plan.kind, plan.channels, plan.leaves_on, plan.lines) for plan in decision.notices]


def _changes(before: Sequence[Part], after: Sequence[Part]) -> list[Change]:
    kinds = sorted({part.kind for part in (*before, *after)}, key=lambda kind: SEVERITY[kind])
    return [
        Change(
            kind,
            sum(part.notices for part in before if part.kind == kind),
            sum(part.notices for part in after if part.kind == kind),
            sum((part.amount for part in before if part.kind == kind), start=ZERO),
            sum((part.amount for part in after if part.kind == kind), start=ZERO),
        )
        for kind in kinds
    ]


@dataclass(frozen=True, slots=True)
class Future:
    """A debtor's coming months, should nobody pay."""

    moments: list[simulation.Moment]
    stuck: list[Outcome]
    claims: list[Claim]


def foreseen(debtor_id: int, *, day: date, policy: Policy | None = None) -> Future:
    """Give a debtor's coming months; with a policy as if all his claims of its variant followed it from now on."""
    waiting = Notice.objects.filter(debtor=debtor_id, state__in=LIVE_NOTICE_STATES).values_list("pk", flat=True)
    snapshot = loading.load([debtor_id], day=day, except_notice=waiting.first(), everything=True)
    claims = snapshot.claims.get(debtor_id, [])
    if policy is not None:
        consumer = policy.variant == Variant.CONSUMER
        claims = [claim._replace(policy_id=policy.pk) for claim in claims if claim.consumer == consumer]
    if not snapshot.debtors or not claims:
        return Future([], [], [])
    moments, stuck = simulation.play(
        snapshot.debtors[0], claims, rules=queries.rules(day), start=day, newest=_newest_versions()
    )
    return Future(moments, stuck, claims)


@dataclass(frozen=True, slots=True)
class Week:
    """What leaves in a week, by the sort of rung."""

    monday: date
    numbers: dict[str, int]


@dataclass(frozen=True, slots=True)
class Ahead:
    """The coming weeks of a policy, should nobody pay, as far as was looked at."""

    weeks: list[Week]
    debtors: int  # looked at
    left: int

    @property
    def kinds(self) -> list[str]:
        """The sorts of rung that come up, in the order of the ladder."""
        return sorted({kind for week in self.weeks for kind in week.numbers}, key=lambda kind: SEVERITY[kind])


def ahead(policy: Policy, *, day: date, days: int, sample: int) -> Ahead:
    """Give the weeks from a day on of the claims that follow a policy: what is sent, called about and handed over."""
    mine = Case.objects.active().filter(policy__lineage=policy.lineage, invoice__is_open=True)
    ids = mine.order_by("debtor_id").values_list("debtor_id", flat=True).distinct()
    chosen = list(ids[:sample])
    left = ids.count() - len(chosen) if len(chosen) == sample else 0
    snapshot, settled, newest = loading.load(chosen, day=day, everything=True), queries.rules(day), _newest_versions()
    versions = {key for key, known in settled.policies.items() if known.lineage == policy.lineage}
    last = day + timedelta(days=days)
    first = day - timedelta(days=day.weekday())
    weeks = {first + timedelta(days=7 * number): Counter[str]() for number in range((last - first).days // 7 + 1)}
    for debtor in snapshot.debtors:
        claims = snapshot.claims.get(debtor.id, [])
        about = {claim.invoice_id for claim in claims if claim.policy_id in versions}
        moments, _ = simulation.play(debtor, claims, rules=settled, start=day, newest=newest, until=last)
        for moment in moments:
            if moment.day <= last and moment.kind in SEVERITY and about & {invoice for invoice, _ in moment.rungs}:
                weeks[moment.day - timedelta(days=moment.day.weekday())][moment.kind] += 1
    return Ahead([Week(monday, dict(numbers)) for monday, numbers in weeks.items()], len(chosen), left)


def _newest_versions() -> dict[int, int]:
    """Give the version in use by every version of its lineage."""
    rows = list(Policy.objects.values_list("pk", "lineage", "replaced_at"))
    current = {lineage: pk for pk, lineage, replaced_at in rows if replaced_at is None}
    return {pk: current[lineage] for pk, lineage, _ in rows if lineage in current}


def example(variant: str, rungs: Sequence[Rung], *, due: date, settled: Rules) -> list[simulation.Moment]:
    """Give the real days of a policy on one invoice that is due on a day and that nobody pays.

    The tenant's sending days count, and the law; that he may charge consumers costs is taken for granted here.
    """
    consumer = variant == Variant.CONSUMER
    issued = due - timedelta(days=30)
    claim = Claim(
        case_id=1,
        invoice_id=1,
        debtor_id=1,
        policy_id=DRAFT,
        consumer=consumer,
        due_date=due,
        opens_on=due,
        received_on=issued,
        round=1,
        position_key="",
        position_kind="",
        position_on=None,
        term_ends_on=None,
        resume_on=None,
        default_since=balance.default_since(
            acted_as_consumer=consumer, issue_date=issued, due_date=due, due_date_derived=False, term_agreed=False
        ),
        principal=EXAMPLE_AMOUNT,
        interest=ZERO,
        costs=ZERO,
        interest_total=ZERO,
        costs_total=ZERO,
        interest_claimed=False,
        original=EXAMPLE_AMOUNT,
        contract_ref="",
        why_code="",
        why_until=None,
        next_look_on=None,
    )
    draft = PolicySnapshot(DRAFT, 1, variant, tuple(rungs))
    settled = replace(settled, policies={DRAFT: draft}, consumer_costs="allowed")
    moments, _ = simulation.play(Debtor(1), [claim], rules=settled, start=due + timedelta(days=rungs[0].days) - DAY)
    return moments
