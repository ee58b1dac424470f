"""A night was planned: have somebody keep how the tenant stands, apart from the night itself."""

from typing import Any

from django.dispatch import receiver

from common.actor import Actor
from dunning import signals
from tenants import operations as tenants


@receiver(signals.run_planned)
def keep_the_day(*, by: Actor, **_: Any) -> None:
    tenants.wake_up("reporting.tasks.summarise_day", at=by.at)
