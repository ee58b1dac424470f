"""Bank statements made for tests: CAMT in any version, MT940 as Rabobank writes it, and lines to put in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from xml.sax.saxutils import escape

OWN = "NL91ABNA0417164300"  # of the bakery's letterhead
DAY = date(2026, 3, 2)
_references = count(1)


@dataclass(frozen=True)
class Line:
    """A movement to write."""

    amount: str
    name: str = "P. Voorbeeld"
    iban: str = "NL20INGB0001234567"
    text: str = "factuur"
    on: date = DAY
    reference: str = ""  # the bank's own; "-" for none
    end_to_end: str = ""
    returned: str = ""
    parts: Sequence[str] = ()  # amounts of the transactions in it
    batch: int = 0  # transactions that are not itemised
    own_reference: str = field(default_factory=lambda: f"R{next(_references):09d}")

    @property
    def bank_reference(self) -> str:
        return "" if self.reference == "-" else self.reference or self.own_reference


def closing(opening: str, lines: Sequence[Line]) -> Decimal:
    return Decimal(opening) + sum((Decimal(line.amount) for line in lines), start=Decimal(0))


def camt(
    *lines: Line,
    version: str = "053.001.02",
    opening: str = "1000.00",
    ends: str = "",
    iban: str = OWN,
    number: str = "61",
    opened: date = DAY,
    closed: date = DAY,
    currency: str = "EUR",
) -> bytes:
    """Write one statement as CAMT."""
    return camt_of(statement(*lines, version=version, opening=opening, ends=ends, iban=iban, number=number,
                             opened=opened, closed=closed, currency=currency), version=version)  # fmt: skip


def camt_of(*statements: str, version: str = "053.001.02") -> bytes:
    root = "BkToCstmrStmt" if version.startswith("053") else "BkToCstmrDbtCdtNtfctn"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{version}">\n'
        f"<{root}><GrpHdr><MsgId>1</MsgId></GrpHdr>\n{''.join(statements)}</{root}></Document>\n"
    ).encode()


def statement(
    *lines: Line,
    version: str = "053.001.02",
    opening: str = "1000.00",
    ends: str = "",
    iban: str = OWN,
    number: str = "61",
    opened: date = DAY,
    closed: date = DAY,
    currency: str = "EUR",
) -> str:
    tag = "Stmt" if version.startswith("053") else "Ntfctn"
    balances = ""
    if tag == "Stmt":
        end = Decimal(ends) if ends else closing(opening, lines)
        balances = _balance("OPBD", Decimal(opening), opened, currency) + _balance("CLBD", end, closed, currency)
    return (
        f"<{tag}><Id>S-{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><Acct><Id><IBAN>{iban}</IBAN></Id>"
        f"<Ccy>{currency}</Ccy></Acct>{balances}\n"
        f"{''.join(_entry(line, version, currency) for line in lines)}</{tag}>\n"
    )


def _balance(kind: str, amount: Decimal, day: date, currency: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{_amount(amount, currency)}<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _amount(amount: Decimal, currency: str = "EUR") -> str:
    return f'<Amt Ccy="{currency}">{abs(amount):.2f}</Amt><CdtDbtInd>{"CRDT" if amount >= 0 else "DBIT"}</CdtDbtInd>'


def _entry(line: Line, version: str, currency: str) -> str:
    is_new = version[-2:] >= "08"
    status = "<Sts><Cd>BOOK</Cd></Sts>" if is_new else "<Sts>BOOK</Sts>"
    reversal = "<RvslInd>true</RvslInd>" if line.returned else ""
    reference = f"<AcctSvcrRef>{line.bank_reference}</AcctSvcrRef>" if line.bank_reference else ""
    amount = Decimal(line.amount)
    if line.batch:
        details = f"<Btch><NbOfTxs>{line.batch}</NbOfTxs></Btch>"
    elif line.parts:
        details = "".join(
            f"<TxDtls><Refs><EndToEndId>{line.own_reference}-{place}</EndToEndId></Refs><AmtDtls><TxAmt>"
            f'<Amt Ccy="EUR">{part}</Amt></TxAmt></AmtDtls></TxDtls>'
            for place, part in enumerate(line.parts)
        )
    else:
        details = _details(line, is_new, is_credit=amount > 0)
    return (
        f"<Ntry>{_amount(amount, currency)}{reversal}{status}<BookgDt><Dt>{line.on}</Dt></BookgDt>"
        f"<ValDt><Dt>{line.on}</Dt></ValDt>{reference}<NtryDtls>{details}</NtryDtls></Ntry>\n"
    )


def _details(line: Line, is_new: bool, is_credit: bool) -> str:
    side = "Dbtr" if is_credit != bool(line.returned) else "Cdtr"
    name = f"<Nm>{escape(line.name)}</Nm>"
    end_to_end = f"<EndToEndId>{escape(line.end_to_end or 'NOTPROVIDED')}</EndToEndId>"
    reason = f"<RtrInf><Rsn><Cd>{line.returned}</Cd></Rsn></RtrInf>" if line.returned else ""
    party = f"<Pty>{name}</Pty>" if is_new else name
    return (
        f"<TxDtls><Refs>{end_to_end}</Refs><RltdPties><{side}>{party}</{side}><{side}Acct><Id><IBAN>{line.iban}</IBAN>"
        f"</Id></{side}Acct></RltdPties><RmtInf><Ustrd>{escape(line.text)}</Ustrd></RmtInf>{reason}</TxDtls>"
    )


def mt940(
    *lines: Line,
    opening: str = "1000.00",
    ends: str = "",
    iban: str = OWN,
    opened: date = DAY,
    closed: date = DAY,
) -> bytes:
    """Write one statement as Rabobank does: code words, in lines of 65 characters."""
    end = Decimal(ends) if ends else closing(opening, lines)
    out = [":940:", ":20:940S260302", f":25:{iban} EUR", ":28C:0", f":60F:{_money(Decimal(opening), opened)}"]
    for line in lines:
        amount = Decimal(line.amount)
        mark = "C" if amount > 0 else "D"
        out += [f":61:{line.on:%y%m%d}{mark}{_figures(amount)}N541NONREF", line.iban]
        said = f"/EREF/{line.end_to_end}" if line.end_to_end else ""
        said += f"/ORDP//NAME/{line.name}/REMI/{line.text}"
        first, rest = said[:65], said[65:]
        out.append(f":86:{first}")
        out += [rest[at : at + 65] for at in range(0, len(rest), 65)]
    out.append(f":62F:{_money(end, closed)}")
    return ("\r\n".join(out) + "\r\n").encode()


def _money(amount: Decimal, day: date) -> str:
    return f"{'C' if amount >= 0 else 'D'}{day:%y%m%d}EUR{_figures(amount)}"


def _figures(amount: Decimal) -> str:
    return f"{abs(amount):015.2f}".replace(".", ",")
