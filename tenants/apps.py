from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import post_migrate


class TenantsConfig(AppConfig):
    name = "tenants"

    def ready(self) -> None:
        from tenants import checks  # noqa: F401

        post_migrate.connect(grant_tables_without_tenant, sender=self)


def grant_tables_without_tenant(*, using: str, **_: Any) -> None:
    """Let role app work with the tables that belong to no tenant; those of tenants get theirs from tenants.rls."""
    from tenants.models import TenantOwned
    from tenants.rls import app_role

    connection = connections[using]
    role = connection.ops.quote_name(app_role())
    if connection.settings_dict["USER"] == app_role():
        return
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for model in apps.get_models():
            if issubclass(model, TenantOwned) or model._meta.db_table not in existing:
                continue
            table = model._meta.db_table
            rights = "SELECT, INSERT, UPDATE" if table == "tenants_tenant" else "SELECT, INSERT, UPDATE, DELETE"
            cursor.execute(f"GRANT {rights} ON {table} TO {role}")
        cursor.execute(f"GRANT SELECT ON django_migrations TO {role}")  # the health page asks whether all are applied
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
