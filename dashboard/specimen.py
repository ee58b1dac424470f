"""A letter that nobody gets: an invented reminder, to see a letterhead on paper."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from correspondence import content
from tenants.models import Letterhead

AMOUNT = Decimal("1250.00")
_NEEDED = {"legal_name": "–", "street": "–", "postcode": "–", "city": "–", "email": "–", "account_holder": "–"}
_TEXT = tuple(content.Sender.__dataclass_fields__)


def letter(letterhead: Letterhead, day: date, **unsaved: Any) -> content.NoticeContent:
    """Give the content of a reminder on a letterhead, with what is typed but not saved yet."""
    fields = {name: unsaved.get(name, getattr(letterhead, name)) for name in _TEXT}
    sender = content.Sender(**{name: value or _NEEDED.get(name, "") for name, value in fields.items()})
    due = day - timedelta(days=5)
    item = content.Item(
        invoice_number="2026-0183",
        issue_date=due - timedelta(days=30),
        due_date=due,
        principal=AMOUNT,
        open_principal=AMOUNT,
        total=AMOUNT,
        days_overdue=(day - due).days,
        rung_kind=content.Kind.REMINDER,
    )
    return content.NoticeContent(
        kind=content.Kind.REMINDER,
        variant=content.Variant.BUSINESS,
        language="en" if get_language() == "en" else "nl",
        dispatch_date=day,
        notice_reference="voorbeeld",
        term_days=7,
        pay_by=day + timedelta(days=9),
        sender=sender,
        recipient=_RECIPIENT,
        items=(item,),
        payable=content.Payable(
            total=AMOUNT,
            principal=AMOUNT,
            reference="5000056789012345",
            iban=sender.iban,
            bic=sender.bic,
            account_holder=sender.account_holder,
        ),
        payments_until=day,
        interest_kind=content.InterestKind.TRADE,
    )


_RECIPIENT = content.Recipient(
    name="Voorbeeld Bouw B.V.",
    attention="mevrouw A. Jansen",
    street="Dorpsstraat 1",
    postcode="1234 AB",
    city="Ons Dorp",
    debtor_number="10001",
)
