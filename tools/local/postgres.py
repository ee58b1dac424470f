"""One PostgreSQL server of a place: made once, started, found again, stopped."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.local import CHECKOUT, LocalError, binaries, keys, places, processes, say
from tools.local.places import Place
from tools.local.ports import Ports

ROLES = CHECKOUT / "deploy" / "roles.sql"
PATIENCE = 120  # seconds: after a crash of a large database recovery takes its time

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # nothing to be left behind, nothing too long for a socket's name
    "max_connections": "200",
    "shared_buffers": "128MB",
    "log_line_prefix": "%m [%p] %u@%d ",
    "TimeZone": "UTC",
    "log_timezone": "UTC",
}
# For data that may be lost at any time: the tests'.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum_naptime": "5min"}


@dataclass(frozen=True)
class Passwords:
    """Of the three roles: the server's own, and our two."""

    postgres: str
    owner: str
    app: str

    @classmethod
    def of(cls, place: Place) -> "Passwords":
        return cls(*(keys.read_or_make(place.root / f"password-{role}") for role in ("postgres", "owner", "app")))


def note(place: Place) -> Path:
    """Return the file that tells which process is this place's server."""
    return place.root / "postgres.json"


def running(place: Place) -> processes.Running | None:
    """Return this place's server if it runs."""
    return processes.recall(note(place))


def ensure(place: Place) -> processes.Running:
    """Return the running server of a place, started if need be and with the two roles in it.

    :raises LocalError: if it does not come up; its last words are in the message.
    """
    account = places.server_account()
    programs = binaries.usable_by(binaries.postgres(), account)
    shown = place.root / f"pg{programs.major}"
    data = shown.resolve() if shown.exists() else places.server_home(place, account) / shown.name
    if not (data / "PG_VERSION").exists():
        _make(place, programs, data, account)
    places.link(shown, data)
    found = running(place) or _adopt(place, data)
    server = found if found and _is_ready(found, data) else _start(place, programs, data, account)
    _make_roles(place, programs, server.port)
    return server


def describe(place: Place) -> str:
    """Say in a line how the server of a place is set, for whoever measures on it."""
    durability = "durability on" if place.durable else "durability off"
    return f"PostgreSQL {binaries.postgres().major}, {durability}, {', '.join(f'{n}={v}' for n, v in place.settings)}"


def stop(place: Place) -> None:
    """Stop the server of a place: connections are cut, the data is written out."""
    if found := running(place):
        processes.stop(found, sign=signal.SIGINT, patience=30)
        note(place).unlink(missing_ok=True)


# Making


def _make(place: Place, programs: binaries.PostgresPrograms, data: Path, account: places.Account | None) -> None:
    """Make the data folder under another name first, so that a half-made one is never taken for whole."""
    draft = data.with_name(data.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    with _password_file(draft.with_name("password.new"), Passwords.of(place).postgres, account) as password:
        if account:
            os.chown(draft, account.uid, account.gid)
        argv: list[str | Path] = [
            programs.path("initdb"),
            "-D",
            draft,
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
            f"--pwfile={password}",
        ]
        argv += [*_locale(programs.major), *([] if place.durable else ["--no-sync"])]
        log = place.log / "initdb.log"
        log.write_bytes(b"")
        made = processes.spawn(argv, log=log, env=_environment(), cwd=draft, account=account)
        if made.wait():
            raise LocalError(f"The database could not be made:\n{say.tail(log)}")
    draft.rename(data)


@contextmanager
def _password_file(path: Path, password: str, account: places.Account | None) -> Iterator[Path]:
    keys.write(path, password)
    try:
        if account:
            os.chown(path, account.uid, account.gid)
        yield path
    finally:
        path.unlink()


def _locale(major: int) -> list[str]:
    """Sort by code point, know upper and lower case of all letters; the same on every machine where it exists."""
    if major >= 17:
        return ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--encoding=UTF8", "--locale=C", f"--lc-ctype={'UTF-8' if sys.platform == 'darwin' else 'C.UTF-8'}"]


def _environment() -> dict[str, str]:
    """Nothing of ours: a PGDATA or PGPORT of the person at the keyboard must not reach the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


# Starting


def _start(
    place: Place, programs: binaries.PostgresPrograms, data: Path, account: places.Account | None
) -> processes.Running:
    ports, log = Ports(place.ports), place.log / "postgres.log"
    for attempt in range(5):
        port = ports.take("postgres")
        log.write_bytes(b"")
        server = processes.spawn(
            [programs.path("postgres"), "-D", data, *_options(place, port)],
            log=log,
            env=_environment(),
            cwd=data,
            account=account,
        )
        started = processes.remember(note(place), pid=server.pid, port=port)
        if _is_ready(started, data):
            return started
        note(place).unlink(missing_ok=True)
        if "could not bind" in say.tail(log):
            ports.forget("postgres")
        time.sleep(attempt)  # the last of a killed server's children may still hold its memory
    raise LocalError(f"PostgreSQL does not start; {log}:\n{say.tail(log)}")


def _options(place: Place, port: int) -> list[str]:
    settings = SETTINGS | {"port": str(port)} | ({} if place.durable else THROW_AWAY) | dict(place.settings)
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _is_ready(server: processes.Running, data: Path) -> bool:
    """Wait until the server takes connections; one that ends, or never comes to that, is not ready."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and processes.is_alive(server):
        lock = _lock_file(data)
        if lock[:1] == [str(server.pid)] and lock[7:8] == ["ready"]:
            return True
        time.sleep(0.05)
    processes.stop(server, sign=signal.SIGINT)
    return False


def _lock_file(data: Path) -> list[str]:
    """Read postmaster.pid: process, folder, moment, port, socket folder, address, memory, state."""
    try:
        return [line.strip() for line in (data / "postmaster.pid").read_text().splitlines()]
    except OSError:
        return []


def _adopt(place: Place, data: Path) -> processes.Running | None:
    """Take over a server whose note was lost; clear a lock that only looks alive because its number was given away."""
    lock = _lock_file(data)
    if len(lock) < 4 or not lock[0].isdigit() or processes.began(int(lock[0])) is None:
        return None
    if str(data) in processes.command_of(int(lock[0])):
        return processes.remember(note(place), pid=int(lock[0]), port=int(lock[3]))
    (data / "postmaster.pid").unlink()
    return None


# Roles


def _make_roles(place: Place, programs: binaries.PostgresPrograms, port: int) -> None:
    """Run deploy/roles.sql once for each version of it, and let the local owner make test databases."""
    passwords = Passwords.of(place)
    done, mark = place.root / f"roles-{programs.major}", hashlib.sha256(ROLES.read_bytes()).hexdigest()
    if done.exists() and done.read_text() == mark:
        return
    script = (
        f"\\set owner_password '{passwords.owner}'\n\\set app_password '{passwords.app}'\n"
        f"{ROLES.read_text()}\nALTER ROLE owner CREATEDB;\n"
    )
    address = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    answer = subprocess.run(
        [programs.path("psql"), "-X", "-q", "-w", "-d", address],
        input=script,
        env=_environment() | {"PGPASSWORD": passwords.postgres, "PGOPTIONS": "-c client_min_messages=warning"},
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise LocalError(f"The database's roles could not be made:\n{answer.stderr}")
    done.write_text(mark)
