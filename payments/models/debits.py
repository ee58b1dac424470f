"""Direct debit: permission of the debtor, batches for the bank, and what the bank did with each collection."""

from datetime import date

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.calendar import add_months
from common.public_ids import new_public_id
from payments.states import DebitBatchState, DebitScheme, DebitState, MandateState, RefundState, RefundWay
from tenants.fields import TenantForeignKey
from tenants.models import TenantOwned


class CreditorSettings(TenantOwned):
    """Who collects, and how. One row a tenant; without it nothing is collected."""

    creditor_id = models.CharField(_("incassant-ID"), max_length=35)
    scheme = models.CharField(_("standaardschema"), max_length=4, choices=DebitScheme.choices, default=DebitScheme.CORE)
    notify_days = models.PositiveSmallIntegerField(_("vooraankondiging (dagen)"), default=14)
    pain_version = models.CharField(
        _("bestandsversie"),
        max_length=15,
        default="pain.008.001.08",
        choices=[("pain.008.001.08", "pain.008.001.08"), ("pain.008.001.02", "pain.008.001.02")],
    )

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_creditor_per_tenant")]

    def __str__(self) -> str:
        return self.creditor_id


LAPSES_AFTER = 36  # months in which nothing was collected with it (EPC rulebook, 4.1)


class Mandate(TenantOwned):
    """That a debtor lets the tenant collect from an account."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    debtor = TenantForeignKey("debtors.Debtor", related_name="mandates")
    reference = models.CharField(_("machtigingskenmerk"), max_length=35)
    scheme = models.CharField(_("schema"), max_length=4, choices=DebitScheme.choices, default=DebitScheme.CORE)
    iban = models.CharField("IBAN", max_length=34)
    bic = models.CharField("BIC", max_length=11, blank=True)
    account_holder = models.CharField(_("rekeninghouder"), max_length=70)
    signed_on = models.DateField(_("ondertekend op"))
    obtained_by = models.CharField(
        max_length=6, default="paper", choices=[("paper", _("papier")), ("online", _("online betaling"))]
    )
    consent = models.TextField(blank=True)  # given online: what the payer agreed to, word for word in his language
    consented_at = models.DateTimeField(null=True)
    is_one_off = models.BooleanField(_("eenmalig"), default=False)  # collected from once (OOFF)
    collects_invoices = models.BooleanField(_("facturen op de vervaldag incasseren"), default=True)
    form = TenantForeignKey("correspondence.Document", null=True, related_name="+")  # as it was signed
    state = models.CharField(max_length=9, choices=MandateState.choices, default=MandateState.ACTIVE)
    blocked_reason = models.CharField(max_length=8, blank=True)  # what the bank said: AC04, MD01 …
    last_used_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    ended_reason = models.CharField(max_length=200, blank=True)
    provider_ref = models.CharField(max_length=64, blank=True)
    made_by = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_mandate_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "reference"], name="one_mandate_per_reference"),
            models.UniqueConstraint(
                fields=["tenant", "provider_ref"],
                condition=~models.Q(provider_ref=""),
                name="one_mandate_per_provider_ref",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "debtor"], name="mandate_by_debtor")]

    def __str__(self) -> str:
        return self.reference

    @property
    def lapses_on(self) -> date:
        """The day from which nothing may be collected with it, unless it is used before."""
        return add_months(self.last_used_on or self.signed_on, LAPSES_AFTER)

    def has_lapsed(self, day: date) -> bool:
        return day >= self.lapses_on

    def is_usable(self, day: date) -> bool:
        """Whether something may be collected with it on a day."""
        return self.state == MandateState.ACTIVE and not self.has_lapsed(day)


class DirectDebitBatch(TenantOwned):
    """Collections that go to the bank in one file."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    collect_on = models.DateField(_("incassodatum"))
    state = models.CharField(max_length=9, choices=DebitBatchState.choices, default=DebitBatchState.PROPOSED)
    count = models.PositiveIntegerField(default=0)
    total = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    message_id = models.CharField(max_length=35, blank=True)
    document = TenantForeignKey("correspondence.Document", null=True, related_name="+")  # the file, frozen
    made_by = models.CharField(max_length=120, blank=True)
    made_ref = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    approved_by = models.CharField(max_length=120, blank=True)
    approved_ref = models.CharField(max_length=40, blank=True)
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=200, blank=True)  # why it was taken back

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_debit_batch_per_public_id"),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(document__isnull=False), name="sent_debit_batch_has_a_file"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "collect_on"], name="debit_batch_by_day")]

    def __str__(self) -> str:
        return f"{self.collect_on:%d-%m-%Y}"


class DirectDebit(TenantOwned):
    """One collection of one claim, or of an instalment."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    batch = TenantForeignKey(DirectDebitBatch, related_name="debits")
    mandate = TenantForeignKey(Mandate, related_name="debits")
    debtor = TenantForeignKey("debtors.Debtor", related_name="debits")
    invoice = TenantForeignKey("invoices.Invoice", null=True, related_name="debits")
    instalment = TenantForeignKey("payments.Instalment", null=True, related_name="debits")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    sequence = models.CharField(max_length=4, default="RCUR")
    end_to_end_id = models.CharField(max_length=35)
    state = models.CharField(max_length=9, choices=DebitState.choices, default=DebitState.PLANNED)
    announced_on = models.DateField(null=True)  # the day the debtor was told
    payment = TenantForeignKey("payments.Payment", null=True, related_name="debits")
    collected_on = models.DateField(null=True)
    refundable_until = models.DateField(null=True)
    return_reason = models.CharField(max_length=8, blank=True)
    returned_on = models.DateField(null=True)
    ended_reason = models.CharField(max_length=200, blank=True)  # why it was left out after all

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_debit_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "end_to_end_id"], name="one_debit_per_end_to_end_id"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="debit_is_positive"),
            models.CheckConstraint(
                condition=models.Q(invoice__isnull=False, instalment=None)
                | models.Q(invoice=None, instalment__isnull=False),
                name="debit_is_for_one_thing",
            ),
            # nobody is collected from twice for the same thing at once
            models.UniqueConstraint(
                fields=["tenant", "invoice"],
                condition=models.Q(state__in=["planned", "sent"]),
                name="one_live_debit_per_invoice",
            ),
            models.UniqueConstraint(
                fields=["tenant", "instalment"],
                condition=models.Q(state__in=["planned", "sent"]),
                name="one_live_debit_per_instalment",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "debtor"], name="debit_by_debtor")]

    def __str__(self) -> str:
        return f"{self.end_to_end_id} {self.amount}"

    @property
    def is_live(self) -> bool:
        """Whether it is planned, or at the bank and not answered yet."""
        return self.state in {DebitState.PLANNED, DebitState.SENT}


class Refund(TenantOwned):
    """Money that goes back to who paid too much: proposed, approved, sent, done.

    Takes what it holds out of the unallocated rest of its payment (`Payment.refunded`, by a trigger).
    """

    public_id = models.CharField(max_length=14, default=new_public_id)
    payment = TenantForeignKey("payments.Payment", related_name="refunds")
    amount = models.DecimalField(_("bedrag"), max_digits=12, decimal_places=2)
    via = models.CharField(max_length=6, choices=RefundWay.choices)
    iban = models.CharField("IBAN", max_length=34, blank=True)
    name = models.CharField(_("naam"), max_length=70, blank=True)
    description = models.CharField(_("omschrijving"), max_length=140, blank=True)
    state = models.CharField(max_length=9, choices=RefundState.choices, default=RefundState.PROPOSED)
    proposed_on = models.DateField()
    proposed_by = models.CharField(max_length=120, blank=True)
    proposed_ref = models.CharField(max_length=40, blank=True)
    approved_by = models.CharField(max_length=120, blank=True)
    approved_ref = models.CharField(max_length=40, blank=True)
    approved_at = models.DateTimeField(null=True)
    document = TenantForeignKey("correspondence.Document", null=True, related_name="+")  # the pain.001 it went in
    end_to_end_id = models.CharField(max_length=35, blank=True)
    idempotency_key = models.UUIDField(null=True)
    provider_id = models.CharField(max_length=64, blank=True)
    failure = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_refund_per_public_id"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_is_positive"),
            models.UniqueConstraint(
                fields=["tenant", "end_to_end_id"],
                condition=~models.Q(end_to_end_id=""),
                name="one_refund_per_end_to_end_id",
            ),
            models.CheckConstraint(condition=models.Q(via="online") | ~models.Q(iban=""), name="refund_has_an_account"),
        ]
        indexes = [models.Index(fields=["tenant", "state"], name="refund_by_state")]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"
