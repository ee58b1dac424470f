"""The other invoices of a debtor: only for who can read a mail at an address that is known."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from answers.models import EntryCode
from correspondence import operations as outbox
from correspondence.models import Message
from debtors import operations as debtors
from debtors.models import Contact
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import factories, nights
from tests.conftest import TODAY
from tests.fakes.channel import FakeMail
from tests.portal.answering import Visitor, text_of, visitor

pytestmark = pytest.mark.django_db
HIDDEN = "2026-GEHEIM"


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    FakeMail.reset()
    with time_machine.travel(nights.at(TODAY, 12), tick=False) as clock:
        yield clock
    FakeMail.reset()


@pytest.fixture
def petra(bakkerij: Tenant) -> Visitor:
    """She has one invoice on her link, and another that is not."""
    who = visitor(bakkerij)
    with tenant_context(bakkerij.pk):
        factories.invoice(who.debtor, number=HIDDEN, amount="77.00")
    return who


def ask(who: Visitor) -> str:
    """Ask for a code; give the one that is mailed."""
    with tenant_context(who.tenant.pk):
        contact = Contact.objects.filter(debtor=who.debtor).order_by("pk")[0].public_id
    answer = who.post("andere-facturen/", contact=contact)
    assert answer.status_code == 302, text_of(answer)
    return mailed(who)


def mailed(who: Visitor) -> str:
    with tenant_context(who.tenant.pk):
        text = Message.objects.filter(subject_kind="code").order_by("-pk")[0].body_text
    found = re.search(r"\d{3} \d{3}", text)
    assert found
    return found[0]


def other_than(code: str) -> str:
    return f"{(int(code.replace(' ', '')) + 1) % 1_000_000:06d}"


def test_a_right_code_shows_everything_for_an_hour_behind_this_link_only(
    bakkerij: Tenant, petra: Visitor, noon: time_machine.Traveller
) -> None:
    assert HIDDEN not in text_of(petra.get())

    went = petra.post("andere-facturen/code/", digits=ask(petra))

    assert went.status_code == 302
    assert HIDDEN in text_of(petra.get())
    cookie = petra.client.cookies["ingang"]
    assert (cookie["path"], cookie["httponly"], cookie["max-age"]) == (petra.path, True, 3600)
    other = visitor(bakkerij, debtor=petra.debtor)
    other.client.cookies["ingang"] = cookie.value
    assert HIDDEN not in text_of(other.get())
    noon.shift(timedelta(minutes=61))
    petra.client.cookies["ingang"] = cookie.value  # a browser that keeps it longer
    assert HIDDEN not in text_of(petra.get())


def test_what_was_opened_can_be_answered_about_and_closed_again(petra: Visitor) -> None:
    petra.post("andere-facturen/code/", digits=ask(petra))
    assert HIDDEN in text_of(petra.get("later/"))

    petra.post("andere-facturen/sluiten/")

    assert HIDDEN not in text_of(petra.get("later/"))


def test_the_mail_names_nobody_and_goes_to_a_known_address_at_once(bakkerij: Tenant, petra: Visitor) -> None:
    petra.client.cookies["taal"] = "en"
    code = ask(petra)

    with tenant_context(bakkerij.pk):
        message = Message.objects.get()
        stored = EntryCode.objects.get()
        assert message.to_address == Contact.objects.get(debtor=petra.debtor).email
        for word in ("Petra", "Jansen", "121", petra.invoices[0].number, petra.debtor.number):
            assert word not in message.subject_line + message.body_text + message.body_html
        assert code not in message.subject_line
        assert code.replace(" ", "") not in stored.code_hash
        assert message.language == "en"
        assert message.expires_at == stored.expires_at
    outbox.deliver_due(
        tenant_id=bakkerij.pk,
        now=lambda: nights.at(TODAY, 12, 1),
        until=nights.at(TODAY, 12, 5),
    )
    assert len(FakeMail.taken) == 1


def test_a_code_that_was_not_sent_in_time_is_not_sent_at_all(bakkerij: Tenant, petra: Visitor) -> None:
    ask(petra)

    outbox.deliver_due(tenant_id=bakkerij.pk, now=lambda: nights.at(TODAY, 12, 11), until=nights.at(TODAY, 12, 15))

    assert FakeMail.taken == []


def test_the_addresses_are_masked_and_only_known_ones_can_be_chosen(bakkerij: Tenant, petra: Visitor) -> None:
    with tenant_context(bakkerij.pk):
        by = nights.bookkeeper(nights.at(TODAY, 9))
        debtors.add_contact(debtor=petra.debtor, role="invoice", email="stuk@post.test", by=by)
        debtors.mark_email_invalid(debtor=petra.debtor, address="stuk@post.test", reason="weg", by=by)
        broken = Contact.objects.get(email="stuk@post.test").public_id
        stranger = Contact.objects.exclude(debtor=petra.debtor)
        theirs = visitor(bakkerij).debtor.contacts.get().public_id
        assert stranger.exists()

    seen = petra.get("andere-facturen/").content.decode()
    assert "d•••@p•••.test" in seen
    assert "post.test" not in seen
    assert broken not in seen
    for contact in (broken, theirs, "", "x@y.test"):
        assert petra.post("andere-facturen/", contact=contact).status_code == 422
    with tenant_context(bakkerij.pk):
        assert not Message.objects.exists()


def test_without_a_known_address_there_is_no_code(bakkerij: Tenant) -> None:
    anna = visitor(bakkerij, email="")

    assert "Wij kennen geen werkend e-mailadres van u" in text_of(anna.get("andere-facturen/"))
    assert anna.post("andere-facturen/", contact="x").status_code == 422


def test_a_wrong_code_counts_and_five_end_it(bakkerij: Tenant, petra: Visitor) -> None:
    code = ask(petra)

    for left in (4, 3, 2, 1):
        answer = petra.post("andere-facturen/code/", digits=other_than(code))
        assert answer.status_code == 422
        assert f"nog {left} keer" in text_of(answer)
    assert "geldt niet meer" in text_of(petra.post("andere-facturen/code/", digits=other_than(code)))
    assert "geldt niet meer" in text_of(petra.post("andere-facturen/code/", digits=code))
    assert HIDDEN not in text_of(petra.get())


def test_an_expired_used_or_replaced_code_opens_nothing(petra: Visitor, noon: time_machine.Traveller) -> None:
    first = ask(petra)
    second = ask(petra)
    if first != second:
        assert petra.post("andere-facturen/code/", digits=first).status_code == 422
    assert petra.post("andere-facturen/code/", digits=second).status_code == 302
    petra.post("andere-facturen/sluiten/")
    assert petra.post("andere-facturen/code/", digits=second).status_code == 422

    third = ask(petra)
    noon.shift(timedelta(minutes=10))
    assert petra.post("andere-facturen/code/", digits=third).status_code == 422
    assert HIDDEN not in text_of(petra.get())


def test_a_code_of_another_link_opens_nothing(bakkerij: Tenant, petra: Visitor) -> None:
    other = visitor(bakkerij, debtor=petra.debtor)
    code = ask(petra)

    assert other.post("andere-facturen/code/", digits=code).status_code == 422


def test_codes_are_asked_a_few_times_an_hour_by_whichever_link(
    bakkerij: Tenant, petra: Visitor, noon: time_machine.Traveller
) -> None:
    other = visitor(bakkerij, debtor=petra.debtor)
    for who in (petra, other, petra):
        ask(who)

    with tenant_context(bakkerij.pk):
        contact = Contact.objects.get(debtor=petra.debtor).public_id
    for who in (petra, other):
        answer = who.post("andere-facturen/", contact=contact)
        assert answer.status_code == 422
        assert "te veel codes" in text_of(answer)
    noon.shift(timedelta(minutes=61))
    ask(petra)


@pytest.mark.parametrize("digits", ["", "12345", "abcdef", "1234567", "１２３４５６"])
def test_what_is_no_code_is_not_tried(bakkerij: Tenant, petra: Visitor, digits: str) -> None:
    ask(petra)

    assert petra.post("andere-facturen/code/", digits=digits).status_code == 422
    with tenant_context(bakkerij.pk):
        assert EntryCode.objects.get().tries == 0


@pytest.mark.parametrize("value", ["", "x", "x:y:z", "InNvbWV0aGluZyI:1:abc"])
def test_a_cookie_that_is_not_ours_opens_nothing(petra: Visitor, value: str) -> None:
    petra.client.cookies["ingang"] = value

    assert HIDDEN not in text_of(petra.get())


def test_a_link_that_names_nothing_needs_no_code(bakkerij: Tenant) -> None:
    anna = visitor(bakkerij, named=False)

    assert anna.path + "andere-facturen/" not in anna.get().content.decode()
