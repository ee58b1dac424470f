"""Shapes of what a debtor may answer: what is missing or cannot be read. Whether it may be is up to the operations."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from answers import files
from answers.files import CheckedFile
from common import forms as common_forms
from common import identifiers
from common.forms import AmountField
from debtors.models import Contact, Debtor
from invoices.models import Invoice
from invoices.states import DisputeReason
from portal.claims import Claim, total

LONGEST_TEXT = 4000
MOST_MONTHS = 24  # that can be asked for; what is agreed at once is the tenant's choice
# The reasons in the words of who has them.
REASONS = [
    (DisputeReason.NOT_DELIVERED, _("Ik heb het niet (of niet alles) gekregen")),
    (DisputeReason.DEFECT, _("Er is iets mis met wat ik kreeg")),
    (DisputeReason.PRICE, _("De prijs of het aantal klopt niet")),
    (DisputeReason.NOT_ORDERED, _("Ik heb dit niet besteld")),
    (DisputeReason.WRONG_PARTY, _("Deze factuur is niet voor mij")),
    (DisputeReason.OTHER, _("Iets anders")),
]
WHOLE, PART = "whole", "part"


class DayField(common_forms.DayField):
    """A day, chosen in the browser's own calendar; where it has none people type it, as they write days."""

    widget = forms.DateInput(attrs={"type": "date"})

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


class CheckedField(forms.CharField):
    """A number with a check of its own."""

    def __init__(self, *, parse: Callable[[str], str], wrong: Any, **kwargs: Any) -> None:
        self.parse = parse
        super().__init__(required=False, max_length=40, **kwargs)
        self.error_messages["invalid"] = wrong

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if not text:
            return ""
        try:
            return self.parse(text)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"]) from error


class ProofField(forms.FileField):
    """A file of a kind that we take, told by what is in it. Gives a `CheckedFile`, or None."""

    widget = forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.heic,application/pdf,image/*"})

    def __init__(self, **kwargs: Any) -> None:
        help_text = _("PDF, JPG, PNG of HEIC, hoogstens 10 MB.")
        super().__init__(required=False, **({"label": _("Bestand"), "help_text": help_text} | kwargs))
        self.error_messages["max_length"] = _("De naam van dit bestand is te lang.")
        self.error_messages["empty"] = _("Dit bestand is leeg.")

    def clean(self, value: Any, initial: Any = None) -> CheckedFile | None:
        held = super().clean(value, initial)
        if not held:
            return None
        if held.size > files.MOST_BYTES:
            raise forms.ValidationError(_("Dit bestand is groter dan 10 MB. Kies een kleiner bestand."))
        found = files.checked(held.name, held.read())
        if found is None:
            raise forms.ValidationError(_("Dit bestand is geen PDF, JPG, PNG of HEIC. Kies een ander bestand."))
        return found


def _text(label: Any, *, required: bool = False, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}), **kwargs
    )


def _line(label: Any, purpose: str, **kwargs: Any) -> forms.CharField:
    """Give a field for one line that a browser may know already, by what it is for (WCAG 1.3.5)."""
    widget = forms.TextInput(attrs={"autocomplete": purpose})
    return forms.CharField(label=label, required=False, widget=widget, **kwargs)


def _phone(label: Any, **kwargs: Any) -> CheckedField:
    return CheckedField(
        label=label,
        parse=identifiers.parse_phone,
        wrong=_("Dit is geen geldig telefoonnummer."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        **kwargs,
    )


class AnswerForm(forms.Form):
    """What all of them share: the day it is filled in, and what is said of a field that is empty."""

    use_required_attribute = False  # what is missing is said at the field, in the language of the page

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = field.error_messages.get("missing", _("Vul dit in."))

    @property
    def has_lost_a_file(self) -> bool:
        """Whether a file was chosen that the browser will not send again by itself."""
        return self.is_bound and not self.is_valid() and any(name not in self.errors for name in self.files)


class ClaimsForm(AnswerForm):
    """An answer about some of the claims on the page: all of them, unless said otherwise."""

    claims = forms.MultipleChoiceField(
        label=_("Om welke facturen gaat het?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"missing": _("Kies een of meer facturen.")},
    )

    def __init__(self, *args: Any, claims: Sequence[Claim], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {claim.public_id: claim for claim in claims}
        if len(claims) == 1:  # nothing to choose
            del self.fields["claims"]
            return
        field: Any = self.fields["claims"]
        field.choices = [(claim.public_id, claim.label) for claim in claims]
        field.initial = list(self.known)
        field.error_messages["invalid_choice"] = _("Kies een of meer facturen.")

    @property
    def only(self) -> Claim | None:
        """The one claim that there is."""
        return next(iter(self.known.values())) if len(self.known) == 1 else None

    @property
    def chosen(self) -> list[Claim]:
        only = self.only
        return [only] if only else [self.known[key] for key in self.cleaned_data.get("claims", [])]

    @property
    def invoices(self) -> list[Invoice]:
        return [claim.invoice for claim in self.chosen]

    @property
    def total(self) -> Decimal:
        return total(self.chosen)


class PromiseForm(ClaimsForm):
    """When somebody will pay, and how much."""

    promised_for = DayField(label=_("Op welke dag betaalt u?"))
    amount = AmountField(
        label=_("Welk bedrag?"), required=False, help_text=_("Laat dit leeg als u alles betaalt wat u hebt gekozen.")
    )
    text = _text(_("Toelichting (niet verplicht)"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        amount = given.get("amount")
        if self.chosen and amount is not None and amount > self.total:
            self.add_error("amount", _("Dit is meer dan u voor deze facturen nog moet betalen."))
        if self.chosen and amount is None and "amount" not in self.errors:
            given["amount"] = self.total
        return given


class PlanForm(ClaimsForm):
    """In how many months, from when, and how much first. Looked at before it is proposed."""

    months = forms.TypedChoiceField(
        label=_("In hoeveel termijnen?"),
        coerce=int,
        choices=[(number, str(number)) for number in range(2, MOST_MONTHS + 1)],
        initial=3,
        help_text=_("Een termijn per maand."),
    )
    first_on = DayField(label=_("Wanneer betaalt u de eerste termijn?"))
    first_amount = AmountField(
        label=_("Hoeveel betaalt u de eerste keer?"),
        required=False,
        help_text=_("Laat dit leeg voor gelijke termijnen."),
    )

    def clean_first_on(self) -> date:
        day: date = self.cleaned_data["first_on"]
        if day < self.today:
            raise forms.ValidationError(_("Kies vandaag of een latere dag."))
        if day > self.today + timedelta(days=92):
            raise forms.ValidationError(_("Kies een dag binnen drie maanden."))
        return day


class ProposalForm(PlanForm):
    """The plan that was looked at, with a word to go with it."""

    text = _text(_("Toelichting (niet verplicht)"))


class DisputeForm(AnswerForm):
    """Why somebody does not agree with an invoice."""

    claim = forms.ChoiceField(
        label=_("Met welke factuur bent u het niet eens?"),
        widget=forms.RadioSelect,
        error_messages={"missing": _("Kies een factuur.")},
    )
    reason = forms.ChoiceField(
        label=_("Wat is er mis?"),
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={"missing": _("Kies wat er mis is.")},
    )
    scope = forms.ChoiceField(
        label=_("Gaat het om de hele factuur?"),
        choices=[(WHOLE, _("Ja, de hele factuur")), (PART, _("Nee, om een deel"))],
        widget=forms.RadioSelect,
        initial=WHOLE,
    )
    amount = AmountField(
        label=_("Om welk bedrag gaat het?"),
        required=False,
        help_text=_("Alleen invullen als het om een deel gaat. De rest blijft u gewoon verschuldigd."),
    )
    text = _text(_("Leg uit wat er niet klopt"), required=True)
    file = ProofField(label=_("Bewijs, bijvoorbeeld een foto of brief (niet verplicht)"))

    def __init__(self, *args: Any, claims: Sequence[Claim], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {claim.public_id: claim for claim in claims}
        field: Any = self.fields["claim"]
        field.choices = [(claim.public_id, claim.label) for claim in claims]
        field.error_messages["invalid_choice"] = _("Kies een factuur.")
        self.fields["reason"].error_messages["invalid_choice"] = _("Kies wat er mis is.")
        if len(claims) == 1:
            self.initial["claim"] = claims[0].public_id  # whatever the address of the page said

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("scope") == PART and given.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Vul in om welk bedrag het gaat."))
        if given.get("scope") == WHOLE:
            given["amount"] = None
            self.errors.pop("amount", None)  # what was typed and not meant
        return given

    @property
    def chosen(self) -> Claim:
        return self.known[self.cleaned_data["claim"]]


class PaidForm(ClaimsForm):
    """When was paid, and what would help to find it."""

    paid_on = DayField(label=_("Wanneer hebt u betaald?"))
    iban = CheckedField(
        label=_("Van welke rekening? (niet verplicht)"),
        parse=identifiers.parse_iban,
        wrong=_("Dit is geen geldig IBAN. Kijk het nog eens na."),
        help_text=_("Uw IBAN, bijvoorbeeld NL91 ABNA 0417 1643 00. Daarmee vinden wij uw betaling sneller."),
    )
    file = ProofField(label=_("Bewijs van betaling (niet verplicht)"))
    text = _text(_("Toelichting (niet verplicht)"))


class DetailsForm(AnswerForm):
    """What is wrong in the contact data: only what is filled in is passed on."""

    street = _line(_("Straat en huisnummer"), "address-line1", max_length=120)
    postcode = _line(_("Postcode"), "postal-code", max_length=12)
    city = _line(_("Plaats"), "address-level2", max_length=80)
    email = forms.EmailField(
        label=_("E-mailadres"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    phone = _phone(_("Telefoonnummer"))
    name = _line(_("Contactpersoon"), "name", max_length=120)
    text = _text(_("Toelichting (niet verplicht)"))

    def __init__(self, *args: Any, debtor: Debtor, known: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].error_messages["invalid"] = _("Dit is geen geldig e-mailadres.")
        words: Any = _("Nu bij ons: %(now)s")
        for name, now in known.items():
            if now and name in self.fields:
                self.fields[name].help_text = words % {"now": now}

    @property
    def corrections(self) -> dict[str, str]:
        return {name: value.strip() for name, value in self.cleaned_data.items() if name != "text" and value.strip()}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not self.corrections:
            raise forms.ValidationError(_("Vul in wat er anders moet."))
        if bool(given.get("postcode")) and not given.get("street") and not given.get("city"):
            self.add_error("street", _("Vul bij een nieuwe postcode ook straat en plaats in."))
        return given


class QuestionForm(AnswerForm):
    """What somebody wants to know, and how to reach him."""

    text = _text(_("Uw vraag"), required=True)
    call = forms.BooleanField(label=_("Bel mij hierover"), required=False)
    phone = _phone(_("Telefoonnummer (alleen als u gebeld wilt worden)"))
    email = forms.EmailField(
        label=_("E-mailadres voor het antwoord (niet verplicht)"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    file = ProofField(label=_("Bestand (niet verplicht)"))

    def __init__(self, *args: Any, answer_to: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].error_messages["invalid"] = _("Dit is geen geldig e-mailadres.")
        if answer_to:
            words: Any = _("Leeg: wij antwoorden op %(address)s.")
            self.fields["email"].help_text = words % {"address": answer_to}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("call") and not given.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Vul in op welk nummer wij u kunnen bellen."))
        return given


class AddressForm(AnswerForm):
    """To which known address a code goes."""

    contact = forms.ChoiceField(
        label=_("Naar welk adres sturen wij de code?"),
        widget=forms.RadioSelect,
        error_messages={"missing": _("Kies een adres.")},
    )

    def __init__(self, *args: Any, contacts: Sequence[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["contact"]
        field.choices = [(contact.public_id, masked_email(contact.email)) for contact in contacts]
        field.error_messages["invalid_choice"] = _("Kies een adres.")
        if len(contacts) == 1:
            field.initial = contacts[0].public_id


class CodeForm(AnswerForm):
    """The code that was mailed."""

    digits = forms.CharField(
        label=_("Code van zes cijfers"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "9"}),
    )

    def clean_digits(self) -> str:
        digits = "".join(char for char in self.cleaned_data["digits"] if char in "0123456789")
        if len(digits) != 6:
            raise forms.ValidationError(_("Een code heeft zes cijfers."))
        return digits


def masked_email(address: str) -> str:
    """Give enough of an address to recognise one's own, and no more: p•••@p•••.nl."""
    name, _at, domain = address.partition("@")
    host, _dot, ending = domain.rpartition(".")
    return f"{name[:1]}•••@{host[:1]}•••.{ending}" if host else f"{name[:1]}•••@•••"


def masked_phone(number: str) -> str:
    """Give the last two digits of a number."""
    return f"•••• {number[-2:]}" if len(number) > 4 else ""
