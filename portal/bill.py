"""What a page shows and asks: each claim with its parts and its state, and the one amount that is to be paid now.

In a fixed number of queries, however many claims there are. Amounts come from `invoices.queries.amounts_due`, as those
of letters do; while the term of a letter runs, its amount is what is asked.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Q
from django.utils.translation import gettext as _

from answers import queries as answers
from collections_handoff.models import Agency as HandoffAgency
from collections_handoff.models import HandoffClaim
from collections_handoff.states import AgencyKind
from common.calendar import DAY
from common.money import ZERO
from correspondence.models import Document
from invoices import queries as invoice_queries
from invoices.balance import AmountDue
from invoices.models import Attachment, Charge, Dispute, Invoice, Settlement
from invoices.states import ChargeKind
from law.interest import InterestCalculation
from payments import arranged
from payments import queries as payment_queries
from payments.consent_words import Authorisation
from payments.models import (
    Arrangement,
    CheckoutAttempt,
    DirectDebit,
    Instalment,
    LinkedInvoice,
    Mandate,
    PromisedInvoice,
)
from payments.states import ArrangementState, CheckoutState, DebitState, InstalmentState, PromiseState
from portal import collecting, figures
from portal.claims import Claims
from portal.entering import LinkRequest

# An attempt at which the bank is still busy; one that a payer left open is his to go on with or not.
TO_PAY = (InstalmentState.OPEN, InstalmentState.MISSED)
UNDER_WAY = (CheckoutState.PENDING,)


@dataclass(frozen=True, slots=True)
class Agency:
    """Who took claims over, and what to name there."""

    name: str
    kind: str
    address: str
    phone: str
    reference: str

    @property
    def phone_number(self) -> str:
        """For a link that calls."""
        return "".join(char for char in self.phone if char.isdigit() or char == "+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One claim on the page."""

    invoice: Invoice
    asked: Decimal  # now: without what is disputed
    most: Decimal  # that can be paid of it
    days_late: int
    offered_until: date | None
    disputed: Decimal
    promised_for: date | None
    arrangement: Arrangement | None
    collected: payment_queries.Collection | None  # by direct debit, at this moment
    with_agency: bool
    is_named: bool  # by the link itself
    lines: tuple[figures.Line, ...]
    interest: figures.Interest | None
    costs: tuple[figures.Costs, ...]
    files: tuple[Attachment, ...]
    is_given_up: bool  # it stands at nothing, but not because it was paid: nothing was acquitted either

    @property
    def is_paid(self) -> bool:
        return not self.invoice.is_open

    @property
    def is_payable(self) -> bool:
        return self.invoice.is_open and not self.with_agency and self.most > 0

    @property
    def is_disputed(self) -> bool:
        return self.disputed > 0

    @property
    def is_due(self) -> bool:
        return self.days_late > 0

    @property
    def has_calculation(self) -> bool:
        return self.interest is not None or bool(self.costs)


class Bill:
    """Everything that the page of a link shows today."""

    def __init__(self, request: LinkRequest) -> None:
        self.request, self.link, self.debtor = request, request.link, request.debtor
        self.day = request.by.day
        self.claims = Claims(request)

    # --- What is on it

    @cached_property
    def entries(self) -> list[Entry]:
        """Every claim, the oldest first."""
        gathered = _Gathered(self.claims.invoices, self.link.pk, self.day)
        return [gathered.entry(invoice) for invoice in self.claims.invoices]

    @cached_property
    def payable(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_payable]

    @cached_property
    def paid(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_paid]

    @property
    def is_all_paid(self) -> bool:
        """Whether what is closed was paid, all of it."""
        return not any(entry.is_given_up for entry in self.paid)

    @cached_property
    def away(self) -> list[Entry]:
        """Those that an agency took over."""
        return [entry for entry in self.entries if entry.with_agency and not entry.is_paid]

    @cached_property
    def agencies(self) -> list[Agency]:
        """Who to turn to about those, each once."""
        rows = HandoffClaim.objects.filter(invoice__in=[entry.invoice.pk for entry in self.away], is_live=True)
        found = {row.handoff_id: row.handoff for row in rows.select_related("handoff__agency").order_by("pk")}
        return [
            Agency(one.agency.name, _kind(one.agency), one.agency.address, one.agency.phone, one.agency_reference)
            for one in found.values()
        ]

    # --- What is asked

    @cached_property
    def asked(self) -> list[Entry]:
        """The claims that are asked together: those of the letter; else what is late, or all when nothing is."""
        open_ones = [entry for entry in self.payable if entry.asked > 0]
        return [entry for entry in open_ones if entry.is_named or entry.is_due] or open_ones

    @cached_property
    def later(self) -> list[Entry]:
        """Those that are not asked yet, or not now."""
        return [entry for entry in self.payable if entry not in self.asked]

    @cached_property
    def instalment(self) -> Instalment | None:
        """The part that is to be paid now, where all is paid in parts: that of the link, else the first."""
        plans = {entry.arrangement.pk: entry.arrangement for entry in self.asked if entry.arrangement}
        if len(plans) != 1 or any(entry.arrangement is None for entry in self.asked):
            return None
        plan = next(iter(plans.values()))
        own = (
            plan.instalments.filter(public_id=self.link.subject_id) if self.link.subject_kind == "instalment" else None
        )
        named = own.filter(state__in=TO_PAY).first() if own is not None else None
        return named or arranged.next_of(plan)

    @cached_property
    def instalments(self) -> list[Instalment]:
        """The whole plan to which that part belongs."""
        if self.instalment is None:
            return []
        rows = self.instalment.arrangement.instalments.exclude(state=InstalmentState.ENDED)
        return list(rows.order_by("number"))

    @cached_property
    def amounts(self) -> dict[Invoice, Decimal]:
        """What is paid of each claim by paying what is asked now."""
        if self.instalment is not None and (parts := arranged.what_pays(self.instalment)):
            return parts
        return {entry.invoice: entry.asked for entry in self.asked}

    @cached_property
    def total(self) -> Decimal:
        """The one amount that is asked now."""
        return sum(self.amounts.values(), start=ZERO)

    @cached_property
    def owed(self) -> Decimal:
        """All that is asked on this page, in parts or not."""
        return sum((entry.asked for entry in self.asked), start=ZERO)

    @cached_property
    def offered_until(self) -> date | None:
        """The last day on which the amount asked is exactly this, where a letter says so."""
        days = {entry.offered_until for entry in self.asked if entry.offered_until}
        return min(days, default=None)

    @cached_property
    def credit(self) -> Decimal:
        """What the debtor has to his credit that was not set off."""
        unset = invoice_queries.unallocated_credit(self.debtor.pk) + payment_queries.unallocated(self.debtor.pk)
        return max(ZERO, unset)

    @cached_property
    def reference(self) -> str:
        """What to state with a transfer, by which it is found: as letters do."""
        invoices = list(self.amounts)
        if len(invoices) == 1:
            return invoices[0].payment_reference or invoices[0].number
        full = f"{self.debtor.number} / {' '.join(invoice.number for invoice in invoices)}"
        known_by = self.link.subject_id or self.link.public_id
        return full if len(full) <= 35 else f"{self.debtor.number} / {known_by}"

    # --- Around it

    @cached_property
    def methods(self) -> list[payment_queries.OnlineMethod]:
        """The ways to pay online; none where that is not offered."""
        return payment_queries.online_methods()

    @cached_property
    def authorisation(self) -> Authorisation | None:
        """What a payer may agree to with his payment, so that the next ones are collected."""
        return collecting.offered(self)

    @cached_property
    def mandates(self) -> list[Mandate]:
        """What may be collected with."""
        return collecting.usable(self.debtor, self.day)

    @cached_property
    def debited_from(self) -> str:
        """The account from which the amount will be collected by itself, or nothing."""
        return collecting.debited_from(self)

    @cached_property
    def under_way(self) -> list[CheckoutAttempt]:
        """Payments at which a bank is busy: nobody should pay the same twice."""
        rows = CheckoutAttempt.objects.filter(
            debtor=self.debtor, state__in=UNDER_WAY, items__invoice__in=[entry.invoice.pk for entry in self.payable]
        )
        return list(rows.distinct().order_by("-started_at"))

    @cached_property
    def debits(self) -> list[DirectDebit]:
        """What is debited by itself: the debtor was told, so he should not pay it too."""
        mine = Q(invoice__in=[entry.invoice.pk for entry in self.payable])
        mine |= Q(instalment__arrangement__in=[one.arrangement.pk for one in self.payable if one.arrangement])
        announced = Q(state=DebitState.SENT) | Q(state=DebitState.PLANNED, announced_on__isnull=False)
        rows = DirectDebit.objects.filter(mine, announced, debtor=self.debtor).select_related("batch")
        return list(rows.order_by("batch__collect_on", "pk"))

    @property
    def is_coming(self) -> bool:
        """Whether money is on its way already, so that the page asks for none at once."""
        return bool(self.under_way or self.debits)

    @cached_property
    def letter(self) -> Document | None:
        """The letter in which the link stands, as it went out; a friendly mail has none."""
        if self.link.subject_kind != "notice":
            return None
        mine = Document.objects.filter(
            messages__subject_kind="notice",
            messages__subject_id=self.link.subject_id,
            messages__debtor=self.debtor,
            media_type="application/pdf",
        )
        return mine.defer("content", "made_from").order_by("pk").first()


def _kind(agency: HandoffAgency) -> str:
    """Give what sort of party an agency is, in the language of the page."""
    return {
        AgencyKind.AGENCY: _("Incassobureau"),
        AgencyKind.BAILIFF: _("Gerechtsdeurwaarder"),
        AgencyKind.LAWYER: _("Advocaat"),
    }[AgencyKind(agency.kind)]


class _Gathered:
    """All that is known about some invoices, read at once."""

    def __init__(self, invoices: Sequence[Invoice], link_id: int, day: date) -> None:
        ids = [invoice.pk for invoice in invoices]
        self.day, self.terms = day, invoice_queries.claim_terms()
        self.due = invoice_queries.amounts_due(invoices, day)
        self.named = set(LinkedInvoice.objects.filter(link=link_id).values_list("invoice_id", flat=True))
        self.away = answers.handed_over(invoices)
        self.disputes = {row.invoice_id: row for row in Dispute.objects.filter(invoice__in=ids, resolved_on=None)}
        self.arranged = arranged.of_invoices(ids)
        self.collected = payment_queries.in_collection(invoices)
        self.promised = dict(
            PromisedInvoice.objects.filter(invoice__in=ids, promise__state=PromiseState.RUNNING)
            .order_by("promise__promised_for")
            .values_list("invoice_id", "promise__promised_for")
        )
        self.settlements: dict[int, list[Settlement]] = defaultdict(list)
        for settlement in Settlement.objects.filter(invoice__in=ids).order_by("booked_on", "pk"):
            self.settlements[settlement.invoice_id].append(settlement)
        self.charges: dict[int, list[Charge]] = defaultdict(list)
        costs = Q(kind__in=[ChargeKind.COSTS, ChargeKind.COSTS_VAT])
        for charge in Charge.objects.filter(costs, invoice__in=ids).order_by("booked_on", "pk"):
            self.charges[charge.invoice_id].append(charge)
        self.files: dict[int, list[Attachment]] = defaultdict(list)
        of_invoices = Attachment.objects.filter(
            invoice__in=ids, is_the_invoice=True, media_type="application/pdf"
        ).defer("content")
        for file in of_invoices.order_by("pk"):
            if file.invoice_id is not None:
                self.files[file.invoice_id].append(file)

    def entry(self, invoice: Invoice) -> Entry:
        """Give one claim as the page shows it."""
        key, due = invoice.pk, self.due[invoice.pk]
        disputed = self._disputed(invoice, due)
        plan = self.arranged.get(key)
        return Entry(
            invoice=invoice,
            asked=due.total - disputed,
            most=due.total,
            days_late=invoice.days_overdue(self.day) if invoice.is_open else 0,
            offered_until=due.offered_until,
            disputed=disputed,
            promised_for=self.promised.get(key) if invoice.is_open else None,
            arrangement=plan if plan is not None and plan.state == ArrangementState.ACTIVE else None,
            collected=self.collected.get(key),
            with_agency=key in self.away,
            is_named=key in self.named,
            lines=figures.lines(invoice, due, self.settlements[key], disputed),
            interest=figures.interest_of(due, self._calculation(invoice, due)),
            costs=figures.costs_of(self.charges[key]) if due.charged.costs else (),
            files=tuple(self.files[key]),
            is_given_up=figures.is_given_up(self.settlements[key]),
        )

    def _disputed(self, invoice: Invoice, due: AmountDue) -> Decimal:
        """Give what is not asked because the debtor does not agree: all of it, or a part of the principal."""
        dispute = self.disputes.get(invoice.pk)
        if dispute is None or not invoice.is_open:
            return ZERO
        if dispute.amount is None:
            return due.total
        disputed: Decimal = min(dispute.amount, invoice.principal_open, due.total)
        return disputed

    def _calculation(self, invoice: Invoice, due: AmountDue) -> InterestCalculation | None:
        """Give the calculation of what is asked: while an offer runs, through the day of its letter."""
        if due.offered is None or invoice.interest_until is None:
            return due.calculation
        return invoice_queries.interest_through(
            invoice, invoice.interest_until - DAY, self.terms, self.settlements[invoice.pk]
        )
