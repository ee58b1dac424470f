"""Invoices, credit notes, and the ledger that says what is open.

Ledger rows are never changed: role app has no right to update or delete them, and a mistake is corrected by a row that
points at the old one. What is open on an invoice is kept beside it by database triggers (`invoices.triggers`) that
add up the ledger; role app cannot write those columns, and checks refuse an amount below zero.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models.functions import Cast, Now, Upper
from django.utils.translation import gettext_lazy as _

from common.public_ids import new_public_id
from invoices.states import ChargeKind, DisputeOutcome, DisputeReason, InvoiceState, SettlementKind
from tenants.fields import TenantForeignKey
from tenants.managers import TenantManager
from tenants.models import TenantOwned


def amount_field(**kwargs: Any) -> Any:
    """Give a column for an amount in euro."""
    return models.DecimalField(max_digits=12, decimal_places=2, **kwargs)


def _without(column: Any, pattern: str) -> models.Func:
    """Give a column without what matches, and without leading zeros: numbers are compared so, however written."""
    bare = models.Func(column, models.Value(pattern), models.Value(""), models.Value("g"), function="regexp_replace")
    return models.Func(bare, models.Value("0"), function="ltrim")


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Reads of invoices."""

    def open(self) -> "InvoiceQuerySet":
        return self.filter(is_open=True)

    def overdue(self, day: date) -> "InvoiceQuerySet":
        """Open ones whose due date lies before a day."""
        return self.open().filter(due_date__lt=day)

    def with_debtor(self) -> "InvoiceQuerySet":
        return self.select_related("debtor")


class Invoice(TenantOwned):
    """A frozen invoice, and beside it how the claim stands.

    Frozen: number, dates of issue, amounts, parties. Following the books until a statutory notice is out: `due_date`.
    Known later: `default_since` (the first day of default; consumers without an agreed term only come into default
    through a notice, art. 6:82 and 6:83 BW).
    """

    public_id = models.CharField(max_length=14, default=new_public_id)
    debtor = TenantForeignKey("debtors.Debtor", related_name="invoices")
    number = models.CharField(_("factuurnummer"), max_length=60)
    issue_date = models.DateField(_("factuurdatum"))
    due_date = models.DateField(_("vervaldatum"))
    due_date_derived = models.BooleanField(default=False)  # the document names none: issue date plus the tenant's term
    sent_on = models.DateField(_("verstuurd op"), null=True)  # when the debtor got it, where known
    currency = models.CharField(max_length=3, default="EUR")
    principal = amount_field(verbose_name=_("hoofdsom"))  # including VAT
    vat_amount = amount_field(default=0, verbose_name=_("btw"))
    description = models.CharField(_("omschrijving"), max_length=200, blank=True)
    payment_reference = models.CharField(_("betalingskenmerk"), max_length=35, blank=True)
    order_reference = models.CharField(_("referentie"), max_length=60, blank=True)
    contract_ref = models.CharField(_("contract"), max_length=60, blank=True)
    acted_as_consumer = models.BooleanField(_("als particulier"))
    term_agreed = models.BooleanField(_("fatale termijn afgesproken"), default=False)
    default_since = models.DateField(_("in verzuim sinds"), null=True)
    debtor_as_invoiced = models.JSONField(default=dict)  # name and address as on the document
    details = models.JSONField(default=dict)  # what the source said beside: IBANs, G-account split, notes
    source = models.CharField(max_length=20, blank=True)
    registered_on = models.DateField()
    # How the claim stands: written by triggers only.
    principal_open = amount_field()
    interest_total = amount_field(default=0)
    interest_open = amount_field(default=0)
    costs_total = amount_field(default=0)
    costs_open = amount_field(default=0)
    interest_until = models.DateField(null=True)  # interest is charged up to, not including, this day
    settled_on = models.DateField(null=True)
    is_open = models.GeneratedField(
        expression=models.ExpressionWrapper(
            models.Q(principal_open__gt=0) | models.Q(interest_open__gt=0) | models.Q(costs_open__gt=0),
            output_field=models.BooleanField(),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    # What a bank line is found by: plain values with leakproof operators, so that an index may run before the policy.
    number_key = models.GeneratedField(
        expression=_without(models.F("number"), "[^0-9]"), output_field=models.CharField(max_length=60), db_persist=True
    )
    reference_key = models.GeneratedField(
        expression=_without(Upper("payment_reference"), "[^0-9A-Z]"),
        output_field=models.CharField(max_length=35),
        db_persist=True,
    )
    open_cents = models.GeneratedField(
        expression=Cast(
            (models.F("principal_open") + models.F("interest_open") + models.F("costs_open")) * 100,
            models.BigIntegerField(),
        ),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    objects = TenantManager.from_queryset(InvoiceQuerySet)()  # type: ignore[misc] # the base has a plainer one

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="one_invoice_per_number"),
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_invoice_per_public_id"),
            models.CheckConstraint(condition=models.Q(principal__gt=0), name="invoice_is_positive"),
            models.CheckConstraint(
                condition=models.Q(due_date__gte=models.F("issue_date")), name="invoice_is_due_after_issue"
            ),
            models.CheckConstraint(condition=models.Q(currency="EUR"), name="invoice_is_in_euro"),
            models.CheckConstraint(
                condition=models.Q(principal_open__gte=0, principal_open__lte=models.F("principal")),
                name="principal_is_not_over_settled",
            ),
            models.CheckConstraint(
                condition=models.Q(interest_open__gte=0, interest_open__lte=models.F("interest_total")),
                name="interest_is_not_over_settled",
            ),
            models.CheckConstraint(
                condition=models.Q(costs_open__gte=0, costs_open__lte=models.F("costs_total")),
                name="costs_are_not_over_settled",
            ),
        ]
        indexes = [
            # lists and totals of what is open, ageing, DSO
            models.Index(fields=["tenant", "due_date"], condition=models.Q(is_open=True), name="invoice_open_by_due"),
            models.Index(fields=["tenant", "debtor", "due_date"], name="invoice_by_debtor"),
            models.Index(fields=["tenant", "issue_date"], name="invoice_by_issue"),  # sales per month, for DSO
            # which claims a bank line names, or has the amount of (payments.operations.candidates)
            models.Index(fields=["tenant", "number_key"], name="invoice_by_number_key"),
            models.Index(
                fields=["tenant", "reference_key"],
                condition=~models.Q(reference_key=""),
                name="invoice_by_reference_key",
            ),
            models.Index(
                fields=["tenant", "open_cents"], condition=models.Q(is_open=True), name="invoice_by_open_cents"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def open_amount(self) -> Decimal:
        """What is open on the ledger: principal, and what was charged. Without interest not yet charged."""
        return Decimal(self.principal_open + self.interest_open + self.costs_open)

    @property
    def state(self) -> InvoiceState:
        if not self.is_open:
            return InvoiceState.SETTLED
        return InvoiceState.PARTLY_PAID if self.principal_open < self.principal else InvoiceState.OPEN

    def days_overdue(self, day: date) -> int:
        """Days after the due date; 0 on the due date and before."""
        return max(0, (day - self.due_date).days)


class CreditNote(TenantOwned):
    """A frozen credit note. Its amount reduces invoices through settlements; the rest is credit of the debtor."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    debtor = TenantForeignKey("debtors.Debtor", related_name="credit_notes")
    number = models.CharField(_("nummer"), max_length=60)
    issue_date = models.DateField(_("datum"))
    currency = models.CharField(max_length=3, default="EUR")
    amount = amount_field(verbose_name=_("bedrag"))  # positive, including VAT
    vat_amount = amount_field(default=0)
    invoice_number = models.CharField(_("bij factuur"), max_length=60, blank=True)
    description = models.CharField(_("omschrijving"), max_length=200, blank=True)
    debtor_as_invoiced = models.JSONField(default=dict)
    details = models.JSONField(default=dict)
    source = models.CharField(max_length=20, blank=True)
    registered_on = models.DateField()
    cancelled_on = models.DateField(null=True)
    cancelled_reason = models.CharField(max_length=200, blank=True)
    allocated = amount_field(default=0)  # written by triggers only

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="one_credit_note_per_number"),
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_credit_note_per_public_id"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="credit_note_is_positive"),
            models.CheckConstraint(condition=models.Q(currency="EUR"), name="credit_note_is_in_euro"),
            models.CheckConstraint(
                condition=models.Q(allocated__gte=0, allocated__lte=models.F("amount")),
                name="credit_is_not_over_allocated",
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_on=None) | models.Q(allocated=0), name="cancelled_credit_is_not_allocated"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "debtor"], name="credit_note_by_debtor")]

    def __str__(self) -> str:
        return self.number

    @property
    def unallocated(self) -> Decimal:
        return Decimal(0) if self.cancelled_on else self.amount - self.allocated


class Charge(TenantOwned):
    """Interest or costs added to a claim, with the calculation kept; or the correction of an earlier one.

    A correction points at what it corrects, and is negative. Interest covers [period_start, period_end).
    """

    public_id = models.CharField(max_length=14, default=new_public_id)
    invoice = TenantForeignKey(Invoice, related_name="charges")
    kind = models.CharField(max_length=9, choices=ChargeKind.choices)
    amount = amount_field()
    booked_on = models.DateField()
    period_start = models.DateField(null=True)
    period_end = models.DateField(null=True)
    calculation = models.JSONField(default=dict)
    reason = models.CharField(max_length=200, blank=True)
    corrects = TenantForeignKey("self", null=True, related_name="corrections")
    notice_ref = models.CharField(max_length=14, blank=True)  # public id of the notice that announced it
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_charge_per_public_id"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="charge_is_not_zero"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0) | models.Q(corrects__isnull=False) | models.Q(kind="interest"),
                name="only_a_correction_lowers_costs",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="interest", period_end__gte=models.F("period_start"))
                | ~models.Q(kind="interest"),
                name="interest_has_a_period",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "invoice"], name="charge_by_invoice")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"


class Settlement(TenantOwned):
    """What reduced a claim on a day, in parts (art. 6:44 BW: costs, then interest, then principal); or its reversal.

    A reversal points at what it reverses and carries the same parts below zero; a settlement is reversed once.
    """

    public_id = models.CharField(max_length=14, default=new_public_id)
    invoice = TenantForeignKey(Invoice, related_name="settlements")
    kind = models.CharField(max_length=9, choices=SettlementKind.choices)
    booked_on = models.DateField()  # the day the money counts: the bank's value date (art. 6:114 BW)
    to_costs = amount_field(default=0)
    to_interest = amount_field(default=0)
    to_principal = amount_field(default=0)
    credit_note = TenantForeignKey(CreditNote, null=True, related_name="settlements")
    reverses = TenantForeignKey("self", null=True, related_name="reversals")
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_settlement_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "reverses"], name="settlement_is_reversed_once"),
            models.CheckConstraint(
                condition=models.Q(reverses=None, to_costs__gte=0, to_interest__gte=0, to_principal__gte=0)
                | models.Q(reverses__isnull=False, to_costs__lte=0, to_interest__lte=0, to_principal__lte=0),
                name="settlement_has_one_sign",
            ),
            models.CheckConstraint(
                condition=~models.Q(to_costs=0, to_interest=0, to_principal=0), name="settlement_is_not_zero"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="credit", credit_note__isnull=False)
                | (~models.Q(kind="credit") & models.Q(credit_note=None)),
                name="credit_names_its_note",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "invoice"], name="settlement_by_invoice")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"

    @property
    def amount(self) -> Decimal:
        return Decimal(self.to_costs + self.to_interest + self.to_principal)


class Dispute(TenantOwned):
    """That a debtor does not agree with an invoice or a part of it. Open until `resolved_on`."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    invoice = TenantForeignKey(Invoice, related_name="disputes")
    reason = models.CharField(_("reden"), max_length=13, choices=DisputeReason.choices)
    amount = amount_field(null=True, verbose_name=_("betwist bedrag"))  # None: the whole of what is open
    note = models.TextField(_("toelichting"), blank=True)
    opened_on = models.DateField()
    deadline = models.DateField(_("antwoord uiterlijk"))
    owner = models.ForeignKey(
        "tenants.User", models.SET_NULL, null=True, blank=True, db_constraint=False, db_index=False
    )
    resolved_on = models.DateField(null=True)
    outcome = models.CharField(_("uitkomst"), max_length=9, choices=DisputeOutcome.choices, blank=True)
    resolution = models.TextField(_("antwoord"), blank=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_dispute_per_public_id"),
            models.UniqueConstraint(
                fields=["tenant", "invoice"], condition=models.Q(resolved_on=None), name="one_open_dispute_per_invoice"
            ),
            models.CheckConstraint(
                condition=models.Q(amount=None) | models.Q(amount__gt=0), name="disputed_part_is_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(resolved_on=None, outcome="")
                | (models.Q(resolved_on__isnull=False) & ~models.Q(outcome="")),
                name="dispute_ends_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.get_reason_display()}"


class OfferedAmount(TenantOwned):
    """That a letter asks one fixed amount until its term ends, and that paying it is full discharge (no more interest).

    While an offer runs, pay page, reference and `amount_due` ask exactly its amount.
    """

    invoice = TenantForeignKey(Invoice, related_name="offers")
    amount = amount_field()
    from_day = models.DateField()
    until_day = models.DateField()  # inclusive: the last day of the letter's term
    notice_ref = models.CharField(max_length=14)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="offer_is_positive"),
            models.CheckConstraint(condition=models.Q(until_day__gte=models.F("from_day")), name="offer_has_a_term"),
            models.UniqueConstraint(fields=["tenant", "invoice", "notice_ref"], name="one_offer_per_notice"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} t/m {self.until_day:%d-%m-%Y}"


class ClaimTerms(TenantOwned):
    """What the tenant agreed or chose about terms, interest and costs. One row a tenant."""

    payment_term_days = models.PositiveSmallIntegerField(_("betaaltermijn (dagen)"), default=30)
    day_count = models.CharField(
        _("dagtelling van rente"),
        max_length=13,
        default="actual_actual",
        choices=[("actual_actual", _("werkelijke dagen, 366 in een schrikkeljaar")), ("actual_365", _("altijd 365"))],
    )
    contractual_percent = models.DecimalField(
        _("contractuele rente zakelijk (% per jaar)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    contractual_compounds = models.BooleanField(_("contractuele rente op rente"), default=False)
    consumer_costs_answer = models.CharField(
        _("incassokosten in de voorwaarden voor particulieren"),
        max_length=9,
        blank=True,
        choices=[
            ("none", _("onze voorwaarden noemen geen incassokosten")),
            ("statutory", _("onze voorwaarden verwijzen naar de wettelijke regeling")),
            ("departs", _("onze voorwaarden noemen een eigen bedrag of percentage")),
        ],
    )
    periodic_without_reference = models.BooleanField(_("kleine facturen zonder contract zijn termijnen"), default=True)
    business_costs_per_invoice = models.BooleanField(_("zakelijk: kosten per factuur (minimaal € 40)"), default=False)
    third_party_collector = models.BooleanField(_("incasso door een derde"), default=False)
    vat_not_deductible = models.BooleanField(_("btw niet verrekenbaar"), default=False)
    goods = models.BooleanField(
        _("levert vooral goederen"),
        default=False,
        help_text=_("Voor goederen aan particulieren is de verjaring 2 jaar."),
    )

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_set_of_claim_terms")]

    def __str__(self) -> str:
        return f"{self.payment_term_days} dagen"

    @property
    def consumer_costs_allowed(self) -> bool:
        """Whether costs may be charged to consumers: only after the question about unfair terms was answered well."""
        return self.consumer_costs_answer in {"none", "statutory"}


class Attachment(TenantOwned):
    """A file that belongs to an invoice or credit note: the PDF inside an UBL, the UBL itself, an upload. Frozen."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    invoice = TenantForeignKey(Invoice, null=True, related_name="attachments")
    credit_note = TenantForeignKey(CreditNote, null=True, related_name="attachments")
    filename = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    is_the_invoice = models.BooleanField(default=False)  # goes along with a reminder

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_attachment_per_public_id"),
            models.CheckConstraint(
                condition=models.Q(invoice__isnull=False, credit_note=None)
                | models.Q(invoice=None, credit_note__isnull=False),
                name="attachment_has_one_document",
            ),
        ]

    def __str__(self) -> str:
        return self.filename
