"""Who works in an administration: invited by mail, given another role, let go, and never without an owner."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from audit.models import Entry
from tenants.context import tenant_context
from tenants.models import Membership, Role, Tenant, User
from tenants.tasks import mail_invitation

pytestmark = pytest.mark.django_db
BASE = "/a/bakkerij-de-vries/instellingen/mensen/"
NEW = {"email": "Piet@Bakkerij.test", "name": "Piet Hein", "role": "bookkeeper", "language": "en"}


@pytest.fixture
def client(owner: User, login: Callable[[User], Client]) -> Client:
    return login(owner)


@pytest.fixture
def queued(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks
) -> Callable[[Callable[[], object]], list[dict[str, Any]]]:
    """Let the queue take tasks, and give what it took once the transaction is through."""
    taken: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "celery.app.base.Celery.send_task", lambda self, name, kwargs: taken.append({"task": name, **kwargs})
    )

    def after(do: Callable[[], object]) -> list[dict[str, Any]]:
        with django_capture_on_commit_callbacks(execute=True):
            do()
        return taken

    return after


def role_of(user: User) -> str | None:
    return Membership.objects.filter(user=user).values_list("role", flat=True).first()


def url(user: User, what: str) -> str:
    return f"{BASE}{user.public_id}/{what}/"


def test_somebody_is_invited_and_chooses_a_password(client, bakkerij, queued, login):
    (task,) = queued(lambda: client.post(f"{BASE}uitnodiging/", NEW))
    user = User.objects.get(email="piet@bakkerij.test")
    pending = client.get(BASE).context["pending"]
    assert task.pop("task") == "tenants.tasks.mail_invitation"
    mail_invitation(**task)

    assert role_of(user) == Role.BOOKKEEPER
    assert [one.user for one in pending] == [user]
    (letter,) = mail.outbox
    assert letter.to == ["piet@bakkerij.test"]
    (link,) = re.findall(r"https?://[^/]+(/account/\S+)", str(letter.body))
    browser = Client()
    form = browser.get(link, follow=True)
    chosen = {"password1": "nieuw-wachtwoord-91", "password2": "nieuw-wachtwoord-91"}
    browser.post(form.redirect_chain[-1][0], chosen)
    user.refresh_from_db()
    assert user.check_password("nieuw-wachtwoord-91")
    assert client.get(BASE).context["pending"] == []


def test_the_invitation_is_in_the_language_of_who_gets_it(client, bakkerij, queued):
    (task,) = queued(lambda: client.post(f"{BASE}uitnodiging/", NEW | {"language": "nl"}))
    task.pop("task")

    mail_invitation(**task)

    assert mail.outbox[0].subject == "Uw toegang tot Bakkerij de Vries"
    assert "Anna de Vries geeft u toegang" in mail.outbox[0].body


def test_who_has_an_account_is_told_to_log_in(client, bakkerij, stranger, queued):
    (task,) = queued(lambda: client.post(f"{BASE}uitnodiging/", NEW | {"email": stranger.email}))
    task.pop("task")

    mail_invitation(**task)

    assert "/a/bakkerij-de-vries/vandaag/" in mail.outbox[0].body
    assert "/account/" not in mail.outbox[0].body
    assert stranger.memberships.count() == 2


def test_an_invitation_is_sent_again_until_it_was_used(client, bakkerij, bookkeeper, queued):
    queued(lambda: client.post(f"{BASE}uitnodiging/", NEW))
    user = User.objects.get(email="piet@bakkerij.test")

    taken = queued(lambda: client.post(url(user, "uitnodiging")))

    assert [task["user_id"] for task in taken] == [user.pk, user.pk]
    assert client.post(url(bookkeeper, "uitnodiging")).status_code == 404


@pytest.mark.parametrize(
    ("fields", "field", "why"),
    [
        ({"email": "boekhouder@bakkerij.test"}, "email", "werkt al in deze administratie"),
        ({"email": "geen"}, "email", "e-mailadres"),
        ({"name": ""}, "name", "vereist"),
        ({"role": "koning"}, "role", "koning"),
    ],
)
def test_an_invitation_that_cannot_be_is_said_at_the_field(client, bakkerij, bookkeeper, fields, field, why):
    page = client.post(f"{BASE}uitnodiging/", NEW | fields)

    assert page.status_code == 422
    assert why in str(page.context["form"].errors[field])


def test_a_role_changes_and_is_logged(client, bakkerij, bookkeeper):
    client.post(url(bookkeeper, "rol"), {"role": "controller"})

    assert role_of(bookkeeper) == Role.CONTROLLER
    with tenant_context(bakkerij.pk):
        entry = Entry.objects.get(verb="member.role_changed")
    assert (entry.actor_label, entry.subject_label, entry.data["was"]) == ("Anna de Vries", "Jan de Boer", "boekhouder")


def test_somebody_is_let_go(client, bakkerij, bookkeeper, login):
    theirs = login(bookkeeper)
    question = client.get(url(bookkeeper, "vertrek"))

    client.post(url(bookkeeper, "vertrek"))

    assert "Jan de Boer verwijderen?" in question.content.decode()
    assert role_of(bookkeeper) is None
    assert theirs.get("/a/bakkerij-de-vries/beleid/").status_code == 404


def test_the_last_owner_stays(client, bakkerij, owner):
    role = client.post(url(owner, "rol"), {"role": "reader"})
    leave = client.post(url(owner, "vertrek"))

    assert {role.status_code, leave.status_code} == {422}
    assert "minstens één eigenaar" in str(role.context["form"].errors["role"])
    assert "minstens één eigenaar" in leave.content.decode()
    assert role_of(owner) == Role.OWNER


def test_an_owner_may_step_back_where_there_is_another(client, bakkerij, owner, bookkeeper):
    client.post(url(bookkeeper, "rol"), {"role": "owner"})

    page = client.post(url(owner, "rol"), {"role": "reader"})

    assert role_of(owner) == Role.READER
    assert page.headers["Location"].endswith("/vandaag/")


def test_the_page_says_who_logs_in_with_a_second_step_and_what_each_role_may(client, owner, bookkeeper):
    Authenticator.objects.create(user=bookkeeper, type=Authenticator.Type.TOTP, data={})
    Authenticator.objects.create(user=owner, type=Authenticator.Type.RECOVERY_CODES, data={})

    page = client.get(BASE)

    assert {one.user: is_safe for one, is_safe in page.context["members"]} == {owner: False, bookkeeper: True}
    may = dict(page.context["roles"])
    assert set(may) == set(Role.labels)
    assert [role for role, words in may.items() if "instellingen wijzigen" in words] == ["eigenaar", "controller"]
    assert [role for role, words in may.items() if "uitnodigen" in words] == ["eigenaar"]


def test_a_controller_sees_people_and_changes_nobody(bakkerij, bookkeeper, login):
    user = User.objects.create_user("controller@bakkerij.test", "correct-horse-battery", name="Co")
    Membership.objects.create(tenant=bakkerij, user=user, role=Role.CONTROLLER)
    client = login(user)

    page = client.get(BASE)

    assert page.status_code == 200
    assert "uitnodiging" not in page.content.decode()
    addresses = [f"{BASE}uitnodiging/", *(url(bookkeeper, what) for what in ("rol", "vertrek", "uitnodiging"))]
    assert {client.post(address, NEW).status_code for address in addresses} == {403}
    assert role_of(bookkeeper) == Role.BOOKKEEPER


def test_a_stranger_reaches_nobody(bakkerij, garage, bookkeeper, stranger, login):
    client = login(stranger)
    his = f"/a/{garage.slug}/instellingen/mensen/"
    answers = [client.get(url(bookkeeper, "rol")), client.post(url(bookkeeper, "vertrek"))]
    answers += [client.post(f"{his}{bookkeeper.public_id}/{what}/", {"role": "reader"}) for what in ("rol", "vertrek")]

    assert {answer.status_code for answer in answers} == {404}
    assert role_of(bookkeeper) == Role.BOOKKEEPER
    assert "Jan de Boer" not in client.get(his).content.decode()


def test_a_name_with_percents_breaks_nothing(client, bakkerij: Tenant, bookkeeper):
    User.objects.filter(pk=bookkeeper.pk).update(name="100% Jan <b>")

    page = client.get(url(bookkeeper, "rol"))

    assert "100% Jan &lt;b&gt;" in page.content.decode()
