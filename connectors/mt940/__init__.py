"""MT940 as Dutch banks send it, read line by line in steady memory.

Our own reader, and not the library `mt-940` (PyPI, BSD): that one takes a whole file as one text and searches it with
regular expressions of its own length, gives no line number for what is wrong, sets no limit to a line, and knows the
code words of Dutch banks (`/TRTP/`, `/CNTP/`, `>20`) only in part. What differs between banks is in `texts`.
"""

from connectors.mt940.reader import read

__all__ = ["read"]
