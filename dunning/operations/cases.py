"""A claim gets a case, closes, opens again, and is looked at again when something about it changed."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from common.actor import Actor
from debtors.models import Debtor
from dunning import queries, signals
from dunning.models import Case, Policy, Rung
from dunning.operations import withdrawing
from dunning.states import CASE_TRANSITIONS, CaseState
from invoices.models import Invoice
from worklist import operations as worklist
from worklist.models import TaskKind

# After a reversal or a rejected dispute the ladder goes on at the old rung, but not before so many days.
FRESH_TERM = timedelta(days=7)


class CaseCannotBecome(Exception):
    """A state that the table of transitions does not allow. Always a bug."""


def open_cases(invoices: Sequence[Invoice]) -> list[Case]:
    """Give every invoice with something open its case; it is first looked at when its first rung may come.

    A case opens at the due date plus the days of the first rung (so a courtesy message exists). Debtors must be loaded
    with the invoices.
    """
    unpaid = [invoice for invoice in invoices if invoice.is_open]
    if not unpaid:
        return []
    policies = queries.policy_for(unpaid)
    first_days = first_rung_days({policy.pk for policy in policies.values()})
    return Case.objects.bulk_create(
        [_case(invoice, policies[invoice.pk], first_days) for invoice in unpaid], ignore_conflicts=True
    )


def _case(invoice: Invoice, policy: Policy, first_days: dict[int, int]) -> Case:
    opens_on = invoice.due_date + timedelta(days=first_days.get(policy.pk, 0))
    return Case(invoice=invoice, debtor_id=invoice.debtor_id, policy=policy, opens_on=opens_on, next_look_on=opens_on)


def first_rung_days(policy_ids: set[int]) -> dict[int, int]:
    """Give the days of the first rung of each policy version."""
    return dict(Rung.objects.filter(policy__in=policy_ids, position=0).values_list("policy_id", "days"))


def move(case: Case, state: CaseState) -> None:
    """Change the state of a case.

    :raises CaseCannotBecome: if the table does not allow it.
    """
    if state not in CASE_TRANSITIONS[case.state]:
        raise CaseCannotBecome(f"{case.state} -> {state}")
    case.state = state


def close_case(*, invoice: Invoice, by: Actor) -> None:
    """Close the case of a settled claim at once, and withdraw the letters that wait for it."""
    case = Case.objects.select_for_update().filter(invoice=invoice).first()
    if case is None:
        return
    if case.state != CaseState.CLOSED:
        move(case, CaseState.CLOSED)
        case.next_look_on, case.why_code, case.why_until = None, "", None
        case.save(update_fields=["state", "next_look_on", "why_code", "why_until"])
    withdrawing.withdraw_for_case(case, reason=_("factuur voldaan"), by=by)
    worklist.finish_tasks_about(
        subject_kind="invoice",
        subject_id=invoice.public_id,
        outcome=_("voldaan"),
        by=by,
        kinds=SETTLED_ENDS,
    )


SETTLED_ENDS: list[str] = [TaskKind.SMALL_REST, TaskKind.REOPENED, TaskKind.DISPUTE_DEADLINE, TaskKind.END_OF_LADDER]


def close_cases(*, invoice_ids: Sequence[int], by: Actor) -> None:
    """Do for many settled claims what `close_case` does for one, in a fixed number of statements and one a task."""
    mine = Case.objects.filter(invoice__among=invoice_ids)
    mine.exclude(state=CaseState.CLOSED).update(state=CaseState.CLOSED, next_look_on=None, why_code="", why_until=None)
    withdrawing.withdraw_for_claims(invoice_ids, reason=_("factuur voldaan"), by=by)
    settled = Invoice.objects.filter(pk__among=invoice_ids).values("public_id")
    worklist.finish_tasks_about_many(
        subject_kind="invoice", subject_ids=settled, outcome=_("voldaan"), by=by, kinds=SETTLED_ENDS
    )


def reopen_case(*, invoice: Invoice, reason: str, by: Actor) -> None:
    """Open the case of a claim again whose payment went back: its old rung, a short new term, a task; a new round.

    No second friendly letter and no second costs: the next rung is the one after the last taken.
    """
    case = Case.objects.select_for_update().filter(invoice=invoice).first()
    if case is None:
        open_cases([invoice])
        return
    if case.state == CaseState.CLOSED:
        move(case, CaseState.ACTIVE)
        case.round += 1
    case.resume_on = by.day + FRESH_TERM
    case.next_look_on = by.day
    case.save(update_fields=["state", "round", "resume_on", "next_look_on"])
    worklist.add_task(
        kind=TaskKind.REOPENED,
        subject_kind="invoice",
        subject_id=invoice.public_id,
        debtor=Debtor.objects.get(pk=invoice.debtor_id),
        amount=invoice.open_amount,
        due_on=by.day + timedelta(days=1),
        note=reason,
        by=by,
    )
    signals.cases_reopened.send(Case, cases=[case], by=by)


def look_again(*, day: date, debtor_id: int | None = None, invoice: Invoice | None = None) -> None:
    """Have the next night look at a claim, or at all claims of a debtor, because something about them changed."""
    cases = Case.objects.active().exclude(why_code="planned")
    mine: dict[str, object] = {"invoice": invoice} if invoice is not None else {"debtor_id": debtor_id}
    cases.filter(**mine).update(next_look_on=day)


def resume_case(*, invoice: Invoice, by: Actor) -> None:
    """Let a claim go on at the same rung after a rejected dispute, but not before seven days are over."""
    Case.objects.active().filter(invoice=invoice).update(resume_on=by.day + FRESH_TERM, next_look_on=by.day)


def due_date_is_fixed(invoice: Invoice) -> bool:
    """Tell whether a statutory notice counted from the due date, so that it may not move any more."""
    return invoice.cases.filter(
        steps__kind__in=["default_notice", "fourteen_day_letter", "final_demand"], steps__undelivered_on=None
    ).exists()


def follow_due_date(*, invoice: Invoice, by: Actor) -> None:
    """Let the case follow a due date that changed; letters planned on the old one are withdrawn."""
    case = Case.objects.select_for_update().filter(invoice=invoice).first()
    if case is None:
        return
    days = first_rung_days({case.policy_id})
    case.opens_on = invoice.due_date + timedelta(days=days.get(case.policy_id, 0))
    case.next_look_on = max(case.opens_on, by.day) if not case.position_key else by.day
    case.save(update_fields=["opens_on", "next_look_on"])
    withdrawing.withdraw_for_case(case, reason=_("vervaldatum gewijzigd"), by=by)


def follow_balance(*, invoice: Invoice, by: Actor) -> None:
    """A claim has less or more open: a letter that asks the old amount is withdrawn, and the next night looks again."""
    case = Case.objects.active().filter(invoice=invoice).first()
    if case is None:
        return
    withdrawing.withdraw_for_case(case, reason=_("bedrag gewijzigd"), by=by)
    Case.objects.filter(pk=case.pk).update(next_look_on=by.day)
