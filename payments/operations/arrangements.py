"""A debtor pays in parts: proposed, agreed, judged by what came in, ended. The ladder waits meanwhile.

While it is kept no interest is asked beyond the day it was agreed (docs/adr/0016-instalments.md): each claim carries an
offer of what was open then, and that offer ends when the arrangement falls or is taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from common.money import ZERO
from debtors import queries as debtor_queries
from debtors.models import Debtor
from invoices import operations as claims
from invoices import queries as invoice_queries
from invoices.models import Invoice, Settlement
from payments import arranged, instalments, signals
from payments.instalments import Part
from payments.models import ArrangedInvoice, Arrangement, ArrangementTerms, Instalment
from payments.operations import judging, promises
from payments.states import ArrangementState

# The offer of no further interest outlives the last day a little: what ends an arrangement ends its offer.
OFFER_OUTLIVES = timedelta(days=31)


class NothingToArrange(DomainError):
    """None of the claims has something open that is not disputed."""

    code = "nothing_to_arrange"
    sentence = gettext_lazy("Er staat niets open om in termijnen te betalen.")


class AlreadyArranged(DomainError):
    """A claim is in an arrangement, or in a proposal that waits."""

    code = "already_arranged"
    sentence = gettext_lazy("Voor %(numbers)s is al een regeling afgesproken of voorgesteld.")


class NotThisDebtors(DomainError):
    """A claim belongs to somebody else."""

    code = "arranged_claim_of_another"
    sentence = gettext_lazy("Factuur %(number)s is van een andere debiteur.")


class ScheduleDoesNotAddUp(DomainError):
    """The instalments come to another amount than what is open."""

    code = "schedule_does_not_add_up"
    sentence = gettext_lazy("De termijnen zijn samen € %(planned)s en er staat € %(total)s open.")


class ScheduleInThePast(DomainError):
    """An instalment is due before today, or two on one day, or for nothing."""

    code = "schedule_not_in_order"
    sentence = gettext_lazy("Elke termijn heeft een eigen dag, vandaag of later, en een bedrag.")


class ArrangementsNotOffered(DomainError):
    """The tenant does not let debtors propose."""

    code = "arrangements_not_offered"
    sentence = gettext_lazy("Een betalingsregeling kan hier niet online worden aangevraagd. Neem contact op.")


class ArrangementHasEnded(DomainError):
    """Somebody judged it already, or it is over."""

    code = "arrangement_has_ended"
    sentence = gettext_lazy("Dat kan niet meer: deze regeling is %(state)s.")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What somebody wants to be paid in parts: the claims with what of each is taken in, and the days."""

    invoices: tuple[Invoice, ...]
    amounts: dict[int, tuple[Decimal, Decimal]]
    parts: tuple[Part, ...]

    @property
    def total(self) -> Decimal:
        return sum((amount for amount, _left_out in self.amounts.values()), start=ZERO)


def propose_arrangement(
    *,
    debtor: Debtor,
    invoices: Sequence[Invoice],
    schedule: Sequence[tuple[date, Decimal]],
    by: Actor,
    by_debtor: bool,
    note: str = "",
    by_direct_debit: bool = False,
    replaces: Arrangement | None = None,
) -> Arrangement:
    """Note that a debtor may or wants to pay some claims in parts. What is disputed of them is left out.

    His own proposal inside the tenant's limits is agreed at once; outside them a person is asked. His request
    acknowledges the claims (art. 3:318 BW), and the log says so. One of a person waits for `agree_arrangement`.

    :raises NothingToArrange, AlreadyArranged, NotThisDebtors: if the claims cannot be arranged.
    :raises ScheduleDoesNotAddUp, ScheduleInThePast: if the days or amounts cannot be.
    :raises ArrangementsNotOffered: if a debtor proposes where the tenant does not want it.
    """
    if by_debtor and not arranged.terms().is_offered:
        raise ArrangementsNotOffered
    with transaction.atomic():
        debtor_queries.lock(debtor.pk)
        wish = _wish(debtor, invoices, schedule, by)
        crossed = arranged.problems(debtor, wish.parts, by.day) if by_debtor else []
        arrangement = Arrangement.objects.create(
            debtor=debtor,
            total=wish.total,
            proposed_on=by.day,
            proposed_by=by.label[:120],
            by_debtor=by_debtor,
            note=note,
            by_direct_debit=by_direct_debit,
            replaces=replaces,
        )
        _store_parts(arrangement, wish)
        _log("proposed", arrangement, by, amount=wish.total, invoices=", ".join(row.number for row in wish.invoices))
        if by_debtor:
            _log_acknowledged(arrangement, wish, by)
        if by_debtor and not crossed:
            return agree_arrangement(arrangement=arrangement, by=by)
        signals.arrangement_proposed.send(Arrangement, arrangement=arrangement, problems=crossed, by=by)
    return arrangement


def make_arrangement(
    *,
    debtor: Debtor,
    invoices: Sequence[Invoice],
    schedule: Sequence[tuple[date, Decimal]],
    by: Actor,
    note: str = "",
    by_direct_debit: bool = False,
    replaces: Arrangement | None = None,
) -> Arrangement:
    """Agree with a debtor that he pays some claims in parts, as a person settled it with him; no limit holds.

    :raises DomainError: as `propose_arrangement`.
    """
    with transaction.atomic():
        proposed = propose_arrangement(
            debtor=debtor,
            invoices=invoices,
            schedule=schedule,
            by=by,
            by_debtor=False,
            note=note,
            by_direct_debit=by_direct_debit,
            replaces=replaces,
        )
        return agree_arrangement(arrangement=proposed, by=by)


def _wish(debtor: Debtor, invoices: Sequence[Invoice], schedule: Sequence[tuple[date, Decimal]], by: Actor) -> _Wish:
    rows = tuple(Invoice.objects.filter(pk__in=[row.pk for row in invoices]).order_by("due_date", "pk"))
    for invoice in rows:
        if invoice.debtor_id != debtor.pk:
            raise NotThisDebtors(number=invoice.number)
    held = arranged.of_invoices(row.pk for row in rows)
    if held:
        raise AlreadyArranged(numbers=", ".join(row.number for row in rows if row.pk in held))
    signals.arrangement_asked.send(Arrangement, invoices=rows, by=by)
    amounts = arranged.amounts(rows, by.day)
    wanted = tuple(row for row in rows if amounts[row.pk][0] > 0)
    wish = _Wish(wanted, {row.pk: amounts[row.pk] for row in wanted}, _in_order(schedule, by.day))
    if not wish.invoices:
        raise NothingToArrange
    planned = instalments.total_of(wish.parts)
    if planned != wish.total:
        raise ScheduleDoesNotAddUp(field="schedule", planned=planned, total=wish.total)
    return wish


def _in_order(schedule: Sequence[tuple[date, Decimal]], day: date) -> tuple[Part, ...]:
    parts = instalments.in_order([Part(due_on, amount) for due_on, amount in schedule])
    days = {part.due_on for part in parts}
    if not parts or len(days) != len(parts) or min(days) < day or any(part.amount <= 0 for part in parts):
        raise ScheduleInThePast(field="schedule")
    return parts


def _store_parts(arrangement: Arrangement, wish: _Wish) -> None:
    ArrangedInvoice.objects.bulk_create(
        ArrangedInvoice(
            arrangement=arrangement,
            invoice=invoice,
            amount=wish.amounts[invoice.pk][0],
            left_out=wish.amounts[invoice.pk][1],
        )
        for invoice in wish.invoices
    )
    Instalment.objects.bulk_create(
        Instalment(arrangement=arrangement, number=number, due_on=part.due_on, amount=part.amount)
        for number, part in enumerate(wish.parts, start=1)
    )


def _log(verb: str, arrangement: Arrangement, by: Actor, reason: str = "", **data: object) -> None:
    audit.record(
        f"arrangement.{verb}",
        by=by,
        kind="arrangement",
        subject=arrangement,
        label=arrangement.debtor.name,
        debtor_id=arrangement.debtor_id,
        reason=reason,
        **data,
    )


def _log_acknowledged(arrangement: Arrangement, wish: _Wish, by: Actor) -> None:
    audit.record_many(
        "invoice.acknowledged",
        by=by,
        kind="invoice",
        rows=[(row, row.debtor_id, {"arrangement": arrangement.public_id}) for row in wish.invoices],
    )


def agree_arrangement(*, arrangement: Arrangement, by: Actor) -> Arrangement:
    """Let a proposal hold from today: no further interest is asked while it is kept, a running promise is replaced.

    What is open may differ a little from the day of the proposal: the last instalment follows.

    :raises ArrangementHasEnded: if it is no longer a proposal.
    :raises NothingToArrange: if nothing is open any more.
    """
    with transaction.atomic():
        debtor_queries.lock(arrangement.debtor_id)
        arrangement = judging.locked(arrangement)
        _must_be(arrangement, ArrangementState.PROPOSED)
        rows = list(arrangement.invoices.select_related("invoice").order_by("invoice__due_date", "invoice_id"))
        signals.arrangement_asked.send(Arrangement, invoices=[row.invoice for row in rows], by=by)
        _take_todays_amounts(arrangement, rows, by)
        _offer_no_more_interest(arrangement, rows, by)
        judging.move(arrangement, ArrangementState.ACTIVE)
        arrangement.agreed_on, arrangement.agreed_by = by.day, by.label[:120]
        arrangement.save(update_fields=["state", "total", "agreed_on", "agreed_by"])
        promises.replace_promises(invoices=[row.invoice for row in rows], by=by, reason=_("betalingsregeling"))
        _log("agreed", arrangement, by, amount=arrangement.total)
        signals.arrangement_agreed.send(Arrangement, arrangement=arrangement, by=by)
    return arrangement


def _must_be(arrangement: Arrangement, state: ArrangementState) -> None:
    if arrangement.state != state:
        raise ArrangementHasEnded(state=arrangement.get_state_display())


def _take_todays_amounts(arrangement: Arrangement, rows: Sequence[ArrangedInvoice], by: Actor) -> None:
    """Book interest that was claimed through today, then fix what of each claim is arranged."""
    for row in rows:
        due = invoice_queries.amount_due(row.invoice, by.day)
        if due.interest_claimed and due.offered is None:
            claims.charge_interest(invoice=row.invoice, through=by.day, by=by, notice_ref=arrangement.public_id)
        row.invoice.refresh_from_db()
    amounts = arranged.amounts([row.invoice for row in rows], by.day)
    held = Settlement.objects.filter(invoice__in=[row.invoice_id for row in rows])
    last: dict[int, int] = dict(held.values_list("invoice").annotate(last=Max("pk")))
    for row in rows:
        row.amount, row.left_out = amounts[row.invoice_id]
        row.after_settlement = last.get(row.invoice_id, 0)
    ArrangedInvoice.objects.bulk_update(rows, ["amount", "left_out", "after_settlement"])
    total = sum((row.amount for row in rows), start=ZERO)
    if not total:
        raise NothingToArrange
    judging.fit(arrangement, total)


def _offer_no_more_interest(arrangement: Arrangement, rows: Sequence[ArrangedInvoice], by: Actor) -> None:
    last = arrangement.instalments.aggregate(last=Max("due_on"))["last"]
    until = last + timedelta(days=arranged.terms().default_after_days) + OFFER_OUTLIVES
    for row in rows:
        if row.invoice.open_amount:
            claims.offer_amount(
                invoice=row.invoice,
                amount=row.invoice.open_amount,
                from_day=by.day,
                until_day=until,
                notice_ref=arrangement.public_id,
            )


def decline_arrangement(*, arrangement: Arrangement, reason: str, by: Actor) -> Arrangement:
    """Say no to a proposal, with a reason that the debtor gets to read; the ladder goes on.

    :raises ArrangementHasEnded: if it is no longer a proposal.
    """
    with transaction.atomic():
        debtor_queries.lock(arrangement.debtor_id)
        arrangement = judging.locked(arrangement)
        _must_be(arrangement, ArrangementState.PROPOSED)
        judging.end(arrangement, ArrangementState.DECLINED, by, reason)
    return arrangement


def counter_arrangement(
    *, arrangement: Arrangement, schedule: Sequence[tuple[date, Decimal]], reason: str, by: Actor
) -> Arrangement:
    """Offer a debtor other instalments than he proposed. They hold at once: paying the first of them accepts.

    Gives the new arrangement; the proposal is declined with the reason.

    :raises DomainError: as `propose_arrangement` and `decline_arrangement`.
    """
    with transaction.atomic():
        declined = _declined_for_another(arrangement, reason, by)
        invoices = [row.invoice for row in declined.invoices.select_related("invoice")]
        return make_arrangement(
            debtor=declined.debtor,
            invoices=invoices,
            schedule=schedule,
            by_direct_debit=declined.by_direct_debit,
            note=reason,
            replaces=declined,
            by=by,
        )


def _declined_for_another(arrangement: Arrangement, reason: str, by: Actor) -> Arrangement:
    debtor_queries.lock(arrangement.debtor_id)
    arrangement = judging.locked(arrangement)
    _must_be(arrangement, ArrangementState.PROPOSED)
    judging.end(arrangement, ArrangementState.DECLINED, by, reason or _("andere regeling voorgesteld"), replaced=True)
    return arrangement


def cancel_arrangement(*, arrangement: Arrangement, reason: str, by: Actor) -> Arrangement:
    """Take back an arrangement that runs or waits, with a reason; the ladder goes on with interest by law.

    :raises ArrangementHasEnded: if it is over already.
    """
    with transaction.atomic():
        debtor_queries.lock(arrangement.debtor_id)
        arrangement = judging.locked(arrangement)
        if arrangement.state not in arranged.LIVE:
            raise ArrangementHasEnded(state=arrangement.get_state_display())
        judging.end(arrangement, ArrangementState.CANCELLED, by, reason)
    return arrangement


def change_arrangement_terms(*, by: Actor, **values: object) -> ArrangementTerms:
    """Change within which limits debtors may agree by themselves; what runs keeps its own days."""
    with transaction.atomic():
        ArrangementTerms.objects.get_or_create()
        found = ArrangementTerms.objects.select_for_update().get()
        was = {name: getattr(found, name) for name in values}
        changed = {name: value for name, value in values.items() if was[name] != value}
        if changed:
            for name, value in changed.items():
                setattr(found, name, value)
            found.save()
            audit.record(
                "tenant.settings_changed",
                by=by,
                kind="tenant",
                label="arrangements",
                fields=", ".join(sorted(changed)),
                was={name: was[name] for name in changed},
                now=changed,
            )
    return found
