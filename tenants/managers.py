"""The manager of everything a tenant owns: it raises outside a context, and names the tenant in every query."""

from typing import Any, Generic, TypeVar

from django.db import models

from tenants.context import current_tenant_id

_Model = TypeVar("_Model", bound=models.Model)


class TenantManager(models.Manager[_Model], Generic[_Model]):
    """Give only rows of the active tenant.

    The policy in the database does the same; naming the tenant here as well lets the planner use the keys that begin
    with it, and lets the schema be distributed by tenant one day.
    """

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(tenant_id=current_tenant_id())
