"""Payments, their allocations, and promises."""

from decimal import Decimal

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.public_ids import new_public_id
from payments.states import PaymentMethod, PromiseState
from tenants.fields import TenantForeignKey
from tenants.models import TenantOwned


class Payment(TenantOwned):
    """Money that came in, or went back: a reversal points at its payment and is negative. Never changed.

    What of it is allocated is kept beside it by a trigger that adds up the allocations.
    """

    public_id = models.CharField(max_length=14, default=new_public_id)
    debtor = TenantForeignKey("debtors.Debtor", null=True, related_name="payments")
    amount = models.DecimalField(_("bedrag"), max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3, default="EUR")
    received_on = models.DateField(_("ontvangen op"))  # value date: interest runs up to and including it
    method = models.CharField(_("wijze"), max_length=6, choices=PaymentMethod.choices, default=PaymentMethod.BANK)
    payer_name = models.CharField(_("betaler"), max_length=120, blank=True)
    payer_iban = models.CharField("IBAN", max_length=34, blank=True)
    description = models.CharField(_("omschrijving"), max_length=200, blank=True)
    reverses = TenantForeignKey("self", null=True, related_name="reversals")
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    allocated = models.DecimalField(max_digits=12, decimal_places=2, default=0)  # written by a trigger only

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_payment_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "reverses"], name="payment_is_reversed_once"),
            models.CheckConstraint(
                condition=models.Q(reverses=None, amount__gt=0) | models.Q(reverses__isnull=False, amount__lt=0),
                name="payment_has_the_right_sign",
            ),
            models.CheckConstraint(
                condition=models.Q(allocated__gte=0, allocated__lte=models.F("amount"))
                | models.Q(reverses__isnull=False, allocated=0),
                name="payment_is_not_over_allocated",
            ),
            models.CheckConstraint(condition=models.Q(currency="EUR"), name="payment_is_in_euro"),
        ]
        indexes = [
            models.Index(fields=["tenant", "debtor", "received_on"], name="payment_by_debtor"),
            models.Index(fields=["tenant", "received_on"], name="payment_by_day"),  # cash by day
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.received_on:%d-%m-%Y}"

    @property
    def unallocated(self) -> Decimal:
        return self.amount - self.allocated if self.reverses_id is None else Decimal(0)


class Allocation(TenantOwned):
    """Which settlement a payment paid for; negative where the settlement is a reversal. Never changed."""

    payment = TenantForeignKey(Payment, related_name="allocations")
    settlement = TenantForeignKey("invoices.Settlement", related_name="allocations")
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "settlement"], name="one_payment_per_settlement"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="allocation_is_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class Promise(TenantOwned):
    """That a debtor said he will pay an amount on a day, for some of his invoices."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    debtor = TenantForeignKey("debtors.Debtor", related_name="promises")
    amount = models.DecimalField(_("bedrag"), max_digits=12, decimal_places=2)
    promised_for = models.DateField(_("betaalt op"))
    grace_until = models.DateField()  # promised day plus two banking days; broken from the day after
    made_on = models.DateField()
    made_by = models.CharField(_("gedaan door"), max_length=120, blank=True)
    note = models.TextField(_("notitie"), blank=True)
    state = models.CharField(max_length=9, choices=PromiseState.choices, default=PromiseState.RUNNING)
    ended_on = models.DateField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_promise_per_public_id"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="promise_is_positive"),
            models.CheckConstraint(
                condition=models.Q(state="running", ended_on=None)
                | (~models.Q(state="running") & models.Q(ended_on__isnull=False)),
                name="promise_ends_on_a_day",
            ),
        ]
        indexes = [
            # the night judges those whose grace is over
            models.Index(fields=["tenant", "grace_until"], condition=models.Q(state="running"), name="promise_running"),
            models.Index(fields=["tenant", "debtor"], name="promise_by_debtor"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} op {self.promised_for:%d-%m-%Y}"


class PromisedInvoice(TenantOwned):
    """An invoice that a promise is about."""

    promise = TenantForeignKey(Promise, related_name="invoices")
    invoice = TenantForeignKey("invoices.Invoice", related_name="promises")

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "promise", "invoice"], name="invoice_promised_once")]
        indexes = [models.Index(fields=["tenant", "invoice"], name="promised_by_invoice")]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.invoice_id}"
