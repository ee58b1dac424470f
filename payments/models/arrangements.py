"""Paying in parts."""

from decimal import Decimal

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.public_ids import new_public_id
from payments.states import ArrangementState, InstalmentState
from tenants.fields import TenantForeignKey
from tenants.models import TenantOwned


class ArrangementTerms(TenantOwned):
    """Within which limits a debtor may agree to pay in parts by himself. One row a tenant, or the defaults."""

    is_offered = models.BooleanField(_("debiteuren mogen zelf een regeling voorstellen"), default=True)
    max_months = models.PositiveSmallIntegerField(_("hoogstens zoveel maanden"), default=6)
    first_within_days = models.PositiveSmallIntegerField(_("eerste termijn binnen (dagen)"), default=14)
    first_percent = models.PositiveSmallIntegerField(_("eerste termijn minstens (% van het totaal)"), default=10)
    minimum_instalment = models.DecimalField(
        _("termijn minstens"), max_digits=12, decimal_places=2, default=Decimal("25.00")
    )
    maximum_total = models.DecimalField(
        _("zonder medewerker tot en met"), max_digits=12, decimal_places=2, default=Decimal("2500.00")
    )
    per_year = models.PositiveSmallIntegerField(_("hoogstens zo vaak per jaar"), default=1)
    remind_days_before = models.PositiveSmallIntegerField(_("dagen vooraf herinneren"), default=3)
    remind_days_after = models.PositiveSmallIntegerField(_("dagen na een gemiste termijn herinneren"), default=3)
    default_after_days = models.PositiveSmallIntegerField(_("regeling vervalt na (dagen te laat)"), default=10)
    promise_days = models.PositiveSmallIntegerField(_("een belofte hoogstens zoveel dagen vooruit"), default=21)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_set_of_arrangement_terms")]

    def __str__(self) -> str:
        return f"{self.max_months} maanden"


class Arrangement(TenantOwned):
    """That a debtor pays some claims in parts; his claims in it wait meanwhile."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    debtor = TenantForeignKey("debtors.Debtor", related_name="arrangements")
    state = models.CharField(max_length=9, choices=ArrangementState.choices, default=ArrangementState.PROPOSED)
    total = models.DecimalField(_("totaal"), max_digits=12, decimal_places=2)
    proposed_on = models.DateField()
    proposed_by = models.CharField(max_length=120, blank=True)
    by_debtor = models.BooleanField(default=False)
    agreed_on = models.DateField(null=True)
    agreed_by = models.CharField(max_length=120, blank=True)
    ended_on = models.DateField(null=True)
    ended_reason = models.CharField(max_length=200, blank=True)
    note = models.TextField(_("notitie"), blank=True)
    by_direct_debit = models.BooleanField(_("automatisch afschrijven"), default=False)
    replaces = TenantForeignKey("self", null=True, related_name="replaced_by")  # the proposal it answers with another
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_arrangement_per_public_id"),
            models.CheckConstraint(condition=models.Q(total__gt=0), name="arrangement_is_positive"),
            models.CheckConstraint(
                condition=models.Q(state__in=["proposed", "active"], ended_on=None)
                | (~models.Q(state__in=["proposed", "active"]) & models.Q(ended_on__isnull=False)),
                name="arrangement_ends_on_a_day",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "debtor"], name="arrangement_by_debtor")]

    def __str__(self) -> str:
        return f"{self.total} {self.state}"


class ArrangedInvoice(TenantOwned):
    """A claim that is paid in parts, and what was open on it when that was agreed."""

    arrangement = TenantForeignKey(Arrangement, related_name="invoices")
    invoice = TenantForeignKey("invoices.Invoice", related_name="arrangements")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    live = models.BooleanField(default=True)  # until its arrangement ends, or was never agreed
    left_out = models.DecimalField(max_digits=12, decimal_places=2, default=0)  # disputed, so not arranged
    after_settlement = models.BigIntegerField(default=0)  # what the ledger held when it was agreed; later rows pay it

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "arrangement", "invoice"], name="invoice_arranged_once"),
            models.UniqueConstraint(
                fields=["tenant", "invoice"], condition=models.Q(live=True), name="one_live_arrangement_per_invoice"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.arrangement_id} {self.invoice_id}"


class Instalment(TenantOwned):
    """One part of an arrangement: what is to be paid by a day, and how far that is."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    arrangement = TenantForeignKey(Arrangement, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField(_("uiterlijk"))
    amount = models.DecimalField(_("bedrag"), max_digits=12, decimal_places=2)
    paid = models.DecimalField(_("betaald"), max_digits=12, decimal_places=2, default=0)
    state = models.CharField(max_length=9, choices=InstalmentState.choices, default=InstalmentState.OPEN)
    paid_on = models.DateField(null=True)
    missed_on = models.DateField(null=True)  # the night that first found it missed

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_instalment_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "arrangement", "number"], name="one_instalment_per_number"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="instalment_is_positive"),
            models.CheckConstraint(
                condition=models.Q(paid__gte=0, paid__lte=models.F("amount")), name="instalment_is_not_overpaid"
            ),
        ]
        indexes = [
            # the night looks at those that come up or are late
            models.Index(
                fields=["tenant", "due_on"], condition=models.Q(state__in=["open", "missed"]), name="instalment_to_pay"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.amount} {self.due_on:%d-%m-%Y}"
