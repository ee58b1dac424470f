"""What tests of the page share: a debtor, his claims, a link to them, and somebody who opens it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from common.actor import Actor
from debtors.models import Debtor
from invoices.models import Invoice
from payments import links
from payments.models import GatewayAccount
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import nights

DAY = date(2026, 3, 2)
NOON = nights.at(DAY, 12)
METHODS = [["ideal", "iDEAL | Wero"], ["bancontact", "Bancontact"], ["creditcard", "Creditcard"]]


def by(at: datetime = NOON) -> Actor:
    return nights.bookkeeper(at)


def address(debtor: Debtor, invoices: Sequence[Invoice] = (), **subject: str) -> str:
    """Make a link and give its path. Inside the tenant."""
    return urlsplit(links.make_link(debtor=debtor, invoices=invoices, by=by(), **subject)).path


def offer_online() -> None:
    """Let the active tenant offer ways to pay online; nobody is asked anything."""
    GatewayAccount.objects.create(api_key="test_" + "0" * 30, offered=METHODS)


@dataclass
class Page:
    """A debtor's page in a browser."""

    path: str
    client: Client = field(default_factory=Client)

    def open(self, rest: str = "", **query: Any) -> Any:
        return self.client.get(self.path + rest, query)

    def send(self, rest: str = "betaling/", **form: Any) -> Any:
        return self.client.post(self.path + rest, form)

    def text(self, rest: str = "", **query: Any) -> str:
        answer = self.open(rest, **query)
        assert answer.status_code == 200, answer.status_code
        return words(answer)


def words(answer: Any) -> str:
    """Give what a page says, without markup."""
    import html
    import re

    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    plain = html.unescape(re.sub(r"<[^>]+>", " ", body)).replace("\xa0", " ").replace("\u202f", " ")
    return " ".join(plain.split())


def late(days: int) -> date:
    return DAY - timedelta(days=days)


def inside(tenant: Tenant) -> Any:
    return tenant_context(tenant.pk)
