"""What happens below that the ladder must follow at once. Promptness only: every night reads the truth itself."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from common.actor import Actor
from common.calendar import extend_to_working_day
from common.words import in_dutch
from correspondence import signals as mail
from correspondence.arranged_content import Kind as Telling
from correspondence.models import Message
from correspondence.states import ChannelKind
from debtors import operations as debtors
from debtors import signals as debtor_signals
from debtors.models import Debtor
from dunning import operations
from dunning.models import Case, LadderSettings, Notice
from invoices import signals as claims
from invoices.models import Dispute, Invoice
from invoices.states import DisputeOutcome
from payments import signals as money
from payments.models import Arrangement, DirectDebit, Payment, Promise
from payments.states import ArrangementState, PromiseState
from tenants import signals as tenants
from tenants.context import tenant_context
from tenants.models import Tenant
from worklist import operations as worklist
from worklist.models import TaskKind

# What reaches a debtor because of what he owes; an address that fails for one of these is a person's work.
TO_A_DEBTOR = frozenset({"notice", "debit", "mandate", *Telling})


@receiver(tenants.tenant_created)
def give_it_a_ladder(*, tenant: Tenant, by: Actor, **_: Any) -> None:
    with tenant_context(tenant.pk):
        LadderSettings.objects.get_or_create()
        operations.create_default_policies(by=by)


@receiver(claims.invoices_registered)
def open_cases(*, invoices: Sequence[Invoice], **_: Any) -> None:
    operations.open_cases(invoices)


@receiver(claims.invoice_changed)
def follow_due_date(*, invoice: Invoice, by: Actor, **_: Any) -> None:
    operations.follow_due_date(invoice=invoice, by=by)


@receiver(claims.invoice_settled)
def close_case(*, invoice: Invoice, by: Actor, **_: Any) -> None:
    operations.close_case(invoice=invoice, by=by)


@receiver(claims.invoices_settled)
def close_cases(*, invoice_ids: Sequence[int], by: Actor, **_: Any) -> None:
    operations.close_cases(invoice_ids=invoice_ids, by=by)


@receiver(claims.invoice_reopened)
def reopen_case(*, invoice: Invoice, reason: str, by: Actor, **_: Any) -> None:
    operations.reopen_case(invoice=invoice, reason=reason, by=by)


@receiver(claims.balance_changed)
def follow_balance(*, invoice: Invoice, by: Actor, **_: Any) -> None:
    operations.follow_balance(invoice=invoice, by=by)


@receiver(claims.credit_changed)
def look_again_after_credit(*, debtor_id: int, by: Actor, **_: Any) -> None:
    operations.look_again(debtor_id=debtor_id, day=by.day)


@receiver(claims.dispute_opened)
def stop_for_dispute(*, dispute: Dispute, by: Actor, **_kwargs: Any) -> None:
    _stop([dispute.invoice_id], reason=_("in geschil"), by=by)


@receiver(claims.dispute_resolved)
def go_on_after_dispute(*, dispute: Dispute, by: Actor, **_: Any) -> None:
    invoice = Invoice.objects.get(pk=dispute.invoice_id)
    if dispute.outcome == DisputeOutcome.REJECTED:
        operations.resume_case(invoice=invoice, by=by)
    else:
        operations.look_again(invoice=invoice, day=by.day)
    worklist.finish_tasks_about(
        subject_kind="dispute",
        subject_id=dispute.public_id,
        outcome=in_dutch(DisputeOutcome(dispute.outcome).label),
        by=by,
        kinds=[TaskKind.DISPUTE_DEADLINE],
    )


@receiver(claims.terms_changed)
def look_again_after_terms(*, by: Actor, **_: Any) -> None:
    """What waited for an answer about costs is looked at again."""
    Case.objects.active().filter(why_code="consumer_terms").update(next_look_on=by.day)


@receiver(money.payment_booked)
def look_again_after_payment(*, payment: Payment, by: Actor, **_: Any) -> None:
    """Credit concerns all claims of a debtor; what paid for claims is followed claim by claim (`follow_balance`)."""
    if payment.debtor_id is not None and payment.unallocated:
        operations.look_again(debtor_id=payment.debtor_id, day=by.day)


@receiver([money.statements_imported, money.lines_worked_off])
def go_on_after_statements(*, by: Actor, **_: Any) -> None:
    operations.hear_from_bank(by=by)


@receiver(money.promise_made)
def wait_for_promise(*, promise: Promise, by: Actor, **_kwargs: Any) -> None:
    _stop(promise.invoices.values_list("invoice_id", flat=True), reason=_("betaling beloofd"), by=by)


@receiver(money.promise_ended)
def go_on_after_promise(*, promise: Promise, by: Actor, **_: Any) -> None:
    operations.look_again(debtor_id=promise.debtor_id, day=by.day)
    if promise.state == PromiseState.BROKEN:
        worklist.add_task(
            kind=TaskKind.BROKEN_PROMISE,
            subject_kind="promise",
            subject_id=promise.public_id,
            debtor=promise.debtor,
            amount=promise.amount,
            due_on=by.day + timedelta(days=1),
            by=by,
        )


@receiver(money.arrangement_asked)
def refuse_what_an_agency_has(*, invoices: Sequence[Invoice], **_: Any) -> None:
    operations.refuse_what_is_handed_over(invoices)


@receiver(money.arrangement_proposed)
def ask_about_proposal(*, arrangement: Arrangement, problems: Sequence[str], by: Actor, **_kwargs: Any) -> None:
    """A debtor's own proposal keeps the ladder waiting for a while; one that a person makes waits for nobody."""
    if not arrangement.by_debtor:
        return
    _stop(arrangement.invoices.values_list("invoice_id", flat=True), reason=_("regeling voorgesteld"), by=by)
    worklist.add_task(
        kind=TaskKind.ARRANGEMENT_PROPOSAL,
        subject_kind="arrangement",
        subject_id=arrangement.public_id,
        debtor=arrangement.debtor,
        amount=arrangement.total,
        due_on=extend_to_working_day(by.day),
        note="\n".join(problems),
        by=by,
    )


@receiver(money.arrangement_agreed)
def wait_for_instalments(*, arrangement: Arrangement, by: Actor, **_kwargs: Any) -> None:
    _stop(arrangement.invoices.values_list("invoice_id", flat=True), reason=_("betalingsregeling afgesproken"), by=by)
    _judged(arrangement, _("afgesproken"), by)
    kind = Telling.COUNTER if arrangement.replaces_id else Telling.AGREED
    operations.tell_about(arrangement=arrangement, kind=kind, by=by)


@receiver(money.arrangement_resumed)
def wait_again(*, arrangement: Arrangement, by: Actor, **_kwargs: Any) -> None:
    _stop(arrangement.invoices.values_list("invoice_id", flat=True), reason=_("betalingsregeling loopt"), by=by)


@receiver(money.arrangement_ended)
def go_on_after_arrangement(*, arrangement: Arrangement, replaced: bool, by: Actor, **_kwargs: Any) -> None:
    operations.look_again(debtor_id=arrangement.debtor_id, day=by.day)
    _judged(arrangement, in_dutch(arrangement.get_state_display()), by)
    if arrangement.state == ArrangementState.COMPLETED:
        operations.tell_about(arrangement=arrangement, kind=Telling.DONE, by=by)
    elif arrangement.state == ArrangementState.DECLINED and arrangement.by_debtor and not replaced:
        operations.tell_about(arrangement=arrangement, kind=Telling.DECLINED, by=by)
    elif arrangement.state == ArrangementState.DEFAULTED:
        worklist.add_task(
            kind=TaskKind.ARRANGEMENT_BROKEN,
            subject_kind="arrangement",
            subject_id=arrangement.public_id,
            debtor=arrangement.debtor,
            amount=arrangement.total - sum(row.paid for row in arrangement.instalments.all()),
            due_on=by.day + timedelta(days=1),
            by=by,
        )


def _judged(arrangement: Arrangement, outcome: str, by: Actor) -> None:
    worklist.finish_tasks_about(
        subject_kind="arrangement",
        subject_id=arrangement.public_id,
        outcome=outcome,
        by=by,
        kinds=[TaskKind.ARRANGEMENT_PROPOSAL],
    )


@receiver(money.collection_changed)
def wait_for_the_bank(*, debtor_ids: Iterable[int], invoice_ids: Sequence[int], by: Actor, **_kwargs: Any) -> None:
    """What is collected is not reminded of; what is not collected after all is looked at again."""
    _stop(invoice_ids, reason=_("wordt geïncasseerd"), by=by)
    for debtor_id in debtor_ids:
        operations.look_again(debtor_id=debtor_id, day=by.day)


@receiver(money.debit_returned)
def go_on_after_storno(*, debit: DirectDebit, reason: str, by: Actor, **_kwargs: Any) -> None:
    """The claim stands on its old rung, with a short new term and a task (R12), also if it was never closed."""
    if debit.invoice is not None:
        operations.reopen_case(invoice=Invoice.objects.get(pk=debit.invoice.pk), reason=reason, by=by)


def _stop(invoice_ids: Any, *, reason: str, by: Actor) -> None:
    """Withdraw letters that wait for these claims, and have the next night say why they stand still."""
    for case in Case.objects.active().filter(invoice__in=list(invoice_ids)):
        operations.withdraw_for_case(case, reason=reason, by=by)
    Case.objects.active().filter(invoice__in=list(invoice_ids)).update(next_look_on=by.day)


@receiver(debtor_signals.debtor_changed)
def follow_debtor(*, debtor: Debtor, fields: set[str], by: Actor, **_kwargs: Any) -> None:
    if (debtor.legal_state and "legal_state" in fields) or (debtor.own_group and "own_group" in fields):
        for case in Case.objects.active().filter(debtor=debtor):
            operations.withdraw_for_case(case, reason=_("status van de debiteur gewijzigd"), by=by)
    operations.look_again(debtor_id=debtor.pk, day=by.day)
    if fields & {"contacts", "street", "city", "postcode", "post_returned_on"}:
        worklist.finish_tasks_about(
            subject_kind="debtor",
            subject_id=debtor.public_id,
            outcome=_("adres bijgewerkt"),
            by=by,
            kinds=[TaskKind.NO_ADDRESS, TaskKind.BOUNCE],
        )


@receiver(debtor_signals.address_failed)
def look_again_without_address(*, debtor: Debtor, by: Actor, **_: Any) -> None:
    operations.look_again(debtor_id=debtor.pk, day=by.day)


def _notice_of(message: Message) -> Notice | None:
    if message.subject_kind != "notice":
        return None
    return Notice.objects.filter(public_id=message.subject_id).first()


@receiver(mail.message_sent)
def take_the_rungs(*, message: Message, by: Actor, **_: Any) -> None:
    notice = _notice_of(message)
    if notice is not None:
        operations.record_dispatch(notice=notice, message=message, by=by)


@receiver(mail.message_bounced)
def give_the_rungs_back(*, message: Message, reason: str, by: Actor, **_: Any) -> None:
    notice = _notice_of(message)
    if message.channel == ChannelKind.EMAIL and message.debtor is not None:
        debtors.mark_email_invalid(debtor=message.debtor, address=message.to_address, reason=reason, by=by)
    if message.debtor is not None and message.subject_kind in TO_A_DEBTOR:
        worklist.add_task(
            kind=TaskKind.BOUNCE, debtor=message.debtor, due_on=by.day + timedelta(days=1), note=reason, by=by
        )
    if notice is not None:
        operations.record_not_delivered(notice=notice, reason=reason, by=by)


@receiver(mail.address_refused)
def mark_the_address(*, message: Message, reason: str, by: Actor, **_: Any) -> None:
    """The same as a bounce: the night goes on by another way, instead of trying this address every night."""
    if message.debtor is None or message.subject_kind not in TO_A_DEBTOR:
        return
    debtors.mark_email_invalid(debtor=message.debtor, address=message.to_address, reason=reason, by=by)
    worklist.add_task(
        kind=TaskKind.BOUNCE, debtor=message.debtor, due_on=by.day + timedelta(days=1), note=reason, by=by
    )


@receiver(mail.message_failed)
def plan_anew(*, message: Message, reason: str, by: Actor, **_: Any) -> None:
    notice = _notice_of(message)
    if notice is not None:
        operations.record_failure(notice=notice, reason=reason, by=by)


@receiver(mail.doubt_settled)
def ask_no_longer(*, message: Message, by: Actor, **_kwargs: Any) -> None:
    worklist.finish_tasks_about(
        subject_kind="message",
        subject_id=message.public_id,
        outcome=_("niet meer onzeker"),
        by=by,
        kinds=[TaskKind.IN_DOUBT],
    )


@receiver(mail.message_in_doubt)
def ask_about_doubt(*, message: Message, by: Actor, **_: Any) -> None:
    operations.ask_about_doubt(message=message, by=by)
