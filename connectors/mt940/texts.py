"""What `:86:` says, by bank.

- Code words between slashes: ABN AMRO (`/TRTP/`), Rabobank structured (`/ORDP//NAME/`), ING (`/CNTP/`), Knab and bunq.
- `>20` to `>31`: Triodos. - `REK: … / NAAM: …`: Knab before SEPA's end. - IBAN and name on the first line: SNS, ASN,
  RegioBank, now de Volksbank. - Two columns of 32 characters: ABN AMRO, old style.

ABN AMRO, Rabobank and ING (unstructured) were made with samples at hand. ING with `/CNTP/`, Knab, SNS/ASN/RegioBank,
Triodos and bunq were made from documentation: no sample with a clear licence was found.
"""

import itertools
import re
from dataclasses import dataclass

from common.identifiers import parse_payment_reference, parse_rf

NOTHING_GIVEN = {"NOTPROVIDED", "NONREF", ""}
_WORDS = (
    *("TRTP", "IBAN", "BIC", "NAME", "REMI", "EREF", "MARF", "CSID", "PREF", "RTRN", "ORDP", "BENM", "ISDT", "CNTP"),
    *("CREF", "IREF", "PURP", "ULTC", "ULTD", "ULTB", "NRTX", "PIND", "ADDR", "ID", "SVCL", "CNTR", "TRCD", "ACCW"),
)
_WORD = re.compile(rf"/({'|'.join(_WORDS)})(?=/)")
# What may stand behind the payer's own words; anything else there is what he typed.
_AFTER_REMITTANCE = {"EREF", "MARF", "CSID", "PREF", "IBAN", "BIC", "ISDT", "PURP", "ULTC", "ULTD", "NRTX", "PIND"}
_REASON = re.compile(r"[A-Z]{2}[0-9]{2}")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z]{4}[A-Z0-9]{7,26}")
_STRUCTURED = (
    re.compile(r"/CDTRREF/([A-Z0-9]{7,35})"),  # Rabobank
    re.compile(r"^STRD/(?:CUR|ISO)/([A-Za-z0-9]{7,35})"),  # ING
    re.compile(r"Issuer: ?(?:CUR|ISO) +Ref: ?([A-Za-z0-9]{7,35})"),  # ABN AMRO
)
_IN_WORDS = re.compile(r"BETALINGSKENM\.?\s+([0-9][0-9 ]{6,30})")
_KNAB = re.compile(r"REK: ?([A-Z0-9 ]+?) ?/ ?NAAM: ?(.*)$")
_TRIODOS = re.compile(r">([0-9]{2})")
_OLD_NUMBER = re.compile(r"(?:GIRO +[0-9]+|[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{3})(?= )")
_BIC = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


FULL = 64
"""A line of 65 characters; the last of them may be a space that somebody took off."""
FULL_WORDS = 60
COLUMN = 32


@dataclass(slots=True)
class Text:
    """What the text of a line says about it."""

    description: str = ""
    name: str = ""
    iban: str = ""
    reference: str = ""
    end_to_end_id: str = ""
    mandate_id: str = ""
    return_reason: str = ""
    batch_size: int = 0


def parse(lines: list[str], supplement: str = "") -> Text:
    """Read a `:86:`; `supplement` is the second line of its `:61:`, where Rabobank has the other account."""
    by_words = lines[0].startswith("/") and _WORD.match("".join(lines))
    whole = _joined(lines, FULL_WORDS if by_words else FULL)
    if by_words:
        found = _by_words(whole)
    elif _TRIODOS.search(whole) and ">20" in whole:
        found = _triodos(whole)
    else:
        found = _free(lines, whole)
    if not found.iban:
        found.iban = _iban(supplement)
    if not found.reference:
        found.reference = _reference(found.description)
    return found


def _joined(lines: list[str], full: int) -> str:
    """Put lines together: words break where a line is full; a shorter one ended where the bank wanted."""
    whole = lines[0]
    for before, line in itertools.pairwise(lines):
        whole += line if len(before) >= full else f" {line}"
    return whole


def _by_words(whole: str) -> Text:
    said = _split(whole)
    found = Text(
        description=_remittance(said.get("REMI", "")),
        name=said.get("NAME", ""),
        iban=_iban(said.get("IBAN", "") or said.get("ACCW", "").partition(",")[0]),
        end_to_end_id=_given(said.get("EREF", "")),
        mandate_id=_given(said.get("MARF", "")),
        batch_size=int(said["NRTX"]) if said.get("NRTX", "").isdigit() and len(said["NRTX"]) < 8 else 0,
    )
    if "CNTP" in said:  # ING: /CNTP/iban/bic/name/city/
        parts = (*said["CNTP"].split("/"), "", "", "")
        found.iban, found.name = _iban(parts[0]), parts[2]
    for pattern in _STRUCTURED:
        if reference := pattern.search(said.get("REMI", "")):
            found.reference, found.description = reference[1], ""
            break
    if "RTRN" in said and (reason := _REASON.search(said["RTRN"])):
        found.return_reason = reason[0]
    if not found.description and not found.reference:
        found.description = said.get("PREF", "") or said.get("TRTP", "")
    return found


def _split(whole: str) -> dict[str, str]:
    """Split on code words. One that was there before, or that cannot stand there, is text."""
    marks: list[re.Match[str]] = []
    seen: set[str] = set()
    for found in _WORD.finditer(whole):
        word = found[1]
        if word not in seen and ("REMI" not in seen or word in _AFTER_REMITTANCE):
            seen.add(word)
            marks.append(found)
    ends = [mark.start() for mark in marks[1:]] + [len(whole)]
    return {
        mark[1]: whole[mark.end() + 1 : end].strip().rstrip("/" if mark[1] != "REMI" else "")
        for mark, end in zip(marks, ends, strict=True)
    }


def _remittance(said: str) -> str:
    """Give the payer's words without the frame that ING and Rabobank put around them."""
    for frame in ("USTD//", "USTD/"):
        said = said.removeprefix(frame)
    return said.strip("/").strip()


def _given(said: str) -> str:
    return "" if said.upper().replace(" ", "") in NOTHING_GIVEN else said


def _triodos(whole: str) -> Text:
    """Read `>20 … >31`: the bank of the other side and its IBAN first, if there is one, then the words."""
    _head, *pieces = _TRIODOS.split(whole)
    said = dict(zip(pieces[::2], pieces[1::2], strict=True))
    texts = [value for key, value in said.items() if "20" <= key <= "29"]
    found = Text(name=" ".join(filter(None, (said.get("32", "").strip(), said.get("33", "").strip()))))
    if len(texts) > 1 and _BIC.fullmatch(texts[0].strip()) and _iban(texts[1].strip()):
        found.iban, texts = _iban(texts[1].strip()), texts[2:]
    found.description = "".join(texts).strip()
    return found


def _free(lines: list[str], whole: str) -> Text:
    first = lines[0].strip()
    if found := _KNAB.search(whole):
        text = " ".join(whole[: found.start()].split())
        return Text(description=text or found[0].strip(), iban=_iban(found[1]), name=found[2].strip())
    head, _, name = first.partition(" ")
    if _IBAN.fullmatch(head.upper()):  # SNS, ASN, RegioBank
        return Text(
            description=_joined(lines[1:], FULL).strip() if lines[1:] else "", iban=head.upper(), name=name.strip()
        )
    if found := _OLD_NUMBER.match(whole):  # ABN AMRO, old style: name behind the number, or in the second column
        name = lines[0][found.end() : COLUMN].strip() or lines[0][COLUMN:].strip()
    else:
        name = ""
    return Text(description=whole.strip(), name=name)


def _iban(said: str) -> str:
    compact = "".join(said.split()).upper()
    return compact if _IBAN.fullmatch(compact) else ""


def _reference(description: str) -> str:
    """Find a reference in words that is one beyond doubt: the old "BETALINGSKENM." or nothing but an RF."""
    if found := _IN_WORDS.search(description):
        try:
            return parse_payment_reference(found[1])
        except ValueError:
            return ""
    if description[:2] == "RF" and len(description) <= 31:
        try:
            return parse_rf(description)
        except ValueError:
            return ""
    return ""
