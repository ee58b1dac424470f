"""What a demo mails is kept, shown and told of: real SMTP and HTTP on this machine."""

import smtplib
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.management import call_command
from django.core.management.base import CommandError

from connectors.email.channel import EmailChannel
from connectors.mail_catcher.store import Store
from connectors.management.commands.mail_catcher import catching
from correspondence.channels import Account, Envelope, File, Found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Catcher:
    """A catcher that runs, and its addresses."""

    def __init__(self, folder: Path, settings: Any) -> None:
        self.folder, self.smtp, self.web = folder, free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.web}"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", self.smtp
        settings.MAIL_CATCHER_URL = self.url
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        self._stack = ExitStack()

    def start(self) -> None:
        self._stack.enter_context(catching(Store(self.folder), "127.0.0.1", self.web))

    def stop(self) -> None:
        self._stack.close()

    def get(self, path: str) -> requests.Response:
        return requests.get(f"{self.url}{path}", timeout=10)


@pytest.fixture
def catcher(tmp_path: Path, settings: Any) -> Iterator[Catcher]:
    running = Catcher(tmp_path / "mails", settings)
    running.start()
    yield running
    running.stop()


def envelope(message_id: str = "<a1@debiteuren.test>", **fields: Any) -> Envelope:
    parts: dict[str, Any] = {
        "public_id": "a1",
        "message_id": message_id,
        "account": Account(from_name="Bakkerij de Vries", from_address="administratie@bakkerij.test"),
        "to_name": "Café Zoë",
        "to_address": "zoe@post.test",
        "subject": "Herinnering: factuur 2026-1 à € 12,50",
        "text": "Beste Zoë,\nnog € 12,50.",
        "html": "<p>Beste <b>Zoë</b></p><script>alert(1)</script>",
        "files": (File("brief nr 1.pdf", "application/pdf", b"%PDF-1.7 brief"),),
    }
    return Envelope(**parts | fields)


def test_what_the_mail_channel_sends_is_there_to_read(catcher: Catcher) -> None:
    channel = EmailChannel()

    channel.send(envelope())
    channel.close()

    (told,) = catcher.get("/messages?message_id=%3Ca1@debiteuren.test%3E").json()
    assert told["recipients"] == ["zoe@post.test"]
    assert told["subject"] == "Herinnering: factuur 2026-1 à € 12,50"
    listed, shown = catcher.get("/").text, catcher.get(f"/mail/{told['number']}/").text
    assert "Herinnering: factuur 2026-1 à € 12,50" in listed
    assert "Beste Zoë,\nnog € 12,50." in shown
    assert "brief nr 1.pdf" in shown
    assert "<script>" not in shown
    assert catcher.get(f"/mail/{told['number']}/file/0/").content == b"%PDF-1.7 brief"
    assert "Content-Transfer-Encoding" in catcher.get(f"/mail/{told['number']}/raw/").text


def test_the_html_of_a_mail_can_be_seen_and_do_nothing(catcher: Catcher) -> None:
    channel = EmailChannel()
    channel.send(envelope())
    channel.close()

    body = catcher.get("/mail/1/html/")

    assert "<b>Zoë</b>" in body.text
    assert body.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert 'sandbox referrerpolicy="no-referrer"' in catcher.get("/mail/1/").text
    assert "script-src" not in body.headers["Content-Security-Policy"]


def test_a_file_that_a_browser_would_run_is_only_for_saving(catcher: Catcher) -> None:
    channel = EmailChannel()
    channel.send(envelope(files=(File("kwaad.html", "text/html", b"<script>alert(1)</script>"),)))
    channel.close()

    answer = catcher.get("/mail/1/file/0/")

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_channel_can_ask_whether_a_message_arrived(catcher: Catcher) -> None:
    channel = EmailChannel()
    channel.send(envelope())

    assert channel.find("<a1@debiteuren.test>", Account()) is Found.YES
    assert channel.find("<a2@debiteuren.test>", Account()) is Found.NO
    catcher.stop()
    assert channel.find("<a1@debiteuren.test>", Account()) is Found.CANNOT_SAY
    channel.close()


def test_mails_outlive_the_catcher(catcher: Catcher) -> None:
    channel = EmailChannel()
    channel.send(envelope())
    channel.close()
    catcher.stop()

    catcher.start()

    assert [mail["number"] for mail in catcher.get("/messages").json()] == [1]
    channel.send(envelope("<a2@debiteuren.test>"))
    channel.close()
    assert [mail["message_id"] for mail in catcher.get("/messages").json()] == [
        "<a2@debiteuren.test>",
        "<a1@debiteuren.test>",
    ]


def test_searching_and_leafing(catcher: Catcher) -> None:
    with smtplib.SMTP("127.0.0.1", catcher.smtp) as server:
        for number in range(60):
            mail = EmailMessage()
            mail["Subject"], mail["From"], mail["To"] = f"Bericht {number:03d}", "van@x.test", "aan@x.test"
            mail.set_content("tekst")
            server.send_message(mail)

    assert "Bericht 059" in catcher.get("/").text
    assert "Bericht 000" not in catcher.get("/").text
    assert "Bericht 000" in catcher.get("/?pagina=2").text
    assert "Bericht 007" in catcher.get("/?zoek=BERICHT+007").text
    assert "Geen mail met deze woorden" in catcher.get("/?zoek=niets").text


@pytest.mark.parametrize("path", ["/mail/9/", "/mail/x/", "/mail/1/file/7/", "/static/../settings.py", "/elders/"])
def test_what_is_not_there_is_not_found(catcher: Catcher, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(f"{catcher.url}{path}", timeout=10)

    assert answer.value.code == 404


def test_the_oldest_go_when_it_is_full(tmp_path: Path) -> None:
    from common import clock

    store = Store(tmp_path, at_most=2)
    for number in range(3):
        store.keep(f"Subject: {number}\r\n\r\n".encode(), recipients=["a@x.test"], at=clock.now())

    assert [mail.subject for mail in store.find()] == ["2", "1"]
    assert len(list(tmp_path.iterdir())) == 2


def test_production_refuses_it(settings: Any) -> None:
    settings.ENVIRONMENT = "production"

    with pytest.raises(CommandError, match="production"):
        call_command("mail_catcher")
