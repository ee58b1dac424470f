"""Real processes against the test's database, a real Redis and a mail server that takes the mail in."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from celery import Celery
from django.conf import settings as django_settings
from django.db import connections

from connectors.mail_catcher.store import Caught, Store
from connectors.management.commands.mail_catcher import catching
from tests.system import wristwatch

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 100.0  # seconds; nothing here takes as long on a machine that is not stuck


def eventually(what: Callable[[], Any], why: str = "", *, patience: float = PATIENCE, meanwhile: Any = None) -> Any:
    """Wait until something is true, and give it."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if found := what():
            return found
        if meanwhile is not None:
            meanwhile()
        time.sleep(0.1)
    raise AssertionError(f"did not come true: {why or what}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class SlowStore(Store):
    """Takes its time between keeping a mail and saying so: the moment at which a worker had better not die."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.has_not_said_so = threading.Event()

    def keep(self, *args: Any, **kwargs: Any) -> Caught:
        caught = super().keep(*args, **kwargs)
        self.has_not_said_so.set()
        time.sleep(0.1)
        self.has_not_said_so.clear()
        return caught


@dataclass
class Site:
    """One installation: its environment, and the processes that run."""

    folder: Path
    environment: dict[str, str]
    store: SlowStore
    broker: Celery
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def hands(self) -> Path:
        return self.folder / "hands"

    def set_hands(self, moment: datetime, *, speed: float = 1) -> None:
        wristwatch.set_hands(self.hands, moment, speed=speed)

    def start(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start one of Celery's programs, in a process group of its own."""
        with (self.folder / f"{command[0]}-{len(self.children)}.log").open("wb") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "tests.system.wristwatch", *command],
                env=self.environment | environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.children.append(child)
        return child

    def start_worker(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        worker = self.start("worker", "--loglevel", "INFO", "--concurrency", "2", *options, **environment)
        eventually(lambda: f"ready at {worker.pid}" if self.is_ready() else self.died(worker), "a worker is ready")
        return worker

    def is_ready(self) -> bool:
        return bool(self.broker.control.ping(timeout=0.5))

    def died(self, child: subprocess.Popen[bytes]) -> None:
        assert child.poll() is None, self.logs()

    def queue(self, task: str, **kwargs: Any) -> None:
        """Queue a task, as beat or an operation would."""
        self.broker.send_task(task, kwargs=kwargs)

    def kill(self, child: subprocess.Popen[bytes]) -> None:
        """Take a program away with all its processes, at once and for good."""
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def logs(self) -> str:
        return "\n".join(f"--- {path.name}\n{path.read_text()[-6000:]}" for path in sorted(self.folder.glob("*.log")))


def processes_of(parent: int) -> list[int]:
    """Give the children of a process, by Linux' own list."""
    try:
        return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    except OSError:
        return []


@contextmanager
def _mail(folder: Path, settings: Any) -> Iterator[tuple[SlowStore, int, int]]:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    store, web = SlowStore(folder / "mail"), free_port()
    with catching(store, "127.0.0.1", web):
        yield store, settings.EMAIL_PORT, web


@pytest.fixture
def site(transactional_db: None, tmp_path: Path, settings: Any, worker_id: str) -> Iterator[Site]:
    """Give an installation in which nothing runs yet but the mail server."""
    database = connections["default"].settings_dict
    number = 12 + int(worker_id.removeprefix("gw")) % 4 if worker_id.startswith("gw") else 11
    redis_url = urlsplit(django_settings.REDIS_URL)._replace(path=f"/{number}").geturl()
    with redis.Redis.from_url(redis_url) as emptied:
        emptied.flushdb()
    with _mail(tmp_path, settings) as (store, smtp, web):
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "debiteuren.settings",
            "DATABASE_URL": (
                f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
                f"/{database['NAME']}"
            ),
            "REDIS_URL": redis_url,
            "ENVIRONMENT": "test",
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp}",
            "MAIL_CATCHER_URL": f"http://127.0.0.1:{web}",
            "MESSAGE_LEASE_SECONDS": "2",
            wristwatch.FILE: str(tmp_path / "hands"),
        }
        broker = Celery("tests", broker=redis_url, set_as_current=False)
        made = Site(tmp_path, environment, store, broker)
        try:
            yield made
        finally:
            for child in made.children:
                made.kill(child)
            broker.close()
