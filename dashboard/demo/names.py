"""Names, streets and numbers that look Dutch and belong to nobody: no account, telephone or KvK number exists."""

import random
import unicodedata
from typing import NamedTuple

from stdnum.nl import bsn


def _listed(text: str) -> list[str]:
    return text.split(",")


FIRST = _listed(
    "Anneke,Bas,Carla,Daan,Els,Femke,Gijs,Hanneke,Ingrid,Jeroen,Karin,Lars,Marieke,Niels,Olga,Pieter,Quinten,Roos,"
    "Sander,Tineke,Ubbo,Vera,Wouter,Yvonne,Zeger,Aylin,Bilal,Chaima,Dewi,Emre,Fatima,Hamza,Iris,Joris,Kim,Lotte,"
    "Mohammed,Noor,Oscar,Petra,Ruben,Saskia,Thijs,Willemijn,Youssef,Esra,Floor,Guus,Hilde,Jasmijn"
)
LAST = _listed(
    "de Jong,Jansen,de Vries,van den Berg,Bakker,van Dijk,Visser,Smit,Meijer,de Boer,Mulder,de Groot,Bos,Vos,Peters,"
    "Hendriks,van Leeuwen,Dekker,Brouwer,de Wit,Dijkstra,Smits,de Graaf,van der Meer,Kok,Jacobs,Vermeulen,van Vliet,"
    "van den Heuvel,van der Veen,Hoekstra,Koster,Verhoeven,Prins,Huisman,Postma,Kuipers,Willems,Yilmaz,El Amrani,"
    "Özdemir,Singh,Nguyen,Blom,Scholten,van der Wal,Timmermans,Bosman,Groen,Wiersma,Terpstra,van Beek"
)
STREETS = _listed(
    "Dorpsstraat,Kerkstraat,Molenweg,Schoolstraat,Stationsweg,Julianalaan,Beatrixstraat,Wilhelminastraat,Nieuwstraat,"
    "Industrieweg,Havenstraat,Marktplein,Burgemeester de Withlaan,Lindelaan,Eikenlaan,Achterweg,Zuiderkade,"
    "Noorderhaven,Oude Gracht,Hoofdstraat,Parallelweg,Ambachtsweg,Energieweg,Prins Hendrikkade,"
    "Tuinstraat,Rozenstraat,Vismarkt"
)
CITIES = (
    ("Utrecht", 3511), ("Amersfoort", 3811), ("Zeist", 3701), ("Nieuwegein", 3431), ("Hilversum", 1211),
    ("Amsterdam", 1012), ("Haarlem", 2011), ("Leiden", 2311), ("Gouda", 2801), ("Rotterdam", 3011), ("Breda", 4811),
    ("Tilburg", 5011), ("'s-Hertogenbosch", 5211), ("Eindhoven", 5611), ("Nijmegen", 6511), ("Arnhem", 6811),
    ("Apeldoorn", 7311), ("Zwolle", 8011), ("Deventer", 7411), ("Enschede", 7511), ("Groningen", 9711),
    ("Leeuwarden", 8911), ("Heerenveen", 8441), ("Woerden", 3441), ("Culemborg", 4101), ("IJsselstein", 3401),
)  # fmt: skip
BANKS = ("ABNA", "INGB", "RABO", "TRIO", "KNAB", "ASNB", "SNSB", "BUNQ")
# Numbers that no provider hands out: subscriber numbers do not begin with a zero.
AREAS = ("30", "20", "10", "33", "24", "50", "58", "73")


class Address(NamedTuple):
    """Where somebody lives or works."""

    street: str
    postcode: str
    city: str


def person(rng: random.Random) -> str:
    """Give somebody's name."""
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def address(rng: random.Random) -> Address:
    """Give an address whose postcode lies in its city."""
    city, base = rng.choice(CITIES)
    letters = "".join(rng.choice("ABCDEGHJKLMNPRSTVWXZ") for _ in range(2))
    suffix = rng.choice(("", "", "", "", "a", "b", "-1"))
    return Address(
        f"{rng.choice(STREETS)} {rng.randint(1, 180)}{suffix}", f"{base + rng.randint(0, 8)} {letters}", city
    )


def iban(rng: random.Random) -> str:
    """Give an IBAN with right check digits, over an account number that fails the test that banks put on theirs."""
    account = f"{rng.randint(200_000_000, 999_999_999):010d}"
    while sum(int(digit) * (10 - place) for place, digit in enumerate(account)) % 11 == 0:
        account = f"{int(account) + 1:010d}"
    bank = rng.choice(BANKS)
    return f"NL{_check_digits(bank + account)}{bank}{account}"


def _check_digits(rest: str) -> str:
    digits = "".join(str(int(char, 36)) for char in f"{rest}NL00")
    return f"{98 - int(digits) % 97:02d}"


def vat_number(rng: random.Random) -> str:
    """Give a Dutch VAT number with a right check digit."""
    number = rng.randint(1_000_000, 9_000_000)
    while not bsn.is_valid(f"{number:09d}"):
        number += 1
    return f"NL{number:09d}B01"


def kvk(rng: random.Random) -> str:
    """Give a number that looks like one of the trade register, beyond the last that was given out."""
    return f"99{rng.randint(0, 999_999):06d}"


def phone(rng: random.Random) -> str:
    """Give a telephone number (E.164)."""
    return f"+31{rng.choice(AREAS)}0{rng.randint(0, 999_999):06d}"


def mailbox(name: str) -> str:
    """Give the local part or domain that somebody of this name would have."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    kept = "".join(char if char.isalnum() else "-" for char in plain.replace("b.v.", "").replace("v.o.f.", ""))
    return "-".join(filter(None, kept.split("-")))[:40]
