"""CAMT.053 (statement) and CAMT.054 (notification), ISO 20022, every version from .02 to .13.

Versions differ in a few places only, so elements are found by their local name and not by their namespace.
"""

from connectors.camt.reader import read

__all__ = ["read"]
