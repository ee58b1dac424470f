"""Numbers that come with a check: IBAN, KvK, Dutch VAT number, payment references. Parse, check, format.

What python-stdnum knows it checks; KvK and the Dutch payment reference it does not know and are here.
Every `parse_…` gives the compact form, or raises `ValueError` with a sentence that says what is wrong.
"""

import re

import phonenumbers
from stdnum import bic as _bic
from stdnum import iban as _iban
from stdnum import iso11649 as _rf
from stdnum.eu import at_02 as _creditor
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


def parse_bic(text: str) -> str:
    """Check the shape of a BIC (ISO 9362) and give it in capitals.

    :raises ValueError: if it is not eight or eleven characters of the right kind.
    """
    try:
        return str(_bic.validate(text))
    except ValidationError as error:
        raise ValueError(f"{text.strip()!r} is geen BIC") from error


def parse_creditor_id(text: str) -> str:
    """Check a SEPA creditor identifier (incassant-ID, AT-02) and give it without spaces, in capitals.

    :raises ValueError: if its structure or its check digits are wrong (positions 5 to 7 do not count in them).
    """
    try:
        return str(_creditor.validate(text))
    except ValidationError as error:
        raise ValueError(f"{text.strip()!r} is geen geldig incassant-ID") from error


def format_iban(iban: str) -> str:
    """Write an IBAN in groups of four, as on paper."""
    compact = re.sub(r"\s", "", iban).upper()
    return " ".join(compact[i : i + 4] for i in range(0, len(compact), 4))


def masked_iban(iban: str) -> str:
    """Write an IBAN so that its owner knows it and nobody else learns it; it does not break over lines."""
    compact = re.sub(r"\s", "", iban).upper()
    return f"{compact[:4]}\u00a0••••\u00a0{compact[-4:]}"


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


def parse_phone(text: str) -> str:
    """Check a telephone number and give it as E.164; without a country it is Dutch.

    :raises ValueError: if there is no such number.
    """
    try:
        number = phonenumbers.parse(text, "NL")
    except phonenumbers.NumberParseException as error:
        raise ValueError(text) from error
    if not phonenumbers.is_valid_number(number):
        raise ValueError(text)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


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
