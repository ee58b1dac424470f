"""Small rests: a few cents short, listed, written off together after a look, and reversed again."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from debtors.models import Debtor
from invoices.models import Invoice, Settlement
from payments import operations
from tenants.models import SecondLook, Tenant, TwoPersonRules, User
from tests import factories
from tests.conftest import TODAY, actor
from tests.dashboard.money_pages import csv_lines, monday, rows, words  # noqa: F401 - a fixture
from worklist import operations as worklist
from worklist.models import Task, TaskKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Login = Callable[[User], Client]


@pytest.fixture
def client(bookkeeper: User, login: Login) -> Client:
    return login(bookkeeper)


@pytest.fixture
def at(bakkerij: Tenant) -> Callable[[str], str]:
    return lambda rest: f"/a/{bakkerij.slug}/{rest}"


@pytest.fixture
def rests(bedrijf: Debtor) -> list[Invoice]:
    """Give two invoices with a rest of 1,75 and 2,50; beside them one with 2,51 and one of 2,00 that is all unpaid."""
    made = []
    for number, short in enumerate(("1.75", "2.50", "2.51")):
        invoice = factories.invoice(bedrijf, amount="100.00", number=f"R-{number}", due=TODAY + timedelta(days=9))
        paid = Decimal("100.00") - Decimal(short)
        operations.book_payment(debtor=bedrijf, amount=paid, received_on=TODAY, designated=[invoice], by=actor())
        made.append(Invoice.objects.get(pk=invoice.pk))
    factories.invoice(bedrijf, amount="2.00", number="K-1", due=TODAY + timedelta(days=9))
    return made[:2]


def test_only_what_is_small_and_partly_paid_is_listed(client: Client, at: Any, rests: list[Invoice]) -> None:
    page = client.get(at("restanten/"))

    listed = rows(page, "Kleine restanten")
    assert [row[1] for row in listed[1:-1]] == ["R-0", "R-1"]
    assert listed[-1][1] == "2 facturen"
    assert listed[-1][-1] == "€ 4,25"
    assert len(csv_lines(client, at("restanten/"))) == 3
    assert len(csv_lines(client, at("restanten/?q=R-1"))) == 2
    assert "Geen restant past bij deze filters" in words(client.get(at("restanten/?q=zzz")))


def test_the_figure_of_the_bank_leads_to_the_list_that_adds_up(client: Client, at: Any, rests: list[Invoice]) -> None:
    factories.bank_account(on=TODAY)

    stat = next(one for one in client.get(at("bank/")).context["stats"] if one.label == "Kleine restanten")

    assert (stat.value, stat.note) == ("€ 4,25", "2 facturen")
    assert rows(client.get(stat.url), "Kleine restanten")[-1][-1] == "€ 4,25"


def test_they_are_written_off_together_and_their_tasks_are_done(
    client: Client, at: Any, bedrijf: Debtor, rests: list[Invoice]
) -> None:
    worklist.add_task(
        kind=TaskKind.SMALL_REST,
        subject_kind="invoice",
        subject_id=rests[0].public_id,
        debtor=bedrijf,
        due_on=TODAY,
        by=actor(),
    )
    chosen = {"ids": [one.public_id for one in rests]}

    asked = client.post(at("restanten/afboeking/"), chosen)
    assert "2 facturen, samen € 4,25." in words(asked)
    assert Invoice.objects.open().filter(pk__in=[one.pk for one in rests]).count() == 2
    done = client.post(at("restanten/afboeking/"), chosen | {"confirmed": "1", "reason": "klein"}, follow=True)

    assert "2 restanten afgeboekt." in words(done)
    assert not Invoice.objects.open().filter(pk__in=[one.pk for one in rests]).exists()
    assert sorted(Settlement.objects.filter(kind="write_off").values_list("to_principal", flat=True)) == [
        Decimal("1.75"),
        Decimal("2.50"),
    ]
    assert not Task.objects.open().filter(kind=TaskKind.SMALL_REST).exists()
    assert "Geen kleine restanten" in words(client.get(at("restanten/")))


def test_a_write_off_can_be_reversed(client: Client, at: Any, rests: list[Invoice]) -> None:
    form = {"ids": [rests[0].public_id], "confirmed": "1", "reason": "klein"}
    client.post(at("restanten/afboeking/"), form)
    booked = Settlement.objects.get(kind="write_off")

    client.post(at(f"boekingen/{booked.public_id}/terugdraaien/"), {"reason": "toch niet"})

    assert Invoice.objects.get(pk=rests[0].pk).open_amount == Decimal("1.75")


def test_what_was_paid_meanwhile_is_left_alone(client: Client, at: Any, bedrijf: Debtor, rests: list[Invoice]) -> None:
    ids = ",".join(one.public_id for one in rests)
    operations.book_payment(
        debtor=bedrijf, amount=Decimal("1.75"), received_on=TODAY, designated=[rests[0]], by=actor()
    )

    done = client.post(at("restanten/afboeking/"), {"ids": ids, "confirmed": "1", "reason": "klein"}, follow=True)

    assert "1 restant afgeboekt." in words(done)
    assert Settlement.objects.filter(kind="write_off").count() == 1


def test_nothing_chosen_or_no_reason_is_said(client: Client, at: Any, rests: list[Invoice]) -> None:
    assert "Kies eerst een of meer regels." in words(client.post(at("restanten/afboeking/"), follow=True))
    form = {"ids": [rests[0].public_id], "confirmed": "1", "reason": ""}
    assert client.post(at("restanten/afboeking/"), form).status_code == 422
    assert not Settlement.objects.filter(kind="write_off").exists()


def test_where_two_people_are_wanted_the_second_is_asked(
    client: Client, at: Any, owner: User, rests: list[Invoice]
) -> None:
    TwoPersonRules.objects.create(write_offs=True)

    client.post(at("restanten/afboeking/"), {"ids": [rests[0].public_id], "confirmed": "1", "reason": "klein"})

    assert SecondLook.objects.get().state == "waiting"
    assert Invoice.objects.get(pk=rests[0].pk).is_open


def test_who_may_not_approve_sees_the_list_and_no_more(
    reader: User, login: Login, at: Any, rests: list[Invoice]
) -> None:
    client = login(reader)

    assert client.get(at("restanten/")).status_code == 200
    assert "Boek af" not in words(client.get(at("restanten/")))
    assert client.post(at("restanten/afboeking/"), {"ids": [rests[0].public_id]}).status_code == 403


def test_the_number_of_queries_does_not_grow(
    client: Client, at: Any, bedrijf: Debtor, rests: list[Invoice], django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(at("restanten/"))
    with CaptureQueriesContext(connection) as few:
        client.get(at("restanten/"))
    for number in range(5):
        other = factories.debtor()
        invoice = factories.invoice(other, amount="50.00", number=f"S-{number}", due=TODAY + timedelta(days=3))
        operations.book_payment(debtor=other, amount=Decimal("49.00"), received_on=TODAY, by=actor())

    with django_assert_num_queries(len(few.captured_queries)):
        client.get(at("restanten/"))
    assert invoice is not None
