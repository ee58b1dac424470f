"""The settings refuse to start on a value that is missing or malformed, and say which one."""

import os
import runpy
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

SETTINGS = str(Path(__file__).resolve().parents[2] / "debiteuren" / "settings.py")
LONG = "0123456789" * 5
GOOD = {
    "ENVIRONMENT": "demo",
    "SECRET_KEY": LONG,
    "ENCRYPTION_KEYS": LONG,
    "SITE_URL": "https://debiteuren.example",
    "DATABASE_URL": "postgresql://app:geheim@db:5432/debiteuren",
    "REDIS_URL": "redis://redis:6379/0",
    "EMAIL_URL": "smtp://mail:25",
}


def load(monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> dict[str, Any]:
    """Run settings.py with an environment of its own; None leaves a variable out."""
    wanted = {name: value for name, value in (GOOD | changes).items() if value is not None}
    for name in set(os.environ) - {"PATH", "HOME"}:
        monkeypatch.delenv(name)
    for name, value in wanted.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(SETTINGS)


def test_with_all_that_is_needed_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch)

    assert settings["DATABASES"]["default"]["USER"] == "app"
    assert "owner" not in settings["DATABASES"]
    assert settings["ALLOWED_HOSTS"] == ["debiteuren.example"]
    assert settings["DEBUG"] is False


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"ENVIRONMENT"}))
def test_without_one_of_them_it_does_not(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        load(monkeypatch, **{name: None})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "kort"),
        ("ENCRYPTION_KEYS", ""),
        ("ENCRYPTION_KEYS", "kort"),
        ("ENCRYPTION_KEYS", f"{LONG},kort"),
        ("ENCRYPTION_KEYS", f"{LONG},"),
        ("SITE_URL", "debiteuren.example"),
        ("SITE_URL", "ftp://debiteuren.example"),
        ("SITE_URL", "https://"),
        ("DATABASE_URL", "sqlite:///db.sqlite3"),
        ("DATABASE_URL", "mysql://app:x@db/debiteuren"),
        ("DATABASE_URL", "postgresql://db/debiteuren"),  # no role
        ("DATABASE_URL", "postgresql://app:x@db"),  # no database
        ("DATABASE_URL", "postgresql://app:x@db:poort/debiteuren"),
        ("DATABASE_OWNER_URL", "sqlite:///db.sqlite3"),
        ("REDIS_URL", "redis"),
        ("REDIS_URL", "http://redis:6379"),
        ("EMAIL_URL", "mail.example"),
        ("EMAIL_URL", "http://mail.example"),
        ("EMAIL_URL", "smtp://mail:vijfentwintig"),
        ("ENVIRONMENT", "productie"),
        ("DEBUG", "misschien"),
        ("BEHIND_PROXY", "misschien"),
        ("SECURE_SSL_REDIRECT", "misschien"),
        ("MESSAGE_LEASE_SECONDS", "twee minuten"),
        ("MESSAGE_LEASE_SECONDS", "0"),
    ],
)
def test_on_a_malformed_value_it_does_not_start_and_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        load(monkeypatch, **{name: value})


def test_the_mail_catcher_is_not_for_production(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="MAIL_CATCHER_URL"):
        load(monkeypatch, ENVIRONMENT="production", MAIL_CATCHER_URL="http://localhost:8025")

    assert load(monkeypatch, MAIL_CATCHER_URL="http://localhost:8025")["MAIL_CATCHER_URL"]


def test_in_production_a_worker_has_longer_than_a_mail_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="MESSAGE_LEASE_SECONDS"):
        load(monkeypatch, ENVIRONMENT="production", MESSAGE_LEASE_SECONDS="59")

    assert load(monkeypatch, MESSAGE_LEASE_SECONDS="59")["MESSAGE_LEASE_SECONDS"] == 59


@pytest.mark.parametrize(("site", "secure"), [("https://debiteuren.example", True), ("http://localhost:8000", False)])
def test_behind_https_every_cookie_and_address_is_secure(
    monkeypatch: pytest.MonkeyPatch, site: str, secure: bool
) -> None:
    settings = load(monkeypatch, SITE_URL=site)

    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    assert {name: settings[name] for name in names} == dict.fromkeys(names, secure)
    assert bool(settings["SECURE_HSTS_SECONDS"]) is secure


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(LONG[::-1])

    settings = load(monkeypatch, SECRET_KEY=None, SECRET_KEY_FILE=str(tmp_path / "secret"))

    assert settings["SECRET_KEY"] == LONG[::-1]


def test_passwords_with_signs_in_them_are_read_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(
        monkeypatch,
        DATABASE_URL="postgresql://app:p%40s%2Fs@db/debiteuren",
        EMAIL_URL="smtp+tls://wij%40post.example:a%3Ab@mail.example:587",
    )

    assert settings["DATABASES"]["default"]["PASSWORD"] == "p@s/s"
    assert (settings["EMAIL_HOST_USER"], settings["EMAIL_HOST_PASSWORD"]) == ("wij@post.example", "a:b")
    assert (settings["EMAIL_USE_TLS"], settings["EMAIL_USE_SSL"], settings["EMAIL_PORT"]) == (True, False, 587)


def test_no_request_opens_the_database_as_its_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    databases = load(monkeypatch, DATABASE_OWNER_URL="postgresql://owner:x@db/debiteuren")["DATABASES"]

    assert databases["default"]["ATOMIC_REQUESTS"] is True
    assert databases["owner"]["ATOMIC_REQUESTS"] is False


@pytest.mark.parametrize(("behind", "trusted"), [("true", 1), ("false", 0)])
def test_logins_are_throttled_by_the_address_that_the_proxy_saw(
    monkeypatch: pytest.MonkeyPatch, behind: str, trusted: int
) -> None:
    settings = load(monkeypatch, BEHIND_PROXY=behind)

    assert settings["ALLAUTH_TRUSTED_PROXY_COUNT"] == trusted
    assert ("SECURE_PROXY_SSL_HEADER" in settings) is bool(trusted)
