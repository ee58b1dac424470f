"""What tests of answers share: a debtor with invoices, a link, and a browser that opens it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from debtors.models import Debtor
from invoices.models import Invoice
from payments import links
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.conftest import TODAY

PDF = b"%PDF-1.7\n%%EOF\n"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"


def picture(kind: str) -> bytes:
    """Give a real picture of one dot."""
    held = io.BytesIO()
    Image.new("RGB", (1, 1)).save(held, kind)
    return held.getvalue()


def upload(content: bytes, name: str = "bewijs.pdf", media_type: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, media_type)


@dataclass
class Visitor:
    """A debtor with his link, in a browser without a login."""

    tenant: Tenant
    debtor: Debtor
    invoices: list[Invoice]
    path: str
    client: Client = field(default_factory=Client)

    def get(self, page: str = "", **query: Any) -> Any:
        return self.client.get(f"{self.path}{page}", query)

    def post(self, page: str, **given: Any) -> Any:
        return self.client.post(f"{self.path}{page}", given)

    def says(self, page: str, **given: Any) -> str:
        """Send an answer that is right; give the page that says what happens now."""
        answer = self.post(page, **given)
        assert answer.status_code == 302, answer.content.decode()
        seen = self.client.get(answer.headers["Location"])
        assert seen.status_code == 200
        return text_of(seen)


def visitor(
    tenant: Tenant,
    *,
    amounts: Sequence[str] = ("121.00",),
    named: bool = True,
    debtor: Debtor | None = None,
    **fields: Any,
) -> Visitor:
    """Make a debtor with late invoices and a link that names them (or, without, shows what he owes)."""
    with tenant_context(tenant.pk):
        debtor = debtor or factories.debtor(**fields)
        due = TODAY - timedelta(days=10)
        invoices = [factories.invoice(debtor, amount=amount, due=due) for amount in amounts]
        address = links.make_link(
            debtor=debtor, invoices=invoices if named else (), by=nights.bookkeeper(nights.at(TODAY, 9))
        )
    return Visitor(tenant, debtor, invoices, urlsplit(address).path)


def text_of(answer: Any) -> str:
    """Give the words of a page, with plain spaces."""
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def euro(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")
