"""The log."""

from django.db import models
from django.db.models.functions import Now

from tenants.managers import TenantManager
from tenants.models import TenantOwned


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reads of the log, newest first where order matters."""

    def about(self, subject_kind: str, subject_id: str) -> "EntryQuerySet":
        return self.filter(subject_kind=subject_kind, subject_id=subject_id)

    def of_debtor(self, debtor_id: int) -> "EntryQuerySet":
        return self.filter(debtor_ref=debtor_id)


class Entry(TenantOwned):
    """That something happened: a verb, on a subject, by somebody, with the data that explain it.

    Role app may insert and select, nothing else. `debtor_ref` is the debtor's id where there is one, without a
    foreign key: the log outlives what it is about.
    """

    at = models.DateTimeField(db_default=Now())
    actor_kind = models.CharField(max_length=6)
    actor_ref = models.CharField(max_length=20, blank=True)
    actor_label = models.CharField(max_length=120, blank=True)
    verb = models.CharField(max_length=50)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=20, blank=True)  # public id
    subject_label = models.CharField(max_length=120, blank=True)
    debtor_ref = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    objects = TenantManager.from_queryset(EntryQuerySet)()  # type: ignore[misc] # the base has a plainer one

    class Meta(TenantOwned.Meta):
        indexes = [
            models.Index(fields=["tenant", "at"], name="audit_by_time"),  # the log page
            # the timeline on the debtor's card and on the invoice
            models.Index(fields=["tenant", "debtor_ref", "at"], name="audit_by_debtor"),
            models.Index(fields=["tenant", "subject_kind", "subject_id"], name="audit_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_label}"
