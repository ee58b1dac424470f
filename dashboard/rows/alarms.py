"""What is wrong with the nights: one is held, or none was completed for too long."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboard.shell import Tone
from dunning import queries, reasons
from dunning.models import LadderSettings, Run
from dunning.states import RunState
from dunning.tasks import ALARM_AFTER
from tenants.models import Tenant


@dataclass(frozen=True)
class Alarm:
    """Something that keeps letters from going out, and what to do about it."""

    title: str
    text: str
    url: str
    verb: str
    tone: Tone = "act"


def alarms(run: Run | None, settings: LadderSettings, tenant: Tenant, at: datetime) -> list[Alarm]:
    """Give what is wrong, with the newest night of the tenant. A ladder that is off is no alarm: that was chosen."""
    if settings.live_since is None:
        return []
    if run is not None and run.state == RunState.HELD:
        return [held(run, settings)]
    since = max(filter(None, [tenant.last_run_completed_at, tenant.created_at]))
    if at - since < ALARM_AFTER:
        return []
    last = tenant.last_run_completed_at
    return [
        Alarm(
            _("Er wordt niets gepland"),
            _("De laatste nacht die werd afgemaakt is van %(day)s. Waarschuw wie Debiteuren voor u beheert.")
            % {"day": f"{last:%d-%m-%Y}"}
            if last
            else _("Er is nog geen enkele nacht afgemaakt. Waarschuw wie Debiteuren voor u beheert."),
            reverse("dashboard:runs"),
            _("Bekijk de nachten"),
        )
    ]


def held(run: Run, settings: LadderSettings) -> Alarm:
    """Say why a night is held, and what to do; where that was done, that it will be planned."""
    if not queries.tenant_gate(settings, run.day):
        return Alarm(
            _("De nacht wordt alsnog gepland"),
            _("Dat begint binnen een minuut; deze pagina hoeft niet open te blijven."),
            reverse("dashboard:run", args=[run.public_id]),
            _("Bekijk de nacht"),
            "info",
        )
    if run.held_because == "not_live":
        return Alarm(
            _("De nacht is aangehouden: aanmaningen stonden uit"),
            _("Zodra aanmaningen aan staan wordt de nacht alsnog gepland."),
            reverse("dashboard:settings_ladder"),
            _("Naar de aanmaningen"),
            "warn",
        )
    return Alarm(
        _("De nacht is aangehouden: er gaat niets uit"),
        reasons.sentence(run.held_because, until=queries.payments_until(run.day))
        + ". "
        + _(
            "Lees uw nieuwste afschriften in, of bevestig tot welke dag betalingen zijn bijgewerkt; daarna wordt de "
            "nacht alsnog gepland."
        ),
        reverse("dashboard:payments_until"),
        _("Bevestig de betalingen"),
    )
