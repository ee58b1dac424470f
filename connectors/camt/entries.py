"""An entry of a statement (`Ntry`) with its transactions (`TxDtls`), as lines.

Written for a hundred thousand entries: one pass over the children of an element, no paths.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from connectors.camt.values import NAMES, NOTHING_GIVEN, amount, compact, day, joined, line_of, signed, text
from payments.statement import StatementLine, UnreadableStatement, gettext_noop

Detail = dict[str, Any]
"""What a transaction says, by local name; only what was there."""

_PARTIES = {"Dbtr": "DbtrNm", "Cdtr": "CdtrNm", "UltmtDbtr": "UltmtDbtrNm", "UltmtCdtr": "UltmtCdtrNm"}
_NOT_BOOKED = {"PDNG", "INFO", "FUTR"}


def detail(element: Any) -> Detail:
    """Read a transaction."""
    found: Detail = {}
    for one in element:
        if handler := _OF_TRANSACTION.get(NAMES[one.tag]):
            handler(one, found)
    return found


def _references(element: Any, found: Detail) -> None:
    for one in element:
        found[NAMES[one.tag]] = one.text


def _plain(element: Any, found: Detail) -> None:
    found[NAMES[element.tag]] = (element.text or "").strip()


def _exact(element: Any, found: Detail) -> None:
    found["Amt"] = amount(element)


def _returned(element: Any, found: Detail) -> None:
    found["Rtr"] = text(element, "Rsn", "Cd") or text(element, "Rsn", "Prtry") or "?"


def _code(element: Any, found: Detail) -> None:
    found["Code"] = code(element)


def _parties(element: Any, found: Detail) -> None:
    for party in element:
        name = NAMES[party.tag]
        if name in _PARTIES:
            # .08 and later: one level more
            found[_PARTIES[name]] = text(party, "Nm") or text(party, "Pty", "Nm")
        elif name in ("DbtrAcct", "CdtrAcct"):
            found[name] = compact(text(party, "Id", "IBAN") or text(party, "Id", "Othr", "Id"))


def _remittance(element: Any, found: Detail) -> None:
    pieces: list[str] = []
    for one in element:
        name = NAMES[one.tag]
        if name == "Ustrd":
            pieces.append(one.text or "")
        elif name == "Strd":
            reference = compact(text(one, "CdtrRefInf", "Ref"))
            if reference and "Ref" in found:
                pieces.append(reference)  # a second one: the matcher finds it in the text
            elif reference:
                found["Ref"] = reference
            more = text(one, "AddtlRmtInf")
            if more:
                pieces.append(more)
    found["Ustrd"] = joined(pieces)


def _amounts(element: Any, found: Detail) -> None:
    for one in element:
        if NAMES[one.tag] == "TxAmt":
            for held in one:
                if NAMES[held.tag] == "Amt":
                    found["TxAmt"] = amount(held)


def code(element: Any) -> str:
    """Give the bank's code of what a movement is, as people quote it."""
    own = text(element, "Prtry", "Cd")
    if own:
        return own[:35]
    ways = (("Domn", "Cd"), ("Domn", "Fmly", "Cd"), ("Domn", "Fmly", "SubFmlyCd"))
    return "/".join(filter(None, (text(element, *way) for way in ways)))[:35]


def lines(element: Any, details: Sequence[Detail], own_iban: str) -> list[StatementLine]:
    """Give an entry as lines: one for each transaction where those are the whole of it, else one."""
    entry = _entry(element)
    if entry is None:
        return []
    if len(details) > 1:
        parts = [_part(one, entry) for one in details]
        if None not in parts and sum(filter(None, parts)) == entry["Amt"]:
            return [
                _line(entry, one, part, 0, own_iban)
                for one, part in zip(details, parts, strict=True)
                if part is not None and part
            ]
        return [_line(entry, {}, entry["Amt"], max(entry["Count"], len(details)), own_iban)]
    size = entry["Count"] if entry["Count"] > 1 else 0
    only = details[0] if details else {}
    return [_line(entry, only, entry["Amt"], size, own_iban)]


def _entry(element: Any) -> Detail | None:
    """Read what an entry says for all its transactions; None if nothing moved (yet)."""
    found: Detail = {"Count": 0, "Rvsl": False, "line": line_of(element)}
    for one in element:
        if handler := _OF_ENTRY.get(NAMES[one.tag]):
            handler(one, found)
    if found.get("Sts") in _NOT_BOOKED:
        return None
    held = found.get("Held")
    if not (exact := amount(held)):
        return None
    found["Ccy"] = held.get("Ccy", "").strip()  # type: ignore[union-attr]  # it holds an amount
    found["Amt"] = signed(exact, found.get("CdtDbtInd", ""), element)
    if not (found.get("BookgDt") or found.get("ValDt")):
        raise UnreadableStatement(gettext_noop("Een boeking heeft geen datum."), line=line_of(element))
    return found


def _held(element: Any, found: Detail) -> None:
    found["Held"] = element


def _status(element: Any, found: Detail) -> None:
    found["Sts"] = text(element) or text(element, "Cd") or text(element, "Prtry")  # .08 and later: one level more


def _is_reversal(element: Any, found: Detail) -> None:
    found["Rvsl"] = (element.text or "").strip() in ("true", "1")


def _a_day(element: Any, found: Detail) -> None:
    found[NAMES[element.tag]] = day(element)


def _batch(element: Any, found: Detail) -> None:
    said = text(element, "Btch", "NbOfTxs")
    if said.isascii() and said.isdigit() and len(said) < 8:
        found["Count"] += int(said)


def _part(found: Detail, entry: Detail) -> Decimal | None:
    """Give the amount of a transaction with its sign; None if it has none."""
    said: Decimal | None = found.get("Amt", found.get("TxAmt"))
    if said is None:
        return None
    indicator = found.get("CdtDbtInd", "")
    if indicator:
        return said if indicator == "CRDT" else -said
    return said if entry["Amt"] > 0 else -said


def _line(entry: Detail, found: Detail, exact: Decimal, size: int, own_iban: str) -> StatementLine:
    is_reversal = entry["Rvsl"] or "Rtr" in found
    name, iban = _other_side(found, exact > 0, is_reversal, own_iban)
    booked_on, end_to_end = entry.get("BookgDt") or entry["ValDt"], (found.get("EndToEndId") or "").strip()
    mandate = (found.get("MndtId") or "").strip()
    return StatementLine(
        booked_on,
        entry.get("ValDt") or booked_on,
        exact,
        entry["Ccy"],
        name,
        iban,
        found.get("Ustrd") or found.get("AddtlTxInf") or entry.get("AddtlNtryInf", ""),
        found.get("Ref", ""),
        "" if end_to_end.upper() in NOTHING_GIVEN else end_to_end,
        "" if mandate.upper() in NOTHING_GIVEN else mandate,
        entry.get("AcctSvcrRef") or (found.get("AcctSvcrRef") or "").strip(),
        is_reversal,
        found.get("Rtr", "").replace("?", ""),
        size,
        found.get("Code") or entry.get("Code", ""),
        entry["line"],
    )


def _other_side(found: Detail, is_credit: bool, is_reversal: bool, own_iban: str) -> tuple[str, str]:
    """Give the name and account of the other side. What comes back keeps the roles of what it was first."""
    for side in ("Dbtr", "Cdtr") if is_credit != is_reversal else ("Cdtr", "Dbtr"):
        iban = found.get(f"{side}Acct", "")
        name = found.get(f"{side}Nm") or found.get(f"Ultmt{side}Nm", "")
        if (iban or name) and iban != own_iban:
            return name, iban
    return "", ""


_Handlers = dict[str, Callable[[Any, Detail], None]]
_OF_TRANSACTION: _Handlers = {
    "Refs": _references,
    "RltdPties": _parties,
    "RmtInf": _remittance,
    "Amt": _exact,
    "CdtDbtInd": _plain,
    "AmtDtls": _amounts,
    "RtrInf": _returned,
    "AddtlTxInf": _plain,
    "BkTxCd": _code,
}
_OF_ENTRY: _Handlers = {
    "Amt": _held,
    "CdtDbtInd": _plain,
    "AcctSvcrRef": _plain,
    "RvslInd": _is_reversal,
    "Sts": _status,
    "BookgDt": _a_day,
    "ValDt": _a_day,
    "BkTxCd": _code,
    "AddtlNtryInf": _plain,
    "NtryDtls": _batch,
}
