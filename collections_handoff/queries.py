"""Reads about handoffs: what still stands in the way of one, and whether a frozen dossier still holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_handoff import dossier
from collections_handoff.models import Agency, Handoff, HandoffClaim
from collections_handoff.states import AgencyKind
from common.templatetags.amounts import format_amount
from debtors.models import Debtor
from dunning.models import Hold
from invoices import queries as invoice_queries
from invoices.models import Dispute, Invoice, OfferedAmount
from payments import queries as payment_queries
from payments.models import PromisedInvoice
from payments.states import PromiseState


@dataclass(frozen=True, slots=True)
class Readiness:
    """Why a debtor's claims cannot be handed over now, in words: in general, and by the id of an invoice."""

    general: str
    of_invoice: Mapping[int, str]

    @property
    def obstacle(self) -> str:
        """The first thing in the way, or nothing."""
        return self.general or next(iter(self.of_invoice.values()), "")


def readiness(debtor: Debtor, invoices: Sequence[Invoice], *, day: date) -> Readiness:
    """Give what stands in the way of handing over claims of a debtor on a day; in a fixed number of queries."""
    ids = [invoice.pk for invoice in invoices]
    stops = stopped(debtor.pk, invoices, day=day)
    disputed = set(Dispute.objects.filter(invoice__in=ids, resolved_on=None).values_list("invoice_id", flat=True))
    given = set(HandoffClaim.objects.filter(invoice__in=ids, is_live=True).values_list("invoice_id", flat=True))
    offers = OfferedAmount.objects.filter(invoice__in=ids, from_day__lte=day, until_day__gte=day)
    offered = dict(offers.order_by("until_day").values_list("invoice_id", "until_day"))
    found = {}
    for invoice in invoices:
        values: dict[str, object] = {"number": invoice.number}
        why = ""
        if not invoice.is_open:
            why = _("factuur %(number)s is voldaan.")
        elif invoice.due_date >= day:
            why = _("factuur %(number)s is nog niet vervallen.")
        elif invoice.pk in disputed:
            why = _("factuur %(number)s is in geschil.")
        elif invoice.pk in given:
            why = _("factuur %(number)s zit al in een dossier.")
        elif invoice.pk in offered:
            values["day"] = f"{offered[invoice.pk]:%d-%m-%Y}"
            why = _("de termijn van de brief over factuur %(number)s loopt nog tot en met %(day)s.")
        if why:
            found[invoice.pk] = why % values
    return Readiness(stops.general, {**stops.of_invoice, **found})


def stopped(debtor_id: int, invoices: Sequence[Invoice], *, day: date) -> Readiness:
    """Give what stops claims from going out that can come up while their dossier waits: credit, a hold, a promise."""
    credit = invoice_queries.unallocated_credit(debtor_id) + payment_queries.unallocated(debtor_id)
    numbers = {invoice.pk: invoice.number for invoice in invoices}
    running = Hold.objects.filter(Q(until=None) | Q(until__gte=day), lifted_on=None)
    holds = set(running.filter(Q(debtor=debtor_id) | Q(invoice__in=numbers)).values_list("invoice_id", flat=True))
    general = ""
    if credit > 0:
        amount = format_amount(credit, get_language() or "nl")
        general = _("de debiteur heeft nog € %(credit)s tegoed te verrekenen.") % {"credit": amount}
    elif None in holds:
        general = _("de debiteur is aangehouden. Hef die blokkade eerst op.")
    found = {
        pk: _("factuur %(number)s is aangehouden. Hef die blokkade eerst op.") % {"number": numbers[pk]}
        for pk in holds - {None}
    }
    promised = PromisedInvoice.objects.filter(
        invoice__in=numbers, promise__state=PromiseState.RUNNING, promise__grace_until__gte=day
    )
    for pk, until in promised.order_by("promise__grace_until").values_list("invoice_id", "promise__grace_until"):
        values = {"number": numbers[pk], "day": f"{until:%d-%m-%Y}"}
        found[pk] = _("voor factuur %(number)s is betaling beloofd; dat wacht tot en met %(day)s.") % values
    return Readiness(general, found)


def needs_registration(agency: Agency, invoices: Sequence[Invoice]) -> bool:
    """Tell whether an agency lacks the registration that it must have for claims on consumers (art. 4 Wki)."""
    is_consumer = any(invoice.acted_as_consumer for invoice in invoices)
    return is_consumer and agency.kind == AgencyKind.AGENCY and not agency.wki_registration


def changed(handoff: Handoff) -> str:
    """Give the number of an invoice that is not what it was when the dossier was frozen, or an empty text."""
    for claim in handoff.claims.select_related("invoice").order_by("pk"):
        invoice = claim.invoice
        now = (invoice.principal_open, invoice.interest_open, invoice.costs_open)
        if now != (claim.principal, claim.interest, claim.costs) or invoice.disputes.filter(resolved_on=None).exists():
            return str(invoice.number)
    return ""


def is_intact(handoff: Handoff) -> bool:
    """Tell whether a dossier is still, to the letter, what was frozen."""
    return dossier.fingerprint(handoff.dossier) == handoff.sha256
