"""The outbox: what went, to whom, byte for byte; what did not arrive; and what a person decides about it."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from email import message_from_bytes
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from correspondence import operations as outbox
from correspondence.channels import Found, Receipt, SendingFailed
from correspondence.models import Message
from debtors.models import Debtor
from dunning.models import Notice
from tenants.context import tenant_context
from tenants.models import Tenant, User
from tests import factories, nights
from tests.conftest import TODAY, actor
from tests.dashboard.money_pages import csv_lines, rows, words
from tests.fakes.channel import FakeMail
from worklist.models import Task

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
LIST = "/a/bakkerij-de-vries/berichten/"


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """Let it be ten o'clock on Monday 2 March 2026."""
    FakeMail.reset()
    with time_machine.travel(nights.at(TODAY, 10), tick=False):
        yield
    FakeMail.reset()


@pytest.fixture
def client(bookkeeper: User, login: Login) -> Client:
    return login(bookkeeper)


def night(tenant: Tenant, *, posting: bool = False) -> None:
    """Let the bakery write to two debtors on Monday morning: a mail to Smit, a letter to Petra who has no mail."""
    with tenant_context(tenant.pk):
        smit = factories.debtor(number="20001", name="Bouwbedrijf Smit B.V.", kind="business")
        petra = factories.debtor(number="10001", name="Petra Jansen", email="")
        due = TODAY - timedelta(days=7)
        factories.invoice(smit, number="2026-1", amount="1210.00", due=due)
        factories.invoice(petra, number="2026-2", amount="484.00", due=due)
        nights.plan(TODAY)
        nights.approve(TODAY)
        nights.release(TODAY)
        if posting:
            nights.post(TODAY)


def sent(tenant: Tenant, channel: str = "email") -> Message:
    nights.deliver(tenant.pk, TODAY)
    return the(tenant, channel)


def the(tenant: Tenant, channel: str = "email") -> Message:
    with tenant_context(tenant.pk):
        return Message.objects.select_related("document").get(channel=channel)


def page_of(message: Message, part: str = "") -> str:
    return f"{LIST}{message.public_id}/{part}"


def state(tenant: Tenant, message: Message) -> str:
    with tenant_context(tenant.pk):
        return Message.objects.values_list("state", flat=True).get(pk=message.pk)


# --- The list


def test_the_list_shows_what_went_and_what_waits_and_adds_up(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij)
    sent(bakkerij)

    page = client.get(LIST)

    table = rows(page, "Berichten")
    assert [row[1:5] for row in table[1:3]] == [
        ["verstuurd", "Bouwbedrijf Smit B.V.debiteur20001@post.test", "herinnering", "€ 1.210,00"],
        ["in de wachtrij", "Petra JansenKerkweg 12, 5678 CD Amersfoort", "herinnering", "€ 484,00"],
    ]
    assert table[-1][2:5] == ["2 berichten aan 2 debiteuren", "", "€ 1.694,00"]


def test_a_letter_that_went_by_mail_too_is_asked_once(bakkerij: Tenant, client: Client) -> None:
    with tenant_context(bakkerij.pk):
        smit = factories.debtor(kind="business")
        factories.invoice(smit, amount="1000.00", due=TODAY - timedelta(days=30))
        for day in (date(2026, 2, 5), date(2026, 2, 12), TODAY):  # the third is a demand: both ways
            nights.plan(day)
            nights.approve(day)
            nights.release(day)
            for mail in Message.objects.filter(state="queued", channel="email"):
                outbox.record_sent(message=mail, receipt=Receipt(), by=actor(nights.at(day, 9)))
        demand = Notice.objects.get(kind="demand")

    page = client.get(f"{LIST}?tekst=demand")

    assert len(page.context["rows"]) == 2
    assert (page.context["totals"].count, page.context["totals"].amount) == (2, demand.total)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("staat=sent", {"email"}),
        ("staat=queued", {"post"}),
        ("staat=nonsens", {"email", "post"}),
        ("weg=post", {"post"}),
        ("tekst=reminder", {"email", "post"}),
        ("tekst=demand", set()),
        ("q=smit", {"email"}),
        ("q=debiteur20001%40post", {"email"}),
        ("q=10001", {"post"}),
        ("van=2-3-2026&tot=2-3-2026", {"email", "post"}),
        ("tot=1-3-2026", set()),
        ("van=3-3-2026", set()),
    ],
)
def test_filters(bakkerij: Tenant, client: Client, query: str, shown: set[str]) -> None:
    night(bakkerij)
    sent(bakkerij)

    page = client.get(f"{LIST}?{query}")

    assert {"post" if row.icon == "printer" else "email" for row in page.context["rows"]} == shown
    assert page.context["totals"].count == len(shown)


def test_filters_on_debtor_and_night(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij)
    with tenant_context(bakkerij.pk):
        smit = Debtor.objects.get(number="20001")
        run = Notice.objects.all()[0].run
    assert run is not None

    assert [row.to_name for row in client.get(f"{LIST}?debiteur={smit.public_id}").context["rows"]] == [smit.name]
    assert len(client.get(f"{LIST}?nacht={run.public_id}").context["rows"]) == 2
    assert "nacht van 02-03-2026" in words(client.get(f"{LIST}?nacht={run.public_id}"))


def test_the_figures_above_lead_to_lists_that_add_up(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij)
    mail = sent(bakkerij)
    with tenant_context(bakkerij.pk):
        outbox.record_bounce(message=mail, reason="550 5.1.1", by=actor())

    stats = {stat.label: stat for stat in client.get(LIST).context["stats"]}

    assert {label: stat.value for label, stat in stats.items()} == {
        "Onzeker": "0",
        "Niet aangekomen": "1",
        "Brieven af te drukken": "1",
        "Mails in de wachtrij": "0",
        "Vandaag verstuurd": "1",
    }
    for label in ("Onzeker", "Niet aangekomen", "Mails in de wachtrij", "Vandaag verstuurd"):
        assert client.get(stats[label].url).context["totals"].count == int(stats[label].value)


def test_the_list_as_a_file(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij)
    sent(bakkerij)

    lines = csv_lines(client, f"{LIST}?weg=email")

    assert lines[0].startswith("Moment;Stand;Kanaal;Aan;Adres;Tekst;Onderwerp;Gevraagd")
    assert len(lines) == 2
    assert ";verstuurd;e-mail;Bouwbedrijf Smit B.V.;debiteur20001@post.test;herinnering;" in lines[1]
    assert ";1210,00;20001;" in lines[1]


def test_an_empty_outbox_teaches(bakkerij: Tenant, client: Client) -> None:
    assert "Er gaat niets uit voordat u een nacht hebt goedgekeurd" in words(client.get(LIST))
    assert "Geen bericht past bij deze filters" in words(client.get(f"{LIST}?staat=sent"))


def test_htmx_gets_only_the_list(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij)
    piece = client.get(LIST, headers={"HX-Request": "true"})
    assert b"<!doctype" not in piece.content.lower()
    assert b'id="lijst"' in piece.content


def test_the_number_of_queries_does_not_grow_with_the_messages(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(LIST)
    with tenant_context(bakkerij.pk):
        for number in range(12):
            more = factories.debtor(number=f"3{number:04d}", kind="business")
            factories.invoice(more, due=TODAY - timedelta(days=7))
        Notice.objects.all()
        nights.plan(TODAY + timedelta(days=1))
        nights.approve(TODAY + timedelta(days=1))
        nights.release(TODAY + timedelta(days=1))

    with CaptureQueriesContext(connection) as many:
        page = client.get(LIST)
    assert page.context["totals"].count > 10
    assert len(many) == len(few)


# --- One message


def test_a_mail_is_shown_byte_for_byte_and_can_do_nothing(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij)
    mail = sent(bakkerij)

    page = client.get(page_of(mail))
    frame = client.get(page_of(mail, "inhoud/"))

    assert '<iframe class="document" sandbox' in page.content.decode()
    assert frame.content.decode() == mail.body_html
    assert "sandbox" in frame["Content-Security-Policy"]
    assert "default-src 'none'" in frame["Content-Security-Policy"]
    assert "script-src" not in frame["Content-Security-Policy"]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert mail.sha256 in page.content.decode()
    assert "Bouwbedrijf Smit B.V." in words(page)
    assert "Aangenomen door de mailserver" in words(page)


def test_a_mail_as_text_and_its_headers(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij)
    mail = sent(bakkerij)

    assert mail.body_text.split("\n")[0] in words(client.get(page_of(mail) + "?toon=tekst"))
    headers = words(client.get(page_of(mail) + "?toon=kopregels"))
    assert mail.message_id in headers
    assert "debiteur20001@post.test" in headers


def test_a_letter_is_shown_as_its_pdf(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij)
    letter = the(bakkerij, "post")
    assert letter.document is not None

    page = client.get(page_of(letter))
    pdf = client.get(page_of(letter, "bestand/1/"))

    assert f'src="/a/bakkerij-de-vries/berichten/{letter.public_id}/bestand/1/"' in page.content.decode()
    assert pdf.content == bytes(letter.document.content)
    assert (pdf["Content-Type"], pdf["X-Frame-Options"]) == ("application/pdf", "SAMEORIGIN")
    assert pdf["Content-Disposition"].startswith("inline")
    assert "frame-ancestors 'self'" in pdf["Content-Security-Policy"]
    assert client.get(page_of(letter, "bestand/2/")).status_code == 404
    assert client.get(page_of(letter, "bestand/0/")).status_code == 404
    assert letter.document.sha256 in page.content.decode()


def test_the_original_to_keep(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij)
    mail, letter = sent(bakkerij), the(bakkerij, "post")

    kept: Any = message_from_bytes(client.get(page_of(mail, "origineel/")).content)
    paper = client.get(page_of(letter, "origineel/"))

    assert kept["Message-ID"] == mail.message_id
    parts = {part.get_content_type(): part.get_payload(decode=True) for part in kept.walk() if not part.is_multipart()}
    assert parts["text/html"].decode().replace("\r\n", "\n").strip() == mail.body_html.strip()
    assert letter.document is not None
    assert paper.content == bytes(letter.document.content)
    assert paper["Content-Disposition"].startswith("attachment")


def test_why_a_mail_bounced_is_said_in_words(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij)
    mail = sent(bakkerij)
    with tenant_context(bakkerij.pk):
        outbox.record_bounce(message=mail, reason="550 5.1.1 user unknown", by=actor(nights.at(TODAY, 11)))

    text = words(client.get(page_of(mail)))

    assert "Dit e-mailadres bestaat niet (550 5.1.1 user unknown)" in text
    assert "een wettelijke termijn liep niet" in text
    assert "Herinnering niet bezorgd 02-03-2026 11:00" in text


# --- What a person decides


def in_doubt(tenant: Tenant) -> Message:
    """Let the line break while a mail is sent, and nobody who can say whether it left."""
    FakeMail.breaks_before_taking.add("debiteur20001@post.test")
    FakeMail.can_be_asked = False
    nights.deliver(tenant.pk, TODAY)
    nights.deliver(tenant.pk, TODAY, 10)
    found = the(tenant)
    assert found.state == "in_doubt"
    return found


def test_a_message_in_doubt_left_after_all(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij)
    mail = in_doubt(bakkerij)
    assert "Zeg of het weg is" in words(client.get(page_of(mail)))
    assert "twee keer" in words(client.get(page_of(mail, "uitkomst/")))

    answer = client.post(page_of(mail, "uitkomst/"), {"left": "yes"})

    assert answer["Location"] == page_of(mail)
    assert state(bakkerij, mail) == "sent"
    with tenant_context(bakkerij.pk):
        assert Notice.objects.get(public_id=mail.subject_id).state == "sent"
        assert not Task.objects.open().filter(kind="in_doubt").exists()
    assert client.get(page_of(mail, "uitkomst/")).status_code == 404


def test_a_message_in_doubt_that_did_not_leave_goes_again(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij)
    mail = in_doubt(bakkerij)

    wrong = client.post(page_of(mail, "uitkomst/"), {})
    assert wrong.status_code == 422
    assert state(bakkerij, mail) == "in_doubt"
    client.post(page_of(mail, "uitkomst/"), {"left": "no"})

    assert state(bakkerij, mail) == "queued"
    FakeMail.breaks_before_taking.clear()
    assert len(nights.deliver(bakkerij.pk, TODAY, 10, 1)) == 1


def test_what_waits_is_withdrawn_with_a_reason(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij)
    letter = the(bakkerij, "post")

    assert client.post(page_of(letter, "intrekking/"), {"reason": ""}).status_code == 422
    client.post(page_of(letter, "intrekking/"), {"reason": "belde vanmorgen"})

    assert state(bakkerij, letter) == "withdrawn"
    with tenant_context(bakkerij.pk):
        notice = Notice.objects.get(public_id=letter.subject_id)
    assert (notice.state, notice.ended_reason) == ("withdrawn", "belde vanmorgen")
    assert "belde vanmorgen" in words(client.get(page_of(letter)))
    assert client.get(page_of(letter, "intrekking/")).status_code == 404


def test_a_failed_test_mail_is_sent_again_and_a_failed_reminder_is_the_nights(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij)
    FakeMail.refused["debiteur20001@post.test"] = SendingFailed("550 relay denied", permanent=True)
    FakeMail.refused["proef@bakkerij.test"] = SendingFailed("550 relay denied", permanent=True)
    with tenant_context(bakkerij.pk):
        outbox.queue_test_mail(name="Jan", address="proef@bakkerij.test", by=actor(nights.at(TODAY, 9)))
    nights.deliver(bakkerij.pk, TODAY)
    with tenant_context(bakkerij.pk):
        reminder = Message.objects.get(to_address="debiteur20001@post.test")
        test = Message.objects.get(to_address="proef@bakkerij.test")
    assert (reminder.state, test.state) == ("failed", "failed")

    assert "Verstuur opnieuw" not in words(client.get(page_of(reminder)))
    refusal = client.post(page_of(reminder, "herhaling/"))
    assert refusal.status_code == 422
    assert "Opnieuw versturen kan niet: ingetrokken." in words(refusal)
    assert "Verstuur opnieuw" in words(client.get(page_of(test)))
    client.post(page_of(test, "herhaling/"))

    FakeMail.reset()
    assert [mail.to_address for mail in nights.deliver(bakkerij.pk, TODAY, 10, 1)] == ["proef@bakkerij.test"]
    assert client.post(page_of(test, "herhaling/")).status_code == 404


def test_an_address_that_does_not_exist_is_not_tried_every_night(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij)
    FakeMail.refused["debiteur20001@post.test"] = SendingFailed(
        "550 5.1.1 no such user", permanent=True, no_such_address=True
    )
    nights.deliver(bakkerij.pk, TODAY)
    mail = the(bakkerij)

    assert "Dit e-mailadres bestaat niet (550 5.1.1 no such user)" in words(client.get(page_of(mail)))
    with tenant_context(bakkerij.pk):
        assert Task.objects.open().get(kind="bounce").note == "550 5.1.1 no such user"
        nights.plan(TODAY + timedelta(days=1))
        nights.approve(TODAY + timedelta(days=1))
        nights.release(TODAY + timedelta(days=1))
    assert nights.deliver(bakkerij.pk, TODAY + timedelta(days=1)) == []
    with tenant_context(bakkerij.pk):
        again = Message.objects.filter(debtor__number="20001").order_by("-pk")[0]
    assert (again.channel, again.state) == ("post", "queued")


def test_a_letter_comes_back(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij, posting=True)
    letter = the(bakkerij, "post")
    assert "Retour gekomen" in words(client.get(page_of(letter)))

    client.post(page_of(letter, "retour/"))

    assert state(bakkerij, letter) == "bounced"
    with tenant_context(bakkerij.pk):
        assert Debtor.objects.get(number="10001").post_returned_on == TODAY
        assert Notice.objects.get(public_id=letter.subject_id).state == "not_delivered"
    again = client.post(page_of(letter, "retour/"))
    assert again.status_code == 422
    assert "Alleen een brief die op de post is gedaan kan retour komen." in words(again)


def test_in_a_dialog_only_the_form_is_asked(bakkerij: Tenant, client: Client) -> None:
    night(bakkerij)
    letter = the(bakkerij, "post")

    piece = client.get(page_of(letter, "intrekking/"), headers={"HX-Request": "true"})
    answer = client.post(page_of(letter, "intrekking/"), {"reason": "x"}, headers={"HX-Request": "true"})

    assert b"<!doctype" not in piece.content.lower()
    assert answer["HX-Redirect"] == page_of(letter)


# --- Who may

PARTS = ("", "inhoud/", "bestand/1/", "origineel/", "uitkomst/", "intrekking/", "herhaling/", "retour/")


def test_a_stranger_finds_nothing(bakkerij: Tenant, garage: Tenant, stranger: User, login: Login) -> None:
    night(bakkerij)
    letter = the(bakkerij, "post")
    browser = login(stranger)

    for part in PARTS:
        assert browser.get(page_of(letter, part)).status_code == 404
        own = f"/a/{garage.slug}/berichten/{letter.public_id}/{part}"
        assert browser.get(own).status_code == 404
        if part in PARTS[4:]:
            assert browser.post(own, {"reason": "x", "left": "yes"}).status_code == 404
    assert browser.get(f"/a/{garage.slug}/berichten/").context["totals"].count == 0
    assert state(bakkerij, letter) == "queued"


def test_a_reader_sees_and_does_nothing(bakkerij: Tenant, reader: User, login: Login) -> None:
    night(bakkerij)
    letter = the(bakkerij, "post")
    browser = login(reader)

    for part in PARTS[:4]:
        assert browser.get(page_of(letter, part)).status_code == 200
    for part in PARTS[4:]:
        assert browser.get(page_of(letter, part)).status_code == 403
        assert browser.post(page_of(letter, part), {"reason": "x", "left": "yes"}).status_code == 403
    assert "Trek in" not in words(browser.get(page_of(letter)))


def test_the_mail_server_is_asked_before_a_person(bakkerij: Tenant, client: Client) -> None:
    """A mail of which the server says that it left is no longer in doubt."""
    night(bakkerij)
    FakeMail.breaks_after_taking.add("debiteur20001@post.test")
    nights.deliver(bakkerij.pk, TODAY)
    nights.deliver(bakkerij.pk, TODAY, 10)

    mail = the(bakkerij)
    assert mail.state == "sent"
    assert Found.YES  # what the fake said
    assert client.get(page_of(mail)).context["actions"] == []


def test_a_day_in_the_filters_is_a_day_here(bakkerij: Tenant, client: Client) -> None:
    """Half past midnight on 3 March here is still 2 March in UTC."""
    night(bakkerij)
    mail = the(bakkerij)
    with tenant_context(bakkerij.pk):
        outbox.record_sent(message=mail, receipt=Receipt(), by=actor(nights.at(date(2026, 3, 3), 0, 30)))

    assert client.get(f"{LIST}?weg=email&van=3-3-2026").context["totals"].count == 1
    assert client.get(f"{LIST}?weg=email&tot=2-3-2026").context["totals"].count == 0
