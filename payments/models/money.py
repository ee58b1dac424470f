"""Payments and what each of them paid for."""

from decimal import Decimal

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.public_ids import new_public_id
from payments.states import PaymentMethod
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
    # Written by triggers only: what of it paid for claims, and what of it went back to the payer.
    allocated = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    refunded = models.DecimalField(max_digits=12, decimal_places=2, default=0)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_payment_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "reverses"], name="payment_is_reversed_once"),
            models.CheckConstraint(
                condition=models.Q(reverses=None, amount__gt=0) | models.Q(reverses__isnull=False, amount__lt=0),
                name="payment_has_the_right_sign",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    allocated__gte=0, refunded__gte=0, allocated__lte=models.F("amount") - models.F("refunded")
                )
                | models.Q(reverses__isnull=False, allocated=0, refunded=0),
                name="payment_is_not_over_allocated",
            ),
            models.CheckConstraint(condition=models.Q(currency="EUR"), name="payment_is_in_euro"),
        ]
        indexes = [
            models.Index(fields=["tenant", "debtor", "received_on"], name="payment_by_debtor"),
            models.Index(fields=["tenant", "received_on"], name="payment_by_day"),  # cash by day
            # what paid for nothing yet: Vandaag and the page of the bank
            models.Index(
                fields=["tenant", "received_on"],
                condition=models.Q(reverses=None, amount__gt=models.F("allocated") + models.F("refunded")),
                name="payment_with_a_rest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.received_on:%d-%m-%Y}"

    @property
    def unallocated(self) -> Decimal:
        return self.amount - self.allocated - self.refunded if self.reverses_id is None else Decimal(0)


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
