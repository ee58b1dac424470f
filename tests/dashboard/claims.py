"""What the tests of debtors and invoices share: addresses of the bakery, and forms sent through the front door."""

from typing import Any

from django.test import Client
from lxml import html

BASE = "/a/bakkerij-de-vries"


def get(client: Client, address: str, **options: Any) -> Any:
    return client.get(f"{BASE}/{address}", **options)


def post(client: Client, address: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
    return client.post(f"{BASE}/{address}", data or {}, **options)


def text(answer: Any) -> str:
    """Give what one reads on a page."""
    tree: Any = html.fromstring(answer.content.decode())
    for unread in tree.xpath("//script | //style | //template | //nav[@class='side']"):
        unread.drop_tree()
    return " ".join(tree.text_content().split())


def wrong(answer: Any) -> list[str]:
    """Give what stands beside the fields of a form that was refused."""
    assert answer.status_code == 422, answer.status_code
    tree: Any = html.fromstring(answer.content.decode())
    said = tree.xpath("//form//*[contains(@class, 'error') or contains(@class, 'title')]")
    return [" ".join(one.text_content().split()) for one in said]
