"""The Celery app of the product, in a process whose clock a test can set: in a file, and faster than real if it likes.

    celery -A tests.system.wristwatch worker

The clock is the outside world; everything else in the process is the product's own.
"""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from common import clock

FILE = "WRISTWATCH"
_real = clock.now


def set_hands(path: Path, moment: datetime, *, speed: float = 1) -> None:
    """Let it be a moment now, and let time go on at a speed."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps([_real().timestamp(), moment.timestamp(), speed]))
    part.rename(path)


def shown(path: Path) -> datetime:
    """Give what time it is by the hands in a file."""
    real, moment, speed = json.loads(path.read_text())
    return datetime.fromtimestamp(moment, tz=UTC) + timedelta(seconds=(_real().timestamp() - real) * speed)


def _shown_here() -> datetime:
    return shown(Path(os.environ[FILE]))


if FILE in os.environ:
    clock.now = _shown_here

    from debiteuren.celery import app

    app.now = lambda: _shown_here().astimezone(app.timezone)  # by which beat reads its schedule
