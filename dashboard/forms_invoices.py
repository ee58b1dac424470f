"""Shapes of input about invoices."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from common.money import ZERO
from dashboard.forms import AmountField, DayField
from dashboard.templatetags.kit_words import dutch
from debtors.models import Debtor
from invoices.models import CreditNote, Invoice


def choices_of(invoices: Sequence[Invoice]) -> list[tuple[str, str]]:
    """Give claims as choices: number, due date and what is open."""
    return [(one.public_id, f"{one.number} · {one.due_date:%d-%m-%Y} · € {dutch(one.open_amount)}") for one in invoices]


class NewInvoiceForm(forms.Form):
    """An invoice entered by hand; its amount follows from the lines, or is said."""

    debtor = forms.CharField(
        label=_("debiteur (nummer of naam)"),
        widget=forms.TextInput(attrs={"list": "debiteuren", "autocomplete": "off"}),
    )
    number = forms.CharField(label=_("factuurnummer"), max_length=60)
    issue_date = DayField(label=_("factuurdatum"))
    due_date = DayField(
        label=_("vervaldatum"), required=False, help_text=_("Leeg: factuurdatum plus de afgesproken termijn.")
    )
    total = AmountField(label=_("totaal incl. btw"), required=False, help_text=_("Leeg laten als u regels invult."))
    vat_amount = AmountField(label=_("waarvan btw"), required=False, positive=False)
    prepaid = AmountField(label=_("vooruitbetaald"), required=False)
    description = forms.CharField(label=_("omschrijving"), max_length=200, required=False)
    contract_ref = forms.CharField(
        label=_("contract"),
        max_length=60,
        required=False,
        help_text=_("Facturen van één contract tellen bij particulieren samen voor de kosten."),
    )
    payment_reference = forms.CharField(label=_("betalingskenmerk"), max_length=35, required=False)
    is_sent = forms.BooleanField(label=_("de factuur is al bij de debiteur"), required=False, initial=True)
    pdf = forms.FileField(
        label=_("PDF van de factuur"),
        required=False,
        help_text=_("Gaat als bijlage mee met herinneringen."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}),
    )
    LARGEST = 10 * 1024 * 1024

    def clean_debtor(self) -> Debtor:
        text: str = self.cleaned_data["debtor"].strip()
        exact = Debtor.objects.filter(number=text).first()
        if exact is not None:
            return exact
        matching: list[Debtor] = list(Debtor.objects.matching(text)[:2])
        if not matching:
            raise forms.ValidationError(_("Er is geen debiteur met dit nummer of deze naam."))
        if len(matching) > 1:
            raise forms.ValidationError(_("Er passen meer debiteuren bij: vul het debiteurnummer in."))
        return matching[0]

    def clean_pdf(self) -> Any:
        pdf = self.cleaned_data["pdf"]
        if pdf is None:
            return None
        if pdf.size > self.LARGEST:
            raise forms.ValidationError(_("Dit bestand is groter dan 10 MB."))
        if not pdf.read(5).startswith(b"%PDF-"):
            raise forms.ValidationError(_("Dit is geen PDF."))
        pdf.seek(0)
        return pdf

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        issued, due = cleaned.get("issue_date"), cleaned.get("due_date")
        if issued and due and due < issued:
            self.add_error("due_date", _("De vervaldatum ligt voor de factuurdatum."))
        if issued and issued > clock.today():
            self.add_error("issue_date", _("De factuurdatum ligt in de toekomst."))
        return cleaned


class LineForm(forms.Form):
    """One line of an invoice by hand."""

    RATES = [("21", "21%"), ("9", "9%"), ("0", "0%"), ("vrijgesteld", _("vrijgesteld")), ("verlegd", _("btw verlegd"))]
    text = forms.CharField(
        label=_("omschrijving"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Omschrijving")}),
    )
    amount = AmountField(
        label=_("bedrag excl. btw"),
        required=False,
        positive=False,
        widget=forms.TextInput(attrs={"placeholder": _("Bedrag excl. btw"), "data-amount": "", "inputmode": "decimal"}),
    )
    rate = forms.ChoiceField(label=_("btw"), choices=RATES, initial="21", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("text") and cleaned.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Vul het bedrag van deze regel in."))
        return cleaned


class CreditForm(forms.Form):
    """A credit note against an invoice."""

    number = forms.CharField(label=_("nummer van de creditnota"), max_length=60)
    issue_date = DayField(label=_("datum"))
    amount = AmountField(label=_("bedrag incl. btw"))
    vat_amount = AmountField(label=_("waarvan btw"), required=False)
    description = forms.CharField(label=_("reden of omschrijving"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        amount, vat = cleaned.get("amount"), cleaned.get("vat_amount")
        if amount is not None and vat is not None and vat > amount:
            self.add_error("vat_amount", _("De btw is hoger dan het bedrag."))
        return cleaned


class DueDateForm(forms.Form):
    """Another due date, and why."""

    due_date = DayField(label=_("nieuwe vervaldatum"))
    reason = forms.CharField(label=_("reden"), max_length=200)

    def __init__(self, *args: Any, issued: Any, **kwargs: Any) -> None:
        self.issued = issued
        super().__init__(*args, **kwargs)

    def clean_due_date(self) -> Any:
        day = self.cleaned_data["due_date"]
        if day < self.issued:
            raise forms.ValidationError(_("De vervaldatum ligt voor de factuurdatum."))
        return day


class WaiverForm(forms.Form):
    """Interest or costs that are given up."""

    part = forms.ChoiceField(label=_("wat"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("reden"), max_length=200)

    def __init__(self, *args: Any, interest: Decimal, costs: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = (("interest", _("rente: € %s"), interest), ("costs", _("incassokosten: € %s"), costs))
        self.fields["part"].choices = [  # type: ignore[attr-defined]
            (name, str(label) % dutch(amount)) for name, label, amount in known if amount > ZERO
        ]


class WriteOffForm(forms.Form):
    """An amount that is given up."""

    amount = AmountField(label=_("af te boeken bedrag"))
    reason = forms.CharField(label=_("reden"), max_length=200)


class ReasonForm(forms.Form):
    """Only why."""

    reason = forms.CharField(label=_("reden"), max_length=200)


class AllocationForm(forms.Form):
    """Which open invoice a credit note is set against."""

    invoice = forms.ChoiceField(label=_("factuur"), widget=forms.RadioSelect)
    amount = AmountField(label=_("bedrag"), required=False, help_text=_("Leeg: zoveel als kan."))

    def __init__(self, *args: Any, invoices: Sequence[Invoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["invoice"].choices = choices_of(invoices)  # type: ignore[attr-defined]


def suggested_number(number: str) -> str:
    """Give a number for a credit note on an invoice that is not in use yet."""
    for place in range(1, 100):
        suggestion = f"C-{number}" if place == 1 else f"C{place}-{number}"
        if not CreditNote.objects.filter(number=suggestion).exists():
            return suggestion[:60]
    return ""
