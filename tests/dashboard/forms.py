"""What tests of forms do: post a form as a browser shows it, and read what is said to be wrong."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from tenants.context import tenant_context
from tenants.models import Tenant

SETTINGS = "/a/bakkerij-de-vries/instellingen/"


def post(client: Client, part: str, **changes: Any) -> Any:
    """Post a form as a browser shows it, with changes; None takes a field away."""
    form = client.get(f"{SETTINGS}{part}").context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        if value not in (None, False, ""):
            data[bound.name] = "on" if value is True else bound.field.prepare_value(value)
    data = {name: value for name, value in (data | changes).items() if value is not None}
    return client.post(f"{SETTINGS}{part}", data)


def wrong(page: Any) -> dict[str, str]:
    assert page.status_code == 422, page.content.decode()[:3000]
    return {name: " ".join(errors) for name, errors in page.context["form"].errors.items()}


def inside(tenant: Tenant, read: Callable[[], Any]) -> Any:
    with tenant_context(tenant.pk):
        return read()
