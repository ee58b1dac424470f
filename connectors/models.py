"""Files that people bring in, kept between looking at them and importing them."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.public_ids import new_public_id
from tenants.models import TenantOwned


class UploadKind(models.TextChoices):
    """What is in a file."""

    DEBTORS = "debtors", _("debiteuren")
    INVOICES = "invoices", _("facturen en creditnota’s")
    STATEMENT = "statement", _("bankafschriften")


class UploadState(models.TextChoices):
    """Where an upload is."""

    READ = "read", _("bekeken")
    WAITING = "waiting", _("wordt ingelezen")
    IMPORTED = "imported", _("ingelezen")
    FAILED = "failed", _("niet ingelezen")
    DISCARDED = "discarded", _("weggegooid")


class Upload(TenantOwned):
    """A file of debtors, invoices or bank statements: its bytes, how it was read, and what importing it did."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    kind = models.CharField(max_length=9, choices=UploadKind.choices)
    filename = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)  # header -> field; of statements, what a person confirmed
    state = models.CharField(max_length=9, choices=UploadState.choices, default=UploadState.READ)
    rows = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField(db_default=Now())
    uploaded_by = models.CharField(max_length=120)
    uploaded_by_ref = models.CharField(max_length=20, blank=True)
    imported_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "public_id"], name="one_upload_per_public_id")]
        indexes = [models.Index(fields=["tenant", "uploaded_at"], name="upload_by_time")]

    def __str__(self) -> str:
        return self.filename


class ColumnMapping(TenantOwned):
    """How the columns of the last file of a kind were read, so that the next one need not be asked about."""

    kind = models.CharField(max_length=9, choices=UploadKind.choices)
    header = models.CharField(max_length=120)
    field = models.CharField(max_length=40, blank=True)  # empty: leave this column out

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "kind", "header"], name="one_mapping_per_header")]

    def __str__(self) -> str:
        return f"{self.header} = {self.field}"
