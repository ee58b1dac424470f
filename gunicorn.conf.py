"""What the command line of the web server cannot say: its own logs, too, hold no address that lets somebody in."""

from typing import Any

from common.redaction import WithoutSecrets


def post_worker_init(worker: Any) -> None:
    """Redact what a worker logs by itself: who asked for what, and what went wrong."""
    for log in (worker.log.access_log, worker.log.error_log):
        log.addFilter(WithoutSecrets())
