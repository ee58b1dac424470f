"""Tenants, the people who work in them, and which of them has work waiting.

Of these tables only `Letterhead` and `ClosingDay` are under row-level security: the others answer who may enter which
tenant, before one is entered. They hold no data about debtors.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.public_ids import new_public_id
from tenants.context import current_tenant_id
from tenants.managers import TenantManager


class Tenant(models.Model):
    """One administration: a company that is owed money."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id)
    slug = models.SlugField(_("adres"), max_length=40, unique=True)  # in every URL: /a/<slug>/
    name = models.CharField(_("naam"), max_length=120)
    badge_colour = models.CharField(_("kleur van het label"), max_length=7, default="#1f6feb")
    is_active = models.BooleanField(default=True)  # False: suspended, nothing leaves
    created_at = models.DateTimeField(db_default=Now())
    # For the clock, which cannot look inside a tenant: which night was planned last, which run ended last.
    last_planned_on = models.DateField(null=True)
    last_run_completed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users; their name is their e-mail address, in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who can log in; what he may do is in his memberships."""

    public_id = models.CharField(max_length=14, unique=True, default=new_public_id)
    email = models.EmailField(_("e-mailadres"), unique=True)
    name = models.CharField(_("naam"), max_length=120)
    language = models.CharField(
        _("taal"), max_length=2, default="nl", choices=[("nl", "Nederlands"), ("en", "English")]
    )
    theme = models.CharField(
        _("weergave"),
        max_length=5,
        default="auto",
        choices=[("auto", _("zoals mijn computer")), ("light", _("licht")), ("dark", _("donker"))],
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=models.functions.Lower("email")), name="email_is_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class Role(models.TextChoices):
    """What somebody is in a tenant; what it allows is in `tenants.access`."""

    OWNER = "owner", _("eigenaar")
    CONTROLLER = "controller", _("controller")
    BOOKKEEPER = "bookkeeper", _("boekhouder")
    ACCOUNTANT = "accountant", _("accountant")
    READER = "reader", _("lezer")


class Membership(models.Model):
    """That somebody works in a tenant, and as what."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("rol"), max_length=12, choices=Role.choices)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "user"], name="one_membership_per_user")]

    def __str__(self) -> str:
        return f"{self.user} · {self.tenant}"


class Wakeup(models.Model):
    """That a tenant has work of some sort, from a moment on. Written in the transaction that makes the work.

    Workers cannot see inside tenants to find work; they claim rows of this table and enter that tenant.
    """

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    queue = models.CharField(max_length=60)  # the name of the task that does the work
    due_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "queue"], name="one_wakeup_per_queue")]
        indexes = [models.Index(fields=["due_at"], name="wakeup_due")]  # tenants.operations.claim_wakeups

    def __str__(self) -> str:
        return f"{self.queue} @ {self.due_at:%Y-%m-%d %H:%M}"


class TenantOwned(models.Model):
    """Base of every table that a tenant owns: its column, its manager, and in the database its keys and policy."""

    # The database's own key to tenants_tenant is made by tenants.rls, where no parent row carries it already.
    tenant = models.ForeignKey(
        Tenant, models.PROTECT, default=current_tenant_id, editable=False, db_constraint=False, db_index=False
    )

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"


class Letterhead(TenantOwned):
    """Who the letters and mails of a tenant come from, and how they look."""

    legal_name = models.CharField(_("juridische naam"), max_length=120)
    street = models.CharField(_("straat en huisnummer"), max_length=120)
    postcode = models.CharField(_("postcode"), max_length=12)
    city = models.CharField(_("plaats"), max_length=80)
    country = models.CharField(_("land"), max_length=2, default="NL")
    phone = models.CharField(_("telefoon"), max_length=30, blank=True)
    email = models.EmailField(_("e-mailadres"), help_text=_("Afzender van mails en antwoordadres."))
    website = models.CharField(_("website"), max_length=120, blank=True)
    kvk = models.CharField(_("KvK-nummer"), max_length=8, blank=True)
    vat_number = models.CharField(_("btw-nummer"), max_length=20, blank=True)
    iban = models.CharField("IBAN", max_length=34)
    bic = models.CharField("BIC", max_length=11, blank=True)
    account_holder = models.CharField(_("rekening ten name van"), max_length=70)
    signed_by = models.CharField(_("ondertekening"), max_length=120, blank=True)
    colour = models.CharField(_("huiskleur"), max_length=7, default="#1d3557")
    logo = models.BinaryField(null=True, editable=True)
    logo_type = models.CharField(max_length=30, blank=True)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_letterhead_per_tenant")]

    def __str__(self) -> str:
        return self.legal_name

    @property
    def is_complete(self) -> bool:
        """Whether a letter can name its sender, and the account to pay to."""
        return all((self.legal_name, self.street, self.postcode, self.city, self.email, self.iban))


class ClosingDay(TenantOwned):
    """A day on which the tenant sends nothing, beside weekends and public holidays."""

    day = models.DateField(_("dag"))
    description = models.CharField(_("omschrijving"), max_length=80, blank=True)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "day"], name="one_closing_day_per_day")]

    def __str__(self) -> str:
        return f"{self.day:%d-%m-%Y} {self.description}".strip()


class TwoPersonRules(TenantOwned):
    """For what a tenant wants two people: one asks or approves, another executes. One row a tenant, or none of it."""

    handoffs = models.BooleanField(
        _("overdracht aan een bureau"),
        default=False,
        help_text=_("Wie een dossier goedkeurt, verstuurt het niet zelf."),
    )
    write_offs = models.BooleanField(
        _("afboekingen"), default=False, help_text=_("Wie een afboeking vraagt, keurt haar niet zelf goed.")
    )
    bank_account = models.BooleanField(
        _("een andere bankrekening op uw brieven"),
        default=False,
        help_text=_("Wie de rekening wijzigt, keurt dat niet zelf goed; tot dan blijft de oude staan."),
    )
    refunds = models.BooleanField(
        _("terugbetalingen"), default=False, help_text=_("Wie een terugbetaling voorstelt, keurt haar niet zelf goed.")
    )
    debit_batches = models.BooleanField(
        _("incassobatches"), default=False, help_text=_("Wie een batch maakt, keurt haar niet zelf goed.")
    )

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_set_of_two_person_rules")]

    def __str__(self) -> str:
        return "two persons"


class SecondLook(TenantOwned):
    """Something that somebody asked for and another must approve before it is done. Kept as it was asked."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    kind = models.CharField(
        max_length=12,
        choices=[
            ("write_off", _("afboeking")),
            ("bank_account", _("andere bankrekening")),
            ("gateway", _("andere sleutel voor online betalen")),
            ("rules", _("regel voor twee personen uit")),
        ],
    )
    subject_id = models.CharField(max_length=14, blank=True)  # public id of what it is about
    label = models.CharField(max_length=120, blank=True)  # the number or name of that
    values = models.JSONField(default=dict)  # what is to become of it
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(
        max_length=9,
        default="waiting",
        choices=[
            ("waiting", _("wacht")),
            ("approved", _("goedgekeurd")),
            ("refused", _("afgewezen")),
            ("withdrawn", _("ingetrokken")),
        ],
    )
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    asked_ref = models.CharField(max_length=14)  # public id of the user
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_ref = models.CharField(max_length=14, blank=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_second_look_per_public_id"),
            models.UniqueConstraint(
                fields=["tenant", "kind", "subject_id"],
                condition=models.Q(state="waiting"),
                name="one_waiting_second_look",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved")
                | (~models.Q(decided_ref="") & ~models.Q(decided_ref=models.F("asked_ref"))),
                name="nobody_approves_what_he_asked",
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting", decided_at=None)
                | (~models.Q(state="waiting") & models.Q(decided_at__isnull=False)),
                name="second_look_is_decided_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"
