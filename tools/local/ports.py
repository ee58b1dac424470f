"""Ports on 127.0.0.1: free ones, chosen once and kept as long as nobody else takes them."""

import json
import random
import socket
from pathlib import Path

# Below the ports that outgoing connections use, and without any that browsers refuse.
RANGE = range(15000, 30000)


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """Say whether something listens there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def is_free(port: int) -> bool:
    """Say whether a server may bind this port: nobody answers under either name, and binding works."""
    if answers(port) or answers(port, "localhost"):
        return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Ports:
    """The ports of one place, by name, in a small file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, int]:
        try:
            known = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}
        return {str(name): int(port) for name, port in known.items()}

    def take(self, name: str, *, prefer: int | None = None) -> int:
        """Return the preferred port if it is free, else the one of the last time, else any."""
        known = self.read()
        others = {port for other, port in known.items() if other != name}
        wishes = [port for port in (prefer, known.get(name)) if port is not None]
        for port in [*wishes, *random.sample(RANGE, 200)]:
            if port not in others and is_free(port):
                self._write(known | {name: port})
                return port
        raise OSError("no free port found on 127.0.0.1")

    def forget(self, name: str) -> None:
        """Choose anew the next time."""
        known = self.read()
        known.pop(name, None)
        self._write(known)

    def _write(self, known: dict[str, int]) -> None:
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")
        draft.replace(self.path)
