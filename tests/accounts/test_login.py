"""The front door: who gets in, with what, how often he may try, and what keeps him in."""

import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client

from common import clock
from tenants.accounts import invitation_link
from tenants.models import Membership, Tenant, User

pytestmark = pytest.mark.django_db

PASSWORD = "correct-horse-battery"
NEW_PASSWORD = "een-heel-andere-zin-7"
LOGIN = "/account/login/"
HOME = "/a/bakkerij-de-vries/vandaag/"
START = clock.at_local_time(clock.local_day(clock.now()), 12)


@pytest.fixture(autouse=True)
def empty_counters() -> Iterator[None]:
    """Forget who tried how often."""
    cache.clear()
    yield
    cache.clear()


def log_in(client: Client, email: str, password: str = PASSWORD, **headers: str) -> int:
    answer = client.post(LOGIN, {"login": email, "password": password}, headers=headers)
    return answer.status_code


def is_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


# --- In and out


def test_with_address_and_password_he_is_in_and_lands_where_he_was_going(owner: User, bakkerij: Tenant) -> None:
    client = Client()
    asked = client.get(HOME)

    answer = client.post(asked.headers["Location"], {"login": owner.email, "password": PASSWORD})

    assert asked.headers["Location"] == f"{LOGIN}?next={HOME}"
    assert (answer.status_code, answer.headers["Location"]) == (302, HOME)
    assert is_in(client)


@pytest.mark.parametrize("typed", ["EIGENAAR@bakkerij.test", "  eigenaar@bakkerij.test "])
def test_capitals_and_spaces_in_an_address_do_not_matter(owner: User, typed: str) -> None:
    client = Client()

    log_in(client, typed)

    assert is_in(client)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(owner: User) -> None:
    texts = []
    for email in (owner.email, "niemand@bakkerij.test"):
        client = Client()
        page = client.post(LOGIN, {"login": email, "password": "verkeerd-wachtwoord"}).content.decode()
        assert not is_in(client)
        texts.append(re.findall(r"adres en/of[^<]*|wachtwoord[^<]*onjuist[^<]*|combinatie[^<]*", page))

    assert texts[0] == texts[1]


@pytest.mark.parametrize("next_page", ["https://kwaad.test/", "//kwaad.test/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site_after_login(owner: User, next_page: str) -> None:
    answer = Client().post(f"{LOGIN}?next={next_page}", {"login": owner.email, "password": PASSWORD, "next": next_page})

    assert "kwaad" not in answer.headers.get("Location", "")
    assert "javascript" not in answer.headers.get("Location", "")


def test_somebody_who_is_no_longer_active_does_not_get_in_and_is_put_out(
    owner: User, login: Callable[[User], Client]
) -> None:
    inside = login(owner)
    assert is_in(inside)
    User.objects.update(is_active=False)
    client = Client()

    log_in(client, owner.email)

    assert not is_in(client)
    assert not is_in(inside)


def test_out_is_out_and_only_when_he_says_so(owner: User, login: Callable[[User], Client]) -> None:
    client = login(owner)

    client.get("/account/logout/")
    still_in = is_in(client)
    client.post("/account/logout/")

    assert (still_in, is_in(client)) == (True, False)


def test_nobody_signs_up_by_himself(db: None) -> None:
    client = Client()
    form = {"email": "nieuw@test.test", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

    client.get("/account/signup/")
    client.post("/account/signup/", form)

    assert not User.objects.exists()


def test_who_leaves_an_administration_is_out_of_it_at_once(owner: User, login: Callable[[User], Client]) -> None:
    client = login(owner)
    assert is_in(client)

    Membership.objects.all().delete()

    assert client.get(HOME).status_code == 404


def test_a_smaller_role_counts_from_the_next_click(owner: User, login: Callable[[User], Client]) -> None:
    client = login(owner)
    assert client.get("/a/bakkerij-de-vries/instellingen/").status_code == 200

    Membership.objects.update(role="reader")

    assert client.get("/a/bakkerij-de-vries/instellingen/").status_code == 403


def test_two_administrations_stand_side_by_side_in_one_browser(
    owner: User, garage: Tenant, bakkerij: Tenant, login: Callable[[User], Client]
) -> None:
    Membership.objects.create(user=owner, tenant=garage, role="reader")
    client = login(owner)

    pages = [client.get(f"/a/{slug}/vandaag/") for slug in (bakkerij.slug, garage.slug, bakkerij.slug)]

    assert [page.context["request"].tenant for page in pages] == [bakkerij, garage, bakkerij]
    assert [client.post(f"/a/{slug}/debiteuren/nieuw/").status_code for slug in (garage.slug, bakkerij.slug)] == [
        403,
        422,
    ]


# --- How often


def test_after_five_wrong_passwords_the_right_one_does_not_help_either(owner: User) -> None:
    client = Client()
    for _ in range(5):
        log_in(client, owner.email, "verkeerd-wachtwoord")

    log_in(client, owner.email)

    assert not is_in(client)


def test_after_a_while_he_may_try_again(owner: User) -> None:
    client = Client()
    with time_machine.travel(START, tick=False) as now:
        for _ in range(6):
            log_in(client, owner.email, "verkeerd-wachtwoord")
        now.shift(301)

        log_in(client, owner.email)

        assert is_in(client)


def test_one_who_tries_many_addresses_is_stopped_and_others_are_not(owner: User, settings: object) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1  # type: ignore[attr-defined]
    attacker, colleague = {"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-For": "198.51.100.7"}
    for number in range(11):
        log_in(Client(), f"raad{number}@bakkerij.test", "verkeerd-wachtwoord", **attacker)
    theirs, ours = Client(), Client()

    log_in(theirs, owner.email, **attacker)
    log_in(ours, owner.email, **colleague)

    assert (is_in(theirs), is_in(ours)) == (False, True)


def test_a_made_up_address_before_that_of_the_proxy_is_not_believed(owner: User, settings: object) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1  # type: ignore[attr-defined]
    for number in range(11):
        headers = {"X-Forwarded-For": f"10.0.0.{number}, 203.0.113.9"}
        log_in(Client(), f"raad{number}@bakkerij.test", "verkeerd-wachtwoord", **headers)
    client = Client()

    log_in(client, owner.email, **{"X-Forwarded-For": "10.9.9.9, 203.0.113.9"})

    assert not is_in(client)


# --- The session


def test_the_session_gets_another_key_at_login(owner: User) -> None:
    client = Client()
    client.get(HOME)
    session = client.session
    session["before"] = True
    session.save()
    before = str(session.session_key)
    client.cookies["sessionid"] = before

    log_in(client, owner.email)

    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_the_cookie_is_for_the_browser_alone(owner: User) -> None:
    client = Client()
    log_in(client, owner.email)

    cookie = client.cookies["sessionid"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["domain"] == ""


def test_no_page_of_ours_is_framed_by_another_site_or_runs_a_script_that_is_not_ours(
    owner: User, login: Callable[[User], Client]
) -> None:
    page = login(owner).get(HOME)

    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "Cookie" in page.headers["Vary"]


def test_another_password_ends_the_other_sessions(owner: User) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        log_in(client, owner.email)
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

    here.post("/account/password/change/", form)

    assert (is_in(here), is_in(elsewhere)) == (True, False)
    assert "wachtwoord" in mail.outbox[-1].body  # and he is told


@pytest.mark.parametrize("weak", ["kort", "123456789012", "password1234", "eigenaar@bakkerij.test"])
def test_a_weak_password_is_refused(owner: User, weak: str) -> None:
    client = Client()
    log_in(client, owner.email)

    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak})

    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_who_does_not_know_the_old_password_chooses_no_new_one(owner: User) -> None:
    client = Client()
    log_in(client, owner.email)
    form = {"oldpassword": "verkeerd-wachtwoord", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

    client.post("/account/password/change/", form)

    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


# --- Forgotten, and invited


def reset_link() -> str:
    found = re.search(r"https?://[^/\s]+(/account/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def choose_password(client: Client, link: str, password: str = NEW_PASSWORD) -> int:
    form_at = client.get(link, follow=True).request["PATH_INFO"]
    return client.post(form_at, {"password1": password, "password2": password}).status_code


def test_a_forgotten_password_is_chosen_anew_by_the_link_in_a_mail_once(owner: User) -> None:
    Client().post("/account/password/reset/", {"email": owner.email})
    link = reset_link()

    choose_password(Client(), link)
    choose_password(Client(), link, "nog-een-keer-een-ander-9")

    owner.refresh_from_db()
    assert owner.check_password(NEW_PASSWORD)


def test_who_asks_for_an_address_that_we_do_not_know_sees_the_same_and_learns_nothing(owner: User) -> None:
    known = Client().post("/account/password/reset/", {"email": owner.email})
    mails = len(mail.outbox)

    unknown = Client().post("/account/password/reset/", {"email": "niemand@bakkerij.test"})

    assert (unknown.status_code, unknown.headers["Location"]) == (known.status_code, known.headers["Location"])
    assert not any("/password/reset/key/" in one.body for one in mail.outbox[mails:])


def test_asking_again_and_again_sends_no_heap_of_mail(owner: User) -> None:
    for _ in range(12):
        Client().post("/account/password/reset/", {"email": owner.email})

    assert len(mail.outbox) < 12


def test_a_link_of_some_days_ago_does_not_work_any_more(owner: User, settings: object) -> None:
    with time_machine.travel(START, tick=False) as now:
        Client().post("/account/password/reset/", {"email": owner.email})
        now.shift(settings.PASSWORD_RESET_TIMEOUT + 1)  # type: ignore[attr-defined]

        choose_password(Client(), reset_link())

    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_an_invited_colleague_chooses_a_password_once_and_is_let_in(bakkerij: Tenant) -> None:
    invited = User.objects.create_user("nieuw@bakkerij.test", None, name="Nora Nieuw")
    Membership.objects.create(tenant=bakkerij, user=invited, role="reader")
    link, client = invitation_link(invited), Client()
    log_in(client, invited.email, "")
    assert not is_in(client)

    choose_password(client, link)
    log_in(client, invited.email, NEW_PASSWORD)

    assert is_in(client)
    choose_password(Client(), link, "nog-een-keer-een-ander-9")
    invited.refresh_from_db()
    assert invited.check_password(NEW_PASSWORD)


@pytest.mark.parametrize(
    "spoil",
    [lambda link: link.replace("-", "-x", 1), lambda link: re.sub(r"key/\w+-", "key/zz-", link)],
    ids=["another key", "another user"],
)
def test_a_link_that_is_made_up_opens_nothing(owner: User, spoil: Callable[[str], str]) -> None:
    choose_password(Client(), spoil(invitation_link(owner)))

    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


# --- A second factor


@pytest.fixture
def secret(owner: User) -> str:
    """The owner has a phone that makes codes, and codes on paper."""
    key: str = totp.generate_totp_secret()
    totp.TOTP.activate(owner, key)
    RecoveryCodes.activate(owner)
    return key


def code(secret: str, counter: int = 0) -> str:
    found = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time())) + counter))
    return str(found)


def answer_with(client: Client, given: str) -> int:
    return client.post("/account/2fa/authenticate/", {"code": given}).status_code


def test_with_a_second_factor_the_password_is_half_of_the_way(owner: User, secret: str) -> None:
    client = Client()
    with time_machine.travel(START, tick=False):
        log_in(client, owner.email)
        half_way = is_in(client)

        answer_with(client, code(secret))

        assert (half_way, is_in(client)) == (False, True)


@pytest.mark.parametrize("given", ["000000", "", "abcdef", "1234567890"])
def test_a_wrong_code_opens_nothing(owner: User, secret: str, given: str) -> None:
    client = Client()
    with time_machine.travel(START, tick=False):
        log_in(client, owner.email)

        answer_with(client, given)

        assert not is_in(client)


def test_the_same_code_works_once(owner: User, secret: str) -> None:
    first, second = Client(), Client()
    with time_machine.travel(START, tick=False):
        for client in (first, second):
            log_in(client, owner.email)
            answer_with(client, code(secret))

        assert (is_in(first), is_in(second)) == (True, False)


def test_codes_cannot_be_tried_without_end(owner: User, secret: str) -> None:
    client = Client()
    with time_machine.travel(START, tick=False):
        log_in(client, owner.email)
        for number in range(12):
            answer_with(client, f"{number:06d}")

        answer_with(client, code(secret))

        assert not is_in(client)


def test_a_code_on_paper_works_once(owner: User, secret: str) -> None:
    paper = owner.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()[0]  # type: ignore[attr-defined]
    first, second = Client(), Client()
    for client in (first, second):
        log_in(client, owner.email)
        answer_with(client, paper)

    assert (is_in(first), is_in(second)) == (True, False)


def test_a_reset_password_does_not_go_around_the_second_factor(owner: User, secret: str) -> None:
    client = Client()
    client.post("/account/password/reset/", {"email": owner.email})
    choose_password(client, reset_link())
    after_reset = is_in(client)

    log_in(client, owner.email, NEW_PASSWORD)

    assert (after_reset, is_in(client)) == (False, False)


def test_the_second_factor_cannot_be_taken_away_by_who_finds_the_screen_open(
    owner: User, secret: str, login: Callable[[User], Client]
) -> None:
    answer = login(owner).post("/account/2fa/totp/deactivate/")

    assert "reauthenticate" in answer.headers.get("Location", "")
    assert owner.authenticator_set.filter(type="totp").exists()  # type: ignore[attr-defined]
