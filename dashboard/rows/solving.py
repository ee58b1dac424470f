"""Of each kind of task: how it looks, why it is there, and on which page it is solved."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboard.rows.badges import Badge
from dashboard.shell import Tone
from worklist.models import Task, TaskKind

Word = str | Promise


class Look(NamedTuple):
    """A kind of task: colour, drawing, why it is there, and what its button says ("" where it is solved here)."""

    tone: Tone
    icon: str
    why: Word
    verb: Word = ""


LOOKS: dict[str, Look] = {
    TaskKind.CALL: Look(
        "accent", "phone", gettext_lazy("De ladder vraagt om een telefoontje: brieven alleen hielpen niet.")
    ),
    TaskKind.BROKEN_PROMISE: Look(
        "act",
        "heart-handshake",
        gettext_lazy("Er was een betaling beloofd en het geld kwam niet. De ladder gaat verder."),
    ),
    TaskKind.SECOND_PROMISE: Look(
        "warn",
        "heart-handshake",
        gettext_lazy("De debiteur wil nog een belofte doen. Een tweede moet een medewerker toestaan."),
        gettext_lazy("Noteer de belofte"),
    ),
    TaskKind.ARRANGEMENT_PROPOSAL: Look(
        "act",
        "calendar-repeat",
        gettext_lazy("Een debiteur wil in termijnen betalen, ruimer dan uw grenzen. De ladder wacht een week op u."),
        gettext_lazy("Beoordeel het voorstel"),
    ),
    TaskKind.ARRANGEMENT_BROKEN: Look(
        "act",
        "calendar-repeat",
        gettext_lazy("Een termijn bleef te lang uit: de regeling is vervallen en de ladder gaat verder."),
        gettext_lazy("Bekijk de regeling"),
    ),
    TaskKind.NO_ADDRESS: Look(
        "act",
        "mail-x",
        gettext_lazy("Er is geen adres waar een brief aankomt, dus de ladder staat stil."),
        gettext_lazy("Vul een adres in"),
    ),
    TaskKind.BOUNCE: Look(
        "act",
        "mail-x",
        gettext_lazy("Een bericht kwam terug. Een brief telt pas als hij is aangekomen."),
        gettext_lazy("Herstel het adres"),
    ),
    TaskKind.ALLOCATE_CREDIT: Look(
        "info",
        "wallet",
        gettext_lazy("De debiteur heeft tegoed. Zolang dat niet is verrekend gaat er geen brief uit."),
        gettext_lazy("Verdeel het tegoed"),
    ),
    TaskKind.OVERPAID: Look(
        "info",
        "wallet",
        gettext_lazy("Er kwam meer binnen dan er openstond. Betaal het terug, of houd het voor de volgende factuur."),
        gettext_lazy("Bekijk de betaling"),
    ),
    TaskKind.SMALL_REST: Look(
        "neutral",
        "coins",
        gettext_lazy("Er staat nog een klein bedrag open. Daar gaan geen brieven over; boek het af of laat het staan."),
        gettext_lazy("Bekijk de factuur"),
    ),
    TaskKind.NEW_DISPUTE: Look(
        "warn",
        "message-exclamation",
        gettext_lazy("De debiteur is het niet eens met een factuur, zei hij op zijn betaalpagina. Die staat nu stil."),
        gettext_lazy("Beantwoord het geschil"),
    ),
    TaskKind.ALREADY_PAID: Look(
        "warn",
        "coins",
        gettext_lazy("De debiteur zegt dat hij al heeft betaald. Zoek de betaling, of vraag om een bewijs."),
        gettext_lazy("Boek de betaling"),
    ),
    TaskKind.CONTACT_DETAILS: Look(
        "info",
        "pencil",
        gettext_lazy("De debiteur gaf andere gegevens door. Er is nog niets gewijzigd: neem ze over, of niet."),
    ),
    TaskKind.QUESTION: Look(
        "warn",
        "help-circle",
        gettext_lazy("De debiteur stelde een vraag op zijn betaalpagina. Beantwoord haar en rond de taak af."),
    ),
    TaskKind.DISPUTE_DEADLINE: Look(
        "act",
        "message-exclamation",
        gettext_lazy("De dag waarop u antwoord zou geven is voorbij, en de factuur staat nog stil."),
        gettext_lazy("Beantwoord het geschil"),
    ),
    TaskKind.END_OF_LADDER: Look(
        "warn",
        "gavel",
        gettext_lazy(
            "Alle stappen zijn gezet en er is niet betaald. Beslis: overdragen, afboeken of opnieuw proberen."
        ),
        gettext_lazy("Bekijk de factuur"),
    ),
    TaskKind.HANDOFF: Look(
        "warn",
        "briefcase",
        gettext_lazy("Een dossier voor het incassobureau wacht op een beslissing."),
        gettext_lazy("Bekijk het dossier"),
    ),
    TaskKind.IN_DOUBT: Look(
        "act",
        "help-circle",
        gettext_lazy("Het versturen werd afgebroken en niemand kan zeggen of het bericht weg is. Vraag het na."),
        gettext_lazy("Bekijk het bericht"),
    ),
    TaskKind.REOPENED: Look(
        "act",
        "arrow-back-up",
        gettext_lazy("Een betaling ging terug. De factuur staat weer open, op de stap waar hij was."),
        gettext_lazy("Bekijk de factuur"),
    ),
    TaskKind.RATE_MISSING: Look(
        "warn",
        "calculator",
        gettext_lazy("Voor dit halfjaar is nog geen wettelijke rente vastgelegd; er wordt met de vorige gerekend."),
        gettext_lazy("Bekijk de percentages"),
    ),
    TaskKind.DECISION_FAILED: Look(
        "act",
        "alert-triangle",
        gettext_lazy("De ladder kon over deze debiteur niet beslissen. Er is niets verstuurd."),
        gettext_lazy("Bekijk de nacht"),
    ),
    TaskKind.CONSUMER_TERMS: Look(
        "warn",
        "scale",
        gettext_lazy("Zonder antwoord over uw voorwaarden rekent de ladder particulieren geen kosten."),
        gettext_lazy("Beantwoord de vraag"),
    ),
    TaskKind.FREE: Look("neutral", "checklist", gettext_lazy("Iemand schreef deze taak op.")),
}


# What is done on the page of the task itself.
_SOLVED_HERE = frozenset({TaskKind.CALL, TaskKind.BROKEN_PROMISE, TaskKind.CONTACT_DETAILS, TaskKind.QUESTION})


class Solution(NamedTuple):
    """Where a task is solved."""

    url: str
    verb: str


def badge(task: Task) -> Badge:
    """Give the kind of a task as a badge."""
    look = LOOKS[task.kind]
    return Badge(TaskKind(task.kind).label, look.tone, look.icon)


def why(task: Task) -> str:
    """Say why a task is there."""
    return str(LOOKS[task.kind].why)


def solution(task: Task, kept: str = "") -> Solution | None:
    """Give the page on which a task is solved; None where that is the page of the task. `kept`: the way back."""
    verb = str(LOOKS[task.kind].verb)
    url = _url(task, kept)
    if url and not verb:
        return Solution(url, _("Bekijk"))
    return Solution(url, verb) if url else None


def _url(task: Task, kept: str) -> str:
    by_kind = {
        TaskKind.RATE_MISSING: "report_rates",
        TaskKind.DECISION_FAILED: "runs",
        TaskKind.CONSUMER_TERMS: "settings_claims",
    }
    if task.kind in by_kind:
        return reverse(f"dashboard:{by_kind[TaskKind(task.kind)]}")
    if task.kind == TaskKind.ALLOCATE_CREDIT and task.debtor:
        return f"{reverse('dashboard:credit')}?debiteur={task.debtor.public_id}"
    if task.kind == TaskKind.ALREADY_PAID and task.debtor:
        return f"{reverse('dashboard:payment_new')}?debiteur={task.debtor.public_id}"
    if task.kind == TaskKind.SECOND_PROMISE and task.debtor:
        return f"{reverse('dashboard:promise_new')}?debiteur={task.debtor.public_id}&taak={task.public_id}{kept}"
    if task.subject_kind in {"invoice", "dispute", "handoff", "message", "payment", "arrangement"} and task.subject_id:
        return reverse(f"dashboard:{task.subject_kind}", args=[task.subject_id])
    if task.kind in _SOLVED_HERE or not task.debtor:
        return ""
    return reverse("dashboard:debtor", args=[task.debtor.public_id])
