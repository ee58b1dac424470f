"""Policies, cases, steps, notices, holds and runs."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.public_ids import new_public_id
from correspondence.states import ChannelKind
from dunning.states import Approval, CaseState, NoticeState, RungKind, RunState, Variant
from tenants.fields import TenantForeignKey
from tenants.managers import TenantManager
from tenants.models import TenantOwned


def _amount(**kwargs: Any) -> Any:
    return models.DecimalField(max_digits=12, decimal_places=2, **kwargs)


class PolicyQuerySet(models.QuerySet["Policy"]):
    """Reads of policies."""

    def current(self) -> "PolicyQuerySet":
        """The newest version of every lineage that is in use."""
        return self.filter(replaced_at=None)


class Policy(TenantOwned):
    """One version of a named ladder. Never changed once a case stands on it: a change is a new version."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    lineage = models.CharField(max_length=14, default=new_public_id)  # the same for all versions of one policy
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(_("naam"), max_length=60)
    variant = models.CharField(_("voor"), max_length=8, choices=Variant.choices)
    is_default = models.BooleanField(_("standaard"), default=False)
    published_at = models.DateTimeField(db_default=Now())
    published_by = models.CharField(max_length=120, blank=True)
    replaced_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(PolicyQuerySet)()  # type: ignore[misc] # the base has a plainer one

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_policy_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "lineage", "version"], name="one_policy_per_version"),
            models.UniqueConstraint(
                fields=["tenant", "lineage"], condition=models.Q(replaced_at=None), name="one_current_version"
            ),
            models.UniqueConstraint(
                fields=["tenant", "variant"],
                condition=models.Q(is_default=True, replaced_at=None),
                name="one_default_policy_per_variant",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Rung(TenantOwned):
    """One step of a policy version. Its key stays the same over the versions of a lineage."""

    policy = TenantForeignKey(Policy, related_name="rungs")
    key = models.CharField(max_length=30)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("soort"), max_length=20, choices=RungKind.choices)
    days = models.SmallIntegerField(_("dagen na de vervaldatum"))  # "60" is sixty days after; negative is before
    min_days_after = models.PositiveSmallIntegerField(_("minimaal dagen na de vorige"), null=True, blank=True)
    channels = ArrayField(models.CharField(max_length=5, choices=ChannelKind.choices), default=list, blank=True)
    approval = models.CharField(_("vrijgave"), max_length=9, choices=Approval.choices, default=Approval.PERSON)
    term_days = models.PositiveSmallIntegerField(_("termijn (dagen)"), default=7)
    announces_costs = models.BooleanField(_("kondigt kosten en rente aan"), default=False)
    charges_interest = models.BooleanField(_("brengt rente in rekening"), default=False)
    charges_costs = models.BooleanField(_("brengt kosten in rekening"), default=False)
    minimum_amount = _amount(default=0, verbose_name=_("vanaf bedrag"))

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "policy", "position"], name="one_rung_per_position"),
            models.UniqueConstraint(fields=["tenant", "policy", "key"], name="one_rung_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.days})"


class PolicyChoice(TenantOwned):
    """That an invoice, a debtor or a segment follows another policy than the default of its variant."""

    invoice = TenantForeignKey("invoices.Invoice", null=True, related_name="+")
    debtor = TenantForeignKey("debtors.Debtor", null=True, related_name="+")
    segment = models.CharField(max_length=40, blank=True)
    lineage = models.CharField(max_length=14)
    variant = models.CharField(max_length=8, choices=Variant.choices)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(invoice__isnull=False, debtor=None, segment="")
                | models.Q(invoice=None, debtor__isnull=False, segment="")
                | (models.Q(invoice=None, debtor=None) & ~models.Q(segment="")),
                name="policy_is_chosen_for_one_thing",
            ),
            models.UniqueConstraint(
                fields=["tenant", "invoice", "debtor", "segment", "variant"],
                nulls_distinct=False,
                name="one_policy_choice",
            ),
        ]

    def __str__(self) -> str:
        return self.lineage


class CaseQuerySet(models.QuerySet["Case"]):
    """Reads of cases."""

    def active(self) -> "CaseQuerySet":
        return self.filter(state=CaseState.ACTIVE)

    def due(self, day: date) -> "CaseQuerySet":
        """Those the night of a day has to look at."""
        return self.active().filter(next_look_on__lte=day)


class Case(TenantOwned):
    """The position of one claim on its ladder, and why it got nothing when it was last looked at.

    The position is kept from the steps (`dunning.models.Step`), which are the truth. `next_look_on` is the day on which
    something can change by itself; empty while a notice waits or only an event can change it. `opens_on` is the due
    date plus the days of the first rung.
    """

    invoice = TenantForeignKey("invoices.Invoice", related_name="cases")
    debtor = TenantForeignKey("debtors.Debtor", related_name="cases")
    policy = TenantForeignKey(Policy, related_name="cases")
    state = models.CharField(max_length=11, choices=CaseState.choices, default=CaseState.ACTIVE)
    opens_on = models.DateField()
    round = models.PositiveSmallIntegerField(default=1)
    position_key = models.CharField(max_length=30, blank=True)  # the last rung taken, "" before the first
    position_kind = models.CharField(max_length=20, blank=True)
    position_on = models.DateField(null=True)  # dispatched on
    term_ends_on = models.DateField(null=True)  # of that rung
    resume_on = models.DateField(null=True)  # not before this day: a short new term after a dispute or reversal
    next_look_on = models.DateField(null=True)
    why_code = models.CharField(max_length=30, blank=True)
    why_until = models.DateField(null=True)
    why_rung = models.CharField(max_length=30, blank=True)
    looked_on = models.DateField(null=True)

    objects = TenantManager.from_queryset(CaseQuerySet)()  # type: ignore[misc] # the base has a plainer one

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "invoice"], name="one_case_per_claim"),
            models.CheckConstraint(condition=models.Q(state__in=CaseState.values), name="case_state_is_known"),
        ]
        indexes = [
            # dunning.operations.planning: what this night has to look at
            models.Index(
                fields=["tenant", "next_look_on", "debtor"],
                condition=models.Q(state="active", next_look_on__isnull=False),
                name="case_due",
            ),
            models.Index(fields=["tenant", "debtor"], name="case_by_debtor"),
            # why-not counts and phases on Vandaag
            models.Index(fields=["tenant", "why_code"], condition=models.Q(state="active"), name="case_by_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.position_key or '-'}"


class LadderSettings(TenantOwned):
    """How the ladder of a tenant behaves. One row a tenant."""

    live_since = models.DateField(null=True)  # until then nothing is planned: a person must have seen what would start
    contact_interval_days = models.PositiveSmallIntegerField(_("minimaal dagen tussen twee brieven"), default=7)
    days_after_invoice = models.PositiveSmallIntegerField(_("geen herinnering binnen (dagen na factuur)"), default=5)
    minimum_invoice = _amount(default=Decimal("5.00"), verbose_name=_("minimumbedrag per factuur"))
    minimum_debtor = _amount(default=Decimal("10.00"), verbose_name=_("minimumbedrag per debiteur"))
    small_rest = _amount(default=Decimal("2.50"), verbose_name=_("klein restant tot en met"))
    window_start = models.TimeField(_("verzenden vanaf"), default="08:30")
    window_end = models.TimeField(_("verzenden tot"), default="17:30")
    sending_weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)  # 0 Monday .. 6; empty: Mon-Fri
    payments_until = models.DateField(null=True)  # "betalingen bijgewerkt t/m", confirmed by a person
    payments_max_age_days = models.PositiveSmallIntegerField(_("betalingen hoogstens zoveel dagen oud"), default=7)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_set_of_ladder_settings")]

    def __str__(self) -> str:
        return f"sinds {self.live_since}"


class Run(TenantOwned):
    """One night of the tenant: the plan, and what became of it."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    day = models.DateField()
    state = models.CharField(max_length=9, choices=RunState.choices, default=RunState.PLANNING)
    held_because = models.CharField(max_length=30, blank=True)
    started_at = models.DateTimeField()
    planned_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    looked_at = models.PositiveIntegerField(default=0)  # cases
    planned_notices = models.PositiveIntegerField(default=0)
    planned_lines = models.PositiveIntegerField(default=0)
    planned_amount = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    tasks_made = models.PositiveIntegerField(default=0)
    why_not = models.JSONField(default=dict)  # code -> number of cases

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "day"], name="one_run_per_night"),
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_run_per_public_id"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d-%m-%Y}"


class RunChunk(TenantOwned):
    """Some debtors that one worker plans in one transaction; open until `done_at`."""

    run = TenantForeignKey(Run, related_name="chunks")
    number = models.PositiveIntegerField()
    debtor_ids = ArrayField(models.BigIntegerField())
    done_at = models.DateTimeField(null=True)
    looked_at = models.PositiveIntegerField(default=0)
    notices = models.PositiveIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    amount = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    tasks = models.PositiveIntegerField(default=0)
    why_not = models.JSONField(default=dict)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "run", "number"], name="one_chunk_per_number")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class RunProblem(TenantOwned):
    """A debtor whose decision failed: left out of the night, shown to a person, never stopping the rest."""

    run = TenantForeignKey(Run, related_name="problems")
    debtor = TenantForeignKey("debtors.Debtor", related_name="+")
    error = models.TextField()

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "run", "debtor"], name="one_problem_per_debtor")]

    def __str__(self) -> str:
        return self.error[:60]


class Notice(TenantOwned):
    """One message to one debtor: planned at night, approved, queued, sent. Its lines are what it asks.

    Amounts are proposed until dispatch; then the charges are booked and the amounts are what went out.
    """

    public_id = models.CharField(max_length=14, default=new_public_id)
    run = TenantForeignKey(Run, null=True, related_name="notices")
    debtor = TenantForeignKey("debtors.Debtor", related_name="notices")
    variant = models.CharField(max_length=8, choices=Variant.choices)
    kind = models.CharField(max_length=20, choices=RungKind.choices)  # the highest rung present sets the tone
    state = models.CharField(max_length=13, choices=NoticeState.choices, default=NoticeState.PLANNED)
    approval = models.CharField(max_length=9, choices=Approval.choices)
    channels = ArrayField(models.CharField(max_length=5))
    language = models.CharField(max_length=2, default="nl")
    currency = models.CharField(max_length=3, default="EUR")
    planned_for = models.DateField()  # the day it is meant to leave
    term_days = models.PositiveSmallIntegerField(default=7)
    principal = _amount()
    interest = _amount(default=0)
    costs = _amount(default=0)  # charged by this notice, or charged before and still open
    total = _amount()  # what it asks
    announced_costs = _amount(default=0)  # what it says will be charged, without VAT
    announced_vat = _amount(default=0)
    credit = _amount(default=0)  # unallocated credit that it mentions
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=120, blank=True)
    dispatched_on = models.DateField(null=True)
    term_ends_on = models.DateField(null=True)
    ended_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_notice_per_public_id"),
            # an open amount of 0.00 can never produce a letter
            models.CheckConstraint(condition=models.Q(total__gt=0), name="notice_asks_something"),
            models.UniqueConstraint(
                fields=["tenant", "debtor"],
                condition=models.Q(state__in=["planned", "approved", "queued"]),
                name="one_live_notice_per_debtor",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "run", "kind"], name="notice_by_run"),
            models.Index(fields=["tenant", "debtor", "created_at"], name="notice_by_debtor"),
            # what is approved and leaves on a day (dunning.operations.release)
            models.Index(
                fields=["tenant", "planned_for"], condition=models.Q(state="approved"), name="notice_to_release"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.planned_for:%d-%m-%Y}"


class NoticeLine(TenantOwned):
    """One claim in a notice: with a step (the rung it takes) or only listed because it is overdue too."""

    notice = TenantForeignKey(Notice, related_name="lines")
    case = TenantForeignKey(Case, related_name="lines")
    invoice = TenantForeignKey("invoices.Invoice", related_name="+")
    rung_key = models.CharField(max_length=30)
    rung_kind = models.CharField(max_length=20, choices=RungKind.choices)
    round = models.PositiveSmallIntegerField()
    takes_step = models.BooleanField()
    live = models.BooleanField(default=True)  # until the notice is sent or withdrawn
    principal = _amount()  # open and not disputed
    interest = _amount(default=0)  # open plus proposed
    interest_proposed = _amount(default=0)
    costs = _amount(default=0)  # open plus proposed
    costs_proposed = _amount(default=0)
    costs_vat_proposed = _amount(default=0)
    total = _amount()
    joined = models.JSONField(default=list)  # rungs [key, kind] passed because one letter takes in everything

    class Meta(TenantOwned.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(total__gt=0), name="line_asks_something"),
            # two plans can never hold the same rung of a claim
            models.UniqueConstraint(
                fields=["tenant", "case", "rung_key", "round"],
                condition=models.Q(live=True, takes_step=True),
                name="one_live_line_per_rung",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "notice"], name="line_by_notice")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.rung_key}"


class Step(TenantOwned):
    """The recorded fact that a case took a rung in a round: written when the notice is dispatched.

    `undelivered_on` is the one thing written later: a bounce or a returned letter, after which the rung may be taken
    again and a statutory term did not run.
    """

    case = TenantForeignKey(Case, related_name="steps")
    round = models.PositiveSmallIntegerField(default=1)
    rung_key = models.CharField(max_length=30)
    kind = models.CharField(max_length=20, choices=RungKind.choices)
    notice = TenantForeignKey(Notice, null=True, related_name="steps")
    dispatched_on = models.DateField()
    delivered_on = models.DateField()  # presumed, or known
    term_ends_on = models.DateField(null=True)  # inclusive
    costs_from = models.DateField(null=True)  # a fourteen-day letter: first day on which costs may be charged
    announced_costs = _amount(null=True)  # of the whole letter, without VAT
    joined = models.BooleanField(default=False)  # passed because one letter had to take in everything
    undelivered_on = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "case", "rung_key", "round"],
                condition=models.Q(undelivered_on=None),
                name="one_step_per_rung_and_round",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "case", "dispatched_on"], name="step_by_case"),
            models.Index(fields=["tenant", "notice"], name="step_by_notice"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.rung_key}"


class Hold(TenantOwned):
    """That a debtor or an invoice is not reminded, why, and until when. Open until `lifted_on` or past `until`."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    debtor = TenantForeignKey("debtors.Debtor", null=True, related_name="holds")
    invoice = TenantForeignKey("invoices.Invoice", null=True, related_name="holds")
    reason = models.CharField(_("reden"), max_length=200)
    until = models.DateField(_("tot en met"), null=True, blank=True)
    placed_on = models.DateField()
    placed_by = models.CharField(max_length=120)
    lifted_on = models.DateField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_hold_per_public_id"),
            models.CheckConstraint(
                condition=models.Q(debtor__isnull=False, invoice=None) | models.Q(debtor=None, invoice__isnull=False),
                name="hold_is_on_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "until"], condition=models.Q(lifted_on=None), name="hold_open"),
        ]

    def __str__(self) -> str:
        return self.reason


class Call(TenantOwned):
    """A telephone call with a debtor: who, when, with which of five results."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    debtor = TenantForeignKey("debtors.Debtor", related_name="calls")
    made_on = models.DateField()
    made_by = models.CharField(max_length=120)
    result = models.CharField(
        _("resultaat"),
        max_length=12,
        choices=[
            ("promise", _("belooft te betalen")),
            ("dispute", _("is het niet eens")),
            ("no_answer", _("niet bereikt")),
            ("call_back", _("belt terug / later bellen")),
            ("wrong_number", _("verkeerd nummer")),
        ],
    )
    note = models.TextField(_("notitie"), blank=True)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "public_id"], name="one_call_per_public_id")]
        indexes = [models.Index(fields=["tenant", "debtor"], name="call_by_debtor")]

    def __str__(self) -> str:
        return f"{self.made_on:%d-%m-%Y} {self.result}"
