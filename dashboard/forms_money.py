"""Shapes of what is asked about payments, promises and disputes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from dashboard.forms import AmountField, DayField
from dashboard.templatetags.kit_words import dutch
from invoices.models import Invoice
from invoices.states import DisputeReason
from payments.states import PaymentMethod


class InvoicesField(forms.MultipleChoiceField):
    """Open invoices of one debtor, picked by box; gives the invoices in the order in which they are due."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, invoices: Sequence[Invoice]) -> None:
        self.invoices = list(invoices)
        self.choices = [(invoice.public_id, label(invoice)) for invoice in invoices]

    def clean(self, value: Any) -> list[Invoice]:
        chosen = set(super().clean(value))
        return [invoice for invoice in self.invoices if invoice.public_id in chosen]


def label(invoice: Invoice) -> str:
    """Give an invoice as a choice: its number, what is open, and when it was due."""
    return _("%(number)s: € %(open)s open, vervaldatum %(due)s") % {
        "number": invoice.number,
        "open": dutch(invoice.open_amount),
        "due": f"{invoice.due_date:%d-%m-%Y}",
    }


class PaymentForm(forms.Form):
    """Money that came in."""

    amount = AmountField(label=gettext_lazy("Bedrag"))
    received_on = DayField(label=gettext_lazy("Ontvangen op"), help_text=gettext_lazy("De valutadatum van de bank."))
    method = forms.ChoiceField(label=gettext_lazy("Wijze"), choices=PaymentMethod.choices)
    description = forms.CharField(label=gettext_lazy("Omschrijving"), max_length=200, required=False)
    invoices = InvoicesField(
        label=gettext_lazy("Bedoeld voor"),
        required=False,
        help_text=gettext_lazy("Vink aan wat de debiteur noemde. Niets aangevinkt: verdeeld zoals de wet zegt."),
    )

    def __init__(self, *args: Any, open_invoices: Sequence[Invoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["invoices"]
        assert isinstance(field, InvoicesField)
        field.offer(open_invoices)

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        if day > clock.today():
            raise forms.ValidationError(_("Deze dag ligt in de toekomst. Boek een betaling als zij binnen is."))
        return day


class AllocateForm(forms.Form):
    """Which invoices the rest of a payment is for; none chosen: by law."""

    invoices = InvoicesField(
        label=gettext_lazy("Bedoeld voor"),
        required=False,
        help_text=gettext_lazy("Aangevinkt: alleen die. Niets aangevinkt: verdeeld zoals de wet zegt."),
    )

    def __init__(self, *args: Any, open_invoices: Sequence[Invoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["invoices"]
        assert isinstance(field, InvoicesField)
        field.offer(open_invoices)


class ReverseForm(forms.Form):
    """That money went back."""

    reversed_on = DayField(label=gettext_lazy("Teruggegaan op"))
    reason = forms.CharField(
        label=gettext_lazy("Reden"),
        max_length=200,
        help_text=gettext_lazy("Bijvoorbeeld: storno door de debiteur, of op de verkeerde debiteur geboekt."),
    )

    def __init__(self, *args: Any, received_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.received_on = received_on

    def clean_reversed_on(self) -> date:
        day: date = self.cleaned_data["reversed_on"]
        if day < self.received_on:
            raise forms.ValidationError(
                _("Dit is voor de dag van ontvangst (%(day)s).") % {"day": f"{self.received_on:%d-%m-%Y}"}
            )
        if day > clock.today():
            raise forms.ValidationError(_("Deze dag ligt in de toekomst."))
        return day


class PromiseForm(forms.Form):
    """What a debtor says he will pay, and when."""

    amount = AmountField(label=gettext_lazy("Bedrag"))
    promised_for = DayField(label=gettext_lazy("Betaalt op"))
    invoices = InvoicesField(
        label=gettext_lazy("Voor welke facturen"),
        error_messages={"required": gettext_lazy("Kies minstens één factuur.")},
    )
    made_by = forms.CharField(
        label=gettext_lazy("Gedaan door"), max_length=120, required=False, help_text=gettext_lazy("Wie beloofde het.")
    )
    note = forms.CharField(label=gettext_lazy("Notitie"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    allow_second = forms.BooleanField(
        label=gettext_lazy("Sta een tweede belofte toe"),
        required=False,
        help_text=gettext_lazy("Een belofte die nog loopt wordt door deze vervangen."),
    )

    def __init__(self, *args: Any, open_invoices: Sequence[Invoice], had_one: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["invoices"]
        assert isinstance(field, InvoicesField)
        field.offer(open_invoices)
        if not had_one:
            del self.fields["allow_second"]


class DisputeForm(forms.Form):
    """That a debtor does not agree with an invoice."""

    invoice = forms.ChoiceField(label=gettext_lazy("Factuur"))
    reason = forms.ChoiceField(label=gettext_lazy("Reden"), choices=DisputeReason.choices)
    amount = AmountField(
        label=gettext_lazy("Betwist bedrag"), required=False, help_text=gettext_lazy("Leeg: de hele factuur.")
    )
    deadline = DayField(
        label=gettext_lazy("Antwoord uiterlijk"), required=False, help_text=gettext_lazy("Leeg: over veertien dagen.")
    )
    owner = forms.ChoiceField(label=gettext_lazy("Eigenaar"), required=False)
    note = forms.CharField(label=gettext_lazy("Toelichting"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self, *args: Any, open_invoices: Sequence[Invoice], people: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {invoice.public_id: invoice for invoice in open_invoices}
        choices(self, "invoice", [(invoice.public_id, label(invoice)) for invoice in open_invoices])
        choices(self, "owner", [("", _("niemand")), *people])

    def clean_invoice(self) -> Invoice:
        return self.offered[self.cleaned_data["invoice"]]

    def clean_deadline(self) -> date | None:
        return _not_in_the_past(self.cleaned_data["deadline"])


class DeadlineForm(forms.Form):
    """By when a dispute is answered, and by whom."""

    deadline = DayField(label=gettext_lazy("Antwoord uiterlijk"))
    owner = forms.ChoiceField(label=gettext_lazy("Eigenaar"), required=False)

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices(self, "owner", [("", _("niemand")), *people])

    def clean_deadline(self) -> date | None:
        return _not_in_the_past(self.cleaned_data["deadline"])


class ResolveForm(forms.Form):
    """How a dispute ends, and what follows for the amount."""

    REJECTED, CREDIT, WRITE_OFF, ACCEPTED, WITHDRAWN = "rejected", "credit", "write_off", "accepted", "withdrawn"
    CHOICES = (
        (REJECTED, gettext_lazy("Afgewezen: de debiteur moet betalen")),
        (CREDIT, gettext_lazy("Gegrond: boek nu een creditnota")),
        (WRITE_OFF, gettext_lazy("Gegrond: schrijf het betwiste bedrag af")),
        (ACCEPTED, gettext_lazy("Gegrond: de creditnota komt later uit de boekhouding")),
        (WITHDRAWN, gettext_lazy("Ingetrokken door de debiteur")),
    )

    how = forms.ChoiceField(label=gettext_lazy("Hoe eindigt het geschil?"), choices=CHOICES, widget=forms.RadioSelect)
    credit_number = forms.CharField(
        label=gettext_lazy("Nummer van de creditnota"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Alleen bij een creditnota die u nu boekt."),
    )
    resolution = forms.CharField(
        label=gettext_lazy("Antwoord aan de debiteur"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Wat u hem hebt laten weten; het blijft bij het geschil staan."),
    )

    def __init__(self, *args: Any, may_approve: bool, is_open: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hidden = set() if may_approve else {self.WRITE_OFF}
        hidden |= set() if is_open else {self.WRITE_OFF, self.CREDIT}
        words = {} if is_open else {self.ACCEPTED: _("Gegrond")}
        offered = [(how, words.get(how, label)) for how, label in self.CHOICES if how not in hidden]
        choices(self, "how", offered)
        if self.CREDIT in hidden:
            del self.fields["credit_number"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("how") == self.CREDIT and not given.get("credit_number"):
            self.add_error("credit_number", _("Een creditnota heeft een nummer."))
        return given


def choices(form: forms.Form, name: str, offered: Sequence[tuple[str, Any]]) -> None:
    """Give a field of a form its choices."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(offered)


def _not_in_the_past(day: date | None) -> date | None:
    if day is not None and day < clock.today():
        raise forms.ValidationError(_("Deze dag is al voorbij."))
    return day
