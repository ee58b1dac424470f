"""What holds for every invoice, from whatever file. Each check yields findings; the parser knows their place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from connectors.files.limits import FIRST_ISSUE_DATE, FUTURE_ISSUE, LONGEST_TERM
from connectors.files.rows import Level


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem before its place is known: the field it is about, the code, and the values of the sentence."""

    name: str
    code: str
    values: dict[str, str] = field(default_factory=dict, hash=False)
    level: Level = "error"


def days(issue_date: date, due_date: date | None, sent_on: date | None, *, today: date) -> Iterator[Finding]:
    """Check that the days of an invoice are in order and in a year in which they can be."""
    issue, latest = f"{issue_date}", today + FUTURE_ISSUE
    if issue_date < FIRST_ISSUE_DATE:
        yield Finding("issue_date", "date_too_early", {"day": issue, "limit": f"{FIRST_ISSUE_DATE}"})
    if issue_date > latest:
        yield Finding("issue_date", "date_too_late", {"day": issue, "limit": f"{latest}"})
    if due_date is not None and due_date < issue_date:
        yield Finding("due_date", "due_before_issue", {"due": f"{due_date}", "issue": issue})
    if due_date is not None and due_date - issue_date > LONGEST_TERM:
        yield Finding("due_date", "due_far", {"due": f"{due_date}", "issue": issue})
    if sent_on is not None and sent_on < issue_date:
        yield Finding("sent_on", "sent_before_issue", {"sent": f"{sent_on}", "issue": issue}, "warning")
    if sent_on is not None and sent_on > latest:
        yield Finding("sent_on", "date_too_late", {"day": f"{sent_on}", "limit": f"{latest}"})


def amounts(
    amount: Decimal, *, paid: Decimal, vat: Decimal | None = None, g_amount: Decimal | None = None
) -> Iterator[Finding]:
    """Check amounts without sign against the principal: paid and the G-part at most that much, VAT less."""
    total = f"{amount}"
    if paid > amount:
        yield Finding("paid", "paid_exceeds_amount", {"paid": f"{paid}", "amount": total})
    if vat is not None and vat >= amount:
        yield Finding("vat_amount", "vat_exceeds_amount", {"vat": f"{vat}", "amount": total})
    if g_amount is not None and g_amount > amount:
        values = {"g_amount": f"{g_amount}", "amount": total}
        yield Finding("g_account_amount", "g_account_exceeds_amount", values)
