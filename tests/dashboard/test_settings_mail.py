"""How mail and post leave, and the agencies that a dossier goes to."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from audit.models import Entry
from collections_handoff import operations as handoffs
from collections_handoff.models import Agency
from correspondence import operations as outbox
from correspondence.models import MailSender, PostSettings
from tenants.context import tenant_context
from tenants.models import User
from tests import nights
from tests.conftest import TODAY, actor
from tests.dashboard.forms import SETTINGS as BASE
from tests.dashboard.forms import inside, post, wrong
from tests.fakes.channel import FakeMail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_monday() -> Any:
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False):
        yield


@pytest.fixture
def client(owner: User, login: Callable[[User], Client]) -> Client:
    return login(owner)


# Mail and post


def test_a_test_mail_goes_the_way_of_letters_and_confirms_the_sender(client, bakkerij):
    FakeMail.reset()
    post(
        client,
        "mail/",
        via="smtp",
        host="smtp.provider.nl",
        username="u",
        secret="geheim",
        from_address="a@bakkerij.nl",
    )
    before = client.get(f"{BASE}mail/")

    client.post(f"{BASE}mail/proefmails/")
    waiting = client.get(f"{BASE}mail/proefmails/", headers={"HX-Request": "true"}).content.decode()
    nights.deliver(bakkerij.pk, TODAY, hour=10, minute=5)
    after = client.get(f"{BASE}mail/")

    assert before.context["sender"].verified_at is None
    assert "hx-trigger" in waiting
    (mail,) = FakeMail.taken
    assert (mail.to_address, mail.account.from_address) == ("eigenaar@bakkerij.test", "a@bakkerij.nl")
    assert inside(bakkerij, MailSender.objects.get).verified_at is not None
    assert [str(state.label) for _message, state in after.context["tests"]] == ["verstuurd"]
    assert not after.context["under_way"]


def test_another_server_must_be_tried_again(client, bakkerij):
    post(client, "mail/", via="smtp", host="smtp.provider.nl", username="u", secret="geheim")
    inside(bakkerij, lambda: outbox.confirm_mail_sender(by=actor()))

    post(client, "mail/", host="smtp.ander.nl")

    assert inside(bakkerij, MailSender.objects.get).verified_at is None


def test_a_secret_is_kept_and_never_shown(client, bakkerij):
    post(client, "mail/", via="postmark", secret="pm-sleutel-123")

    page = client.get(f"{BASE}mail/").content.decode()
    post(client, "mail/", reply_to="antwoord@bakkerij.nl")

    assert "pm-sleutel-123" not in page
    row = inside(bakkerij, MailSender.objects.get)
    assert (row.secret, row.reply_to) == ("pm-sleutel-123", "antwoord@bakkerij.nl")
    entries = inside(
        bakkerij, lambda: list(Entry.objects.filter(verb="mail.sender_changed").values_list("data", flat=True))
    )
    assert len(entries) == 2
    assert "pm-sleutel" not in str(entries)


def test_a_provider_gets_an_address_for_what_came_back(client, bakkerij):
    post(client, "mail/", via="postmark", secret="pm-sleutel-123", from_address="post@bakkerij.nl")

    page = client.get(f"{BASE}mail/")

    url = page.context["webhook_url"]
    assert f"/webhooks/mail/postmark/{bakkerij.public_id}/" in url
    path = url.split("//", 1)[1].split("/", 1)[1]
    assert client.post(f"/{path}", data={"RecordType": "Open"}, content_type="application/json").status_code == 200
    assert client.post(f"/{path[:-5]}/", data={}, content_type="application/json").status_code == 404
    assert [hint.host for hint in page.context["hints"]][0::2] == ["bakkerij.nl", "_dmarc.bakkerij.nl"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"via": "smtp"}, "host"),
        ({"via": "smtp", "host": "127.0.0.1"}, "host"),
        ({"via": "smtp", "host": "localhost"}, "host"),
        ({"via": "brevo"}, "secret"),
        ({"via": "mailgun", "secret": "x"}, "provider_domain"),
        ({"via": "mailjet", "secret": "x"}, "username"),
        ({"via": "duif"}, "via"),
        ({"from_address": "geen adres"}, "from_address"),
    ],
)
def test_what_a_way_of_mailing_lacks_is_said_at_the_field(client, bakkerij, fields, field):
    assert list(wrong(post(client, "mail/", **fields))) == [field]
    assert not inside(bakkerij, MailSender.objects.exists)


def test_when_post_is_posted_is_chosen(client, bakkerij):
    post(client, "post/", posted_at_once="on")
    assert inside(bakkerij, PostSettings.objects.get).posted_at_once

    post(client, "post/", posted_at_once=None)
    assert not inside(bakkerij, PostSettings.objects.get).posted_at_once


# Agencies


def test_an_agency_is_added_changed_and_made_the_default(client, bakkerij):
    new = {"name": "Incasso Noord", "kind": "agency", "email": "in@noord.nl", "is_active": "on", "is_default": "on"}
    client.post(f"{BASE}incassobureaus/nieuw/", new)
    other = {
        "name": "Deurwaarder Zuid",
        "kind": "bailiff",
        "email": "in@zuid.nl",
        "is_active": "on",
        "is_default": "on",
    }
    client.post(f"{BASE}incassobureaus/nieuw/", other)
    first = inside(bakkerij, lambda: Agency.objects.get(name="Incasso Noord"))

    post(client, f"incassobureaus/{first.public_id}/", wki_registration="WKI-1", wki_checked_on="01-03-2026")

    first = inside(bakkerij, lambda: Agency.objects.get(name="Incasso Noord"))
    assert (first.wki_registration, first.wki_checked_on, first.is_default) == ("WKI-1", date(2026, 3, 1), False)
    shown = {row.name: register for row, register, _live in client.get(f"{BASE}incassobureaus/").context["rows"]}
    assert shown == {"Incasso Noord": ("WKI-1", "good"), "Deurwaarder Zuid": ("niet nodig", "neutral")}


def test_an_agency_without_its_register_or_checked_long_ago_stands_out(client, bakkerij):
    with tenant_context(bakkerij.pk):
        handoffs.register_agency(name="Zonder", kind="agency", email="a@b.nl", by=actor())
        old = {"wki_registration": "WKI-2", "wki_checked_on": date(2025, 1, 1)}
        handoffs.register_agency(name="Oud", kind="agency", email="a@b.nl", by=actor(), **old)

    rows = client.get(f"{BASE}incassobureaus/").context["rows"]

    assert {row.name: register[1] for row, register, _live in rows} == {"Zonder": "act", "Oud": "warn"}


@pytest.mark.parametrize(
    ("fields", "field", "why"),
    [
        ({"wki_registration": "WKI-1"}, "wki_checked_on", "in het register hebt gezien"),
        ({"wki_registration": "WKI-1", "wki_checked_on": "01-04-2026"}, "wki_checked_on", "moet nog komen"),
        ({"is_default": "on", "is_active": None}, "is_default", "niet in gebruik"),
        ({"name": "Bestaat"}, "name", "al een bureau"),
        ({"email": "geen"}, "email", "e-mailadres"),
    ],
)
def test_what_an_agency_lacks_is_said_at_the_field(client, bakkerij, fields, field, why):
    inside(bakkerij, lambda: handoffs.register_agency(name="Bestaat", kind="agency", email="a@b.nl", by=actor()))
    full = {"name": "Incasso Noord", "kind": "agency", "email": "in@noord.nl", "is_active": "on"} | fields

    page = client.post(f"{BASE}incassobureaus/nieuw/", {key: value for key, value in full.items() if value})

    assert why in wrong(page)[field]
