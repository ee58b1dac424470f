"""The Celery app. What ticks when is in settings, `CELERY_BEAT_SCHEDULE`."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init, worker_process_shutdown

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "debiteuren.settings")

app = Celery("debiteuren")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def prepare(**_: Any) -> None:
    """Make the renderer of letters once for each worker process."""
    from correspondence.rendering import process

    process.prepare_worker()


@worker_process_shutdown.connect
def release(**_: Any) -> None:
    """Let it go again: a recycled child would leave its folder of fonts behind."""
    from correspondence.rendering import process

    process.release_worker()
