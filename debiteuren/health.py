"""Says whether this installation can work: for load balancers, containers and bin/demo. No tenant, no login."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

REDIS_PATIENCE = 2  # seconds


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _redis() -> str:
    patience = {"socket_connect_timeout": REDIS_PATIENCE, "socket_timeout": REDIS_PATIENCE}
    with redis.Redis.from_url(settings.REDIS_URL, **patience) as client:
        client.ping()
    return ""


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} not applied" if waiting else ""


CHECKS: dict[str, Callable[[], str]] = {"database": _database, "redis": _redis, "migrations": _migrations}


@never_cache
@require_safe
@transaction.non_atomic_requests
def health(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, Redis and migrations are as they should be, else 503 and which is not."""
    found = {name: _result(check) for name, check in CHECKS.items()}
    return JsonResponse(found, status=200 if set(found.values()) == {"ok"} else 503)


def _result(check: Callable[[], str]) -> str:
    """Run one check; what exactly is wrong belongs in the log of that server, not in a public answer."""
    try:
        return check() or "ok"
    except (DatabaseError, redis.RedisError, ValueError):
        return "does not answer"
