"""The tenant that this thread works for: set for one database transaction, and never two at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

_active: ContextVar[int | None] = ContextVar("active_tenant", default=None)


class NoTenantActive(Exception):
    """Something of a tenant was asked for outside `tenant_context`. Always a bug."""


class OtherTenantActive(Exception):
    """A second tenant was entered inside the context of a first. Always a bug."""


def current_tenant_id() -> int:
    """Give the id of the active tenant.

    :raises NoTenantActive: if there is none.
    """
    tenant_id = _active.get()
    if tenant_id is None:
        raise NoTenantActive("no tenant is active: use tenants.context.tenant_context")
    return tenant_id


def tenant_is_active() -> bool:
    """Tell whether this thread works for a tenant now."""
    return _active.get() is not None


@contextmanager
def tenant_context(tenant_id: int) -> Iterator[None]:
    """Open a transaction in which only the rows of one tenant exist; inside the same tenant's context do nothing.

    `set_config(…, is_local)` ends with the transaction; where the transaction is part of a larger one (tests), the
    setting is taken back on the way out, so that nothing after it sees the tenant.

    :raises OtherTenantActive: if another tenant is active.
    """
    active = _active.get()
    if active == tenant_id:
        yield
        return
    if active is not None:
        raise OtherTenantActive(f"tenant {active} is active, tenant {tenant_id} was entered")
    is_part_of_a_larger_one = connection.in_atomic_block
    with transaction.atomic():
        _set("app.tenant_id", str(tenant_id))
        token = _active.set(tenant_id)
        try:
            yield
        finally:
            _active.reset(token)
        if is_part_of_a_larger_one:
            _set("app.tenant_id", "")


@contextmanager
def summaries_of(tenant_ids: list[int]) -> Iterator[None]:
    """Open a transaction in which the daily summaries of several tenants can be read, and nothing else of them.

    For "alle administraties" only: the caller passes the memberships of the user, read in this same request.

    :raises OtherTenantActive: if a tenant is active.
    """
    if tenant_is_active():
        raise OtherTenantActive("the summaries of several tenants cannot be read inside one of them")
    with transaction.atomic():
        _set("app.summary_tenant_ids", ",".join(map(str, tenant_ids)))
        yield
        _set("app.summary_tenant_ids", "")


def _set(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
