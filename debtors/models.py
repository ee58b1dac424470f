"""Debtors and their contacts."""

import unicodedata

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.public_ids import new_public_id
from debtors.states import LANGUAGES, ContactRole, DebtorKind, LegalState
from tenants.fields import TenantForeignKey
from tenants.managers import TenantManager
from tenants.models import TenantOwned


def sort_key(name: str) -> str:
    """Fold a name so that it sorts and searches without case or accents; PostgreSQL here has no ICU collation."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    return "".join(char for char in folded if not unicodedata.combining(char))[:120]


class DebtorQuerySet(models.QuerySet["Debtor"]):
    """Reads of debtors."""

    def matching(self, text: str) -> "DebtorQuerySet":
        """Those whose number or name begins with a text, or whose name, city or e-mail holds it."""
        folded = sort_key(text.strip())
        by_email = Contact.objects.filter(email__icontains=text.strip()).values("debtor_id")
        return self.filter(
            models.Q(number__istartswith=text.strip())
            | models.Q(sort_name__contains=folded)
            | models.Q(city__icontains=text.strip())
            | models.Q(pk__in=by_email)
        )


class Debtor(TenantOwned):
    """Somebody who owes, or may come to owe, the tenant money."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    number = models.CharField(_("debiteurnummer"), max_length=40)
    name = models.CharField(_("naam"), max_length=120)
    sort_name = models.CharField(max_length=120, editable=False)
    kind = models.CharField(_("soort"), max_length=8, choices=DebtorKind.choices)
    language = models.CharField(_("taal"), max_length=2, choices=LANGUAGES, default="nl")
    street = models.CharField(_("straat en huisnummer"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    city = models.CharField(_("plaats"), max_length=80, blank=True)
    country = models.CharField(_("land"), max_length=2, default="NL")
    attention = models.CharField(_("ter attentie van"), max_length=120, blank=True)
    kvk = models.CharField(_("KvK-nummer"), max_length=8, blank=True)
    vat_number = models.CharField(_("btw-nummer"), max_length=20, blank=True)
    iban = models.CharField("IBAN", max_length=34, blank=True)
    segment = models.CharField(_("segment"), max_length=40, blank=True)
    payment_term_days = models.PositiveSmallIntegerField(_("betaaltermijn (dagen)"), null=True, blank=True)
    own_group = models.BooleanField(
        _("eigen groep"), default=False, help_text=_("Een debiteur van de eigen groep krijgt nooit een herinnering.")
    )
    legal_state = models.CharField(
        _("juridische status"), max_length=14, choices=LegalState.choices, default=LegalState.NONE, blank=True
    )
    legal_state_since = models.DateField(_("sinds"), null=True, blank=True)
    post_returned_on = models.DateField(null=True)  # the last letter came back: the postal address no longer works
    owner = models.ForeignKey(
        "tenants.User", models.SET_NULL, null=True, blank=True, db_constraint=False, db_index=False
    )
    note = models.TextField(_("notitie"), blank=True)
    source = models.CharField(max_length=20, blank=True)  # csv, xlsx, ubl, hand
    created_at = models.DateTimeField(db_default=Now())
    # What a payer is found by: small letters and digits without accents (payments.spelling.name_key).
    name_key = models.GeneratedField(
        expression=models.Func(
            models.F("sort_name"),
            models.Value("[^a-z0-9]"),
            models.Value(""),
            models.Value("g"),
            function="regexp_replace",
        ),
        output_field=models.CharField(max_length=120),
        db_persist=True,
    )

    objects = TenantManager.from_queryset(DebtorQuerySet)()  # type: ignore[misc] # the base has a plainer one

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="one_debtor_per_number"),
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_debtor_per_public_id"),
            models.CheckConstraint(condition=models.Q(kind__in=DebtorKind.values), name="debtor_kind_is_known"),
        ]
        indexes = [
            models.Index(fields=["tenant", "sort_name", "id"], name="debtor_by_name"),  # the list, quick search
            # who paid (payments.operations.candidates)
            models.Index(fields=["tenant", "name_key"], name="debtor_by_name_key"),
            models.Index(fields=["tenant", "iban"], condition=~models.Q(iban=""), name="debtor_by_iban"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def has_postal_address(self) -> bool:
        return bool(self.street and self.city)

    @property
    def takes_post(self) -> bool:
        """Whether a letter can be sent: there is an address, and nothing came back from it."""
        return self.has_postal_address and self.post_returned_on is None


class Contact(TenantOwned):
    """A person or mailbox at a debtor, and what it receives."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    debtor = TenantForeignKey(Debtor, related_name="contacts")
    role = models.CharField(_("ontvangt"), max_length=10, choices=ContactRole.choices, default=ContactRole.REMINDER)
    name = models.CharField(_("naam"), max_length=120, blank=True)
    email = models.EmailField(_("e-mailadres"), blank=True)
    phone = models.CharField(_("telefoon"), max_length=20, blank=True)  # E.164
    email_invalid_since = models.DateTimeField(null=True)
    email_invalid_reason = models.CharField(max_length=200, blank=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_contact_per_public_id"),
            models.UniqueConstraint(
                fields=["tenant", "debtor", "role", "email"],
                condition=~models.Q(email=""),
                name="one_contact_per_role_and_email",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "email"], name="contact_by_email")]  # a bounce finds its contact

    def __str__(self) -> str:
        return self.name or self.email or self.phone
