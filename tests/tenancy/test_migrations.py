"""The database is built from nothing, taken down to nothing, and built again the same; and the models agree with it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

# Whatever of the schema Django does not know of: keys, triggers, functions, policies and grants are in here too.
SCHEMA = {
    "columns": """
        SELECT table_name, column_name, data_type, is_nullable, coalesce(column_default, '')
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t
        JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace""",
    "functions": """
        SELECT proname, prosecdef::text, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')""",
    "policies": """
        SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'public'""",
    "walls": """
        SELECT relname, relrowsecurity::text, relforcerowsecurity::text FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace""",
    "grants": """
        SELECT table_name, column_name, privilege_type FROM information_schema.column_privileges
        WHERE grantee = 'app' AND table_schema = 'public'""",
}


@pytest.fixture
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """A connection as owner to a database of its own, built from nothing."""
    owner = connections["owner"]
    usual = owner.settings_dict["NAME"]
    scratch = f"{usual}_migrations"
    with django_db_blocker.unblock():
        owner.close()
        with owner._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{scratch}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{scratch}"')
        owner.settings_dict["NAME"] = scratch
        try:
            forwards(owner)
            yield owner
        finally:
            owner.close()
            owner.settings_dict["NAME"] = usual
            with owner._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{scratch}" WITH (FORCE)')
            owner.close()


def forwards(owner: Any) -> None:
    executor = MigrationExecutor(owner)
    executor.migrate(executor.loader.graph.leaf_nodes())
    emit_post_migrate_signal(0, interactive=False, db="owner")  # the grants on the tables of others


def backwards(owner: Any) -> None:
    executor = MigrationExecutor(owner)
    executor.migrate([(app, None) for app in sorted(executor.loader.migrated_apps)])


def schema(owner: Any) -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    with owner.cursor() as cursor:
        for name, sql in SCHEMA.items():
            cursor.execute(sql)
            found[name] = sorted(cursor.fetchall(), key=str)
    return found


def test_back_to_nothing_and_forward_again_gives_the_same(built: Any) -> None:
    first = schema(built)

    backwards(built)
    with built.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        left = {row[0] for row in cursor.fetchall()}
    nothing = schema(built)
    forwards(built)

    assert left == {"django_migrations"}
    assert nothing["functions"] == nothing["policies"] == nothing["triggers"] == []
    assert schema(built) == first


@pytest.mark.django_db
def test_the_models_ask_for_no_further_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_migration_has_a_name_that_says_what_it_does() -> None:
    ours = {config.label for config in apps.get_app_configs() if not config.name.startswith(("django.", "allauth"))}
    names = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations if app in ours}

    assert names
    assert not {name for name in names if "auto" in name or name.endswith("initial")}
