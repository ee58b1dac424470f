"""Shapes of input about debtors."""

from collections.abc import Callable, Sequence
from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common import identifiers
from common.identifiers import parse_phone
from dashboard.forms import DayField
from debtors.models import Debtor
from debtors.states import LANGUAGES, ContactRole, DebtorKind, LegalState
from dunning.models import Call


def one_line(name: str, **kwargs: Any) -> forms.CharField:
    """Give a field for a column of a debtor: its word and its length are those of the column."""
    column: Any = Debtor._meta.get_field(name)
    defaults = {"label": column.verbose_name, "max_length": column.max_length, "required": False}
    return forms.CharField(**(defaults | kwargs))


class CheckedField(forms.CharField):
    """A number with a check of its own: what is right is kept compact, what is not is refused with what is wrong."""

    def __init__(self, *, parse: Callable[[str], str], wrong: Any, **kwargs: Any) -> None:
        self.parse = parse
        super().__init__(required=False, **kwargs)
        self.error_messages["invalid"] = wrong

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if not text:
            return ""
        try:
            return self.parse(text)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], params={"value": text}) from error


def parse_vat(text: str) -> str:
    """Give a VAT number: a Dutch one checked, one of another country as it was written."""
    compact = "".join(text.split()).upper()
    return identifiers.parse_dutch_vat(compact) if compact.startswith("NL") or compact[:1].isdigit() else compact


def countries() -> list[tuple[str, str]]:
    """Give the countries in the reader's language, the neighbours first."""
    known = Locale(get_language() or "nl").territories
    names = {str(code): str(name) for code, name in known.items()}
    near = ["NL", "BE", "DE", "FR", "GB"]
    others = sorted((code for code in names if len(code) == 2 and code.isalpha()), key=lambda code: names[code])
    return [(code, names[code]) for code in [*near, *(code for code in others if code not in near)]]


class DebtorForm(forms.Form):
    """What is known of a debtor."""

    name = one_line("name", required=True)
    kind = forms.ChoiceField(
        label=_("soort"),
        choices=DebtorKind.choices,
        widget=forms.RadioSelect,
        help_text=_("Bepaalt welke wettelijke regels gelden. Elke factuur onthoudt hoe deze persoon toen handelde."),
    )
    language = forms.ChoiceField(label=_("taal van brieven"), choices=LANGUAGES, initial="nl")
    attention = one_line("attention")
    street = one_line("street")
    postcode = one_line("postcode")
    city = one_line("city")
    country = forms.ChoiceField(label=_("land"), choices=countries, initial="NL")
    kvk = CheckedField(
        label=_("KvK-nummer"),
        parse=identifiers.parse_kvk,
        wrong=_("“%(value)s” is geen KvK-nummer: dat heeft acht cijfers."),
    )
    vat_number = CheckedField(
        label=_("btw-nummer"), parse=parse_vat, max_length=20, wrong=_("“%(value)s” is geen geldig btw-nummer.")
    )
    iban = CheckedField(label="IBAN", parse=identifiers.parse_iban, wrong=_("“%(value)s” is geen geldig IBAN."))
    segment = one_line("segment", help_text=_("Een label waarop u kunt filteren en een beleid kunt kiezen."))
    payment_term_days = forms.IntegerField(
        label=_("betaaltermijn (dagen)"),
        required=False,
        min_value=0,
        max_value=365,
        help_text=_("Leeg: de termijn van de administratie."),
    )
    own_group = forms.BooleanField(
        label=_("eigen groep"),
        required=False,
        help_text=_("Een debiteur van de eigen groep krijgt nooit een herinnering."),
    )
    note = forms.CharField(label=_("notitie"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class NewDebtorForm(DebtorForm):
    """A debtor who is not known yet, with where he can be reached."""

    number = one_line("number", required=True)
    email = forms.EmailField(label=_("e-mailadres voor herinneringen"), required=False)
    phone = CheckedField(label=_("telefoon"), parse=parse_phone, wrong=_("“%(value)s” is geen geldig telefoonnummer."))
    field_order = ("number", "name", "kind", "email", "phone")


class ContactForm(forms.Form):
    """A person or mailbox at a debtor."""

    role = forms.ChoiceField(
        label=_("ontvangt"), choices=ContactRole.choices, initial=ContactRole.REMINDER, widget=forms.RadioSelect
    )
    name = forms.CharField(label=_("naam"), max_length=120, required=False)
    email = forms.EmailField(label=_("e-mailadres"), required=False)
    phone = CheckedField(label=_("telefoon"), parse=parse_phone, wrong=_("“%(value)s” is geen geldig telefoonnummer."))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not (cleaned.get("email") or cleaned.get("phone")):
            raise forms.ValidationError(_("Vul een e-mailadres of een telefoonnummer in."))
        return cleaned


class LegalStateForm(forms.Form):
    """A state in which a debtor may not be reminded."""

    state = forms.ChoiceField(
        label=_("juridische status"), choices=LegalState.choices, required=False, widget=forms.RadioSelect
    )
    since = DayField(label=_("sinds"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and cleaned.get("state") and not cleaned.get("since"):
            self.add_error("since", _("Vul in sinds welke dag dit zo is."))
        return cleaned


class OwnerForm(forms.Form):
    """Who looks after something."""

    owner = forms.ChoiceField(label=_("eigenaar"), required=False)

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", _("niemand")), *people]  # type: ignore[attr-defined]


class HoldForm(forms.Form):
    """Why nothing goes out, and until when."""

    reason = forms.CharField(label=_("reden"), max_length=200)
    until = DayField(label=_("tot en met"), required=False, help_text=_("Leeg: tot iemand het opheft."))


class SegmentForm(forms.Form):
    """A label."""

    segment = forms.CharField(label=_("segment"), max_length=40, required=False, help_text=_("Leeg: geen segment."))


class PolicyForm(forms.Form):
    """Which ladder is followed."""

    lineage = forms.ChoiceField(label=_("beleid"), required=False)

    def __init__(self, *args: Any, policies: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lineage"].choices = policies  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """Something worth remembering."""

    text = forms.CharField(label=_("notitie"), widget=forms.Textarea(attrs={"rows": 2}))


class CallForm(forms.Form):
    """What came of a call."""

    result = forms.ChoiceField(
        label=_("uitkomst"), choices=Call._meta.get_field("result").choices or [], widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("notitie"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    again_on = DayField(
        label=_("terugbellen op"), required=False, help_text=_("Bij niet bereikt of later bellen. Leeg: morgen.")
    )


class Chosen(forms.Form):
    """Rows that were picked in a list, kept from the preview to the answer, with the address to go back to."""

    ids = forms.CharField(widget=forms.HiddenInput)
    filter = forms.CharField(widget=forms.HiddenInput, required=False)
    confirmed = forms.CharField(widget=forms.HiddenInput, initial="1")


class ChosenHoldForm(HoldForm, Chosen):
    """To hold what was picked."""


class ChosenOwnerForm(OwnerForm, Chosen):
    """To assign what was picked."""


class ChosenSegmentForm(SegmentForm, Chosen):
    """To label what was picked."""


class ChosenPolicyForm(PolicyForm, Chosen):
    """To let what was picked follow a policy."""
