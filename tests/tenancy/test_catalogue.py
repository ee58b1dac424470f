"""What makemigrations cannot see: every table of a tenant has its key, its foreign keys, its policy and its grants."""

import pytest
from django.apps import apps
from django.db import connection

from tenants.fields import TenantForeignKey
from tenants.models import TenantOwned

pytestmark = pytest.mark.django_db

WITHOUT_TENANT = {
    "tenants_tenant",
    "tenants_user",
    "tenants_membership",
    "tenants_wakeup",
    # Django's and allauth's own
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "django_session",
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
}
OWNED = [model for model in apps.get_models() if issubclass(model, TenantOwned)]
# Ledgers, the log and frozen documents: written once.
NEVER_CHANGED = {
    "audit_entry",
    "invoices_charge",
    "invoices_settlement",
    "invoices_attachment",
    "payments_allocation",
    "correspondence_document",
}


def one(sql: str, *params: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        row = cursor.fetchone()
    return row[0] if row else None


def column(sql: str, *params: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {row[0] for row in cursor.fetchall()}


def test_we_run_as_a_role_that_the_wall_binds() -> None:
    assert one("SELECT current_user") == "app"
    assert one("SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user") is False


def test_the_only_tables_without_a_policy_are_the_known_ones() -> None:
    unprotected = column(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
        "AND NOT (relrowsecurity AND relforcerowsecurity)"
    )

    assert unprotected == WITHOUT_TENANT


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.db_table)
def test_the_tenant_is_in_the_key_and_the_policy(model: type[TenantOwned]) -> None:
    table = model._meta.db_table

    key = one(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'p'", table
    )
    policy = one(
        "SELECT pg_get_expr(polqual, polrelid) || pg_get_expr(polwithcheck, polrelid) FROM pg_policy "
        "WHERE polrelid = %s::regclass AND polname = 'tenant'",
        table,
    )

    assert key == "PRIMARY KEY (tenant_id, id)"
    assert str(policy).count("app.tenant_id") == 2


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.db_table)
def test_every_reference_stays_within_the_tenant(model: type[TenantOwned]) -> None:
    table = model._meta.db_table
    made = column(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'", table
    )
    to_tenant = "FOREIGN KEY (tenant_id) REFERENCES tenants_tenant(id)"
    parents = [field for field in model._meta.local_fields if isinstance(field, TenantForeignKey)]

    expected = {
        f"FOREIGN KEY (tenant_id, {field.column}) REFERENCES {field.related_model._meta.db_table}(tenant_id, id)"
        for field in parents
    }
    if all(field.null for field in parents):
        expected.add(to_tenant)

    assert made == expected


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.db_table)
def test_a_relation_to_an_owned_model_is_a_tenant_foreign_key(model: type[TenantOwned]) -> None:
    plain = [
        field.name
        for field in model._meta.local_fields
        if field.related_model is not None
        and issubclass(field.related_model, TenantOwned)
        and not isinstance(field, TenantForeignKey)
    ]

    assert plain == []
    assert model._meta.local_many_to_many == []


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.db_table)
def test_every_unique_key_and_index_begins_with_the_tenant(model: type[TenantOwned]) -> None:
    indexes = column(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass", model._meta.db_table
    )

    assert [index for index in indexes if "(tenant_id" not in index] == []


@pytest.mark.parametrize("table", sorted(NEVER_CHANGED))
def test_what_is_written_once_cannot_be_changed_or_deleted(table: str) -> None:
    rights = column(
        "SELECT privilege_type FROM information_schema.column_privileges WHERE grantee = 'app' AND table_name = %s",
        table,
    )

    assert rights == {"SELECT", "INSERT"}
    assert one("SELECT has_table_privilege('app', %s, 'DELETE, TRUNCATE')", table) is False


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.db_table)
def test_nothing_is_truncated_and_only_lists_of_the_user_are_deleted(model: type[TenantOwned]) -> None:
    table = model._meta.db_table
    deletable = {"tenants_closingday", "debtors_contact", "dunning_policychoice", "dashboard_savedview"}

    assert one("SELECT has_table_privilege('app', %s, 'TRUNCATE')", table) is False
    assert one("SELECT has_table_privilege('app', %s, 'DELETE')", table) is (table in deletable)


def writable_columns(table: str) -> set[str]:
    return column(
        "SELECT column_name FROM information_schema.column_privileges "
        "WHERE grantee = 'app' AND table_name = %s AND privilege_type = 'UPDATE'",
        table,
    )


def test_of_a_rung_only_who_lets_it_go_out_changes() -> None:
    assert writable_columns("dunning_rung") == {"approval"}
    assert one("SELECT has_table_privilege('app', 'dunning_rung', 'DELETE, TRUNCATE')") is False


def test_balances_are_not_for_the_app_to_write() -> None:
    writable = writable_columns("invoices_invoice")

    assert writable == {"debtor_id", "due_date", "due_date_derived", "sent_on", "default_since", "contract_ref"}
