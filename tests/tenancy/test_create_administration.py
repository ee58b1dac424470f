"""manage.py create_administration: the way in for whoever owns the first administration."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tenants.models import Membership, Tenant, User

pytestmark = pytest.mark.django_db


def create(*arguments: str) -> str:
    out = StringIO()
    call_command("create_administration", *arguments, stdout=out)
    return out.getvalue()


def test_the_owner_chooses_a_password_on_the_printed_link_and_is_in() -> None:
    said = create("Bakkerij Jansen B.V.", "--owner", "Marieke@jansen.test", "--owner-name", "Marieke Jansen")
    link = re.search(r"begins at https?://[^/]+(/\S+)", said)
    assert link
    browser = Client()
    form = browser.get(link[1], follow=True)
    new = {"password1": "zomer-in-utrecht-7", "password2": "zomer-in-utrecht-7"}
    browser.post(form.request["PATH_INFO"], new)
    credentials = {"login": "marieke@jansen.test", "password": "zomer-in-utrecht-7"}
    landed = browser.post("/account/login/", credentials, follow=True)
    assert landed.redirect_chain[-1][0] == "/a/bakkerij-jansen-bv/vandaag/"
    assert landed.status_code == 200


def test_a_second_administration_of_the_same_owner_needs_no_new_password() -> None:
    create("Een", "--owner", "anna@jansen.test")
    user = User.objects.get()
    user.set_password("zomer-in-utrecht-7")
    user.save()
    assert "anna@jansen.test begins at http" in (said := create("Twee", "--owner", "anna@jansen.test"))
    assert said.rstrip().endswith("/a/twee/vandaag/")
    assert Membership.objects.filter(user=user, role="owner").count() == 2


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [(("Een", "--owner", "geen-adres"), "not an e-mail address"), ((" ", "--owner", "a@b.nl"), "name")],
)
def test_what_is_wrong_is_said_and_nothing_is_made(arguments: tuple[str, ...], fault: str) -> None:
    with pytest.raises(CommandError, match=fault):
        create(*arguments)
    assert not Tenant.objects.exists()
    assert not User.objects.exists()
