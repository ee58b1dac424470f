"""Lines of statements on their way to the database: by COPY into a temporary table, and from there in one statement.

PostgreSQL refuses COPY into a table under row-level security (and rows one by one are too slow for a hundred thousand).
"""

import hashlib
from collections.abc import Iterable
from io import StringIO
from typing import Any

from django.db import connection

from common.public_ids import new_public_id
from payments.statement import StatementLine
from tenants.context import current_tenant_id

BATCH = 2000
NO_REFERENCE = {"", "NONREF", "NOTPROVIDED"}
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": " ", "\n": " ", "\r": " ", "\0": ""})
TEMPORARY_TABLE = """
CREATE TEMPORARY TABLE IF NOT EXISTS coming_line (
  place int, number int, base text, ordinal int, public_id text, booked_on date, value_on date, amount numeric(12,2),
  currency text, name text, iban text, description text, reference text, end_to_end_id text, mandate_id text,
  bank_reference text, is_reversal boolean, return_reason text, batch_size int
) ON COMMIT DELETE ROWS;
TRUNCATE coming_line;
"""
INSERT_LINES = """
INSERT INTO payments_bankline (tenant_id, public_id, statement_id, number, fingerprint, booked_on, value_on, amount,
  currency, name, iban, description, reference, end_to_end_id, mandate_id, bank_reference, is_reversal, return_reason,
  batch_size, state, certainty, match, handled_by, note)
SELECT %(tenant)s, c.public_id, s.id, c.number, c.base || '-' || c.ordinal, c.booked_on, c.value_on, c.amount,
  c.currency, c.name, c.iban, c.description, c.reference, c.end_to_end_id, c.mandate_id, c.bank_reference,
  c.is_reversal, c.return_reason, c.batch_size, 'new', '', '{}', '', ''
FROM coming_line c JOIN unnest(%(places)s, %(ids)s) AS s (place, id) ON s.place = c.place
ORDER BY c.place, c.number
"""
DROP_KNOWN = """
WITH gone AS (
  DELETE FROM coming_line c USING payments_bankline l
  WHERE l.tenant_id = %(tenant)s AND l.fingerprint = c.base || '-' || c.ordinal
  RETURNING c.place
) SELECT place, count(*) FROM gone GROUP BY place
"""
DROP_DOUBLES = """
WITH gone AS (
  DELETE FROM coming_line c USING coming_line first
  WHERE first.base = c.base AND first.ordinal = c.ordinal AND (first.place, first.number) < (c.place, c.number)
  RETURNING c.ctid, c.place
) SELECT place, count(DISTINCT ctid) FROM gone GROUP BY place
"""
# A notification itemised a batch that the statement has as one line …
DROP_ITEMISED_BATCHES = """
WITH gone AS (
  DELETE FROM coming_line c USING payments_bankstatement s WHERE s.tenant_id = %(tenant)s
  AND s.account_id = %(account)s AND s.opening_balance IS NULL AND c.place = ANY(%(places)s)
  AND c.batch_size > 1 AND c.bank_reference <> '' AND c.amount = (
    SELECT sum(l.amount) FROM payments_bankline l WHERE l.tenant_id = %(tenant)s AND l.statement_id = s.id
    AND l.booked_on = c.booked_on AND l.bank_reference = c.bank_reference AND l.batch_size = 0
  ) RETURNING c.ctid, c.place
) SELECT place, count(DISTINCT ctid) FROM gone GROUP BY place
"""
# … or the other way about: the batch is in the books, and its parts come too late.
DROP_PARTS_OF_BATCHES = """
WITH gone AS (
  DELETE FROM coming_line c USING payments_bankline l JOIN payments_bankstatement s
    ON s.tenant_id = l.tenant_id AND s.id = l.statement_id
  WHERE l.tenant_id = %(tenant)s AND s.account_id = %(account)s AND c.place = ANY(%(places)s)
  AND l.booked_on = c.booked_on AND l.bank_reference = c.bank_reference AND l.batch_size > 1
  AND c.bank_reference <> '' AND c.batch_size = 0
  RETURNING c.ctid, c.place
) SELECT place, count(DISTINCT ctid) FROM gone GROUP BY place
"""
# Movements that look like earlier ones, in a statement that begins where those ended: they are others.
COUNT_ON = """
UPDATE coming_line c SET ordinal = c.ordinal + known.count FROM (
  SELECT left(l.fingerprint, 40) AS base, count(*) AS count
  FROM payments_bankline l JOIN payments_bankstatement s ON s.tenant_id = l.tenant_id AND s.id = l.statement_id
  WHERE l.tenant_id = %(tenant)s AND s.account_id = %(account)s AND s.opening_balance IS NOT NULL
    AND l.booked_on IN (SELECT DISTINCT booked_on FROM coming_line WHERE place = %(place)s)
  GROUP BY 1
) known WHERE c.place = %(place)s AND c.base = known.base
"""
OVERLAP = """
SELECT s.format, max(l.booked_on) FROM payments_bankline l
JOIN payments_bankstatement s ON s.tenant_id = l.tenant_id AND s.id = l.statement_id
WHERE l.tenant_id = %(tenant)s AND s.account_id = %(account)s AND left(s.format, 8) <> %(family)s
  AND s.opening_balance IS NOT NULL AND l.booked_on BETWEEN %(first)s AND %(last)s
GROUP BY 1 LIMIT 1
"""


def base_of(iban: str, line: StatementLine) -> str:
    """Give the fingerprint of a movement, forty letters long; the same movement in another file has the same.

    The bank's own reference says it all where there is one, so that a notification, a statement and a newer version of
    the format agree. Else it is everything that the bank said.
    """
    said: tuple[object, ...]
    if line.bank_reference not in NO_REFERENCE:
        said = (iban, line.booked_on, line.amount, line.bank_reference, line.end_to_end_id, line.batch_size)
    else:
        said = (iban, *line[:-1])  # without the line of the file
    return hashlib.blake2b(repr(said).encode(), digest_size=20).hexdigest()


class Buffer:
    """Rows on their way to the temporary table."""

    def __init__(self) -> None:
        self._rows: list[str] = []
        with connection.cursor() as cursor:
            cursor.execute(TEMPORARY_TABLE)

    def add(self, place: int, number: int, base: str, ordinal: int, line: StatementLine) -> None:
        """Take a line; texts are cut to what the table holds."""
        self._rows.append(
            f"{place}\t{number}\t{base}\t{ordinal}\t{new_public_id()}\t{line.booked_on}\t{line.value_on}\t{line.amount}\t"
            f"{line.currency}\t{line.name[:140].translate(_ESCAPES)}\t{line.iban[:34].translate(_ESCAPES)}\t"
            f"{line.description[:1000].translate(_ESCAPES)}\t{line.reference[:35].translate(_ESCAPES)}\t"
            f"{line.end_to_end_id[:35].translate(_ESCAPES)}\t{line.mandate_id[:35].translate(_ESCAPES)}\t"
            f"{line.bank_reference[:64].translate(_ESCAPES)}\t{line.is_reversal}\t"
            f"{line.return_reason[:8].translate(_ESCAPES)}\t{line.batch_size}\n"
        )
        if len(self._rows) >= BATCH:
            self.flush()

    def flush(self) -> None:
        if self._rows:
            with connection.cursor() as cursor:
                cursor.copy_expert("COPY coming_line FROM STDIN", StringIO("".join(self._rows)))
            self._rows.clear()


def forget(places: Iterable[int]) -> None:
    """Let go of the lines of statements that are known."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM coming_line WHERE place = ANY(%s)", [list(places)])


def ready() -> None:
    """Let PostgreSQL know what came, so that it joins well."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE coming_line")


def drop_known() -> dict[int, int]:
    """Leave out lines that are in the books; give how many of each statement."""
    return _counted(DROP_KNOWN)


def drop_doubles() -> dict[int, int]:
    """Leave out lines that an earlier statement of the same file has too."""
    return _counted(DROP_DOUBLES)


def drop_batches(account_id: int, places: list[int], *, of_notification: bool) -> dict[int, int]:
    """Leave out what is in the books already as the parts of a batch, or as the whole of one."""
    query = DROP_PARTS_OF_BATCHES if of_notification else DROP_ITEMISED_BATCHES
    return _counted(query, account=account_id, places=places)


def looks_like_known(place: int) -> bool:
    """Tell whether a line of a statement has the fingerprint of one in the books."""
    query = (
        "SELECT 1 FROM coming_line c JOIN payments_bankline l ON l.tenant_id = %s "
        "AND l.fingerprint = c.base || '-' || c.ordinal WHERE c.place = %s LIMIT 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [current_tenant_id(), place])
        return cursor.fetchone() is not None


def count_on(place: int, account_id: int) -> None:
    """Number movements of a statement on from those that look the same and came before it."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ON, {"tenant": current_tenant_id(), "place": place, "account": account_id})


def overlap(account_id: int, family: str, first: Any, last: Any) -> tuple[str, Any] | None:
    """Give the other format in which days of an account are in the books, and the last of those days."""
    params: dict[str, Any] = {"tenant": current_tenant_id(), "account": account_id, "family": family}
    params |= {"first": first, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(OVERLAP, params)
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def insert(statements: dict[int, int]) -> int:
    """Put what is left in the books, under its statements (place -> id); give how many."""
    if not statements:
        return 0
    params: dict[str, Any] = {
        "tenant": current_tenant_id(),
        "places": list(statements),
        "ids": list(statements.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT_LINES, params)
        return int(cursor.rowcount)


def _counted(query: str, **params: Any) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"tenant": current_tenant_id(), **params})
        return dict(cursor.fetchall())
