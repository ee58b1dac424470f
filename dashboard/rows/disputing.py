"""What a dispute does to the ladder, and what each way to end it would do, in words."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from dashboard.templatetags.kit_words import dutch
from dunning.models import Case
from dunning.operations.cases import FRESH_TERM
from dunning.states import CaseState, RungKind
from invoices.models import Dispute


class Amounts(NamedTuple):
    """The amounts of a dispute: what is disputed, and what of the invoice is not."""

    disputed: Decimal
    undisputed: Decimal
    open: Decimal


def amounts(dispute: Dispute) -> Amounts:
    """Give what is disputed of what is open; the whole where no part was named."""
    invoice = dispute.invoice
    disputed = min(dispute.amount, invoice.open_amount) if dispute.amount is not None else invoice.open_amount
    return Amounts(disputed, invoice.open_amount - disputed, invoice.open_amount)


def effects(dispute: Dispute) -> Sequence[str]:
    """Say what the ladder does with the invoice now."""
    invoice, case = dispute.invoice, Case.objects.filter(invoice=dispute.invoice_id).first()
    if not invoice.is_open:
        return [_("Op de factuur staat niets meer open: er gaan geen brieven meer uit.")]
    if case is not None and case.state == CaseState.HANDED_OVER:
        return [_("De factuur is overgedragen: meld het geschil ook daar.")]
    if dispute.resolved_on is not None:
        return [_("Het geschil is voorbij: de ladder volgt weer wat er openstaat.")]
    rung = RungKind(case.position_kind).label if case and case.position_kind in RungKind.values else ""
    where = _("Laatste stap: %(rung)s.") % {"rung": rung} if rung else _("Er was nog geen brief verstuurd.")
    found = amounts(dispute)
    if not found.undisputed:
        return [_("De hele factuur staat stil: er gaan geen brieven uit en er wordt niet overgedragen."), where]
    return [
        _("Over € %(disputed)s gaan geen brieven uit.") % {"disputed": dutch(found.disputed)},
        _("Over de andere € %(rest)s loopt de ladder door.") % {"rest": dutch(found.undisputed)},
        where,
    ]


def outcomes() -> Sequence[tuple[str, str]]:
    """Say what each way to end it does: (in short, in words)."""
    days = {"days": FRESH_TERM.days}
    return [
        (
            _("Afgewezen"),
            _("De ladder gaat verder op dezelfde stap, na een nieuwe termijn van %(days)s dagen.") % days,
        ),
        (
            _("Gegrond"),
            _("Een creditnota of afboeking gaat er meteen af. Komt de creditnota later, dan wacht de factuur."),
        ),
        (_("Ingetrokken"), _("De volgende nacht bekijkt de ladder de factuur weer.")),
    ]
