"""The log: every change in a sentence, with who, when and why; filtered, and as a file."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from audit import operations as audit
from audit.models import Entry
from audit.verbs import VERBS
from common.actor import ActorKind, the_clock
from dashboard import logbook
from dashboard.lists import log
from debtors import operations as debtors
from debtors.models import Debtor
from dunning import operations as ladder
from invoices import operations as invoices
from payments import operations as payments
from tenants.context import tenant_context
from tenants.models import Tenant, User
from tenants.operations import choose_preferences, close_on
from tests import factories, nights
from tests.conftest import TODAY, actor
from tests.dashboard.money_pages import csv_lines, monday, rows, words  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Login = Callable[[User], Client]
LOG = "/a/bakkerij-de-vries/logboek/"


@pytest.fixture
def client(bookkeeper: User, login: Login) -> Client:
    return login(bookkeeper)


@pytest.fixture
def story(bedrijf: Debtor, bookkeeper: User) -> Debtor:
    """Let things happen on Monday: by the bookkeeper, and one by itself."""
    by = actor()
    by = type(by)(by.kind, by.at, bookkeeper.public_id, bookkeeper.name)
    claim = factories.invoice(bedrijf, amount="1000.00", due=date(2026, 1, 10), number="2026-1", by=by)
    debtors.change_debtor(debtor=bedrijf, by=by, city="Zeist", name="Smit & Zn B.V.")
    invoices.charge_interest(invoice=claim, through=TODAY, by=the_clock(by.at), reason="final_demand")
    payments.book_payment(debtor=bedrijf, amount=Decimal("300.00"), received_on=TODAY, by=by)
    return bedrijf


def said(client: Client, query: str = "") -> list[str]:
    return [line.what for line in client.get(f"{LOG}?van=2-3-2026{query}").context["lines"]]


def test_what_happened_is_told_in_sentences_the_newest_first(story: Debtor, client: Client) -> None:
    assert [one.split(" gewijzigd")[0] for one in sorted(said(client))] == [
        "Betaling van € 300,00 geboekt",
        "Betaling verdeeld over 2026-1",
        "Debiteur 20001 Smit & Zn B.V.",
        "Factuur 2026-1 ingelezen, € 1.000,00",
        "Rente op 2026-1: € 14,18",
    ]
    moments = [line.at for line in client.get(LOG).context["lines"]]
    assert moments == sorted(moments, reverse=True)


def test_a_change_says_what_was_and_what_is_and_why(story: Debtor, client: Client) -> None:
    page = client.get(f"{LOG}?van=2-3-2026")

    changes = next(line for line in page.context["lines"] if line.changes).changes
    assert sorted(changes) == [("naam", "Bouwbedrijf Smit B.V.", "Smit & Zn B.V."), ("plaats", "Amersfoort", "Zeist")]
    interest = next(line for line in page.context["lines"] if line.what.startswith("Rente"))
    assert (interest.reason, interest.who) == ("laatste sommatie", "vanzelf")
    assert interest.url.startswith("/a/bakkerij-de-vries/facturen/")
    assert interest.debtor_url == f"/a/bakkerij-de-vries/debiteuren/{story.public_id}/"
    assert "Smit & Zn B.V." in words(page)


@pytest.mark.parametrize(
    ("query", "verbs"),
    [
        ("&over=facturen", {"invoice.registered", "invoice.charged"}),
        ("&over=betalingen", {"payment.booked", "payment.allocated"}),
        ("&over=debiteuren", {"debtor.changed"}),
        ("&over=dossiers", set()),
        ("&wie=vanzelf", {"invoice.charged"}),
        ("&wie=debiteur", set()),
        ("&q=2026-1", {"invoice.registered", "invoice.charged"}),
        ("&tot=1-3-2026", set()),
    ],
)
def test_filters(story: Debtor, client: Client, query: str, verbs: set[str]) -> None:
    page = client.get(f"{LOG}?van=2-3-2026{query}")
    shown = {line.what for line in page.context["lines"]}
    wanted = Entry.objects.filter(verb__in=verbs, at__gte=nights.at(TODAY, 0))
    assert shown == {logbook.sentence(entry) for entry in wanted}
    assert len(page.context["chips"]) == 2


def test_filters_on_a_person_and_a_debtor(story: Debtor, inside: Tenant, bookkeeper: User, client: Client) -> None:
    other = factories.debtor(name="Ander")
    debtors.add_note(debtor=other, text="belde", by=actor())

    assert len(said(client, f"&wie={bookkeeper.public_id}")) == 4
    assert said(client, f"&debiteur={other.public_id}") == ["Notitie"]
    assert "Jan de Boer" in [str(option.label) for option in client.get(LOG).context["who"]]


def test_the_log_as_a_file(story: Debtor, client: Client) -> None:
    lines = csv_lines(client, f"{LOG}?van=2-3-2026&over=debiteuren")
    assert lines[0] == "Moment;Wie;Wat;Debiteurnummer;Debiteur;Reden;Was;Is"
    assert lines[1].startswith("02-03-2026 09:00;Jan de Boer;Debiteur 20001 ")
    assert "plaats: Amersfoort" in lines[1]
    assert "plaats: Zeist" in lines[1]


def test_an_empty_log_and_one_without_matches(bakkerij: Tenant, client: Client) -> None:
    assert "Geen regel past bij deze filters" in words(client.get(f"{LOG}?q=bestaat%20niet"))


def test_the_log_is_kept_in_dutch_and_read_in_ones_own_language(
    inside: Tenant, bedrijf: Debtor, reader: User, login: Login
) -> None:
    invoice = factories.invoice(bedrijf, number="2026-9", amount="1250.00")
    with translation.override("en"):  # somebody who works in English
        ladder.record_call(debtor=bedrijf, result="no_answer", by=actor())
        debtors.set_legal_state(debtor=bedrijf, state="bankrupt", since=TODAY, by=actor())
        invoices.open_dispute(invoice=invoice, reason="price", by=actor())

    kept = {entry.verb: logbook.sentence(entry) for entry in Entry.objects.all()}
    assert kept["call.made"] == "Gebeld: niet bereikt"
    assert kept["debtor.legal_state_changed"].endswith(": failliet")
    assert kept["task.added"] == "Taak: bellen"
    choose_preferences(user=reader, language="en")
    lines = login(reader).get(LOG).context["lines"]
    assert [line.what for line in lines if line.what.startswith("Called")] == ["Called: not reached"]
    assert "Task: call" in [line.what for line in lines]
    dispute = next(line for line in lines if line.what.startswith("Dispute"))
    assert (dispute.what, dispute.reason) == ("Dispute about 2026-9: € 1.250,00", "price or quantity is wrong")


def test_what_was_set_has_a_name_of_people(inside: Tenant, client: Client) -> None:
    close_on(days=[date(2026, 12, 24)], description="Kerst", by=actor())

    assert "Instellingen gewijzigd: sluitingsdagen" in said(client)


def test_old_entries_that_lack_something_still_read(inside: Tenant, client: Client) -> None:
    Entry.objects.create(
        at=nights.at(TODAY, 8),
        actor_kind=ActorKind.CLOCK,
        verb="invoice.charged",
        subject_kind="x",
        subject_label="2020-1",
    )
    Entry.objects.create(at=nights.at(TODAY, 8), actor_kind=ActorKind.CLOCK, verb="long.gone", subject_kind="x")

    assert set(said(client)) == {"– op 2020-1: € –", "long.gone"}


def test_every_verb_is_under_one_subject_of_the_filter(inside: Tenant) -> None:
    found = [verb for subject in log.SUBJECTS for verb in log.verbs_about(subject)]
    assert sorted(found) == sorted(VERBS)


def test_every_verb_reads_as_a_sentence(inside: Tenant) -> None:
    for verb in VERBS:
        entry = Entry(verb=verb, subject_label="Smit", data={})
        text = logbook.sentence(entry)
        assert text
        assert "%(" not in text


def test_what_is_written_by_others_is_text(bedrijf: Debtor, client: Client) -> None:
    debtors.add_note(debtor=bedrijf, text="<script>alert(1)</script>", by=actor())
    assert b"<script>alert(1)" not in client.get(LOG).content


def test_the_number_of_queries_does_not_grow_with_the_log(inside: Tenant, client: Client) -> None:
    debtors.add_note(debtor=factories.debtor(), text="een", by=actor())
    with CaptureQueriesContext(connection) as few:
        client.get(LOG)
    for number in range(20):
        debtors.add_note(debtor=factories.debtor(name=f"Klant {number}"), text="nog een", by=actor())

    with CaptureQueriesContext(connection) as many:
        page = client.get(LOG)
    assert len(page.context["lines"]) > 40
    assert len(many) == len(few)


def test_the_log_has_pages(inside: Tenant, client: Client) -> None:
    debtor = factories.debtor()
    for number in range(55):
        audit.record("debtor.note_added", by=actor(), kind="debtor", subject=debtor, reason=f"{number}")

    first, second = client.get(f"{LOG}?van=2-3-2026"), client.get(f"{LOG}?van=2-3-2026&pagina=2")
    assert (len(first.context["lines"]), len(second.context["lines"])) == (50, 5)
    assert len(rows(first, "Logboek")) == 51


def test_a_reader_reads_the_log(story: Debtor, reader: User, login: Login) -> None:
    assert login(reader).get(LOG).status_code == 200


def test_a_stranger_finds_nothing(bakkerij: Tenant, garage: Tenant, stranger: User, login: Login) -> None:
    with tenant_context(bakkerij.pk):
        debtor = factories.debtor(name="Bouwbedrijf Smit B.V.")
        debtors.add_note(debtor=debtor, text="geheim", by=actor())
    browser = login(stranger)

    assert browser.get(LOG).status_code == 404
    for query in ("", f"?debiteur={debtor.public_id}", "?q=geheim"):
        own = words(browser.get(f"/a/{garage.slug}/logboek/{query}"))
        assert "Smit" not in own.replace("“geheim”", "")
        assert "geheim" not in own.replace("“geheim”", "")
