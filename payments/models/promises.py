"""What debtors promise."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.public_ids import new_public_id
from payments.states import PromiseState
from tenants.fields import TenantForeignKey
from tenants.models import TenantOwned


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
