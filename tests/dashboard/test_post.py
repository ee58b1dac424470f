"""Letters on paper: what waits is printed in one go, put in the post, and counts from the day that somebody says."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from correspondence import operations as outbox
from correspondence.models import Message, PostBatch
from debtors.models import Debtor
from dunning.models import Notice, Step
from payments import operations as payments
from tenants.context import tenant_context
from tenants.models import Tenant, User
from tests import factories, nights
from tests.conftest import TODAY, actor
from tests.dashboard.money_pages import rows, words

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
POST = "/a/bakkerij-de-vries/post/"
TUESDAY = TODAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """Let it be ten o'clock on Monday 2 March 2026."""
    with time_machine.travel(nights.at(TODAY, 10), tick=False):
        yield


@pytest.fixture
def client(bookkeeper: User, login: Login) -> Client:
    return login(bookkeeper)


def letters_wait(tenant: Tenant, *names: str) -> None:
    """Let a reminder wait for each of some debtors who have no e-mail address; the first lives where envelopes end."""
    with tenant_context(tenant.pk):
        for number, name in enumerate(names):
            debtor = factories.debtor(name=name, kind="business", email="", postcode=f"{9 - number}000 AA")
            factories.invoice(debtor, due=TODAY - timedelta(days=7), amount="100.00")
        nights.plan(TODAY)
        nights.approve(TODAY)
        nights.release(TODAY)


def printed(client: Client) -> str:
    """Print what waits; give the address of the batch."""
    return str(client.post(f"{POST}printbatch/")["Location"])


def states(tenant: Tenant) -> list[str]:
    with tenant_context(tenant.pk):
        return sorted(Message.objects.values_list("state", flat=True))


def test_letters_wait_are_printed_in_the_order_of_their_envelopes_and_posted(bakkerij: Tenant, client: Client) -> None:
    letters_wait(bakkerij, "Zuid B.V.", "Noord B.V.")
    waiting = client.get(POST)
    assert [row[0] for row in rows(waiting, "Brieven die wachten")[1:]] == [
        "Noord B.V.",
        "Zuid B.V.",
        "2 brieven af te drukken",
    ]
    assert "Druk 2 brieven af" in words(waiting)

    batch = printed(client)

    page = client.get(batch)
    assert [row[1:2] + row[5:6] for row in rows(page, "Brieven in deze batch")[1:]] == [
        ["Noord B.V.", "afgedrukt"],
        ["Zuid B.V.", "afgedrukt"],
    ]
    assert "afgedrukt, nog niet gepost" in words(page)
    pdf = client.get(f"{batch}pdf/")
    texts = [one.extract_text() for one in PdfReader(BytesIO(pdf.content)).pages]
    assert "Noord B.V." in texts[0]
    assert pdf["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get(f"{batch}pdf/?bewaar")["Content-Disposition"].startswith("attachment")
    assert "Er wacht geen brief" in words(client.get(POST))

    client.post(f"{batch}gepost/", {"on": "2-3-2026"})

    assert states(bakkerij) == ["sent", "sent"]
    assert "Gemeld door Jan de Boer" in words(client.get(batch))
    (row,) = rows(client.get(POST), "Printbatches")[1:]
    assert row[:3] == ["02-03-2026", "2", "gepost"]


def test_letters_count_from_the_day_on_which_they_were_posted(bakkerij: Tenant, client: Client) -> None:
    letters_wait(bakkerij, "Noord B.V.")
    batch = printed(client)

    with time_machine.travel(nights.at(TUESDAY, 9), tick=False):
        client.post(f"{batch}gepost/", {"on": "2-3"})

    with tenant_context(bakkerij.pk):
        letter, step, notice = Message.objects.get(), Step.objects.get(), Notice.objects.get()
        kept = PostBatch.objects.get()
    assert letter.sent_at == nights.at(TODAY, 17)
    assert (step.dispatched_on, notice.dispatched_on) == (TODAY, TODAY)
    assert (kept.posted_at, kept.posted_by) == (nights.at(TODAY, 17), "Jan de Boer")


@pytest.mark.parametrize("day", ["1-3-2026", "4-3-2026", "", "geen dag"])
def test_no_letter_is_posted_before_it_was_printed_or_tomorrow(bakkerij: Tenant, client: Client, day: str) -> None:
    letters_wait(bakkerij, "Noord B.V.")
    batch = printed(client)

    with time_machine.travel(nights.at(TUESDAY, 9), tick=False):
        answer = client.post(f"{batch}gepost/", {"on": day})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["on"]
    assert states(bakkerij) == ["queued"]


def test_a_batch_is_posted_once(bakkerij: Tenant, client: Client) -> None:
    letters_wait(bakkerij, "Noord B.V.")
    batch = printed(client)
    client.post(f"{batch}gepost/", {"on": "2-3-2026"})

    answer = client.post(f"{batch}gepost/", {"on": "2-3-2026"})

    assert answer.status_code == 422
    assert "Deze brieven zijn al als gepost gemeld." in words(answer)


def test_a_letter_withdrawn_after_printing_is_taken_out_of_the_pile(bakkerij: Tenant, client: Client) -> None:
    letters_wait(bakkerij, "Zuid B.V.", "Noord B.V.")
    batch = printed(client)
    with tenant_context(bakkerij.pk):
        letter = Message.objects.get(to_name="Noord B.V.")
    client.post(f"/a/bakkerij-de-vries/berichten/{letter.public_id}/intrekking/", {"reason": "gebeld"})

    page = words(client.get(batch))
    assert "Haal deze brieven uit de stapel" in page
    assert "1. Noord B.V. , herinnering" in page
    client.post(f"{batch}gepost/", {"on": "2-3-2026"})

    assert states(bakkerij) == ["sent", "withdrawn"]
    with tenant_context(bakkerij.pk):
        assert Step.objects.count() == 1
    assert "Haal deze brieven uit de stapel" not in words(client.get(batch))


def test_what_was_paid_meanwhile_is_not_printed_and_that_is_said(bakkerij: Tenant, client: Client) -> None:
    letters_wait(bakkerij, "Zuid B.V.", "Noord B.V.")
    with tenant_context(bakkerij.pk):
        noord = Debtor.objects.get(name="Noord B.V.")
        payments.book_payment(debtor=noord, amount=Decimal("100.00"), received_on=TODAY, by=actor())

    page = words(client.get(printed(client)))

    assert "1 brief staat klaar om af te drukken." in page
    assert "Zuid B.V." in page
    assert "Noord B.V." not in page


def test_letters_that_are_too_old_are_withdrawn_and_that_is_said(bakkerij: Tenant, client: Client) -> None:
    letters_wait(bakkerij, "Zuid B.V.", "Noord B.V.")

    with time_machine.travel(nights.at(TODAY + timedelta(days=9), 9), tick=False):
        page = words(client.post(f"{POST}printbatch/", follow=True))

    assert "Er zijn geen brieven om af te drukken." in page
    assert "2 brieven zijn ingetrokken: ze waren verlopen, of er is intussen betaald." in page
    assert states(bakkerij) == ["withdrawn", "withdrawn"]


def test_without_letters_there_is_nothing_to_print(bakkerij: Tenant, client: Client) -> None:
    assert "Brieven van een goedgekeurde nacht komen hier te staan." in words(client.get(POST))
    assert "Er zijn geen brieven om af te drukken." in words(client.post(f"{POST}printbatch/", follow=True))


def test_a_posted_letter_comes_back_from_its_batch(bakkerij: Tenant, client: Client) -> None:
    letters_wait(bakkerij, "Noord B.V.")
    batch = printed(client)
    assert "Kwam retour" not in words(client.get(batch))
    client.post(f"{batch}gepost/", {"on": "2-3-2026"})
    assert "Kwam retour" in words(client.get(batch))
    with tenant_context(bakkerij.pk):
        letter = Message.objects.get()

    client.post(f"/a/bakkerij-de-vries/berichten/{letter.public_id}/retour/")

    (row,) = rows(client.get(POST), "Printbatches")[1:]
    assert row[6] == "1"
    assert rows(client.get(batch), "Brieven in deze batch")[1][5] == "niet bezorgd"


def test_the_number_of_queries_does_not_grow_with_the_letters(bakkerij: Tenant, client: Client) -> None:
    letters_wait(bakkerij, "A")
    batch = printed(client)
    with CaptureQueriesContext(connection) as few:
        client.get(POST)
        client.get(batch)
    letters_wait(bakkerij, *"BCDEF")
    client.get(POST)
    many_batch = printed(client)
    letters_wait(bakkerij, *"GHIJ")

    with CaptureQueriesContext(connection) as many:
        client.get(POST)
        client.get(many_batch)
    assert len(many) <= len(few) + 1  # the letters that wait have their notices read


def test_a_stranger_finds_nothing_and_a_reader_prints_nothing(
    bakkerij: Tenant, garage: Tenant, stranger: User, reader: User, client: Client, login: Login
) -> None:
    letters_wait(bakkerij, "Noord B.V.")
    batch = printed(client)
    public_id = batch.split("/")[-2]

    other = login(stranger)
    for part in ("", "pdf/"):
        assert other.get(f"{batch}{part}").status_code == 404
        assert other.get(f"/a/{garage.slug}/post/{public_id}/{part}").status_code == 404
    assert other.post(f"/a/{garage.slug}/post/{public_id}/gepost/", {"on": "2-3-2026"}).status_code == 404
    assert other.get(f"/a/{garage.slug}/post/").context["rows"] == []
    looking = login(reader)
    assert looking.get(POST).status_code == 200
    assert looking.get(f"{batch}pdf/").status_code == 200
    assert "Meld als gepost" not in words(looking.get(batch))
    assert looking.post(f"{batch}gepost/", {"on": "2-3-2026"}).status_code == 403
    assert looking.post(f"{POST}printbatch/").status_code == 403
    assert states(bakkerij) == ["queued"]


def test_letters_of_which_the_address_fails_are_not_printed(bakkerij: Tenant, client: Client) -> None:
    """A letter that came back before marks the address; the next letter of that debtor does not wait here."""
    letters_wait(bakkerij, "Noord B.V.")
    with tenant_context(bakkerij.pk):
        batch = outbox.print_letters(by=actor())
        outbox.mark_posted(batch=batch, by=actor())
        outbox.mark_returned(message=Message.objects.get(), by=actor())
        for day in (TUESDAY, date(2026, 3, 10)):
            nights.plan(day)
            nights.approve(day)
            nights.release(day)

    assert client.get(POST).context["letters"] == []
