"""Migration operations that put the tenant into keys, foreign keys and row-level security. Frozen and tested.

`Isolate` turns a table that Django just made into one of a tenant; `ReferWithinTenant` does it for a foreign key that
is added later. What they must have done for every model is checked by tests/tenancy/test_catalogue.py, since
makemigrations cannot see it.
"""

from typing import Any

from django.conf import settings
from django.db.migrations.operations.base import Operation

from tenants.fields import TenantForeignKey

POLICY = "tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint"
# Read-only window of one table for "alle administraties" (tenants.context.summaries_of).
SUMMARY_POLICY = (
    "tenant_id = ANY (string_to_array(nullif(current_setting('app.summary_tenant_ids', true), ''), ',')::bigint[])"
)


def app_role() -> str:
    """Give the database role of web, worker and beat."""
    return str(settings.DATABASES["default"]["USER"])


class Isolate(Operation):
    """Give a table its tenant: composite key, foreign keys, forced policy, and just the grants that it needs.

    :param grants: what role app may do: `select`, `insert`, `update`, `delete`; a column list may follow `update`.
    :param summary: whether `summaries_of` may read it across tenants.
    """

    reversible = True

    def __init__(
        self, model_name: str, grants: str = "select, insert, update, delete", *, summary: bool = False
    ) -> None:
        self.model_name, self.grants, self.summary = model_name, grants, summary

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.model_name, self.grants], {"summary": self.summary}

    def describe(self) -> str:
        return f"Isolate {self.model_name} by tenant"

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing in Django's picture changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table
        statements = [
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey",
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY (tenant_id, id)",
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY tenant ON {table} USING ({POLICY}) WITH CHECK ({POLICY})",
            f"GRANT {self.grants} ON {table} TO {app_role()}",
            f"GRANT USAGE ON SEQUENCE {table}_id_seq TO {app_role()}",
        ]
        if self.summary:
            statements.append(f"CREATE POLICY summary ON {table} FOR SELECT USING ({SUMMARY_POLICY})")
        parents = parents_of(model)
        if all(field.null for field in parents):  # else the row hangs on its tenant through its parent
            statements.append(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant "
                "FOREIGN KEY (tenant_id) REFERENCES tenants_tenant (id)"
            )
        for field in parents:
            statements += reference(model, field)
        for statement in statements:
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table
        statements = [statement for field in parents_of(model) for statement in forget(model, field)]
        statements += [
            f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_tenant",
            f"DROP POLICY IF EXISTS summary ON {table}",
            f"DROP POLICY tenant ON {table}",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
            f"REVOKE ALL ON {table} FROM {app_role()}",
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey",
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY (id)",
        ]
        for statement in statements:
            schema_editor.execute(statement)


class ReferWithinTenant(Operation):
    """Give a foreign key that was added to an existing table its composite constraint and index."""

    reversible = True

    def __init__(self, model_name: str, field_name: str) -> None:
        self.model_name, self.field_name = model_name, field_name

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.model_name, self.field_name], {}

    def describe(self) -> str:
        return f"Keep {self.model_name}.{self.field_name} within the tenant"

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing in Django's picture changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        for statement in reference(model, model._meta.get_field(self.field_name)):
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        for statement in forget(model, model._meta.get_field(self.field_name)):
            schema_editor.execute(statement)


def is_tenant_foreign_key(field: Any) -> bool:
    """Tell whether a field points at another row of the same tenant."""
    return isinstance(field, TenantForeignKey)


def parents_of(model: Any) -> list[Any]:
    """Give the foreign keys of a model to other rows of its tenant."""
    return [field for field in model._meta.local_fields if is_tenant_foreign_key(field)]


def reference(model: Any, field: Any) -> list[str]:
    """Give the statements for the composite foreign key of a field, and for its index where none begins with it."""
    table, column = model._meta.db_table, field.column
    parent = field.remote_field.model._meta.db_table
    statements = [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_within_tenant "
        f"FOREIGN KEY (tenant_id, {column}) REFERENCES {parent} (tenant_id, id)"
    ]
    if not _is_indexed(model, field):
        statements.append(f"CREATE INDEX {table}_{column} ON {table} (tenant_id, {column})")
    return statements


def forget(model: Any, field: Any) -> list[str]:
    """Give the statements that undo `reference`."""
    table, column = model._meta.db_table, field.column
    return [
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_within_tenant",
        f"DROP INDEX IF EXISTS {table}_{column}",
    ]


def _is_indexed(model: Any, field: Any) -> bool:
    unconditional = [
        *(index for index in model._meta.indexes if index.condition is None),
        *(
            constraint
            for constraint in model._meta.constraints
            if getattr(constraint, "fields", None) and getattr(constraint, "condition", None) is None
        ),
    ]
    return any(tuple(index.fields[:2]) == ("tenant", field.name) for index in unconditional)
