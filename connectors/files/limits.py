"""How much of an outsider's file we are willing to read. Every limit is here, so that none is forgotten."""

from datetime import date, timedelta
from decimal import Decimal

MEGABYTE = 1024 * 1024

FILE_BYTES = 25 * MEGABYTE
"""The file as uploaded, whatever its kind."""

UNPACKED_BYTES = 100 * MEGABYTE
"""Everything inside an XLSX or a ZIP together. A sheet of 100,000 invoices is about half of it."""

ZIP_ENTRIES = 2_000

ROWS = 100_000
COLUMNS = 256
LINE_CHARACTERS = 131_072
"""One line of a CSV file; also what Python's csv module allows one quoted cell, over all its lines."""
SHEET_ROWS = 1_048_576
"""Excel's own last row. A forged row number beyond it would make us count empty rows for hours."""

HEADER_SEARCH_ROWS = 10
PREVIEW_ROWS = 5

ATTACHMENTS = 20
"""Per invoice."""

AMOUNT = Decimal("9999999999.99")
"""What the database holds: twelve digits, two of them decimals."""

FIRST_ISSUE_DATE = date(1990, 1, 1)
FUTURE_ISSUE = timedelta(days=366)
LONGEST_TERM = timedelta(days=3660)
