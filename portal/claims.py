"""The claims that can be answered about on a page: what the link shows (or a code), as far as it is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from answers import queries
from common.money import ZERO
from common.templatetags.amounts import format_euro
from invoices import queries as invoice_queries
from invoices.models import Invoice
from portal import codes
from portal.entering import LinkRequest


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim, and what is owed on it today."""

    invoice: Invoice
    due: Decimal
    handed_over: bool

    @property
    def public_id(self) -> str:
        return self.invoice.public_id

    @property
    def label(self) -> str:
        """As a choice in a form."""
        words = {"number": self.invoice.number, "amount": format_euro(self.due, get_language() or "nl")}
        return _("Factuur %(number)s, nog te betalen %(amount)s") % words


class Claims:
    """What a page shows, in a fixed number of queries, asked when first needed."""

    def __init__(self, request: LinkRequest) -> None:
        self.request = request

    @cached_property
    def everything(self) -> bool:
        return codes.shows_everything(self.request)

    @cached_property
    def invoices(self) -> list[Invoice]:
        """Every invoice on the page, paid or not, the oldest first."""
        mine = Invoice.objects.filter(debtor=self.request.debtor).order_by("due_date", "pk")
        named = list(mine.filter(payment_links__link=self.request.link))
        if not named or self.everything:
            return [*(one for one in named if not one.is_open), *mine.open()]
        return named

    @cached_property
    def open(self) -> list[Claim]:
        """What is open on the page."""
        rows = [invoice for invoice in self.invoices if invoice.is_open]
        due = invoice_queries.amounts_due(rows, self.request.by.day)
        away = queries.handed_over(rows)
        return [Claim(one, due[one.pk].total, one.pk in away) for one in rows]

    @cached_property
    def answerable(self) -> list[Claim]:
        """What of it can be answered about: not what is with an agency."""
        return [claim for claim in self.open if not claim.handed_over]

    @property
    def total(self) -> Decimal:
        return total(self.answerable)

    @property
    def is_handed_over(self) -> bool:
        """Whether all that is open here is with an agency: then only a question is left."""
        return bool(self.open) and not self.answerable


def total(claims: Sequence[Claim]) -> Decimal:
    """Give what is owed on some claims."""
    return sum((claim.due for claim in claims), start=ZERO)
