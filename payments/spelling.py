"""How payers write numbers, references and names in free text. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from common.identifiers import parse_payment_reference, parse_rf

LONGEST_KEY = 20  # digits; a betalingskenmerk has sixteen
SHORTEST_KEY = 3  # shorter ones only count where a word says that a number follows
GROUPS = 8  # of one number that is written apart: "5000 0567 8901 2345"
MOST_RUNS = 80  # groups of digits that are looked at in one text

_RUN = re.compile(r"[0-9]+")
_GAP = re.compile(r"[\s.\-/_:#\\A-Za-z]{1,3}")
_INTRODUCED = re.compile(
    r"\b(?:fact(?:uur)?(?:nummer|nr)?|facturen|fac|nota|invoice|inv|rekening|rek|kenmerk|betalingskenmerk|ref(?:erentie)?|"
    r"betreft|rechnung|facture|nummer|nr|no)\b[\s.:#\-]{0,3}(?:(?:nummer|nr|no)\b[\s.:#\-]{0,3})?[a-z]{0,4}[\s.\-/]?0*([0-9]+)",
    re.IGNORECASE,
)
_RF = re.compile(r"\bRF\s?[0-9]{2}(?:\s?[0-9A-Z]{1,4}){1,6}", re.IGNORECASE)
_SEPARATORS = re.compile(r"[^0-9A-Z]")
_WORD = re.compile(r"[a-z0-9]+")

# Forms of companies, as they are written once points and capitals are gone.
LEGAL_FORMS = (
    "bv",
    "nv",
    "vof",
    "cv",
    "ua",
    "gmbh",
    "ag",
    "ltd",
    "bvba",
    "sa",
    "sarl",
    "inc",
    "maatschap",
    "stichting",
)
_FORM_WORDS = frozenset({*LEGAL_FORMS, "st", "stg", "vereniging", "holding", "eo"})
_TITLES = frozenset(
    {
        "de",
        "heer",
        "hr",
        "dhr",
        "mevr",
        "mevrouw",
        "mw",
        "mej",
        "fam",
        "familie",
        "en",
        "of",
        "eo",
        "cj",
        "inzake",
        "drs",
    }
)
_DOTTED_FORM = re.compile(r"\b([a-z])\.\s?([a-z])\.(?:\s?([a-z])\.)?(?![a-z])")


def number_keys(text: str) -> tuple[str, ...]:
    """Give every number that may be meant in a text: digits without separators and leading zeros, longest last.

    A number may be written in groups ("2026-0042", "factuur 2026 0042"); digits inside a longer run of digits are no
    number of their own.
    """
    runs = [match.span() for match in _RUN.finditer(text)][:MOST_RUNS]
    found: dict[str, None] = {}
    for first, (start, end) in enumerate(runs):
        digits = text[start:end]
        if SHORTEST_KEY <= len(key := digits.lstrip("0")) <= LONGEST_KEY:
            found[key] = None
        for following, follows in runs[first + 1 : first + GROUPS]:
            gap = text[end:following]
            if len(gap) > 3 or len(digits) > LONGEST_KEY or not _GAP.fullmatch(gap):
                break
            digits, end = digits + text[following:follows], follows
            if SHORTEST_KEY <= len(key := digits.lstrip("0")) <= LONGEST_KEY:
                found[key] = None
    return tuple(found)


def introduced_keys(text: str) -> frozenset[str]:
    """Give the numbers before which a word says so ("factuur 42", "nota nr. F-1042"), however short they are."""
    return frozenset(match.group(1) for match in _INTRODUCED.finditer(text) if len(match.group(1)) <= LONGEST_KEY)


def rf_keys(text: str) -> tuple[str, ...]:
    """Give the creditor references (ISO 11649) with a right check in a text; what follows them may be glued to them."""
    found = []
    for match in _RF.finditer(text):
        parts = match.group().upper().split()
        for count in range(len(parts), 0, -1):
            try:
                found.append(parse_rf("".join(parts[:count])))
                break
            except ValueError:
                continue
    return tuple(found)


def plain_key(text: str) -> str:
    """Give letters and digits of a number or reference without separators and leading zeros, in capitals."""
    return _SEPARATORS.sub("", text.upper()).lstrip("0")


@lru_cache(maxsize=4096)
def is_reference(key: str) -> bool:
    """Tell whether a key of a claim carries a check: betalingskenmerk, RF, OGM. Seven digits carry none."""
    if key.startswith("RF"):
        return _holds(parse_rf, key)
    if not key.isdigit() or len(key) < 8:
        return False
    return any(_holds(parse_payment_reference, written) for written in (key, key.zfill(16))) or _is_ogm(key.zfill(12))


def _holds(parse: object, text: str) -> bool:
    try:
        parse(text)  # type: ignore[operator]
    except ValueError:
        return False
    return True


def _is_ogm(digits: str) -> bool:
    """Check a Belgian structured message: ten digits and their remainder by 97, 97 for none."""
    return len(digits) == 12 and (int(digits[:10]) % 97 or 97) == int(digits[10:])


def one_slip(written: str, meant: str) -> bool:
    """Tell whether one of two different numbers has one digit typed wrong, or two neighbours swapped."""
    if len(written) != len(meant) or written == meant:
        return False
    wrong = [place for place, pair in enumerate(zip(written, meant, strict=True)) if pair[0] != pair[1]]
    if len(wrong) == 1:
        return True
    first, last = wrong[0], wrong[-1]
    return len(wrong) == 2 and last == first + 1 and written[first] == meant[last] and written[last] == meant[first]


def _folded(name: str) -> str:
    """Fold a name as `debtors.models.sort_key` does."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    return "".join(char for char in folded if not unicodedata.combining(char))


def name_key(name: str) -> str:
    """Give a name as the database keeps its key (`Debtor.name_key`): small letters and digits, without accents."""
    return "".join(_WORD.findall(_folded(name)))


@lru_cache(maxsize=8192)
def name_words(name: str) -> tuple[str, ...]:
    """Give the words that tell a name apart: no legal form, no title."""
    plain = _DOTTED_FORM.sub(lambda found: "".join(filter(None, found.groups())), _folded(name))
    words = _WORD.findall(plain)
    return tuple(word for word in words if word not in _FORM_WORDS and word not in _TITLES) or tuple(words)


def name_keys(name: str) -> Iterator[str]:
    """Give the keys under which a debtor with this name may be kept: as it is, without its form, with a usual one."""
    bare = "".join(name_words(name))
    yield from {name_key(name), bare, *(bare + form for form in ("bv", "nv", "vof", "cv"))} - {""}


def likeness(payer: str, debtor: str) -> int:
    """Compare two names: 2 for the same, 1 for a shared surname or long word, 0 for different."""
    if not payer or not debtor:
        return 0
    these, those = name_words(payer), name_words(debtor)
    if sorted(these) == sorted(those):
        return 2
    shared = {word for word in these if len(word) >= 4} & set(those)
    return 1 if shared else 0
