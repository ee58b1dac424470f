"""What identifies a person or company: country, language, kind, phone, e-mail, KvK, VAT, IBAN, address.

Every `parse_…` takes text that is not blank and gives the one form we keep, or raises `CellError`.
"""

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from babel import Locale
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.util import get_cc_module

from common import identifiers
from connectors.files.cells import CellError, clean, shown
from connectors.files.rows import DebtorKind, DocumentKind

_COUNTRY_WORDS = {
    "nld": "NL", "holland": "NL", "the netherlands": "NL", "netherlands": "NL", "koninkrijk der nederlanden": "NL",
    "bel": "BE", "deu": "DE", "ger": "DE", "brd": "DE", "fra": "FR", "lux": "LU", "esp": "ES", "ita": "IT", "aut": "AT",
    "gbr": "GB", "uk": "GB", "xi": "GB", "engeland": "GB", "england": "GB", "groot-brittannie": "GB",
    "great britain": "GB", "schotland": "GB", "scotland": "GB", "wales": "GB", "el": "GR", "usa": "US", "vs": "US",
    "tsjechische republiek": "CZ", "czech republic": "CZ",
}  # fmt: skip
_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}

_LANGUAGES = {
    "nl": "nl", "nederlands": "nl", "dutch": "nl", "nld": "nl", "vlaams": "nl",
    "en": "en", "engels": "en", "english": "en", "eng": "en",
    "de": "de", "duits": "de", "german": "de", "deutsch": "de", "deu": "de",
    "fr": "fr", "frans": "fr", "french": "fr", "francais": "fr", "fra": "fr",
}  # fmt: skip
_CONSUMER = {
    "consumer", "consument", "particulier", "particulieren", "prive", "private", "natuurlijkpersoon", "b2c", "p",
}  # fmt: skip
_BUSINESS = {
    "business", "zakelijk", "bedrijf", "onderneming", "ondernemer", "company", "organisatie", "organisation",
    "organization", "rechtspersoon", "b2b", "b", "z",
}  # fmt: skip
_INVOICE = {"invoice", "factuur", "verkoopfactuur", "salesinvoice", "debet", "debit", "f", "i", "380", "verkoop"}
_CREDIT_NOTE = {
    "creditnote", "credit", "creditnota", "creditfactuur", "creditmemo", "kredietnota", "c", "cn", "381",
    "creditsalesinvoice",
}  # fmt: skip


def folded(text: str) -> str:
    """Give text in lower case without accents, to compare words that people typed."""
    plain = unicodedata.normalize("NFKD", clean(text)).casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _word(text: str) -> str:
    return re.sub("[^a-z0-9]", "", folded(text))


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Every country's code, and its name in the four languages of our letters."""
    names: dict[str, str] = {}
    for language in ("nl", "en", "de", "fr"):
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES:
                names[code.lower()] = names[folded(name)] = code
    return names | _COUNTRY_WORDS


def parse_country(text: str) -> str:
    """Give the ISO 3166 code of two letters for a code or a name in Dutch, English, German or French.

    :raises CellError: country_unknown.
    """
    code = _countries().get(folded(text).strip(". "))
    if code is None:
        raise CellError("country_unknown", value=shown(text))
    return code


def parse_language(text: str) -> str:
    """Give nl, en, de or fr for "Nederlands", "nl-NL", "English" ...

    :raises CellError: language_unknown.
    """
    word = folded(text)
    code = _LANGUAGES.get(word) or _LANGUAGES.get(re.split("[-_ (]", word)[0])
    if code is None:
        raise CellError("language_unknown", value=shown(text))
    return code


def parse_kind(text: str) -> DebtorKind:
    """Read whether a debtor is a consumer or a business.

    :raises CellError: kind_unreadable.
    """
    word = _word(text)
    if word in _CONSUMER:
        return "consumer"
    if word in _BUSINESS:
        return "business"
    raise CellError("kind_unreadable", value=shown(text))


def derived_kind(*numbers_of_a_business: str) -> DebtorKind:
    """Conclude what a debtor is whose kind the file does not say: a business if it has a number of one.

    Only numbers that passed their check count. In doubt it is a consumer, who is protected more.
    """
    return "business" if any(numbers_of_a_business) else "consumer"


def parse_document_kind(text: str) -> DocumentKind:
    """Read whether a row is an invoice or a credit note.

    :raises CellError: document_kind_unreadable.
    """
    word = _word(text)
    if word in _INVOICE:
        return "invoice"
    if word in _CREDIT_NOTE:
        return "credit_note"
    raise CellError("document_kind_unreadable", value=shown(text))


def parse_phone(text: str, country: str = "") -> str:
    """Give a phone number as E.164, read as a number of the country (the Netherlands if not known).

    Of several numbers in one cell the first valid one is taken.

    :raises CellError: phone_invalid.
    """
    for part in (text, *re.split(r"[/;,|]| of | or ", text)):
        try:
            number = phonenumbers.parse(clean(part), country or "NL")
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise CellError("phone_invalid", value=shown(text))


_EMAIL = re.compile(r"[^@\s<>\"(),:;\\\[\]]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]")


def parse_emails(text: str) -> tuple[str, ...]:
    """Give the addresses in a cell, separated by semicolons, commas or spaces; "Jan <jan@x.nl>" is understood.

    :raises CellError: email_invalid, at the first that is none.
    """
    parts = re.findall(r"<([^<>]*)>", text) or [part for part in re.split(r"[;,\s]+", clean(text)) if part]
    return tuple(dict.fromkeys(_email(part.strip().removeprefix("mailto:")) for part in parts))


def _email(text: str) -> str:
    local, _, domain = text.rpartition("@")
    dots_wrong = local.startswith(".") or local.endswith(".") or ".." in text
    if not _EMAIL.fullmatch(text) or dots_wrong or len(text) > 254:
        raise CellError("email_invalid", value=shown(text))
    return f"{local}@{domain.lower()}"


def parse_kvk(text: str) -> str:
    """Check a KvK number. :raises CellError: kvk_invalid."""
    try:
        return identifiers.parse_kvk(text)
    except ValueError as error:
        raise CellError("kvk_invalid", value=shown(text)) from error


def without_leading_zero(text: str) -> bool:
    """Tell whether this is a KvK number whose leading zero a spreadsheet took for superfluous: seven digits."""
    return re.fullmatch(r"[1-9][0-9]{6}", text.strip()) is not None


def parse_iban(text: str) -> str:
    """Check an IBAN and give it compact. :raises CellError: iban_invalid."""
    try:
        return identifiers.parse_iban(text)
    except ValueError as error:
        raise CellError("iban_invalid", value=shown(text)) from error


def compact(text: str) -> str:
    """Give a number without spaces, dots and dashes, in capitals."""
    return re.sub(r"[\s.\-/]", "", clean(text)).upper()


def parse_vat(text: str, country: str = "") -> str:
    """Check a VAT number of any country and give it compact, with its country in front.

    A number without country is taken as one of the debtor's country, or Dutch. Where no check is known the shape
    (two letters, and at most thirteen signs with four digits among them) is enough.

    :raises CellError: vat_invalid.
    """
    number = compact(text)
    prefix = number[:2] if number[:2].isalpha() else country or "NL"
    full = number if number.startswith(prefix) else prefix + number
    try:
        return _checked_vat(prefix, full)
    except (ValueError, ValidationError) as error:
        raise CellError("vat_invalid", value=shown(text)) from error


def _checked_vat(prefix: str, full: str) -> str:
    if prefix == "NL":
        return identifiers.parse_dutch_vat(full)
    if prefix in ("EL", "XI") or prefix.lower() in eu_vat.MEMBER_STATES:
        return str(eu_vat.validate(full))
    module = get_cc_module(prefix.lower(), "vat")
    if module is not None:
        module.validate(full)
    elif not re.fullmatch(r"[A-Z]{2}(?=(?:[A-Z]*[0-9]){4})[0-9A-Z]{4,13}", full):
        raise ValueError(full)
    return full


_POSTCODE = re.compile(r"([1-9][0-9]{3})\s?([A-Za-z]{2})")


def tidy_postcode(text: str) -> str:
    """Write a Dutch postcode as 1234 AB; any other stays as it is."""
    found = _POSTCODE.fullmatch(text.removeprefix("NL-"))
    return f"{found[1]} {found[2].upper()}" if found else text


def is_dutch_postcode(text: str) -> bool:
    """Tell whether text is a postcode of the shape 1234 AB."""
    return _POSTCODE.fullmatch(text) is not None


_HOUSE_NUMBER = re.compile(
    r"(?<![\s,])[\s,]+([1-9][0-9]{0,4}(?:\s?[-/]?\s?[A-Za-z]{1,4}|\s?[-/]\s?[0-9]{1,4}[A-Za-z]?)?)$"
)


def split_street(line: str) -> tuple[str, str]:
    """Cut an address line into street and house number with addition; two empty strings where we are not sure.

    "Plein 1945 12" and "Kerkstraat 12 3" have two cuts, so they get none.
    """
    found = _HOUSE_NUMBER.search(line)
    street = line[: found.start()] if found else ""
    sure = any(sign.isalpha() for sign in street) and not street[-1].isdigit()
    return (street, found[1]) if found and sure else ("", "")
