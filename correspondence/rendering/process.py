"""The renderer of this process. WeasyPrint is loaded with it: who makes no letter does not pay for it."""

import atexit
import gc
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from correspondence.rendering.pdf import Renderer


@cache
def renderer() -> "Renderer":
    """Give the renderer of this process, made at the first call."""
    from correspondence.rendering.pdf import Renderer

    atexit.register(release_worker)
    return Renderer()


def prepare_worker() -> None:
    """Make a worker process ready for letters: its renderer, and no more searching of what stays (gc.freeze).

    To be called once in each new worker process, after everything is imported.
    """
    renderer()
    gc.collect()
    gc.freeze()


def release_worker() -> None:
    """Let the renderer go, and with it the folder of fonts that WeasyPrint keeps in /tmp.

    Runs by itself at the end of a process; a Celery worker's children end without that, so theirs must call it.
    """
    renderer.cache_clear()
