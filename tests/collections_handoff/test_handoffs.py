"""A dossier is made, frozen, approved and sent; it comes back, or ends. What is not in order never leaves."""

import io
import json
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from collections_handoff import building, dossier, operations, queries, sheet
from collections_handoff.models import Agency, Handoff
from common.actor import Actor
from correspondence import operations as outbox
from correspondence.channels import Receipt
from correspondence.models import Message
from debtors import operations as debtors
from debtors.models import Debtor
from dunning import operations as ladder
from dunning.models import Case, Notice
from invoices import operations as invoices
from invoices.models import Invoice
from payments import operations as payments
from tenants.models import Tenant
from tests import factories, nights
from tests.conftest import TODAY, actor
from worklist.models import Task

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\nfactuur\n%%EOF\n"


@pytest.fixture
def noord(inside: Tenant) -> Agency:
    """Give a registered agency, the default."""
    return operations.register_agency(
        name="Incasso Noord",
        by=actor(),
        kind="agency",
        email="in@noord.test",
        wki_registration="WKI-1",
        is_default=True,
    )


@pytest.fixture
def claim(bedrijf: Debtor) -> Invoice:
    """Give a claim of 1.000,00 that fell due on 10 January.

    Trade interest in 2026 is 10,15% from the day after the due date: through Monday 2 March that is 51 days,
    1.000,00 x 10,15% x 51/365 = 14,182 -> 14,18.
    """
    files = (invoices.File(filename="2026-1.pdf", media_type="application/pdf", content=PDF, is_the_invoice=True),)
    return factories.invoice(bedrijf, amount="1000.00", due=date(2026, 1, 10), number="2026-1", files=files)


def prepared(claim: Invoice, **fields: Any) -> Handoff:
    return operations.prepare(debtor=claim.debtor, invoices=[claim], by=fields.pop("by", actor()), **fields)


def archive(handoff: Handoff) -> dict[str, bytes]:
    assert handoff.archive is not None
    with zipfile.ZipFile(io.BytesIO(bytes(handoff.archive.content))) as held:
        return {name: held.read(name) for name in held.namelist()}


def page(handoff: Handoff) -> str:
    return archive(handoff)["index.html"].decode().replace("\N{NO-BREAK SPACE}", " ")


def test_a_dossier_asks_what_the_law_gives_through_its_day_and_adds_up(noord: Agency, claim: Invoice) -> None:
    handoff = prepared(claim)

    assert (handoff.principal, handoff.interest, handoff.costs) == (
        Decimal("1000.00"),
        Decimal("14.18"),
        Decimal("0.00"),
    )
    assert handoff.total == Decimal("1014.18")
    claim.refresh_from_db()
    assert claim.interest_open == Decimal("14.18")
    text = page(handoff)
    assert "€ 1.014,18" in text
    assert "11-01-2026" in text
    assert "02-03-2026" in text
    assert "10,15%" in text
    assert "51/365" in text
    assert "Bouwbedrijf Smit B.V." in text
    assert "12345678" in text
    assert "Bakkerij de Vries" in text
    assert "Handelde als ondernemer" in text


def test_the_archive_holds_data_table_page_and_invoice(noord: Agency, claim: Invoice) -> None:
    handoff = prepared(claim)

    held = archive(handoff)
    assert set(held) == {"dossier.json", "vorderingen.csv", "index.html", "facturen/2026-1.pdf"}
    assert held["facturen/2026-1.pdf"] == PDF
    assert json.loads(held["dossier.json"]) == handoff.dossier
    assert held["vorderingen.csv"].decode("utf-8-sig").splitlines()[1].endswith(";1000,00;1000,00;14,18;0,00;1014,18")
    assert handoff.sha256 in held["index.html"].decode()


def test_what_is_missing_is_said_on_the_page(noord: Agency, bedrijf: Debtor) -> None:
    bare = factories.invoice(bedrijf, due=date(2026, 1, 10), number="2026-2")

    assert "Niet in dit dossier: factuur 2026-2 (PDF)." in page(prepared(bare))


def test_a_dossier_is_frozen_and_the_same_facts_make_the_same_bytes(noord: Agency, claim: Invoice) -> None:
    handoff = prepared(claim)
    before = bytes(handoff.archive.content)
    built = building.build(claim.debtor, [Invoice.objects.get(pk=claim.pk)], reference=handoff.public_id, day=TODAY)
    assert dossier.as_json(built) == handoff.dossier
    assert building.pack(built, [claim]) == before

    debtors.change_debtor(debtor=claim.debtor, by=actor(), name="Smit in liquidatie")

    again = Handoff.objects.get(pk=handoff.pk)
    assert bytes(again.archive.content) == before
    assert sheet.of(again.dossier).debtor_name == "Bouwbedrijf Smit B.V."
    assert queries.is_intact(again)
    again.dossier["total"] = "1.00"
    assert not queries.is_intact(again)


def test_letters_come_along_as_they_were_sent(noord: Agency, bakkerij: Tenant, bedrijf: Debtor) -> None:
    claim = factories.invoice(bedrijf, due=date(2026, 1, 30), number="2026-9")
    for day in (date(2026, 2, 4), date(2026, 2, 11), date(2026, 2, 20)):  # reminder, reminder, demand
        nights.plan(day)
        nights.approve(day)
        nights.release(day)
        for mail in Message.objects.filter(channel="email", state="queued"):
            outbox.record_sent(message=mail, receipt=Receipt("p"), by=actor(nights.at(day, 9)))
        nights.post(day)

    handoff = prepared(claim)

    letters = sheet.of(handoff.dossier).letters
    assert [(letter.what, letter.channel) for letter in letters] == [
        ("Herinnering", "e-mail"),
        ("Tweede herinnering", "e-mail"),
        ("Aanmaning", "e-mail"),
        ("Aanmaning", "post"),
    ]
    held = archive(handoff)
    assert all(letter.file in held for letter in letters)
    paper = Message.objects.get(channel="post")
    assert paper.document is not None
    assert held[letters[3].file] == bytes(paper.document.content)
    bodies = {mail.body_html.encode() for mail in Message.objects.filter(channel="email")}
    assert bodies <= set(held.values())
    assert paper.document.sha256 in page(handoff)


def test_payments_are_shown_with_what_they_went_to(noord: Agency, claim: Invoice) -> None:
    payments.book_payment(debtor=claim.debtor, amount=Decimal("300.00"), received_on=TODAY, by=actor())

    handoff = prepared(claim)

    ((number, paid),) = sheet.of(handoff.dossier).payments
    assert (number, paid.amount, paid.to_principal + paid.to_interest) == (
        "2026-1",
        Decimal("-300.00"),
        Decimal("300.00"),
    )
    assert "Er is op deze facturen niets betaald" not in page(handoff)


def test_promises_and_notes_are_told_in_words(noord: Agency, claim: Invoice) -> None:
    debtors.add_note(debtor=claim.debtor, text="Belde: <b>betaalt</b> vrijdag", by=actor())
    promise = payments.make_promise(
        debtor=claim.debtor, invoices=[claim], amount=Decimal("100.00"), promised_for=TODAY, by=actor()
    )
    payments.cancel_promise(promise=promise, by=actor())

    handoff = prepared(claim)

    told = [(event.what, event.note) for event in sheet.of(handoff.dossier).events]
    assert told == [("Notitie", "Belde: <b>betaalt</b> vrijdag"), ("Belofte: € 100,00 op 02-03-2026", "")]
    assert "&lt;b&gt;betaalt" in page(handoff)


# --- What stands in the way


def refused(claim: Invoice, **fields: Any) -> str:
    with pytest.raises(operations.NotReady) as refusal:
        prepared(claim, **fields)
    assert not Handoff.objects.exists()
    return str(refusal.value)


def test_a_claim_in_dispute_is_not_handed_over(noord: Agency, claim: Invoice) -> None:
    invoices.open_dispute(invoice=claim, reason="price", by=actor())

    assert refused(claim) == "Nog niet over te dragen: factuur 2026-1 is in geschil."


def test_a_claim_that_is_not_due_is_not_handed_over(noord: Agency, bedrijf: Debtor) -> None:
    young = factories.invoice(bedrijf, due=TODAY, number="2026-3")

    assert refused(young) == "Nog niet over te dragen: factuur 2026-3 is nog niet vervallen."


def test_a_claim_whose_letter_still_gives_time_is_not_handed_over(noord: Agency, claim: Invoice) -> None:
    until = TODAY + timedelta(days=3)
    invoices.offer_amount(
        invoice=claim, amount=Decimal("1000.00"), from_day=TODAY - timedelta(days=3), until_day=until, notice_ref="n"
    )

    assert "loopt nog tot en met 05-03-2026" in refused(claim)
    prepared(claim, by=actor(nights.at(until + timedelta(days=1), 9)))


def test_credit_is_set_off_first(noord: Agency, claim: Invoice) -> None:
    factories.credit_note(claim.debtor, amount="1250.00")

    assert refused(claim) == "Nog niet over te dragen: de debiteur heeft nog € 1.250,00 tegoed te verrekenen."


def test_a_settled_claim_is_not_handed_over(noord: Agency, claim: Invoice) -> None:
    payments.book_payment(debtor=claim.debtor, amount=Decimal("2000.00"), received_on=TODAY, by=actor())
    claim.refresh_from_db()
    with pytest.raises(operations.NotReady):
        prepared(claim)

    ready = queries.readiness(claim.debtor, [claim], day=TODAY)
    assert ready.of_invoice[claim.pk] == "factuur 2026-1 is voldaan."


def test_a_claim_is_in_one_dossier(noord: Agency, claim: Invoice) -> None:
    first = prepared(claim)
    with pytest.raises(operations.NotReady) as refusal:
        prepared(claim)
    assert "zit al in een dossier" in str(refusal.value)

    operations.cancel(handoff=first, reason="vergissing", by=actor())

    assert prepared(claim).public_id != first.public_id


def test_without_claims_or_an_agency_there_is_no_dossier(inside: Tenant, claim: Invoice) -> None:
    with pytest.raises(operations.NoAgency):
        prepared(claim)
    operations.register_agency(name="Noord", by=actor(), kind="agency", email="in@noord.test", is_default=True)
    with pytest.raises(operations.NotReady):
        operations.prepare(debtor=claim.debtor, invoices=[], by=actor())
    assert prepared(claim).agency.name == "Noord"  # a business: no registration needed


@pytest.mark.parametrize(
    ("kind", "registration", "goes"),
    [("agency", "", False), ("agency", "WKI-1", True), ("bailiff", "", True), ("lawyer", "", True)],
)
def test_a_claim_on_a_consumer_needs_a_registered_agency(
    particulier: Debtor, kind: str, registration: str, goes: bool
) -> None:
    claim = factories.invoice(particulier, due=date(2026, 1, 10))
    agency = operations.register_agency(
        name="Bureau", by=actor(), kind=kind, email="in@bureau.test", wki_registration=registration
    )
    if goes:
        assert prepared(claim, agency=agency).dossier["acted_as_consumer"] is True
        return
    with pytest.raises(operations.NotRegistered) as refusal:
        prepared(claim, agency=agency)
    assert "Wki-registratie" in str(refusal.value)
    assert not Handoff.objects.exists()


def test_the_night_prepares_and_a_task_asks_a_person(noord: Agency, claim: Invoice) -> None:
    Case.objects.filter(invoice=claim).update(why_code="handoff")

    (handoff,) = operations.prepare_ready(by=actor())

    assert (handoff.debtor, handoff.state) == (claim.debtor, "prepared")
    assert Task.objects.open().get(kind="handoff").subject_id == handoff.public_id
    assert operations.prepare_ready(by=actor()) == []


def test_a_dossier_that_the_night_cannot_make_leaves_a_task_with_the_reason(inside: Tenant, claim: Invoice) -> None:
    Case.objects.filter(invoice=claim).update(why_code="handoff")

    assert operations.prepare_ready(by=actor()) == []

    assert "Kies eerst een incassobureau" in Task.objects.open().get(kind="handoff").note


# --- Its life


def approved(claim: Invoice) -> Handoff:
    return operations.approve(handoff=prepared(claim), by=actor(label="Anna de Vries"))


def submitted(claim: Invoice) -> Handoff:
    return operations.submit(handoff=approved(claim), by=actor())


def mail_to_agency() -> Message:
    return Message.objects.filter(subject_kind="handoff").order_by("-pk")[0]


def test_a_claim_that_changed_since_is_refused_at_approval_and_at_sending(noord: Agency, claim: Invoice) -> None:
    handoff = approved(claim)
    assert (handoff.state, handoff.approved_by) == ("approved", "Anna de Vries")
    payments.book_payment(debtor=claim.debtor, amount=Decimal("50.00"), received_on=TODAY, by=actor())
    assert queries.changed(handoff) == "2026-1"

    with pytest.raises(operations.NotReady) as refusal:
        operations.submit(handoff=handoff, by=actor())
    assert "factuur 2026-1 is veranderd" in str(refusal.value)
    assert not Message.objects.exists()
    operations.cancel(handoff=handoff, reason="betaling", by=actor())
    second = prepared(claim)
    invoices.open_dispute(invoice=Invoice.objects.get(pk=claim.pk), reason="price", by=actor())
    with pytest.raises(operations.NotReady):
        operations.approve(handoff=second, by=actor())
    second.refresh_from_db()
    assert second.state == "prepared"


def test_sending_mails_the_archive_and_stops_all_that_we_send(noord: Agency, claim: Invoice) -> None:
    nights.plan(date(2026, 2, 25))
    assert Notice.objects.filter(debtor=claim.debtor, state="planned").exists()
    handoff = submitted(claim)

    mail = mail_to_agency()
    assert (mail.to_address, mail.document) == ("in@noord.test", handoff.archive)
    assert handoff.sha256 in mail.body_text
    assert "€ 1.014,18" in mail.body_text
    case = Case.objects.get(invoice=claim)
    assert (case.state, case.next_look_on) == ("handed_over", None)
    assert not Notice.objects.filter(debtor=claim.debtor, state__in=["planned", "approved", "queued"]).exists()
    assert not Task.objects.open().filter(kind="handoff").exists()


def test_a_name_that_looks_like_html_stays_text_in_the_mail(noord: Agency, inside: Tenant) -> None:
    debtor = factories.debtor(kind="business", name="<img src=x> & Zn")
    submitted(factories.invoice(debtor, due=date(2026, 1, 10)))

    assert "&lt;img src=x&gt; &amp; Zn" in mail_to_agency().body_html


def test_money_that_still_comes_in_is_told_to_the_agency_the_same_day(noord: Agency, claim: Invoice) -> None:
    handoff = operations.accept(handoff=submitted(claim), agency_reference="N-77", by=actor())
    assert (handoff.state, handoff.agency_reference) == ("accepted", "N-77")

    payments.book_payment(debtor=claim.debtor, amount=Decimal("200.00"), received_on=TODAY, by=actor())

    mail = mail_to_agency()
    assert "N-77" in mail.subject_line
    assert "€ 200,00 ontvangen op factuur 2026-1" in mail.body_text
    assert Entry.objects.filter(verb="handoff.payment_reported", subject_id=handoff.public_id).count() == 1


def test_a_recall_tells_the_agency_and_the_ladder_goes_on_in_a_week(noord: Agency, claim: Invoice) -> None:
    handoff = operations.recall(handoff=submitted(claim), reason="regeling getroffen", by=actor())

    assert (handoff.state, handoff.ended_reason) == ("recalled", "regeling getroffen")
    assert "regeling getroffen" in mail_to_agency().body_text
    case = Case.objects.get(invoice=claim)
    assert (case.state, case.resume_on) == ("active", TODAY + timedelta(days=7))
    assert prepared(claim, by=actor(nights.at(TODAY + timedelta(days=8), 9))).total > handoff.total


def test_a_refusal_gives_the_claims_back(noord: Agency, claim: Invoice) -> None:
    operations.refuse(handoff=submitted(claim), reason="te klein", by=actor())

    assert Case.objects.get(invoice=claim).state == "active"
    assert queries.readiness(claim.debtor, [claim], day=TODAY).obstacle == ""


def test_a_closed_dossier_asks_what_to_do_with_what_is_left(noord: Agency, claim: Invoice) -> None:
    handoff = operations.accept(handoff=submitted(claim), agency_reference="N-77", by=actor())

    operations.close(handoff=handoff, reason="geen verhaal", by=actor())

    task = Task.objects.open().get(kind="end_of_ladder")
    assert (task.amount, task.note) == (Decimal("1014.18"), "geen verhaal")
    assert Case.objects.get(invoice=claim).state == "handed_over"  # not on the ladder by itself


def test_a_mail_that_the_agency_did_not_get_asks_for_a_person(noord: Agency, claim: Invoice) -> None:
    submitted(claim)
    mail = mail_to_agency()
    outbox.record_sent(message=mail, receipt=Receipt("p"), by=actor())

    outbox.record_bounce(message=mail, reason="550 no such user", by=actor())

    task = Task.objects.open().get(kind="handoff")
    assert (task.subject_kind, task.subject_id, task.note) == ("message", mail.public_id, "550 no such user")


STEPS = {
    "approve": lambda handoff, by: operations.approve(handoff=handoff, by=by),
    "submit": lambda handoff, by: operations.submit(handoff=handoff, by=by),
    "accept": lambda handoff, by: operations.accept(handoff=handoff, agency_reference="N", by=by),
    "refuse": lambda handoff, by: operations.refuse(handoff=handoff, reason="r", by=by),
    "recall": lambda handoff, by: operations.recall(handoff=handoff, reason="r", by=by),
    "close": lambda handoff, by: operations.close(handoff=handoff, reason="r", by=by),
    "cancel": lambda handoff, by: operations.cancel(handoff=handoff, reason="r", by=by),
}
ALLOWED = {
    "prepared": {"approve", "cancel"},
    "approved": {"submit", "cancel"},
    "submitted": {"accept", "refuse", "recall"},
    "accepted": {"recall", "close"},
    "refused": set(),
    "recalled": set(),
    "closed": set(),
    "cancelled": set(),
}
WAY = {
    "prepared": (),
    "approved": ("approve",),
    "submitted": ("approve", "submit"),
    "accepted": ("approve", "submit", "accept"),
    "refused": ("approve", "submit", "refuse"),
    "recalled": ("approve", "submit", "recall"),
    "closed": ("approve", "submit", "accept", "close"),
    "cancelled": ("cancel",),
}


@pytest.mark.parametrize("state", ALLOWED)
@pytest.mark.parametrize("step", STEPS)
def test_every_step_from_every_state(noord: Agency, claim: Invoice, state: str, step: str) -> None:
    handoff = prepared(claim)
    for before in WAY[state]:
        handoff = STEPS[before](handoff, actor())
    mails, entries = Message.objects.count(), Entry.objects.count()

    if step in ALLOWED[state]:
        assert STEPS[step](handoff, actor()).state != state
        return
    with pytest.raises(operations.HandoffIsNot):
        STEPS[step](handoff, actor())
    handoff.refresh_from_db()
    assert (handoff.state, Message.objects.count(), Entry.objects.count()) == (state, mails, entries)


def test_nothing_reaches_the_debtor_after_sending(noord: Agency, bakkerij: Tenant, claim: Invoice) -> None:
    submitted(claim)

    nights.plan(TODAY + timedelta(days=30))

    assert not Notice.objects.filter(debtor=claim.debtor).exists()


def test_who_did_it_is_in_the_log(noord: Agency, claim: Invoice) -> None:
    by: Actor = actor(label="Anna de Vries")
    operations.approve(handoff=prepared(claim), by=by)

    entry = Entry.objects.get(verb="handoff.approved")
    assert (entry.actor_label, entry.debtor_ref, entry.data["total"]) == ("Anna de Vries", claim.debtor_id, "1014.18")


STOPS: dict[str, tuple[Any, str]] = {
    "credit": (
        lambda claim: factories.credit_note(claim.debtor, amount="10.00"),
        "nog € 10,00 tegoed",
    ),
    "a hold on the debtor": (
        lambda claim: ladder.place_hold(debtor=claim.debtor, reason="overleg", by=actor()),
        "de debiteur is aangehouden",
    ),
    "a hold on the invoice": (
        lambda claim: ladder.place_hold(invoice=claim, reason="overleg", until=TODAY, by=actor()),
        "factuur 2026-1 is aangehouden",
    ),
    "a promise": (
        lambda claim: payments.make_promise(
            debtor=claim.debtor, invoices=[claim], amount=claim.principal, promised_for=TODAY, by=actor()
        ),
        "voor factuur 2026-1 is betaling beloofd; dat wacht tot en met 04-03-2026",
    ),
}


@pytest.mark.parametrize("name", STOPS)
def test_what_comes_up_while_a_dossier_waits_keeps_it_here(noord: Agency, claim: Invoice, name: str) -> None:
    stop, said = STOPS[name]
    handoff = approved(claim)
    stop(claim)

    with pytest.raises(operations.NotReady) as refusal:
        operations.submit(handoff=handoff, by=actor())

    assert said in str(refusal.value).replace("\N{NO-BREAK SPACE}", " ")
    handoff.refresh_from_db()
    assert handoff.state == "approved"
    assert not Message.objects.exists()
    operations.cancel(handoff=handoff, reason="x", by=actor())
    with pytest.raises(operations.NotReady):
        prepared(claim)


def test_a_dossier_that_does_not_add_up_leaves_a_task_and_the_night_goes_on(
    noord: Agency, claim: Invoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(*_: Any, **__: Any) -> None:
        raise dossier.DossierDoesNotAddUp("the interest is not the sum of the claims")

    monkeypatch.setattr(building, "build", build)
    Case.objects.update(why_code="handoff")

    assert operations.prepare_ready(by=actor()) == []
    assert "not the sum" in Task.objects.open().get(kind="handoff").note


def test_a_recall_locks_the_debtor_before_the_post(noord: Agency, claim: Invoice) -> None:
    """The wakeup of the post is a row that every sender writes: after the debtor, as everywhere else."""
    handoff = submitted(claim)

    with CaptureQueriesContext(connection) as captured:
        operations.recall(handoff=handoff, reason="regeling", by=actor())

    said = [query["sql"] for query in captured.captured_queries]
    locked = next(place for place, sql in enumerate(said) if "debtors_debtor" in sql and "FOR UPDATE" in sql)
    woken = next(place for place, sql in enumerate(said) if "tenants_wakeup" in sql)
    assert locked < woken


def test_a_text_that_a_spreadsheet_would_run_stays_text_in_the_table(noord: Agency, bedrijf: Debtor) -> None:
    claim = factories.invoice(bedrijf, due=date(2026, 1, 10), number="=1+1", description="@SUM(A1)")

    line = archive(prepared(claim))["vorderingen.csv"].decode("utf-8-sig").splitlines()[1]

    assert line.startswith("'=1+1;")
    assert ";'@SUM(A1);" in line


def test_every_invoice_has_a_file_of_its_own_whatever_the_files_are_called(noord: Agency, bedrijf: Debtor) -> None:
    """Packages call every PDF the same, and what unpacks an archive keeps one of a name."""
    names = {"2026-1": "factuur.pdf", "2026-2": "factuur.pdf", "2026-3": "../../etc/passwd"}
    claims = [
        factories.invoice(
            bedrijf,
            due=date(2026, 1, 10),
            number=number,
            files=(
                invoices.File(
                    filename=name, media_type="application/pdf", content=number.encode(), is_the_invoice=True
                ),
            ),
        )
        for number, name in names.items()
    ]

    held = archive(operations.prepare(debtor=bedrijf, invoices=claims, by=actor()))

    files = {name: content for name, content in held.items() if name.startswith("facturen/")}
    assert files == {
        "facturen/factuur.pdf": b"2026-1",
        "facturen/2026-2-factuur.pdf": b"2026-2",
        "facturen/_.._etc_passwd": b"2026-3",
    }


def test_a_mail_to_the_agency_that_somebody_takes_back_is_logged_and_asks_what_to_do(
    noord: Agency, claim: Invoice
) -> None:
    submitted(claim)
    mail = mail_to_agency()

    outbox.withdraw_message(message=mail, reason="verkeerd bureau", by=actor())

    mail.refresh_from_db()
    assert (mail.state, mail.ended_reason) == ("withdrawn", "verkeerd bureau")
    entry = Entry.objects.get(verb="message.withdrawn")
    assert (entry.actor_label, entry.reason, entry.debtor_ref) == ("Jan de Boer", "verkeerd bureau", claim.debtor_id)
    assert Task.objects.open().get(kind="handoff").note == "verkeerd bureau"
    with pytest.raises(outbox.MessageIsOnItsWay):
        outbox.withdraw_message(message=mail, reason="nog eens", by=actor())


def test_where_dossiers_go_is_in_the_log_with_what_it_was(noord: Agency) -> None:
    operations.change_agency(agency=noord, name="Incasso Noord", email="boef@noord.test", kind="agency", by=actor())

    entry = Entry.objects.filter(verb="tenant.settings_changed", subject_id=noord.public_id).order_by("pk").last()
    assert entry is not None
    assert (entry.data["was"], entry.data["now"]) == ({"email": "in@noord.test"}, {"email": "boef@noord.test"})


def test_a_claim_that_was_paid_since_somebody_chose_it_is_not_handed_over(noord: Agency, claim: Invoice) -> None:
    seen = Invoice.objects.get(pk=claim.pk)
    payments.book_payment(debtor=claim.debtor, amount=Decimal("1000.00"), received_on=TODAY, by=actor())

    with pytest.raises(operations.NotReady) as refusal:
        prepared(seen)
    assert "is voldaan" in str(refusal.value)
