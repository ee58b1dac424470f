"""The log as a list: who did what, when, to whom."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Entry
from audit.verbs import VERBS
from common import clock
from common.actor import ActorKind
from dashboard import listing
from dashboard.lists import asked as asked_of
from dashboard.lists.debtors import people
from dashboard.shell import Chip
from debtors.models import Debtor
from tenants.access import TenantRequest

# What verbs are about, in the words of the pages; each is the beginnings of their names.
SUBJECTS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "debiteuren": (gettext_lazy("Debiteuren"), ("debtor", "call")),
    "facturen": (gettext_lazy("Facturen"), ("invoice", "credit_note", "dispute")),
    "betalingen": (gettext_lazy("Betalingen en beloften"), ("payment", "promise", "checkout", "refund")),
    "bank": (gettext_lazy("Bank en afletteren"), ("statement", "bank_account", "bank_line")),
    "regelingen": (gettext_lazy("Betalingsregelingen"), ("arrangement",)),
    "incasso": (gettext_lazy("Automatische incasso"), ("mandate", "debits", "debit")),
    "betaalpagina": (gettext_lazy("Betaalpagina"), ("link", "answer")),
    "aanmaningen": (gettext_lazy("Aanmaningen"), ("notice", "case", "hold", "run", "policy")),
    "berichten": (gettext_lazy("Berichten en post"), ("message", "post", "mail")),
    "dossiers": (gettext_lazy("Dossiers"), ("handoff",)),
    "taken": (gettext_lazy("Taken"), ("task",)),
    "importeren": (gettext_lazy("Inlezen"), ("import",)),
    "beheer": (gettext_lazy("Instellingen en mensen"), ("tenant", "member", "second_look", "gateway")),
}
BY_ITSELF, BY_DEBTOR, BY_KEY = "vanzelf", "debiteur", "koppeling"
_KINDS = {BY_ITSELF: ActorKind.CLOCK, BY_DEBTOR: ActorKind.DEBTOR, BY_KEY: ActorKind.KEY}
ACTORS: tuple[tuple[str, str | Promise], ...] = (
    (BY_ITSELF, gettext_lazy("Vanzelf")),
    (BY_DEBTOR, gettext_lazy("De debiteur")),
    (BY_KEY, gettext_lazy("Een koppeling")),
)


@dataclass(frozen=True)
class Asked:
    """What the address of the log asks for."""

    text: str
    subject: str
    who: str
    debtor: Debtor | None
    since: date | None
    until: date | None

    @classmethod
    def of(cls, request: TenantRequest, today: date) -> "Asked":
        return cls(
            text=asked_of.text_of(request),
            subject=listing.one_of(request, "over", SUBJECTS),
            who=request.GET.get("wie", "")[:20],
            debtor=asked_of.debtor_of(request),
            since=asked_of.day_of(request, "van", today=today),
            until=asked_of.day_of(request, "tot", today=today),
        )


def found(asked: Asked) -> QuerySet[Entry]:
    """Give the entries that an address asks for, the newest first."""
    rows = Entry.objects.order_by("-at", "-pk")
    if asked.subject:
        rows = rows.filter(verb__in=verbs_about(asked.subject))
    if asked.who in _KINDS:
        rows = rows.filter(actor_kind=_KINDS[asked.who])
    elif asked.who:
        rows = rows.filter(actor_kind=ActorKind.USER, actor_ref=asked.who)
    if asked.debtor:
        rows = rows.of_debtor(asked.debtor.pk)
    if asked.since:
        rows = rows.filter(at__gte=clock.at_local_time(asked.since, 0))
    if asked.until:
        rows = rows.filter(at__lt=clock.at_local_time(asked.until + timedelta(days=1), 0))
    if asked.text:
        rows = rows.filter(
            Q(subject_label__icontains=asked.text)
            | Q(reason__icontains=asked.text)
            | Q(actor_label__icontains=asked.text)
        )
    return rows


def verbs_about(subject: str) -> list[str]:
    """Give the verbs of a subject."""
    beginnings = SUBJECTS[subject][1]
    return [verb for verb in VERBS if verb.split(".")[0] in beginnings]


def who_options(tenant_id: int) -> list[tuple[str, object]]:
    """Give who can have done something: the people here, and what is not a person."""
    return [*people(tenant_id), *ACTORS]


def chips(request: TenantRequest, asked: Asked, who: list[tuple[str, object]]) -> list[Chip]:
    """Give the filters in force."""
    pieces = (
        (asked.text, f"“{asked.text}”", "q"),
        (asked.subject, asked.subject and SUBJECTS[asked.subject][0], "over"),
        (asked.who, dict(who).get(asked.who, asked.who), "wie"),
        (asked.debtor, asked.debtor and asked.debtor.name, "debiteur"),
        (asked.since, asked.since and _("vanaf %(day)s") % {"day": f"{asked.since:%d-%m-%Y}"}, "van"),
        (asked.until, asked.until and _("t/m %(day)s") % {"day": f"{asked.until:%d-%m-%Y}"}, "tot"),
    )
    return [listing.chip(request, label, name) for is_on, label, name in pieces if is_on]
