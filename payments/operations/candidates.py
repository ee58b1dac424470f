"""What is needed to judge a chunk of bank lines, read in a fixed number of queries, and the judgement itself.

Claims are found from the lines' own numbers, references, accounts, names and amounts, by index, so the cost follows the
lines and not what is open. Two rounds: who names his claims to the cent is done after the first; only for the others is
read what is known about the payer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from common.money import ZERO
from payments import matching, spelling
from tenants.context import current_tenant_id

MOST_PER_KEY = 40  # claims that share one key; more of them say nothing
MOST_PER_DEBTOR = 40  # open claims of a debtor that are compared, oldest first; his total counts all
MOST_PER_AMOUNT = 8
MOST_PER_NAME = 5
EURO = "EUR"

LINES = """
SELECT l.id, l.value_on, l.booked_on, l.amount, l.currency, l.name, l.iban, l.description, l.reference, l.end_to_end_id,
  a.is_g_account, l.batch_size
FROM payments_bankline l
JOIN payments_bankstatement s ON s.tenant_id = l.tenant_id AND s.id = l.statement_id
JOIN payments_bankaccount a ON a.tenant_id = s.tenant_id AND a.id = s.account_id
WHERE l.tenant_id = %(tenant)s
"""
WAITING = LINES + "AND l.state = 'new'"
CLAIM = """i.id, i.public_id, i.number, i.number_key, i.reference_key, i.debtor_id, i.is_open, i.principal_open,
  i.interest_open, i.costs_open, i.due_date, coalesce((i.details #>> '{g_account,amount}')::numeric(12,2), 0)"""
NAMED = f"""
SELECT * FROM (
  SELECT {CLAIM}, d.public_id, d.name, count(*) OVER (PARTITION BY i.number_key) AS same
  FROM invoices_invoice i JOIN debtors_debtor d ON d.tenant_id = i.tenant_id AND d.id = i.debtor_id
  WHERE i.tenant_id = %(tenant)s AND i.number_key = ANY(%(keys)s)
  UNION ALL
  SELECT {CLAIM}, d.public_id, d.name, count(*) OVER (PARTITION BY i.reference_key)
  FROM invoices_invoice i JOIN debtors_debtor d ON d.tenant_id = i.tenant_id AND d.id = i.debtor_id
  WHERE i.tenant_id = %(tenant)s AND i.reference_key = ANY(%(keys)s) AND i.reference_key <> '' AND %(long)s
) found WHERE same <= {MOST_PER_KEY}
"""  # noqa: S608 - constants of this module only
ACCOUNTS = """
SELECT iban, debtor_id FROM payments_knownaccount
WHERE tenant_id = %(tenant)s AND iban = ANY(%(ibans)s) AND forgotten_on IS NULL
UNION
SELECT d.iban, d.id FROM debtors_debtor d
WHERE d.tenant_id = %(tenant)s AND d.iban = ANY(%(ibans)s) AND d.iban <> '' AND NOT EXISTS (
  SELECT FROM payments_knownaccount k WHERE k.tenant_id = d.tenant_id AND k.iban = d.iban AND k.debtor_id = d.id
  AND k.forgotten_on IS NOT NULL)
"""
NAMES = """
SELECT name_key, id FROM debtors_debtor WHERE tenant_id = %(tenant)s AND name_key = ANY(%(keys)s)
"""
AMOUNTS = """
SELECT found.open_cents, found.debtor_id, d.name FROM unnest(%(cents)s::bigint[]) AS wanted (cents)
CROSS JOIN LATERAL (
  SELECT i.open_cents, i.debtor_id FROM invoices_invoice i
  WHERE i.tenant_id = %(tenant)s AND i.is_open AND i.open_cents = wanted.cents LIMIT %(most)s
) found
JOIN debtors_debtor d ON d.tenant_id = %(tenant)s AND d.id = found.debtor_id
"""
OPEN = f"""
SELECT * FROM (
  SELECT {CLAIM}, sum(i.principal_open + i.interest_open + i.costs_open) OVER mine, count(*) OVER mine,
    row_number() OVER (PARTITION BY i.debtor_id ORDER BY i.due_date, i.id) AS place
  FROM invoices_invoice i WHERE i.tenant_id = %(tenant)s AND i.is_open AND i.debtor_id = ANY(%(debtors)s)
  WINDOW mine AS (PARTITION BY i.debtor_id)
) found WHERE place <= {MOST_PER_DEBTOR}
"""  # noqa: S608 - constants of this module only
PARTIES = """
SELECT d.id, d.public_id, d.name, coalesce((
  SELECT sum(c.amount - c.allocated) FROM invoices_creditnote c
  WHERE c.tenant_id = d.tenant_id AND c.debtor_id = d.id AND c.cancelled_on IS NULL), 0)
FROM debtors_debtor d WHERE d.tenant_id = %(tenant)s AND d.id = ANY(%(debtors)s)
"""
INSTALMENTS = """
SELECT a.debtor_id, p.amount - p.paid, array_agg(DISTINCT ai.invoice_id)
FROM payments_arrangement a
JOIN payments_instalment p ON p.tenant_id = a.tenant_id AND p.arrangement_id = a.id AND p.state IN ('open', 'missed')
JOIN payments_arrangedinvoice ai ON ai.tenant_id = a.tenant_id AND ai.arrangement_id = a.id AND ai.live
WHERE a.tenant_id = %(tenant)s AND a.debtor_id = ANY(%(debtors)s) AND a.state = 'active'
GROUP BY a.debtor_id, a.id, p.amount - p.paid
"""


class Row(NamedTuple):
    """A line that waits, as it comes from the database."""

    id: int
    value_on: date
    booked_on: date
    amount: Decimal
    currency: str
    name: str
    iban: str
    description: str
    reference: str
    end_to_end_id: str
    on_g_account: bool
    batch_size: int

    def as_line(self) -> matching.Line:
        text = f"{self.description} | {self.end_to_end_id}" if self.end_to_end_id else self.description
        return matching.Line(
            amount=self.amount,
            name=self.name,
            iban=self.iban,
            text=text,
            reference=self.reference,
            on_g_account=self.on_g_account,
        )


def waiting(limit: int) -> list[Row]:
    """Give the lines that nobody looked at, the oldest first."""
    return [Row(*row) for row in _rows(WAITING + " ORDER BY l.booked_on, l.id LIMIT %(limit)s", limit=limit)]


def these(line_ids: Sequence[int], *, also_handled: bool = False) -> list[Row]:
    """Give some lines, as far as they wait or, when asked, also others."""
    return [
        Row(*row)
        for row in _rows(
            (LINES if also_handled else WAITING) + " AND l.id = ANY(%(ids)s) ORDER BY l.id", ids=list(line_ids)
        )
    ]


def matches(rows: Sequence[Row]) -> dict[int, matching.Match]:
    """Give for each line, by its id, what it is for."""
    chunk = _Chunk(rows)
    chunk.read_what_is_named()
    chunk.read_accounts()
    found = {row.id: chunk.judge(row, named_only=True) for row in rows}
    unclear = [row for row in rows if not matching.is_conclusive(found[row.id])]
    if unclear:
        chunk.read_payers(unclear)
        found |= {row.id: chunk.judge(row) for row in unclear}
    return found


@dataclass
class _Chunk:
    """Lines, and what is read about them so far."""

    rows: Sequence[Row]
    lines: dict[int, matching.Line] = field(default_factory=dict)
    keys: dict[int, tuple[str, ...]] = field(default_factory=dict)
    by_key: dict[str, list[matching.Claim]] = field(default_factory=lambda: defaultdict(list))
    parties: dict[int, matching.Party] = field(default_factory=dict)
    accounts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    payers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # line -> debtors
    open_of: dict[int, list[matching.Claim]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.lines = {row.id: row.as_line() for row in self.rows}
        self.keys = {line_id: line.keys() for line_id, line in self.lines.items()}

    def read_what_is_named(self) -> None:
        """Read the claims whose number or reference stands in a line."""
        keys = {key for mine in self.keys.values() for key in mine}
        if not keys:
            return
        for row in _rows(NAMED, keys=list(keys), long=any(len(key) > 6 for key in keys)):
            claim = matching.Claim._make(row[:12])
            self.by_key[claim.number_key].append(claim)
            if claim.reference_key and claim.reference_key != claim.number_key:
                self.by_key[claim.reference_key].append(claim)
            if claim.debtor_id not in self.parties:
                self.parties[claim.debtor_id] = matching.Party(claim.debtor_id, row[12], row[13])

    def read_accounts(self) -> None:
        """Read whose accounts the lines came from."""
        ibans = {row.iban for row in self.rows if row.iban}
        if ibans:
            for iban, debtor_id in _rows(ACCOUNTS, ibans=list(ibans)):
                self.accounts[iban].append(debtor_id)

    def read_payers(self, rows: Sequence[Row]) -> None:
        """Read who may have paid some lines, and what they have open."""
        names = self._names(rows)
        amounts = self._amounts(rows)
        for row in rows:
            payers = self.payers[row.id]
            payers.update(self.accounts.get(row.iban, ())[:MOST_PER_NAME])
            payers.update(claim.debtor_id for key in self.keys[row.id] for claim in self.by_key.get(key, ()))
            for key in spelling.name_keys(row.name) if row.name else ():
                if len(found := names.get(key, ())) <= MOST_PER_NAME:
                    payers.update(found)
            payers.update(self._with_this_amount(row, amounts))
        self._read_open({debtor_id for row in rows for debtor_id in self.payers[row.id]})

    def _names(self, rows: Sequence[Row]) -> Mapping[str, list[int]]:
        keys = {key for row in rows if row.name for key in spelling.name_keys(row.name)}
        found: dict[str, list[int]] = defaultdict(list)
        if keys:
            for key, debtor_id in _rows(NAMES, keys=list(keys)):
                found[key].append(debtor_id)
        return found

    def _amounts(self, rows: Sequence[Row]) -> Mapping[int, list[tuple[int, str]]]:
        cents = {int(row.amount * 100) for row in rows}
        found: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for amount, debtor_id, name in _rows(AMOUNTS, cents=list(cents), most=MOST_PER_AMOUNT):
            found[amount].append((debtor_id, name))
        return found

    def _with_this_amount(self, row: Row, amounts: Mapping[int, list[tuple[int, str]]]) -> Iterable[int]:
        """Give who has a claim of just this amount and a name that looks alike, or where a number may be mistyped."""
        found = amounts.get(int(row.amount * 100), [])
        if len(found) >= MOST_PER_AMOUNT:
            return ()
        typed = any(len(key) >= matching.STRONG_DIGITS for key in self.keys[row.id])
        return [debtor_id for debtor_id, name in found if typed or spelling.likeness(row.name, name)]

    def _read_open(self, debtor_ids: Collection[int]) -> None:
        totals: dict[int, tuple[Decimal, int]] = {}
        for row in _rows(OPEN, debtors=list(debtor_ids)):
            claim = matching.Claim._make(row[:12])
            self.open_of[claim.debtor_id].append(claim)
            totals[claim.debtor_id] = (row[12], row[13])
        asked: dict[int, list[tuple[Decimal, frozenset[int]]]] = defaultdict(list)
        for debtor_id, amount, claims in _rows(INSTALMENTS, debtors=list(debtor_ids)):
            asked[debtor_id].append((amount, frozenset(claims)))
        for debtor_id, public_id, name, credit in _rows(PARTIES, debtors=list(debtor_ids)):
            total, count = totals.get(debtor_id, (ZERO, 0))
            parts = tuple(asked.get(debtor_id, ()))
            self.parties[debtor_id] = matching.Party(debtor_id, public_id, name, total, count, credit, parts)

    def judge(self, row: Row, *, named_only: bool = False) -> matching.Match:
        """Give what a line is for, by what is read so far."""
        claims = {claim.id: claim for key in self.keys[row.id] for claim in self.by_key.get(key, ())}
        if not named_only:
            for debtor_id in self.payers[row.id]:
                claims |= {claim.id: claim for claim in self.open_of.get(debtor_id, ())}
        elif not claims:
            return matching.NOTHING
        account_of = self.accounts.get(row.iban, ()) if row.iban else ()
        mine = {claim.debtor_id for claim in claims.values()} | set(() if named_only else account_of)
        parties = {debtor_id: self.parties[debtor_id] for debtor_id in mine if debtor_id in self.parties}
        return matching.decide(
            self.lines[row.id], claims.values(), parties, account_of, keys=self.keys[row.id], named_only=named_only
        )


def _rows(query: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"tenant": current_tenant_id(), **params})
        return list(cursor.fetchall())
