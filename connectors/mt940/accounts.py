"""Whose account a statement is of: an IBAN, or a bank's own number made one."""

import re

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z]{4}[0-9]{10}|(?!NL)[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_NUMBER = re.compile(r"[0-9]{4,10}")
# How a header, or the account field itself, names the bank -> the bank in an IBAN.
BANKS = {
    "ABNANL2A": "ABNA", "INGBNL2A": "INGB", "RABONL2U": "RABO", "SNSBNL2A": "SNSB", "ASNBNL21": "ASNB",
    "RBRBNL21": "RBRB", "TRIODOSBANK": "TRIO", "TRIONL2U": "TRIO", "KNABNL2H": "KNAB", "BUNQNL2A": "BUNQ",
}  # fmt: skip


def bank_in(text: str) -> str:
    """Give the bank that a text names, as it is in an IBAN, or nothing."""
    return next((bank for name, bank in BANKS.items() if name in text), "")


def account(field: str, bank: str) -> tuple[str, str]:
    """Give the account of `:25:` and its currency, if it says one; a Dutch number of before IBAN becomes an IBAN.

    That has been the rule since 2014: the bank's letters, and its number with noughts in front to ten digits.
    """
    compact = "".join(field.split()).upper()
    found = _IBAN.search(compact)
    if found:
        behind = compact[found.end() :].lstrip("/")
        return found[0], behind if re.fullmatch(r"[A-Z]{3}", behind) else ""
    bank = bank_in(compact) or bank
    number = _NUMBER.search(compact.rpartition("/")[2].replace(".", ""))
    rest = re.search(r"[A-Z]{3}$", compact)
    if number is None:
        return compact[:34], ""
    own = iban(bank, number[0]) if bank else number[0]
    return own, rest[0] if rest else ""


def iban(bank: str, number: str) -> str:
    """Make the Dutch IBAN of a bank's account number (ISO 13616: the whole, moved, is 1 modulo 97)."""
    body = f"{bank}{number:0>10}"
    digits = "".join(str(int(one, 36)) for one in f"{body}NL00")
    return f"NL{98 - int(digits) % 97:02d}{body}"
