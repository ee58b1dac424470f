"""Policies come with the tenant, change by versions, and are chosen for a debtor, an invoice or a segment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from common.words import in_dutch
from debtors import queries as debtor_queries
from debtors.models import Debtor
from dunning import defaults, queries
from dunning.models import Case, Policy, PolicyChoice, Rung
from dunning.operations import cases, withdrawing
from dunning.snapshot import SEVERITY, Kind
from dunning.snapshot import Rung as RungSnapshot
from dunning.states import Approval, Variant
from invoices.models import Invoice


class PolicyIsUnlawful(DomainError):
    """The law wants a rung that is missing or stands wrong."""

    code = "policy_is_unlawful"
    sentence = gettext_lazy("Zo mag het niet: %(why)s")


class PolicyIsNotInOrder(DomainError):
    """A rung comes before a milder one, or days go back."""

    code = "policy_is_not_in_order"
    sentence = gettext_lazy("Stap %(number)s staat niet op volgorde: %(why)s")


class PolicyIsReplaced(DomainError):
    """Somebody put another version in use meanwhile."""

    code = "policy_is_replaced"
    sentence = gettext_lazy("Intussen is een andere versie in gebruik genomen. Begin daarmee opnieuw.")


class PolicyNameTaken(DomainError):
    """There is a policy in use with that name."""

    code = "policy_name_taken"
    sentence = gettext_lazy("Er is al een beleid met de naam %(name)s. Kies een andere naam.")


def create_default_policies(*, by: Actor) -> list[Policy]:
    """Give a new tenant the two policies that work on the first day; every rung waits for a person."""
    return [
        publish(name=_("Zakelijk"), variant=Variant.BUSINESS, rungs=defaults.BUSINESS, is_default=True, by=by),
        publish(name=_("Particulier"), variant=Variant.CONSUMER, rungs=defaults.CONSUMER, is_default=True, by=by),
    ]


def publish(
    *,
    name: str,
    variant: str,
    rungs: Sequence[RungSnapshot],
    by: Actor,
    replaces: Policy | None = None,
    is_default: bool = False,
) -> Policy:
    """Put a policy, or a new version of one, in use. Cases keep their version until their next rung.

    :raises PolicyIsUnlawful: if a statutory rung is missing or stands wrong.
    :raises PolicyIsNotInOrder: if the rungs do not go up.
    :raises PolicyIsReplaced: if the version that it replaces is not in use any more.
    :raises PolicyNameTaken: if another policy in use has the name.
    """
    check(variant, rungs)
    with transaction.atomic():
        in_use = {policy.lineage: policy for policy in Policy.objects.current().select_for_update()}
        lineage: dict[str, object] = {}
        if any(one.name == name and (replaces is None or one.lineage != replaces.lineage) for one in in_use.values()):
            raise PolicyNameTaken(field="name", name=name)
        if replaces is not None:
            if in_use.get(replaces.lineage) != replaces:
                raise PolicyIsReplaced
            is_default = in_use[replaces.lineage].is_default
            Policy.objects.filter(pk=replaces.pk).update(replaced_at=by.at)
            lineage = {"lineage": replaces.lineage, "version": replaces.version + 1}
        policy = Policy.objects.create(
            name=name, variant=variant, is_default=is_default, published_at=by.at, published_by=by.label, **lineage
        )
        Rung.objects.bulk_create(_row(policy, position, rung) for position, rung in enumerate(rungs))
        audit.record("policy.published", by=by, kind="policy", subject=policy, version=policy.version)
        if replaces is not None:
            _move_unstarted_cases(policy, by)
    return policy


def _row(policy: Policy, position: int, rung: RungSnapshot) -> Rung:
    return Rung(policy=policy, position=position, **(rung._asdict() | {"channels": list(rung.channels)}))


def check(variant: str, rungs: Sequence[RungSnapshot]) -> None:
    """Refuse a policy that the law does not allow, or that does not go up.

    :raises PolicyIsUnlawful: see there.
    :raises PolicyIsNotInOrder: see there.
    """
    kinds = [rung.kind for rung in rungs]
    if not kinds:
        raise PolicyIsUnlawful(why=_("een beleid heeft minstens één stap."))
    if variant == Variant.BUSINESS and Kind.FOURTEEN_DAY_LETTER in kinds:
        raise PolicyIsUnlawful(why=_("een veertiendagenbrief is er alleen voor particulieren."))
    charging = [number for number, rung in enumerate(rungs) if rung.charges_costs]
    if variant == Variant.CONSUMER and charging:
        _check_consumer_costs(kinds, charging[0])
    _check_order(rungs)
    for number, rung in enumerate(rungs, start=1):
        _check_rung(number, rung, kinds)


def _check_order(rungs: Sequence[RungSnapshot]) -> None:
    """A call may stand anywhere before the handoff; the others go up."""
    severest = -1
    for number, (before, rung) in enumerate(pairwise((None, *rungs)), start=1):
        assert rung is not None
        if before is not None and rung.days < before.days:
            raise PolicyIsNotInOrder(number=number, why=_("de dagen lopen terug."))
        if before is not None and before.kind == Kind.HANDOFF:
            raise PolicyIsNotInOrder(number=number, why=_("na de overdracht komt niets meer van u."))
        if rung.kind == Kind.CALL:
            continue
        if SEVERITY[rung.kind] < severest:
            raise PolicyIsNotInOrder(number=number, why=_("een mildere stap volgt op een strengere."))
        severest = SEVERITY[rung.kind]


def _check_rung(number: int, rung: RungSnapshot, kinds: list[str]) -> None:
    if rung.kind not in {Kind.CALL, Kind.HANDOFF} and not rung.channels:
        raise PolicyIsNotInOrder(number=number, why=_("kies e-mail, post of beide."))
    if rung.kind == Kind.FOURTEEN_DAY_LETTER and "post" not in rung.channels:
        raise PolicyIsNotInOrder(number=number, why=_("een veertiendagenbrief gaat altijd ook per post."))
    if kinds.count(rung.kind) > 1:
        raise PolicyIsNotInOrder(number=number, why=_("deze soort stap komt al voor."))


def _check_consumer_costs(kinds: list[str], charging: int) -> None:
    letter = kinds.index(Kind.FOURTEEN_DAY_LETTER) if Kind.FOURTEEN_DAY_LETTER in kinds else None
    if letter is None or letter > charging:
        raise PolicyIsUnlawful(
            number=charging + 1,
            why=_("aan particulieren mogen kosten pas na een veertiendagenbrief (art. 6:96 lid 6 BW)."),
        )
    if Kind.DEFAULT_NOTICE not in kinds or kinds.index(Kind.DEFAULT_NOTICE) > letter:
        raise PolicyIsUnlawful(
            number=letter + 1, why=_("voor de veertiendagenbrief moet een ingebrekestelling staan (art. 6:82 BW).")
        )


def _move_unstarted_cases(policy: Policy, by: Actor) -> None:
    """Cases before their first rung follow the new version at once; the others at their next rung."""
    unstarted = Case.objects.active().filter(policy__lineage=policy.lineage, position_key="").exclude(policy=policy)
    moved = list(unstarted.select_related("invoice").exclude(why_code="planned"))
    first = cases.first_rung_days({policy.pk}).get(policy.pk, 0)
    for case in moved:
        case.policy = policy
        case.opens_on = case.invoice.due_date.fromordinal(case.invoice.due_date.toordinal() + first)
        case.next_look_on = max(case.opens_on, by.day)
    Case.objects.bulk_update(moved, ["policy", "opens_on", "next_look_on"], batch_size=1000)


def make_default(*, policy: Policy, by: Actor) -> Policy:
    """Let new claims of a variant follow a policy where none is chosen; claims on a ladder stay where they are."""
    with transaction.atomic():
        in_use = Policy.objects.current().select_for_update().filter(variant=policy.variant)
        in_use.filter(is_default=True).exclude(lineage=policy.lineage).update(is_default=False)
        in_use.filter(lineage=policy.lineage).update(is_default=True)
        policy.refresh_from_db()
        audit.record("policy.made_default", by=by, kind="policy", subject=policy)
    return policy


def change_approval(*, policy: Policy, key: str, approval: str, by: Actor) -> None:
    """Change who lets a rung go out, at once and for every claim: also for those on an older version.

    What was planned before keeps the approval it was planned with.
    """
    with transaction.atomic():
        rungs = Rung.objects.filter(policy__lineage=policy.lineage, key=key)
        mine = rungs.get(policy=policy)
        if mine.approval == approval:
            return
        rungs.update(approval=approval)
        audit.record(
            "policy.approval_changed",
            by=by,
            kind="policy",
            subject=policy,
            rung=mine.kind,
            was=in_dutch(Approval(mine.approval).label),
            now=in_dutch(Approval(approval).label),
        )


def change_approvals(*, policy: Policy, approvals: Mapping[str, str], by: Actor) -> None:
    """Change who lets some rungs go out, by their keys (`change_approval`)."""
    with transaction.atomic():
        for key, approval in approvals.items():
            change_approval(policy=policy, key=key, approval=approval, by=by)


@dataclass(frozen=True, slots=True)
class Affected:
    """How many claims meet a new version, and at which rung they stand."""

    rung_kind: str
    number: int


def affected_by(policy: Policy) -> list[Affected]:
    """Give how many active claims stand on older or this version of a policy, by the rung they stand on."""
    counts: dict[str, int] = {}
    for kind in Case.objects.active().filter(policy__lineage=policy.lineage).values_list("position_kind", flat=True):
        counts[kind] = counts.get(kind, 0) + 1
    return [
        Affected(kind, number) for kind, number in sorted(counts.items(), key=lambda pair: SEVERITY.get(pair[0], -1))
    ]


def choose_policy(
    *,
    lineage: str,
    variant: str,
    by: Actor,
    debtor: Debtor | None = None,
    invoice: Invoice | None = None,
    segment: str = "",
) -> None:
    """Let a debtor, an invoice or a segment follow a policy; an empty lineage means the default again.

    Its open claims move to it at once, at the rung of the same kind.
    """
    with transaction.atomic():
        choice = {"debtor": debtor, "invoice": invoice, "segment": segment, "variant": variant}
        PolicyChoice.objects.filter(**choice).delete()
        if lineage:
            PolicyChoice.objects.create(lineage=lineage, **choice)
        _follow_choice(debtor, invoice, segment, by)
        policy = Policy.objects.current().filter(lineage=lineage).first()
        audit.record(
            "policy.chosen",
            by=by,
            kind="policy",
            label=str(debtor or invoice or segment),
            debtor_id=debtor.pk if debtor else invoice.debtor_id if invoice else None,
            policy=policy.name if policy else _("standaard"),
        )


def _follow_choice(debtor: Debtor | None, invoice: Invoice | None, segment: str, by: Actor) -> None:
    mine = Q(debtor=debtor) if debtor else Q(invoice=invoice) if invoice else Q(debtor__segment=segment)
    debtor_queries.lock_all(Case.objects.active().filter(mine).values_list("debtor_id", flat=True))
    moving = list(Case.objects.active().filter(mine).select_related("invoice__debtor"))
    policies = queries.policy_for([case.invoice for case in moving])
    for case in moving:
        if case.policy_id != policies[case.invoice_id].pk:
            withdrawing.withdraw_for_case(case, reason=_("ander beleid gekozen"), by=by)
            Case.objects.filter(pk=case.pk).update(policy=policies[case.invoice_id], next_look_on=by.day)
