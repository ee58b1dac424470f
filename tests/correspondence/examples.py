"""Contents of letters for the tests: a bakery writes to a restaurant, or to Mr De Vries."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from correspondence.content import (
    CostsAnnouncement,
    EarlierLetter,
    InterestKind,
    InterestLine,
    Item,
    Kind,
    NoticeContent,
    Payable,
    Recipient,
    Sender,
    Upcoming,
    Variant,
)
from correspondence.rendering.letters import RenderedLetter, render_letter

DAY = date(2026, 11, 23)
PAY_BY = date(2026, 12, 2)
PAY_URL = "https://betalen.debiteuren.example/betalen/t7/8h2k4m6p9q3r5s7t9v2w4x6y/"

BAKERY = Sender(
    legal_name="Bakkerij De Gouden Korenaar B.V.",
    street="Oudegracht 112",
    postcode="3511 AW",
    city="Utrecht",
    phone="030 123 45 67",
    email="administratie@goudenkorenaar.example",
    website="www.goudenkorenaar.example",
    kvk="12345678",
    vat_number="NL123456782B90",
    iban="NL91ABNA0417164300",
    bic="ABNANL2A",
    account_holder="Bakkerij De Gouden Korenaar B.V.",
    signed_by="Marieke van den Berg",
    colour="#8a4b08",
)
RESTAURANT = Recipient(
    name="Restaurant 't Hoekje V.O.F.",
    attention="mevrouw A. Jansen",
    street="Dorpsstraat 1",
    postcode="1234ab",
    city="Ons Dorp",
    debtor_number="D-10023",
)
DE_VRIES = Recipient(
    name="De heer P. de Vries", street="Kerklaan 25 bis", postcode="3581 CD", city="Utrecht", debtor_number="P-20417"
)

# Every letter that may exist: each kind to each sort of debtor in each language.
LETTERS = [
    (kind, variant, language)
    for kind in Kind
    for variant in Variant
    for language in ("nl", "en")
    if kind is not Kind.FOURTEEN_DAY_LETTER or variant is Variant.CONSUMER
]


def claim(
    number: str = "2026-0183", principal: str = "250.00", *, due: date = date(2026, 10, 17), **other: Any
) -> Item:
    """Give a claim whose open part and total follow from the rest."""
    amounts: dict[str, Any] = {
        name: Decimal(other.pop(name, "0.00")) for name in ("paid", "credited", "disputed", "interest", "costs")
    }
    open_principal = Decimal(principal) - amounts["paid"] - amounts["credited"] - amounts["disputed"]
    return Item(
        invoice_number=number,
        issue_date=due - timedelta(days=14),
        due_date=due,
        principal=Decimal(principal),
        open_principal=open_principal,
        total=open_principal + amounts["interest"] + amounts["costs"],
        days_overdue=max(0, (DAY - due).days),
        rung_kind=other.pop("rung_kind", Kind.REMINDER),
        **amounts,
        **other,
    )


def letter(kind: Kind, variant: Variant = Variant.BUSINESS, language: str = "nl", **other: Any) -> NoticeContent:
    """Give a letter that may exist: its claims on its own rung, its sums right, its announcement where it has one."""
    items = other.pop("items", None) or usual_claims(kind)
    worded = kind in (Kind.DEFAULT_NOTICE, Kind.FOURTEEN_DAY_LETTER)
    business = variant is Variant.BUSINESS
    usual: dict[str, Any] = {
        "kind": kind,
        "variant": variant,
        "language": language,
        "dispatch_date": DAY,
        "notice_reference": "n7kq2m9",
        "term_days": 14 if worded else 7,
        "pay_by": None if worded or kind is Kind.COURTESY else PAY_BY,
        "sender": BAKERY,
        "recipient": RESTAURANT if business else DE_VRIES,
        "items": tuple(items),
        "payable": asked(items),
        "announcement": usual_announcement(kind, variant, items),
        "interest_kind": InterestKind.TRADE if business else InterestKind.CONSUMER,
        "earlier_letters": earlier(kind, variant),
        "payments_until": DAY - timedelta(days=3),
    }
    return NoticeContent(**usual | other)


@cache
def usual_letter(kind: Kind, variant: Variant = Variant.BUSINESS, language: str = "nl") -> RenderedLetter:
    """Give the usual letter on paper, made once however many tests read it."""
    return render_letter(letter(kind, variant, language))


def usual_claims(kind: Kind) -> list[Item]:
    """Give two claims, or the one that is not due yet."""
    if kind is Kind.COURTESY:
        return [claim("2026-0211", due=DAY + timedelta(days=3), rung_kind=kind, description="Levering week 46")]
    charged: dict[str, Any] = {"interest": "2.61", "costs": "37.50"} if kind is Kind.FINAL_DEMAND else {}
    return [
        claim(rung_kind=kind, description="Levering week 39", **charged),
        claim("2026-0197", "1480.50", due=date(2026, 10, 24), paid="500.00", rung_kind=kind),
    ]


def asked(items: Sequence[Item], **other: Any) -> Payable:
    """Give what claims ask together."""
    sums: dict[str, Any] = {
        name: sum((getattr(item, name) for item in items), start=Decimal("0.00")) for name in ("interest", "costs")
    }
    usual: dict[str, Any] = {
        "total": sum((item.total for item in items), start=Decimal("0.00")),
        "principal": sum((item.open_principal for item in items), start=Decimal("0.00")),
        "reference": "5000056789012345",
        "iban": BAKERY.iban,
        "bic": BAKERY.bic,
        "account_holder": BAKERY.account_holder,
    }
    return Payable(**usual | sums | other)


def announced(items: Sequence[Item], costs: str = "40.00", **other: Any) -> CostsAnnouncement:
    """Give what non-payment of claims will cost."""
    vat = Decimal(other.pop("vat", "0.00"))
    total = sum((item.total for item in items), start=Decimal(costs) + vat)
    return CostsAnnouncement(costs=Decimal(costs), vat=vat, vat_reason=bool(vat), total_with_costs=total, **other)


def usual_announcement(kind: Kind, variant: Variant, items: Sequence[Item]) -> CostsAnnouncement | None:
    speaks = {Kind.DEMAND} if variant is Variant.BUSINESS else {Kind.FOURTEEN_DAY_LETTER}
    return announced(items, "184.58") if kind in speaks else None


def earlier(kind: Kind, variant: Variant) -> tuple[EarlierLetter, ...]:
    """Give the letters that went before one."""
    consumer = (Kind.REMINDER, Kind.SECOND_REMINDER, Kind.DEFAULT_NOTICE, Kind.FOURTEEN_DAY_LETTER)
    business = (Kind.REMINDER, Kind.SECOND_REMINDER, Kind.DEMAND)
    order = list(Kind)
    went = [
        each
        for each in (business if variant is Variant.BUSINESS else consumer)
        if order.index(each) < order.index(kind)
    ]
    return tuple(
        EarlierLetter(kind=each, sent_on=date(2026, 10, 22) + timedelta(days=8 * number))
        for number, each in enumerate(went)
    )


def with_everything() -> NoticeContent:
    """Give a content in which every field is filled."""
    content = letter(
        Kind.DEMAND,
        items=[
            claim(rung_kind=Kind.DEMAND, paid="10.00", credited="20.00", disputed="30.00", interest="2.61"),
            claim("2026-0301", rung_kind=Kind.REMINDER, takes_step=False),
        ],
        upcoming=(Upcoming(invoice_number="2026-0400", due_date=date(2026, 12, 5), amount=Decimal("310.00")),),
        credit=Decimal("45.00"),
        interest_lines=(interest_line("2.61"),),
        pay_url=PAY_URL,
        agency_name="Incasso Zonder Zorgen B.V.",
        email_copy=True,
        invoices_attached=True,
    )
    return replace(content, announcement=announced(content.items, vat="8.40"))


def interest_line(amount: str, **other: Any) -> InterestLine:
    usual: dict[str, Any] = {
        "invoice_number": "2026-0183",
        "first_day": date(2026, 10, 18),
        "last_day": DAY,
        "base": Decimal("250.00"),
        "percent": Decimal("10.15"),
        "days": 37,
        "amount": Decimal(amount),
    }
    return InterestLine(**usual | other)


def opened(pdf: bytes) -> Any:
    """Open a PDF to be looked into."""
    return PdfReader(BytesIO(pdf))


def flat(text: str) -> str:
    """Give a text on one line, every blank a plain one."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ")).strip()


def text_of(pdf: bytes) -> str:
    """Give the words of all pages of a PDF on one line."""
    return flat(" ".join(page.extract_text() for page in opened(pdf).pages))
