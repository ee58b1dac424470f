"""Every address there is, tried by a stranger, by nobody, by a reader and by the owner. A new one joins by itself."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tenants.access import Right
from tenants.context import tenant_context
from tenants.models import Tenant, TenantOwned, User
from tests import nights
from tests.fakes.channel import FakeMail
from tests.tenancy import one_of_each

pytestmark = pytest.mark.django_db

# Addresses outside every administration. Each must say itself who may come; see tests/accounts, tests/dashboard and
# tests/portal.
OUTSIDE = ("gezond/", "taal/", "webhooks/", "account/", "kit/", "betalen/")
# Addresses that are only posted to, or asked by htmx, and are not found otherwise.
NOT_LOOKED_AT = {
    "dashboard:settings_closing_day",
    "dashboard:settings_invite_again",
    "dashboard:settings_mail_tests",
}
WITHOUT_RIGHT = {"dashboard:home", "dashboard:preferences", "dashboard:everything", "dashboard:administration_new"}


@dataclass(frozen=True)
class Address:
    """One URL pattern."""

    route: str
    name: str
    right: Right | None


def _walk(patterns: list[URLPattern | URLResolver], before: str = "", space: str = "") -> Iterator[Address]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, route, inner)
        else:
            right = getattr(pattern.callback, "required_right", None)
            yield Address(route, f"{space}{pattern.name}", right)


EVERYTHING = list(_walk(get_resolver().url_patterns))
OURS = [address for address in EVERYTHING if address.right is not None]


@pytest.fixture
def samples(bakkerij: Tenant) -> Iterator[dict[str, str]]:
    """The path of every address of ours, without the tenant, with something of bakkerij in it."""
    FakeMail.reset()
    with time_machine.travel(nights.at(one_of_each.DAY, 12), tick=False), tenant_context(bakkerij.pk):
        one_of_each.fill()
        made = {address.name: _path(address) for address in OURS}
    with time_machine.travel(nights.at(one_of_each.DAY, 12), tick=False):
        yield made
    FakeMail.reset()


def _path(address: Address) -> str:
    values = one_of_each.sample(address.route)
    return re.sub(r"<\w+:(\w+)>", lambda found: str(values[found[1]]), address.route)


def answers(client: Client, paths: dict[str, str], slug: str, method: str = "get") -> dict[str, int]:
    """Ask for every path in a tenant; give the status of each."""
    client.raise_request_exception = False
    found = {}
    for name, path in paths.items():
        found[name] = getattr(client, method)(f"/a/{slug}/{path}").status_code
    return found


def others(found: dict[str, int], *expected: int) -> dict[str, int]:
    """The answers that were not expected."""
    return {name: status for name, status in found.items() if status not in expected}


def picture(tenant: Tenant) -> dict[str, object]:
    """A fingerprint of every row of a tenant."""
    found: dict[str, object] = {}
    with tenant_context(tenant.pk), connection.cursor() as cursor:
        for model in apps.get_models():
            if issubclass(model, TenantOwned):
                table = model._meta.db_table
                cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")
                found[table] = cursor.fetchone()
    return found


# --- The table is complete


def test_every_address_names_a_right_or_is_known_to_need_none() -> None:
    without = {one.name for one in EVERYTHING if one.right is None and not one.route.startswith(OUTSIDE)}

    assert without == WITHOUT_RIGHT


def test_every_address_with_a_parameter_has_something_to_try_it_with() -> None:
    missing = [
        address.route
        for address in OURS
        if "<" in address.route and not any(address.route.startswith(prefix) for prefix in one_of_each.SAMPLES)
    ]

    assert missing == [], "add what these show to tests/tenancy/one_of_each.py"


def test_no_sample_is_of_an_address_that_is_gone() -> None:
    unused = [prefix for prefix in one_of_each.SAMPLES if not any(address.route.startswith(prefix) for address in OURS)]

    assert unused == []


# --- Who may come


def test_a_stranger_finds_nothing_of_ours(
    bakkerij: Tenant, stranger: User, login: Callable[[User], Client], samples: dict[str, str]
) -> None:
    before = picture(bakkerij)
    client = login(stranger)

    assert others(answers(client, samples, bakkerij.slug), 404) == {}
    assert others(answers(client, samples, bakkerij.slug, "post"), 404) == {}
    assert picture(bakkerij) == before


def test_in_his_own_administration_he_finds_nothing_of_ours_either(
    bakkerij: Tenant, garage: Tenant, stranger: User, login: Callable[[User], Client], samples: dict[str, str]
) -> None:
    before = picture(bakkerij)
    client = login(stranger)
    ours = {address.name for address in OURS if "public_id" in address.route or "<int:pk>" in address.route}
    with_our_ids = {name: path for name, path in samples.items() if name in ours}
    shared = {name: path for name, path in samples.items() if name not in ours}

    assert others(answers(client, with_our_ids, garage.slug), 404, 405) == {}
    assert others(answers(client, with_our_ids, garage.slug, "post"), 404, 405) == {}
    shown = {
        name
        for name, path in shared.items()
        if one_of_each.SECRET_NAME.encode() in b"".join(client.get(f"/a/{garage.slug}/{path}"))
    }
    assert shown == set()
    assert picture(bakkerij) == before


def test_who_is_not_logged_in_is_asked_to(bakkerij: Tenant, samples: dict[str, str]) -> None:
    client = Client()

    for method in ("get", "post"):
        assert others(answers(client, samples, bakkerij.slug, method), 302) == {}
    answer = client.get(f"/a/{bakkerij.slug}/facturen/?q=1")
    assert answer.headers["Location"] == f"/account/login/?next=/a/{bakkerij.slug}/facturen/%3Fq%3D1"


def test_a_reader_writes_nothing(
    bakkerij: Tenant, reader: User, login: Callable[[User], Client], samples: dict[str, str]
) -> None:
    before = picture(bakkerij)

    found = answers(login(reader), samples, bakkerij.slug, "post")

    assert others(found, 403, 405) == {}
    assert picture(bakkerij) == before


def test_a_reader_sees_what_a_reader_may_and_nothing_more(
    bakkerij: Tenant, reader: User, login: Callable[[User], Client], samples: dict[str, str]
) -> None:
    found = answers(login(reader), samples, bakkerij.slug)
    may = {address.name for address in OURS if address.right == Right.SEE}

    assert others({name: status for name, status in found.items() if name in may}, 200, 302, 405) == {}
    assert others({name: status for name, status in found.items() if name not in may}, 403) == {}


def test_looking_changes_nothing_and_every_page_of_ours_opens(
    bakkerij: Tenant, owner: User, login: Callable[[User], Client], samples: dict[str, str]
) -> None:
    before = picture(bakkerij)

    found = answers(login(owner), samples, bakkerij.slug)

    assert others(found, 200, 302, 405) == dict.fromkeys(NOT_LOOKED_AT, 404)
    assert picture(bakkerij) == before


def test_no_page_has_two_things_of_one_name(
    bakkerij: Tenant, owner: User, login: Callable[[User], Client], samples: dict[str, str]
) -> None:
    """Else what htmx brings, and what a label points at, lands in the search box on top."""
    client = login(owner)
    twice = {}
    for name, path in samples.items():
        answer = client.get(f"/a/{bakkerij.slug}/{path}")
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            names = Counter(re.findall(r"<[a-z][^<>]*?\sid=\"([^\"]+)\"", answer.content.decode()))
            twice[name] = [one for one, number in names.items() if number > 1]

    assert {name: found for name, found in twice.items() if found} == {}


def test_without_a_tenant_in_the_address_there_is_no_page_of_one(
    owner: User, login: Callable[[User], Client], samples: dict[str, str]
) -> None:
    client = login(owner)

    found = {name: client.get(f"/{path}").status_code for name, path in samples.items()}

    assert others(found, 404) == {}


@pytest.mark.parametrize("slug", ["bestaat-niet", "Bakkerij-de-vries", "bakkerij-de-vries%20", "..", "bakkerij_de"])
def test_an_administration_that_does_not_exist_is_not_found(
    owner: User, login: Callable[[User], Client], slug: str
) -> None:
    assert login(owner).get(f"/a/{slug}/facturen/").status_code == 404
