"""The two servers of a place for as long as somebody needs them.

Every command that uses them holds a shared lock on `in-use`. The last one out stops them, unless `keep` was asked
for. The kernel drops the lock of a command that was killed; the servers it left behind are found again by the next.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from tools.local import LocalError, keys, places, postgres, processes, say, valkey
from tools.local.places import Place

DATABASE = "debiteuren"
SLOTS = 9


@contextmanager
def lock(path: Path, kind: int) -> Iterator[bool]:
    """Hold a lock of the kernel's on a file. Says whether it was granted, for a kind that does not wait."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, kind)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def given(name: str, environment: Mapping[str, str]) -> bool:
    """Say whether somebody set this variable, itself or as a file."""
    return bool(environment.get(name) or environment.get(f"{name}_FILE"))


def own_database(environment: Mapping[str, str]) -> bool:
    """Say whether a database server of ours is needed.

    :raises LocalError: if only one of the two addresses is given.
    """
    both = [given("DATABASE_URL", environment), given("DATABASE_OWNER_URL", environment)]
    if any(both) and not all(both):
        raise LocalError("Set both DATABASE_URL (role app) and DATABASE_OWNER_URL (role owner), or neither.")
    return not any(both)


@contextmanager
def running(place: Place, *, environment: Mapping[str, str], keep: bool = False) -> Iterator[dict[str, str]]:
    """Start what is needed and not yet running, give the addresses, and stop it again as the last one out."""
    places.prepare(place)
    in_use = os.open(place.root / "in-use", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with lock(place.root / "starting", fcntl.LOCK_EX):
            fcntl.flock(in_use, fcntl.LOCK_SH)
            if keep:
                (place.root / "keep").touch()
            addresses = start(place, environment=environment)
        yield addresses
    finally:
        _leave(place, in_use)
        os.close(in_use)


def start(place: Place, *, environment: Mapping[str, str]) -> dict[str, str]:
    """Start the servers that do not run and return the variables with their addresses."""
    addresses: dict[str, str] = {}
    if own_database(environment):
        with _told("PostgreSQL", postgres.running(place)):
            postgres.ensure(place)
        addresses |= database_urls(place)
    if not given("REDIS_URL", environment):
        with _told("Valkey", valkey.running(place)):
            valkey.ensure(place)
        addresses |= redis_url(place)
    return addresses


def _told(name: str, found: processes.Running | None) -> AbstractContextManager[None]:
    return nullcontext() if found else say.step(name)


def alive(place: Place, *, environment: Mapping[str, str]) -> bool:
    """Say whether the servers of ours still run."""
    database = not own_database(environment) or postgres.running(place) is not None
    return database and (given("REDIS_URL", environment) or valkey.running(place) is not None)


def _leave(place: Place, in_use: int) -> None:
    with lock(place.root / "starting", fcntl.LOCK_EX):
        fcntl.flock(in_use, fcntl.LOCK_UN)
        if not (place.root / "keep").exists():
            stop(place)


def stop(place: Place) -> bool:
    """Stop the servers if no command uses them. Says whether that was so."""
    if not place.root.is_dir():
        return True
    with lock(place.root / "in-use", fcntl.LOCK_EX | fcntl.LOCK_NB) as alone:
        if alone:
            (place.root / "keep").unlink(missing_ok=True)
            valkey.stop(place)
            postgres.stop(place)
        return alone


def database_urls(place: Place, name: str = DATABASE) -> dict[str, str]:
    """Return the addresses of the database, one per role."""
    server, passwords = postgres.running(place), postgres.Passwords.of(place)
    if server is None:
        raise LocalError("PostgreSQL has stopped.")
    return {
        "DATABASE_URL": f"postgresql://app:{passwords.app}@127.0.0.1:{server.port}/{name}",
        "DATABASE_OWNER_URL": f"postgresql://owner:{passwords.owner}@127.0.0.1:{server.port}/{name}",
    }


def redis_url(place: Place, number: int = 0) -> dict[str, str]:
    """Return the address of Valkey."""
    server = valkey.running(place)
    if server is None:
        raise LocalError("Valkey has stopped.")
    return {"REDIS_URL": f"redis://:{valkey.password(place)}@127.0.0.1:{server.port}/{number}"}


@contextmanager
def slot(place: Place) -> Iterator[int]:
    """Hold the lowest free number: runs of the suite at the same time get test databases of their own."""
    for number in range(1, SLOTS + 1):
        with lock(place.root / f"slot-{number}", fcntl.LOCK_EX | fcntl.LOCK_NB) as granted:
            if granted:
                yield number
                return
    raise LocalError(f"{SLOTS} runs at the same time are enough: wait for one to end.")


def in_slot(place: Place, addresses: Mapping[str, str], number: int) -> dict[str, str]:
    """Return the addresses for one of several runs: a database name and a Redis number of its own."""
    own: dict[str, str] = dict(addresses)
    if number > 1:
        own |= database_urls(place, f"{DATABASE}_{number}") if "DATABASE_URL" in addresses else {}
        own |= redis_url(place, number - 1) if "REDIS_URL" in addresses else {}
    return own


def secrets_of(place: Place) -> dict[str, str]:
    """Return what Django signs with here, and what it encrypts with."""
    return {
        "SECRET_KEY": keys.read_or_make(place.root / "secret_key"),
        "ENCRYPTION_KEYS": keys.read_or_make(place.root / "encryption_key"),
    }
