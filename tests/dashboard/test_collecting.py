"""Direct debit and refunds in the browser, through the front door: from creditor id to the file for the bank."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from correspondence.models import Message
from debtors.models import Debtor
from payments import awaited, operations
from payments.models import CreditorSettings, DirectDebit, DirectDebitBatch, Mandate, Payment, Refund
from payments.operations import debits
from tenants.context import tenant_context
from tenants.models import Tenant, TwoPersonRules, User
from tests import factories, nights
from tests.conftest import TODAY, actor
from tests.payments.test_refunds import line

pytestmark = pytest.mark.django_db

COLLECT_ON = date(2026, 3, 16)
IBAN = "NL20INGB0001234567"
CREDITOR_ID = "NL69ZZZ123456780000"
Login = Callable[[User], Client]


@pytest.fixture(autouse=True)
def today() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(nights.at(TODAY, 10), tick=False) as traveller:
        yield traveller


@pytest.fixture
def client(owner: User, login: Login) -> Client:
    return login(owner)


def here(path: str) -> str:
    return f"/a/bakkerij-de-vries/{path}"


@pytest.fixture
def creditor(bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        operations.change_creditor_settings(
            creditor_id=CREDITOR_ID, scheme="CORE", notify_days=14, pain_version="pain.008.001.08", by=actor()
        )


@pytest.fixture
def smit(bakkerij: Tenant, creditor: None) -> Debtor:
    """A debtor with a mandate and an invoice that is due on the day of the batch."""
    with tenant_context(bakkerij.pk):
        debtor = factories.debtor(number="20001", name="Bouwbedrijf Smit B.V.", kind="business")
        operations.register_mandate(
            debtor=debtor, iban=IBAN, account_holder="Smit", signed_on=date(2026, 1, 5), by=actor()
        )
        factories.invoice(debtor, due=COLLECT_ON, amount="121.00", number="2026-1")
    return debtor


def text(answer: Any) -> str:
    return str(answer.content.decode())


# --- Settings


def test_the_creditor_id_is_checked_at_its_field_and_kept(client: Client, bakkerij: Tenant) -> None:
    page = here("instellingen/incasso/")
    given = {
        "creditor_id": "NL00ZZZ123456780000",
        "scheme": "CORE",
        "notify_days": "14",
        "pain_version": "pain.008.001.08",
    }

    wrong = client.post(page, given)
    right = client.post(page, given | {"creditor_id": "NL69 ZZZ1 2345 6780 000".replace(" ", "")})

    assert wrong.status_code == 422
    assert "is geen geldig incassant-ID" in text(wrong)
    assert right.status_code == 302
    assert CREDITOR_ID in text(client.get(here("instellingen/")))
    assert "Laatst gewijzigd door" in text(client.get(page))
    with tenant_context(bakkerij.pk):
        assert CreditorSettings.objects.get().creditor_id == CREDITOR_ID


# --- Mandates


def test_without_a_creditor_id_the_lists_say_what_comes_first(client: Client) -> None:
    for path in ("machtigingen/", "incassobatches/", "incassobatches/nieuw/"):
        answer = client.get(here(path))
        assert answer.status_code == 200
        assert here("instellingen/incasso/") in text(answer)


def test_a_mandate_is_registered_with_its_signed_form(client: Client, bakkerij: Tenant, creditor: None) -> None:
    with tenant_context(bakkerij.pk):
        debtor = factories.debtor(name="Bouwbedrijf Smit B.V.", kind="business")
    page = here(f"machtigingen/nieuw/?debiteur={debtor.public_id}")
    given = {
        "iban": "NL20 INGB 0001 2345 68",
        "account_holder": "Smit",
        "signed_on": "05-01-2026",
        "scheme": "CORE",
        "is_one_off": "recurring",
        "collects_invoices": "on",
    }

    wrong = client.post(page, given)
    scan = SimpleUploadedFile("scan.pdf", b"%PDF-1.7 getekend")
    right = client.post(page, given | {"iban": "NL20 INGB 0001 2345 67", "form": scan}, follow=True)

    assert wrong.status_code == 422
    assert "is geen geldig IBAN" in text(wrong)
    assert "NL20 INGB 0001 2345 67" in text(right)
    with tenant_context(bakkerij.pk):
        made = Mandate.objects.get()
    kept = client.get(here(f"machtigingen/{made.public_id}/getekend/"))
    assert kept.content == b"%PDF-1.7 getekend"
    assert made.reference in text(client.get(here(f"debiteuren/{debtor.public_id}/?tab=afspraken")))
    assert "Bouwbedrijf Smit" in text(client.get(here("machtigingen/?q=INGB")))


def test_the_form_to_sign_is_a_pdf_in_the_debtors_language(client: Client, smit: Debtor, bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        mandate = Mandate.objects.get()

    for path in (f"machtigingen/{mandate.public_id}/formulier.pdf", "machtigingen/formulier.pdf"):
        answer = client.get(here(path))
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
        assert answer.content.startswith(b"%PDF")


def test_a_mandate_ends_with_a_reason_and_its_page_says_so(client: Client, smit: Debtor, bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        mandate = Mandate.objects.get()
    page = here(f"machtigingen/{mandate.public_id}/")

    assert client.post(f"{page}einde/", {"reason": ""}).status_code == 422
    client.post(f"{page}einde/", {"reason": "opgezegd per brief"})

    assert "opgezegd per brief" in text(client.get(page))


# --- Batches


def test_from_preview_to_file(client: Client, smit: Debtor, bakkerij: Tenant, today: Any) -> None:
    preview = client.get(here("incassobatches/nieuw/"))
    assert "2026-1" in text(preview)
    assert "121,00" in text(preview)
    mark = preview.context["mark"]
    assert client.post(here("incassobatches/nieuw/"), {"collect_on": "16-03-2026", "gezien": "x"}).context["changed"]

    made = client.post(here("incassobatches/nieuw/"), {"collect_on": "16-03-2026", "gezien": mark}, follow=True)

    page = made.redirect_chain[-1][0]
    assert "voorstel" in text(made)
    client.post(f"{page}goedkeuring/")
    with tenant_context(bakkerij.pk):
        assert Message.objects.get().subject_kind == "debit"
    assert "bericht gekregen" in text(client.get(page))
    today.move_to(nights.at(COLLECT_ON - timedelta(days=4), 10))
    client.post(f"{page}verzending/")
    file = client.get(f"{page}bestand/")
    assert b"pain.008.001.08" in file.content
    assert "attachment" in file.headers["Content-Disposition"]
    with tenant_context(bakkerij.pk):
        money = line("121.00", value_on=COLLECT_ON, description=awaited.awaited_credits()[0].reference)
        debits.batch_collected(line=money, credit=awaited.awaited_credits()[0], by=actor(nights.at(COLLECT_ON, 9)))
    assert "betaald, terug te draaien tot 11-05-2026" in text(client.get(page))
    assert "verwerkt" in text(client.get(here("incassobatches/")))


def test_what_is_left_out_is_not_collected(client: Client, smit: Debtor, bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        factories.invoice(smit, due=COLLECT_ON, amount="9.00", number="2026-2")
    preview = client.get(here("incassobatches/nieuw/"))
    first = preview.context["lines"][0]

    client.post(
        here("incassobatches/nieuw/"),
        {"collect_on": "16-03-2026", "gezien": preview.context["mark"], "weg": [first.key]},
    )

    with tenant_context(bakkerij.pk):
        assert [one.invoice.number for one in DirectDebit.objects.select_related("invoice")] == ["2026-2"]


def test_a_day_on_which_banks_rest_is_refused_at_the_field(client: Client, smit: Debtor) -> None:
    answer = client.get(here("incassobatches/nieuw/?collect_on=21-03-2026"))

    assert answer.status_code == 422
    assert "Banken schrijven op 21-03-2026 niet af. De eerste dag daarna is 23-03-2026." in text(answer)


def test_why_something_is_not_in_the_batch_is_said(client: Client, smit: Debtor, bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        operations.block_mandate(mandate=Mandate.objects.get(), code="AC04", by=actor())

    answer = client.get(here("incassobatches/nieuw/"))

    assert "machtiging geblokkeerd" in text(answer)
    assert "Maak de batch" not in text(answer)


def test_who_made_the_batch_is_told_that_another_must_approve(
    client: Client, smit: Debtor, bakkerij: Tenant, bookkeeper: User, login: Login
) -> None:
    mark = client.get(here("incassobatches/nieuw/")).context["mark"]
    page = client.post(here("incassobatches/nieuw/"), {"collect_on": "16-03-2026", "gezien": mark}).headers["Location"]
    with tenant_context(bakkerij.pk):
        TwoPersonRules.objects.create(debit_batches=True)

    mine = client.post(f"{page}goedkeuring/")
    theirs = login(bookkeeper).post(f"{page}goedkeuring/")

    assert mine.status_code == 422
    assert "Dit moet iemand anders doen" in text(mine)
    assert theirs.status_code == 302


def test_a_batch_is_taken_back_with_a_reason(client: Client, smit: Debtor, bakkerij: Tenant) -> None:
    with tenant_context(bakkerij.pk):
        batch = operations.propose_batch(collect_on=COLLECT_ON, by=actor())
    page = here(f"incassobatches/{batch.public_id}/")

    client.post(f"{page}intrekking/", {"reason": "verkeerde dag"})

    assert "verkeerde dag" in text(client.get(page))


# --- Refunds


@pytest.fixture
def overpaid(bakkerij: Tenant) -> Payment:
    with tenant_context(bakkerij.pk):
        debtor = factories.debtor(name="Petra Jansen")
        factories.invoice(debtor, amount="60.00")
        return operations.book_payment(
            debtor=debtor, amount=Decimal(100), received_on=TODAY, payer_iban=IBAN, payer_name="P. Jansen", by=actor()
        )


def test_from_credit_to_the_file_with_the_refund(client: Client, overpaid: Payment, bakkerij: Tenant) -> None:
    page = here(f"terugbetalingen/nieuw/?betaling={overpaid.public_id}")
    form = text(client.get(page))
    assert f'value="{IBAN}"' in form
    assert 'value="40,00"' in form
    given = {"amount": "40,01", "via": "bank", "iban": IBAN, "name": "P. Jansen"}

    wrong = client.post(page, given)
    client.post(page, given | {"amount": "40,00"})

    assert wrong.status_code == 422
    assert "vul hoogstens € 40,00 in" in text(wrong)
    with tenant_context(bakkerij.pk):
        refund = Refund.objects.get()
    client.post(here(f"terugbetalingen/{refund.public_id}/goedkeuring/"))
    assert "Maak het bestand" in text(client.get(here("terugbetalingen/")))
    client.post(here("terugbetalingen/verzending/"))
    file = client.get(here(f"terugbetalingen/{refund.public_id}/bestand/"))
    assert b"pain.001.001.09" in file.content
    client.post(here(f"terugbetalingen/{refund.public_id}/uitkomst/"), {"outcome": "done"})
    listed = client.get(here("terugbetalingen/"))
    assert "terugbetaald" in text(listed)
    assert "gaat terug" not in text(client.get(here("betalingen/")))


def test_without_a_payment_the_way_to_a_refund_is_the_credit(client: Client) -> None:
    assert client.get(here("terugbetalingen/nieuw/")).headers["Location"] == here("tegoeden/")
    assert client.get(here("terugbetalingen/nieuw/?betaling=bestaatniet000")).status_code == 404


# --- Who may, and at what cost


WRITES = (
    "machtigingen/{mandate}/einde/",
    "machtigingen/{mandate}/scan/",
    "incassobatches/{batch}/goedkeuring/",
    "incassobatches/{batch}/verzending/",
    "incassobatches/{batch}/intrekking/",
    "terugbetalingen/verzending/",
    "terugbetalingen/{refund}/goedkeuring/",
    "terugbetalingen/{refund}/intrekking/",
    "incassobatches/nieuw/",
)
READS = ("machtigingen/", "machtigingen/{mandate}/", "incassobatches/", "incassobatches/{batch}/", "terugbetalingen/")


@pytest.fixture
def everything(bakkerij: Tenant, smit: Debtor, overpaid: Payment) -> dict[str, str]:
    with tenant_context(bakkerij.pk):
        batch = operations.propose_batch(collect_on=COLLECT_ON, by=actor())
        refund = operations.propose_refund(
            payment=overpaid, amount=Decimal(10), via="bank", iban=IBAN, name="P. Jansen", by=actor()
        )
        return {
            "mandate": Mandate.objects.get().public_id,
            "batch": batch.public_id,
            "refund": refund.public_id,
        }


def test_a_reader_sees_and_does_nothing(reader: User, login: Login, everything: dict[str, str]) -> None:
    client = login(reader)

    assert {client.get(here(path.format(**everything))).status_code for path in READS} == {200}
    assert {client.post(here(path.format(**everything))).status_code for path in WRITES} == {403}


def test_a_stranger_finds_nothing(stranger: User, login: Login, everything: dict[str, str]) -> None:
    client = login(stranger)

    for path in (*READS, *WRITES):
        assert client.get(here(path.format(**everything))).status_code == 404
        assert client.get(f"/a/garage-jansen/{path.format(**everything)}").status_code in {200, 302, 404, 405}
        assert "Smit" not in text(client.get(f"/a/garage-jansen/{path.format(**everything)}", follow=True))


def test_lists_ask_the_same_however_long_they_are(client: Client, everything: dict[str, str], bakkerij: Tenant) -> None:
    paths = [here(path.format(**everything)) for path in READS]
    before = [_queries(client, path) for path in paths]
    with tenant_context(bakkerij.pk):
        for number in range(4):
            debtor = factories.debtor(kind="business", iban="")
            operations.register_mandate(
                debtor=debtor, iban=IBAN, account_holder="X", signed_on=date(2026, 1, 5), by=actor()
            )
            factories.invoice(debtor, due=COLLECT_ON + timedelta(days=number))
            payment = operations.book_payment(
                debtor=factories.debtor(), amount=Decimal(10), received_on=TODAY, by=actor()
            )
            operations.propose_refund(payment=payment, amount=Decimal(5), via="bank", iban=IBAN, name="X", by=actor())
        later = operations.propose_batch(collect_on=COLLECT_ON + timedelta(days=7), by=actor())
        assert later.count == 4
        everything = everything | {"batch": later.public_id}

    assert [_queries(client, here(path.format(**everything))) for path in READS] == before


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


@pytest.mark.parametrize("path", ["machtigingen/", "incassobatches/", "terugbetalingen/", "incassobatches/{batch}/"])
def test_lists_go_out_as_files(client: Client, everything: dict[str, str], path: str) -> None:
    answer = client.get(here(path.format(**everything)) + "?formaat=csv")

    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.content.count(b"\r\n") == 2


def test_the_batch_in_the_list_adds_up_to_its_collections(
    client: Client, everything: dict[str, str], bakkerij: Tenant
) -> None:
    with tenant_context(bakkerij.pk):
        batch = DirectDebitBatch.objects.get()

    listed, page = client.get(here("incassobatches/")), client.get(here(f"incassobatches/{batch.public_id}/"))

    assert listed.context["total"] == sum(row.amount for row in page.context["rows"]) == Decimal(121)


def test_what_waits_for_somebody_is_on_vandaag(client: Client, everything: dict[str, str]) -> None:
    shown = text(client.get(here("vandaag/")))

    assert "Incassobatches goedkeuren" in shown
    assert "Terugbetalingen goedkeuren" in shown
    assert f"{here('incassobatches/')}?stand=proposed" in shown
