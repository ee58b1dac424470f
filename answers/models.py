"""What debtors said on their page, kept as they said it, and the codes that let them see more there."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models.functions import Now

from answers.states import AnswerKind, Decision
from common.public_ids import new_public_id
from tenants.fields import TenantForeignKey
from tenants.models import TenantOwned

TRIES = 5  # wrong codes before a code is worth nothing
OPEN_FOR = timedelta(hours=1)  # how long a code that was right shows more


class Answer(TenantOwned):
    """One thing that a debtor said by a link. Frozen, but for what a person decided about proposed data.

    `subject_*` names what came of it (promise, arrangement, dispute); `details` hold what its kind has beside words:
    when and from where was paid, data as they were and as they should be, how somebody wants to be reached.
    """

    public_id = models.CharField(max_length=14, default=new_public_id)
    debtor = TenantForeignKey("debtors.Debtor", related_name="answers")
    link = TenantForeignKey("payments.PaymentLink", related_name="answers")
    kind = models.CharField(max_length=12, choices=AnswerKind.choices)
    given_at = models.DateTimeField(db_default=Now())
    language = models.CharField(max_length=2, default="nl")
    text = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.CharField(max_length=14, blank=True)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_answer_per_public_id"),
            models.CheckConstraint(
                condition=models.Q(decision="", decided_at=None)
                | (~models.Q(decision="") & models.Q(decided_at__isnull=False, kind="details")),
                name="only_data_are_decided_about",
            ),
        ]
        indexes = [
            # the card of a debtor, and how much came by a link today
            models.Index(fields=["tenant", "debtor", "given_at"], name="answer_by_debtor"),
            models.Index(fields=["tenant", "subject_kind", "subject_id"], name="answer_by_subject"),
        ]

    def __str__(self) -> str:
        return str(AnswerKind(self.kind).label)


class AnsweredInvoice(TenantOwned):
    """An invoice that an answer is about."""

    answer = TenantForeignKey(Answer, related_name="invoices")
    invoice = TenantForeignKey("invoices.Invoice", related_name="answers")

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "answer", "invoice"], name="invoice_answered_once")]

    def __str__(self) -> str:
        return f"{self.answer_id} {self.invoice_id}"


class AnswerFile(TenantOwned):
    """A file that came with an answer. Frozen; shown to people of the tenant only, and only to keep."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    answer = TenantForeignKey(Answer, related_name="files")
    filename = models.CharField(max_length=120)
    media_type = models.CharField(max_length=20)  # by its content
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_answer_file_per_public_id"),
            models.CheckConstraint(
                condition=models.Q(media_type__in=["application/pdf", "image/jpeg", "image/png", "image/heic"]),
                name="answer_file_is_of_a_known_type",
            ),
        ]

    def __str__(self) -> str:
        return self.filename


class EntryCode(TenantOwned):
    """A code of six digits that was mailed to a known address; used in time, it shows more behind its link for a while.

    Stored as a keyed hash. A new code of a link ends the one before.
    """

    public_id = models.CharField(max_length=14, default=new_public_id)
    link = TenantForeignKey("payments.PaymentLink", related_name="codes")
    address = models.EmailField()
    code_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_code_per_public_id"),
            models.CheckConstraint(condition=models.Q(tries__lte=TRIES), name="code_is_tried_five_times"),
        ]
        indexes = [models.Index(fields=["tenant", "link", "made_at"], name="code_by_link")]

    def __str__(self) -> str:
        return self.public_id

    def can_be_tried(self, at: datetime) -> bool:
        """Whether it may still be the right one."""
        return self.used_at is None and self.tries < TRIES and at < self.expires_at

    @property
    def left(self) -> int:
        return TRIES - self.tries

    def opens(self, at: datetime) -> bool:
        """Whether it was right a while ago, so that more is shown."""
        return self.used_at is not None and self.used_at <= at < self.used_at + OPEN_FOR
