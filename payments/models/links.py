"""The links by which debtors reach their page."""

from django.db import models
from django.db.models.functions import Now

from common.public_ids import new_public_id
from tenants.fields import TenantForeignKey
from tenants.models import TenantOwned


class PaymentLink(TenantOwned):
    """A link to the page of a debtor, in a letter, mail or SMS. Its secret is stored as a hash only.

    It shows the claims that it names; without any, what its debtor owes today.
    """

    public_id = models.CharField(max_length=14, default=new_public_id)
    debtor = TenantForeignKey("debtors.Debtor", related_name="payment_links")
    token_hash = models.CharField(max_length=64)  # SHA-256 of the secret
    subject_kind = models.CharField(max_length=20, blank=True)  # "notice", "arrangement"; empty: made by a person
    subject_id = models.CharField(max_length=14, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.CharField(max_length=120, blank=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=120, blank=True)
    first_opened_at = models.DateTimeField(null=True)
    last_opened_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_link_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "token_hash"], name="one_link_per_token"),
        ]
        indexes = [models.Index(fields=["tenant", "debtor"], name="link_by_debtor")]

    def __str__(self) -> str:
        return self.public_id


class LinkedInvoice(TenantOwned):
    """A claim that a link shows."""

    link = TenantForeignKey(PaymentLink, related_name="invoices")
    invoice = TenantForeignKey("invoices.Invoice", related_name="payment_links")

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "link", "invoice"], name="invoice_linked_once")]

    def __str__(self) -> str:
        return f"{self.link_id} {self.invoice_id}"
