"""The three companies: who they are, whom they sell to and for how much, and how they use the ladder."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from dashboard.demo import logos


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One administration of the demo."""

    name: str
    slug: str
    colour: str
    letterhead: dict[str, Any]
    logo: bytes
    owner: tuple[str, str]  # name, e-mail
    bookkeeper: str
    debtors: int
    consumers: float  # part of the debtors
    sales_a_year: tuple[int, int]  # for each debtor
    price: tuple[int, int]  # euro, without VAT
    vat_percent: int
    term_days: int
    number: Callable[[int, int], str]  # year, running number
    about: tuple[str, ...]
    trades: tuple[str, ...]  # what its business customers are called
    segments: tuple[str, ...]
    terms: dict[str, Any]
    approvals: dict[str, str] = field(default_factory=dict)  # by kind of rung; a person where nothing is said
    contracts: bool = False
    courtesy: bool = True  # a message before the due date
    agency: dict[str, Any] = field(default_factory=dict)
    payments_lag: int = 1  # days by which payments in the books are behind tonight


BAKERY = Company(
    name="Van der Meulen Bakkerijgrondstoffen",
    slug="vandermeulen",
    colour="#b45309",
    letterhead={
        "legal_name": "Van der Meulen Bakkerijgrondstoffen B.V.",
        "street": "Graanweg 18",
        "postcode": "3542 AD",
        "city": "Utrecht",
        "phone": "030 - 012 34 56",
        "email": "administratie@vandermeulen.example",
        "website": "www.vandermeulen.example",
        "kvk": "99120001",
        "vat_number": "NL001234511B01",
        "iban": "NL91ABNA0417164300",
        "bic": "ABNANL2A",
        "account_holder": "Van der Meulen Bakkerijgrondstoffen B.V.",
        "signed_by": "Jan de Boer, debiteurenbeheer",
        "colour": "#b45309",
    },
    logo=logos.logo("grain", "Van der Meulen", "bakkerijgrondstoffen", "#b45309"),
    owner=("Anna van der Meulen", "anna@vandermeulen.example"),
    bookkeeper="Jan de Boer",
    debtors=64,
    consumers=0,
    sales_a_year=(3, 7),
    price=(180, 2600),
    vat_percent=9,
    term_days=21,
    number=lambda year, running: f"{year}{running:05d}",
    about=("Levering meel en gist", "Weekorder grondstoffen", "Chocolade en vullingen", "Verpakkingen", "Zuiveldepot"),
    trades=("Bakkerij {}", "Banketbakkerij {}", "Brood- en banket {} B.V.", "Lunchroom {}", "Café-restaurant {}",
            "Patisserie {}", "{} Catering B.V.", "Hotel {} B.V.", "Supermarkt {} v.o.f.", "Pannenkoekenhuis {}"),
    segments=("bakkerij", "horeca", "retail"),
    terms={"payment_term_days": 21, "goods": True, "consumer_costs_answer": "none"},
    courtesy=False,
    agency={
        "name": "Gerechtsdeurwaarderskantoor Zandbergen",
        "kind": "bailiff",
        "email": "dossiers@zandbergen.example",
        "phone": "030 - 098 76 54",
        "client_reference": "VDM-0412",
    },
)  # fmt: skip

GARAGE = Company(
    name="Garage Westerkade",
    slug="westerkade",
    colour="#1f6feb",
    letterhead={
        "legal_name": "Autobedrijf Westerkade B.V.",
        "street": "Westerkade 44",
        "postcode": "2012 HK",
        "city": "Haarlem",
        "phone": "023 - 012 34 56",
        "email": "administratie@westerkade.example",
        "website": "www.westerkade.example",
        "kvk": "99120002",
        "vat_number": "NL001234523B01",
        "iban": "NL20INGB0001234567",
        "bic": "INGBNL2A",
        "account_holder": "Autobedrijf Westerkade B.V.",
        "signed_by": "Fatima Bakker",
        "colour": "#1d4ed8",
    },
    logo=logos.logo("wheel", "Westerkade", "autobedrijf", "#1d4ed8"),
    owner=("Gerrit Westerkade", "gerrit@westerkade.example"),
    bookkeeper="Fatima Bakker",
    debtors=84,
    consumers=0.65,
    sales_a_year=(1, 4),
    price=(65, 1100),
    vat_percent=21,
    term_days=14,
    number=lambda year, running: f"F{year % 100}-{running:04d}",
    about=("Grote beurt en APK", "Remblokken vervangen", "Zomerbanden met montage", "Distributieriem", "Schadeherstel",
           "Accu vervangen", "Airco-onderhoud", "Uitlaat vervangen"),
    trades=("{} Bouw B.V.", "Schildersbedrijf {}", "Koeriersdienst {}", "Loodgietersbedrijf {} v.o.f.", "Taxi {}",
            "Hoveniersbedrijf {}", "{} Transport B.V.", "Thuiszorg {} B.V."),
    segments=("particulier", "wagenpark", "handel"),
    terms={"payment_term_days": 14, "consumer_costs_answer": "statutory"},
    approvals={"courtesy": "automatic", "reminder": "preview"},
    agency={
        "name": "Incassobureau De Schakel B.V.",
        "kind": "agency",
        "email": "nieuw@deschakel.example",
        "phone": "020 - 098 76 54",
        "client_reference": "WK-2201",
        "wki_registration": "WKI-000123",
    },
)  # fmt: skip

INSTALLER = Company(
    name="Hofstra Installatietechniek",
    slug="hofstra",
    colour="#0f766e",
    letterhead={
        "legal_name": "Hofstra Installatietechniek",
        "street": "Energieweg 7",
        "postcode": "8912 AA",
        "city": "Leeuwarden",
        "phone": "058 - 012 34 56",
        "email": "info@hofstra.example",
        "kvk": "99120003",
        "vat_number": "NL001234535B01",
        "iban": "NL39RABO0300065264",
        "bic": "RABONL2U",
        "account_holder": "Hofstra Installatietechniek",
        "signed_by": "Sjoerd Hofstra",
        "colour": "#0f766e",
    },
    logo=logos.logo("drop", "Hofstra", "installatietechniek", "#0f766e"),
    owner=("Sjoerd Hofstra", "sjoerd@hofstra.example"),
    bookkeeper="Sjoerd Hofstra",
    debtors=60,
    consumers=0.5,
    sales_a_year=(1, 5),
    price=(95, 4200),
    vat_percent=21,
    term_days=30,
    number=lambda year, running: f"{year}-{running:04d}",
    about=("Onderhoudscontract cv-ketel", "Plaatsen warmtepomp, termijn", "Badkamerrenovatie, termijn",
           "Storing verholpen", "Vloerverwarming", "Zonneboiler"),
    trades=("Vereniging van Eigenaars {}", "{} Vastgoed B.V.", "Aannemersbedrijf {} B.V.", "Basisschool {}",
            "Sportclub {}", "Praktijk {}"),
    segments=("onderhoud", "projecten"),
    terms={"payment_term_days": 30, "contractual_percent": Decimal("12.00")},
    contracts=True,
    payments_lag=10,
)  # fmt: skip

COMPANIES = (BAKERY, GARAGE, INSTALLER)
