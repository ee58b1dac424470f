"""Processes that outlive a command: started in a group of their own, found again, stopped with patience.

A process is known by its id together with the moment it began, so that an id that was given to somebody else
after a crash or a reboot is never mistaken for ours.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.local.places import Account


@dataclass(frozen=True)
class Running:
    """A process that we started, now or earlier."""

    pid: int
    began: str
    port: int


def began(pid: int) -> str | None:
    """Return when a process started, as the system tells it; None when it is gone or only waits to be buried."""
    if Path("/proc/self/stat").exists():
        return _began_linux(pid)
    answer = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, moment = answer.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else moment.strip()


def _began_linux(pid: int) -> str | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in {"Z", "X"} else fields[19]


def command_of(pid: int) -> str:
    """Return the command line of a process, empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        answer = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return answer.stdout


def is_alive(process: Running) -> bool:
    """Say whether exactly this process still runs."""
    return began(process.pid) == process.began


def remember(path: Path, *, pid: int, port: int = 0) -> Running:
    """Write down a process, so that another command finds it."""
    process = Running(pid=pid, began=began(pid) or "", port=port)
    path.write_text(json.dumps(asdict(process)) + "\n")
    return process


def recall(path: Path) -> Running | None:
    """Return the process that was written down if it is still alive; a stale note is removed."""
    try:
        process = Running(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    if is_alive(process):
        return process
    path.unlink(missing_ok=True)
    return None


def spawn(
    argv: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str],
    cwd: Path,
    account: Account | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, writing to a log, as another user if one is named."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
            umask=0o077,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def stop(process: Running, *, sign: signal.Signals = signal.SIGTERM, patience: float = 10) -> bool:
    """Ask a process to end and wait; after that end its whole group. Says whether it ended by itself."""
    if not is_alive(process):
        return True
    _send(process, sign)
    ended = _wait(process, patience)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # and what it left behind: it was started as the leader of its group
    if not ended:
        _wait(process, 5)
    return ended


def _send(process: Running, sign: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(process.pid, sign)


def _wait(process: Running, patience: float) -> bool:
    until = time.monotonic() + patience
    while is_alive(process):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
