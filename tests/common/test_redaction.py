"""No log of ours holds an address that lets somebody in."""

import json
import logging
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

from common.redaction import WithoutSecrets, redacted

TENANT, SECRET = "5dee0davs50vea", "lbCULXZBOsUw6KyUppQK-_"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        (f"Not Found: /betalen/{TENANT}.{SECRET}/later/", f"Not Found: /betalen/{TENANT}.…/later/"),
        (f'"GET /betalen/{TENANT}.{SECRET}/ HTTP/1.1" 200', f'"GET /betalen/{TENANT}.…/ HTTP/1.1" 200'),
        (f"/betalen/{TENANT}%2E{SECRET}/brief.pdf", "/betalen/…/brief.pdf"),
        (f"/betalen/{SECRET}?taal=de", "/betalen/…?taal=de"),
        (f"with arguments '('{TENANT}.{SECRET}',)' not found", f"with arguments '('{TENANT}.…',)' not found"),
        ("GET /account/password/reset/key/2x-c3d-abc/ 302", "GET /account/password/reset/key/…/ 302"),
        ("Not Found: /a/bakkerij/facturen/5dee0davs50vea/", "Not Found: /a/bakkerij/facturen/5dee0davs50vea/"),
    ],
)
def test_what_lets_somebody_in_is_left_out(text: str, safe: str) -> None:
    assert redacted(text) == safe
    assert SECRET not in redacted(text)


def line(message: str, *args: object) -> str:
    record = logging.LogRecord("gunicorn.access", logging.INFO, "", 0, message, args, None)
    assert WithoutSecrets().filter(record)
    return record.getMessage()


def test_the_lines_of_the_web_server_say_the_rest() -> None:
    request = {"h": "192.0.2.1", "r": f"GET /betalen/{TENANT}.{SECRET}/ HTTP/1.1", "s": "200"}

    assert line('%(h)s "%(r)s" %(s)s', request) == f'192.0.2.1 "GET /betalen/{TENANT}.…/ HTTP/1.1" 200'
    assert line("100%") == "100%"


def test_django_writes_them_so_and_mails_no_crash_to_anybody() -> None:
    handlers: Any = settings.LOGGING["handlers"]
    assert handlers["stderr"]["filters"] == ["without_secrets"]
    program = (
        "import django, logging; django.setup()\n"
        "from django.test import Client\n"
        f"Client().get('/betalen/{TENANT}.{SECRET}/a/b/c/')\n"
        f"logging.getLogger('django.request').error('Internal Server Error: %s', '/betalen/{TENANT}.{SECRET}/')\n"
        "names = [type(one).__name__ for one in logging.getLogger('django').handlers]\n"
        "import json; print(json.dumps(names))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"DJANGO_SETTINGS_MODULE": "debiteuren.settings", **os.environ},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == []
    assert "Internal Server Error: /betalen/" in done.stderr
    assert SECRET not in done.stderr
