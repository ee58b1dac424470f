"""Mail leaves by SMTP in the tenant's name, with our id; and every way in which it can go wrong is told apart."""

import email
import json
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
import requests
from aiosmtpd.controller import Controller

from connectors.email.channel import EmailChannel
from correspondence import operations as outbox
from correspondence import queries
from correspondence.channels import Account, Envelope, File, Found, OutcomeUnknown, SendingFailed
from tenants.context import tenant_context
from tenants.models import Tenant
from tests.conftest import actor


class Server:
    """A mail server that keeps what it takes, and answers as it is told to."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.on_rcpt = self.on_data = "250 OK"
        self.connections = 0
        self.hang_up_after_taking = False

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.on_rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.on_rcpt

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.on_data.startswith("250"):
            self.taken.append(email.message_from_bytes(envelope.content, policy=default))
        if self.hang_up_after_taking:
            server.transport.abort()
        return self.on_data


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    handler = Server()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield handler
    controller.stop()


@pytest.fixture
def channel() -> Iterator[EmailChannel]:
    opened = EmailChannel()
    yield opened
    opened.close()


def envelope(account: Account | None = None, **fields: Any) -> Envelope:
    said: dict[str, Any] = {
        "public_id": "m1",
        "message_id": "<m1.t1@debiteuren.test>",
        "account": account or Account(from_name="Bakkerij de Vries B.V.", reply_to="administratie@bakkerij.test"),
        "to_name": "Petra Jansen",
        "to_address": "petra@post.test",
        "subject": "Herinnering: factuur 2026-1",
        "text": "Goedendag, één vraag.",
        "html": "<p>Goedendag</p>",
    }
    return Envelope(**(said | fields))


def test_a_mail_arrives_in_the_tenants_name_with_our_id_and_both_texts(
    server: Server, channel: EmailChannel, settings: Any
) -> None:
    settings.DEFAULT_FROM_EMAIL = "Debiteuren <noreply@debiteuren.test>"
    letter = File("aanmaning.pdf", "application/pdf", b"%PDF-1.7 brief")

    channel.send(envelope(files=(letter,)))

    (mail,) = server.taken
    assert mail["Message-ID"] == "<m1.t1@debiteuren.test>"
    assert mail["From"] == '"Bakkerij de Vries B.V." <noreply@debiteuren.test>'
    assert mail["Reply-To"] == "administratie@bakkerij.test"
    assert mail["To"] == "Petra Jansen <petra@post.test>"
    assert mail["Auto-Submitted"] == "auto-generated"  # holiday answers do not come back
    text, html = (mail.get_body(preferencelist=(kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert "één vraag" in text.get_content()
    assert "<p>Goedendag</p>" in html.get_content()
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("aanmaning.pdf", "application/pdf")
    assert attached.get_payload(decode=True) == letter.content


def test_one_connection_serves_the_mails_of_one_account(server: Server, channel: EmailChannel) -> None:
    for number in range(3):
        channel.send(envelope(public_id=f"m{number}", message_id=f"<m{number}@debiteuren.test>"))

    assert (len(server.taken), server.connections) == (3, 1)


def test_another_account_is_another_connection(server: Server, channel: EmailChannel, settings: Any) -> None:
    own = Account(
        via="smtp",
        from_name="Garage Jansen",
        from_address="post@garage.test",
        host="127.0.0.1",
        port=settings.EMAIL_PORT,
        security="none",
    )

    channel.send(envelope())
    channel.send(envelope(own, message_id="<m2@debiteuren.test>"))

    assert server.connections == 2
    assert server.taken[1]["From"] == "Garage Jansen <post@garage.test>"
    assert server.taken[1]["Reply-To"] is None


@pytest.mark.parametrize(
    ("where", "answer", "permanent"),
    [
        ("on_rcpt", "550 5.1.1 no such user", True),
        ("on_rcpt", "450 4.2.1 try again later", False),
        ("on_data", "554 5.7.1 we do not want this", True),
        ("on_data", "451 4.3.0 try again later", False),
    ],
)
def test_a_refusal_certainly_left_nothing_and_says_whether_trying_again_helps(
    server: Server, channel: EmailChannel, where: str, answer: str, permanent: bool
) -> None:
    setattr(server, where, answer)

    with pytest.raises(SendingFailed) as failed:
        channel.send(envelope())

    assert (failed.value.permanent, server.taken) == (permanent, [])
    assert answer.split()[-1] in failed.value.reason


def test_after_a_refusal_the_next_mail_leaves_all_the_same(server: Server, channel: EmailChannel) -> None:
    server.on_rcpt = "550 no such user"
    with pytest.raises(SendingFailed):
        channel.send(envelope())
    server.on_rcpt = "250 OK"

    channel.send(envelope(message_id="<m2@debiteuren.test>"))

    assert len(server.taken) == 1


def test_a_server_that_is_not_there_left_nothing(channel: EmailChannel, server: Server, settings: Any) -> None:
    settings.EMAIL_PORT = 1

    with pytest.raises(SendingFailed) as failed:
        channel.send(envelope())

    assert not failed.value.permanent


def test_a_line_that_breaks_after_the_text_was_sent_may_have_left_it(server: Server, channel: EmailChannel) -> None:
    server.hang_up_after_taking = True

    with pytest.raises(OutcomeUnknown):
        channel.send(envelope())

    assert len(server.taken) == 1  # this time it had


@pytest.mark.parametrize("subject", ["Herinnering\nBcc: iedereen@post.test", "Herinnering\r\nX-Kwaad: 1"])
def test_nobody_adds_a_header_by_the_subject(server: Server, channel: EmailChannel, subject: str) -> None:
    with pytest.raises(SendingFailed) as failed:
        channel.send(envelope(subject=subject))

    assert failed.value.permanent
    assert server.taken == []


POSTMARK = Account(via="postmark", from_name="Bakkerij", from_address="post@bakkerij.test", secret="sleutel")


def provider_answers(monkeypatch: pytest.MonkeyPatch, status: int | None, content: bytes = b"{}") -> list[Any]:
    """Let the provider's interface answer with a status, or not at all; gives what it was asked."""
    asked: list[Any] = []

    def request(_session: requests.Session, **parts: Any) -> requests.Response:
        asked.append(parts)
        if status is None:
            raise requests.ConnectionError("the line broke")
        answer = requests.Response()
        answer.status_code, answer._content, answer.url = status, content, parts["url"]
        answer.request = requests.Request(parts["method"], parts["url"]).prepare()
        return answer

    monkeypatch.setattr(requests.Session, "request", request)
    return asked


def test_a_provider_gets_our_id_to_tell_us_about_and_the_tenants_own_key(
    channel: EmailChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = b'{"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a", "To": "petra@post.test"}'
    asked = provider_answers(monkeypatch, 200, answer)

    receipt = channel.send(envelope(POSTMARK))

    assert receipt.provider_id == "b7bc2f4a"
    (parts,) = asked
    sent = json.loads(parts["data"])
    assert sent["Metadata"] == {"message": "m1"}
    assert parts["headers"]["X-Postmark-Server-Token"] == "sleutel"
    assert {"Name": "Message-ID", "Value": "<m1.t1@debiteuren.test>"} in sent["Headers"]
    assert (sent["TrackOpens"], sent["TrackLinks"]) == (False, "None")  # nobody is watched


@pytest.mark.parametrize(
    ("status", "expected"),
    [(422, True), (400, True), (401, False), (403, False), (429, False), (500, None), (503, None), (None, None)],
    ids=str,
)
def test_what_a_provider_answers_is_told_apart_too(
    channel: EmailChannel, monkeypatch: pytest.MonkeyPatch, status: int | None, expected: bool | None
) -> None:
    """The message is refused, or our account is; or nobody can say whether it was taken."""
    provider_answers(monkeypatch, status)

    with pytest.raises((SendingFailed, OutcomeUnknown)) as raised:
        channel.send(envelope(POSTMARK))

    assert getattr(raised.value, "permanent", None) is expected


def test_no_mail_server_can_be_asked_for_a_message_but_the_catcher(channel: EmailChannel, settings: Any) -> None:
    settings.MAIL_CATCHER_URL = ""

    assert channel.find("<m1@debiteuren.test>", Account()) is Found.CANNOT_SAY
    settings.MAIL_CATCHER_URL = "http://127.0.0.1:1"
    assert channel.find("<m1@debiteuren.test>", Account(via="smtp")) is Found.CANNOT_SAY
    assert channel.find("<m1@debiteuren.test>", Account()) is Found.CANNOT_SAY  # it does not answer


# --- Whose server, whose name


@pytest.mark.django_db
def test_without_a_server_of_his_own_a_tenants_mail_leaves_by_ours_in_his_name(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        account = queries.account()

    assert (account.via, account.from_name, account.from_address) == ("platform", "Bakkerij de Vries", "")
    assert account.reply_to == "administratie@bakkerij.test"


@pytest.mark.django_db
def test_with_a_server_of_his_own_it_leaves_by_that_and_the_other_tenants_does_not(
    bakkerij: Tenant, garage: Tenant
) -> None:
    with tenant_context(bakkerij.pk):
        outbox.change_mail_sender(
            via="smtp", host="mail.bakkerij.test", username="post", secret="geheim", from_address="post@bakkerij.test",
            reply_to="antwoord@bakkerij.test", by=actor(),
        )  # fmt: skip
        ours = queries.account()
    with tenant_context(garage.pk):
        theirs = queries.account()

    assert (ours.via, ours.host, ours.username, ours.secret) == ("smtp", "mail.bakkerij.test", "post", "geheim")
    assert (ours.from_address, ours.reply_to) == ("post@bakkerij.test", "antwoord@bakkerij.test")
    assert (theirs.via, theirs.host, theirs.secret) == ("platform", "", "")
