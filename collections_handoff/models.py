"""Agencies and handoffs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_handoff.states import AgencyKind, HandoffState
from common.public_ids import new_public_id
from tenants.fields import TenantForeignKey
from tenants.models import TenantOwned


class Agency(TenantOwned):
    """Who takes over claims. For consumer claims an agency must be in the Wki register (art. 4 Wki)."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    name = models.CharField(_("naam"), max_length=120)
    kind = models.CharField(_("soort"), max_length=7, choices=AgencyKind.choices)
    email = models.EmailField(_("e-mailadres voor dossiers"))
    phone = models.CharField(_("telefoon"), max_length=30, blank=True)
    address = models.CharField(
        _("adres"), max_length=160, blank=True, help_text=_("Zo staat het op de betaalpagina van uw debiteuren.")
    )
    client_reference = models.CharField(_("ons klantnummer daar"), max_length=60, blank=True)
    wki_registration = models.CharField(_("Wki-registratienummer"), max_length=40, blank=True)
    wki_checked_on = models.DateField(_("register bekeken op"), null=True, blank=True)
    is_default = models.BooleanField(_("standaard"), default=False)
    is_active = models.BooleanField(_("in gebruik"), default=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_agency_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "name"], name="one_agency_per_name"),
            models.UniqueConstraint(
                fields=["tenant"], condition=models.Q(is_default=True, is_active=True), name="one_default_agency"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Handoff(TenantOwned):
    """A debtor's claims given to an agency, with the dossier as it was then: frozen and hashed."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    debtor = TenantForeignKey("debtors.Debtor", related_name="handoffs")
    agency = TenantForeignKey(Agency, related_name="handoffs")
    state = models.CharField(max_length=9, choices=HandoffState.choices, default=HandoffState.PREPARED)
    principal = models.DecimalField(max_digits=12, decimal_places=2)
    interest = models.DecimalField(max_digits=12, decimal_places=2)
    costs = models.DecimalField(max_digits=12, decimal_places=2)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    dossier = models.JSONField()
    sha256 = models.CharField(max_length=64)  # of the dossier as canonical JSON
    archive = TenantForeignKey("correspondence.Document", null=True, related_name="+")
    prepared_at = models.DateTimeField()
    prepared_by = models.CharField(max_length=120)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=120, blank=True)
    approved_ref = models.CharField(max_length=14, blank=True)  # public id of the user
    submitted_at = models.DateTimeField(null=True)
    agency_reference = models.CharField(_("dossiernummer daar"), max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=250, blank=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_handoff_per_public_id"),
            models.CheckConstraint(condition=models.Q(total__gt=0), name="handoff_asks_something"),
            models.CheckConstraint(
                condition=models.Q(total=models.F("principal") + models.F("interest") + models.F("costs")),
                name="handoff_adds_up",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "state"], name="handoff_by_state")]

    def __str__(self) -> str:
        return f"{self.debtor_id} {self.get_state_display()}"


class HandoffClaim(TenantOwned):
    """One claim in a handoff; a claim is in one live handoff at most."""

    handoff = TenantForeignKey(Handoff, related_name="claims")
    invoice = TenantForeignKey("invoices.Invoice", related_name="handoff_claims")
    principal = models.DecimalField(max_digits=12, decimal_places=2)
    interest = models.DecimalField(max_digits=12, decimal_places=2)
    costs = models.DecimalField(max_digits=12, decimal_places=2)
    is_live = models.BooleanField(default=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "invoice"], condition=models.Q(is_live=True), name="one_live_handoff_per_claim"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "handoff"], name="handoff_claim_by_handoff")]

    def __str__(self) -> str:
        return f"{self.handoff_id} {self.invoice_id}"
