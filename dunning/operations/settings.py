"""The ladder of a tenant is switched on, switched off, and tuned."""

from datetime import date, time
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit import operations as audit
from common.actor import Actor
from common.errors import DomainError
from dunning import queries
from dunning.models import Case, LadderSettings, Run
from dunning.operations import releasing
from dunning.states import RunState
from tenants import operations as tenants


class PaymentsInTheFuture(DomainError):
    """Payments cannot be up to date beyond today."""

    code = "payments_in_the_future"
    sentence = _("Betalingen kunnen niet verder dan vandaag zijn bijgewerkt. Kies vandaag of een eerdere dag.")


def start_ladder(*, by: Actor) -> LadderSettings:
    """Switch the ladder on, after a person has seen what would start (`foresight.tonight`)."""
    with transaction.atomic():
        settings = _locked()
        if settings.live_since is None:
            settings.live_since = by.day
            settings.save()
            count = Case.objects.active().filter(next_look_on__lte=by.day).count()
            audit.record("tenant.ladder_started", by=by, kind="tenant", count=count)
            _go_on(by)
    return settings


def stop_ladder(*, by: Actor) -> LadderSettings:
    """Switch the ladder off: no night plans anything, and what was planned is not released."""
    with transaction.atomic():
        settings = _locked()
        settings.live_since = None
        settings.save()
        audit.record("tenant.ladder_stopped", by=by, kind="tenant")
    return settings


def confirm_payments(*, until: date, by: Actor) -> LadderSettings:
    """Say up to and including which day payments are in the books; too old, and the whole run holds.

    :raises PaymentsInTheFuture: if that day is after today.
    """
    if until > by.day:
        raise PaymentsInTheFuture(field="until")
    with transaction.atomic():
        settings = _locked()
        settings.payments_until = until
        settings.save()
        audit.record("tenant.payments_confirmed", by=by, kind="tenant", until=f"{until:%d-%m-%Y}")
        _go_on(by)
    return settings


def hear_from_bank(*, by: Actor) -> None:
    """Go on where the night waited for news of payments, now that the lines of statements are worked off."""
    if not queries.night_gate(queries.ladder_settings(), by.day):
        _go_on(by)


def change_ladder_settings(*, by: Actor, **fields: int | Decimal | time | list[int]) -> LadderSettings:
    """Change what differs."""
    with transaction.atomic():
        settings = _locked()
        changes: dict[str, Any] = {name: value for name, value in fields.items() if getattr(settings, name) != value}
        was = {name: getattr(settings, name) for name in changes}
        for name, value in changes.items():
            setattr(settings, name, value)
        settings.save()
        if changes:
            audit.record(
                "tenant.settings_changed",
                by=by,
                kind="tenant",
                label="ladder",
                fields=", ".join(changes),
                was=was,
                now=changes,
            )
            # Minimums and intervals changed: what stood still because of them is looked at again.
            stuck = ["below_minimum", "small_rest", "contact_interval", "sending_day"]
            Case.objects.active().filter(why_code__in=stuck).update(next_look_on=by.day)
            _go_on(by)  # payments may be older now, and the window opens earlier
    return settings


def _locked() -> LadderSettings:
    return LadderSettings.objects.select_for_update().first() or queries.ladder_settings()


def _go_on(by: Actor) -> None:
    """Plan the night of today after all, if it was held, and let go out what was approved before."""
    releasing.wake_release(by=by)
    if Run.objects.filter(day=by.day, state=RunState.HELD).exists():
        tenants.wake_up("dunning.tasks.plan_run", at=by.at)
