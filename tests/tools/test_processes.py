import json
import os
import subprocess
import sys
import time

from tools.local import processes
from tools.local.processes import Running


def started(tmp_path, code: str) -> subprocess.Popen[bytes]:
    return processes.spawn([sys.executable, "-c", code], log=tmp_path / "log", env={}, cwd=tmp_path)


def test_a_process_that_was_written_down_is_found_again(tmp_path):
    child = started(tmp_path, "import time; time.sleep(60)")
    noted = processes.remember(tmp_path / "note.json", pid=child.pid, port=123)

    assert processes.recall(tmp_path / "note.json") == noted

    processes.stop(noted)
    assert processes.recall(tmp_path / "note.json") is None
    assert not (tmp_path / "note.json").exists()


def test_a_number_that_now_belongs_to_another_process_is_not_mistaken_for_ours(tmp_path):
    note = tmp_path / "note.json"
    note.write_text(json.dumps({"pid": os.getpid(), "began": "in another life", "port": 1}))

    assert processes.recall(note) is None
    assert processes.stop(Running(os.getpid(), "in another life", 1))  # and we are still here


def test_a_spoilt_note_is_as_good_as_none(tmp_path):
    (tmp_path / "note.json").write_text('{"pid": 1}')

    assert processes.recall(tmp_path / "note.json") is None


def test_a_process_that_does_not_listen_is_ended_after_the_patience_is_over(tmp_path):
    child = started(
        tmp_path, "import signal, time; signal.signal(15, lambda *_: 0); print('up', flush=True); time.sleep(60)"
    )
    noted = processes.remember(tmp_path / "note.json", pid=child.pid)
    wait_for(lambda: "up" in (tmp_path / "log").read_text())

    assert processes.stop(noted, patience=0.2) is False
    assert child.wait(5) == -9


def test_what_a_process_left_behind_ends_with_it(tmp_path):
    code = "import subprocess, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
    child = started(tmp_path, code)
    noted = processes.remember(tmp_path / "note.json", pid=child.pid)
    wait_for(lambda: (tmp_path / "log").read_text().strip())
    grandchild = int((tmp_path / "log").read_text())

    assert processes.stop(noted)

    wait_for(lambda: processes.began(grandchild) is None)


def wait_for(true) -> None:
    until = time.monotonic() + 10
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)
