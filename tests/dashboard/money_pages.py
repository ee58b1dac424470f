"""What the stories about money share: a Monday on which everything happens, and words on a page."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests import nights
from tests.conftest import TODAY

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def monday() -> Iterator[None]:
    """Let it be the morning of TODAY, Monday 2 March 2026."""
    with time_machine.travel(nights.at(TODAY, 9), tick=False):
        yield


def words(response: Any) -> str:
    """Give what a page says, without its tags."""
    text = re.sub(r"</?time[^>]*>", "", response.content.decode())
    text = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(text).replace(NBSP, " "))


def rows(response: Any, caption: str) -> list[list[str]]:
    """Give the cells of the table with a caption, head and foot too."""
    page = response.content.decode()
    table = next(one for one in re.findall(r"<table.*?</table>", page, flags=re.DOTALL) if caption in one)
    found = []
    for row in re.findall(r"<tr.*?</tr>", table, flags=re.DOTALL):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL)
        found.append(
            [re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", cell)).replace(NBSP, " ")).strip() for cell in cells]
        )
    return found


def csv_lines(client: Client, address: str) -> list[str]:
    """Give the lines of a list as a file."""
    response = client.get(address + ("&" if "?" in address else "?") + "formaat=csv")
    assert response.status_code == 200, response.content
    return response.content.decode("utf-8-sig").splitlines()


def hidden(response: Any, name: str) -> str:
    """Give the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"no {name} on the page"
    return found[1]
