"""Paying online: the tenant's account with a provider, attempts to pay, and what they were for."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.public_ids import new_public_id
from common.secrets import EncryptedTextField
from payments.states import CheckoutState
from tenants.fields import TenantForeignKey
from tenants.models import TenantOwned


class GatewayAccount(TenantOwned):
    """The account of the tenant with a payment provider. One row a tenant; without it nobody pays online."""

    provider = models.CharField(max_length=10, default="mollie", choices=[("mollie", "Mollie")])
    api_key = EncryptedTextField(_("API-sleutel"))
    # Another key, until a second person approves it; debtors pay on the old one.
    waiting_key = EncryptedTextField(blank=True)
    methods = models.JSONField(default=list)  # ids of the provider, as its own data; empty: all it offers
    offered = models.JSONField(default=list)  # [id, name] of each, as the provider told when the key was checked
    is_enabled = models.BooleanField(_("online betalen aan"), default=True)
    checked_at = models.DateTimeField(null=True)  # when the provider last accepted the key
    failure = models.CharField(max_length=200, blank=True)  # what it said else

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_gateway_per_tenant")]

    def __str__(self) -> str:
        return self.provider

    @property
    def is_test(self) -> bool:
        """Whether no real money moves."""
        return self.api_key.startswith("test_")


class CheckoutAttempt(TenantOwned):
    """One try of a debtor to pay online. The amount is fixed when it starts."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    debtor = TenantForeignKey("debtors.Debtor", related_name="checkouts")
    link = TenantForeignKey("payments.PaymentLink", null=True, related_name="checkouts")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3, default="EUR")
    description = models.CharField(max_length=200)
    method = models.CharField(max_length=30, blank=True)  # as the provider names it
    sequence = models.CharField(max_length=10, default="oneoff")  # "first" makes a mandate
    consent = models.TextField(blank=True)  # what the payer agreed to with it, as he read it
    # Whose instalments he agreed to have collected; none: his invoices.
    arrangement = TenantForeignKey("payments.Arrangement", null=True, related_name="checkouts")
    state = models.CharField(max_length=9, choices=CheckoutState.choices, default=CheckoutState.CREATED)
    idempotency_key = models.UUIDField(default=uuid.uuid4)
    provider_id = models.CharField(max_length=64, blank=True)
    checkout_url = models.CharField(max_length=500, blank=True)
    # Where the payer comes back to, until the provider knows it: it may hold the secret of his link.
    return_url = EncryptedTextField(blank=True)
    language = models.CharField(max_length=5, default="nl")
    amount_refunded = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    amount_charged_back = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    payer_name = models.CharField(max_length=120, blank=True)
    payer_iban = models.CharField(max_length=34, blank=True)
    failure = models.CharField(max_length=200, blank=True)
    payment = TenantForeignKey("payments.Payment", null=True, related_name="checkouts")  # the last one booked
    started_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
    paid_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)  # the moment at which what is known here was asked
    look_at = models.DateTimeField(null=True)  # when to ask the provider: it called, or stays silent

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_checkout_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "idempotency_key"], name="one_checkout_per_key"),
            models.UniqueConstraint(
                fields=["tenant", "provider_id"],
                condition=~models.Q(provider_id=""),
                name="one_checkout_per_provider_id",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="checkout_is_positive"),
            models.CheckConstraint(
                condition=~models.Q(state="paid") | models.Q(payment__isnull=False), name="paid_checkout_has_a_payment"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "debtor"], name="checkout_by_debtor"),
            models.Index(
                fields=["tenant", "look_at"], condition=models.Q(look_at__isnull=False), name="checkout_to_ask"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"


class CheckoutItem(TenantOwned):
    """A claim that an attempt pays, and how much of it."""

    checkout = TenantForeignKey(CheckoutAttempt, related_name="items")
    invoice = TenantForeignKey("invoices.Invoice", related_name="checkouts")
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "checkout", "invoice"], name="invoice_checked_out_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="checkout_item_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.amount}"


class CheckoutBooking(TenantOwned):
    """A payment that was booked for an attempt. After a chargeback of a part, or one taken back, there are several."""

    checkout = TenantForeignKey(CheckoutAttempt, related_name="bookings")
    payment = TenantForeignKey("payments.Payment", related_name="checkout_bookings")
    # Reversed because the money went back at the provider. One that a person reversed stays accounted for.
    taken_back = models.BooleanField(default=False)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "payment"], name="one_checkout_per_payment")]

    def __str__(self) -> str:
        return f"{self.checkout_id} {self.payment_id}"
