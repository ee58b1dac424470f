import os
import signal
import sys
from functools import partial

import pytest

from tools.local import LocalError, places, processes
from tools.local.children import Child, Crew, Deadline, end_leftovers
from tools.local.places import Place

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def crew(tmp_path):
    place = Place(tmp_path / "local" / "demo")
    places.prepare(place)
    crew = Crew(place, dict(os.environ), cwd=tmp_path)
    yield crew
    crew.stop()


def up() -> bool:
    return True


def pid_of(crew: Crew, child: Child) -> int:
    running = processes.recall(crew.note(child))
    assert running
    return running.pid


def test_a_child_that_ends_at_once_is_told_with_its_last_words(crew):
    child = Child("web", [sys.executable, "-c", "print('no database'); raise SystemExit(3)"], ready=lambda: False)

    crew.start([child])

    with pytest.raises(LocalError, match="no database"):
        crew.wait(Deadline(None))


def test_waiting_has_an_end(crew):
    crew.start([Child("web", SLEEP, ready=lambda: False, patience=0.3)])

    with pytest.raises(LocalError, match="longer than allowed"):
        crew.wait(Deadline(0.1))
    with pytest.raises(LocalError, match="does not come up"):
        crew.wait(Deadline(None))


def test_a_child_that_was_killed_is_started_again_until_it_happens_too_often(crew):
    child = Child("worker", SLEEP, ready=up)
    crew.start([child])
    first = pid_of(crew, child)

    kill(crew, child)

    assert crew.revive(limit=1) == ["worker"]
    assert pid_of(crew, child) != first
    kill(crew, child)
    with pytest.raises(LocalError, match="worker has ended"):
        crew.revive(limit=1)


def test_what_a_killed_crew_left_running_is_ended(crew):
    child = Child("beat", SLEEP, ready=up)
    crew.start([child])
    orphan = pid_of(crew, child)

    end_leftovers(crew.place)

    assert processes.began(orphan) is None
    assert not crew.note(child).exists()


def test_all_end_the_last_one_first(crew):
    names = ("mail", "web", "worker")
    crew.start([Child(name, told_at_the_end(name), ready=partial(says_up, crew, name)) for name in names])
    crew.wait(Deadline(10))

    crew.stop()

    assert (crew.cwd / "ended").read_text().split() == ["worker", "web", "mail"]


def told_at_the_end(name: str) -> list[str]:
    code = f"""
import signal, sys, time
def end(*_):
    open("ended", "a").write("{name} ")
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("up", flush=True)
time.sleep(60)
"""
    return [sys.executable, "-c", code]


def says_up(crew: Crew, name: str) -> bool:
    return "up" in (crew.place.log / f"{name}.log").read_text()


def kill(crew: Crew, child: Child) -> None:
    pid = pid_of(crew, child)
    os.kill(pid, signal.SIGKILL)
    while processes.began(pid):
        pass
