"""Shapes of what is asked about mandates, batches of collections and refunds."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboard.forms import AmountField, DayField
from payments.models import Mandate
from payments.operations import SignedForm
from payments.operations.mandates import MOST_BYTES
from payments.sepa import TRANSFER_VERSIONS
from payments.states import DebitScheme, RefundWay


class CreditorForm(forms.Form):
    """Under which id and how is collected."""

    creditor_id = forms.CharField(
        label=_("incassant-ID"),
        max_length=45,
        help_text=_(
            "Staat in het incassocontract met uw bank, bijvoorbeeld NL69ZZZ123456780000: land, twee controlecijfers, "
            "ZZZ, uw KvK-nummer en vier cijfers. Zonder contract kan uw bank niets innen."
        ),
    )
    scheme = forms.ChoiceField(
        label=_("standaardschema"),
        choices=DebitScheme.choices,
        widget=forms.RadioSelect,
        help_text=_("Voor nieuwe machtigingen. B2B kan alleen als uw contract en de debiteur dat ook kennen."),
    )
    notify_days = forms.IntegerField(
        label=_("vooraankondiging (dagen)"),
        min_value=1,
        max_value=30,
        help_text=_("Veertien, tenzij u met uw debiteuren een kortere tijd heeft afgesproken."),
    )
    pain_version = forms.ChoiceField(
        label=_("bestandsversie"),
        choices=[(version, version) for version in TRANSFER_VERSIONS],
        help_text=_("De nieuwste, tenzij uw bank om de oudere vraagt. Terugbetalingen volgen dezelfde generatie."),
    )


class ScanForm(forms.Form):
    """The form as it was signed."""

    form = forms.FileField(
        label=_("getekend formulier"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"}),
        help_text=_("PDF, JPG of PNG, hoogstens 10 MB. U moet het kunnen tonen als de debiteur de machtiging betwist."),
    )

    def clean_form(self) -> SignedForm | None:
        file: Any = self.cleaned_data["form"]
        return SignedForm(file.name, file.read(MOST_BYTES + 1)) if file else None


class MandateForm(ScanForm):
    """Permission of a debtor."""

    iban = forms.CharField(label="IBAN", max_length=42)
    account_holder = forms.CharField(label=_("rekeninghouder"), max_length=70)
    signed_on = DayField(label=_("ondertekend op"))
    scheme = forms.ChoiceField(label=_("schema"), choices=DebitScheme.choices, widget=forms.RadioSelect)
    is_one_off = forms.ChoiceField(
        label=_("soort"),
        choices=[("recurring", _("doorlopend")), ("one_off", _("eenmalig"))],
        widget=forms.RadioSelect,
        initial="recurring",
    )
    collects_invoices = forms.BooleanField(
        label=_("incasseer zijn facturen op de vervaldag"),
        required=False,
        help_text=_("Uit: alleen termijnen van een betalingsregeling waarbij dat is afgesproken."),
    )
    reference = forms.CharField(
        label=_("machtigingskenmerk"),
        max_length=Mandate._meta.get_field("reference").max_length,
        required=False,
        help_text=_("Zoals het op het getekende formulier staat. Leeg: wij geven er een."),
    )
    bic = forms.CharField(label="BIC", max_length=11, required=False, help_text=_("Alleen buiten Nederland nodig."))
    field_order = (
        "iban",
        "account_holder",
        "signed_on",
        "scheme",
        "is_one_off",
        "collects_invoices",
        "reference",
        "bic",
        "form",
    )

    def clean_is_one_off(self) -> bool:
        return str(self.cleaned_data["is_one_off"]) == "one_off"


class CollectingForm(forms.Form):
    """Whether invoices are collected."""

    collects_invoices = forms.BooleanField(label=_("incasseer zijn facturen op de vervaldag"), required=False)


class CollectOnForm(forms.Form):
    """On which day is collected."""

    collect_on = DayField(label=_("incassodatum"), help_text=_("Alles wat dan is vervallen komt in de batch."))


class RefundForm(forms.Form):
    """Money that goes back."""

    amount = AmountField(label=_("bedrag"))
    via = forms.ChoiceField(label=_("langs welke weg"), choices=RefundWay.choices, widget=forms.RadioSelect)
    iban = forms.CharField(label="IBAN", max_length=42, required=False, help_text=_("Voor een overboeking."))
    name = forms.CharField(label=_("op naam van"), max_length=70, required=False)
    description = forms.CharField(
        label=_("omschrijving"), max_length=140, required=False, help_text=_("Ziet de ontvanger op zijn afschrift.")
    )

    def __init__(self, *args: Any, can_go_online: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_go_online:
            self.fields["via"].widget = forms.HiddenInput()
            self.fields["via"].initial = RefundWay.BANK
            self.fields["iban"].required = self.fields["name"].required = True


class OutcomeForm(forms.Form):
    """What became of a refund that left."""

    DONE, FAILED, BACK = "done", "failed", "back"
    outcome = forms.ChoiceField(
        label=_("wat is er gebeurd?"),
        choices=[
            (DONE, _("de ontvanger heeft het geld")),
            (FAILED, _("de bank heeft het niet uitbetaald: het is weer tegoed")),
            (BACK, _("het bestand is niet bij de bank aangeboden: wacht op het volgende")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("toelichting"), max_length=200, required=False)
