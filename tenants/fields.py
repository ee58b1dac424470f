"""The foreign key between two rows of one tenant."""

from typing import Any

from django.db import models
from django.db.models.sql.where import WhereNode


class TenantForeignKey(models.ForeignKey[Any, Any]):
    """A foreign key whose every join carries the tenant.

    Django keeps one column, `x_id`; in the database the key is (tenant_id, x_id) -> (tenant_id, id), made by
    `tenants.rls`. So it has no constraint and no index of its own here.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs.update(db_constraint=False, db_index=False)
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        kwargs.pop("db_index", None)
        return name, path, args, kwargs

    def get_extra_restriction(self, alias: str | None, related_alias: str | None) -> WhereNode | None:
        """Add `related.tenant_id = own.tenant_id` to a join in either direction."""
        if alias is None or related_alias is None:
            return None
        theirs: Any = self.related_model._meta.get_field("tenant")
        ours: Any = self.model._meta.get_field("tenant")
        exact: Any = ours.get_lookup("exact")
        return WhereNode([exact(theirs.get_col(alias), ours.get_col(related_alias))])
