"""Whether this machine can make letters well, asked when Django starts."""

import ctypes
import ctypes.util
from typing import Any

from django.core.checks import CheckMessage
from django.core.checks import Warning as CheckWarning

_NAMES = ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll")


def harfbuzz_subset_is_there(app_configs: object, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's call
    """Warn where the library is missing that cuts fonts to size: letters then take three times as long."""
    if _loads():
        return []
    return [
        CheckWarning(
            "libharfbuzz-subset is not installed: letters are made three times slower.",
            hint="Install libharfbuzz-subset0 (Debian, Ubuntu) or the HarfBuzz of your system.",
            id="correspondence.W001",
        )
    ]


def _loads() -> bool:
    found = ctypes.util.find_library("harfbuzz-subset")
    for name in (*_NAMES, *([found] if found else [])):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False
