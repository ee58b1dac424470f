"""What banks say came in and went out, line by line, and what became of each line."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.public_ids import new_public_id
from payments.states import LineState, MatchCertainty
from tenants.fields import TenantForeignKey
from tenants.models import TenantOwned


class BankAccount(TenantOwned):
    """An account of the tenant whose statements come in."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    iban = models.CharField("IBAN", max_length=34)
    name = models.CharField(_("naam"), max_length=80, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    is_g_account = models.BooleanField(_("G-rekening"), default=False)
    is_watched = models.BooleanField(
        _("telt mee voor actuele betalingen"),
        default=True,
        help_text=_("Uit: voor een rekening die niet meer wordt gebruikt."),
    )
    # Where the last statement ended; None: none came in yet.
    balance = models.DecimalField(_("saldo"), max_digits=14, decimal_places=2, null=True)
    balance_on = models.DateField(_("saldo op"), null=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_bank_account_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "iban"], name="one_bank_account_per_iban"),
        ]

    def __str__(self) -> str:
        return self.iban


class BankStatement(TenantOwned):
    """One statement of one account, as the bank made it. Opening balance plus lines is closing balance.

    A notification (camt.054) has no balances: its lines come again in a statement, and are known then.
    """

    public_id = models.CharField(max_length=14, default=new_public_id)
    account = TenantForeignKey(BankAccount, related_name="statements")
    format = models.CharField(max_length=20)  # "camt.053.001.02", "mt940"
    filename = models.CharField(_("bestand"), max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)  # of the file
    bank_id = models.CharField(max_length=64, blank=True)  # the bank's own name for the statement
    sequence = models.CharField(max_length=20, blank=True)
    fingerprint = models.CharField(max_length=64)  # the same statement in another file is the same
    opened_on = models.DateField(null=True)
    closed_on = models.DateField()
    opening_balance = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    closing_balance = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    difference = models.DecimalField(max_digits=14, decimal_places=2, default=0)  # a person let it pass
    line_count = models.PositiveIntegerField(default=0)
    known_lines = models.PositiveIntegerField(default=0)  # left out because an earlier file held them
    follows = models.BooleanField(default=True)  # False: its opening balance is not where the one before it ended
    imported_at = models.DateTimeField(db_default=Now())
    imported_by = models.CharField(max_length=120, blank=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_statement_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "account", "fingerprint"], name="statement_comes_in_once"),
        ]
        indexes = [models.Index(fields=["tenant", "account", "closed_on"], name="statement_by_day")]

    @property
    def is_notification(self) -> bool:
        return self.opening_balance is None

    def __str__(self) -> str:
        return f"{self.bank_id or self.sequence} {self.closed_on:%d-%m-%Y}"


class BankLine(TenantOwned):
    """One movement on an account (one transaction of a batch that the bank itemises), and what became of it.

    Money in is positive. What the bank said never changes; state, match and payment follow.
    """

    public_id = models.CharField(max_length=14, default=new_public_id)
    statement = TenantForeignKey(BankStatement, related_name="lines")
    number = models.PositiveIntegerField()  # place in the statement, from 1
    fingerprint = models.CharField(max_length=64)
    booked_on = models.DateField()
    value_on = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3, default="EUR")
    name = models.CharField(_("naam"), max_length=140, blank=True)  # of the other side
    iban = models.CharField("IBAN", max_length=34, blank=True)
    description = models.CharField(_("omschrijving"), max_length=1000, blank=True)
    reference = models.CharField(_("kenmerk"), max_length=35, blank=True)  # structured: betalingskenmerk, RF, OGM
    end_to_end_id = models.CharField(max_length=35, blank=True)
    mandate_id = models.CharField(max_length=35, blank=True)
    bank_reference = models.CharField(max_length=64, blank=True)
    is_reversal = models.BooleanField(default=False)
    return_reason = models.CharField(max_length=8, blank=True)  # AC04, MD06, MS02 …
    batch_size = models.PositiveIntegerField(default=0)  # transactions in an entry that the bank does not itemise

    state = models.CharField(max_length=9, choices=LineState.choices, default=LineState.NEW)
    certainty = models.CharField(max_length=7, choices=MatchCertainty.choices, blank=True)
    debtor = TenantForeignKey("debtors.Debtor", null=True, related_name="bank_lines")  # of the match
    match = models.JSONField(default=dict)  # claims and reason, and the runner-up (payments.matching)
    payment = TenantForeignKey("payments.Payment", null=True, related_name="bank_lines")
    handled_at = models.DateTimeField(null=True)
    handled_by = models.CharField(max_length=120, blank=True)
    note = models.CharField(_("notitie"), max_length=200, blank=True)  # why a person left it out

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_line_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "fingerprint"], name="line_comes_in_once"),
            models.UniqueConstraint(fields=["tenant", "statement", "number"], name="one_line_per_number"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="line_is_not_zero"),
            models.CheckConstraint(
                condition=~models.Q(state="booked") | models.Q(payment__isnull=False), name="booked_line_has_a_payment"
            ),
        ]
        indexes = [
            # to match, and the work list
            models.Index(
                fields=["tenant", "state", "booked_on", "id"],
                condition=models.Q(state__in=["new", "proposed", "unknown"]),
                name="line_to_do",
            ),
            models.Index(fields=["tenant", "booked_on"], name="line_by_day"),
            models.Index(fields=["tenant", "end_to_end_id"], condition=~models.Q(end_to_end_id=""), name="line_by_e2e"),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on:%d-%m-%Y} {self.amount} {self.name}"


class KnownAccount(TenantOwned):
    """That money from an account came from a debtor before, confirmed by a person or by a certain match."""

    iban = models.CharField("IBAN", max_length=34)
    debtor = TenantForeignKey("debtors.Debtor", related_name="known_accounts")
    confirmed_on = models.DateField()
    confirmed_by = models.CharField(max_length=120, blank=True)
    forgotten_on = models.DateField(null=True)  # a person said that it is not his

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "iban", "debtor"], name="account_is_known_once")]

    def __str__(self) -> str:
        return self.iban


class MatchingSettings(TenantOwned):
    """How bank lines are matched. One row a tenant, or the defaults."""

    book_certain = models.BooleanField(
        _("zekere betalingen meteen boeken"),
        default=True,
        help_text=_("Uit: ook een zekere match wacht op een klik."),
    )

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_set_of_matching_settings")]

    def __str__(self) -> str:
        return "matching"
