"""Forms of the settings: what each field means is said beside it."""

from collections.abc import Iterator, Sequence
from datetime import time
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from common import identifiers
from common.identifiers import parse_phone
from dashboard import logos
from dashboard.forms import AmountField
from dashboard.forms_debtors import CheckedField, countries, parse_vat
from dunning.models import LadderSettings
from tenants.models import Letterhead, Tenant

Text = str | Promise


class Part(NamedTuple):
    """Fields that belong together, with what they are about."""

    title: Text
    text: Text
    names: tuple[str, ...]
    law: Text = ""
    css: str = ""  # when it is in sight


class Shown(NamedTuple):
    """A part of a form as a template prints it."""

    title: Text
    text: Text
    law: Text
    css: str
    fields: list[forms.BoundField]


class PartedForm(forms.Form):
    """A form that is shown in parts."""

    PARTS: ClassVar[Sequence[Part]] = ()

    def parts(self) -> Iterator[Shown]:
        """Give the parts, with their fields."""
        for part in self.PARTS:
            yield Shown(part.title, part.text, part.law, part.css, [self[name] for name in part.names])


def word(model: type[Model], name: str) -> Any:
    """Give what a column is called."""
    return model._meta.get_field(name).verbose_name  # type: ignore[union-attr]


def line(model: type[Model], name: str, **kwargs: Any) -> forms.CharField:
    """Give a field for a column of text: its word and its length are those of the column."""
    column: Any = model._meta.get_field(name)
    usual = {"label": column.verbose_name, "max_length": column.max_length, "required": not column.blank}
    return forms.CharField(**(usual | kwargs))


def number(model: type[Model], name: str, low: int, high: int, **kwargs: Any) -> forms.IntegerField:
    """Give a field for a column that counts, within bounds."""
    return forms.IntegerField(label=word(model, name), min_value=low, max_value=high, **kwargs)


def tick(model: type[Model], name: str, **kwargs: Any) -> forms.BooleanField:
    """Give a box for a column that is yes or no."""
    return forms.BooleanField(label=word(model, name), required=False, **kwargs)


class ColourField(forms.RegexField):
    """A colour, as #rrggbb."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            regex=r"^#[0-9a-fA-F]{6}$",
            widget=forms.TextInput(attrs={"type": "color"}),
            error_messages={"invalid": _("Kies een kleur, of schrijf hem als #1d3557.")},
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).lower()


def as_written(text: str) -> str:
    """Give a telephone number as it was written, which is how it is printed.

    :raises ValueError: if there is no such number.
    """
    parse_phone(text)
    return " ".join(text.split())


class LetterheadForm(PartedForm):
    """Who the letters come from, and how they look."""

    legal_name = line(Letterhead, "legal_name", help_text=_("Zo staat u in het handelsregister."))
    street = line(Letterhead, "street")
    postcode = line(Letterhead, "postcode")
    city = line(Letterhead, "city")
    country = forms.ChoiceField(label=_("land"), choices=countries, initial="NL")
    email = forms.EmailField(label=_("e-mailadres"), help_text=_("Hier komen antwoorden op herinneringen aan."))
    phone = CheckedField(label=_("telefoon"), parse=as_written, wrong=_("“%(value)s” is geen geldig telefoonnummer."))
    website = line(Letterhead, "website")
    kvk = CheckedField(
        label=_("KvK-nummer"),
        parse=identifiers.parse_kvk,
        wrong=_("“%(value)s” is geen KvK-nummer: dat heeft acht cijfers."),
    )
    vat_number = CheckedField(
        label=_("btw-nummer"), parse=parse_vat, max_length=20, wrong=_("“%(value)s” is geen geldig btw-nummer.")
    )
    iban = CheckedField(
        label="IBAN",
        parse=identifiers.parse_iban,
        wrong=_("“%(value)s” is geen geldig IBAN: een cijfer of letter klopt niet."),
        help_text=_("Op deze rekening vragen uw brieven te betalen."),
    )
    bic = forms.RegexField(
        label="BIC",
        regex=r"^[A-Za-z]{6}[A-Za-z0-9]{2}([A-Za-z0-9]{3})?$",
        required=False,
        error_messages={"invalid": _("Een BIC heeft acht of elf tekens, zoals ABNANL2A.")},
        help_text=_("Alleen nodig voor betalingen van buiten de EU."),
    )
    account_holder = line(Letterhead, "account_holder", help_text=_("Precies zoals bij de bank bekend."))
    signed_by = line(Letterhead, "signed_by", help_text=_("De naam onder de brief. Leeg: alleen uw bedrijfsnaam."))
    colour = ColourField(label=_("huiskleur"), help_text=_("Van koppen en lijnen; te licht wordt donkerder gedrukt."))
    logo = forms.FileField(
        label=_("logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg,.svg,image/png,image/jpeg,image/svg+xml"}),
        help_text=_("PNG, JPG of SVG, hoogstens 1 MB. Op papier is het 70 bij 23 mm."),
    )
    remove_logo = forms.BooleanField(label=_("verwijder het logo"), required=False)

    PARTS = (
        Part(_("Afzender"), "", ("legal_name", "street", "postcode", "city", "country")),
        Part(_("Bereikbaar"), "", ("email", "phone", "website", "signed_by")),
        Part(_("Nummers en rekening"), "", ("kvk", "vat_number", "iban", "bic", "account_holder")),
        Part(_("Uiterlijk"), "", ("colour", "logo", "remove_logo")),
    )

    def __init__(self, *args: Any, has_logo: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["iban"].required = True
        if not has_logo:
            self.fields["remove_logo"].widget = forms.HiddenInput()

    def clean_bic(self) -> str:
        return str(self.cleaned_data["bic"]).upper()

    def clean_logo(self) -> tuple[bytes, str] | None:
        file = self.cleaned_data["logo"]
        if file is None:
            return None
        content = file.read(logos.MOST_BYTES + 1)
        try:
            return content, logos.media_type(content)
        except logos.NotALogo as wrong:
            raise forms.ValidationError(str(wrong)) from wrong

    def changes(self) -> dict[str, Any]:
        """Give the columns, with the logo only where it changes."""
        fields = dict(self.cleaned_data)
        logo, remove = fields.pop("logo", None), fields.pop("remove_logo", False)
        if logo:
            fields["logo"], fields["logo_type"] = logo
        elif remove:
            fields["logo"], fields["logo_type"] = None, ""
        return fields


WEEKDAYS = ((0, _("maandag")), (1, _("dinsdag")), (2, _("woensdag")), (3, _("donderdag")), (4, _("vrijdag")))
WEEKEND = ((5, _("zaterdag")), (6, _("zondag")))


class TimeField(forms.TimeField):
    """A time of the day, as 08:30."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    default_error_messages = {"invalid": _("Schrijf een tijd als 08:30.")}


class LadderForm(PartedForm):
    """How the ladder behaves."""

    sending_weekdays = forms.TypedMultipleChoiceField(
        label=_("verzenddagen"),
        coerce=int,
        choices=[*WEEKDAYS, *WEEKEND],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Kies minstens één dag.")},
    )
    window_start = TimeField(label=word(LadderSettings, "window_start"))
    window_end = TimeField(
        label=word(LadderSettings, "window_end"),
        help_text=_("Wat dan nog niet weg is, gaat de volgende verzenddag met het bedrag van die dag."),
    )
    contact_interval_days = number(
        LadderSettings,
        "contact_interval_days",
        0,
        60,
        help_text=_("Aan dezelfde debiteur, over alle facturen en kanalen samen. Bellen telt niet mee."),
    )
    days_after_invoice = number(
        LadderSettings,
        "days_after_invoice",
        0,
        60,
        help_text=_("Ook een factuur met een korte termijn krijgt zo eerst rust."),
    )
    minimum_invoice = AmountField(
        positive=False,
        label=word(LadderSettings, "minimum_invoice"),
        help_text=_("Daaronder gaat er geen brief voor die factuur uit."),
    )
    minimum_debtor = AmountField(
        positive=False,
        label=word(LadderSettings, "minimum_debtor"),
        help_text=_("Over alles wat vervallen is, na aftrek van tegoed."),
    )
    small_rest = AmountField(
        positive=False,
        label=word(LadderSettings, "small_rest"),
        help_text=_("Wat na een betaling overblijft: geen brief meer, wel een voorstel om af te boeken."),
    )
    payments_max_age_days = number(
        LadderSettings,
        "payments_max_age_days",
        1,
        31,
        help_text=_(
            "Zijn de betalingen ouder bijgewerkt, dan wacht de hele nacht: zo manen wij niemand aan die al "
            "betaald heeft."
        ),
    )

    PARTS = (
        Part(
            _("Wanneer er iets weggaat"),
            _(
                "’s Nachts wordt gepland; op deze dagen en tijden gaat het weg. Feestdagen en sluitingsdagen slaan "
                "wij over."
            ),
            ("sending_weekdays", "window_start", "window_end"),
        ),
        Part(_("Rust"), "", ("contact_interval_days", "days_after_invoice")),
        Part(
            _("Kleine bedragen"),
            _("Een brief kost meer dan hij oplevert als het bedrag klein is."),
            ("minimum_invoice", "minimum_debtor", "small_rest"),
        ),
        Part(_("Actuele betalingen"), "", ("payments_max_age_days",)),
    )

    def _amount(self, name: str) -> Decimal:
        amount: Decimal = self.cleaned_data[name]
        if amount < 0:
            raise forms.ValidationError(now("Een minimum is nul of meer."))
        return amount

    def clean_minimum_invoice(self) -> Decimal:
        return self._amount("minimum_invoice")

    def clean_minimum_debtor(self) -> Decimal:
        return self._amount("minimum_debtor")

    def clean_small_rest(self) -> Decimal:
        return self._amount("small_rest")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("window_start"), cleaned.get("window_end")
        if isinstance(start, time) and isinstance(end, time) and end <= start:
            self.add_error("window_end", now("Het einde ligt voor het begin."))
        return cleaned


class AdministrationForm(forms.Form):
    """What the administration is called here."""

    name = line(
        Tenant, "name", help_text=_("Zoals u hem hier terugvindt. Op brieven staat de naam van het briefhoofd.")
    )
    badge_colour = ColourField(
        label=word(Tenant, "badge_colour"),
        help_text=_("Zo ziet u aan het label, de streep bovenaan en het tabblad in welke administratie u werkt."),
    )
