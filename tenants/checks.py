"""System checks: what must be true before anything starts."""

from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connection


@register(Tags.database)
def the_role_is_behind_the_wall(*, databases: Any = None, **_: Any) -> list[Error]:
    """Refuse a database role that row-level security does not bind."""
    if not databases or "default" not in databases:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        (unbound,) = cursor.fetchone()
    if unbound:
        return [
            Error(
                "the role of DATABASE_URL is a superuser or has BYPASSRLS: tenants would see each other",
                hint="connect as role app; only migrations run as owner (DATABASE_OWNER_URL)",
                id="tenants.E001",
            )
        ]
    return []
