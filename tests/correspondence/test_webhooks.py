"""What mail providers report reaches the right message of the right tenant, and nobody else's."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from audit.models import Entry
from correspondence import operations as outbox
from correspondence.models import MailSender, Message
from debtors.models import Contact
from dunning.models import Case, Notice, Step
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.conftest import actor
from tests.fakes.channel import FakeMail
from worklist.models import Task

pytestmark = pytest.mark.django_db

DAY = date(2026, 2, 25)  # a Wednesday: five days after the due date
NEXT_DAY = DAY + timedelta(days=1)
SECRET = "een-lang-geheim-in-het-adres"
SIGNING_KEY = "sleutel-waarmee-mailgun-tekent"


@pytest.fixture(autouse=True)
def mail() -> Iterator[None]:
    FakeMail.reset()
    with time_machine.travel(nights.at(DAY, 12), tick=False):
        yield
    FakeMail.reset()


@pytest.fixture
def sent(bakkerij: Tenant) -> Message:
    """A reminder that left this morning."""
    with tenant_context(bakkerij.pk):
        factories.invoice(factories.debtor(kind="business", number="20001"), due=date(2026, 2, 20))
    nights.play(bakkerij.pk, DAY)
    with tenant_context(bakkerij.pk):
        return Message.objects.get()


def mails_by(tenant: Tenant, provider: str, **fields: Any) -> None:
    with tenant_context(tenant.pk):
        outbox.change_mail_sender(via=provider, webhook_secret=SECRET, by=actor(), **fields)


def report(
    tenant: Tenant, provider: str, event: Any, *, secret: str = SECRET, public_id: str = ""
) -> tuple[int, Client]:
    client = Client(enforce_csrf_checks=True)
    address = f"/webhooks/mail/{provider}/{public_id or tenant.public_id}/{secret}/"
    answer = client.post(address, data=json.dumps(event), content_type="application/json")
    return answer.status_code, client


def signed(event_data: dict[str, Any], key: str = SIGNING_KEY) -> dict[str, Any]:
    token, timestamp = "t" * 50, str(int(nights.at(DAY, 12).timestamp()))
    signature = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"token": token, "timestamp": timestamp, "signature": signature},
        "event-data": {"timestamp": float(timestamp), **event_data},
    }


def hard_bounce(provider: str, message: Message) -> Any:
    """What a provider posts when an address does not exist."""
    mine = {"message": message.public_id}
    return {
        "postmark": {
            "RecordType": "Bounce",
            "Type": "HardBounce",
            "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
            "Metadata": mine,
            "Email": message.to_address,
            "BouncedAt": "2026-02-25T11:00:00Z",
            "Description": "The server was unable to deliver your message (ex: unknown user).",
        },
        "mailgun": signed(
            {
                "event": "failed",
                "severity": "permanent",
                "reason": "bounce",
                "recipient": message.to_address,
                "user-variables": mine,
                "delivery-status": {"code": 550, "message": "5.1.1 unknown user"},
                "message": {"headers": {"message-id": message.message_id.strip("<>")}},
            }
        ),
        "brevo": {
            "event": "hard_bounce",
            "email": message.to_address,
            "message-id": "<x@smtp-relay.mailin.fr>",
            "X-Mailin-custom": json.dumps(mine),
            "ts_epoch": 1772017200000,
            "reason": "550 5.1.1 unknown user",
        },
        "mailjet": {
            "event": "bounce",
            "time": 1772017200,
            "MessageID": 19421777835146490,
            "email": message.to_address,
            "hard_bounce": True,
            "error": "user unknown",
            "Payload": json.dumps(mine),
        },
        "sendgrid": [
            {
                "event": "bounce",
                "type": "bounce",
                "email": message.to_address,
                "timestamp": 1772017200,
                "sg_message_id": "x.y",
                "reason": "550 5.1.1 unknown user",
                **mine,
            }
        ],
    }[provider]


def soft_bounce(provider: str, message: Message) -> Any:
    """What a provider posts when a mailbox is full or a server busy."""
    event = hard_bounce(provider, message)
    match provider:
        case "postmark":
            return event | {"Type": "SoftBounce"}
        case "mailgun":
            return signed(event["event-data"] | {"severity": "temporary"})
        case "brevo":
            return event | {"event": "soft_bounce"}
        case "mailjet":
            return event | {"hard_bounce": False, "error": "quota exceeded"}
    return [event[0] | {"event": "deferred"}]


def state_of(message: Message) -> str:
    with tenant_context(message.tenant_id or 0):
        return Message.objects.values_list("state", flat=True).get(pk=message.pk)


PROVIDERS = ["postmark", "mailgun", "brevo", "mailjet", "sendgrid"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_hard_bounce_marks_the_address_gives_the_rung_back_and_makes_a_task(
    bakkerij: Tenant, sent: Message, provider: str
) -> None:
    mails_by(bakkerij, provider, signing_key=SIGNING_KEY)

    status, _ = report(bakkerij, provider, hard_bounce(provider, sent))

    assert status == 200
    with tenant_context(bakkerij.pk):
        contact = Contact.objects.get()
        assert Message.objects.get().state == "bounced"
        assert Notice.objects.get().state == "not_delivered"
        assert Step.objects.get().undelivered_on == DAY
        assert Case.objects.get().position_key == ""
        assert contact.email_invalid_since == nights.at(DAY, 12)
        assert contact.email_invalid_reason
        assert Task.objects.open().get().kind == "bounce"


def test_after_a_hard_bounce_the_same_rung_goes_on_paper_the_next_night(bakkerij: Tenant, sent: Message) -> None:
    mails_by(bakkerij, "postmark")
    report(bakkerij, "postmark", hard_bounce("postmark", sent))

    played = nights.play(bakkerij.pk, NEXT_DAY)

    assert (played.mails, played.letters) == ([], ["reminder"])
    with tenant_context(bakkerij.pk):
        assert Step.objects.filter(undelivered_on=None).get().dispatched_on == NEXT_DAY


def test_the_same_bounce_twice_changes_nothing_more(bakkerij: Tenant, sent: Message) -> None:
    mails_by(bakkerij, "postmark")
    report(bakkerij, "postmark", hard_bounce("postmark", sent))
    with tenant_context(bakkerij.pk):
        logged, tasks = Entry.objects.count(), Task.objects.count()

    status, _ = report(bakkerij, "postmark", hard_bounce("postmark", sent))

    assert status == 200
    with tenant_context(bakkerij.pk):
        assert (Entry.objects.count(), Task.objects.count()) == (logged, tasks)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_full_mailbox_or_a_busy_server_is_no_reason_to_distrust_an_address(
    bakkerij: Tenant, sent: Message, provider: str
) -> None:
    mails_by(bakkerij, provider, signing_key=SIGNING_KEY)

    status, _ = report(bakkerij, provider, soft_bounce(provider, sent))

    assert status == 200
    assert state_of(sent) == "sent"
    with tenant_context(bakkerij.pk):
        assert Contact.objects.get().email_invalid_since is None
        assert not Task.objects.exists()


def test_delivered_is_noted_and_a_later_bounce_still_counts(bakkerij: Tenant, sent: Message) -> None:
    mails_by(bakkerij, "postmark")
    delivered = {
        "RecordType": "Delivery",
        "Metadata": {"message": sent.public_id},
        "Recipient": sent.to_address,
        "DeliveredAt": "2026-02-25T11:00:00Z",
    }

    report(bakkerij, "postmark", delivered)
    after_delivery = state_of(sent)
    report(bakkerij, "postmark", hard_bounce("postmark", sent))

    assert (after_delivery, state_of(sent)) == ("delivered", "bounced")


def test_without_our_own_id_a_message_is_found_by_that_of_the_provider(bakkerij: Tenant, sent: Message) -> None:
    mails_by(bakkerij, "postmark")
    event = hard_bounce("postmark", sent) | {"Metadata": {}, "MessageID": f"provider-{sent.public_id}"}

    report(bakkerij, "postmark", event)

    assert state_of(sent) == "bounced"


def test_an_event_about_mail_that_is_not_ours_says_nothing(bakkerij: Tenant, sent: Message) -> None:
    mails_by(bakkerij, "postmark")
    event = hard_bounce("postmark", sent) | {"Metadata": {}, "MessageID": "of-another-system"}

    status, _ = report(bakkerij, "postmark", event)

    assert (status, state_of(sent)) == (200, "sent")


# --- Who may report


@pytest.mark.parametrize(
    ("provider", "secret", "public_id"),
    [
        ("postmark", "een-verkeerd-geheim", ""),
        ("postmark", SECRET[:-1], ""),
        ("postmark", "geheïm", ""),  # not even ASCII
        ("mailgun", SECRET, ""),  # the tenant mails by another provider
        ("yahoo", SECRET, ""),
        ("postmark", SECRET, "bestaatniet"),
    ],
)
def test_who_does_not_know_the_address_finds_no_such_address(
    bakkerij: Tenant, sent: Message, provider: str, secret: str, public_id: str
) -> None:
    mails_by(bakkerij, "postmark")

    status, _ = report(bakkerij, provider, hard_bounce("postmark", sent), secret=secret, public_id=public_id)

    assert (status, state_of(sent)) == (404, "sent")


def test_a_sender_without_a_secret_takes_no_reports(bakkerij: Tenant, sent: Message) -> None:
    mails_by(bakkerij, "postmark")
    with tenant_context(bakkerij.pk):
        MailSender.objects.update(webhook_secret="")

    refused = [report(bakkerij, "postmark", hard_bounce("postmark", sent), secret=text)[0] for text in (SECRET, "None")]

    assert (refused, state_of(sent)) == ([404, 404], "sent")


def test_reports_are_posted_and_not_asked_for(bakkerij: Tenant) -> None:
    mails_by(bakkerij, "postmark")

    answer = Client().get(f"/webhooks/mail/postmark/{bakkerij.public_id}/{SECRET}/")

    assert answer.status_code == 405


@pytest.mark.parametrize(
    "spoil",
    [
        lambda event: event["signature"].update(signature="0" * 64),
        lambda event: event["signature"].update(timestamp="1"),
        lambda event: event.pop("signature"),
    ],
    ids=["forged", "another moment", "unsigned"],
)
def test_mailgun_must_have_signed(bakkerij: Tenant, sent: Message, spoil: Any) -> None:
    mails_by(bakkerij, "mailgun", signing_key=SIGNING_KEY)
    event = hard_bounce("mailgun", sent)
    spoil(event)

    status, _ = report(bakkerij, "mailgun", event)

    assert (status, state_of(sent)) == (400, "sent")


def test_mailgun_without_a_signing_key_of_its_own_signs_with_the_api_key(bakkerij: Tenant, sent: Message) -> None:
    mails_by(bakkerij, "mailgun", secret=SIGNING_KEY)

    status, _ = report(bakkerij, "mailgun", hard_bounce("mailgun", sent))

    assert (status, state_of(sent)) == (200, "bounced")


def test_a_stranger_cannot_report_about_the_mail_of_another_tenant(
    bakkerij: Tenant, garage: Tenant, sent: Message
) -> None:
    mails_by(bakkerij, "postmark")
    with tenant_context(garage.pk):
        outbox.change_mail_sender(via="postmark", webhook_secret="geheim-van-de-garage", by=actor())

    at_his_own, _ = report(garage, "postmark", hard_bounce("postmark", sent), secret="geheim-van-de-garage")
    at_ours, _ = report(bakkerij, "postmark", hard_bounce("postmark", sent), secret="geheim-van-de-garage")

    assert (at_his_own, at_ours) == (200, 404)
    assert state_of(sent) == "sent"
    with tenant_context(garage.pk):
        assert not Task.objects.exists()
        assert not Message.objects.exists()


def test_the_secrets_are_encrypted_in_the_database(bakkerij: Tenant) -> None:
    from django.db import connection

    mails_by(bakkerij, "mailgun", secret="api-sleutel", signing_key=SIGNING_KEY)

    with tenant_context(bakkerij.pk), connection.cursor() as cursor:
        cursor.execute("SELECT secret, signing_key, webhook_secret FROM correspondence_mailsender")
        stored = cursor.fetchone()
        logged = "".join(str(entry.data) for entry in Entry.objects.all())
    assert not {"api-sleutel", SIGNING_KEY, SECRET} & set(stored)
    assert not any(text in logged for text in ("api-sleutel", SIGNING_KEY, SECRET))
