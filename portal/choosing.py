"""What a debtor chose to pay: all that is asked, some claims, or an amount of his own; read from his form."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from common.forms import AmountField
from common.money import ZERO
from common.templatetags.amounts import format_euro
from invoices.models import Invoice
from portal.bill import Bill, Entry


class ChoiceForm(forms.Form):
    """Which claims, and how much of them."""

    amount = AmountField(
        label=gettext_lazy("Ander bedrag"),
        required=False,
        help_text=gettext_lazy("Alleen als u een deel wilt betalen. Het gaat dan naar de oudste factuur eerst."),
    )

    def __init__(self, bill: Bill, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.bill = bill
        self.chosen: list[Entry] = list(bill.asked)
        if data is not None and "factuur" in data:
            wanted = set(data.getlist("factuur"))
            self.chosen = [entry for entry in bill.payable if entry.invoice.public_id in wanted]

    def clean(self) -> dict[str, object]:
        """Refuse a choice of nothing, and more than is owed on what was chosen."""
        cleaned = super().clean() or {}
        if not self.chosen:
            raise forms.ValidationError(_("Kies minstens één factuur."))
        amount = cleaned.get("amount")
        if isinstance(amount, Decimal) and amount > (most := most_of(self.chosen)):
            sentence = _("Op wat u koos staat %(most)s open. Betaal hoogstens dat bedrag.")
            self.add_error("amount", sentence % {"most": format_euro(most, get_language() or "nl")})
        return cleaned

    @property
    def amounts(self) -> dict[Invoice, Decimal]:
        """What is paid of each claim chosen; of a valid form."""
        typed = self.cleaned_data.get("amount")
        if typed is not None:
            return spread(typed, {entry.invoice: entry.most for entry in self.chosen})
        return {entry.invoice: entry.asked if entry.asked > 0 else entry.most for entry in self.chosen}


def most_of(entries: Iterable[Entry]) -> Decimal:
    """Give the most that can be paid on some claims."""
    return sum((entry.most for entry in entries), start=ZERO)


def spread(amount: Decimal, open_on: Mapping[Invoice, Decimal]) -> dict[Invoice, Decimal]:
    """Divide an amount over claims in their order: the first is paid in full before the next gets anything."""
    found: dict[Invoice, Decimal] = {}
    for invoice, most in open_on.items():
        part = min(amount, most)
        if part > 0:
            found[invoice] = part
        amount -= part
    return found
