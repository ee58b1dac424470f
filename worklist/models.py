"""Tasks."""

from datetime import date

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.public_ids import new_public_id
from tenants.fields import TenantForeignKey
from tenants.managers import TenantManager
from tenants.models import TenantOwned


class TaskKind(models.TextChoices):
    """What a person is asked to do."""

    CALL = "call", _("bellen")
    BROKEN_PROMISE = "broken_promise", _("belofte niet nagekomen")
    SECOND_PROMISE = "second_promise", _("tweede belofte beoordelen")
    NO_ADDRESS = "no_address", _("adres ontbreekt of werkt niet")
    BOUNCE = "bounce", _("bericht niet bezorgd")
    ALLOCATE_CREDIT = "allocate_credit", _("tegoed verrekenen")
    SMALL_REST = "small_rest", _("klein restant afboeken")
    NEW_DISPUTE = "new_dispute", _("geschil van een debiteur")
    ALREADY_PAID = "already_paid", _("zegt betaald: betaling zoeken")
    CONTACT_DETAILS = "contact_details", _("doorgegeven gegevens beoordelen")
    QUESTION = "question", _("vraag van een debiteur")
    ARRANGEMENT_PROPOSAL = "arrangement_proposal", _("regeling beoordelen")
    ARRANGEMENT_BROKEN = "arrangement_broken", _("regeling niet nagekomen")
    DISPUTE_DEADLINE = "dispute_deadline", _("geschil: antwoord te laat")
    END_OF_LADDER = "end_of_ladder", _("einde van de ladder: beslissen")
    HANDOFF = "handoff", _("overdracht beoordelen")
    IN_DOUBT = "in_doubt", _("onzeker of het bericht weg is")
    REOPENED = "reopened", _("betaling teruggedraaid")
    OVERPAID = "overpaid", _("te veel of dubbel betaald")
    RATE_MISSING = "rate_missing", _("rentepercentage bevestigen")
    DECISION_FAILED = "decision_failed", _("beslissing mislukt")
    CONSUMER_TERMS = "consumer_terms", _("vraag over algemene voorwaarden beantwoorden")
    FREE = "free", _("taak")


class TaskQuerySet(models.QuerySet["Task"]):
    """Reads of tasks."""

    def open(self) -> "TaskQuerySet":
        return self.filter(done_at=None)

    def due(self, day: date) -> "TaskQuerySet":
        """Those somebody should look at by a day: not snoozed beyond it, not planned after it."""
        return self.open().filter(due_on__lte=day).exclude(snoozed_until__gt=day)


class Task(TenantOwned):
    """Something a person has to do about a subject; done when `done_at` is set."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    kind = models.CharField(_("soort"), max_length=20, choices=TaskKind.choices)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=20, blank=True)  # public id
    title = models.CharField(_("taak"), max_length=200, blank=True)
    debtor = TenantForeignKey("debtors.Debtor", null=True, related_name="tasks")
    amount = models.DecimalField(_("bedrag"), max_digits=12, decimal_places=2, null=True)
    owner = models.ForeignKey(
        "tenants.User", models.SET_NULL, null=True, blank=True, db_constraint=False, db_index=False
    )
    due_on = models.DateField(_("uiterlijk"))
    snoozed_until = models.DateField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(_("uitkomst"), max_length=200, blank=True)
    note = models.TextField(_("notitie"), blank=True)

    objects = TenantManager.from_queryset(TaskQuerySet)()  # type: ignore[misc] # the base has a plainer one

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_task_per_public_id"),
            # the night may find the same thing again: one open task per kind and subject
            models.UniqueConstraint(
                fields=["tenant", "kind", "subject_kind", "subject_id"],
                condition=models.Q(done_at=None) & ~models.Q(kind="free"),
                name="one_open_task_per_subject",
            ),
        ]
        indexes = [
            # Vandaag and the work list
            models.Index(fields=["tenant", "due_on"], condition=models.Q(done_at=None), name="task_open_by_day"),
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()
