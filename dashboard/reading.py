"""See `common.reading`."""

from common.reading import amount, day

__all__ = ["amount", "day"]
