"""Two people for what matters: one asks or approves, another does it, and nobody does both."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from audit.models import Entry
from collections_handoff import operations as handoffs
from collections_handoff.models import Handoff
from common.actor import Actor, ActorKind
from debtors.models import Debtor
from invoices import operations as invoices
from invoices.models import Invoice
from tenants import two_persons
from tenants.models import Letterhead, Role, SecondLook, Tenant, TwoPersonRules, User
from tests import factories
from tests.conftest import _member, actor
from tests.dashboard.money_pages import monday, words  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Login = Callable[[User], Client]
BASE = "/a/bakkerij-de-vries/"
RULES, LOOKS = f"{BASE}instellingen/twee-personen/", f"{BASE}tweede-persoon/"
OLD, NEW = "NL91ABNA0417164300", "NL02ABNA0123456789"


@pytest.fixture
def controller(bakkerij: Tenant) -> User:
    return _member(bakkerij, Role.CONTROLLER, "controller@bakkerij.test", "Chris Controller")


@pytest.fixture
def claim(bedrijf: Debtor) -> Invoice:
    return factories.invoice(bedrijf, amount="300.00", due=date(2026, 2, 20), number="2026-1")


def want(**rules: bool) -> None:
    TwoPersonRules.objects.update_or_create(defaults=rules)


def said(user: User) -> Actor:
    return Actor(ActorKind.USER, actor().at, user.public_id, user.name)


def letterhead(client: Client, **changes: str) -> None:
    page = client.get(f"{BASE}instellingen/briefhoofd/")
    form = page.context["form"]
    given = {
        name: form.initial.get(name) or "" for name in form.fields if name not in {"logo", "remove_logo"}
    } | changes
    answer = client.post(f"{BASE}instellingen/briefhoofd/", given | changes)
    assert answer.status_code == 302, words(answer)


def test_a_write_off_waits_for_another_and_is_done_in_both_names(
    claim: Invoice, bookkeeper: User, controller: User, login: Login
) -> None:
    want(write_offs=True)
    jan, chris = login(bookkeeper), login(controller)
    ask = f"{BASE}facturen/{claim.public_id}/afboeking/"
    assert "Vraag afboeking" in words(jan.get(ask))

    jan.post(ask, {"amount": "300", "reason": "failliet"})

    claim.refresh_from_db()
    assert claim.open_amount == Decimal("300.00"), "nothing is written off yet"
    look = SecondLook.objects.get()
    assert "iemand anders keurt dit goed" in words(jan.get(LOOKS))
    assert "Wacht op een tweede persoon" in words(jan.get(f"{BASE}vandaag/"))
    refused = jan.post(f"{LOOKS}{look.public_id}/goedkeuring/")
    assert "Dit moet iemand anders doen" in words(refused)
    assert "€ 300,00 op factuur 2026-1" in words(chris.get(f"{LOOKS}{look.public_id}/goedkeuring/"))

    done = chris.post(f"{LOOKS}{look.public_id}/goedkeuring/", follow=True)

    claim.refresh_from_db()
    look.refresh_from_db()
    assert "Goedgekeurd en uitgevoerd." in words(done)
    assert (claim.is_open, look.state, look.decided_by) == (False, "approved", "Chris Controller")
    verbs = list(Entry.objects.filter(verb__startswith="second_look").order_by("pk").values_list("verb", "actor_label"))
    assert verbs == [("second_look.waiting", "Jan de Boer"), ("second_look.approved", "Chris Controller")]
    assert Entry.objects.get(verb="invoice.written_off").actor_label == "Chris Controller"
    again = chris.post(f"{LOOKS}{look.public_id}/goedkeuring/")
    assert "Dit is al goedgekeurd door Chris Controller." in words(again)


def test_the_rule_cannot_be_passed_by_another_door(claim: Invoice, bookkeeper: User) -> None:
    want(write_offs=True)

    with pytest.raises(two_persons.SecondPersonNeeded):
        invoices.write_off(invoice=claim, amount=Decimal(1), reason="x", by=said(bookkeeper))
    dispute = invoices.open_dispute(invoice=claim, reason="price", by=said(bookkeeper))
    with pytest.raises(two_persons.SecondPersonNeeded):
        invoices.resolve_dispute(
            dispute=dispute, outcome="accepted", resolution="akkoord", write_off=True, by=said(bookkeeper)
        )


def test_what_is_asked_is_refused_with_an_answer_or_withdrawn_by_who_asked(
    claim: Invoice, bookkeeper: User, controller: User, login: Login
) -> None:
    want(write_offs=True)
    jan, chris = login(bookkeeper), login(controller)
    ask = f"{BASE}facturen/{claim.public_id}/afboeking/"
    jan.post(ask, {"amount": "10", "reason": "klein"})
    twice = jan.post(ask, {"amount": "10", "reason": "klein"})
    assert "Dit wacht al op een tweede persoon." in words(twice)
    first = SecondLook.objects.get()
    assert chris.post(f"{LOOKS}{first.public_id}/afwijzing/", {"answer": ""}).status_code == 422

    chris.post(f"{LOOKS}{first.public_id}/afwijzing/", {"answer": "Eerst bellen."})
    jan.post(ask, {"amount": "11", "reason": "klein"})
    second = SecondLook.objects.get(state="waiting")
    jan.post(f"{LOOKS}{second.public_id}/afwijzing/")

    states = list(SecondLook.objects.order_by("pk").values_list("state", "answer"))
    assert states == [("refused", "Eerst bellen."), ("withdrawn", "")]
    claim.refresh_from_db()
    assert claim.open_amount == Decimal("300.00")
    assert "Eerst bellen." in words(jan.get(LOOKS))


def test_too_much_is_said_at_the_field_when_it_is_asked(
    claim: Invoice, bookkeeper: User, controller: User, login: Login
) -> None:
    want(write_offs=True)

    answer = login(bookkeeper).post(
        f"{BASE}facturen/{claim.public_id}/afboeking/", {"amount": "300,01", "reason": "klein"}
    )

    assert answer.status_code == 422
    assert not SecondLook.objects.exists()


def test_another_account_stays_off_the_letters_until_somebody_else_agrees(
    bakkerij: Tenant, inside: Tenant, owner: User, controller: User, login: Login
) -> None:
    Letterhead.objects.update(iban=OLD)
    want(bank_account=True)
    anna, chris = login(owner), login(controller)

    letterhead(anna, iban=NEW, phone="030 1234567")

    now = Letterhead.objects.get()
    assert (now.iban, now.phone) == (OLD, "030 1234567"), "the rest is saved, the account waits"
    assert "vroeg een andere bankrekening" in words(anna.get(f"{BASE}instellingen/briefhoofd/"))
    look = SecondLook.objects.get()
    assert "NL91 ABNA 0417 1643 00" in words(chris.get(f"{LOOKS}{look.public_id}/goedkeuring/"))
    chris.post(f"{LOOKS}{look.public_id}/goedkeuring/")
    assert Letterhead.objects.get().iban == NEW


def test_who_approves_a_dossier_does_not_send_it(
    claim: Invoice, bookkeeper: User, controller: User, login: Login
) -> None:
    want(handoffs=True)
    agency = handoffs.register_agency(
        name="Incasso Noord", by=actor(), kind="agency", email="in@noord.test", is_default=True
    )
    handoff = handoffs.prepare(debtor=claim.debtor, invoices=[claim], agency=agency, by=said(bookkeeper))
    page = f"{BASE}dossiers/{handoff.public_id}/"
    jan, chris = login(bookkeeper), login(controller)
    jan.post(f"{page}goedkeuring/")
    assert "iemand anders moet het versturen" in words(jan.get(page))

    refused = jan.post(f"{page}verzending/")

    assert "Dit moet iemand anders doen" in words(refused)
    assert Handoff.objects.get().state == "approved"
    chris.post(f"{page}verzending/")
    assert Handoff.objects.get().state == "submitted"


def test_rules_go_on_at_once_and_off_by_two(
    bakkerij: Tenant, inside: Tenant, owner: User, controller: User, login: Login
) -> None:
    anna, chris = login(owner), login(controller)

    anna.post(RULES, {"write_offs": "on", "handoffs": "on"})
    assert two_persons.needed(two_persons.Sensitive.WRITE_OFF)
    anna.post(RULES, {"handoffs": "on"})
    assert two_persons.needed(two_persons.Sensitive.WRITE_OFF), "off waits for another"
    assert "Iemand vroeg om een regel uit te zetten." in words(anna.get(RULES))
    look = SecondLook.objects.get()
    chris.post(f"{LOOKS}{look.public_id}/goedkeuring/")

    assert not two_persons.needed(two_persons.Sensitive.WRITE_OFF)
    assert two_persons.needed(two_persons.Sensitive.HANDOFF)


def test_one_person_alone_cannot_want_two_and_is_never_locked_in(
    bakkerij: Tenant, inside: Tenant, owner: User, login: Login
) -> None:
    anna = login(owner)

    refused = anna.post(RULES, {"bank_account": "on"})
    assert "Hiervoor zijn twee mensen met de juiste rol nodig." in words(refused)
    want(bank_account=True)  # of the time when there were two
    anna.post(RULES, {})

    assert not two_persons.needed(two_persons.Sensitive.BANK_ACCOUNT)


def test_the_role_of_the_second_person_counts(
    claim: Invoice, owner: User, controller: User, bookkeeper: User, reader: User, login: Login
) -> None:
    Letterhead.objects.update(iban=OLD)
    want(bank_account=True)
    letterhead(login(owner), iban=NEW)
    look = SecondLook.objects.get()
    jan = login(bookkeeper)

    assert "uw rol mag dit niet goedkeuren" in words(jan.get(LOOKS))
    assert jan.post(f"{LOOKS}{look.public_id}/goedkeuring/").status_code == 403
    assert login(reader).post(f"{LOOKS}{look.public_id}/afwijzing/").status_code == 403
    assert SecondLook.objects.get().state == "waiting"


def test_a_stranger_finds_and_approves_nothing(
    stranger: User, claim: Invoice, bookkeeper: User, controller: User, login: Login
) -> None:
    want(write_offs=True)
    invoices.ask_write_off(invoice=claim, amount=Decimal(5), reason="klein", by=said(bookkeeper))
    look = SecondLook.objects.get()

    client = login(stranger)
    for part in ("", f"{look.public_id}/goedkeuring/", f"{look.public_id}/afwijzing/"):
        assert client.get(f"{LOOKS}{part}").status_code == 404
        assert client.post(f"{LOOKS}{part}").status_code == 404
    look.refresh_from_db()
    assert look.state == "waiting"


def test_the_database_itself_refuses_one_name_twice(claim: Invoice, bookkeeper: User, controller: User) -> None:
    look = invoices.ask_write_off(invoice=claim, amount=Decimal(5), reason="klein", by=said(bookkeeper))

    with pytest.raises(IntegrityError, match="nobody_approves_what_he_asked"), transaction.atomic():
        SecondLook.objects.update(state="approved", decided_at=actor().at, decided_ref=look.asked_ref)
