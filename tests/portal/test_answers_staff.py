"""What staff sees and does with what a debtor said on his page."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from answers import operations
from answers.models import Answer, AnswerFile
from debtors.models import Contact, Debtor
from invoices.models import Dispute
from tenants.context import tenant_context
from tenants.models import Tenant, User
from tests import nights
from tests.conftest import TODAY
from tests.portal.answering import PDF, Visitor, text_of, upload, visitor
from worklist.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(nights.at(TODAY, 12), tick=False):
        yield


@pytest.fixture
def petra(bakkerij: Tenant) -> Visitor:
    return visitor(bakkerij)


@pytest.fixture
def staff(bookkeeper: User, login: Callable[[User], Client]) -> Client:
    return login(bookkeeper)


HERE = "/a/bakkerij-de-vries"


def task_of(petra: Visitor) -> str:
    with tenant_context(petra.tenant.pk):
        return f"{HERE}/taken/{Task.objects.get().public_id}/"


def test_a_question_is_on_vandaag_on_the_card_and_on_its_task(petra: Visitor, staff: Client) -> None:
    petra.client.cookies["taal"] = "fr"
    petra.says("vraag/", text="Pourquoi <b>cette</b> facture ?", email="p@ailleurs.test")

    assert "Vraag van een debiteur" in text_of(staff.get(f"{HERE}/vandaag/"))
    card = text_of(staff.get(f"{HERE}/debiteuren/{petra.debtor.public_id}/"))
    assert "Petra Jansen, via de betaalpagina" in card
    assert f'href="{task_of(petra)}"' in card
    page = text_of(staff.get(task_of(petra)))
    assert "Pourquoi &lt;b&gt;cette&lt;/b&gt; facture ?" in page
    assert "Français" in page
    assert "mailto:p@ailleurs.test?subject=" in page


def test_a_file_is_kept_and_never_run(petra: Visitor, staff: Client, login: Callable[[User], Client]) -> None:
    petra.says("vraag/", text="Zie bijlage", file=upload(PDF, "bon.pdf"))
    with tenant_context(petra.tenant.pk):
        url = f"{HERE}/antwoorden/bestanden/{AnswerFile.objects.get().public_id}/"
    assert url in staff.get(task_of(petra)).content.decode()

    answer = staff.get(url)

    assert answer.content == PDF
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bon.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert Client().get(url).status_code == 302
    assert Client().get(f"{petra.path}antwoorden/bestanden/x/").status_code == 404


def test_data_are_taken_over_by_one_click(petra: Visitor, staff: Client) -> None:
    petra.says("gegevens/", street="Nieuwstraat 9", postcode="3511 AA", city="Utrecht", email="petra@nieuw.test")
    task = task_of(petra)
    page = text_of(staff.get(task))
    assert "Kerkweg 12" in page
    assert "Nieuwstraat 9" in page
    with tenant_context(petra.tenant.pk):
        answer = Answer.objects.get()

    went = staff.post(f"{HERE}/antwoorden/{answer.public_id}/overname/?taak={task.split('/')[-2]}", follow=True)

    assert "De gegevens zijn overgenomen." in text_of(went)
    with tenant_context(petra.tenant.pk):
        debtor = Debtor.objects.get(pk=petra.debtor.pk)
        assert (debtor.street, debtor.postcode, debtor.city) == ("Nieuwstraat 9", "3511 AA", "Utrecht")
        assert Contact.objects.get(debtor=debtor).email == "petra@nieuw.test"
        assert Task.objects.get().outcome == "overgenomen"
        assert Answer.objects.get().decided_by == "Jan de Boer"
    again = staff.post(f"{HERE}/antwoorden/{answer.public_id}/weigering/", follow=True)
    assert "heeft Jan de Boer al beslist" in text_of(again)


def test_data_that_are_refused_stay_as_they_were(petra: Visitor, staff: Client) -> None:
    petra.says("gegevens/", city="Utrecht")
    with tenant_context(petra.tenant.pk):
        answer = Answer.objects.get()

    staff.post(f"{HERE}/antwoorden/{answer.public_id}/weigering/")

    with tenant_context(petra.tenant.pk):
        assert Debtor.objects.get(pk=petra.debtor.pk).city == "Amersfoort"
        assert Answer.objects.get().decision == "refused"
        assert Task.objects.get().done_at is not None


def test_data_of_a_debtor_whose_contact_is_gone_make_a_new_one(petra: Visitor) -> None:
    petra.says("gegevens/", email="petra@nieuw.test")
    with tenant_context(petra.tenant.pk):
        Contact.objects.all().delete()

        operations.accept_details(answer=Answer.objects.get(), by=nights.bookkeeper(nights.at(TODAY, 13)))

        assert Contact.objects.get().email == "petra@nieuw.test"


def test_a_dispute_shows_its_words_and_file_and_its_task_ends_with_it(petra: Visitor, staff: Client) -> None:
    petra.says(
        "bezwaar/",
        claim=petra.invoices[0].public_id,
        reason="defect",
        scope="whole",
        text="De taart was ingezakt",
        file=upload(PDF, "foto.pdf"),
    )
    with tenant_context(petra.tenant.pk):
        url = f"{HERE}/geschillen/{Dispute.objects.get().public_id}/"
    assert url in staff.get(task_of(petra)).content.decode()

    page = text_of(staff.get(url))
    assert page.count("De taart was ingezakt") == 1
    assert "foto.pdf" in page
    assert "De debiteur leest uw antwoord op zijn betaalpagina." in page
    staff.post(f"{url}antwoord/", {"how": "rejected", "resolution": "Hij was heel."})

    with tenant_context(petra.tenant.pk):
        assert Task.objects.get().done_at is not None
    assert "Hij was heel." in text_of(petra.get())


def test_a_reader_decides_nothing(
    petra: Visitor, reader: User, login: Callable[[User], Client], stranger: User, garage: Tenant
) -> None:
    petra.says("gegevens/", city="Utrecht")
    with tenant_context(petra.tenant.pk):
        answer = Answer.objects.get()
    url = f"antwoorden/{answer.public_id}/overname/"

    assert login(reader).post(f"{HERE}/{url}").status_code == 403
    assert "Neem over" not in text_of(login(reader).get(task_of(petra)))
    assert login(stranger).post(f"{HERE}/{url}").status_code == 404
    assert login(stranger).post(f"/a/{garage.slug}/{url}").status_code == 404
    with tenant_context(petra.tenant.pk):
        assert not Answer.objects.get().decision


def test_a_card_asks_as_much_for_many_answers_as_for_one(petra: Visitor, staff: Client) -> None:
    card = f"{HERE}/debiteuren/{petra.debtor.public_id}/?tab=afspraken"

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert staff.get(card).status_code == 200
        return len(asked)

    petra.says("gegevens/", city="Utrecht", text="een")
    petra.says("al-betaald/", paid_on="2026-02-27")
    few = queries()
    for number in range(3):
        petra.says("gegevens/", city=f"Utrecht {number}")
        petra.says("al-betaald/", paid_on="2026-02-27", file=upload(PDF))

    assert queries() == few


def test_the_page_asks_as_much_for_many_claims_and_answers_as_for_one(bakkerij: Tenant) -> None:
    def queries(who: Visitor) -> int:
        who.get()  # the first visit is written down
        with CaptureQueriesContext(connection) as asked:
            assert who.get().status_code == 200
        return len(asked)

    def answered(amounts: list[str]) -> Visitor:
        who = visitor(bakkerij, amounts=amounts)
        for invoice in who.invoices:
            who.says("bezwaar/", claim=invoice.public_id, reason="price", scope="part", amount="1", text="Te duur")
            who.says("al-betaald/", paid_on="2026-02-27", claims=[invoice.public_id])
            who.says("vraag/", text="Hoe kan dat?")
        who.says("later/", promised_for=(TODAY + timedelta(days=1)).isoformat(), claims=[who.invoices[0].public_id])
        return who

    assert queries(answered(["10.00", "20.00", "30.00"])) == queries(answered(["10.00"]))
