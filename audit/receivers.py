"""What happened to tenants and memberships, into the log."""

from typing import Any

from django.dispatch import receiver

from audit import operations
from common.actor import Actor
from common.words import in_dutch
from tenants import signals
from tenants.models import Membership, Role, SecondLook, Tenant


@receiver(signals.tenant_created)
def log_tenant(*, tenant: Tenant, by: Actor, **_: Any) -> None:
    operations.record("tenant.created", by=by, kind="tenant", subject=tenant)


@receiver(signals.membership_changed)
def log_membership(*, membership: Membership, was: str, by: Actor, removed: bool = False, **_: Any) -> None:
    verb = "member.removed" if removed else "member.role_changed" if was else "member.added"
    user = membership.user
    before = in_dutch(Role(was).label) if was else ""
    operations.record(verb, by=by, kind="user", subject=user, role=in_dutch(Role(membership.role).label), was=before)


@receiver(signals.settings_changed)
def log_settings(*, about: str, fields: list[str], was: object, now: object, by: Actor, **_: Any) -> None:
    operations.record(
        "tenant.settings_changed", by=by, kind="tenant", label=about, fields=", ".join(fields), was=was, now=now
    )


@receiver(signals.second_look_changed)
def log_second_look(*, look: SecondLook, by: Actor, **_: Any) -> None:
    operations.record(
        f"second_look.{look.state}",
        by=by,
        kind="second_look",
        subject=look,
        label=look.label or in_dutch(look.get_kind_display()),
        what=in_dutch(look.get_kind_display()),
        reason=look.answer or look.reason,
        values=look.values,
    )
