"""Numbers that come with a check: IBAN, KvK, Dutch VAT number, payment references. Parse, check, format.

What python-stdnum knows it checks; KvK and the Dutch payment reference it does not know and are here.
Every `parse_…` gives the compact form, or raises `ValueError` with a sentence that says what is wrong.
"""

import re

from stdnum import iban as _iban
from stdnum import iso11649 as _rf
from stdnum.exceptions import ValidationError
from stdnum.nl import btw as _btw

_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)
# Where the reference has a length digit: the count of digits behind it, modulo 10.
_LENGTHS_WITH_LENGTH_DIGIT = {9: "7", 10: "8", 11: "9", 12: "0", 13: "1", 14: "2"}


def parse_iban(text: str) -> str:
    """Check an IBAN (ISO 13616) and give it without spaces, in capitals.

    :raises ValueError: if the length, the country's structure or the check digits are wrong.
    """
    try:
        return str(_iban.validate(text))
    except ValidationError as error:
        raise ValueError(f"{text.strip()!r} is geen geldig IBAN") from error


def format_iban(iban: str) -> str:
    """Write an IBAN in groups of four, as on paper."""
    compact = re.sub(r"\s", "", iban).upper()
    return " ".join(compact[i : i + 4] for i in range(0, len(compact), 4))


def parse_kvk(text: str) -> str:
    """Check a number of the Dutch trade register: eight digits (it has no check digit).

    :raises ValueError: if it has not exactly eight digits.
    """
    digits = re.sub(r"[\s.\-]", "", text)
    if not re.fullmatch(r"\d{8}", digits):
        raise ValueError(f"{text.strip()!r} is geen KvK-nummer: dat heeft acht cijfers")
    return digits


def parse_dutch_vat(text: str) -> str:
    """Check a Dutch VAT number and give it as NL000000000B00.

    :raises ValueError: if the structure or both known checks (RSIN, or mod 97 for sole traders) fail.
    """
    try:
        return "NL" + str(_btw.validate(text))
    except ValidationError as error:
        raise ValueError(f"{text.strip()!r} is geen geldig Nederlands btw-nummer") from error


def parse_rf(text: str) -> str:
    """Check a creditor reference (ISO 11649, RF + two check digits).

    :raises ValueError: if the structure or the check digits are wrong.
    """
    try:
        return str(_rf.validate(text))
    except ValidationError as error:
        raise ValueError(f"{text.strip()!r} is geen geldige RF-betalingsreferentie") from error


def payment_reference(number: int) -> str:
    """Give the Dutch payment reference (betalingskenmerk) of sixteen digits for a number of at most fifteen.

    Betaalvereniging, "Specificaties betalingskenmerk": a check digit in front of fifteen digits.

    :raises ValueError: if the number is negative or longer than fifteen digits.
    """
    body = f"{number:015d}"
    if number < 0 or len(body) > 15:
        raise ValueError(f"{number} does not fit in a payment reference")
    return _check_digit(body) + body


def parse_payment_reference(text: str) -> str:
    """Check a Dutch payment reference (betalingskenmerk) and give its digits.

    Seven digits carry no check; nine to fourteen carry a check digit and a length digit; sixteen a check digit. Two
    remainders share the check digits 0 and 1, so a match alone proves nothing: compare amount or debtor too.

    :raises ValueError: if the length or the check digit is wrong.
    """
    digits = re.sub(r"[\s.\-]", "", text)
    wrong = ValueError(f"{text.strip()!r} is geen geldig betalingskenmerk")
    if not digits.isascii() or not digits.isdigit():
        raise wrong
    if len(digits) == 7:
        return digits
    if len(digits) != 16 and _LENGTHS_WITH_LENGTH_DIGIT.get(len(digits)) != digits[1:2]:
        raise wrong
    if digits[0] != _check_digit(digits[1:]):
        raise wrong
    return digits


def _check_digit(body: str) -> str:
    total = sum(int(digit) * _WEIGHTS[i % 10] for i, digit in enumerate(reversed(body)))
    return {10: "1", 11: "0"}.get(rest := 11 - total % 11, str(rest))
