import pytest

from tools.local import LocalError, environment, servers, valkey
from tools.local.places import Place

ADDRESSES = {"DATABASE_URL": "postgresql://app:x@db/d", "DATABASE_OWNER_URL": "postgresql://owner:x@db/d"}


def test_addresses_from_outside_win():
    assert servers.own_database({}) is True
    assert servers.own_database(ADDRESSES) is False
    assert servers.own_database({"DATABASE_URL_FILE": "/a", "DATABASE_OWNER_URL_FILE": "/b"}) is False


def test_one_address_of_the_two_is_refused():
    with pytest.raises(LocalError, match="both DATABASE_URL"):
        servers.own_database({"DATABASE_URL": ADDRESSES["DATABASE_URL"]})


def test_settings_of_another_project_do_not_get_in(tmp_path, monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "other.settings")

    env = environment.of_tests(Place(tmp_path), ADDRESSES)

    assert "DJANGO_SETTINGS_MODULE" not in env
    assert env["ENVIRONMENT"] == "test"
    assert env["DATABASE_URL"] == ADDRESSES["DATABASE_URL"]


def test_mail_of_tests_has_nowhere_to_go_and_mail_of_the_demo_goes_to_the_catcher(tmp_path):
    tests = environment.of_tests(Place(tmp_path), ADDRESSES)
    ports = {"web": 8000, "smtp": 2525, "mail": 8025, "mollie": 8026}
    demo = environment.of_demo(Place(tmp_path), ADDRESSES, ports=ports)

    assert tests["EMAIL_URL"] == "smtp://127.0.0.1:1"
    assert demo["EMAIL_URL"] == "smtp://127.0.0.1:2525"
    assert demo["MAIL_CATCHER_URL"] == "http://127.0.0.1:8025"
    assert demo["MOLLIE_API_ENDPOINT"] == "http://127.0.0.1:8026"


def test_runs_at_the_same_time_get_databases_of_their_own(tmp_path):
    with servers.slot(Place(tmp_path)) as first, servers.slot(Place(tmp_path)) as second:
        assert (first, second) == (1, 2)
    with servers.slot(Place(tmp_path)) as again:
        assert again == 1

    assert servers.in_slot(Place(tmp_path), ADDRESSES, 1) == ADDRESSES


def test_the_queue_survives_a_crash_and_is_never_emptied_to_make_room():
    lines = valkey.configuration(6379, "secret", durable=True).splitlines()

    assert "appendonly yes" in lines
    assert "appendfsync everysec" in lines
    assert "maxmemory-policy noeviction" in lines
    assert "bind 127.0.0.1" in lines
