"""A person stops the ladder for a debtor or an invoice, and lets it go on."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from debtors import queries as debtor_queries
from debtors.models import Debtor
from dunning.models import Case, Hold
from dunning.operations import cases, withdrawing
from invoices.models import Invoice


class HoldInThePast(DomainError):
    """The end is over."""

    code = "hold_in_the_past"
    sentence = gettext_lazy("Een aanhouding eindigt vandaag of later. Kies een andere dag.")


def place_hold(
    *, reason: str, by: Actor, until: date | None = None, debtor: Debtor | None = None, invoice: Invoice | None = None
) -> Hold:
    """Stop the ladder for a debtor or for one invoice, through a day (inclusive) or until somebody lifts it.

    Letters that wait are withdrawn.

    :raises HoldInThePast: if the end lies before today.
    """
    if until is not None and until < by.day:
        raise HoldInThePast(field="until")
    with transaction.atomic():
        debtor_id: int = debtor.pk if debtor is not None else invoice.debtor_id if invoice is not None else 0
        Debtor.objects.select_for_update().get(pk=debtor_id)
        hold = Hold.objects.create(
            debtor=debtor, invoice=invoice, reason=reason, until=until, placed_on=by.day, placed_by=by.label
        )
        stopped = Case.objects.active().filter(debtor_id=debtor_id)
        for case in stopped if invoice is None else stopped.filter(invoice=invoice):
            withdrawing.withdraw_for_case(case, reason=_("aangehouden: %s") % reason, by=by)
        _look_again(hold, by)
        _log("hold.placed", hold, by, until=until)
    return hold


def lift_hold(*, hold: Hold, by: Actor) -> Hold:
    """Let the ladder go on."""
    with transaction.atomic():
        debtor_queries.lock(_debtor_of(hold))  # a night that reads the hold at this moment is done, or waits
        hold = Hold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
        if hold.lifted_on is None:
            hold.lifted_on = by.day
            hold.save(update_fields=["lifted_on"])
            _look_again(hold, by)
            _log("hold.lifted", hold, by)
    return hold


def _look_again(hold: Hold, by: Actor) -> None:
    cases.look_again(day=by.day, debtor_id=hold.debtor_id, invoice=hold.invoice)


def _log(verb: str, hold: Hold, by: Actor, **data: object) -> None:
    target = hold.debtor or hold.invoice
    audit.record(
        verb,
        by=by,
        kind="hold",
        subject=hold,
        label=str(target),
        debtor_id=_debtor_of(hold),
        reason=hold.reason,
        **data,
    )


def _debtor_of(hold: Hold) -> int | None:
    return hold.debtor_id or (hold.invoice.debtor_id if hold.invoice else None)
