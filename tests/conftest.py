"""The cast and the stage: a real PostgreSQL whose schema was built as `owner`, tests running as `app`.

The cast: `bakkerij` is our tenant, with `owner`, `bookkeeper` and `reader`; `garage` is the stranger, with `stranger`;
`particulier` and `bedrijf` are debtors of bakkerij.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client, TransactionTestCase

from common.actor import Actor, ActorKind
from debtors.models import Debtor
from tenants.context import tenant_context
from tenants.models import Membership, Role, Tenant, User
from tests import factories
from tests.browser import chrome, visit  # noqa: F401 - fixtures of every browser test
from tests.fakes.mollie import mollie  # noqa: F401 - a sandbox that runs, for every test that pays online

TODAY = date(2026, 3, 2)  # a Monday without holidays around it


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, worker_id: str) -> Iterator[None]:
    """Build the database as owner and connect to it as app; one database for each worker."""
    name = f"test_{settings.DATABASES['owner']['NAME']}_{worker_id}"
    with django_db_blocker.unblock():
        owner, app = connections["owner"], connections["default"]
        _recreate(owner, name)
        for connection in (owner, app):
            connection.close()
            connection.settings_dict["NAME"] = name
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        owner.close()
    yield
    with django_db_blocker.unblock():
        app.close()
        owner.close()


def _recreate(owner: Any, name: str) -> None:
    with owner._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')


@contextmanager
def owner_connection() -> Iterator[Any]:
    """Connect to the test database as the owner of its tables, beside Django."""
    owner = settings.DATABASES["owner"]
    connection = psycopg2.connect(
        dbname=connections["default"].settings_dict["NAME"],
        user=owner["USER"],
        password=owner["PASSWORD"],
        host=owner["HOST"],
        port=owner["PORT"],
    )
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()


def _empty_as_owner(*_: Any, **__: Any) -> None:
    """Empty every table after a test that commits: role app may not truncate."""
    with owner_connection() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(relname), ', ') FROM pg_class WHERE relkind = 'r' "
            "AND relnamespace = 'public'::regnamespace "
            "AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')"
        )
        (tables,) = cursor.fetchone()
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")


TransactionTestCase._fixture_teardown = _empty_as_owner  # type: ignore[attr-defined]


def actor(at: datetime | None = None, label: str = "Jan de Boer") -> Actor:
    """Give a bookkeeper who acts at a moment, by default on the morning of TODAY."""
    return Actor(ActorKind.USER, at or datetime(2026, 3, 2, 8, 0, tzinfo=UTC), "u1", label)


@pytest.fixture
def by() -> Actor:
    return actor()


@pytest.fixture
def bakkerij(db: None) -> Tenant:
    return factories.tenant("Bakkerij de Vries")


@pytest.fixture
def garage(db: None) -> Tenant:
    return factories.tenant("Garage Jansen")


@pytest.fixture
def inside(bakkerij: Tenant) -> Iterator[Tenant]:
    """Let the test work inside bakkerij."""
    with tenant_context(bakkerij.pk):
        yield bakkerij


@pytest.fixture
def particulier(inside: Tenant) -> Debtor:
    return factories.debtor(number="10001", name="Petra Jansen", kind="consumer")


@pytest.fixture
def bedrijf(inside: Tenant) -> Debtor:
    return factories.debtor(number="20001", name="Bouwbedrijf Smit B.V.", kind="business", kvk="12345678")


def _member(tenant: Tenant, role: str, email: str, name: str) -> User:
    user = User.objects.create_user(email, "correct-horse-battery", name=name)
    Membership.objects.create(tenant=tenant, user=user, role=role)
    return user


@pytest.fixture
def owner(bakkerij: Tenant) -> User:
    return _member(bakkerij, Role.OWNER, "eigenaar@bakkerij.test", "Anna de Vries")


@pytest.fixture
def bookkeeper(bakkerij: Tenant) -> User:
    return _member(bakkerij, Role.BOOKKEEPER, "boekhouder@bakkerij.test", "Jan de Boer")


@pytest.fixture
def reader(bakkerij: Tenant) -> User:
    return _member(bakkerij, Role.READER, "lezer@bakkerij.test", "Lotte Lezer")


@pytest.fixture
def stranger(garage: Tenant) -> User:
    return _member(garage, Role.OWNER, "eigenaar@garage.test", "Gerrit Jansen")


@pytest.fixture
def login() -> Callable[[User], Client]:
    """Give a browser in which somebody is logged in."""

    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def entering() -> Callable[[Tenant], AbstractContextManager[None]]:
    return lambda tenant: tenant_context(tenant.pk)
