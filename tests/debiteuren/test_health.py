import json
import os

import pytest

from debiteuren.health import health


@pytest.fixture
def answer(rf, db):
    def ask():
        response = health(rf.get("/gezond/"))
        return response.status_code, json.loads(response.content)

    return ask


def test_all_is_well_when_database_redis_and_migrations_are(answer, settings):
    settings.REDIS_URL = os.environ["REDIS_URL"]

    assert answer() == (200, {"database": "ok", "redis": "ok", "migrations": "ok"})


def test_an_installation_without_redis_is_not_well_and_says_no_more_than_that(answer, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert answer() == (503, {"database": "ok", "redis": "does not answer", "migrations": "ok"})


def test_migrations_that_wait_are_counted(answer, settings, monkeypatch):
    settings.REDIS_URL = os.environ["REDIS_URL"]
    monkeypatch.setattr("django.db.migrations.recorder.MigrationRecorder.applied_migrations", lambda _: {})

    status, found = answer()

    assert status == 503
    assert found["migrations"].endswith("not applied")
