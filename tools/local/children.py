"""The processes of the demo: a list of what runs, and a crew that starts, watches and stops them."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.local import CHECKOUT, LocalError, processes, say
from tools.local.places import Place

SETTLED = 1.0  # seconds that a child without a check of its own has to live


class Deadline:
    """A moment by which all must be done, or none."""

    def __init__(self, seconds: float | None) -> None:
        self._until = None if seconds is None else time.monotonic() + seconds

    def left(self) -> float | None:
        """Return the seconds left, None without end.

        :raises LocalError: if none are left.
        """
        if self._until is None:
            return None
        left = self._until - time.monotonic()
        if left <= 0:
            raise LocalError("It takes longer than allowed.")
        return left


@dataclass(frozen=True)
class Child:
    """A program that stays: how it starts, and how to see that it is up."""

    name: str
    argv: Sequence[str]
    ready: Callable[[], bool] | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    patience: float = 60
    grace: float = 10


class Crew:
    """The children that run, in the order in which they started."""

    def __init__(self, place: Place, env: Mapping[str, str], *, cwd: Path = CHECKOUT) -> None:
        self.place, self.env, self.cwd = place, env, cwd
        self._running: list[tuple[Child, processes.Running]] = []
        self._deaths: list[float] = []

    def note(self, child: Child) -> Path:
        return self.place.root / f"child-{child.name}.json"

    def log(self, child: Child) -> Path:
        return self.place.log / f"{child.name}.log"

    def start(self, children: Sequence[Child]) -> None:
        """Start some children, each with a log of its own; the log of the last time is kept beside it."""
        for child in children:
            if self.log(child).exists():
                self.log(child).replace(self.log(child).with_suffix(".log.before"))
            self._spawn(child)

    def wait(self, deadline: Deadline) -> None:
        """Wait until all that was started is up.

        :raises LocalError: if one ends or is not up in time; its last words are in the message.
        """
        began = time.monotonic()
        for child, process in self._running:
            while not self._is_up(child, began):
                deadline.left()
                if not processes.is_alive(process):
                    raise LocalError(f"{child.name} has ended.\n{say.tail(self.log(child))}")
                if time.monotonic() - began > child.patience:
                    raise LocalError(f"{child.name} does not come up.\n{say.tail(self.log(child))}")
                time.sleep(0.05)

    def revive(self, *, limit: int) -> list[str]:
        """Start again what has died and return the names.

        :raises LocalError: if it is the last straw: more deaths than `limit` within a minute.
        """
        dead = [(child, process) for child, process in self._running if not processes.is_alive(process)]
        for child, process in dead:
            now = time.monotonic()
            self._deaths = [moment for moment in self._deaths if now - moment < 60] + [now]
            if len(self._deaths) > limit:
                raise LocalError(f"{child.name} has ended.\n{say.tail(self.log(child))}")
            self._running.remove((child, process))
            self._spawn(child)
        return [child.name for child, _process in dead]

    def stop(self) -> None:
        """End all, the last one first."""
        while self._running:
            child, process = self._running.pop()
            processes.stop(process, patience=child.grace)
            self.note(child).unlink(missing_ok=True)

    def _is_up(self, child: Child, began: float) -> bool:
        return child.ready() if child.ready else time.monotonic() - began > SETTLED

    def _spawn(self, child: Child) -> processes.Running:
        popen = processes.spawn(child.argv, log=self.log(child), env={**self.env, **child.env}, cwd=self.cwd)
        process = processes.remember(self.note(child), pid=popen.pid)
        self._running.append((child, process))
        return process


def end_leftovers(place: Place) -> None:
    """End the children that a killed crew left running, before their ports are wanted again."""
    for note in place.root.glob("child-*.json"):
        if process := processes.recall(note):
            processes.stop(process)
        note.unlink(missing_ok=True)
