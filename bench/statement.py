"""A bank statement the whole way, against a hand-written set-based version of it.

100,000 lines of CAMT.053 against 1,000,000 open claims of one tenant; ninety-five in a hundred name their invoice and
pay it to the cent, the others pay a part of what they name, or say nothing that is known. Ours reads the file, imports,
matches, books, allocates and closes the cases, and keeps lines, reasons, known accounts and the log. The SQL reads the
same file in the simplest way, copies it into a temporary table, joins once on number and amount, and inserts payments,
settlements and allocations and closes the cases, as role app under the same policies, constraints and triggers. Each
side has a file of its own with other claims, and what each booked is compared with what its file says. A file of twice
the size then shows whether memory follows the file.

    bin/bench statement [--check] [--claims 1000000] [--lines 100000]
"""

import argparse
import cProfile
import hashlib
import multiprocessing
import pstats
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench import night, stage

DAY = date(2026, 3, 2)
GOAL = 0.4
MEMORY_LIMIT = 500  # MB
IBAN = "NL91ABNA0417164300"
PER_STATEMENT = 5000
OPENING = Decimal("1000.00")

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>BENCH</MsgId><CreDtTm>2026-03-02T20:00:00</CreDtTm></GrpHdr>
"""
START = """<Stmt><Id>{id}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>2026-03-02T20:00:00</CreDtTm>
<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{opening}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-03-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-03-02</Dt></Dt></Bal>
"""
ENTRY = """<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-02</Dt></ValDt><AcctSvcrRef>{reference}</AcctSvcrRef>
<BkTxCd><Prtry><Cd>541</Cd><Issr>BENCH</Issr></Prtry></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr><Nm>{name}</Nm></Dbtr>
<DbtrAcct><Id><IBAN>{iban}</IBAN></Id></DbtrAcct></RltdPties>
<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
"""

# --- The other side

COPIED = """
CREATE TEMPORARY TABLE bench_line (
  booked_on date, amount numeric(12,2), name text, iban text, description text, number text,
  payment_id bigint, settlement_id bigint, invoice_id bigint, debtor_id bigint
) ON COMMIT DROP
"""
JOINED = """
CREATE TEMPORARY TABLE bench_match ON COMMIT DROP AS
SELECT b.booked_on, b.amount, b.name, b.iban, b.description, i.id AS invoice_id, i.debtor_id,
  nextval('payments_payment_id_seq') AS payment_id, nextval('invoices_settlement_id_seq') AS settlement_id
FROM bench_line b JOIN invoices_invoice i ON i.tenant_id = %(tenant)s AND i.number = b.number
  AND i.is_open AND i.principal_open = b.amount
"""
PAYMENTS = """
INSERT INTO payments_payment (tenant_id, id, public_id, debtor_id, amount, currency, received_on, method, payer_name,
  payer_iban, description, reason, allocated, refunded)
SELECT %(tenant)s, payment_id, substr(md5(random()::text), 1, 14), debtor_id, amount, 'EUR', booked_on, 'bank', name, iban,
  description, '', 0, 0 FROM bench_match
"""
SETTLEMENTS = """
INSERT INTO invoices_settlement (tenant_id, id, public_id, invoice_id, kind, booked_on, to_costs, to_interest, to_principal,
  reason)
SELECT %(tenant)s, settlement_id, substr(md5(random()::text), 1, 14), invoice_id, 'payment', booked_on, 0, 0, amount, ''
FROM bench_match
"""
ALLOCATIONS = """
INSERT INTO payments_allocation (tenant_id, payment_id, settlement_id, amount)
SELECT %(tenant)s, payment_id, settlement_id, amount FROM bench_match
"""
CASES = """
UPDATE dunning_case c SET state = 'closed', next_look_on = NULL, why_code = '', why_until = NULL
FROM bench_match m WHERE c.tenant_id = %(tenant)s AND c.invoice_id = m.invoice_id
"""


@dataclass
class File:
    """A statement for one side, and what a right booking of it adds up to."""

    path: Path
    lines: int
    booked: int = 0
    amount: Decimal = Decimal(0)
    sums: list[Decimal] = field(default_factory=list)  # of each statement


def claims_of(tenant_id: int, first: int, step: int, lines: int) -> Iterator[tuple[str, Decimal, str]]:
    """Give claims spread over all there are: their number, what is open on them, and who owes it."""
    from django.db import connection

    from tenants.context import tenant_context

    with tenant_context(tenant_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.number, i.principal_open, d.name FROM invoices_invoice i "
            "JOIN debtors_debtor d ON d.tenant_id = i.tenant_id AND d.id = i.debtor_id "
            "WHERE i.tenant_id = %s AND i.is_open AND i.number::bigint %% %s = %s ORDER BY i.number::bigint LIMIT %s",
            [tenant_id, step, first, lines],
        )
        yield from cursor.fetchall()


def entries(tenant_id: int, first: int, step: int, file: File) -> Iterator[tuple[Decimal, str]]:
    """Give the lines of a file as XML, in the order of nothing."""
    rows = list(claims_of(tenant_id, first, step, file.lines))
    assert len(rows) == file.lines, f"{len(rows)} claims for {file.lines} lines"
    for place in range(len(rows)):
        number, amount, name = rows[place * 7919 % len(rows)]
        text, turn = f"Factuur {number}", place % 40
        if turn == 17:
            amount, text = amount - Decimal("10.00"), f"deel van {number}"
        elif turn == 31:
            amount, text, name = amount + Decimal("0.01"), "zoals afgesproken", f"Onbekend {number}"
        else:
            file.booked += 1
            file.amount += amount
        account = f"NL{int(number) % 90 + 10}BANK{int(number):010d}"
        yield amount, ENTRY.format(amount=amount, reference=f"{first}-{place}", name=name, iban=account, text=text)


def write(tenant_id: int, path: Path, *, lines: int, first: int, step: int) -> File:
    """Write a file whose balances follow each other, statement by statement."""
    file, opening = File(path, lines), OPENING
    with path.open("w") as out:
        out.write(HEAD)
        held: list[str] = []
        total, number = Decimal(0), 0
        for amount, xml in entries(tenant_id, first, step, file):
            held.append(xml)
            total += amount
            if len(held) == PER_STATEMENT:
                opening, number = _statement(out, held, total, opening, first, number)
                total = Decimal(0)
        if held:
            _statement(out, held, total, opening, first, number)
        out.write("</BkToCstmrStmt></Document>\n")
    return file


def _statement(out: Any, held: list[str], total: Decimal, opening: Decimal, first: int, number: int) -> Any:
    number += 1
    closing = opening + total
    out.write(START.format(id=f"S{first}-{number}", number=number, iban=IBAN, opening=opening, closing=closing))
    out.writelines(held)
    out.write("</Stmt>\n")
    held.clear()
    return closing, number


def simple_rows(path: Path) -> Iterator[str]:
    """Read a file as plainly as it can be done: what the join needs, as text for COPY."""
    from lxml import etree

    space = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.02}"
    for _event, entry in etree.iterparse(str(path), tag=f"{space}Ntry"):
        amount = entry.findtext(f"{space}Amt")
        day = entry.findtext(f"{space}BookgDt/{space}Dt")
        details = entry.find(f"{space}NtryDtls/{space}TxDtls")
        parties = details.find(f"{space}RltdPties")
        name = parties.findtext(f"{space}Dbtr/{space}Nm")
        iban = parties.findtext(f"{space}DbtrAcct/{space}Id/{space}IBAN")
        text = details.findtext(f"{space}RmtInf/{space}Ustrd")
        yield f"{day}\t{amount}\t{name}\t{iban}\t{text}\t{text.rsplit(' ', 1)[-1]}\n"
        entry.clear()
        while entry.getprevious() is not None:
            del entry.getparent()[0]


def baseline(tenant_id: int, path: Path) -> None:
    from io import StringIO

    from django.db import connection

    from tenants.context import tenant_context

    def do(statement: str) -> None:
        start = time.perf_counter()
        cursor.execute(statement, {"tenant": tenant_id})
        steps.append(f"{statement.split()[2]} {time.perf_counter() - start:.1f}")

    steps: list[str] = []
    with tenant_context(tenant_id), connection.cursor() as cursor:
        cursor.execute(COPIED)
        columns = "bench_line (booked_on, amount, name, iban, description, number)"
        cursor.copy_expert(f"COPY {columns} FROM STDIN", StringIO("".join(simple_rows(path))))
        cursor.execute("ANALYZE bench_line")
        do(JOINED)
        cursor.execute("ANALYZE bench_match")
        for statement in (PAYMENTS, SETTLEMENTS, ALLOCATIONS, CASES):
            do(statement)
    print("    " + ", ".join(steps))


def ours(tenant_id: int, path: Path) -> None:
    """What upload and worker do: the file is imported in one transaction, and matched chunk by chunk."""
    from common.actor import the_clock
    from common.clock import at_local_time
    from connectors import statements
    from payments import operations
    from tenants.context import tenant_context

    by = the_clock(at_local_time(DAY, 21))
    began = time.perf_counter()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        with tenant_context(tenant_id):
            parts = statements.read(file, path.name)
            operations.import_statement(parts=parts, filename=path.name, sha256=digest, by=by)
    imported = time.perf_counter()
    more = True
    while more:
        with tenant_context(tenant_id):
            more = operations.match_lines(by=by)
    done = time.perf_counter()
    print(f"    import {imported - began:.1f} s, match and book {done - imported:.1f} s")


def profiled(tenant_id: int, path: Path) -> None:
    """Print which functions and which statements take the time."""
    from django.db import connection

    spent: Counter[str] = Counter()

    def timed(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent[" ".join(sql.split())[:110]] += time.perf_counter() - start

    profile = cProfile.Profile()
    with connection.execute_wrapper(timed):
        profile.runcall(ours, tenant_id, path)
    pstats.Stats(profile).sort_stats("tottime").print_stats(30)
    for sql, seconds in spent.most_common(25):
        print(f"{seconds:8.2f} s  {sql}")


Work = Callable[[int, Path], None]


def _do(job: tuple[Work, int, Path]) -> tuple[float, float]:
    work, tenant_id, path = job
    start = time.perf_counter()
    work(tenant_id, path)
    return time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(work: Work, tenant_id: int, file: File) -> tuple[float, float]:
    """Let one process of its own do a side; give its seconds and its megabytes."""
    from django.db import connections

    connections.close_all()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        return pool.submit(_do, (work, tenant_id, file.path)).result()


def totals(tenant_id: int) -> dict[str, Any]:
    """Give what is booked so far."""
    from django.db import connection

    from tenants.context import tenant_context

    counted = {
        "payments": "SELECT count(*) FROM payments_payment",
        "amount": "SELECT coalesce(sum(allocated), 0) FROM payments_payment",
        "settlements": "SELECT count(*) FROM invoices_settlement",
        "allocations": "SELECT count(*) FROM payments_allocation",
        "settled": "SELECT count(*) FROM invoices_invoice WHERE NOT is_open",
        "closed": "SELECT count(*) FROM dunning_case WHERE state = 'closed'",
    }
    with tenant_context(tenant_id), connection.cursor() as cursor:
        found = {}
        for name, query in counted.items():
            cursor.execute(query)
            found[name] = cursor.fetchone()[0]
        return found


def measured(label: str, work: Work, tenant_id: int, file: File) -> tuple[float, float]:
    """Run a side and compare what it booked with what its file says."""
    before = totals(tenant_id)
    night.as_owner("VACUUM ANALYZE")
    seconds, memory = run(work, tenant_id, file)
    booked = {name: value - before[name] for name, value in totals(tenant_id).items()}
    expected = {name: file.amount if name == "amount" else file.booked for name in booked}
    print(f"  {label:5} {seconds:7.1f} s  {file.lines / seconds:8.0f} lines/s  {memory:.0f} MB")
    if booked != expected:
        print(f"  DIFFERENT: expected {expected}, booked {booked}")
        sys.exit(1)
    return seconds, memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--profile", action="store_true", help="print where ours spends its time, and measure nothing")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    stage.set_up()
    (tenant_id,) = night.load(1, options.claims)
    step = options.claims // options.lines  # each file takes the claims with another remainder
    assert step >= 8, "there must be eight claims a line"
    with tempfile.TemporaryDirectory() as folder:
        path, lines = Path(folder), options.lines
        print(f"{lines} lines against {options.claims} open claims")
        if options.profile:
            profiled(tenant_id, write(tenant_id, path / "profile.xml", lines=lines, first=0, step=step).path)
            return
        # an administration that runs has payments already: their tables are not empty
        history = write(tenant_id, path / "history.xml", lines=lines // 10, first=3, step=step)
        measured("first", ours, tenant_id, history)
        sql, _ = measured(
            "SQL", baseline, tenant_id, write(tenant_id, path / "sql.xml", lines=lines, first=0, step=step)
        )
        mine, memory = measured(
            "ours", ours, tenant_id, write(tenant_id, path / "ours.xml", lines=lines, first=1, step=step)
        )
        half = step // 2  # twice as many: of the rest
        twice = write(tenant_id, path / "twice.xml", lines=2 * lines, first=2 % half, step=half)
        _, memory_of_twice = measured("twice", ours, tenant_id, twice)
    print(f"  memory: {memory:.0f} MB, with a file of twice the size {memory_of_twice:.0f} MB")
    if options.check and max(memory, memory_of_twice) > MEMORY_LIMIT:
        print(f"memory is over {MEMORY_LIMIT} MB")
        sys.exit(1)
    stage.conclude("statement", sql / mine, GOAL)


if __name__ == "__main__":
    main()
