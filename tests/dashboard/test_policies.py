"""The pages of the policies: looked at by everybody, changed by who may, and never against the law."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dunning import operations, queries
from dunning.models import Case, Policy
from tenants.context import tenant_context
from tenants.models import Membership, Role, Tenant, User
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db
BASE = "/a/bakkerij-de-vries/beleid/"
Login = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _on_monday() -> Any:
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False):
        yield


def policy(tenant: Tenant, variant: str) -> Policy:
    with tenant_context(tenant.pk):
        return Policy.objects.current().get(variant=variant, is_default=True)


def filled(client: Client, one: Policy, **changes: str | list[str] | None) -> dict[str, Any]:
    """Give what a browser would post of the form as it is shown, with changes by the name of the field."""
    form = client.get(f"{BASE}{one.public_id}/stappen/").context["rungs"]
    data: dict[str, Any] = {"name": one.name, "stap-TOTAL_FORMS": str(len(form.forms)), "stap-INITIAL_FORMS": "0"}
    for row in form.forms:
        for bound in row:
            value = bound.value()
            if bound.field.disabled or value in (None, False, ""):
                continue
            data[bound.html_name] = "on" if value is True else bound.field.prepare_value(value)
    for name, value in changes.items():
        kind, field = name.split("__")
        place = next(number for number, row in enumerate(form.forms) if row.kind == kind)
        data.pop(f"stap-{place}-{field}", None)
        if value is not None:
            data[f"stap-{place}-{field}"] = value
    return data


def rungs(tenant: Tenant, variant: str) -> dict[str, Any]:
    one = policy(tenant, variant)
    with tenant_context(tenant.pk):
        return {rung.kind: rung for rung in queries.policies()[one.pk].rungs}


def test_a_policy_is_a_picture_with_real_days(bakkerij, owner, login):
    page = login(owner).get(f"{BASE}{policy(bakkerij, 'business').public_id}/?vervalt=23-04-2026")

    shown = {rung.label: rung for rung in page.context["picture"].rungs}
    assert shown["Herinnering"].example == date(2026, 4, 28)
    assert shown["Tweede herinnering"].example == date(2026, 5, 6)  # the fifth of May is a holiday
    assert "1.250,00" in shown["Herinnering"].charges
    assert "187,50" in shown["Aanmaning"].charges  # fifteen percent of it, announced
    places = [rung.at for rung in page.context["picture"].rungs]
    assert places == sorted(set(places))
    assert 0 <= places[0] < page.context["picture"].due_at < places[-1] <= 100


def test_what_the_law_wants_of_consumers_is_locked_with_the_reason(bakkerij, owner, login):
    client, consumer = login(owner), policy(bakkerij, "consumer")

    page = client.get(f"{BASE}{consumer.public_id}/")
    unticked = filled(client, consumer, fourteen_day_letter__on=None, default_notice__on=None)
    client.post(f"{BASE}{consumer.public_id}/stappen/", unticked | {"stap": "gebruik"})

    assert page.content.decode().count("art. 6:96 lid 6 BW") == 1
    assert {"default_notice", "fourteen_day_letter"} <= set(rungs(bakkerij, "consumer"))


def test_a_wrong_example_day_is_said_beside_the_field(bakkerij, owner, login):
    page = login(owner).get(f"{BASE}{policy(bakkerij, 'business').public_id}/?vervalt=gisteren")

    assert "“gisteren” is geen datum" in page.content.decode()


def test_a_change_is_looked_at_before_it_is_a_new_version(bakkerij, owner, login):
    business = policy(bakkerij, "business")
    with tenant_context(bakkerij.pk):
        debtor = factories.debtor(kind="business")
        factories.invoice(debtor, due=TODAY - timedelta(days=6))
    client = login(owner)
    data = filled(client, business, reminder__days="8", courtesy__on=None)

    look = client.post(f"{BASE}{business.public_id}/stappen/", data | {"stap": "bekijk"})

    assert look.status_code == 200
    assert policy(bakkerij, "business") == business
    row = next(one for one in look.context["changes"] if one.label == "Herinnering")
    assert (row.was, row.now, row.more) == (1, 0, "−1")
    assert ("Vooraankondiging", "niet gebruikt") in [(one.label, one.now) for one in look.context["differences"]]

    posted = dict(look.context["posted"]) | {"stap": "gebruik"}
    posted |= {key: [v for k, v in look.context["posted"] if k == key] for key in posted if key.endswith("channels")}
    done = client.post(f"{BASE}{business.public_id}/stappen/", posted, follow=True)

    newest = policy(bakkerij, "business")
    assert (newest.version, newest.published_by) == (2, "Anna de Vries")
    assert rungs(bakkerij, "business")["reminder"].days == 8
    assert "courtesy" not in rungs(bakkerij, "business")
    assert "Versie 2 is in gebruik" in done.content.decode()
    with tenant_context(bakkerij.pk):
        assert Case.objects.get().policy == newest


def test_going_back_from_the_preview_keeps_what_was_filled_in(bakkerij, owner, login):
    client, business = login(owner), policy(bakkerij, "business")
    data = filled(client, business, reminder__days="9")

    page = client.post(f"{BASE}{business.public_id}/stappen/", data | {"stap": "terug"})

    assert 'value="9"' in page.content.decode()
    assert policy(bakkerij, "business") == business


@pytest.mark.parametrize(
    ("variant", "changes", "kind", "field", "said"),
    [
        ("business", {"demand__days": "45"}, "demand", "days", "Een mildere stap volgt op een strengere"),
        ("business", {"call__days": "70"}, "call", "days", "Na de overdracht komt niets meer"),
        ("business", {"reminder__channels": None}, "reminder", "channels", "Kies e-mail, post of beide"),
        ("business", {"reminder__days": "vijf"}, "reminder", "days", "geheel getal"),
        ("business", {"reminder__days": "400"}, "reminder", "days", "365"),
        ("business", {"call__minimum_amount": "veel"}, "call", "minimum_amount", "geen bedrag"),
        ("consumer", {"fourteen_day_letter__channels": ["email"]}, "fourteen_day_letter", "channels", "ook per post"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(bakkerij, owner, login, variant, changes, kind, field, said):
    client, one = login(owner), policy(bakkerij, variant)
    page = client.post(f"{BASE}{one.public_id}/stappen/", filled(client, one, **changes) | {"stap": "gebruik"})

    assert page.status_code == 422
    wrong = {row.kind: row.errors for row in page.context["rungs"].forms if row.errors}
    assert list(wrong) == [kind]
    assert said in str(wrong[kind][field])
    assert policy(bakkerij, variant) == one


def test_a_row_that_is_off_may_hold_anything(bakkerij, owner, login):
    client, one = login(owner), policy(bakkerij, "business")
    data = filled(client, one, default_notice__on=None, default_notice__days="onzin", reminder__days="6")

    client.post(f"{BASE}{one.public_id}/stappen/", data | {"stap": "gebruik"})

    assert rungs(bakkerij, "business")["reminder"].days == 6


def test_who_edits_an_old_version_is_told(bakkerij, owner, login):
    client, old = login(owner), policy(bakkerij, "business")
    data = filled(client, old, reminder__days="6")
    client.post(f"{BASE}{old.public_id}/stappen/", data | {"stap": "gebruik"})

    page = client.post(f"{BASE}{old.public_id}/stappen/", data | {"stap": "gebruik"}, follow=True)

    assert "Intussen is een andere versie in gebruik genomen" in page.content.decode()
    assert policy(bakkerij, "business").version == 2


def test_a_name_that_is_in_use_is_refused(bakkerij, owner, login):
    client, one = login(owner), policy(bakkerij, "business")

    page = client.post(
        f"{BASE}{one.public_id}/stappen/", filled(client, one) | {"name": "Particulier", "stap": "gebruik"}
    )

    assert page.status_code == 422
    assert "Er is al een beleid met de naam Particulier" in page.content.decode()


def test_who_lets_a_letter_go_changes_at_once_without_a_version(bakkerij, owner, login):
    client, one = login(owner), policy(bakkerij, "business")
    keys = {name: field.initial for name, field in client.get(f"{BASE}{one.public_id}/").context["form"].fields.items()}

    page = client.post(f"{BASE}{one.public_id}/vrijgave/", keys | {"reminder": "automatic"}, follow=True)

    assert policy(bakkerij, "business") == one
    assert rungs(bakkerij, "business")["reminder"].approval == "automatic"
    assert rungs(bakkerij, "business")["demand"].approval == "person"
    assert page.context["log"][0].what.startswith("Vrijgave van herinnering in Zakelijk")


def test_an_approval_that_does_not_exist_is_refused(bakkerij, owner, login):
    client, one = login(owner), policy(bakkerij, "business")
    keys = {name: field.initial for name, field in client.get(f"{BASE}{one.public_id}/").context["form"].fields.items()}

    page = client.post(f"{BASE}{one.public_id}/vrijgave/", keys | {"reminder": "nooit"})

    assert page.status_code == 422
    assert rungs(bakkerij, "business")["reminder"].approval == "person"


def test_a_new_policy_is_a_copy_and_can_become_the_default(bakkerij, owner, login):
    client, one = login(owner), policy(bakkerij, "business")

    made = client.post(f"{BASE}nieuw/", {"name": "Overheid", "base": one.public_id})
    with tenant_context(bakkerij.pk):
        copy = Policy.objects.get(name="Overheid")
    question = client.get(f"{BASE}{copy.public_id}/standaard/")
    client.post(f"{BASE}{copy.public_id}/standaard/")

    assert made.headers["Location"].endswith(f"{copy.public_id}/stappen/")
    assert "Nieuwe facturen (zakelijk) volgen dit beleid" in question.content.decode()
    assert policy(bakkerij, "business") == copy
    assert policy(bakkerij, "consumer").name == "Particulier"


def test_a_policy_is_tried_on_one_debtor_without_storing_anything(bakkerij, owner, login):
    business = policy(bakkerij, "business")
    with tenant_context(bakkerij.pk):
        debtor = factories.debtor(number="K-1", kind="business", name="Café De Zon")
        factories.invoice(debtor, amount="1000.00", due=TODAY - timedelta(days=1), number="F-1")
        before = list(Case.objects.values())

    page = login(owner).get(f"{BASE}{business.public_id}/proef/?debiteur=K-1")

    titles = [moment.title for moment in page.context["moments"]]
    assert titles[:3] == ["Herinnering", "Tweede herinnering", "Aanmaning"]
    assert titles[-1] == "Overdracht"
    with tenant_context(bakkerij.pk):
        assert list(Case.objects.values()) == before


def test_a_name_that_several_have_is_asked_about(bakkerij, owner, login):
    business = policy(bakkerij, "business")
    with tenant_context(bakkerij.pk):
        for number in ("K-1", "K-2"):
            factories.invoice(factories.debtor(number=number, kind="business", name="Smit Bouw"))
    client = login(owner)

    several = client.get(f"{BASE}{business.public_id}/proef/?debiteur=smit")
    nobody = client.get(f"{BASE}{business.public_id}/proef/?debiteur=jansen")

    assert [one.number for one in several.context["choices"]] == ["K-1", "K-2"]
    assert nobody.status_code == 422
    assert "Geen debiteur met dit nummer" in nobody.content.decode()


def test_ninety_days_ahead_count_what_would_be_sent(bakkerij, owner, login):
    business = policy(bakkerij, "business")
    with tenant_context(bakkerij.pk):
        for _ in range(3):
            factories.invoice(factories.debtor(kind="business"), amount="1000.00", due=TODAY - timedelta(days=1))
        factories.invoice(factories.debtor(kind="consumer"), amount="1000.00", due=TODAY - timedelta(days=1))

    page = login(owner).get(f"{BASE}{business.public_id}/vooruit/")

    assert page.context["coming"].debtors == 3
    assert dict(page.context["sums"])["Herinnering"] == 3
    assert dict(page.context["sums"])["Overdracht"] == 3
    points = page.context["chart"].points
    assert sum(sum(point.values) for point in points) == page.context["total"]


def test_the_number_of_debtors_leads_to_the_list_that_adds_up_to_it(bakkerij, owner, login):
    business = policy(bakkerij, "business")
    with tenant_context(bakkerij.pk):
        debtor = factories.debtor(kind="business", number="K-7")
        factories.invoice(debtor, amount="100.00")
        factories.invoice(debtor, amount="21.00")
    client = login(owner)

    page = client.get(BASE)
    item = next(one for one in page.context["items"] if one.variant == "zakelijk")
    listed = client.get(item.debtors_url)
    file = client.get(f"{item.debtors_url}?formaat=csv").content.decode("utf-8-sig").splitlines()

    assert (item.debtors, item.claims) == (1, 2)
    assert listed.context["total"] == {"debtors": 1, "claims": 2, "amount": 121}
    assert file[1].split(";")[0::3] == ["K-7", "121,00"]
    assert business.public_id in item.debtors_url


def pages(one: Policy) -> list[str]:
    parts = ("", "debiteuren/", "proef/", "vooruit/")
    return [BASE, *(f"{BASE}{one.public_id}/{part}" for part in parts)]


def changing(one: Policy) -> list[str]:
    return [f"{BASE}nieuw/", *(f"{BASE}{one.public_id}/{part}/" for part in ("stappen", "standaard", "vrijgave"))]


def test_a_stranger_finds_nothing(bakkerij, garage, stranger, login):
    mine, his = policy(bakkerij, "business"), policy(garage, "business")
    client = login(stranger)

    assert {client.get(url).status_code for url in [*pages(mine), *changing(mine)]} == {404}
    in_his_own = [url.replace("bakkerij-de-vries", garage.slug) for url in [*pages(mine)[1:], *changing(mine)[1:]]]
    assert {client.get(url).status_code for url in in_his_own if "vrijgave" not in url} == {404}
    assert client.get(f"/a/{garage.slug}/beleid/{his.public_id}/").status_code == 200


@pytest.mark.parametrize("role", [Role.READER, Role.ACCOUNTANT, Role.BOOKKEEPER])
def test_who_may_not_configure_looks_and_changes_nothing(bakkerij, login, role):
    one = policy(bakkerij, "business")
    user = User.objects.create_user("kijker@bakkerij.test", "correct-horse-battery", name="Kijker")
    Membership.objects.create(tenant=bakkerij, user=user, role=role)
    client = login(user)

    seen = [client.get(url) for url in pages(one)]

    assert {page.status_code for page in seen[:4]} == {200}
    assert not re.search(r"stappen/|Bewaar vrijgave|Nieuw beleid", "".join(page.content.decode() for page in seen))
    assert {client.get(url).status_code for url in changing(one)} == {403}
    assert {client.post(url, {"name": "x"}).status_code for url in changing(one)} == {403}


@pytest.mark.parametrize("part", ["", "debiteuren/", "vooruit/"])
def test_more_debtors_are_not_more_queries(bakkerij, owner, login, part, django_assert_num_queries):
    one, client = policy(bakkerij, "business"), login(owner)
    with tenant_context(bakkerij.pk):
        factories.invoice(factories.debtor(kind="business"), due=TODAY - timedelta(days=1))
    client.get(f"{BASE}{one.public_id}/{part}")
    with CaptureQueriesContext(connection) as few:
        client.get(f"{BASE}{one.public_id}/{part}")
    with tenant_context(bakkerij.pk):
        for _ in range(5):
            factories.invoice(factories.debtor(kind="business"), due=TODAY - timedelta(days=1))
        operations.publish(
            name="Overheid",
            variant="business",
            rungs=queries.policies()[one.pk].rungs,
            by=factories.SETUP,
        )

    with django_assert_num_queries(len(few)):
        client.get(f"{BASE}{one.public_id}/{part}")
