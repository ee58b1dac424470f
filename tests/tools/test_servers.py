"""The servers for real, in a place of their own: some seconds."""

import contextlib
import os
import signal
import subprocess
import time

import psycopg2
import pytest
import redis

from tools.local import demo, places, postgres, processes, servers, valkey
from tools.local.places import Place


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = Place(tmp_path_factory.mktemp("servers").resolve() / "demo")
    yield place
    demo.remove_data(place)


def query(url: str, sql: str) -> list[tuple[object, ...]]:
    with contextlib.closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def kill(*running) -> None:
    for process in running:
        os.kill(process.pid, signal.SIGKILL)
    while any(processes.is_alive(process) for process in running):
        time.sleep(0.01)


def test_what_was_stored_survives_when_both_servers_are_killed(place):
    with servers.running(place, environment={}) as addresses:
        query(addresses["DATABASE_OWNER_URL"], "CREATE TABLE letter AS SELECT 1 AS id")
        redis.Redis.from_url(addresses["REDIS_URL"]).lpush("queue", "task")
        redis.Redis.from_url(addresses["REDIS_URL"]).execute_command("WAITAOF", 1, 0, 5000)

        kill(postgres.running(place), valkey.running(place))
        again = servers.start(place, environment={})

        assert query(again["DATABASE_OWNER_URL"], "SELECT id FROM letter") == [(1,)]
        assert redis.Redis.from_url(again["REDIS_URL"]).lrange("queue", 0, -1) == [b"task"]
    assert postgres.running(place) is None
    assert valkey.running(place) is None


def test_role_app_is_nobody_special_and_the_owner_may_make_test_databases(place):
    with servers.running(place, environment={}) as addresses:
        roles = query(
            addresses["DATABASE_URL"],
            "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
            " WHERE rolname IN ('app', 'owner') ORDER BY 1",
        )
        extensions = query(addresses["DATABASE_URL"], "SELECT extname FROM pg_extension ORDER BY 1")

        assert roles == [("app", False, False, False, False), ("owner", False, False, True, False)]
        assert {"btree_gist", "citext", "pg_trgm", "unaccent"} <= {name for (name,) in extensions}
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            query(addresses["DATABASE_URL"], "CREATE TABLE mine (id int)")
        query(addresses["DATABASE_URL"], "CREATE TEMPORARY TABLE mine (id int)")


def test_the_second_command_finds_the_servers_of_the_first_and_the_last_one_out_stops_them(place):
    with servers.running(place, environment={}) as first:
        process = postgres.running(place)
        with servers.running(place, environment={}) as second:
            assert second == first
        assert postgres.running(place) == process
        assert servers.stop(place) is False  # somebody uses them
    assert postgres.running(place) is None


def test_servers_that_were_to_be_kept_stay_until_they_are_stopped(place):
    with servers.running(place, environment={}, keep=True):
        process = postgres.running(place)

    assert postgres.running(place) == process
    assert servers.stop(place)
    assert postgres.running(place) is None


def test_a_server_whose_note_was_lost_is_taken_over(place):
    with servers.running(place, environment={}) as addresses:
        process = postgres.running(place)
        postgres.note(place).unlink()

        assert servers.start(place, environment={}) == addresses
        assert postgres.running(place) == process


def test_roles_that_a_killed_start_left_out_are_made_by_the_next_command(place):
    with servers.running(place, environment={}):
        (place.root / "roles-18").unlink()
        with servers.running(place, environment={}) as addresses:
            assert (place.root / "roles-18").exists()
            assert query(addresses["DATABASE_URL"], "SELECT 1") == [(1,)]


def test_a_lock_with_the_number_of_a_living_stranger_is_cleared(place):
    with servers.running(place, environment={}):
        pass
    stranger = subprocess.Popen(["sleep", "60"])
    lock = (place.root / "pg18").resolve() / "postmaster.pid"
    lock.write_text(f"{stranger.pid}\n{lock.parent}\n1\n5432\n\n127.0.0.1\n")

    with servers.running(place, environment={}) as addresses:
        assert query(addresses["DATABASE_URL"], "SELECT 1") == [(1,)]

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_nothing_of_a_removed_demo_stays(place):
    with servers.running(place, environment={}):
        pass
    data = (place.root / "pg18").resolve()

    demo.remove_data(place)

    assert not data.exists()
    if places.STATE in data.parents:
        assert not data.parent.exists()
