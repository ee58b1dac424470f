"""What a debtor answers on his page, and what comes of it: stories through the front door."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from answers.models import Answer, AnswerFile
from audit.models import Entry
from common.calendar import add_working_days
from debtors.models import Debtor
from dunning import operations as ladder
from dunning.models import Hold
from invoices import operations as claims
from invoices.models import Dispute
from payments.models import Arrangement, Promise
from tenants.context import tenant_context
from tenants.models import Tenant
from tests import nights
from tests.conftest import TODAY
from tests.portal.answering import HEIC, PDF, Visitor, picture, text_of, upload, visitor
from worklist.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(nights.at(TODAY, 12), tick=False) as clock:
        yield clock


@pytest.fixture
def petra(bakkerij: Tenant) -> Visitor:
    return visitor(bakkerij)


def iso(day: date) -> str:
    return day.isoformat()


# --- Later


def test_a_promise_within_the_limits_is_noted_at_once(bakkerij: Tenant, petra: Visitor) -> None:
    friday = TODAY + timedelta(days=4)

    said = petra.says("later/", promised_for=iso(friday), text="Vrijdag krijg ik loon")

    assert "Uw toezegging is genoteerd" in said
    assert "10 maart 2026" in said  # two banking days after the Friday
    with tenant_context(bakkerij.pk):
        promise = Promise.objects.get()
        assert (promise.amount, promise.promised_for) == (Decimal("121.00"), friday)
        assert promise.note == "Vrijdag krijg ik loon"
        entry = Entry.objects.get(verb="promise.made")
        assert (entry.actor_kind, entry.actor_label) == ("debtor", "Petra Jansen")
        assert not Task.objects.exists()
    assert "U betaalt € 121,00 op 6 maart 2026." in text_of(petra.get())


def test_a_second_promise_is_put_to_a_person(bakkerij: Tenant, petra: Visitor) -> None:
    petra.says("later/", promised_for=iso(TODAY + timedelta(days=2)))

    said = petra.says("later/", promised_for=iso(TODAY + timedelta(days=9)), amount="50")

    assert "Uw voorstel ligt bij ons" in said
    assert "U hoort uiterlijk 5 maart 2026 van ons" in said
    with tenant_context(bakkerij.pk):
        assert Promise.objects.count() == 1
        assert Task.objects.get().kind == "second_promise"


def test_a_promise_names_some_of_the_invoices(bakkerij: Tenant) -> None:
    anna = visitor(bakkerij, amounts=("100.00", "50.00"))

    anna.says("later/", promised_for=iso(TODAY + timedelta(days=2)), claims=[anna.invoices[1].public_id])

    with tenant_context(bakkerij.pk):
        promise = Promise.objects.get()
        assert [row.invoice_id for row in promise.invoices.all()] == [anna.invoices[1].pk]
        assert promise.amount == Decimal("50.00")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "Vul dit in."),
        ({"promised_for": "ooit"}, "is geen datum"),
        ({"promised_for": "2026-03-01"}, "Een belofte is voor vandaag of later."),
        ({"promised_for": "2027-03-01"}, "U kunt hoogstens tot en met"),
        ({"promised_for": "2026-03-05", "amount": "veel"}, "is geen bedrag"),
        ({"promised_for": "2026-03-05", "amount": "121,01"}, "meer dan u voor deze facturen"),
    ],
)
def test_what_is_wrong_in_a_promise_is_said_and_nothing_is_lost(
    bakkerij: Tenant, petra: Visitor, given: dict[str, str], problem: str
) -> None:
    answer = petra.post("later/", **given, text="Ik krijg vrijdag loon")

    assert answer.status_code == 422
    assert problem in text_of(answer)
    assert "Ik krijg vrijdag loon" in text_of(answer)
    with tenant_context(bakkerij.pk):
        assert not Answer.objects.exists()
        assert not Promise.objects.exists()


def test_none_of_several_invoices_is_an_error_at_the_field(bakkerij: Tenant) -> None:
    anna = visitor(bakkerij, amounts=("100.00", "50.00"))

    answer = anna.post("later/", promised_for=iso(TODAY + timedelta(days=2)))

    assert answer.status_code == 422
    assert "Kies een of meer facturen." in text_of(answer)


# --- In parts


def test_a_plan_is_seen_before_it_is_proposed_and_agreed_at_once(bakkerij: Tenant) -> None:
    anna = visitor(bakkerij, amounts=("300.00",))
    plan = {"months": "3", "first_on": iso(TODAY + timedelta(days=3)), "first_amount": ""}

    seen = anna.get("termijnen/", **plan)

    assert seen.status_code == 200
    assert text_of(seen).count("€ 100,00") == 3
    assert "Dit kan meteen." in text_of(seen)
    with tenant_context(bakkerij.pk):
        assert not Arrangement.objects.exists()

    said = anna.says("termijnen/", **plan, text="Zo lukt het")

    assert "Uw betalingsregeling is afgesproken" in said
    with tenant_context(bakkerij.pk):
        made = Arrangement.objects.get()
        assert (made.state, made.by_debtor, made.note) == ("active", True, "Zo lukt het")
        assert [part.amount for part in made.instalments.order_by("number")] == [Decimal("100.00")] * 3
    shown = text_of(anna.get("termijnen/"))
    assert "Uw betalingsregeling" in shown
    assert shown.count("Betaal deze termijn") == 1


def test_a_plan_beyond_the_limits_becomes_a_proposal(bakkerij: Tenant) -> None:
    anna = visitor(bakkerij, amounts=("300.00",))
    plan = {"months": "12", "first_on": iso(TODAY + timedelta(days=3)), "first_amount": "30"}

    seen = text_of(anna.get("termijnen/", **plan))
    said = anna.says("termijnen/", **plan)

    assert "hoogstens 6 maanden" in seen
    assert "Uw voorstel ligt bij ons" in said
    with tenant_context(bakkerij.pk):
        assert Arrangement.objects.get().state == "proposed"
        assert Task.objects.filter(subject_kind="arrangement").exists()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"months": "99"}, "99"),
        ({"first_on": "2026-02-01"}, "Kies vandaag of een latere dag."),
        ({"first_on": "2026-12-01"}, "Kies een dag binnen drie maanden."),
        ({"first_amount": "x"}, "is geen bedrag"),
    ],
)
def test_what_is_wrong_in_a_plan_is_said(bakkerij: Tenant, change: dict[str, str], problem: str) -> None:
    anna = visitor(bakkerij, amounts=("300.00",))
    plan = {"months": "3", "first_on": iso(TODAY), "first_amount": "100,00"} | change

    for answer in (anna.get("termijnen/", **plan), anna.post("termijnen/", **plan)):
        assert answer.status_code == 422
        assert problem in text_of(answer)
    with tenant_context(bakkerij.pk):
        assert not Arrangement.objects.exists()


def test_who_does_not_offer_arrangements_has_no_door_and_no_form(bakkerij: Tenant, petra: Visitor) -> None:
    from payments.operations.arrangements import change_arrangement_terms

    with tenant_context(bakkerij.pk):
        change_arrangement_terms(is_offered=False, by=nights.bookkeeper(nights.at(TODAY, 9)))

    assert "in termijnen" not in text_of(petra.get())
    assert "Neem contact met ons op" in text_of(petra.get("termijnen/"))
    petra.post("termijnen/", months="3", first_on=iso(TODAY))
    with tenant_context(bakkerij.pk):
        assert not Arrangement.objects.exists()


# --- Not right


def dispute_of(petra: Visitor, **given: object) -> dict[str, object]:
    return {
        "claim": petra.invoices[0].public_id,
        "reason": "defect",
        "scope": "whole",
        "text": "De taart was ingezakt",
    } | given


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "foto van de taart.pdf", "application/pdf"),
        (picture("PNG"), "foto van de taart.png", "image/png"),
        (picture("JPEG"), "foto van de taart.jpg", "image/jpeg"),
        (HEIC, "foto van de taart.heic", "image/heic"),
    ],
)
def test_a_dispute_stops_the_ladder_and_keeps_the_file_as_it_came(
    bakkerij: Tenant, petra: Visitor, content: bytes, name: str, media_type: str
) -> None:
    sent = upload(content, rf"C:\mijn map\{name.rpartition('.')[0]}.exe", "application/x-msdownload")

    said = petra.says("bezwaar/", **dispute_of(petra, file=sent))

    assert "Uw bezwaar is ontvangen" in said
    assert "16 maart 2026" in said
    with tenant_context(bakkerij.pk):
        dispute = Dispute.objects.get()
        assert (dispute.reason, dispute.amount, dispute.note) == ("defect", None, "De taart was ingezakt")
        held = AnswerFile.objects.get()
        assert (held.filename, held.media_type, bytes(held.content)) == (name, media_type, content)
        task = Task.objects.get()
        assert (task.kind, task.subject_kind, task.subject_id) == ("new_dispute", "dispute", dispute.public_id)
        assert task.due_on == TODAY


def test_a_part_is_disputed_and_the_rest_stays_owed(bakkerij: Tenant, petra: Visitor) -> None:
    said = petra.says("bezwaar/", **dispute_of(petra, scope="part", amount="21,00"))

    assert "Over € 21,00 sturen wij u geen herinneringen" in said
    with tenant_context(bakkerij.pk):
        assert Dispute.objects.get().amount == Decimal("21.00")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"text": ""}, "Vul dit in."),
        ({"reason": "boos"}, "Kies wat er mis is."),
        ({"claim": "bestaatniet"}, "Kies een factuur."),
        ({"scope": "part"}, "Vul in om welk bedrag het gaat."),
        ({"scope": "part", "amount": "500"}, "vul hoogstens"),
        ({"file": upload(b"PK\x03\x04 een zip", "bewijs.pdf")}, "is geen PDF, JPG, PNG of HEIC"),
        ({"file": upload(b"<html><script>", "bewijs.png", "image/png")}, "is geen PDF, JPG, PNG of HEIC"),
        ({"file": upload(b"", "leeg.pdf")}, "Dit bestand is leeg."),
        ({"file": upload(PDF + bytes(10 * 1024 * 1024), "groot.pdf")}, "groter dan 10 MB"),
    ],
)
def test_what_is_wrong_in_a_dispute_is_said_at_the_field(
    bakkerij: Tenant, petra: Visitor, change: dict[str, object], problem: str
) -> None:
    answer = petra.post("bezwaar/", **dispute_of(petra, **change))

    assert answer.status_code == 422
    assert problem in text_of(answer)
    with tenant_context(bakkerij.pk):
        assert not Dispute.objects.exists()
        assert not AnswerFile.objects.exists()


def test_a_file_that_must_be_chosen_again_is_said_so(petra: Visitor) -> None:
    answer = petra.post("bezwaar/", **dispute_of(petra, text="", file=upload(PDF)))

    assert "Kies uw bestand opnieuw" in text_of(answer)


def test_a_dispute_is_withdrawn_while_nobody_answered(bakkerij: Tenant, petra: Visitor) -> None:
    petra.says("bezwaar/", **dispute_of(petra))
    page = f"bezwaar/{petra.invoices[0].public_id}/intrekking/"
    assert petra.path + page in petra.get().content.decode()

    said = petra.says(page)

    assert "Uw bezwaar is ingetrokken" in said
    with tenant_context(bakkerij.pk):
        assert Dispute.objects.get().outcome == "withdrawn"
        assert Task.objects.get().done_at is not None
    assert petra.get(page).status_code == 404


def test_an_answer_to_a_dispute_is_read_on_the_page_and_ends_withdrawing(bakkerij: Tenant, petra: Visitor) -> None:
    petra.says("bezwaar/", **dispute_of(petra))
    with tenant_context(bakkerij.pk):
        claims.resolve_dispute(
            dispute=Dispute.objects.get(),
            outcome="rejected",
            resolution="De taart was heel toen hij de winkel verliet.",
            by=nights.bookkeeper(nights.at(TODAY, 12)),
        )

    assert "De taart was heel toen hij de winkel verliet." in text_of(petra.get())
    answer = petra.post(f"bezwaar/{petra.invoices[0].public_id}/intrekking/")
    assert answer.status_code == 422
    assert "Dit is al beantwoord." in text_of(answer)


def test_what_staff_noted_of_a_conversation_is_not_shown_nor_withdrawn(bakkerij: Tenant, petra: Visitor) -> None:
    with tenant_context(bakkerij.pk):
        claims.open_dispute(
            invoice=petra.invoices[0], reason="price", note="lastig", by=nights.bookkeeper(nights.at(TODAY, 9))
        )

    assert "Bezwaar tegen" not in text_of(petra.get())
    assert petra.get(f"bezwaar/{petra.invoices[0].public_id}/intrekking/").status_code == 404


def test_a_second_dispute_of_one_invoice_is_refused(petra: Visitor) -> None:
    petra.says("bezwaar/", **dispute_of(petra))

    answer = petra.post("bezwaar/", **dispute_of(petra))

    assert answer.status_code == 422
    assert "ligt al een bezwaar bij ons" in text_of(answer)


# --- Already paid


def test_who_says_that_he_paid_is_looked_for_and_left_alone_a_few_days_once(bakkerij: Tenant, petra: Visitor) -> None:
    said = petra.says(
        "al-betaald/", paid_on="2026-02-27", iban="nl91 abna 0417 1643 00", text="Via mijn man", file=upload(PDF)
    )

    assert "Tot en met 9 maart 2026 sturen wij u" in said
    with tenant_context(bakkerij.pk):
        hold = Hold.objects.get()
        assert (hold.invoice_id, hold.until) == (petra.invoices[0].pk, add_working_days(TODAY, 5))
        assert hold.reason == "zegt op 27-02-2026 te hebben betaald"
        task = Task.objects.get()
        assert (task.kind, task.amount) == ("already_paid", Decimal("121.00"))
        answer = Answer.objects.get()
        assert answer.details["iban"] == "NL91ABNA0417164300"
        assert Entry.objects.filter(verb="answer.already_paid", debtor_ref=petra.debtor.pk).exists()

    again = petra.says("al-betaald/", paid_on="2026-02-27")

    assert "wachten niet nog eens" in again
    with tenant_context(bakkerij.pk):
        assert Hold.objects.count() == 1


def test_the_search_ends_when_the_money_is_found(bakkerij: Tenant, petra: Visitor) -> None:
    from payments import operations as payments

    petra.says("al-betaald/", paid_on="2026-02-27")
    assert "U zegt dat u al hebt betaald" in text_of(petra.get())

    with tenant_context(bakkerij.pk):
        by = nights.bookkeeper(nights.at(TODAY, 13))
        payments.book_payment(debtor=petra.debtor, amount=Decimal("121.00"), received_on=TODAY, by=by)
        assert Task.objects.get().done_at is not None


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"paid_on": "2026-03-03"}, "nog moet komen"),
        ({"paid_on": "2026-03-01", "iban": "NL00BANK0123456789"}, "geen geldig IBAN"),
        ({"paid_on": "2026-03-01", "file": upload(b"MZ\x90", "x.pdf")}, "is geen PDF"),
    ],
)
def test_what_is_wrong_in_a_payment_that_was_made_is_said(
    bakkerij: Tenant, petra: Visitor, given: dict[str, object], problem: str
) -> None:
    answer = petra.post("al-betaald/", **given)

    assert answer.status_code == 422
    assert problem in text_of(answer)
    with tenant_context(bakkerij.pk):
        assert not Hold.objects.exists()


# --- Data and questions


def test_data_are_kept_as_a_proposal_and_change_nothing(bakkerij: Tenant, petra: Visitor) -> None:
    said = petra.says("gegevens/", street="Nieuwstraat 9", city="Utrecht", phone="06 12345678")

    assert "uiterlijk 5 maart 2026" in said
    with tenant_context(bakkerij.pk):
        assert Debtor.objects.get(pk=petra.debtor.pk).street == "Kerkweg 12"
        answer = Answer.objects.get()
        assert answer.details["was"] == {"street": "Kerkweg 12", "city": "Amersfoort", "phone": ""}
        assert answer.details["now"] == {"street": "Nieuwstraat 9", "city": "Utrecht", "phone": "+31612345678"}
        assert Task.objects.get().kind == "contact_details"


def test_what_is_known_is_masked_on_the_page(petra: Visitor) -> None:
    seen = petra.get("gegevens/").content.decode()

    assert "d•••@p•••.test" in seen
    assert "@post.test" not in seen


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "Vul in wat er anders moet."),
        ({"street": "Kerkweg 12"}, "staat al zo bij ons"),
        ({"email": "geen adres"}, "geen geldig e-mailadres"),
        ({"phone": "123"}, "geen geldig telefoonnummer"),
        ({"postcode": "1111 AA"}, "ook straat en plaats"),
    ],
)
def test_what_is_wrong_in_data_is_said(petra: Visitor, given: dict[str, str], problem: str) -> None:
    answer = petra.post("gegevens/", **given)

    assert answer.status_code == 422
    assert problem in text_of(answer)


def test_a_question_becomes_a_task(bakkerij: Tenant, petra: Visitor) -> None:
    said = petra.says("vraag/", text="Waar was dit voor?", call="on", phone="030-2345678", file=upload(PDF))

    assert "Een medewerker belt u uiterlijk 5 maart 2026." in said
    with tenant_context(bakkerij.pk):
        answer, task = Answer.objects.get(), Task.objects.get()
        assert (answer.text, answer.details["call"]) == ("Waar was dit voor?", "+31302345678")
        assert (task.kind, task.subject_id) == ("question", answer.public_id)


def test_who_wants_to_be_called_says_where(petra: Visitor) -> None:
    answer = petra.post("vraag/", text="Waar was dit voor?", call="on")

    assert answer.status_code == 422
    assert "op welk nummer" in text_of(answer)


# --- Around it


ANSWERS = ("later/", "termijnen/", "al-betaald/", "bezwaar/", "gegevens/", "vraag/")


@pytest.mark.parametrize("language", ["nl", "en", "de", "fr"])
def test_every_page_speaks_four_languages(petra: Visitor, language: str) -> None:
    dutch = {page: text_of(petra.get(page)) for page in (*ANSWERS, "andere-facturen/")}
    for page, said in dutch.items():
        answer = petra.get(page, taal=language)
        assert answer.headers["Content-Language"] == language
        assert ("Terug naar het overzicht" in text_of(answer)) == (language == "nl")
        assert (text_of(answer) == said) == (language == "nl") or page


def test_what_is_kept_for_staff_is_dutch_whatever_the_debtor_reads(bakkerij: Tenant, petra: Visitor) -> None:
    petra.client.cookies["taal"] = "de"
    petra.says("al-betaald/", paid_on="2026-02-27")

    with tenant_context(bakkerij.pk):
        assert Hold.objects.get().reason == "zegt op 27-02-2026 te hebben betaald"
        assert Task.objects.get().title.startswith("Zoek de betaling van")
        assert Answer.objects.get().language == "de"


def test_after_a_handoff_only_a_question_is_left(bakkerij: Tenant, petra: Visitor) -> None:
    with tenant_context(bakkerij.pk):
        ladder.hand_over(invoices=petra.invoices, agency="Incasso X", by=nights.bookkeeper(nights.at(TODAY, 9)))

    seen = petra.get().content.decode()
    for page in ("later/", "termijnen/", "al-betaald/", "bezwaar/", "gegevens/"):
        assert petra.path + page not in seen
        assert "Hier kan niets meer worden doorgegeven" in text_of(petra.get(page))
        assert petra.post(page, promised_for=iso(TODAY), paid_on=iso(TODAY), street="X").status_code == 409
    assert petra.path + "vraag/" in seen
    petra.says("vraag/", text="Kan ik nog bij u terecht?")
    with tenant_context(bakkerij.pk):
        assert [answer.kind for answer in Answer.objects.all()] == ["question"]


def test_nothing_is_said_about_what_is_paid(bakkerij: Tenant, petra: Visitor) -> None:
    from payments import operations as payments

    with tenant_context(bakkerij.pk):
        by = nights.bookkeeper(nights.at(TODAY, 11))
        payments.book_payment(debtor=petra.debtor, amount=Decimal("121.00"), received_on=TODAY, by=by)

    assert "Er staat op deze pagina niets open." in text_of(petra.get("later/"))


def test_a_link_takes_a_days_worth_of_answers(bakkerij: Tenant, petra: Visitor, noon: time_machine.Traveller) -> None:
    for number in range(12):
        petra.says("vraag/", text=f"Vraag {number}")

    answer = petra.post("vraag/", text="En nog een")

    assert answer.status_code == 422
    assert "vandaag al veel doorgegeven" in text_of(answer)
    noon.shift(timedelta(hours=24))
    petra.says("vraag/", text="En nog een")


# --- Strangers


def test_a_link_says_nothing_about_another_debtors_invoice(bakkerij: Tenant, petra: Visitor) -> None:
    other = visitor(bakkerij, amounts=("10.00", "20.00"))
    theirs = other.invoices[0].public_id

    two = visitor(bakkerij, amounts=("30.00", "40.00"))
    for page, given in (
        ("later/", {"promised_for": iso(TODAY), "claims": [theirs]}),
        ("al-betaald/", {"paid_on": iso(TODAY), "claims": [theirs]}),
        ("bezwaar/", dispute_of(other)),
    ):
        assert two.post(page, **given).status_code == 422
    assert petra.get(f"bezwaar/{theirs}/intrekking/").status_code == 404
    assert petra.post(f"bezwaar/{theirs}/intrekking/").status_code == 404
    with tenant_context(bakkerij.pk):
        assert not Answer.objects.exists()


def test_a_link_says_nothing_about_an_invoice_that_it_does_not_name(bakkerij: Tenant) -> None:
    anna = visitor(bakkerij, amounts=("30.00", "40.00"))
    more = visitor(bakkerij, amounts=("50.00",), debtor=anna.debtor).invoices[0].public_id

    answer = anna.post("later/", promised_for=iso(TODAY), claims=[more])

    assert answer.status_code == 422
    assert anna.post("bezwaar/", **dispute_of(anna, claim=more)).status_code == 422
    assert anna.get(f"bezwaar/{more}/intrekking/").status_code == 404


def test_a_confirmation_is_read_by_its_own_link_only(bakkerij: Tenant, garage: Tenant, petra: Visitor) -> None:
    answer = petra.post("vraag/", text="Waar was dit voor?")
    page = answer.headers["Location"].removeprefix(petra.path)

    for other in (visitor(bakkerij), visitor(garage), visitor(bakkerij, debtor=petra.debtor)):
        assert other.get(page).status_code == 404
    assert petra.get(page).status_code == 200


def test_the_pages_of_a_link_that_is_not_there_are_not_there(petra: Visitor) -> None:
    broken = petra.path[:-3] + "xx/"
    for page in (*ANSWERS, "andere-facturen/", "andere-facturen/code/"):
        assert petra.client.get(broken + page).status_code == 404
        assert petra.client.post(broken + page).status_code == 404
