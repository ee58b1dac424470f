"""Shapes of what is asked about the bank: files, an account, which claims a line pays, and the settings."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from common.money import ZERO
from connectors.files.limits import MEGABYTE
from dashboard.forms import AmountField
from dashboard.forms_post import FilesField
from dashboard.forms_settings import line as text_of
from dashboard.forms_settings import tick
from dashboard.templatetags.kit_words import dutch
from invoices.models import Invoice
from payments.models import BankAccount, MatchingSettings

LARGEST = 100 * MEGABYTE  # all files of one go together; larger ones by manage.py import_statement


class StatementsForm(forms.Form):
    """Files with bank statements."""

    documents = FilesField(
        label=_("Sleep uw afschriften hierheen, of kies ze"),
        error_messages={"required": _("Kies eerst een bestand."), "empty": _("Dit bestand is leeg.")},
    )

    def clean_documents(self) -> list[Any]:
        files: list[Any] = self.cleaned_data["documents"]
        if sum(file.size for file in files) > LARGEST:
            raise forms.ValidationError(
                _("Samen groter dan %(limit)s MB. Bied ze in delen aan."), params={"limit": LARGEST // MEGABYTE}
            )
        return files


class AccountForm(forms.Form):
    """What an account is called, and whether it is a G-account."""

    name = text_of(BankAccount, "name", help_text=_("Zo heet de rekening in deze administratie."))
    is_g_account = tick(
        BankAccount,
        "is_g_account",
        help_text=_("Een geblokkeerde rekening voor loonheffing en btw van uitgeleend personeel."),
    )
    is_watched = tick(BankAccount, "is_watched")


class LeaveOutForm(forms.Form):
    """Why a line is nothing for the debtors."""

    note = forms.CharField(
        label=_("Waarom niet?"),
        max_length=200,
        required=False,
        help_text=_("Bijvoorbeeld: rente van de bank, of een inkoop."),
    )


class UndoForm(forms.Form):
    """Why a line that was booked is taken back."""

    reason = forms.CharField(label=_("Reden"), max_length=200, initial=_("verkeerd gekoppeld"))


class WriteOffForm(forms.Form):
    """Why small rests are written off."""

    reason = forms.CharField(label=_("Reden"), max_length=200, initial=_("klein restant"))


class MatchingSettingsForm(forms.Form):
    """How bank lines are matched."""

    book_certain = tick(
        MatchingSettings,
        "book_certain",
        help_text=_(
            "Zeker is wat maar op één manier kan: een kenmerk of factuurnummer met het bedrag dat erbij hoort, of een "
            "bekende rekening waarvan één factuur dit bedrag heeft. Uit: ook dat wacht op een klik van u."
        ),
    )


class MatchForm(forms.Form):
    """Which claims of one debtor a line pays, and how much of each.

    A chosen claim without an amount gets what is open on it, as far as the line goes: the oldest first.
    """

    remember = forms.BooleanField(required=False, initial=True)

    def __init__(
        self, *args: Any, invoices: Sequence[Invoice], due: Mapping[int, Decimal], amount: Decimal, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.invoices, self.due, self.amount = list(invoices), due, amount
        self.fields["kies"] = forms.MultipleChoiceField(
            required=False, choices=[(one.public_id, one.number) for one in invoices]
        )
        for one in invoices:
            self.fields[name_of(one)] = AmountField(required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        chosen = [one for one in self.invoices if one.public_id in set(given.get("kies", ()))]
        said = {one: amount for one in chosen if (amount := given.get(name_of(one))) is not None}
        left = self.amount - sum(said.values(), start=ZERO)
        amounts: dict[Invoice, Decimal] = {}
        for one in chosen:
            amounts[one] = said[one] if one in said else max(ZERO, min(self.due[one.pk], left))
            left -= ZERO if one in said else amounts[one]
            self._check(one, amounts[one])
        if left < 0:
            total = sum(amounts.values(), start=ZERO)
            values = {"total": dutch(total), "amount": dutch(self.amount)}
            self.add_error(None, now("Samen € %(total)s: meer dan de € %(amount)s die binnenkwam.") % values)
        given["amounts"] = amounts
        return given

    def _check(self, invoice: Invoice, amount: Decimal) -> None:
        if amount > self.due[invoice.pk]:
            self.add_error(name_of(invoice), now("Er staat € %(open)s open.") % {"open": dutch(self.due[invoice.pk])})
        elif not amount and name_of(invoice) not in self.errors:
            self.add_error(name_of(invoice), now("Hiervoor is niets meer over."))


def name_of(invoice: Invoice) -> str:
    """Give the name of the field for the amount of a claim."""
    return f"bedrag-{invoice.public_id}"
