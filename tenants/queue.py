"""The one way to start work for later from an operation: by task name, after commit, for the active tenant."""

from collections.abc import Callable

from celery import current_app
from django.db import transaction

from tenants.context import current_tenant_id


def enqueue(task: str, **kwargs: object) -> None:
    """Queue a task for the active tenant once the transaction is committed.

    Promptness only: what must not be lost also has a wakeup (`tenants.operations.wake_up`).
    """
    transaction.on_commit(_sender(task, {"tenant_id": current_tenant_id(), **kwargs}), robust=True)


def _sender(task: str, kwargs: dict[str, object]) -> Callable[[], object]:
    def send() -> object:  # a function and no partial: Django logs a broker that is away by the name of this
        return current_app.send_task(task, kwargs=kwargs)

    return send
