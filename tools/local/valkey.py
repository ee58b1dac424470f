"""One Valkey (or Redis) of a place: what is queued survives a crash, and nothing is ever thrown out to make room."""

import os
import time
from pathlib import Path

from tools.local import LocalError, binaries, keys, processes, say
from tools.local.places import Place
from tools.local.ports import Ports, answers

PATIENCE = 60


def note(place: Place) -> Path:
    """Return the file that tells which process is this place's server."""
    return place.root / "valkey.json"


def password(place: Place) -> str:
    """Return the server's password: other users of this machine can reach the port too."""
    return keys.read_or_make(place.root / "password-valkey")


def running(place: Place) -> processes.Running | None:
    """Return this place's server if it runs."""
    return processes.recall(note(place))


def ensure(place: Place) -> processes.Running:
    """Return the running server of a place, started if need be.

    :raises LocalError: if it does not come up; its last words are in the message.
    """
    found = running(place)
    if found and _is_ready(found):
        return found
    program, ports, log = binaries.valkey(), Ports(place.ports), place.log / "valkey.log"
    (place.root / "valkey").mkdir(mode=0o700, exist_ok=True)
    for _attempt in range(5):
        port = ports.take("valkey")
        keys.write(place.root / "valkey.conf", configuration(port, password(place), durable=place.durable))
        log.write_bytes(b"")
        server = processes.spawn(
            [program, place.root / "valkey.conf"], log=log, env=dict(os.environ), cwd=place.root / "valkey"
        )
        started = processes.remember(note(place), pid=server.pid, port=port)
        if _is_ready(started):
            return started
        note(place).unlink(missing_ok=True)
        ports.forget("valkey")
    raise LocalError(f"Valkey does not start; {log}:\n{say.tail(log)}")


def stop(place: Place) -> None:
    """Stop the server of a place; what it holds is on disk first."""
    if found := running(place):
        processes.stop(found)
        note(place).unlink(missing_ok=True)


def configuration(port: int, secret: str, *, durable: bool) -> str:
    """Return the server's configuration; it is started inside its data folder."""
    lines = {
        "bind": "127.0.0.1",
        "port": port,
        "requirepass": secret,
        "dir": ".",
        "appendonly": "yes" if durable else "no",
        "appendfsync": "everysec",
        "save": '""',
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return "".join(f"{name} {value}\n" for name, value in lines.items())


def _is_ready(server: processes.Running) -> bool:
    """Wait until the server takes connections; one that ends, or never comes to that, is not ready."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and processes.is_alive(server):
        if answers(server.port):
            return processes.is_alive(server)
        time.sleep(0.05)
    processes.stop(server)
    return False
